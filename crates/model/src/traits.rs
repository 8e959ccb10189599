//! What a source says of subscribers besides their events: the population group it puts them in, and the country of
//! their SIM. Kept for later use; no table has anything of it.

use crate::subscriber::SubscriberId;
use std::fmt;
use std::iter::Peekable;

/// A population group, by its place in a list of labels, and a mobile country code; either may be unknown. `Debug` hides
/// both, as it does the subscriber.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Traits(u32);

impl Traits {
    /// Nothing is known.
    pub const NONE: Self = Self(0);

    /// The same, with the group of this place in the list of labels, below 65535.
    #[must_use]
    pub const fn with_group(self, group: u16) -> Self {
        Self(self.0 & 0xffff | (group as u32 + 1) << 16)
    }

    /// The same, with this country code, from 1.
    #[must_use]
    pub const fn with_home_mcc(self, mcc: u16) -> Self {
        Self(self.0 & !0xffff | mcc as u32)
    }

    /// Place of the group in the list of labels.
    pub const fn group(self) -> Option<u16> {
        ((self.0 >> 16) as u16).checked_sub(1)
    }

    /// Mobile country code of the SIM.
    pub const fn home_mcc(self) -> Option<u16> {
        match self.0 as u16 {
            0 => None,
            mcc => Some(mcc),
        }
    }

    /// The 32 bits, for storage beside the list of labels.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Those with these bits.
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// Whether neither is known.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Debug for Traits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Traits(..)")
    }
}

/// What the rows of one day say of their subscribers: each distinct saying once, ascending by subscriber.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DayTraits {
    groups: Vec<String>,
    rows: Vec<(SubscriberId, Traits)>,
}

impl fmt::Debug for DayTraits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DayTraits").field("rows", &self.rows.len()).finish_non_exhaustive()
    }
}

/// What holds of one subscriber on one day.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SubscriberTraits<'a> {
    /// Who.
    pub subscriber: SubscriberId,
    /// Population group, as labelled by the source.
    pub group: Option<&'a str>,
    /// Mobile country code of the SIM.
    pub home_mcc: Option<u16>,
    /// Whether the rows named several groups or several countries.
    pub is_ambiguous: bool,
}

impl DayTraits {
    /// Rows in any order, repeated or not; their groups by place in `groups`, which ascends and has no repeats.
    pub fn new(groups: Vec<String>, mut rows: Vec<(SubscriberId, Traits)>) -> Self {
        rows.sort_unstable();
        rows.dedup();
        Self { groups, rows }
    }

    /// Distinct sayings.
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether nothing is said of anybody.
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Labels of the groups, ascending.
    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    /// The distinct sayings with groups by place in the list of labels, as [`new`](Self::new) takes them.
    pub fn sayings(&self) -> &[(SubscriberId, Traits)] {
        &self.rows
    }

    /// The distinct sayings: who, group, country code.
    pub fn rows(&self) -> impl Iterator<Item = (SubscriberId, Option<&str>, Option<u16>)> {
        self.rows.iter().map(|&(subscriber, traits)| (subscriber, self.label(traits), traits.home_mcc()))
    }

    /// Says what another day's half says too.
    pub fn add(&mut self, other: &Self) {
        let mut groups: Vec<String> = self.groups.iter().chain(&other.groups).cloned().collect();
        groups.sort_unstable();
        groups.dedup();
        let mut rows = self.under(&groups);
        rows.append(&mut other.under(&groups));
        *self = Self::new(groups, rows);
    }

    /// What `known` does not say yet.
    #[must_use]
    pub fn without(&self, known: &Self) -> Self {
        let mut both = known.clone();
        both.add(self);
        let old = known.under(&both.groups);
        both.rows.retain(|row| old.binary_search(row).is_err());
        both
    }

    /// Each subscriber once: of several groups the first by label, of several countries the lowest code.
    pub fn subscribers(&self) -> impl Iterator<Item = SubscriberTraits<'_>> {
        OneEach { rows: self.rows.iter().copied().peekable(), groups: &self.groups }
    }

    fn label(&self, traits: Traits) -> Option<&str> {
        self.groups.get(usize::from(traits.group()?)).map(String::as_str)
    }

    /// The rows with their groups by place in a longer list of labels.
    fn under(&self, groups: &[String]) -> Vec<(SubscriberId, Traits)> {
        let place = |label: &String| groups.binary_search(label).ok().and_then(|place| u16::try_from(place).ok());
        let places: Vec<Option<u16>> = self.groups.iter().map(place).collect();
        let moved = |traits: Traits| {
            let place = traits.group().and_then(|group| *places.get(usize::from(group))?);
            place.map_or(traits, |place| traits.with_group(place))
        };
        let mut rows: Vec<_> = self.rows.iter().map(|&(subscriber, traits)| (subscriber, moved(traits))).collect();
        rows.sort_unstable();
        rows
    }
}

struct OneEach<'a, Rows: Iterator<Item = (SubscriberId, Traits)>> {
    rows: Peekable<Rows>,
    groups: &'a [String],
}

impl<'a, Rows: Iterator<Item = (SubscriberId, Traits)>> Iterator for OneEach<'a, Rows> {
    type Item = SubscriberTraits<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let (subscriber, first) = self.rows.next()?;
        let (mut group, mut home_mcc, mut is_ambiguous) = (first.group(), first.home_mcc(), false);
        while let Some((_, traits)) = self.rows.next_if(|(next, _)| *next == subscriber) {
            is_ambiguous |= differ(group, traits.group()) || differ(home_mcc, traits.home_mcc());
            group = group.into_iter().chain(traits.group()).min();
            home_mcc = home_mcc.into_iter().chain(traits.home_mcc()).min();
        }
        let group = group.and_then(|group| self.groups.get(usize::from(group))).map(String::as_str);
        Some(SubscriberTraits { subscriber, group, home_mcc, is_ambiguous })
    }
}

/// Whether both are known and not the same.
fn differ(left: Option<u16>, right: Option<u16>) -> bool {
    left.zip(right).is_some_and(|(left, right)| left != right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    /// A subscriber, a label and a code.
    type Saying = (u64, Option<&'static str>, Option<u16>);

    /// As a source with these labels, in this order of rows, would say it.
    fn day(sayings: &[Saying], spare: &[&str]) -> DayTraits {
        let labels = sayings.iter().filter_map(|saying| saying.1).chain(spare.iter().copied());
        let groups: Vec<String> = labels.collect::<BTreeSet<_>>().into_iter().map(str::to_owned).collect();
        let traits = |group: Option<&str>, mcc: Option<u16>| {
            let traits = mcc.map_or(Traits::NONE, |mcc| Traits::NONE.with_home_mcc(mcc));
            group.map_or(traits, |group| {
                traits.with_group(groups.iter().position(|label| label == group).unwrap() as u16)
            })
        };
        let rows = sayings.iter().map(|&(who, group, mcc)| (SubscriberId::from_pseudonym(who), traits(group, mcc)));
        let rows = rows.collect();
        DayTraits::new(groups, rows)
    }

    fn told(day: &DayTraits) -> BTreeSet<(u64, Option<String>, Option<u16>)> {
        day.rows().map(|(who, group, mcc)| (who.bits(), group.map(str::to_owned), mcc)).collect()
    }

    #[test]
    fn the_two_traits_do_not_touch_each_other() {
        let both = Traits::NONE.with_group(3).with_home_mcc(286);
        assert_eq!((both.group(), both.home_mcc()), (Some(3), Some(286)));
        assert_eq!(both.with_group(0).with_home_mcc(1), Traits::NONE.with_home_mcc(1).with_group(0));
        assert!(Traits::NONE.is_none() && !Traits::NONE.with_group(0).is_none());
        assert_eq!((Traits::NONE.with_group(65_534).group(), Traits::NONE.home_mcc()), (Some(65_534), None));
    }

    #[test]
    fn of_several_the_smallest_holds() {
        let day = day(
            &[
                (1, Some("b"), None),
                (1, None, Some(286)),
                (2, Some("b"), Some(1)),
                (2, Some("a"), Some(1)),
                (3, None, Some(999)),
                (3, None, Some(7)),
            ],
            &[],
        );
        let told: Vec<_> = day.subscribers().map(|one| (one.group, one.home_mcc, one.is_ambiguous)).collect();
        assert_eq!(told, [(Some("b"), Some(286), false), (Some("a"), Some(1), true), (None, Some(7), true)]);
    }

    fn saying() -> impl Strategy<Value = Saying> {
        let group = prop::sample::select(vec![None, Some("a"), Some("b"), Some("c")]);
        (0u64..4, group, prop::sample::select(vec![None, Some(1), Some(286)]))
    }

    proptest! {
        /// Against sets and maps, with lists of labels that differ.
        #[test]
        fn halves_add_up_like_sets(
            left in prop::collection::vec(saying(), 0..12),
            right in prop::collection::vec(saying(), 0..12),
        ) {
            let (one, two) = (day(&left, &["aa", "z"]), day(&right, &["0"]));
            let (mut sum, mut other_way) = (one.clone(), two.clone());
            sum.add(&two);
            other_way.add(&one);
            prop_assert!(sum == other_way);
            let all: BTreeSet<_> = told(&one).union(&told(&two)).cloned().collect();
            prop_assert_eq!(told(&sum), all.clone());
            prop_assert_eq!(sum.len(), all.len());
            prop_assert_eq!(told(&two.without(&one)), told(&two).difference(&told(&one)).cloned().collect());

            let mut expected: BTreeMap<u64, (BTreeSet<String>, BTreeSet<u16>)> = BTreeMap::new();
            for (who, group, mcc) in all {
                let (groups, codes) = expected.entry(who).or_default();
                groups.extend(group);
                codes.extend(mcc);
            }
            let found: Vec<_> = sum.subscribers().map(|one| {
                (one.subscriber.bits(), one.group.map(str::to_owned), one.home_mcc, one.is_ambiguous)
            }).collect();
            let expected: Vec<_> = expected.into_iter().map(|(who, (groups, codes))| {
                (who, groups.first().cloned(), codes.first().copied(), groups.len() > 1 || codes.len() > 1)
            }).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
