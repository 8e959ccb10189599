//! Which SIM a person uses on a day.

use crate::chance::{Purpose, stream};
use crate::network::Run;
use crate::scenario::Churn;
use hexodus_model::LocalDay;
use rand::RngExt;

/// Days that the shares of [`Churn`] stand for.
const MONTH_DAYS: f64 = 30.0;

/// What happens to the SIM of a person, on which day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    /// No SIM at any time.
    NeverHasOne,
    /// First day of the first SIM.
    Begins(LocalDay),
    /// First day without a SIM.
    Ends(LocalDay),
    /// First day with the SIM of that number.
    Swaps(LocalDay, u32),
}

/// All SIMs. The first SIM of a person has the person's number; those that follow have the numbers after all persons.
#[derive(Clone, Debug)]
pub(crate) struct Sims {
    people: u32,
    /// For each person; empty where everybody has one and nothing ever changes.
    changes: Vec<Option<Change>>,
}

/// One SIM: its number, its person, its first day and the day after its last, where they fall in the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sim {
    pub(crate) number: u32,
    pub(crate) person: u32,
    pub(crate) begins: Option<LocalDay>,
    pub(crate) ends: Option<LocalDay>,
}

impl Sims {
    /// Draws one change at most for every person, on a day after the first of the run.
    pub(crate) fn drawn(seed: u64, people: u32, churn: Option<&Churn>, run: Run) -> Self {
        let Some(churn) = churn else { return Self { people, changes: Vec::new() } };
        let months = f64::from(run.days) / MONTH_DAYS;
        let mut next = people;
        let changes = (0..people).map(|person| {
            let mut rng = stream(seed, Purpose::Churn, u64::from(person), 0);
            let (unit, day) = (rng.random::<f64>() / months, run.some_day(&mut rng));
            if unit < churn.ends {
                Some(Change::Ends(day))
            } else if unit < churn.ends + churn.begins {
                Some(Change::Begins(day))
            } else if unit < churn.ends + churn.begins + churn.swaps {
                next += 1;
                Some(Change::Swaps(day, next - 1))
            } else {
                None
            }
        });
        Self { people, changes: changes.collect() }
    }

    /// Leaves those without a SIM of this operator without one; the SIMs of the others keep their numbers.
    pub(crate) fn only_of(mut self, has_sim: impl Fn(u32) -> bool) -> Self {
        for person in (0..self.people).filter(|&person| !has_sim(person)) {
            self.changes.resize(self.people as usize, None);
            self.changes[person as usize] = Some(Change::NeverHasOne);
        }
        self
    }

    /// The SIM that a person uses on a day; `None` before the first and after the last.
    #[inline]
    pub(crate) fn on(&self, person: u32, day: LocalDay) -> Option<u32> {
        match self.changes.get(person as usize).copied().flatten() {
            Some(Change::NeverHasOne) => None,
            Some(Change::Begins(first)) if day < first => None,
            Some(Change::Ends(last)) if last <= day => None,
            Some(Change::Swaps(from, sim)) if from <= day => Some(sim),
            _ => Some(person),
        }
    }

    /// Every SIM, person by person.
    pub(crate) fn all(&self) -> impl Iterator<Item = Sim> + '_ {
        (0..self.people).flat_map(|person| {
            let sim = |number, begins, ends| Sim { number, person, begins, ends };
            let (first, second) = match self.changes.get(person as usize).copied().flatten() {
                Some(Change::NeverHasOne) => (None, None),
                None => (Some(sim(person, None, None)), None),
                Some(Change::Begins(day)) => (Some(sim(person, Some(day), None)), None),
                Some(Change::Ends(day)) => (Some(sim(person, None, Some(day))), None),
                Some(Change::Swaps(day, new)) => (Some(sim(person, None, Some(day))), Some(sim(new, Some(day), None))),
            };
            first.into_iter().chain(second)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const RUN: Run = Run { first: LocalDay(100), days: 30 };

    #[test]
    fn three_in_a_hundred_a_month_end_begin_and_are_swapped() {
        let churn = Churn { ends: 0.03, begins: 0.04, swaps: 0.05 };
        let sims = Sims::drawn(1, 20_000, Some(&churn), RUN);
        let all: Vec<Sim> = sims.all().collect();
        let numbers: BTreeSet<u32> = all.iter().map(|sim| sim.number).collect();
        assert_eq!((numbers.len(), numbers.last()), (all.len(), Some(&(all.len() as u32 - 1))));
        let share = |count: usize| count as f64 / 20_000.0;
        let swaps = all.len() - 20_000;
        let ends = all.iter().filter(|sim| sim.ends.is_some()).count() - swaps;
        let begins = all.iter().filter(|sim| sim.begins.is_some()).count() - swaps;
        assert!((share(ends) - 0.03).abs() < 0.005 && (share(begins) - 0.04).abs() < 0.005);
        assert!((share(swaps) - 0.05).abs() < 0.005);
    }

    #[test]
    fn the_sim_of_a_day_is_the_one_whose_days_hold_it() {
        let churn = Churn { ends: 0.3, begins: 0.3, swaps: 0.3 };
        let everybody = |_| true;
        let some = |person| person % 3 != 1;
        for (churn, has_sim) in
            [(None, everybody as fn(u32) -> bool), (Some(&churn), everybody), (None, some), (Some(&churn), some)]
        {
            let sims = Sims::drawn(2, 300, churn, RUN).only_of(has_sim);
            assert_eq!((0..300).filter(|&person| sims.all().any(|sim| sim.person == person)).count(), {
                (0..300).filter(|&person| has_sim(person)).count()
            });
            for day in (100..130).map(LocalDay) {
                for person in 0..300 {
                    let holds = |sim: &Sim| {
                        sim.person == person
                            && sim.begins.is_none_or(|first| first <= day)
                            && sim.ends.is_none_or(|end| day < end)
                    };
                    let holding: Vec<u32> = sims.all().filter(holds).map(|sim| sim.number).collect();
                    assert_eq!(holding, sims.on(person, day).into_iter().collect::<Vec<_>>());
                }
            }
        }
    }
}
