//! What a table needs to know besides its numbers.

use hexodus_model::{AreaKey, AreaTree, Calendar, H3Cell, LocalDay};

/// The same for all tables of a release.
#[derive(Clone, Copy, Debug)]
pub struct ReleaseContext<'a> {
    /// Name of the operation, where a `[[crisis]]` names one.
    pub operation: Option<&'a str>,
    /// Number of the publication of this operation, from 1.
    pub round_number: Option<i32>,
    /// The date the release is named for.
    pub reporting_date: LocalDay,
    /// The areas that keys refer to.
    pub areas: &'a AreaTree,
    /// How local days and hours become instants.
    pub calendar: &'a Calendar,
    /// Resolution of the H3 grid.
    pub h3_res: u8,
}

/// What is known of an H3 cell; the grid itself is not known here.
#[derive(Clone, Copy)]
pub struct H3Facts<'a> {
    /// True area in km².
    pub area_km2: &'a (dyn Fn(H3Cell) -> f64 + Sync),
    /// The one area of a level (1, 2 …) that holds it; `None` outside every area.
    pub area_of: &'a (dyn Fn(H3Cell, u8) -> Option<AreaKey> + Sync),
}
