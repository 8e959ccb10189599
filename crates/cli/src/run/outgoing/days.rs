//! Which days ask to leave.

use super::super::Run;
use super::super::displacement::PROVISIONAL_DAYS;
use crate::crisis::Crisis;
use hexodus_model::{Dating, LocalDay, Period};

impl Run<'_> {
    /// Periods that are over and settled by `last`, the newest day: those of `every_days` days since the event.
    pub(super) fn settled_periods(&self, crisis: &Crisis, last: LocalDay) -> Vec<Period> {
        let release = &self.setup.config.release;
        let revised = if crisis.dating == Dating::Revised { PROVISIONAL_DAYS } else { 0 };
        let settled = last.0 - i32::from(release.settle_days).max(revised);
        let every = i32::from(release.every_days);
        let ends = (1..).map(|period| crisis.event.0 + period * every).take_while(|&end| end <= settled);
        ends.map(|end| Period { first: LocalDay(end - every + 1), last: LocalDay(end) }).collect()
    }

    /// How often one subscriber may be counted as arrived, departed or new in a period: who comes must leave before
    /// coming again, and each of the two takes some days to confirm.
    pub(super) fn times_counted(&self, crisis: &Crisis) -> u64 {
        let rule = &crisis.rule;
        let confirmed = rule.confirm_days.min(rule.return_days).min(rule.move_days).max(1);
        1 + u64::from((self.setup.config.release.every_days - 1) / (2 * confirmed))
    }
}
