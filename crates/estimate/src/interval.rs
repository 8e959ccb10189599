//! The interval of an estimate of people, from all that is uncertain about it (methods §7.5).
//!
//! That a SIM is no person, and that those who have one may move otherwise than those who have none, is no sampling
//! error and not in it. An interval of the bootstrap alone is never a total error: it is not offered.

pub mod few;

use crate::error::{EstimateError, in_range};
use crate::excess::Z_95;
use crate::sum::ordered_sum;
use few::{interval_of_few, is_few};

/// Fewer replicates than this tell no variance: at 50 its root is known to 10 %.
pub const MIN_REPLICATES: usize = 50;

/// A share of the people of one area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ObservedShare {
    /// s, corrected for activity where that is done: 0 ≤ s ≤ 1.
    pub share: f64,
    /// n, subscribers it was taken of: those of the panel observed on the day.
    pub observed: f64,
    /// N, people; the estimate is N·s.
    pub population: f64,
}

/// What else is uncertain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uncertainty {
    /// f = n/N in \[0, 1): people in the panel among people. With d SIMs a person, n/(d·N).
    pub sampling_fraction: f64,
    /// Variance of households that move together, against that of persons who do not.
    pub deff: f64,
    /// Coefficient of variation of N.
    pub population_cv: f64,
    /// Coefficient of variation of a survey factor in the estimate.
    pub survey_cv: f64,
    /// Variance of noise added to the count (differential privacy), subscribers².
    pub noise_variance: f64,
}

impl Default for Uncertainty {
    /// Nothing but sampling: f = 0, which is the wide side, and the deff of households, 2.
    fn default() -> Self {
        Self { sampling_fraction: 0.0, deff: 2.0, population_cv: 0.0, survey_cv: 0.0, noise_variance: 0.0 }
    }
}

/// Where the sampling error came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntervalMethod {
    /// The variance of replicates.
    Bootstrap,
    /// Beta(x + ½, n − x + ½) of an effective sample: few subscribers on one side, or none.
    Jeffreys,
    /// s(1 − s)/n: no replicates (under differential privacy).
    ClosedForm,
}

/// Variances on the scale of logit s. Their sum is SD², unless the method is Jeffreys: then they are what they would be
/// at (x + ½)/(n + 1), for comparison only.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VarianceComponents {
    /// Which subscribers happened to be seen, times (1 − f)·deff.
    pub sampling: f64,
    /// Error of N: (CV/(1 − s))².
    pub population: f64,
    /// Error of the survey factor: (CV/(1 − s))².
    pub survey: f64,
    /// Noise: Var/(n·s(1 − s))².
    pub noise: f64,
}

/// An estimate of people with its 95 % interval: 0 ≤ low ≤ estimate ≤ high ≤ N.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// N·s.
    pub estimate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Where the sampling error came from.
    pub method: IntervalMethod,
    /// What it is made of.
    pub components: VarianceComponents,
}

/// The variance of the replicates of a share, each the final share: ratio and activity correction done anew.
///
/// # Errors
/// [`EstimateError::OutOfRange`] for a replicate in which nobody was observed (NaN); [`EstimateError::Shape`] for fewer
/// than 50 replicates.
pub fn replicate_variance(replicates: &[f64]) -> Result<f64, EstimateError> {
    if replicates.len() < MIN_REPLICATES {
        let (what, found) = ("replicates", replicates.len());
        return Err(EstimateError::Shape { what, expected: MIN_REPLICATES, found });
    }
    for &replicate in replicates {
        in_range("share of a replicate", replicate, "from 0 to 1", |own| (0.0..=1.0).contains(&own))?;
    }
    let mean = ordered_sum(replicates.iter().copied()) / replicates.len() as f64;
    let squares = ordered_sum(replicates.iter().map(|own| (own - mean).powi(2)));
    Ok(squares / (replicates.len() - 1) as f64)
}

/// The interval by bootstrap, from the [`replicate_variance`] of the share.
///
/// SD² = Var·(1 − f)·deff + `V_population` + `V_survey` + `V_noise`, and N·logit⁻¹(logit s ± 1.96·SD). Every term is
/// brought to the logit by the delta method, d logit s = ds/(s(1 − s)): also the variance of the replicates, as logits
/// of a replicate without anybody would be infinite. An error of N or φ by a share ε moves s by s·ε, hence CV/(1 − s);
/// the interval cannot leave \[0, N\], so it is short at the top where s is near 1 *and* N is uncertain.
///
/// **Few subscribers**: where fewer than 10 of an effective sample are on one side, and so always at s = 0 and s = 1,
/// the variance is not looked at and Jeffreys' interval takes its place ([`few`]).
///
/// # Errors
/// [`EstimateError::OutOfRange`] for numbers that cannot be.
pub fn bootstrap_interval(of: &ObservedShare, variance: f64, errors: &Uncertainty) -> Result<Interval, EstimateError> {
    check(of, errors)?;
    if is_few(of, errors) {
        return interval_of_few(of, errors);
    }
    let variance = in_range("variance of the replicates", variance, "0 or more", |own| own >= 0.0)?;
    let sampling = variance / of.slope().powi(2) * errors.design();
    Ok(composed(of, sampling, IntervalMethod::Bootstrap, errors))
}

/// The interval without replicates: the same with s(1 − s)/n for the variance of the bootstrap.
///
/// # Errors
/// [`EstimateError::OutOfRange`] for numbers that cannot be.
pub fn closed_form_interval(of: &ObservedShare, errors: &Uncertainty) -> Result<Interval, EstimateError> {
    check(of, errors)?;
    if is_few(of, errors) {
        return interval_of_few(of, errors);
    }
    let sampling = errors.design() / (of.observed * of.slope());
    Ok(composed(of, sampling, IntervalMethod::ClosedForm, errors))
}

/// The variance a bootstrap should find, people²: N²·p(1 − p)/n·(1 − n/N)·deff. A check, not an estimate. 0 where all
/// people were asked, `None` where nobody was.
pub fn closed_form_variance(of: &ObservedShare, deff: f64) -> Option<f64> {
    let ObservedShare { observed, population, .. } = *of;
    let unseen = (1.0 - observed / population).max(0.0);
    (observed > 0.0 && population > 0.0).then(|| population * population * of.slope() / observed * unseen * deff)
}

impl ObservedShare {
    /// s(1 − s) = ds/d logit s.
    fn slope(&self) -> f64 {
        self.share * (1.0 - self.share)
    }
}

impl Uncertainty {
    /// (1 − f)·deff.
    fn design(&self) -> f64 {
        (1.0 - self.sampling_fraction) * self.deff
    }

    /// All but sampling, at a share.
    fn components(&self, sampling: f64, at: &ObservedShare) -> VarianceComponents {
        let relative = |cv: f64| (cv / (1.0 - at.share)).powi(2);
        VarianceComponents {
            sampling,
            population: relative(self.population_cv),
            survey: relative(self.survey_cv),
            noise: self.noise_variance / (at.observed * at.slope()).powi(2),
        }
    }
}

impl VarianceComponents {
    fn sum(&self) -> f64 {
        self.sampling + self.population + self.survey + self.noise
    }
}

fn check(of: &ObservedShare, errors: &Uncertainty) -> Result<(), EstimateError> {
    let not_negative = |own: f64| own >= 0.0;
    in_range("share", of.share, "from 0 to 1", |own| (0.0..=1.0).contains(&own))?;
    in_range("observed", of.observed, "more than 0 subscribers", |own| own > 0.0)?;
    in_range("population", of.population, "0 or more people", not_negative)?;
    in_range("sampling fraction", errors.sampling_fraction, "0 or more, below 1", |own| (0.0..1.0).contains(&own))?;
    in_range("design effect", errors.deff, "above 0", |own| own > 0.0)?;
    in_range("variation of the population", errors.population_cv, "0 or more", not_negative)?;
    in_range("variation of the survey factor", errors.survey_cv, "0 or more", not_negative)?;
    in_range("variance of noise", errors.noise_variance, "0 or more", not_negative)?;
    Ok(())
}

/// The interval of a sampling variance on the logit. Symmetric there.
fn composed(of: &ObservedShare, sampling: f64, method: IntervalMethod, errors: &Uncertainty) -> Interval {
    let components = errors.components(sampling, of);
    let reach = Z_95 * components.sum().sqrt();
    let end = |reach: f64| of.population * logistic(logit(of.share) + reach);
    let [low, high] = [end(-reach), end(reach)];
    Interval { estimate: of.population * of.share, low, high, method, components }
}

/// −∞ at 0, ∞ at 1.
fn logit(share: f64) -> f64 {
    (share / (1.0 - share)).ln()
}

fn logistic(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

#[cfg(test)]
#[path = "interval_tests.rs"]
mod tests;
