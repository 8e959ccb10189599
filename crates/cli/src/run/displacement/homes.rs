//! Homes by hours at places, for the crises whose profile asks for them.

use super::super::Run;
use super::super::on_request::HOURS;
use super::window::Window;
use crate::crisis::{Crisis, HomesBy};
use crate::failure::Failure;
use hexodus_mobility::{FoundHomes, HoursRules, homes_by_permanence};
use hexodus_model::LocalDay;
use hexodus_store::{Part, Share};

impl Run<'_> {
    /// The homes of a share of the subscribers; none where homes come from daily locations.
    pub(super) fn homes_by_hours(
        &self,
        crisis: &Crisis,
        window: &Window,
        share: Share,
    ) -> Result<Option<FoundHomes>, Failure> {
        let HomesBy::Hours(rule) = crisis.homes else { return Ok(None) };
        let days = self.store.read_hours_of(&self.hours_parts(crisis, window), share)?;
        let first_hour = crisis.profile.day_start_hour();
        Ok(Some(homes_by_permanence(&days, &HoursRules { rule, holidays: &crisis.left_out, first_hour })))
    }

    /// Hours of the days of the baseline that may be learnt from and were reduced to hours.
    pub(super) fn hours_parts(&self, crisis: &Crisis, window: &Window) -> Vec<(LocalDay, &Part)> {
        let HomesBy::Hours(_) = crisis.homes else { return Vec::new() };
        let of_baseline = window.usable.iter().copied().filter(|&day| crisis.baseline.contains(day));
        let part = |day: LocalDay| {
            let entry = self.store.manifest().days.get(&day)?;
            Some((day, &entry.derived.get(HOURS)?.part))
        };
        of_baseline.filter_map(part).collect()
    }
}
