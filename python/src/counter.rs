//! Counting, as a worker of Spark holds it: what is read once, and the sums of what it was handed so far.

use crate::areas::{Areas, area_reader, level_of};
use crate::check::EventColumns;
use crate::counting::Counting;
use crate::fault::{Checked, Fault};
use crate::locations::PlaceColumns;
use crate::partials::Partials;
use crate::plan::read_plan;
use crate::reduce::daily_location_rule;
use crate::settings::{Settings, period};
use crate::table::Table;
use crate::threads::let_go;
use hexodus_locate::Locator;
use pyo3::prelude::*;
use pyo3_arrow::input::AnyRecordBatch;
use std::sync::{Mutex, MutexGuard};

/// The subscriber, the time, and one of radio cell, H3 cell and point.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct ColumnNames {
    /// Who.
    pub subscriber: String,
    /// When.
    pub time: String,
    /// Where: the id of a radio cell,
    pub radio_cell: Option<String>,
    /// or an H3 cell,
    pub h3: Option<String>,
    /// or latitude and longitude.
    pub point: Option<(String, String)>,
}

impl ColumnNames {
    /// Which columns say what.
    pub fn columns(self) -> Checked<EventColumns> {
        let place = match (self.radio_cell, self.h3, self.point) {
            (Some(column), None, None) => PlaceColumns::RadioCell(column),
            (None, Some(column), None) => PlaceColumns::H3(column),
            (None, None, Some((lat, lon))) => PlaceColumns::Point(lat, lon),
            _ => return Err(Fault("expected one of radio_cell=, h3= and point=".into())),
        };
        Ok(EventColumns { subscriber: self.subscriber, time: self.time, place })
    }
}

/// Counts blocks of rows of whole subscribers. One for all tasks of a process: it keeps nothing of them.
#[pyclass(frozen, module = "hexodus._native")]
pub struct Counter(Counting);

#[pymethods]
impl Counter {
    #[new]
    #[pyo3(signature = (*, columns, settings, rule, hourly, levels, radio_cells, site_radius_m, days))]
    #[allow(clippy::too_many_arguments, reason = "they have names in Python")]
    fn new(
        py: Python<'_>,
        columns: ColumnNames,
        settings: Settings,
        rule: &str,
        hourly: bool,
        levels: Vec<(String, Option<AnyRecordBatch>)>,
        radio_cells: Option<AnyRecordBatch>,
        site_radius_m: f64,
        days: (i32, i32),
    ) -> PyResult<Self> {
        let (columns, calendar) = (columns.columns()?, settings.days()?.calendar().clone());
        let (rules, rule, period) = (settings.rules(hourly)?, daily_location_rule(rule)?, period(days)?);
        let plan = radio_cells.map(AnyRecordBatch::into_reader).transpose()?;
        let mut layers = Vec::new();
        for (name, areas) in levels {
            let level = level_of(&name)?;
            layers.push((level, name, area_reader(level, areas)?));
        }
        let work = || {
            let plan = plan.map(|plan| read_plan(plan, site_radius_m, &calendar)).transpose()?;
            let read = |(level, name, areas): (_, String, Option<_>)| {
                Ok((level, areas.map(|areas| Areas::read(areas, &name)).transpose()?))
            };
            let levels = layers.into_iter().map(read).collect::<Checked<Vec<_>>>()?;
            Ok(Counting { columns, locator: Locator::new(plan, None), calendar, levels, rules, rule, period })
        };
        let_go(py, Some(1), work).map(Self)
    }
}

/// What was counted so far.
#[pyclass(frozen, module = "hexodus._native")]
#[derive(Default)]
pub struct Sums(Mutex<Partials>);

impl Sums {
    fn partials(&self) -> Checked<MutexGuard<'_, Partials>> {
        self.0.lock().map_err(|_| Fault("counting was broken off: its sums cannot be used".into()))
    }
}

#[pymethods]
impl Sums {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Counts a block: every row of its subscribers, whose ids are pseudonyms.
    fn add(&self, py: Python<'_>, counter: &Counter, rows: AnyRecordBatch) -> PyResult<()> {
        let rows = rows.into_reader()?;
        let_go(py, Some(1), || {
            let counts = counter.0.count(rows)?;
            self.partials()?.add(&counts);
            Ok(())
        })
    }

    /// Rows that `take` would give.
    fn __len__(&self) -> PyResult<usize> {
        Ok(self.partials()?.rows())
    }

    /// Gives the sums as numbers, and begins anew.
    fn take(&self, py: Python<'_>) -> PyResult<Table> {
        let_go(py, Some(1), || self.partials()?.take())
    }

    /// Adds what `take` gave, of other workers.
    fn read(&self, py: Python<'_>, sums: AnyRecordBatch) -> PyResult<()> {
        let sums = sums.into_reader()?;
        let_go(py, Some(1), || self.partials()?.read(sums))
    }

    /// The sums by name.
    fn named(&self, py: Python<'_>, counter: &Counter) -> PyResult<Table> {
        let_go(py, Some(1), || self.partials()?.named(&counter.0))
    }
}
