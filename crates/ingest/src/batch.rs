//! A few thousand checked rows, column by column.

use crate::delivered_id::DeliveredId;
use crate::id_rules::{IdCount, IdReader};
use crate::intern::{Interner, SharedLocations};
use crate::pseudonym::Pseudonymiser;
use crate::rejected::Notes;
use crate::row_rules::RowRules;
use crate::shape::shape_of;
use crate::spec::{Outcome, SourceSpec};
use crate::timestamp::TimeReader;
use hexodus_model::{FaultCode, H3Cell, LocationKey, SubscriberId, Traits, UtcMicros};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;

/// Stands for "no time could be read".
pub const NO_TIME: UtcMicros = UtcMicros(i64::MIN);

/// H3 cell of a latitude and longitude in degrees; `None` when they are no point on earth. Handed in by the caller:
/// the grid belongs to `locate`.
pub type PointToH3 = fn(f64, f64) -> Option<H3Cell>;

/// What one worker carries from batch to batch.
pub struct Worker {
    /// Ids to pseudonyms.
    pub pseudonyms: Pseudonymiser,
    /// Locations to keys.
    pub interner: Interner,
    /// Times to instants.
    pub time: TimeReader,
    /// Ids as delivered to ids.
    pub ids: IdReader,
}

/// What all workers of one file share.
pub struct Rules<'a> {
    /// The table of locations.
    pub locations: &'a SharedLocations,
    /// Point to H3 cell.
    pub h3_of_point: PointToH3,
    /// What the source says.
    pub rows: &'a RowRules,
    /// What is known of the file, and what is counted in it.
    pub file: &'a FileFacts,
}

/// One file while it is read.
#[derive(Debug, Default)]
pub struct FileFacts {
    /// The id of its one subscriber, where the file is one.
    pub id: Option<Vec<u8>>,
    /// Ids that look raw.
    pub ids: IdCount,
}

impl FileFacts {
    /// For a file of a source; its id is its name up to the first dot.
    pub fn of(path: &Path, spec: &SourceSpec) -> Self {
        let is_one = spec.identity.from_file_name.unwrap_or(false);
        let name = path.file_name().filter(|_| is_one).map(OsStr::as_encoded_bytes);
        let id = name.map(|name| name.split(|&byte| byte == b'.').next().unwrap_or_default().to_vec());
        Self { id, ids: IdCount::default() }
    }
}

/// Rows of one file, checked. All vectors but those that say so have one entry a row; a row with a fault has no meaning in the others,
/// except its time if that could be read.
#[derive(Debug, Default)]
pub struct Batch {
    /// Who; empty when ids wait for their pseudonyms.
    pub subscriber: Vec<SubscriberId>,
    /// Who, as delivered, in batches of integer ids that say nothing else of their subscribers; empty in others.
    pub delivered: Vec<DeliveredId>,
    /// When, or [`NO_TIME`].
    pub at: Vec<UtcMicros>,
    /// Where.
    pub location: Vec<LocationKey>,
    /// What the row says of its subscriber besides; empty where the source has nothing of the kind.
    pub traits: Vec<Traits>,
    /// Why the row is rejected, if it is.
    pub fault: Vec<Option<FaultCode>>,
    /// What there is to tell about rows that may be accepted all the same; a row can have several.
    pub marks: Vec<(usize, FaultCode)>,
    /// The key of coordinates (0, 0), once a row had them.
    pub null_island: Option<LocationKey>,
    /// The first row of each fault.
    pub examples: BTreeMap<FaultCode, Example>,
    /// Which rows are rejected, and why.
    pub notes: Notes,
}

/// The first row with a fault: where it is and what was expected; what was found is given as a shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Row in the file, from 1.
    pub row: u64,
    /// Column to blame.
    pub column: String,
    /// What a good row has.
    pub expected: String,
    /// The shape of what this row has.
    pub found: String,
}

impl Batch {
    /// An empty batch with `rows` rows to fill.
    pub fn with_rows(rows: usize) -> Self {
        Self {
            at: vec![NO_TIME; rows],
            location: vec![LocationKey(0); rows],
            fault: vec![None; rows],
            ..Self::default()
        }
    }

    /// An empty batch with room for about so many rows.
    pub fn with_room(rows: usize) -> Self {
        Self {
            subscriber: Vec::with_capacity(rows),
            at: Vec::with_capacity(rows),
            location: Vec::with_capacity(rows),
            fault: Vec::with_capacity(rows),
            ..Self::default()
        }
    }

    /// Makes room for a pseudonym a row.
    pub fn want_pseudonyms(&mut self) {
        self.subscriber.resize(self.len(), SubscriberId::from_pseudonym(0));
    }

    /// Rows.
    pub fn len(&self) -> usize {
        self.fault.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.fault.is_empty()
    }

    /// Keeps the group that an id was found to say.
    #[inline]
    pub fn keep_group(&mut self, row: usize, group: Option<u16>) {
        if let (Some(traits), Some(group)) = (self.traits.get_mut(row), group) {
            *traits = traits.with_group(group);
        }
    }

    /// Keeps the country of a SIM, where the text is one.
    #[inline]
    pub fn keep_home_mcc(&mut self, row: usize, text: &[u8]) {
        let mcc = std::str::from_utf8(text).ok().and_then(|text| text.parse::<u16>().ok());
        if let (Some(traits), Some(mcc)) = (self.traits.get_mut(row), mcc.filter(|&mcc| is_mcc(i64::from(mcc)))) {
            *traits = traits.with_home_mcc(mcc);
        }
    }

    /// Rejects a row; of several reasons the lowest code stays (formats §2, precedence).
    #[inline]
    pub fn reject(&mut self, row: usize, code: FaultCode) {
        let fault = &mut self.fault[row];
        *fault = Some(fault.map_or(code, |before| before.min(code)));
    }

    /// Marks a row, or rejects it, as the source says.
    #[cold]
    pub fn apply(&mut self, outcome: Outcome, row: usize, code: FaultCode, example: impl FnOnce() -> Example) {
        match outcome {
            Outcome::Reject => self.reject_showing(row, code, example),
            Outcome::Flag => self.marks.push((row, code)),
            Outcome::Off => {}
        }
    }

    /// Rejects a row, notes it, and keeps it as the example if it is the first of its kind.
    #[cold]
    pub fn reject_showing(&mut self, row: usize, code: FaultCode, example: impl FnOnce() -> Example) {
        self.reject(row, code);
        let example = example();
        self.notes.add(row, code, &example);
        self.examples.entry(code).or_insert(example);
    }
}

impl Example {
    /// An example whose found value is shown as a shape only.
    pub fn new(row: u64, column: &str, expected: &str, found: &[u8]) -> Self {
        Self::told(row, column, expected, &shape_of(found))
    }

    /// An example whose found value is told in words.
    pub fn told(row: u64, column: &str, expected: &str, found: &str) -> Self {
        Self { row, column: column.into(), expected: expected.into(), found: found.into() }
    }
}

/// What a good row has that names the type of its device (code 218).
pub const EXPECTED_DEVICE: &str = "a device that is none of machine_tacs";

/// A mapped column to range-check: where it is, what makes a value good, and how to say so.
pub type RangeCheck = (Option<usize>, fn(&[u8]) -> bool, &'static str);

/// Checks a country code: three digits from 100, or 001, the test network.
pub fn is_mcc(number: i64) -> bool {
    number == 1 || (100..=999).contains(&number)
}

/// Checks a network code as text: two or three digits.
pub fn is_mnc(text: &[u8]) -> bool {
    matches!(text.len(), 2 | 3) && text.iter().all(u8::is_ascii_digit)
}

/// Checks a PLMN as text: country code and network code, five or six digits.
pub fn is_plmn(text: &[u8]) -> bool {
    matches!(text.len(), 5 | 6) && text.iter().all(u8::is_ascii_digit)
}

/// What a pair of coordinates says.
pub enum Point {
    /// An H3 cell.
    At(H3Cell),
    /// Exactly (0, 0).
    NullIsland,
    /// No point on earth.
    OutOfRange,
}

/// The H3 cell of coordinates in degrees, with the two ways in which they can be wrong.
pub fn point_of(lat: f64, lon: f64, h3_of_point: PointToH3) -> Point {
    // Exactly zero is what an absent position looks like; nothing is approximated here.
    if lat == 0.0 && lon == 0.0 {
        return Point::NullIsland;
    }
    h3_of_point(lat, lon).map_or(Point::OutOfRange, Point::At)
}
