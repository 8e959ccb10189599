//! A population: counts of distinct subscribers that merge.

pub mod accounting;
pub mod conservation;
pub mod day_to_day;
pub mod flows;
pub mod presence;
pub mod spread;
pub mod stock;
