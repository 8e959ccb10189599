//! Days of events, reduced by the kernel of the command line: daily locations and presence.

use crate::events::Events;
use crate::fault::{Checked, Fault};
use crate::table::Table;
use arrow_array::{Date32Array, Int16Array, Int32Array, Int64Array};
use hexodus_mobility::semantic::SemanticRules;
use hexodus_mobility::{DailyLocationRule, DayReduction, DayRules, NightHours, locations_over_days, reduce_day};
use hexodus_model::{Calendar, DayPlaces, DayWindow, EventRow, GroupedEvents, LocalDay, SubscriberDay, SubscriberId};
use serde_json::json;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

/// Buckets a thread gets of a day, so that threads end at the same time.
const BUCKETS_A_THREAD: usize = 8;

/// What to count of each day.
#[derive(Clone, Copy)]
pub struct Rules {
    /// Hours of a night.
    pub night: NightHours,
    /// Which events are impossible.
    pub semantic: SemanticRules,
    /// Whether to count presence by hour.
    pub hourly: bool,
}

/// Reduces every day of the events.
pub fn reduce(events: &Events, places: &DayPlaces, calendar: &Calendar, rules: Rules) -> Vec<(LocalDay, DayReduction)> {
    let reduced = |(window, rows): &(_, Vec<EventRow>)| {
        let buckets = buckets_of(rows, rayon::current_num_threads() * BUCKETS_A_THREAD);
        let rules = rules.of_day(calendar, window);
        let events_of = |bucket: usize| GroupedEvents::of_sorted(&rows[buckets[bucket].clone()]);
        (window.day, reduce_day(buckets.len(), events_of, places, window, &rules))
    };
    events.days.iter().map(reduced).collect()
}

impl Rules {
    /// The same for a day.
    pub fn of_day(&self, calendar: &Calendar, window: &DayWindow) -> DayRules {
        let nights = self.night.spans(calendar, window);
        DayRules { nights, hourly: self.hourly, trips: false, semantic: self.semantic }
    }
}

/// Everybody's day, by day.
pub type SubscribersByDay = Vec<(LocalDay, Vec<SubscriberDay>)>;

/// Shares of about equal size that tear no subscriber apart.
fn buckets_of(rows: &[EventRow], buckets: usize) -> Vec<Range<usize>> {
    let size = rows.len().div_ceil(buckets).max(1);
    let mut shares = Vec::new();
    let mut start = 0;
    while start < rows.len() {
        let least = (start + size).min(rows.len());
        let torn = rows[least - 1].subscriber;
        let end = least + rows[least..].partition_point(|row| row.subscriber == torn);
        shares.push(start..end);
        start = end;
    }
    shares
}

/// The rule with this name.
pub fn daily_location_rule(name: &str) -> Checked<DailyLocationRule> {
    serde_json::from_value(json!(name))
        .map_err(|_| Fault::argument("rule", "one of last, most-events, night", &format!("\"{name}\"")))
}

/// Daily locations: `subscriber`, `day`, `h3`, `hours_observed`, `located_events`; the last two are null where a night is
/// known from the next day only. Ascending by day and subscriber.
pub fn daily_location_table(
    days: &SubscribersByDay,
    rule: DailyLocationRule,
    period: RangeInclusive<LocalDay>,
) -> Checked<Table> {
    let mut located = locations_over_days(rule, days);
    located.retain(|own| period.contains(&own.0));
    let rows = || located.iter().flat_map(|(day, own)| own.iter().map(move |&(who, at)| (*day, who, at)));
    let seen = |day: LocalDay, who: SubscriberId| {
        let own = &days[days.binary_search_by_key(&day, |own| own.0).ok()?].1;
        Some(own[own.binary_search_by_key(&who, |own| own.subscriber).ok()?])
    };
    let hours: Int16Array = rows().map(|(day, who, _)| Some(i16::from(seen(day, who)?.hours_observed))).collect();
    let events: Int32Array = rows().map(|(day, who, _)| Some(seen(day, who)?.located_events as i32)).collect();
    let subscribers = Int64Array::from_iter_values(rows().map(|row| row.1.bits().cast_signed()));
    let h3 = Int64Array::from_iter_values(rows().map(|row| row.2.index().cast_signed()));
    Table::new(
        vec![
            ("subscriber", Arc::new(subscribers)),
            ("day", Arc::new(Date32Array::from_iter_values(rows().map(|row| row.0.0)))),
            ("h3", Arc::new(h3)),
            ("hours_observed", Arc::new(hours)),
            ("located_events", Arc::new(events)),
        ],
        &["hours_observed", "located_events"],
    )
}
