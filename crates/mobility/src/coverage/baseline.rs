//! How many events a site has on a usual day of each weekday.

use super::SiteDay;
use hexodus_model::LocalDay;

/// Fewer days than this tell nothing of what is usual.
pub const LEAST_DAYS: usize = 14;

/// Fewer days of a weekday than this are pooled with all others.
const LEAST_OF_WEEKDAY: usize = 3;

/// Of each end of the sorted counts this share is left out.
const TRIMMED_PERCENT: usize = 10;

/// Means are kept in millionths of an event, so that sums are integers and the same in any order of sites.
const UNIT: u64 = 1_000_000;

/// What is usual at each site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteBaseline {
    /// λ by site and weekday: events a day, in millionths.
    expected: Vec<[u64; 7]>,
    /// First day of the baseline that the plan has the site.
    since: Vec<Option<LocalDay>>,
    /// The most distinct subscribers at one radio cell of the site on one day.
    subscribers: Vec<u32>,
}

impl SiteBaseline {
    /// λ of a site and weekday: the 10 %-trimmed mean (of n counts ⌊n/10⌋ at each end left out) of its events on the days
    /// of that weekday that the plan has it, an event or none; with fewer than three such days, of all its days. 0 where it
    /// has no day. `None` with fewer than 14 days.
    pub fn of(days: &[&SiteDay]) -> Option<Self> {
        if days.len() < LEAST_DAYS {
            return None;
        }
        let sites = days.iter().map(|day| day.sites.len()).max().unwrap_or_default();
        let counts = |site: usize| {
            days.iter().filter_map(move |day| Some((weekday(day.day), day.sites.get(site).copied().flatten()?)))
        };
        let expected = |site: usize| {
            let all: Vec<u32> = counts(site).map(|(_, count)| count.events).collect();
            let usual = trimmed_mean(all);
            std::array::from_fn(|wanted| {
                let own = counts(site).filter(|&(weekday, _)| weekday == wanted).map(|(_, count)| count.events);
                let own: Vec<u32> = own.collect();
                if own.len() < LEAST_OF_WEEKDAY { usual } else { trimmed_mean(own) }
            })
        };
        let there = |site: usize| days.iter().filter(move |day| day.sites.get(site).is_some_and(Option::is_some));
        let since = |site: usize| there(site).map(|day| day.day).min();
        let subscribers = |site: usize| counts(site).map(|(_, count)| count.subscribers).max().unwrap_or_default();
        Some(Self {
            expected: (0..sites).map(expected).collect(),
            since: (0..sites).map(since).collect(),
            subscribers: (0..sites).map(subscribers).collect(),
        })
    }

    /// The same of sites at which `least` distinct subscribers or more were at one radio cell on one day: the others carry
    /// nothing, and whether they are out tells nothing.
    #[must_use]
    pub fn heard_by(&self, least: u64) -> Self {
        let is_heard = |subscribers: u32| u64::from(subscribers) >= least;
        let own = self.expected.iter().zip(&self.subscribers);
        let expected = own.map(|(own, &subscribers)| if is_heard(subscribers) { *own } else { [0; 7] }).collect();
        Self { expected, ..self.clone() }
    }

    /// λ of a site on a day, in millionths of an event. 0 before its first day in the plan: nothing is missing there yet.
    pub fn expected(&self, site: usize, day: LocalDay) -> u64 {
        let is_there = self.since.get(site).copied().flatten().is_some_and(|since| since <= day);
        self.expected.get(site).filter(|_| is_there).map_or(0, |own| own[weekday(day)])
    }

    /// The most distinct subscribers at one radio cell of the site on one day.
    pub fn subscribers(&self, site: usize) -> u32 {
        self.subscribers.get(site).copied().unwrap_or_default()
    }
}

fn trimmed_mean(mut counts: Vec<u32>) -> u64 {
    counts.sort_unstable();
    let cut = counts.len() * TRIMMED_PERCENT / 100;
    let kept = &counts[cut..counts.len() - cut];
    let sum: u64 = kept.iter().map(|&events| u64::from(events)).sum();
    // 2^32 events on 2^12 days in millionths fit.
    if kept.is_empty() { 0 } else { sum * UNIT / kept.len() as u64 }
}

/// Monday = 0. (1970-01-01 was a Thursday.)
const fn weekday(day: LocalDay) -> usize {
    (day.0 + 3).rem_euclid(7) as usize
}
