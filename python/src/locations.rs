//! What rows say about their place.

use crate::columns::{Ids, numbers};
use crate::fault::{Checked, Fault};
use crate::h3_cells::{KnownCells, Said};
use crate::plan::text_of;
use arrow_array::{Array, Float64Array, RecordBatch};
use hexodus_locate::h3_of_point;
use hexodus_model::{FaultCode, H3Cell, LocationId, LocationKey, Locations};
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

/// Names of locations, 64 bits each: xxh3 of a radio cell's id, else the H3 index; 0 for coordinates of exactly (0, 0). Two radio
/// cells with one name would be one: 3e-10 expected pairs among 100,000.
#[derive(Default)]
pub struct LocationNames {
    /// Names of radio cells that are small numbers: their text is made once. 0 = not made yet.
    small: Vec<u64>,
    /// Those of other numbers.
    numbered: FxHashMap<i64, u64>,
    cells: KnownCells,
}

/// All locations seen so far.
#[derive(Default)]
pub struct SeenLocations {
    /// What each key stands for.
    pub locations: Locations,
    known: FxHashMap<u64, LocationKey>,
}

/// Radio cells with smaller numbers are found by position.
const SMALL: usize = 1 << 20;

/// The name of a radio cell.
pub fn radio_cell_name(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
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

impl Places {
    /// Whether the coordinates of a row with this name were exactly (0, 0): activity, but nowhere.
    pub const fn is_null_island(&self, name: u64) -> bool {
        name == 0 && matches!(self, Self::Points(..))
    }

    /// What the name of an accepted row stands for.
    pub fn id_of(&self, row: usize, name: u64) -> LocationId {
        match self {
            Self::RadioCells(ids) => LocationId::RadioCell(text_of(ids, row).unwrap_or_default().into()),
            Self::H3(_) | Self::Points(..) => {
                H3Cell::from_index(name).map_or(LocationId::NullIsland, LocationId::Point)
            }
        }
    }
}

impl LocationNames {
    /// The name of the location of a row, or why the row is rejected.
    #[inline]
    pub fn of_row(&mut self, places: &Places, row: usize) -> Result<u64, FaultCode> {
        match places {
            Places::RadioCells(ids) => self.radio_cell(ids, row),
            Places::H3(ids) => match self.cells.of_row(ids, row) {
                Said::Nothing => Err(FaultCode::NoLocation),
                Said::NoCell => Err(FaultCode::OutOfRange),
                Said::Cell(h3) => Ok(h3.index()),
            },
            Places::Points(lat, lon) if lat.is_null(row) || lon.is_null(row) => Err(FaultCode::NoLocation),
            Places::Points(lat, lon) => match (lat.value(row), lon.value(row)) {
                (0.0, 0.0) => Ok(0),
                (lat, lon) => h3_of_point(lat, lon).map(H3Cell::index).ok_or(FaultCode::OutOfRange),
            },
        }
    }

    fn radio_cell(&mut self, ids: &Ids, row: usize) -> Result<u64, FaultCode> {
        match ids {
            Ids::Bytes(ids) if ids.is_valid(row) => match std::str::from_utf8(ids.value(row)).map(str::trim) {
                Ok("") => Err(FaultCode::NoLocation),
                Ok(id) => Ok(radio_cell_name(id)),
                Err(_) => Err(FaultCode::BadEncoding),
            },
            Ids::Integers(numbers, _) if numbers.is_valid(row) => {
                let name = || radio_cell_name(&text_of(ids, row).unwrap_or_default());
                match usize::try_from(numbers.value(row)) {
                    Ok(number) if number < SMALL => Ok(self.small(number, name)),
                    _ => Ok(*self.numbered.entry(numbers.value(row)).or_insert_with(name)),
                }
            }
            _ => Err(FaultCode::NoLocation),
        }
    }

    fn small(&mut self, number: usize, name: impl FnOnce() -> u64) -> u64 {
        if number >= self.small.len() {
            self.small.resize(number + 1, 0);
        }
        if self.small[number] == 0 {
            self.small[number] = name();
        }
        self.small[number]
    }
}

impl SeenLocations {
    /// The key of a name; `id` is asked what it stands for where it is new.
    #[inline]
    pub fn key_of(&mut self, name: u64, id: impl FnOnce() -> LocationId) -> Checked<LocationKey> {
        if let Some(&key) = self.known.get(&name) {
            return Ok(key);
        }
        let full = || Fault(format!("more than {} locations", LocationKey::LIMIT));
        let key = self.locations.intern(id()).ok_or_else(full)?;
        self.known.insert(name, key);
        Ok(key)
    }
}
