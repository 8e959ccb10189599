//! Columns of `displacement_<level>`: the account of a crisis by origin and day (methods §3.2, §5.3).

use crate::column::ColumnKind::{Bool, Date, F64, I32, I64, Text};
use crate::column::{Column, Layout};

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
        Column::new("operation", Text, "Monitored crisis").hxl("#operation+name"),
        Column::new("round_number", I32, "Number of this publication of the operation, from 1")
            .nullable()
            .hxl("#round+code"),
        Column::new("reporting_date", Date, "Date the release is named for").hxl("#date+reported"),
        Column::new("date", Date, "Local day").hxl("#date"),
        Column::new("phase", Text, "Name of the phase of the crisis; null outside every phase").nullable(),
        Column::new("adm_level", I32, "Administrative level").hxl("#adm+level"),
        Column::new("cod_version", Text, "Version of the boundary dataset").hxl("#meta+cod_version"),
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
        Column::new("source_method", Text, "MPD: mobile positioning data"),
    ],
};
