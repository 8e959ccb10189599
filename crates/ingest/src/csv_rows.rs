//! How a block of CSV becomes a checked batch.

use crate::batch::{Batch, Example, NO_TIME, Point, RangeCheck, Rules, Worker, is_mcc, is_mnc, is_plmn, point_of};
use crate::columns::{Columns, TimeColumns};
use hexodus_model::{FaultCode, LocationKey};

/// How the records of one file are written.
#[derive(Clone, Debug)]
pub struct CsvLayout {
    pub(crate) columns: Columns,
    pub(crate) delimiter: u8,
    pub(crate) quoting: bool,
}

/// Parses and checks a block of whole records. `first_row` is the row number of its first record: examples are
/// numbered from it. Blank lines are no rows.
pub fn parse_block(block: &[u8], layout: &CsvLayout, rules: &Rules<'_>, worker: &mut Worker, first_row: u64) -> Batch {
    let mut rows = RowReader { batch: Batch::default(), layout, rules, worker, first_row, joined: Vec::new() };
    if layout.quoting && memchr::memchr(b'"', block).is_some() {
        rows.read_quoted(block);
    } else {
        rows.read_plain(block);
    }
    rows.batch
}

struct RowReader<'a, 'b> {
    batch: Batch,
    layout: &'a CsvLayout,
    rules: &'a Rules<'b>,
    worker: &'a mut Worker,
    first_row: u64,
    joined: Vec<u8>,
}

impl RowReader<'_, '_> {
    /// Without quotes a record is a line and a field ends at the delimiter: no state machine needed.
    fn read_plain(&mut self, block: &[u8]) {
        let mut ends: Vec<usize> = Vec::new();
        let mut start = 0;
        while start < block.len() {
            let end = memchr::memchr(b'\n', &block[start..]).map_or(block.len(), |at| start + at);
            let line = &block[start..end];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            start = end + 1;
            if line.is_empty() {
                continue;
            }
            ends.clear();
            ends.extend(memchr::memchr_iter(self.layout.delimiter, line));
            ends.push(line.len());
            let field = |index: usize| {
                let from = index.checked_sub(1).map_or(0, |before| ends[before] + 1);
                line[from..ends[index]].trim_ascii()
            };
            self.read_row(ends.len(), field);
        }
    }

    fn read_quoted(&mut self, block: &[u8]) {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.layout.delimiter)
            .from_reader(block);
        let mut record = csv::ByteRecord::new();
        // Reading bytes from memory with `flexible` has no way to fail.
        while reader.read_byte_record(&mut record).unwrap_or(false) {
            self.read_row(record.len(), |index| record[index].trim_ascii());
        }
    }

    #[inline]
    fn read_row<'f>(&mut self, fields: usize, field: impl Fn(usize) -> &'f [u8]) {
        let row = self.batch.len();
        self.batch.fault.push(None);
        self.batch.subscriber.push(hexodus_model::SubscriberId::from_pseudonym(0));
        self.batch.location.push(LocationKey(0));
        self.batch.at.push(NO_TIME);
        let columns = &self.layout.columns;
        if fields != columns.names.len() {
            self.wrong_field_count(row, fields);
            return;
        }
        self.read_time(row, &field);
        let id = field(columns.user_id);
        if id.is_empty() {
            self.reject(row, FaultCode::NullValue, columns.user_id, "a subscriber id", id);
        } else {
            self.batch.subscriber[row] = self.worker.pseudonyms.of_bytes(id);
        }
        self.check_network(row, &field);
        self.read_location(row, &field);
    }

    #[inline]
    fn read_time<'f>(&mut self, row: usize, field: &impl Fn(usize) -> &'f [u8]) {
        let (column, text) = match self.layout.columns.time {
            TimeColumns::One(column) => (column, field(column)),
            TimeColumns::DateAndTime(date, time) => {
                self.joined.clear();
                self.joined.extend_from_slice(field(date));
                if !field(date).is_empty() && !field(time).is_empty() {
                    self.joined.push(b' ');
                    self.joined.extend_from_slice(field(time));
                }
                (date, &*self.joined)
            }
        };
        if text.is_empty() {
            self.reject(row, FaultCode::NullValue, column, "a time", b"");
            return;
        }
        if let Some(at) = self.worker.time.parse(text) {
            self.batch.at[row] = at;
            if self.rules.period.is_some_and(|[first, last]| at < first || at > last) {
                let found = text.to_vec();
                self.reject(row, FaultCode::OutOfRange, column, "a time inside the declared period", &found);
            }
        } else {
            let found = text.to_vec();
            let expected = format!("a time written {}", self.rules.time_format);
            self.reject(row, FaultCode::CannotParse, column, &expected, &found);
        }
    }

    #[inline]
    fn check_network<'f>(&mut self, row: usize, field: &impl Fn(usize) -> &'f [u8]) {
        let columns = &self.layout.columns;
        let checks: [RangeCheck; 3] = [
            (columns.mcc, is_mcc_text, "a country code of three digits"),
            (columns.mnc, is_mnc, "a network code of two or three digits"),
            (columns.plmn, is_plmn, "a PLMN of five or six digits"),
        ];
        for (column, is_good, expected) in checks {
            let Some(column) = column else { continue };
            let text = field(column);
            if !text.is_empty() && !is_good(text) {
                self.reject(row, FaultCode::OutOfRange, column, expected, text);
            }
        }
    }

    /// The radio cell where there is one, else the record's own coordinates. Coordinates are range-checked in both
    /// cases.
    #[inline]
    fn read_location<'f>(&mut self, row: usize, field: &impl Fn(usize) -> &'f [u8]) {
        let columns = &self.layout.columns;
        let point = columns.position.and_then(|(lat, lon)| self.read_point(row, lat, lon, field));
        if let Some(column) = columns.radio_cell_id {
            let id = field(column);
            if !id.is_empty() && !self.rules.sentinels.iter().any(|sentinel| sentinel.as_bytes() == id) {
                match self.worker.interner.radio_cell(self.rules.locations, id) {
                    Some(key) => self.batch.location[row] = key,
                    None => self.reject(row, FaultCode::BadEncoding, column, "UTF-8 text", b"?"),
                }
                return;
            }
        }
        if let Some(key) = point {
            self.batch.location[row] = key;
        } else {
            let column = columns.radio_cell_id.or(columns.position.map(|(lat, _)| lat)).unwrap_or_default();
            self.reject(row, FaultCode::NoLocation, column, "a radio cell or coordinates", b"");
        }
    }

    fn read_point<'f>(
        &mut self,
        row: usize,
        lat_column: usize,
        lon_column: usize,
        field: &impl Fn(usize) -> &'f [u8],
    ) -> Option<LocationKey> {
        let mut degrees = [0.0; 2];
        for (value, column) in degrees.iter_mut().zip([lat_column, lon_column]) {
            let text = field(column);
            if text.is_empty() {
                return None;
            }
            let Some(number) = std::str::from_utf8(text).ok().and_then(|text| text.parse::<f64>().ok()) else {
                self.reject(row, FaultCode::CannotParse, column, "degrees", text);
                return None;
            };
            *value = number;
        }
        match point_of(degrees[0], degrees[1], self.rules.h3_of_point) {
            Point::At(h3) => self.worker.interner.point(self.rules.locations, h3),
            Point::NullIsland => {
                let key = self.worker.interner.null_island(self.rules.locations);
                self.batch.null_island = key;
                key
            }
            Point::OutOfRange => {
                self.reject(
                    row,
                    FaultCode::OutOfRange,
                    lat_column,
                    "latitude ±90 and longitude ±180",
                    field(lat_column),
                );
                None
            }
        }
    }

    #[cold]
    fn reject(&mut self, row: usize, code: FaultCode, column: usize, expected: &str, found: &[u8]) {
        let number = self.first_row + row as u64;
        let name = &self.layout.columns.names[column];
        self.batch.reject_showing(row, code, || Example::new(number, name, expected, found));
    }

    #[cold]
    fn wrong_field_count(&mut self, row: usize, fields: usize) {
        let number = self.first_row + row as u64;
        let expected = format!("{} fields", self.layout.columns.names.len());
        self.batch.reject_showing(row, FaultCode::FieldCount, || Example {
            row: number,
            column: "(all)".into(),
            expected,
            found: format!("{fields} fields"),
        });
    }
}

fn is_mcc_text(text: &[u8]) -> bool {
    text.len() <= 3 && std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).is_some_and(is_mcc)
}
