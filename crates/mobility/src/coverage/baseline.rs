//! How much traffic a site has in a usual hour of the week.

use super::SiteDay;
use crate::quality::activity::HOURS;
use hexodus_model::LocalDay;

/// Fewer days than this tell nothing of what is usual.
pub const LEAST_DAYS: usize = 14;

/// Fewer days of a weekday than this are pooled with all others.
const LEAST_OF_WEEKDAY: usize = 3;

/// Of each end of the sorted counts this share is left out.
const TRIMMED_PERCENT: usize = 10;

/// Means are kept in millionths, so that sums are integers and the same in any order of sites.
const UNIT: u64 = 1_000_000;

/// A usual day: λ by hour, in millionths of a subscriber-hour.
type UsualDay = [u64; HOURS];

/// What is usual at each site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteBaseline {
    /// λ by site, weekday and hour.
    usual: Vec<[UsualDay; 7]>,
    /// First day of the baseline that the plan has the site.
    since: Vec<Option<LocalDay>>,
    /// The most distinct subscribers at one radio cell of the site on one day.
    subscribers: Vec<u32>,
}

impl SiteBaseline {
    /// λ of a site, weekday and hour: the 10 %-trimmed mean (of n counts ⌊n/10⌋ at each end left out) of its traffic in
    /// that hour on the days of that weekday that the plan has it, heard or not; with fewer than three such days, of all
    /// its days. 0 where it has no day. `None` with fewer than 14 days.
    pub fn of(days: &[&SiteDay]) -> Option<Self> {
        if days.len() < LEAST_DAYS {
            return None;
        }
        let sites = days.iter().map(|day| day.sites.len()).max().unwrap_or_default();
        let counts =
            |site: usize| days.iter().filter_map(move |day| Some((day.day, day.sites.get(site).copied().flatten()?)));
        let usual = |site: usize| {
            let heard: Vec<(usize, [u32; HOURS])> = counts(site).map(|(day, own)| (weekday(day), own.heard)).collect();
            usual_week(&heard)
        };
        let since = |site: usize| counts(site).map(|(day, _)| day).min();
        let subscribers = |site: usize| counts(site).map(|(_, own)| own.subscribers).max().unwrap_or_default();
        Some(Self {
            usual: (0..sites).map(usual).collect(),
            since: (0..sites).map(since).collect(),
            subscribers: (0..sites).map(subscribers).collect(),
        })
    }

    /// λ of a site by hour of a day, in millionths. 0 before its first day in the plan: nothing is missing there yet.
    pub fn usual(&self, site: usize, day: LocalDay) -> &UsualDay {
        let is_there = self.since.get(site).copied().flatten().is_some_and(|since| since <= day);
        self.usual.get(site).filter(|_| is_there).map_or(&[0; HOURS], |own| &own[weekday(day)])
    }

    /// The most distinct subscribers at one radio cell of the site on one day.
    pub fn subscribers(&self, site: usize) -> u32 {
        self.subscribers.get(site).copied().unwrap_or_default()
    }
}

/// Of days, each with its weekday.
fn usual_week(heard: &[(usize, [u32; HOURS])]) -> [UsualDay; 7] {
    let mean = |hour: usize, is_wanted: &dyn Fn(usize) -> bool| {
        let own: Vec<u32> = heard.iter().filter(|own| is_wanted(own.0)).map(|own| own.1[hour]).collect();
        trimmed_mean(own)
    };
    std::array::from_fn(|weekday| {
        let is_rare = heard.iter().filter(|own| own.0 == weekday).count() < LEAST_OF_WEEKDAY;
        std::array::from_fn(|hour| mean(hour, &|own| is_rare || own == weekday))
    })
}

fn trimmed_mean(mut counts: Vec<u32>) -> u64 {
    counts.sort_unstable();
    let cut = counts.len() * TRIMMED_PERCENT / 100;
    let kept = &counts[cut..counts.len() - cut];
    let sum: u64 = kept.iter().map(|&own| u64::from(own)).sum();
    // 2^32 of them on 2^12 days in millionths fit.
    if kept.is_empty() { 0 } else { sum * UNIT / kept.len() as u64 }
}

/// Monday = 0. (1970-01-01 was a Thursday.)
const fn weekday(day: LocalDay) -> usize {
    (day.0 + 3).rem_euclid(7) as usize
}
