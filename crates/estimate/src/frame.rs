//! Rows to Polars and back: the only file that does.
//!
//! A series is a number there: the unit of its homes, or [`EVERYBODY`]. What a frame holds is of the population, never of
//! a subscriber.

use crate::error::EstimateError;
use crate::weekly::{StockDay, WeekStock, Whole, sunday};
use hexodus_model::{LocalDay, PeopleOf, UnitKey};
use polars::prelude::{DataFrame, PolarsError, PolarsResult, df};

/// Stands for everybody; no unit has it.
const EVERYBODY: u64 = u64::MAX;

/// `series`, `day`, `sunday` (of its ISO week), `people`, `low`, `subscribers`. Days of hosts and of pairs are left out: they
/// have no curve of return.
pub(crate) fn stock_frame(days: &[StockDay]) -> PolarsResult<DataFrame> {
    let rows: Vec<(u64, &StockDay)> = days.iter().filter_map(|own| Some((series(own.of)?, own))).collect();
    let column = |value: fn(&StockDay) -> i32| rows.iter().map(|own| value(own.1)).collect::<Vec<_>>();
    df![
        "series" => rows.iter().map(|own| own.0).collect::<Vec<_>>(),
        "day" => column(|own| own.day.0),
        "sunday" => column(|own| sunday(own.day).0),
        "people" => rows.iter().map(|own| own.1.people).collect::<Vec<_>>(),
        "low" => rows.iter().map(|own| own.1.low).collect::<Vec<_>>(),
        "subscribers" => rows.iter().map(|own| own.1.subscribers).collect::<Vec<_>>(),
    ]
}

/// `series`, `whole`, `normal`.
pub(crate) fn whole_frame(wholes: &[Whole]) -> PolarsResult<DataFrame> {
    let rows: Vec<(u64, &Whole)> = wholes.iter().filter_map(|own| Some((series(own.of)?, own))).collect();
    df![
        "series" => rows.iter().map(|own| own.0).collect::<Vec<_>>(),
        "whole" => rows.iter().map(|own| own.1.people).collect::<Vec<_>>(),
        "normal" => rows.iter().map(|own| own.1.normal).collect::<Vec<_>>(),
    ]
}

/// From `series`, `sunday`, `people_mean`, `low_mean`, `day_count`, `subscribers_min`, `whole`, `normal`; in that order of rows.
pub(crate) fn week_stocks(frame: &DataFrame) -> PolarsResult<Vec<WeekStock>> {
    let whole_numbers = |name: &str| frame.column(name)?.u64();
    let floats = |name: &str| frame.column(name)?.f64();
    let (sundays, days) = (frame.column("sunday")?.i32()?, frame.column("day_count")?.u32()?);
    let (series, fewest) = (whole_numbers("series")?, whole_numbers("subscribers_min")?);
    let (people, low) = (floats("people_mean")?, floats("low_mean")?);
    let (whole, normal) = (floats("whole")?, floats("normal")?);
    let row = |at: usize| {
        Some(WeekStock {
            of: of_series(series.get(at)?)?,
            sunday: LocalDay(sundays.get(at)?),
            days: days.get(at)?,
            people: (people.get(at)? - normal.get(at)?).max(0.0),
            low: low.get(at)? - normal.get(at)?,
            whole: whole.get(at)?,
            fewest: fewest.get(at)?,
        })
    };
    let rows: Option<Vec<WeekStock>> = (0..frame.height()).map(row).collect();
    rows.ok_or_else(|| PolarsError::NoData("a null, or a series that is none".into()))
}

fn series(of: PeopleOf) -> Option<u64> {
    match of {
        PeopleOf::Everywhere => Some(EVERYBODY),
        PeopleOf::From(origin) => Some(origin.bits()),
        PeopleOf::At(_) | PeopleOf::Pair(_) => None,
    }
}

fn of_series(series: u64) -> Option<PeopleOf> {
    if series == EVERYBODY { Some(PeopleOf::Everywhere) } else { UnitKey::from_bits(series).map(PeopleOf::From) }
}

impl From<PolarsError> for EstimateError {
    /// A frame is made here from checked rows, so this is a defect and no property of data.
    fn from(error: PolarsError) -> Self {
        let what = match error {
            PolarsError::ColumnNotFound(_) => "a column is not there",
            PolarsError::SchemaMismatch(_) => "a column is of another type",
            PolarsError::NoData(_) => "a value is not there",
            PolarsError::ShapeMismatch(_) => "columns are of different length",
            _ => "the operation failed",
        };
        Self::Frame { what }
    }
}
