//! `[release]`, as written.

use serde::{Deserialize, Serialize};

/// `[release]`: what `hexodus release` lets out.
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
}

impl Default for ReleaseConfig {
    fn default() -> Self {
        Self {
            folder: "released".into(),
            reports: "disclosure-reports".into(),
            every_days: LEAST_DAYS,
            settle_days: 1,
            csv: true,
        }
    }
}

/// Nearer to each other, two released days tell by their difference what a few subscribers did (methods §8.1).
pub const LEAST_DAYS: u16 = 7;

impl ReleaseConfig {
    /// Whether the numbers make sense.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn check(&self) -> Result<(), String> {
        if self.every_days < LEAST_DAYS {
            return Err(format!(
                "[release] every_days: expected {LEAST_DAYS} or more, found {}: days nearer to each other tell by their \
                 difference what a few subscribers did",
                self.every_days
            ));
        }
        Ok(())
    }
}
