//! Which areas of each level are affected.

use super::Crisis;
use crate::failure::Failure;
use crate::network::Network;
use hexodus_model::{AreaKey, AreaTree};
use std::collections::BTreeSet;

impl Crisis {
    /// Whether an area is affected: it is one of them, lies in one, or holds one, or holds an affected H3 cell. By
    /// level, from 0, and key.
    ///
    /// # Errors
    /// Exit 2 for a P-code that no level of the areas has, and for polygons of which no H3 cell lies in an area.
    pub fn affected_areas(&self, network: &Network) -> Result<Vec<BTreeSet<AreaKey>>, Failure> {
        let mut affected = self.listed_areas(&network.areas)?;
        if let Some(footprint) = &self.footprint {
            footprint.mark(&self.operation, network, &mut affected)?;
        }
        Ok(affected)
    }

    fn listed_areas(&self, areas: &AreaTree) -> Result<Vec<BTreeSet<AreaKey>>, Failure> {
        let mut affected = vec![BTreeSet::new(); areas.levels.len()];
        for pcode in &self.affected {
            let place = (1..=areas.deepest()).find_map(|level| {
                let position = areas.level(level).iter().position(|area| area.pcode.0 == *pcode)?;
                Some((level, AreaKey(position as u32)))
            });
            let Some((own, key)) = place else {
                return Err(Failure::usage(unknown_pcode(&self.operation, pcode, areas)));
            };
            for level in 0..=own {
                affected[usize::from(level)].extend(areas.ancestor(own, key, level));
            }
            for level in own + 1..=areas.deepest() {
                let below = (0..areas.level(level).len() as u32).map(AreaKey);
                affected[usize::from(level)]
                    .extend(below.filter(|&area| areas.ancestor(level, area, own) == Some(key)));
            }
        }
        Ok(affected)
    }
}

fn unknown_pcode(operation: &str, pcode: &str, areas: &AreaTree) -> String {
    if areas.levels.is_empty() {
        return format!("[[crisis]] \"{operation}\": affected needs [areas]: there are no P-codes without them");
    }
    let codes = areas.levels.iter().skip(1).flatten().map(|area| area.pcode.0.as_str());
    // A code of as many characters is of the same level.
    let nearest = codes.max_by(|left, right| {
        let likeness = |code: &str| (code.len() == pcode.len(), strsim::jaro_winkler(pcode, code));
        let ((left_level, left_like), (right_level, right_like)) = (likeness(left), likeness(right));
        left_level.cmp(&right_level).then(left_like.total_cmp(&right_like)).then(right.cmp(left))
    });
    let hint = nearest.map(|nearest| format!("; the nearest is {nearest}")).unwrap_or_default();
    format!("[[crisis]] \"{operation}\": affected: no area has the P-code \"{pcode}\"{hint}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crisis::resolve::resolved;
    use hexodus_mobility::DailyLocationRule;
    use hexodus_model::Pcode;
    use hexodus_model::area::AreaEntry;
    use jiff::civil::Time;

    fn crisis(line: &str) -> Crisis {
        let text = format!("operation = \"Flood\"\nevent_time = \"2031-03-23\"\n{line}");
        let config = toml::from_str(&text).unwrap();
        resolved(&config, DailyLocationRule::Last, Time::midnight(), &BTreeSet::new()).unwrap()
    }

    #[test]
    fn an_affected_area_marks_those_above_and_below() {
        let entry = |pcode: &str, parent: Option<u32>| AreaEntry {
            pcode: Pcode(pcode.into()),
            name: String::new(),
            parent: parent.map(AreaKey),
        };
        let areas = AreaTree {
            cod_version: "xaa_v01".into(),
            levels: vec![
                vec![entry("XA", None)],
                vec![entry("XA01", Some(0)), entry("XA02", Some(0))],
                vec![entry("XA0101", Some(0)), entry("XA0102", Some(0)), entry("XA0201", Some(1))],
            ],
        };
        let keys = |lines: &str| -> Vec<Vec<u32>> {
            let levels = crisis(lines).listed_areas(&areas).unwrap();
            levels.iter().map(|level| level.iter().map(|key| key.0).collect()).collect()
        };
        assert_eq!(keys("affected = [\"XA01\"]"), [vec![0], vec![0], vec![0, 1]]);
        assert_eq!(keys("affected = [\"XA0201\"]"), [vec![0], vec![1], vec![2]]);
        let failure = crisis("affected = [\"XA0203\"]").listed_areas(&areas).unwrap_err();
        let shown = format!("{:?}", failure.report());
        assert!(shown.contains("\"XA0203\"") && shown.contains("XA0201"), "{shown}");
    }
}
