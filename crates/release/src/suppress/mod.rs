//! Complementary suppression: what else is withheld so that nothing below k can be computed from what is shown.
//!
//! | module | answers |
//! |---|---|
//! | [`linked`] | which numbers are released together, and which sums tie them |
//! | [`pattern`] | which of them are shown, with the audit |
//! | `build`, `net` | the same as cells and sums; pairs that nobody is in only where they are needed |
//! | `work` | which k holds, who is to be protected |
//! | `sums` | the quick rule: what is left of a shown number is nothing or enough |
//! | `protect` | number by number: protected, or what else to withhold |
//! | `changes` | is it another world that looks the same |
//! | `cycles`, `exchange`, `shift` | searches for such a world |
//! | `program`, `around` | a linear program over the cells around a number, for the few that remain |

mod around;
mod build;
mod changes;
mod cycles;
mod exchange;
pub mod linked;
mod net;
pub mod pattern;
mod program;
mod protect;
mod shift;
mod sums;
mod work;

#[cfg(test)]
mod tests;

pub use linked::{FigureKind, LinkedFigure, LinkedGroup, LinkedIdentity, LinkedLevel, LinkedParts, protection_width};
pub use pattern::{Audit, Pattern, suppress};
