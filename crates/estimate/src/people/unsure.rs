//! What is uncertain of a figure besides who was seen: states, dates, and who is silent (methods §13).

use super::dating::DATING_SD_DAYS;
use super::estimates::Basis;
use super::misplaced::{Remaining, remaining, state_variance};
use super::weighted::WeightedStock;
use hexodus_model::{PeopleOf, UnitKey};
use std::collections::BTreeMap;

/// Wrong states, missed or false, for each one displaced because of the event: late or early by a day or more, or at a place
/// that is taken for another. In the generator 0.13; fewer are left here as missed and false ones cancel. Mates of a
/// household err alike, so these errors do not get smaller by seeing more of them.
const WRONG_ABOVE_NORMAL: f64 = 0.1;

/// How far the correction for silence may be wrong, as one standard deviation: half of what it changes.
const SILENCE_CV: f64 = 0.5;

/// Subscribers of a figure that may be in another state than it seems.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct WrongStates {
    /// Taken away as misplaced.
    pub(super) taken_away: f64,
    /// Expected to be on a trip without any event; of one host as many as of all hosts in proportion.
    pub(super) ordinary: f64,
    /// Both, were the whole panel observed: who is silent at home no longer stands against those who are wrongly heard
    /// away, so among the observed of an area whose sites are out there are as many wrong ones as among all.
    pub(super) of_panel: [f64; 2],
}

impl WrongStates {
    fn add(&mut self, taken_away: f64, ordinary: f64, panel_each: f64) {
        self.taken_away += taken_away;
        self.ordinary += ordinary;
        self.of_panel[0] += taken_away * panel_each;
        self.of_panel[1] += ordinary * panel_each;
    }

    /// The design effect of households for a figure of which `remaining` displaced subscribers are left: who is on an
    /// ordinary trip went alone, only those above normal left as households. Of two people of a household the correlation of
    /// being displaced is e·(1 − t)/s = 1 − t/s, where a share e of households leaves, a share t of everybody else is on a
    /// trip, and s = e + (1 − e)·t are displaced.
    pub(super) fn design_effect(&self, of_households: f64, remaining: f64) -> f64 {
        let above_normal = if remaining > 0.0 { (1.0 - self.ordinary / remaining).clamp(0.0, 1.0) } else { 0.0 };
        1.0 + (of_households - 1.0) * above_normal
    }
}

/// The reasons to doubt one figure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Doubt {
    pub(super) wrong: WrongStates,
    /// Displaced subscribers of the figure, the misplaced taken away.
    pub(super) remaining: f64,
    /// How fast the figure changes around the day, people a day.
    pub(super) change: f64,
    /// What the correction for silence adds to it, people.
    pub(super) for_silence: f64,
}

impl Doubt {
    /// The variance in subscribers², where so many subscribers stand for one of the people.
    pub(super) fn variance(&self, subscribers_each: f64) -> f64 {
        let people = (DATING_SD_DAYS * self.change).hypot(SILENCE_CV * self.for_silence);
        let [taken_away, ordinary] = self.wrong.of_panel;
        let above_normal = (self.remaining - self.wrong.ordinary).max(0.0);
        state_variance(taken_away, ordinary) + WRONG_ABOVE_NORMAL * above_normal + (people * subscribers_each).powi(2)
    }
}

pub(super) fn wrong_states(stock: &WeightedStock, basis: &Basis<'_>) -> BTreeMap<PeopleOf, WrongStates> {
    let mut near: BTreeMap<UnitKey, f64> = BTreeMap::new();
    for (pair, own) in &stock.hosts {
        *near.entry(pair.origin).or_default() += own.near;
    }
    let mut of_origins: BTreeMap<UnitKey, (Remaining, f64, f64)> = BTreeMap::new();
    let mut all: BTreeMap<PeopleOf, WrongStates> = BTreeMap::new();
    for (origin, own) in stock.origins.iter().filter(|own| basis.stands_for.people.contains_key(own.0)) {
        let near = near.get(origin).copied().unwrap_or(0.0);
        let observed = own.panel - own.unobserved;
        let share = basis.misplaced.get(origin).copied().unwrap_or(0.0);
        let remaining = remaining(share, observed - own.displaced, near, own.displaced - near);
        let ordinary = basis.normal_share.unwrap_or(0.0) * observed;
        let panel_each = own.panel / observed.max(1.0);
        for of in [PeopleOf::From(*origin), PeopleOf::Everywhere] {
            all.entry(of).or_default().add(remaining.misplaced, ordinary, panel_each);
        }
        of_origins.insert(*origin, (remaining, ordinary / own.displaced.max(1.0), panel_each));
    }
    for (&pair, own) in &stock.hosts {
        let Some((remaining, ordinary, panel_each)) = of_origins.get(&pair.origin) else { continue };
        for of in [PeopleOf::Pair(pair), PeopleOf::At(pair.host)] {
            let taken_away = own.stock - remaining.of(own.stock, own.near);
            all.entry(of).or_default().add(taken_away, ordinary * own.stock, *panel_each);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::tests::near;

    /// 100 displaced, 25 of them as on any day: of two in one household both are displaced with a correlation of ¾.
    #[test]
    fn only_those_above_normal_left_as_households() {
        let effect =
            |ordinary, remaining| WrongStates { ordinary, ..WrongStates::default() }.design_effect(3.0, remaining);
        near(effect(25.0, 100.0), 1.0 + 2.0 * 0.75);
        near(effect(0.0, 100.0), 3.0);
        near(effect(100.0, 100.0), 1.0);
        near(effect(120.0, 100.0), 1.0);
        near(effect(0.0, 0.0), 1.0);
    }

    /// e = ½ of the households of two leave, t = ½ of the others are on a trip each alone: s = ¾. Both of a household are
    /// displaced in ½ + ½·¼ = ⅝ of them: (⅝ − 9/16)/(¾·¼) = ⅓, which is 1 − t/s.
    #[test]
    fn the_correlation_within_households_by_counting() {
        let [leaving, on_trip] = [0.5_f64, 0.5_f64];
        let displaced = leaving + (1.0 - leaving) * on_trip;
        let both = leaving + (1.0 - leaving) * on_trip * on_trip;
        let correlation = (both - displaced * displaced) / (displaced * (1.0 - displaced));
        near(correlation, 1.0 / 3.0);
        let told =
            WrongStates { ordinary: 100.0 * on_trip, ..WrongStates::default() }.design_effect(2.0, 100.0 * displaced);
        near(told, 1.0 + correlation);
    }

    #[test]
    fn dates_and_silence_add_up_as_squares() {
        let mut wrong = WrongStates::default();
        // Half of the panel is silent: as many wrong ones as among all of it.
        wrong.add(4.0, 10.0, 2.0);
        let states = 2.0_f64.powi(2) + 3.0_f64.powi(2) + 10.0 + 0.1 * 20.0;
        let variance = |change, for_silence| Doubt { wrong, remaining: 30.0, change, for_silence }.variance(0.5);
        near(variance(0.0, 0.0), states);
        // A quarter of 160 people and half of 60 are 40 and 30, of which half are subscribers: 25² in all.
        near(variance(160.0, -60.0), states + 625.0);
    }
}
