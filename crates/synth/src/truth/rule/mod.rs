//! Rule truth: the definition of displacement (methods §3.1) applied to the true whereabouts of every person.
//!
//! Written from the text of the definition, naively, one person at a time, from a list of the H3 cells in which the
//! person really spent the nights. It knows neither radio cells nor records, and shares no code with the estimators.
//! An estimator that works by the same definition should find these states, on these days.

mod home;
mod residence;
mod spells;
mod states;
mod usual;

use super::grid::Grid;
use super::tally::{StockFiles, Tally};
use crate::error::SynthError;
use crate::routine::night_place;
use crate::world::World;
use hexodus_model::LocalDay;
use spells::SpellFile;
use states::{Verdict, verdict};
use std::path::Path;

/// Writes `rule_states.csv.gz` and `rule_stock_adm<level>.csv`. Without an event day in the run they are empty. Memory:
/// the nights of one person, and the counts of all days.
pub(super) fn write(folder: &Path, grid: &Grid, world: &World) -> Result<(), SynthError> {
    let mut spells = SpellFile::begin(&folder.join("rule_states.csv.gz"))?;
    let mut files = StockFiles::begin(folder, "rule_stock", false, &world.districts)?;
    if let Some(crisis) = &world.crisis {
        let event = (crisis.day.0 - world.run.first.0) as usize;
        let mut tallies = vec![Tally::new(&world.districts); world.run.days as usize - event];
        for number in 0..world.subscribers.len() as u32 {
            let person = verdict(&nights(number, grid, world), event, |from, to| grid.km(from, to));
            spells.write_person(number, crisis.day, &person, grid, world)?;
            count(&person, &mut tallies, grid, world);
        }
        for (day, tally) in (crisis.day.0..).map(LocalDay).zip(&tallies) {
            files.write_day(day, tally, &world.districts)?;
        }
    }
    spells.finish()?;
    files.finish()
}

/// The H3 cell of every night of the run.
fn nights(number: u32, grid: &Grid, world: &World) -> Vec<u32> {
    let subscriber = &world.subscribers[number as usize];
    let place = |day| night_place(world.seed, number, subscriber, day, &world.settlements);
    world.days().map(|day| grid.cell(place(day))).collect()
}

fn count(person: &Verdict, tallies: &mut [Tally], grid: &Grid, world: &World) {
    let Some(home) = person.home else { return };
    let mut was = None;
    for (tally, day) in tallies.iter_mut().zip(&person.days) {
        let is = day.episode.map(|episode| grid.district(episode.host));
        tally.add(&world.districts, grid.district(home), (was, is), false);
        was = is;
    }
}
