use super::*;
use crate::subscriber::samples::{h3, letter};
use hexodus_model::time::HOUR_US;
use hexodus_model::{AreaKey, Calendar, EventRow, LocalDay, LocationKey, Moment, UtcMicros};

/// Places A, B and C; A and B in area 0, C in none.
fn places() -> DayPlaces {
    let areas = vec![vec![Some(AreaKey(0)), Some(AreaKey(0)), None]];
    let mut places = DayPlaces::new(vec![h3('A'), h3('B'), h3('C')], areas, 3);
    (0..3).for_each(|key| places.place(LocationKey(key), PlaceKey(key)));
    places
}

/// Subscriber, minute of the day, place.
fn reduced(events: &[(u64, i64, u32)], rules: &RequestRules, buckets: usize) -> Requested {
    let window = Calendar::utc().window(LocalDay(9));
    let moment = |minute: i64, place: u32| {
        Moment::new(UtcMicros(window.start.0 + minute * HOUR_US / 60), &window, LocationKey(place))
    };
    let bucket = |bucket: usize| {
        let own = events.iter().filter(|event| SubscriberId::from_pseudonym(event.0 << 60).bucket(buckets) == bucket);
        let row = |&(who, minute, place): &(u64, i64, u32)| EventRow {
            subscriber: SubscriberId::from_pseudonym(who << 60),
            moment: moment(minute, place),
        };
        let mut rows: Vec<EventRow> = own.map(row).collect();
        rows.sort_unstable();
        GroupedEvents::of_sorted(&rows)
    };
    reduce_on_request(buckets, bucket, &places(), &window, rules)
}

fn rules() -> RequestRules {
    RequestRules { hours_from: Some(4), pairs: true, pairs_inclusive: true, semantic: SemanticRules::default() }
}

fn told(matrix: &FlowMatrix) -> String {
    let unit = |unit: UnitKey| match (unit.as_h3(), unit.as_area()) {
        (Some(h3), _) => letter(h3).to_string(),
        (_, Some(area)) => area.0.to_string(),
        _ => "?".into(),
    };
    let entries = matrix.entries.iter();
    entries.flat_map(|(pair, n)| [unit(pair.origin), unit(pair.destination), n.to_string(), " ".into()]).collect()
}

/// T11: A 08, B 09, A 10; and C at the same instant as A.
#[test]
fn t11_all_pairs_at_every_level() {
    let events = [(1, 480, 0), (1, 540, 1), (1, 600, 0), (2, 480, 0), (2, 480, 2)];
    let found = reduced(&events, &rules(), 3);
    let told: Vec<String> = found.pairs.iter().map(told).collect();
    assert_eq!(told, ["", "AB1 BA1 ", "002 0?1 ?01 ??1 ", "AA2 AB1 AC1 BA1 BB1 CA1 CC1 "]);
    let of = |matrix: &FlowMatrix| (matrix.definition, matrix.level);
    let (plain, inclusive) = (Definition::TripsAllPairs, Definition::TripsAllPairsInclusive);
    let expected = [(plain, Level::Adm(1)), (plain, Level::H3), (inclusive, Level::Adm(1)), (inclusive, Level::H3)];
    assert_eq!(found.pairs.iter().map(of).collect::<Vec<_>>(), expected);
    assert_eq!(reduced(&events, &rules(), 1), found);
}

#[test]
fn hours_are_those_of_the_clock_and_go_past_midnight() {
    // The day begins at 04:00: minute 0 is 04:00, minute 1200 is midnight. Events every 90 minutes of the night.
    let events: Vec<(u64, i64, u32)> = (0..5).map(|at| (7, 1140 + at * 60, 1)).collect();
    let found = reduced(&events, &rules(), 2);
    assert_eq!(found.hours.len(), 1);
    assert_eq!((found.hours[0].place, found.hours[0].subscriber.bits()), (h3('B'), 7 << 60));
    let hours: Vec<u32> = (0..24).filter(|hour| found.hours[0].hours >> hour & 1 == 1).collect();
    assert_eq!(hours, [0, 1, 2, 23], "23:00 to 03:00; the last event holds 7.5 minutes of the hour after");
}

#[test]
fn nothing_is_counted_that_is_not_asked_for() {
    let none = RequestRules { hours_from: None, pairs: false, pairs_inclusive: false, ..rules() };
    assert!(none.is_empty());
    assert_eq!(reduced(&[(1, 480, 0), (1, 540, 1)], &none, 1), Requested::default());
}
