//! Boundaries: what is read, what is refused, and that neighbours stay neighbours.

use super::super::boundaries::boundaries;
use super::super::boundaries::wkb::polygons;
use super::country::{areas, wkb};
use proptest::prelude::{any, proptest};
use std::collections::BTreeSet;

#[test]
fn polygons_of_either_byte_order_and_many_are_read() {
    let ring = vec![[0.0, 0.0], [1.0, 0.0], [1.0, 2.0], [0.0, 0.0]];
    let little = wkb(&ring);
    assert_eq!(polygons(&little), Some(vec![ring.clone()]));
    let mut big = vec![0, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 4];
    big.extend(ring.iter().flatten().flat_map(|own| own.to_be_bytes()));
    assert_eq!(polygons(&big), Some(vec![ring.clone()]));
    let mut many = vec![1, 6, 0, 0, 0, 2, 0, 0, 0];
    many.extend([little.clone(), big].concat());
    assert_eq!(polygons(&many), Some(vec![ring.clone(), ring]));
    assert_eq!(polygons(&[1, 1, 0, 0, 0]), None, "a point");
    assert_eq!(polygons(&little[..little.len() - 1]), None, "cut off");
    assert_eq!(polygons(&[1, 3, 0, 0, 0, 1, 0, 0, 0, 255, 255, 255, 255]), None, "more points than bytes");
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = polygons(&bytes);
    }
}

/// Corners on a grid are shared as they were: an area is surrounded by its neighbours without gaps.
#[test]
fn neighbours_share_their_corners_on_the_grid() {
    let country = areas(30, false);
    let shapes: Vec<_> = country.iter().map(|own| (i64::from(own.level), own.id.clone(), wkb(&own.ring))).collect();
    let made = boundaries(&shapes).unwrap().json();
    let of = |id: &str| {
        let own = made["areas"].as_array().unwrap().iter().find(|own| own["area_id"] == id).unwrap();
        let mut at = [0, 0];
        let steps: Vec<i64> = own["rings"][0].as_array().unwrap().iter().map(|own| own.as_i64().unwrap()).collect();
        let corners = steps.chunks(2).map(|step| {
            at = [at[0] + step[0], at[1] + step[1]];
            at
        });
        corners.collect::<BTreeSet<[i64; 2]>>()
    };
    assert_eq!(of("XB0101").intersection(&of("XB0102")).count(), 2, "a side");
    assert_eq!(of("XB0101").intersection(&of("XB0202")).count(), 1, "a corner");
    assert_eq!(of("XB0101").intersection(&of("XB0303")).count(), 0);
    assert!(of("XB01").is_superset(&of("XB0101").intersection(&of("XB01")).copied().collect()));
    let all = of("XB0101").union(&of("XB0605")).copied().collect::<BTreeSet<_>>();
    assert!(all.iter().flatten().all(|own| (0..=2000).contains(own)), "{all:?}");
    assert!(boundaries(&[(2, "XB0101".into(), vec![1, 1, 0, 0, 0])]).is_none());
}
