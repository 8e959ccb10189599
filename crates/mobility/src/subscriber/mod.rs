//! One subscriber: pure functions on one sorted slice.

pub mod daily_location;
pub mod day;
pub mod displacement;
pub mod ground;
pub mod home;
pub mod home_windows;
pub mod majority;
pub mod residence;
pub mod routine;
#[cfg(test)]
pub(crate) mod samples;
pub mod stay_lengths;
pub mod trips;
