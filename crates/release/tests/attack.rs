//! An attacker in Python, who shares no code with the suppression, on the files of random worlds.
#![allow(unused_crate_dependencies, reason = "a test shares the dependencies of the crate")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

#[path = "../examples/worlds/draw.rs"]
mod draw;
#[path = "../examples/worlds/files.rs"]
mod files;

use hexodus_release::suppress;
use std::path::Path;
use std::process::Command;

/// What the attacker says of the worlds of some seeds; none where there is no Python with scipy.
fn attacked(seeds: std::ops::RangeInclusive<u64>, suppressed: bool) -> Option<serde_json::Value> {
    let Ok(python) = std::env::var("HEXODUS_PYTHON") else {
        eprintln!("skipped: HEXODUS_PYTHON names no Python with scipy");
        return None;
    };
    let folder = tempfile::tempdir().expect("a folder to write to");
    for seed in seeds {
        let group = draw::world(seed);
        let pattern = suppressed.then(|| suppress(&group));
        files::write(&folder.path().join(seed.to_string()), &group, pattern.as_ref()).expect("a folder to write to");
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/attack/lp_attacker.py");
    let output = Command::new(&python).arg(script).arg(folder.path()).output().expect("Python");
    if output.status.code() == Some(77) {
        eprintln!("skipped: {python} has no scipy");
        return None;
    }
    Some(
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr))),
    )
}

#[test]
fn a_linear_program_recovers_nothing() {
    let Some(report) = attacked(1..=30, true) else { return };
    assert_eq!((&report["worlds"], &report["recovered"]), (&30.into(), &0.into()), "{report}");
    assert!(report["attacked"].as_u64() > Some(500), "{report}");
    assert!(report["over_suppression"].as_f64() <= Some(2.0), "{report}");
}

#[test]
fn withholding_only_what_is_below_k_is_recovered() {
    let Some(report) = attacked(1..=30, false) else { return };
    assert!(report["recovered"].as_u64() > Some(100), "{report}");
}
