//! The reference population, in the column layout of COD-PS (formats §1.5): who lives in each area before anything
//! happens, with a SIM or without.

use crate::chance::{Purpose, stream};
use crate::error::SynthError;
use crate::text::{TextFile, csv_field};
use crate::world::World;
use hexodus_model::{Area, Pcode};
use rand::RngExt;
use rand_distr::StandardNormal;
use std::path::Path;

/// Writes `population.csv`, a row per area of the deepest level, ascending by P-code: P-code and name of the area and of
/// those it lies in (the P-code where no name is known), then males, females, all persons. People of an area are those whose
/// home lies in its shape; with `cv` above 0 the figure has an error of that coefficient of variation.
pub(crate) fn write_population(path: &Path, world: &World, cv: f64) -> Result<(), SynthError> {
    let areas = &world.districts.areas;
    let lowest = u8::from(!areas.iter().any(|area| of_level(area, 0).is_some()));
    let levels: Vec<u8> = (lowest..=world.districts.deepest()).rev().collect();
    let columns: Vec<String> = levels.iter().map(|level| format!("ADM{level}_PCODE,ADM{level}_EN")).collect();
    let mut file = TextFile::plain(path, &format!("{},M_TL,F_TL,T_TL", columns.join(",")))?;
    for ((number, area), people) in (0..).zip(areas).zip(people_by_district(world)) {
        let labels: String = levels.iter().map(|&level| labels(area, level)).collect();
        let all = counted(people, cv, world.seed, number);
        let males = all / 2;
        file.line(format_args!("{labels}{males},{},{all}", all - males))?;
    }
    file.finish()
}

fn people_by_district(world: &World) -> Vec<u64> {
    let mut people = vec![0; world.districts.len()];
    for person in &world.subscribers {
        people[world.settlements.district(person.home) as usize] += 1;
    }
    people
}

/// What a census finds of `people`: log-normal around them, with mean and coefficient of variation as asked.
fn counted(people: u64, cv: f64, seed: u64, district: u64) -> u64 {
    let variance = (cv * cv).ln_1p();
    let normal: f64 = stream(seed, Purpose::Population, district, 0).sample(StandardNormal);
    (people as f64 * (variance.sqrt() * normal - variance / 2.0).exp()).round() as u64
}

/// P-code and name of the area at a level as two CSV fields, each with its comma; empty where there is no such level.
fn labels(area: &Area, level: u8) -> String {
    let (pcode, name) = of_level(area, level).map_or(("", ""), |(pcode, name)| (pcode.0.as_str(), name));
    let name = if name.trim().is_empty() { pcode } else { name };
    format!("{},{},", csv_field(pcode), csv_field(name))
}

fn of_level(area: &Area, level: u8) -> Option<(&Pcode, &str)> {
    if area.level == level {
        return Some((&area.pcode, &area.name));
    }
    let ancestor = area.ancestors.iter().find(|ancestor| ancestor.level == level);
    ancestor.map(|ancestor| (&ancestor.pcode, ancestor.name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_census_without_error_is_exact() {
        assert!((0..2_000).all(|people| counted(people, 0.0, 1, people) == people));
    }

    #[test]
    fn errors_of_a_census_have_mean_1_and_the_variation_asked_for() {
        let factors: Vec<f64> = (0..20_000).map(|area| counted(1_000_000, 0.3, 5, area) as f64 / 1e6).collect();
        let mean = factors.iter().sum::<f64>() / 20_000.0;
        let variance = factors.iter().map(|factor| (factor - mean).powi(2)).sum::<f64>() / 20_000.0;
        assert!((mean - 1.0).abs() < 0.01 && (variance.sqrt() - 0.3).abs() < 0.015, "{mean} {}", variance.sqrt());
    }
}
