//! Which homes were out of service, from the events at each radio cell.

use super::super::Run;
use super::super::days::ACTIVITY;
use super::window::Window;
use crate::failure::Failure;
use hexodus_locate::h3_ring;
use hexodus_mobility::{DayTraffic, HomeOutages, homes_out_of_service};
use hexodus_model::LocalDay;

impl Run<'_> {
    /// Homes without service on the days of a crisis. Where records carry their own position nothing is known of radio
    /// cells, so no home is.
    pub(super) fn home_outages(&self, window: &Window) -> Result<HomeOutages, Failure> {
        if self.network.locator.plan().is_none() {
            return Ok(HomeOutages::default());
        }
        let (mut baseline, mut followed) = (Vec::new(), Vec::new());
        for &day in &window.usable {
            if window.days.baseline.contains(day) {
                baseline.push(self.traffic(day)?);
            } else if window.days.followed().contains(day) {
                followed.push((day, self.traffic(day)?));
            }
        }
        Ok(homes_out_of_service(&baseline, &followed, h3_ring))
    }

    /// Events of a day by the H3 cell their radio cell was in at noon.
    fn traffic(&self, day: LocalDay) -> Result<DayTraffic, Failure> {
        let entry = self.store.manifest().days.get(&day);
        let Some(derived) = entry.and_then(|entry| entry.derived.get(ACTIVITY)) else {
            return Ok(DayTraffic::default());
        };
        let window = self.setup.calendar.window(day);
        let places = self.network.locator.day_places(&self.store.read_locations()?, &window);
        let noon = (window.end.0 - window.start.0) / 2;
        let mut traffic = DayTraffic::default();
        for row in self.store.read_activity(&derived.part)? {
            if let Some(place) = places.at(row.location, noon) {
                *traffic.entry(places.h3_of(place)).or_default() += row.events;
            }
        }
        Ok(traffic)
    }
}
