//! The stages under callgrind.

use crate::Counts;
use std::process::{Command, Output};

/// Argument with which this program runs its stages and nothing else.
pub const INSIDE: &str = "--inside";
/// Stages are the functions of this module.
const STAGES: &str = "instructions::stages::stage_";

/// The feature set and toolchain, and the instructions of each stage, calls included.
///
/// # Errors
/// Why nothing can be counted here.
pub fn counts() -> Result<(String, Counts), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let out = folder.path().join("callgrind.out");
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let inside = run(Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", out.display()))
        .args([own.as_os_str(), INSIDE.as_ref()]))?;
    let features = String::from_utf8_lossy(&inside.stdout).trim().to_owned();
    let table = run(Command::new("callgrind_annotate").args(["--inclusive=yes", "--threshold=100"]).arg(&out))?;
    let counts: Counts = String::from_utf8_lossy(&table.stdout).lines().filter_map(stage_of).collect();
    if counts.is_empty() { Err("callgrind saw no stage".into()) } else { Ok((features, counts)) }
}

fn run(command: &mut Command) -> Result<Output, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{name}: {error}"))?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{name} failed: {}", told.lines().last().unwrap_or_default()));
    }
    Ok(output)
}

/// A line is `12,345 ( 1.23%)  file:function [object]`, or without the share.
fn stage_of(line: &str) -> Option<(String, u64)> {
    let (_, name) = line.split_once(STAGES)?;
    let name = name.split([' ', '\'', '[']).next()?;
    let count: String = line.trim_start().split([' ', '(']).next()?.split(',').collect();
    Some((name.to_owned(), count.parse().ok()?))
}
