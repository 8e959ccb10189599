//! Which area each H3 cell belongs to: a table, made of a boundary file or handed in.

use crate::columns::{Ids, Reader, for_each_batch, texts};
use crate::fault::{Checked, Fault};
use crate::h3_cells::{KnownCells, Said};
use crate::table::Table;
use arrow_array::{Array, ArrayRef, Int64Array, StringArray};
use hexodus_locate::{AreaColumns, H3Areas, read_areas};
use hexodus_model::{AreaKey, H3Cell, Level};
use pyo3::PyResult;
use pyo3_arrow::input::AnyRecordBatch;
use rustc_hash::FxHashMap;
use std::path::Path;
use std::sync::Arc;

/// The level with this name: `h3`, `adm1` to `adm9`.
pub fn level_of(name: &str) -> Checked<Level> {
    let number = name.strip_prefix("adm").and_then(|number| number.parse().ok());
    match (name, number) {
        ("h3", _) => Ok(Level::H3),
        (_, Some(number @ 1..=9)) => Ok(Level::Adm(number)),
        _ => Err(Fault::argument("level", "h3, or adm1, adm2 …", &format!("\"{name}\""))),
    }
}

/// The areas that a level needs, and none that it does not.
pub fn area_reader(level: Level, areas: Option<AnyRecordBatch>) -> PyResult<Option<Reader>> {
    match (level, areas) {
        (Level::H3, _) => Ok(None),
        (Level::Adm(_), Some(areas)) => Ok(Some(areas.into_reader()?)),
        (Level::Adm(_), None) => {
            Err(Fault::argument("areas", "a table of h3 and the P-codes of the level", "none").into())
        }
    }
}

/// The areas of one level.
#[derive(Default)]
pub struct Areas {
    /// P-codes, ascending; the position is the key.
    pub codes: Vec<String>,
    of: FxHashMap<H3Cell, AreaKey>,
}

impl Areas {
    /// Reads `h3` and the column of P-codes that has the name of the level; null = in no area.
    pub fn read(reader: Reader, level: &str) -> Checked<Self> {
        let (mut known, mut seen): (FxHashMap<H3Cell, String>, _) = (FxHashMap::default(), KnownCells::default());
        for_each_batch(reader, |batch, first| {
            let (cells, codes) = (Ids::read(batch, "h3")?, texts(batch, level)?);
            for row in 0..batch.num_rows() {
                let fault = |expected, found| Fault::row("h3", first + row as u64, expected, found);
                let Said::Cell(h3) = seen.of_row(&cells, row) else {
                    return Err(fault("an H3 cell of resolution 8", "something else"));
                };
                if codes.is_null(row) {
                    continue;
                }
                let code = codes.value(row);
                if code.is_empty() || code.starts_with('_') {
                    return Err(Fault::row(level, first + row as u64, "a P-code", &format!("\"{code}\"")));
                }
                if known.insert(h3, code.to_owned()).is_some_and(|before| before != code) {
                    return Err(fault("every H3 cell in one area", "one in two"));
                }
            }
            Ok(())
        })?;
        let mut codes: Vec<String> = known.values().cloned().collect();
        codes.sort_unstable();
        codes.dedup();
        let key = |code: &String| AreaKey(codes.partition_point(|own| own < code) as u32);
        Ok(Self { of: known.iter().map(|(&h3, code)| (h3, key(code))).collect(), codes })
    }

    /// The area of an H3 cell.
    pub fn of(&self, h3: H3Cell) -> Option<AreaKey> {
        self.of.get(&h3).copied()
    }
}

/// The table of a boundary file: `h3`, and a column of P-codes for each level, `adm1` and deeper. Ascending by H3 cell.
pub fn area_table(path: &Path, columns: &AreaColumns) -> Checked<Table> {
    let layer = read_areas(path, columns).map_err(|error| Fault(error.to_string()))?;
    let tiling = H3Areas::tile(&layer).map_err(|error| Fault(error.to_string()))?;
    let deepest = layer.tree.deepest();
    let h3 = Int64Array::from_iter_values(tiling.iter().map(|own| own.0.index().cast_signed()));
    let names: Vec<String> = (1..=deepest).map(|level| format!("adm{level}")).collect();
    let mut arrays: Vec<(&str, ArrayRef)> = vec![("h3", Arc::new(h3))];
    for (name, level) in names.iter().zip(1..) {
        let code = |area: AreaKey| {
            let area = layer.tree.ancestor(deepest, area, level)?;
            Some(layer.tree.entry(level, area)?.pcode.0.as_str())
        };
        let codes: StringArray = tiling.iter().map(|own| code(own.1)).collect();
        arrays.push((name, Arc::new(codes)));
    }
    Table::new(arrays, &names.iter().map(String::as_str).collect::<Vec<_>>())
}
