//! Radio cells that go for good or get other ids.

use crate::chance::{Purpose, stream};
use crate::ground::distance_km;
use crate::network::{Network, Run, SECTORS, Site};
use crate::scenario::PlanChanges;
use rand::RngExt;
use std::ops::Range;

/// A site goes only where another stands this near.
const NEIGHBOUR_KM: f64 = 3.0;
/// Neighbours in the list of sites that are looked at; sites of a town stand side by side in it.
const NEIGHBOURS: usize = 12;

impl Network {
    /// Removes and renumbers sites, each on some day of the run.
    pub(crate) fn rewire(&mut self, seed: u64, changes: &PlanChanges, run: Run) {
        if (changes.removed <= 0.0 && changes.renumbered <= 0.0) || run.days < 2 {
            return;
        }
        let mut rng = stream(seed, Purpose::PlanChange, 0, 0);
        let mut kept = vec![true; self.sites.len()];
        for number in 0..kept.len() {
            let (unit, day) = (rng.random::<f64>(), run.some_day(&mut rng));
            // A site that stands throughout: no second change for those that move or come later.
            if !self.stands_throughout(number, run) {
                continue;
            }
            if unit < changes.removed {
                if self.has_neighbour(number, &kept, run) {
                    self.sites[number].valid_to = Some(day.previous());
                    kept[number] = false;
                }
            } else if unit < changes.removed + changes.renumbered {
                let old = &mut self.sites[number];
                old.valid_to = Some(day.previous());
                let renumbered =
                    Site { valid_from: day, valid_to: None, first_radio_cell: self.radio_cells, ..old.clone() };
                self.sites.push(renumbered);
                self.radio_cells += SECTORS;
            }
        }
    }

    fn stands_throughout(&self, number: usize, run: Run) -> bool {
        let site = &self.sites[number];
        site.valid_from <= run.first && site.valid_to.is_none()
    }

    /// Whether another site that stays stands near. A renumbered one does not count: it is no longer there in person.
    fn has_neighbour(&self, number: usize, kept: &[bool], run: Run) -> bool {
        let near: Range<usize> = number.saturating_sub(NEIGHBOURS)..(number + NEIGHBOURS).min(kept.len());
        let at = self.sites[number].at;
        near.into_iter().any(|other| {
            other != number
                && kept[other]
                && self.stands_throughout(other, run)
                && distance_km(at, self.sites[other].at) <= NEIGHBOUR_KM
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::country::invented_areas;
    use crate::coverage::{Coverage, SILENCE};
    use crate::district::Districts;
    use crate::settlement::Settlements;
    use hexodus_model::LocalDay;

    const RUN: Run = Run { first: LocalDay(1_000), days: 20 };

    fn network(changes: &PlanChanges) -> (Settlements, Network) {
        let districts = Districts::new(invented_areas(2)).unwrap();
        let settlements = Settlements::founded(2, &districts).unwrap();
        let mut network = Network::built(2, &districts, &settlements, changes, RUN);
        network.rewire(2, changes, RUN);
        (settlements, network)
    }

    #[test]
    fn sites_go_and_get_new_ids_and_every_place_stays_in_range() {
        let changes = PlanChanges { removed: 0.3, renumbered: 0.3, ..PlanChanges::default() };
        let (settlements, network) = network(&changes);
        let (_, ordinary) = self::network(&PlanChanges::default());
        let last_day = LocalDay(1_019);
        let renumbered = &network.sites[ordinary.sites.len()..];
        assert!(renumbered.len() > 50);
        for site in renumbered {
            let old =
                network.sites.iter().find(|old| old.at == site.at && old.first_radio_cell < site.first_radio_cell);
            assert_eq!(old.unwrap().valid_to, Some(site.valid_from.previous()));
        }
        let gone = network.sites.iter().filter(|site| site.valid_to.is_some_and(|last| last < last_day)).count();
        assert!(gone > renumbered.len() + 50, "{gone} are no longer valid, {} renumbered", renumbered.len());
        let coverage = Coverage::of(&settlements, &network).on(last_day, None, 0, &settlements, &network);
        assert!((0..settlements.places.len() as u32).all(|place| coverage.radio_cell(place, 0, 0) != SILENCE));
    }

    #[test]
    fn an_ordinary_month_rewires_nothing() {
        let (_, network) = network(&PlanChanges::default());
        assert!(network.sites.iter().any(|site| site.valid_to.is_some()), "some move");
        let ids = network.sites.iter().map(|site| site.first_radio_cell + SECTORS).max();
        assert_eq!(ids, Some(network.radio_cells));
    }
}
