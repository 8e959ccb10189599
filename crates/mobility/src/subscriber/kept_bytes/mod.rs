//! [`Kept`] as bytes: some hundred a subscriber, and read in one pass.
//!
//! First the distinct places (their number, then eight bytes each), then everything else in a fixed order, places by
//! number, days as differences to the evening they were kept on. Numbers are little-endian. Nothing else in the project
//! knows this layout: a change of it is a change of the version that the counts of a crisis are kept under.

mod reader;
mod writer;

use crate::subscriber::kept::{Kept, Member};
use hexodus_model::{DailyLocation, H3Cell, LocalDay, UnitKey};
use reader::{OtherBytes, Reader};
use writer::Writer;

/// The number of no place.
const NOWHERE: u8 = u8::MAX;

/// What to write: [`Kept`], borrowed.
#[derive(Clone, Copy, Debug)]
pub struct ToKeep<'a> {
    /// Residence on the last days up to the evening.
    pub residences: &'a [(LocalDay, Option<UnitKey>)],
    /// The located days of the week that ends with it.
    pub located: &'a [DailyLocation],
    /// What more is kept of a subscriber with a home.
    pub member: Option<&'a Member>,
    /// Whether it was first located after the baseline.
    pub is_newcomer: bool,
}

/// Appends what is kept on the evening of `today`. `None`: more than 254 places or items of one kind, which no rule
/// leads to; nothing is appended then.
pub fn write(kept: ToKeep<'_>, today: LocalDay, out: &mut Vec<u8>) -> Option<()> {
    let mut own = Writer { today, places: Vec::with_capacity(16), bytes: Vec::with_capacity(256) };
    own.list(kept.residences, |own, &(_, place)| own.place(place.and_then(UnitKey::as_h3)))?;
    own.list(kept.located, |own, day| own.located(day.day, day.place))?;
    own.byte(u8::from(kept.is_newcomer) | u8::from(kept.member.is_some()) << 1);
    if let Some(member) = kept.member {
        own.member(member, kept.located)?;
    }
    let places = u8::try_from(own.places.len()).ok().filter(|&places| places < NOWHERE)?;
    out.push(places);
    own.places.iter().for_each(|place| out.extend(place.index().to_le_bytes()));
    out.extend(own.bytes);
    Some(())
}

/// The places that these bytes name.
pub fn places(bytes: &[u8]) -> impl Iterator<Item = H3Cell> + '_ {
    let (number, rest) = bytes.split_first().map_or((0, bytes), |(&number, rest)| (usize::from(number), rest));
    rest.chunks_exact(8).take(number).filter_map(place_of)
}

/// Reads back what was kept on the evening of `today`. `None`: other bytes.
pub fn read(bytes: &[u8], today: LocalDay) -> Option<Kept> {
    let (&number, rest) = bytes.split_first()?;
    let (places, bytes) = rest.split_at_checked(8 * usize::from(number))?;
    read_all(Reader { today, places, bytes }).ok()
}

fn read_all(mut own: Reader<'_>) -> Result<Kept, OtherBytes> {
    let residences = own.list(Reader::place)?;
    let located = own.list(|own| own.located().map(|(day, place)| DailyLocation { day, place }))?;
    let flags = own.byte()?;
    let member = if flags & 2 == 0 { None } else { Some(own.member(&located)?) };
    let is_all = flags >> 2 == 0 && own.bytes.is_empty();
    is_all.then_some(Kept { residences, located, member, is_newcomer: flags & 1 != 0 }).ok_or(OtherBytes)
}

fn place_of(bytes: &[u8]) -> Option<H3Cell> {
    H3Cell::from_index(u64::from_le_bytes(bytes.try_into().ok()?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscriber::displacement::SubscriberState;
    use crate::subscriber::displacement::{DisplacementRule, Surroundings, calendar};
    use crate::subscriber::ground::HomeOutages;
    use crate::subscriber::samples::{Line, h3, located_h3};
    use hexodus_model::Period;
    use proptest::prelude::*;

    /// A subscriber at `A`, followed to the end of these days.
    fn kept(letters: &str) -> (Kept, LocalDay) {
        let (days, today) = (located_h3(letters), LocalDay(letters.len() as i32 - 1));
        let rule = DisplacementRule::default();
        let outages = HomeOutages::default();
        let around = Surroundings { rule: &rule, ground: &Line, outages: &outages };
        let baseline = Period { first: LocalDay(0), last: LocalDay(9) };
        let state = SubscriberState::at_event(h3('A'), &days, baseline, &around);
        let last_observed = days.last().map(|own| (own.day, own.place));
        let mut member = Member::new(state, letters.len().is_multiple_of(2), last_observed);
        for (day, place) in calendar(&days, Period { first: LocalDay(10), last: today }) {
            let own = member.state.step(day, place, &around);
            member.end_week(&own, &days);
        }
        let residences = vec![Some(h3('A')), None, Some(h3('K'))];
        (Kept { residences, located: days, member: Some(member), is_newcomer: false }, today)
    }

    fn written(kept: &Kept, today: LocalDay) -> Vec<u8> {
        let residences: Vec<_> = kept.residences.iter().map(|&place| (today, place.map(UnitKey::h3))).collect();
        let Kept { located, member, is_newcomer, .. } = kept;
        let kept = ToKeep { residences: &residences, located, member: member.as_ref(), is_newcomer: *is_newcomer };
        let mut bytes = Vec::new();
        write(kept, today, &mut bytes).unwrap();
        bytes
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(letters in "[ABKKQ.]{10,60}", cut in 1usize..400) {
            let (kept, today) = kept(&letters);
            let mut bytes = written(&kept, today);
            prop_assert_eq!(read(&bytes, today), Some(kept.clone()));
            for place in kept.located.iter().map(|own| own.place).chain([h3('A')]) {
                prop_assert!(places(&bytes).any(|own| own == place));
            }
            prop_assert_eq!(read(&bytes[..bytes.len() - cut.min(bytes.len())], today), None, "cut short");
            bytes.push(0);
            prop_assert_eq!(read(&bytes, today), None, "more than was written");
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            drop(read(&bytes, LocalDay(7)));
            places(&bytes).for_each(drop);
        }
    }

    #[test]
    fn who_has_no_home_is_kept_too() {
        for is_newcomer in [false, true] {
            let kept = Kept { residences: vec![], located: located_h3("A.B"), member: None, is_newcomer };
            assert_eq!(read(&written(&kept, LocalDay(2)), LocalDay(2)), Some(kept));
        }
    }
}
