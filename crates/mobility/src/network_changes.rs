//! What a changing network does to people who stay: sites that come beside their home, or leave it.
//!
//! A home is the H3 cell of a site. Where that site is moved or removed, or a new one comes nearer, all who live there
//! are heard from another site for good, and nobody has moved: "a home change a → a′ where site a′ was absent in the
//! baseline and dist < 2ρ is not a relocation" (methods §4.5).

use crate::subscriber::ground::Ground;
use hexodus_model::{H3Cell, LocalDay, Period};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Least ρ, metres (methods §4.2).
const LEAST_SPACING_M: f64 = 700.0;
/// No site serves a home farther away: the range of a macro radio cell (methods §4.1).
const FARTHEST_M: f64 = 10_000.0;
/// Neighbours that may take over from a site: a cell of a plane tessellation has six on average.
const NEIGHBOURS: usize = 6;

/// Which H3 cells came into service, which went out of it, and how far around a home that matters.
#[derive(Clone, Debug, Default)]
pub struct NetworkChanges {
    /// In service in the baseline, ascending: where homes may be.
    homes: Vec<H3Cell>,
    /// Out of service, by the plan, on some day of the baseline; with the first day in service.
    came: FxHashMap<H3Cell, LocalDay>,
    /// In service in the baseline, and out of it, by the plan, on these days, ascending.
    gone: FxHashMap<H3Cell, Vec<LocalDay>>,
    /// By home.
    reach: FxHashMap<H3Cell, Reach>,
}

/// How far from a home other sites serve it, in metres.
#[derive(Clone, Copy, Debug)]
struct Reach {
    /// A new site: 2ρ.
    new_m: f64,
    /// Any site, where that of the home is gone: its neighbours take over.
    neighbours_m: f64,
}

impl NetworkChanges {
    /// `served` are the H3 cells with a radio cell in service by the plan, ascending, on the days of the baseline and
    /// those followed. Silence plays no part: an outage is none of these changes.
    pub fn of(served: &[(LocalDay, Vec<H3Cell>)], baseline: Period, ground: &dyn Ground) -> Self {
        let before: Vec<&Vec<H3Cell>> =
            served.iter().filter(|(day, _)| baseline.contains(*day)).map(|(_, cells)| cells).collect();
        let mut days_before: BTreeMap<H3Cell, usize> = BTreeMap::new();
        for &h3 in before.iter().copied().flatten() {
            *days_before.entry(h3).or_default() += 1;
        }
        let always = |h3: &H3Cell| days_before.get(h3).is_some_and(|&days| days == before.len());
        let mut came: FxHashMap<H3Cell, LocalDay> = FxHashMap::default();
        for (day, cells) in served {
            for &h3 in cells.iter().filter(|h3| !always(h3)) {
                let first = came.entry(h3).or_insert(*day);
                *first = (*first).min(*day);
            }
        }
        let mut gone: FxHashMap<H3Cell, Vec<LocalDay>> = FxHashMap::default();
        for (day, cells) in served {
            for &h3 in days_before.keys().filter(|h3| cells.binary_search(h3).is_err()) {
                gone.entry(h3).or_default().push(*day);
            }
        }
        let homes: Vec<H3Cell> = days_before.into_keys().collect();
        let changed = |home: &H3Cell| {
            let near = |new: &H3Cell| ground.metres(*home, *new).is_some_and(|metres| metres < FARTHEST_M);
            gone.contains_key(home) || came.keys().any(near)
        };
        let reach = homes.iter().filter(|home| changed(home)).map(|&home| (home, Reach::of(home, &homes, ground)));
        Self { reach: reach.collect(), came, gone, homes }
    }

    /// Everything that may matter to the days up to one, in order; reach follows from the homes.
    pub fn until(&self, last: LocalDay) -> Vec<(H3Cell, Option<LocalDay>, u64)> {
        let homes = self.homes.iter().map(|&home| (home, None, 0));
        let came = self.came.iter().map(|(&h3, &first)| (h3, Some(first), 1));
        let gone = self.gone.iter().flat_map(|(&home, days)| days.iter().map(move |&day| (home, Some(day), 2)));
        let mut all: Vec<_> = homes.chain(came).chain(gone).filter(|own| own.1 <= Some(last)).collect();
        all.sort_unstable();
        all
    }

    /// Whether a phone that is at `home` may be heard at `place` on a day because the network changed.
    pub fn explain(&self, home: H3Cell, place: H3Cell, day: LocalDay, ground: &dyn Ground) -> bool {
        let Some(reach) = self.reach.get(&home) else { return false };
        let is_gone = self.gone.get(&home).is_some_and(|days| days.binary_search(&day).is_ok());
        let metres = if is_gone { reach.neighbours_m } else { reach.new_m };
        let has_come = || self.came.get(&place).is_some_and(|&first| first <= day);
        (is_gone || has_come()) && ground.metres(home, place).is_some_and(|own| own <= metres)
    }
}

impl Reach {
    fn of(home: H3Cell, all: &[H3Cell], ground: &dyn Ground) -> Self {
        let mut near: Vec<f64> =
            all.iter().filter(|&&other| other != home).filter_map(|&other| ground.metres(home, other)).collect();
        near.sort_unstable_by(f64::total_cmp);
        let nth = |number: usize| near.get(number - 1).or(near.last()).copied().unwrap_or(0.0);
        // The median distance to the three nearest is that to the second.
        let new_m = 2.0 * nth(2).max(LEAST_SPACING_M);
        Self { new_m: new_m.min(FARTHEST_M), neighbours_m: nth(NEIGHBOURS).max(new_m).min(FARTHEST_M) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscriber::samples::{Line, h3};

    /// Letters are 1 km apart; day 0 to 9 are the baseline.
    fn changes(served: &[(i32, &str)]) -> NetworkChanges {
        let days: Vec<(LocalDay, Vec<H3Cell>)> =
            served.iter().map(|&(day, letters)| (LocalDay(day), letters.chars().map(h3).collect())).collect();
        NetworkChanges::of(&days, Period { first: LocalDay(0), last: LocalDay(9) }, &Line)
    }

    fn explained(changes: &NetworkChanges, home: char, places: &str, day: i32) -> String {
        let explains = |place: &char| changes.explain(h3(home), h3(*place), LocalDay(day), &Line);
        places.chars().filter(explains).collect()
    }

    #[test]
    fn a_network_that_stays_explains_nothing() {
        let changes = changes(&[(0, "ACE"), (5, "ACE"), (12, "ACE")]);
        assert_eq!(explained(&changes, 'A', "ABCDE", 12), "");
    }

    #[test]
    fn a_new_site_explains_within_twice_the_spacing() {
        // Beside A stand C and E: the second is 4 km away, so 8 km.
        let changes = changes(&[(0, "ACE"), (5, "ACEI"), (12, "ACEIJ")]);
        assert_eq!(explained(&changes, 'A', "CEIJ", 12), "I", "J is 9 km away, C and E are no news");
        assert_eq!(explained(&changes, 'E', "CIJ", 12), "IJ");
        assert_eq!(explained(&changes, 'E', "CIJ", 11), "I", "J is not there yet");
    }

    #[test]
    fn what_comes_later_changes_no_earlier_day() {
        let days = [(0, "ACE"), (5, "ACEI"), (12, "ACEI"), (13, "AEIJ")];
        let (before, after) = (changes(&days[..3]), changes(&days));
        assert_eq!(before.until(LocalDay(12)), after.until(LocalDay(12)));
        assert_ne!(before.until(LocalDay(13)), after.until(LocalDay(13)));
        for home in ['A', 'C', 'E'] {
            assert_eq!(explained(&before, home, "ACEIJ", 12), explained(&after, home, "ACEIJ", 12));
        }
    }

    #[test]
    fn where_a_site_is_gone_its_neighbours_take_over_and_while_it_stands_they_do_not() {
        let changes = changes(&[(0, "ACE"), (12, "ACE"), (13, "CE")]);
        assert_eq!(
            [12, 13].map(|day| explained(&changes, 'A', "CEGZ", day)),
            ["", "CEG"],
            "as far as the last neighbour or 2ρ"
        );
        assert_eq!(explained(&changes, 'C', "AE", 13), "");
    }
}
