//! The reference population as a file (formats §1.5): COD-PS, any table by P-code, or by H3 cell as Kontur has it. CSV
//! or Parquet.

mod bands;
mod h3_text;
mod tidy;

pub use bands::{BandFault, BandWarning};
pub use tidy::ClassWarning;

pub(crate) use h3_text::read_h3;

use crate::error::{FileFault, IngestError};
use crate::shape::shape_of;
use crate::table_file::Table;
use bands::Bands;
use hexodus_model::{Pcode, PopulationFigures};
use serde::{Deserialize, Serialize};
use std::path::Path;
use tidy::Tidy;

/// `[population.columns]`: names where the table is neither a COD-PS nor one by H3 cell. Matched whatever their case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct PopulationColumns {
    /// Column of P-codes, of the deepest level of `[areas]`. Else `ADMn_PCODE` of that level, or `h3`.
    pub id_col: Option<String>,
    /// Column of H3 cells, where the table has no P-codes. Else `h3`.
    pub h3_col: Option<String>,
    /// Column of people. Else `T_TL`, or `population` where the table is by H3 cell.
    pub total_col: Option<String>,
    /// Column of sexes, where the table has a row a P-code and class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex_col: Option<String>,
    /// Column of age groups, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_col: Option<String>,
    /// Column of urban and rural, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urban_col: Option<String>,
}

impl PopulationColumns {
    /// Whether the table has a row a P-code and class.
    pub const fn is_by_class(&self) -> bool {
        self.sex_col.is_some() || self.age_col.is_some() || self.urban_col.is_some()
    }
}

/// What was read of a population.
#[derive(Clone, Debug, PartialEq)]
pub struct PopulationFile {
    /// The figures.
    pub figures: PopulationFigures,
    /// Rows of places whose figure is left empty: no figure, which is not nobody.
    pub empty: u64,
    /// Urban and rural people by P-code, of any level, where they are stated; ascending.
    pub urban: Vec<(Pcode, [f64; 2])>,
    /// Classes that do not add up.
    pub class_warning: Option<ClassWarning>,
    /// Ages and sexes that do not add up.
    pub warnings: Vec<BandWarning>,
    /// Digest of the file.
    pub digest: String,
}

/// More people than this are in no place, nor on earth: such a number is another column's.
const MOST_PEOPLE: f64 = 1e10;

/// Reads the population of areas of `level`, the deepest there is.
///
/// # Errors
/// [`IngestError::Population`] with row and column: a file that cannot be read, a column that is missing, a row of more
/// or fewer fields than the header, a place twice or without name, a figure that is no number of people, an H3 cell of
/// another resolution than 8, no figure at all.
pub fn read_population(path: &Path, columns: &PopulationColumns, level: u8) -> Result<PopulationFile, IngestError> {
    read(path, columns, level).map_err(IngestError::Population)
}

fn read(path: &Path, columns: &PopulationColumns, level: u8) -> Result<PopulationFile, FileFault> {
    let (digest, _) = crate::digest::digest_file(path)
        .map_err(|error| FileFault::of_file(path, "a readable file", error.to_string()))?;
    let table = Table::read(path, "a population table")?;
    let layout = Layout::of(path, &table, columns, level)?;
    let mut bands = Bands::of(&table);
    let mut tidy = layout.classes.map(Tidy::new);
    let (mut rows, mut empty) = (Vec::with_capacity(table.rows.len()), 0);
    for (row, number) in table.rows.iter().zip(2..) {
        if is_no_record(row, number) {
            continue;
        }
        layout.check_width(row, number, table.names.len())?;
        let place = row.get(layout.place).map_or("", String::as_str);
        if place.is_empty() {
            return Err(layout.fault(layout.place, number, "the name of a place", "an empty field"));
        }
        match (layout.people(row, number)?, &mut tidy) {
            (Some(people), None) => rows.push((place, number, people)),
            (Some(people), Some(tidy)) => {
                let fault = |column: Option<usize>, expected: &str, found: &str| {
                    layout.fault(column.unwrap_or(layout.place), number, expected, found)
                };
                tidy.add((place, number, people), row, fault)?;
            }
            (None, _) => empty += 1,
        }
        if !layout.is_by_h3 && tidy.is_none() {
            bands.check(row, number);
        }
    }
    let by_class = tidy.map(Tidy::finish).unwrap_or_default();
    if rows.is_empty() && by_class.totals.is_empty() {
        return Err(FileFault::of_file(path, "rows with a number of people", "none"));
    }
    let figures =
        if by_class.totals.is_empty() { layout.figures(&rows)? } else { PopulationFigures::ByPcode(by_class.totals) };
    let (urban, class_warning) = (by_class.urban, by_class.warning);
    Ok(PopulationFile { figures, empty, urban, class_warning, warnings: bands.into_warnings(), digest })
}

/// A row of nothing but blanks, or a second header (HXL).
fn is_no_record(row: &[String], number: u64) -> bool {
    let mut fields = row.iter().filter(|field| !field.is_empty()).peekable();
    fields.peek().is_none() || number == 2 && fields.all(|field| field.starts_with('#'))
}

/// Which columns hold place and people.
struct Layout<'a> {
    path: &'a Path,
    names: &'a [String],
    place: usize,
    people: usize,
    is_by_h3: bool,
    /// Sex, age, urban, where the table has a row a P-code and class.
    classes: Option<[Option<usize>; 3]>,
    /// A deeper level than that of the areas, of which the table has P-codes too.
    deeper: Option<u8>,
}

impl<'a> Layout<'a> {
    fn of(path: &'a Path, table: &'a Table, columns: &PopulationColumns, level: u8) -> Result<Self, FileFault> {
        let no_column = |expected: String| {
            FileFault::of_file(path, expected, format!("columns {}", table.names.join(", "))).at_row(1)
        };
        let named = |name: &String, key: &str| {
            let missing = || no_column(format!("a column `{name}` ({key} of [population.columns])"));
            table.column(name).ok_or_else(missing)
        };
        let level_of = |name: &String| level_of_code_column(name);
        let codes = table.names.iter().position(|name| level_of(name) == Some(level));
        let h3 = table.column("h3").filter(|_| table.names.iter().all(|name| level_of(name).is_none()));
        let (place, is_by_h3) = match (&columns.id_col, &columns.h3_col, codes, h3) {
            (Some(name), ..) => (named(name, "id_col")?, false),
            (None, Some(name), ..) => (named(name, "h3_col")?, true),
            (None, None, Some(codes), _) => (codes, false),
            (None, None, None, Some(h3)) => (h3, true),
            (None, None, None, None) => {
                let expected =
                    format!("a column ADM{level}_PCODE (the level of [areas]) or h3, or [population.columns]");
                return Err(no_column(format!("{expected} id_col")));
            }
        };
        let usual = if is_by_h3 { "population" } else { "T_TL" };
        let people = match &columns.total_col {
            Some(name) => named(name, "total_col")?,
            None => table
                .column(usual)
                .ok_or_else(|| no_column(format!("a column `{usual}` of people, or [population.columns] total_col")))?,
        };
        let deeper = table.names.iter().filter_map(level_of).max().filter(|&deepest| deepest > level);
        let class = |name: &Option<String>, key: &str| name.as_ref().map(|name| named(name, key)).transpose();
        let classes = [
            class(&columns.sex_col, "sex_col")?,
            class(&columns.age_col, "age_col")?,
            class(&columns.urban_col, "urban_col")?,
        ];
        let classes = columns.is_by_class().then_some(classes);
        Ok(Self { path, names: &table.names, place, people, is_by_h3, classes, deeper })
    }

    fn fault(&self, column: usize, row: u64, expected: &str, found: &str) -> FileFault {
        FileFault::of_file(self.path, expected, found).at_row(row).at_column(&self.names[column])
    }

    /// A thousands separator without quotes looks like a further field, and would be read as a thousandth.
    fn check_width(&self, row: &[String], number: u64, wide: usize) -> Result<(), FileFault> {
        let filled = row.iter().rposition(|field| !field.is_empty()).map_or(0, |last| last + 1);
        if row.len() < wide || filled > wide {
            let expected = format!("{wide} fields as in the header (numbers without thousands separators)");
            return Err(FileFault::of_file(self.path, expected, row.len().to_string()).at_row(number));
        }
        Ok(())
    }

    /// `None` where nothing is written.
    fn people(&self, row: &[String], number: u64) -> Result<Option<f64>, FileFault> {
        let text = row.get(self.people).map_or("", String::as_str);
        let fault = |expected: &str| self.fault(self.people, number, expected, &shape_of(text.as_bytes()));
        if text.is_empty() {
            return Ok(None);
        }
        if text.contains([',', ' ', '\'', '’', '_', '\u{a0}', '\u{2009}', '\u{202f}']) {
            return Err(fault("a number without thousands separators, its decimals after a point"));
        }
        match text.parse::<f64>() {
            Ok(people) if (0.0..=MOST_PEOPLE).contains(&people) => Ok(Some(people.abs())),
            _ => Err(fault("a number of people from 0 to 10000000000")),
        }
    }

    fn figures(&self, rows: &[(&str, u64, f64)]) -> Result<PopulationFigures, FileFault> {
        if !self.is_by_h3 {
            let keyed = rows.iter().map(|&(code, number, people)| (Pcode(code.to_owned()), number, people)).collect();
            return Ok(PopulationFigures::ByPcode(self.each_once(keyed)?));
        }
        let keyed = rows.iter().map(|&(text, number, people)| {
            let fault = |found: String| self.fault(self.place, number, "an H3 cell of resolution 8", &found);
            Ok((read_h3(text).map_err(fault)?, number, people))
        });
        Ok(PopulationFigures::ByH3(self.each_once(keyed.collect::<Result<_, FileFault>>()?)?))
    }

    /// Ascending by place.
    fn each_once<K: Ord + std::fmt::Display>(&self, mut rows: Vec<(K, u64, f64)>) -> Result<Vec<(K, f64)>, FileFault> {
        rows.sort_by(|left, right| left.0.cmp(&right.0).then(left.1.cmp(&right.1)));
        let again = rows.windows(2).filter(|pair| pair[0].0 == pair[1].0).min_by_key(|pair| pair[1].1);
        if let Some([(place, first, _), (_, number, _)]) = again {
            let hint =
                self.deeper.map(|level| format!("; the rows are of level {level}: give the table of that of [areas]"));
            let found = format!("{place} again (first in row {first}){}", hint.unwrap_or_default());
            return Err(self.fault(self.place, *number, "each place once", &found));
        }
        Ok(rows.into_iter().map(|(place, _, people)| (place, people)).collect())
    }
}

/// The level of `ADM2_PCODE`, `adm2_pcode`, `admin2Pcod`.
fn level_of_code_column(name: &str) -> Option<u8> {
    let name = name.to_ascii_lowercase();
    let rest = name.strip_prefix("admin").or_else(|| name.strip_prefix("adm"))?;
    let level = rest.chars().next()?.to_digit(10)?;
    matches!(rest.get(1..)?, "_pcode" | "pcode" | "pcod").then_some(level as u8)
}

#[cfg(test)]
mod tests;
