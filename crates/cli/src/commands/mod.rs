//! The other commands.

pub mod check;
pub mod demo;
mod demo_people;
mod demo_release;
pub mod explain;
pub mod init;
pub mod key;
pub mod policy;
pub mod prune;
pub mod quarantine;
pub mod report;
pub mod spark_submit;
pub mod status;
pub mod summary;
pub mod synth;
pub mod verify;
