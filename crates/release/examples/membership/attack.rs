//! Two attackers who ask whether one subscriber is in a released series, and how often they are right.

use crate::world::{CELLS, DAYS, Protection, Random, Trace, sample, town};

/// A released series and whether the target is in it.
type World = (Vec<f64>, bool);

/// Area under the ROC curve of the two attackers, over targets.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Learns from labelled worlds: logistic regression on x − mean (methods §8.3).
    pub learned: Vec<f64>,
    /// Knows the target's week besides: the best linear score for it, by the covariance of labelled worlds.
    pub informed: Vec<f64>,
}

/// The attack on `targets` subscribers, each with `worlds` series, half of them with the target: trained on one half,
/// tested on the other.
pub fn attack(protection: Protection, targets: usize, worlds: usize) -> Result<Outcome, Box<dyn std::error::Error>> {
    let mut random = Random(2031);
    let town = town(&mut random);
    let mut outcome = Outcome { learned: Vec::new(), informed: Vec::new() };
    for target in 0..targets {
        let mut seen: Vec<World> = Vec::new();
        for world in 0..worlds {
            let is_in = world % 2 == 0;
            let counts = sample(&town, target, is_in, &mut random);
            seen.push((protection.released(&counts, &format!("target {target}, world {world}"))?, is_in));
        }
        let (train, test) = seen.split_at(worlds / 2);
        outcome.learned.push(auc(&logistic(train), test));
        outcome.informed.push(auc(&matched(train, &town[target]), test));
    }
    Ok(outcome)
}

/// Mean and half of its 95 % interval.
pub fn mean(aucs: &[f64]) -> (f64, f64) {
    let count = aucs.len() as f64;
    let mean = aucs.iter().sum::<f64>() / count;
    let variance = aucs.iter().map(|auc| (auc - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, 1.96 * (variance / count).sqrt())
}

/// Share of pairs (in, out) that the score puts in order; ties count half.
fn auc(weights: &[f64], test: &[World]) -> f64 {
    let scores = |is_in| -> Vec<f64> {
        test.iter().filter(|(_, own)| *own == is_in).map(|(series, _)| dot(weights, series)).collect()
    };
    let (inside, outside) = (scores(true), scores(false));
    let points = inside.iter().flat_map(|left| {
        outside.iter().map(move |right| if left > right { 1.0 } else { f64::from(u8::from(left >= right)) / 2.0 })
    });
    points.sum::<f64>() / (inside.len() * outside.len()) as f64
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

/// Mean and standard deviation of each number of the series; what never changes has none and is not used.
fn moments(train: &[World]) -> (Vec<f64>, Vec<f64>) {
    let count = train.len() as f64;
    let features = 0..DAYS * CELLS;
    let mean: Vec<f64> =
        features.clone().map(|index| train.iter().map(|(series, _)| series[index]).sum::<f64>() / count).collect();
    let variance = |index: usize| train.iter().map(|(series, _)| (series[index] - mean[index]).powi(2)).sum::<f64>();
    let sd = features.map(|index| (variance(index) / count).sqrt()).collect();
    (mean, sd)
}

/// Ridge logistic regression on standardised numbers, by gradient descent; weights of the numbers as they are.
fn logistic(train: &[World]) -> Vec<f64> {
    const STEPS: usize = 200;
    const RATE: f64 = 0.02;
    const RIDGE: f64 = 0.05;
    let (mean, sd) = moments(train);
    let scale: Vec<f64> = sd.iter().map(|&sd| if sd > 1e-9 { 1.0 / sd } else { 0.0 }).collect();
    let standard: Vec<(Vec<f64>, f64)> = train
        .iter()
        .map(|(series, is_in)| {
            let series = series.iter().zip(&mean).zip(&scale).map(|((value, mean), scale)| (value - mean) * scale);
            (series.collect(), f64::from(u8::from(*is_in)))
        })
        .collect();
    let mut weights = vec![0.0; DAYS * CELLS];
    for _ in 0..STEPS {
        let mut gradient: Vec<f64> = weights.iter().map(|weight| RIDGE * weight).collect();
        for (series, label) in &standard {
            let error = 1.0 / (1.0 + (-dot(&weights, series)).exp()) - label;
            for (slope, value) in gradient.iter_mut().zip(series) {
                *slope += error * value / train.len() as f64;
            }
        }
        for (weight, slope) in weights.iter_mut().zip(&gradient) {
            *weight -= RATE * slope;
        }
    }
    weights.iter().zip(&scale).map(|(weight, scale)| weight * scale).collect()
}

/// Σ⁻¹·shift over the H3 cells of the target on all days: shift is what the target adds, the other days tell how the
/// sample happens to fall there.
fn matched(train: &[World], target: &Trace) -> Vec<f64> {
    let mut cells = target.to_vec();
    cells.sort_unstable();
    cells.dedup();
    let used: Vec<usize> = (0..DAYS).flat_map(|day| cells.iter().map(move |h3| day * CELLS + h3)).collect();
    let (mean, _) = moments(train);
    let size = used.len();
    // Covariance with a small ridge, and the shift as the last column.
    let mut system = vec![vec![0.0; size + 1]; size];
    for (row, &left) in used.iter().enumerate() {
        for (column, &right) in used.iter().enumerate() {
            let products = train.iter().map(|(series, _)| (series[left] - mean[left]) * (series[right] - mean[right]));
            system[row][column] = products.sum::<f64>() / train.len() as f64;
        }
        system[row][row] = system[row][row] * 1.05 + 0.5;
        system[row][size] = f64::from(u8::from(target[left / CELLS] == left % CELLS));
    }
    let solved = solve(system);
    let mut weights = vec![0.0; DAYS * CELLS];
    for (index, weight) in used.into_iter().zip(solved) {
        weights[index] = weight;
    }
    weights
}

/// Gauss and Jordan, for a positive definite matrix with its right side as last column.
fn solve(mut system: Vec<Vec<f64>>) -> Vec<f64> {
    let size = system.len();
    for pivot in 0..size {
        let row = system[pivot].clone();
        for (other, values) in system.iter_mut().enumerate() {
            let factor = if other == pivot { 1.0 - 1.0 / row[pivot] } else { values[pivot] / row[pivot] };
            for (value, own) in values.iter_mut().zip(&row) {
                *value -= factor * own;
            }
        }
    }
    system.into_iter().map(|row| row[size]).collect()
}
