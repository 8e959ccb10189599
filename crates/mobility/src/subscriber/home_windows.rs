//! What is known of a home period before any subscriber is looked at: its windows, and whether its data suffice.

use hexodus_model::{DailyLocation, LocalDay, Period};

/// The windows of a home period, for a whole population.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HomeWindows {
    /// The baseline.
    pub period: Period,
    /// W: days of the period whose trailing window holds a usable day.
    pub windows: usize,
    /// The earlier period that may decide; `None` = no look-back.
    pub look_back: Option<Period>,
}

impl HomeWindows {
    /// `usable` is ascending: the days with data that passed the quality gate. The look-back is the period one length
    /// back, or two if that one's data are inadequate; else none (methods §2.4 step 4).
    pub fn new(period: Period, usable: &[LocalDay], window_days: u8) -> Self {
        let windows = usable_days_by_window(period, usable, window_days).filter(|&days| days > 0).count();
        let earlier = [1, 2].map(|periods| period.earlier(periods));
        let look_back = earlier.into_iter().find(|&period| is_adequate(period, usable, window_days));
        Self { period, windows, look_back }
    }
}

/// Whether a period can decide about homes: at least 60 % of its dates usable, no gap above 6 days, median of usable
/// days per non-empty window at least 3 (methods §2.4, Flowminder's production).
pub fn is_adequate(period: Period, usable: &[LocalDay], window_days: u8) -> bool {
    let is_usable = |day| usable.binary_search(&day).is_ok();
    let present = period.days().filter(|&day| is_usable(day)).count();
    let days: Vec<bool> = period.days().map(is_usable).collect();
    let gaps = days.chunk_by(|left, right| left == right).filter(|run| !run[0]);
    let mut filled: Vec<usize> = usable_days_by_window(period, usable, window_days).filter(|&days| days > 0).collect();
    present * 100 >= 60 * period.len()
        && gaps.map(<[_]>::len).max().unwrap_or(0) <= 6
        && twice_median(&mut filled).is_some_and(|twice| twice >= 6)
}

/// Who is in Flowminder's panel (methods §2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PanelRule {
    /// Median over rolling windows of located days per window, windows without any counted as zero.
    pub min_median_days: usize,
    /// Whether every window that could hold a located day must hold one.
    pub every_window: bool,
    /// Length of the windows.
    pub window_days: u8,
}

impl PanelRule {
    /// Monthly residents: median at least 3, seen in every window.
    pub const MONTHLY: Self = Self { min_median_days: 3, every_window: true, window_days: 7 };
    /// Weekly, crisis: median at least 2. Optional there; the crisis pipeline runs without any subset.
    pub const CRISIS: Self = Self { min_median_days: 2, every_window: false, window_days: 7 };

    /// Whether the subscriber is in the panel of the period. `usable` as in [`HomeWindows::new`].
    pub fn admits<P>(&self, days: &[DailyLocation<P>], period: Period, usable: &[LocalDay]) -> bool {
        let located: Vec<LocalDay> = days.iter().map(|own| own.day).collect();
        let own = usable_days_by_window(period, &located, self.window_days);
        let possible = usable_days_by_window(period, usable, self.window_days);
        let mut counts: Vec<usize> =
            own.zip(possible).filter(|&(_, possible)| possible > 0).map(|(own, _)| own).collect();
        (!self.every_window || counts.iter().all(|&days| days > 0))
            && twice_median(&mut counts).is_some_and(|twice| twice >= 2 * self.min_median_days)
    }
}

/// For each day of the period, how many of `days` (ascending) lie in the window that ends on it.
fn usable_days_by_window(period: Period, days: &[LocalDay], window_days: u8) -> impl Iterator<Item = usize> + '_ {
    period.days().map(move |last| {
        let first = LocalDay(last.0 - i32::from(window_days) + 1);
        days.partition_point(|&day| day <= last) - days.partition_point(|&day| day < first)
    })
}

/// Twice the median, so that it stays whole; `None` of nothing.
fn twice_median(values: &mut [usize]) -> Option<usize> {
    values.sort_unstable();
    let upper = *values.get(values.len() / 2)?;
    Some(upper + values[(values.len() - 1) / 2])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscriber::samples::located;

    const MONTH: Period = Period { first: LocalDay(60), last: LocalDay(89) };

    fn usable(days: impl IntoIterator<Item = i32>) -> Vec<LocalDay> {
        days.into_iter().map(LocalDay).collect()
    }

    #[test]
    fn a_month_that_cannot_decide_is_skipped_for_the_one_before() {
        assert_eq!(HomeWindows::new(MONTH, &usable(0..90), 7).look_back, Some(MONTH.earlier(1)));
        let second = usable((0..30).chain(57..90));
        assert_eq!(HomeWindows::new(MONTH, &second, 7).look_back, Some(MONTH.earlier(2)), "month before has 3 days");
        assert_eq!(HomeWindows::new(MONTH, &usable(57..90), 7).look_back, None);
    }

    #[test]
    fn empty_windows_are_not_counted() {
        assert_eq!(HomeWindows::new(MONTH, &usable(0..90), 7).windows, 30);
        // Days 70 to 80 missing: windows that end on days 76 to 80 are empty.
        assert_eq!(HomeWindows::new(MONTH, &usable((0..70).chain(81..90)), 7).windows, 25);
    }

    #[test]
    fn adequacy_is_a_share_a_gap_and_a_median() {
        assert!(is_adequate(MONTH, &usable(60..90), 7));
        assert!(!is_adequate(MONTH, &usable((60..90).step_by(2)), 7), "half of the dates");
        assert!(is_adequate(MONTH, &usable((60..84).chain(89..90)), 7), "gap of 5");
        assert!(is_adequate(MONTH, &usable((60..70).chain(76..90)), 7), "gap of 6");
        assert!(!is_adequate(MONTH, &usable((60..70).chain(77..90)), 7), "gap of 7");
        assert!(!is_adequate(MONTH, &[], 7));
    }

    #[test]
    fn the_panel_wants_a_median_and_no_empty_window() {
        let usable = usable(0..30);
        let month = Period { first: LocalDay(0), last: LocalDay(29) };
        let admits = |rule: PanelRule, letters: &str| rule.admits(&located(letters), month, &usable);
        let every_other = "A.".repeat(15);
        assert!(admits(PanelRule::MONTHLY, &every_other), "3 or 4 of 7");
        let twice_a_week = "A..A...".repeat(4) + "A.";
        assert!(!admits(PanelRule::MONTHLY, &twice_a_week));
        assert!(admits(PanelRule::CRISIS, &twice_a_week));
        let holiday = "A".repeat(15) + &".".repeat(8) + "AAAAAAA";
        assert!(!admits(PanelRule::MONTHLY, &holiday), "a window without any");
        assert!(admits(PanelRule::CRISIS, &holiday));
    }
}
