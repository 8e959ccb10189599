//! The crate from outside: against the rules of the formats, and against brute force.
#![allow(clippy::print_stderr, reason = "a skipped test and a measured time are said aloud")]

mod areas;
mod plan;
mod population;
mod tiling;
