//! Columns of `coverage_daily_<level>` (formats §4.7.1).

use crate::column::ColumnKind::{Bool, Date, F64, I32, I64, Text};
use crate::column::{Column, Layout};

/// What the n of n ≥ k is.
const TESTED: &str =
    "distinct subscribers at one radio cell of the area on one day of the baseline, the most there were";

/// One row per area and day; one table per level.
pub const COVERAGE_DAILY: Layout = Layout {
    name: "coverage_daily_<level>",
    key: &["date", "adm_level", "area_id"],
    columns: &[
        Column::new("date", Date, "Local day").hxl("#date"),
        Column::new("adm_level", I32, "Administrative level").hxl("#adm+level"),
        Column::new("area_id", Text, "P-code at adm_level").hxl("#adm+pcode"),
        Column::new("cod_version", Text, "Version of the boundary dataset").hxl("#meta+cod_version"),
        Column::new("sites_known", I64, "Sites that the plan has on the day").unit("sites"),
        Column::new("sites_alive", I64, "Of these, sites that carry half of the usual traffic of their day or more; all of them where there is no baseline")
            .nullable()
            .unit("sites")
            .tested_on(TESTED),
        Column::new(
            "kappa",
            F64,
            "Share of the usual traffic of the day carried by sites while they were not out; null without a baseline or traffic in it",
        )
        .nullable()
        .unit("share, 0 to 1")
        .tested_on(TESTED),
        Column::new("coverage_flag", Text, "low: kappa < 0.8; withhold: kappa < 0.5; else null").nullable().tested_on(TESTED),
        Column::new("suppressed", Bool, "Whether sites_alive and kappa are withheld"),
        Column::new("suppression_reason", Text, "Why; null where not suppressed").nullable(),
    ],
};
