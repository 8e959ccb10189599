//! How a Parquet row group becomes checked batches.

use crate::batch::{
    Batch, EXPECTED_DEVICE, Example, Point, RangeCheck, Rules, Worker, is_mcc, is_mnc, is_plmn, point_of,
};
use crate::columns::{Columns, TimeColumns};
use crate::country::Standing;
use crate::decoder::guarded;
use crate::error::FileFault;
use crate::normal::Normal;
use crate::spec::Outcome;
use crate::traits::UNKNOWN_GROUP;
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use hexodus_model::{FaultCode, LocationKey, Traits};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows decoded at a time: a few columns of this length fit the second-level cache.
const BATCH_ROWS: usize = 1 << 16;

/// A Parquet file that opened: its footer was whole and it has the mapped columns.
pub struct ParquetFile {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    columns: Columns,
    used: Vec<usize>,
}

impl ParquetFile {
    /// Reads the footer and finds the mapped columns.
    ///
    /// # Errors
    /// A [`FileFault`] when the footer is missing or broken (a truncated file has none) or a column is absent.
    pub fn open(path: &Path, columns: impl Fn(Vec<String>) -> Result<Columns, FileFault>) -> Result<Self, FileFault> {
        let broken = |error: &dyn std::fmt::Display| {
            FileFault::of_file(path, "a whole Parquet file ending in its footer", format!("a broken one: {error}"))
        };
        let file = File::open(path).map_err(|error| broken(&error))?;
        let load = |options| {
            guarded(|| ArrowReaderMetadata::load(&file, options))
                .unwrap_or_else(|| Err(ParquetError::General("the file is damaged".into())))
        };
        let plain = load(ArrowReaderOptions::new().with_skip_arrow_metadata(true)).map_err(|error| broken(&error))?;
        let names = plain.schema().fields().iter().map(|field| field.name().clone()).collect();
        let columns = columns(names)?;
        let options = ArrowReaderOptions::new().with_schema(with_dictionary(plain.schema(), columns.radio_cell_id));
        let metadata = load(options).unwrap_or(plain);
        let used = columns.used();
        Ok(Self { path: path.into(), metadata, columns, used })
    }

    /// Number of row groups.
    pub fn row_groups(&self) -> usize {
        self.metadata.metadata().num_row_groups()
    }

    /// Rows of a row group, as the footer says.
    pub fn rows_in(&self, group: usize) -> usize {
        self.metadata.metadata().row_groups().get(group).map_or(0, |group| group.num_rows().unsigned_abs() as usize)
    }

    /// Row number (from 1) of the first row of a row group.
    fn first_row(&self, group: usize) -> u64 {
        let before = self.metadata.metadata().row_groups().iter().take(group);
        1 + before.map(|group| group.num_rows().unsigned_abs()).sum::<u64>()
    }

    /// Reads one row group, batch by batch.
    ///
    /// # Errors
    /// A [`FileFault`] naming the row from which the file could not be read, or the column whose type is wrong.
    pub fn read_group(
        &self,
        group: usize,
        rules: &Rules<'_>,
        worker: &mut Worker,
        mut take: impl FnMut(Batch),
    ) -> Result<(), FileFault> {
        let mut row = self.first_row(group);
        let mut reader = self.reader(group, &self.used).map_err(|fault| fault.at_row(row))?;
        loop {
            let fault = match guarded(|| reader.next()) {
                Some(None) => return Ok(()),
                Some(Some(Ok(batch))) => {
                    let rows = batch.num_rows() as u64;
                    take(self.check_batch(&batch, rules, worker, row)?);
                    row += rows;
                    continue;
                }
                Some(Some(Err(error))) => self.damaged(&error.to_string()),
                None => self.damaged(&format!("a damaged one: row group {group} cannot be decoded")),
            };
            let fault = fault.at_row(row);
            let column = self.damaged_column(group);
            return Err(match column {
                Some(column) => fault.at_column(column),
                None => fault,
            });
        }
    }

    /// Some columns of a row group, batch by batch.
    fn reader(&self, group: usize, columns: &[usize]) -> Result<ParquetRecordBatchReader, FileFault> {
        // Each group opens the file anew: clones of a handle share one read position.
        let file = File::open(&self.path).map_err(|error| self.damaged(&error.to_string()))?;
        let mask = ProjectionMask::roots(self.metadata.parquet_schema(), columns.iter().copied());
        let built = guarded(|| {
            ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
                .with_row_groups(vec![group])
                .with_projection(mask)
                .with_batch_size(BATCH_ROWS)
                .build()
        });
        match built {
            Some(Ok(reader)) => Ok(reader),
            Some(Err(error)) => Err(self.damaged(&error.to_string())),
            None => Err(self.damaged(&format!("a damaged one: row group {group} cannot be opened"))),
        }
    }

    /// The first of the mapped columns that cannot be decoded by itself: who repairs the file wants to know.
    fn damaged_column(&self, group: usize) -> Option<&str> {
        let is_damaged = |&column: &usize| {
            let reader = self.reader(group, &[column]);
            reader.is_err()
                || guarded(|| reader.is_ok_and(|reader| reader.into_iter().all(|batch| batch.is_ok()))) != Some(true)
        };
        self.used.iter().copied().find(is_damaged).map(|column| self.columns.names[column].as_str())
    }

    fn damaged(&self, found: &str) -> FileFault {
        FileFault::of_file(&self.path, "a whole Parquet file", found)
    }

    fn check_batch(
        &self,
        record_batch: &RecordBatch,
        rules: &Rules<'_>,
        worker: &mut Worker,
        first_row: u64,
    ) -> Result<Batch, FileFault> {
        let mut check = Check { batch: Batch::with_rows(record_batch.num_rows()), rules, worker, first_row };
        let column = |position: usize| self.normal(record_batch, position);
        let name = |position: usize| self.columns.names[position].as_str();
        let columns = &self.columns;

        if columns.tell_traits(rules.rows) {
            check.batch.traits = vec![Traits::NONE; record_batch.num_rows()];
        }
        let read = |position: Option<usize>| position.map(&column).transpose();
        let zones = read(columns.tz)?;
        let zones = zones.as_ref().zip(columns.tz.map(name));
        match columns.time {
            TimeColumns::One(time) => check.times(&column(time)?, name(time), zones),
            TimeColumns::DateAndTime(date, time) => {
                check.dates_and_times(&column(date)?, &column(time)?, name(date), zones);
            }
        }
        if let Some(position) = columns.other_date {
            check.other_dates(&column(position)?, name(position));
        }
        match columns.user_id {
            Some(position) => {
                let ids = column(position)?;
                let epochs = read(columns.epoch)?;
                let epochs = epochs.as_ref().zip(columns.epoch.map(name));
                check.count_raw(&ids);
                match ids {
                    Normal::Float(_) => check.float_ids(&ids, name(position), epochs),
                    _ if rules.rows.ids.are_plain() => check.ids(&ids, name(position)),
                    _ => check.decoded_ids(&ids, name(position), epochs),
                }
            }
            None => check.whole_file(),
        }
        let network: [RangeCheck; 3] = [
            (columns.mcc, is_mcc_digits, "a country code of three digits"),
            (columns.mnc, is_mnc, "a network code of two or three digits"),
            (columns.plmn, is_plmn, "a PLMN of five or six digits"),
        ];
        for (position, is_good, expected) in network {
            if let Some(position) = position {
                check.network(&column(position)?, name(position), is_good, expected);
            }
        }
        if rules.rows.checks.want_network() {
            let all = [columns.mcc, columns.mnc, columns.plmn];
            check.missing_network(
                all.map(|position| position.map_or("", name)),
                &[read(all[0])?, read(all[1])?, read(all[2])?],
            );
        }
        if rules.rows.country.has_mcc() {
            check.roaming(read(columns.mcc)?.as_ref(), read(columns.plmn)?.as_ref());
        }
        if let Some(position) = columns.tac {
            check.devices(&column(position)?, name(position));
        }
        if let Some(position) = columns.mcc {
            check.home_mccs(&column(position)?);
        }
        if let Some(position) = columns.population_group {
            check.groups(&column(position)?, name(position));
        }
        let has_points = columns.position.is_some() || columns.radio_cell_id.is_none();
        let mut points = vec![None; if has_points { record_batch.num_rows() } else { 0 }];
        if let Some((lat, lon)) = columns.position {
            check.points(&column(lat)?, &column(lon)?, name(lat), &mut points);
        }
        match columns.radio_cell_id {
            Some(position) => check.radio_cells(&column(position)?, name(position), &points, columns.is_area),
            None => check.points_only(&points, columns.position.map_or("", |(lat, _)| name(lat))),
        }
        Ok(check.batch)
    }

    fn normal(&self, batch: &RecordBatch, position: usize) -> Result<Normal, FileFault> {
        // Projected columns come in file order.
        let index = self.used.partition_point(|&used| used < position);
        let array = batch.column(index);
        guarded(|| Normal::of(array)).flatten().ok_or_else(|| {
            FileFault::of_file(&self.path, "text, bytes, a number or a timestamp", format!("{}", array.data_type()))
                .at_column(&self.columns.names[position])
        })
    }
}

/// Asks for the radio-cell column as a dictionary: a few thousand ids are looked up once, not once a row.
fn with_dictionary(schema: &Schema, radio_cell_id: Option<usize>) -> Arc<Schema> {
    let fields = schema.fields().iter().enumerate().map(|(position, field)| {
        if Some(position) == radio_cell_id && *field.data_type() == DataType::Utf8 {
            let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
            Arc::new(Field::new(field.name(), dictionary, field.is_nullable()))
        } else {
            Arc::clone(field)
        }
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// One batch being checked, column by column.
pub(crate) struct Check<'a, 'b> {
    pub(crate) batch: Batch,
    pub(crate) rules: &'a Rules<'b>,
    pub(crate) worker: &'a mut Worker,
    first_row: u64,
}

impl Check<'_, '_> {
    /// Rows without network codes, where the source asks for them: mcc, mnc, plmn.
    fn missing_network(&mut self, names: [&str; 3], codes: &[Option<Normal>; 3]) {
        let checks = self.rules.rows.checks;
        for row in 0..self.batch.len() {
            let lacks = |code: &Option<Normal>| {
                code.as_ref().and_then(|code| code.bytes(row)).is_none_or(|code| code.is_empty())
            };
            for (at, outcome, expected) in [(0, checks.null_mcc, "an mcc"), (1, checks.null_mnc, "an mnc")] {
                if codes[at].is_some() && lacks(&codes[at]) {
                    self.apply(outcome, row, FaultCode::NullValue, names[at], expected, "none");
                }
            }
            if codes.iter().any(Option::is_some) && codes.iter().all(lacks) {
                self.apply(checks.no_mno_info, row, FaultCode::NoMnoInfo, names[0], "mcc, mnc or plmn", "none");
            }
        }
    }

    fn network(&mut self, values: &Normal, name: &str, is_good: fn(&[u8]) -> bool, expected: &str) {
        for row in 0..self.batch.len() {
            if let Some(text) = values.bytes(row)
                && !text.is_empty()
                && !is_good(&text)
            {
                self.reject(row, FaultCode::OutOfRange, name, expected, &text);
            }
        }
    }

    /// SIMs and networks of other countries.
    fn roaming(&mut self, mccs: Option<&Normal>, plmns: Option<&Normal>) {
        for row in 0..self.batch.len() {
            let text =
                |codes: Option<&Normal>| codes.and_then(|codes| codes.bytes(row)).unwrap_or_default().into_owned();
            let code = self.rules.rows.country.roaming(&text(mccs), &text(plmns));
            self.batch.marks.extend(code.map(|code| (row, code)));
        }
    }

    fn devices(&mut self, tacs: &Normal, name: &str) {
        for row in 0..self.batch.len() {
            if tacs.bytes(row).is_some_and(|tac| self.rules.rows.is_machine(&tac)) {
                self.reject(row, FaultCode::MachineDevice, name, EXPECTED_DEVICE, b"");
            }
        }
    }

    fn home_mccs(&mut self, codes: &Normal) {
        for row in 0..self.batch.len() {
            if let Some(text) = codes.bytes(row) {
                self.batch.keep_home_mcc(row, &text);
            }
        }
    }

    fn groups(&mut self, labels: &Normal, name: &str) {
        for row in 0..self.batch.len() {
            let Some(label) = labels.bytes(row).filter(|label| !label.is_empty()) else { continue };
            match self.rules.rows.group_of(&label) {
                Some(group) => self.batch.keep_group(row, Some(group)),
                None => self.reject(row, FaultCode::GroupUnknown, name, UNKNOWN_GROUP, &label),
            }
        }
    }

    fn points(&mut self, lats: &Normal, lons: &Normal, name: &str, points: &mut [Option<LocationKey>]) {
        for (row, point) in points.iter_mut().enumerate() {
            let (lat, lon) = match (lats.degrees(row), lons.degrees(row)) {
                (Ok(Some(lat)), Ok(Some(lon))) => (lat, lon),
                (Ok(_), Ok(_)) => continue,
                _ => {
                    self.reject(row, FaultCode::CannotParse, name, "degrees", &lats.bytes(row).unwrap_or_default());
                    continue;
                }
            };
            let [lat, lon] = self.in_country(row, [lat, lon], name);
            *point = match point_of(lat, lon, self.rules.h3_of_point) {
                Point::At(h3) => self.worker.interner.point(self.rules.locations, h3),
                Point::NullIsland => self.null_island(row, name),
                Point::OutOfRange => {
                    self.reject(row, FaultCode::OutOfRange, name, "latitude ±90 and longitude ±180", b"number");
                    None
                }
            };
        }
    }

    /// Compares a position with the country box, and swaps it back where that is what it needs.
    #[inline]
    fn in_country(&mut self, row: usize, [lat, lon]: [f64; 2], name: &str) -> [f64; 2] {
        let checks = self.rules.rows.checks;
        let expected = "a position inside country_bbox";
        match self.rules.rows.country.standing(lat, lon) {
            Standing::Swapped if checks.coords_swapped != Outcome::Off => {
                self.apply(checks.coords_swapped, row, FaultCode::CoordsSwapped, name, expected, "a swapped one");
                [lon, lat]
            }
            Standing::Outside => {
                self.apply(checks.outside_country, row, FaultCode::OutsideCountry, name, expected, "one outside");
                [lat, lon]
            }
            _ => [lat, lon],
        }
    }

    /// Coordinates (0, 0): a place that is nowhere, marked where the rows are scattered.
    #[cold]
    fn null_island(&mut self, row: usize, name: &str) -> Option<LocationKey> {
        let key = self.worker.interner.null_island(self.rules.locations);
        match self.rules.rows.checks.coords_zero {
            Outcome::Flag => self.batch.null_island = key,
            outcome => self.apply(outcome, row, FaultCode::CoordsZero, name, "coordinates other than (0, 0)", "(0, 0)"),
        }
        key
    }

    fn radio_cells(&mut self, ids: &Normal, name: &str, points: &[Option<LocationKey>], is_area: bool) {
        let rows = self.rules.rows;
        let has_sentinels = rows.has_sentinels(is_area);
        let known: Vec<Option<LocationKey>> = match ids {
            Normal::Dictionary { values, .. } => (0..values.len())
                .map(|value| self.radio_cell(values.is_valid(value).then(|| values.value(value).trim_ascii()), is_area))
                .collect(),
            _ => Vec::new(),
        };
        if let Normal::Integer(ids) = ids
            && ids.null_count() == 0
            && !has_sentinels
            && !is_area
            && self.intern_all(ids.values())
        {
            return;
        }
        for row in 0..self.batch.len() {
            let point = points.get(row).copied().flatten();
            let key = match ids {
                Normal::Integer(ids) if ids.is_valid(row) && !has_sentinels => {
                    self.worker.interner.radio_cell_number(self.rules.locations, ids.value(row))
                }
                Normal::Dictionary { keys, .. } if keys.is_valid(row) => {
                    usize::try_from(keys.value(row)).ok().and_then(|value| known.get(value).copied().flatten())
                }
                Normal::Float(_) => match ids.exact_integer(row) {
                    Some(Some(id)) => self.radio_cell(Some(id.to_string().as_bytes()), is_area),
                    Some(None) => None,
                    None => {
                        let expected = "a whole number below 2^53, or text";
                        self.reject(row, FaultCode::UnsupportedType, name, expected, b"9.9");
                        continue;
                    }
                },
                other => {
                    let text = other.bytes(row);
                    self.radio_cell(text.as_deref(), is_area)
                }
            };
            if let Some(key) = key {
                self.batch.location[row] = key;
                if is_area {
                    self.batch.marks.push((row, FaultCode::DistrictOnly));
                }
                continue;
            }
            if let Some(key) = point {
                self.place_at_point(row, key);
                continue;
            }
            let text = ids.bytes(row).unwrap_or_default();
            let code = if rows.is_sentinel(&text, is_area) {
                FaultCode::SentinelLocation
            } else if std::str::from_utf8(&text).is_err() {
                FaultCode::BadEncoding
            } else {
                FaultCode::NoLocation
            };
            self.reject(row, code, name, "a radio cell or coordinates", b"");
        }
    }

    /// The keys of radio cells given as integers, none missing; false when keys are used up.
    fn intern_all(&mut self, ids: &[i64]) -> bool {
        for (location, &id) in self.batch.location.iter_mut().zip(ids) {
            match self.worker.interner.radio_cell_number(self.rules.locations, id) {
                Some(key) => *location = key,
                None => return false,
            }
        }
        true
    }

    fn radio_cell(&mut self, id: Option<&[u8]>, is_area: bool) -> Option<LocationKey> {
        let id = id.filter(|id| !id.is_empty() && !self.rules.rows.is_sentinel(id, is_area))?;
        self.worker.interner.radio_cell(self.rules.locations, id)
    }

    fn points_only(&mut self, points: &[Option<LocationKey>], name: &str) {
        for (row, point) in points.iter().enumerate() {
            match point {
                Some(key) => self.place_at_point(row, *key),
                None => self.reject(row, FaultCode::NoLocation, name, "coordinates", b""),
            }
        }
    }

    /// Takes a record's own position as its place.
    fn place_at_point(&mut self, row: usize, key: LocationKey) {
        self.batch.location[row] = key;
        self.batch.at[row] = self.rules.rows.thinned(self.batch.at[row]);
    }

    #[cold]
    pub(crate) fn apply(
        &mut self,
        outcome: Outcome,
        row: usize,
        code: FaultCode,
        name: &str,
        expected: &str,
        found: &str,
    ) {
        let number = self.first_row + row as u64;
        self.batch.apply(outcome, row, code, || Example::told(number, name, expected, found));
    }

    #[cold]
    pub(crate) fn reject(&mut self, row: usize, code: FaultCode, name: &str, expected: &str, found: &[u8]) {
        let number = self.first_row + row as u64;
        self.batch.reject_showing(row, code, || Example::new(number, name, expected, found));
    }
}

fn is_mcc_digits(text: &[u8]) -> bool {
    std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).is_some_and(is_mcc)
}
