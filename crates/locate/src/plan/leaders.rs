//! The nearest leader within a radius.

use crate::plan::validity::distance_m;
use hexodus_model::SitePoint;
use std::collections::HashMap;

/// Mean earth radius in metres, the one [`distance_m`] uses (Moritz 2000, as in `geo`'s haversine).
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Points in cubes of space, each as wide as the search radius: a leader within the radius is in the cube of the point
/// or in one of the 26 around it. Cubes in space, not boxes of degrees, because space has no poles and no antimeridian,
/// and the straight line between two points is never longer than the way over ground.
pub(crate) struct LeaderGrid {
    radius_m: f64,
    width_m: f64,
    cubes: HashMap<[i64; 3], Vec<(SitePoint, usize)>>,
}

impl LeaderGrid {
    /// A grid for one radius in metres.
    pub(crate) fn new(radius_m: f64) -> Self {
        // A millimetre more, so that rounding cannot push a leader at exactly the radius out of the neighbouring cube.
        Self { radius_m, width_m: radius_m + 0.001, cubes: HashMap::new() }
    }

    pub(crate) fn insert(&mut self, point: SitePoint, site: usize) {
        self.cubes.entry(self.cube_of(point)).or_default().push((point, site));
    }

    /// The nearest leader within the radius (inclusive); on a tie the one with the smaller number.
    pub(crate) fn nearest(&self, point: SitePoint) -> Option<usize> {
        let [x, y, z] = self.cube_of(point);
        let steps = || -1..=1;
        let cubes = steps().flat_map(|i| steps().flat_map(move |j| steps().map(move |k| [x + i, y + j, z + k])));
        cubes
            .filter_map(|cube| self.cubes.get(&cube))
            .flatten()
            .map(|&(leader, site)| (distance_m(point, leader), site))
            .filter(|&(distance, _)| distance <= self.radius_m)
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
            .map(|(_, site)| site)
    }

    fn cube_of(&self, point: SitePoint) -> [i64; 3] {
        let (lat, lon) = (point.lat.to_radians(), point.lon.to_radians());
        let unit = [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()];
        unit.map(|share| (share * EARTH_RADIUS_M / self.width_m).floor() as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_grid_finds_what_looking_at_all_leaders_finds(
            leaders in prop::collection::vec((-0.02..0.02, -0.02..0.02), 0..40),
            origin in prop::sample::select(vec![(0.0, 0.0), (18.5, -72.3), (-16.8, 179.99), (89.99, 10.0)]),
            (dlat, dlon) in (-0.02..0.02, -0.02..0.02),
            radius_m in 1.0..2000.0,
        ) {
            let point = |dlat: f64, dlon: f64| SitePoint {
                lat: (origin.0 + dlat).clamp(-90.0, 90.0),
                lon: (origin.1 + dlon + 540.0).rem_euclid(360.0) - 180.0,
            };
            let mut grid = LeaderGrid::new(radius_m);
            for (site, &(dlat, dlon)) in leaders.iter().enumerate() {
                grid.insert(point(dlat, dlon), site);
            }
            let here = point(dlat, dlon);
            let mut naive = None;
            for (site, &(dlat, dlon)) in leaders.iter().enumerate() {
                let distance = distance_m(here, point(dlat, dlon));
                if distance <= radius_m && naive.is_none_or(|(nearest, _)| distance < nearest) {
                    naive = Some((distance, site));
                }
            }
            prop_assert_eq!(grid.nearest(here), naive.map(|(_, site)| site));
        }
    }
}
