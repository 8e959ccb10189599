//! H3 cells and areas: against brute force, at coasts, and for areas smaller than an H3 cell.

use geo::{Area as _, BooleanOps, BoundingRect, Contains, Intersects, LineString, MultiPolygon, Point, Polygon};
use h3o::{CellIndex, LatLng};
use hexodus_locate::areas::measure::area_km2;
use hexodus_locate::{AreaColumns, AreaLayer, H3Areas, Locator, h3_area_km2, h3_centre, h3_of_point, read_areas};
use hexodus_model::area::AreaEntry;
use hexodus_model::{Ancestor, Area, AreaKey, AreaTree, Calendar, H3Cell, LocalDay, LocationId, LocationKey, Pcode};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

/// Haiti's communes, or nothing where the shared data are absent.
fn haiti() -> Option<AreaLayer> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/haiti_codab");
    let path = folder.join("hti_admbnda_adm2_cnigs_20181129.geojson");
    if !path.exists() {
        eprintln!("skipped: {} is absent", path.display());
        return None;
    }
    Some(read_areas(&path, &AreaColumns::default()).expect("a valid layer"))
}

fn rectangle(west: f64, south: f64, east: f64, north: f64) -> MultiPolygon<f64> {
    let ring = vec![(west, south), (east, south), (east, north), (west, north), (west, south)];
    MultiPolygon::from(Polygon::new(LineString::from(ring), Vec::new()))
}

/// A country of one level; areas must come in order of code.
fn layer(shapes: Vec<(&str, MultiPolygon<f64>)>) -> AreaLayer {
    let country = AreaEntry { pcode: Pcode("XA".to_owned()), name: String::new(), parent: None };
    let entry = |code: &str| AreaEntry { pcode: Pcode(code.to_owned()), name: String::new(), parent: Some(AreaKey(0)) };
    let level = shapes.iter().map(|(code, _)| entry(code)).collect();
    let tree = AreaTree { cod_version: "xaa_v01".to_owned(), levels: vec![vec![country], level] };
    let ancestor = Ancestor { level: 0, pcode: Pcode("XA".to_owned()), name: String::new() };
    let area = |(code, shape): (&str, MultiPolygon<f64>)| Area {
        level: 1,
        pcode: Pcode(code.to_owned()),
        name: String::new(),
        ancestors: vec![ancestor.clone()],
        shape,
    };
    AreaLayer { areas: shapes.into_iter().map(area).collect(), tree, warnings: Vec::new() }
}

fn tile(layer: &AreaLayer) -> H3Areas {
    H3Areas::tile(layer).expect("valid shapes")
}

/// Every H3 cell with a sampled point in a box; the samples are closer than an H3 cell is wide.
fn h3_in_box(west: f64, south: f64, east: f64, north: f64, step: f64) -> BTreeSet<H3Cell> {
    let count = |from: f64, to: f64| ((to - from) / step) as usize + 1;
    let mut found = BTreeSet::new();
    for y in 0..count(south, north) {
        let lat = south + y as f64 * step;
        found.extend((0..count(west, east)).filter_map(|x| h3_of_point(lat, west + x as f64 * step)));
    }
    found
}

fn centre(h3: H3Cell) -> Point<f64> {
    let centre = h3_centre(h3).expect("a grid cell");
    Point::new(centre.lon, centre.lat)
}

fn hexagon(h3: H3Cell) -> Polygon<f64> {
    let h3 = CellIndex::try_from(h3.index()).expect("a grid cell");
    Polygon::new(LineString::from(h3.boundary()), Vec::new())
}

/// The area an H3 cell overlaps most, by measuring every area whose box it meets.
fn largest_overlap(layer: &AreaLayer, h3: H3Cell) -> Option<AreaKey> {
    let outline = hexagon(h3);
    let near = |area: &Area| area.shape.bounding_rect().is_some_and(|bounds| bounds.intersects(&outline));
    let overlaps = layer
        .areas
        .iter()
        .enumerate()
        .filter(|(_, area)| near(area))
        .map(|(index, area)| (outline.intersection(&area.shape).unsigned_area(), AreaKey(index as u32)));
    let largest = overlaps.filter(|&(overlap, _)| overlap > 0.0).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    largest.map(|(_, area)| area)
}

#[test]
fn haiti_is_read_as_it_is() {
    let Some(layer) = haiti() else { return };
    assert_eq!((layer.areas.len(), layer.tree.level(1).len(), layer.tree.level(0).len()), (140, 10, 1));
    assert_eq!(layer.tree.cod_version, "ht_20181129");
    assert_eq!(layer.warnings, [], "the sentinel 1899-11-30 is no end of validity");
    let total: f64 = layer.areas.iter().map(|area| area_km2(&area.shape)).sum();
    assert!((26_500.0..28_500.0).contains(&total), "{total} km²; Haiti has about 27,750");
}

#[test]
fn every_h3_cell_of_haiti_is_where_brute_force_puts_it() {
    let Some(layer) = haiti() else { return };
    let started = Instant::now();
    let tiling = tile(&layer);
    eprintln!("Haiti: {} H3 cells in {:?}; small: {:?}", tiling.len(), started.elapsed(), tiling.small_areas());

    let mut coast = 0;
    for h3 in h3_in_box(-74.6, 17.9, -71.5, 20.2, 0.004) {
        let at = centre(h3);
        let holder = layer.areas.iter().position(|area| area.shape.contains(&at));
        if holder.is_some() {
            assert_eq!(tiling.area_of(h3), holder.map(|index| AreaKey(index as u32)), "{h3}");
        } else {
            let nearest = largest_overlap(&layer, h3);
            assert_eq!(tiling.area_of(h3), nearest, "{h3}");
            coast += usize::from(nearest.is_some());
        }
    }
    assert!(coast > 500, "Haiti has a coast");
}

#[test]
fn the_tiling_of_haiti_is_whole() {
    let Some(layer) = haiti() else { return };
    let tiling = tile(&layer);
    let all: Vec<H3Cell> = tiling.iter().map(|(h3, _)| h3).collect();
    assert!(all.windows(2).all(|pair| pair[0] < pair[1]), "ascending, each once");
    let counts: Vec<usize> = (0..140).map(|area| tiling.cells_of(AreaKey(area)).len()).collect();
    assert!(counts.iter().all(|&count| count > 0), "every commune has an H3 cell");
    assert_eq!(counts.iter().sum::<usize>(), tiling.len());
    for (h3, area) in tiling.iter() {
        assert_eq!(tiling.area_of(h3), Some(area));
    }

    // Inland, H3 cells and boundary agree about the size of a commune; Haiti as a whole gains its coast.
    let tiled: f64 = all.iter().filter_map(|&h3| h3_area_km2(h3)).sum();
    let true_size: f64 = layer.areas.iter().map(|area| area_km2(&area.shape)).sum();
    assert!((1.0..1.06).contains(&(tiled / true_size)), "{tiled} against {true_size} km²");
}

#[test]
fn places_of_a_day_have_an_area_at_every_level() {
    let Some(layer) = haiti() else { return };
    let tiling = tile(&layer);
    let port_au_prince = h3_of_point(18.54, -72.34).expect("on the globe");
    let at_sea = h3_of_point(18.0, -75.5).expect("on the globe");
    let locator = Locator::new(None, Some((layer.tree, tiling)));
    let locations = [port_au_prince, at_sea].map(LocationId::Point).into_iter().collect();
    let places = locator.day_places(&locations, &Calendar::utc().window(LocalDay(20_000)));

    let tree = locator.area_tree().expect("areas were given");
    let codes = |location: u32| {
        let place = places.at(LocationKey(location), 0).expect("always there").0 as usize;
        let code = |level: usize| Some(tree.entry(level as u8 + 1, places.areas[level][place]?)?.pcode.0.clone());
        [code(0), code(1)]
    };
    assert_eq!(codes(0), [Some("HT01".to_owned()), Some("HT0111".to_owned())]);
    assert_eq!(codes(1), [None, None]);
    assert_eq!(locator.area_at(port_au_prince, 0), Some(AreaKey(0)));
    assert_eq!(locator.area_at(port_au_prince, 3), None);
}

/// A square of about 44 m around the middle between the centre and a vertex of an H3 cell: inside it, off its centre.
fn speck(h3: H3Cell, vertex: usize) -> MultiPolygon<f64> {
    let cell = CellIndex::try_from(h3.index()).expect("a grid cell");
    let (centre, corner) = (LatLng::from(cell), cell.boundary()[vertex]);
    let (lat, lon) = (f64::midpoint(centre.lat(), corner.lat()), f64::midpoint(centre.lng(), corner.lng()));
    rectangle(lon - 0.0002, lat - 0.0002, lon + 0.0002, lat + 0.0002)
}

#[test]
fn an_area_smaller_than_an_h3_cell_gets_the_one_it_lies_in() {
    let country = rectangle(20.0, 10.0, 20.2, 10.2);
    let home = h3_of_point(10.1, 20.1).expect("on the globe");
    // Two specks in one H3 cell: the first in order of code gets it, the second stays without.
    let with_specks = layer(vec![("XA01", country.clone()), ("XA02", speck(home, 0)), ("XA03", speck(home, 3))]);
    let tiling = tile(&with_specks);
    assert_eq!(tiling.cells_of(AreaKey(1)), [home]);
    assert_eq!(tiling.cells_of(AreaKey(2)), []);
    assert_eq!(tiling.small_areas(), [AreaKey(1), AreaKey(2)]);
    assert_eq!(tiling.len(), tile(&layer(vec![("XA01", country)])).len(), "nothing appears, nothing is lost");
}

#[test]
fn a_speck_does_not_empty_another_area() {
    let home = h3_of_point(10.1, 20.1).expect("on the globe");
    let at = centre(home);
    let islet = rectangle(at.x() - 0.0005, at.y() - 0.0005, at.x() + 0.0005, at.y() + 0.0005);
    let tiling = tile(&layer(vec![("XA01", islet), ("XA02", speck(home, 0))]));
    assert_eq!((tiling.cells_of(AreaKey(0)), tiling.cells_of(AreaKey(1))), (vec![home], vec![]));
    assert_eq!(tiling.small_areas(), [AreaKey(1)]);
}

#[test]
fn a_coast_belongs_to_the_area_with_the_largest_overlap() {
    let home = h3_of_point(10.1, 20.1).expect("on the globe");
    let at = centre(home);
    // Two strips that reach into the hexagon from the west, neither to its centre; the northern one reaches farther.
    let south = rectangle(at.x() - 0.1, at.y() - 0.05, at.x() - 0.003, at.y());
    let north = rectangle(at.x() - 0.1, at.y(), at.x() - 0.001, at.y() + 0.05);
    let tiling = tile(&layer(vec![("XA01", south.clone()), ("XA02", north)]));
    assert_eq!(tiling.area_of(home), Some(AreaKey(1)));
    let alone = tile(&layer(vec![("XA01", south)]));
    assert_eq!(alone.area_of(home), Some(AreaKey(0)), "one candidate needs no measuring");
    assert_eq!(alone.area_of(h3_of_point(10.1, 20.12).expect("on the globe")), None, "open sea");
}

#[test]
fn where_areas_overlap_the_smaller_code_has_the_h3_cell() {
    let shapes = || rectangle(20.0, 10.0, 20.1, 10.1);
    let tiling = tile(&layer(vec![("XA01", shapes()), ("XA02", rectangle(20.05, 10.0, 20.2, 10.1))]));
    let shared = h3_of_point(10.05, 20.075).expect("on the globe");
    assert_eq!(tiling.area_of(shared), Some(AreaKey(0)));
}

#[test]
fn areas_at_the_antimeridian_are_tiled_on_both_sides() {
    let mut shape = rectangle(179.9, -17.0, 180.0, -16.9);
    shape.0.extend(rectangle(-180.0, -17.0, -179.9, -16.9));
    let tiling = tile(&layer(vec![("XA01", shape)]));
    for lon in [179.95, 179.9999, -179.9999, -179.95] {
        assert_eq!(tiling.area_of(h3_of_point(-16.95, lon).expect("on the globe")), Some(AreaKey(0)), "{lon}");
    }
    let size: f64 = tiling.iter().filter_map(|(h3, _)| h3_area_km2(h3)).sum();
    assert!((230.0..320.0).contains(&size), "{size} km² for a shape of 236 and its edge");
}
