//! Radio cells in time: sites of three sectors that stand, move, are switched on, and sometimes fall silent.

use crate::chance::{Purpose, stream};
use crate::crisis::Strike;
use crate::district::Districts;
use crate::ground::{contains, moved};
use crate::scenario::PlanChanges;
use crate::settlement::{Settlements, free_point};
use hexodus_model::{LocalDay, SitePoint};
use rand::RngExt;
use rand_pcg::Pcg64Mcg;

/// Sectors per site; their azimuths are 0, 120 and 240 degrees.
pub(crate) const SECTORS: u32 = 3;
const TECHNOLOGIES: [&str; 4] = ["LTE", "LTE", "UMTS", "GSM"];

/// One site during one validity. The three radio cells of a site that moves keep their ids and get a new site.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) at: SitePoint,
    pub(crate) district: u32,
    /// Key of its first radio cell; the other two follow.
    pub(crate) first_radio_cell: u32,
    pub(crate) technology: &'static str,
    /// First day, and last day (inclusive), of the validity.
    pub(crate) valid_from: LocalDay,
    pub(crate) valid_to: Option<LocalDay>,
    /// Brought on wheels.
    pub(crate) is_cow: bool,
    /// Silent from the hour of the crisis until that hour of this day.
    pub(crate) silent_until: Option<LocalDay>,
}

/// All sites. A site is an index of the list; its id is that number, counted from 1.
#[derive(Clone, Debug, Default)]
pub(crate) struct Network {
    pub(crate) sites: Vec<Site>,
    /// Radio cells of all sites; keys are below this.
    pub(crate) radio_cells: u32,
}

/// The days of the run: the first, and how many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) first: LocalDay,
    pub(crate) days: u32,
}

impl Run {
    /// A day after the first, by chance.
    pub(crate) fn some_day(self, rng: &mut Pcg64Mcg) -> LocalDay {
        LocalDay(self.first.0 + rng.random_range(1..self.days.max(2)) as i32)
    }
}

impl Network {
    /// Builds sites near the places of every town, and one in the country of every district.
    pub(crate) fn built(
        seed: u64,
        districts: &Districts,
        settlements: &Settlements,
        changes: &PlanChanges,
        run: Run,
    ) -> Self {
        let mut rng = stream(seed, Purpose::Network, 0, 0);
        let mut network = Self::default();
        for town in &settlements.towns {
            let area = &districts.areas[town.district as usize];
            let sites = (f64::from(town.population) / 8_000.0).powf(0.8).round().max(1.0) as u32;
            for number in 0..sites {
                // Spread over the places, so that none is far from a site.
                let place =
                    town.places.start + (town.places.len() as u64 * u64::from(number) / u64::from(sites)) as u32;
                let near = settlements.places[place as usize].at;
                let at = moved(near, rng.random_range(-0.3..0.3), rng.random_range(-0.3..0.3));
                let at = if contains(&area.shape, at) { at } else { near };
                let later = number > 0 && rng.random_bool(changes.added);
                network.add(at, town.district, later.then_some(run), run, &mut rng);
                if sites > 2 && !later && rng.random_bool(changes.moved) && run.days > 1 {
                    network.move_last(settlements, run, &mut rng);
                }
            }
        }
        for (district, area) in districts.areas.iter().enumerate() {
            if let Some(at) = free_point(area, &mut rng) {
                network.add(at, district as u32, None, run, &mut rng);
            }
        }
        network
    }

    fn add(&mut self, at: SitePoint, district: u32, later: Option<Run>, run: Run, rng: &mut Pcg64Mcg) {
        let old = LocalDay(run.first.0 - rng.random_range(200..1_500));
        self.sites.push(Site {
            at,
            district,
            first_radio_cell: self.radio_cells,
            technology: TECHNOLOGIES[rng.random_range(0..TECHNOLOGIES.len())],
            valid_from: later.map_or(old, |run| run.some_day(rng)),
            valid_to: None,
            is_cow: false,
            silent_until: None,
        });
        self.radio_cells += SECTORS;
    }

    /// Moves the radio cells of the newest site to another place of its district, some day of the run.
    fn move_last(&mut self, settlements: &Settlements, run: Run, rng: &mut Pcg64Mcg) {
        let Some(last) = self.sites.last_mut() else { return };
        let towns = settlements.towns.partition_point(|town| town.district < last.district)
            ..settlements.towns.partition_point(|town| town.district <= last.district);
        let place = settlements.place_in(rng.random_range(towns) as u32, rng);
        let day = run.some_day(rng);
        let moved = Site { at: settlements.places[place as usize].at, valid_from: day, ..last.clone() };
        last.valid_to = Some(day.previous());
        self.sites.push(moved);
    }

    /// Silences most struck sites and sends some on wheels. Draws per site, in the order of sites.
    pub(crate) fn strike(&mut self, seed: u64, strike: &Strike<'_>) -> u32 {
        let outage = strike.outage;
        let mut rng = stream(seed, Purpose::Silence, 0, 0);
        let mut silent = Vec::new();
        for (number, site) in self.sites.iter_mut().enumerate() {
            let (struck, falls) = (strike.struck[site.district as usize], rng.random_bool(outage.silent_share));
            let days = rng.random_range(outage.silent_days.0..=outage.silent_days.1) as i32;
            if struck && falls && site.stands_on(strike.day) {
                site.silent_until = Some(LocalDay(strike.day.0 + days));
                silent.push(number);
            }
        }
        let wheels = (silent.len() as f64 * outage.wheels_per_silent_site).round() as usize;
        for number in 0..wheels {
            let beside = &self.sites[silent[number * silent.len() / wheels]];
            let at = moved(beside.at, 0.2, 0.1);
            let (valid_from, valid_to) = (LocalDay(strike.day.0 + 2), Some(LocalDay(strike.day.0 + 20)));
            let site = Site { at, valid_from, valid_to, is_cow: true, silent_until: None, ..beside.clone() };
            self.sites.push(Site { first_radio_cell: self.radio_cells, technology: "LTE", ..site });
            self.radio_cells += SECTORS;
        }
        silent.len() as u32
    }
}

impl Site {
    /// Whether the plan has it standing on the day.
    pub(crate) fn stands_on(&self, day: LocalDay) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }

    /// Whether it serves phones on the day, before or after the hour of the crisis.
    pub(crate) fn serves(&self, day: LocalDay, crisis: Option<LocalDay>, after_the_hour: bool) -> bool {
        let silent = match (self.silent_until, crisis) {
            (Some(until), Some(crisis)) if after_the_hour => crisis <= day && day < until,
            (Some(until), Some(crisis)) => crisis < day && day <= until,
            _ => false,
        };
        self.stands_on(day) && !silent
    }
}

/// The id of a radio cell as operators write it: test network 001-01, site and sector, 15 digits.
pub(crate) fn radio_cell_id(radio_cell: u32) -> [u8; 15] {
    let number = u64::from(radio_cell / SECTORS + 1) * 10 + u64::from(radio_cell % SECTORS + 1);
    numbered(*b"001010000000000", number)
}

/// The id of a radio cell that is in no plan.
pub(crate) fn unknown_radio_cell_id(radio_cell: u32) -> [u8; 15] {
    numbered(*b"001019000000000", u64::from(radio_cell))
}

fn numbered(mut id: [u8; 15], mut number: u64) -> [u8; 15] {
    for digit in id[6..].iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_their_leading_zeros() {
        assert_eq!(&radio_cell_id(0), b"001010000000011");
        assert_eq!(&radio_cell_id(5), b"001010000000023");
        assert_eq!(&unknown_radio_cell_id(131_071), b"001019000131071");
    }

    #[test]
    fn a_silent_site_is_silent_from_hour_to_hour() {
        let crisis = LocalDay(100);
        let site = Site {
            at: SitePoint { lat: 0.0, lon: 0.0 },
            district: 0,
            first_radio_cell: 0,
            technology: "LTE",
            valid_from: LocalDay(0),
            valid_to: Some(LocalDay(200)),
            is_cow: false,
            silent_until: Some(LocalDay(102)),
        };
        let serves = |day| [false, true].map(|after| site.serves(LocalDay(day), Some(crisis), after));
        assert_eq!(serves(99), [true, true]);
        assert_eq!(serves(100), [true, false]);
        assert_eq!(serves(101), [false, false]);
        assert_eq!(serves(102), [false, true]);
        assert_eq!(serves(201), [false, false]);
    }
}
