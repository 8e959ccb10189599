//! Which radio cell a phone uses at a place, on a day.

use crate::ground::{bearing_deg, distance_km};
use crate::network::{Network, SECTORS, Site};
use crate::settlement::Settlements;
use hexodus_model::{LocalDay, SitePoint};

/// No live radio cell in range.
pub(crate) const SILENCE: u32 = u32::MAX;
/// How far a phone reaches: the timing advance of GSM allows 35 km, houses and hills rarely a quarter of it.
const RANGE_KM: f64 = 8.0;
/// Sites remembered per place: enough that some are left when most are silent.
const NEAREST: usize = 16;
/// Equally likely choices of a phone at a place.
pub(crate) const CHOICES: usize = 8;

/// For every place, the sites in range, nearest first, whenever they stand.
#[derive(Clone, Debug)]
pub(crate) struct Coverage {
    near: Vec<Vec<u32>>,
}

/// For every place, eight radio cells; a phone takes one of them by chance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DayCoverage {
    before: Vec<[u32; CHOICES]>,
    /// Where the hour of the crisis changes something.
    after: Option<Vec<[u32; CHOICES]>>,
    changes_at_s: u32,
}

impl Coverage {
    /// Measures all distances once.
    pub(crate) fn of(settlements: &Settlements, network: &Network) -> Self {
        let near = settlements.places.iter().map(|place| nearest_sites(place.at, &network.sites)).collect();
        Self { near }
    }

    /// The radio cells of one day; `hour_s` is the second at which sites fall silent and come back.
    pub(crate) fn on(
        &self,
        day: LocalDay,
        crisis: Option<LocalDay>,
        hour_s: u32,
        settlements: &Settlements,
        network: &Network,
    ) -> DayCoverage {
        let table = |after_the_hour: bool| -> Vec<[u32; CHOICES]> {
            let live: Vec<bool> = network.sites.iter().map(|site| site.serves(day, crisis, after_the_hour)).collect();
            let places = settlements.places.iter().zip(&self.near);
            places.map(|(place, near)| choices(place.at, near, &network.sites, &live)).collect()
        };
        let changes = crisis.is_some_and(|crisis| crisis <= day);
        let before = table(false);
        let after = changes.then(|| table(true)).filter(|after| *after != before);
        DayCoverage { before, after, changes_at_s: hour_s }
    }
}

impl DayCoverage {
    /// One of the radio cells of a place at a second of the day, or [`SILENCE`]. `choice` is below [`CHOICES`].
    #[inline]
    pub(crate) fn radio_cell(&self, place: u32, second: u32, choice: usize) -> u32 {
        let table = match &self.after {
            Some(after) if second >= self.changes_at_s => after,
            _ => &self.before,
        };
        table[place as usize][choice]
    }
}

fn nearest_sites(at: SitePoint, sites: &[Site]) -> Vec<u32> {
    let near_enough = |site: &Site| (site.at.lat - at.lat).abs() < RANGE_KM / 110.0;
    let mut near: Vec<(f64, u32)> = (0u32..)
        .zip(sites)
        .filter(|(_, site)| near_enough(site))
        .map(|(number, site)| (distance_km(at, site.at), number))
        .filter(|&(km, _)| km <= RANGE_KM)
        .collect();
    near.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    near.into_iter().take(NEAREST).map(|(_, number)| number).collect()
}

/// The nearest live site serves six choices of eight, mostly by the sector that faces the place; two more sites share
/// the rest unless they are much farther.
fn choices(at: SitePoint, near: &[u32], sites: &[Site], live: &[bool]) -> [u32; CHOICES] {
    let mut live_sites = near.iter().filter(|&&number| live[number as usize]).map(|&number| &sites[number as usize]);
    let Some(nearest) = live_sites.next() else { return [SILENCE; CHOICES] };
    let limit_km = 2.0 * distance_km(at, nearest.at) + 2.0;
    let (facing, beside) = sectors(nearest, at);
    let mut chosen = [facing; CHOICES];
    chosen[3] = beside;
    let others = live_sites.take_while(|site| distance_km(at, site.at) <= limit_km);
    for (slot, site) in chosen[6..].iter_mut().zip(others) {
        *slot = sectors(site, at).0;
    }
    chosen
}

/// The radio cell of a site that faces the point, and the one beside it.
fn sectors(site: &Site, at: SitePoint) -> (u32, u32) {
    let turns = bearing_deg(site.at, at) / (360.0 / f64::from(SECTORS));
    let facing = turns.round();
    let beside = if turns < facing { facing + f64::from(SECTORS) - 1.0 } else { facing + 1.0 };
    let radio_cell = |sector: f64| site.first_radio_cell + sector as u32 % SECTORS;
    (radio_cell(facing), radio_cell(beside))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::country::invented_areas;
    use crate::crisis::Strike;
    use crate::district::Districts;
    use crate::ground::{moved, point};
    use crate::network::Run;
    use crate::scenario::{Outage, PlanChanges};

    #[test]
    fn the_sector_that_faces_the_place_serves_it() {
        let site = Site {
            at: point(27.0, 82.0),
            district: 0,
            first_radio_cell: 30,
            technology: "LTE",
            valid_from: LocalDay(0),
            valid_to: None,
            is_cow: false,
            silent_until: None,
        };
        let at_deg = |deg: f64| sectors(&site, moved(site.at, deg.to_radians().sin(), deg.to_radians().cos()));
        assert_eq!(at_deg(10.0), (30, 31));
        assert_eq!(at_deg(350.0), (30, 32));
        assert_eq!(at_deg(130.0), (31, 32));
        assert_eq!(at_deg(230.0), (32, 31));
    }

    #[test]
    fn every_place_is_served_on_an_ordinary_day_and_silent_sites_serve_nobody() {
        let districts = Districts::new(invented_areas(2)).unwrap();
        let settlements = Settlements::founded(2, &districts).unwrap();
        let run = Run { first: LocalDay(1_000), days: 20 };
        let mut network = Network::built(2, &districts, &settlements, &PlanChanges::default(), run);
        let outage = Outage { silent_share: 1.0, silent_days: (2, 4), wheels_per_silent_site: 0.0 };
        let crisis = LocalDay(1_010);
        network.strike(2, &Strike { day: crisis, struck: &vec![true; districts.len()], outage: &outage });
        let coverage = Coverage::of(&settlements, &network);
        let ordinary = coverage.on(LocalDay(1_001), Some(crisis), 40_000, &settlements, &network);
        let after = coverage.on(crisis, Some(crisis), 40_000, &settlements, &network);
        for place in 0..settlements.places.len() as u32 {
            assert_ne!(ordinary.radio_cell(place, 80_000, 7), SILENCE);
            assert_ne!(after.radio_cell(place, 39_999, 7), SILENCE);
            assert_eq!(after.radio_cell(place, 40_000, 7), SILENCE);
        }
    }
}
