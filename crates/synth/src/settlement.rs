//! Towns of power-law sizes, and the places (neighbourhoods) people live, work and sleep in.

use crate::chance::{Purpose, stream, weighted_index};
use crate::district::Districts;
use crate::error::{AreaFault, SynthError};
use crate::ground::{bounds, contains, distance_km, inner_point, moved, point};
use hexodus_model::{Area, SitePoint};
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64Mcg;
use std::ops::Range;

/// Inhabitants of the largest town; the r-th has `LARGEST / r` (Zipf's law, exponent 1).
const LARGEST: f64 = 900_000.0;
/// Towns in a country of ordinary size; few districts get more each, many at least one.
const TOWNS: usize = 240;
const MOST_TOWNS_PER_DISTRICT: usize = 8;
/// The bounded tries of every rejection below; each has a fallback.
const TRIES: usize = 64;

/// One town or village.
#[derive(Clone, Debug)]
pub(crate) struct Town {
    pub(crate) centre: SitePoint,
    pub(crate) population: u32,
    pub(crate) district: u32,
    /// Its places, indices of [`Settlements::places`]; never empty.
    pub(crate) places: Range<u32>,
}

/// One neighbourhood: the finest whereabouts that the truth knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) at: SitePoint,
    pub(crate) town: u32,
    pub(crate) district: u32,
}

/// Where people are.
#[derive(Clone, Debug)]
pub(crate) struct Settlements {
    /// District by district.
    pub(crate) towns: Vec<Town>,
    /// Town by town; every place lies in the district of its town.
    pub(crate) places: Vec<Place>,
    /// Running sum of town populations.
    cumulative: Vec<f64>,
}

impl Settlements {
    /// Founds the towns: sizes by rank, ranks by chance over all districts.
    pub(crate) fn founded(seed: u64, districts: &Districts) -> Result<Self, SynthError> {
        let mut rng = stream(seed, Purpose::Towns, 0, 0);
        let per_district = (TOWNS / districts.len()).clamp(1, MOST_TOWNS_PER_DISTRICT);
        let mut ranks: Vec<u32> = (1..=(per_district * districts.len()) as u32).collect();
        ranks.shuffle(&mut rng);
        let mut settlements = Self { towns: Vec::new(), places: Vec::new(), cumulative: Vec::new() };
        for (index, &rank) in ranks.iter().enumerate() {
            settlements.found((index / per_district) as u32, rank, districts, &mut rng)?;
        }
        let running = settlements.towns.iter().scan(0.0, |sum, town| {
            *sum += f64::from(town.population);
            Some(*sum)
        });
        settlements.cumulative = running.collect();
        Ok(settlements)
    }

    fn found(&mut self, district: u32, rank: u32, districts: &Districts, rng: &mut Pcg64Mcg) -> Result<(), SynthError> {
        let area = &districts.areas[district as usize];
        let centre = free_point(area, rng).ok_or_else(|| SynthError::area(&area.pcode.0, AreaFault::Empty))?;
        let population = LARGEST / f64::from(rank);
        let radius_km = 0.6 + 0.35 * (population / 1_000.0).sqrt();
        let first = self.places.len() as u32;
        let town = self.towns.len() as u32;
        for _ in 0..(1.5 * (population / 1_000.0).powf(0.6)).ceil() as usize {
            self.places.push(Place { at: place_near(centre, radius_km, area, rng), town, district });
        }
        let places = first..self.places.len() as u32;
        self.towns.push(Town { centre, population: population as u32, district, places });
        Ok(())
    }

    /// The district of a place.
    #[inline]
    pub(crate) fn district(&self, place: u32) -> u32 {
        self.places[place as usize].district
    }

    /// A place of a town, by chance.
    pub(crate) fn place_in(&self, town: u32, rng: &mut Pcg64Mcg) -> u32 {
        rng.random_range(self.towns[town as usize].places.clone())
    }

    /// A town by gravity: drawn by population, kept with probability `1 / (1 + (distance/scale)²)`. `None` when
    /// `allowed` accepts none of the towns drawn.
    pub(crate) fn town_by_gravity(
        &self,
        from: SitePoint,
        scale_km: f64,
        rng: &mut Pcg64Mcg,
        allowed: impl Fn(u32) -> bool,
    ) -> Option<u32> {
        let mut last = None;
        for _ in 0..TRIES {
            let town = weighted_index(&self.cumulative, rng.random()) as u32;
            if !allowed(town) {
                continue;
            }
            let ratio = distance_km(from, self.towns[town as usize].centre) / scale_km;
            if rng.random::<f64>() * (1.0 + ratio * ratio) < 1.0 {
                return Some(town);
            }
            last = Some(town);
        }
        last
    }

    /// Towns by population, largest first.
    pub(crate) fn by_size(&self) -> Vec<u32> {
        let mut towns: Vec<u32> = (0..self.towns.len() as u32).collect();
        towns.sort_by_key(|&town| (std::cmp::Reverse(self.towns[town as usize].population), town));
        towns
    }
}

/// A point in the area: by chance, or its inner point where the shape is too slender to be hit.
pub(crate) fn free_point(area: &Area, rng: &mut Pcg64Mcg) -> Option<SitePoint> {
    let (low, high) = bounds(&area.shape)?;
    for _ in 0..TRIES {
        let unit: (f64, f64) = (rng.random(), rng.random());
        let at = point(low.lat + (high.lat - low.lat) * unit.0, low.lon + (high.lon - low.lon) * unit.1);
        if contains(&area.shape, at) {
            return Some(at);
        }
    }
    inner_point(&area.shape)
}

/// A place of a town: denser towards the centre, inside the area.
fn place_near(centre: SitePoint, radius_km: f64, area: &Area, rng: &mut Pcg64Mcg) -> SitePoint {
    for _ in 0..TRIES {
        let (turn, unit): (f64, f64) = (rng.random(), rng.random());
        let (sin, cos) = (turn * std::f64::consts::TAU).sin_cos();
        let reach_km = radius_km * unit.powf(0.8);
        let at = moved(centre, reach_km * sin, reach_km * cos);
        if contains(&area.shape, at) {
            return at;
        }
    }
    centre
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::country::invented_areas;

    #[test]
    fn every_place_lies_in_its_district() {
        let districts = Districts::new(invented_areas(3)).unwrap();
        let settlements = Settlements::founded(3, &districts).unwrap();
        assert_eq!(settlements.towns.len(), 240);
        for (number, place) in settlements.places.iter().enumerate() {
            let home = settlements.district(number as u32);
            for (district, area) in districts.areas.iter().enumerate() {
                assert_eq!(contains(&area.shape, place.at), district as u32 == home, "place {number}");
            }
        }
    }

    #[test]
    fn gravity_prefers_the_near() {
        let districts = Districts::new(invented_areas(3)).unwrap();
        let settlements = Settlements::founded(3, &districts).unwrap();
        let from = settlements.towns[100].centre;
        let mut rng = stream(3, Purpose::Fate, 0, 0);
        let mut mean_km = |scale_km| {
            let drawn = (0..500).filter_map(|_| settlements.town_by_gravity(from, scale_km, &mut rng, |_| true));
            drawn.map(|town| distance_km(from, settlements.towns[town as usize].centre)).sum::<f64>() / 500.0
        };
        let (near, far) = (mean_km(20.0), mean_km(2_000.0));
        assert!(near * 1.5 < far, "{near} km against {far} km");
    }
}
