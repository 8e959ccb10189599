//! How many people one subscriber of an area stands for (methods §7.1).
//!
//! Never published: with the people of a public table they would give the subscribers behind it (methods §15.3).
//! Several SIMs a person need no factor where N/n is used: it is in n, as long as those who leave have as many SIMs as
//! those who stay. Only without N, in [`MarketShare`], must devices be known.

use crate::error::{EstimateError, in_range};
use crate::sum::ordered_sum;
use std::collections::BTreeMap;

/// Fewer residents of the panel are no ratio (methods §7.1).
pub const MIN_RESIDENTS: u64 = 30;

/// An area deeper below the top than this is none (P-codes have five levels), and a parent that is its own is no tree.
const MAX_LEVELS: usize = 8;

/// A home area. Areas of one call do not overlap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HomeArea<K> {
    /// Its key.
    pub area: K,
    /// Nₐ, people.
    pub population: f64,
    /// nₐ, subscribers of the panel whose home it is.
    pub residents: u64,
    /// Whether the operator serves it. Homes may be found without: at the edge of a neighbour's radio cells.
    pub covered: bool,
}

/// What the residents of an area stand for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AreaWeight<K> {
    /// Nₐ/nₐ.
    Own {
        /// People for each subscriber.
        people_per_subscriber: f64,
    },
    /// ΣN/Σn over the small areas below `above`: this one and others.
    Pooled {
        /// People for each subscriber.
        people_per_subscriber: f64,
        /// The area they were pooled in.
        above: K,
        /// Σn, subscribers.
        residents: u64,
    },
    /// Nobody can speak for these people: to be reported as "not covered", never spread over neighbours.
    NotCovered {
        /// Nₐ, people.
        population: f64,
    },
    /// Pooled up to the top, and still fewer than 30.
    TooFew {
        /// Nₐ, people.
        population: f64,
        /// nₐ, subscribers.
        residents: u64,
    },
}

impl<K> AreaWeight<K> {
    /// People for each subscriber, if anybody can speak for the area.
    pub const fn people_per_subscriber(&self) -> Option<f64> {
        match self {
            Self::Own { people_per_subscriber } | Self::Pooled { people_per_subscriber, .. } => {
                Some(*people_per_subscriber)
            }
            Self::NotCovered { .. } | Self::TooFew { .. } => None,
        }
    }
}

/// The weight of each area, in the order of `areas`, which has no meaning; `parent` is the area above one, `None` at
/// the top. Hájek's estimator: the weights of a stratum sum to its N.
///
/// An area with fewer than 30 residents is pooled with the other such areas below the same parent; if these are fewer
/// than 30 together, with those of the area above that, and so on. Larger siblings stay out: a small neighbour changes
/// nobody's ratio, every resident is in one stratum, and Σ n·w = ΣN over all areas that have a weight. (To take the
/// parent's own ratio for the small area would count people of the larger siblings twice or lose those of the small
/// ones; and areas are small where few have this operator, which the small ones have in common.)
///
/// An area without a resident is not covered, whatever `covered` says: any weight would be its neighbours'.
///
/// # Errors
/// [`EstimateError::OutOfRange`] for a population that is negative or not finite.
pub fn hajek_weights<K: Copy + Ord>(
    areas: &[HomeArea<K>],
    parent: impl Fn(K) -> Option<K>,
) -> Result<Vec<AreaWeight<K>>, EstimateError> {
    let mut weights = Vec::with_capacity(areas.len());
    // Areas that wait for company: where they have got to in the tree, and their index.
    let mut small: Vec<(K, usize)> = Vec::new();
    for (index, own) in areas.iter().enumerate() {
        let population = in_range("population", own.population, "0 or more people", |people| people >= 0.0)?;
        let residents = own.residents;
        weights.push(if !own.covered || residents == 0 {
            AreaWeight::NotCovered { population }
        } else if residents < MIN_RESIDENTS {
            small.push((own.area, index));
            AreaWeight::TooFew { population, residents }
        } else {
            AreaWeight::Own { people_per_subscriber: population / residents as f64 }
        });
    }
    for _ in 0..MAX_LEVELS {
        let mut pools: BTreeMap<K, Vec<usize>> = BTreeMap::new();
        for (at, index) in small.drain(..) {
            if let Some(above) = parent(at) {
                pools.entry(above).or_default().push(index);
            }
        }
        for (above, pool) in pools {
            let residents: u64 = pool.iter().map(|&index| areas[index].residents).sum();
            if residents < MIN_RESIDENTS {
                small.extend(pool.into_iter().map(|index| (above, index)));
                continue;
            }
            let people = ordered_sum(pool.iter().map(|&index| areas[index].population));
            let people_per_subscriber = people / residents as f64;
            for index in pool {
                weights[index] = AreaWeight::Pooled { people_per_subscriber, above, residents };
            }
        }
    }
    Ok(weights)
}

/// What is known of an operator in an area where N/n cannot be had. Penetration changes with time: one per period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MarketShare {
    /// People who have a phone, per person. (Where SIMs per person is what is known, give that, and 1 for devices.)
    pub penetration: f64,
    /// The operator's share of SIMs in use.
    pub share: f64,
    /// SIMs in use for each person who has a phone: 1 or more.
    pub devices_per_person: f64,
}

impl MarketShare {
    /// People for each subscriber, 1/(penetration·share·devices): with d SIMs a person, a SIM is 1/d of one.
    ///
    /// # Errors
    /// [`EstimateError::OutOfRange`] for a penetration of 0 or less, a share outside (0, 1], fewer than 1 device.
    pub fn people_per_subscriber(&self) -> Result<f64, EstimateError> {
        let penetration = in_range("penetration", self.penetration, "above 0", |own| own > 0.0)?;
        let share = in_range("share of the operator", self.share, "in (0, 1]", |own| own > 0.0 && own <= 1.0)?;
        let devices = in_range("devices per person", self.devices_per_person, "1 or more", |own| own >= 1.0)?;
        Ok(1.0 / (penetration * share * devices))
    }
}

#[cfg(test)]
#[path = "weights_tests.rs"]
mod tests;
