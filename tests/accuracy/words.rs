//! What the report says besides figures.

use crate::Asked;

/// The whole page.
pub fn page(asked: &Asked, minutes: u64, tables: &str, people: &str) -> String {
    let Asked { seeds: [first, last], subscribers, large_subscribers, large_seeds, events_per_day, .. } = asked;
    let (large, count) = (asked.large.join(", "), last - first + 1);
    format!(
        "\
# Accuracy against hidden truth

Made by `just accuracy` (`tests/accuracy`): do not edit figures by hand. What stands before the section on people took
{minutes} minutes on two cores.

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

{tables}{missed}{people}",
        last_large = first + large_seeds - 1,
        missed = MISSED,
    )
}

/// What is missed, and why. Reasons, not figures: they must hold for any seeds.
const MISSED: &str = "\
## What is missed, and why

* **No event: the trips.** People of the generator make trips of one to four nights. Who is away for four nights meets the
  definition, so the rule on true nights alone finds several times what the target allows. An event is what lies above
  that: `displaced_above_normal` takes away the stock that the same rule finds in the baseline. Where radio cells come and
  go (network-change), people at home heard from new sites are left above it.
* **Precision, false stock.** Replacing one source of error at a time with truth (no event, seeds for trial, 3 events a day
  and more): of the false stock 36 % is another site that serves the same place, 27 % a daytime place, 20 % the last event
  of a day being before the journey, 11 % a wrong home, 6 % days not located. Of everybody observed homes and daytime
  places have 26 % each. By episode nearly half were at home all along. False displacements weigh where few flee and
  little where many do: see the rows of the affected areas. Daily locations of the night halve the false stock and see
  fewer people.
* **Homes within one ring.** What is missed has no home, mostly of people seen on few days (93 %), or was moved by the
  network (network-change).
* **Stocks by area of home.** Where people fled, the estimate is a few per cent too high; where nobody did (the rows of 100
  to 999 in the larger countries), it is a stock of trips, and that is too high by nearly half. Above normal takes the trips
  away; who is away because of the event but not for long enough yet is missing there.
* **Outage.** A phone whose site is out is heard at another one. While the H3 cell of home is silent, and on the days before
  and after, that is unobserved, and so is who seems away and was silent on such days. What remains is false where the H3
  cell of home is not silent all day long, or where a trip fills the days that are heard. Nothing of that is in the baseline, so it stays above normal; of
  the whole panel it is less than asked for, of the homes in affected areas it is not.
* **Holiday.** Of those still displaced on day 18, 37 % reside at a usual place 2 to 10 km from home, 22 % at another site
  or a daytime place near home, 32 % elsewhere (a trip, a weekend, kin), 7 % are unobserved.
* **Cyclone, flood.** Many come back within days (cyclone), or few have left by then (flood), so the trips weigh more; of
  the false ones about 30 %, of the missed ones 15 % are a few days early or late, the rest is as above.
* **Returns by person.** False ones: another site 46 %, the last event before a journey 26 %, a daytime place 20 %, not
  located 5 %; missed ones are alike.
* **Recall against instant truth** counts who left too recently to be confirmed, as the waves of the flood do.
";
