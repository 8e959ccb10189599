//! Points and the H3 grid at the project's resolution.

use h3o::{CellIndex, LatLng, Resolution};
use hexodus_model::{H3Cell, SitePoint};

/// H3 resolution of every place: mean 0.737 km², the true area varies with the place (see [`h3_area_km2`]).
pub const RESOLUTION: u8 = 8;

pub(crate) const GRID: Resolution = Resolution::Eight;

/// The H3 cell at [`RESOLUTION`] that holds a point given in WGS 84 degrees.
///
/// `None` when a coordinate is not finite or outside -90..=90 and -180..=180: an H3 library would wrap such a value
/// round the globe, and a typing error would become a place.
pub fn h3_of_point(lat: f64, lon: f64) -> Option<H3Cell> {
    if !on_the_globe(lat, lon) {
        return None;
    }
    to_model(LatLng::new(lat, lon).ok()?.to_cell(GRID))
}

/// True area of an H3 cell in km² on the sphere; `None` when the index is none of the grid's.
pub fn h3_area_km2(h3: H3Cell) -> Option<f64> {
    Some(to_grid(h3)?.area_km2())
}

/// Centre of an H3 cell in WGS 84 degrees; `None` when the index is none of the grid's.
pub fn h3_centre(h3: H3Cell) -> Option<SitePoint> {
    let centre = LatLng::from(to_grid(h3)?);
    Some(SitePoint { lat: centre.lat(), lon: centre.lng() })
}

/// The H3 cells beside one, ascending; none when the index is none of the grid's.
pub fn h3_ring(h3: H3Cell) -> Vec<H3Cell> {
    let disk = to_grid(h3).map(|centre| centre.grid_disk::<Vec<CellIndex>>(1)).unwrap_or_default();
    let mut ring: Vec<H3Cell> = disk.into_iter().filter_map(to_model).filter(|&near| near != h3).collect();
    ring.sort_unstable();
    ring
}

/// Whether a pair is finite and within the range of latitude and longitude (NaN is within no range).
pub(crate) fn on_the_globe(lat: f64, lon: f64) -> bool {
    (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon)
}

pub(crate) fn to_grid(h3: H3Cell) -> Option<CellIndex> {
    CellIndex::try_from(h3.index()).ok()
}

pub(crate) fn to_model(h3: CellIndex) -> Option<H3Cell> {
    H3Cell::from_index(u64::from(h3)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_off_the_globe_have_no_h3_cell() {
        for (lat, lon) in [(90.1, 0.0), (0.0, -180.1), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert_eq!(h3_of_point(lat, lon), None, "{lat} {lon}");
        }
        assert!(h3_of_point(90.0, 180.0).is_some());
    }

    #[test]
    fn an_h3_cell_holds_its_centre_at_the_stated_resolution() {
        let h3 = h3_of_point(18.54, -72.34).unwrap();
        let centre = h3_centre(h3).unwrap();
        assert_eq!(h3_of_point(centre.lat, centre.lon), Some(h3));
        assert_eq!(h3.resolution(), RESOLUTION);
        assert!((0.4..1.0).contains(&h3_area_km2(h3).unwrap()));
        let ring = h3_ring(h3);
        assert_eq!(ring.len(), 6);
        assert!(ring.iter().all(|&near| near != h3 && h3_ring(near).contains(&h3)));
    }
}
