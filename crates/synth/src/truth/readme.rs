//! What the folder of the truth says about itself.

use crate::world::World;

pub(super) fn text(world: &World) -> String {
    let level = world.districts.deepest();
    let levels: Vec<String> = world.districts.levels.iter().map(|level| format!("adm{}", level.level)).collect();
    let levels = levels.join(", ");
    format!(
        "\
# The truth

What really happened in this generated country. The pipeline has no option that reads this folder: it sees the dumps,
the radio-cell plan, the areas and the configuration, nothing else. Only a comparison after the fact opens it.

| file | one row per | columns |
|---|---|---|
| `subscribers.csv` | subscriber, id as delivered | home (P-codes, position); whether it was struck; first night away, host area, \
first night back; empty = not in this run |
| `whereabouts/<day>.csv.gz` | subscriber | true place at the end of the local day: adm{level} P-code, position |
| `flows_<level>.csv` ({levels}) | pair of areas and day | subscribers at the origin at the end of `first_day` and at the \
destination at the end of the next day; the diagonal is included, rows of a day sum to all subscribers |
| `flows_<level>_observed.csv` ({levels}) | the same | only subscribers who on both days made an event that was delivered, \
at a radio cell of the plan, with a proper time: what an estimate from these dumps can know |
| `stock_adm{level}.csv` | home area, host area and day | subscribers displaced at the end of the day |
| `outages.csv` | radio cell that fell silent | from when, until when, wall-clock time |
| `market.csv` | area | inhabitants, market share of the operator, subscribers |
| `summary.json` | – | rows delivered, rows by kind of dirt, the crisis in numbers |

This is *instant truth*: the state on that very day. An estimator that waits until a move is confirmed lags behind it by
design; *rule truth* for it follows from `whereabouts/` by applying its rule to the true places. Events late by so
much that the run ended first were never delivered, and do not count as observed.
"
    )
}
