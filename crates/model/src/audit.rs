//! What happened to every row that was read.

use crate::time::{LocalDay, UtcMicros};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Why a row was rejected, or flagged, or left without a place. The numbers are those of formats §2; 0 to 7 are
/// eurostat/multimno's `ErrorTypes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultCode {
    /// 1: subscriber id or timestamp is missing.
    NullValue,
    /// 2: mcc, mnc, plmn, coordinates or period out of range.
    OutOfRange,
    /// 3: a value of a type that cannot hold it, such as an id as a fraction.
    UnsupportedType,
    /// 4: a value cannot be parsed in the declared format.
    CannotParse,
    /// 5: neither mcc, mnc nor plmn, where the source was declared to have them.
    NoMnoInfo,
    /// 6: neither radio cell nor coordinates.
    NoLocation,
    /// 7: same subscriber, instant and location as a row already accepted.
    Duplicated,
    /// 201: wrong number of fields.
    FieldCount,
    /// 202: bytes that are not text in the declared encoding.
    BadEncoding,
    /// 203: a wall-clock time that occurs twice.
    DstAmbiguous,
    /// 204: a wall-clock time that clocks skip.
    DstNonexistent,
    /// 205: an event of another local day than its file's; kept, goes to its own day.
    OutsideFileDay,
    /// 206: more than a day after the date of its file.
    InFuture,
    /// 207: written as hour 24.
    Hour24,
    /// 208: the ids of a file look like phone or subscriber numbers.
    RawIdentifier,
    /// 210: the first character of the id is none of the declared groups.
    GroupUnknown,
    /// 211: coordinates are exactly (0, 0).
    CoordsZero,
    /// 212: latitude and longitude are swapped, and swapped back.
    CoordsSwapped,
    /// 215: a file that is truncated or cannot be trusted; of its own, and no row's.
    UnreadableFile,
    /// 218: a device of a type that is no phone.
    MachineDevice,
    /// 219: the id of the place is one that was declared to mean "not known".
    SentinelLocation,
    /// 220: the date beside a timestamp is another one (hexodus's own code).
    DateDisagrees,
    /// 221: a row of a day that takes in no more: its events were removed by age, or go by an earlier key.
    DayClosed,
    /// 301: its own position is outside of the declared country.
    OutsideCountry,
    /// 303: the place is a district or locality.
    DistrictOnly,
    /// 307: a SIM of another country in the local network.
    InboundRoamer,
    /// 308: a SIM in the network of another country.
    OutboundRoamer,
}

impl FaultCode {
    /// The number of formats §2.
    pub const fn number(self) -> i32 {
        match self {
            Self::NullValue => 1,
            Self::OutOfRange => 2,
            Self::UnsupportedType => 3,
            Self::CannotParse => 4,
            Self::NoMnoInfo => 5,
            Self::NoLocation => 6,
            Self::Duplicated => 7,
            Self::FieldCount => 201,
            Self::BadEncoding => 202,
            Self::DstAmbiguous => 203,
            Self::DstNonexistent => 204,
            Self::OutsideFileDay => 205,
            Self::InFuture => 206,
            Self::Hour24 => 207,
            Self::RawIdentifier => 208,
            Self::GroupUnknown => 210,
            Self::CoordsZero => 211,
            Self::CoordsSwapped => 212,
            Self::UnreadableFile => 215,
            Self::MachineDevice => 218,
            Self::SentinelLocation => 219,
            Self::DateDisagrees => 220,
            Self::DayClosed => 221,
            Self::OutsideCountry => 301,
            Self::DistrictOnly => 303,
            Self::InboundRoamer => 307,
            Self::OutboundRoamer => 308,
        }
    }

    /// The name of formats §2.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NullValue => "null_value",
            Self::OutOfRange => "out_of_range",
            Self::UnsupportedType => "unsupported_type",
            Self::CannotParse => "cannot_parse",
            Self::NoMnoInfo => "no_mno_info",
            Self::NoLocation => "no_location_info",
            Self::Duplicated => "duplicated",
            Self::FieldCount => "field_count",
            Self::BadEncoding => "bad_encoding",
            Self::DstAmbiguous => "dst_ambiguous",
            Self::DstNonexistent => "dst_nonexistent",
            Self::OutsideFileDay => "outside_file_day",
            Self::InFuture => "in_future",
            Self::Hour24 => "hour_24",
            Self::RawIdentifier => "raw_identifier",
            Self::GroupUnknown => "group_prefix_unknown",
            Self::CoordsZero => "coords_zero",
            Self::CoordsSwapped => "coords_swapped",
            Self::UnreadableFile => "unreadable_file",
            Self::MachineDevice => "machine_device",
            Self::SentinelLocation => "sentinel_location",
            Self::DateDisagrees => "date_disagrees",
            Self::DayClosed => "day_closed",
            Self::OutsideCountry => "outside_country",
            Self::DistrictOnly => "district_only",
            Self::InboundRoamer => "inbound_roamer",
            Self::OutboundRoamer => "outbound_roamer",
        }
    }
}

/// Where the rows of one file, or of one day, went. `read = located + unlocated + duplicates + Σ rejected`, always.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RowCounts {
    /// Rows read.
    pub read: u64,
    /// Accepted, at a known place.
    pub located: u64,
    /// Accepted, at a radio cell the plan does not place; located anew when the plan is corrected.
    pub unlocated: u64,
    /// Same subscriber, instant and location as a row already accepted.
    pub duplicates: u64,
    /// Rejected, by reason.
    pub rejected: BTreeMap<FaultCode, u64>,
    /// Of the rejected, those that can be found again in the quarantine.
    pub quarantined: u64,
    /// Accepted and marked, by reason; not part of the identity.
    pub flagged: BTreeMap<FaultCode, u64>,
}

impl RowCounts {
    /// Rows rejected for any reason.
    pub fn rejected_rows(&self) -> u64 {
        self.rejected.values().sum()
    }

    /// Whether every row read is accounted for exactly once.
    pub fn balances(&self) -> bool {
        self.read == self.located + self.unlocated + self.duplicates + self.rejected_rows()
    }

    /// Counts a rejected row.
    pub fn reject(&mut self, code: FaultCode) {
        *self.rejected.entry(code).or_default() += 1;
    }

    /// Marks an accepted row.
    pub fn flag(&mut self, code: FaultCode) {
        *self.flagged.entry(code).or_default() += 1;
    }

    /// Adds the counts of other rows.
    pub fn add(&mut self, other: &Self) {
        self.read += other.read;
        self.located += other.located;
        self.unlocated += other.unlocated;
        self.duplicates += other.duplicates;
        self.quarantined += other.quarantined;
        for (&code, rows) in &other.rejected {
            *self.rejected.entry(code).or_default() += rows;
        }
        for (&code, rows) in &other.flagged {
            *self.flagged.entry(code).or_default() += rows;
        }
    }
}

/// The account of one input file: every row, by local day of the event (or the file's own day for rows whose time
/// could not be read).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileAudit {
    /// The `[[source]]` it came through.
    pub source_id: String,
    /// Path as found.
    pub file_name: String,
    /// BLAKE3 of the bytes, hexadecimal.
    pub digest: String,
    /// Bytes as delivered.
    pub size_bytes: u64,
    /// The account by day.
    pub days: BTreeMap<LocalDay, RowCounts>,
    /// Earliest accepted instant.
    pub first_event: Option<UtcMicros>,
    /// Latest accepted instant.
    pub last_event: Option<UtcMicros>,
    /// Whether all of it was taken in.
    #[serde(default)]
    pub state: FileState,
    /// Why a file that cannot be trusted was taken in as far as it could be read.
    #[serde(default)]
    pub accept_reason: Option<String>,
}

/// A file whose bytes were read, and how it looked then: while it looks so in a third run, they need not be read again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenFile {
    /// Size, times and inode, as text that is compared and not read.
    pub stamp: String,
    /// BLAKE3 of the bytes, hexadecimal.
    pub digest: String,
    /// Whether two runs found these bytes and saw it look so.
    pub twice: bool,
}

/// How much of a file was taken in (formats §2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileState {
    /// All of it.
    #[default]
    Accepted,
    /// What could be read of a file that cannot be trusted, because somebody said so.
    AcceptedInPart,
}

impl FileAudit {
    /// The account of the whole file.
    pub fn total(&self) -> RowCounts {
        let mut total = RowCounts::default();
        for counts in self.days.values() {
            total.add(counts);
        }
        total
    }
}
