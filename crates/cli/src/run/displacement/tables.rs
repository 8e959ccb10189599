//! The counts of each crisis through the wall, to tables in a folder of its own.

use super::super::Run;
use super::by_areas::ByAreas;
use crate::crisis::Crisis;
use crate::failure::Failure;
use hexodus_mobility::{roll_up_spread, stock_matrix};
use hexodus_model::{AreaKey, Definition, FlowMatrix, Level, Reserved, StockTable, UnitKey};
use hexodus_publish::{
    EncodedTable, ReleaseContext, ReleaseFolder, encode_cohorts, encode_displacement, encode_flows, encode_in_out,
    encode_spread,
};
use hexodus_release::{DisplacementDay, in_out, release_cohorts, release_displacement, release_flows, release_spread};
use hexodus_store::CrisisCounts;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// The matrices of a crisis, in the order they are written.
const CRISIS_FLOWS: [Definition; 5] = [
    Definition::HomeToPresent,
    Definition::StockDisplaced,
    Definition::HomeToWeek,
    Definition::RelocationsWeekly,
    Definition::RelocationsRolling,
];

/// The matrices of a definition at a level: those counted there, else those of the grid as sums.
pub(super) fn matrices_at(
    run: &Run<'_>,
    counts: &CrisisCounts,
    definition: Definition,
    level: Level,
) -> Vec<FlowMatrix> {
    let counted = |level: Level| -> Vec<&FlowMatrix> {
        counts.flows.iter().filter(|own| (own.definition, own.level) == (definition, level)).collect()
    };
    let own = counted(level);
    let is_sum = own.is_empty();
    match level {
        Level::Adm(adm) if is_sum => {
            counted(Level::H3).into_par_iter().map(|matrix| run.at_level(matrix, adm)).collect()
        }
        Level::H3 | Level::Adm(_) => own.into_iter().cloned().collect(),
    }
}

impl Run<'_> {
    /// Writes the tables of every crisis that was counted.
    pub fn write_crises(&self, writer: &ReleaseFolder, context: &ReleaseContext<'_>) -> Result<(), Failure> {
        for crisis in &self.setup.crises {
            let Some(counts) = self.crisis_counts(crisis)? else { continue };
            let operation = Some(crisis.operation.as_str());
            let context = ReleaseContext { operation, round_number: crisis.round_number, ..*context };
            let by_areas: Vec<ByAreas> =
                (1..=self.network.areas.deepest()).map(|level| self.by_areas(&counts, level)).collect();
            let counted = || {
                self.write_crisis_flows(crisis, (&counts, &by_areas), writer, &context)?;
                self.write_displacement(crisis, (&counts, &by_areas), writer, &context)?;
                self.write_spread(crisis, (&counts, &by_areas), writer, &context)
            };
            let estimated = || {
                self.write_people(crisis, (&counts, &by_areas), writer, &context)?;
                self.write_above_normal(crisis, &by_areas, writer, &context)
            };
            let (counted, estimated) = rayon::join(counted, estimated);
            counted.and(estimated)?;
        }
        Ok(())
    }

    fn write_crisis_flows(
        &self,
        crisis: &Crisis,
        (counts, by_areas): (&CrisisCounts, &[ByAreas]),
        writer: &ReleaseFolder,
        context: &ReleaseContext<'_>,
    ) -> Result<(), Failure> {
        for definition in CRISIS_FLOWS {
            for level in self.levels() {
                let own = by_areas.iter().find(|own| Level::Adm(own.level) == level);
                let mut matrices = match (definition, own) {
                    (Definition::StockDisplaced, _) => {
                        own.map_or(&counts.stock, |own| &own.stock).par_iter().map(stock_matrix).collect()
                    }
                    (Definition::HomeToPresent, Some(own)) => own.home_to_present.clone(),
                    _ => matrices_at(self, counts, definition, level),
                };
                // What was counted before the event only tells what is normal; relocations are of any time.
                matrices.retain(|own| !definition.is_stock() || own.first_day >= crisis.event);
                if matrices.is_empty() {
                    continue;
                }
                let universe = self.universe(level);
                let table = release_flows(matrices, universe.as_deref(), &self.setup.policy);
                self.write_below(crisis, &encode_flows(&table, context)?, writer)?;
                let margins = in_out(&table).filter(|_| level != Level::H3 && self.setup.config.output.in_out);
                if let Some(margins) = margins {
                    self.write_below(crisis, &encode_in_out(&margins, context)?, writer)?;
                }
            }
        }
        Ok(())
    }

    fn write_spread(
        &self,
        crisis: &Crisis,
        (counts, by_areas): (&CrisisCounts, &[ByAreas]),
        writer: &ReleaseFolder,
        context: &ReleaseContext<'_>,
    ) -> Result<(), Failure> {
        let policy = &self.setup.policy;
        for own in by_areas {
            let level = own.level;
            let area = |unit: UnitKey| self.area_of(unit, level);
            let bins = release_spread(Level::Adm(level), roll_up_spread(&counts.spread, area), policy);
            self.write_below(crisis, &encode_spread(&bins, context)?, writer)?;
            let cohorts = own.stock.iter().flat_map(|StockTable { day, cohorts, .. }| {
                cohorts.iter().map(move |&((pair, week), count)| ((*day, pair, week), count))
            });
            let cohorts = release_cohorts(Level::Adm(level), cohorts.collect(), policy);
            self.write_below(crisis, &encode_cohorts(&cohorts, context)?, writer)?;
        }
        Ok(())
    }

    fn write_displacement(
        &self,
        crisis: &Crisis,
        (counts, by_areas): (&CrisisCounts, &[ByAreas]),
        writer: &ReleaseFolder,
        context: &ReleaseContext<'_>,
    ) -> Result<(), Failure> {
        let affected = crisis.affected_areas(&self.network)?;
        let phase = |day| crisis.phase(day).map(str::to_owned);
        for counted in by_areas {
            let level = counted.level;
            let day = |table: &StockTable| DisplacementDay { table: table.clone(), unlocatable: counts.totals[2] };
            let days = counted.stock.iter().map(day).collect();
            let mut universe = self.universe(Level::Adm(level)).unwrap_or_default();
            universe.push(UnitKey::reserved(Reserved::Unknown));
            let quiet = counts.without_event;
            let table = release_displacement(Level::Adm(level), days, quiet, &universe, &self.setup.policy);
            let none: BTreeSet<AreaKey> = BTreeSet::new();
            let own = affected.get(usize::from(level)).unwrap_or(&none);
            let encoded = encode_displacement(&table, context, &|area| own.contains(&area), &phase)?;
            self.write_below(crisis, &encoded, writer)?;
        }
        Ok(())
    }

    pub(super) fn write_below(
        &self,
        crisis: &Crisis,
        table: &EncodedTable,
        writer: &ReleaseFolder,
    ) -> Result<(), Failure> {
        Ok(writer.write(&table.clone().below(&crisis.slug), self.setup.config.output.csv)?)
    }
}
