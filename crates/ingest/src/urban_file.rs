//! Which H3 cells are urban, as a file: `h3`, and `urban` where rural ones are listed, too. CSV or Parquet.

use crate::error::{FileFault, IngestError};
use crate::population_file::read_h3;
use crate::shape::shape_of;
use crate::table_file::Table;
use hexodus_model::H3Cell;
use std::collections::BTreeSet;
use std::path::Path;

/// What was read of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrbanFile {
    /// H3 cells of resolution 8 that are urban; all others are rural.
    pub urban: BTreeSet<H3Cell>,
    /// Digest of the file.
    pub digest: String,
}

/// Reads it.
///
/// # Errors
/// [`IngestError::Urban`] with row and column: a file that cannot be read, no column `h3`, an H3 cell of another resolution
/// than 8 or twice, a class that is neither, no urban one at all.
pub fn read_urban(path: &Path) -> Result<UrbanFile, IngestError> {
    read(path).map_err(IngestError::Urban)
}

fn read(path: &Path) -> Result<UrbanFile, FileFault> {
    let (digest, _) = crate::digest::digest_file(path)
        .map_err(|error| FileFault::of_file(path, "a readable file", error.to_string()))?;
    let table = Table::read(path, "a table of urban H3 cells")?;
    let missing = || FileFault::of_file(path, "a column `h3`", format!("columns {}", table.names.join(", "))).at_row(1);
    let h3 = table.column("h3").ok_or_else(missing)?;
    let class = table.column("urban");
    let (mut seen, mut urban) = (BTreeSet::new(), BTreeSet::new());
    for (row, number) in table.rows.iter().zip(2..).filter(|(row, _)| row.iter().any(|field| !field.is_empty())) {
        let field = |at: usize| row.get(at).map_or("", String::as_str);
        let fault = |at: usize, expected: &str, found: &str| {
            FileFault::of_file(path, expected, found).at_row(number).at_column(&table.names[at])
        };
        let own = read_h3(field(h3)).map_err(|found| fault(h3, "an H3 cell of resolution 8", &found))?;
        if !seen.insert(own) {
            return Err(fault(h3, "each H3 cell once", &format!("{own} again")));
        }
        let is_urban = match class.map(|at| (at, field(at).to_lowercase())) {
            None => true,
            Some((at, text)) => match text.as_str() {
                "urban" | "u" | "1" | "true" | "yes" => true,
                "rural" | "r" | "0" | "false" | "no" => false,
                _ => return Err(fault(at, "urban or rural", &shape_of(text.as_bytes()))),
            },
        };
        if is_urban {
            urban.insert(own);
        }
    }
    if urban.is_empty() {
        return Err(FileFault::of_file(path, "urban H3 cells", "none"));
    }
    Ok(UrbanFile { urban, digest })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Result<usize, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("urban.csv");
        std::fs::write(&path, text).unwrap();
        read(&path).map(|own| own.urban.len()).map_err(|error| error.to_string())
    }

    #[test]
    fn listed_ones_are_urban_unless_a_column_says_rural() {
        assert_eq!(told("h3\n8828308281fffff\n\n8828308283fffff\n"), Ok(2));
        assert_eq!(told("h3,urban\n8828308281fffff,rural\n8828308283fffff,1\n"), Ok(1));
    }

    #[test]
    fn what_is_wrong_is_told_with_row_and_column() {
        for (text, words) in [
            ("cell\n1\n", "row 1: expected a column `h3`, found columns cell"),
            (
                "h3\n8928308280fffff\n",
                "row 2, column `h3`: expected an H3 cell of resolution 8, found one of resolution 9",
            ),
            ("h3\n8828308281fffff\n8828308281FFFFF\n", "row 3, column `h3`: expected each H3 cell once"),
            ("h3,urban\n8828308281fffff,town\n", "row 2, column `urban`: expected urban or rural, found \"aaaa\""),
            ("h3,urban\n8828308281fffff,0\n", "expected urban H3 cells, found none"),
        ] {
            let message = told(text).unwrap_err();
            assert!(message.contains(words), "{message}");
        }
    }
}
