//! From tallies to estimates: what is normal for a day, what is above it, how many people that is, and how sure.
//!
//! Floats begin here, after the last merge. Input is CONFIDENTIAL (unredacted counts) and so is output: release decides
//! what leaves. A missing day is missing, never zero.
//!
//! | module | answers |
//! |---|---|
//! | [`robust`] | median, deviations, and the plain robust z of a history |
//! | [`weekday`] | what is normal for a weekday, and how much that varies |
//! | [`detect`] | which values are unusual, many at once and for two days running |
//! | [`mod@excess`] | how far above normal, with its interval |
//! | [`mod@above_normal`] | many series at once |
//! | [`weights`] | how many people one subscriber of an area stands for |
//! | [`raking`] | weights that meet several totals at once |
//! | [`collapse`] | which categories are joined because they have too few subscribers to be raked |
//! | [`activity`] | silence is not movement: corrected shares, worst-case bounds, presence in an outage |
//! | [`people`] | how many people that is, from where to where |
//! | [`interval`] | how uncertain an estimate of people is, from all that is uncertain about it |
//! | [`jeffreys`] | the interval of a share that rests on few subscribers |
//! | [`weekly`] | the displaced above normal by week |
//! | [`recovery`] | how the displaced return: two exponentials and a half-life |
//! | [`mod@returning`] | the return of one origin as of its last week |
//! | [`forecast`] | what the stock may be in the next weeks, and the score any forecast must beat |
//! | [`return_rule`] | by which half-life a stock goes down from now on, and who stays |
//! | [`outlook`] | both forecasts of many series, with intervals and skill from how they did before |
//! | [`population_update`] | residents from month to month, without losing anybody |
//! | [`error`] | why there is no estimate |
//! | [`flowminder`] | the arithmetic of Flowminder's notebooks, for comparison figure by figure |
//!
//! Detection (how unusual, z) and size (how many, x − median) are two questions with two answers: a small area may be
//! very unusual, a large one large and usual. Never subtract a threshold from a size (methods §15.1 item 3).
#![cfg_attr(not(test), warn(unused_crate_dependencies))]

pub mod above_normal;
pub mod activity;
mod beta;
pub mod collapse;
pub mod detect;
pub mod error;
pub mod excess;
pub mod flowminder;
pub mod forecast;
mod frame;
pub mod interval;
pub mod jeffreys;
pub mod outlook;
pub mod people;
pub mod population_update;
pub mod raking;
pub mod recovery;
pub mod return_rule;
pub mod returning;
pub mod robust;
mod sum;
pub mod weekday;
pub mod weekly;
pub mod weights;

pub use above_normal::{AboveNormal, History, above_normal};
pub use activity::{
    Bracketed, CorrectedPresence, Stratum, bracket_activity, corrected_shares, manski_bounds, presence_corrected,
    stayers_factor,
};
pub use collapse::{Collapsed, collapse_small};
pub use detect::{alerts, benjamini_hochberg, two_sided_p};
pub use error::EstimateError;
pub use excess::{Excess, excess};
pub use forecast::{CentralInterval, Forecast, forecasts, skill, weighted_interval_score};
pub use interval::{
    Interval, IntervalMethod, ObservedShare, Uncertainty, VarianceComponents, bootstrap_interval, closed_form_interval,
    closed_form_variance, replicate_variance,
};
pub use jeffreys::jeffreys_interval;
pub use outlook::{Outlook, Past, Stocks, outlooks, past_forecasts};
pub use people::counted::{CountedErrors, CountedOrigin, counted_people};
pub use people::dating::{DayFigures, fastest_changes};
pub use people::estimates::{
    Basis, PeopleEstimate, corrected_people, people_estimates, replicate_shares, weighted_people_estimates,
};
pub use people::home_class::{
    ByClass, CLASSES, ClassBlock, ClassWeights, NotRaked, class_weights, replicate_class_weights,
};
pub use people::misplaced::{QuietOrigin, misplaced_shares};
pub use people::panel_day::PanelDay;
pub use people::stands_for::{AreaRemark, StandsFor};
pub use people::weighted::WeightedStock;
pub use people::{Activity, Corrections, displaced_people};
pub use population_update::{Anchor, Relocation, UpdatedResidents, update_population};
pub use raking::{Margin, Raked, RakingRule, rake};
pub use recovery::{NoRecovery, Recovery, WeekShare, fit_recovery, half_life_interval};
pub use return_rule::{HalfLifeFrom, ReturnRule};
pub use returning::{Returning, WeekReplicates, returning};
pub use robust::{median, robust_z};
pub use weekday::{DayValue, WeekdayBaseline, weekday_ratios};
pub use weekly::{StockDay, WeekStock, Whole, weekly_stocks};
pub use weights::{AreaWeight, HomeArea, MarketShare, hajek_weights};
