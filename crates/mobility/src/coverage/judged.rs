//! What each site carries on each day, by the hours at which it was not out.

use super::{SiteBaseline, SiteDay, hours_out};
use crate::quality::activity::HOURS;
use hexodus_model::LocalDay;

/// One site on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JudgedSite {
    /// Whether the plan has it that day.
    pub is_known: bool,
    /// Usual traffic of the weekday, in millionths of a subscriber-hour.
    pub usual: u64,
    /// Of this, in hours at which it was not out. 0 where the plan does not have it.
    pub carried: u64,
    /// The most distinct subscribers at one radio cell of the site on one day of the baseline.
    pub subscribers: u32,
}

impl JudgedSite {
    /// Whether it is there and carries half of its usual traffic or more.
    pub const fn is_alive(&self) -> bool {
        self.is_known && 2 * self.carried >= self.usual
    }
}

/// All sites on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedDay {
    /// The local day.
    pub day: LocalDay,
    /// By site.
    pub sites: Vec<JudgedSite>,
}

impl JudgedDay {
    /// The same with traffic of those sites only at which `least` distinct subscribers or more were at one radio cell on
    /// one day: the others carry nothing, and whether they are out tells nothing.
    #[must_use]
    pub fn heard_by(mut self, least: u64) -> Self {
        for site in self.sites.iter_mut().filter(|site| u64::from(site.subscribers) < least) {
            (site.usual, site.carried) = (0, 0);
        }
        self
    }
}

/// Judges sites on all of these days, ascending. An hour is judged by what was heard until the end of its day, from the
/// start of the day before: so days to come change nothing. Without a baseline nothing is usual and no site is out.
pub fn judge_sites(days: &[SiteDay], baseline: Option<&SiteBaseline>) -> Vec<JudgedDay> {
    let before = |index: usize| {
        let before = days.get(index.checked_sub(1)?)?;
        (before.day == days[index].day.previous()).then_some(before)
    };
    let judge = |(index, today)| judge(before(index), today, baseline);
    days.iter().enumerate().map(judge).collect()
}

fn judge(before: Option<&SiteDay>, today: &SiteDay, baseline: Option<&SiteBaseline>) -> JudgedDay {
    let nothing = [0; HOURS];
    let judge_site = |site: usize| {
        let usual_on = |day| baseline.map_or(&nothing, |own| own.usual(site, day));
        let usual = usual_on(today.day);
        let judged = JudgedSite {
            is_known: today.sites[site].is_some(),
            usual: usual.iter().sum(),
            carried: 0,
            subscribers: baseline.map_or(0, |own| own.subscribers(site)),
        };
        let Some(heard) = today.sites[site].map(|own| own.heard) else { return judged };
        let earlier = before.and_then(|own| Some((own.day, own.sites.get(site).copied().flatten()?.heard)));
        let is_out = match earlier {
            Some((day, earlier)) => of_second_day(&[earlier, heard], &[*usual_on(day), *usual]),
            None => hours_out(&heard, usual),
        };
        let carried = usual.iter().zip(is_out).filter(|(_, is_out)| !is_out).map(|(usual, _)| usual).sum();
        JudgedSite { carried, ..judged }
    };
    JudgedDay { day: today.day, sites: (0..today.sites.len()).map(judge_site).collect() }
}

/// Of two days, the hours of the second.
fn of_second_day(heard: &[[u32; HOURS]; 2], usual: &[[u64; HOURS]; 2]) -> Vec<bool> {
    hours_out(heard.as_flattened(), usual.as_flattened()).split_off(HOURS)
}
