//! How old the key is, counted in days of data: no clock is asked.

use hexodus_model::LocalDay;
use hexodus_store::Manifest;

/// A new panel is comparable with nothing before it: a baseline (28 days) and a week of residence must pass
/// (methods §8.4), so a rotation is announced this many days ahead.
const NOTICE_DAYS: i32 = 34;

/// The epoch in use, its age, and a warning when its planned end is near or past.
pub fn key_lines(manifest: &Manifest, rotate_after_days: Option<u32>) -> Vec<String> {
    let epoch = manifest.key_epochs.len();
    let mut days = manifest.days.keys().filter(|&&day| manifest.key_epoch(day) == Some(epoch));
    let (Some(&first), Some(&newest)) = (days.next(), manifest.days.keys().next_back()) else {
        return vec![format!("key epoch {epoch}: no day yet")];
    };
    let age = newest.0 - first.0 + 1;
    let mut lines = vec![format!("key epoch {epoch}: in use for {age} days, since {first}")];
    if let Some(planned) = rotate_after_days {
        let end = LocalDay(first.0.saturating_add(planned as i32));
        let left = end.0 - newest.0;
        if left <= NOTICE_DAYS {
            let when = if left > 0 { format!("in {left} days") } else { format!("{} days ago", -left) };
            lines.push(format!(
                "warning: a new key is planned for {end}, {when} ([store] rotate_key_after_days = {planned}): a rotation \
                 starts a new panel, and {NOTICE_DAYS} days pass before it can be compared with a baseline of its own"
            ));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_store::{DayEntry, StoreIdentity};

    fn used_for(days: i32) -> Manifest {
        let identity = StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: "k".into() };
        let mut manifest = Manifest::new(identity);
        let entry = DayEntry { key: "k".into(), ..DayEntry::default() };
        manifest.days = (100..100 + days).map(|day| (LocalDay(day), entry.clone())).collect();
        manifest
    }

    #[test]
    fn the_warning_comes_34_days_ahead() {
        let warns = |days, planned| key_lines(&used_for(days), planned).len() == 2;
        // The 331st day is day 430; the planned end, 365 days after day 100, is day 465: 35 days ahead.
        assert!(!warns(331, Some(365)) && warns(332, Some(365)) && warns(400, Some(365)));
        assert!(!warns(400, None));
        assert!(key_lines(&used_for(332), Some(365))[1].contains("in 34 days"));
        assert!(key_lines(&used_for(375), Some(365))[1].contains("9 days ago"));
    }
}
