//! Columns of what leaves on the grid and of the network (formats §4.5, §4.7, §4.7.1).

use crate::cells_layout::H3_U64;
use crate::column::ColumnKind::{Bool, F64, I32, I64, Text, U8};
use crate::column::{Column, Layout};
use crate::common_columns::{ADM_LEVEL, COD_VERSION, DATE, REASON, SOURCE_METHOD};
use crate::geo::geoparquet::with_shape;

const AT_SITES: &str =
    "distinct subscribers at one radio cell on one day of the baseline, of the site with the fewest that kappa counts";
const OF_DAY: &str = "distinct subscribers of the day";

const BEHIND: &str = "distinct subscribers behind the figure";

const CELL_COLUMNS: [Column; 18] = [
    DATE,
    Column::new("h3", Text, "H3 index in hexadecimal, 15 characters"),
    Column::new("h3_res", U8, "Resolution of the H3 grid"),
    H3_U64,
    Column::new("adm1_pcode", Text, "The one level 1 area that holds the H3 cell").nullable().hxl("#adm1+code"),
    Column::new("adm2_pcode", Text, "The one level 2 area; null where there is none").nullable().hxl("#adm2+code"),
    COD_VERSION,
    Column::new("displaced_in", I64, "Displaced people hosted here on the day, wherever their home is, rounded")
        .nullable()
        .hxl("#affected+idps+ind")
        .tested_on(BEHIND),
    Column::new("displaced_in_low", I64, "Lower end of the 95 % interval; null for counts of subscribers")
        .nullable()
        .tested_on(BEHIND),
    Column::new("displaced_in_high", I64, "Upper end, likewise").nullable().tested_on(BEHIND),
    Column::new("displaced_from", I64, "Displaced people whose home is here, wherever they are, rounded")
        .nullable()
        .tested_on(BEHIND),
    Column::new("displaced_from_low", I64, "Lower end of the 95 % interval; null for counts of subscribers")
        .nullable()
        .tested_on(BEHIND),
    Column::new("displaced_from_high", I64, "Upper end, likewise").nullable().tested_on(BEHIND),
    Column::new("unit", Text, "persons or subscribers, the same in the whole release"),
    Column::new("suppressed", Bool, "Whether a figure of the row is withheld"),
    Column::new("suppression_reason", Text, "Which and why, metric:reason joined by ;; null where not suppressed")
        .nullable(),
    Column::new("qa_flags", Text, "What is special about a figure, or why there is none, metric:remark joined by ;")
        .nullable(),
    SOURCE_METHOD,
];

/// One row per released day and H3 cell. The file is `cells_h3`; that of a run has other columns.
pub const CELLS: Layout = Layout { name: "cells_h3 (released)", key: &["date", "h3"], columns: &CELL_COLUMNS };

/// The same with shapes.
pub const CELLS_GEO: Layout =
    Layout { name: "cells_h3_geo", key: CELLS.key, columns: &with_shape::<20>(&CELL_COLUMNS) };

/// The same for kepler.gl, which finds H3 cells in a column of this name.
pub(super) const KEPLER: Layout = Layout {
    name: "cells_kepler",
    key: &["hex_id", "date"],
    columns: &[
        Column::new("hex_id", Text, "H3 index in hexadecimal, 15 characters"),
        DATE,
        Column::new("displaced_in", I64, "Displaced people hosted here; empty where withheld")
            .nullable()
            .tested_on(BEHIND),
        Column::new("displaced_from", I64, "Displaced people whose home is here; empty where withheld")
            .nullable()
            .tested_on(BEHIND),
    ],
};

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
            "Share of the usual traffic of the day carried by sites while they were not out, in steps of 0.05, rounded down; of sites with k subscribers only",
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
