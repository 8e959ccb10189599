//! The counts of each crisis through the wall, to tables in a folder of its own.

use super::super::Run;
use crate::crisis::Crisis;
use crate::failure::Failure;
use hexodus_mobility::stock_matrix;
use hexodus_model::{AreaKey, Definition, FlowMatrix, Level, Reserved, UnitKey};
use hexodus_publish::{EncodedTable, ReleaseContext, ReleaseFolder, encode_displacement, encode_flows};
use hexodus_release::{DisplacementDay, release_displacement, release_flows};
use hexodus_store::CrisisCounts;
use std::collections::BTreeSet;

impl Run<'_> {
    /// Writes the tables of every crisis that was counted.
    pub fn write_crises(&self, writer: &ReleaseFolder, context: &ReleaseContext<'_>) -> Result<(), Failure> {
        for crisis in &self.setup.crises {
            let Some(counts) = self.crisis_counts(crisis)? else { continue };
            let operation = Some(crisis.operation.as_str());
            let context = ReleaseContext { operation, round_number: crisis.round_number, ..*context };
            self.write_crisis_flows(crisis, &counts, writer, &context)?;
            self.write_displacement(crisis, &counts, writer, &context)?;
        }
        Ok(())
    }

    fn write_crisis_flows(
        &self,
        crisis: &Crisis,
        counts: &CrisisCounts,
        writer: &ReleaseFolder,
        context: &ReleaseContext<'_>,
    ) -> Result<(), Failure> {
        let of = |definition| counts.flows.iter().filter(move |own| own.definition == definition).cloned();
        let tables: [Vec<FlowMatrix>; 3] = [
            of(Definition::HomeToPresent).collect(),
            counts.stock.iter().map(stock_matrix).collect(),
            of(Definition::RelocationsWeekly).collect(),
        ];
        for matrices in tables.iter().filter(|matrices| !matrices.is_empty()) {
            for level in self.levels() {
                let matrices = matrices.iter().map(|matrix| match level {
                    Level::H3 => matrix.clone(),
                    Level::Adm(level) => self.at_level(matrix, level),
                });
                let universe = self.universe(level);
                let table = release_flows(matrices.collect(), universe.as_deref(), &self.setup.policy);
                self.write_below(crisis, &encode_flows(&table, context)?, writer)?;
            }
        }
        Ok(())
    }

    fn write_displacement(
        &self,
        crisis: &Crisis,
        counts: &CrisisCounts,
        writer: &ReleaseFolder,
        context: &ReleaseContext<'_>,
    ) -> Result<(), Failure> {
        let affected = crisis.affected_areas(&self.network.areas)?;
        for level in 1..=self.network.areas.deepest() {
            let days = counts
                .stock
                .iter()
                .map(|table| DisplacementDay { table: self.stock_at(table, level), unlocatable: counts.totals[2] });
            let mut universe = self.universe(Level::Adm(level)).unwrap_or_default();
            universe.push(UnitKey::reserved(Reserved::Unknown));
            let table = release_displacement(Level::Adm(level), days.collect(), &universe, &self.setup.policy);
            let none: BTreeSet<AreaKey> = BTreeSet::new();
            let own = affected.get(usize::from(level)).unwrap_or(&none);
            let encoded = encode_displacement(&table, context, &|area| own.contains(&area))?;
            self.write_below(crisis, &encoded, writer)?;
        }
        Ok(())
    }

    fn write_below(&self, crisis: &Crisis, table: &EncodedTable, writer: &ReleaseFolder) -> Result<(), Failure> {
        Ok(writer.write(&table.clone().below(&crisis.slug), self.setup.config.output.csv)?)
    }
}
