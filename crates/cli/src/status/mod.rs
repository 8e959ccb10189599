//! What `hexodus status` says, line by line, from the manifest alone.
//!
//! | module | answers |
//! |---|---|
//! | `days` | what is there, day by day, and how good it is |
//! | `files` | which files were accepted, and which are new |
//! | `stale` | what a run would do, and why |
//! | `key_age` | how old the key is |
//! | `released` | what left, and what is left of the privacy budget |
//! | `traits` | whether population groups or countries of SIMs are kept |

mod days;
mod files;
mod key_age;
mod released;
mod stale;
mod traits;

pub use days::day_lines;
pub use files::{file_lines, new_files};
pub use key_age::key_lines;
pub use released::released_lines;
pub use stale::recomputed;
pub use traits::trait_lines;
