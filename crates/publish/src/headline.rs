//! A released folder read back: its headline and the areas with most displaced people. From released tables only.

use crate::error::PublishError;
use crate::indicators_layout::INDICATORS;
use crate::read_back::read_rows;
use crate::read_back::rows::{Rows, Values};
use hexodus_model::LocalDay;
use std::cmp::Reverse;
use std::path::Path;

/// One figure of the last released day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Its id, `displacement.stock` …
    pub indicator: String,
    /// Administrative level, 0 = the country.
    pub level: i32,
    /// P-code, or a reserved value.
    pub area_id: String,
    /// A label.
    pub area_name: Option<String>,
    /// The figure; `None` where it is withheld or there is none.
    pub value: Option<i64>,
    /// Its 95 % interval; counts of subscribers have none.
    pub interval: Option<[i64; 2]>,
    /// Whether it is withheld.
    pub suppressed: bool,
}

/// What a release says in a few lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headline {
    /// The operation.
    pub operation: String,
    /// The last released day.
    pub day: LocalDay,
    /// persons or subscribers.
    pub unit: String,
    /// Every figure of that day, as the table sorts them.
    pub figures: Vec<Figure>,
}

impl Headline {
    /// A figure of the country; `None` where the release does not have it.
    pub fn country(&self, indicator: &str) -> Option<&Figure> {
        self.figures.iter().find(|own| own.level == 0 && own.indicator == indicator)
    }

    /// The areas of a level with the largest figures that are told, and how many are withheld.
    pub fn top(&self, indicator: &str, level: i32, most: usize) -> (Vec<&Figure>, usize) {
        let of_level = || self.figures.iter().filter(|own| own.level == level && own.indicator == indicator);
        let mut told: Vec<&Figure> = of_level().filter(|own| own.value.is_some_and(|value| value > 0)).collect();
        told.sort_by_key(|own| (Reverse(own.value), &own.area_id));
        told.truncate(most);
        (told, of_level().filter(|own| own.suppressed).count())
    }
}

/// What is read of the table.
const COLUMNS: [&str; 11] = [
    "operation",
    "unit",
    "indicator",
    "adm_level",
    "area_id",
    "area_name",
    "reference_period_end",
    "value",
    "value_low",
    "value_high",
    "suppressed",
];

/// Reads `indicators_admin.parquet` of a released folder.
///
/// # Errors
/// [`PublishError::Io`] when it cannot be opened, [`PublishError::Parquet`] when it is damaged,
/// [`PublishError::NoRelease`] when it is another table.
pub fn read_headline(folder: &Path) -> Result<Headline, PublishError> {
    let path = folder.join(format!("{}.parquet", INDICATORS.name));
    let no_release = |expected| PublishError::NoRelease { path: path.clone(), expected };
    std::fs::metadata(&path).map_err(PublishError::at(&path))?;
    let rows = read_rows(folder, INDICATORS.name, &COLUMNS)?.filter(is_complete);
    let rows = rows.ok_or_else(|| no_release("expected the table of a release"))?;
    if rows.count == 0 {
        return Err(no_release("expected a row or more"));
    }
    let last = rows.of_last_day("reference_period_end");
    let told = || {
        let day = last.text("reference_period_end", 0)?.parse().ok()?;
        let figures = (0..last.count).map(|row| figure(&last, row)).collect::<Option<_>>()?;
        let [operation, unit] = ["operation", "unit"].map(|name| last.text(name, 0).map(str::to_owned));
        Some(Headline { operation: operation?, day, unit: unit?, figures })
    };
    told().ok_or_else(|| no_release("expected the columns of indicators_admin without nulls in its key"))
}

/// Whether all columns are there, numbers among them as whole ones.
fn is_complete(rows: &Rows) -> bool {
    COLUMNS.iter().all(|name| match (*name, rows.column(name)) {
        ("value" | "value_low" | "value_high" | "adm_level", own) => matches!(own, Some(Values::Integers(_))),
        ("reference_period_end", own) => matches!(own, Some(Values::Days(_))),
        ("suppressed", own) => matches!(own, Some(Values::Flags(_))),
        (_, own) => matches!(own, Some(Values::Text(_))),
    })
}

fn figure(rows: &Rows, row: usize) -> Option<Figure> {
    let number = |name| rows.integer(name, row);
    Some(Figure {
        indicator: rows.text("indicator", row)?.to_owned(),
        level: i32::try_from(number("adm_level")?).ok()?,
        area_id: rows.text("area_id", row)?.to_owned(),
        area_name: rows.text("area_name", row).map(str::to_owned),
        value: number("value"),
        interval: number("value_low").zip(number("value_high")).map(|(low, high)| [low, high]),
        suppressed: rows.flag("suppressed", row)?,
    })
}
