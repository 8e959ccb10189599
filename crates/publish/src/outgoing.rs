//! What leaves: `flows_<level>__stock_displaced` and `indicators_admin` of a release (formats §4.2, §4.6).

use crate::batch::BatchBuilder;
use crate::context::ReleaseContext;
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use crate::flows::{set_areas, set_operation};
use crate::flows_layout::FLOWS_ADM;
use crate::indicators_layout::INDICATORS;
use crate::units::{Units, label};
use arrow_array::Int32Array;
use hexodus_model::{Definition, Level, Period};
use hexodus_release::outgoing::{FigureKey, OutgoingContent, OutgoingFigures, OutgoingFlows, OutgoingRow, Side};
use hexodus_release::{Released, SuppressionReason};
use std::sync::Arc;

/// Encodes the displaced by home and host: the table of the same name of a run, of released days only, with the reason that
/// the operator of the crisis gives.
///
/// # Errors
/// [`PublishError::WrongTable`] on the grid, [`PublishError::UnknownUnit`] for an area that the context's area tree does
/// not hold.
pub fn encode_outgoing_flows(
    flows: &Released<OutgoingFlows>,
    context: &ReleaseContext<'_>,
    displacement_reason: Option<&str>,
) -> Result<EncodedTable, PublishError> {
    let definition = Definition::StockDisplaced.id();
    let name = format!("flows_{}__{definition}", flows.level);
    let Level::Adm(level @ 1..=3) = flows.level else {
        return Err(PublishError::WrongTable { expected: FLOWS_ADM.name, found: name });
    };
    let units = Units { table: &name, level: flows.level, areas: context.areas };
    let mut batch = BatchBuilder::new(&FLOWS_ADM, flows.rows.len());
    // A stock is of a day, the last of the period.
    set_operation(&mut batch, flows.rows.iter().map(|row| [row.period.last; 2]), context)?;
    batch.set_constant("definition", definition)?;
    set_areas(&mut batch, &flows.rows.iter().map(|row| row.key), units, level)?;
    batch.set_constant("population_group", "IDP")?;
    batch.set_constant("measure", "stock")?;
    if let Some(reason) = displacement_reason {
        batch.set_constant("displacement_reason", reason)?;
    }
    let contents = || flows.rows.iter().map(|row| &row.content);
    batch.set_counts("subscribers_published", contents().map(subscribers));
    for (at, column) in ["persons_est", "persons_low", "persons_high"].into_iter().enumerate() {
        batch.set_counts(column, contents().map(move |own| people(own).map(|own| own[at])));
    }
    set_remarks(&mut batch, contents())?;
    let row_policy = Some(flows.row_policy);
    let table = EncodedTable::new(flows, name, flows.threshold, batch.finish()?);
    Ok(EncodedTable { definition: Some(definition), row_policy, key: FLOWS_ADM.key, ..table })
}

/// Encodes the figures of areas and of the country: `indicators_admin`.
///
/// # Errors
/// [`PublishError::UnknownUnit`] for an area that the context's area tree does not hold.
pub fn encode_outgoing_figures(
    figures: &Released<OutgoingFigures>,
    context: &ReleaseContext<'_>,
) -> Result<EncodedTable, PublishError> {
    let rows = &figures.rows;
    let mut batch = BatchBuilder::new(&INDICATORS, rows.len());
    set_operation(&mut batch, rows.iter().map(told_period), context)?;
    batch.set_constant("category", "displacement")?;
    batch.set_text("indicator", rows.iter().map(|row| Some(row.key.figure.id())))?;
    let side = |row: &OutgoingRow<FigureKey>| match row.key.figure.side() {
        Side::Host => "host",
        Side::Origin => "origin",
    };
    batch.set_text("side", rows.iter().map(|row| Some(side(row))))?;
    let level = |row: &OutgoingRow<FigureKey>| i32::from(row.key.level.unwrap_or(0));
    batch.set("adm_level", Arc::new(rows.iter().map(level).collect::<Int32Array>()));
    batch.set_constant("cod_version", &context.areas.cod_version)?;
    let ids: Vec<(String, Option<String>)> =
        rows.iter().map(|row| area_id(row.key, context)).collect::<Result<_, _>>()?;
    batch.set_text("area_id", ids.iter().map(|own| Some(own.0.as_str())))?;
    batch.set_text("area_name", ids.iter().map(|own| own.1.as_deref()))?;
    batch.set_constant("unit", figures.unit.name())?;
    batch.set_counts("value", rows.iter().map(|row| told(&row.content).map(|own| own[0])));
    for (at, column) in [(1, "value_low"), (2, "value_high")] {
        batch.set_counts(column, rows.iter().map(|row| people(&row.content).map(|own| own[at])));
    }
    set_remarks(&mut batch, rows.iter().map(|row| &row.content))?;
    let table = EncodedTable::new(figures, INDICATORS.name.into(), figures.threshold, batch.finish()?);
    Ok(EncodedTable { row_policy: Some(figures.row_policy), key: INDICATORS.key, ..table })
}

/// The days a figure is of: those of the period, or its last.
fn told_period(row: &OutgoingRow<FigureKey>) -> [hexodus_model::LocalDay; 2] {
    let Period { first, last } = row.period;
    if row.key.figure.is_of_period() { [first, last] } else { [last, last] }
}

/// Id and name of an area, of a reserved value, or of the country.
fn area_id(key: FigureKey, context: &ReleaseContext<'_>) -> Result<(String, Option<String>), PublishError> {
    let Some((level, unit)) = key.level.zip(key.area) else {
        let country = context.areas.level(0).first();
        let name = country.and_then(label).map(str::to_owned);
        return Ok((country.map_or_else(|| "_ALL".into(), |own| own.pcode.0.clone()), name));
    };
    let unknown = || PublishError::UnknownUnit { table: INDICATORS.name.into(), bits: unit.bits() };
    let code = context.areas.code(level, unit).ok_or_else(unknown)?;
    let area = unit.as_area().and_then(|key| context.areas.entry(level, key));
    Ok((code.to_owned(), area.and_then(label).map(str::to_owned)))
}

/// `suppressed`, `suppression_reason`, `qa_flags` and `source_method`.
fn set_remarks<'a>(
    batch: &mut BatchBuilder,
    contents: impl Iterator<Item = &'a OutgoingContent> + Clone,
) -> Result<(), PublishError> {
    batch.set_reasons(contents.clone().map(|own| own.reason().map(SuppressionReason::name)))?;
    batch.set_text(
        "qa_flags",
        contents.map(|own| match *own {
            OutgoingContent::People { remark, .. } => remark,
            OutgoingContent::Missing(why) => Some(why),
            OutgoingContent::Subscribers(_) | OutgoingContent::Withheld(_) => None,
        }),
    )?;
    batch.set_constant("source_method", crate::SOURCE_METHOD)
}

const fn subscribers(content: &OutgoingContent) -> Option<u64> {
    if let OutgoingContent::Subscribers(count) = *content { Some(count) } else { None }
}

pub(crate) const fn people(content: &OutgoingContent) -> Option<[u64; 3]> {
    if let OutgoingContent::People { people, .. } = *content { Some(people) } else { None }
}

/// The number that is told, with its interval; a count of subscribers has none.
pub(crate) fn told(content: &OutgoingContent) -> Option<[u64; 3]> {
    people(content).or_else(|| subscribers(content).map(|count| [count; 3]))
}
