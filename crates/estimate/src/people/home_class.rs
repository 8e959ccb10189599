//! Residents weighted by a class of their home, urban or rural, besides their area: raking of areas and class totals
//! (methods §7.2).
//!
//! Weights are relative to the mean of an area: its people stay those of [`StandsFor`](super::stands_for::StandsFor), and
//! classes only change who of its residents speaks for how many of them.

use crate::error::{EstimateError, in_range, same_length};
use crate::raking::{Margin, RakingRule, rake};

/// Urban, rural.
pub const CLASSES: usize = 2;

/// One value a class.
pub type ByClass = [f64; CLASSES];

/// Weights of an area without classes: everybody is the mean.
pub const EQUAL: ByClass = [1.0; CLASSES];

/// Areas that share class totals, with residents of the panel and people each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassBlock<'a> {
    /// Residents of the panel by area and class.
    pub residents: &'a [ByClass],
    /// People by area: the trusted margin.
    pub people: &'a [f64],
    /// People by class, in these areas or in more: they are rescaled to the people of these.
    pub totals: ByClass,
}

/// Weights that meet both margins.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassWeights {
    /// By area and class, as a multiple of the mean of the area: Σ residents × weight = residents. 1 in areas of nobody.
    pub relative: Vec<ByClass>,
    /// Areas with a weight that is still outside the clamp, ascending.
    pub outside_clamp: Vec<usize>,
    /// By what class totals were multiplied, so that they sum to the people of the areas.
    pub rescaled: f64,
}

/// Why residents are weighted by their area alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotRaked {
    /// Residents of one class only: its weight is that of the area.
    OneClass,
    /// A class with people has fewer than 30 residents of the panel.
    FewResidents,
    /// A class with residents of the panel has no people.
    NoPeople,
    /// No weights meet both margins.
    NotConverged,
}

impl NotRaked {
    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OneClass => "one_class",
            Self::FewResidents => "few_residents",
            Self::NoPeople => "class_without_people",
            Self::NotConverged => "not_converged",
        }
    }
}

/// Weights of the residents of a block; the inner error is for areas that are to be weighted as a whole. A block of one
/// area has the ratio of people and residents of each class.
///
/// # Errors
/// [`EstimateError::Shape`] and [`EstimateError::OutOfRange`] for input that cannot be.
pub fn class_weights(block: &ClassBlock<'_>) -> Result<Result<ClassWeights, NotRaked>, EstimateError> {
    raked(block, &RakingRule::default())
}

/// The weights of one replicate of the panel: those of its own residents, however few, and without clamp, as a clamp would
/// take away what replicates are to tell. `point` where a replicate cannot be raked.
///
/// # Errors
/// [`EstimateError::Shape`] and [`EstimateError::OutOfRange`] for input that cannot be.
pub fn replicate_class_weights(block: &ClassBlock<'_>, point: &[ByClass]) -> Result<Vec<ByClass>, EstimateError> {
    let rule = RakingRule { min_counted: 0.0, clamp: None, ..RakingRule::default() };
    Ok(raked(block, &rule)?.map_or_else(|_| point.to_vec(), |own| own.relative))
}

fn raked(block: &ClassBlock<'_>, rule: &RakingRule) -> Result<Result<ClassWeights, NotRaked>, EstimateError> {
    same_length("people of the areas", block.residents.len(), block.people.len())?;
    for &total in &block.totals {
        in_range("people of a class", total, "0 or more people", |own| own >= 0.0)?;
    }
    let lived_in = |at: &usize| block.people[*at] > 0.0 && block.residents[*at].iter().sum::<f64>() > 0.0;
    let areas: Vec<usize> = (0..block.residents.len()).filter(lived_in).collect();
    let residents = |class: usize| areas.iter().map(|&at| block.residents[at][class]).sum::<f64>();
    let present: Vec<usize> = (0..CLASSES).filter(|&class| residents(class) > 0.0).collect();
    if present.iter().any(|&class| block.totals[class] <= 0.0) {
        return Ok(Err(NotRaked::NoPeople));
    }
    if (0..CLASSES).any(|class| block.totals[class] > 0.0 && residents(class) < rule.min_counted.max(1.0)) {
        let has_one =
            present.len() < CLASSES && (0..CLASSES).all(|own| present.contains(&own) || block.totals[own] <= 0.0);
        return Ok(Err(if has_one { NotRaked::OneClass } else { NotRaked::FewResidents }));
    }
    if present.len() < CLASSES {
        return Ok(Err(NotRaked::OneClass));
    }
    let counts: Vec<f64> = areas.iter().flat_map(|&at| block.residents[at]).collect();
    let (row_of, class_of): (Vec<usize>, Vec<usize>) = (0..counts.len()).map(|at| (at / CLASSES, at % CLASSES)).unzip();
    let people: Vec<f64> = areas.iter().map(|&at| block.people[at]).collect();
    let margins =
        [Margin { category_of: &row_of, totals: &people }, Margin { category_of: &class_of, totals: &block.totals }];
    let found = match rake(&counts, &margins, rule) {
        Ok(found) => found,
        Err(EstimateError::NotConverged { .. }) => return Ok(Err(NotRaked::NotConverged)),
        Err(EstimateError::SmallCategory { .. }) => return Ok(Err(NotRaked::FewResidents)),
        Err(error) => return Err(error),
    };
    let mut relative = vec![EQUAL; block.residents.len()];
    for (row, &at) in areas.iter().enumerate() {
        let own = [found.weights[row * CLASSES], found.weights[row * CLASSES + 1]];
        relative[at] = to_mean(own, block.residents[at]);
    }
    let mut outside_clamp: Vec<usize> = found.outside_clamp.iter().map(|group| areas[group / CLASSES]).collect();
    outside_clamp.dedup();
    Ok(Ok(ClassWeights { relative, outside_clamp, rescaled: found.rescaled[1] }))
}

/// Weights as multiples of their mean over residents, so that the people of an area are met exactly and not to 10⁻⁶.
fn to_mean(weights: ByClass, residents: ByClass) -> ByClass {
    let all: f64 = residents.iter().sum();
    let weighted: f64 = weights.iter().zip(residents).map(|(weight, own)| weight * own).sum();
    weights.map(|own| own * all / weighted)
}

#[cfg(test)]
#[path = "home_class_tests.rs"]
mod tests;
