//! The other commands.

pub mod check;
pub mod demo;
pub mod explain;
pub mod init;
pub mod quarantine;
pub mod status;
pub mod synth;
