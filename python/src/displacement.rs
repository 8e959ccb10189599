//! Daily locations → what each subscriber with a home is on each day since an event.

use crate::fault::{Checked, Fault};
use crate::flows::{LocatedDays, by_subscriber};
use crate::table::Table;
use arrow_array::{Date32Array, Int64Array, StringArray};
use hexodus_locate::h3_centre;
use hexodus_mobility::subscriber::displacement::calendar;
use hexodus_mobility::{
    Centres, DisplacementRule, HomeOutages, HomeRule, HomeWindows, SubscriberState, Surroundings, home,
    home_among_neighbours,
};
use hexodus_model::{CrisisDays, DailyLocation, H3Cell, LocalDay, Residence, Silence, SubscriberId};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One subscriber's day.
struct State {
    subscriber: SubscriberId,
    day: LocalDay,
    home: H3Cell,
    residence: Residence,
}

/// The state of every subscriber with a home on every followed day: `subscriber`, `day`, `home`, `state`, `host`, `since`.
/// Ascending by subscriber and day. Homes are taken for in service and the network for unchanged: of neither is anything known here.
pub fn displacement_table(located: &LocatedDays, days: CrisisDays, rule: &DisplacementRule) -> Checked<Table> {
    let usable: Vec<LocalDay> = located.range(..=days.last).map(|own| *own.0).collect();
    if !usable.iter().any(|&day| days.baseline.contains(day)) {
        let [first, last] = [days.baseline.first, days.baseline.last];
        return Err(Fault(format!("baseline: expected daily locations from {first} to {last}, found none")));
    }
    let windows = HomeWindows::new(days.baseline, &usable, rule.residence.window_days);
    let places: BTreeSet<H3Cell> = located.values().flatten().map(|own| own.1).collect();
    let ground: Centres = places.into_iter().filter_map(|h3| Some((h3, h3_centre(h3)?))).collect();
    let outages = HomeOutages::default();
    let around = Surroundings { rule, ground: &ground, outages: &outages };
    let subscribers = by_subscriber(located);
    let states: Vec<State> = subscribers
        .par_iter()
        .flat_map_iter(|(subscriber, own)| followed(*subscriber, own, &windows, days, &around))
        .collect();
    state_table(&states)
}

fn followed(
    subscriber: SubscriberId,
    own: &[DailyLocation],
    windows: &HomeWindows,
    days: CrisisDays,
    around: &Surroundings<'_>,
) -> Vec<State> {
    let near = |one: H3Cell, other: H3Cell| !around.ground.are_apart(one, other, f64::from(around.rule.near_m));
    let rule = HomeRule::HEXODUS;
    let found = home(own, rule, windows).place();
    let Some(home) = found.or_else(|| home_among_neighbours(own, rule, windows, near).place()) else {
        return Vec::new();
    };
    let mut state = SubscriberState::at_event(home, own, days.baseline, around);
    let day = |(day, place)| State { subscriber, day, home, residence: state.step(day, place, around).residence };
    calendar(own, days.followed()).map(day).collect()
}

fn state_table(states: &[State]) -> Checked<Table> {
    let index = |h3: H3Cell| h3.index().cast_signed();
    let of_stay = |own: &State| match own.residence {
        Residence::Provisional { at, since } => Some((at, Some(since))),
        Residence::UsualPlace { at } => Some((at, None)),
        residence => residence.displacement().map(|own| (own.host, Some(own.since))),
    };
    let hosts: Int64Array = states.iter().map(|own| of_stay(own).map(|stay| index(stay.0))).collect();
    let since: Date32Array = states.iter().map(|own| of_stay(own)?.1.map(|day| day.0)).collect();
    Table::new(
        vec![
            (
                "subscriber",
                Arc::new(Int64Array::from_iter_values(states.iter().map(|own| own.subscriber.bits().cast_signed()))),
            ),
            ("day", Arc::new(Date32Array::from_iter_values(states.iter().map(|own| own.day.0)))),
            ("home", Arc::new(Int64Array::from_iter_values(states.iter().map(|own| index(own.home))))),
            ("state", Arc::new(StringArray::from_iter_values(states.iter().map(|own| state_name(own.residence))))),
            ("host", Arc::new(hosts)),
            ("since", Arc::new(since)),
        ],
        &["host", "since"],
    )
}

const fn state_name(residence: Residence) -> &'static str {
    match residence {
        Residence::AtHome => "at_home",
        Residence::UsualPlace { .. } => "usual_place",
        Residence::Provisional { .. } => "provisional",
        Residence::Displaced(_) => "displaced",
        Residence::MovedOn { .. } => "moved_on",
        Residence::Returned { .. } => "returned",
        Residence::Unobserved(Silence::NotLocated | Silence::Outage) => "unobserved",
    }
}
