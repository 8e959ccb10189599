//! The stock as each replicate of the bootstrap has it: subscribers counted as often as they are drawn (methods §7.5).
//!
//! A subscriber counts for the same thing on many days in a row, so what is summed is changes: its weights are added on the
//! first day of such a run and taken away on the day after the last. A day is the sum of all changes up to it.

use crate::subscriber::last_known::{KnownDay, observed_place};
use crate::tally::poisson_weights::fill_poisson_weights;
use hexodus_model::{H3Cell, LocalDay, OriginHost, Period, ResidenceDay, SubscriberId, Tally, UnitKey};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// How the bootstrap is drawn.
#[derive(Clone, Copy)]
pub struct Bootstrap<'a> {
    /// Number of replicates: B.
    pub replicates: usize,
    /// Other seeds draw other replicates.
    pub seed: u64,
    /// The area that holds an H3 cell, at the deepest level.
    pub area_of: &'a (dyn Fn(H3Cell) -> UnitKey + Sync),
    /// What homes are counted by in place of their area, where residents of an area differ in weight: the panel is
    /// counted by it, too.
    pub stratum_of: Option<&'a (dyn Fn(H3Cell) -> UnitKey + Sync)>,
}

/// One subscriber of the panel.
#[derive(Clone, Copy, Debug)]
pub struct Drawn {
    /// Whose weights.
    pub subscriber: SubscriberId,
    /// Reference home.
    pub home: H3Cell,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReplicateFigure {
    /// Displaced and observed, by area (or stratum) of home and area of host.
    Displaced,
    /// Of these, those at a host that a phone at home may be heard at.
    Near,
    /// Observed and not displaced; both ends are home.
    Stayed,
    /// Last known to be in an area, which is both ends.
    Known,
    /// Of these, observed on the day.
    Observed,
    /// All of the panel by stratum of home, which is both ends; counted where there are strata.
    Panel,
}

impl ReplicateFigure {
    /// All of them; each is at its own number.
    pub const ALL: [Self; 6] = [Self::Displaced, Self::Near, Self::Stayed, Self::Known, Self::Observed, Self::Panel];
}

/// One count of a day.
pub type ReplicateKey = (ReplicateFigure, OriginHost);

/// Replicates of any number of subscribers. Additive over subscribers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplicateTally {
    /// By replicate, what is added to the count from that day on.
    changes: FxHashMap<(ReplicateKey, LocalDay), Vec<i32>>,
}

impl Tally for ReplicateTally {
    fn merge(&mut self, other: Self) {
        if self.changes.is_empty() {
            *self = other;
            return;
        }
        for (key, change) in other.changes {
            let own = self.changes.entry(key).or_insert_with(|| vec![0; change.len()]);
            own.iter_mut().zip(change).for_each(|(own, change)| *own += change);
        }
    }
}

impl ReplicateTally {
    /// Counts one subscriber on days in a row, as often as it is drawn. `weights` is working memory.
    pub fn count(
        &mut self,
        Drawn { subscriber, home }: Drawn,
        (days, known): (&[ResidenceDay], &[KnownDay]),
        is_near: impl Fn(H3Cell) -> bool,
        bootstrap: &Bootstrap<'_>,
        weights: &mut Vec<u8>,
    ) {
        use ReplicateFigure::{Displaced, Known, Near, Observed, Panel, Stayed};
        weights.resize(bootstrap.replicates, 0);
        fill_poisson_weights(bootstrap.seed, subscriber.bits(), weights);
        let (area, stratum) = (bootstrap.area_of, bootstrap.stratum_of.unwrap_or(bootstrap.area_of));
        let of_day = |own: &ResidenceDay| {
            let figure = if own.residence.displacement().is_some() { Displaced } else { Stayed };
            Some((figure, home, observed_place(home, own)?))
        };
        let of_home = |(figure, origin, host)| (figure, OriginHost { origin: stratum(origin), host: area(host) });
        self.count_runs(days.iter().map(|own| (own.day, of_day(own))), weights, of_home);
        if bootstrap.stratum_of.is_some() {
            let ends = OriginHost { origin: stratum(home), host: stratum(home) };
            self.count_runs(days.iter().map(|own| (own.day, Some(()))), weights, |()| (Panel, ends));
        }
        let key = |(figure, origin, host)| (figure, OriginHost { origin: area(origin), host: area(host) });
        let near_on = |own: &ResidenceDay| {
            let host = own.residence.displacement().map(|own| own.host).filter(|&host| is_near(host))?;
            Some((Near, home, host))
        };
        self.count_runs(days.iter().map(|own| (own.day, near_on(own))), weights, of_home);
        let known_on = |own: &KnownDay| own.place.map(|place| (Known, place, place));
        self.count_runs(known.iter().map(|own| (own.day, known_on(own))), weights, key);
        let observed_on = |own: &KnownDay| own.place.filter(|_| own.observed).map(|place| (Observed, place, place));
        self.count_runs(known.iter().map(|own| (own.day, observed_on(own))), weights, key);
    }

    fn count_runs<T: Copy + PartialEq>(
        &mut self,
        days: impl Iterator<Item = (LocalDay, Option<T>)>,
        weights: &[u8],
        key: impl Fn(T) -> ReplicateKey,
    ) {
        let mut run: Option<T> = None;
        for (day, own) in days {
            if own == run {
                continue;
            }
            if let Some(ended) = run {
                let change = self.change(key(ended), day, weights.len());
                change.iter_mut().zip(weights).for_each(|(change, &weight)| *change -= i32::from(weight));
            }
            if let Some(begun) = own {
                let change = self.change(key(begun), day, weights.len());
                change.iter_mut().zip(weights).for_each(|(change, &weight)| *change += i32::from(weight));
            }
            run = own;
        }
    }

    fn change(&mut self, key: ReplicateKey, day: LocalDay, replicates: usize) -> &mut [i32] {
        self.changes.entry((key, day)).or_insert_with(|| vec![0; replicates])
    }

    /// Every change, ascending by day and count: what another process may add up.
    pub fn into_changes(self) -> Vec<(ReplicateKey, LocalDay, Vec<i32>)> {
        let mut changes: Vec<_> = self.changes.into_iter().map(|((key, day), own)| (key, day, own)).collect();
        changes.sort_unstable_by_key(|own| (own.1, own.0));
        changes
    }

    /// Adds a change that another process counted.
    pub fn add_change(&mut self, key: ReplicateKey, day: LocalDay, change: &[i32]) {
        let own = self.change(key, day, change.len());
        own.iter_mut().zip(change).for_each(|(own, change)| *own += change);
    }

    /// Hands out the counts of each day of a period, by replicate, ascending by day. A count that is not there is 0.
    pub fn for_each_day(self, days: Period, mut with: impl FnMut(LocalDay, &BTreeMap<ReplicateKey, Vec<i32>>)) {
        let mut changes: Vec<((ReplicateKey, LocalDay), Vec<i32>)> = self.changes.into_iter().collect();
        changes.sort_unstable_by_key(|own| (own.0.1, own.0.0));
        let mut changes = changes.into_iter().peekable();
        let mut counts: BTreeMap<ReplicateKey, Vec<i32>> = BTreeMap::new();
        for day in days.days() {
            while let Some(((key, _), change)) = changes.next_if(|own| own.0.1 <= day) {
                match counts.get_mut(&key) {
                    Some(own) => own.iter_mut().zip(change).for_each(|(own, change)| *own += change),
                    None => _ = counts.insert(key, change),
                }
            }
            with(day, &counts);
        }
    }
}
