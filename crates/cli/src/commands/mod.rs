//! The other commands.

pub mod check;
pub mod demo;
mod demo_people;
pub mod explain;
pub mod init;
pub mod key;
pub mod prune;
pub mod quarantine;
pub mod status;
pub mod synth;
pub mod verify;
