//! `indicators_admin` of a release: the figures that left, and what follows from them (formats §4.6).

use crate::batch::BatchBuilder;
use crate::context::ReleaseContext;
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use crate::flows::set_operation;
use crate::indicators_layout::INDICATORS;
use crate::outgoing::{people, remark, told};
use crate::residents::{ReferencePopulation, residents};
use crate::units::label;
use arrow_array::{Int32Array, Int64Array};
use hexodus_model::{LocalDay, Period, UnitKey};
use hexodus_release::outgoing::{FigureKey, OutgoingFigures, OutgoingRow, Side};
use hexodus_release::{Released, SuppressionReason};
use std::sync::Arc;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Indicator {
    /// The id, which begins with its category.
    pub(crate) id: &'static str,
    /// Which people of an area are told of.
    pub(crate) side: Side,
    /// Level and area; `None` of the country.
    pub(crate) area: Option<(u8, UnitKey)>,
    /// First and last day.
    pub(crate) period: [LocalDay; 2],
    /// The figure; `None` where there is none.
    pub(crate) value: Option<i64>,
    /// Its interval; counts of subscribers have none.
    pub(crate) interval: Option<[i64; 2]>,
    /// Why it is withheld.
    pub(crate) reason: Option<SuppressionReason>,
    /// What is special about it, or why there is none.
    pub(crate) remarks: Vec<&'static str>,
}

impl Indicator {
    fn of(row: &OutgoingRow<FigureKey>) -> Self {
        let FigureKey { figure, level, area } = row.key;
        let Period { first, last } = row.period;
        Self {
            id: figure.id(),
            side: figure.side(),
            area: level.zip(area),
            period: if figure.is_of_period() { [first, last] } else { [last, last] },
            value: told(&row.content).map(|own| own[0] as i64),
            interval: people(&row.content).map(|own| [own[1], own[2]].map(|end| end as i64)),
            reason: row.content.reason(),
            remarks: remark(&row.content).into_iter().collect(),
        }
    }

    fn category(&self) -> &'static str {
        self.id.split_once('.').map_or(self.id, |own| own.0)
    }
}

/// Encodes the figures of areas and of the country, and the residents that follow from them and from a population.
///
/// # Errors
/// [`PublishError::UnknownUnit`] for an area that the context's area tree does not hold.
pub fn encode_outgoing_figures(
    figures: &Released<OutgoingFigures>,
    context: &ReleaseContext<'_>,
    population: ReferencePopulation<'_>,
) -> Result<EncodedTable, PublishError> {
    let mut rows: Vec<Indicator> = figures.rows.iter().map(Indicator::of).collect();
    // Their ids sort after those of the displaced.
    rows.extend(residents(figures, population));
    let mut batch = BatchBuilder::new(&INDICATORS, rows.len());
    set_operation(&mut batch, rows.iter().map(|row| row.period), context)?;
    batch.set_text("category", rows.iter().map(|row| Some(row.category())))?;
    batch.set_text("indicator", rows.iter().map(|row| Some(row.id)))?;
    let side = |row: &Indicator| match row.side {
        Side::Host => "host",
        Side::Origin => "origin",
    };
    batch.set_text("side", rows.iter().map(|row| Some(side(row))))?;
    let level = |row: &Indicator| row.area.map_or(0, |own| i32::from(own.0));
    batch.set("adm_level", Arc::new(rows.iter().map(level).collect::<Int32Array>()));
    batch.set_constant("cod_version", &context.areas.cod_version)?;
    let ids: Vec<(&str, Option<&str>)> =
        rows.iter().map(|row| id_and_name(row.area, context)).collect::<Result<_, _>>()?;
    batch.set_text("area_id", ids.iter().map(|own| Some(own.0)))?;
    batch.set_text("area_name", ids.iter().map(|own| own.1))?;
    batch.set_constant("unit", figures.unit.name())?;
    let mut set = |column: &str, number: fn(&Indicator) -> Option<i64>| {
        batch.set(column, Arc::new(rows.iter().map(number).collect::<Int64Array>()));
    };
    set("value", |row| row.value);
    set("value_low", |row| Some(row.interval?[0]));
    set("value_high", |row| Some(row.interval?[1]));
    batch.set_reasons(rows.iter().map(|row| row.reason.map(SuppressionReason::name)))?;
    let remarks: Vec<String> = rows.iter().map(|row| row.remarks.join(";")).collect();
    batch.set_text("qa_flags", remarks.iter().map(|own| Some(own.as_str()).filter(|own| !own.is_empty())))?;
    batch.set_constant("source_method", crate::SOURCE_METHOD)?;
    let table = EncodedTable::new(figures, INDICATORS.name.into(), figures.threshold, batch.finish()?);
    Ok(EncodedTable { row_policy: Some(figures.row_policy), key: INDICATORS.key, ..table })
}

/// Id and name of an area, of a reserved value, or of the country.
fn id_and_name<'a>(
    area: Option<(u8, UnitKey)>,
    context: &ReleaseContext<'a>,
) -> Result<(&'a str, Option<&'a str>), PublishError> {
    let Some((level, unit)) = area else {
        let country = context.areas.level(0).first();
        return Ok((country.map_or("_ALL", |own| own.pcode.0.as_str()), country.and_then(label)));
    };
    let unknown = || PublishError::UnknownUnit { table: INDICATORS.name.into(), bits: unit.bits() };
    let code = context.areas.code(level, unit).ok_or_else(unknown)?;
    let entry = unit.as_area().and_then(|key| context.areas.entry(level, key));
    Ok((code, entry.and_then(label)))
}
