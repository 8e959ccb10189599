//! Draws random small worlds, suppresses them and writes what a reader would see, for an attacker to try.
//!
//! `cargo run --release -p hexodus-release --example worlds -- --seeds 1-1000 --to FOLDER`
#![allow(unused_crate_dependencies, reason = "an example shares the dependencies of the crate")]
#![allow(clippy::print_stdout, reason = "a tool of tests that says what it did")]

mod draw;
mod files;

use hexodus_release::suppress;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [seeds_name, seeds, to_name, to] = &arguments[..] else { return Err(USAGE.into()) };
    let (Some((first, last)), "--seeds", "--to") = (seeds.split_once('-'), &seeds_name[..], &to_name[..]) else {
        return Err(USAGE.into());
    };
    let start = std::time::Instant::now();
    let (mut worlds, mut primary, mut complementary, mut shift, mut program, mut failed) = (0, 0, 0, 0, 0, 0);
    for seed in first.parse::<u64>()?..=last.parse()? {
        let group = draw::world(seed);
        let pattern = suppress(&group);
        let audit = pattern.audit();
        worlds += 1;
        primary += audit.primary;
        complementary += audit.complementary;
        shift += audit.shown_by_shift;
        program += audit.shown_by_program;
        failed += audit.failed;
        files::write(&Path::new(to).join(seed.to_string()), &group, Some(&pattern))?;
    }
    println!(
        "{{\"worlds\": {worlds}, \"primary\": {primary}, \"complementary\": {complementary}, \"by_shift\": {shift}, \
         \"by_program\": {program}, \"failed\": {failed}, \"milliseconds\": {}}}",
        start.elapsed().as_millis()
    );
    Ok(())
}

const USAGE: &str = "usage: worlds --seeds FIRST-LAST --to FOLDER";
