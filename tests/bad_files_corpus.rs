//! A table of small broken files: each with its exit status and the account of its rows. Whatever happens, every row
//! read is accounted for once, and a refused file leaves nothing.
//!
//! The cases stand in `bad_files_text` (how a file is written), `bad_files_values` (what a row says) and
//! `bad_files_parquet`.

use crate::small::network;
use crate::support::{Dir, Done};
use hexodus_model::{FaultCode, RowCounts};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write;
use std::process::Command;

/// A file, how it is declared, and what must come of it.
pub struct Case {
    pub name: &'static str,
    pub file: &'static str,
    pub bytes: Vec<u8>,
    /// Replacements in the configuration of `small`; an empty `from` adds to the source.
    pub config: Vec<(&'static str, String)>,
    pub plan: &'static str,
    pub expected: Expected,
}

/// What must come of a file.
pub enum Expected {
    Stored(RowCounts),
    /// The words that say why.
    Refused(Vec<&'static str>),
}

pub const HEADER: &str = "sim,when,tower\n";
/// A row without fault.
pub const GOOD: &str = "good,2031-03-02 07:00:00,a\n";

/// A CSV of the second day with a header, a good row, and these rows.
pub fn rows(name: &'static str, rows: &str) -> Case {
    case(name, "2031-03-02.csv", format!("{HEADER}{GOOD}{rows}"))
}

pub fn case(name: &'static str, file: &'static str, bytes: impl Into<Vec<u8>>) -> Case {
    let expected = Expected::Stored(RowCounts::default());
    Case { name, file, bytes: bytes.into(), config: Vec::new(), plan: "", expected }
}

impl Case {
    /// Replaces a line of the configuration.
    pub fn with(mut self, from: &'static str, to: &str) -> Self {
        self.config.push((from, to.into()));
        self
    }

    /// Adds a table to the source.
    pub fn table(self, lines: &str) -> Self {
        self.with("[radio_cells]", &format!("{lines}\n\n[radio_cells]"))
    }

    pub fn plan(mut self, rows: &'static str) -> Self {
        self.plan = rows;
        self
    }

    fn counts(mut self, change: impl FnOnce(&mut RowCounts)) -> Self {
        if let Expected::Stored(counts) = &mut self.expected {
            change(counts);
            counts.read = counts.located + counts.unlocated + counts.duplicates + counts.rejected_rows();
        }
        self
    }

    pub fn located(self, rows: u64) -> Self {
        self.counts(|counts| counts.located = rows)
    }

    pub fn unlocated(self, rows: u64) -> Self {
        self.counts(|counts| counts.unlocated = rows)
    }

    pub fn duplicates(self, rows: u64) -> Self {
        self.counts(|counts| counts.duplicates = rows)
    }

    pub fn rejected(self, code: FaultCode, rows: u64) -> Self {
        self.counts(|counts| *counts.rejected.entry(code).or_default() += rows)
    }

    pub fn flagged(self, code: FaultCode, rows: u64) -> Self {
        self.counts(|counts| *counts.flagged.entry(code).or_default() += rows)
    }

    pub fn refused(mut self, words: &[&'static str]) -> Self {
        self.expected = Expected::Refused(words.to_vec());
        self
    }

    fn prepared(&self) -> Dir {
        let dir = network();
        dir.write(&format!("dumps/{}", self.file), &self.bytes);
        dir.write("radio_cells.csv", dir.read("radio_cells.csv") + self.plan);
        for (from, to) in &self.config {
            dir.edit("hexodus.toml", from, to);
        }
        dir
    }

    /// Runs the case under a limit of memory and compares; what went wrong, if anything did.
    fn verdict(&self) -> Result<(), String> {
        let dir = self.prepared();
        let done = limited_run(&dir);
        let code = if matches!(self.expected, Expected::Stored(_)) { 0 } else { 3 };
        if done.code != code {
            return Err(format!("exit {} instead of {code}\n{}", done.code, done.text));
        }
        let manifest = dir.manifest();
        let mut total = RowCounts::default();
        for file in &manifest.files {
            if !file.days.values().all(RowCounts::balances) {
                return Err(format!("an account does not add up: {:?}", file.days));
            }
            total.add(&file.total());
        }
        if total.quarantined != total.rejected_rows() {
            return Err(format!(
                "{} rejected rows are not in the quarantine",
                total.rejected_rows() - total.quarantined
            ));
        }
        total.quarantined = 0;
        match &self.expected {
            Expected::Stored(expected) if total != *expected => {
                Err(format!("expected {expected:?}\nfound    {total:?}\n{}", done.text))
            }
            Expected::Stored(_) => Ok(()),
            Expected::Refused(_) if !manifest.files.is_empty() || !dir.days().is_empty() => {
                Err("something of a refused file is stored".into())
            }
            Expected::Refused(words) => {
                let said = |words: &&&str| squeezed(&done.text).contains(&squeezed(words));
                let missing: Vec<&&str> = words.iter().filter(|words| !said(words)).collect();
                if missing.is_empty() { Ok(()) } else { Err(format!("does not say {missing:?}:\n{}", done.text)) }
            }
        }
    }
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace() && *character != '│').collect()
}

/// `hexodus run` with 2 GiB of address space and half a minute of processor time.
fn limited_run(dir: &Dir) -> Done {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 2097152; ulimit -t 30; exec \"$0\" run", env!("CARGO_BIN_EXE_hexodus")]);
    command.current_dir(dir.path("")).env("NO_COLOR", "1");
    Done::of("run", &command.output().expect("the binary runs"))
}

/// Runs all cases, then tells all that went wrong.
#[track_caller]
pub fn judge(cases: &[Case]) {
    let mut names = BTreeSet::new();
    let mut wrong = String::new();
    for case in cases {
        assert!(names.insert(case.name), "two cases are named {}", case.name);
        if let Err(why) = case.verdict() {
            writeln!(wrong, "\n== {}: {why}", case.name).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{} cases;{wrong}", cases.len());
}

pub fn zst(bytes: &[u8]) -> Vec<u8> {
    let mut raw = vec![0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58];
    // Raw blocks of at most 128 KiB: no encoder is needed to write Zstandard.
    let mut chunks = bytes.chunks(1 << 17).peekable();
    while let Some(chunk) = chunks.next() {
        let header = (chunk.len() as u32) << 3 | u32::from(chunks.peek().is_none());
        raw.extend_from_slice(&header.to_le_bytes()[..3]);
        raw.extend_from_slice(chunk);
    }
    raw
}

pub fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}
