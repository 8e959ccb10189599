//! Counting, as a worker of Spark holds it: what is read once, events as they arrive, and the sums of what was counted so far.

use crate::areas::{Areas, area_reader, level_of};
use crate::block::Block;
use crate::columns::{Ids, Reader, for_each_batch, integers};
use crate::counting::Counting;
use crate::fault::{Checked, Fault};
use crate::locations::radio_cell_name;
use crate::packed::Packed;
use crate::partials::Partials;
use crate::plan::read_plan;
use crate::reduce::daily_location_rule;
use crate::rows::ColumnNames;
use crate::settings::{Settings, period};
use crate::table::Table;
use crate::threads::{let_go, let_go_alone, pass_point};
use hexodus_locate::{CellPlan, Locator};
use pyo3::prelude::*;
use pyo3_arrow::input::AnyRecordBatch;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

/// What is counted. One for all tasks of a process: it keeps nothing of them.
#[pyclass(frozen, module = "hexodus._native")]
pub struct Counter(pub Arc<Counting>);

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
        let (place, calendar) = (columns.columns()?.place, settings.days()?.calendar().clone());
        let (rules, rule, period) = (settings.rules(hourly)?, daily_location_rule(rule)?, period(days)?);
        let plan = radio_cells.map(AnyRecordBatch::into_reader).transpose()?;
        let mut layers = Vec::new();
        for (name, areas) in levels {
            let level = level_of(&name)?;
            layers.push((level, name, area_reader(level, areas)?));
        }
        let work = || {
            let plan = plan.map(|plan| read_plan(plan, site_radius_m, &calendar)).transpose()?;
            let ids = plan.iter().flat_map(CellPlan::radio_cell_ids);
            let radio_cells = ids.map(|id| (radio_cell_name(id), id.into())).collect();
            let read = |(level, name, areas): (_, String, Option<_>)| {
                Ok((level, areas.map(|areas| Areas::read(areas, &name)).transpose()?))
            };
            let levels = layers.into_iter().map(read).collect::<Checked<Vec<_>>>()?;
            let locator = Locator::new(plan, None);
            Ok(Counting { place, radio_cells, calendar, locator, levels, rules, rule, period })
        };
        let_go(py, Some(1), work).map(|counting| Self(Arc::new(counting)))
    }
}

/// Events on their way to sums.
struct Receiving {
    counting: Arc<Counting>,
    /// Events of a block are counted together once there are so many.
    events_at_once: usize,
    block: Block,
    part: Option<i32>,
    /// Files of which nothing is counted.
    refused: BTreeSet<i32>,
    sums: Partials,
}

impl Receiving {
    /// Rows ascend by part, then file.
    fn read(&mut self, reader: Reader) -> Checked<()> {
        for_each_batch(reader, |batch, _| {
            pass_point();
            let (parts, files) = (integers(batch, "part")?, integers(batch, "file")?);
            let Ids::Bytes(rows) = Ids::read(batch, "rows")? else {
                return Err(Fault::column("rows", "bytes", "integers"));
            };
            for ((&part, &file), packed) in parts.values().iter().zip(files.values()).zip(&rows) {
                self.enter(part as i32)?;
                self.receive(file as i32, Packed::read(packed.unwrap_or_default())?)?;
            }
            Ok(())
        })
    }

    /// Subscribers are whole where a part ends.
    fn enter(&mut self, part: i32) -> Checked<()> {
        if self.part == Some(part) {
            return Ok(());
        }
        if self.block.events() >= self.events_at_once {
            self.count()?;
        }
        self.part = Some(part);
        self.refused.clear();
        Ok(())
    }

    fn receive(&mut self, file: i32, packed: Packed<'_>) -> Checked<()> {
        if file < 0 {
            self.refused.insert(-1 - file);
        } else if self.refused.contains(&file) {
            return Ok(());
        }
        match packed {
            Packed::Events(events) => self.block.read(&events, &self.counting)?,
            Packed::Account(account) => self.sums.add_rows(account),
        }
        Ok(())
    }

    fn count(&mut self) -> Checked<()> {
        self.sums.add(self.counting.count(&mut self.block)?);
        Ok(())
    }
}

/// Counts events as they arrive, packed.
#[pyclass(frozen, module = "hexodus._native")]
pub struct Receiver(Mutex<Receiving>);

fn unbroken<T>(state: &Mutex<T>) -> Checked<MutexGuard<'_, T>> {
    state.lock().map_err(|_| Fault("counting was broken off: its sums cannot be used".into()))
}

#[pymethods]
impl Receiver {
    #[new]
    fn new(counter: &Counter, events_at_once: usize) -> Self {
        let counting = Arc::clone(&counter.0);
        let (block, refused, sums) = (Block::new(&counting), BTreeSet::new(), Partials::default());
        Self(Mutex::new(Receiving { counting, events_at_once, block, part: None, refused, sums }))
    }

    /// Takes in `part`, `file` and `rows`, ascending by part and file from call to call.
    fn read(&self, py: Python<'_>, rows: AnyRecordBatch) -> PyResult<()> {
        let rows = rows.into_reader()?;
        let_go_alone(py, || unbroken(&self.0)?.read(rows))
    }

    /// Counts what is left.
    fn finish(&self, py: Python<'_>) -> PyResult<()> {
        let_go_alone(py, || unbroken(&self.0)?.count())
    }

    /// How many sums there are.
    fn __len__(&self) -> PyResult<usize> {
        Ok(unbroken(&self.0)?.sums.rows())
    }

    /// The sums of one of so many parts, as numbers; they are forgotten here.
    fn take(&self, py: Python<'_>, part: usize, parts: usize) -> PyResult<Table> {
        let_go(py, None, || unbroken(&self.0)?.sums.take(part, parts))
    }
}

/// Sums of workers.
#[pyclass(frozen, module = "hexodus._native")]
#[derive(Default)]
pub struct Sums(pub Mutex<Partials>);

#[pymethods]
impl Sums {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Adds what `take` gave.
    fn read(&self, py: Python<'_>, sums: AnyRecordBatch) -> PyResult<()> {
        let sums = sums.into_reader()?;
        let_go(py, None, || unbroken(&self.0)?.read(sums))
    }

    /// All sums, as numbers; they are forgotten here.
    fn take(&self, py: Python<'_>) -> PyResult<Table> {
        let_go(py, None, || unbroken(&self.0)?.take(0, 1))
    }

    /// Rows by what became of them, each once.
    fn account(&self) -> PyResult<BTreeMap<String, u64>> {
        let sums = unbroken(&self.0)?;
        sums.check_account()?;
        Ok(sums.account.clone())
    }

    /// Flows at the level with this position.
    fn flows(&self, py: Python<'_>, counter: &Counter, level: usize) -> PyResult<Table> {
        let_go(py, None, || unbroken(&self.0)?.flows(&counter.0, level)?.table())
    }

    /// Presence at the level with this position, of whole days or of hours.
    #[pyo3(signature = (counter, level, *, hourly))]
    fn presence(&self, py: Python<'_>, counter: &Counter, level: usize, hourly: bool) -> PyResult<Table> {
        let_go(py, None, || unbroken(&self.0)?.presence(&counter.0, level, hourly)?.table())
    }
}
