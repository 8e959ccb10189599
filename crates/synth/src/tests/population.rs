//! The census counts who lives where.

use super::given_areas::in_two_squares;
use super::reader::rows;
use super::{small, written};
use crate::{Ownership, SynthOptions};
use std::collections::BTreeMap;
use std::path::Path;

/// P-code to males, females, all, read from the right: names may hold commas.
fn figures(folder: &Path) -> BTreeMap<String, [u64; 3]> {
    let figure = |row: &[String], back: usize| row[row.len() - back].parse().unwrap();
    let rows = rows(&folder.join("population.csv")).into_iter();
    rows.map(|row| (row[0].clone(), [3, 2, 1].map(|back| figure(&row, back)))).collect()
}

#[test]
fn every_person_is_counted_in_the_area_of_the_home_with_a_sim_or_without() {
    let folder = tempfile::tempdir().unwrap();
    let options = SynthOptions { days: 1, ownership: Some(Ownership::even(0.2)), ..small(71) };
    written(&options, folder.path());
    let mut homes: BTreeMap<String, u64> = BTreeMap::new();
    for row in rows(&folder.path().join("truth/subscribers.csv")) {
        *homes.entry(row[1].clone()).or_default() += 1;
    }
    let figures = figures(folder.path());
    assert_eq!(figures.len(), 30);
    for (pcode, [males, females, all]) in &figures {
        assert_eq!(homes.get(pcode).copied().unwrap_or(0), *all, "{pcode}");
        assert!(males + females == *all && females - males <= 1);
    }
    assert_eq!(figures.values().map(|[_, _, all]| all).sum::<u64>(), 3_000);

    let text = std::fs::read_to_string(folder.path().join("population.csv")).unwrap();
    let header = "ADM2_PCODE,ADM2_EN,ADM1_PCODE,ADM1_EN,ADM0_PCODE,ADM0_EN,M_TL,F_TL,T_TL";
    assert_eq!(text.lines().next(), Some(header));
    let geojson = std::fs::read_to_string(folder.path().join("areas.geojson")).unwrap();
    for row in rows(&folder.path().join("population.csv")) {
        let names = format!("\"adm2_name\":\"{}\",\"adm2_pcode\":\"{}\",\"adm1_name\":\"{}\"", row[1], row[0], row[3]);
        assert!(geojson.contains(&names) && [&row[4], &row[5]] == ["XA", "Exampleland"], "{row:?}");
    }
}

#[test]
fn an_area_without_a_name_goes_by_its_code_and_levels_are_those_of_the_country() {
    let folder = tempfile::tempdir().unwrap();
    written(&SynthOptions { days: 1, ..in_two_squares() }, folder.path());
    let text = std::fs::read_to_string(folder.path().join("population.csv")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "ADM3_PCODE,ADM3_EN,ADM2_PCODE,ADM2_EN,ADM1_PCODE,ADM1_EN,ADM0_PCODE,ADM0_EN,M_TL,F_TL,T_TL");
    let named = "QQ11-1,\"A \"\"quoted\"\" name, with a comma\",QQ11,QQ11,QQ1,QQ1,QQ,QQ,";
    assert!(lines.len() == 3 && lines[1].starts_with(named), "{}", lines[1]);

    let mut options = SynthOptions { days: 1, ..in_two_squares() };
    for area in options.areas.iter_mut().flatten() {
        area.ancestors.remove(0);
    }
    written(&options, &folder.path().join("no country"));
    let text = std::fs::read_to_string(folder.path().join("no country/population.csv")).unwrap();
    assert!(text.starts_with("ADM3_PCODE,ADM3_EN,ADM2_PCODE,ADM2_EN,ADM1_PCODE,ADM1_EN,M_TL,F_TL,T_TL\n"));
}

#[test]
fn a_census_with_error_differs_and_changes_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let [exact, wrong] = [("exact", 0.0), ("wrong", 0.2)].map(|(name, population_cv)| {
        let path = folder.path().join(name);
        written(&SynthOptions { days: 2, population_cv, ..small(72) }, &path);
        let mut files = super::reader::files(&path);
        files.remove(Path::new("population.csv")).unwrap();
        let config = String::from_utf8(files.remove(Path::new("hexodus.toml")).unwrap()).unwrap();
        assert!(config.contains(&format!("cv = {population_cv}\n")), "the error is told");
        (figures(&path), files)
    });
    assert!(exact.1 == wrong.1, "dumps and truth are the same");
    let differing = exact.0.iter().filter(|&(pcode, figure)| wrong.0[pcode] != *figure).count();
    assert!(differing > 20, "{differing}");
    assert!(wrong.0.values().all(|[males, females, all]| males + females == *all));
}
