//! Columns of tables handed in, as what they are needed as.

use crate::fault::{Checked, Fault};
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type, TimestampMicrosecondType, UInt64Type};
use arrow_array::{
    Array, ArrayRef, Date32Array, Float64Array, Int64Array, LargeBinaryArray, LargeStringArray, RecordBatch,
    RecordBatchReader,
};
use arrow_cast::cast;
use arrow_schema::{DataType, Schema, TimeUnit};

/// What a table is read from.
pub type Reader = Box<dyn RecordBatchReader + Send>;

/// Hands the batches of a table to `read`, each with the number of its first row.
pub fn for_each_batch(reader: Reader, mut read: impl FnMut(&RecordBatch, u64) -> Checked<()>) -> Checked<()> {
    let mut first = 0;
    for batch in reader {
        // The producer's message may quote a value.
        let unreadable =
            |_| Fault(format!("the table cannot be read after row {first}: run its query by itself to see why"));
        let batch = batch.map_err(unreadable)?;
        read(&batch, first)?;
        first += batch.num_rows() as u64;
    }
    Ok(())
}

/// Whether a table has a column.
pub fn has(schema: &Schema, name: &str) -> bool {
    schema.column_with_name(name).is_some()
}

/// A column by its name.
pub fn column<'a>(batch: &'a RecordBatch, name: &str) -> Checked<&'a ArrayRef> {
    batch.column_by_name(name).ok_or_else(|| {
        let names: Vec<&str> = batch.schema_ref().fields().iter().map(|field| field.name().as_str()).collect();
        Fault::column(name, "it among the columns", &names.join(", "))
    })
}

/// A column of ids: integers, or text, or bytes.
pub enum Ids {
    /// Integers; those without a sign keep their bits.
    Integers(Int64Array, bool),
    /// Text or bytes.
    Bytes(LargeBinaryArray),
}

impl Ids {
    /// Reads a column.
    pub fn read(batch: &RecordBatch, name: &str) -> Checked<Self> {
        let array = column(batch, name)?;
        if is_untyped(array) {
            return Ok(Self::Integers(Int64Array::new_null(array.len()), false));
        }
        match plain_type(array.data_type()) {
            DataType::UInt64 => {
                let bits = converted(array, &DataType::UInt64, name)?;
                let signed = bits.as_primitive::<UInt64Type>().unary::<_, Int64Type>(u64::cast_signed);
                Ok(Self::Integers(signed, true))
            }
            integer if integer.is_integer() => {
                let array = converted(array, &DataType::Int64, name)?;
                Ok(Self::Integers(array.as_primitive::<Int64Type>().clone(), false))
            }
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
                let text = converted(array, &DataType::LargeUtf8, name)?;
                Ok(Self::Bytes(converted(&text, &DataType::LargeBinary, name)?.as_binary::<i64>().clone()))
            }
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView => {
                Ok(Self::Bytes(converted(array, &DataType::LargeBinary, name)?.as_binary::<i64>().clone()))
            }
            other => Err(Fault::column(name, "integers or text", &other.to_string())),
        }
    }
}

/// A column of integers with a sign.
pub fn integers(batch: &RecordBatch, name: &str) -> Checked<Int64Array> {
    match Ids::read(batch, name)? {
        Ids::Integers(integers, _) => Ok(integers),
        Ids::Bytes(_) => Err(Fault::column(name, "integers", "text")),
    }
}

/// A column of text.
pub fn texts(batch: &RecordBatch, name: &str) -> Checked<LargeStringArray> {
    let array = column(batch, name)?;
    if is_untyped(array) {
        return Ok(LargeStringArray::new_null(array.len()));
    }
    match plain_type(array.data_type()) {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            Ok(converted(array, &DataType::LargeUtf8, name)?.as_string::<i64>().clone())
        }
        other => Err(Fault::column(name, "text", &other.to_string())),
    }
}

/// A column of numbers.
pub fn numbers(batch: &RecordBatch, name: &str) -> Checked<Float64Array> {
    let array = column(batch, name)?;
    if is_untyped(array) {
        return Ok(Float64Array::new_null(array.len()));
    }
    match plain_type(array.data_type()) {
        number if number.is_numeric() => {
            Ok(converted(array, &DataType::Float64, name)?.as_primitive::<Float64Type>().clone())
        }
        other => Err(Fault::column(name, "numbers", &other.to_string())),
    }
}

/// A column of local days.
pub fn days(batch: &RecordBatch, name: &str) -> Checked<Date32Array> {
    let array = column(batch, name)?;
    if is_untyped(array) {
        return Ok(Date32Array::new_null(array.len()));
    }
    match array.data_type() {
        DataType::Date32 => Ok(array.as_primitive::<Date32Type>().clone()),
        DataType::Date64 => Ok(converted(array, &DataType::Date32, name)?.as_primitive::<Date32Type>().clone()),
        other => Err(Fault::column(name, "dates", &other.to_string())),
    }
}

/// A column of instants: microseconds since 1970, UTC.
pub fn instants(batch: &RecordBatch, name: &str) -> Checked<Int64Array> {
    let array = column(batch, name)?;
    if is_untyped(array) {
        return Ok(Int64Array::new_null(array.len()));
    }
    match array.data_type() {
        DataType::Int64 => Ok(array.as_primitive::<Int64Type>().clone()),
        DataType::Timestamp(_, Some(zone)) => {
            let micros = converted(array, &DataType::Timestamp(TimeUnit::Microsecond, Some(zone.clone())), name)?;
            Ok(micros.as_primitive::<TimestampMicrosecondType>().reinterpret_cast::<Int64Type>())
        }
        DataType::Timestamp(_, None) => Err(Fault::column(
            name,
            "instants with a time zone, or whole microseconds since 1970 in UTC",
            "times without a zone; in Polars .dt.replace_time_zone(\"UTC\"), in DuckDB AT TIME ZONE 'UTC' says it",
        )),
        other => Err(Fault::column(name, "instants with a time zone", &other.to_string())),
    }
}

/// Whether a column holds nothing but nulls and has no type of its own. No column holds truth values: those of Polars come as them.
fn is_untyped(array: &ArrayRef) -> bool {
    match array.data_type() {
        DataType::Null => true,
        DataType::Boolean => array.null_count() == array.len(),
        _ => false,
    }
}

/// The type of the values of a column, dictionary or not.
fn plain_type(kind: &DataType) -> &DataType {
    match kind {
        DataType::Dictionary(_, values) => values,
        other => other,
    }
}

/// Only between types that hold the same values, so nothing becomes null on the way.
fn converted(array: &ArrayRef, to: &DataType, name: &str) -> Checked<ArrayRef> {
    cast(array, to).map_err(|_| Fault::column(name, &to.to_string(), &array.data_type().to_string()))
}
