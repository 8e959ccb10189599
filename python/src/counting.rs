//! Events of whole subscribers → all that is counted of them, in one go.

use crate::areas::Areas;
use crate::block::{Block, DayRuns};
use crate::fault::Checked;
use crate::flows::{LocatedDays, at_level, matrices_between};
use crate::locations::PlaceColumns;
use crate::reduce::{Rules, SubscribersByDay};
use crate::scattered::DayEvents;
use hexodus_locate::Locator;
use hexodus_mobility::{DailyLocationRule, locations_over_days, reduce_day};
use hexodus_model::{
    Calendar, DayPlaces, DayWindow, FlowMatrix, GroupedEvents, H3Cell, Level, LocalDay, LocationId, Locations, Moment,
    Presence,
};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// What to count, and where everything is: read once, used for many blocks of events.
pub struct Counting {
    /// Which columns said where: it tells what the name of a location is of.
    pub place: PlaceColumns,
    /// The radio cells of the plan, by name.
    pub radio_cells: FxHashMap<u64, Box<str>>,
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
#[derive(Default)]
pub struct Counts {
    /// Events that were there before.
    pub duplicates: u64,
    /// The others, at a place and at none.
    pub accepted: [u64; 2],
    /// Daily locations of each day.
    pub located: Vec<(LocalDay, u64)>,
    /// From each day to the next, be anybody seen on both or on one.
    pub flows: Vec<(usize, FlowMatrix)>,
    /// Who was where.
    pub presence: Vec<(usize, Presence)>,
}

impl Counting {
    /// What the name of a location stands for. A radio cell without a plan's id is nowhere, under whatever id.
    pub fn id_of(&self, name: u64) -> LocationId {
        match self.place {
            PlaceColumns::RadioCell(_) => {
                let known = self.radio_cells.get(&name).cloned();
                LocationId::RadioCell(known.unwrap_or_else(|| format!("\0{name:x}").into()))
            }
            _ => H3Cell::from_index(name).map_or(LocationId::NullIsland, LocationId::Point),
        }
    }

    /// Counts the events of a block, and empties it. All events of a subscriber must be in it.
    pub fn count(&self, block: &mut Block) -> Checked<Counts> {
        let (days, locations) = block.take();
        let in_order = |(window, runs): (DayWindow, DayRuns)| {
            let (events, duplicates) = runs.grouped();
            DayEvents { window, shares: vec![events], duplicates }
        };
        Ok(self.count_days(days.into_iter().map(in_order), locations)?.0)
    }

    /// Counts days of events, ascending, and says where everybody was on each. All events of a subscriber must be among them.
    pub fn count_days(
        &self,
        days: impl IntoIterator<Item = DayEvents>,
        locations: &Locations,
    ) -> Checked<(Counts, SubscribersByDay)> {
        let (mut counts, mut subscriber_days) = (Counts::default(), Vec::new());
        for DayEvents { window, shares, duplicates } in days {
            counts.duplicates += duplicates;
            let places = self.places(locations, &window);
            let is_located = |own: &&Moment| places.at(own.location(), own.micros_of_day()).is_some();
            let located: usize = shares.par_iter().map(|own| own.moments().iter().filter(is_located).count()).sum();
            let events: usize = shares.iter().map(GroupedEvents::len).sum();
            counts.accepted[0] += located as u64;
            counts.accepted[1] += (events - located) as u64;
            let rules = self.rules.of_day(&self.calendar, &window);
            let reduced = reduce_day(shares.len(), |share| &shares[share], &places, &window, &rules);
            if (self.period[0]..=self.period[1]).contains(&window.day) {
                counts.presence.extend(reduced.presence.into_iter().filter_map(|own| self.wanted(own)));
            }
            subscriber_days.push((window.day, reduced.subscriber_days.to_vec()));
        }
        let located = locations_over_days(self.rule, &subscriber_days).into_iter();
        let located: LocatedDays = located.filter(|own| !own.1.is_empty()).collect();
        counts.flows = self.flows(&located)?;
        let [first, last] = self.period;
        counts.located = located.range(first..=last).map(|(&day, own)| (day, own.len() as u64)).collect();
        Ok((counts, subscriber_days))
    }

    /// Where each location was on a day, with the areas of the levels.
    fn places(&self, locations: &Locations, window: &DayWindow) -> DayPlaces {
        let mut places = self.locator.day_places(locations, window);
        let areas = self.levels.iter().filter_map(|level| level.1.as_ref());
        places.areas = areas.map(|areas| places.h3.iter().map(|&h3| areas.of(h3)).collect()).collect();
        places
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
