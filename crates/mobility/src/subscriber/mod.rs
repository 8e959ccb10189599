//! One subscriber: pure functions on one sorted slice.

pub mod all_pairs;
pub mod daily_location;
pub mod day;
pub mod displacement;
pub mod entropy;
pub mod ground;
pub mod home;
pub mod home_windows;
pub mod instants;
pub mod kept;
pub mod kept_bytes;
pub mod last_known;
pub mod majority;
pub mod permanence;
pub mod ping_pong;
pub mod profiles;
pub mod residence;
pub mod revise;
pub mod routine;
#[cfg(test)]
pub(crate) mod samples;
pub mod stay_lengths;
pub mod stays;
pub mod trips;
pub mod usual_environment;
