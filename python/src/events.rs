//! Events as `check_events` gives them, handed in again: by day and subscriber, ready to be reduced.

use crate::areas::Areas;
use crate::columns::{Ids, Reader, column, days as day_column, for_each_batch, has, instants, integers};
use crate::fault::{Checked, Fault};
use crate::h3_cells::{KnownCells, Said};
use crate::local_days::{ByDay, LocalDays};
use arrow_array::{Array, RecordBatch};
use hexodus_locate::h3_centre;
use hexodus_model::{DayPlaces, DayWindow, EventRow, H3Cell, LocationKey, Moment, PlaceKey, SubscriberId, UtcMicros};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Events of some days, each day ascending by subscriber and moment, without repeats.
pub struct Events {
    /// By day, with the instants it covers.
    pub days: Vec<(DayWindow, Vec<EventRow>)>,
    /// The H3 cell of each location key; `None` = nowhere.
    h3: Vec<Option<H3Cell>>,
}

/// Reads `subscriber`, `time`, `location` and `h3`; a `day`, where there is one, must be that of the time.
pub fn read_events(reader: Reader, mut days: LocalDays) -> Checked<Events> {
    let mut rows = Rows::default();
    for_each_batch(reader, |batch, first| rows.read(batch, first, &mut days))?;
    let Rows { by_day, h3, .. } = rows;
    let sorted = |(window, mut rows): (DayWindow, Vec<EventRow>)| {
        rows.par_sort_unstable();
        rows.dedup();
        (window, rows)
    };
    Ok(Events { days: by_day.ascending().into_iter().map(sorted).collect(), h3 })
}

#[derive(Default)]
struct Rows {
    by_day: ByDay<Vec<EventRow>>,
    /// A location may be in several H3 cells, as plans change within a day. By the cell as it is written, which is thus read once.
    keys: FxHashMap<(i64, Option<i64>), LocationKey>,
    h3: Vec<Option<H3Cell>>,
    cells: KnownCells,
}

impl Rows {
    fn read(&mut self, batch: &RecordBatch, first: u64, days: &mut LocalDays) -> Checked<()> {
        let (subscribers, times) = (integers(batch, "subscriber")?, instants(batch, "time")?);
        let (locations, cells) = (integers(batch, "location")?, Ids::read(batch, "h3")?);
        let told = has(batch.schema_ref(), "day").then(|| day_column(batch, "day")).transpose()?;
        for name in ["subscriber", "time", "location"] {
            no_nulls(batch, name, first)?;
        }
        for row in 0..batch.num_rows() {
            let fault = |name, expected, found| Fault::row(name, first + row as u64, expected, found);
            let at = UtcMicros(times.value(row));
            let Some(window) = days.of(at) else {
                return Err(fault("time", "an instant from 1990 to 2099", "another"));
            };
            if told.as_ref().is_some_and(|told| told.is_valid(row) && told.value(row) != window.day.0) {
                return Err(fault("day", "the local day of the time, in this zone", "another day"));
            }
            let Some(key) = self.key(locations.value(row), &cells, row)? else {
                return Err(fault("h3", "an H3 cell of resolution 8", "something else"));
            };
            let subscriber = SubscriberId::from_pseudonym(subscribers.value(row).cast_unsigned());
            let row = EventRow { subscriber, moment: Moment::new(at, &window, key) };
            self.by_day.of(window, Vec::new).push(row);
        }
        Ok(())
    }

    /// The key of a location at an H3 cell; `None` where that is none.
    #[inline]
    fn key(&mut self, location: i64, cells: &Ids, row: usize) -> Checked<Option<LocationKey>> {
        let Ids::Integers(bits, _) = cells else {
            return self.new_key(location, cells, row);
        };
        let written = (location, bits.is_valid(row).then(|| bits.value(row)));
        match self.keys.get(&written) {
            Some(&key) => Ok(Some(key)),
            None => self.new_key(location, cells, row),
        }
    }

    fn new_key(&mut self, location: i64, cells: &Ids, row: usize) -> Checked<Option<LocationKey>> {
        let h3 = match self.cells.of_row(cells, row) {
            Said::Nothing => None,
            Said::Cell(h3) => Some(h3),
            Said::NoCell => return Ok(None),
        };
        let written = (location, h3.map(|h3| h3.index().cast_signed()));
        if let Some(&key) = self.keys.get(&written) {
            return Ok(Some(key));
        }
        let key = LocationKey(self.h3.len() as u32);
        if key.0 >= LocationKey::LIMIT {
            return Err(Fault(format!("more than {} locations", LocationKey::LIMIT)));
        }
        self.keys.insert(written, key);
        self.h3.push(h3);
        Ok(Some(key))
    }
}

/// Refuses nulls: `check_events` says which rows are good.
pub fn no_nulls(batch: &RecordBatch, name: &str, first: u64) -> Checked<()> {
    let array = column(batch, name)?;
    // That of the values: a column without a type has nothing that says which are null.
    if array.logical_null_count() == 0 {
        return Ok(());
    }
    let row = (0..array.len()).find(|&row| array.is_null(row)).unwrap_or(0);
    Err(Fault::row(name, first + row as u64, "a value", "null"))
}

impl Events {
    /// Where each location is, with its areas at some levels.
    pub fn places(&self, levels: &[&Areas]) -> DayPlaces {
        let mut h3: Vec<H3Cell> = self.h3.iter().flatten().copied().collect();
        h3.sort_unstable();
        h3.dedup();
        let areas = levels.iter().map(|areas| h3.iter().map(|&h3| areas.of(h3)).collect()).collect();
        let mut places = DayPlaces::new(h3.clone(), areas, self.h3.len());
        let centre = |&h3: &H3Cell| h3_centre(h3).map_or([0.0, 0.0], |centre| [centre.lat, centre.lon]);
        places.set_centres(h3.iter().map(centre));
        for (key, at) in self.h3.iter().enumerate() {
            if let Some(place) = at.and_then(|at| h3.binary_search(&at).ok()) {
                places.place(LocationKey(key as u32), PlaceKey(place as u32));
            }
        }
        places
    }
}
