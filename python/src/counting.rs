//! Rows of whole subscribers → all that is counted of them, in one go.

use crate::areas::Areas;
use crate::check::{CheckedEvents, EventColumns, check_events};
use crate::columns::Reader;
use crate::events::read_events;
use crate::fault::Checked;
use crate::flows::{LocatedDays, at_level, matrices_between};
use crate::local_days::LocalDays;
use crate::reduce::{Rules, reduce};
use crate::subscribers::Pseudonyms;
use hexodus_locate::Locator;
use hexodus_mobility::{DailyLocationRule, locations_over_days};
use hexodus_model::{Calendar, FlowMatrix, Level, LocalDay, Presence, RowCounts};
use std::collections::BTreeSet;

/// What to count, and where everything is: read once, used for many blocks of rows.
pub struct Counting {
    /// Which columns say what.
    pub columns: EventColumns,
    /// The local days.
    pub calendar: Calendar,
    /// Where radio cells are.
    pub locator: Locator,
    /// The levels to count at, with the areas of each; none for the H3 grid.
    pub levels: Vec<(Level, Option<Areas>)>,
    /// How a day is reduced.
    pub rules: Rules,
    /// Where a subscriber was on a day.
    pub rule: DailyLocationRule,
    /// First and last day counted.
    pub period: [LocalDay; 2],
}

/// What was counted; levels are positions in [`Counting::levels`].
pub struct Counts {
    /// What became of the rows.
    pub rows: RowCounts,
    /// Daily locations of each day.
    pub located: Vec<(LocalDay, u64)>,
    /// From each day to the next, be anybody seen on both or on one.
    pub flows: Vec<(usize, FlowMatrix)>,
    /// Who was where.
    pub presence: Vec<(usize, Presence)>,
}

impl Counting {
    /// Counts rows with pseudonyms. All rows of a subscriber must be among them.
    pub fn count(&self, rows: Reader) -> Checked<Counts> {
        let days = || LocalDays::new(self.calendar.clone());
        let pseudonyms = Pseudonyms::new(None)?;
        let CheckedEvents { events, counts, .. } =
            check_events(rows, &self.columns, &pseudonyms, days(), &self.locator)?;
        let events = read_events(events.reader(), days())?;
        let areas: Vec<&Areas> = self.levels.iter().filter_map(|level| level.1.as_ref()).collect();
        let (mut presence, mut subscriber_days) = (Vec::new(), Vec::new());
        for (day, reduced) in reduce(&events, &events.places(&areas), &self.calendar, self.rules) {
            if (self.period[0]..=self.period[1]).contains(&day) {
                presence.extend(reduced.presence.into_iter().filter_map(|own| self.wanted(own)));
            }
            subscriber_days.push((day, reduced.subscriber_days.to_vec()));
        }
        let located = locations_over_days(self.rule, &subscriber_days).into_iter();
        let located: LocatedDays = located.filter(|own| !own.1.is_empty()).collect();
        let flows = self.flows(&located)?;
        let [first, last] = self.period;
        let located = located.range(first..=last).map(|(&day, own)| (day, own.len() as u64)).collect();
        Ok(Counts { rows: counts, located, flows, presence })
    }

    /// With the position of its level. The kernel names levels of areas by number, in the order they were handed over.
    fn wanted(&self, own: Presence) -> Option<(usize, Presence)> {
        let position = match own.level {
            // By hour there is only the grid.
            Level::H3 => self.levels.iter().position(|level| level.1.is_none()),
            Level::Adm(number) => {
                let of_areas = self.levels.iter().enumerate().filter(|level| level.1.1.is_some());
                of_areas.map(|level| level.0).nth(usize::from(number) - 1)
            }
        };
        Some((position?, own))
    }

    /// A day on which these subscribers were nowhere may be one on which others were somewhere, so flows reach to the days
    /// around those with a daily location. Whoever sums them knows which days nobody was located on.
    fn flows(&self, located: &LocatedDays) -> Checked<Vec<(usize, FlowMatrix)>> {
        let [first, last] = self.period;
        let around = located.keys().flat_map(|day| [day.previous(), *day, day.next()]);
        let around: BTreeSet<LocalDay> = around.filter(|day| (first..=last).contains(day)).collect();
        let mut flows = Vec::new();
        for matrix in matrices_between(located, &around)? {
            for (position, (level, areas)) in self.levels.iter().enumerate() {
                flows.push((position, at_level(&matrix, *level, areas.as_ref())));
            }
        }
        Ok(flows)
    }
}
