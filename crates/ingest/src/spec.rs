//! What a `[[source]]` says about a layout: where the files are, which column is what, how times are written.

use serde::{Deserialize, Serialize};

/// One delivered layout. With `preset`, whatever is not set here comes from the preset.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSpec {
    /// Name of the source in the audit and in `quality_daily`.
    pub id: String,
    /// `generic`, `multimno` or `lat-lon`.
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
}

/// `[source.columns]`: a column by name (any case), or by position from 1 where the file has no header.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ColumnSpec {
    /// The de-identified subscriber id. Required.
    pub user_id: Option<ColumnRef>,
    /// Date and time in one column; or `date` and `time`.
    pub timestamp: Option<ColumnRef>,
    /// The date, where date and time are two columns.
    pub date: Option<ColumnRef>,
    /// The time of day, where date and time are two columns.
    pub time: Option<ColumnRef>,
    /// The operator's radio-cell id.
    pub radio_cell_id: Option<ColumnRef>,
    /// Latitude in degrees, where records carry their own position.
    pub lat: Option<ColumnRef>,
    /// Longitude in degrees.
    pub lon: Option<ColumnRef>,
    /// Kind of event. Every kind with a location counts; the column is named for the record and not read yet.
    pub event_type: Option<ColumnRef>,
    /// Mobile country code, range-checked.
    pub mcc: Option<ColumnRef>,
    /// Mobile network code, range-checked.
    pub mnc: Option<ColumnRef>,
    /// Network of an outbound roamer, range-checked.
    pub plmn: Option<ColumnRef>,
}

/// A column by name, or by position counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged)]
pub enum ColumnRef {
    /// Matched whatever the case.
    Name(String),
    /// For files without a header.
    Position(usize),
}

/// `[source.time]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct TimeSpec {
    /// strftime pattern, or `iso` for `2031-03-02T06:10:00` with blank or `T`, with or without fraction and offset.
    /// Default `iso`.
    pub format: Option<String>,
    /// Zone of the times: an IANA name, `utc`, or `in-value` when each value carries its offset. Required: there is
    /// no default, because a wrong guess moves every night by hours.
    pub tz: Option<String>,
    /// First and last local day that can be true; rows outside are rejected as out of range.
    pub period: Option<[String; 2]>,
}

/// `[source.identity]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct IdentitySpec {
    /// Window inside which ids are comparable; two epochs are never linked. Default: one epoch.
    pub id_epoch: Option<String>,
}

/// `[source.location]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct LocationSpec {
    /// Radio-cell ids that mean "not known", for example `["-1"]`.
    pub sentinels: Option<Vec<String>>,
}
