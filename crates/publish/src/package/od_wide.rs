//! `od_wide_<level>__stock_displaced_IDP`: homes down, hosts across, for a spreadsheet (formats §4.9).

use super::Package;
use crate::encoded::{EncodedTable, Forms};
use crate::error::PublishError;
use crate::outgoing::told;
use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use hexodus_model::{AreaKey, Definition, Level, UnitKey};
use hexodus_release::Released;
use hexodus_release::outgoing::OutgoingFlows;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl Package<'_> {
    /// The last released day. Blank = withheld, absent or zero; no totals, which would tell what is withheld.
    pub(super) fn od_wide(&self, flows: &Released<OutgoingFlows>) -> Result<EncodedTable, PublishError> {
        let definition = Definition::StockDisplaced.id();
        let name = format!("od_wide_{}__{definition}_IDP", flows.level);
        let Level::Adm(level) = flows.level else {
            return Err(PublishError::WrongTable { expected: "od_wide_<level>", found: name });
        };
        let last = || flows.rows.iter().filter(|row| row.period.last == self.context.reporting_date);
        // Every area, and the reserved values in use; both ascend by code in the order of keys.
        let areas = (0..self.context.areas.level(level).len()).map(|key| UnitKey::area(AreaKey(key as u32)));
        let reserved = last().flat_map(|row| [row.key.origin, row.key.destination]);
        let units: BTreeSet<UnitKey> = areas.chain(reserved).collect();
        let code = |unit: &UnitKey| {
            let code = self.context.areas.code(level, *unit);
            code.ok_or_else(|| PublishError::UnknownUnit { table: name.clone(), bits: unit.bits() })
        };
        let codes: Vec<&str> = units.iter().map(code).collect::<Result<_, _>>()?;
        let shown: BTreeMap<(UnitKey, UnitKey), u64> = last()
            .filter_map(|row| Some(((row.key.origin, row.key.destination), told(&row.content)?[0])))
            .filter(|own| own.1 > 0)
            .collect();
        let note = |text: &str| [("description".to_owned(), text.to_owned())].into();
        let mut fields =
            vec![Field::new("origin_pcode", DataType::Utf8, false).with_metadata(note("P-code of the area of home"))];
        let mut columns: Vec<ArrayRef> = vec![Arc::new(StringArray::from_iter_values(&codes))];
        for (host, code) in units.iter().zip(&codes) {
            fields
                .push(Field::new(*code, DataType::Int64, true).with_metadata(note("Displaced in this area, by home")));
            let cells = units.iter().map(|origin| shown.get(&(*origin, *host)).map(|&count| count as i64));
            columns.push(Arc::new(cells.collect::<Int64Array>()));
        }
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?;
        let table = EncodedTable::new(flows, name, flows.threshold, batch);
        let forms = Forms::CsvOnly { byte_order_mark: false };
        Ok(EncodedTable { definition: Some(definition), key: &["origin_pcode"], forms, ..table })
    }
}
