//! Whether a day can be trusted: pure functions on counts of a day and of the days before it (formats §2, §3 rule 13).
//!
//! | module | answers |
//! |---|---|
//! | [`record`] | what is known of a day, as counts |
//! | [`rules`] | which threshold, and what follows |
//! | [`history`] | what the days before were like |
//! | [`judge`] | what the checks say of a day |
//! | [`clock`] | by how many hours a profile is shifted |
//! | [`activity`] | events by radio cell and hour: counted while a day is reduced |

pub mod activity;
pub mod clock;
pub mod history;
pub mod judge;
pub mod record;
pub mod rules;

pub use activity::DayActivity;
pub use history::History;
pub use judge::{judge_day, judge_days};
pub use record::{DayRecord, last_busy_hour};
pub use rules::{QualityRules, Rule};
