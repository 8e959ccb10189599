//! `[release]`, as written.

use hexodus_release::Preset;
use hexodus_release::noise::{Budget, Delta, Ratio, Rho};
use serde::{Deserialize, Serialize};

/// `[release]`: what `hexodus release` lets out.
#[expect(clippy::struct_excessive_bools, reason = "each is one switch of the configuration file")]
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReleaseConfig {
    /// Where a folder per release is written: nothing in it is internal.
    pub folder: String,
    /// Where the privacy officer finds a report on each release: internal, as it counts what was withheld.
    pub reports: String,
    /// Days from one released day to the next, counted from the event.
    pub every_days: u16,
    /// So many days after a released day must be there first, so that its late rows are in.
    pub settle_days: u16,
    /// Whether each Parquet table has a CSV twin.
    pub csv: bool,
    /// Whether the CSV files have a row of HXL hashtags below the header.
    pub hxl_row: bool,
    /// Whether the shapes of the areas leave, too.
    pub boundaries: bool,
    /// Licence of what leaves, as in SPDX; none where nobody named one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// Why days may leave that are near to released days of an operation with another event or baseline: whoever writes it answers for
    /// it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept_overlap: Option<String>,
    /// Whether figures of H3 cells leave; by the preset where nobody says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub h3: Option<bool>,
    /// Whether the H3 indexes of these are there as integers, too, which R, JavaScript and Excel corrupt.
    pub h3_u64: bool,
    /// Noise on every number instead of withholding some for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noise: Option<NoiseConfig>,
}

/// `[release.noise]`: differential privacy (methods §15).
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NoiseConfig {
    /// The secret that noise comes from: 64 hexadecimal digits, mode 0600; made by the first release.
    #[serde(default = "release_key")]
    pub key_file: String,
    /// zCDP that all releases of the store may cost a subscriber.
    pub rho_total: Ratio,
    /// zCDP that a released day costs.
    pub rho_per_day: Ratio,
    /// δ of the ε that is told.
    #[serde(default = "millionth")]
    pub delta: Ratio,
}

impl NoiseConfig {
    /// What may be spent. The keys of what leaves are public: naming them costs nothing.
    pub fn budget(&self) -> Budget {
        let (rho_total, delta) = (Rho::of(self.rho_total), Delta::of(self.delta));
        Budget { rho_total, delta, key_delta_total: Delta::ZERO }
    }
}

fn release_key() -> String {
    "release.key".into()
}

/// One in a million.
fn millionth() -> Ratio {
    Ratio::new(1, 1_000_000).unwrap_or_else(|_| unreachable!("a fraction of small numbers"))
}

impl Default for ReleaseConfig {
    fn default() -> Self {
        Self {
            folder: "released".into(),
            reports: "disclosure-reports".into(),
            every_days: LEAST_DAYS,
            settle_days: LATE_DAYS,
            csv: true,
            hxl_row: false,
            boundaries: true,
            license: None,
            accept_overlap: None,
            h3: None,
            h3_u64: false,
            noise: None,
        }
    }
}

/// Nearer to each other, two released days tell by their difference what a few subscribers did, unless they are noised ([release.noise]) (methods §8.1).
pub const LEAST_DAYS: u16 = 7;

/// Rows of a day that come with the files of later days change it: in the dumps known here, up to four days late. A released day that
/// changes is left out of later releases.
const LATE_DAYS: u16 = 5;

impl ReleaseConfig {
    /// Whether the numbers make sense.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn check(&self) -> Result<(), String> {
        if self.every_days == 0 {
            return Err("[release] every_days: expected 1 or more, found 0".into());
        }
        if self.every_days < LEAST_DAYS && self.noise.is_none() {
            return Err(format!(
                "[release] every_days: expected {LEAST_DAYS} or more, found {}: days nearer to each other tell by their \
                 difference what a few subscribers did",
                self.every_days
            ));
        }
        Ok(())
    }

    /// Whether figures of H3 cells leave under a preset.
    ///
    /// # Errors
    /// Where they are asked for, and never leave.
    pub fn h3(&self, preset: Preset) -> Result<bool, String> {
        match (self.h3, preset.h3(), &self.noise) {
            (Some(true), None, _) => Err(format!(
                "[release] h3: figures of H3 cells are class restricted; preset \"{}\" is not",
                preset.name()
            )),
            (Some(true), _, Some(_)) => Err("[release] h3: figures of H3 cells are not noised; leave it out".into()),
            (asked, Some(usual), None) => Ok(asked.unwrap_or(usual)),
            _ => Ok(false),
        }
    }
}
