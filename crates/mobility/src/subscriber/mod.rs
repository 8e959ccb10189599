//! One subscriber: pure functions on one sorted slice.

pub mod daily_location;
pub mod day;
pub mod trips;
