//! Columns of `population_<level>`: the population present (methods §7.3).

use crate::column::ColumnKind::{Bool, F64, Text};
use crate::column::{Column, Layout};
use crate::common_columns::{
    ADM_LEVEL, COD_VERSION, DATE, OPERATION, PHASE, REASON, REPORTING_DATE, ROUND, SOURCE_METHOD,
};

/// What people and their interval stand on.
const MOVED: &str = "displaced subscribers behind inflow and outflow together, and observed ones they are a part of";

/// What each flow stands on.
const FLOW: &str = "displaced subscribers behind inflow, and those behind outflow";

/// People; null where withheld, and where there is no such figure.
const fn people(name: &'static str, description: &'static str, behind: &'static str) -> Column {
    Column::new(name, F64, description).nullable().unit("people").tested_on(behind)
}

/// One row per day and area; one table per level and crisis.
pub const POPULATION: Layout = Layout {
    name: "population_<level>",
    key: &["date", "area_id"],
    columns: &[
        OPERATION,
        ROUND,
        REPORTING_DATE,
        DATE,
        PHASE,
        ADM_LEVEL,
        COD_VERSION,
        Column::new("area_id", Text, "P-code of the area, or _UNKNOWN: outside every area").hxl("#adm+pcode"),
        Column::new("people_reference", F64, "People by the reference population; null where it has no figure")
            .nullable()
            .unit("people"),
        people("inflow", "Displaced from other areas, here", FLOW),
        people("outflow", "Displaced from here, in other areas", FLOW),
        people("adjustment", "By what it was pulled to the direct estimates; 0 without an anchor, sums to 0", MOVED),
        people("people_present", "people_reference + inflow - outflow + adjustment", MOVED).hxl("#population"),
        people("people_low", "Lower end of the 95 % interval: errors of both flows and of the reference", MOVED),
        people("people_high", "Upper end", MOVED),
        people(
            "people_direct",
            "For comparison: people_reference by how many subscribers were seen there, against the baseline",
            "subscribers seen in the area on the day, and on the day of the baseline it is compared with",
        ),
        Column::new(
            "qa_flags",
            Text,
            "not_covered: nobody there can be followed, no_population: no reference figure; market_share: it is by market share",
        )
        .nullable(),
        Column::new("suppressed", Bool, "Whether a figure of the row is withheld"),
        REASON,
        SOURCE_METHOD,
    ],
};
