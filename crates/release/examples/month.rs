//! How long suppression takes for thirty released days, each another matrix of 1,000 by 1,000 areas with hierarchy, at the k of two presets.
//!
//! `cargo run --release -p hexodus-release --example month`
#![allow(unused_crate_dependencies, reason = "an example shares the dependencies of the crate")]
#![allow(clippy::print_stdout, reason = "a tool that says what it measured")]

#[path = "../../../benches/inputs/displaced.rs"]
mod displaced;

use hexodus_release::suppress;
use rayon::prelude::*;
use std::time::Instant;

const DAYS: u64 = 30;
const PAIRS: u32 = 30_000;

fn main() {
    for (k, on_grid) in [(16, false), (16, true), (30, false), (30, true)] {
        let groups: Vec<_> = (1..=DAYS).map(|seed| displaced::group(seed, PAIRS, k, on_grid)).collect();
        let start = Instant::now();
        let audits: Vec<_> = groups.par_iter().map(|group| *suppress(group).audit()).collect();
        let seconds = start.elapsed().as_secs_f64();
        let sum = |of: fn(&hexodus_release::Audit) -> u64| audits.iter().map(of).sum::<u64>();
        println!(
            "k {k}, H3 {on_grid}: {DAYS} days in {seconds:.1} s on {} threads; {} numbers below k, {} withheld besides, {} failed",
            rayon::current_num_threads(),
            sum(|own| own.primary),
            sum(|own| own.complementary),
            sum(|own| own.failed)
        );
    }
}
