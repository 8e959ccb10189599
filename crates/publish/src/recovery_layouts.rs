//! Columns of `recovery_<level>`, `recovery_all_<level>`, `forecast_<level>`, `forecast_all_<level>` (methods §14).

use crate::column::ColumnKind::{Bool, Date, F64, I32, Text};
use crate::column::{Column, Layout};
use crate::common_columns::{ADM_LEVEL, COD_VERSION, HOME, OPERATION, REASON, REPORTING_DATE, ROUND, SOURCE_METHOD};

/// What the figures of a return stand on.
const PEAK: &str = "displaced subscribers on every day of the largest week, and observed ones they are a part of";

/// What the figures of a forecast stand on.
const LAST_DAY: &str = "displaced subscribers of the last day, and observed ones they are a part of";

const SUPPRESSED: Column = Column::new("suppressed", Bool, "Whether a figure of the row is withheld");

/// Of the curve.
const fn curve(name: &'static str, description: &'static str) -> Column {
    Column::new(name, F64, description).nullable().tested_on(PEAK)
}

/// People of a forecast.
const fn people(name: &'static str, description: &'static str) -> Column {
    Column::new(name, F64, description).unit("people").tested_on(LAST_DAY)
}

/// An end of its interval.
const fn end(name: &'static str, description: &'static str) -> Column {
    people(name, description).nullable()
}

/// One row per origin, or one of everybody, as of the last week that is over.
pub const RECOVERY: Layout = Layout {
    name: "recovery[_all]_<level>",
    key: &["origin_id"],
    columns: &[
        OPERATION,
        ROUND,
        REPORTING_DATE,
        ADM_LEVEL,
        COD_VERSION,
        HOME,
        Column::new("peak_week", Date, "Last day of the ISO week with the most displaced people").hxl("#date+start"),
        Column::new("peak_people", F64, "Displaced people above normal in the mean of that week")
            .unit("people")
            .tested_on(PEAK),
        Column::new("last_week", Date, "Last day of the last ISO week that is over").hxl("#date+end"),
        Column::new("weeks_since_peak", I32, "From the one to the other").unit("weeks"),
        Column::new("still_displaced", F64, "Displaced people of the last week / of the largest, both above normal")
            .nullable()
            .tested_on("the same, and on every day of the last week"),
        curve(
            "fast_share",
            "A of A e^(-w/fast_weeks) + (1 - A) e^(-w/slow_weeks); 0 where one exponential tells as much",
        ),
        curve("fast_weeks", "Time of the fast return; of a single exponential its time").unit("weeks"),
        curve("slow_weeks", "Time of the slow return; at ten times the weeks seen, no return to be seen").unit("weeks"),
        curve("half_life_weeks", "When half of them are back; null where that is outside the weeks seen").unit("weeks"),
        curve("half_life_low", "Lower end of the 95 % interval, over the replicates of the panel").unit("weeks"),
        curve("half_life_high", "Upper end; null beside a lower end: maybe longer than the weeks seen").unit("weeks"),
        Column::new("no_curve", Text, "Why there is none: too_few_weeks (fewer than 6), not_begun or not_above_normal")
            .nullable(),
        Column::new("normal_known", Bool, "Whether people displaced without an event are known and taken away"),
        SUPPRESSED,
        REASON,
        SOURCE_METHOD,
    ],
};

/// One row per origin, or everybody, and horizon.
pub const FORECAST: Layout = Layout {
    name: "forecast[_all]_<level>",
    key: &["origin_id", "weeks_ahead"],
    columns: &[
        OPERATION,
        ROUND,
        REPORTING_DATE,
        Column::new("date", Date, "Local day the forecast is made on").hxl("#date"),
        ADM_LEVEL,
        COD_VERSION,
        HOME,
        Column::new("weeks_ahead", I32, "1, 2 or 4").unit("weeks"),
        Column::new("target_date", Date, "Local day that is meant").hxl("#date+forecast"),
        people("persistence", "Displaced people if nothing changes: those of date"),
        end("persistence_low", "Lower end of the 95 % interval, from earlier errors of the same in this crisis"),
        end("persistence_high", "Upper end"),
        people("damped_return", "Displaced people if those above normal return by the half-life"),
        end("damped_return_low", "Lower end of the 95 % interval, from earlier errors of the same in this crisis"),
        end("damped_return_high", "Upper end"),
        Column::new("errors_known", I32, "Earlier errors of all origins the intervals are from; none below 39"),
        Column::new("half_life_weeks", F64, "From now on; null where no return was seen").nullable().unit("weeks"),
        Column::new("half_life_from", Text, "fit (the curve of this origin), prior (4.5 weeks) or no_return"),
        people("people_remaining", "Not taken to return: displaced without an event, and the slow part of a fit"),
        Column::new("skill", F64, "1 - WIS of damped_return / WIS of persistence, on earlier weeks; below 0 is worse")
            .nullable(),
        Column::new("skill_weeks", I32, "Earlier weeks of this row it is measured on").unit("weeks"),
        SOURCE_METHOD,
    ],
};
