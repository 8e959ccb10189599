//! Where a run may be stopped on purpose, so that tests can show what a killed run leaves behind.
//!
//! [`pass`] stands at every write, flush, rename and removal of store and release, and between the steps of a run. It
//! does nothing unless the environment variable `HEXODUS_FAIL_POINT` named that point when the process started: then
//! it is one comparison with a value read once, beside a system call that costs a thousand times as much.
//!
//! The value is `name`, `name:n` (the n-th passing, from 1), and with `:error` after it (`name:error`, `name:n:error`)
//! the point returns an error as a full disk does, where it otherwise ends the process at once, as kill −9 would.
//!
//! | module | answers |
//! |---|---|
//! | [`point`] | which points there are |
//! | [`mod@armed`] | which one is asked for, and what happens there |
#![cfg_attr(not(test), warn(unused_crate_dependencies))]

pub mod armed;
pub mod point;

pub use armed::{VARIABLE, armed, pass};
pub use point::Point;
