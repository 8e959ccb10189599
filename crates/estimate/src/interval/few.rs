//! The interval where too few are on one side for a normal approximation, or none: s = 0 and s = 1 too.

use super::{Interval, IntervalMethod, ObservedShare, Uncertainty, logistic, logit};
use crate::error::EstimateError;
use crate::excess::Z_95;
use crate::jeffreys::jeffreys_interval;

/// Fewer subscribers than this on either side, of an effective sample, are few. (From 5 on an interval on the logit
/// covers as well as Jeffreys', 94 to 96 %; at 3 it covers 91 %, at 1 59 %: binomial, n = 200 to 20,000.)
pub const SMALL_COUNT: f64 = 10.0;

/// So is a count of fewer standard deviations of the noise that was added to it: the delta method ends there.
const NOISE_SDS: f64 = 3.0;

/// Whether s or 1 − s is fewer than 10 of the effective sample n/((1 − f)·deff), or than three sd of the noise.
pub(super) fn is_few(of: &ObservedShare, errors: &Uncertainty) -> bool {
    let side = of.share.min(1.0 - of.share) * of.observed;
    side < SMALL_COUNT * errors.design() || side < NOISE_SDS * errors.noise_variance.sqrt()
}

/// Jeffreys' interval of the effective sample (Franco, Little, Louis and Slud 2019 compare such intervals), widened by
/// the other errors, each side as the root of the sum of squares of two distances: by noise on the share, to which it
/// is added; then by the errors of N and of the survey factor, which multiply, on the logit from (x + ½)/(n + 1). With
/// neither it is Jeffreys' interval as it is. At s = 0 the low end is 0 and at s = 1 the high end is N, whatever the
/// other errors.
pub(super) fn interval_of_few(of: &ObservedShare, errors: &Uncertainty) -> Result<Interval, EstimateError> {
    let effective = of.observed / errors.design();
    let [low, high] = jeffreys_interval(of.share * effective, effective)?;

    // First, noise.
    let noise = Z_95 * errors.noise_variance.sqrt() / of.observed;
    let low = of.share - (of.share - low).hypot(noise);
    let high = of.share + (high - of.share).hypot(noise);

    // Next, what multiplies.
    let centre = ObservedShare { share: (of.share * effective + 0.5) / (effective + 1.0), ..*of };
    let components = errors.components(1.0 / (effective * centre.slope()), &centre);
    let multiplied = Z_95 * (components.population + components.survey).sqrt();
    let end = |end: f64| {
        let own = logit(end.clamp(0.0, 1.0)) - logit(centre.share);
        of.population * logistic(logit(centre.share) + own.hypot(multiplied).copysign(own))
    };

    // Last, rounding must not put an end on the wrong side.
    let estimate = of.population * of.share;
    let (low, high) = (end(low).min(estimate), end(high).max(estimate));
    Ok(Interval { estimate, low, high, method: IntervalMethod::Jeffreys, components })
}
