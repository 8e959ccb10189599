//! What a source says about its rows, resolved once for a delivery.

use crate::batch::NO_TIME;
use crate::country::Country;
use crate::id_rules::IdRules;
use crate::spec::{CheckSpec, Outcome, SourceSpec, TextEncoding};
use crate::traits::group_labels;
use hexodus_model::{Calendar, LocalDay, UtcMicros};

/// First and last local day that can be true where the source declares no period: before the first digital network,
/// and after anybody who reads this.
const PLAUSIBLE: [&str; 2] = ["1990-01-01", "2099-12-31"];

const MINUTE_US: i64 = 60_000_000;

/// Rules of one source for the rows of one delivery.
#[derive(Clone, Debug)]
pub struct RowRules {
    /// First and last instant that can be true (code 2).
    pub period: [UtcMicros; 2],
    /// From this instant on a row is in the future of its file (code 206): the end of the local day after the one in
    /// the file's name.
    pub future: Option<UtcMicros>,
    /// For messages: the declared time format.
    pub time_format: String,
    /// Ids of places that mean "not known" (code 219).
    pub sentinels: Vec<String>,
    /// Further ones where the place is an area.
    pub area_sentinels: Vec<String>,
    /// Whether text that is not ASCII is one byte a character.
    pub latin1: bool,
    /// Outcomes of the checks that can be configured.
    pub checks: Checks,
    /// What the source's country is.
    pub country: Country,
    /// Type allocation codes, or their beginnings, of devices that are no phones.
    pub machine_tacs: Vec<String>,
    /// Whether positions of records count once a minute.
    pub thin_bursts: bool,
    /// How ids become pseudonyms.
    pub ids: IdRules,
    /// Labels of population groups, ascending.
    pub groups: Vec<String>,
}

/// `[source.checks]`, resolved.
#[derive(Clone, Copy, Debug)]
pub struct Checks {
    /// Code 206.
    pub in_future: Outcome,
    /// Code 1, of an mcc.
    pub null_mcc: Outcome,
    /// Code 1, of an mnc.
    pub null_mnc: Outcome,
    /// Code 5.
    pub no_mno_info: Outcome,
    /// Code 211.
    pub coords_zero: Outcome,
    /// Code 212.
    pub coords_swapped: Outcome,
    /// Code 301.
    pub outside_country: Outcome,
    /// Code 220.
    pub date_disagrees: Outcome,
}

impl Checks {
    /// The checks of a source, defaults filled in.
    pub fn of(spec: &CheckSpec) -> Self {
        Self {
            in_future: spec.in_future.unwrap_or(Outcome::Reject),
            null_mcc: spec.null_mcc.unwrap_or(Outcome::Off),
            null_mnc: spec.null_mnc.unwrap_or(Outcome::Off),
            no_mno_info: spec.no_mno_info.unwrap_or(Outcome::Off),
            coords_zero: spec.coords_zero.unwrap_or(Outcome::Flag),
            coords_swapped: spec.coords_swapped.unwrap_or(Outcome::Flag),
            outside_country: spec.outside_country.unwrap_or(Outcome::Flag),
            date_disagrees: spec.date_disagrees.unwrap_or(Outcome::Flag),
        }
    }

    /// Whether any check looks at network codes that are missing.
    pub fn want_network(&self) -> bool {
        [self.null_mcc, self.null_mnc, self.no_mno_info].iter().any(|&outcome| outcome != Outcome::Off)
    }
}

impl RowRules {
    /// For a delivery that by its name is of `file_day`.
    ///
    /// # Errors
    /// The sentence to show, when a date of the specification is none.
    pub fn of(spec: &SourceSpec, calendar: &Calendar, file_day: Option<LocalDay>) -> Result<Self, String> {
        let day = |text: &str| {
            text.parse::<LocalDay>().map_err(|error| format!("period: expected YYYY-MM-DD, found \"{text}\": {error}"))
        };
        let [first, last] = match &spec.time.period {
            Some([first, last]) => [day(first)?, day(last)?],
            None => [day(PLAUSIBLE[0])?, day(PLAUSIBLE[1])?],
        };
        let checks = Checks::of(&spec.checks);
        let future = file_day.filter(|_| checks.in_future != Outcome::Off);
        Ok(Self {
            period: [calendar.window(first).start, UtcMicros(calendar.window(last).end.0 - 1)],
            future: future.map(|day| calendar.window(day.next()).end),
            time_format: spec.time.format.clone().unwrap_or_else(|| "iso".into()),
            sentinels: spec.location.sentinels.clone().unwrap_or_default(),
            area_sentinels: spec.location.area_sentinels.clone().unwrap_or_default(),
            latin1: spec.file.encoding == Some(TextEncoding::Latin1),
            checks,
            country: Country::of(&spec.location)?,
            machine_tacs: spec.identity.machine_tacs.clone().unwrap_or_default(),
            thin_bursts: spec.location.thin_bursts.unwrap_or(false),
            ids: IdRules::of(&spec.identity, calendar)?,
            groups: group_labels(&spec.identity),
        })
    }

    /// Whether every instant from `first` to `last` passes the checks of times.
    pub fn all_plausible(&self, first: UtcMicros, last: UtcMicros) -> bool {
        first >= self.period[0] && last <= self.period[1] && self.future.is_none_or(|future| last < future)
    }

    /// The group with this label.
    pub fn group_of(&self, label: &[u8]) -> Option<u16> {
        let found = self.groups.binary_search_by(|group| group.as_bytes().cmp(label)).ok()?;
        u16::try_from(found).ok()
    }

    /// Whether a type allocation code is that of a device that is no phone (code 218). It has eight digits: numbers have
    /// lost their leading zeros.
    pub fn is_machine(&self, tac: &[u8]) -> bool {
        let mut padded = [b'0'; 8];
        let tac = match padded.len().checked_sub(tac.len()) {
            _ if tac.is_empty() => return false,
            Some(zeros) => {
                padded[zeros..].copy_from_slice(tac);
                &padded
            }
            None => tac,
        };
        self.machine_tacs.iter().any(|machine| tac.starts_with(machine.as_bytes()))
    }

    /// The instant at which a record with its own position counts.
    #[inline]
    pub fn thinned(&self, at: UtcMicros) -> UtcMicros {
        if self.thin_bursts && at != NO_TIME { UtcMicros(at.0 - at.0.rem_euclid(MINUTE_US)) } else { at }
    }

    /// Whether an id of a place means "not known".
    #[inline]
    pub fn is_sentinel(&self, id: &[u8], is_area: bool) -> bool {
        self.sentinels.iter().any(|sentinel| sentinel.as_bytes() == id)
            || (is_area && self.area_sentinels.iter().any(|sentinel| sentinel.as_bytes() == id))
    }

    /// Whether there are any such ids.
    pub const fn has_sentinels(&self, is_area: bool) -> bool {
        !self.sentinels.is_empty() || (is_area && !self.area_sentinels.is_empty())
    }
}
