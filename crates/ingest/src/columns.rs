//! From the mapping of the configuration to the columns one file really has.

use crate::error::FileFault;
use crate::row_rules::RowRules;
use crate::spec::{ColumnRef, ColumnSpec, SourceSpec};
use std::path::Path;

/// Field positions (from 0) of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// `None` where the file itself is one subscriber.
    pub user_id: Option<usize>,
    pub time: TimeColumns,
    /// A date to compare the timestamp with.
    pub other_date: Option<usize>,
    /// The radio cell, or the site or area where records name no more.
    pub radio_cell_id: Option<usize>,
    /// Whether that is an area.
    pub is_area: bool,
    pub position: Option<(usize, usize)>,
    pub mcc: Option<usize>,
    pub mnc: Option<usize>,
    pub plmn: Option<usize>,
    pub population_group: Option<usize>,
    pub tac: Option<usize>,
    /// The zone or offset of a row's time.
    pub tz: Option<usize>,
    /// The epoch of a row's id.
    pub epoch: Option<usize>,
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
    /// Finds every mapped column among the names of a file, or by position where the names are no header. Subscriber,
    /// time and the declared location must be there; range-checked extras may be absent.
    pub fn resolve(file: &Path, spec: &SourceSpec, names: Vec<String>, is_header: bool) -> Result<Self, FileFault> {
        let ColumnSpec {
            user_id,
            timestamp,
            date,
            time,
            radio_cell_id,
            site_id,
            area_id,
            lat,
            lon,
            mcc,
            mnc,
            plmn,
            population_group,
            tac,
            ..
        } = &spec.columns;
        let (tz, epoch) = (spec.tz_column(), spec.epoch_column());
        let find =
            |column: &Option<ColumnRef>| column.as_ref().and_then(|column| position_of(column, &names, is_header));
        // A first record that names no mapped column is no header but somebody's event: it must not be shown.
        let mapped = [user_id, timestamp, date, time, radio_cell_id, site_id, area_id, lat, lon];
        let shown = if !is_header {
            format!("{} columns", names.len())
        } else if mapped.into_iter().any(|column| find(column).is_some()) {
            if let Some(name) = mapped.into_iter().find_map(|column| repeated(find(column)?, &names)) {
                let found = "it twice: which one is meant? with header = false columns go by position";
                return Err(FileFault::of_file(file, format!("one column named `{}`", cut(name)), found).at_row(1));
            }
            format!("columns {}", names.iter().take(30).map(|name| cut(name)).collect::<Vec<_>>().join(", "))
        } else {
            no_header(&names)
        };
        let need = |column: &Option<ColumnRef>, what: &str| {
            find(column).ok_or_else(|| missing(file, column.as_ref(), what, &shown))
        };
        let times = match (find(timestamp), find(date), find(time)) {
            (Some(timestamp), ..) => TimeColumns::One(timestamp),
            (None, Some(date), Some(time)) => TimeColumns::DateAndTime(date, time),
            _ if timestamp.is_some() => TimeColumns::One(need(timestamp, "timestamp")?),
            _ => TimeColumns::DateAndTime(need(date, "date")?, need(time, "time")?),
        };
        let compared = matches!(times, TimeColumns::One(_)) && time.is_none();
        let position = find(lat).zip(find(lon));
        let places = [(radio_cell_id, "radio_cell_id"), (site_id, "site_id"), (area_id, "area_id")];
        let place = places.iter().find_map(|(column, _)| find(column));
        let declared = places.iter().find(|(column, _)| column.is_some());
        if let (None, Some((column, what))) = (place, declared) {
            return Err(missing(file, column.as_ref(), what, &shown));
        }
        if place.is_none() && position.is_none() {
            need(lat, "lat")?;
            need(lon, "lon")?;
        }
        let from_file_name = spec.identity.from_file_name.unwrap_or(false);
        Ok(Self {
            user_id: if from_file_name { None } else { Some(need(user_id, "user_id")?) },
            time: times,
            other_date: find(date).filter(|_| compared),
            radio_cell_id: place,
            is_area: place.is_some() && find(radio_cell_id).or(find(site_id)).is_none(),
            position,
            mcc: find(mcc),
            mnc: find(mnc),
            plmn: find(plmn),
            population_group: find(population_group),
            // Without it no machine is found, and nobody would know.
            tac: tac.is_some().then(|| need(tac, "tac")).transpose()?,
            tz: tz.is_some().then(|| need(&tz, "tz")).transpose()?,
            epoch: epoch.is_some().then(|| need(&epoch, "id_epoch")).transpose()?,
            names,
        })
    }

    /// Whether any of the names is one that the source maps: whether they are a header at all.
    pub fn are_named(spec: &SourceSpec, names: &[String]) -> bool {
        let columns = &spec.columns;
        let mapped = [&columns.user_id, &columns.timestamp, &columns.date, &columns.radio_cell_id, &columns.site_id];
        let mapped = mapped.into_iter().chain([&columns.area_id, &columns.lat, &columns.lon]);
        mapped.flatten().any(|column| position_of(column, names, true).is_some())
    }

    /// Whether rows say anything of their subscriber besides the event.
    pub fn tell_traits(&self, rules: &RowRules) -> bool {
        self.mcc.is_some() || self.population_group.is_some() || rules.ids.have_groups()
    }

    /// All field positions that are read, without repeats, ascending.
    pub fn used(&self) -> Vec<usize> {
        let (first, second) = match self.time {
            TimeColumns::One(column) => (column, None),
            TimeColumns::DateAndTime(date, time) => (date, Some(time)),
        };
        let (lat, lon) = self.position.unzip();
        let mut used: Vec<usize> = [self.user_id, Some(first), second, self.other_date, self.radio_cell_id, lat, lon]
            .into_iter()
            .chain([self.mcc, self.mnc, self.plmn, self.population_group, self.tac, self.tz, self.epoch])
            .flatten()
            .collect();
        used.sort_unstable();
        used.dedup();
        used
    }
}

fn position_of(column: &ColumnRef, names: &[String], is_header: bool) -> Option<usize> {
    match column {
        ColumnRef::Name(name) => names.iter().position(|candidate| candidate.trim().eq_ignore_ascii_case(name)),
        ColumnRef::Position(_) if is_header => None,
        ColumnRef::Position(position) => position.checked_sub(1).filter(|&position| position < names.len()),
        ColumnRef::FirstOf(columns) => columns.iter().find_map(|column| position_of(column, names, is_header)),
    }
}

/// The name of a column, if another one has it too.
fn repeated(position: usize, names: &[String]) -> Option<&str> {
    let name = names[position].trim();
    let again = names.iter().skip(position + 1).any(|other| other.trim().eq_ignore_ascii_case(name));
    again.then_some(name)
}

/// A name short enough for a message.
fn cut(name: &str) -> String {
    let mut short: String = name.chars().take(60).collect();
    if short.len() < name.len() {
        short.push('…');
    }
    short
}

fn no_header(names: &[String]) -> String {
    let delimiters = names.first().filter(|_| names.len() == 1).and_then(|only| {
        [";", "\t", "|", ","].into_iter().find(|delimiter| only.contains(delimiter)).map(str::escape_default)
    });
    match delimiters {
        Some(delimiter) => format!("a first record of one field with \"{delimiter}\" in it; is that the delimiter?"),
        None => format!(
            "a first record of {} fields that names none of the mapped columns; is there no header? then header = false",
            names.len()
        ),
    }
}

fn missing(file: &Path, column: Option<&ColumnRef>, role: &str, shown: &str) -> FileFault {
    let wanted = match column {
        Some(ColumnRef::Name(name)) => format!("a column named `{name}` (mapped to {role})"),
        Some(ColumnRef::Position(position)) => format!("at least {position} columns ({role} is column {position})"),
        Some(ColumnRef::FirstOf(columns)) => {
            let names: Vec<String> = columns
                .iter()
                .filter_map(|column| if let ColumnRef::Name(name) = column { Some(format!("`{name}`")) } else { None })
                .collect();
            format!("a column named {} (mapped to {role})", names.join(" or "))
        }
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
        let columns =
            Columns::resolve(Path::new("f"), &spec(), names(&["kind", "Tower", "sim", "WHEN"]), true).unwrap();
        assert_eq!((columns.user_id, columns.time, columns.radio_cell_id), (Some(2), TimeColumns::One(3), Some(1)));
        assert_eq!(columns.mcc, None);
        assert_eq!(columns.used(), [1, 2, 3]);
    }

    #[test]
    fn a_missing_column_says_what_there_is() {
        let fault = Columns::resolve(Path::new("f.csv"), &spec(), names(&["sim", "time", "tower"]), true).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "f.csv, row 1: expected a column named `when` (mapped to timestamp), found columns sim, time, tower"
        );
    }

    #[test]
    fn names_of_several_versions_and_positions_where_there_are_none() {
        let mut spec = spec();
        let name = |name: &str| ColumnRef::Name(name.into());
        spec.columns.radio_cell_id = None;
        spec.columns.site_id = Some(ColumnRef::FirstOf(vec![name("SITE_ID"), name("BTS_ID")]));
        spec.columns.area_id = Some(ColumnRef::FirstOf(vec![name("DISTRICT_ID"), ColumnRef::Position(3)]));
        spec.columns.user_id = Some(ColumnRef::FirstOf(vec![name("sim"), ColumnRef::Position(1)]));
        spec.columns.timestamp = Some(ColumnRef::FirstOf(vec![name("when"), ColumnRef::Position(2)]));
        let of = |found: &[&str], is_header| Columns::resolve(Path::new("f"), &spec, names(found), is_header);
        let columns = of(&["bts_id", "when", "sim", "district_id"], true).unwrap();
        assert_eq!((columns.radio_cell_id, columns.is_area), (Some(0), false), "the site says more than the district");
        let columns = of(&["1", "2", "3", "4"], false).unwrap();
        assert_eq!((columns.user_id, columns.radio_cell_id, columns.is_area), (Some(0), Some(2), true));
        let message = of(&["sim", "when", "x"], true).unwrap_err().to_string();
        assert!(message.contains("`SITE_ID` or `BTS_ID` (mapped to site_id)"), "{message}");
    }

    #[test]
    fn a_name_that_stands_twice_is_no_answer() {
        let found = names(&["sim", "when", "tower", "Sim"]);
        let message = Columns::resolve(Path::new("f"), &spec(), found, true).unwrap_err().to_string();
        assert!(message.contains("one column named `sim`, found it twice"), "{message}");
    }

    #[test]
    fn another_delimiter_is_suggested() {
        let message = Columns::resolve(Path::new("f"), &spec(), names(&["x;y"]), true).unwrap_err().to_string();
        assert!(message.contains("\";\" in it; is that the delimiter?"), "{message}");
    }

    #[test]
    fn a_file_without_its_header_shows_nobodys_record() {
        let record = names(&["a91f03c7", "2031-03-02 06:10:00", "001010000000011"]);
        let message = Columns::resolve(Path::new("f.csv"), &spec(), record, true).unwrap_err().to_string();
        assert!(message.contains("header = false") && !message.contains("a91f03c7"), "{message}");
    }
}
