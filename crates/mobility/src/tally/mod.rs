//! A population: counts of distinct subscribers that merge.

pub mod accounting;
mod by_day;
pub mod conservation;
pub mod day_to_day;
pub mod flows;
pub mod presence;
pub mod spread;
pub mod stock;
