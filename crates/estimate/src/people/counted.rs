//! People of a count that is no stock of the displaced: who came to a host in a week, who is silent (methods §7.1).
//!
//! Every subscriber that was observed stands for as many people of their home area. No correction for activity and
//! nobody misplaced: those are known of stocks only. The interval is the closed form.

use super::estimates::LARGEST_FRACTION;
use crate::error::EstimateError;
use crate::interval::{Interval, ObservedShare, Uncertainty, closed_form_interval};
use crate::sum::ordered_sum;

/// The subscribers of one origin that are counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CountedOrigin {
    /// People that its panel stands for.
    pub people: f64,
    /// Subscribers that are counted.
    pub count: u64,
    /// Subscribers they are a part of.
    pub observed: u64,
}

/// What is uncertain besides who was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CountedErrors {
    /// Coefficient of variation of the population of an area.
    pub population_cv: f64,
    /// Design effect of households.
    pub deff: f64,
    /// Variance of noise added to the count, subscribers².
    pub noise_variance: f64,
}

impl CountedOrigin {
    fn counted(&self) -> f64 {
        if self.observed == 0 { 0.0 } else { self.people * self.count as f64 / self.observed as f64 }
    }
}

/// How many people the subscribers of some origins are, of `whole` people; `None` where nobody was observed.
///
/// # Errors
/// [`EstimateError`] for a population, a cv or a design effect that cannot be.
pub fn counted_people(
    origins: &[CountedOrigin],
    whole: f64,
    errors: &CountedErrors,
) -> Result<Option<Interval>, EstimateError> {
    let people = ordered_sum(origins.iter().map(CountedOrigin::counted));
    let squares = ordered_sum(origins.iter().map(|own| own.counted().powi(2)));
    let [count, observed] = [|own: &CountedOrigin| own.count, |own: &CountedOrigin| own.observed]
        .map(|of| origins.iter().map(of).sum::<u64>() as f64);
    if whole <= 0.0 || observed <= 0.0 {
        return Ok(None);
    }
    let share = (people / whole).min(1.0);
    // So many observed as make the counted ones this share.
    let equivalent = if share > 0.0 && count > 0.0 { count / share } else { observed };
    let CountedErrors { population_cv, deff, noise_variance } = *errors;
    let errors = Uncertainty {
        sampling_fraction: (observed / whole).min(LARGEST_FRACTION),
        deff,
        // Errors of the populations of several origins partly cancel.
        population_cv: if people > 0.0 { population_cv * squares.sqrt() / people } else { population_cv },
        noise_variance,
        ..Uncertainty::default()
    };
    closed_form_interval(&ObservedShare { share, observed: equivalent, population: whole }, &errors).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUSEHOLDS_OF_ONE: CountedErrors = CountedErrors { population_cv: 0.0, deff: 1.0, noise_variance: 0.0 };

    fn origin(people: f64, count: u64, observed: u64) -> CountedOrigin {
        CountedOrigin { people, count, observed }
    }

    #[test]
    fn each_stands_for_people_of_its_own_origin() {
        let origins = [origin(1000.0, 20, 100), origin(4000.0, 30, 200)];
        let told = counted_people(&origins, 5000.0, &HOUSEHOLDS_OF_ONE).unwrap().unwrap();
        assert!((told.estimate - (200.0 + 600.0)).abs() < 1e-9);
        // Binomial, by hand: s = 0.16 of n = 50/0.16 = 312.5, f = 300/5000; logit ± 1.96·√(0.94/(312.5·0.16·0.84)).
        let spread = 1.959_964 * (0.94_f64 / (312.5 * 0.16 * 0.84)).sqrt();
        let end = |sign: f64| 5000.0 / (1.0 + (-((0.16_f64 / 0.84).ln() + sign * spread)).exp());
        assert!((told.low - end(-1.0)).abs() < 0.1 && (told.high - end(1.0)).abs() < 0.1, "{told:?}");
    }

    #[test]
    fn nobody_observed_tells_nothing_and_nobody_counted_tells_zero() {
        assert_eq!(counted_people(&[origin(1000.0, 0, 0)], 1000.0, &HOUSEHOLDS_OF_ONE).unwrap(), None);
        let none = counted_people(&[origin(1000.0, 0, 100)], 1000.0, &HOUSEHOLDS_OF_ONE).unwrap().unwrap();
        assert!(none.estimate == 0.0 && none.high > 0.0);
    }

    #[test]
    fn noise_widens_the_interval() {
        let origins = [origin(1000.0, 60, 200)];
        let width = |noise_variance| {
            let errors = CountedErrors { noise_variance, ..HOUSEHOLDS_OF_ONE };
            let told = counted_people(&origins, 1000.0, &errors).unwrap().unwrap();
            told.high - told.low
        };
        // σ = 12 on a count of 60 with a sampling error of √(60·0.7·0.8) = 5.8: twice as wide and more.
        assert!(width(144.0) > 2.0 * width(0.0));
    }
}
