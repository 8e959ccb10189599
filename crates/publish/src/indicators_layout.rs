//! Columns of `indicators_admin` (formats §4.6).

use crate::column::ColumnKind::{Bool, Date, I32, I64, Text};
use crate::column::{Column, Layout};
use crate::common_columns::{COD_VERSION, OPERATION, REASON, REPORTING_DATE, ROUND, SOURCE_METHOD};

const BEHIND: &str = "distinct subscribers behind the figure";

/// One row per figure, level, released day and area.
pub const INDICATORS: Layout = Layout {
    name: "indicators_admin",
    key: &["indicator", "adm_level", "reference_period_end", "area_id"],
    columns: &[
        OPERATION,
        ROUND,
        REPORTING_DATE,
        Column::new("category", Text, "displacement or residents, as the indicator begins"),
        Column::new("indicator", Text, "What is told; see docs/formats.md"),
        Column::new("side", Text, "host: of people in the area; origin: of people with their home in the area"),
        Column::new("adm_level", I32, "Administrative level; 0 = the country").hxl("#adm+level"),
        COD_VERSION,
        Column::new("area_id", Text, "P-code at adm_level, or a reserved value").hxl("#adm+code"),
        Column::new("area_name", Text, "A label, never a key").nullable().hxl("#adm+name"),
        Column::new("reference_period_start", Date, "First local day, inclusive; a stock is of one day")
            .hxl("#date+start"),
        Column::new("reference_period_end", Date, "Last local day, inclusive").hxl("#date+end"),
        Column::new("value", I64, "The figure, rounded; of residents_diffwithref it may be below 0")
            .nullable()
            .hxl("#indicator+value+num").tested_on(BEHIND),
        Column::new("value_low", I64, "Lower end of the 95 % interval, at least as far from the figure as estimated; null for counts of subscribers")
            .nullable()
            .tested_on(BEHIND),
        Column::new("value_high", I64, "Upper end, likewise; null for counts of subscribers")
            .nullable()
            .tested_on(BEHIND),
        Column::new("unit", Text, "persons or subscribers, the same in the whole release"),
        Column::new("suppressed", Bool, "Whether the figure is withheld"),
        REASON,
        Column::new("qa_flags", Text, "What is special about the figure, or why there is none").nullable(),
        SOURCE_METHOD,
    ],
};
