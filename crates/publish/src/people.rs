//! `people_<level>`, `people_from_<level>`, `people_at_<level>`, `people_all_<level>`: displaced people, from where, and
//! where they are.

use crate::batch::BatchBuilder;
use crate::context::ReleaseContext;
use crate::crisis_start::{set_day_and_phase, start};
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use crate::people_layout::PEOPLE;
use arrow_array::{BooleanArray, Float64Array};
use hexodus_model::{LocalDay, PeopleOf, UnitKey};
use hexodus_release::{
    PeopleContent, PeopleFigures, PeopleTable, PeopleTableKind, Released, RowPolicy, SuppressionReason,
};
use std::sync::Arc;

/// Encodes released people of a crisis. `phase` names the phase of a day.
///
/// # Errors
/// [`PublishError::WrongTable`] on the grid, [`PublishError::UnknownUnit`] for an area that the context's area tree does
/// not hold.
pub fn encode_people(
    table: &Released<PeopleTable>,
    context: &ReleaseContext<'_>,
    phase: &dyn Fn(LocalDay) -> Option<String>,
) -> Result<EncodedTable, PublishError> {
    let kind = match table.kind {
        PeopleTableKind::Pairs => "people",
        PeopleTableKind::From => "people_from",
        PeopleTableKind::At => "people_at",
        PeopleTableKind::All => "people_all",
    };
    let name = format!("{kind}_{}", table.level);
    let mut batch = BatchBuilder::new(&PEOPLE, table.rows.len());
    let units = start(&mut batch, (&name, table.level), context)?;
    set_day_and_phase(&mut batch, table.rows.iter().map(|row| row.day), phase)?;
    units.set_ids_or_null(&mut batch, "origin_id", table.rows.iter().map(|row| origin(row.of)))?;
    units.set_ids_or_null(&mut batch, "host_id", table.rows.iter().map(|row| host(row.of)))?;
    set_figures(&mut batch, table)?;
    batch.set_reasons(table.rows.iter().map(|row| row.content.reason().map(SuppressionReason::name)))?;
    let row_policy = Some(RowPolicy::Sparse);
    Ok(EncodedTable { row_policy, ..EncodedTable::new(table, name, table.threshold, batch.finish()?) })
}

fn set_figures(batch: &mut BatchBuilder, table: &PeopleTable) -> Result<(), PublishError> {
    /// A column, and how it is taken from the figures.
    type Filled = (&'static str, fn(&PeopleFigures) -> Option<f64>);
    let figures = || table.rows.iter().map(|row| row.content.figures());
    let people: [Filled; 8] = [
        ("people", |own| Some(own.estimate)),
        ("people_low", |own| Some(own.interval[0])),
        ("people_high", |own| Some(own.interval[1])),
        ("people_normal", |own| own.normal),
        ("people_uncorrected", |own| Some(own.uncorrected)),
        ("people_by_stayers", |own| own.by_stayers),
        ("people_at_least", |own| Some(own.bounds[0])),
        ("people_at_most", |own| Some(own.bounds[1])),
    ];
    for (column, figure) in people {
        let whole = figures().map(|own| own.and_then(figure).map(f64::round));
        batch.set(column, Arc::new(whole.collect::<Float64Array>()));
    }
    let variances: [Filled; 3] = [
        ("variance_sampling", |own| Some(own.variances[0])),
        ("variance_population", |own| Some(own.variances[1])),
        ("variance_states", |own| Some(own.variances[2])),
    ];
    for (column, figure) in variances {
        batch.set(column, Arc::new(figures().map(|own| own.and_then(figure)).collect::<Float64Array>()));
    }
    batch.set_text("interval_method", figures().map(|own| own.map(|own| own.method)))?;
    batch.set("provisional", Arc::new(figures().map(|own| own.map(|own| own.provisional)).collect::<BooleanArray>()));
    batch.set_text(
        "qa_flags",
        table.rows.iter().map(|row| match &row.content {
            PeopleContent::Figures(figures) => figures.remark,
            PeopleContent::Withheld(_) => None,
            PeopleContent::Missing(why) => Some(*why),
        }),
    )
}

const fn origin(of: PeopleOf) -> Option<UnitKey> {
    match of {
        PeopleOf::From(origin) => Some(origin),
        PeopleOf::Pair(pair) => Some(pair.origin),
        PeopleOf::At(_) | PeopleOf::Everywhere => None,
    }
}

const fn host(of: PeopleOf) -> Option<UnitKey> {
    match of {
        PeopleOf::At(host) => Some(host),
        PeopleOf::Pair(pair) => Some(pair.host),
        PeopleOf::From(_) | PeopleOf::Everywhere => None,
    }
}
