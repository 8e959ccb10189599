//! What the report says besides figures.

use crate::Asked;

/// The whole page.
pub fn page(asked: &Asked, minutes: u64, tables: &str) -> String {
    let Asked { seeds: [first, last], subscribers, large_subscribers, large_seeds, events_per_day, .. } = asked;
    let (large, count) = (asked.large.join(", "), last - first + 1);
    format!(
        "\
# Accuracy against hidden truth

Made by `just accuracy` (`tests/accuracy`): do not edit figures by hand. It took {minutes} minutes on two cores.

**What is compared.** For every scenario of [synthetic.md](synthetic.md) and every seed from {first} to {last} ({count}
seeds) a country of {subscribers} subscribers with {events_per_day} events a day on average is generated, 34 days before
the event and 22 from it on, and run by the binary as an operator would. The state of each subscriber is found by the
same library calls on the store of that run, and their sums must equal what the run counted, by home and day, or the
harness stops. States of single subscribers stay in its memory. Stocks of 1,000 and more need larger countries: seeds
{first} to {last_large} of {large} with {large_subscribers} subscribers. Rules were tried on seeds from 1001 on, never on
those reported.

**Which truth.** *Rule truth* is the definition of displacement applied to the true nights by a program of the
generator's own ([synthetic.md](synthetic.md)); targets hold against it. *Instant truth* is who is away because of the
event that night. *All seeds*: numerators and denominators added up over seeds; *seed by seed*: lowest and highest.

**Of whom.** Members of the panel whose home the rule truth knows, too. Homes: who is located on 10 days of the baseline
or more; a home that is not found counts as wrong. States: day 14 after the event, observed that day, at least 3 events
a day in the baseline, unless another row says so. Stocks: displaced over observed, times the panel of the origin,
against the panel members whom the rule has displaced, seen or not. Returns: on the last day. Areas are adm2, by the H3
cell of the site for the estimate and by that of the true place for the truth, so borders count as errors.

{tables}{missed}",
        last_large = first + large_seeds - 1,
        missed = MISSED,
    )
}

/// What is missed, and why. Reasons, not figures: they must hold for any seeds.
const MISSED: &str = "\
## What is missed, and why

* **No event, outage.** People of the generator make trips of one to four nights, and who is away for four nights meets
  the definition: the rule itself finds more displaced than the target allows. An event is what lies above that; the
  figure to compare between days is the stock less what it is without an event, not the stock.
* **False stock.** A daily location is the place of the last event, not of the night. On the day of the way back the last
  event is often still at the place visited, so a trip of three nights looks like one of four, and one of four like one
  of three. Such trips are the larger part of what is false and of what is missed; they weigh on precision in all
  scenarios, and less where many flee (rows of the affected areas). Who is seen on two or three days a week adds to it.
* **Homes within one ring.** Homes that are found are nearly always right; the rest are not found, because no one site
  held more than half of the days (two sites hear the home, or the site was moved within the baseline).
* **Outage.** A phone whose site is out is heard at another one. While the H3 cell of home is silent, and on the day before
  and after, that is unobserved; where a few sites of the cell still speak, or where the last seen days were a trip, it is
  taken for a move.
* **Returns.** The same trips: they begin, are confirmed a few days later, and end as returns.
";
