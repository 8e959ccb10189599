//! Columns of `quality_daily` (formats §4.7) as far as they are known by now: without panel and coverage.

use crate::column::ColumnKind::{Bool, Date, F64, I32, I64, Text, Timestamp};
use crate::column::{Column, Layout};

/// One row per day and source, for the country.
pub const QUALITY_DAILY: Layout = Layout {
    name: "quality_daily",
    key: &["date", "source_id", "adm_level", "area_id"],
    columns: &[
        Column::new("date", Date, "Local day").hxl("#date"),
        Column::new("source_id", Text, "The [[source]] of the configuration"),
        Column::new("adm_level", I32, "Administrative level: 0").hxl("#adm+level"),
        Column::new("area_id", Text, "P-code of the country").hxl("#country+code"),
        Column::new("event_types", Text, "Event types delivered, joined by ;"),
        Column::new("files_received", I32, "Files that held rows of the day").unit("files"),
        Column::new("rows_read", I64, "Rows read = located + unlocated + duplicate + rejected").unit("rows"),
        Column::new("rows_located", I64, "Rows accepted, at a known place").unit("rows"),
        Column::new("rows_unlocated", I64, "Rows accepted, at a radio cell that the plan does not place").unit("rows"),
        Column::new("rows_duplicate", I64, "Rows with subscriber, instant and location of a row already accepted")
            .unit("rows"),
        Column::new("rows_rejected", I64, "Rows rejected for any reason").unit("rows"),
        Column::new("rejected_codes", Text, "Rejected rows by reason, name=rows joined by ;").nullable(),
        Column::new("rows_quarantined", I64, "Rejected rows noted in quarantine").unit("rows"),
        Column::new("rows_left_out", I64, "Of rows_located, rows at impossible places, used in no table; all sources")
            .unit("rows"),
        Column::new("semantic_codes", Text, "Accepted rows by semantic code, name=rows joined by ;; all sources")
            .nullable(),
        Column::new(
            "events_located_pct",
            F64,
            "Located share of accepted rows, one decimal; null where none was accepted",
        )
        .nullable()
        .unit("percent"),
        Column::new("subscribers_active", I64, "Distinct subscribers with an accepted event")
            .nullable()
            .unit("subscribers")
            .tested_on("distinct subscribers of the source and day"),
        Column::new("subscribers_located", I64, "Distinct subscribers with a located event")
            .nullable()
            .unit("subscribers")
            .tested_on("distinct subscribers of the source and day"),
        Column::new("radio_cells_in_plan", I64, "Radio cells valid on the day").nullable().unit("radio cells"),
        Column::new("radio_cells_active", I64, "Radio cells with at least one event").nullable().unit("radio cells"),
        Column::new("sites_active", I64, "Sites with at least one event").nullable().unit("sites"),
        Column::new(
            "earliest_event",
            Timestamp,
            "Earliest accepted instant; null where subscribers_active is withheld",
        )
        .nullable()
        .tested_on("distinct subscribers of the source and day"),
        Column::new("latest_event", Timestamp, "Latest accepted instant; null where subscribers_active is withheld")
            .nullable()
            .tested_on("distinct subscribers of the source and day"),
        Column::new("hours_covered", I32, "Local hours with at least one located event").unit("hours"),
        Column::new("night_hours_covered", I32, "Of these, hours of the night").nullable().unit("hours"),
        Column::new("day_complete", Bool, "Whether the day is believed to be complete"),
        Column::new("day_used", Bool, "Whether the day is in presence and flows: not refused, or accepted"),
        Column::new("baseline_used", Bool, "Whether baselines may be made from the day: neither excluded nor refused"),
        Column::new("verdict", Text, "Gravest consequence of the checks: ok, warn, exclude or refuse"),
        Column::new("checks", Text, "Checks that failed, joined by ;; null where none did").nullable(),
        Column::new("exclusion_reason", Text, "Of these, those that exclude or refuse the day").nullable(),
        Column::new("rows_suppressed", I64, "Suppressed rows of the day in `flows` `day_to_day` at the deepest level")
            .unit("rows"),
        Column::new(
            "suppressed_persons_pct",
            F64,
            "Share of persons in pairs below k, whole percent; null where they are fewer than k",
        )
        .nullable()
        .unit("percent")
        .tested_on("distinct subscribers below k"),
        Column::new("suppressed", Bool, "Whether a number of the row is withheld"),
        Column::new("suppression_reason", Text, "Why; null where not suppressed").nullable(),
    ],
};
