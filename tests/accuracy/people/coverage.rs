//! A share of seed × area cells. Areas of one seed share its accidents, so the seeds are what varies.

/// How many of how many, by seed.
#[derive(Clone, Debug, Default)]
pub struct Share(Vec<[f64; 2]>);

/// What it comes to.
#[derive(Clone, Copy, Debug)]
pub struct Clustered {
    pub share: f64,
    /// 95 % interval.
    pub interval: [f64; 2],
    pub cells: f64,
}

/// Bounds of the coverage rule (methods §13): the interval overlaps the first, the point lies in the second.
const OVERLAPS: [f64; 2] = [0.93, 0.97];
const LIES_IN: [f64; 2] = [0.91, 0.99];

impl Share {
    /// One seed.
    pub fn push(&mut self, holds: impl Iterator<Item = bool>) {
        self.0.push(holds.fold([0.0; 2], |[part, whole], own| [part + f64::from(u8::from(own)), whole + 1.0]));
    }

    /// The ratio of sums, and its interval from the residuals of seeds with Student's t of their number less one (ratio
    /// estimator for clusters of unequal size: Cochran 1977, Sampling Techniques, §§9A.1 and 6.3). `None` of fewer than
    /// two seeds with cells.
    pub fn clustered(&self) -> Option<Clustered> {
        let seeds: Vec<[f64; 2]> = self.0.iter().copied().filter(|own| own[1] > 0.0).collect();
        if seeds.len() < 2 {
            return None;
        }
        let [part, cells] = seeds.iter().fold([0.0; 2], |sum, own| [sum[0] + own[0], sum[1] + own[1]]);
        let (share, free) = (part / cells, seeds.len() as f64 - 1.0);
        let squares: f64 = seeds.iter().map(|own| (own[0] - share * own[1]).powi(2)).sum();
        let reach = student_975(free) * (squares * seeds.len() as f64 / free).sqrt() / cells;
        Some(Clustered { share, interval: [(share - reach).max(0.0), (share + reach).min(1.0)], cells })
    }
}

impl Clustered {
    /// Whether the coverage rule holds.
    pub fn holds(&self) -> bool {
        let [low, high] = self.interval;
        low <= OVERLAPS[1] && high >= OVERLAPS[0] && (LIES_IN[0]..=LIES_IN[1]).contains(&self.share)
    }
}

/// The 97.5 % quantile of Student's t (Abramowitz and Stegun 26.7.5), within 0.01 from 4 degrees of freedom on.
pub fn student_975(free: f64) -> f64 {
    const Z: f64 = 1.959_963_984_540_054;
    let terms = [
        (Z.powi(3) + Z) / 4.0,
        (5.0 * Z.powi(5) + 16.0 * Z.powi(3) + 3.0 * Z) / 96.0,
        (3.0 * Z.powi(7) + 19.0 * Z.powi(5) + 17.0 * Z.powi(3) - 15.0 * Z) / 384.0,
    ];
    terms.iter().rev().fold(0.0, |sum, term| (sum + term) / free) + Z
}
