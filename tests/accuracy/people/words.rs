//! What the section on people says besides figures.

use super::Asked;
use std::fmt::Write;

/// The whole section.
pub fn section(asked: &Asked, (seeds, minutes): (u64, f64), tables: &str) -> String {
    let Asked { seeds: [first, _], people, ownership, events_per_day, .. } = asked;
    let last = first + seeds.saturating_sub(1);
    let mut settings = String::new();
    for own in &asked.settings {
        let of = if own.name == own.scenario { String::new() } else { format!(" (`{}`)", own.scenario) };
        let what = if own.what.is_empty() { String::new() } else { format!(": {}", own.what) };
        let _ = writeln!(settings, "* **{}**{of}{what}", own.name);
    }
    format!(
        "
## People

Made by `just accuracy` with the rest, or alone by `just accuracy-people` (`tests/accuracy/people`): seeds {first} to {last}, on a
shared machine in {minutes:.0} minutes of one core. Seeds for trial begin at 1001.

**What is compared.** Each country has {people} people in 30 adm2 areas, of whom the share {ownership} has a SIM (so that the finite
population counts), with {events_per_day} events a day on average, 34 days before the event and 16 from it on. The binary runs as for
an operator, but with `min_subscribers = 0` and `--accept-lower-k`, so that every home area has its row: areas chosen by their own
estimate would tell nothing. What is read are the tables it writes, `people_from_adm2` and its like.

{settings}
**Which truth.** Rule truth of all people, subscribers or not: `truth/rule_stock_adm2.csv`, by the area of home, hosts added up.
Its homes and hosts have the area of the H3 cell of the true place, the census counts by the shape that holds a home, the run by the
H3 cell of the site: borders count as errors ([synthetic.md](synthetic.md)). The truth includes trips that meet the definition; the
share above normal is compared with those displaced by the rule who are away because of the event. Movements count on the day that
confirms them, in both.

**Coverage.** A cell is a seed × adm2 area with people and with a figure; areas without one (no resident of the panel, or too few) are
counted beside. Covered: `people_low` ≤ truth ≤ `people_high`. The interval of the coverage takes seeds for clusters (ratio estimator,
Student's t: Cochran 1977, Sampling Techniques, §§9A.1 and 6.3). Target where the assumptions hold: that interval overlaps 93 to 97 % and
the share lies in 91 to 99 %, of at least 50 seeds and 2,000 cells. *Truth above*: share of cells whose truth is above `people_high`, so
that the estimate is too low. Pairs: truth or estimate of at least 5 people; a pair without a row counts as 0 to 0.

**Days of much movement.** On day 14 of *holiday* the rule confirms most returns, four days after the last traveller is back: the true stock
falls by half within that day, and by nine tenths on the next. Who is heard three times a day is confirmed a day early or late now and then, so the
estimate of that day is a fifth of a day late, and as a share that is much: the bias below. Day 7 of the scenarios in which people flee is such a day, too,
and there departures of an outage are confirmed late besides, as who was silent is unobserved. The point is not corrected for that; the interval
knows how fast a figure changes ([methods §13](methods.md)). Nothing of this is an assumption broken on purpose: the target is the same.

**Households.** Truth is of the people there are, so what counts is whether members of a household have SIMs together, not that they move together
([methods §13](methods.md)): *households* has `deff` 1. On trial seeds what is missed of struck areas were areas of fewer than a hundred people, which are
a handful of households.

**Limits.** One person is one SIM; who has none behaves as who has one, but in *biased*. Households, ownership and the error of the
census are the generator's own, and so as the estimator assumes them, except where a setting says otherwise. Areas of a few hundred
people are smaller than those of a real country: their intervals are wider, and borders weigh more.

{tables}"
    )
}
