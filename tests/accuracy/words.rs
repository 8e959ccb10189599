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
harness stops. States of single subscribers stay in its memory. Stocks of 1,000 and more need larger countries, of
{large_subscribers} subscribers: {large}, up to seed {last_large} only, for each takes a minute. Rules were tried on
seeds from 1001 on, never on those reported.

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

* **No event, outage: the trips.** People of the generator make trips of one to four nights. Who is away for four nights
  meets the definition, so the rule on true nights alone finds several times what the target allows. An event is what lies
  above that: compare a stock with the stock of a time without an event. Such a stock before the event is not computed yet.
* **Precision, false stock.** A daily location is the place of the last event, not of the night: on the day of the way back
  it is often still the place visited, and a trip of three nights looks like one of four, or one of four like one of three.
  Among the false displacements that were looked at one by one (seeds for trial, 3 events a day and more) most were of
  this kind. They weigh where few flee and little where many do: see the rows of the affected areas. Those seen on few days
  a week add the rest: see the rows of all who are observed.
* **Homes within one ring.** Homes that are found are right in 98 of 100 cases; what is missed has no home, because no
  site held more than half of the residence days. It was not looked into further.
* **Stocks by area of home.** Where people fled, the estimate is a few per cent too high; where nobody did (the rows of 100
  to 999 in the larger countries), it is a stock of trips, and that is too high by nearly half.
* **Outage.** A phone whose site is out is heard at another one. While the H3 cell of home is silent, and on the days before
  and after, that is unobserved. What remains is false where the H3 cell of home is not silent all day long, or where the
  silence hides days at home and leaves those of a trip.
* **Holiday.** A return takes three days in a row with residence at home. An unobserved day, or one whose residence is a
  place of the routine, begins the count anew; presumably that keeps the rest in the stock (by the true nights none is
  left). It was not looked into one by one.
* **Cyclone, flood.** Many come back within days (cyclone), or few have left by then (flood): the trips weigh more, and
  presumably returns that are a day early or late.
* **Returns by person.** They begin as displacements, so presumably the trips are what is wrong here, too.
* **Recall against instant truth** counts who left too recently to be confirmed, as the waves of the flood do.
";
