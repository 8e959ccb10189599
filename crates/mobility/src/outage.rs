//! Which homes were out of service on a day: nothing was heard there or beside it, though something should have been.

use crate::subscriber::ground::HomeOutages;
use hexodus_model::{H3Cell, LocalDay};
use rustc_hash::FxHashMap;

/// Events at the radio cells of each H3 cell on one day.
pub type DayTraffic = FxHashMap<H3Cell, u64>;

/// e^−λ < 1e-4 from this λ on (methods §4.5).
const LEAST_EXPECTED: f64 = 9.21;

/// The homes that were out of service: no event in the H3 cell on a day, where the mean of the baseline makes silence by
/// chance less likely than one in 10,000 (events taken for Poisson). Methods §4.5 asks for silence of the ring, too; but
/// a phone whose own site is out is heard by any live one in reach, and those of the ring need not be the nearest.
///
/// `baseline` are the days to learn from, `followed` those to judge, each with data. Every H3 cell with an event in the
/// baseline may be a home. A phone there may be heard as far as a macro radio cell reaches, and so it may on the day
/// before and after the silence: outages begin and end at some hour of these.
pub fn homes_out_of_service(baseline: &[DayTraffic], followed: &[(LocalDay, DayTraffic)]) -> HomeOutages {
    let mut usual = DayTraffic::default();
    for (&h3, &events) in baseline.iter().flatten() {
        *usual.entry(h3).or_default() += events;
    }
    let least = LEAST_EXPECTED * baseline.len() as f64;
    let mut out = Vec::new();
    for (&home, _) in usual.iter().filter(|&(_, &events)| events as f64 >= least) {
        let silent = followed.iter().filter(|(_, traffic)| traffic.get(&home).is_none_or(|&events| events == 0));
        let days = silent.flat_map(|&(day, _)| [day.previous(), day, day.next()]);
        out.extend(days.map(|day| ((home, day), HomeOutages::MACRO_RANGE_M)));
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
    fn silence_counts_where_it_is_no_chance_and_for_the_days_beside_it() {
        // 9 events a day are too few to tell, 10 are enough.
        let before = [traffic(&[('C', 9), ('D', 10)]), traffic(&[('C', 9), ('D', 10)])];
        let after = [
            (LocalDay(5), traffic(&[('D', 1)])),
            (LocalDay(7), traffic(&[('E', 1)])),
            (LocalDay(9), traffic(&[('D', 1)])),
        ];
        let outages = homes_out_of_service(&before, &after);
        let out = |letter, day| outages.reach_m(h3(letter), LocalDay(day)).is_some();
        assert_eq!([5, 6, 7, 8, 9].map(|day| out('D', day)), [false, true, true, true, false]);
        assert_eq!([out('C', 7), out('E', 5)], [false, false]);
        assert!(homes_out_of_service(&[], &after).reach_m(h3('D'), LocalDay(7)).is_none());
    }
}
