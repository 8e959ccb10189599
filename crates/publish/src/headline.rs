//! A released folder read back: its headline and the areas with most displaced people. From released tables only.

use crate::error::PublishError;
use crate::indicators_layout::INDICATORS;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int32Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use hexodus_model::LocalDay;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::cmp::Reverse;
use std::fs::File;
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

/// Reads `indicators_admin.parquet` of a released folder.
///
/// # Errors
/// [`PublishError::Io`] when it cannot be opened, [`PublishError::Parquet`] when it is damaged,
/// [`PublishError::NoRelease`] when it is another table.
pub fn read_headline(folder: &Path) -> Result<Headline, PublishError> {
    let path = folder.join(format!("{}.parquet", INDICATORS.name));
    let no_release = |expected| PublishError::NoRelease { path: path.clone(), expected };
    let file = File::open(&path).map_err(PublishError::at(&path))?;
    let mut rows: Vec<(String, LocalDay, String, Figure)> = Vec::new();
    for batch in ParquetRecordBatchReaderBuilder::try_new(file)?.build()? {
        let table = Table { batch: batch?, no_release: &no_release };
        for row in 0..table.batch.num_rows() {
            rows.push(table.row(row)?);
        }
    }
    let day = rows.iter().map(|own| own.1).max().ok_or_else(|| no_release("expected a row or more"))?;
    let (operation, unit) = rows.first().map(|own| (own.0.clone(), own.2.clone())).unwrap_or_default();
    let figures = rows.into_iter().filter(|own| own.1 == day).map(|own| own.3).collect();
    Ok(Headline { operation, day, unit, figures })
}

/// Columns by name, of the types of the layout.
struct Table<'a> {
    batch: RecordBatch,
    no_release: &'a dyn Fn(&'static str) -> PublishError,
}

impl Table<'_> {
    fn row(&self, row: usize) -> Result<(String, LocalDay, String, Figure), PublishError> {
        let required = || (self.no_release)("expected the columns of indicators_admin without nulls in its key");
        let text = |name| self.text(name, row);
        let low_high = [self.number("value_low", row)?, self.number("value_high", row)?];
        let figure = Figure {
            indicator: text("indicator")?.ok_or_else(required)?,
            level: self.column("adm_level")?.as_primitive_opt::<Int32Type>().ok_or_else(required)?.value(row),
            area_id: text("area_id")?.ok_or_else(required)?,
            area_name: text("area_name")?,
            value: self.number("value", row)?,
            interval: low_high[0].zip(low_high[1]).map(|(low, high)| [low, high]),
            suppressed: self.column("suppressed")?.as_boolean_opt().ok_or_else(required)?.value(row),
        };
        let day =
            self.column("reference_period_end")?.as_primitive_opt::<Date32Type>().ok_or_else(required)?.value(row);
        Ok((text("operation")?.ok_or_else(required)?, LocalDay(day), text("unit")?.ok_or_else(required)?, figure))
    }

    fn column(&self, name: &str) -> Result<&dyn Array, PublishError> {
        let column =
            self.batch.column_by_name(name).ok_or_else(|| (self.no_release)("expected the table of a release"))?;
        Ok(column.as_ref())
    }

    fn text(&self, name: &str, row: usize) -> Result<Option<String>, PublishError> {
        let column = self.column(name)?.as_string_opt::<i32>().ok_or_else(|| (self.no_release)("expected text"))?;
        Ok(column.is_valid(row).then(|| column.value(row).to_owned()))
    }

    fn number(&self, name: &str, row: usize) -> Result<Option<i64>, PublishError> {
        let column = self.column(name)?.as_primitive_opt::<Int64Type>();
        let column = column.ok_or_else(|| (self.no_release)("expected whole numbers"))?;
        Ok(column.is_valid(row).then(|| column.value(row)))
    }
}
