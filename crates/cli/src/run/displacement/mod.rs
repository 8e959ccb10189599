//! Each crisis: homes, displacement and return of all subscribers, counted on the grid and kept in the store.
//!
//! | module | answers |
//! |---|---|
//! | `window` | which stored days a crisis is counted from, and whether they are there |
//! | `count` | the counts, range of subscribers by range of subscribers |
//! | `kept` | what a night leaves for the next |
//! | `of_shard` | the counts of one shard, to be added up |
//! | `homes` | homes by hours at places |
//! | `outages` | which homes were out of service |
//! | `identities` | whether the figures add up, at every level |
//! | `above_normal` | what each day has above normal |
//! | `people` | how many people that is |
//! | `basis` | what a panel stands for, and what is seen without an event |
//! | `variances` | how much figures of people vary over replicates |
//! | `population` | how many people are in each area then |
//! | `raking` | which residents stand for more of them, by urban and rural homes |
//! | `revised` | what an earlier run told of the last days, and how far that moved |
//! | `recovery` | how they return, and the next weeks |
//! | `by_areas` | the counts by areas, summed up once |
//! | `tables` | the counts through the wall, to tables |

mod above_normal;
mod basis;
mod by_areas;
mod count;
mod homes;
mod identities;
mod kept;
mod of_shard;
mod outages;
mod people;
mod population;
mod raking;
mod recovery;
mod revised;
mod tables;
mod variances;
mod window;

pub(super) use count::Counted;
pub(super) use of_shard::CountedShard;
pub(super) use people::{LevelPeople, PROVISIONAL_DAYS};
pub(super) use revised::ByDay;
pub(super) use window::Window;

use super::Run;
use crate::crisis::Crisis;
use crate::failure::{Failure, pass};
use hexodus_failpoint::Point;
use hexodus_model::{LocalDay, Period};
use hexodus_store::{CountsUntil, CrisisCounts, CrisisEntry};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Counts a crisis over its window.
type Count<'c, 'a> = dyn FnMut(&mut Run<'a>, &Crisis, &Window) -> Result<Counted, Failure> + 'c;

impl<'a> Run<'a> {
    /// Counts every crisis anew whose days, rules, areas or plan have changed, and forgets those that are configured no
    /// more.
    pub fn count_crises(&mut self) -> Result<(), Failure> {
        self.count_crises_by(&mut |run, crisis, window| run.count_crisis(crisis, window))
    }

    /// The same, counted by `count`.
    pub(super) fn count_crises_by(&mut self, count: &mut Count<'_, 'a>) -> Result<(), Failure> {
        let setup = self.setup;
        for crisis in &setup.crises {
            let Some(window) = self.crisis_window(crisis) else {
                self.console.step(&format!("{}: no usable day since the event yet", crisis.operation));
                self.forget_crisis(&crisis.slug)?;
                continue;
            };
            if self.has_counts_of(crisis, &window) {
                continue;
            }
            if let Some(day) = window.removed {
                self.console.warn(&format!(
                    "{}: reduced days from {day} on were removed by age; its figures stay as they were",
                    crisis.operation
                ));
                self.store.forget_kept(&crisis.slug)?;
                continue;
            }
            pass(Point::CrisisBegin)?;
            let before = self.crisis_counts(crisis)?;
            let told = before.as_deref().map(|counts| self.everybody_told(counts)).transpose()?;
            self.told_before.extend(told.map(|told| (crisis.slug.clone(), told)));
            let console = self.console;
            let counted = console.timed("displacement", || count(self, crisis, &window))?;
            self.check_identities(&counted.counts, counted.from)?;
            pass(Point::CrisisCounted)?;
            self.keep_crisis(crisis, window, counted)?;
        }
        let names: BTreeSet<&str> = setup.crises.iter().map(|crisis| crisis.slug.as_str()).collect();
        self.store.commit(|manifest| manifest.crises.retain(|name, _| names.contains(name.as_str())))?;
        Ok(())
    }

    /// Whether the counts of a crisis are those of the stored days and the rules in force.
    pub(super) fn has_counts_of(&self, crisis: &Crisis, window: &Window) -> bool {
        self.crisis_entry(crisis).is_some_and(|kept| kept.inputs == window.inputs)
    }

    /// The counts of a crisis, if there are any.
    pub(super) fn crisis_counts(&self, crisis: &Crisis) -> Result<Option<Cow<'_, CrisisCounts>>, Failure> {
        if let Some(counts) = self.crises.get(&crisis.slug) {
            return Ok(Some(Cow::Borrowed(counts)));
        }
        let Some(entry) = self.crisis_entry(crisis) else { return Ok(None) };
        Ok(Some(Cow::Owned(self.store.read_crisis(crisis.dating, entry)?)))
    }

    fn crisis_entry(&self, crisis: &Crisis) -> Option<&CrisisEntry> {
        self.store.manifest().crises.get(&crisis.slug)
    }

    /// Writes the counts of the days that were counted, those of the last day apart: the next night counts it again and
    /// leaves the others as they are.
    fn keep_crisis(&mut self, crisis: &Crisis, window: Window, counted: Counted) -> Result<(), Failure> {
        let Counted { counts, from, evenings } = counted;
        let mut before = self.crisis_entry(crisis).map(|own| own.before.clone()).unwrap_or_default();
        before.retain(|own| from.is_some_and(|from| own.day <= from));
        let mut first = before.last().map_or(LocalDay(i32::MIN), |own| own.day.next());
        if let Some(evening) = evenings.last().map(|own| own.day).filter(|&day| day >= first) {
            let part = self.store.write_crisis(&crisis.slug, &counts, Period { first, last: evening })?;
            before.push(CountsUntil { day: evening, part });
            first = evening.next();
        }
        let part = self.store.write_crisis(&crisis.slug, &counts, Period { first, last: window.days.last })?;
        pass(Point::CrisisWritten)?;
        // In one commit: what is kept goes with these counts and no others.
        let entry = CrisisEntry { before, part, inputs: window.inputs, evenings, replicates: None };
        self.store.commit(|manifest| _ = manifest.crises.insert(crisis.slug.clone(), entry))?;
        pass(Point::CrisisCommitted)?;
        self.crises.insert(crisis.slug.clone(), counts);
        Ok(())
    }

    fn forget_crisis(&mut self, slug: &str) -> Result<(), Failure> {
        self.store.commit(|manifest| _ = manifest.crises.remove(slug))?;
        Ok(())
    }
}
