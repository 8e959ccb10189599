//! Columns of what leaves of the network (formats §4.7, §4.7.1).

use crate::column::ColumnKind::{Bool, F64, I32, I64, Text};
use crate::column::{Column, Layout};
use crate::common_columns::{ADM_LEVEL, COD_VERSION, DATE, REASON};

const AT_SITES: &str =
    "distinct subscribers at one radio cell on one day of the baseline, of the site with the fewest that kappa counts";
const OF_DAY: &str = "distinct subscribers of the day";

/// One row per day, level and area.
pub const COVERAGE: Layout = Layout {
    name: "coverage_daily",
    key: &["date", "adm_level", "area_id"],
    columns: &[
        DATE,
        ADM_LEVEL,
        Column::new("area_id", Text, "P-code at adm_level").hxl("#adm+code"),
        COD_VERSION,
        Column::new(
            "kappa",
            F64,
            "Share of the usual traffic of the weekday carried by sites now alive, in steps of 0.05, rounded down; of sites with k subscribers only",
        )
        .nullable()
        .unit("share, 0 to 1")
        .tested_on(AT_SITES),
        Column::new("coverage_flag", Text, "low: kappa < 0.8; withhold: kappa < 0.5; else null")
            .nullable()
            .tested_on(AT_SITES),
        Column::new("suppressed", Bool, "Whether kappa is withheld"),
        REASON,
    ],
};

/// One row per day, for the country. The file is `quality_daily`; that of a run has other columns.
pub const QUALITY: Layout = Layout {
    name: "quality_daily (released)",
    key: &["date", "adm_level", "area_id"],
    columns: &[
        DATE,
        ADM_LEVEL,
        Column::new("area_id", Text, "P-code of the country").hxl("#country+code"),
        Column::new("events_located_pct", F64, "Share of the day's events at a known place")
            .nullable()
            .unit("percent")
            .tested_on(OF_DAY),
        Column::new(
            "radio_cells_active_pct",
            F64,
            "Radio cells with an event, of the median over the baseline; may exceed 100; null without a plan or a baseline",
        )
        .nullable()
        .unit("percent"),
        Column::new("coverage_pct", F64, "kappa of the country, in steps of 5, rounded down; null without a baseline")
            .nullable()
            .unit("percent")
            .tested_on(AT_SITES),
        Column::new("hours_covered", I32, "Local hours with at least k events").nullable().unit("hours").tested_on(OF_DAY),
        Column::new("day_complete", Bool, "Whether the day is believed to be complete").nullable().tested_on(OF_DAY),
        Column::new("day_used", Bool, "Whether figures are made from the day"),
        Column::new("baseline_used", Bool, "Whether baselines may be made from the day"),
        Column::new("exclusion_reason", Text, "Checks that exclude or refuse the day, joined by ;; or not_delivered")
            .nullable()
            .tested_on(OF_DAY),
        Column::new("rows_suppressed", I64, "Withheld rows of the day in `flows` at the deepest level; null for days that are not released, or where only told rows are listed")
            .nullable()
            .unit("rows"),
        Column::new(
            "suppressed_persons_pct",
            F64,
            "Share of the displaced of the country that no told row of `flows` at the deepest level holds, whole percent, from told numbers alone; null where their number is not told",
        )
        .nullable()
        .unit("percent"),
        Column::new("suppressed", Bool, "Whether something of the day is withheld"),
        REASON,
    ],
};
