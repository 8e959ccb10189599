//! From what a record says about its place to the H3 cell and the administrative area that count.
//!
//! A radio cell stands at a *site*; the H3 cell (resolution 8, mean 0.737 km²) of the site's point is the unit of
//! place; every H3 cell belongs to exactly one area (methods §4.0, formats §§1.3 and 1.4). Everything here is a pure
//! function of its input: no threads, no randomness, no hash order, and a total order wherever a choice is made.
//!
//! | module | answers |
//! |---|---|
//! | [`h3`] | which H3 cell a point is in, and how large it is |
//! | [`areas`] | what a boundary file says: areas, P-codes, parents, dataset version |
//! | [`tiling`] | which area each H3 cell belongs to, and which areas are too small to have one |
//! | [`plan`] | where each radio cell stood and when, which site it belongs to, what was wrong with the plan |
//! | [`population`] | how many people live in each area |
//! | [`class_totals`] | how many of them in towns |
//! | [`locator`] | where each location was on one local day: the bridge from keys to places |
//!
//! ```
//! let h3 = hexodus_locate::h3_of_point(37.775_938_728, -122.417_957_748).unwrap();
//! assert_eq!(h3.to_string(), "8828308281fffff");
//! assert_eq!(hexodus_locate::h3_of_point(95.0, 0.0), None, "no such latitude");
//! ```
#![cfg_attr(not(test), warn(unused_crate_dependencies))]

pub mod areas;
pub mod class_totals;
pub mod h3;
pub mod locator;
pub mod plan;
pub mod population;
pub mod tiling;

pub use areas::{AreaColumns, AreaError, AreaLayer, AreaWarning, read_areas, read_footprint};
pub use class_totals::{ClassPeople, ClassTotals, LevelArea};
pub use h3::{RESOLUTION, h3_area_km2, h3_centre, h3_of_point, h3_ring};
pub use locator::Locator;
pub use plan::{CellPlan, NetFlag, PlanError, PlanReport, PlanRules, Site, SiteKey, SiteLookup};
pub use population::{NoAreaInCommon, Population, PopulationGaps, PopulationReference};
pub use tiling::H3Areas;
