//! A small town: who is where on seven days, and the series of H3 cells that a release shows of a sample of it.

use hexodus_model::{Level, LocalDay};
use hexodus_release::noise::{
    Budget, Delta, Mechanism, NoiseKey, Parameters, Ratio, RatioError, Rho, TableNoise, TableScope, at_least,
};
use std::num::NonZeroU32;

/// H3 cells of the town.
pub const CELLS: usize = 50;
/// Days of the series.
pub const DAYS: usize = 7;
/// Subscribers of the town, of whom each world holds [`SAMPLE`].
const TOWN: usize = 1500;
const SAMPLE: usize = 1000;
/// k of H3 cells.
const K: u64 = 21;

/// The H3 cell of a subscriber on each day: its one daily location.
pub type Trace = [usize; DAYS];

/// What is done to the counts before an attacker sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// Nothing: how strong the attacker is.
    None,
    /// Counts below k are absent.
    Threshold,
    /// ε = 1/7 a day, pure, so ε = 1 over the series; then the threshold on noised counts.
    Laplace,
    /// ρ of ε = 1 at δ = 1e-6 over the series; then the threshold on noised counts.
    Gaussian,
}

impl Protection {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::None, Self::Threshold, Self::Laplace, Self::Gaussian];

    fn mechanism(self) -> Result<Option<Mechanism>, RatioError> {
        let days = NonZeroU32::new(DAYS as u32).ok_or(RatioError::Zero)?;
        match self {
            Self::None | Self::Threshold => Ok(None),
            Self::Laplace => Mechanism::laplace(Ratio::new(1, DAYS as u128)?, NonZeroU32::MIN).map(Some),
            Self::Gaussian => {
                let total = Rho::within("1".parse()?, Delta::of("1/1000000".parse()?));
                Mechanism::gaussian(total, days, NonZeroU32::MIN).map(Some)
            }
        }
    }

    /// The released series: `DAYS · CELLS` numbers, absent ones as 0. Noise goes the way of a release: budget, charge,
    /// noise of every H3 cell, threshold.
    pub fn released(self, counts: &[u64], world: &str) -> Result<Vec<f64>, Box<dyn std::error::Error>> {
        let Some(mechanism) = self.mechanism()? else {
            let k = if self == Self::None { 0 } else { K };
            return Ok(counts.iter().map(|&count| if count >= k { count as f64 } else { 0.0 }).collect());
        };
        let universe: Vec<u64> = (0..CELLS as u64).collect();
        let budget = Budget { rho_total: Rho::ONE, delta: Delta::ZERO, key_delta_total: Delta::ZERO };
        let mut series = vec![0.0; DAYS * CELLS];
        for (day, counts) in counts.chunks(CELLS).enumerate() {
            let scope = TableScope { release: world, table: "presence", level: Level::H3, day: LocalDay(day as i32) };
            let counts: Vec<(u64, u64)> = (0..).zip(counts.iter().copied()).collect();
            let noise = TableNoise::new(&NoiseKey::for_tests(), &scope, Parameters::one_row(mechanism), &counts)?;
            let ledger = budget.charge(&[], std::slice::from_ref(noise.charge()))?;
            for (h3, count) in at_least(&noise.of_public_keys(&universe, &ledger)?, K) {
                series[day * CELLS + h3 as usize] = count as f64;
            }
        }
        Ok(series)
    }
}

/// A sequence of random numbers for the town (`SplitMix64`); noise never comes from here.
pub struct Random(pub u64);

impl Random {
    /// Uniform below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^= bits >> 31;
        ((u128::from(bits) * bound as u128) >> 64) as usize
    }

    /// Cells near 0 are busier than those far from it.
    fn cell(&mut self) -> usize {
        self.below(CELLS).min(self.below(CELLS))
    }
}

/// Everybody's week: seven days in ten at home, two at work, one anywhere.
pub fn town(random: &mut Random) -> Vec<Trace> {
    let week = |_| {
        let (home, work) = (random.cell(), random.cell());
        std::array::from_fn(|_| match random.below(10) {
            0..=6 => home,
            7..=8 => work,
            _ => random.below(CELLS),
        })
    };
    (0..TOWN).map(week).collect()
}

/// Counts by day and H3 cell of a sample of the town in which the target is, or is not.
pub fn sample(town: &[Trace], target: usize, is_in: bool, random: &mut Random) -> Vec<u64> {
    let mut others: Vec<usize> = (0..town.len()).filter(|&other| other != target).collect();
    let size = SAMPLE - usize::from(is_in);
    let mut counts = vec![0; DAYS * CELLS];
    let mut count = |trace: &Trace| {
        for (day, h3) in trace.iter().enumerate() {
            counts[day * CELLS + h3] += 1;
        }
    };
    for drawn in 0..size {
        let other = drawn + random.below(others.len() - drawn);
        others.swap(drawn, other);
        count(&town[others[drawn]]);
    }
    if is_in {
        count(&town[target]);
    }
    counts
}
