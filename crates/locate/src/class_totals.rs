//! Urban and rural people by area, at the level where a table states them (formats §1.5).

use crate::population::Population;
use hexodus_model::{AreaKey, AreaTree, Pcode};
use std::collections::BTreeMap;

/// An area and its level.
pub type LevelArea = (u8, AreaKey);

/// Urban, rural. People.
pub type ClassPeople = [f64; 2];

/// What is stated of areas of any level, and sums of it: an area above whose parts with people all have totals has theirs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClassTotals(BTreeMap<LevelArea, ClassPeople>);

impl ClassTotals {
    /// From what is stated by P-code; P-codes of no area are left out.
    pub fn of_areas(stated: &[(Pcode, ClassPeople)], tree: &AreaTree, population: &Population) -> Self {
        let mut totals = BTreeMap::new();
        for level in 0..=tree.deepest() {
            for (index, entry) in tree.level(level).iter().enumerate() {
                if let Ok(at) = stated.binary_search_by(|own| own.0.cmp(&entry.pcode)) {
                    totals.insert((level, AreaKey(index as u32)), stated[at].1);
                }
            }
        }
        for level in (0..tree.deepest()).rev() {
            let mut sums: BTreeMap<AreaKey, Option<ClassPeople>> = BTreeMap::new();
            let parts = (0..).map(AreaKey).zip(population.at_level(tree, level + 1));
            for (part, _) in parts.filter(|own| own.1.is_some()) {
                let Some(above) = tree.ancestor(level + 1, part, level) else { continue };
                let sum = sums.entry(above).or_insert(Some([0.0; 2]));
                *sum = sum.zip(totals.get(&(level + 1, part))).map(|(sum, own)| [sum[0] + own[0], sum[1] + own[1]]);
            }
            for (area, sum) in sums {
                if let Some(sum) = sum {
                    totals.entry((level, area)).or_insert(sum);
                }
            }
        }
        Self(totals)
    }

    /// Whether nothing is stated of any area.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The nearest area of which classes are known: itself, or above it.
    pub fn block_of(&self, tree: &AreaTree, (level, area): LevelArea) -> Option<LevelArea> {
        let above = (0..=level).rev().filter_map(|own| Some((own, tree.ancestor(level, area, own)?)));
        above.into_iter().find(|own| self.0.contains_key(own))
    }

    /// People of an area by class, less those of areas in it, down to a level, of which classes are known themselves; `None`
    /// where that is nobody or less.
    pub fn of_rest(&self, tree: &AreaTree, block: LevelArea, down_to: u8) -> Option<ClassPeople> {
        let mut rest = *self.0.get(&block)?;
        for (&(level, area), own) in self.0.range((block.0 + 1, AreaKey(0))..(down_to + 1, AreaKey(0))) {
            let above = tree.ancestor(level, area, level - 1);
            if above.and_then(|above| self.block_of(tree, (level - 1, above))) == Some(block) {
                rest = [rest[0] - own[0], rest[1] - own[1]];
            }
        }
        let rest = rest.map(|own| own.max(0.0));
        (rest[0] + rest[1] > 0.0).then_some(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::PopulationReference;
    use crate::tiling::H3Areas;
    use hexodus_model::PopulationFigures;
    use hexodus_model::area::AreaEntry;

    /// X holds A (A1, A2) and B (B1, B2, B3); nobody knows how many live in B3.
    fn tree() -> AreaTree {
        let entry = |code: &str, parent: Option<u32>| AreaEntry {
            pcode: Pcode(code.to_owned()),
            name: String::new(),
            parent: parent.map(AreaKey),
        };
        let levels = vec![
            vec![entry("X", None)],
            vec![entry("XA", Some(0)), entry("XB", Some(0))],
            vec![
                entry("XA1", Some(0)),
                entry("XA2", Some(0)),
                entry("XB1", Some(1)),
                entry("XB2", Some(1)),
                entry("XB3", Some(1)),
            ],
        ];
        AreaTree { cod_version: "x_v1".into(), levels }
    }

    fn totals(stated: &[(&str, ClassPeople)]) -> ClassTotals {
        let figures = ["XA1", "XA2", "XB1", "XB2"].map(|code| (Pcode(code.to_owned()), 100.0));
        let reference = PopulationReference { year: 2030, cv: 0.0, deff: 1.0 };
        let figures = PopulationFigures::ByPcode(figures.to_vec());
        let (population, _) = Population::of_areas(&figures, &tree(), &H3Areas::default(), reference).unwrap();
        let stated: Vec<_> = stated.iter().map(|&(code, own)| (Pcode(code.to_owned()), own)).collect();
        ClassTotals::of_areas(&stated, &tree(), &population)
    }

    #[test]
    fn the_nearest_statement_counts_and_parts_add_up() {
        let totals = totals(&[("XA1", [10.0, 90.0]), ("XB1", [30.0, 70.0]), ("XB2", [50.0, 50.0]), ("ZZ", [1.0, 1.0])]);
        let tree = tree();
        let block = |level, area| totals.block_of(&tree, (level, AreaKey(area)));
        assert_eq!(block(2, 0), Some((2, AreaKey(0))));
        assert_eq!(block(2, 1), None, "neither of itself nor of XA, of which a part is not known");
        assert_eq!(block(1, 1), Some((1, AreaKey(1))), "XB3 has no people that are known");
        assert_eq!(totals.of_rest(&tree, (1, AreaKey(1)), 1), Some([80.0, 120.0]));
        assert_eq!(block(2, 4), Some((1, AreaKey(1))));
        assert_eq!(totals.of_rest(&tree, (1, AreaKey(1)), 2), None, "XB1 and XB2 are all of it");
        assert!(block(1, 0).is_none() && block(0, 0).is_none());
    }

    #[test]
    fn what_parts_state_is_taken_from_the_total_above() {
        let totals = totals(&[("X", [200.0, 200.0]), ("XA", [50.0, 150.0]), ("XB1", [60.0, 40.0])]);
        let tree = tree();
        assert_eq!(totals.of_rest(&tree, (0, AreaKey(0)), 1), Some([150.0, 50.0]), "at level 1 XB is the rest");
        assert_eq!(totals.of_rest(&tree, (0, AreaKey(0)), 2), Some([90.0, 10.0]), "at level 2 without XB1");
        assert_eq!(totals.of_rest(&tree, (1, AreaKey(0)), 2), Some([50.0, 150.0]));
    }
}
