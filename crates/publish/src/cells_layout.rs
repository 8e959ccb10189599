//! Columns of `cells_h3` (formats §4.5).

use crate::column::ColumnKind::{Bool, Date, F64, I32, I64, Text, U8, U64};
use crate::column::{Column, Layout};

pub const H3_U64: Column =
    Column::new("h3_u64", U64, "H3 index as a number; on request only, as R, JavaScript and Excel corrupt it");

/// One row per H3 cell and day. `h3_u64` is left out unless asked for.
pub const CELLS_H3: Layout = Layout {
    name: "cells_h3",
    key: &["date", "h3"],
    columns: &[
        Column::new("h3", Text, "H3 index in hexadecimal, 15 characters"),
        Column::new("h3_res", U8, "Resolution of the H3 grid"),
        H3_U64,
        Column::new("date", Date, "First local day of the period").hxl("#date+start"),
        Column::new("period_days", I32, "Length of the period: 1 or 7").unit("days"),
        Column::new("adm1_pcode", Text, "The one level 1 area that holds the H3 cell; null outside every area")
            .nullable()
            .hxl("#adm1+pcode"),
        Column::new("adm2_pcode", Text, "The one level 2 area that holds the H3 cell; null outside every area")
            .nullable()
            .hxl("#adm2+pcode"),
        Column::new("cod_version", Text, "Version of the boundary dataset").hxl("#meta+cod_version"),
        Column::new("subscribers_published", I64, "Distinct subscribers present; additive over nothing")
            .nullable()
            .unit("subscribers")
            .tested_on("distinct subscribers of the H3 cell and period"),
        Column::new(
            "presence",
            F64,
            "Persons present, unique over the period; additive over nothing; null until people-scaling has run",
        )
        .nullable()
        .unit("persons")
        .tested_on("distinct subscribers of the H3 cell and period"),
        Column::new("residents", F64, "Persons whose residence is here")
            .nullable()
            .unit("persons")
            .tested_on("distinct subscribers of the H3 cell and period"),
        Column::new("displaced_in", F64, "Displaced persons hosted here")
            .nullable()
            .unit("persons")
            .tested_on("distinct subscribers of the H3 cell and period"),
        Column::new("displaced_from", F64, "Displaced persons whose home is here")
            .nullable()
            .unit("persons")
            .tested_on("distinct subscribers of the H3 cell and period"),
        Column::new("returned", F64, "Returned persons")
            .nullable()
            .unit("persons")
            .tested_on("distinct subscribers of the H3 cell and period"),
        Column::new("arrived", F64, "Persons who changed their residence to here")
            .nullable()
            .unit("persons")
            .tested_on("distinct subscribers of the H3 cell and period"),
        Column::new("departed", F64, "Persons who changed their residence from here")
            .nullable()
            .unit("persons")
            .tested_on("distinct subscribers of the H3 cell and period"),
        Column::new("delta_arrived", F64, "arrived minus departed; null where either is null")
            .nullable()
            .unit("persons")
            .tested_on("both sides"),
        Column::new("presence_baseline", F64, "Expected presence, matched by weekday")
            .nullable()
            .unit("persons")
            .tested_on("baseline median of raw counts"),
        Column::new("residents_baseline", F64, "Expected residents, matched by weekday")
            .nullable()
            .unit("persons")
            .tested_on("baseline median of raw counts"),
        Column::new("arrived_baseline", F64, "Expected arrivals, matched by weekday")
            .nullable()
            .unit("persons")
            .tested_on("baseline median of raw counts"),
        Column::new("departed_baseline", F64, "Expected departures, matched by weekday")
            .nullable()
            .unit("persons")
            .tested_on("baseline median of raw counts"),
        Column::new("presence_pct_change", F64, "Change of presence against its baseline")
            .nullable()
            .unit("percent")
            .tested_on("both sides"),
        Column::new("residents_pct_change", F64, "Change of residents against their baseline")
            .nullable()
            .unit("percent")
            .tested_on("both sides"),
        Column::new("presence_abnormality", F64, "Robust z of presence").nullable().tested_on("both sides"),
        Column::new("residents_abnormality", F64, "Robust z of residents").nullable().tested_on("both sides"),
        Column::new("unobserved_pct", F64, "Share of the panel with home here that was not seen")
            .nullable()
            .unit("percent")
            .tested_on("numerator and denominator"),
        Column::new("coverage_pct", F64, "Share of baseline traffic carried by sites now alive")
            .nullable()
            .unit("percent"),
        Column::new("population_ref", F64, "Reference population").nullable().unit("persons"),
        Column::new("area_km2", F64, "True area of the H3 cell").unit("km2"),
        Column::new(
            "effective_resolution_km",
            F64,
            "Spacing of sites where it is above 1 km: there the grid is model, not data",
        )
        .nullable()
        .unit("km"),
        Column::new("prior_share", F64, "Share of the value that comes from the prior, 0 to 1").nullable(),
        Column::new("suppressed", Bool, "Whether any metric of the row is withheld"),
        Column::new("suppression_reason", Text, "metric:reason, joined by ;; null where not suppressed").nullable(),
        Column::new("qa_flags", Text, "Causes of other nulls, joined by ;").nullable(),
        Column::new("source_method", Text, "MPD: mobile positioning data"),
    ],
};
