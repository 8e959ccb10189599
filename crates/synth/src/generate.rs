//! The order in which it all happens.

use crate::config::config_text;
use crate::day::DayDraw;
use crate::dump::Dumps;
use crate::error::{SynthError, at};
use crate::geojson::write_areas;
use crate::options::SynthOptions;
use crate::plan::write_plan;
use crate::population::write_population;
use crate::summary::{Progress, Summary};
use crate::text::write_file;
use crate::truth::Truth;
use crate::world::World;
use std::path::Path;

/// Writes a generated country below `folder`, day by day, and says what was written; `progress` is called after each
/// day. Same options, same bytes, whatever the machine's number of processors: there is one thread.
///
/// | path | what |
/// |---|---|
/// | `dumps/<YYYY-MM-DD>/events-<nn>.csv.gz` | events as delivered: `sim,when,tower,kind` |
/// | `radio_cells.csv` | the radio-cell plan |
/// | `areas.geojson` | the areas |
/// | `population.csv` | the people who live in each area, as a census tells it |
/// | `hexodus.toml` | a configuration that reads the above |
/// | `truth/` | what really happened; see the `README.md` in it |
///
/// # Errors
///
/// Options out of range, a time zone or areas that cannot be used, a `folder` that holds dumps or a truth already, or
/// a disk that cannot be written. What was written until then stays.
pub fn generate(
    options: &SynthOptions,
    folder: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<Summary, SynthError> {
    options.check()?;
    for part in ["dumps", "truth"].map(|part| folder.join(part)) {
        if part.exists() {
            return Err(SynthError::FolderInUse(part));
        }
    }
    let world = World::drawn(options)?;
    std::fs::create_dir_all(folder).map_err(at(folder))?;
    write_plan(&folder.join("radio_cells.csv"), &world.network)?;
    write_areas(&folder.join("areas.geojson"), &world.districts.areas)?;
    write_population(&folder.join("population.csv"), &world, options.population_cv)?;

    let mut truth = options.writes_truth.then(|| Truth::begin(&folder.join("truth"), &world)).transpose()?;
    let mut summary = Summary { folder: folder.to_owned(), ..world.summary() };
    write_file(&folder.join("hexodus.toml"), &config_text(options, summary.crisis.as_ref()))?;
    write_days(options, &world, truth.as_mut(), &mut summary, progress)?;
    if let Some(truth) = truth {
        truth.finish(&summary, &world)?;
    }
    Ok(summary)
}

fn write_days(
    options: &SynthOptions,
    world: &World,
    mut truth: Option<&mut Truth>,
    summary: &mut Summary,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), SynthError> {
    let mut dumps = Dumps::new(&summary.folder.join("dumps"), options, world);
    let mut draw = DayDraw::eve(world);
    for (number, day) in (1u32..).zip(world.days()) {
        let due = draw.held.next_day();
        draw.draw(world, day);
        dumps.deliver(day, &draw, &due, summary)?;
        if let Some(truth) = truth.as_deref_mut() {
            truth.write_day(day, &draw, world)?;
        }
        progress(Progress { day: number, days: options.days, rows: summary.rows });
    }
    summary.undelivered = draw.held.rows();
    Ok(())
}
