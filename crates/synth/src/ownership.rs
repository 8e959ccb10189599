//! Who of the people has a SIM of this operator. The others live, flee and return all the same, and leave no record.

use crate::chance::{Purpose, stream};
use crate::error::SynthError;
use crate::scenario::Scenario;
use crate::subscriber::Subscriber;
use rand::RngExt;

/// How many of the people are subscribers, and how unevenly. Any scenario can be combined with any ownership: a scenario
/// is what happens, ownership is who is seen.
///
/// A person's chance to have a SIM is the ownership of the home district × the factor of the household's group, drawn for
/// each person on its own, so that a household may have any number of subscribers. The operator's market share, which
/// shapes how people are spread over the districts, is no part of it. Who has no SIM never gets one. With
/// `within_household` above 0 members of a household share the draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ownership {
    /// Share of people with a SIM, above 0 and up to 1: the mean over districts and groups.
    pub share: f64,
    /// Between areas: the ownership of a district is uniform from `share·(1 - spread)` to `share·(1 + spread)`; 0 to 1.
    /// Weights by area can correct this.
    pub area_spread: f64,
    /// Within areas: every household is of group a or b, one as likely as the other, and ownership of b is this many times
    /// that of a; above 0. The mean of both is kept.
    pub group_ratio: f64,
    /// The chance to leave in a wave is for group b this many times that of a; above 0. The mean of both is kept in the
    /// first wave that reaches them; later ones find fewer of those who were likely to leave. Together with
    /// `group_ratio` this is a bias that no weight by area corrects.
    pub hazard_ratio: f64,
    /// Correlation of having a SIM between two people of a household, 0 to 1: 0 = each on its own, 1 = all or none.
    pub within_household: f64,
}

/// The group of a household: of say the poorer and the better off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    A,
    B,
}

impl Group {
    /// As in the truth.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
        }
    }

    /// What the mean of both is multiplied by, where b has `ratio` times what a has. Exactly 1 where the ratio is.
    fn factor(self, ratio: f64) -> f64 {
        match self {
            Self::A => 2.0 / (1.0 + ratio),
            Self::B => 2.0 * ratio / (1.0 + ratio),
        }
    }
}

impl Ownership {
    /// The same share everywhere and for everybody.
    pub const fn even(share: f64) -> Self {
        Self { share, area_spread: 0.0, group_ratio: 1.0, hazard_ratio: 1.0, within_household: 0.0 }
    }

    /// The share of displaced among subscribers of an area over that among all its people, in a scenario of one wave:
    /// `2·(1 + q·r) / ((1 + q)·(1 + r))` for a hazard ratio `q` and an ownership ratio `r`.
    pub fn bias(&self) -> f64 {
        let (q, r) = (self.hazard_ratio, self.group_ratio);
        2.0 * (1.0 + q * r) / ((1.0 + q) * (1.0 + r))
    }

    pub(crate) fn check(&self, scenario: &Scenario) -> Result<(), SynthError> {
        let refuse = |option, expected| Err(SynthError::Option { option, value: format!("{self:?}"), expected });
        let ratio = |ratio: f64| ratio > 0.0 && ratio.is_finite();
        if !(0.0..=1.0).contains(&self.within_household) {
            return refuse("ownership", "a correlation within households from 0 to 1");
        }
        if !(self.share > 0.0 && (0.0..=1.0).contains(&self.area_spread) && ratio(self.group_ratio)) {
            return refuse("ownership", "a share above 0, a spread from 0 to 1, a ratio above 0");
        }
        let greatest = |ratio| Group::A.factor(ratio).max(Group::B.factor(ratio));
        // A spread of 0.1 and a factor of 1 may come to a hair more than the limit.
        if self.share * (1.0 + self.area_spread) * greatest(self.group_ratio) > 1.0 + 1e-9 {
            return refuse("ownership", "a share that is 1 at most in the group and the district that have most");
        }
        let leaving = scenario.waves.iter().map(|wave| wave.leaving_share).fold(0.0, f64::max);
        if !ratio(self.hazard_ratio) || leaving * greatest(self.hazard_ratio) > 1.0 {
            return refuse("ownership", "a hazard ratio above 0, by which no more than all of a group leave in a wave");
        }
        Ok(())
    }
}

/// Ownership, district by district.
#[derive(Clone, Debug)]
pub(crate) struct Owners {
    /// Whether ownership was asked for, so that the truth tells of it.
    pub(crate) told: bool,
    /// For each district.
    pub(crate) of_district: Vec<f64>,
    pub(crate) ownership: Ownership,
}

impl Owners {
    /// Draws the ownership of every district; without an option everybody has a SIM.
    pub(crate) fn drawn(seed: u64, districts: usize, asked: Option<Ownership>) -> Self {
        let ownership = asked.unwrap_or(Ownership::even(1.0));
        let of_district = (0..districts as u64).map(|district| {
            let unit: f64 = stream(seed, Purpose::AreaOwnership, district, 0).random();
            ownership.share * (1.0 + ownership.area_spread * (2.0 * unit - 1.0))
        });
        Self { told: asked.is_some(), of_district: of_district.collect(), ownership }
    }

    /// The group of a household, by the number of its head.
    pub(crate) fn group(seed: u64, head: u32) -> Group {
        if stream(seed, Purpose::Group, u64::from(head), 0).random_bool(0.5) { Group::B } else { Group::A }
    }

    /// The chance of a group to leave, relative to the mean.
    pub(crate) fn hazard(&self, group: Group) -> f64 {
        group.factor(self.ownership.hazard_ratio)
    }

    /// Whether a person of the household of `head` has a SIM. Each member goes by the draw of the household with chance √ρ,
    /// else by its own: two members both go by it with chance ρ, which is their correlation.
    pub(crate) fn has_sim(&self, seed: u64, (head, number): (u32, u32), group: Group, district: u32) -> bool {
        let chance = self.of_district[district as usize] * group.factor(self.ownership.group_ratio);
        let mut own = stream(seed, Purpose::Ownership, u64::from(number), 0);
        let unit: f64 = own.random();
        if self.ownership.within_household > 0.0 && own.random::<f64>() < self.ownership.within_household.sqrt() {
            return stream(seed, Purpose::HouseholdOwnership, u64::from(head), 0).random::<f64>() < chance;
        }
        unit < chance
    }
}

/// The design effect of subscribers as a sample of the people: by what factor the variance of an estimate *of these very
/// people* is greater because members of a household have SIMs together. 1 + (N - 1)·ρ; 1 where each has a SIM on its own,
/// however much households move together: a household then is never drawn as one.
pub(crate) fn sampling_effect(ownership: Option<Ownership>, household_size: u32) -> f64 {
    1.0 + f64::from(household_size - 1) * ownership.map_or(0.0, |own| own.within_household)
}

/// By what factor households make the variance of a count of displaced subscribers greater than that of as many persons
/// who decide alone: the mean, over subscribers, of the subscribers in their household. 0 where there are none.
pub(crate) fn design_effect(people: &[Subscriber], household_size: u32) -> f64 {
    let owners = people
        .chunks(household_size as usize)
        .map(|household| household.iter().filter(|person| person.has_sim).count() as u64);
    let (sum, squares) = owners.fold((0, 0), |(sum, squares), owners| (sum + owners, squares + owners * owners));
    squares as f64 / sum.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::SynthOptions;
    use crate::world::World;

    fn people(seed: u64, household_size: u32, ownership: Ownership) -> Vec<Subscriber> {
        let options = SynthOptions { seed, subscribers: 120_000, household_size, ..SynthOptions::default() };
        World::drawn(&SynthOptions { ownership: Some(ownership), ..options }).unwrap().subscribers
    }

    fn share(some: usize, all: usize) -> f64 {
        some as f64 / all as f64
    }

    /// Mean square error of counts of displaced subscribers in three households, over that of as many who decide alone.
    fn simulated_effect(household_size: u32, ownership: Ownership) -> f64 {
        let (mut error, mut binomial) = (0.0, 0.0);
        for seed in 1..=3 {
            let people = people(seed, household_size, ownership);
            let households = people.chunks(household_size as usize).filter(|household| household[0].struck);
            let struck: Vec<_> = households.map(|household| household.iter().filter(|person| person.has_sim)).collect();
            let count = |households: &[_], fled: bool| {
                let subscribers = households.iter().cloned().flatten();
                subscribers.filter(|person: &&Subscriber| !fled || person.fate.is_some()).count()
            };
            let leaving = share(count(&struck, true), count(&struck, false));
            for some in struck.chunks(3) {
                let (left, all) = (count(some, true) as f64, count(some, false) as f64);
                error += (left - all * leaving).powi(2);
                binomial += all * leaving * (1.0 - leaving);
            }
        }
        error / binomial
    }

    #[test]
    fn households_multiply_the_variance_of_displaced_subscribers_by_the_subscribers_in_them() {
        // 1 + 4 · 0.4: beside a subscriber of a household of five, 0.4 of four others are subscribers.
        let ownership = Ownership::even(0.4);
        let effect = design_effect(&people(1, 5, ownership), 5);
        assert!((effect - 2.6).abs() < 0.03, "{effect}");
        let simulated = simulated_effect(5, ownership);
        assert!((simulated / 2.6 - 1.0).abs() < 0.1, "{simulated}");
        let alone = simulated_effect(1, ownership);
        assert!((alone - 1.0).abs() < 0.05, "{alone}");
        assert!((design_effect(&people(1, 5, Ownership::even(1.0)), 5) - 5.0).abs() < 1e-12);
    }

    /// Mean square error of displaced people estimated from subscribers, over that of subscribers who each decide alone
    /// whether to have a SIM: (count / share - true)² against N·s·(1 - p)/p.
    fn simulated_sampling_effect(household_size: u32, ownership: Ownership) -> f64 {
        let (mut error, mut expected) = (0.0, 0.0);
        for seed in 1..=3 {
            let people = people(seed, household_size, ownership);
            let struck: Vec<_> = people.chunks(household_size as usize).filter(|own| own[0].struck).collect();
            for some in struck.chunks(3) {
                let left = || some.iter().flat_map(|own| own.iter()).filter(|person| person.fate.is_some());
                let (all, seen) = (left().count() as f64, left().filter(|person| person.has_sim).count() as f64);
                error += (seen / ownership.share - all).powi(2);
                expected += all * (1.0 - ownership.share) / ownership.share;
            }
        }
        error / expected
    }

    #[test]
    fn households_widen_the_error_of_an_estimate_only_as_far_as_they_have_sims_together() {
        let alone = Ownership::even(0.4);
        for (within_household, expected) in [(0.0, 1.0), (0.5, 2.5), (1.0, 4.0)] {
            let ownership = Ownership { within_household, ..alone };
            assert!((sampling_effect(Some(ownership), 4) - expected).abs() < 1e-12);
            let simulated = simulated_sampling_effect(4, ownership);
            assert!((simulated / expected - 1.0).abs() < 0.1, "{within_household}: {simulated}");
        }
        assert!((sampling_effect(None, 4) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_household_has_any_number_of_subscribers() {
        let people = people(2, 4, Ownership::even(0.3));
        let mut households = [0usize; 5];
        for household in people.chunks(4) {
            households[household.iter().filter(|person| person.has_sim).count()] += 1;
        }
        let binomial = [0.2401, 0.4116, 0.2646, 0.0756, 0.0081];
        for (found, expected) in households.into_iter().zip(binomial) {
            assert!((share(found, 30_000) - expected).abs() < 0.01, "{households:?}");
        }
    }

    #[test]
    fn groups_differ_as_asked_the_means_are_kept_and_the_bias_is_the_formula() {
        let ownership = Ownership { group_ratio: 3.0, hazard_ratio: 0.4, ..Ownership::even(0.3) };
        let people = people(3, 1, ownership);
        let share_of = |of: &dyn Fn(&Subscriber) -> bool, has: &dyn Fn(&Subscriber) -> bool| {
            let of: Vec<_> = people.iter().filter(|person| of(person)).collect();
            share(of.iter().filter(|person| has(person)).count(), of.len())
        };
        let (is_b, owns) = (|person: &Subscriber| person.group == Group::B, |person: &Subscriber| person.has_sim);
        let left = |person: &Subscriber| person.fate.is_some();
        assert!((share_of(&|_| true, &is_b) - 0.5).abs() < 0.01);
        assert!((share_of(&|_| true, &owns) - 0.3).abs() < 0.005);
        assert!((share_of(&|person| !is_b(person), &owns) - 0.15).abs() < 0.005);
        assert!((share_of(&is_b, &owns) - 0.45).abs() < 0.008, "four standard deviations");

        let struck = share_of(&|person| person.struck, &left);
        assert!((struck - 0.35).abs() < 0.01, "{struck}");
        assert!((share_of(&|person| person.struck && !is_b(person), &left) - 0.5).abs() < 0.015);
        assert!((share_of(&|person| person.struck && is_b(person), &left) - 0.2).abs() < 0.015);
        let bias = share_of(&|person| person.struck && owns(person), &left) / struck;
        assert!((ownership.bias() - 0.785_714).abs() < 1e-6 && (bias - ownership.bias()).abs() < 0.05, "{bias}");
        assert!((Ownership { hazard_ratio: 1.0, ..ownership }.bias() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn districts_differ_within_the_spread_alone() {
        let of = |ownership| Owners::drawn(9, 2_000, Some(ownership)).of_district;
        assert!(of(Ownership::even(0.4)).iter().all(|share| (share - 0.4).abs() < 1e-12));
        let drawn = of(Ownership { area_spread: 0.5, ..Ownership::even(0.4) });
        assert!(drawn.iter().all(|share| (0.2..0.6).contains(share)));
        let mean = drawn.iter().sum::<f64>() / 2_000.0;
        let variance = drawn.iter().map(|share| (share - mean).powi(2)).sum::<f64>() / 2_000.0;
        // Of a uniform 0.4 wide, the standard deviation is 0.4 / √12.
        assert!((mean - 0.4).abs() < 0.01 && (variance.sqrt() - 0.115_47).abs() < 0.005, "{mean} {variance}");
    }

    #[test]
    fn what_cannot_be_kept_is_refused() {
        let half = Ownership::even(0.5);
        let check = |ownership: Ownership| ownership.check(&Scenario::default()).map_err(|error| error.to_string());
        assert_eq!(check(half), Ok(()));
        assert_eq!(check(Ownership { area_spread: 1.0, ..half }), Ok(()));
        // 0.5 · 2 · 3 / 4 is 0.75, and 0.5 · 1.4 · 1.5 is above 1; 0.35 of the earthquake · 2 · 0.99 is below.
        assert_eq!(check(Ownership { group_ratio: 3.0, ..half }), Ok(()));
        assert_eq!(check(Ownership { hazard_ratio: 0.01, ..half }), Ok(()));
        for refused in [
            Ownership { group_ratio: 3.0, area_spread: 0.4, ..half },
            Ownership::even(1.1),
            Ownership::even(0.0),
            Ownership::even(f64::NAN),
            Ownership { area_spread: 1.1, ..half },
            Ownership { group_ratio: 0.0, ..half },
            Ownership { hazard_ratio: f64::INFINITY, ..half },
            Ownership { within_household: 1.1, ..half },
            Ownership { within_household: f64::NAN, ..half },
        ] {
            assert!(check(refused).unwrap_err().starts_with("ownership is "), "{refused:?}");
        }
        let mut scenario = Scenario::default();
        scenario.waves[0].leaving_share = 0.6;
        assert!(Ownership { hazard_ratio: 6.0, ..half }.check(&scenario).unwrap_err().to_string().contains("hazard"));
    }
}
