//! Which point is asked for, and what happens there.

use crate::point::Point;
use std::io;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// The environment variable that names a point.
pub const VARIABLE: &str = "HEXODUS_FAIL_POINT";

static ARMED: LazyLock<Result<Option<Armed>, String>> =
    LazyLock::new(|| std::env::var(VARIABLE).map_or(Ok(None), |text| Armed::parse(&text).map(Some)));

/// The point the environment names, `None` as a rule.
///
/// # Errors
/// What is wrong with a value that names no point: a test that stops nowhere must not pass.
pub fn armed() -> Result<Option<Point>, String> {
    ARMED.as_ref().map(|armed| armed.as_ref().map(|armed| armed.point)).map_err(Clone::clone)
}

/// Goes on, unless this point is the one asked for.
///
/// # Errors
/// [`io::ErrorKind::StorageFull`] where an error is asked for; by default the process ends here and now, without
/// destructors, flushes or exit handlers.
#[inline]
pub fn pass(point: Point) -> io::Result<()> {
    match &*ARMED {
        Ok(Some(armed)) if armed.point == point => armed.meet(),
        _ => Ok(()),
    }
}

#[derive(Debug)]
struct Armed {
    point: Point,
    /// Passings that are left before it acts.
    left: AtomicU64,
    error: bool,
}

impl Armed {
    fn parse(text: &str) -> Result<Self, String> {
        let (text, error) = text.strip_suffix(":error").map_or((text, false), |text| (text, true));
        let (name, count) = text.split_once(':').unwrap_or((text, "1"));
        let unknown = || format!("{VARIABLE}: no point is named \"{name}\"");
        let point = Point::ALL.iter().copied().find(|point| point.name() == name).ok_or_else(unknown)?;
        let count = count.parse().ok().filter(|&count| count > 0);
        let count: u64 = count.ok_or_else(|| format!("{VARIABLE}: expected name, name:n or name:n:error, n from 1"))?;
        Ok(Self { point, left: AtomicU64::new(count - 1), error })
    }

    fn meet(&self) -> io::Result<()> {
        let before = self.left.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| left.checked_sub(1));
        match (before, self.error) {
            (Ok(_), _) => Ok(()),
            (Err(_), true) => Err(io::Error::new(io::ErrorKind::StorageFull, format!("{} fails", self.point.name()))),
            (Err(_), false) => std::process::abort(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_distinct_and_read_back() {
        let names: BTreeSet<&str> = Point::ALL.iter().map(|point| point.name()).collect();
        assert_eq!(names.len(), Point::ALL.len());
        for &point in Point::ALL {
            assert_eq!(Armed::parse(point.name()).unwrap().point, point);
        }
    }

    #[test]
    fn the_nth_passing_and_all_later_ones_fail() {
        let armed = Armed::parse("reduce.begin:3:error").unwrap();
        assert_eq!([1, 2, 3, 4].map(|_| armed.meet().is_ok()), [true, true, false, false]);
        assert_eq!(armed.meet().unwrap_err().kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn what_names_no_point_is_refused() {
        for text in ["", "reduce", "reduce.begin:0", "reduce.begin:x", "reduce.begin:1:abort"] {
            assert!(Armed::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn nothing_is_armed_unless_asked_for() {
        assert_eq!(armed(), Ok(None));
        assert!(Point::ALL.iter().all(|&point| pass(point).is_ok()));
    }
}
