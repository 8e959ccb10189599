//! One subscriber: pure functions on one sorted slice.

pub mod daily_location;
pub mod day;
pub mod home;
pub mod home_windows;
pub mod majority;
pub mod residence;
#[cfg(test)]
pub(crate) mod samples;
pub mod stay_lengths;
pub mod trips;
