//! Which homes were out of service on a day: nothing was heard there or beside it, though something should have been.

use crate::subscriber::ground::HomeOutages;
use hexodus_model::{H3Cell, LocalDay};
use rustc_hash::FxHashMap;

/// Events at the radio cells of each H3 cell on one day.
pub type DayTraffic = FxHashMap<H3Cell, u64>;

/// e^−λ < 1e-4 from this λ on (methods §4.5).
const LEAST_EXPECTED: f64 = 9.21;

/// The homes that were out of service: no event in the H3 cell and in its ring on a day, where the mean of the baseline
/// makes silence by chance less likely than one in 10,000 (events taken for Poisson).
///
/// `baseline` are the days to learn from, `followed` those to judge, each with data; `ring` gives the six H3 cells around
/// one. Every H3 cell with an event in the baseline may be a home. A phone there may be heard as far as a macro radio
/// cell reaches.
pub fn homes_out_of_service(
    baseline: &[DayTraffic],
    followed: &[(LocalDay, DayTraffic)],
    ring: impl Fn(H3Cell) -> Vec<H3Cell>,
) -> HomeOutages {
    let mut usual = DayTraffic::default();
    for (&h3, &events) in baseline.iter().flatten() {
        *usual.entry(h3).or_default() += events;
    }
    let least = LEAST_EXPECTED * baseline.len() as f64;
    let mut out = Vec::new();
    for &home in usual.keys() {
        let around: Vec<H3Cell> = ring(home).into_iter().chain([home]).collect();
        let expected: u64 = around.iter().filter_map(|h3| usual.get(h3)).sum();
        if (expected as f64) < least {
            continue;
        }
        let is_silent =
            |traffic: &DayTraffic| around.iter().all(|h3| traffic.get(h3).is_none_or(|&events| events == 0));
        let silent = followed.iter().filter(|(_, traffic)| is_silent(traffic));
        out.extend(silent.map(|&(day, _)| ((home, day), HomeOutages::MACRO_RANGE_M)));
    }
    out.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscriber::ground::Outages;
    use crate::subscriber::samples::h3;

    fn traffic(letters: &[(char, u64)]) -> DayTraffic {
        letters.iter().map(|&(letter, events)| (h3(letter), events)).collect()
    }

    #[test]
    fn silence_counts_where_it_is_no_chance_and_nobody_beside_is_heard() {
        // B is beside A; 9 events a day are too few to tell, 10 are enough.
        let ring = |home: H3Cell| if home == h3('A') { vec![h3('B')] } else { Vec::new() };
        let before =
            [traffic(&[('A', 6), ('B', 4), ('C', 9), ('D', 10)]), traffic(&[('A', 6), ('B', 4), ('C', 9), ('D', 10)])];
        let after = [(LocalDay(5), traffic(&[('B', 1)])), (LocalDay(6), traffic(&[('E', 1)]))];
        let outages = homes_out_of_service(&before, &after, ring);
        let out = |letter, day| outages.reach_m(h3(letter), LocalDay(day)).is_some();
        assert_eq!([out('A', 5), out('A', 6)], [false, true], "B was heard on day 5");
        assert_eq!([out('C', 6), out('D', 6), out('E', 5)], [false, true, false]);
        assert!(homes_out_of_service(&[], &after, ring).reach_m(h3('A'), LocalDay(6)).is_none());
    }
}
