//! `idps_admin`: the displaced by host in the shape of DTM v3 (formats §4.3).
//!
//! Hosts of level 1 are split by the level 1 area of home, so that their rows add up to the host. What is withheld of a
//! host would be the rest of a subtraction, with fewer than k subscribers behind it: so the smallest origin that may be
//! shown is pooled with it, and whatever the rest is, k subscribers are in it.

use super::Package;
use super::layouts::{IDPS, IDPS_CSV_COLUMNS};
use crate::batch::BatchBuilder;
use crate::encoded::{EncodedTable, Forms};
use crate::error::PublishError;
use crate::outgoing::told;
use crate::units::{Units, label};
use arrow_array::{Int32Array, RecordBatch};
use hexodus_model::area::AreaEntry;
use hexodus_model::{AreaKey, Level, UnitKey};
use hexodus_release::SuppressionReason;
use hexodus_release::outgoing::{FigureKey, OutgoingContent, OutgoingFigure, OutgoingRow};
use std::cmp::Reverse;
use std::sync::Arc;

/// Instead of an origin that is unknown, pooled or withheld, as in the files of DTM.
const NOT_AVAILABLE: &str = "Not available";
/// Instead of a reason that nobody gave, likewise.
const NO_REASON: &str = "No reason for displacement reported";

/// Estimate, lower and upper end of the interval.
type People = [u64; 3];

/// One row.
struct Idps<'a> {
    level: u8,
    /// The host and the areas that hold it, by level from 0.
    host: [Option<&'a AreaEntry>; 3],
    origin: Option<&'a AreaEntry>,
    people: Option<People>,
    reason: Option<SuppressionReason>,
}

impl Package<'_> {
    pub(super) fn idps(&self) -> Result<EncodedTable, PublishError> {
        let rows = self.idps_rows()?;
        let batch = self.idps_batch(&rows.iter().collect::<Vec<_>>(), IDPS.columns.len())?;
        let shown: Vec<&Idps<'_>> = rows.iter().filter(|row| row.people.is_some()).collect();
        let csv = self.idps_batch(&shown, IDPS_CSV_COLUMNS)?;
        let table = EncodedTable::new(self.figures, IDPS.name.into(), self.figures.threshold, batch);
        Ok(EncodedTable { key: IDPS.key, forms: Forms::Shaped(csv), ..table })
    }

    /// The stock of every area of levels 0 to 2 on the last released day, in the order of levels and P-codes.
    pub(super) fn stocks(&self) -> impl Iterator<Item = &OutgoingRow<FigureKey>> {
        let is_stock = |row: &&OutgoingRow<FigureKey>| {
            row.key.figure == OutgoingFigure::Stock
                && row.period.last == self.context.reporting_date
                && row.key.level.is_none_or(|level| level <= 2)
                && row.key.area.is_none_or(|area| area.as_area().is_some())
        };
        self.figures.rows.iter().filter(is_stock)
    }

    /// An area of level 0 to 2 and those that hold it.
    pub(super) fn lineage(&self, key: FigureKey) -> Result<[Option<&AreaEntry>; 3], PublishError> {
        let country = self.context.areas.level(0).first();
        let Some((level, unit)) = key.level.zip(key.area) else { return Ok([country, None, None]) };
        let units = Units { table: IDPS.name, level: Level::Adm(level), areas: self.context.areas };
        let unknown = || PublishError::UnknownUnit { table: IDPS.name.into(), bits: unit.bits() };
        let own = units.area(unit, level).ok_or_else(unknown)?;
        Ok([0, 1, 2].map(|at| if at == level { Some(own) } else { units.area(unit, at) }))
    }

    fn idps_rows(&self) -> Result<Vec<Idps<'_>>, PublishError> {
        let mut rows = Vec::new();
        for row in self.stocks() {
            let (level, host) = (row.key.level.unwrap_or(0), self.lineage(row.key)?);
            let origins = if level == 1 { self.shown_origins(row.key.area) } else { Vec::new() };
            let (origins, rest) = match told(&row.content) {
                Some(stock) => {
                    let (origins, rest) = split(stock, origins);
                    (origins, Some(rest))
                }
                None => (origins, None),
            };
            let origin = |key: AreaKey| self.context.areas.entry(1, key);
            let of = |origin, people, reason| Idps { level, host, origin, people, reason };
            rows.extend(origins.into_iter().map(|(key, people)| of(origin(key), Some(people), None)));
            rows.push(of(None, rest, row.content.reason()));
        }
        // "Not available" sorts before every P-code.
        rows.sort_by_key(|row| {
            let code = |own: Option<&AreaEntry>| own.map(|own| own.pcode.clone());
            (row.level, code(row.host[1]), code(row.host[2]), code(row.origin))
        });
        Ok(rows)
    }

    /// The origins of a level 1 host that are told on the last released day.
    fn shown_origins(&self, host: Option<UnitKey>) -> Vec<(AreaKey, People)> {
        let own = self.flows.iter().filter(|own| own.level == Level::Adm(1)).flat_map(|own| &own.rows);
        let here =
            own.filter(|row| row.period.last == self.context.reporting_date && Some(row.key.destination) == host);
        let shown = |content: &OutgoingContent| told(content).filter(|people| people[0] > 0);
        here.filter_map(|row| Some((row.key.origin.as_area()?, shown(&row.content)?))).collect()
    }

    fn idps_batch(&self, rows: &[&Idps<'_>], columns: usize) -> Result<RecordBatch, PublishError> {
        let (context, operation) = (&self.context, &self.operation);
        let mut batch = BatchBuilder::new(&IDPS, rows.len());
        batch.set_constant("operation", context.operation.unwrap_or_default())?;
        batch.set_constant("admin0Pcode", &self.iso3())?;
        batch.set_text("admin0Name", rows.iter().map(|row| row.host[0].and_then(label)))?;
        for level in [1, 2] {
            let host = rows.iter().map(|row| row.host[level]);
            batch.set_text(&format!("admin{level}Name"), host.clone().map(|own| own.and_then(label)))?;
            batch.set_text(&format!("admin{level}Pcode"), host.map(|own| own.map(|own| own.pcode.0.as_str())))?;
        }
        batch.set("adminLevel", Arc::new(rows.iter().map(|row| i32::from(row.level)).collect::<Int32Array>()));
        let date = context.reporting_date.date();
        batch.set_constant("reportingDate", &format!("{date}T00:00:00"))?;
        for (column, number) in [
            ("yearReportingDate", Some(i32::from(date.year()))),
            ("monthReportingDate", Some(i32::from(date.month()))),
            ("roundNumber", context.round_number),
        ] {
            batch.set(column, Arc::new(rows.iter().map(|_| number).collect::<Int32Array>()));
        }
        batch.set_constant("displacementReason", operation.reason.unwrap_or(NO_REASON))?;
        let name = |own: &'_ AreaEntry| label(own).map_or_else(|| own.pcode.0.clone(), str::to_owned);
        let names: Vec<String> =
            rows.iter().map(|row| row.origin.map_or_else(|| NOT_AVAILABLE.to_owned(), name)).collect();
        batch.set_text("idpOriginAdmin1Name", names.iter().map(|own| Some(own.as_str())))?;
        let code = |row: &&Idps<'_>| row.origin.map_or_else(|| NOT_AVAILABLE.to_owned(), |own| own.pcode.0.clone());
        let codes: Vec<String> = rows.iter().map(code).collect();
        batch.set_text("idpOriginAdmin1Pcode", codes.iter().map(|own| Some(own.as_str())))?;
        batch.set_constant("assessmentType", crate::SOURCE_METHOD)?;
        batch.set_constant("operationStatus", if operation.active { "Active" } else { "Inactive" })?;
        for (at, column) in ["numPresentIdpInd", "persons_low", "persons_high"].into_iter().enumerate() {
            batch.set_counts(column, rows.iter().map(|row| row.people.map(|own| own[at])));
        }
        batch.set_constant("cod_version", &context.areas.cod_version)?;
        batch.set_reasons(rows.iter().map(|row| row.reason.map(SuppressionReason::name)))?;
        batch.set_constant("source_method", crate::SOURCE_METHOD)?;
        IDPS.columns[columns..].iter().for_each(|column| batch.drop_column(column.name));
        batch.finish()
    }
}

/// The origins that a host is split by, and the rest: what is withheld, unknown, and the smallest origin that is shown,
/// or more of them where rounded parts exceed the rounded whole. The interval of the rest holds every case.
fn split(stock: People, mut origins: Vec<(AreaKey, People)>) -> (Vec<(AreaKey, People)>, People) {
    origins.sort_unstable_by_key(|&(key, people)| (Reverse(people[0]), key));
    let sum = |origins: &[(AreaKey, People)], at: usize| origins.iter().map(|own| own.1[at]).sum::<u64>();
    loop {
        origins.pop();
        if origins.is_empty() || sum(&origins, 0) < stock[0] {
            break;
        }
    }
    let estimate = stock[0] - sum(&origins, 0);
    let low = stock[1].saturating_sub(sum(&origins, 2)).min(estimate);
    let high = stock[2].saturating_sub(sum(&origins, 1)).max(estimate);
    (origins, [estimate, low, high])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins(of: &[(u32, People)]) -> Vec<(AreaKey, People)> {
        of.iter().map(|&(key, people)| (AreaKey(key), people)).collect()
    }

    #[test]
    fn the_smallest_origin_is_pooled_with_what_is_withheld() {
        let (split_by, rest) =
            split([1000, 900, 1100], origins(&[(0, [700, 650, 760]), (1, [60, 40, 90]), (2, [200, 180, 230])]));
        assert_eq!(split_by, origins(&[(0, [700, 650, 760]), (2, [200, 180, 230])]));
        // 1000 − 900; 900 − 990 is below 0; 1100 − 830.
        assert_eq!(rest, [100, 0, 270]);
    }

    #[test]
    fn one_origin_or_none_is_no_split() {
        assert_eq!(split([50, 40, 60], origins(&[(0, [40, 30, 50])])), (vec![], [50, 40, 60]));
        assert_eq!(split([50, 40, 60], vec![]), (vec![], [50, 40, 60]));
        assert_eq!(split([0, 0, 10], origins(&[(0, [10, 0, 20])])), (vec![], [0, 0, 10]));
    }

    #[test]
    fn rounded_parts_above_the_whole_are_pooled_until_something_is_left() {
        let (split_by, rest) =
            split([100, 90, 110], origins(&[(0, [50, 40, 60]), (1, [50, 40, 60]), (2, [50, 40, 60])]));
        assert_eq!(split_by, origins(&[(0, [50, 40, 60])]));
        assert_eq!(rest, [50, 30, 70]);
    }

    proptest::proptest! {
        /// Rows add up to the host, every estimate lies in its interval, and the rest holds an origin that is shown.
        #[test]
        fn rows_add_up(stock in 0_u64..500, parts in proptest::collection::vec(1_u64..200, 0..6)) {
            let given: Vec<_> = (0..).map(AreaKey).zip(parts.iter().map(|&n| [n, n / 2, n * 2])).collect();
            let (split_by, rest) = split([stock, stock / 2, stock * 2], given.clone());
            proptest::prop_assert_eq!(split_by.iter().map(|own| own.1[0]).sum::<u64>() + rest[0], stock);
            proptest::prop_assert!(rest[1] <= rest[0] && rest[0] <= rest[2]);
            proptest::prop_assert!(split_by.len() < given.len() || given.is_empty());
        }
    }
}
