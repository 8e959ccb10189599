//! What leaves by home and host: `flows_<level>__stock_displaced` of a release (formats §4.2).

use crate::batch::BatchBuilder;
use crate::context::ReleaseContext;
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use crate::flows::{set_areas, set_operation};
use crate::flows_layout::FLOWS_ADM;
use crate::units::Units;
use hexodus_model::{Definition, Level};
use hexodus_release::outgoing::{OutgoingContent, OutgoingFlows};
use hexodus_release::{Released, SuppressionReason};

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

/// `suppressed`, `suppression_reason`, `qa_flags` and `source_method`.
fn set_remarks<'a>(
    batch: &mut BatchBuilder,
    contents: impl Iterator<Item = &'a OutgoingContent> + Clone,
) -> Result<(), PublishError> {
    batch.set_reasons(contents.clone().map(|own| own.reason().map(SuppressionReason::name)))?;
    batch.set_text("qa_flags", contents.map(remark))?;
    batch.set_constant("source_method", crate::SOURCE_METHOD)
}

/// What is special about a number, or why there is none.
pub(crate) const fn remark(content: &OutgoingContent) -> Option<&'static str> {
    match *content {
        OutgoingContent::People { remark, .. } => remark,
        OutgoingContent::Missing(why) => Some(why),
        OutgoingContent::Subscribers(_) | OutgoingContent::Withheld(_) => None,
    }
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
