//! Why a plan is refused.

use crate::plan::report::PlanOverlap;
use thiserror::Error;

/// Why a plan cannot be used. Radio cells are no individuals, so the messages may name them.
#[derive(Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum PlanError {
    /// `site_radius_m` has no meaning.
    #[error("site_radius_m: expected metres from 0 (off) to 50000, found {found}")]
    SiteRadius {
        /// The setting.
        found: f64,
    },
    /// `country_bbox` is no box.
    #[error("country_bbox: expected [min_lon, min_lat, max_lon, max_lat] in degrees, found {found:?}")]
    CountryBox {
        /// The setting.
        found: [f64; 4],
    },
    /// Code 401 under `strict`: radio cells at two positions at once.
    #[error(
        "{radio_cells} radio cells are at two positions at once (code 401): {}; correct the plan, or set \
        strict = false to take the latest valid_from, then the highest version, then the latest recorded_at",
        list(overlaps)
    )]
    Overlaps {
        /// How many radio cells.
        radio_cells: u64,
        /// The first of them, in order of id.
        overlaps: Vec<PlanOverlap>,
    },
    /// More rows or sites than a 32-bit key can count.
    #[error("the plan has more than {limit} {what}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// The most that can be kept.
        limit: u32,
    },
}

fn list(overlaps: &[PlanOverlap]) -> String {
    let mut lines: Vec<String> = overlaps.iter().map(ToString::to_string).collect();
    if overlaps.len() >= PlanOverlap::MOST_LISTED {
        lines.push("…".to_owned());
    }
    lines.join("; ")
}
