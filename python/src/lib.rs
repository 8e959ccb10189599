//! `hexodus._native`: the reductions of hexodus on Arrow tables. The package beside it says what a user calls.
//!
//! Every function takes tables from whatever exports `__arrow_c_stream__`, lets go of the interpreter while it works, and
//! gives tables that tell their values through that interface only. What is computed is computed by the crates of the command line.
//!
//! | module | answers |
//! |---|---|
//! | [`columns`] | what a column of a table handed in holds |
//! | [`subscribers`] | how an id becomes a pseudonym |
//! | [`local_days`] | which local day an instant is on |
//! | [`h3_cells`], [`locations`], [`plan`], [`areas`] | where |
//! | [`rows`], [`check`] | rows → events, and what became of each row |
//! | [`events`], [`settings`], [`reduce`] | events → daily locations, presence |
//! | [`flows`], [`residence`], [`displacement`] | daily locations → flows, residence, who is displaced |
//! | [`scattered`] | rows → all events of a day, to be counted in one go |
//! | [`packed`], [`event_pack`], [`packing`] | rows → events on their way to the worker that has all of a subscriber |
//! | [`block`], [`counting`], [`partials`], [`counter`], [`totals`] | these → sums of workers → tallies |
//! | [`tally`], [`released`] | tallies as tables, and through the wall |
//! | [`table`], [`threads`], [`fault`] | what goes back, how the work is done, what is wrong |

pub mod areas;
pub mod block;
pub mod check;
pub mod columns;
pub mod counter;
pub mod counting;
pub mod displacement;
pub mod event_pack;
pub mod events;
pub mod fault;
pub mod flows;
pub mod h3_cells;
pub mod local_days;
pub mod locations;
pub mod packed;
pub mod packing;
pub mod partials;
pub mod plan;
pub mod reduce;
pub mod released;
pub mod residence;
pub mod rows;
pub mod scattered;
pub mod settings;
pub mod subscribers;
pub mod table;
pub mod tally;
pub mod threads;
pub mod totals;

use pyo3::prelude::*;

/// What Python imports.
#[pymodule]
mod _native {
    use crate::areas::{Areas, area_reader, area_table, level_of};
    use crate::check::CheckedEvents;
    use crate::columns::Reader;
    #[pymodule_export]
    use crate::counter::{Counter, Receiver, Sums};
    use crate::displacement::displacement_table;
    use crate::events::read_events;
    use crate::fault::Fault;
    #[pymodule_export]
    use crate::fault::HexodusError;
    use crate::flows::{count_flows, read_daily_locations};
    use crate::local_days::{LocalDays, calendar};
    #[pymodule_export]
    use crate::packing::Packer;
    use crate::partials::{Partials, account_of};
    use crate::plan::read_plan;
    use crate::reduce::{daily_location_rule, daily_location_table, reduce};
    use crate::released::ReleasedTable;
    use crate::residence::residence_table;
    use crate::rows::ColumnNames;
    use crate::scattered::{ScatteredRows, scatter};
    use crate::settings::{Settings, period};
    use crate::subscribers::Pseudonyms;
    #[pymodule_export]
    use crate::table::Table;
    use crate::tally::Tally;
    #[pymodule_export]
    use crate::threads::arm_panic;
    use crate::threads::{keep_places_of_panics, let_go};
    use hexodus_locate::{AreaColumns, Locator};
    use hexodus_mobility::{DisplacementRule, ResidenceRule};
    use hexodus_model::{CrisisDays, FaultCode, Level, LocalDay, Period, Presence, RowCounts};
    use pyo3::prelude::*;
    use pyo3_arrow::input::AnyRecordBatch;
    use std::collections::BTreeMap;
    use std::ops::RangeInclusive;
    use std::path::PathBuf;

    /// Once, when Python imports the module.
    #[pymodule_init]
    #[allow(clippy::unnecessary_wraps, reason = "the signature is that of PyO3")]
    fn init(_module: &Bound<'_, PyModule>) -> PyResult<()> {
        keep_places_of_panics();
        Ok(())
    }

    /// A night may be of the day before the first event.
    const EVERY_DAY: RangeInclusive<LocalDay> = LocalDay(i32::MIN)..=LocalDay(i32::MAX);

    /// Read, located, unlocated, duplicates; rejected and flagged by reason.
    type Account = (u64, u64, u64, u64, BTreeMap<&'static str, u64>, BTreeMap<&'static str, u64>);

    /// Rows → events, rejected rows, and the account of all rows.
    #[pyfunction]
    #[pyo3(signature = (table, *, zone, day_start, columns, radio_cells, site_radius_m, key, threads))]
    #[allow(clippy::too_many_arguments, reason = "they have names in Python")]
    fn check_events(
        py: Python<'_>,
        table: AnyRecordBatch,
        zone: &str,
        day_start: &str,
        columns: ColumnNames,
        radio_cells: Option<AnyRecordBatch>,
        site_radius_m: f64,
        key: Option<&[u8]>,
        threads: Option<usize>,
    ) -> PyResult<(Table, Table, Account)> {
        let calendar = calendar(zone, day_start)?;
        let columns = columns.columns()?;
        let pseudonyms = Pseudonyms::new(key)?;
        let (rows, plan) = (table.into_reader()?, radio_cells.map(AnyRecordBatch::into_reader).transpose()?);
        let work = move || {
            let plan = plan.map(|plan| read_plan(plan, site_radius_m, &calendar)).transpose()?;
            let locator = Locator::new(plan, None);
            crate::check::check_events(rows, &columns, &pseudonyms, LocalDays::new(calendar), &locator)
        };
        let CheckedEvents { events, rejected, counts } = let_go(py, threads, work)?;
        Ok((events, rejected, account(&counts)))
    }

    fn account(counts: &RowCounts) -> Account {
        let by_name = |by_code: &BTreeMap<FaultCode, u64>| by_code.iter().map(|own| (own.0.name(), *own.1)).collect();
        let RowCounts { read, located, unlocated, duplicates, .. } = *counts;
        (read, located, unlocated, duplicates, by_name(&counts.rejected), by_name(&counts.flagged))
    }

    /// Rows → sums of all that a counter counts, and daily locations.
    #[pyfunction]
    fn count_rows(
        py: Python<'_>,
        counter: &Counter,
        rows: AnyRecordBatch,
        columns: ColumnNames,
        key: Option<&[u8]>,
        threads: Option<usize>,
    ) -> PyResult<(Sums, Table)> {
        let (columns, pseudonyms) = (columns.columns()?, Pseudonyms::new(key)?);
        let (rows, counting) = (rows.into_reader()?, &counter.0);
        let work = move || {
            let days = LocalDays::new(counting.calendar.clone());
            let ScatteredRows { days, locations, counts } = scatter(rows, &columns, &pseudonyms, &days)?;
            let (sum, subscriber_days) = counting.count_days(days, &locations)?;
            let mut sums = Partials::default();
            sums.add_rows(account_of(&counts));
            sums.add(sum);
            let [first, last] = counting.period;
            Ok((sums, daily_location_table(&subscriber_days, counting.rule, first..=last)?))
        };
        let (sums, daily) = let_go(py, threads, work)?;
        Ok((Sums(sums.into()), daily))
    }

    /// Events → daily locations.
    #[pyfunction]
    fn daily_locations(
        py: Python<'_>,
        events: AnyRecordBatch,
        rule: &str,
        settings: Settings,
        threads: Option<usize>,
    ) -> PyResult<Table> {
        let (rule, rules, days) = (daily_location_rule(rule)?, settings.rules(false)?, settings.days()?);
        let reader = events.into_reader()?;
        let work = move || {
            let calendar = days.calendar().clone();
            let events = read_events(reader, days)?;
            let reduced = reduce(&events, &events.places(&[]), &calendar, rules).into_iter();
            let days = reduced.map(|(day, own)| (day, own.subscriber_days.to_vec())).collect();
            daily_location_table(&days, rule, EVERY_DAY)
        };
        let_go(py, threads, work)
    }

    /// Events → presence.
    #[pyfunction]
    fn presence(
        py: Python<'_>,
        events: AnyRecordBatch,
        level: &str,
        areas: Option<AnyRecordBatch>,
        hourly: bool,
        settings: Settings,
        threads: Option<usize>,
    ) -> PyResult<Table> {
        let (level_name, level, rules, days) = (level, level_of(level)?, settings.rules(hourly)?, settings.days()?);
        if hourly && level != Level::H3 {
            return Err(Fault::argument("hourly", "False at a level of areas", "True").into());
        }
        let (reader, areas) = (events.into_reader()?, area_reader(level, areas)?);
        let work = move || {
            let calendar = days.calendar().clone();
            let areas = areas.map(|areas| Areas::read(areas, level_name)).transpose()?;
            let events = read_events(reader, days)?;
            let layers: Vec<&Areas> = areas.iter().collect();
            let places = events.places(&layers);
            let wanted =
                |own: &Presence| (own.level == Level::H3) == (level == Level::H3) && own.hour.is_some() == hourly;
            let reduced = reduce(&events, &places, &calendar, rules).into_iter();
            let presence: Vec<Presence> = reduced.flat_map(|(_, own)| own.presence).filter(wanted).collect();
            Tally::of_presence(&presence, level, areas.as_ref().map_or(&[], |areas| &areas.codes))?.table()
        };
        let_go(py, threads, work)
    }

    /// Daily locations → flows between each two days in a row.
    #[pyfunction]
    fn flows(
        py: Python<'_>,
        daily_locations: AnyRecordBatch,
        days: (i32, i32),
        level: &str,
        areas: Option<AnyRecordBatch>,
        threads: Option<usize>,
    ) -> PyResult<Table> {
        let period = period(days)?;
        let (level_name, level) = (level, level_of(level)?);
        let (reader, areas) = (daily_locations.into_reader()?, area_reader(level, areas)?);
        let work = move || {
            let areas = areas.map(|areas| Areas::read(areas, level_name)).transpose()?;
            count_flows(&read_daily_locations(reader)?, period, level, areas.as_ref())?.table()
        };
        let_go(py, threads, work)
    }

    /// Daily locations → residence.
    #[pyfunction]
    fn residence(
        py: Python<'_>,
        daily_locations: AnyRecordBatch,
        days: (i32, i32),
        window_days: u8,
        min_located_days: u8,
        threads: Option<usize>,
    ) -> PyResult<Table> {
        let (period, reader) = (period(days)?, daily_locations.into_reader()?);
        let rule = ResidenceRule { window_days, min_located_days };
        let work = move || residence_table(&read_daily_locations(reader)?, rule, period);
        let_go(py, threads, work)
    }

    /// Daily locations → the state of each subscriber with a home since an event.
    #[pyfunction]
    fn displacement(
        py: Python<'_>,
        daily_locations: AnyRecordBatch,
        event: i32,
        day_to: i32,
        baseline: (i32, i32),
        confirm: (u16, u8),
        threads: Option<usize>,
    ) -> PyResult<Table> {
        let [event, last] = period((event, day_to))?;
        let [first, eve] = period(baseline)?;
        if eve >= event {
            return Err(Fault::argument("baseline", "days before the event", "later ones").into());
        }
        let days = CrisisDays { event, baseline: Period { first, last: eve }, last };
        let (confirm_days, confirm_located_days) = confirm;
        let rule = DisplacementRule { confirm_days, confirm_located_days, ..DisplacementRule::default() };
        let reader = daily_locations.into_reader()?;
        let work = move || displacement_table(&read_daily_locations(reader)?, days, &rule);
        let_go(py, threads, work)
    }

    /// The sum of tallies of disjoint subscribers.
    #[pyfunction]
    fn merge(py: Python<'_>, tallies: Vec<AnyRecordBatch>) -> PyResult<Table> {
        let readers: Vec<Reader> = tallies.into_iter().map(AnyRecordBatch::into_reader).collect::<PyResult<_>>()?;
        let_go(py, None, || Tally::merge(readers)?.table())
    }

    /// A tally through the wall: the table, its class, the k of the test, which rows are listed.
    #[pyfunction]
    fn release(
        py: Python<'_>,
        tally: AnyRecordBatch,
        universe: Option<Vec<String>>,
        policy: &str,
        accept_lower_k: bool,
    ) -> PyResult<(Table, &'static str, u64, &'static str)> {
        let settings = serde_json::from_str(policy).map_err(|error| Fault(format!("policy: {error}")))?;
        let policy = crate::released::policy(settings, accept_lower_k)?;
        let reader = tally.into_reader()?;
        let work = move || crate::released::release(Tally::read(reader)?, universe.as_deref(), &policy);
        let ReleasedTable { table, class, threshold, row_policy } = let_go(py, None, work)?;
        Ok((table, class.name(), threshold, row_policy.name()))
    }

    /// The areas of a boundary file: H3 cell → P-codes.
    #[pyfunction]
    fn read_areas(py: Python<'_>, path: PathBuf, level: Option<u8>, id_col: Option<String>) -> PyResult<Table> {
        let columns = AreaColumns { level, id_col, ..AreaColumns::default() };
        let_go(py, None, || area_table(&path, &columns))
    }
}
