//! From a group to its net: every number a cell, every relation a sum.

use super::linked::{FigureKind, LinkedGroup, LinkedLevel};
use super::net::{Cell, Kind, LevelNet, Net, PartsNet};
use hexodus_model::UnitKey;

impl Net {
    /// All numbers of a group, each shown for now.
    ///
    /// # Panics
    /// When counts do not add up, or a key is in no universe: bugs of the caller.
    pub(super) fn of(group: &LinkedGroup) -> Self {
        let mut net = Self { figures: group.figures.clone(), identities: group.identities.clone(), ..Self::default() };
        net.levels.resize_with(group.levels.len(), LevelNet::default);
        for position in 0..group.levels.len() {
            net.add_level(group, position);
        }
        net.add_totals(group);
        for position in 0..group.levels.len() {
            net.add_margins(group, position);
            net.add_hierarchy(group, position);
            net.add_identities(group, position);
        }
        net.add_parts(group);
        net.check();
        net
    }

    fn add_level(&mut self, group: &LinkedGroup, position: usize) {
        let level = &group.levels[position];
        assert!(level.units.is_sorted_by(|a, b| a.0 < b.0), "units of {} ascend", level.level);
        let above = position.checked_sub(1).map(|above| &group.levels[above]);
        let parent = |&(_, parent): &(UnitKey, Option<UnitKey>)| match (above, parent) {
            (Some(above), Some(parent)) => place(above, parent),
            (None, None) => 0,
            _ => panic!("units of the first level of {}, and no others, are in none above", level.level),
        };
        let own = &mut self.levels[position];
        own.parents = level.units.iter().map(parent).collect();
        own.places = level.units.iter().map(|&(unit, _)| unit.as_reserved().is_none()).collect();
        (own.rows, own.columns) = (vec![Vec::new(); level.units.len()], vec![Vec::new(); level.units.len()]);
        (own.row_sums, own.column_sums) = (own.rows.clone(), own.rows.clone());
        assert!(level.pairs.is_sorted_by(|a, b| a.0 < b.0), "pairs of {} ascend", level.level);
        for &(pair, count) in &level.pairs {
            assert!(count > 0, "pairs of {} are above 0", level.level);
            let ends = (place(level, pair.origin), place(level, pair.destination));
            let cell = self.add_pair(position as u8, ends, count);
            self.levels[position].rows[ends.0 as usize].push(cell);
            self.levels[position].columns[ends.1 as usize].push(cell);
        }
        self.add_figures(group, position);
    }

    fn add_figures(&mut self, group: &LinkedGroup, position: usize) {
        let level = &group.levels[position];
        assert_eq!(level.figures.len(), group.figures.len(), "figures of {}", level.level);
        for (counts, facts) in level.figures.iter().zip(&group.figures) {
            let mut of_units = vec![0; level.units.len()];
            for &(unit, count) in counts {
                of_units[place(level, unit) as usize] = count;
            }
            let cell = |(&(unit, _), count): (&(UnitKey, _), u64)| {
                let impossible = count == 0 && unit.as_reserved().is_some();
                let kind = if impossible { Kind::Impossible } else { Kind::Number };
                self.add(Cell { count, kind, level: position as u8, weight: 15, times: facts.times })
            };
            let cells: Vec<u32> = level.units.iter().zip(of_units).map(cell).collect();
            let figure = self.levels[position].figures.len();
            let places = cells.iter().zip(0..).map(|(&cell, unit)| (cell, (position as u8, figure, unit)));
            self.figure_at.extend(places);
            self.levels[position].figures.push(cells);
        }
    }

    /// National totals: sums of the first level. All margins have the same one.
    fn add_totals(&mut self, group: &LinkedGroup) {
        let mut of_pairs = None;
        for (figure, facts) in group.figures.iter().enumerate() {
            let parts = self.levels.first().map(|first| first.figures[figure].clone()).unwrap_or_default();
            let count = parts.iter().map(|&part| self.cells[part as usize].count).sum();
            let mut add = || self.add(Cell { count, kind: Kind::Number, level: 0, weight: 60, times: facts.times });
            let total = if facts.kind == FigureKind::Own { add() } else { *of_pairs.get_or_insert_with(add) };
            self.totals.push(total);
            self.sum_of(total, &parts);
        }
        for identity in &group.identities {
            let parts: Vec<u32> = identity.parts.iter().map(|&part| self.totals[part]).collect();
            self.sum_of(self.totals[identity.whole], &parts);
        }
    }

    fn add_margins(&mut self, group: &LinkedGroup, position: usize) {
        for (figure, facts) in group.figures.iter().enumerate() {
            for unit in 0..self.levels[position].parents.len() {
                let own = &self.levels[position];
                let parts = match facts.kind {
                    FigureKind::RowMargin => own.rows[unit].clone(),
                    FigureKind::ColumnMargin => own.columns[unit].clone(),
                    FigureKind::Own => break,
                };
                let sum = self.sum_of(self.levels[position].figures[figure][unit], &parts);
                let own = &mut self.levels[position];
                let sums = if facts.kind == FigureKind::RowMargin { &mut own.row_sums } else { &mut own.column_sums };
                sums[unit].push(sum);
            }
        }
        let counts: Vec<u64> = self.cells.iter().map(|cell| cell.count).collect();
        let own = &mut self.levels[position];
        for cells in own.rows.iter_mut().chain(&mut own.columns) {
            cells.sort_by_key(|&cell| (std::cmp::Reverse(counts[cell as usize]), cell));
        }
    }

    fn add_hierarchy(&mut self, group: &LinkedGroup, position: usize) {
        let Some(above) = position.checked_sub(1) else { return };
        let mut pairs: Vec<u32> = self.levels[position].rows.iter().flatten().copied().collect();
        pairs.sort_unstable();
        for cell in pairs {
            let Some((_, (origin, destination))) = self.ends[cell as usize] else { continue };
            let parents = &self.levels[position].parents;
            let ends = (parents[origin as usize], parents[destination as usize]);
            let whole = self.levels[above].pairs.get(&ends);
            let whole = *whole.unwrap_or_else(|| panic!("a pair of {} has none above", group.levels[position].level));
            self.sums[self.below[&whole] as usize].push((cell, 1));
            self.of_cell[cell as usize].push((self.below[&whole], 1));
        }
        for (figure, facts) in group.figures.iter().enumerate() {
            let mut parts = vec![Vec::new(); self.levels[above].parents.len()];
            for (unit, &cell) in self.levels[position].figures[figure].iter().enumerate() {
                parts[self.levels[position].parents[unit] as usize].push(cell);
            }
            for (unit, parts) in parts.into_iter().enumerate() {
                let whole = self.levels[above].figures[figure][unit];
                if facts.additive {
                    self.sum_of(whole, &parts);
                } else {
                    self.at_most(whole, &parts);
                }
            }
        }
    }

    /// A figure that is not additive is no more than the sum of those below.
    fn at_most(&mut self, whole: u32, parts: &[u32]) {
        let sum: u64 = parts.iter().map(|&part| self.cells[part as usize].count).sum();
        let count = sum.checked_sub(self.cells[whole as usize].count);
        let count = count.unwrap_or_else(|| panic!("a figure is more than the sum of those below it"));
        let level = self.cells[whole as usize].level;
        let slack = self.add(Cell { count, kind: Kind::Slack, level, weight: 0, times: 1 });
        self.sum([(whole, -1), (slack, -1)].into_iter().chain(parts.iter().map(|&part| (part, 1))));
    }

    fn add_identities(&mut self, group: &LinkedGroup, position: usize) {
        for identity in &group.identities {
            for unit in 0..self.levels[position].parents.len() {
                let figures = &self.levels[position].figures;
                let parts: Vec<u32> = identity.parts.iter().map(|&part| figures[part][unit]).collect();
                self.sum_of(figures[identity.whole][unit], &parts);
            }
        }
    }

    fn add_parts(&mut self, group: &LinkedGroup) {
        let (Some(parts), Some(deepest)) = (&group.parts, group.levels.last()) else { return };
        assert!(parts.units.is_sorted_by(|a, b| a.0 < b.0), "parts ascend");
        let level = group.levels.len() as u8;
        for (figure, counts) in &parts.figures {
            assert!(group.figures[*figure].additive, "parts sum to their unit");
            let mut own =
                PartsNet { figure: *figure, cells: Vec::new(), of_unit: vec![Vec::new(); deepest.units.len()] };
            let mut counts = counts.iter().peekable();
            for &(part, unit) in &parts.units {
                let count = counts.next_if(|own| own.0 == part).map_or(0, |own| own.1);
                let cell = self.add(Cell { count, kind: Kind::Number, level, weight: 8, times: 1 });
                own.cells.push(cell);
                own.of_unit[place(deepest, unit) as usize].push(cell);
            }
            assert!(counts.next().is_none(), "a part is not in the universe");
            for (unit, cells) in own.of_unit.iter_mut().enumerate().filter(|own| !own.1.is_empty()) {
                cells.sort_by_key(|&cell| (std::cmp::Reverse(self.cells[cell as usize].count), cell));
                let whole = self.levels[group.levels.len() - 1].figures[*figure][unit];
                self.sum_of(whole, cells);
            }
            self.parts.push(own);
        }
    }

    fn sum_of(&mut self, whole: u32, parts: &[u32]) -> u32 {
        self.sum(std::iter::once((whole, -1)).chain(parts.iter().map(|&part| (part, 1))))
    }

    fn check(&self) {
        for members in &self.sums {
            let sum: i64 = members.iter().map(|&(cell, sign)| i64::from(sign) * self.count(cell)).sum();
            assert_eq!(sum, 0, "a sum of a linked group does not hold");
        }
    }
}

fn place(level: &LinkedLevel, unit: UnitKey) -> u32 {
    let found = level.units.binary_search_by_key(&unit, |&(unit, _)| unit);
    found.unwrap_or_else(|_| panic!("a unit of {} is not in its universe", level.level)) as u32
}
