//! What later days say of figures that were told on a day: the forecast of the next weeks, the half-life of the return,
//! and the figures of the last days themselves.
//!
//! | module | answers |
//! |---|---|
//! | `told` | one country, run on one day after another as its dumps come in: what was told, and what came |
//! | `forecasts` | skill against persistence, and whether intervals hold what came |
//! | `half_lives` | half-lives beside those of the true stock |
//! | `revisions` | how much the figures of the last days move afterwards |
//! | `sums` | means and ratios over seeds, with intervals that know of seeds |

mod forecasts;
mod half_lives;
mod revisions;
mod sums;
mod told;

use super::Asked;
use super::settings::{SETTINGS, Setting};
use crate::Failed;
pub use told::{LaterFigures, told};

/// A scenario that is followed longer.
#[derive(Clone, Copy, Debug)]
pub struct Later {
    pub name: &'static str,
    /// As in the table of settings.
    setting: &'static str,
    /// `dating` of the crisis.
    pub dating: &'static str,
    /// Whether it is followed for as long as forecasts need; else it is run on one day after another, to see revisions.
    pub is_long: bool,
}

const fn live(name: &'static str, is_long: bool) -> Later {
    Later { name, setting: name, dating: "live", is_long }
}

/// In the order of the report.
pub const LATER: [Later; 7] = [
    live("earthquake", true),
    live("flood", true),
    live("cyclone", true),
    live("conflict", true),
    live("earthquake", false),
    live("holiday", false),
    Later { name: "earthquake, revised dating", setting: "earthquake", dating: "revised", is_long: false },
];

impl Later {
    /// Told apart from the setting itself, and from the other length.
    pub fn title(&self) -> String {
        format!("later, {}, {}", self.name, if self.is_long { "long" } else { "short" })
    }

    pub fn setting(&self) -> Result<&'static Setting, Failed> {
        Ok(SETTINGS.iter().find(|own| own.name == self.setting).ok_or("a setting that is not there")?)
    }
}

/// All seeds of one of them, in their order.
pub struct LaterSeeds {
    pub of: &'static Later,
    pub countries: Vec<LaterFigures>,
}

/// The tables.
pub fn tables(asked: &Asked, all: &[LaterSeeds]) -> String {
    if all.iter().all(|own| own.countries.is_empty()) {
        return String::new();
    }
    let mut text = words(asked, all);
    forecasts::tables(&mut text, all);
    half_lives::table(&mut text, all);
    revisions::table(&mut text, all);
    text
}

fn words(asked: &Asked, all: &[LaterSeeds]) -> String {
    let seeds = all.iter().map(|own| own.countries.len()).min().unwrap_or(0);
    let first = asked.later_seeds[0];
    format!(
        "
### What later days say

Countries as above, of seeds {first} to {last}, run as their dumps come in: the run of a day knows no later
day, and rows that come in files of later days are late here, too. Intervals of these tables take seeds for clusters (jackknife).

**Forecast.** Made on days 22 and 57 after the event, the third and the eighth Sunday, for one, two and four weeks. On day 22 there are no six
weeks for a curve, so the half-life is the prior one; by day 57 there are. *Against what was told*: what the run of day 85 says of the day
that was meant; *against the truth*: rule truth of all people. Skill is 1 − ΣWIS/ΣWIS of persistence over all rows (weighted interval score
with the 95 % interval where both baselines have one, else the absolute error): below 0 the damped return is worse than persistence, and
nothing here is chosen by its sign. *Covered*: the interval holds what came. Areas are those with 30 people and more on the day of the
forecast.

**Why a later forecast is worse than persistence against what was told, and better against the truth.** Twelve weeks after the event the
stock as told falls more slowly than the true one, so a forecast that is nearer to the truth misses what is told later. Where hardly anybody
returns (*conflict*), the prior half-life returns people who stay. The cause of the slow fall is not known. A row has an interval from 39
earlier errors on, which these weeks do not hold: whether intervals of forecasts cover is not measured.

**Half-life.** Told by the run of day 85, twelve weeks after the event, beside that of the true stock: those displaced by the rule and away because of
the event, in weekly means, the first time they are half of the largest week (straight lines between weeks). Where the truth does not come
to half of it in the weeks seen, a half-life is wrong unless its upper end is open.

**Figures of the last days.** People displaced from each area on day 14, as told by the run of that day and of later ones, against
the run of day 29.

",
        last = first + (seeds as u64).saturating_sub(1),
    )
}
