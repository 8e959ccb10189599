//! Which days are holidays: a list, or a file with one date at the beginning of each line.

use crate::config::crisis::HolidayConfig;
use crate::failure::Failure;
use hexodus_model::LocalDay;
use std::collections::BTreeSet;
use std::path::Path;

/// The holidays of the configuration; `base` is the folder of its file.
///
/// # Errors
/// Exit 2 for a file that cannot be read, or a line of it that begins with no date.
pub fn holidays(config: Option<&HolidayConfig>, base: &Path) -> Result<BTreeSet<LocalDay>, Failure> {
    match config {
        None => Ok(BTreeSet::new()),
        Some(HolidayConfig::Days(days)) => Ok(days.iter().copied().collect()),
        Some(HolidayConfig::File(path)) => {
            let path = base.join(path);
            let text = std::fs::read_to_string(&path).map_err(|error| Failure::system("read", &path, &error))?;
            parse(&text).map_err(|message| Failure::usage(format!("[time] holidays: {}: {message}", path.display())))
        }
    }
}

/// Empty lines, what follows `#` and what follows a comma are for people; so is a first line that is no date.
fn parse(text: &str) -> Result<BTreeSet<LocalDay>, String> {
    let mut days = BTreeSet::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.split(['#', ',']).next().unwrap_or("").trim();
        match line.parse() {
            _ if line.is_empty() => {}
            Ok(day) => _ = days.insert(day),
            Err(_) if number == 1 => {}
            Err(_) => return Err(format!("line {number}: expected a date such as 2031-04-11, found \"{line}\"")),
        }
    }
    Ok(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_at_the_beginning_of_lines() {
        let days = parse("date,name\n2031-04-11,Good Friday\n\n# Dasain\n2031-10-05\n").unwrap();
        assert_eq!(days.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2031-04-11", "2031-10-05"]);
        assert!(parse("date\n11.4.2031\n").unwrap_err().contains("line 2: expected a date"));
        assert!(parse("").unwrap().is_empty());
    }
}
