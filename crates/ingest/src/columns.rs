//! From the mapping of the configuration to the columns one file really has.

use crate::error::FileFault;
use crate::spec::{ColumnRef, ColumnSpec, SourceSpec};
use std::path::Path;

/// Field positions (from 0) of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    pub user_id: usize,
    pub time: TimeColumns,
    pub radio_cell_id: Option<usize>,
    pub position: Option<(usize, usize)>,
    pub mcc: Option<usize>,
    pub mnc: Option<usize>,
    pub plmn: Option<usize>,
    /// Column names, or numbers where there is no header: for messages.
    pub names: Vec<String>,
}

/// Where the time stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeColumns {
    One(usize),
    DateAndTime(usize, usize),
}

impl Columns {
    /// Finds every mapped column among the names of a file. Subscriber, time and the declared location must be
    /// there; range-checked extras may be absent.
    pub fn resolve(file: &Path, spec: &SourceSpec, names: Vec<String>) -> Result<Self, FileFault> {
        let ColumnSpec { user_id, timestamp, date, time, radio_cell_id, lat, lon, mcc, mnc, plmn, .. } = &spec.columns;
        let find = |column: &Option<ColumnRef>| column.as_ref().and_then(|column| position_of(column, &names));
        // A first record that names no mapped column is no header but somebody's event: it must not be shown.
        let mapped = [user_id, timestamp, date, time, radio_cell_id, lat, lon];
        let shown = if mapped.into_iter().any(|column| find(column).is_some()) {
            format!("columns {}", names.iter().take(30).map(String::as_str).collect::<Vec<_>>().join(", "))
        } else {
            format!(
                "a first record of {} fields that names none of the mapped columns; \
                     is there no header? then header = false",
                names.len()
            )
        };
        let need = |column: &Option<ColumnRef>, what: &str| {
            find(column).ok_or_else(|| missing(file, column.as_ref(), what, &shown))
        };
        let time = if timestamp.is_some() {
            TimeColumns::One(need(timestamp, "timestamp")?)
        } else {
            TimeColumns::DateAndTime(need(date, "date")?, need(time, "time")?)
        };
        let position = find(lat).zip(find(lon));
        let radio_cell = find(radio_cell_id);
        if radio_cell_id.is_some() && radio_cell.is_none() {
            return Err(missing(file, radio_cell_id.as_ref(), "radio_cell_id", &shown));
        }
        if radio_cell_id.is_none() && position.is_none() {
            need(lat, "lat")?;
            need(lon, "lon")?;
        }
        Ok(Self {
            user_id: need(user_id, "user_id")?,
            time,
            radio_cell_id: radio_cell,
            position,
            mcc: find(mcc),
            mnc: find(mnc),
            plmn: find(plmn),
            names,
        })
    }

    /// All field positions that are read, without repeats, ascending.
    pub fn used(&self) -> Vec<usize> {
        let (first, second) = match self.time {
            TimeColumns::One(column) => (column, None),
            TimeColumns::DateAndTime(date, time) => (date, Some(time)),
        };
        let (lat, lon) = self.position.unzip();
        let mut used: Vec<usize> = [Some(self.user_id), Some(first), second, self.radio_cell_id, lat, lon]
            .into_iter()
            .chain([self.mcc, self.mnc, self.plmn])
            .flatten()
            .collect();
        used.sort_unstable();
        used.dedup();
        used
    }
}

fn position_of(column: &ColumnRef, names: &[String]) -> Option<usize> {
    match column {
        ColumnRef::Name(name) => names.iter().position(|candidate| candidate.trim().eq_ignore_ascii_case(name)),
        ColumnRef::Position(position) => position.checked_sub(1).filter(|&position| position < names.len()),
    }
}

fn missing(file: &Path, column: Option<&ColumnRef>, role: &str, shown: &str) -> FileFault {
    let wanted = match column {
        Some(ColumnRef::Name(name)) => format!("a column named `{name}` (mapped to {role})"),
        Some(ColumnRef::Position(position)) => format!("at least {position} columns ({role} is column {position})"),
        None => format!("a column for {role}"),
    };
    FileFault::of_file(file, wanted, shown).at_row(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> SourceSpec {
        let mut spec = SourceSpec::default();
        spec.columns.user_id = Some(ColumnRef::Name("SIM".into()));
        spec.columns.timestamp = Some(ColumnRef::Name("when".into()));
        spec.columns.radio_cell_id = Some(ColumnRef::Name("tower".into()));
        spec.columns.mcc = Some(ColumnRef::Name("mcc".into()));
        spec
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.into()).collect()
    }

    #[test]
    fn names_match_whatever_their_case_and_extras_may_be_absent() {
        let columns = Columns::resolve(Path::new("f"), &spec(), names(&["kind", "Tower", "sim", "WHEN"])).unwrap();
        assert_eq!((columns.user_id, columns.time, columns.radio_cell_id), (2, TimeColumns::One(3), Some(1)));
        assert_eq!(columns.mcc, None);
        assert_eq!(columns.used(), [1, 2, 3]);
    }

    #[test]
    fn a_missing_column_says_what_there_is() {
        let fault = Columns::resolve(Path::new("f.csv"), &spec(), names(&["sim", "time", "tower"])).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "f.csv, row 1: expected a column named `when` (mapped to timestamp), found columns sim, time, tower"
        );
    }

    #[test]
    fn a_file_without_its_header_shows_nobodys_record() {
        let record = names(&["a91f03c7", "2031-03-02 06:10:00", "001010000000011"]);
        let message = Columns::resolve(Path::new("f.csv"), &spec(), record).unwrap_err().to_string();
        assert!(message.contains("header = false") && !message.contains("a91f03c7"), "{message}");
    }
}
