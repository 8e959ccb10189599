//! One synthetic country: generated, run by the binary, gone when dropped.

use crate::Failed;
use hexodus_synth::SCENARIOS;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// What to generate.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    pub scenario: &'static str,
    pub seed: u64,
    pub subscribers: u32,
    pub events_per_day: f64,
}

/// Variable of the environment with another binary than the one built beside: a copy, say, that no later build replaces.
const BINARY: &str = "HEXODUS_BINARY";

/// The program that is measured.
pub fn binary() -> OsString {
    std::env::var_os(BINARY).unwrap_or_else(|| env!("CARGO_BIN_EXE_hexodus").into())
}

/// Days before the event: 28 residences read 34 days of records.
pub const DAYS_BEFORE: u32 = 34;
/// Days from the event on.
pub const DAYS_FOLLOWED: u32 = 22;

/// Every scenario of the generator by name.
pub fn scenario_names() -> Vec<&'static str> {
    SCENARIOS.iter().map(|scenario| scenario.name).collect()
}

/// A country with a store.
pub struct Country {
    folder: TempDir,
}

impl Country {
    /// `synth`, then `run`, as an operator would call them.
    pub fn made(order: &Order, below: &Path, threads: usize) -> Result<Self, Failed> {
        let Order { scenario, seed, subscribers, events_per_day } = order;
        let days = DAYS_BEFORE + DAYS_FOLLOWED;
        let options = format!(
            "--scenario {scenario} --seed {seed} --subscribers {subscribers} --days {days} --crisis-day {DAYS_BEFORE} \
             --events-per-day {events_per_day}"
        );
        let country = Self::generated(&options, below)?;
        // Nobody reads the tables here.
        country.edit_config(|text| text.replace("[output]\n", "[output]\ncsv = false\ntrips_consecutive = false\n"))?;
        country.hexodus(&format!("run --quiet --threads {threads}"))?;
        Ok(country)
    }

    /// `synth` with such options, not run yet.
    pub fn generated(options: &str, below: &Path) -> Result<Self, Failed> {
        let folder = tempfile::Builder::new().prefix("accuracy-").tempdir_in(below)?;
        let country = Self { folder };
        country.hexodus(&format!("synth {options} ."))?;
        Ok(country)
    }

    /// Another text in place of the configuration.
    pub fn edit_config(&self, edit: impl Fn(String) -> String) -> Result<(), Failed> {
        let path = self.path("hexodus.toml");
        let text = fs::read_to_string(&path)?;
        Ok(fs::write(path, edit(text))?)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Calls the binary in the folder of the country.
    pub fn hexodus(&self, arguments: &str) -> Result<(), Failed> {
        let mut command = Command::new(binary());
        command.args(arguments.split_whitespace()).current_dir(self.folder.path());
        let done = command.stdout(Stdio::null()).stderr(Stdio::piped()).output()?;
        // 1 = done, with a day that was not used: an outage can make a day look wrong.
        if matches!(done.status.code(), Some(0 | 1)) {
            return Ok(());
        }
        Err(format!("hexodus {arguments}: {}\n{}", done.status, String::from_utf8_lossy(&done.stderr)).into())
    }
}
