//! Each crisis: homes, displacement and return of all subscribers, counted on the grid and kept in the store.
//!
//! | module | answers |
//! |---|---|
//! | `window` | which stored days a crisis is counted from, and whether they are there |
//! | `count` | the counts, range of subscribers by range of subscribers |
//! | `homes` | homes by hours at places |
//! | `outages` | which homes were out of service |
//! | `identities` | whether the figures add up, at every level |
//! | `above_normal` | what each day has above normal |
//! | `tables` | the counts through the wall, to tables |

mod above_normal;
mod count;
mod homes;
mod identities;
mod outages;
mod tables;
mod window;

use super::Run;
use crate::crisis::Crisis;
use crate::failure::{Failure, pass};
use hexodus_failpoint::Point;
use hexodus_store::{CrisisCounts, Derived};
use std::collections::BTreeSet;
use window::Window;

impl Run<'_> {
    /// Counts every crisis anew whose days, rules, areas or plan have changed, and forgets those that are configured no
    /// more.
    pub fn count_crises(&mut self) -> Result<(), Failure> {
        let setup = self.setup;
        for crisis in &setup.crises {
            let Some(window) = self.crisis_window(crisis) else {
                self.console.step(&format!("{}: no usable day since the event yet", crisis.operation));
                self.forget_crisis(&crisis.slug)?;
                continue;
            };
            if self.crisis_part(crisis).is_some_and(|kept| kept.inputs == window.inputs) {
                continue;
            }
            if let Some(day) = window.removed {
                self.console.warn(&format!(
                    "{}: reduced days from {day} on were removed by age; its figures stay as they were",
                    crisis.operation
                ));
                continue;
            }
            pass(Point::CrisisBegin)?;
            let counts = self.console.timed("displacement", || self.count_crisis(crisis, &window))?;
            self.check_identities(&counts)?;
            pass(Point::CrisisCounted)?;
            self.keep_crisis(crisis, window, &counts)?;
        }
        let names: BTreeSet<&str> = setup.crises.iter().map(|crisis| crisis.slug.as_str()).collect();
        self.store.commit(|manifest| manifest.crises.retain(|name, _| names.contains(name.as_str())))?;
        Ok(())
    }

    /// The counts of a crisis, if there are any.
    fn crisis_counts(&self, crisis: &Crisis) -> Result<Option<CrisisCounts>, Failure> {
        let Some(derived) = self.crisis_part(crisis) else { return Ok(None) };
        Ok(Some(self.store.read_crisis(crisis.dating, &derived.part)?))
    }

    fn crisis_part(&self, crisis: &Crisis) -> Option<&Derived> {
        self.store.manifest().crises.get(&crisis.slug)
    }

    fn keep_crisis(&mut self, crisis: &Crisis, window: Window, counts: &CrisisCounts) -> Result<(), Failure> {
        let part = self.store.write_crisis(&crisis.slug, counts)?;
        pass(Point::CrisisWritten)?;
        let derived = Derived { part, inputs: window.inputs };
        self.store.commit(|manifest| _ = manifest.crises.insert(crisis.slug.clone(), derived))?;
        pass(Point::CrisisCommitted)?;
        Ok(())
    }

    fn forget_crisis(&mut self, slug: &str) -> Result<(), Failure> {
        self.store.commit(|manifest| _ = manifest.crises.remove(slug))?;
        Ok(())
    }
}
