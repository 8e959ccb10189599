//! All subscribers over many days: one pass that fixes homes, follows residence and counts everything of a crisis.

use crate::by_dates::{CountedLevel, LevelTally, count_by_dates};
use crate::fold::fold_buckets;
use crate::homes_by_permanence::FoundHomes;
use crate::subscriber::displacement::{SubscriberState, Surroundings, calendar};
use crate::subscriber::home::{HomeRule, home, home_among_neighbours, within};
use crate::subscriber::home_windows::HomeWindows;
use crate::subscriber::residence::residences;
use crate::subscriber::revise::revise;
use crate::subscriber::stay_lengths::{MobilityClass, Sighting};
use crate::tally::flows::FlowTally;
use crate::tally::spread::SpreadTally;
use crate::tally::stock::StockTally;
use hexodus_model::{
    CrisisDays, DailyLocation, Dating, H3Cell, Home, LocalDay, Period, Residence, ResidenceDay, Spread, SubscriberId,
    Tally, UnitKey,
};

/// The daily locations of one day, of one bucket.
#[derive(Clone, Copy, Debug)]
pub struct DaySlice<'a> {
    /// The local day.
    pub day: LocalDay,
    /// Where each subscriber was, ascending by subscriber, each at most once.
    pub located: &'a [(SubscriberId, H3Cell)],
}

/// Calls `with` for every subscriber of a bucket, ascending, with its daily locations, ascending by day. `slices` is
/// ascending by day.
pub fn for_each_subscriber_over_days(slices: &[DaySlice<'_>], mut with: impl FnMut(SubscriberId, &[DailyLocation])) {
    let mut left: Vec<(LocalDay, &[(SubscriberId, H3Cell)])> =
        slices.iter().map(|slice| (slice.day, slice.located)).collect();
    let mut days = Vec::with_capacity(slices.len());
    while let Some(subscriber) = left.iter().filter_map(|own| own.1.first()).map(|own| own.0).min() {
        days.clear();
        for (day, located) in &mut left {
            if let Some((&(_, place), rest)) = located.split_first().filter(|(first, _)| first.0 == subscriber) {
                days.push(DailyLocation { day: *day, place });
                *located = rest;
            }
        }
        with(subscriber, &days);
    }
}

/// Where homes come from.
#[derive(Clone, Copy, Debug)]
pub enum Homes<'a> {
    /// From daily locations.
    ByRule(HomeRule),
    /// Found before from something else; who is not there has none.
    Found(&'a FoundHomes),
}

/// How a crisis is counted.
#[derive(Clone, Copy)]
pub struct CrisisRules<'a> {
    /// The days.
    pub days: CrisisDays,
    /// How homes are found.
    pub homes: Homes<'a>,
    /// The windows of the baseline.
    pub windows: &'a HomeWindows,
    /// Displacement, distances and outages.
    pub around: Surroundings<'a>,
    /// How movements are dated.
    pub dating: Dating,
    /// Whether relocations from each day to the next are counted besides those from week to week.
    pub rolling: bool,
    /// Levels that home → present and home → week are counted at by most dates; without any, home → present is counted
    /// from the home and the residences of the displaced, on the grid.
    pub by_dates: &'a [CountedLevel<'a>],
}

/// Everything counted of a crisis. Additive over subscribers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CrisisTally {
    /// Displacement of the panel.
    pub stock: StockTally,
    /// Home → present, and relocations, on the grid.
    pub flows: FlowTally,
    /// Home → present and home → week by most dates, by level as asked for.
    pub by_dates: LevelTally,
    /// Distances, durations, mobility classes of the panel.
    pub spread: SpreadTally,
    /// Subscribers with a home.
    pub panel: u64,
    /// Of them, those whose home the earlier period decided.
    pub by_look_back: u64,
    /// Subscribers located in the baseline, without a home.
    pub unlocatable: u64,
    /// Subscribers first located after it.
    pub newcomers: u64,
}

impl Tally for CrisisTally {
    fn merge(&mut self, other: Self) {
        self.stock.merge(other.stock);
        self.flows.merge(other.flows);
        self.by_dates.merge(other.by_dates);
        self.spread.merge(other.spread);
        self.panel += other.panel;
        self.by_look_back += other.by_look_back;
        self.unlocatable += other.unlocatable;
        self.newcomers += other.newcomers;
    }
}

/// Counts a crisis over buckets of subscribers; each bucket is its stored days, ascending. The same on any number of
/// threads and for any split into buckets.
pub fn fold_crisis(buckets: &[Vec<DaySlice<'_>>], rules: &CrisisRules<'_>) -> CrisisTally {
    fold_buckets(
        buckets.len(),
        || (CrisisTally::default(), Scratch::default()),
        |bucket, tally: &mut CrisisTally, scratch| {
            for_each_subscriber_over_days(&buckets[bucket], |subscriber, days| {
                count_subscriber(subscriber, days, rules, scratch, tally);
            });
        },
    )
}

/// The working memory of one thread.
#[derive(Debug, Default)]
pub struct Scratch {
    residences: Vec<(LocalDay, Option<UnitKey>)>,
    followed: Vec<ResidenceDay>,
    last_hosts: Vec<Option<H3Cell>>,
}

/// Counts one subscriber. `days` is ascending by day.
pub fn count_subscriber(
    subscriber: SubscriberId,
    days: &[DailyLocation],
    rules: &CrisisRules<'_>,
    scratch: &mut Scratch,
    tally: &mut CrisisTally,
) {
    let Scratch { residences, followed, last_hosts } = scratch;
    residences.clear();
    let known = self::residences(days, rules.around.rule.residence, rules.days.known());
    residences.extend(known.map(|(day, place)| (day, place.map(UnitKey::h3))));
    tally.flows.count_weekly_relocations(residences);
    if rules.rolling {
        tally.flows.count_rolling_relocations(residences);
    }
    count_by_dates(days, rules.by_dates, rules.windows, rules.days, &mut tally.by_dates);
    let Home::Settled { place: home, by_look_back, .. } = home_of(subscriber, days, rules) else {
        let known = !within(days, rules.days.baseline).is_empty();
        *(if known { &mut tally.unlocatable } else { &mut tally.newcomers }) += 1;
        count_present(None, residences, rules, &mut tally.flows);
        return;
    };
    tally.panel += 1;
    tally.by_look_back += u64::from(by_look_back);
    // First follow every day, next date the movements, last count.
    follow(home, days, rules, followed, last_hosts);
    if rules.dating == Dating::Revised {
        revise(followed);
    }
    tally.stock.count(home, followed, last_hosts);
    residences.retain(|own| own.0 < rules.days.event);
    residences.extend(followed.iter().map(|own| (own.day, own.place.filter(|_| is_seen(own)).map(UnitKey::h3))));
    count_present(Some(home), residences, rules, &mut tally.flows);
    for day in &*followed {
        count_spread(home, day, rules, &mut tally.spread);
    }
    let class = MobilityClass::of(&weeks(days, followed, rules.days), MobilityClass::STAY_LENGTH_THRESHOLD);
    tally.spread.count_class(rules.days.last, home, class);
    count_returns(home, followed, &mut tally.spread);
}

/// The state on every day since the event, and the host at which the subscriber was last seen displaced.
fn follow(
    home: H3Cell,
    days: &[DailyLocation],
    rules: &CrisisRules<'_>,
    followed: &mut Vec<ResidenceDay>,
    last_hosts: &mut Vec<Option<H3Cell>>,
) {
    followed.clear();
    last_hosts.clear();
    let mut state = SubscriberState::at_event(home, days, rules.days.baseline, &rules.around);
    for (day, place) in calendar(days, rules.days.followed()) {
        followed.push(state.step(day, place, &rules.around));
        last_hosts.push(state.host());
    }
}

const fn is_seen(own: &ResidenceDay) -> bool {
    !matches!(own.residence, Residence::Unobserved(_))
}

fn home_of(subscriber: SubscriberId, days: &[DailyLocation], rules: &CrisisRules<'_>) -> Home {
    match rules.homes {
        Homes::ByRule(rule) => match home(days, rule, rules.windows) {
            Home::Unlocatable => {
                home_among_neighbours(days, rule, rules.windows, |one, other| !rules.around.far(one, other))
            }
            settled @ Home::Settled { .. } => settled,
        },
        Homes::Found(homes) => homes.get(&subscriber).copied().unwrap_or(Home::Unlocatable),
    }
}

fn count_present(
    home: Option<H3Cell>,
    residences: &[(LocalDay, Option<UnitKey>)],
    rules: &CrisisRules<'_>,
    flows: &mut FlowTally,
) {
    if rules.by_dates.is_empty() {
        flows.count_present(home.map(UnitKey::h3), residences);
    }
}

fn count_spread(home: H3Cell, day: &ResidenceDay, rules: &CrisisRules<'_>, spread: &mut SpreadTally) {
    if let Some(own) = day.residence.displacement() {
        spread.count_duration(Spread::Duration, day.day, home, own.since);
        if let Some(metres) = rules.around.ground.metres(home, own.host) {
            spread.count_distance(day.day, home, metres);
        }
    }
}

/// Durations of the displacements that ended in a return.
fn count_returns(home: H3Cell, days: &[ResidenceDay], spread: &mut SpreadTally) {
    let mut since = None;
    for day in days {
        since = day.residence.displacement().map(|own| own.since).or(since);
        if let (Some(_), Some(since)) = (day.changes.returned, since) {
            spread.count_duration(Spread::DurationUntilReturn, day.day, home, since);
        }
    }
}

/// What is known of a subscriber in each week that ends 0, 7, 14 … days before the last day, the event's week included.
fn weeks(days: &[DailyLocation], followed: &[ResidenceDay], crisis: CrisisDays) -> Vec<Sighting<H3Cell>> {
    let ends = followed.iter().filter(|own| (crisis.last.0 - own.day.0) % 7 == 0);
    let sighting = |own: &ResidenceDay| match own.place {
        Some(place) => Sighting::At(place),
        None if within(days, Period { first: LocalDay(own.day.0 - 6), last: own.day }).is_empty() => Sighting::Absent,
        None => Sighting::Unlocated,
    };
    ends.map(sighting).collect()
}

#[cfg(test)]
#[path = "panel_tests.rs"]
mod tests;
