//! What the folder of the truth says about itself.

use crate::ownership::{design_effect, sampling_effect};
use crate::scenario::SCENARIOS;
use crate::world::World;

pub(super) fn text(world: &World) -> String {
    let level = world.districts.deepest();
    let levels: Vec<String> = world.districts.levels.iter().map(|level| format!("adm{}", level.level)).collect();
    let (levels, name) = (levels.join(", "), world.scenario);
    let line = SCENARIOS.iter().find(|scenario| scenario.name == name).map_or("", |scenario| scenario.line);
    let (households, ownership) = (households(world), ownership(world));
    format!(
        "\
# The truth

What really happened in this generated country. The pipeline has no option that reads this folder: it sees the dumps,
the radio-cell plan, the areas and the configuration, nothing else. Only a comparison after the fact opens it.

Scenario `{name}`: {line}.{households}

| file | one row per | columns |
|---|---|---|
| `subscribers.csv` | person, by the id of the first SIM as delivered | home (P-codes, position); whether it was struck; \
first night away, host area, first night back; first night at a second host, its area; first night of a holiday visit, \
its area, first night back; first SIM of the household; H3 cell of the home (resolution 8); H3 cell of the site that \
serves it on the first day, which is all that dumps can tell. Empty = not in this run |
| `sims.csv` | SIM | the person it belongs to; first and last day, empty = beyond the run. A person whose SIM ended or has \
not begun is in all other files all the same |
| `places.csv` | place where people can be | position as in the whereabouts, area, its H3 cell, H3 cell of the site \
that serves it on the first day |
| `whereabouts/<day>.csv.gz` | person | true place at the end of the local day: adm{level} P-code, position |
| `flows_<level>.csv` ({levels}) | pair of areas and day | persons at the origin at the end of `first_day` and at the \
destination at the end of the next day; the diagonal is included, rows of a day sum to all persons |
| `flows_<level>_observed.csv` ({levels}) | the same | only those who on both days, with the same SIM, made an event that \
was delivered, at a radio cell of the plan, with a proper time: what an estimate from these dumps can know |
| `stock_<level>.csv` ({levels}) | home area, host area and day | instant truth: persons displaced at the end of the day \
(`stock`), of them those who left home that day (`new`) or came from another host area (`onward_in`); those who came \
back (`returned`) or went to another host area (`onward_out`); of the stock, those without a delivered event that day \
(`unobserved`). stock = stock of the day before + new - returned + onward_in - onward_out, exactly |
| `origins_<level>.csv` ({levels}) | home area and day | all persons (`people`), those displaced, those without a delivered \
event that day (`unobserved`); the last two overlap |
| `rule_states.csv.gz` | person and spell of days with one state and host, from the event day on | home by the rule; \
state: `at_home`, `usual_place`, `provisional`, `displaced`, `returned`, or `unlocatable` (no home); host; first and last \
day of the spell; onset and back-dated onset of the displacement |
| `rule_stock_<level>.csv` ({levels}) | home area, host area and day | as `stock_<level>.csv`, by the rule; movements on \
the day that confirms them |
| `outages.csv` | radio cell that fell silent | from when, until when, wall-clock time |
| `market.csv` | area | inhabitants, market share of the operator, persons |
| `summary.json` | – | rows delivered, rows by kind of dirt, the crisis in numbers |

*Instant truth* is the state on that very day, from the moment a person leaves. *Rule truth* is the definition of
displacement applied to the true whereabouts: residence is the mode of seven nights, home holds more than half of the 28
days before the event, and three residence days at 2 km or more confirm. It lags behind instant truth by five days
by design (a move is confirmed on its sixth day), and it calls displaced whoever meets the definition, a visit of four
nights included; an estimator that works by the definition is measured against it. It needs 34 days before the event for
a whole baseline, and 8 for any. Areas of H3 cells are those of their centres.

Events late by so much that the run ended first were never delivered, and do not count as observed.
{ownership}"
    )
}

fn households(world: &World) -> String {
    let size = world.market.household_size;
    if !world.market.owners.told {
        return format!(
            " Subscribers per household, who live and flee together: {size}; so many times greater is\n\
             the variance of a count of displaced subscribers over countries."
        );
    }
    let effect = design_effect(&world.subscribers, size);
    let sampling = sampling_effect(Some(world.market.owners.ownership), size);
    format!(
        "\n\nPeople per household, who live and flee together: {size}; so many times greater is the variance of\n\
         a count of displaced people over countries. Of a count of displaced subscribers it is {effect:.3}: the mean, over\n\
         subscribers, of the subscribers in their household. An estimate of *these* people from subscribers is another\n\
         matter: its variance is {sampling:.3} times that of subscribers who have SIMs each on their own."
    )
}

/// Empty where everybody is a subscriber.
fn ownership(world: &World) -> String {
    if !world.market.owners.told {
        return String::new();
    }
    let level = world.districts.deepest();
    format!(
        "
## Who is seen

Not all of these people are subscribers of the operator. Every file above counts all of them, but `sims.csv` and the observed
flows. Who has no SIM has no row in `sims.csv`, no row in any dump, and is `unobserved` on every day; the id is there to
link files. Two things more:

| where | what |
|---|---|
| `subscribers.csv`, last columns | group of the household (`a`, `b`); whether the person has a SIM on some day (`has_sim`) |
| `ownership.csv`, a row per area | P-code (adm{level}); share of its people who have a SIM, as drawn, the mean of both groups; \
people of group a and of group b; of them, those with a SIM |

The market share of `market.csv` says how people were spread over the areas. It is no part of the chance to have a SIM.
"
    )
}
