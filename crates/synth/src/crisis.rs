//! What is struck, and the cities outside.

use crate::ground::distance_km;
use crate::scenario::{Hazard, Outage, Scenario};
use crate::settlement::Settlements;
use hexodus_model::LocalDay;

/// Cities to flee to: the largest towns outside the struck area.
const CITIES: usize = 12;

/// The event, settled: the day and the place of the scenario.
#[derive(Clone, Debug)]
pub(crate) struct Crisis {
    pub(crate) day: LocalDay,
    pub(crate) scenario: Scenario,
    /// For each district.
    pub(crate) struck: Vec<bool>,
    /// For each struck district, how many others are nearer to the centre.
    ranks: Vec<Option<u32>>,
    /// Largest towns outside, largest first; empty when everything is struck.
    pub(crate) cities: Vec<u32>,
    /// For each wave, the running sum of the weights of its leaving days.
    pub(crate) leaving: Vec<Vec<f64>>,
}

/// What the network needs to know of a crisis.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strike<'a> {
    pub(crate) day: LocalDay,
    pub(crate) struck: &'a [bool],
    pub(crate) outage: &'a Outage,
}

impl Crisis {
    /// Strikes the district of the second largest town and those whose largest towns are nearest to it. The largest
    /// town is spared while there is another, for people flee to cities.
    pub(crate) fn of(day: LocalDay, scenario: &Scenario, settlements: &Settlements, districts: usize) -> Self {
        let by_size = settlements.by_size();
        let mut ranks = vec![None; districts];
        for (rank, &district) in
            (0u32..).zip(struck_districts(&scenario.hazard, settlements, &by_size, districts).iter())
        {
            ranks[district] = Some(rank);
        }
        let struck: Vec<bool> = ranks.iter().map(Option::is_some).collect();
        let outside = by_size.iter().filter(|&&town| !struck[settlements.towns[town as usize].district as usize]);
        let cities = outside.take(CITIES).copied().collect();
        let leaving = scenario.waves.iter().map(|wave| running_sum(&wave.leaving_days)).collect();
        Self { day, scenario: scenario.clone(), struck, ranks, cities, leaving }
    }

    /// What falls silent, if anything does.
    pub(crate) fn strike(&self) -> Option<Strike<'_>> {
        let outage = self.scenario.outage.as_ref()?;
        Some(Strike { day: self.day, struck: &self.struck, outage })
    }

    /// Whether a place lies in the struck area.
    #[inline]
    pub(crate) fn strikes(&self, settlements: &Settlements, place: u32) -> bool {
        self.struck[settlements.district(place) as usize]
    }

    /// Whether a wave reaches a place.
    pub(crate) fn reaches(&self, wave: usize, settlements: &Settlements, place: u32) -> bool {
        let rank = self.ranks[settlements.district(place) as usize];
        rank.is_some_and(|rank| rank < self.scenario.waves[wave].districts)
    }
}

/// The struck districts, nearest to the centre first.
fn struck_districts(hazard: &Hazard, settlements: &Settlements, by_size: &[u32], districts: usize) -> Vec<usize> {
    let mut main_town = vec![None; districts];
    for &town in by_size.iter().rev() {
        main_town[settlements.towns[town as usize].district as usize] = Some(town);
    }
    let spared = by_size.first().map(|&town| settlements.towns[town as usize].district);
    let centre = by_size.iter().map(|&town| &settlements.towns[town as usize]);
    let centre = centre.clone().find(|town| Some(town.district) != spared).or(centre.clone().next());
    let mut near: Vec<(f64, usize)> = main_town
        .iter()
        .enumerate()
        .filter(|&(district, _)| districts == 1 || Some(district as u32) != spared)
        .filter_map(|(district, &town)| {
            Some((distance_km(centre?.centre, settlements.towns[town? as usize].centre), district))
        })
        .collect();
    near.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let most = (hazard.districts as usize).min(districts / 3).max(1);
    near.into_iter().take(most).map(|(_, district)| district).collect()
}

fn running_sum(weights: &[f64]) -> Vec<f64> {
    let sums = weights.iter().scan(0.0, |sum, weight| {
        *sum += weight;
        Some(*sum)
    });
    sums.collect()
}
