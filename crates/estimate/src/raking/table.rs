//! The groups of a raking while it runs, in canonical order.

use super::{Margin, RakingRule};
use crate::error::{EstimateError, in_range};

/// By how much of a limit a weight may be beyond it.
const BEYOND: f64 = 0.01;

/// The groups in canonical order.
pub(super) struct Table {
    counts: Vec<f64>,
    /// w, people for each subscriber.
    pub(super) weights: Vec<f64>,
    margins: Vec<(Vec<usize>, Vec<f64>)>,
}

impl Table {
    pub(super) fn new(counts: &[f64], margins: &[Margin<'_>], order: &[usize]) -> Self {
        let sorted = |margin: &Margin<'_>| {
            (order.iter().map(|&group| margin.category_of[group]).collect(), margin.totals.to_vec())
        };
        Self {
            counts: order.iter().map(|&group| counts[group]).collect(),
            weights: vec![1.0; counts.len()],
            margins: margins.iter().map(sorted).collect(),
        }
    }

    pub(super) fn rescale_to_first(&mut self) -> Result<Vec<f64>, EstimateError> {
        let sums: Vec<f64> = self.margins.iter().map(|(_, totals)| totals.iter().sum()).collect();
        let mut factors = Vec::with_capacity(sums.len());
        for (sum, (_, totals)) in sums.iter().zip(&mut self.margins) {
            in_range("sum of a margin", *sum, "more than 0 people", |own| own > 0.0)?;
            factors.push(sums[0] / sum);
            for total in totals {
                *total *= sums[0] / sum;
            }
        }
        Ok(factors)
    }

    pub(super) fn refuse_small_categories(&self, needed: f64) -> Result<(), EstimateError> {
        for (margin, (category_of, totals)) in self.margins.iter().enumerate() {
            let counted = category_sums(category_of, totals.len(), &self.counts);
            for (category, (&counted, &total)) in counted.iter().zip(totals).enumerate() {
                if total > 0.0 && counted < needed {
                    return Err(EstimateError::SmallCategory { margin, category, counted, needed });
                }
            }
        }
        Ok(())
    }

    pub(super) fn empty_structural_zeros(&mut self) -> Vec<usize> {
        let nobody = |at: usize| {
            self.counts[at] <= 0.0 || self.margins.iter().any(|(category_of, totals)| totals[category_of[at]] <= 0.0)
        };
        let zeros: Vec<usize> = (0..self.counts.len()).filter(|&at| nobody(at)).collect();
        for &at in &zeros {
            self.weights[at] = 0.0;
        }
        zeros
    }

    /// Sweeps over the margins until all are met; how many it took.
    pub(super) fn meet_margins(&mut self, rule: &RakingRule) -> Result<u32, EstimateError> {
        // What is not a number is not met.
        let met = |off: f64| off < rule.tolerance;
        let mut worst = self.furthest_off();
        for sweep in 0..rule.max_sweeps {
            if worst.is_none_or(|(off, ..)| met(off)) {
                return Ok(sweep);
            }
            for (category_of, totals) in &self.margins {
                let people: Vec<f64> = self.counts.iter().zip(&self.weights).map(|(count, own)| count * own).collect();
                let sums = category_sums(category_of, totals.len(), &people);
                for (weight, &category) in self.weights.iter_mut().zip(category_of) {
                    if *weight > 0.0 {
                        *weight *= totals[category] / sums[category];
                    }
                }
            }
            worst = self.furthest_off();
        }
        match worst {
            Some((off, margin, category, [wanted, reached])) if !met(off) => {
                Err(EstimateError::NotConverged { sweeps: rule.max_sweeps, margin, category, wanted, reached })
            }
            _ => Ok(rule.max_sweeps),
        }
    }

    /// The share by which a category is furthest off its total, margin, category, and both figures; the first of
    /// equals.
    fn furthest_off(&self) -> Option<(f64, usize, usize, [f64; 2])> {
        let people: Vec<f64> = self.counts.iter().zip(&self.weights).map(|(count, own)| count * own).collect();
        let mut worst: Option<(f64, usize, usize, [f64; 2])> = None;
        for (margin, (category_of, totals)) in self.margins.iter().enumerate() {
            let sums = category_sums(category_of, totals.len(), &people);
            for (category, (&reached, &wanted)) in
                sums.iter().zip(totals).enumerate().filter(|(_, (_, own))| **own > 0.0)
            {
                let off = (reached - wanted).abs() / wanted;
                if worst.is_none_or(|(most, ..)| off.total_cmp(&most).is_gt()) {
                    worst = Some((off, margin, category, [wanted, reached]));
                }
            }
        }
        worst
    }

    /// Groups whose weight is more than 1 % beyond a limit.
    pub(super) fn outside(&self, clamp: [f64; 2]) -> Vec<usize> {
        let [low, high] = self.limits(clamp);
        let (low, high) = (low * (1.0 - BEYOND), high * (1.0 + BEYOND));
        (0..self.weights.len())
            .filter(|&at| self.weights[at] > 0.0 && !(low..=high).contains(&self.weights[at]))
            .collect()
    }

    pub(super) fn cut(&mut self, clamp: [f64; 2]) {
        let [low, high] = self.limits(clamp);
        for weight in self.weights.iter_mut().filter(|own| **own > 0.0) {
            *weight = weight.max(low).min(high);
        }
    }

    /// The clamp in people per subscriber: multiples of the weight of the middle subscriber (the lower of two).
    fn limits(&self, clamp: [f64; 2]) -> [f64; 2] {
        let weighted = self.weights.iter().zip(&self.counts).filter(|(weight, _)| **weight > 0.0);
        let mut ascending: Vec<(f64, f64)> = weighted.map(|(&weight, &count)| (weight, count)).collect();
        ascending.sort_unstable_by(|left, right| left.0.total_cmp(&right.0).then(left.1.total_cmp(&right.1)));
        let half = ascending.iter().map(|(_, count)| count).sum::<f64>() / 2.0;
        let mut below = 0.0;
        let reaches_half = |(weight, count): &(f64, f64)| {
            below += count;
            (below >= half).then_some(*weight)
        };
        let median = ascending.iter().find_map(reaches_half).unwrap_or(0.0);
        clamp.map(|multiple| multiple * median)
    }
}

fn category_sums(category_of: &[usize], categories: usize, values: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; categories];
    for (&category, value) in category_of.iter().zip(values) {
        sums[category] += value;
    }
    sums
}
