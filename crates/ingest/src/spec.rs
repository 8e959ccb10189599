//! What a `[[source]]` says about a layout: where the files are, which column is what, how times are written.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One delivered layout. With `preset`, whatever is not set here comes from the preset.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSpec {
    /// Name of the source in the audit and in `quality_daily`.
    pub id: String,
    /// One of [`crate::preset::PRESETS`].
    #[serde(default = "generic")]
    pub preset: String,
    /// Where the files are and how they are written.
    #[serde(default)]
    pub file: FileSpec,
    /// Which column is what.
    #[serde(default)]
    pub columns: ColumnSpec,
    /// How times are written.
    #[serde(default)]
    pub time: TimeSpec,
    /// Who the ids are comparable with.
    #[serde(default)]
    pub identity: IdentitySpec,
    /// What counts as "no location".
    #[serde(default)]
    pub location: LocationSpec,
    /// What becomes of rows that are odd but can be read.
    #[serde(default)]
    pub checks: CheckSpec,
}

fn generic() -> String {
    "generic".into()
}

/// `[source.file]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileSpec {
    /// Files of this source, relative to the configuration file. `*`, `?`, `[…]` and `**` as usual; `{date}` stands
    /// for a date (2031-03-02 or 20310302): files of one date are one delivery, stored together or not at all.
    pub glob: String,
    /// Field separator of a CSV: one character, or `\t`. Default comma.
    pub delimiter: Option<String>,
    /// Whether the first record names the columns. Default true.
    pub header: Option<bool>,
    /// Lines to skip before the header or the first record.
    pub skip_rows: Option<usize>,
    /// Whether `"` quotes fields. Default true.
    pub quoting: Option<bool>,
    /// `utf-8` (default) or `iso-8859-1`: how radio-cell ids that are not ASCII are written in a CSV.
    pub encoding: Option<TextEncoding>,
    /// A character with which lines begin that are no records, such as `#`. Default none.
    pub comment_prefix: Option<String>,
    /// Whether a file whose first record names no mapped column has no header: then columns are found by the
    /// positions listed beside their names. Default false.
    pub probe_header: Option<bool>,
}

/// How text that is not ASCII is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum TextEncoding {
    /// One to four bytes a character.
    #[serde(rename = "utf-8")]
    Utf8,
    /// One byte a character.
    #[serde(rename = "iso-8859-1")]
    Latin1,
}

/// `[source.columns]`: a column by name (any case), or by position from 1 where the file has no header.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ColumnSpec {
    /// The de-identified subscriber id. Required.
    pub user_id: Option<ColumnRef>,
    /// Date and time in one column; or `date` and `time`.
    pub timestamp: Option<ColumnRef>,
    /// The date, where date and time are two columns; beside a `timestamp` it is compared with it (code 220).
    pub date: Option<ColumnRef>,
    /// The time of day, or the hour, where date and time are two columns.
    pub time: Option<ColumnRef>,
    /// The operator's radio-cell id.
    pub radio_cell_id: Option<ColumnRef>,
    /// The operator's site id, where records name the mast only; read where the file has no `radio_cell_id`.
    pub site_id: Option<ColumnRef>,
    /// A district or locality, where records name no more; read where the file has neither of the two above.
    pub area_id: Option<ColumnRef>,
    /// Latitude in degrees, where records carry their own position.
    pub lat: Option<ColumnRef>,
    /// Longitude in degrees.
    pub lon: Option<ColumnRef>,
    /// Kind of event. Every kind with a location counts; the column is named for the record and not read yet.
    pub event_type: Option<ColumnRef>,
    /// Country code of the SIM, range-checked, and kept with its subscriber and day for later use.
    pub mcc: Option<ColumnRef>,
    /// Mobile network code, range-checked.
    pub mnc: Option<ColumnRef>,
    /// Network of an outbound roamer, range-checked.
    pub plmn: Option<ColumnRef>,
    /// Population group, one of `population_groups`; kept with its subscriber and day for later use.
    pub population_group: Option<ColumnRef>,
    /// Type allocation code of the device: compared with `machine_tacs` and dropped.
    pub tac: Option<ColumnRef>,
    /// Outgoing or incoming. Named for the record and not read: every row is a presence.
    pub direction: Option<ColumnRef>,
    /// What joins the two legs of one interaction. Named for the record and not read: legs are two subscribers, or
    /// duplicates.
    pub leg_id: Option<ColumnRef>,
}

/// A column by name, by position counted from 1, or a list of both: the first that the file has.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged)]
pub enum ColumnRef {
    /// Matched whatever the case.
    Name(String),
    /// For files without a header.
    Position(usize),
    /// Names of one column in the versions of a layout, and its position where there is no header.
    FirstOf(Vec<ColumnRef>),
}

/// `[source.time]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct TimeSpec {
    /// strftime pattern, or `iso` for `2031-03-02T06:10:00` with blank or `T`, with or without fraction and offset,
    /// or `epoch-s`, `epoch-ms`, `epoch-us`. Several, separated by `|`, where no text can be two of them. Default `iso`.
    pub format: Option<String>,
    /// Zone of the times: an IANA name, `utc`, or `in-value` when each value carries its offset. Required: there is
    /// no default, because a wrong guess moves every night by hours. `column:NAME`: each row names its zone or offset in
    /// that column.
    pub tz: Option<String>,
    /// First and last local day that can be true; rows outside are rejected as out of range. Default 1990 to 2099.
    pub period: Option<[String; 2]>,
    /// Seconds to which times are rounded (60, 600, 3600). For the record; not used yet.
    pub precision_s: Option<u32>,
    /// Hour 24 of a date: the next day's 00:00 (code 207), or a time that cannot be read. Default `reject`.
    pub hour_24: Option<Hour24>,
    /// Whether an hour names the time it starts with, or the time it ends with (1 to 24). Default `start`.
    pub hour_label: Option<HourLabel>,
    /// A wall-clock time that occurs twice. Default `flag`.
    pub dst_overlap: Option<DstOverlap>,
    /// A wall-clock time that clocks skip. Default `shift`.
    pub dst_gap: Option<DstGap>,
}

/// The column that a value names, where it is of the form `column:NAME`; a number is a position.
pub fn column_of(value: &str) -> Option<ColumnRef> {
    let name = value.strip_prefix("column:")?.trim();
    Some(name.parse().map_or_else(|_| ColumnRef::Name(name.into()), ColumnRef::Position))
}

impl SourceSpec {
    /// The column in which each row names its zone or offset.
    pub fn tz_column(&self) -> Option<ColumnRef> {
        column_of(self.time.tz.as_deref()?)
    }

    /// The column in which each row names the epoch of its id.
    pub fn epoch_column(&self) -> Option<ColumnRef> {
        if let Some(IdEpoch::Label(name)) = &self.identity.id_epoch { column_of(name) } else { None }
    }
}

/// `hour_24`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hour24 {
    /// 00:00 of the next day.
    NextDay,
    /// Cannot be read.
    #[default]
    Reject,
}

/// `hour_label`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HourLabel {
    /// 7 is from 07:00 to 08:00.
    #[default]
    Start,
    /// 7 is from 06:00 to 07:00, 24 from 23:00.
    Ending,
}

/// `dst_overlap`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DstOverlap {
    /// The first of the two, as decided by who wrote the configuration.
    First,
    /// The second of the two, likewise.
    Second,
    /// The first of the two, marked with code 203.
    #[default]
    Flag,
    /// Rejected with code 203.
    Reject,
}

/// `dst_gap`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DstGap {
    /// Moved on by the gap, marked with code 204.
    #[default]
    Shift,
    /// Rejected with code 204.
    Reject,
}

/// `[source.identity]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct IdentitySpec {
    /// Window inside which ids are comparable; two epochs are never linked. Default: one epoch. The presets `d4r` and
    /// `d4d` require it.
    pub id_epoch: Option<IdEpoch>,
    /// Whether ids made of digits only are pseudonyms all the same. Default false: then a file whose ids look like
    /// phone or subscriber numbers is reported (code 208).
    pub numeric_pseudonyms: Option<bool>,
    /// What that report does. Default `warn`.
    pub raw_identifiers: Option<RawIdentifiers>,
    /// Whether ids written `\x9c01aa` are hexadecimal bytes, as `PostgreSQL` writes `BYTEA`. Default false.
    pub hex_ids: Option<bool>,
    /// Population group by the first characters of an id; an id that begins otherwise is rejected (code 210). The id
    /// itself keeps them. The labels are kept with subscriber and day for later use.
    pub group_from_prefix: Option<BTreeMap<String, String>>,
    /// The labels that a column `population_group` may have; a row with another is rejected (code 210).
    pub population_groups: Option<Vec<String>>,
    /// Type allocation codes (or their first digits) of devices that are no phones: rows of these are rejected (code
    /// 218). Needs a column `tac`.
    pub machine_tacs: Option<Vec<String>>,
    /// Whether each file is one subscriber, whose id is the name of the file without its extensions. Default false.
    pub from_file_name: Option<bool>,
}

/// `raw_identifiers`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RawIdentifiers {
    /// Reported; the file is read.
    #[default]
    Warn,
    /// The file is refused.
    Error,
}

/// `id_epoch`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged)]
pub enum IdEpoch {
    /// A name for all files of the source; `none` (the empty name) for one epoch without end; `column:NAME` where each
    /// row names its epoch in that column.
    Label(String),
    /// Ids are drawn anew every so many days, counted from a local date; the epoch of a row follows from its time.
    Windows {
        /// First day of a window, `YYYY-MM-DD`.
        start: String,
        /// Days of a window.
        days: u16,
    },
}

/// `[source.location]`
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct LocationSpec {
    /// Ids of places that mean "not known" (code 219), for example `["-1"]`.
    pub sentinels: Option<Vec<String>>,
    /// Further ones where the place is an `area_id`.
    pub area_sentinels: Option<Vec<String>>,
    /// `[min_lon, min_lat, max_lon, max_lat]` of the country: positions of records that lie in it only when latitude and
    /// longitude change places are swapped back (code 212), others outside are marked (code 301).
    pub country_bbox: Option<[f64; 4]>,
    /// Country code of the local network, three digits: SIMs of other countries are marked (code 307), and SIMs in
    /// networks of other countries (code 308).
    pub local_mcc: Option<String>,
    /// Whether a record's own position counts once a minute and H3 cell: its time is cut to the minute, and what is
    /// then the same is a duplicate. Default false.
    pub thin_bursts: Option<bool>,
}

/// `[source.checks]`: what becomes of a row that is odd but can be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct CheckSpec {
    /// Code 206: more than one local day after the date in the file's name. Default `reject`.
    pub in_future: Option<Outcome>,
    /// Code 1: no mcc, where the column is mapped. Default `off`.
    pub null_mcc: Option<Outcome>,
    /// Code 1: no mnc, where the column is mapped. Default `off`.
    pub null_mnc: Option<Outcome>,
    /// Code 5: neither mcc, mnc nor plmn, where one of them is mapped. Default `off`.
    pub no_mno_info: Option<Outcome>,
    /// Code 211: coordinates are exactly (0, 0). Default `flag`.
    pub coords_zero: Option<Outcome>,
    /// Code 212: latitude and longitude swapped, where a `country_bbox` tells. Default `flag`.
    pub coords_swapped: Option<Outcome>,
    /// Code 301: outside of the `country_bbox`. Default `flag`.
    pub outside_country: Option<Outcome>,
    /// Code 220: the date beside a timestamp is another one. Default `flag`.
    pub date_disagrees: Option<Outcome>,
}

/// What becomes of a row that fails a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Not stored; counted under its reason.
    Reject,
    /// Stored; counted under its reason.
    Flag,
    /// Not looked for.
    Off,
}
