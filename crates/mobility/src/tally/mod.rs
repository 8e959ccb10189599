//! A population: counts of distinct subscribers that merge.

pub mod conservation;
pub mod day_to_day;
pub mod presence;
