//! How the id of a row is read before it becomes a pseudonym: decoded, checked, bound to its epoch.

use crate::batch::NO_TIME;
use crate::spec::{IdEpoch, IdentitySpec, column_of};
use crate::traits::group_labels;
use hexodus_model::{Calendar, DayWindow, FaultCode, LocalDay, UtcMicros};
use std::sync::atomic::{AtomicU64, Ordering};

/// `[source.identity]`, resolved.
#[derive(Clone, Debug)]
pub struct IdRules {
    calendar: Calendar,
    windows: Option<(LocalDay, i32)>,
    /// Whether each row names its epoch.
    by_row: bool,
    hex: bool,
    /// First characters of ids, ascending, with the group they stand for.
    prefixes: Option<Vec<(Vec<u8>, u16)>>,
    numeric: bool,
}

/// What a worker keeps between ids.
#[derive(Default)]
pub struct IdReader {
    epoch: OfEpoch,
    decoded: Vec<u8>,
}

/// What is hashed of a row.
#[derive(Clone, Copy)]
pub struct ReadId<'a> {
    /// The id, decoded, behind its epoch where it is bound to one.
    pub id: &'a [u8],
    /// The group it says its subscriber is of; none where ids do not say.
    pub group: Option<u16>,
}

/// Ids behind the epoch they are bound to.
#[derive(Default)]
struct OfEpoch {
    window: Option<DayWindow>,
    /// The epoch of that window and a zero byte, then room for the id.
    joined: Vec<u8>,
    length: usize,
}

/// Ids of one file, and how many of them look like phone or subscriber numbers; filled in by all workers.
#[derive(Debug, Default)]
pub struct IdCount {
    ids: AtomicU64,
    raw: AtomicU64,
}

impl IdCount {
    /// Adds some ids.
    pub fn add(&self, ids: u64, raw: u64) {
        self.ids.fetch_add(ids, Ordering::Relaxed);
        self.raw.fetch_add(raw, Ordering::Relaxed);
    }

    /// How many look raw, if at least 99 % of all do (formats §2, code 208).
    pub fn alarming(&self) -> Option<u64> {
        let (ids, raw) = (self.ids.load(Ordering::Relaxed), self.raw.load(Ordering::Relaxed));
        (raw > 0 && raw * 100 >= ids * 99).then_some(raw)
    }
}

/// Whether an id has 8 to 15 digits and nothing else but a leading `+`, like MSISDN, IMSI or IMEI.
#[inline]
pub fn looks_raw(id: &[u8]) -> bool {
    let digits = id.strip_prefix(b"+").unwrap_or(id);
    (8..=15).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit)
}

/// Whether a number looks so.
#[inline]
pub const fn number_looks_raw(id: u64) -> bool {
    10_000_000 <= id && id < 1_000_000_000_000_000
}

impl IdRules {
    /// For the ids of one source.
    ///
    /// # Errors
    /// The sentence to show, when the windows of `id_epoch` make no sense.
    pub fn of(spec: &IdentitySpec, calendar: &Calendar) -> Result<Self, String> {
        let windows = match &spec.id_epoch {
            Some(IdEpoch::Windows { start, days }) => {
                let first = start
                    .parse()
                    .map_err(|error| format!("id_epoch: start: expected YYYY-MM-DD, found \"{start}\": {error}"))?;
                if *days == 0 {
                    return Err("id_epoch: days: expected 1 or more".into());
                }
                Some((first, i32::from(*days)))
            }
            _ => None,
        };
        let prefixes = spec.group_from_prefix.as_ref().filter(|groups| !groups.is_empty());
        let labels = group_labels(spec);
        let with_group = |(prefix, label): (&String, &String)| {
            (prefix.clone().into_bytes(), labels.binary_search(label).map_or(0, |group| group as u16))
        };
        Ok(Self {
            calendar: calendar.clone(),
            windows,
            by_row: matches!(&spec.id_epoch, Some(IdEpoch::Label(name)) if column_of(name).is_some()),
            hex: spec.hex_ids.unwrap_or(false),
            prefixes: prefixes.map(|groups| groups.iter().map(with_group).collect()),
            numeric: spec.numeric_pseudonyms.unwrap_or(false),
        })
    }

    /// The epoch that all ids of a source share: its name; empty where there is none or it depends on the row.
    pub fn shared_epoch(spec: &IdentitySpec) -> &str {
        match &spec.id_epoch {
            Some(IdEpoch::Label(name)) if name != "none" && column_of(name).is_none() => name,
            _ => "",
        }
    }

    /// Whether ids are taken as delivered, whatever their row says.
    pub const fn are_plain(&self) -> bool {
        self.windows.is_none() && !self.by_row && !self.hex && self.prefixes.is_none()
    }

    /// Whether ids say which group their subscriber is of.
    pub const fn have_groups(&self) -> bool {
        self.prefixes.is_some()
    }

    /// Whether ids that look raw are to be counted.
    pub const fn count_raw(&self) -> bool {
        !self.numeric
    }
}

impl IdReader {
    /// Takes the epoch that the next row names. The epoch, a zero byte and the id are hashed together, as with windows.
    pub fn enter_named(&mut self, epoch: &[u8]) {
        self.epoch.take(epoch);
    }

    /// What is to be hashed of an id as delivered (not empty) in a row of this time.
    ///
    /// # Errors
    /// The code, and what a good id has.
    pub fn read<'r>(
        &'r mut self,
        id: &'r [u8],
        at: UtcMicros,
        rules: &IdRules,
    ) -> Result<ReadId<'r>, (FaultCode, &'static str)> {
        let id = match hex_digits(id).filter(|_| rules.hex) {
            Some(digits) => decode(digits, &mut self.decoded)
                .ok_or((FaultCode::CannotParse, "pairs of hexadecimal digits after \\x"))?,
            None if rules.hex && id == b"\\N" => return Err((FaultCode::NullValue, "a subscriber id")),
            None => id,
        };
        let group = rules.prefixes.as_deref().map(|prefixes| group_of(id, prefixes)).transpose()?;
        let id = match rules.windows {
            None if rules.by_row => self.epoch.of(id),
            None => id,
            // The row is rejected for its time; without it there is no epoch.
            Some(_) if at == NO_TIME => id,
            Some(windows) => {
                self.epoch.enter(at, rules, windows);
                self.epoch.of(id)
            }
        };
        Ok(ReadId { id, group })
    }
}

impl OfEpoch {
    /// An id behind the epoch.
    fn of(&mut self, id: &[u8]) -> &[u8] {
        self.joined.truncate(self.length);
        self.joined.extend_from_slice(id);
        &self.joined
    }

    fn take(&mut self, epoch: &[u8]) {
        self.joined.clear();
        self.joined.extend_from_slice(epoch);
        self.joined.push(0);
        self.length = self.joined.len();
    }

    /// Takes the epoch of the local day of an instant: the first day of its window.
    #[inline]
    fn enter(&mut self, at: UtcMicros, rules: &IdRules, (start, days): (LocalDay, i32)) {
        if self.window.is_some_and(|window| window.contains(at)) {
            return;
        }
        let window = rules.calendar.window(rules.calendar.day_of(at));
        let first = LocalDay(window.day.0 - (window.day.0 - start.0).rem_euclid(days));
        self.take(first.to_string().as_bytes());
        self.window = Some(window);
    }
}

/// The group by the first characters of an id: of several that fit the longest, which is the last in order.
fn group_of(id: &[u8], prefixes: &[(Vec<u8>, u16)]) -> Result<u16, (FaultCode, &'static str)> {
    let found = prefixes.iter().rev().find(|(prefix, _)| id.starts_with(prefix));
    found.map(|&(_, group)| group).ok_or((FaultCode::GroupUnknown, "an id that begins with one of group_from_prefix"))
}

/// What follows `\x`, or `\\x` where the backslash was escaped once more.
fn hex_digits(id: &[u8]) -> Option<&[u8]> {
    id.strip_prefix(b"\\x").or_else(|| id.strip_prefix(b"\\\\x"))
}

fn decode<'b>(digits: &[u8], bytes: &'b mut Vec<u8>) -> Option<&'b [u8]> {
    let value = |digit: u8| char::from(digit).to_digit(16).map(|value| value as u8);
    if digits.is_empty() || digits.len() % 2 == 1 {
        return None;
    }
    bytes.clear();
    for pair in digits.chunks_exact(2) {
        bytes.push(value(pair[0])? << 4 | value(pair[1])?);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::PseudonymKey;
    use crate::keyed_hash::KeyedHash;
    use hexodus_model::SubscriberId;

    fn read(spec: &IdentitySpec, id: &[u8], at: i64) -> Result<SubscriberId, FaultCode> {
        let rules = IdRules::of(spec, &Calendar::utc()).unwrap();
        let mut hash = KeyedHash::new(&PseudonymKey::from_bytes([3; 32]), IdRules::shared_epoch(spec));
        let at = UtcMicros(at * 86_400_000_000);
        IdReader::default().read(id, at, &rules).map(|read| hash.of_bytes(read.id)).map_err(|(code, _)| code)
    }

    #[test]
    fn hexadecimal_text_is_the_bytes_it_stands_for() {
        let spec = IdentitySpec { hex_ids: Some(true), ..Default::default() };
        let bytes = read(&spec, &[0x9c, 0x01, 0xaa], 0);
        assert_eq!(read(&spec, b"\\x9c01aa", 0), bytes);
        assert_eq!(read(&spec, b"\\x9C01AA", 0), bytes);
        assert_eq!(read(&spec, b"\\\\x9c01aa", 0), bytes);
        assert_ne!(read(&spec, b"9c01aa", 0), bytes, "text without the mark is text");
        assert_eq!(read(&spec, b"\\x9c0", 0), Err(FaultCode::CannotParse));
        assert_eq!(read(&spec, b"\\xzz", 0), Err(FaultCode::CannotParse));
        assert_eq!(read(&spec, b"\\N", 0), Err(FaultCode::NullValue));
    }

    #[test]
    fn an_id_of_two_windows_is_two_subscribers() {
        let windows = IdEpoch::Windows { start: "1970-01-05".into(), days: 14 };
        let spec = IdentitySpec { id_epoch: Some(windows), ..Default::default() };
        let (first, last, next) = (read(&spec, b"7", 4), read(&spec, b"7", 17), read(&spec, b"7", 18));
        assert_eq!(first, last);
        assert_ne!(last, next);
        assert_ne!(read(&spec, b"7", 3), first, "windows go back before the start as well");
        assert_ne!(read(&spec, b"8", 4), first);
    }

    #[test]
    fn the_prefix_is_checked_and_kept() {
        let groups = [("1".to_owned(), "refugee".to_owned()), ("2".to_owned(), "other".to_owned())].into();
        let spec = IdentitySpec { group_from_prefix: Some(groups), ..Default::default() };
        assert_ne!(read(&spec, b"1000000042", 0), read(&spec, b"2000000042", 0), "the same tail");
        assert_eq!(read(&spec, b"3000000042", 0), Err(FaultCode::GroupUnknown));
    }

    #[test]
    fn numbers_of_phones_and_cards_look_raw() {
        for raw in ["50937123456", "+9779841234567", "310150123456789", "12345678"] {
            assert!(looks_raw(raw.as_bytes()), "{raw}");
        }
        for good in ["1234567", "8877665544332211", "a91f03c7", "9779841234567x", ""] {
            assert!(!looks_raw(good.as_bytes()), "{good}");
        }
        assert!(number_looks_raw(10_000_000) && !number_looks_raw(9_999_999));
        assert!(number_looks_raw(999_999_999_999_999) && !number_looks_raw(1_000_000_000_000_000));
        let count = IdCount::default();
        assert_eq!(count.alarming(), None);
        count.add(100, 99);
        assert_eq!(count.alarming(), Some(99));
        count.add(1, 0);
        assert_eq!(count.alarming(), None, "98.02 %");
    }
}
