//! Where each radio cell stood, and when.
//!
//! A plan arrives as rows, often one snapshot a day that repeats nearly everything. It is resolved in four steps, one
//! file each; the order of the rows never matters.
//!
//! | file | step |
//! |---|---|
//! | [`rules`] | the settings of `[radio_cells]` |
//! | `repair` | one row: (0, 0), swapped and implausible coordinates |
//! | `validity` | all rows of one radio cell: snapshots become one record, overlaps are decided, gaps bridged |
//! | [`site`] | radio cells become sites with keys that outlive the plan |
//! | `leaders` | the nearest site within a radius, without looking at all of them |
//! | [`site_lookup`] | which site each location stood at, for many instants |
//! | [`report`] | what was found on the way |
//! | [`cell_plan`] | the result |

pub mod cell_plan;
pub mod error;
mod leaders;
mod repair;
pub mod report;
pub mod rules;
pub mod site;
pub mod site_lookup;
mod validity;

pub use cell_plan::CellPlan;
pub use error::PlanError;
pub use report::{NetFlag, PlanOverlap, PlanReport};
pub use rules::PlanRules;
pub use site::{Site, SiteKey, SiteMember};
pub use site_lookup::SiteLookup;
