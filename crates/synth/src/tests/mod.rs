//! Promises of the whole generator, checked against what it wrote by readers that share nothing with it.

mod bytes;
mod churn;
mod dumps;
mod given_areas;
mod invented_areas;
mod ownership;
mod population;
mod reader;
mod rule;
mod scenarios;
mod speed;
mod truth;

use crate::{Summary, SynthOptions, generate};
use std::path::Path;

/// A small crisis: ten days, the fifth of them struck.
fn small(seed: u64) -> SynthOptions {
    SynthOptions { seed, subscribers: 3_000, days: 10, files_per_day: 2, ..SynthOptions::default() }
}

fn written(options: &SynthOptions, folder: &Path) -> Summary {
    generate(options, folder, &mut |_| ()).unwrap()
}
