//! Which homes were out of service, from the events at each radio cell.

use super::super::Run;
use super::super::days::ACTIVITY;
use super::window::Window;
use crate::failure::Failure;
use hexodus_locate::h3_centre;
use hexodus_mobility::{Centres, DayTraffic, HomeOutages, NetworkChanges, homes_out_of_service};
use hexodus_model::{DayPlaces, H3Cell, LocalDay};
use std::collections::BTreeSet;

impl Run<'_> {
    /// Homes without service on the days of a crisis. Where records carry their own position nothing is known of radio
    /// cells, so no home is.
    pub(super) fn home_outages(&self, window: &Window) -> Result<HomeOutages, Failure> {
        if self.network.locator.plan().is_none() {
            return Ok(HomeOutages::default());
        }
        let locations = self.locations_of_all()?;
        let (mut baseline, mut followed, mut served) = (Vec::new(), Vec::new(), Vec::new());
        for &day in &window.usable {
            let in_baseline = window.days.baseline.contains(day);
            if !in_baseline && !window.days.followed().contains(day) {
                continue;
            }
            let places = self.network.locator.day_places(&locations, &self.setup.calendar.window(day));
            let traffic = self.traffic(day, &places)?;
            if in_baseline {
                baseline.push(traffic);
            } else {
                followed.push((day, traffic));
            }
            served.push((day, places.h3));
        }
        let changes = NetworkChanges::of(&served, window.days.baseline, &served_centres(&served));
        Ok(homes_out_of_service(&baseline, &followed).in_network(changes))
    }

    /// Events of a day by the H3 cell their radio cell was in at noon.
    fn traffic(&self, day: LocalDay, places: &DayPlaces) -> Result<DayTraffic, Failure> {
        let Some(activity) = self.activity_of_all(day, ACTIVITY)? else { return Ok(DayTraffic::default()) };
        let window = self.setup.calendar.window(day);
        let noon = (window.end.0 - window.start.0) / 2;
        let mut traffic = DayTraffic::default();
        for row in activity {
            if let Some(place) = places.at(row.location, noon) {
                *traffic.entry(places.h3_of(place)).or_default() += row.events;
            }
        }
        Ok(traffic)
    }
}

fn served_centres(served: &[(LocalDay, Vec<H3Cell>)]) -> Centres {
    let cells: BTreeSet<H3Cell> = served.iter().flat_map(|own| &own.1).copied().collect();
    cells.into_iter().filter_map(|h3| Some((h3, h3_centre(h3)?))).collect()
}
