//! Everything counted of one subscriber: from the first day, or from the evening on which a night before stopped.

use crate::by_dates::count_by_dates;
use crate::panel::kept_rows::KeptRows;
use crate::panel::{CrisisRules, CrisisTally, Homes};
use crate::subscriber::displacement::{Standing, SubscriberState, calendar};
use crate::subscriber::home::{home, home_among_neighbours, within};
use crate::subscriber::kept::{Kept, Member, WEEK};
use crate::subscriber::kept_bytes::{self, ToKeep};
use crate::subscriber::last_known::{KnownDay, known_days, observed_until};
use crate::subscriber::residence::residences;
use crate::subscriber::revise::revise;
use crate::subscriber::stay_lengths::MobilityClass;
use crate::tally::flows::FlowTally;
use crate::tally::replicates::Drawn;
use crate::tally::spread::SpreadTally;
use hexodus_model::{
    DailyLocation, Dating, H3Cell, Home, LocalDay, Period, Residence, ResidenceDay, Spread, SubscriberId, UnitKey,
    WithoutEvent, WithoutEventDays,
};

/// The working memory of one thread.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Residence on consecutive days.
    residences: Vec<(LocalDay, Option<UnitKey>)>,
    located: Vec<DailyLocation>,
    followed: Vec<ResidenceDay>,
    last_hosts: Vec<Option<H3Cell>>,
    known: Vec<KnownDay>,
    weights: Vec<u8>,
    /// What is kept of the subscribers of this bucket, by evening.
    pub(super) kept: Vec<KeptRows>,
}

/// Who is counted.
struct Who<'a> {
    subscriber: SubscriberId,
    /// The located days, ascending, at least those of the week before the first that is counted.
    days: &'a [DailyLocation],
    member: Option<Member>,
    is_newcomer: bool,
    /// The first evening on which there is something to keep.
    seen_by: LocalDay,
}

/// Counts one subscriber from the first day on. `days` is ascending by day.
pub fn count_subscriber(
    subscriber: SubscriberId,
    days: &[DailyLocation],
    rules: &CrisisRules<'_>,
    scratch: &mut Scratch,
    tally: &mut CrisisTally,
) {
    scratch.residences.clear();
    let known = residences(days, rules.around.rule.residence, rules.days.known());
    scratch.residences.extend(known.map(|(day, place)| (day, place.map(UnitKey::h3))));
    count_by_dates(days, rules.by_dates, rules.windows, rules.days, &mut tally.by_dates);
    let member = match home_of(subscriber, days, rules) {
        Home::Settled { place, by_look_back, .. } => {
            count_without_event(place, days, rules, tally);
            let state = SubscriberState::at_event(place, days, rules.days.baseline, &rules.around);
            // Nobody is displaced yet: whoever resides anywhere lives at home.
            let is_before = |own: &&(LocalDay, Option<UnitKey>)| own.0 < rules.days.event && own.1.is_some();
            let last_observed = scratch.residences.iter().rfind(is_before).map(|own| (own.0, place));
            Some(Member::new(state, by_look_back, last_observed))
        }
        Home::Unlocatable => None,
    };
    let is_newcomer = within(days, rules.days.baseline).is_empty();
    let seen_by = days.first().map_or(rules.days.last, |own| own.day);
    count_days(Who { subscriber, days, member, is_newcomer, seen_by }, 0, rules, scratch, tally);
}

/// Counts the stock of days on which nothing happened: the same rule from a day of the baseline on, with what comes
/// before it in the baseline as routine.
fn count_without_event(home: H3Cell, days: &[DailyLocation], rules: &CrisisRules<'_>, tally: &mut CrisisTally) {
    let Some(WithoutEventDays { learnt, followed, counted }) = rules.days.without_event() else { return };
    let mut state = SubscriberState::at_event(home, days, learnt, &rules.around);
    for ((day, place), of_day) in calendar(days, followed).zip(&mut tally.quiet_days.0) {
        let own = state.step(day, place, &rules.around);
        let host = own.residence.displacement().map(|own| own.host);
        let is_near = host.is_some_and(|host| rules.around.is_within_reach(home, host));
        let counts = WithoutEvent { days: 1, displaced: u64::from(host.is_some()), near: u64::from(is_near) };
        *of_day += counts;
        if counted.contains(day) {
            tally.without_event += counts;
            if is_near {
                *tally.near_without_event.entry(home).or_default() += 1;
            }
        }
    }
}

/// Counts one subscriber from the day after an evening on, by what was kept on that evening: nothing of those who were
/// not located until then. `days` are those after it, ascending.
pub fn count_on(
    subscriber: SubscriberId,
    (evening, kept): (LocalDay, Option<&[u8]>),
    days: &[DailyLocation],
    rules: &CrisisRules<'_>,
    scratch: &mut Scratch,
    tally: &mut CrisisTally,
) {
    let is_known = kept.is_some();
    let kept = match kept {
        Some(bytes) => kept_bytes::read(bytes, evening),
        None => Some(never_seen(evening, rules)),
    };
    let Some(Kept { residences: before, located, member, is_newcomer }) = kept else {
        tally.unreadable += 1;
        return;
    };
    let mut all = std::mem::take(&mut scratch.located);
    all.clear();
    all.extend(located);
    all.extend(days);
    let earlier = before.len();
    let first = LocalDay(evening.0 - earlier as i32 + 1);
    let after = Period { first: evening.next(), last: rules.days.last };
    scratch.residences.clear();
    scratch.residences.extend((first.0..).map(LocalDay).zip(before.into_iter().map(|own| own.map(UnitKey::h3))));
    let own = residences(&all, rules.around.rule.residence, after);
    scratch.residences.extend(own.map(|(day, place)| (day, place.map(UnitKey::h3))));
    let first = days.first().map_or(rules.days.last, |own| own.day);
    let seen_by = if is_known { evening } else { first };
    count_days(Who { subscriber, days: &all, member, is_newcomer, seen_by }, earlier, rules, scratch, tally);
    scratch.located = all;
}

/// What would have been kept of a subscriber who was not located yet.
fn never_seen(evening: LocalDay, rules: &CrisisRules<'_>) -> Kept {
    let known = usize::try_from(evening.0 - rules.days.known().first.0 + 1).unwrap_or(0);
    Kept { residences: vec![None; known.min(WEEK)], located: Vec::new(), member: None, is_newcomer: true }
}

/// Counts the days that `scratch.residences` holds, without the first `earlier` ones, which were counted before.
fn count_days(who: Who<'_>, earlier: usize, rules: &CrisisRules<'_>, scratch: &mut Scratch, tally: &mut CrisisTally) {
    // Each week of relocations is told by its last day, and no week ends with one of the earlier days.
    tally.flows.count_weekly_relocations(&scratch.residences);
    if rules.rolling {
        tally.flows.count_rolling_relocations(&scratch.residences[earlier.saturating_sub(1)..]);
    }
    let Who { member: Some(mut member), .. } = who else {
        *(if who.is_newcomer { &mut tally.newcomers } else { &mut tally.unlocatable }) += 1;
        for &evening in rules.keep {
            keep(&who, None, evening, rules, scratch);
        }
        count_present(None, &scratch.residences[earlier..], rules, &mut tally.flows);
        return;
    };
    tally.panel += 1;
    tally.by_look_back += u64::from(member.by_look_back);
    let displaced_since = match member.state.standing {
        Standing::Displaced(own, _) => Some(own.since),
        Standing::Stayed | Standing::Returned(..) => None,
    };
    let who = Who { member: None, ..who };
    let last_observed = member.last_observed;
    // First follow every day, next date the movements, last count.
    follow(&who, &mut member, earlier, rules, scratch);
    let Scratch { residences, followed, last_hosts, known, weights, .. } = scratch;
    if rules.dating == Dating::Revised {
        revise(followed);
    }
    let home = member.state.home;
    let is_near = |host| rules.around.is_within_reach(home, host);
    tally.stock.count(home, followed, last_hosts, is_near);
    known_days(home, last_observed, followed, rules.dating, known);
    tally.stock.count_last_known(known);
    if let Some(bootstrap) = &rules.bootstrap {
        let drawn = Drawn { subscriber: who.subscriber, home };
        tally.replicates.count(drawn, (followed, known), is_near, bootstrap, weights);
    }
    residences.drain(..earlier);
    residences.retain(|own| own.0 < rules.days.event);
    residences.extend(followed.iter().map(|own| (own.day, own.place.filter(|_| is_seen(own)).map(UnitKey::h3))));
    count_present(Some(home), residences, rules, &mut tally.flows);
    for day in &*followed {
        count_spread(home, day, rules, &mut tally.spread);
    }
    let class = member.weeks_to(rules.days.last).class(MobilityClass::STAY_LENGTH_THRESHOLD);
    tally.spread.count_class(rules.days.last, home, class);
    count_returns(home, followed, displaced_since, &mut tally.spread);
}

/// The state on every day since the event that was not followed before, and the host at which the subscriber was last
/// seen displaced.
fn follow(who: &Who<'_>, member: &mut Member, earlier: usize, rules: &CrisisRules<'_>, scratch: &mut Scratch) {
    scratch.followed.clear();
    scratch.last_hosts.clear();
    let event = rules.days.event;
    let first = scratch.residences.get(earlier).map_or(event, |own| own.0.max(event));
    if first == event {
        keep(who, Some(member), event.previous(), rules, scratch);
    }
    for (day, place) in calendar(who.days, Period { first, last: rules.days.last }) {
        let own = member.state.step(day, place, &rules.around);
        member.end_week(&own, who.days);
        member.last_observed = observed_until(member.last_observed, member.state.home, &own);
        scratch.followed.push(own);
        scratch.last_hosts.push(member.state.host());
        keep(who, Some(member), day, rules, scratch);
    }
}

/// Keeps a subscriber on an evening, if that is one to keep on and the subscriber was seen until then.
fn keep(who: &Who<'_>, member: Option<&Member>, evening: LocalDay, rules: &CrisisRules<'_>, scratch: &mut Scratch) {
    let Some(index) = rules.keep.iter().position(|&own| own == evening) else { return };
    let Scratch { residences, kept, .. } = scratch;
    let Some(rows) = kept.get_mut(index).filter(|_| who.seen_by <= evening) else { return };
    let week = Period { first: LocalDay(evening.0 - WEEK as i32 + 1), last: evening };
    let end = residences.partition_point(|own| own.0 <= evening);
    let residences = &residences[end.saturating_sub(WEEK)..end];
    let located = within(who.days, week);
    let kept = ToKeep { residences, located, member, is_newcomer: who.is_newcomer };
    rows.push(who.subscriber, |bytes| kept_bytes::write(kept, evening, bytes));
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

/// Durations of the displacements that ended in a return; `since` is the first day of one before the first of `days`.
fn count_returns(home: H3Cell, days: &[ResidenceDay], mut since: Option<LocalDay>, spread: &mut SpreadTally) {
    for day in days {
        since = day.residence.displacement().map(|own| own.since).or(since);
        if let (Some(_), Some(since)) = (day.changes.returned, since) {
            spread.count_duration(Spread::DurationUntilReturn, day.day, home, since);
        }
    }
}
