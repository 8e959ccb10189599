//! From what a record says about its place to the H3 cell that counts.

use crate::area::AreaKey;
use crate::event::{LocationKey, Moment};
use crate::time::hour_of;
use std::collections::HashMap;
use std::fmt;
use thiserror::Error;

/// A cell of the H3 grid, the unit of place (resolution 8: mean 0.737 km²). Ordered by its integer, which is spatial.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct H3Cell(u64);

/// A 64-bit number that is no H3 cell index.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("{0:#x} is no H3 cell index")]
pub struct InvalidH3Cell(pub u64);

impl H3Cell {
    /// The smallest value a cell index can have: mode 1 in bits 59 to 62. Smaller numbers are free for other codes.
    pub const MIN_INDEX: u64 = 1 << 59;

    /// Checks the mode and reserved bits of an index (the grid itself belongs to `h3o`).
    pub const fn from_index(index: u64) -> Result<Self, InvalidH3Cell> {
        let mode_and_reserved = index >> 56;
        if mode_and_reserved == 0b0000_1000 { Ok(Self(index)) } else { Err(InvalidH3Cell(index)) }
    }

    /// The integer index.
    pub const fn index(self) -> u64 {
        self.0
    }

    /// The resolution, 0 to 15.
    pub const fn resolution(self) -> u8 {
        ((self.0 >> 52) & 0xF) as u8
    }
}

impl fmt::Display for H3Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:015x}", self.0)
    }
}

impl fmt::Debug for H3Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "H3Cell({self})")
    }
}

/// What a record says about where it was made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LocationId {
    /// The operator's radio-cell id, as delivered, trimmed, case kept.
    RadioCell(Box<str>),
    /// The H3 cell of the record's own position.
    Point(H3Cell),
    /// The record's own coordinates are exactly (0, 0) (code 211): kept as activity, never located.
    NullIsland,
}

/// Every location seen so far, by dense key. Keys are handed out in order of arrival and never change: they are
/// names inside one store, not an order. Nothing may depend on their numeric order.
#[derive(Clone, Debug, Default)]
pub struct Locations {
    ids: Vec<LocationId>,
    keys: HashMap<LocationId, LocationKey>,
}

impl Locations {
    /// The key of `id`, a new one if it was never seen; `None` when all 2^27 keys are taken.
    pub fn intern(&mut self, id: LocationId) -> Option<LocationKey> {
        if let Some(&key) = self.keys.get(&id) {
            return Some(key);
        }
        let key = u32::try_from(self.ids.len()).ok().filter(|&key| key < LocationKey::LIMIT).map(LocationKey)?;
        self.ids.push(id.clone());
        self.keys.insert(id, key);
        Some(key)
    }

    /// What each key stands for, in key order.
    pub fn ids(&self) -> &[LocationId] {
        &self.ids
    }
}

impl FromIterator<LocationId> for Locations {
    fn from_iter<I: IntoIterator<Item = LocationId>>(ids: I) -> Self {
        let mut locations = Self::default();
        for id in ids {
            locations.intern(id);
        }
        locations
    }
}

/// A dense key of an H3 cell within one [`DayPlaces`]. Its order is the order of the H3 index, so "the smaller H3
/// cell" of a tie-break is the smaller key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct PlaceKey(pub u32);

/// Where each location was on one local day.
///
/// `h3` is ascending, without repeats. Every H3 cell has at most one area per level; `None` = outside every area.
#[derive(Clone, Debug, Default)]
pub struct DayPlaces {
    /// The H3 cell of each place, ascending.
    pub h3: Vec<H3Cell>,
    /// For each level of the area tree (index 0 = level 1): the area of each place.
    pub areas: Vec<Vec<Option<AreaKey>>>,
    /// Unit vectors to the centre of each place; empty until they are set.
    centres: Vec<[f64; 3]>,
    fixed: Vec<u32>,
    changing: HashMap<LocationKey, Vec<(i64, Option<PlaceKey>)>>,
}

/// Mean radius of the earth (IUGG). Metres.
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;
const NOWHERE: u32 = u32::MAX;
const CHANGES: u32 = u32::MAX - 1;

/// Whether two points (unit vectors) are certainly nearer than an arc of the unit sphere, and whether they are certainly
/// farther: by squares, without a branch. Neither where it is too close to tell so, or farther than a quarter of the sphere.
///
/// An arc is longer than its chord c, up to a quarter of the sphere by a factor of √(1 + 0.12 c²) at most.
#[inline]
pub fn compared_with_arc(left: &[f64; 3], right: &[f64; 3], arc: f64) -> (bool, bool) {
    const QUARTER: f64 = std::f64::consts::FRAC_PI_2 * std::f64::consts::FRAC_PI_2;
    // What rounding may change, and much more.
    const CLOSE: f64 = 1e-9;
    let limit = arc * arc;
    let squared_chord: f64 = left.iter().zip(right).map(|(left, right)| (left - right) * (left - right)).sum();
    let longest = squared_chord * (1.0 + 0.12 * squared_chord);
    (longest < limit.min(QUARTER) * (1.0 - CLOSE), squared_chord > limit * (1.0 + CLOSE))
}

impl DayPlaces {
    /// Builds the table for places in ascending H3 order, all locations nowhere yet.
    pub fn new(h3: Vec<H3Cell>, areas: Vec<Vec<Option<AreaKey>>>, locations: usize) -> Self {
        debug_assert!(h3.windows(2).all(|pair| pair[0] < pair[1]));
        Self { h3, areas, centres: Vec::new(), fixed: vec![NOWHERE; locations], changing: HashMap::new() }
    }

    /// Puts a location at one place for the whole day.
    pub fn place(&mut self, location: LocationKey, place: PlaceKey) {
        self.fixed[location.0 as usize] = place.0;
    }

    /// Gives a location that changes within the day: `(microsecond of the day from which, place)`, ascending; before
    /// the first entry the location is nowhere.
    pub fn place_changing(&mut self, location: LocationKey, steps: Vec<(i64, Option<PlaceKey>)>) {
        self.fixed[location.0 as usize] = CHANGES;
        self.changing.insert(location, steps);
    }

    /// The place of a location at a microsecond of the day; `None` = unlocated (unknown to the plan, not valid then,
    /// or without coordinates). A location newer than this table is unlocated.
    #[inline]
    pub fn at(&self, location: LocationKey, micros_of_day: i64) -> Option<PlaceKey> {
        match self.fixed.get(location.0 as usize).copied() {
            None | Some(NOWHERE) => None,
            Some(CHANGES) => self.at_changing(location, micros_of_day),
            Some(place) => Some(PlaceKey(place)),
        }
    }

    #[cold]
    fn at_changing(&self, location: LocationKey, micros_of_day: i64) -> Option<PlaceKey> {
        let steps = self.changing.get(&location)?;
        let after = steps.partition_point(|&(from, _)| from <= micros_of_day);
        steps.get(after.checked_sub(1)?)?.1
    }

    /// Sets the centre of each place, in order: latitude and longitude in degrees.
    pub fn set_centres(&mut self, centres: impl IntoIterator<Item = [f64; 2]>) {
        let unit = |degrees: [f64; 2]| {
            let [lat, lon] = degrees.map(f64::to_radians);
            [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
        };
        self.centres = centres.into_iter().map(unit).collect();
    }

    /// Metres between the centres of two places on the sphere of mean earth radius; 0 while centres are not set.
    pub fn metres_between(&self, left: PlaceKey, right: PlaceKey) -> f64 {
        let (Some(left), Some(right)) = (self.centres.get(left.0 as usize), self.centres.get(right.0 as usize)) else {
            return 0.0;
        };
        let squares = left.iter().zip(right).map(|(left, right)| (left - right) * (left - right));
        let half_chord = squares.sum::<f64>().sqrt() / 2.0;
        2.0 * EARTH_RADIUS_M * half_chord.min(1.0).asin()
    }

    /// Whether two places are at most so many metres apart, as [`metres_between`](Self::metres_between) has it.
    pub fn are_within(&self, left: PlaceKey, right: PlaceKey, metres: f64) -> bool {
        let (near, far) = match (self.centre(left), self.centre(right)) {
            (Some(left), Some(right)) => compared_with_arc(left, right, metres / EARTH_RADIUS_M),
            _ => (false, false),
        };
        near || (!far && self.metres_between(left, right) <= metres)
    }

    /// The centre of a place: a unit vector; `None` while centres are not set.
    #[inline]
    pub fn centre(&self, place: PlaceKey) -> Option<&[f64; 3]> {
        self.centres.get(place.0 as usize)
    }

    /// The H3 cell of a place.
    #[inline]
    pub fn h3_of(&self, place: PlaceKey) -> H3Cell {
        self.h3[place.0 as usize]
    }
}

/// An event at a known place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Microseconds since the start of the local day.
    pub micros: i64,
    /// Where.
    pub place: PlaceKey,
    /// Hour begun of the local day: `micros` in whole hours.
    pub hour: u32,
}

impl Sighting {
    /// At a microsecond of the local day.
    #[inline]
    pub const fn new(micros: i64, place: PlaceKey) -> Self {
        Self { micros, place, hour: hour_of(micros) }
    }

    /// Looks an event up; `None` when the plan does not say where it was.
    #[inline]
    pub fn of(event: Moment, places: &DayPlaces) -> Option<Self> {
        let micros = event.micros_of_day();
        Some(Self::new(micros, places.at(event.location(), micros)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h3_prints_as_the_fifteen_characters_everyone_uses() {
        let index = 613_196_570_331_971_583;
        let h3 = H3Cell::from_index(index).unwrap();
        assert_eq!(h3.to_string(), "8828308281fffff");
        assert_eq!(h3.resolution(), 8);
        assert_eq!(H3Cell::from_index(7), Err(InvalidH3Cell(7)));
    }

    #[test]
    fn distances_are_those_of_the_sphere() {
        let h3 = [0x0882_8308_281f_ffff, 0x0882_8308_283f_ffff].map(|index| H3Cell::from_index(index).unwrap());
        let mut places = DayPlaces::new(h3.to_vec(), Vec::new(), 0);
        let (first, second) = (PlaceKey(0), PlaceKey(1));
        assert!(places.metres_between(first, second).abs() < f64::EPSILON, "no centres, no distance");
        // Paris to New York by haversine: 5,837 km on this sphere; a quarter of a meridian; antipodes.
        for (left, right, metres) in [
            ([48.8566, 2.3522], [40.7128, -74.0060], 5_837_240.0),
            ([0.0, 10.0], [90.0, 0.0], EARTH_RADIUS_M * std::f64::consts::FRAC_PI_2),
            ([20.0, 30.0], [-20.0, -150.0], EARTH_RADIUS_M * std::f64::consts::PI),
        ] {
            places.set_centres([left, right]);
            let found = places.metres_between(first, second);
            assert!((found - metres).abs() < 2_000.0, "{left:?} to {right:?}: {found}");
            for share in [0.0, 0.5, 0.9, 0.95, 0.999, 1.0, 1.001, 1.05, 1.2, 3.0] {
                assert_eq!(places.are_within(first, second, found * share), share >= 1.0, "{left:?} to {right:?}");
            }
        }
    }

    #[test]
    fn a_location_that_moves_at_noon_is_in_two_places() {
        let h3 = [0x0882_8308_281f_ffff, 0x0882_8308_283f_ffff].map(|index| H3Cell::from_index(index).unwrap());
        let mut places = DayPlaces::new(h3.to_vec(), Vec::new(), 2);
        places.place_changing(LocationKey(1), vec![(10, Some(PlaceKey(0))), (20, None), (30, Some(PlaceKey(1)))]);
        let at = |micros| places.at(LocationKey(1), micros);
        assert_eq!([at(9), at(10), at(25), at(30)], [None, Some(PlaceKey(0)), None, Some(PlaceKey(1))]);
        assert_eq!(places.at(LocationKey(0), 0), None);
        assert_eq!(places.at(LocationKey(99), 0), None, "newer than the table");
    }
}
