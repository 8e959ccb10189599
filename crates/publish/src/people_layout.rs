//! Columns of `people_<level>`, `people_from_<level>`, `people_at_<level>`, `people_all_<level>`: displaced people (methods
//! §7).

use crate::column::ColumnKind::{Bool, Date, F64, I32, Text};
use crate::column::{Column, Layout};

/// What every figure of people stands on.
const BEHIND: &str = "displaced subscribers behind the row, and observed ones they are a part of";

/// People; null where the row is withheld.
const fn people(name: &'static str, description: &'static str) -> Column {
    Column::new(name, F64, description).nullable().unit("people").tested_on(BEHIND)
}

/// One row per day and pair, origin, host, or day; one table of each per level and crisis.
pub const PEOPLE: Layout = Layout {
    name: "people[_from|_at|_all]_<level>",
    key: &["date", "origin_id", "host_id"],
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
        Column::new("origin_id", Text, "P-code of the area of home; null where all homes are meant")
            .nullable()
            .hxl("#adm+origin+pcode"),
        Column::new("host_id", Text, "P-code of the area that hosts; null where all hosts are meant")
            .nullable()
            .hxl("#adm+destination+pcode"),
        people(
            "people",
            "Displaced people, corrected for who can be observed where and for who seems displaced and is at home",
        )
        .hxl("#affected+idps+ind"),
        people(
            "people_low",
            "Lower end of the 95 % interval: errors of sampling, of the population figures, of states",
        ),
        people("people_high", "Upper end"),
        Column::new("interval_method", Text, "bootstrap, jeffreys (few subscribers) or closed_form").nullable(),
        Column::new("variance_sampling", F64, "Of the logit of the share: which subscribers happened to be seen")
            .nullable()
            .tested_on(BEHIND),
        Column::new("variance_population", F64, "Of the logit of the share: error of the population figures")
            .nullable()
            .tested_on(BEHIND),
        Column::new(
            "variance_states",
            F64,
            "Of the logit of the share: wrong states: who seems displaced and is at home, who is on an ordinary trip",
        )
        .nullable()
        .tested_on(BEHIND),
        people("people_normal", "To expect without an event, by the share of the baseline; null for hosts and pairs"),
        people(
            "people_uncorrected",
            "As if everybody were as likely to be observed as anybody else, and nobody misplaced",
        ),
        people("people_by_stayers", "Corrected by the stayers of the host instead; null where they are not known"),
        people("people_at_least", "If nobody of the unobserved were counted here"),
        people("people_at_most", "If everybody unobserved, of the homes of the row, were counted here"),
        Column::new("provisional", Bool, "Whether later days may still change the correction").nullable(),
        Column::new("qa_flags", Text, "pooled: few residents, so one weight with other such areas; not_covered: none or too few, no_population: no reference figure, no people either")
            .nullable(),
        Column::new("suppressed", Bool, "Whether the figures of the row are withheld"),
        Column::new("suppression_reason", Text, "Why; null where not suppressed").nullable(),
        Column::new("source_method", Text, "MPD: mobile positioning data"),
    ],
};
