//! The radio-cell plan as a file: CSV or Parquet, one or many snapshots, by name of column.

use crate::discover::hive_date;
use crate::error::{FileFault, IngestError};
use crate::table_file::Table;
use crate::timestamp::TimeReader;
use hexodus_model::{Calendar, LocalDay, RadioCellRecord, SitePoint, UtcMicros};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// `[radio_cells]`: where the plan is and which column is what. Names are matched whatever their case; those of the
/// presets `generic` (formats §1.3) and `multimno` are found without being named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlanColumns {
    /// The operator's radio-cell id.
    pub radio_cell_id: Option<String>,
    /// The operator's site, where there is one.
    pub site_id: Option<String>,
    /// Latitude in degrees.
    pub lat: Option<String>,
    /// Longitude in degrees.
    pub lon: Option<String>,
    /// The district or locality, where the plan has no coordinates.
    pub area_id: Option<String>,
    /// First day or instant of validity.
    pub valid_from: Option<String>,
    /// End of validity: a date is inclusive, an instant exclusive.
    pub valid_to: Option<String>,
    /// Version number of the row.
    pub version: Option<String>,
    /// Whether an end of validity at midnight names the last valid day, as eurostat/multimno writes it, instead of
    /// the instant after it. A date without a time always does.
    /// Default: as the preset of the sources says.
    pub midnight_is_last_day: Option<bool>,
}

/// What was read of a plan.
#[derive(Clone, Debug, Default)]
pub struct PlanFiles {
    /// Checked rows of all snapshots.
    pub records: Vec<RadioCellRecord>,
    /// Rows read.
    pub rows: u64,
    /// Rows set aside: no id, or coordinates, dates or versions that cannot be read.
    pub rejected: u64,
    /// Where the first of them is, and why.
    pub first_rejected: Option<FileFault>,
    /// Files and their digests, for the record of the run.
    pub files: Vec<(PathBuf, String)>,
}

const ROLES: usize = 8;
const NAMES: [(&str, &[&str]); ROLES] = [
    (
        "radio_cell_id",
        &["radio_cell_id", "radio_cell", "cell_id", "id", "antenna_id", "bts_id", "site_id", "district_id"],
    ),
    ("site_id", &["site_id"]),
    ("lat", &["lat", "latitude"]),
    ("lon", &["lon", "lng", "longitude"]),
    ("valid_from", &["valid_from", "valid_date_start", "date_of_first_service"]),
    ("valid_to", &["valid_to", "valid_date_end", "date_of_last_service"]),
    ("version", &["version"]),
    ("area_id", &["area_id", "locality", "district_id"]),
];

/// Degrees, minutes and seconds in columns of their own (D4R, formats §1.2.4).
const DMS: [[&str; 3]; 2] = [["mx_lat1", "mx_lat2", "mx_lat3"], ["mx_long1", "mx_long2", "mx_long3"]];

/// Reads all snapshots of a plan. Dates are local days of `calendar`: a date-only end is inclusive, so it becomes the
/// next local midnight; a start becomes its own.
///
/// # Errors
/// [`IngestError::Plan`] when a file cannot be read, lacks the id or coordinate columns, or has no valid row.
pub fn read_plan(paths: &[PathBuf], columns: &PlanColumns, calendar: &Calendar) -> Result<PlanFiles, IngestError> {
    let mut plan = PlanFiles::default();
    for path in paths {
        let (digest, _) = crate::digest::digest_file(path)
            .map_err(|error| IngestError::Plan(FileFault::of_file(path, "a readable file", error.to_string())))?;
        plan.files.push((path.clone(), digest));
        Table::read(path, "a radio-cell plan")
            .and_then(|table| append(&mut plan, path, &table, columns, calendar))
            .map_err(IngestError::Plan)?;
    }
    if plan.records.is_empty() {
        let fault = plan.first_rejected.take();
        return Err(IngestError::Plan(fault.unwrap_or_else(|| {
            FileFault::of_file(paths.first().cloned().unwrap_or_default(), "radio cells", "no row")
        })));
    }
    Ok(plan)
}

fn append(
    plan: &mut PlanFiles,
    path: &Path,
    table: &Table,
    columns: &PlanColumns,
    calendar: &Calendar,
) -> Result<(), FileFault> {
    let given = [
        &columns.radio_cell_id,
        &columns.site_id,
        &columns.lat,
        &columns.lon,
        &columns.valid_from,
        &columns.valid_to,
        &columns.version,
        &columns.area_id,
    ];
    let mut found = [None; ROLES];
    for ((position, given), (role, usual)) in found.iter_mut().zip(given).zip(NAMES) {
        let is = |wanted: &str| table.names.iter().position(|name| name.eq_ignore_ascii_case(wanted));
        *position = match given {
            Some(name) => Some(is(name).ok_or_else(|| no_column(path, name, role, table))?),
            None => usual.iter().find_map(|name| is(name)),
        };
    }
    let [id, site, lat, lon, from, to, version, area] = found;
    let Some(id) = id else { return Err(no_column(path, "radio_cell_id", "radio_cell_id", table)) };
    // A site that is its own radio cell is no name for a mast: those at one place are found by clustering.
    let site = site.filter(|&site| site != id);
    // Decimal degrees, or degrees, minutes and seconds, or none at all where places are named.
    let dms = |names: [&str; 3]| {
        let found = names.map(|wanted| table.names.iter().position(|name| name.eq_ignore_ascii_case(wanted)));
        found.into_iter().collect::<Option<Vec<usize>>>()
    };
    let axis = |column: Option<usize>, names| column.map(|column| vec![column]).or_else(|| dms(names));
    let (lat, lon) = match (axis(lat, DMS[0]), axis(lon, DMS[1])) {
        (Some(lat), Some(lon)) => (lat, lon),
        _ if area.is_some() => (Vec::new(), Vec::new()),
        _ => return Err(no_column(path, "lat and lon", "lat and lon", table)),
    };
    let recorded_at = hive_date(path).map(|day| calendar.at(day, jiff::civil::Time::midnight()));
    let midnight_is_last_day = columns.midnight_is_last_day.unwrap_or(false);
    let reader =
        RowReader { path, calendar, recorded_at, midnight_is_last_day, id, site, area, lat, lon, from, to, version };
    let clock = |zone| TimeReader::new("iso", zone).map_err(|error| FileFault::of_file(path, zone, error));
    let mut clock = [clock("in-value")?, clock("utc")?];
    for (number, row) in table.rows.iter().enumerate() {
        plan.rows += 1;
        match reader.read(row, number as u64 + 2, &mut clock) {
            Ok(record) => plan.records.push(record),
            Err(fault) => {
                plan.rejected += 1;
                plan.first_rejected.get_or_insert(fault);
            }
        }
    }
    Ok(())
}

fn no_column(path: &Path, name: &str, role: &str, table: &Table) -> FileFault {
    let expected = format!("a column `{name}` ({role} of [radio_cells.columns])");
    FileFault::of_file(path, expected, format!("columns {}", table.names.join(", "))).at_row(1)
}

struct RowReader<'a> {
    path: &'a Path,
    calendar: &'a Calendar,
    /// The day of the snapshot, where the folder tells it.
    recorded_at: Option<UtcMicros>,
    midnight_is_last_day: bool,
    id: usize,
    site: Option<usize>,
    area: Option<usize>,
    /// One column of degrees, or three of degrees, minutes and seconds; none where the plan has no coordinates.
    lat: Vec<usize>,
    lon: Vec<usize>,
    from: Option<usize>,
    to: Option<usize>,
    version: Option<usize>,
}

impl RowReader<'_> {
    fn read(&self, row: &[String], number: u64, clock: &mut [TimeReader; 2]) -> Result<RadioCellRecord, FileFault> {
        let text = |column: usize| row.get(column).map_or("", |text| text.trim());
        let optional = |column: Option<usize>| column.map(text).filter(|text| !text.is_empty());
        let fault = |column: &str, expected: &str, found: &str| {
            FileFault::of_file(self.path, expected, format!("\"{found}\"")).at_row(number).at_column(column)
        };
        let degrees = |columns: &[usize], name: &str, limit: f64| {
            let found = columns.iter().map(|&column| text(column)).collect::<Vec<_>>().join(" ");
            match degrees_of(&found) {
                Ok(None) => Ok(None),
                Ok(Some(value)) if value.abs() <= limit => Ok(Some(value)),
                _ => Err(fault(name, &format!("degrees within ±{limit}"), &found)),
            }
        };
        let id = text(self.id);
        if id.is_empty() {
            return Err(fault("radio_cell_id", "an id", ""));
        }
        let position = degrees(&self.lat, "lat", 90.0)?.zip(degrees(&self.lon, "lon", 180.0)?);
        let mut bound = |column: Option<usize>, name: &str, is_end: bool| match optional(column) {
            None => Ok(None),
            Some(found) => self
                .bound(found, is_end, clock)
                .map(Some)
                .ok_or_else(|| fault(name, "a date (2031-03-02) or an instant (2031-03-02T06:10:00)", found)),
        };
        let (valid_from, valid_until) = (bound(self.from, "valid_from", false)?, bound(self.to, "valid_to", true)?);
        if valid_from.zip(valid_until).is_some_and(|(from, until)| until <= from) {
            return Err(fault("valid_to", "an end after the start", text(self.to.unwrap_or_default())));
        }
        let version = match optional(self.version) {
            None => None,
            Some(found) => Some(found.parse::<i32>().ok().ok_or_else(|| fault("version", "a whole number", found))?),
        };
        Ok(RadioCellRecord {
            radio_cell_id: id.into(),
            site_id: optional(self.site).map(Into::into),
            area_code: optional(self.area).filter(|_| position.is_none()).map(Into::into),
            position: position.map(|(lat, lon)| SitePoint { lat, lon }),
            valid_from,
            valid_until,
            version,
            recorded_at: self.recorded_at,
        })
    }

    /// A date as an end is inclusive (FlowKit, multimno): validity ends at the next local midnight.
    fn bound(&self, text: &str, is_end: bool, clock: &mut [TimeReader; 2]) -> Option<UtcMicros> {
        let date = text.strip_suffix("00:00:00").filter(|_| is_end && self.midnight_is_last_day);
        let text = date.map_or(text, |date| date.trim_end_matches(['T', ' ']));
        if text.len() == 10 {
            let day: LocalDay = text.parse().ok()?;
            let day = if is_end { day.next() } else { day };
            return Some(self.calendar.at(day, jiff::civil::Time::midnight()));
        }
        // With an offset it is an instant; without, wall-clock time.
        let [in_value, wall_clock] = clock;
        in_value.parse(text.as_bytes()).or_else(|| wall_clock.parse(text.as_bytes()).map(|wall| self.as_local(wall)))
    }

    /// An instant without an offset is local wall-clock time.
    fn as_local(&self, wall: UtcMicros) -> UtcMicros {
        let utc = jiff::Timestamp::from_microsecond(wall.0).map(|stamp| jiff::tz::Offset::UTC.to_datetime(stamp));
        utc.map_or(wall, |wall| self.calendar.at(LocalDay::from_date(wall.date()), wall.time()))
    }
}

/// Degrees, or degrees, minutes and seconds with blanks between them; `Ok(None)` where nothing is written.
fn degrees_of(text: &str) -> Result<Option<f64>, std::num::ParseFloatError> {
    let parts = text.split_whitespace().map(str::parse::<f64>).collect::<Result<Vec<_>, _>>()?;
    let Some(&degrees) = parts.first() else { return Ok(None) };
    let sixtieths = parts.iter().skip(1).rev().fold(0.0, |value, part| (value + part) / 60.0);
    Ok(Some(if degrees.is_sign_negative() { degrees - sixtieths } else { degrees + sixtieths }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan_of(text: &str) -> Result<PlanFiles, IngestError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.csv");
        std::fs::write(&path, text).unwrap();
        read_plan(&[path], &PlanColumns::default(), &Calendar::utc())
    }

    #[test]
    fn a_date_only_end_is_inclusive() {
        let plan =
            plan_of("radio_cell_id,site_id,lat,lon,valid_from,valid_to\n007,S1,10.1,20.5,2031-03-01,2031-03-09\n")
                .unwrap();
        let record = &plan.records[0];
        let midnight = |day: &str| Some(Calendar::utc().window(day.parse().unwrap()).start);
        assert_eq!(record.radio_cell_id, "007", "leading zeros stay");
        assert_eq!((record.valid_from, record.valid_until), (midnight("2031-03-01"), midnight("2031-03-10")));
    }

    #[test]
    fn rows_that_cannot_be_read_are_set_aside_and_the_first_is_named() {
        let plan = plan_of("id,lat,lon\na,10,20\n,10,20\nb,95,20\nc,x,20\nd,,\n").unwrap();
        assert_eq!((plan.rows, plan.records.len(), plan.rejected), (5, 2, 3));
        assert_eq!(plan.records[1].position, None, "no coordinates is not a fault");
        let first = plan.first_rejected.unwrap();
        assert_eq!((first.row, first.column.as_deref()), (Some(3), Some("radio_cell_id")));
    }

    #[test]
    fn a_plan_without_coordinate_columns_is_refused() {
        let message = plan_of("id,name\na,b\n").unwrap_err().to_string();
        assert!(message.contains("lat and lon") && message.contains("found columns id, name"), "{message}");
    }

    #[test]
    fn places_that_are_only_named_have_no_position() {
        let plan = plan_of("cell_id,locality\nT11,Corva\nT27,\n").unwrap();
        assert_eq!((plan.records.len(), plan.records[0].position), (2, None));
        let areas: Vec<_> = plan.records.iter().map(|record| record.area_code.as_deref()).collect();
        assert_eq!(areas, [Some("Corva"), None]);
        let plan = plan_of("district_id;name;city;longitude;latitude\n17;Brume;Alba;20.5;10.1\n").unwrap();
        assert_eq!(plan.records[0].position, Some(SitePoint { lat: 10.1, lon: 20.5 }), "longitude first, by name");
        assert_eq!(plan.records[0].area_code, None, "a position is more");
    }

    #[test]
    fn a_plan_of_sites_is_of_their_own_ids() {
        let plan = plan_of("site_id,district_id,longitude,latitude\n4711,17,20.5,10.1\n").unwrap();
        let record = &plan.records[0];
        assert_eq!((&*record.radio_cell_id, record.site_id.as_deref()), ("4711", None), "not of their district's");
        let plan = plan_of("cell_id,site_id,longitude,latitude\n9,4711,20.5,10.1\n").unwrap();
        assert_eq!(plan.records[0].radio_cell_id, "9");
    }

    #[test]
    fn degrees_minutes_and_seconds_in_columns_of_their_own() {
        let header = "BTS_ID|MX_LAT1|MX_LAT2|MX_LAT3|MX_LONG1|MX_LONG2|MX_LONG3\n";
        let plan = plan_of(&format!("{header}9|39|30|36|-32|15|0\n10|||||||\n11|39|x|0|32|15|0\n")).unwrap();
        assert_eq!(plan.records[0].position, Some(SitePoint { lat: 39.51, lon: -32.25 }));
        assert_eq!((plan.records[1].position, plan.rejected), (None, 1));
    }

    #[test]
    fn multimno_ends_at_the_midnight_of_its_last_day() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("year=2023/month=1/day=11");
        std::fs::create_dir_all(&path).unwrap();
        let path = path.join("plan.csv");
        let row = "cell_id,latitude,longitude,valid_date_start,valid_date_end\n7,40,-3,2023-01-07T00:00:00,2023-01-11T00:00:00\n";
        std::fs::write(&path, row).unwrap();
        let midnight = |day: &str| Some(Calendar::utc().window(day.parse().unwrap()).start);
        for (midnight_is_last_day, end) in [(true, "2023-01-12"), (false, "2023-01-11")] {
            let columns = PlanColumns { midnight_is_last_day: Some(midnight_is_last_day), ..PlanColumns::default() };
            let plan = read_plan(std::slice::from_ref(&path), &columns, &Calendar::utc()).unwrap();
            assert_eq!(plan.records[0].valid_until, midnight(end));
            assert_eq!(plan.records[0].recorded_at, midnight("2023-01-11"), "the snapshot's folder");
        }
    }

    #[test]
    fn parquet_dates_and_instants_are_bounds_too() {
        use arrow_array::{ArrayRef, Date32Array, RecordBatch, StringArray, TimestampMicrosecondArray};
        let noon = 1_929_614_400_000_000;
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("cell_id", std::sync::Arc::new(StringArray::from(vec!["7"]))),
            ("lat", std::sync::Arc::new(StringArray::from(vec!["40"]))),
            ("lon", std::sync::Arc::new(StringArray::from(vec!["-3"]))),
            ("valid_from", std::sync::Arc::new(Date32Array::from(vec![22_332]))),
            ("valid_to", std::sync::Arc::new(TimestampMicrosecondArray::from(vec![noon]).with_timezone("UTC"))),
        ];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.parquet");
        let file = std::fs::File::create(&path).unwrap();
        let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let record = read_plan(&[path], &PlanColumns::default(), &Calendar::utc()).unwrap().records.remove(0);
        assert_eq!(record.valid_from, Some(Calendar::utc().window(LocalDay(22_332)).start));
        assert_eq!(record.valid_until, Some(UtcMicros(noon)));
    }

    /// Found by fuzzing: inputs for which the decoder panics instead of failing.
    #[test]
    fn a_damaged_parquet_is_an_error_where_the_decoder_panics() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/plan");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.parquet");
        for name in ["decoder-integer", "decoder-schema", "decoder-unit", "decoder-width", "decoder-zero"] {
            let input = std::fs::read(corpus.join(name)).unwrap();
            std::fs::write(&path, &input[1..]).unwrap();
            let read = read_plan(std::slice::from_ref(&path), &PlanColumns::default(), &Calendar::utc());
            let message = read.unwrap_err().to_string();
            assert!(message.contains("a whole Parquet file") && message.contains("a corrupt"), "{name}: {message}");
        }
    }

    #[test]
    fn an_instant_with_a_fraction_and_no_offset_is_local() {
        let zone = jiff::tz::TimeZone::get("Asia/Kathmandu").unwrap();
        let kathmandu = Calendar::new(zone, jiff::civil::Time::midnight());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.csv");
        std::fs::write(&path, "id,lat,lon,valid_from\na,10,20,2031-03-02T06:10:00.500\nb,10,20,2031-03-02T06:10:00Z\n")
            .unwrap();
        let records = read_plan(&[path], &PlanColumns::default(), &kathmandu).unwrap().records;
        let ahead = records[1].valid_from.unwrap().0 - records[0].valid_from.unwrap().0;
        assert_eq!(ahead, (5 * 60 + 45) * 60_000_000 - 500_000);
    }
}
