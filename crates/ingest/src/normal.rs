//! The few forms a Parquet column is brought into before it is checked.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type, TimestampMicrosecondType, UInt64Type};
use arrow_array::{
    Array, ArrayRef, BinaryArray, Float64Array, Int32Array, Int64Array, TimestampMicrosecondArray, UInt64Array,
};
use arrow_cast::cast;
use arrow_schema::{DataType, TimeUnit};
use std::borrow::Cow;

/// A column in one of seven forms.
pub enum Normal {
    /// Unsigned 64-bit.
    Unsigned(UInt64Array),
    /// Any other integer.
    Integer(Int64Array),
    /// Any float.
    Float(Float64Array),
    /// Text or bytes, one value a row.
    Bytes { values: BinaryArray, is_text: bool },
    /// Text, few distinct values.
    Dictionary { keys: Int32Array, values: BinaryArray },
    /// A timestamp in UTC.
    Instant(TimestampMicrosecondArray),
    /// A timestamp without zone.
    WallClock(TimestampMicrosecondArray),
}

impl Normal {
    /// Brings a column into its form; `None` for types that are none of these.
    pub fn of(array: &ArrayRef) -> Option<Self> {
        let to = |data_type: &DataType| cast(array, data_type).ok();
        Some(match array.data_type() {
            DataType::UInt64 => Self::Unsigned(array.as_primitive::<UInt64Type>().clone()),
            integer if integer.is_integer() => Self::Integer(to(&DataType::Int64)?.as_primitive::<Int64Type>().clone()),
            float if float.is_floating() => Self::Float(to(&DataType::Float64)?.as_primitive::<Float64Type>().clone()),
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
                Self::Bytes { values: to(&DataType::Binary)?.as_binary::<i32>().clone(), is_text: true }
            }
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
                Self::Bytes { values: to(&DataType::Binary)?.as_binary::<i32>().clone(), is_text: false }
            }
            DataType::Dictionary(keys, values) if **keys != DataType::Int32 || !is_text(values) => {
                return Self::of(&to(values)?);
            }
            DataType::Dictionary(..) => {
                let dictionary = array.as_dictionary_opt::<Int32Type>()?;
                let values = cast(dictionary.values(), &DataType::Binary).ok()?;
                Self::Dictionary { keys: dictionary.keys().clone(), values: values.as_binary::<i32>().clone() }
            }
            DataType::Timestamp(unit, zone) => {
                let micros = match unit {
                    TimeUnit::Second => in_micros(&to(&DataType::Int64)?, 1_000_000),
                    TimeUnit::Millisecond => in_micros(&to(&DataType::Int64)?, 1000),
                    _ => {
                        let micros = to(&DataType::Timestamp(TimeUnit::Microsecond, zone.clone()))?;
                        micros.as_primitive::<TimestampMicrosecondType>().clone()
                    }
                };
                if zone.is_some() { Self::Instant(micros) } else { Self::WallClock(micros) }
            }
            // As they are written in a CSV.
            DataType::Date32 | DataType::Time32(_) | DataType::Time64(_) | DataType::Decimal128(_, 0) => {
                return Self::of(&to(&DataType::Utf8)?);
            }
            DataType::Null => Self::Integer(to(&DataType::Int64)?.as_primitive::<Int64Type>().clone()),
            _ => return None,
        })
    }

    /// Rows without a value.
    pub fn null_count(&self) -> usize {
        match self {
            Self::Unsigned(array) => array.null_count(),
            Self::Integer(array) => array.null_count(),
            Self::Float(array) => array.null_count(),
            Self::Bytes { values, .. } => values.null_count(),
            Self::Dictionary { keys, .. } => keys.null_count(),
            Self::Instant(array) | Self::WallClock(array) => array.null_count(),
        }
    }

    /// Whether the row has no value.
    pub fn is_null(&self, row: usize) -> bool {
        match self {
            Self::Unsigned(array) => array.is_null(row),
            Self::Integer(array) => array.is_null(row),
            Self::Float(array) => array.is_null(row),
            Self::Bytes { values, .. } => values.is_null(row),
            Self::Dictionary { keys, .. } => keys.is_null(row),
            Self::Instant(array) | Self::WallClock(array) => array.is_null(row),
        }
    }

    /// The value as text (trimmed) or bytes (as they are); `None` when null.
    pub fn bytes(&self, row: usize) -> Option<Cow<'_, [u8]>> {
        if self.is_null(row) {
            return None;
        }
        Some(match self {
            Self::Unsigned(array) => Cow::Owned(array.value(row).to_string().into_bytes()),
            Self::Integer(array) => Cow::Owned(array.value(row).to_string().into_bytes()),
            Self::Float(array) => Cow::Owned(array.value(row).to_string().into_bytes()),
            Self::Bytes { values, is_text } => Cow::Borrowed(trimmed(values.value(row), *is_text)),
            Self::Dictionary { keys, values } => {
                Cow::Borrowed(values.value(usize::try_from(keys.value(row)).ok()?).trim_ascii())
            }
            Self::Instant(array) | Self::WallClock(array) => Cow::Owned(array.value(row).to_string().into_bytes()),
        })
    }

    /// A fraction as the whole number it stands for: `Some(None)` when null, `None` when it is not whole or so large
    /// that its neighbours are no longer told apart (2^53).
    #[expect(clippy::option_option, reason = "outer: does it stand for one; inner: is there a value")]
    pub fn exact_integer(&self, row: usize) -> Option<Option<i64>> {
        const LIMIT: f64 = 9_007_199_254_740_992.0;
        match self {
            Self::Float(array) if !array.is_null(row) => {
                let value = array.value(row);
                (value.fract() == 0.0 && value.abs() < LIMIT).then_some(Some(value as i64))
            }
            _ => Some(None),
        }
    }

    /// The value as degrees: `Ok(None)` when null or empty, `Err` when it is no number.
    pub fn degrees(&self, row: usize) -> Result<Option<f64>, NotANumber> {
        if self.is_null(row) {
            return Ok(None);
        }
        match self {
            Self::Float(array) => Ok(Some(array.value(row))),
            other => match other.bytes(row).as_deref() {
                None | Some(b"") => Ok(None),
                Some(text) => {
                    std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).map(Some).ok_or(NotANumber)
                }
            },
        }
    }
}

/// Text without the white space around it; bytes as they are.
#[inline]
pub fn trimmed(value: &[u8], is_text: bool) -> &[u8] {
    if is_text { value.trim_ascii() } else { value }
}

/// Whole units as microseconds. Those beyond all integers become the last one, which is out of range and not missing.
fn in_micros(units: &ArrayRef, unit_us: i64) -> TimestampMicrosecondArray {
    units.as_primitive::<Int64Type>().unary(|units| units.saturating_mul(unit_us))
}

fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Binary | DataType::LargeBinary)
}

/// A value that is no number.
#[derive(Debug)]
pub struct NotANumber;
