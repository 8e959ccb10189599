//! Columns of the flow tables (formats §4.2, §4.2.1).

use crate::column::ColumnKind::{Bool, Date, F64, I32, I64, Text, U8};
use crate::column::{Column, Layout};

/// One table per definition and area level 1 to 3.
pub const FLOWS_ADM: Layout = Layout {
    name: "flows_<level>__<definition>",
    key: &["reference_period_start", "origin_id", "dest_id"],
    columns: &[
        Column::new("operation", Text, "Monitored crisis; null without one").nullable().hxl("#operation+name"),
        Column::new("round_number", I32, "Number of this publication of the operation, from 1")
            .nullable()
            .hxl("#round+code"),
        Column::new("reporting_date", Date, "Date the release is named for").hxl("#date+reported"),
        Column::new("definition", Text, "What is counted; the id in the file name"),
        Column::new("reference_period_start", Date, "First local day, inclusive").hxl("#date+start"),
        Column::new("reference_period_end", Date, "Last local day, inclusive").hxl("#date+end"),
        Column::new("adm_level", I32, "Administrative level of both ends").hxl("#adm+level"),
        Column::new("cod_version", Text, "Version of the boundary dataset").hxl("#meta+cod_version"),
        Column::new("origin_id", Text, "P-code at adm_level, or a reserved value"),
        Column::new("dest_id", Text, "P-code at adm_level, or a reserved value"),
        Column::new(
            "origin_adm0_pcode",
            Text,
            "P-code of the origin's country; null for deeper levels and reserved values",
        )
        .nullable()
        .hxl("#country+origin+code"),
        Column::new(
            "origin_adm1_pcode",
            Text,
            "P-code of the origin's level 1 area; null for deeper levels and reserved values",
        )
        .nullable()
        .hxl("#adm1+origin+pcode"),
        Column::new("origin_adm1_name", Text, "Level 1 area of the origin: a label, never a key")
            .nullable()
            .hxl("#adm1+origin+name"),
        Column::new(
            "origin_adm2_pcode",
            Text,
            "P-code of the origin's level 2 area; null for deeper levels and reserved values",
        )
        .nullable()
        .hxl("#adm2+origin+pcode"),
        Column::new("origin_adm2_name", Text, "Level 2 area of the origin: a label, never a key")
            .nullable()
            .hxl("#adm2+origin+name"),
        Column::new(
            "origin_adm3_pcode",
            Text,
            "P-code of the origin's level 3 area; null for deeper levels and reserved values",
        )
        .nullable()
        .hxl("#adm3+origin+pcode"),
        Column::new("origin_adm3_name", Text, "Level 3 area of the origin: a label, never a key")
            .nullable()
            .hxl("#adm3+origin+name"),
        Column::new(
            "dest_adm0_pcode",
            Text,
            "P-code of the destination's country; null for deeper levels and reserved values",
        )
        .nullable()
        .hxl("#country+dest+code"),
        Column::new(
            "dest_adm1_pcode",
            Text,
            "P-code of the destination's level 1 area; null for deeper levels and reserved values",
        )
        .nullable()
        .hxl("#adm1+dest+pcode"),
        Column::new("dest_adm1_name", Text, "Level 1 area of the destination: a label, never a key")
            .nullable()
            .hxl("#adm1+dest+name"),
        Column::new(
            "dest_adm2_pcode",
            Text,
            "P-code of the destination's level 2 area; null for deeper levels and reserved values",
        )
        .nullable()
        .hxl("#adm2+dest+pcode"),
        Column::new("dest_adm2_name", Text, "Level 2 area of the destination: a label, never a key")
            .nullable()
            .hxl("#adm2+dest+name"),
        Column::new(
            "dest_adm3_pcode",
            Text,
            "P-code of the destination's level 3 area; null for deeper levels and reserved values",
        )
        .nullable()
        .hxl("#adm3+dest+pcode"),
        Column::new("dest_adm3_name", Text, "Level 3 area of the destination: a label, never a key")
            .nullable()
            .hxl("#adm3+dest+name"),
        Column::new("population_group", Text, "IDP, RET or ALL"),
        Column::new("measure", Text, "stock or flow, the same in the whole file"),
        Column::new("subscribers_published", I64, "Distinct subscribers of this pair and period")
            .nullable()
            .unit("subscribers")
            .tested_on("distinct subscribers of the pair and period"),
        Column::new("persons_est", I64, "Persons; null until people-scaling has run")
            .nullable()
            .unit("persons")
            .hxl("#affected+idps+ind+flow")
            .tested_on("distinct subscribers of the pair and period"),
        Column::new("persons_low", I64, "Lower end of the interval of persons_est")
            .nullable()
            .unit("persons")
            .tested_on("distinct subscribers of the pair and period"),
        Column::new("persons_high", I64, "Upper end of the interval of persons_est")
            .nullable()
            .unit("persons")
            .tested_on("distinct subscribers of the pair and period"),
        Column::new("n_baseline", F64, "Expected value")
            .nullable()
            .unit("persons")
            .tested_on("baseline median of raw counts"),
        Column::new("n_difference", F64, "persons_est minus n_baseline")
            .nullable()
            .unit("persons")
            .tested_on("both sides"),
        Column::new("percent_change", F64, "100 n_difference / n_baseline; null where the baseline is 0 or null")
            .nullable()
            .unit("percent")
            .tested_on("both sides"),
        Column::new("z_score", F64, "Robust z of the difference").nullable().tested_on("both sides"),
        Column::new("suppressed", Bool, "Whether the numbers of the row are withheld"),
        Column::new("suppression_reason", Text, "Why; null where not suppressed").nullable(),
        Column::new("qa_flags", Text, "Causes of other nulls, joined by ;").nullable(),
        Column::new("displacement_reason", Text, "As supplied by the operator of the crisis; null otherwise")
            .nullable()
            .hxl("#cause+type"),
        Column::new("source_method", Text, "MPD: mobile positioning data"),
    ],
};

/// One table per definition on the H3 grid.
pub const FLOWS_H3: Layout = Layout {
    name: "flows_h3__<definition>",
    key: &["reference_period_start", "origin_h3", "dest_h3"],
    columns: &[
        Column::new("operation", Text, "Monitored crisis; null without one").nullable().hxl("#operation+name"),
        Column::new("round_number", I32, "Number of this publication of the operation, from 1")
            .nullable()
            .hxl("#round+code"),
        Column::new("reporting_date", Date, "Date the release is named for").hxl("#date+reported"),
        Column::new("definition", Text, "What is counted; the id in the file name"),
        Column::new("reference_period_start", Date, "First local day, inclusive").hxl("#date+start"),
        Column::new("reference_period_end", Date, "Last local day, inclusive").hxl("#date+end"),
        Column::new("h3_res", U8, "Resolution of the H3 grid"),
        Column::new("origin_h3", Text, "H3 index in hexadecimal, or a reserved value"),
        Column::new("dest_h3", Text, "H3 index in hexadecimal, or a reserved value"),
        Column::new("population_group", Text, "IDP, RET or ALL"),
        Column::new("measure", Text, "stock or flow, the same in the whole file"),
        Column::new("subscribers_published", I64, "Distinct subscribers of this pair and period")
            .nullable()
            .unit("subscribers")
            .tested_on("distinct subscribers of the pair and period"),
        Column::new("persons_est", I64, "Persons; null until people-scaling has run")
            .nullable()
            .unit("persons")
            .hxl("#affected+idps+ind+flow")
            .tested_on("distinct subscribers of the pair and period"),
        Column::new("persons_low", I64, "Lower end of the interval of persons_est")
            .nullable()
            .unit("persons")
            .tested_on("distinct subscribers of the pair and period"),
        Column::new("persons_high", I64, "Upper end of the interval of persons_est")
            .nullable()
            .unit("persons")
            .tested_on("distinct subscribers of the pair and period"),
        Column::new("n_baseline", F64, "Expected value")
            .nullable()
            .unit("persons")
            .tested_on("baseline median of raw counts"),
        Column::new("n_difference", F64, "persons_est minus n_baseline")
            .nullable()
            .unit("persons")
            .tested_on("both sides"),
        Column::new("percent_change", F64, "100 n_difference / n_baseline; null where the baseline is 0 or null")
            .nullable()
            .unit("percent")
            .tested_on("both sides"),
        Column::new("z_score", F64, "Robust z of the difference").nullable().tested_on("both sides"),
        Column::new("suppressed", Bool, "Whether the numbers of the row are withheld"),
        Column::new("suppression_reason", Text, "Why; null where not suppressed").nullable(),
        Column::new("qa_flags", Text, "Causes of other nulls, joined by ;").nullable(),
        Column::new("displacement_reason", Text, "As supplied by the operator of the crisis; null otherwise")
            .nullable()
            .hxl("#cause+type"),
        Column::new("source_method", Text, "MPD: mobile positioning data"),
    ],
};
