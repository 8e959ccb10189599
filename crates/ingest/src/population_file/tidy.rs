//! A population by classes, one row a P-code and class: `pcode, [sex], [age], [urban], people` (formats §1.5).
//!
//! A row that leaves a class empty is of all its values. P-codes may be of any level: what is stated of an area above is a
//! total of what lies in it.

use crate::error::FileFault;
use hexodus_model::Pcode;
use std::collections::BTreeMap;
use std::fmt;

/// Class columns: which one a bit of a pattern is.
const CLASSES: [&str; 3] = ["sex", "age", "urban"];
const URBAN: usize = 2;

/// What a column may have besides.
const TOTALS: [&str; 6] = ["", "t", "total", "all", "both", "_t"];

/// P-codes whose classes do not add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassWarning {
    /// How many.
    pub places: u64,
    /// The first of them.
    pub first: Pcode,
}

impl fmt::Display for ClassWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { places, first } = self;
        write!(f, "{places} P-codes have classes that are not their total (first: {first}); the total stands")
    }
}

/// What is stated of one place in one pattern of classes: which of them are given.
#[derive(Clone, Copy, Debug, Default)]
struct Stated {
    rows: usize,
    people: f64,
    /// Urban, rural.
    urban: [Option<f64>; 2],
}

/// Rows while they are read.
pub(super) struct Tidy {
    columns: [Option<usize>; 3],
    /// By place, then by pattern.
    places: BTreeMap<Pcode, BTreeMap<usize, Stated>>,
    seen: BTreeMap<(Pcode, [String; 3]), u64>,
}

/// What they come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct TidyFigures {
    pub(super) totals: Vec<(Pcode, f64)>,
    /// Urban and rural people, where both are known.
    pub(super) urban: Vec<(Pcode, [f64; 2])>,
    pub(super) warning: Option<ClassWarning>,
}

impl Tidy {
    pub(super) const fn new(columns: [Option<usize>; 3]) -> Self {
        Self { columns, places: BTreeMap::new(), seen: BTreeMap::new() }
    }

    /// Takes a row. `fault` makes one of a column, what was expected there and what was found.
    pub(super) fn add(
        &mut self,
        (place, number, people): (&str, u64, f64),
        row: &[String],
        fault: impl Fn(Option<usize>, &str, &str) -> FileFault,
    ) -> Result<(), FileFault> {
        let text = |column: Option<usize>| column.and_then(|at| row.get(at)).map_or("", String::as_str).to_lowercase();
        let classes =
            self.columns.map(text).map(|text| if TOTALS.contains(&text.as_str()) { String::new() } else { text });
        let urban = match classes[URBAN].as_str() {
            "" => None,
            "urban" | "u" | "1" | "true" | "yes" => Some(0),
            "rural" | "r" | "0" | "false" | "no" => Some(1),
            _ => {
                let found = crate::shape::shape_of(classes[URBAN].as_bytes());
                return Err(fault(self.columns[URBAN], "urban, rural, or nothing for both", &found));
            }
        };
        let pattern = (0..CLASSES.len()).filter(|&class| !classes[class].is_empty()).map(|class| 1 << class).sum();
        let place = Pcode(place.to_owned());
        if let Some(first) = self.seen.insert((place.clone(), classes), number) {
            let found = format!("{place} again (first in row {first})");
            return Err(fault(None, "each place and class once", &found));
        }
        let stated = self.places.entry(place).or_default().entry(pattern).or_default();
        stated.rows += 1;
        stated.people += people;
        if let Some(urban) = urban {
            *stated.urban[urban].get_or_insert(0.0) += people;
        }
        Ok(())
    }

    /// The total of a place is that of its row without classes, else of the pattern with fewest; of those with as many the
    /// first of sex, age, urban.
    pub(super) fn finish(self) -> TidyFigures {
        let mut figures = TidyFigures::default();
        for (place, patterns) in self.places {
            let fewest = |own: &&usize| (own.count_ones(), **own);
            let Some(total) = patterns.keys().min_by_key(fewest).and_then(|own| patterns.get(own)) else { continue };
            let is_off = |own: &Stated| (own.people - total.people).abs() > 0.5 * (own.rows + total.rows) as f64;
            if patterns.values().any(is_off) {
                let warning = figures.warning.get_or_insert_with(|| ClassWarning { places: 0, first: place.clone() });
                warning.places += 1;
            }
            let by_urban = patterns.keys().filter(|&own| own & 1 << URBAN != 0).min_by_key(fewest);
            let is_told = patterns.contains_key(&0);
            let people = total.people;
            let rest = |own: f64| Some(people - own).filter(|rest| is_told && *rest >= 0.0);
            let both = by_urban.and_then(|own| match patterns[own].urban {
                [Some(urban), Some(rural)] => Some([urban, rural]),
                [Some(urban), None] => Some([urban, rest(urban)?]),
                [None, Some(rural)] => Some([rest(rural)?, rural]),
                [None, None] => None,
            });
            figures.urban.extend(both.map(|both| (place.clone(), both)));
            figures.totals.push((place, people));
        }
        figures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of place, sex, age, urban and people.
    fn told(rows: &[[&str; 5]]) -> Result<TidyFigures, FileFault> {
        let mut tidy = Tidy::new([Some(1), Some(2), Some(3)]);
        for (number, row) in (2..).zip(rows) {
            let fault = |_: Option<usize>, expected: &str, found: &str| FileFault::of_file("p.csv", expected, found);
            tidy.add((row[0], number, row[4].parse().unwrap()), &row.map(str::to_owned), fault)?;
        }
        Ok(tidy.finish())
    }

    fn at<T>(place: &str, what: T) -> (Pcode, T) {
        (Pcode(place.to_owned()), what)
    }

    #[test]
    fn totals_are_stated_or_sums_of_the_fewest_classes() {
        let figures = told(&[
            ["B", "", "", "urban", "30"],
            ["A", "f", "0-4", "u", "1"],
            ["A", "f", "5+", "u", "2"],
            ["A", "m", "0-4", "rural", "3"],
            ["A", "M", "5+", "R", "4"],
            ["B", "", "", "rural", "60.5"],
            ["C", "f", "", "", "7"],
            ["C", "m", "", "", "8"],
            ["C", "", "", "total", "15"],
        ]);
        let figures = figures.unwrap();
        assert_eq!(figures.totals, [at("A", 10.0), at("B", 90.5), at("C", 15.0)]);
        assert_eq!(figures.urban, [at("A", [3.0, 7.0]), at("B", [30.0, 60.5])]);
        assert_eq!(figures.warning, None);
    }

    #[test]
    fn one_of_two_classes_is_enough_where_the_total_is_stated() {
        let figures =
            told(&[["A", "", "", "", "10"], ["A", "", "", "urban", "4"], ["B", "", "", "urban", "4"]]).unwrap();
        assert_eq!(figures.urban, [at("A", [4.0, 6.0])], "of B nobody knows");
        assert_eq!(figures.warning, Some(ClassWarning { places: 1, first: Pcode("A".into()) }));
        let more = told(&[["A", "", "", "", "10"], ["A", "", "", "urban", "40"]]).unwrap();
        assert!(more.urban.is_empty());
    }

    #[test]
    fn what_is_wrong_is_told() {
        let message = |rows: &[[&str; 5]]| told(rows).unwrap_err().to_string();
        assert!(message(&[["A", "", "", "town", "1"]]).contains("urban, rural, or nothing for both, found \"aaaa\""));
        let twice = [["A", "f", "", "", "1"], ["A", "F", "all", "", "1"]];
        assert!(message(&twice).contains("each place and class once, found A again (first in row 2)"));
    }
}
