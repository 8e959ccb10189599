//! Daily locations, handed in again → day-to-day flows.

use crate::areas::Areas;
use crate::columns::{Ids, Reader, days, for_each_batch, integers};
use crate::events::no_nulls;
use crate::fault::{Checked, Fault};
use crate::h3_cells::{KnownCells, Said};
use crate::tally::Tally;
use hexodus_mobility::{check_conservation, count_day_to_day, roll_up};
use hexodus_model::{DailyLocation, FlowMatrix, H3Cell, Level, LocalDay, SubscriberId};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Where each subscriber was, by day, each list ascending by subscriber.
pub type LocatedDays = BTreeMap<LocalDay, Vec<(SubscriberId, H3Cell)>>;

/// Reads `subscriber`, `day` and `h3`, one row for each subscriber and day.
pub fn read_daily_locations(reader: Reader) -> Checked<LocatedDays> {
    let (mut located, mut known) = (LocatedDays::new(), KnownCells::default());
    for_each_batch(reader, |batch, first| {
        for name in ["subscriber", "day", "h3"] {
            no_nulls(batch, name, first)?;
        }
        let (subscribers, days) = (integers(batch, "subscriber")?, days(batch, "day")?);
        let cells = Ids::read(batch, "h3")?;
        for row in 0..batch.num_rows() {
            let Said::Cell(h3) = known.of_row(&cells, row) else {
                return Err(Fault::row("h3", first + row as u64, "an H3 cell of resolution 8", "something else"));
            };
            let subscriber = SubscriberId::from_pseudonym(subscribers.value(row).cast_unsigned());
            located.entry(LocalDay(days.value(row))).or_default().push((subscriber, h3));
        }
        Ok(())
    })?;
    for (day, own) in &mut located {
        own.par_sort_unstable();
        if own.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(Fault(format!(
                "daily locations: expected one row for each subscriber and day, found two on {day}"
            )));
        }
    }
    Ok(located)
}

/// The flows between each two days in a row from `first` to `last`, at a level. A missing day is missing, not zero: there
/// are none across it.
pub fn count_flows(
    located: &LocatedDays,
    [first, last]: [LocalDay; 2],
    level: Level,
    areas: Option<&Areas>,
) -> Checked<Tally> {
    let days = located.range(first..=last).map(|own| *own.0).collect();
    let matrices = matrices_between(located, &days)?;
    let matrices: Vec<FlowMatrix> = matrices.iter().map(|matrix| at_level(matrix, level, areas)).collect();
    Tally::of_flows(&matrices, areas.map_or(&[], |areas| &areas.codes))
}

/// The flows on the H3 grid between each two of `days` in a row, be there daily locations on them or not.
pub fn matrices_between(located: &LocatedDays, days: &BTreeSet<LocalDay>) -> Checked<Vec<FlowMatrix>> {
    let on = |day: LocalDay| located.get(&day).map_or(&[][..], Vec::as_slice);
    let between = |&day: &LocalDay| {
        let (from, to) = (on(day), on(day.next()));
        let matrix = count_day_to_day(day, from, to);
        check_conservation(&matrix, from.len() as u64, to.len() as u64).map_err(|error| Fault(error.to_string()))?;
        Ok(matrix)
    };
    days.iter().filter(|day| days.contains(&day.next())).map(between).collect()
}

/// The same at a level.
pub fn at_level(matrix: &FlowMatrix, level: Level, areas: Option<&Areas>) -> FlowMatrix {
    match (level, areas) {
        (Level::Adm(level), Some(areas)) => roll_up(matrix, level, |h3| areas.of(h3)),
        _ => matrix.clone(),
    }
}

/// The same by subscriber: each one's days, ascending.
pub fn by_subscriber(located: &LocatedDays) -> Vec<(SubscriberId, Vec<DailyLocation<H3Cell>>)> {
    let rows = located.iter().flat_map(|(&day, own)| own.iter().map(move |&(who, place)| (who, day, place)));
    let mut rows: Vec<_> = rows.collect();
    rows.par_sort_unstable();
    let own = |rows: &[(SubscriberId, LocalDay, H3Cell)]| {
        (rows[0].0, rows.iter().map(|&(_, day, place)| DailyLocation { day, place }).collect())
    };
    rows.chunk_by(|left, right| left.0 == right.0).map(own).collect()
}
