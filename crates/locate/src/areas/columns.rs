//! Which column holds what.
//!
//! Three layouts are recognised, upper and lower case alike (formats §1.4): `adm2_pcode, adm2_name, adm2_name1` (COD-AB
//! new), `ADM2_PCODE, ADM2_EN, ADM2_FR` (old) and `admin2Pcod, admin2Name` (older). Everything else is named by hand.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The part of `[areas]` that says how to read a boundary file. Everything is optional for the COD-AB layouts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AreaColumns {
    /// Column of the areas' own codes.
    pub id_col: Option<String>,
    /// Column of their names.
    pub name_col: Option<String>,
    /// Column with the code of the area one level up.
    pub parent_col: Option<String>,
    /// Column with its name.
    pub parent_name_col: Option<String>,
    /// Administrative level of the file's areas. Without it: the level in the name of `id_col`, if it has one; 1 for
    /// any other `id_col`; else the deepest level with a column of P-codes.
    pub level: Option<u8>,
    /// Two-letter language of names where the file has several (`ADM2_FR`).
    pub language: Option<String>,
    /// Version of the dataset, `<iso3>_<version>`, instead of what the file says.
    pub cod_version: Option<String>,
}

/// The columns of one level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LevelColumns {
    /// P-codes.
    pub(crate) code: Option<String>,
    /// Names, the preferred column first: the first that is not empty counts.
    pub(crate) names: Vec<String>,
}

/// What a column of a COD-AB layout holds. Ordered by preference of names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Code,
    Name,
    Language(String),
    /// `_name1`, `_name2`: the name in a second, third language.
    OtherName(String),
}

/// Languages in the order in which they are tried (formats §1.4).
const LANGUAGES: [&str; 5] = ["en", "fr", "es", "pt", "ar"];

/// Level and role of a column; `None` for any other column.
fn recognise(column: &str) -> Option<(u8, Role)> {
    let lower = column.to_ascii_lowercase();
    let is_older = lower.starts_with("admin");
    let numbered = lower.strip_prefix(if is_older { "admin" } else { "adm" })?;
    let level = numbered.chars().next()?.to_digit(10)? as u8;
    let role = numbered.get(1..)?;
    let role = if is_older { role } else { role.strip_prefix('_')? };
    let role = match role {
        "pcode" => Role::Code,
        "pcod" if is_older => Role::Code,
        "name" => Role::Name,
        _ if is_older => return None,
        _ => match role.strip_prefix("name") {
            Some(digit) if digit.len() == 1 && digit.bytes().all(|byte| byte.is_ascii_digit()) => {
                Role::OtherName(digit.to_owned())
            }
            None if role.len() == 2 && role.bytes().all(|byte| byte.is_ascii_lowercase()) => {
                Role::Language(role.to_owned())
            }
            _ => return None,
        },
    };
    Some((level, role))
}

/// Rank of a name column: the plain name, the language asked for, then the usual languages, then the rest.
fn preference(role: &Role, language: Option<&str>) -> usize {
    match role {
        Role::Name => 0,
        Role::Language(code) if language.is_some_and(|wanted| wanted.eq_ignore_ascii_case(code)) => 1,
        Role::Language(code) => 2 + LANGUAGES.iter().position(|known| known == code).unwrap_or(LANGUAGES.len()),
        Role::Code | Role::OtherName(_) => 2 + LANGUAGES.len(),
    }
}

/// The columns of `level` that a COD-AB layout names.
pub(crate) fn columns_of_level(columns: &BTreeSet<String>, level: u8, language: Option<&str>) -> LevelColumns {
    let mut code = None;
    let mut names: Vec<(usize, Role, &String)> = Vec::new();
    for column in columns {
        match recognise(column) {
            Some((of_level, Role::Code)) if of_level == level => code = code.or_else(|| Some(column.clone())),
            Some((of_level, role)) if of_level == level && role != Role::Code => {
                names.push((preference(&role, language), role, column));
            }
            _ => {}
        }
    }
    names.sort();
    LevelColumns { code, names: names.into_iter().map(|(_, _, column)| column.clone()).collect() }
}

/// The level that a column of P-codes belongs to, by its name.
pub(crate) fn level_of_code_column(column: &str) -> Option<u8> {
    recognise(column).filter(|(_, role)| *role == Role::Code).map(|(level, _)| level)
}

/// The level that a column of codes or names belongs to, by its name.
pub(crate) fn level_of_column(column: &str) -> Option<u8> {
    recognise(column).map(|(level, _)| level)
}

/// The column of this name, in any case if not in this one.
pub(crate) fn find_column<'a>(columns: &'a BTreeSet<String>, name: &str) -> Option<&'a String> {
    columns.get(name).or_else(|| columns.iter().find(|column| column.eq_ignore_ascii_case(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn three_layouts_are_recognised() {
        for code in ["adm2_pcode", "ADM2_PCODE", "admin2Pcod", "admin2Pcode"] {
            assert_eq!(recognise(code), Some((2, Role::Code)), "{code}");
        }
        assert_eq!(recognise("admin1Name"), Some((1, Role::Name)));
        assert_eq!(recognise("ADM2_HT"), Some((2, Role::Language("ht".to_owned()))));
        for other in
            ["adm2_ref_name", "ADM2_REF", "ADM2ALT1EN", "admin1RefN", "admin1Al_1", "adm_pcode", "admin", "adm"]
        {
            assert_eq!(recognise(other), None, "{other}");
        }
    }

    #[test]
    fn names_are_tried_in_a_fixed_order() {
        let file = columns(&["ADM1_HT", "ADM1_FR", "ADM1_EN", "ADM1_PCODE", "ADM0_EN"]);
        let names = |language| columns_of_level(&file, 1, language).names;
        assert_eq!(names(None), ["ADM1_EN", "ADM1_FR", "ADM1_HT"]);
        assert_eq!(names(Some("HT")), ["ADM1_HT", "ADM1_EN", "ADM1_FR"]);
        let new = columns(&["adm1_name2", "adm1_name", "adm1_name1", "adm1_pcode"]);
        assert_eq!(columns_of_level(&new, 1, Some("fr")).names, ["adm1_name", "adm1_name1", "adm1_name2"]);
    }
}
