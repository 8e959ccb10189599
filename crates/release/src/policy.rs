//! Which k, and how many rows may be listed in full.

use crate::outgoing::FigureUnit;
use crate::preset::{Preset, Written};
use crate::released::DisseminationClass;
use hexodus_model::Level;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Default k of areas: UN handbook 2026, "at least 16" (formats §5.1).
pub const MIN_SUBSCRIBERS_AREA: u64 = 16;

/// Default k of H3 cells: the UN guide on displacement from mobile positioning data says that grid cells of up to 20
/// people should not be shared (formats §5.1).
pub const MIN_SUBSCRIBERS_H3: u64 = 21;

/// Default of the number of rows up to which a table lists every row of its universe (formats §4.1).
pub const FULL_ROWS_LIMIT: u64 = 250_000;

/// What may be published: `[policy]` of the configuration.
///
/// As deserialised, a k below the default has **no effect**: [`threshold`](Self::threshold) never goes below the
/// defaults until [`validated`](Self::validated) was told to accept it, so forgetting to validate errs on the safe side.
///
/// ```
/// use hexodus_model::Level;
/// use hexodus_release::{DisclosurePolicy, PolicyError};
///
/// let policy = DisclosurePolicy::new(15, 21, 250_000);
/// assert_eq!(policy.threshold(Level::Adm(2)), 16, "not accepted yet");
/// assert!(matches!(policy.clone().validated(false), Err(PolicyError::LowerThreshold { .. })));
/// assert_eq!(policy.validated(true)?.threshold(Level::Adm(2)), 15);
/// # Ok::<(), PolicyError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written")]
pub struct DisclosurePolicy {
    preset: Preset,
    min_subscribers: u64,
    min_subscribers_h3: u64,
    full_rows_limit: u64,
    /// Never read from a file: lowering k takes an explicit act at the command line.
    #[serde(skip)]
    lower_k_accepted: bool,
}

/// Why a policy was refused.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum PolicyError {
    /// A k below the default, and nobody accepted it.
    #[error("policy.{field} = {found} is below {floor}; lowering it must be accepted explicitly (--accept-lower-k)")]
    LowerThreshold {
        /// Name of the setting.
        field: &'static str,
        /// The value given.
        found: u64,
        /// The lowest value that needs no acceptance.
        floor: u64,
    },
}

impl DisclosurePolicy {
    /// A policy with k for areas, k for H3 cells and the largest number of rows to list in full; to be
    /// [`validated`](Self::validated).
    pub const fn new(min_subscribers: u64, min_subscribers_h3: u64, full_rows_limit: u64) -> Self {
        let preset = Preset::HumanitarianRestricted;
        Self { preset, min_subscribers, min_subscribers_h3, full_rows_limit, lower_k_accepted: false }
    }

    /// Whose rules.
    pub const fn preset(&self) -> Preset {
        self.preset
    }

    /// Who may see what leaves: nobody, where a k below the defaults is in force.
    pub fn class(&self) -> DisseminationClass {
        if self.is_lowered() { DisseminationClass::Internal } else { self.preset.class() }
    }

    /// What numbers that leave are multiples of, at least.
    pub(crate) const fn rounding_base(&self, unit: FigureUnit) -> u64 {
        self.preset.rounding_base(unit)
    }

    /// Checks both k against the defaults; with `accept_lower_k` lower ones are taken, down to 0: that publishes where
    /// nobody was found, too, as a comparison with a known truth needs it.
    ///
    /// # Errors
    /// [`PolicyError::LowerThreshold`] for a lower k that is not accepted.
    pub fn validated(mut self, accept_lower_k: bool) -> Result<Self, PolicyError> {
        for (field, found, floor) in self.thresholds() {
            if found < floor && !accept_lower_k {
                return Err(PolicyError::LowerThreshold { field, found, floor });
            }
        }
        self.lower_k_accepted = accept_lower_k;
        Ok(self)
    }

    /// The k in force at a level: publish iff n ≥ k.
    pub fn threshold(&self, level: Level) -> u64 {
        let [areas, h3] = self.thresholds();
        let (_, configured, floor) = match level {
            Level::Adm(_) => areas,
            Level::H3 => h3,
        };
        if self.lower_k_accepted { configured } else { configured.max(floor) }
    }

    /// Whether a k below the defaults is in force.
    pub fn is_lowered(&self) -> bool {
        self.lower_k_accepted && self.thresholds().iter().any(|&(_, found, floor)| found < floor)
    }

    /// The largest number of rows, over all periods of a table, that is listed in full.
    pub const fn full_rows_limit(&self) -> u64 {
        self.full_rows_limit
    }

    /// `(setting, value, default)` of areas, then of H3 cells.
    const fn thresholds(&self) -> [(&'static str, u64, u64); 2] {
        [
            ("min_subscribers", self.min_subscribers, MIN_SUBSCRIBERS_AREA),
            ("min_subscribers_h3", self.min_subscribers_h3, MIN_SUBSCRIBERS_H3),
        ]
    }
}

impl From<Written> for DisclosurePolicy {
    fn from(written: Written) -> Self {
        let (areas, h3) = written.preset.thresholds();
        Self {
            preset: written.preset,
            min_subscribers: written.min_subscribers.unwrap_or(areas),
            min_subscribers_h3: written.min_subscribers_h3.unwrap_or(h3),
            full_rows_limit: written.full_rows_limit.unwrap_or(FULL_ROWS_LIMIT),
            lower_k_accepted: false,
        }
    }
}

impl Default for DisclosurePolicy {
    fn default() -> Self {
        Self::from(Written::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_k_needs_nobody_and_a_lower_one_somebody() {
        let higher = DisclosurePolicy::new(100, 200, 0).validated(false).unwrap();
        assert_eq!([higher.threshold(Level::Adm(1)), higher.threshold(Level::H3)], [100, 200]);
        assert!(!higher.is_lowered());

        let lower = DisclosurePolicy::new(16, 20, 0);
        let refused = PolicyError::LowerThreshold { field: "min_subscribers_h3", found: 20, floor: 21 };
        assert_eq!(lower.clone().validated(false), Err(refused));
        assert_eq!(lower.threshold(Level::H3), 21, "unvalidated, the default stands");
        let accepted = lower.validated(true).unwrap();
        assert_eq!(accepted.threshold(Level::H3), 20);
        assert!(accepted.is_lowered());
    }

    #[test]
    fn zero_is_a_lower_k_like_others() {
        let zero = DisclosurePolicy::new(0, 21, 0);
        let refused = PolicyError::LowerThreshold { field: "min_subscribers", found: 0, floor: 16 };
        assert_eq!(zero.clone().validated(false), Err(refused));
        assert_eq!(zero.threshold(Level::Adm(1)), 16, "unvalidated, the default stands");
        assert_eq!(zero.validated(true).unwrap().threshold(Level::Adm(1)), 0);
    }

    #[test]
    fn a_file_sets_k_but_never_its_acceptance() {
        let read = |text| serde_json::from_str::<DisclosurePolicy>(text);
        assert_eq!(read("{}").unwrap(), DisclosurePolicy::default());
        let lower = read(r#"{"min_subscribers": 5}"#).unwrap();
        assert_eq!((lower.threshold(Level::Adm(1)), lower.is_lowered()), (16, false));
        assert!(read(r#"{"lower_k_accepted": true}"#).is_err());
        assert!(read(r#"{"min_subscriber": 30}"#).is_err(), "a typo is not a default");
    }
}
