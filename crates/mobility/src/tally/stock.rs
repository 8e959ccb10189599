//! Stocks and movements of displacement: counted on the grid, rolled up exactly.

use crate::subscriber::last_known::KnownDay;
use crate::tally::add;
use crate::tally::by_day::ByDay;
use crate::tally::remembered::Remembered;
use hexodus_model::{
    Changes, Dating, Definition, FlowMatrix, H3Cell, LastKnown, LocalDay, OdPair, OriginCounts, OriginHost, Reserved,
    Residence, ResidenceDay, Silence, StockCounts, StockTable, Tally, UnitKey,
};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Displacement of any number of subscribers on any number of days, by H3 cell of home and host. Additive over
/// subscribers; never over days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StockTally {
    origins: FxHashMap<H3Cell, ByDay<OriginCounts>>,
    hosts: FxHashMap<(LocalDay, H3Cell, H3Cell), StockCounts>,
    onward: FxHashMap<(LocalDay, H3Cell, H3Cell, H3Cell), u64>,
    cohorts: FxHashMap<(LocalDay, H3Cell, H3Cell, LocalDay), u64>,
    last_known: FxHashMap<H3Cell, ByDay<LastKnown>>,
}

impl Tally for StockTally {
    fn merge(&mut self, other: Self) {
        add(&mut self.origins, other.origins);
        add(&mut self.hosts, other.hosts);
        add(&mut self.onward, other.onward);
        add(&mut self.cohorts, other.cohorts);
        add(&mut self.last_known, other.last_known);
    }
}

impl StockTally {
    /// Counts one subscriber of the panel on some days, each with the host at which it was last seen displaced.
    /// `is_near` tells of which hosts nothing but the routine tells home apart.
    pub fn count(
        &mut self,
        home: H3Cell,
        days: &[ResidenceDay],
        last_hosts: &[Option<H3Cell>],
        is_near: impl Fn(H3Cell) -> bool,
    ) {
        let origin = self.origins.entry(home).or_default();
        for (own, last_host) in days.iter().zip(last_hosts) {
            count_origin(origin.at(own.day), own.residence, *last_host);
        }
        for own in days {
            self.count_changes(home, own);
            if let Some(displacement) = own.residence.displacement() {
                let counts = self.at(own.day, home, displacement.host);
                counts.stock += 1;
                counts.near += u64::from(is_near(displacement.host));
                let cohort = (own.day, home, displacement.host, monday(displacement.since));
                *self.cohorts.entry(cohort).or_default() += 1;
            }
        }
    }

    /// Counts where one subscriber was last known to be.
    pub fn count_last_known(&mut self, days: &[KnownDay]) {
        for run in days.chunk_by(|left, right| left.place == right.place) {
            let Some(place) = run[0].place else { continue };
            let counts = self.last_known.entry(place).or_default();
            for own in run {
                *counts.at(own.day) += LastKnown { known: 1, observed: u64::from(own.observed) };
            }
        }
    }

    fn count_changes(&mut self, home: H3Cell, own: &ResidenceDay) {
        let changes = own.changes;
        if changes == Changes::default() {
            return;
        }
        if let Some(host) = changes.entered {
            self.at(own.day, home, host).entered += 1;
        }
        if let Some(host) = changes.returned {
            self.at(own.day, home, host).returned += 1;
        }
        if let Some(host) = changes.reappeared {
            self.at(own.day, home, host).reappeared += 1;
        }
        if let Some(host) = changes.vanished {
            self.at(own.day, home, host).vanished += 1;
        }
        if let Some((before, after)) = changes.onward {
            *self.onward.entry((own.day, home, before, after)).or_default() += 1;
        }
    }

    fn at(&mut self, day: LocalDay, home: H3Cell, host: H3Cell) -> &mut StockCounts {
        self.hosts.entry((day, home, host)).or_default()
    }

    /// One table a day that was counted, on the grid at both ends, ascending by day.
    pub fn tables(&self, dating: Dating) -> Vec<StockTable> {
        let pair = |origin, host| OriginHost { origin: UnitKey::h3(origin), host: UnitKey::h3(host) };
        let empty = |day| StockTable::empty(day, dating);
        let mut tables: BTreeMap<LocalDay, StockTable> = BTreeMap::new();
        let of_homes = self.origins.iter().flat_map(|(&home, days)| days.iter().map(move |own| (home, own)));
        for (home, (day, counts)) in of_homes.filter(|(_, (_, counts))| counts.panel > 0) {
            tables.entry(day).or_insert_with(|| empty(day)).origins.push((UnitKey::h3(home), counts));
        }
        for (&(day, home, host), &counts) in &self.hosts {
            tables.entry(day).or_insert_with(|| empty(day)).hosts.push((pair(home, host), counts));
        }
        for (&(day, home, before, after), &count) in &self.onward {
            let key = (UnitKey::h3(home), OriginHost { origin: UnitKey::h3(before), host: UnitKey::h3(after) });
            tables.entry(day).or_insert_with(|| empty(day)).onward.push((key, count));
        }
        for (&(day, home, host, week), &count) in &self.cohorts {
            tables.entry(day).or_insert_with(|| empty(day)).cohorts.push(((pair(home, host), week), count));
        }
        let of_places = self.last_known.iter().flat_map(|(&place, days)| days.iter().map(move |own| (place, own)));
        for (place, (day, counts)) in of_places.filter(|(_, (_, counts))| counts.known > 0) {
            tables.entry(day).or_insert_with(|| empty(day)).last_known.push((UnitKey::h3(place), counts));
        }
        tables.into_values().map(|table| roll_up_stock(&table, &|unit| unit, &|unit| unit)).collect()
    }
}

fn count_origin(origin: &mut OriginCounts, residence: Residence, last_host: Option<H3Cell>) {
    origin.panel += 1;
    match residence {
        Residence::AtHome => origin.at_home += 1,
        Residence::UsualPlace { .. } => origin.usual_place += 1,
        Residence::Provisional { .. } => origin.provisional += 1,
        Residence::Returned { .. } => origin.returned += 1,
        Residence::Displaced(_) | Residence::MovedOn { .. } => origin.displaced += 1,
        Residence::Unobserved(Silence::NotLocated) => origin.not_located += 1,
        Residence::Unobserved(Silence::Outage) => origin.outage += 1,
    }
    if matches!(residence, Residence::Unobserved(_)) && last_host.is_some() {
        origin.displaced_when_last_seen += 1;
    }
}

/// The same table at coarser levels: `origin` and `host` give the unit that holds a unit. Exact, because every
/// subscriber has one home and one host, every H3 cell one area; a move between hosts of one unit is no move there.
pub fn roll_up_stock(
    table: &StockTable,
    origin: &dyn Fn(UnitKey) -> UnitKey,
    host: &dyn Fn(UnitKey) -> UnitKey,
) -> StockTable {
    let (origin, host) = (Remembered::new(origin), Remembered::new(host));
    let (origin, host) = (|unit| origin.of(unit), |unit| host.of(unit));
    let pair = |own: OriginHost| OriginHost { origin: origin(own.origin), host: host(own.host) };
    let mut origins: BTreeMap<UnitKey, OriginCounts> = BTreeMap::new();
    let mut hosts: BTreeMap<OriginHost, StockCounts> = BTreeMap::new();
    let mut onward: BTreeMap<(UnitKey, OriginHost), u64> = BTreeMap::new();
    let mut cohorts: BTreeMap<(OriginHost, LocalDay), u64> = BTreeMap::new();
    for &(unit, counts) in &table.origins {
        *origins.entry(origin(unit)).or_default() += counts;
    }
    for &(own, counts) in &table.hosts {
        // Moves are counted anew from `onward`: which of them cross a border depends on the level.
        *hosts.entry(pair(own)).or_default() += StockCounts { moved_in: 0, moved_out: 0, ..counts };
    }
    for &((home, moved), count) in &table.onward {
        let (home, moved) = (origin(home), OriginHost { origin: host(moved.origin), host: host(moved.host) });
        *onward.entry((home, moved)).or_default() += count;
        if moved.origin != moved.host {
            hosts.entry(OriginHost { origin: home, host: moved.origin }).or_default().moved_out += count;
            hosts.entry(OriginHost { origin: home, host: moved.host }).or_default().moved_in += count;
        }
    }
    let mut last_known: BTreeMap<UnitKey, LastKnown> = BTreeMap::new();
    for &(unit, counts) in &table.last_known {
        *last_known.entry(host(unit)).or_default() += counts;
    }
    for &((own, week), count) in &table.cohorts {
        *cohorts.entry((pair(own), week)).or_default() += count;
    }
    StockTable {
        origins: origins.into_iter().collect(),
        hosts: hosts.into_iter().filter(|&(_, counts)| counts != StockCounts::default()).collect(),
        onward: onward.into_iter().collect(),
        cohorts: cohorts.into_iter().collect(),
        last_known: last_known.into_iter().collect(),
        ..*table
    }
}

/// Home × host of the displaced, and of each origin the unobserved: the stock in the shape of a flow matrix, on the grid.
pub fn stock_matrix(table: &StockTable) -> FlowMatrix {
    let displaced = table.hosts.iter().filter(|(_, counts)| counts.stock > 0);
    let displaced =
        displaced.map(|(pair, counts)| (OdPair { origin: pair.origin, destination: pair.host }, counts.stock));
    let silent = table.origins.iter().filter(|(_, counts)| counts.unobserved() > 0);
    let destination = UnitKey::reserved(Reserved::Unobserved);
    let silent = silent.map(|&(origin, counts)| (OdPair { origin, destination }, counts.unobserved()));
    let mut entries: Vec<(OdPair, u64)> = displaced.chain(silent).collect();
    entries.sort_unstable();
    let (definition, level) = (Definition::StockDisplaced, table.host_level);
    FlowMatrix { definition, level, first_day: table.day, last_day: table.day, entries }
}

/// The Monday of the ISO week of a day. (1970-01-01 was a Thursday.)
pub const fn monday(day: LocalDay) -> LocalDay {
    LocalDay(day.0 - (day.0 + 3).rem_euclid(7))
}

#[cfg(test)]
#[path = "stock_tests.rs"]
mod tests;
