//! What was heard at radio cells, over shards. Keys of locations are names inside one store, so they are renamed on the way.

use super::parts::Part;
use crate::failure::Failure;
use crate::run::days::{ACTIVITY, LOCATION_HOURS};
use hexodus_model::{LocalDay, LocationDay, LocationHour, LocationKey, Locations};
use hexodus_store::{read_activity, read_location_hours, read_locations};
use std::collections::BTreeMap;

/// By shard, the name here of each location there.
pub struct Names(Vec<Vec<LocationKey>>);

impl Names {
    /// Of the locations of all shards; all are known here.
    pub fn of(parts: &[Part], locations: &Locations) -> Result<Self, Failure> {
        let mut locations = locations.clone();
        let own = |part: &Part| -> Result<Vec<LocationKey>, Failure> {
            let known = read_locations(&part.folder, &part.manifest)?;
            Ok(known.ids().iter().filter_map(|id| locations.intern(id.clone())).collect())
        };
        Ok(Self(parts.iter().map(own).collect::<Result<_, _>>()?))
    }
}

pub(super) fn sum_activity(day: LocalDay, parts: &[Part], names: &Names) -> Result<Vec<LocationDay>, Failure> {
    let mut sums: BTreeMap<LocationKey, LocationDay> = BTreeMap::new();
    for (part, names) in parts.iter().zip(&names.0) {
        let Some(derived) = part.day(day).and_then(|own| own.derived.get(ACTIVITY)) else { continue };
        for row in read_activity(&part.folder, &derived.part)? {
            let Some(&location) = names.get(row.location.0 as usize) else { continue };
            let own = LocationDay { location, ..row };
            sums.entry(location).and_modify(|sum| add_location_day(sum, &own)).or_insert(own);
        }
    }
    Ok(sums.into_values().collect())
}

/// Adds what other subscribers did at the same location. Names every field, so that a new one is not forgotten.
const fn add_location_day(sum: &mut LocationDay, own: &LocationDay) {
    let &LocationDay { location: _, events, unlocated, subscribers } = own;
    sum.events += events;
    sum.unlocated += unlocated;
    sum.subscribers += subscribers;
}

/// Distinct subscribers by location and hour.
pub(super) fn sum_location_hours(day: LocalDay, parts: &[Part], names: &Names) -> Result<Vec<LocationHour>, Failure> {
    let mut sums: BTreeMap<(LocationKey, u8), u32> = BTreeMap::new();
    for (part, names) in parts.iter().zip(&names.0) {
        let Some(derived) = part.day(day).and_then(|own| own.derived.get(LOCATION_HOURS)) else { continue };
        read_location_hours(&part.folder, &derived.part, |row| {
            if let Some(&location) = names.get(row.location.0 as usize) {
                *sums.entry((location, row.hour)).or_default() += row.subscribers;
            }
        })?;
    }
    let row = |((location, hour), subscribers)| LocationHour { location, hour, subscribers };
    Ok(sums.into_iter().map(row).collect())
}
