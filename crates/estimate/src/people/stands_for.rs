//! How many people stand behind the panel of each origin (methods §7.1): CONFIDENTIAL, as with the figures of people it
//! gives the subscribers behind them.

use crate::error::EstimateError;
use crate::sum::ordered_sum;
use crate::weights::{AreaWeight, HomeArea, hajek_weights};
use hexodus_model::{AreaKey, UnitKey};
use std::collections::BTreeMap;

/// An area and its level.
pub type AreaAtLevel = (u8, AreaKey);

/// W of each area of one level that can be estimated, and what is to be said of the others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StandsFor {
    /// People. Those of areas pooled with others are their subscribers' part of all people of the pool.
    pub people: BTreeMap<UnitKey, f64>,
    /// Why there is no estimate, or what is special about it.
    pub remarks: BTreeMap<UnitKey, AreaRemark>,
}

/// What is to be said of an area besides its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AreaRemark {
    /// Fewer than 30 residents in the panel: it shares one weight with others that have few.
    Pooled,
    /// No resident in the panel, or fewer than 30 and with all that are above it still fewer: nobody can speak for its
    /// people. One remark for both, so that it tells of no subscriber.
    NotCovered,
    /// The population table has no figure for it: people by the operator's market share.
    MarketShare,
    /// The population table has no figure for it.
    NoPopulation,
}

impl AreaRemark {
    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pooled => "pooled",
            Self::NotCovered => "not_covered",
            Self::MarketShare => "market_share",
            Self::NoPopulation => "no_population",
        }
    }
}

impl StandsFor {
    /// From the people of every area of a level (`None`: no figure) and the subscribers of the panel whose home it is;
    /// `parent` is the area above one.
    ///
    /// # Errors
    /// [`EstimateError::OutOfRange`] for a population that is negative or not finite.
    pub fn of(
        level: u8,
        population: &[Option<f64>],
        residents: &BTreeMap<UnitKey, u64>,
        parent: impl Fn(AreaAtLevel) -> Option<AreaAtLevel>,
    ) -> Result<Self, EstimateError> {
        let residents_of = |area: AreaKey| residents.get(&UnitKey::area(area)).copied().unwrap_or(0);
        let areas = || (0_u32..).map(AreaKey).zip(population);
        let known = areas().filter_map(|(area, &people)| {
            let (population, residents) = (people?, residents_of(area));
            Some(HomeArea { area: (level, area), population, residents, covered: true })
        });
        let known: Vec<HomeArea<AreaAtLevel>> = known.collect();
        let mut told = Self::default();
        for (own, weight) in known.iter().zip(hajek_weights(&known, parent)?) {
            let unit = UnitKey::area(own.area.1);
            if let Some(people) = weight.people_per_subscriber() {
                told.people.insert(unit, people * own.residents as f64);
            }
            let remark = match weight {
                AreaWeight::Own { .. } => continue,
                AreaWeight::Pooled { .. } => AreaRemark::Pooled,
                AreaWeight::NotCovered { .. } | AreaWeight::TooFew { .. } => AreaRemark::NotCovered,
            };
            told.remarks.insert(unit, remark);
        }
        let unknown = areas().filter(|(_, people)| people.is_none());
        told.remarks.extend(unknown.map(|(area, _)| (UnitKey::area(area), AreaRemark::NoPopulation)));
        Ok(told)
    }

    /// Gives areas without a population figure that of their residents by market share: `people_per_subscriber` of an area
    /// (methods §7.1). Of all others nothing changes: N/n holds the market share already.
    pub fn add_by_market_share(
        &mut self,
        residents: &BTreeMap<UnitKey, u64>,
        people_per_subscriber: impl Fn(AreaKey) -> Option<f64>,
    ) {
        for (unit, remark) in self.remarks.iter_mut().filter(|own| *own.1 == AreaRemark::NoPopulation) {
            let residents = residents.get(unit).copied().filter(|&own| own > 0);
            let Some((each, residents)) = unit.as_area().and_then(&people_per_subscriber).zip(residents) else {
                continue;
            };
            self.people.insert(*unit, each * residents as f64);
            *remark = AreaRemark::MarketShare;
        }
    }

    /// Areas that have no figure, with why.
    pub fn without_figure(&self) -> BTreeMap<UnitKey, &'static str> {
        let none = self.remarks.iter().filter(|own| !self.people.contains_key(own.0));
        none.map(|(&area, remark)| (area, remark.name())).collect()
    }

    /// W of all origins together: what the figures of hosts and of the country are shares of.
    pub fn everybody(&self) -> f64 {
        ordered_sum(self.people.values().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The SIMs of Bengtsson et al. 2011, at 3.2 people each; the area with a figure keeps it.
    #[test]
    fn areas_without_a_figure_have_people_by_market_share() {
        let unit = |area: u32| UnitKey::area(AreaKey(area));
        let residents = [(unit(0), 197_484), (unit(1), 100)].into();
        let mut told = StandsFor::of(1, &[None, Some(5000.0), None], &residents, |_| None).unwrap();
        told.add_by_market_share(&residents, |_| Some(3.2));
        assert_eq!(told.people[&unit(0)].round() as u64, 631_949);
        assert_eq!(told.people[&unit(1)].to_bits(), 5000.0_f64.to_bits());
        let remarks: Vec<_> = told.remarks.iter().map(|(&unit, own)| (unit, own.name())).collect();
        assert_eq!(remarks, [(unit(0), "market_share"), (unit(2), "no_population")], "nobody lives in the last");
    }

    #[test]
    fn small_areas_share_their_people_and_the_rest_is_told() {
        let unit = |area: u32| UnitKey::area(AreaKey(area));
        let population = [Some(1000.0), Some(300.0), Some(500.0), Some(70.0), None, Some(9.0)];
        let residents = [(unit(0), 100), (unit(1), 10), (unit(2), 25), (unit(4), 90), (unit(5), 2)].into();
        // The first four lie in one area, the others in another; above them there is nothing.
        let parent = |(level, area): AreaAtLevel| (level == 2).then_some((1, AreaKey(area.0 / 4)));
        let told = StandsFor::of(2, &population, &residents, parent).unwrap();
        assert_eq!(told.people.keys().copied().collect::<Vec<_>>(), [unit(0), unit(1), unit(2)]);
        let near = |area: u32, expected: f64| assert!((told.people[&unit(area)] - expected).abs() < 1e-9);
        near(0, 1000.0);
        near(1, 800.0 * 10.0 / 35.0);
        near(2, 800.0 * 25.0 / 35.0);
        assert_eq!(told.without_figure().into_keys().collect::<Vec<_>>(), [unit(3), unit(4), unit(5)]);
        assert!((told.everybody() - 1800.0).abs() < 1e-9);
        let remarks: Vec<_> = told.remarks.values().map(|own| own.name()).collect();
        assert_eq!(remarks, ["pooled", "pooled", "not_covered", "no_population", "not_covered"]);
    }
}
