//! One row of the plan: is its position a position?

use crate::h3::on_the_globe;
use crate::plan::report::{FlagTally, NetFlag};
use crate::plan::rules::CountryBox;
use hexodus_model::{RadioCellRecord, SitePoint};
use std::collections::{BTreeMap, BTreeSet};

/// Radio cells on one point from which on it is taken for a default entry (code 407). A full site, 3 sectors × 8
/// carriers × 3 technologies, has 72.
const DEFAULT_POINT_RADIO_CELLS: usize = 100;

/// What a coordinate stored in 32 bits may differ from its decimal text: half a unit in the last place at 180.
const SINGLE_PRECISION_DEG: f64 = 8e-6;

/// Corrects the position of a row in place and returns what was found; positions that are none become `None`.
pub(crate) fn repair_position(record: &mut RadioCellRecord, country: Option<&CountryBox>) -> Repair {
    let Some(SitePoint { lat, lon }) = record.position else {
        return Repair::default();
    };
    // -0.0 equals 0.0 but has other bits; positions are compared and sorted by both.
    let (lat, lon) = (lat + 0.0, lon + 0.0);
    let inside = |lat, lon| on_the_globe(lat, lon) && country.is_none_or(|country| country.contains(lat, lon));
    let (is_zero_lat, is_zero_lon) = (lat.abs() == 0.0, lon.abs() == 0.0);

    let (position, flag) = if is_zero_lat && is_zero_lon {
        (None, Some(NetFlag::ZeroCoordinates))
    } else if country.is_some() && !inside(lat, lon) && inside(lon, lat) {
        (Some(SitePoint { lat: lon, lon: lat }), Some(NetFlag::Swapped))
    } else if country.is_some() && !inside(lat, lon) && (is_zero_lat || is_zero_lon) {
        (None, Some(NetFlag::ZeroCoordinates))
    } else if on_the_globe(lat, lon) {
        (Some(SitePoint { lat, lon }), None)
    } else {
        (None, Some(NetFlag::OutOfRange))
    };
    record.position = position;
    Repair {
        flag,
        low_precision: position.is_some_and(|point| is_coarse(point.lat) && is_coarse(point.lon)),
        outside_country: position.is_some_and(|point| !inside(point.lat, point.lon)),
    }
}

/// What [`repair_position`] found.
#[derive(Default)]
pub(crate) struct Repair {
    /// Code 2, 403 or 404.
    pub(crate) flag: Option<NetFlag>,
    /// Code 408.
    pub(crate) low_precision: bool,
    /// Outside the country box, and nothing explains it.
    pub(crate) outside_country: bool,
}

/// Whether a coordinate has fewer than 3 decimals. Both of a pair must be so: one in a hundred coordinates ends in
/// a zero by chance.
fn is_coarse(degrees: f64) -> bool {
    (degrees * 100.0 - (degrees * 100.0).round()).abs() < 100.0 * SINGLE_PRECISION_DEG
}

/// Flags the radio cells on points that hold too many of them to be a site (code 407).
pub(crate) fn flag_default_points(records: &[RadioCellRecord], flags: &mut FlagTally) {
    let mut at_point: BTreeMap<[u64; 2], BTreeSet<&str>> = BTreeMap::new();
    for record in records {
        if let Some(SitePoint { lat, lon }) = record.position {
            at_point.entry([lat.to_bits(), lon.to_bits()]).or_default().insert(&record.radio_cell_id);
        }
    }
    for ids in at_point.into_values().filter(|ids| ids.len() >= DEFAULT_POINT_RADIO_CELLS) {
        for id in ids {
            flags.raise(NetFlag::DefaultPoint, id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::PlanRules;

    fn repaired(lat: f64, lon: f64, bounds: Option<[f64; 4]>) -> (Option<SitePoint>, Repair) {
        let country = PlanRules { country_bbox: bounds, ..PlanRules::default() }.country_box();
        let mut record = RadioCellRecord {
            radio_cell_id: "1".to_owned(),
            site_id: None,
            position: Some(SitePoint { lat, lon }),
            area_code: None,
            valid_from: None,
            valid_until: None,
            version: None,
            recorded_at: None,
        };
        let repair = repair_position(&mut record, country.as_ref());
        (record.position, repair)
    }

    const HAITI: Option<[f64; 4]> = Some([-74.6, 17.9, -71.5, 20.2]);

    #[test]
    fn null_island_is_no_position() {
        for bounds in [None, HAITI] {
            let (position, repair) = repaired(0.0, -0.0, bounds);
            assert_eq!((position, repair.flag), (None, Some(NetFlag::ZeroCoordinates)));
        }
    }

    #[test]
    fn one_zero_is_a_fault_only_outside_the_box() {
        assert_eq!(repaired(18.5, 0.0, HAITI).1.flag, Some(NetFlag::ZeroCoordinates));
        assert_eq!(repaired(18.5, 0.0, None).1.flag, None);
        assert_eq!(repaired(5.6, 0.0, Some([-3.3, 4.7, 1.2, 11.2])).1.flag, None, "Greenwich runs through Ghana");
    }

    #[test]
    fn swapped_coordinates_are_repaired_only_with_a_box() {
        let (position, repair) = repaired(-72.338_2, 18.539_1, HAITI);
        assert_eq!(position, Some(SitePoint { lat: 18.539_1, lon: -72.338_2 }));
        assert_eq!((repair.flag, repair.outside_country), (Some(NetFlag::Swapped), false));
        let (position, repair) = repaired(-72.338_2, 18.539_1, None);
        assert_eq!((position, repair.flag), (Some(SitePoint { lat: -72.338_2, lon: 18.539_1 }), None));
        assert!(repaired(48.853_1, 2.349_2, HAITI).1.outside_country);
    }

    #[test]
    fn positions_off_the_globe_are_none() {
        assert_eq!(repaired(f64::NAN, 1.0, None).0, None);
        assert_eq!(repaired(18.5, 250.0, HAITI).1.flag, Some(NetFlag::OutOfRange));
    }

    #[test]
    fn coarse_positions_are_seen_in_64_and_32_bits() {
        assert!(repaired(18.54, -72.3, None).1.low_precision);
        assert!(repaired(f64::from(18.54_f32), f64::from(-72.34_f32), None).1.low_precision);
        assert!(!repaired(18.54, -72.338, None).1.low_precision, "one is fine enough");
        assert!(!repaired(40.424_461_364_746_094, -3.704_959_154_129_028, None).1.low_precision);
    }
}
