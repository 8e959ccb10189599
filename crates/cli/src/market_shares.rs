//! How many people a subscriber stands for where no census tells: penetration and market share, as of a day.

use crate::config::market_share::MarketShareConfig;
use crate::failure::Failure;
use hexodus_locate::LevelArea;
use hexodus_model::{AreaKey, AreaTree, LocalDay};
use std::collections::BTreeMap;

/// People for each subscriber, by area (`None`: everywhere) and first day.
#[derive(Clone, Debug, Default)]
pub struct MarketShares(BTreeMap<Option<LevelArea>, BTreeMap<LocalDay, f64>>);

impl MarketShares {
    /// Finds the areas of the configuration.
    ///
    /// # Errors
    /// Exit 2 with the P-code that no area has.
    pub fn of_areas(config: &[MarketShareConfig], tree: &AreaTree) -> Result<Self, Failure> {
        let mut all = Self::default();
        for own in config {
            let area = own.area().map(|code| {
                let at = |level: u8| tree.level(level).binary_search_by(|entry| entry.pcode.0.as_str().cmp(code)).ok();
                let found = (0..=tree.deepest()).find_map(|level| Some((level, AreaKey(at(level)? as u32))));
                found.ok_or_else(|| Failure::usage(format!("[[population.market_share]] area \"{code}\" is no area")))
            });
            let people = own.people_per_subscriber().map_err(Failure::usage)?;
            all.0.entry(area.transpose()?).or_default().insert(own.from, people);
        }
        Ok(all)
    }

    /// People for each subscriber of an area on a day: by the nearest area, itself or above, then everywhere, of which
    /// anything is known by then, and of that the newest.
    pub fn on(&self, tree: &AreaTree, (level, area): LevelArea, day: LocalDay) -> Option<f64> {
        let above = (0..=level).rev().filter_map(|own| Some(Some((own, tree.ancestor(level, area, own)?))));
        above.chain([None]).find_map(|own| Some(*self.0.get(&own)?.range(..=day).next_back()?.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::Pcode;
    use hexodus_model::area::AreaEntry;

    #[test]
    fn the_nearest_area_and_the_newest_day_count() {
        let entry = |code: &str, parent| AreaEntry { pcode: Pcode(code.to_owned()), name: String::new(), parent };
        let levels = vec![vec![entry("X", None)], vec![entry("X1", Some(AreaKey(0))), entry("X2", Some(AreaKey(0)))]];
        let tree = AreaTree { cod_version: String::new(), levels };
        let entry = |from: i32, area: Option<&str>, penetration| MarketShareConfig {
            from: LocalDay(from),
            area: area.map(str::to_owned),
            penetration,
            share: 0.5,
            devices_per_person: 1.0,
        };
        let config = [entry(10, None, 0.5), entry(20, Some("all"), 0.25), entry(15, Some("X2"), 1.0)];
        let shares = MarketShares::of_areas(&config, &tree).unwrap();
        let on = |area, day| shares.on(&tree, (1, AreaKey(area)), LocalDay(day));
        assert_eq!([on(0, 9), on(0, 10), on(0, 19), on(0, 20)], [None, Some(4.0), Some(4.0), Some(8.0)]);
        assert_eq!([on(1, 14), on(1, 15), on(1, 99)], [Some(4.0), Some(2.0), Some(2.0)], "its own from the 15th on");
        assert!(MarketShares::of_areas(&[entry(1, Some("Y"), 0.5)], &tree).is_err());
        assert!(MarketShareConfig::check(&[entry(1, None, 0.5), entry(1, Some("all"), 0.4)]).is_err());
        assert!(MarketShareConfig::check(&[entry(1, None, 0.0)]).is_err());
    }
}
