//! The footprint of an event: polygons that are no areas, as H3 cells.

use crate::areas::AreaError;
use crate::areas::features::read_features;
use crate::h3::{GRID, to_model};
use h3o::geom::{ContainmentMode, TilerBuilder};
use hexodus_model::H3Cell;
use std::collections::BTreeSet;
use std::path::Path;

/// The H3 cells whose centre is inside a polygon of a GeoJSON file, in WGS 84 longitude and latitude; may be none.
/// Attributes are not looked at.
///
/// # Errors
/// [`AreaError`]: no GeoJSON, no polygon, coordinates that are not degrees, a boundary without an inside.
pub fn read_footprint(path: &Path) -> Result<BTreeSet<H3Cell>, AreaError> {
    let mut footprint = BTreeSet::new();
    for feature in read_features(path)? {
        let mut tiler = TilerBuilder::new(GRID).containment_mode(ContainmentMode::ContainsCentroid).build();
        let reason = |error: &dyn std::fmt::Display| AreaError::Tiling {
            pcode: format!("{}: feature {}", path.display(), feature.number),
            reason: error.to_string(),
        };
        tiler.add_batch(feature.shape.iter().cloned()).map_err(|error| reason(&error))?;
        footprint.extend(tiler.into_coverage().filter_map(to_model));
    }
    Ok(footprint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::h3::{h3_centre, h3_of_point, h3_ring};

    #[test]
    fn an_h3_cell_is_inside_when_its_centre_is() {
        let home = h3_of_point(27.7, 85.3).unwrap();
        let centre = h3_centre(home).unwrap();
        // A box that reaches 100 m to every side of the centre, and one beside it.
        let square = |lat: f64, lon: f64| {
            let (south, north, west, east) = (lat - 0.001, lat + 0.001, lon - 0.001, lon + 0.001);
            format!(
                r#"{{"type":"Feature","properties":null,"geometry":{{"type":"Polygon","coordinates":
                [[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}}}"#
            )
        };
        let other = h3_centre(h3_ring(home)[0]).unwrap();
        let between = square(f64::midpoint(centre.lat, other.lat), f64::midpoint(centre.lon, other.lon));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("flood.geojson");
        let read = |features: &[String]| {
            let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
            std::fs::write(&path, text).unwrap();
            read_footprint(&path)
        };
        let found = read(&[square(centre.lat, centre.lon), between.clone()]).unwrap();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [home]);
        assert!(read(&[between]).unwrap().is_empty(), "it touches two H3 cells and holds the centre of neither");
        assert!(read(&[]).unwrap_err().to_string().contains("at least one feature"));
    }
}
