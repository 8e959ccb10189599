//! Ages and sexes of a COD-PS: whether they add up. Only the total is used, so nothing here refuses a file.

use crate::table_file::Table;
use std::collections::BTreeMap;
use std::fmt;

/// In which way rows do not add up (formats §1.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BandFault {
    /// A number of a band that cannot be read.
    Unreadable,
    /// Men and women are not all, in one band or the total.
    Sexes,
    /// The bands of men, women or all are not their total.
    Ages,
}

/// Rows that do not add up in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BandWarning {
    /// In which way.
    pub fault: BandFault,
    /// How many rows.
    pub rows: u64,
    /// The first of them, from 1 including the header.
    pub first: u64,
}

impl fmt::Display for BandWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.fault {
            BandFault::Unreadable => "have a number of an age band that cannot be read",
            BandFault::Sexes => "have M + F that are not T",
            BandFault::Ages => "have age bands that are not their total",
        };
        write!(f, "{} rows {text} (first: row {}); only T_TL is used", self.rows, self.first)
    }
}

/// Columns of one age band, or of the total: men, women, all.
type Sexes = [Option<usize>; 3];

/// The columns of a table that are checked.
pub(super) struct Bands {
    total: Sexes,
    ages: Vec<Sexes>,
    found: BTreeMap<BandFault, (u64, u64)>,
}

impl Bands {
    pub(super) fn of(table: &Table) -> Self {
        let mut by_band: BTreeMap<String, Sexes> = BTreeMap::new();
        for (position, name) in table.names.iter().enumerate() {
            if let Some((sex, band)) = recognise(name) {
                by_band.entry(band).or_default()[sex] = Some(position);
            }
        }
        let total = by_band.remove("tl").unwrap_or_default();
        Self { total, ages: by_band.into_values().collect(), found: BTreeMap::new() }
    }

    /// Notes how a row does not add up.
    pub(super) fn check(&mut self, row: &[String], number: u64) {
        let text = |column: usize| row.get(column).map(String::as_str).filter(|text| !text.is_empty());
        let unreadable = |column: &usize| text(*column).is_some_and(|text| text.parse::<f64>().is_err());
        let columns = || self.ages.iter().chain([&self.total]).flatten().flatten();
        let faults = [
            (BandFault::Unreadable, columns().any(unreadable)),
            (BandFault::Sexes, self.ages.iter().chain([&self.total]).any(|band| !sexes_add_up(row, band))),
            (BandFault::Ages, (0..3).any(|sex| !self.ages_add_up(row, sex))),
        ];
        for (fault, _) in faults.into_iter().filter(|&(_, is_so)| is_so) {
            self.found.entry(fault).or_insert((0, number)).0 += 1;
        }
    }

    fn ages_add_up(&self, row: &[String], sex: usize) -> bool {
        let bands: Option<Vec<f64>> = self.ages.iter().map(|band| value(row, band[sex])).collect();
        let (Some(bands), Some(total)) = (bands, value(row, self.total[sex])) else { return true };
        bands.is_empty() || is_about(bands.iter().sum(), total, bands.len() + 1)
    }

    pub(super) fn into_warnings(self) -> Vec<BandWarning> {
        self.found.into_iter().map(|(fault, (rows, first))| BandWarning { fault, rows, first }).collect()
    }
}

fn sexes_add_up(row: &[String], band: &Sexes) -> bool {
    let [Some(men), Some(women), Some(all)] = band.map(|column| value(row, column)) else { return true };
    is_about(men + women, all, 3)
}

fn value(row: &[String], column: Option<usize>) -> Option<f64> {
    row.get(column?)?.parse().ok()
}

/// Equal, where each of so many numbers may have been rounded to whole people.
fn is_about(sum: f64, total: f64, numbers: usize) -> bool {
    (sum - total).abs() <= 0.5 * numbers as f64 + 1e-9 * total.abs()
}

/// Sex (0 men, 1 women, 2 all) and band of `M_00_04`, `F_95Plus`, `T_TL`, in any case.
fn recognise(name: &str) -> Option<(usize, String)> {
    let name = name.to_ascii_lowercase();
    let (sex, band) = name.split_once('_')?;
    let sex = ["m", "f", "t"].iter().position(|&known| known == sex)?;
    let is_age = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_open = band.strip_suffix("plus").is_some_and(is_age);
    let is_closed = band.split_once('_').is_some_and(|(from, to)| is_age(from) && is_age(to));
    (band == "tl" || is_open || is_closed).then(|| (sex, band.to_owned()))
}
