//! What was written.

use serde::Serialize;
use std::path::PathBuf;

/// How far the run is; handed out once a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Days written, from 1.
    pub day: u32,
    /// Days to write.
    pub days: u32,
    /// Rows delivered so far.
    pub rows: u64,
}

/// Rows delivered, by what is wrong with them. No row counts twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DirtCounts {
    /// Surplus copies of rows of the same file.
    pub duplicates: u64,
    /// Rows in the files of two to four days later.
    pub late: u64,
    /// Rows at radio cells that no plan knows.
    pub unknown_radio_cell: u64,
    /// Rows with a time that is none.
    pub unparsable_time: u64,
    /// Rows in the files of the day after.
    pub neighbouring_day: u64,
}

/// What was written. Serialized as `truth/summary.json`, without the folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The folder given; everything is below it.
    #[serde(skip)]
    pub folder: PathBuf,
    /// Rows delivered, copies included.
    pub rows: u64,
    /// Rows delivered with a flaw.
    pub dirt: DirtCounts,
    /// Rows still held back when the run ended: never delivered.
    pub undelivered: u64,
    /// Events that left no row, because no live radio cell was in range.
    pub silent_events: u64,
    /// Dump files.
    pub files: u64,
    /// People: with SIM and without, whatever becomes of their SIMs.
    pub subscribers: u32,
    /// Of them, those who have a SIM on some day; absent where ownership was not asked for, and all have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_sim: Option<u32>,
    /// SIMs: one per person who has one, and one more for each swap.
    pub sims: u32,
    /// Radio cells of the plan.
    pub radio_cells: u32,
    /// Sites of the plan.
    pub sites: u32,
    /// Towns.
    pub towns: u32,
    /// Areas of the deepest level.
    pub areas: u32,
    /// Name of the scenario.
    pub scenario: &'static str,
    /// The crisis, if its day falls in the run; in a scenario without one, the day and the areas to watch.
    pub crisis: Option<CrisisSummary>,
}

/// What the crisis did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CrisisSummary {
    /// Local day.
    pub day: String,
    /// P-codes of the struck areas of the deepest level, ascending.
    pub struck_areas: Vec<String>,
    /// Sites that fell silent.
    pub silent_sites: u32,
    /// People whose home is in the struck areas.
    pub struck_subscribers: u32,
    /// Of them, those who left by the last day.
    pub left: u32,
    /// Of those, with a second host by the last day.
    pub moved_on: u32,
    /// Of those who left, back by the last day.
    pub returned: u32,
}
