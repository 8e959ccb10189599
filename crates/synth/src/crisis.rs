//! What is struck, who leaves for where and until when.

use crate::chance::{Purpose, stream, weighted_index};
use crate::ground::distance_km;
use crate::scenario::Scenario;
use crate::settlement::Settlements;
use hexodus_model::LocalDay;
use rand::RngExt;
use rand_distr::Exp1;
use rand_pcg::Pcg64Mcg;

/// Cities to flee to: the largest towns outside the struck area.
const CITIES: usize = 12;
/// Gravity scale of those who know nobody and skip the city.
const GRAVITY_KM: f64 = 30.0;

/// The crisis, settled: the day and the place of the scenario.
#[derive(Clone, Debug)]
pub(crate) struct Crisis {
    pub(crate) day: LocalDay,
    pub(crate) scenario: Scenario,
    /// For each district.
    pub(crate) struck: Vec<bool>,
    /// Largest towns outside, largest first; empty when everything is struck.
    cities: Vec<u32>,
    /// Running sum of the weights of leaving days.
    leaving: Vec<f64>,
}

/// What the network needs to know of a crisis.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strike<'a> {
    pub(crate) day: LocalDay,
    pub(crate) struck: &'a [bool],
    pub(crate) scenario: &'a Scenario,
}

/// When a subscriber leaves home, for where, and the first night back home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fate {
    pub(crate) left: LocalDay,
    pub(crate) host: u32,
    pub(crate) returned: LocalDay,
}

impl Fate {
    /// Whether the subscriber sleeps at the host that night.
    #[inline]
    pub(crate) fn is_away(&self, day: LocalDay) -> bool {
        self.left <= day && day < self.returned
    }
}

impl Crisis {
    /// Strikes the district of the second largest town and those whose largest towns are nearest to it. The largest
    /// town is spared while there is another, for people flee to cities.
    pub(crate) fn of(day: LocalDay, scenario: &Scenario, settlements: &Settlements, districts: usize) -> Self {
        let by_size = settlements.by_size();
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
        let mut struck = vec![false; districts];
        for &(_, district) in near.iter().take((scenario.struck_districts as usize).min(districts / 3).max(1)) {
            struck[district] = true;
        }
        Self::in_area(day, scenario, struck, settlements, &by_size)
    }

    fn in_area(
        day: LocalDay,
        scenario: &Scenario,
        struck: Vec<bool>,
        settlements: &Settlements,
        by_size: &[u32],
    ) -> Self {
        let outside = by_size.iter().filter(|&&town| !struck[settlements.towns[town as usize].district as usize]);
        let cities = outside.take(CITIES).copied().collect();
        let leaving = scenario.leaving_days.iter().scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        Self { day, struck, cities, leaving: leaving.collect(), scenario: scenario.clone() }
    }

    pub(crate) fn strike(&self) -> Strike<'_> {
        Strike { day: self.day, struck: &self.struck, scenario: &self.scenario }
    }

    /// Whether a place lies in the struck area.
    #[inline]
    pub(crate) fn strikes(&self, settlements: &Settlements, place: u32) -> bool {
        self.struck[settlements.district(place) as usize]
    }

    /// What happens to a subscriber: `None` for those who stay, and all who live elsewhere.
    pub(crate) fn fate(
        &self,
        seed: u64,
        subscriber: u32,
        home: u32,
        kin: u32,
        settlements: &Settlements,
    ) -> Option<Fate> {
        if !self.strikes(settlements, home) {
            return None;
        }
        let mut rng = stream(seed, Purpose::Fate, u64::from(subscriber), 0);
        if !rng.random_bool(self.scenario.leaving_share) {
            return None;
        }
        let left = LocalDay(self.day.0 + weighted_index(&self.leaving, rng.random()) as i32);
        let fast = rng.random_bool(self.scenario.fast_return_share);
        let mean_days = if fast { self.scenario.fast_return_days } else { self.scenario.slow_return_days };
        let days_away = (rng.sample::<f64, _>(Exp1) * mean_days).ceil().clamp(1.0, 100_000.0) as i32;
        let host = self.host(home, kin, settlements, &mut rng)?;
        Some(Fate { left, host, returned: LocalDay(left.0 + days_away) })
    }

    fn host(&self, home: u32, kin: u32, settlements: &Settlements, rng: &mut Pcg64Mcg) -> Option<u32> {
        let from = settlements.places[home as usize].at;
        let unit: f64 = rng.random();
        if unit < self.scenario.to_kin_share && !self.strikes(settlements, kin) {
            return Some(kin);
        }
        let to_city =
            (self.scenario.to_kin_share..self.scenario.to_kin_share + self.scenario.to_city_share).contains(&unit);
        let far = |town: &&u32| distance_km(from, settlements.towns[**town as usize].centre);
        let city = self.cities.iter().min_by(|a, b| far(a).total_cmp(&far(b))).copied()?;
        let outside = |town: u32| !self.struck[settlements.towns[town as usize].district as usize];
        let by_gravity = if to_city { None } else { settlements.town_by_gravity(from, GRAVITY_KM, rng, outside) };
        Some(settlements.place_in(by_gravity.unwrap_or(city), rng))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::country::invented_areas;
    use crate::district::Districts;

    #[test]
    fn a_third_leaves_and_half_of_them_are_back_after_four_and_a_half_weeks() {
        let districts = Districts::new(invented_areas(4)).unwrap();
        let settlements = Settlements::founded(4, &districts).unwrap();
        let crisis = Crisis::of(LocalDay(100), &Scenario::default(), &settlements, districts.len());
        assert_eq!(crisis.struck.iter().filter(|&&struck| struck).count(), 2);
        let home = (0..settlements.places.len() as u32).find(|&place| crisis.strikes(&settlements, place)).unwrap();
        let fates: Vec<Fate> =
            (0..40_000).filter_map(|subscriber| crisis.fate(4, subscriber, home, 0, &settlements)).collect();
        assert!((fates.len() as f64 / 40_000.0 - 0.35).abs() < 0.01);
        assert!(fates.iter().all(|fate| !crisis.strikes(&settlements, fate.host)));
        let back = fates.iter().filter(|fate| fate.returned.0 - fate.left.0 <= 31).count() as f64;
        assert!((back / fates.len() as f64 - 0.5).abs() < 0.015, "{back} of {}", fates.len());
    }
}
