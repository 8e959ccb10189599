//! How a block of CSV becomes a checked batch.

use crate::batch::{
    Batch, EXPECTED_DEVICE, Example, NO_TIME, Point, RangeCheck, Rules, Worker, is_mcc, is_mnc, is_plmn, point_of,
};
use crate::columns::{Columns, TimeColumns};
use crate::country::Standing;
use crate::csv_line::split_record;
use crate::id_rules::looks_raw;
use crate::spec::Outcome;
use crate::timestamp::Reading;
use crate::traits::UNKNOWN_GROUP;
use hexodus_model::{FaultCode, LocationKey, SubscriberId, Traits, UtcMicros};
use std::borrow::Cow;
use std::ops::Range;

/// How the records of one file are written.
#[derive(Clone, Debug)]
pub struct CsvLayout {
    pub(crate) columns: Columns,
    pub(crate) delimiter: u8,
    pub(crate) quoting: bool,
    /// The byte with which lines begin that are no records.
    pub(crate) comment: Option<u8>,
}

/// Parses and checks a block of whole records. `first_row` is the row number of its first record: examples are
/// numbered from it. Blank lines are no rows.
pub fn parse_block(block: &[u8], layout: &CsvLayout, rules: &Rules<'_>, worker: &mut Worker, first_row: u64) -> Batch {
    let whole = rules.file.id.as_ref().map(|id| worker.pseudonyms.of_bytes(id));
    let count_raw = whole.is_none() && rules.rows.ids.count_raw();
    let mut rows = RowReader {
        batch: Batch::with_room(rows_about(block)),
        layout,
        rules,
        worker,
        first_row,
        tells_traits: layout.columns.tell_traits(rules.rows),
        joined: Vec::new(),
        whole,
        has_nul: memchr::memchr(0, block).is_some(),
        raw_ids: 0,
        ids: 0,
    };
    let quoting = layout.quoting && memchr::memchr(b'"', block).is_some();
    let rest = rows.read_simple(block, quoting);
    rows.read_quoted(rest);
    rows.worker.pseudonyms.finish(&mut rows.batch.subscriber);
    if count_raw {
        rules.file.ids.add(rows.ids, rows.raw_ids);
    }
    rows.batch
}

/// About how many rows a block has: as many as if all were as long as the first.
fn rows_about(block: &[u8]) -> usize {
    memchr::memchr(b'\n', block).map_or(1, |length| block.len() / length.max(16) + 1)
}

struct RowReader<'a, 'b> {
    batch: Batch,
    layout: &'a CsvLayout,
    rules: &'a Rules<'b>,
    worker: &'a mut Worker,
    first_row: u64,
    tells_traits: bool,
    joined: Vec<u8>,
    /// The one subscriber of the file, where it is one.
    whole: Option<SubscriberId>,
    /// Whether the block has zero bytes: text has none.
    has_nul: bool,
    raw_ids: u64,
    ids: u64,
}

impl RowReader<'_, '_> {
    /// Reads record by record, up to the first that is not one of simple fields; returns what is left.
    fn read_simple<'t>(&mut self, block: &'t [u8], quoting: bool) -> &'t [u8] {
        let mut fields = Vec::new();
        let mut rest = block;
        while let Some(&first) = rest.first() {
            if Some(first) == self.layout.comment {
                rest = &rest[memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1)..];
                continue;
            }
            let Some(end) = split_record(rest, self.layout.delimiter, quoting, &mut fields) else { return rest };
            let field = |index: usize| rest[Range::clone(&fields[index])].trim_ascii();
            // A line that begins with a blank may have nothing else.
            if !first.is_ascii_whitespace() || !rest[..end].trim_ascii().is_empty() {
                self.read_row(fields.len(), field);
            }
            rest = &rest[end..];
        }
        rest
    }

    fn read_quoted(&mut self, block: &[u8]) {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.layout.delimiter)
            .terminator(csv::Terminator::Any(b'\n'))
            .comment(self.layout.comment)
            .from_reader(block);
        let mut record = csv::ByteRecord::new();
        // Reading bytes from memory with `flexible` has no way to fail.
        while reader.read_byte_record(&mut record).unwrap_or(false) {
            // As without quotes, a line of blanks is no row.
            if record.len() > 1 || record.iter().any(|field| !field.trim_ascii().is_empty()) {
                self.read_row(record.len(), |index| record[index].trim_ascii());
            }
        }
    }

    #[inline]
    fn read_row<'f>(&mut self, fields: usize, field: impl Fn(usize) -> &'f [u8]) {
        let row = self.batch.len();
        self.batch.fault.push(None);
        self.batch.subscriber.push(hexodus_model::SubscriberId::from_pseudonym(0));
        self.batch.location.push(LocationKey(0));
        self.batch.at.push(NO_TIME);
        if self.tells_traits {
            self.batch.traits.push(Traits::NONE);
        }
        let columns = &self.layout.columns;
        let expected = columns.names.len();
        // A delimiter at the end of each record, and none in the header, is common and harmless.
        let trailing = fields == expected + 1 && field(expected).is_empty();
        if fields != expected && !trailing {
            self.wrong_field_count(row, fields);
            return;
        }
        self.read_time(row, &field);
        self.read_id(row, &field);
        self.check_network(row, &field);
        if self.tells_traits {
            self.read_traits(row, &field);
        }
        self.read_location(row, &field);
    }

    #[inline]
    fn read_id<'f>(&mut self, row: usize, field: &impl Fn(usize) -> &'f [u8]) {
        let Some(column) = self.layout.columns.user_id else {
            self.batch.subscriber[row] = self.whole.unwrap_or(SubscriberId::from_pseudonym(0));
            return;
        };
        let id = field(column);
        if id.is_empty() {
            self.reject(row, FaultCode::NullValue, column, "a subscriber id", id);
            return;
        }
        if self.has_nul && id.contains(&0) {
            self.reject(row, FaultCode::BadEncoding, column, "text without zero bytes", id);
            return;
        }
        self.ids += 1;
        self.raw_ids += u64::from(looks_raw(id));
        if self.rules.rows.ids.are_plain() {
            self.worker.pseudonyms.push(row, id, &mut self.batch.subscriber);
            return;
        }
        if let Some(column) = self.layout.columns.epoch {
            let epoch = field(column);
            if epoch.is_empty() {
                self.reject(row, FaultCode::NullValue, column, "the epoch of the id", epoch);
            }
            self.worker.ids.enter_named(epoch);
        }
        match self.worker.ids.read(id, self.batch.at[row], &self.rules.rows.ids) {
            Ok(read) => {
                self.worker.pseudonyms.push(row, read.id, &mut self.batch.subscriber);
                self.batch.keep_group(row, read.group);
            }
            Err((code, expected)) => self.reject(row, code, column, expected, id),
        }
    }

    #[inline]
    fn read_time<'f>(&mut self, row: usize, field: &impl Fn(usize) -> &'f [u8]) {
        let (column, text) = match self.layout.columns.time {
            TimeColumns::One(column) => (column, field(column)),
            TimeColumns::DateAndTime(date, time) => {
                self.joined.clear();
                if !field(date).is_empty() && !field(time).is_empty() {
                    self.joined.extend_from_slice(field(date));
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
        if let Some(zone) = self.layout.columns.tz
            && !self.worker.time.take_zone(field(zone))
        {
            let (zone_text, expected) = (field(zone), "an IANA zone or an offset such as +05:45");
            let code = if zone_text.is_empty() { FaultCode::NullValue } else { FaultCode::CannotParse };
            self.reject(row, code, zone, expected, zone_text);
            return;
        }
        match self.worker.time.read(text) {
            Reading::At(at) => self.accept_time(row, at, column),
            Reading::Marked(at, code) => {
                self.batch.marks.push((row, code));
                self.accept_time(row, at, column);
            }
            Reading::Fault(code) => {
                let found = text.to_vec();
                let expected = format!("a time written {}", self.rules.rows.time_format);
                self.reject(row, code, column, &expected, &found);
                return;
            }
        }
        if let Some(other) = self.layout.columns.other_date
            && self.worker.time.was_written_on(field(other)) == Some(false)
        {
            let outcome = self.rules.rows.checks.date_disagrees;
            self.apply(outcome, row, FaultCode::DateDisagrees, other, "the date of the timestamp", "another one");
        }
    }

    #[inline]
    fn accept_time(&mut self, row: usize, at: UtcMicros, column: usize) {
        self.batch.at[row] = at;
        let rows = self.rules.rows;
        if !rows.all_plausible(at, at) {
            if at < rows.period[0] || at > rows.period[1] {
                // A time that cannot be true gives the row no day of its own.
                self.batch.at[row] = NO_TIME;
                let expected = "a time inside the declared period (1990 to 2099 where none is declared)";
                self.apply(Outcome::Reject, row, FaultCode::OutOfRange, column, expected, "a time outside it");
            } else {
                let expected = "a time at most one day after the date in the file's name";
                self.apply(rows.checks.in_future, row, FaultCode::InFuture, column, expected, "a later one");
            }
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
        if self.rules.rows.checks.want_network() {
            self.check_missing_network(row, field);
        }
        if self.rules.rows.country.has_mcc() {
            let text = |column: Option<usize>| column.map_or(&b""[..], field);
            let code = self.rules.rows.country.roaming(text(columns.mcc), text(columns.plmn));
            self.batch.marks.extend(code.map(|code| (row, code)));
        }
        if let Some(column) = columns.tac.filter(|&column| self.rules.rows.is_machine(field(column))) {
            self.reject(row, FaultCode::MachineDevice, column, EXPECTED_DEVICE, b"");
        }
    }

    /// What is kept of the subscriber; the group that its id says is kept already.
    fn read_traits<'f>(&mut self, row: usize, field: &impl Fn(usize) -> &'f [u8]) {
        let columns = &self.layout.columns;
        if let Some(column) = columns.mcc {
            self.batch.keep_home_mcc(row, field(column));
        }
        let Some(column) = columns.population_group.filter(|&column| !field(column).is_empty()) else { return };
        match self.text_of(field(column)).and_then(|label| self.rules.rows.group_of(&label)) {
            Some(group) => self.batch.keep_group(row, Some(group)),
            None => self.reject(row, FaultCode::GroupUnknown, column, UNKNOWN_GROUP, field(column)),
        }
    }

    #[cold]
    fn check_missing_network<'f>(&mut self, row: usize, field: &impl Fn(usize) -> &'f [u8]) {
        let (columns, checks) = (&self.layout.columns, self.rules.rows.checks);
        let lacks = |column: Option<usize>| column.is_none_or(|column| field(column).is_empty());
        let roles = [(columns.mcc, checks.null_mcc, "an mcc"), (columns.mnc, checks.null_mnc, "an mnc")];
        for (column, outcome, expected) in roles {
            if let Some(column) = column.filter(|_| lacks(column)) {
                self.apply(outcome, row, FaultCode::NullValue, column, expected, "none");
            }
        }
        let all = [columns.mcc, columns.mnc, columns.plmn];
        if let Some(column) = all.into_iter().flatten().next().filter(|_| all.into_iter().all(lacks)) {
            self.apply(checks.no_mno_info, row, FaultCode::NoMnoInfo, column, "mcc, mnc or plmn", "none");
        }
    }

    /// The radio cell where there is one, else the record's own coordinates. Coordinates are range-checked in both
    /// cases.
    #[inline]
    fn read_location<'f>(&mut self, row: usize, field: &impl Fn(usize) -> &'f [u8]) {
        let columns = &self.layout.columns;
        let point = columns.position.and_then(|(lat, lon)| self.read_point(row, lat, lon, field));
        let mut sentinel = false;
        if let Some(column) = columns.radio_cell_id {
            let id = field(column);
            sentinel = self.rules.rows.is_sentinel(id, columns.is_area);
            if !id.is_empty() && !sentinel {
                let text = self.text_of(id);
                match text.and_then(|text| self.worker.interner.radio_cell(self.rules.locations, &text)) {
                    Some(key) => {
                        self.batch.location[row] = key;
                        if columns.is_area {
                            self.batch.marks.push((row, FaultCode::DistrictOnly));
                        }
                    }
                    None => self.reject(row, FaultCode::BadEncoding, column, "text in the declared encoding", b"?"),
                }
                return;
            }
        }
        if let Some(key) = point {
            self.batch.location[row] = key;
            self.batch.at[row] = self.rules.rows.thinned(self.batch.at[row]);
            return;
        }
        let column = columns.radio_cell_id.or(columns.position.map(|(lat, _)| lat)).unwrap_or_default();
        let code = if sentinel { FaultCode::SentinelLocation } else { FaultCode::NoLocation };
        self.reject(row, code, column, "a radio cell or coordinates", b"");
    }

    /// The id of a place as UTF-8; `None` when it has zero bytes. Whether it is UTF-8 is found out where it is new.
    #[inline]
    fn text_of<'t>(&self, id: &'t [u8]) -> Option<Cow<'t, [u8]>> {
        if self.has_nul && id.contains(&0) {
            return None;
        }
        if self.rules.rows.latin1 && !id.is_ascii() {
            let text: String = id.iter().map(|&byte| char::from(byte)).collect();
            return Some(Cow::Owned(text.into_bytes()));
        }
        Some(Cow::Borrowed(id))
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
        self.check_country(row, &mut degrees, lat_column);
        match point_of(degrees[0], degrees[1], self.rules.h3_of_point) {
            Point::At(h3) => self.worker.interner.point(self.rules.locations, h3),
            Point::NullIsland => self.null_island(row, lat_column),
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

    /// Compares a position with the country box, and swaps it back where that is what it needs.
    #[inline]
    fn check_country(&mut self, row: usize, degrees: &mut [f64; 2], column: usize) {
        let checks = self.rules.rows.checks;
        match self.rules.rows.country.standing(degrees[0], degrees[1]) {
            Standing::Inside => {}
            Standing::Swapped if checks.coords_swapped == Outcome::Off => {}
            Standing::Swapped => {
                let expected = "a position inside country_bbox";
                self.apply(checks.coords_swapped, row, FaultCode::CoordsSwapped, column, expected, "a swapped one");
                degrees.swap(0, 1);
            }
            Standing::Outside => {
                let expected = "a position inside country_bbox";
                self.apply(checks.outside_country, row, FaultCode::OutsideCountry, column, expected, "one outside");
            }
        }
    }

    /// Coordinates (0, 0): a place that is nowhere, marked where the rows are scattered.
    #[cold]
    fn null_island(&mut self, row: usize, column: usize) -> Option<LocationKey> {
        let key = self.worker.interner.null_island(self.rules.locations);
        match self.rules.rows.checks.coords_zero {
            Outcome::Flag => self.batch.null_island = key,
            outcome => {
                self.apply(outcome, row, FaultCode::CoordsZero, column, "coordinates other than (0, 0)", "(0, 0)");
            }
        }
        key
    }

    #[cold]
    fn apply(&mut self, outcome: Outcome, row: usize, code: FaultCode, column: usize, expected: &str, found: &str) {
        let number = self.first_row + row as u64;
        let name = &self.layout.columns.names[column];
        self.batch.apply(outcome, row, code, || Example::told(number, name, expected, found));
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
