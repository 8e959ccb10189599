//! Columns of `displacement_<level>`: the account of a crisis by origin and day (methods §3.2, §5.3).

use crate::column::ColumnKind::{Bool, F64, I64, Text};
use crate::column::{Column, Layout};
use crate::common_columns::{ADM_LEVEL, COD_VERSION, DATE, OPERATION, PHASE, REPORTING_DATE, ROUND, SOURCE_METHOD};

/// A count of subscribers with their home in the area.
const fn figure(name: &'static str, description: &'static str) -> Column {
    Column::new(name, I64, description)
        .nullable()
        .unit("subscribers")
        .tested_on("distinct subscribers behind the figure itself")
}

/// One row per day and area of origin; one table per level and crisis.
pub const DISPLACEMENT: Layout = Layout {
    name: "displacement_<level>",
    key: &["date", "area_id"],
    columns: &[
        OPERATION,
        ROUND,
        REPORTING_DATE,
        DATE,
        PHASE,
        ADM_LEVEL,
        COD_VERSION,
        Column::new("area_id", Text, "P-code of the area of home, or _UNKNOWN: home outside every area")
            .hxl("#adm+origin+pcode"),
        Column::new("area_name", Text, "A label, never a key; null for reserved values")
            .nullable()
            .hxl("#adm+origin+name"),
        Column::new("affected", Bool, "Whether the area is affected, lies in an affected area or holds one"),
        figure("panel", "Subscribers with a home here, the same on every day: the sum of the next five and unobserved"),
        figure("at_home", "At home, never displaced"),
        figure("usual_place", "At another place of their routine before the event, never displaced"),
        figure("provisional", "Away for fewer days than confirm a displacement, never displaced"),
        figure("displaced", "Displaced and observed on the day"),
        figure("returned", "Displaced before, and back"),
        figure("unobserved", "Not seen, or not in a way that says anything; never counted as home, away or returned"),
        figure("unobserved_outage", "Of unobserved, those whose home was out of service"),
        figure("displaced_when_last_seen", "Of unobserved, those who were displaced when last seen"),
        figure("new", "Newly displaced on the day"),
        figure("returns", "Return confirmed on the day (under revised dating: begun)"),
        figure("onward", "Moved on to another host on the day"),
        figure("reappeared", "Displaced before, silent the day before, seen again"),
        figure("vanished", "Displaced the day before, silent now"),
        figure("unlocatable", "Seen in the baseline without a home that could be told; in the row _UNKNOWN, else null"),
        Column::new("displaced_normal", F64, "Displaced to expect without an event: panel times the share of the baseline; null where that tells nothing")
            .nullable()
            .unit("subscribers"),
        Column::new("displaced_above_normal", F64, "displaced less displaced_normal; may be below zero")
            .nullable()
            .unit("subscribers"),
        Column::new("suppressed", Bool, "Whether any figure of the row is withheld"),
        Column::new("suppression_reason", Text, "figure:reason, joined by ;; null where not suppressed").nullable(),
        SOURCE_METHOD,
    ],
};
