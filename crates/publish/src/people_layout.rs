//! Columns of `people_<level>`, `people_from_<level>`, `people_at_<level>`, `people_all_<level>`: displaced people (methods
//! §7).

use crate::column::ColumnKind::{Bool, F64, Text};
use crate::column::{Column, Layout};
use crate::common_columns::{
    ADM_LEVEL, COD_VERSION, DATE, HOME, OPERATION, PHASE, REASON, REPORTING_DATE, ROUND, SOURCE_METHOD,
};

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
        OPERATION,
        ROUND,
        REPORTING_DATE,
        DATE,
        PHASE,
        ADM_LEVEL,
        COD_VERSION,
        HOME,
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
            "Lower end of the 95 % interval: errors of sampling, of the population figures, of states and dates",
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
            "Of the logit of the share: wrong states and dates: who seems displaced and is at home, when a move was confirmed, who is silent",
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
        Column::new("provisional", Bool, "Whether later days may still change the figures: the last two days of a live table, the last 14 under revised dating").nullable(),
        Column::new("qa_flags", Text, "pooled: few residents, so one weight with other such areas; raked: weighted by urban and rural homes, too; not_covered: none or too few, no_population: no reference figure, no people either")
            .nullable(),
        Column::new("suppressed", Bool, "Whether the figures of the row are withheld"),
        REASON,
        SOURCE_METHOD,
    ],
};
