//! Events on their way between workers: many of them in one value of bytes, as a cluster moves few large rows for less than many
//! small ones. CONFIDENTIAL.
//!
//! Eight bytes of head (`hx`, version, kind, number of records), then
//!
//! * of events: the first instant, how many locations there are, their names; then for each subscriber its bits, how many events it has,
//!   and for each of them the time since the one before and the location (0 = that of the one before, else its position + 1);
//! * of an account: names and numbers of rows.
//!
//! Numbers of the head, bits and names have a fixed width (little-endian), others seven bits a byte. An event takes 10 to 13 bytes
//! (docs/spark.md), five of them of its microsecond; unpacked it has 24.

use crate::fault::{Checked, Fault};
use std::collections::BTreeMap;

/// Whoever changes what follows counts it up: a worker of another version is refused, not misread.
const VERSION: u8 = 1;
/// Bytes before the records.
pub const HEAD: usize = 8;

/// What a value holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Accepted rows.
    Events = 1,
    /// Rows by what became of them.
    Account = 2,
}

/// A value, read.
pub enum Packed<'a> {
    /// Accepted rows.
    Events(PackedEvents<'a>),
    /// Rows by what became of them.
    Account(BTreeMap<String, u64>),
}

/// Accepted rows, still packed.
pub struct PackedEvents<'a> {
    count: usize,
    start: i64,
    /// The names of locations.
    pub locations: Vec<u64>,
    records: &'a [u8],
}

/// The head of a value with so many records.
pub fn head(kind: Kind, records: usize) -> [u8; HEAD] {
    let [first, second, third, fourth] = (records as u32).to_le_bytes();
    [b'h', b'x', VERSION, kind as u8, first, second, third, fourth]
}

/// Appends a number, seven bits a byte.
#[inline]
pub fn push_number(packed: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        packed.push(number as u8 | 0x80);
        number >>= 7;
    }
    packed.push(number as u8);
}

/// Packs an account.
pub fn pack_account(account: &BTreeMap<String, u64>) -> Vec<u8> {
    let mut packed = head(Kind::Account, account.len()).to_vec();
    for (name, &rows) in account {
        push_number(&mut packed, name.len() as u64);
        packed.extend_from_slice(name.as_bytes());
        push_number(&mut packed, rows);
    }
    packed
}

impl<'a> Packed<'a> {
    /// Reads a value.
    pub fn read(bytes: &'a [u8]) -> Checked<Self> {
        let Some(([b'h', b'x', version, kind, count @ ..], records)) = bytes.split_first_chunk::<HEAD>() else {
            return Err(damaged());
        };
        if *version != VERSION {
            let found = format!("version {version}");
            return Err(Fault::column("rows", &format!("packed events of version {VERSION}"), &found));
        }
        let count = u32::from_le_bytes(*count) as usize;
        if *kind == Kind::Events as u8 {
            return PackedEvents::read(records, count).map(Self::Events).ok_or_else(damaged);
        }
        if *kind == Kind::Account as u8 {
            return read_account(records, count).map(Self::Account).ok_or_else(damaged);
        }
        Err(damaged())
    }
}

impl<'a> PackedEvents<'a> {
    fn read(records: &'a [u8], count: usize) -> Option<Self> {
        let mut rest = records;
        let start = fixed(&mut rest)?.cast_signed();
        let names = fixed(&mut rest)? as usize;
        // Not more room than there are bytes, whatever they say.
        let (names, records) = rest.split_at_checked(names.checked_mul(8)?)?;
        let (names, _) = names.as_chunks();
        let locations = names.iter().map(|&bits| u64::from_le_bytes(bits)).collect();
        Some(Self { count, start, locations, records })
    }

    /// Hands out each event: the bits of its subscriber, the instant, and the position of its location; subscribers and their events
    /// ascend.
    ///
    /// # Errors
    /// [`Fault`] where the bytes are no events, after some were handed out.
    pub fn for_each(&self, each: impl FnMut(u64, i64, usize) -> Checked<()>) -> Checked<()> {
        match self.walk(each)? {
            Some(()) => Ok(()),
            None => Err(damaged()),
        }
    }

    fn walk(&self, mut each: impl FnMut(u64, i64, usize) -> Checked<()>) -> Checked<Option<()>> {
        let (mut rest, mut left) = (self.records, self.count);
        while left > 0 {
            let (Some(subscriber), Some(own)) = (fixed(&mut rest), number(&mut rest)) else { return Ok(None) };
            let Some(others) = left.checked_sub(own as usize).filter(|_| own > 0) else { return Ok(None) };
            let (mut at, mut location) = (self.start, usize::MAX);
            for _ in 0..own {
                let (Some(later), Some(place)) = (number(&mut rest), number(&mut rest)) else { return Ok(None) };
                at = at.wrapping_add_unsigned(later);
                location = if place == 0 { location } else { place as usize - 1 };
                if location >= self.locations.len() {
                    return Ok(None);
                }
                each(subscriber, at, location)?;
            }
            left = others;
        }
        Ok(rest.is_empty().then_some(()))
    }
}

/// The number in the next eight bytes.
#[inline]
fn fixed(rest: &mut &[u8]) -> Option<u64> {
    let (bits, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(u64::from_le_bytes(*bits))
}

/// The next number of seven bits a byte.
#[inline]
fn number(rest: &mut &[u8]) -> Option<u64> {
    let (mut number, mut shift) = (0, 0);
    loop {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
        shift += 7;
        if shift > 63 {
            return None;
        }
    }
}

fn read_account(mut rest: &[u8], count: usize) -> Option<BTreeMap<String, u64>> {
    let mut account = BTreeMap::new();
    for _ in 0..count {
        let length = usize::try_from(number(&mut rest)?).ok()?;
        let (name, after) = rest.split_at_checked(length)?;
        rest = after;
        account.insert(std::str::from_utf8(name).ok()?.to_owned(), number(&mut rest)?);
    }
    rest.is_empty().then_some(account)
}

fn damaged() -> Fault {
    Fault::column("rows", "packed events of hexodus, whole", "others")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event_pack::{EventPack, PackedEvent};

    type Event = (u64, i64, u64);
    const EVENTS: [Event; 5] =
        [(1 << 63, -7, 4), (1 << 63, i64::MAX, 4), (u64::MAX, i64::MIN, 9), (u64::MAX, 0, 4), (u64::MAX, 0, 9)];

    fn packed() -> Vec<u8> {
        let (mut pack, names) = (EventPack::default(), [9, 4]);
        for (subscriber, at, location) in [4, 1, 2, 0, 3].map(|event| EVENTS[event]) {
            let location = u32::from(location == 4);
            pack.push(PackedEvent { subscriber, at, location });
        }
        let mut values = Vec::new();
        pack.take(&names, &mut Vec::new(), 100, |value| values.push(value));
        assert_eq!(values.len(), 1);
        values.remove(0)
    }

    fn unpacked(value: &[u8]) -> Checked<Vec<Event>> {
        let Packed::Events(events) = Packed::read(value)? else { panic!("no events") };
        let mut found = Vec::new();
        events.for_each(|subscriber, at, location| {
            found.push((subscriber, at, events.locations[location]));
            Ok(())
        })?;
        Ok(found)
    }

    #[test]
    fn what_is_packed_is_read_again_in_order() {
        let mut found = unpacked(&packed()).unwrap();
        assert!(found.is_sorted_by_key(|event| (event.0, event.1)));
        found.sort_unstable();
        assert_eq!(found, EVENTS);
        let account = BTreeMap::from([("read".to_owned(), 9), ("rejected:null_value".to_owned(), u64::MAX)]);
        let Packed::Account(read) = Packed::read(&pack_account(&account)).unwrap() else { panic!("no account") };
        assert_eq!(read, account);
    }

    #[test]
    fn what_is_damaged_is_refused_and_not_quoted() {
        let account = pack_account(&BTreeMap::from([("read".to_owned(), 9)]));
        let read = |value: &[u8]| match Packed::read(value)? {
            Packed::Events(_) => unpacked(value).map(drop),
            Packed::Account(_) => Ok(()),
        };
        for whole in [packed(), account] {
            for length in 0..whole.len() {
                assert!(read(&whole[..length]).is_err(), "{length} of {} bytes", whole.len());
            }
            assert!(read(&[&whole[..], &[0]].concat()).is_err());
            for (byte, value) in [(0, b'y'), (2, 2), (3, 9), (4, 77)] {
                let mut other = whole.clone();
                other[byte] = value;
                let Err(Fault(message)) = read(&other) else { panic!("byte {byte} is not looked at") };
                assert!(message.starts_with("column \"rows\": expected packed events"), "{message}");
            }
        }
    }
}
