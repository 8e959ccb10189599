//! A radio-cell plan handed in as a table.

use crate::columns::{Ids, Reader, column, for_each_batch, has, instants, integers, numbers};
use crate::fault::{Checked, Fault};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, Schema};
use hexodus_locate::{CellPlan, PlanRules};
use hexodus_model::{Calendar, LocalDay, RadioCellRecord, SitePoint, UtcMicros};
use jiff::civil::Time;

/// Reads `radio_cell_id`, `lat`, `lon`, and where they are there `site_id`, `valid_from`, `valid_to` and `version`. A date
/// is a local day, as an end inclusive; an instant as an end is exclusive.
pub fn read_plan(reader: Reader, site_radius_m: f64, calendar: &Calendar) -> Checked<CellPlan> {
    let schema = reader.schema();
    let mut records = Vec::new();
    for_each_batch(reader, |batch, first| append(&mut records, batch, first, &schema, calendar))?;
    if records.is_empty() {
        return Err(Fault::argument("radio_cells", "radio cells", "no row"));
    }
    let rules = PlanRules { site_radius_m, ..PlanRules::default() };
    CellPlan::resolve(records, &rules, &[]).map_err(|error| Fault(error.to_string()))
}

fn append(
    records: &mut Vec<RadioCellRecord>,
    batch: &RecordBatch,
    first: u64,
    schema: &Schema,
    calendar: &Calendar,
) -> Checked<()> {
    let ids = Ids::read(batch, "radio_cell_id")?;
    let (lat, lon) = (numbers(batch, "lat")?, numbers(batch, "lon")?);
    let sites = has(schema, "site_id").then(|| Ids::read(batch, "site_id")).transpose()?;
    let from = bounds(batch, schema, "valid_from", calendar, |day| day)?;
    let until = bounds(batch, schema, "valid_to", calendar, LocalDay::next)?;
    let versions = has(schema, "version").then(|| integers(batch, "version")).transpose()?;
    for row in 0..batch.num_rows() {
        let missing = || Fault::row("radio_cell_id", first + row as u64, "the id of a radio cell", "none");
        let known = !lat.is_null(row) && !lon.is_null(row);
        records.push(RadioCellRecord {
            radio_cell_id: text_of(&ids, row).ok_or_else(missing)?,
            site_id: sites.as_ref().and_then(|sites| text_of(sites, row)),
            position: known.then(|| SitePoint { lat: lat.value(row), lon: lon.value(row) }),
            area_code: None,
            valid_from: from.as_ref().and_then(|from| from[row]),
            valid_until: until.as_ref().and_then(|until| until[row]),
            version: versions.as_ref().filter(|own| own.is_valid(row)).map(|own| own.value(row) as i32),
            recorded_at: None,
        });
    }
    Ok(())
}

/// The id of a row: trimmed, case kept; `None` where there is none.
pub fn text_of(ids: &Ids, row: usize) -> Option<String> {
    let text = match ids {
        Ids::Integers(ids, _) if ids.is_null(row) => return None,
        Ids::Integers(ids, true) => ids.value(row).cast_unsigned().to_string(),
        Ids::Integers(ids, false) => ids.value(row).to_string(),
        Ids::Bytes(ids) if ids.is_null(row) => return None,
        Ids::Bytes(ids) => std::str::from_utf8(ids.value(row)).ok()?.trim().to_owned(),
    };
    Some(text).filter(|text| !text.is_empty())
}

type Bounds = Option<Vec<Option<UtcMicros>>>;

fn bounds(
    batch: &RecordBatch,
    schema: &Schema,
    name: &str,
    calendar: &Calendar,
    midnight_of: impl Fn(LocalDay) -> LocalDay,
) -> Checked<Bounds> {
    if !has(schema, name) {
        return Ok(None);
    }
    if matches!(column(batch, name)?.data_type(), DataType::Date32 | DataType::Date64) {
        let days = crate::columns::days(batch, name)?;
        let midnight = |day| calendar.at(midnight_of(LocalDay(day)), Time::midnight());
        return Ok(Some(days.iter().map(|day| day.map(midnight)).collect()));
    }
    Ok(Some(instants(batch, name)?.iter().map(|at| at.map(UtcMicros)).collect()))
}
