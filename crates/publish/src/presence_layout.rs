//! Columns of the presence tables (formats §4.5.1; presence by area is of the same shape as `cells_h3`).

use crate::column::ColumnKind::{Bool, Date, I32, I64, Text, Timestamp, U8};
use crate::column::{Column, Layout};

/// One row per hour and H3 cell.
pub const PRESENCE_H3_HOURLY: Layout = Layout {
    name: "presence_h3_hourly",
    key: &["hour_start_utc", "h3"],
    columns: &[
        Column::new("h3", Text, "H3 index in hexadecimal, 15 characters"),
        Column::new("h3_res", U8, "Resolution of the H3 grid"),
        Column::new("hour_start_utc", Timestamp, "First instant of the hour").hxl("#date+start"),
        Column::new("hour_start_local", Text, "The same in local time, with its offset from UTC"),
        Column::new("subscribers", I64, "Distinct subscribers present in the hour; additive over nothing")
            .nullable()
            .unit("subscribers")
            .tested_on("distinct subscribers of the H3 cell and hour"),
        Column::new("suppressed", Bool, "Whether the number is withheld"),
        Column::new("suppression_reason", Text, "Why; null where not suppressed").nullable(),
    ],
};

/// One row per day and area; one table per level.
pub const PRESENCE_AREA: Layout = Layout {
    name: "presence_<level>",
    key: &["date", "area_id"],
    columns: &[
        Column::new("date", Date, "Local day").hxl("#date"),
        Column::new("adm_level", I32, "Administrative level").hxl("#adm+level"),
        Column::new("cod_version", Text, "Version of the boundary dataset").hxl("#meta+cod_version"),
        Column::new("area_id", Text, "P-code at adm_level, or a reserved value").hxl("#adm+pcode"),
        Column::new("area_name", Text, "A label, never a key; null for reserved values").nullable().hxl("#adm+name"),
        Column::new("subscribers_published", I64, "Distinct subscribers present on the day; additive over nothing")
            .nullable()
            .unit("subscribers")
            .tested_on("distinct subscribers of the area and day"),
        Column::new("suppressed", Bool, "Whether the number is withheld"),
        Column::new("suppression_reason", Text, "Why; null where not suppressed").nullable(),
        Column::new("source_method", Text, "MPD: mobile positioning data"),
    ],
};
