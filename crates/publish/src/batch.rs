//! Columns to a record batch: each set once by name, those never set null.

use crate::column::{Column, Layout};
use crate::error::PublishError;
use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, BooleanArray, DictionaryArray, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow_array::{Date32Array, new_null_array};
use arrow_schema::{DataType, Schema};
use hexodus_model::LocalDay;
use hexodus_release::{ReleasedCount, SuppressionReason};
use std::sync::Arc;

/// The columns of a table being filled.
pub(crate) struct BatchBuilder {
    columns: Vec<&'static Column>,
    arrays: Vec<Option<ArrayRef>>,
    rows: usize,
}

impl BatchBuilder {
    pub(crate) fn new(layout: &Layout, rows: usize) -> Self {
        Self { columns: layout.columns.iter().collect(), arrays: vec![None; layout.columns.len()], rows }
    }

    /// How many rows there are.
    pub(crate) const fn rows(&self) -> usize {
        self.rows
    }

    /// Leaves a column out, for those that exist on request only.
    pub(crate) fn drop_column(&mut self, name: &str) {
        let position = self.position(name);
        self.columns.remove(position);
        self.arrays.remove(position);
    }

    pub(crate) fn set(&mut self, name: &str, array: ArrayRef) {
        let position = self.position(name);
        self.arrays[position] = Some(array);
    }

    /// The same text in every row.
    pub(crate) fn set_constant(&mut self, name: &str, text: &str) -> Result<(), PublishError> {
        let keys = Int32Array::from_value(0, self.rows);
        let array = DictionaryArray::try_new(keys, Arc::new(StringArray::from_iter_values([text])))?;
        self.set(name, Arc::new(array));
        Ok(())
    }

    pub(crate) fn set_text<'a>(
        &mut self,
        name: &str,
        values: impl Iterator<Item = Option<&'a str>>,
    ) -> Result<(), PublishError> {
        let mut column = StringDictionaryBuilder::<Int32Type>::new();
        for value in values {
            match value {
                Some(text) => _ = column.append(text)?,
                None => column.append_null(),
            }
        }
        self.set(name, Arc::new(column.finish()));
        Ok(())
    }

    pub(crate) fn set_days(&mut self, name: &str, values: impl Iterator<Item = LocalDay>) {
        self.set(name, Arc::new(Date32Array::from_iter_values(values.map(|day| day.0))));
    }

    pub(crate) fn set_counts(&mut self, name: &str, values: impl Iterator<Item = Option<u64>>) {
        self.set(name, Arc::new(values.map(|count| count.map(|count| count as i64)).collect::<Int64Array>()));
    }

    /// `subscribers_published`, `suppressed` and `suppression_reason` of tables that publish one number a row.
    pub(crate) fn set_released(
        &mut self,
        subscribers: &str,
        values: impl Iterator<Item = ReleasedCount> + Clone,
        reason: impl Fn(SuppressionReason) -> &'static str,
    ) -> Result<(), PublishError> {
        self.set_counts(subscribers, values.clone().map(ReleasedCount::published));
        self.set_reasons(values.map(|count| count.reason().map(&reason)))
    }

    /// `suppressed` and `suppression_reason`.
    pub(crate) fn set_reasons(
        &mut self,
        reasons: impl Iterator<Item = Option<&'static str>> + Clone,
    ) -> Result<(), PublishError> {
        let suppressed: BooleanArray = reasons.clone().map(|reason| Some(reason.is_some())).collect();
        self.set("suppressed", Arc::new(suppressed));
        self.set_text("suppression_reason", reasons)
    }

    /// The batch. A column that was never set is null.
    ///
    /// # Errors
    /// [`PublishError::Arrow`] when a column has another type or length, or nulls it may not have.
    pub(crate) fn finish(self) -> Result<RecordBatch, PublishError> {
        let fields: Vec<_> = self.columns.iter().map(|column| column.field()).collect();
        // Null columns of one type share their memory: a table may have a dozen of them.
        let mut nulls: Vec<(DataType, ArrayRef)> = Vec::new();
        let mut null_column = |data_type: &DataType| {
            if let Some((_, array)) = nulls.iter().find(|(known, _)| known == data_type) {
                return Arc::clone(array);
            }
            let array = new_null_array(data_type, self.rows);
            nulls.push((data_type.clone(), Arc::clone(&array)));
            array
        };
        let arrays = fields.iter().zip(self.arrays);
        let arrays = arrays.map(|(field, array)| array.unwrap_or_else(|| null_column(field.data_type()))).collect();
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
    }

    fn position(&self, name: &str) -> usize {
        let Some(position) = self.columns.iter().position(|column| column.name == name) else {
            panic!("the layout has no column {name}");
        };
        position
    }
}
