//! Who leaves because of the crisis, for where, and until when.

use crate::chance::{Purpose, stream, weighted_index};
use crate::crisis::Crisis;
use crate::ground::distance_km;
use crate::scenario::Onward;
use crate::settlement::Settlements;
use hexodus_model::LocalDay;
use rand::RngExt;
use rand_distr::Exp1;
use rand_pcg::Pcg64Mcg;

/// Gravity scale of those who know nobody and skip the city.
const GRAVITY_KM: f64 = 30.0;
/// Gravity scale of those who move on.
const ONWARD_KM: f64 = 60.0;

/// When a subscriber leaves home, for where, where to from there, and the first night back home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fate {
    pub(crate) left: LocalDay,
    pub(crate) host: u32,
    /// First night at the second host, before the return.
    pub(crate) moved_on: Option<(LocalDay, u32)>,
    pub(crate) returned: LocalDay,
}

impl Fate {
    /// Where the subscriber sleeps that night, while displaced.
    #[inline]
    pub(crate) fn host_on(&self, day: LocalDay) -> Option<u32> {
        if day < self.left || self.returned <= day {
            return None;
        }
        match self.moved_on {
            Some((from, host)) if from <= day => Some(host),
            _ => Some(self.host),
        }
    }
}

impl Crisis {
    /// What happens to all of a household: `None` for those who stay, and all who live elsewhere. `head` is the number
    /// of the person whose chances they share, `hazard` their chance to leave relative to the mean.
    pub(crate) fn fate(
        &self,
        (seed, head): (u64, u32),
        hazard: f64,
        home: u32,
        kin: u32,
        settlements: &Settlements,
    ) -> Option<Fate> {
        if !self.strikes(settlements, home) {
            return None;
        }
        let mut rng = stream(seed, Purpose::Fate, u64::from(head), 0);
        let waves = self.scenario.waves.iter().enumerate();
        let mut reached = waves.filter(|&(wave, _)| self.reaches(wave, settlements, home));
        let (number, wave) = reached.find(|(_, wave)| rng.random_bool(wave.leaving_share * hazard))?;
        let after = weighted_index(&self.leaving[number], rng.random()) as i32;
        let left = LocalDay(self.day.0 + wave.begins + after);
        let returned = self.returned(left, &mut rng);
        let host = self.host(home, kin, settlements, &mut rng)?;
        let onward = self.scenario.onward.as_ref();
        let moved_on = onward.and_then(|onward| self.moved_on(onward, left, host, settlements, &mut rng));
        Some(Fate { left, host, moved_on: moved_on.filter(|&(day, _)| day < returned), returned })
    }

    fn returned(&self, left: LocalDay, rng: &mut Pcg64Mcg) -> LocalDay {
        let law = &self.scenario.returns;
        let mean_days = if rng.random_bool(law.fast_share) { law.fast_days } else { law.slow_days };
        let days_away = (rng.sample::<f64, _>(Exp1) * mean_days).ceil().clamp(1.0, 100_000.0) as i32;
        LocalDay((left.0 + days_away).max(self.day.0 + 1))
    }

    fn host(&self, home: u32, kin: u32, settlements: &Settlements, rng: &mut Pcg64Mcg) -> Option<u32> {
        let from = settlements.places[home as usize].at;
        let unit: f64 = rng.random();
        let (to_kin, to_city) = (self.scenario.destinations.to_kin_share, self.scenario.destinations.to_city_share);
        if unit < to_kin && !self.strikes(settlements, kin) {
            return Some(kin);
        }
        let to_city = (to_kin..to_kin + to_city).contains(&unit);
        let far = |town: &&u32| distance_km(from, settlements.towns[**town as usize].centre);
        let city = self.cities.iter().min_by(|a, b| far(a).total_cmp(&far(b))).copied()?;
        let by_gravity = if to_city {
            None
        } else {
            settlements.town_by_gravity(from, GRAVITY_KM, rng, self.is_outside(settlements))
        };
        Some(settlements.place_in(by_gravity.unwrap_or(city), rng))
    }

    fn moved_on(
        &self,
        onward: &Onward,
        left: LocalDay,
        host: u32,
        settlements: &Settlements,
        rng: &mut Pcg64Mcg,
    ) -> Option<(LocalDay, u32)> {
        let moves = rng.random_bool(onward.share);
        let days = (rng.sample::<f64, _>(Exp1) * onward.after_days).ceil().clamp(2.0, 100_000.0) as i32;
        let (from, outside) = (settlements.places[host as usize], self.is_outside(settlements));
        let elsewhere = |town: u32| town != from.town && outside(town);
        let town = settlements.town_by_gravity(from.at, ONWARD_KM, rng, elsewhere)?;
        moves.then(|| (LocalDay(left.0 + days), settlements.place_in(town, rng)))
    }

    fn is_outside<'a>(&'a self, settlements: &'a Settlements) -> impl Fn(u32) -> bool + 'a {
        |town| !self.struck[settlements.towns[town as usize].district as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::country::invented_areas;
    use crate::district::Districts;
    use crate::scenario::Scenario;

    /// Fates of 40 000 who live at one place that the first wave reaches.
    fn fates(scenario: &Scenario) -> Vec<Fate> {
        let districts = Districts::new(invented_areas(4)).unwrap();
        let settlements = Settlements::founded(4, &districts).unwrap();
        let crisis = Crisis::of(LocalDay(100), scenario, &settlements, districts.len());
        assert_eq!(crisis.struck.iter().filter(|&&struck| struck).count(), scenario.hazard.districts as usize);
        let home = (0..settlements.places.len() as u32).find(|&place| crisis.reaches(0, &settlements, place)).unwrap();
        let fates: Vec<Fate> =
            (0..40_000).filter_map(|subscriber| crisis.fate((4, subscriber), 1.0, home, 0, &settlements)).collect();
        assert!(fates.iter().all(|fate| !crisis.strikes(&settlements, fate.host)));
        fates
    }

    #[test]
    fn a_third_leaves_and_half_of_them_are_back_after_four_and_a_half_weeks() {
        let fates = fates(&Scenario::default());
        assert!((fates.len() as f64 / 40_000.0 - 0.35).abs() < 0.01);
        assert!(fates.iter().all(|fate| fate.moved_on.is_none()));
        let back = fates.iter().filter(|fate| fate.returned.0 - fate.left.0 <= 31).count() as f64;
        assert!((back / fates.len() as f64 - 0.5).abs() < 0.015, "{back} of {}", fates.len());
    }

    #[test]
    fn three_waves_take_what_those_before_them_left() {
        let fates = fates(&Scenario::named("flood").unwrap());
        let of_wave = |days: std::ops::Range<i32>| {
            fates.iter().filter(|fate| days.contains(&(fate.left.0 - 100))).count() as f64 / 40_000.0
        };
        let shares = [of_wave(0..4), of_wave(5..9), of_wave(10..14)];
        for (share, expected) in shares.into_iter().zip([0.15, 0.85 * 0.15, 0.85 * 0.85 * 0.2]) {
            assert!((share - expected).abs() < 0.01, "{shares:?}");
        }
    }

    #[test]
    fn evacuees_are_not_back_before_the_day_after_landfall() {
        let fates = fates(&Scenario::named("cyclone").unwrap());
        assert!(fates.iter().any(|fate| fate.left.0 == 98));
        assert!(fates.iter().all(|fate| fate.returned.0 > 100));
    }

    #[test]
    fn a_second_host_is_slept_at_between_the_first_and_home() {
        let fates = fates(&Scenario::named("conflict").unwrap());
        let moved: Vec<&Fate> = fates.iter().filter(|fate| fate.moved_on.is_some()).collect();
        assert!(moved.len() * 3 > fates.len(), "{} of {}", moved.len(), fates.len());
        for fate in moved {
            let (day, second) = fate.moved_on.unwrap();
            assert!(fate.left.0 + 2 <= day.0 && day < fate.returned && second != fate.host);
            let hosts = [day.previous(), day, fate.returned.previous(), fate.returned].map(|night| fate.host_on(night));
            assert_eq!(hosts, [Some(fate.host), Some(second), Some(second), None]);
            assert_eq!(fate.host_on(fate.left.previous()), None);
        }
    }
}
