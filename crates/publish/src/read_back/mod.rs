//! Tables of a released folder read back, by column name: order and further columns do not matter.
//!
//! For the page and for the headline: whoever reads a released folder reads it here. `rows` is a table in memory.

pub(crate) mod rows;

use self::rows::{Rows, Values};
use crate::error::PublishError;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int32Type, Int64Type, UInt8Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use hexodus_model::LocalDay;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::File;
use std::path::Path;

/// Reads `<name>.parquet`, of it the columns asked for, all if none is named; those that it lacks are left out. `None`
/// where there is no such file.
///
/// # Errors
/// [`PublishError::Io`], [`PublishError::Parquet`]; [`PublishError::NoRelease`] for a type that no released column has.
pub(crate) fn read_rows(folder: &Path, name: &str, columns: &[&str]) -> Result<Option<Rows>, PublishError> {
    let path = folder.join(format!("{name}.parquet"));
    if !path.exists() {
        return Ok(None);
    }
    let no_release = |expected| PublishError::NoRelease { path: path.clone(), expected };
    let file = File::open(&path).map_err(PublishError::at(&path))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
    let mask = match columns {
        [] => ProjectionMask::all(),
        columns => ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied()),
    };
    let mut rows = Rows { name: name.to_owned(), columns: Vec::new(), count: 0 };
    for batch in builder.with_projection(mask).build()? {
        let batch = batch?;
        rows.count += batch.num_rows();
        for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
            let values = values(array).ok_or_else(|| no_release("expected the types of a released table"))?;
            match rows.columns.iter_mut().find(|own| own.0 == *field.name()) {
                None => rows.columns.push((field.name().clone(), values)),
                Some((_, own)) => {
                    if !own.append(values) {
                        return Err(no_release("expected one type a column"));
                    }
                }
            }
        }
    }
    Ok(Some(rows))
}

/// Reads the binary column `geometry` beside the keys of an area.
///
/// # Errors
/// As [`read_rows`].
pub(crate) fn read_geometry(folder: &Path, name: &str) -> Result<Vec<(i64, String, Vec<u8>)>, PublishError> {
    let path = folder.join(format!("{name}.parquet"));
    if !path.exists() {
        return Ok(Vec::new());
    }
    let no_release = || PublishError::NoRelease {
        path: path.clone(),
        expected: "expected areas with adm_level, area_id and geometry (WKB)",
    };
    let file = File::open(&path).map_err(PublishError::at(&path))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), ["adm_level", "area_id", "geometry"]);
    let mut areas = Vec::new();
    for batch in builder.with_projection(mask).build()? {
        let batch = batch?;
        let (levels, ids) = (column(&batch, "adm_level"), column(&batch, "area_id"));
        let (Some(Values::Integers(levels)), Some(Values::Text(ids))) = (levels, ids) else {
            return Err(no_release());
        };
        let shapes = batch.column_by_name("geometry").ok_or_else(no_release)?;
        let shapes = shapes.as_binary_opt::<i32>().ok_or_else(no_release)?;
        for ((level, id), shape) in levels.into_iter().zip(ids).zip(shapes) {
            if let (Some(level), Some(id), Some(shape)) = (level, id, shape) {
                areas.push((level, id, shape.to_vec()));
            }
        }
    }
    Ok(areas)
}

fn column(batch: &RecordBatch, name: &str) -> Option<Values> {
    values(batch.column_by_name(name)?)
}

fn values(array: &dyn Array) -> Option<Values> {
    Some(match array.data_type() {
        DataType::Utf8 => Values::Text(array.as_string::<i32>().iter().map(|own| own.map(str::to_owned)).collect()),
        DataType::Dictionary(..) => {
            let array = array.as_dictionary_opt::<Int32Type>()?;
            let words = array.values().as_string_opt::<i32>()?;
            let word = |key: Option<i32>| key.map(|key| words.value(key as usize).to_owned());
            Values::Text(array.keys().iter().map(word).collect())
        }
        DataType::Date32 => {
            let day = |own: Option<i32>| own.map(|own| LocalDay(own).to_string());
            Values::Days(array.as_primitive::<Date32Type>().iter().map(day).collect())
        }
        DataType::UInt8 => {
            Values::Integers(array.as_primitive::<UInt8Type>().iter().map(|own| own.map(i64::from)).collect())
        }
        DataType::Int32 => {
            Values::Integers(array.as_primitive::<Int32Type>().iter().map(|own| own.map(i64::from)).collect())
        }
        DataType::Int64 => Values::Integers(array.as_primitive::<Int64Type>().iter().collect()),
        DataType::Float64 => Values::Numbers(array.as_primitive::<Float64Type>().iter().collect()),
        DataType::Boolean => Values::Flags(array.as_boolean().iter().collect()),
        _ => return None,
    })
}
