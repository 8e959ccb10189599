//! The files of a made-up release: Parquet and CSV of each table, and its method.

use super::{country, tables};
use arrow_array::RecordBatch;
use parquet::arrow::ArrowWriter;
use serde_json::{Value, json};
use std::error::Error;
use std::fs::{self, File};
use std::path::Path;

/// What is made up.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "switches of a command line, each for itself")]
pub struct MadeUp {
    /// Areas of level 2.
    pub areas: usize,
    /// H3 cells; none for no table of them.
    pub h3_cells: usize,
    /// Released days, a week apart.
    pub days: usize,
    /// Without the tables that a release may lack.
    pub is_bare: bool,
    /// With names that try to run as script.
    pub is_hostile: bool,
    /// Counts of SIM cards instead of people.
    pub is_subscribers: bool,
    /// With noise, under which a zero may be told.
    pub is_noised: bool,
}

impl Default for MadeUp {
    fn default() -> Self {
        let (is_bare, is_hostile, is_subscribers, is_noised) = (false, false, false, false);
        Self { areas: 30, h3_cells: 400, days: 3, is_bare, is_hostile, is_subscribers, is_noised }
    }
}

/// Writes all of it.
///
/// # Errors
/// Those of the file system, and of encoding.
pub fn write_folder(folder: &Path, made_up: MadeUp) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let areas = country::areas(made_up.areas, made_up.is_hostile);
    fs::write(folder.join("method.json"), format!("{:#}\n", method(made_up)))?;
    write(folder, "indicators_admin", &tables::indicators(&areas, made_up)?)?;
    for level in [1, 2] {
        write(folder, &format!("flows_adm{level}__stock_displaced"), &tables::flows(&areas, level, made_up)?)?;
    }
    write(folder, "areas_admin", &tables::areas(&areas, false)?)?;
    if made_up.is_bare {
        return Ok(());
    }
    write(folder, "areas_admin_geo", &tables::areas(&areas, true)?)?;
    write(folder, "coverage_daily", &tables::coverage(&areas, made_up)?)?;
    write(folder, "quality_daily", &tables::quality(made_up)?)?;
    if made_up.h3_cells > 0 {
        write(folder, "cells_h3", &tables::cells(made_up)?)?;
    }
    Ok(())
}

fn write(folder: &Path, name: &str, batch: &RecordBatch) -> Result<(), Box<dyn Error>> {
    let mut writer = ArrowWriter::try_new(File::create(folder.join(format!("{name}.parquet")))?, batch.schema(), None)?;
    writer.write(batch)?;
    writer.close()?;
    if batch.column_by_name("geometry").is_none() {
        arrow_csv::Writer::new(File::create(folder.join(format!("{name}.csv")))?).write(batch)?;
    }
    Ok(())
}

fn method(made_up: MadeUp) -> Value {
    let operation = if made_up.is_hostile { country::HOSTILE[0] } else { "flood in Madeupland" };
    let day = |day: i32| hexodus_model::LocalDay(day).to_string();
    json!({
        "operation": operation,
        "reporting_date": tables::days(made_up).last().copied().map(day),
        "unit": if made_up.is_subscribers { "subscribers" } else { "persons" },
        "dissemination_class": "restricted",
        "cod_version": "xb_v01",
        "method_digest": "0".repeat(64),
        "software": {"name": "hexodus", "version": "0.1.0"},
        "crisis": {
            "event_date": day(tables::EVENT),
            "affected": ["XB0101"],
            "baseline": {"start": day(tables::EVENT - 28), "end": day(tables::EVENT - 1)},
            "home": {"min_located_days": 8},
            "displacement": {"confirm_days": 3, "return_days": 3},
        },
        "scaling": {"population": {"year": 2031}},
        "privacy": {
            "k_admin": 16, "round_to": 20, "every_days": 7,
            "dp": made_up.is_noised.then(|| json!({"sigma": 3.87, "epsilon_spent": 5.1})),
        },
        "limits": ["one SIM is not one person", if made_up.is_hostile { country::HOSTILE[5] } else { "made-up figures" }],
        "tables": [{"name": "indicators_admin", "rows": 100, "suppressed": 10, "row_policy": "full"}],
    })
}
