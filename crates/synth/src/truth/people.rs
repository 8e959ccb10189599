//! What is true from the beginning: people, market, silences.

use super::grid::{Grid, serving_site_cells};
use crate::error::SynthError;
use crate::network::{SECTORS, radio_cell_id};
use crate::plan::site_id;
use crate::subscriber::{Subscriber, subscriber_id};
use crate::text::TextFile;
use crate::world::World;
use hexodus_model::LocalDay;
use std::path::Path;

/// One row per person: home, and what happens. Days after the run are left empty. Group and SIM are told where ownership
/// was asked for.
pub(super) fn write_subscribers(path: &Path, grid: &Grid, world: &World) -> Result<(), SynthError> {
    let deepest = world.districts.deepest();
    let levels: Vec<u8> = (1..=deepest).rev().collect();
    let homes: Vec<String> = levels.iter().map(|level| format!("home_adm{level}_pcode")).collect();
    let home_codes = (0..world.districts.len() as u32).map(|district| {
        levels.iter().map(|&level| world.districts.pcode(level, district)).collect::<Vec<_>>().join(",")
    });
    let (home_codes, site_cells): (Vec<String>, _) = (home_codes.collect(), serving_site_cells(world));
    let homes = homes.join(",");
    let tells_ownership = world.market.owners.told;
    let header = format!(
        "subscriber,{homes},home_lat,home_lon,struck,left_day,destination_adm{deepest}_pcode,returned_day,\
         onward_day,onward_adm{deepest}_pcode,visit_day,visit_adm{deepest}_pcode,visit_end_day,household,home_h3,\
         home_site_h3{}",
        if tells_ownership { ",group,has_sim" } else { "" }
    );
    let mut file = TextFile::plain(path, &header)?;
    for (number, subscriber) in (0u32..).zip(&world.subscribers) {
        let [id, head] = [number, world.market.head(number)].map(|number| subscriber_id(world.id_key, number));
        let [id, head] = [id.as_slice(), head.as_slice()].map(String::from_utf8_lossy);
        let home = &world.settlements.places[subscriber.home as usize];
        let codes = &home_codes[home.district as usize];
        let ((lat, lon), struck) = ((home.at.lat, home.at.lon), subscriber.struck);
        let (fate, visit) = (fate_text(subscriber, world), visit_text(subscriber, world));
        let (h3, site_h3) = (grid.text(grid.cell(subscriber.home)), &site_cells[subscriber.home as usize]);
        let owns = if tells_ownership { ownership_text(subscriber) } else { String::new() };
        file.line(format_args!("{id},{codes},{lat:.6},{lon:.6},{struck},{fate},{visit},{head},{h3},{site_h3}{owns}"))?;
    }
    file.finish()
}

fn ownership_text(person: &Subscriber) -> String {
    format!(",{},{}", person.group.name(), person.has_sim)
}

fn fate_text(subscriber: &Subscriber, world: &World) -> String {
    let Some(fate) = subscriber.fate.filter(|fate| in_run(fate.left, world)) else { return ",,,,".to_owned() };
    let onward = fate.moved_on.filter(|&(day, _)| in_run(day, world));
    let onward = onward.map_or(",".to_owned(), |(day, host)| format!("{day},{}", district_code(host, world)));
    format!("{},{},{},{onward}", fate.left, district_code(fate.host, world), day_text(fate.returned, world))
}

fn visit_text(subscriber: &Subscriber, world: &World) -> String {
    let Some(visit) = subscriber.visit.filter(|visit| in_run(visit.from, world)) else { return ",,".to_owned() };
    format!("{},{},{}", visit.from, district_code(visit.host, world), day_text(visit.until, world))
}

fn district_code(place: u32, world: &World) -> &str {
    world.districts.pcode(world.districts.deepest(), world.settlements.district(place))
}

fn day_text(day: LocalDay, world: &World) -> String {
    if in_run(day, world) { day.to_string() } else { String::new() }
}

fn in_run(day: LocalDay, world: &World) -> bool {
    day.0 < world.run.first.0 + world.run.days as i32
}

/// One row per district: inhabitants, the operator's share of the market, people at home.
pub(super) fn write_market(path: &Path, world: &World) -> Result<(), SynthError> {
    let deepest = world.districts.deepest();
    let (mut population, mut subscribers) = (vec![0u64; world.districts.len()], vec![0u64; world.districts.len()]);
    for town in &world.settlements.towns {
        population[town.district as usize] += u64::from(town.population);
    }
    for subscriber in &world.subscribers {
        subscribers[world.settlements.district(subscriber.home) as usize] += 1;
    }
    let mut file = TextFile::plain(path, &format!("adm{deepest}_pcode,population,market_share,subscribers"))?;
    for (district, share) in world.market.shares.iter().enumerate() {
        let pcode = world.districts.pcode(deepest, district as u32);
        file.line(format_args!("{pcode},{},{share:.4},{}", population[district], subscribers[district]))?;
    }
    file.finish()
}

/// One row per radio cell that falls silent: from the hour of the crisis until the same hour of another day.
pub(super) fn write_outages(path: &Path, world: &World) -> Result<(), SynthError> {
    let mut file = TextFile::plain(path, "radio_cell_id,site_id,silent_from,silent_until")?;
    let Some(crisis) = &world.crisis else { return file.finish() };
    let at = crisis.scenario.hazard.strikes_at_s;
    let hour = format!("{:02}:{:02}:{:02}", at / 3_600, at / 60 % 60, at % 60);
    for (number, site) in world.network.sites.iter().enumerate() {
        let Some(until) = site.silent_until else { continue };
        for radio_cell in site.first_radio_cell..site.first_radio_cell + SECTORS {
            let (id, site) = (radio_cell_id(radio_cell), site_id(number));
            let id = String::from_utf8_lossy(&id);
            file.line(format_args!("{id},{site},{} {hour},{until} {hour}", crisis.day))?;
        }
    }
    file.finish()
}
