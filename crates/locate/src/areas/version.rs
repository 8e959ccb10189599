//! The version of the dataset, carried in every output.

use crate::areas::columns::find_column;
use crate::areas::features::AreaFeature;
use crate::areas::warning::{AreaOddity, Oddities};
use std::collections::BTreeSet;

/// What old files write for "no date".
const NO_DATE: &str = "18991130";

/// `<iso3>_<version>`, or `<iso3>_<valid on as YYYYMMDD>` in layouts without version. Where the file has no ISO3 code
/// the lower-cased code of the country stands for it. Features of several versions: the greatest.
pub(crate) fn cod_version(
    features: &[AreaFeature],
    columns: &BTreeSet<String>,
    country: &str,
    oddities: &mut Oddities,
) -> String {
    let iso3 = first_value(features, columns, &["iso3", "iso_3"]);
    let country = iso3.unwrap_or_else(|| country.to_owned()).to_ascii_lowercase();

    let versions = values(features, columns, &["version", "cod_version"], normal_version);
    let dates = values(features, columns, &["valid_on", "validOn"], |date| Some(compact_date(date)));
    let found = if versions.is_empty() { dates } else { versions };
    if found.len() > 1 {
        oddities.note(AreaOddity::MixedVersions, &country);
    }
    let version = found.into_iter().next_back().unwrap_or_else(|| {
        oddities.note(AreaOddity::Undated, &country);
        "undated".to_owned()
    });
    format!("{country}_{version}")
}

/// The ISO3 code of the country, upper case, from the file or from a configured `<iso3>_<version>`.
pub(crate) fn iso3_of(
    features: &[AreaFeature],
    columns: &BTreeSet<String>,
    cod_version: Option<&str>,
) -> Option<String> {
    let configured = cod_version.and_then(|version| version.split_once('_')).map(|(iso3, _)| iso3.to_owned());
    let iso3 = first_value(features, columns, &["iso3", "iso_3"]).or(configured)?;
    (!iso3.is_empty()).then(|| iso3.to_ascii_uppercase())
}

/// Notes areas whose validity has an end.
pub(crate) fn note_ended(feature: &AreaFeature, columns: &BTreeSet<String>, pcode: &str, oddities: &mut Oddities) {
    let ends = ["valid_to", "validTo"].iter().filter_map(|name| find_column(columns, name));
    let is_ended = ends.filter_map(|column| feature.text(column)).any(|date| compact_date(&date) != NO_DATE);
    if is_ended {
        oddities.note(AreaOddity::NotCurrent, pcode);
    }
}

fn first_value(features: &[AreaFeature], columns: &BTreeSet<String>, names: &[&str]) -> Option<String> {
    values(features, columns, names, |value| Some(value.to_owned())).into_iter().next()
}

/// The distinct values of the first of these columns that has any, ascending.
fn values(
    features: &[AreaFeature],
    columns: &BTreeSet<String>,
    names: &[&str],
    normal: impl Fn(&str) -> Option<String>,
) -> BTreeSet<String> {
    names
        .iter()
        .filter_map(|name| find_column(columns, name))
        .map(|column| features.iter().filter_map(|f| f.text(column)).filter_map(|text| normal(&text)).collect())
        .find(|values: &BTreeSet<String>| !values.is_empty())
        .unwrap_or_default()
}

/// `v01` and `v02.01` as they are; the legacy `V_01` becomes `v01`.
fn normal_version(version: &str) -> Option<String> {
    let version: String = version.to_ascii_lowercase().chars().filter(|c| c.is_alphanumeric() || *c == '.').collect();
    (!version.is_empty()).then_some(version)
}

/// `2018-11-29T00:00:00.000Z` becomes `20181129`.
fn compact_date(date: &str) -> String {
    let day = date.split(['T', ' ']).next().unwrap_or_default();
    day.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_dates_have_one_form() {
        assert_eq!(normal_version("V_01").as_deref(), Some("v01"));
        assert_eq!(normal_version("v02.01").as_deref(), Some("v02.01"));
        assert_eq!(compact_date("2018-11-29T00:00:00.000Z"), "20181129");
        assert_eq!(compact_date("1899-11-30"), NO_DATE);
    }
}
