//! The places of the truth as H3 cells, the unit in which methods §3.1 defines displacement.

use crate::district::Districts;
use crate::ground::{bounds, contains};
use crate::network::SECTORS;
use crate::settlement::Settlements;
use crate::world::World;
use h3o::{LatLng, Resolution};
use hexodus_model::SitePoint;

/// Mean radius of the Earth (IUGG).
const EARTH_KM: f64 = 6_371.008_8;

/// H3 cells that hold a place, as keys.
pub(super) struct Grid {
    /// Ascending by index.
    cells: Vec<GridCell>,
    /// For each place, its H3 cell.
    of_place: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct GridCell {
    index: u64,
    centre: SitePoint,
    /// The district of its centre, else that of a place in it: an H3 cell has one area (methods §3.1).
    district: u32,
}

impl Grid {
    pub(super) fn of(settlements: &Settlements, districts: &Districts) -> Self {
        let of_place: Vec<u64> = settlements.places.iter().map(|place| h3_index(place.at)).collect();
        let mut held: Vec<(u64, u32)> =
            of_place.iter().zip(&settlements.places).map(|(&index, place)| (index, place.district)).collect();
        held.sort_unstable();
        held.dedup_by_key(|&mut (index, _)| index);
        let boxes: Vec<_> = districts.areas.iter().map(|area| bounds(&area.shape)).collect();
        let holds = |district: usize, at: SitePoint| {
            let within = |(low, high): (SitePoint, SitePoint)| {
                (low.lat..=high.lat).contains(&at.lat) && (low.lon..=high.lon).contains(&at.lon)
            };
            boxes[district].is_some_and(within) && contains(&districts.areas[district].shape, at)
        };
        let cell = |&(index, of_a_place): &(u64, u32)| {
            let centre = centre(index);
            let own = holds(of_a_place as usize, centre).then_some(of_a_place);
            let other = || (0..districts.len()).find(|&district| holds(district, centre)).map(|found| found as u32);
            GridCell { index, centre, district: own.or_else(other).unwrap_or(of_a_place) }
        };
        let cells: Vec<GridCell> = held.iter().map(cell).collect();
        let key = |index: &u64| cells.partition_point(|cell| cell.index < *index) as u32;
        let of_place = of_place.iter().map(key).collect();
        Self { cells, of_place }
    }

    /// The H3 cell of a place.
    #[inline]
    pub(super) fn cell(&self, place: u32) -> u32 {
        self.of_place[place as usize]
    }

    /// Its index as text.
    pub(super) fn text(&self, cell: u32) -> String {
        format!("{:015x}", self.cells[cell as usize].index)
    }

    pub(super) fn district(&self, cell: u32) -> u32 {
        self.cells[cell as usize].district
    }

    /// Great-circle distance of the centres.
    pub(super) fn km(&self, from: u32, to: u32) -> f64 {
        great_circle_km(self.cells[from as usize].centre, self.cells[to as usize].centre)
    }
}

/// For each place, the H3 cell of the site that serves it on the first day, as text; empty where none does. Dumps tell
/// no more of a place than this.
pub(super) fn serving_site_cells(world: &World) -> Vec<String> {
    let (first, coverage) = (world.run.first, world.coverage_on(world.run.first));
    let site_of = |radio_cell: u32| {
        let first_radio_cell = radio_cell - radio_cell % SECTORS;
        world.network.sites.iter().find(|site| site.first_radio_cell == first_radio_cell && site.stands_on(first))
    };
    let mut of_radio_cell: Vec<Option<String>> = vec![None; world.network.radio_cells as usize];
    (0..world.settlements.places.len() as u32)
        .map(|place| {
            // The first choice of a phone is a sector of the nearest live site.
            let radio_cell = coverage.radio_cell(place, 0, 0);
            let text = || site_of(radio_cell).map_or(String::new(), |site| format!("{:015x}", h3_index(site.at)));
            let known = of_radio_cell.get_mut(radio_cell as usize);
            known.map_or_else(String::new, |known| known.get_or_insert_with(text).clone())
        })
        .collect()
}

/// The H3 cell of a point, at resolution 8; 0 for a point that is none.
pub(super) fn h3_index(at: SitePoint) -> u64 {
    LatLng::new(at.lat, at.lon).map_or(0, |point| u64::from(point.to_cell(Resolution::Eight)))
}

fn centre(index: u64) -> SitePoint {
    let cell = h3o::CellIndex::try_from(index).map(LatLng::from);
    cell.map_or(SitePoint { lat: 0.0, lon: 0.0 }, |point| SitePoint { lat: point.lat(), lon: point.lng() })
}

fn great_circle_km(from: SitePoint, to: SitePoint) -> f64 {
    let [south, north] = [from.lat, to.lat].map(f64::to_radians);
    let turn = ((to.lon - from.lon).to_radians() / 2.0).sin();
    let rise = ((north - south) / 2.0).sin();
    2.0 * EARTH_KM * (rise * rise + south.cos() * north.cos() * turn * turn).sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::country::invented_areas;

    #[test]
    fn a_degree_of_longitude_shrinks_with_latitude() {
        let km = |lat| great_circle_km(SitePoint { lat, lon: 10.0 }, SitePoint { lat, lon: 11.0 });
        assert!((km(0.0) - 111.195).abs() < 0.001, "{}", km(0.0));
        assert!((km(60.0) - 55.597).abs() < 0.01, "{}", km(60.0));
    }

    #[test]
    fn places_lie_in_their_h3_cells_and_neighbours_share_one() {
        let districts = Districts::new(invented_areas(3)).unwrap();
        let settlements = Settlements::founded(3, &districts).unwrap();
        let grid = Grid::of(&settlements, &districts);
        assert!(grid.cells.len() < settlements.places.len() && grid.cells.is_sorted_by_key(|cell| cell.index));
        let mut elsewhere = 0;
        for (number, place) in (0u32..).zip(&settlements.places) {
            let cell = grid.cell(number);
            assert_eq!(grid.text(cell), format!("{:015x}", h3_index(place.at)));
            assert!(great_circle_km(place.at, grid.cells[cell as usize].centre) < 0.75);
            elsewhere += u32::from(grid.district(cell) != place.district);
        }
        assert!(elsewhere * 20 < settlements.places.len() as u32, "{elsewhere} places across a border");
    }
}
