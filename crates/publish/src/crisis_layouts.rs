//! Columns of the tables of a crisis besides flows and the account: above normal, distributions, week of onset; and of
//! in and out.

use crate::column::ColumnKind::{Bool, Date, F64, I32, I64, Text};
use crate::column::{Column, Layout};
use crate::common_columns::{ADM_LEVEL, COD_VERSION, DATE, PHASE, REASON, REPORTING_DATE, ROUND, SOURCE_METHOD};

const OPERATION: Column =
    Column::new("operation", Text, "Monitored crisis; null without one").nullable().hxl("#operation+name");
const AREA_ID: Column = Column::new("area_id", Text, "P-code at adm_level, or a reserved value").hxl("#adm+pcode");
const SUPPRESSED: Column = Column::new("suppressed", Bool, "Whether a number of the row is withheld");

/// A count of subscribers that is tested by itself.
const fn count(name: &'static str, description: &'static str) -> Column {
    Column::new(name, I64, description).nullable().unit("subscribers").tested_on("distinct subscribers behind the row")
}

/// A figure that is made of a count and a baseline.
const fn of_both(name: &'static str, kind: crate::column::ColumnKind, description: &'static str) -> Column {
    Column::new(name, kind, description).nullable().tested_on("both the count and the median")
}

/// One row per day and series; one table per level and kind of series.
pub const ABOVE_NORMAL: Layout = Layout {
    name: "above_normal_<level>__<series>",
    key: &["date", "origin_id", "dest_id"],
    columns: &[
        OPERATION,
        ROUND,
        REPORTING_DATE,
        DATE,
        PHASE,
        ADM_LEVEL,
        COD_VERSION,
        Column::new(
            "series",
            Text,
            "What is counted: presence, day_to_day or home_to_present; the id in the file name",
        ),
        Column::new("origin_id", Text, "P-code at adm_level, or a reserved value; of presence the area"),
        Column::new("dest_id", Text, "P-code at adm_level, or a reserved value; null for presence").nullable(),
        count("subscribers_published", "Distinct subscribers on the day"),
        Column::new("normal", F64, "Median of the weekday before the event")
            .nullable()
            .unit("subscribers")
            .tested_on("the median itself"),
        of_both("excess", F64, "subscribers_published minus normal: the size, whether or not it is unusual")
            .unit("subscribers"),
        of_both("excess_low", F64, "Lower end of the 95 % interval of excess").unit("subscribers"),
        of_both("excess_high", F64, "Upper end of the 95 % interval of excess").unit("subscribers"),
        of_both("z_score", F64, "How unusual: robust z with a Poisson floor"),
        of_both("significant", Bool, "Whether z is significant among the series of the day (Benjamini-Hochberg, 0.05)"),
        of_both("alert", Bool, "Whether z is 3 or more, or -3 or less, on the day and on the day before"),
        Column::new("baseline_days", I32, "Days that told what is normal").unit("days"),
        SUPPRESSED,
        REASON,
        SOURCE_METHOD,
    ],
};

/// One row per distribution, day, origin and bin.
pub const SPREAD: Layout = Layout {
    name: "spread_<level>",
    key: &["statistic", "date", "area_id", "bin_number"],
    columns: &[
        OPERATION,
        ROUND,
        REPORTING_DATE,
        Column::new("statistic", Text, "distance, duration, duration_until_return or mobility_class"),
        DATE,
        ADM_LEVEL,
        COD_VERSION,
        AREA_ID,
        Column::new("area_name", Text, "Area of home: a label, never a key; null for reserved values").nullable(),
        Column::new("bin_number", I32, "Position of the bin, from 0"),
        Column::new("bin", Text, "Edges of the bin (km or days, the lower one included), or the id of the class"),
        Column::new("bin_from", F64, "Lower edge, included; null for classes").nullable(),
        Column::new("bin_until", F64, "Upper edge, excluded; null for classes and open bins").nullable(),
        count("subscribers_published", "Distinct subscribers with their home in the area"),
        SOURCE_METHOD,
    ],
};

/// One row per day, origin, host and week of onset.
pub const COHORTS: Layout = Layout {
    name: "cohorts_<level>",
    key: &["date", "origin_id", "host_id", "onset_week"],
    columns: &[
        OPERATION,
        ROUND,
        REPORTING_DATE,
        DATE,
        ADM_LEVEL,
        COD_VERSION,
        Column::new("origin_id", Text, "P-code of the area of home, or _UNKNOWN"),
        Column::new("host_id", Text, "P-code of the host area, or _UNKNOWN"),
        Column::new("onset_week", Date, "Monday of the ISO week in which the displacement began"),
        count("subscribers_published", "Displaced and observed on the day"),
        SOURCE_METHOD,
    ],
};

/// One row per period and area.
pub const IN_OUT: Layout = Layout {
    name: "in_out_<level>__<definition>",
    key: &["reference_period_start", "area_id"],
    columns: &[
        OPERATION,
        ROUND,
        REPORTING_DATE,
        Column::new("definition", Text, "Which matrix; the id in the file name"),
        Column::new("reference_period_start", Date, "First local day, inclusive").hxl("#date+start"),
        Column::new("reference_period_end", Date, "Last local day, inclusive").hxl("#date+end"),
        ADM_LEVEL,
        COD_VERSION,
        AREA_ID,
        Column::new("area_name", Text, "A label, never a key").nullable(),
        sum("inflow_published", "Sum of the published pairs that lead here from other areas"),
        sum("outflow_published", "Sum of the published pairs that lead from here to other areas"),
        Column::new("net_published", I64, "inflow_published minus outflow_published; null where either is null")
            .nullable()
            .unit("subscribers")
            .tested_on("distinct subscribers of each pair"),
        sum("within", "The diagonal"),
        sum("from_nowhere", "From reserved origins: not seen before, no home that could be told"),
        sum("to_nowhere", "To reserved destinations: not seen after, unobserved"),
        SOURCE_METHOD,
    ],
};

/// A sum of pairs each of which was published.
const fn sum(name: &'static str, description: &'static str) -> Column {
    Column::new(name, I64, description).nullable().unit("subscribers").tested_on("distinct subscribers of each pair")
}
