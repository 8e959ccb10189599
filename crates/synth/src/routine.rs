//! Where one sleeps, and where one is at which hour.

use crate::chance::{Purpose, stream};
use crate::settlement::Settlements;
use crate::subscriber::Subscriber;
use hexodus_model::LocalDay;
use rand::RngExt;
use rand_pcg::Pcg64Mcg;

/// Trips: at most one in each fortnight, which begins on another day for everyone, so that a night can be drawn
/// without the nights before it.
const FORTNIGHT: i32 = 14;
const TRIP_SHARE: f64 = 0.25;
const LONGEST_TRIP_NIGHTS: i32 = 4;
const TRIP_KM: f64 = 60.0;
/// Share of working days on which one goes to work, and of free days on which one goes out.
const GOES_TO_WORK: f64 = 0.92;
const GOES_OUT: f64 = 0.5;
/// Share of other days with an errand in town.
const ERRAND: f64 = 0.15;

/// Saturday and Sunday are free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DayKind {
    Working,
    Saturday,
    Sunday,
}

impl DayKind {
    pub(crate) fn of(day: LocalDay) -> Self {
        // 1970-01-01, day 0, was a Thursday.
        match (day.0 + 3).rem_euclid(7) {
            5 => Self::Saturday,
            6 => Self::Sunday,
            _ => Self::Working,
        }
    }
}

/// Three stays of one day: until `out_s`, until `back_s`, until midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Itinerary {
    pub(crate) morning: u32,
    pub(crate) midday: u32,
    pub(crate) evening: u32,
    pub(crate) out_s: u32,
    pub(crate) back_s: u32,
}

impl Itinerary {
    /// The place at a second of the day.
    #[inline]
    pub(crate) fn place_at(&self, second: u32) -> u32 {
        if second < self.out_s {
            self.morning
        } else if second < self.back_s {
            self.midday
        } else {
            self.evening
        }
    }
}

/// The place where a subscriber is at the end of a day, and sleeps.
pub(crate) fn night_place(
    seed: u64,
    number: u32,
    subscriber: &Subscriber,
    day: LocalDay,
    settlements: &Settlements,
) -> u32 {
    if let Some(host) = subscriber.fate.and_then(|fate| fate.host_on(day)) {
        return host;
    }
    if let Some(host) = subscriber.visit.and_then(|visit| visit.host_on(day)) {
        return host;
    }
    let rests = subscriber.visit.is_some_and(|visit| visit.rests_on(day));
    if let Some(host) = (!rests).then(|| trip(seed, number, subscriber.home, day, settlements)).flatten() {
        return host;
    }
    let out = subscriber.sleeps_out && DayKind::of(day) == DayKind::Saturday;
    if out { subscriber.weekend } else { subscriber.home }
}

fn trip(seed: u64, number: u32, home: u32, day: LocalDay, settlements: &Settlements) -> Option<u32> {
    let own_phase = (number.wrapping_mul(0x9E37_79B9) >> 16) as i32 % FORTNIGHT;
    let since_phase = day.0 + own_phase;
    let (fortnight, night) = (since_phase.div_euclid(FORTNIGHT), since_phase.rem_euclid(FORTNIGHT));
    let mut rng = stream(seed, Purpose::Trip, u64::from(number), fortnight as u64);
    if !rng.random_bool(TRIP_SHARE) {
        return None;
    }
    let first = rng.random_range(0..FORTNIGHT - LONGEST_TRIP_NIGHTS);
    let nights = rng.random_range(1..=LONGEST_TRIP_NIGHTS);
    if !(first..first + nights).contains(&night) {
        return None;
    }
    let own_town = settlements.places[home as usize].town;
    let from = settlements.places[home as usize].at;
    let town = settlements.town_by_gravity(from, TRIP_KM, &mut rng, |town| town != own_town)?;
    Some(settlements.place_in(town, &mut rng))
}

/// The stays of a day between two nights. Who leaves home for good on the day of the crisis leaves after its hour,
/// which is `not_before_s` (0 on other days).
pub(crate) fn itinerary(
    subscriber: &Subscriber,
    nights: (u32, u32),
    kind: DayKind,
    not_before_s: u32,
    settlements: &Settlements,
    rng: &mut Pcg64Mcg,
) -> Itinerary {
    let (morning, evening) = nights;
    if morning != evening {
        let earliest_s = not_before_s.max(8 * 3_600);
        let leaves_s = rng.random_range(earliest_s..(earliest_s + 3_600).max(20 * 3_600)).min(86_399);
        return Itinerary { morning, midday: evening, evening, out_s: leaves_s, back_s: leaves_s };
    }
    let at_home = morning == subscriber.home;
    let unit: f64 = rng.random();
    let midday = match kind {
        DayKind::Working if at_home && subscriber.work != morning && unit < GOES_TO_WORK => subscriber.work,
        DayKind::Saturday | DayKind::Sunday if at_home && unit < GOES_OUT => subscriber.weekend,
        _ if unit > 1.0 - ERRAND => settlements.place_in(settlements.places[morning as usize].town, rng),
        _ => morning,
    };
    let (out_s, back_s) = (rng.random_range(23_400..34_200), rng.random_range(55_800..70_200));
    Itinerary { morning, midday, evening, out_s, back_s }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::country::invented_areas;
    use crate::district::Districts;
    use crate::fate::Fate;

    fn stay_at_home(home: u32) -> Subscriber {
        Subscriber {
            home,
            work: home,
            weekend: home,
            events_per_day: 8.0,
            sleeps_out: false,
            struck: false,
            fate: None,
            visit: None,
            group: crate::ownership::Group::A,
            has_sim: true,
        }
    }

    #[test]
    fn the_23rd_of_february_2031_is_a_sunday() {
        assert_eq!(DayKind::of("2031-02-23".parse().unwrap()), DayKind::Sunday);
        assert_eq!(DayKind::of("2031-03-01".parse().unwrap()), DayKind::Saturday);
        assert_eq!(DayKind::of("1969-12-29".parse().unwrap()), DayKind::Working);
    }

    #[test]
    fn a_displaced_subscriber_sleeps_at_the_host_until_the_return() {
        let settlements = Settlements::founded(1, &Districts::new(invented_areas(1)).unwrap()).unwrap();
        let fate = Fate { left: LocalDay(10), host: 99, moved_on: None, returned: LocalDay(12) };
        let subscriber = Subscriber { fate: Some(fate), ..stay_at_home(3) };
        let night = |day| night_place(1, 7, &subscriber, LocalDay(day), &settlements);
        assert_eq!([night(10), night(11)], [99, 99]);
        assert_ne!(night(12), 99);
    }

    #[test]
    fn one_in_twenty_nights_is_spent_on_a_trip() {
        let settlements = Settlements::founded(1, &Districts::new(invented_areas(1)).unwrap()).unwrap();
        let nights = (0..200).flat_map(|number| (0..140).map(move |day| (number, LocalDay(day))));
        let away = nights.filter(|&(number, day)| night_place(1, number, &stay_at_home(3), day, &settlements) != 3);
        let share = away.count() as f64 / 28_000.0;
        assert!((share - TRIP_SHARE * 2.5 / 14.0).abs() < 0.01, "{share}");
    }

    #[test]
    fn nobody_flees_before_the_hour() {
        let settlements = Settlements::founded(1, &Districts::new(invented_areas(1)).unwrap()).unwrap();
        let mut rng = stream(1, Purpose::Day, 0, 0);
        for _ in 0..1_000 {
            let day = itinerary(&stay_at_home(3), (3, 8), DayKind::Working, 42_960, &settlements, &mut rng);
            assert!((42_960..72_000).contains(&day.out_s));
            assert_eq!([day.place_at(42_959), day.place_at(72_000)], [3, 8]);
        }
    }
}
