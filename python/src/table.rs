//! Rows on their way to Python.

use crate::columns::Reader;
use crate::fault::{Checked, Fault};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchIterator};
use arrow_schema::{DataType, Field, Schema};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use pyo3_arrow::PyTable;
use std::sync::Arc;

/// Rows a batch handed to Python has at most.
const ROWS_AT_ONCE: usize = 1 << 20;

/// Columns of equal length. Exports itself through the Arrow `PyCapsule` interface, and tells no value any other way.
#[pyclass(frozen, module = "hexodus._native")]
#[derive(Debug)]
pub struct Table(RecordBatch);

impl Table {
    /// Of columns with their names; a column may be null where it holds a null, and where `nullable` says so.
    pub fn new(columns: Vec<(&str, ArrayRef)>, nullable: &[&str]) -> Checked<Self> {
        let field =
            |(name, array): &(&str, ArrayRef)| Field::new(*name, array.data_type().clone(), nullable.contains(name));
        let schema = Schema::new(columns.iter().map(field).collect::<Vec<_>>());
        let arrays = columns.into_iter().map(|(_, array)| array).collect();
        let batch = RecordBatch::try_new(Arc::new(schema), arrays);
        // Its columns are ours: the message is about shapes.
        batch.map(Self).map_err(|error| Fault(format!("a table of hexodus does not fit together: {error}")))
    }

    /// Its rows, to be read as those of a table handed in.
    pub fn reader(self) -> Reader {
        let schema = self.0.schema();
        Box::new(RecordBatchIterator::new([Ok(self.0)], schema))
    }
}

#[pymethods]
impl Table {
    #[getter]
    fn num_rows(&self) -> usize {
        self.0.num_rows()
    }

    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.0.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.0.num_rows();
        let starts = (0..rows.max(1)).step_by(ROWS_AT_ONCE);
        let batches = starts.map(|start| self.0.slice(start, ROWS_AT_ONCE.min(rows - start))).collect();
        let table = Bound::new(py, PyTable::try_new(batches, self.0.schema())?)?;
        table.call_method1("__arrow_c_stream__", (requested_schema,))
    }
}

/// The type of days in tables.
pub const DAY: DataType = DataType::Date32;
