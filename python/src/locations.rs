//! What rows say about their place.

use crate::columns::{Ids, numbers};
use crate::fault::{Checked, Fault};
use crate::h3_cells::{KnownCells, Said};
use arrow_array::{Array, Float64Array, RecordBatch};
use hexodus_locate::h3_of_point;
use hexodus_model::{FaultCode, LocationId, LocationKey, Locations};
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

/// Which columns say where.
pub enum PlaceColumns {
    /// The id of a radio cell.
    RadioCell(String),
    /// An H3 cell.
    H3(String),
    /// Latitude and longitude in degrees.
    Point(String, String),
}

/// The places of the rows of a batch.
pub enum Places {
    /// Ids of radio cells.
    RadioCells(Ids),
    /// H3 cells.
    H3(Ids),
    /// Latitudes and longitudes.
    Points(Float64Array, Float64Array),
}

/// A location seen: 64 bits that name it in tables, and its key here.
#[derive(Clone, Copy)]
pub struct Seen {
    /// The name: xxh3 of a radio cell's id, else the H3 index; 0 for coordinates of exactly (0, 0).
    pub name: u64,
    /// The key.
    pub key: LocationKey,
}

/// All locations seen so far. Two radio cells with one name would be one: 3e-10 expected pairs among 100,000.
#[derive(Default)]
pub struct SeenLocations {
    /// What each key stands for.
    pub locations: Locations,
    known: FxHashMap<u64, LocationKey>,
    /// Radio cells that are named by a number: their text is made once.
    numbered: FxHashMap<i64, Seen>,
    cells: KnownCells,
}

impl Seen {
    /// Whether the coordinates of the row were exactly (0, 0): activity, but nowhere.
    pub const fn is_null_island(&self, places: &Places) -> bool {
        self.name == 0 && matches!(places, Places::Points(..))
    }
}

impl PlaceColumns {
    /// Reads them.
    pub fn read(&self, batch: &RecordBatch) -> Checked<Places> {
        Ok(match self {
            Self::RadioCell(name) => Places::RadioCells(Ids::read(batch, name)?),
            Self::H3(name) => Places::H3(Ids::read(batch, name)?),
            Self::Point(lat, lon) => Places::Points(numbers(batch, lat)?, numbers(batch, lon)?),
        })
    }
}

impl SeenLocations {
    /// The location of a row.
    ///
    /// # Errors
    /// Inside, why the row is rejected; outside, that there are too many locations.
    pub fn of_row(&mut self, places: &Places, row: usize) -> Checked<Result<Seen, FaultCode>> {
        match places {
            Places::RadioCells(ids) => self.radio_cell(ids, row),
            Places::H3(ids) => self.own_h3(ids, row),
            Places::Points(lat, lon) if lat.is_null(row) || lon.is_null(row) => Ok(Err(FaultCode::NoLocation)),
            Places::Points(lat, lon) => self.point(lat.value(row), lon.value(row)),
        }
    }

    fn radio_cell(&mut self, ids: &Ids, row: usize) -> Checked<Result<Seen, FaultCode>> {
        match ids {
            Ids::Bytes(ids) if ids.is_valid(row) => match std::str::from_utf8(ids.value(row)).map(str::trim) {
                Ok("") => Ok(Err(FaultCode::NoLocation)),
                Ok(id) => self.intern(xxh3_64(id.as_bytes()), || LocationId::RadioCell(id.into())).map(Ok),
                Err(_) => Ok(Err(FaultCode::BadEncoding)),
            },
            Ids::Integers(numbers, _) if numbers.is_valid(row) => {
                if let Some(&seen) = self.numbered.get(&numbers.value(row)) {
                    return Ok(Ok(seen));
                }
                let id = crate::plan::text_of(ids, row).unwrap_or_default();
                let seen = self.intern(xxh3_64(id.as_bytes()), || LocationId::RadioCell(id.as_str().into()))?;
                self.numbered.insert(numbers.value(row), seen);
                Ok(Ok(seen))
            }
            _ => Ok(Err(FaultCode::NoLocation)),
        }
    }

    fn own_h3(&mut self, ids: &Ids, row: usize) -> Checked<Result<Seen, FaultCode>> {
        match self.cells.of_row(ids, row) {
            Said::Nothing => Ok(Err(FaultCode::NoLocation)),
            Said::NoCell => Ok(Err(FaultCode::OutOfRange)),
            Said::Cell(h3) => self.intern(h3.index(), || LocationId::Point(h3)).map(Ok),
        }
    }

    fn point(&mut self, lat: f64, lon: f64) -> Checked<Result<Seen, FaultCode>> {
        if lat == 0.0 && lon == 0.0 {
            return self.intern(0, || LocationId::NullIsland).map(Ok);
        }
        match h3_of_point(lat, lon) {
            None => Ok(Err(FaultCode::OutOfRange)),
            Some(h3) => self.intern(h3.index(), || LocationId::Point(h3)).map(Ok),
        }
    }

    fn intern(&mut self, name: u64, id: impl FnOnce() -> LocationId) -> Checked<Seen> {
        if let Some(&key) = self.known.get(&name) {
            return Ok(Seen { name, key });
        }
        let full = || Fault(format!("more than {} locations", LocationKey::LIMIT));
        let key = self.locations.intern(id()).ok_or_else(full)?;
        self.known.insert(name, key);
        Ok(Seen { name, key })
    }
}
