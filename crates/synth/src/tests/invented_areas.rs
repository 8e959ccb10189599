//! The invented country is a country: no gap, no overlap.

use crate::chance::{Purpose, stream};
use crate::invented_areas;
use geo_types::Coord;
use hexodus_model::Area;
use rand::RngExt;
use std::collections::BTreeSet;

/// Winding number, another way than the generator's own.
pub(super) fn holds(area: &Area, x: f64, y: f64) -> bool {
    let mut turns = 0;
    for line in area.shape.0[0].exterior().lines() {
        let side = line.dx() * (y - line.start.y) - (x - line.start.x) * line.dy();
        if line.start.y <= y && line.end.y > y && side > 0.0 {
            turns += 1;
        } else if line.start.y > y && line.end.y <= y && side < 0.0 {
            turns -= 1;
        }
    }
    turns != 0
}

fn twice_the_area(ring: impl Iterator<Item = (Coord<f64>, Coord<f64>)>) -> f64 {
    ring.map(|(from, to)| from.x * to.y - to.x * from.y).sum()
}

#[test]
fn districts_tile_the_country() {
    for seed in 1..20 {
        let areas = invented_areas(seed);
        let bits = |at: Coord<f64>| (at.x.to_bits(), at.y.to_bits());
        let mut border = BTreeSet::new();
        for line in areas.iter().flat_map(|area| area.shape.0[0].exterior().lines()) {
            // A border drawn by both neighbours, in opposite directions, cancels.
            if !border.remove(&(bits(line.end), bits(line.start))) {
                assert!(border.insert((bits(line.start), bits(line.end))), "drawn twice the same way");
            }
        }
        assert_eq!(border.len(), 22 * 3, "only the outline is left: 22 sides of three segments");
        let mut rng = stream(seed, Purpose::Country, 1, 0);
        for _ in 0..400 {
            let (x, y): (f64, f64) = (rng.random_range(80.0..84.0), rng.random_range(26.3..28.7));
            let holding = areas.iter().filter(|area| holds(area, x, y)).count();
            let well_inside = (80.7..83.3).contains(&x) && (26.75..28.25).contains(&y);
            assert!(holding == 1 || (!well_inside && holding == 0), "{holding} districts hold {x} {y}");
        }
    }
}

#[test]
fn areas_sum_to_the_extent_of_the_country() {
    let areas = invented_areas(1);
    let each =
        areas.iter().map(|area| twice_the_area(area.shape.0[0].exterior().lines().map(|line| (line.start, line.end))));
    let sum = each.inspect(|&twice| assert!(twice > 0.0, "counter-clockwise")).sum::<f64>() / 2.0;
    assert!((sum / (3.0 * 1.8) - 1.0).abs() < 0.05, "{sum} square degrees");
}

#[test]
fn codes_nest_and_ascend() {
    let areas = invented_areas(6);
    assert_eq!((areas.len(), areas[0].pcode.0.as_str()), (30, "XA0101"));
    assert!(areas.is_sorted_by(|a, b| a.pcode < b.pcode));
    for area in &areas {
        assert!(area.ancestors.iter().all(|ancestor| area.pcode.0.starts_with(&ancestor.pcode.0)));
        assert_eq!(area.ancestors.iter().map(|ancestor| ancestor.level).collect::<Vec<_>>(), [0, 1]);
    }
}

#[test]
fn every_home_lies_in_its_stated_district() {
    let folder = tempfile::tempdir().unwrap();
    let options = super::small(41);
    super::written(&crate::SynthOptions { days: 1, ..options }, folder.path());
    let areas = invented_areas(41);
    for row in super::reader::rows(&folder.path().join("truth/subscribers.csv")) {
        let (lat, lon) = (row[3].parse().unwrap(), row[4].parse().unwrap());
        let holding: Vec<&str> =
            areas.iter().filter(|area| holds(area, lon, lat)).map(|area| area.pcode.0.as_str()).collect();
        assert_eq!(holding, [row[1].as_str()]);
        assert_eq!(row[2], row[1][..4]);
    }
}
