//! Killed, cut off, filled up, disturbed: the next run ends where an undisturbed one would have.
//!
//! | module | fault |
//! |---|---|
//! | `killed` | kill −9 and a full disk at each fail point; kill −9 at any moment |
//! | `rotation` | the same for `hexodus key rotate` |
//! | `disk` | a small disk that is full, an output that is read-only |
//! | `clock` | a clock that goes back |
//! | `at_once` | two processes |

mod at_once;
mod clock;
mod disk;
mod killed;
mod rotation;

use crate::support::{Dir, Done, Files, assert_same, gunzipped, gzipped};
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

/// Days 2 and 3 are stored and released, then day 1 and the second half of day 3 arrive: a run takes in a day that is
/// new, replaces derived files, and puts a release in the place of an older one of the same date.
pub struct Prepared {
    /// Before the disturbed run.
    pub before: Dir,
    /// What an undisturbed run makes of it.
    pub released: Files,
}

pub fn prepared() -> &'static Prepared {
    static PREPARED: OnceLock<Prepared> = OnceLock::new();
    PREPARED.get_or_init(|| {
        let before = Dir::synth("--subscribers 300 --days 3 --events 6");
        before
            .configure("[mobility]\ndaily_location = \"night\"\n[policy]\nmin_subscribers = 2\nmin_subscribers_h3 = 2");
        let dumps = before.files("dumps");
        let names: Vec<&String> = dumps.keys().collect();
        // A crisis with one day before it, by a profile that finds homes all the same.
        let day = |at: usize| &names[at][..10];
        before.configure(&format!(
            "[[crisis]]\noperation = \"flood\"\nevent_time = \"{}\"\nprofile = \"flowminder-covid19\"\n\
             baseline = {{ start = \"{}\", end = \"{}\" }}",
            day(1),
            day(0),
            day(0)
        ));
        before.edit("hexodus.toml", "[output]", "[output]\ntrips_all_pairs = true");
        let mut late = Vec::new();
        late.push((format!("dumps/{}", names[0]), dumps[names[0]].clone()));
        before.remove(&late[0].0);
        let (early, rest) = halves(&gunzipped(&dumps[names[2]]));
        before.write(&format!("dumps/{}", names[2]), gzipped(&early));
        late.push((format!("dumps/{}", names[2].replace("events-00", "events-01")), gzipped(&rest)));
        run(&before).exits(0);
        for (name, bytes) in late {
            before.write(&name, bytes);
        }
        let undisturbed = copied(&before);
        run(&undisturbed).exits(0);
        assert!(undisturbed.released() != before.released(), "what came late matters");
        Prepared { released: undisturbed.released(), before }
    })
}

/// A folder with everything in it, store and tables too.
pub fn copied(dir: &Dir) -> Dir {
    let copy = Dir::new();
    for (name, bytes) in dir.files("") {
        copy.write(&name, bytes);
    }
    copy.set_mode("hexodus.key", 0o600);
    copy
}

pub fn run(dir: &Dir) -> Done {
    dir.hexodus("run --accept-lower-k --threads 2")
}

/// Runs a command that is to be stopped at a fail point.
pub fn stopped(dir: &Dir, arguments: &str, point: &str) -> Done {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hexodus"));
    command.args(arguments.split_whitespace()).current_dir(dir.path("")).env("NO_COLOR", "1");
    Done::of(arguments, &command.env("HEXODUS_FAIL_POINT", point).output().expect("the binary runs"))
}

/// Status works; another run ends with the tables of an undisturbed one; nothing is damaged, nothing is left over.
#[track_caller]
pub fn recovers(dir: &Dir, expected: &Files, what: &str) {
    let status = dir.hexodus("status --accept-lower-k");
    assert_eq!(status.code, 0, "{what}: status\n{}", status.text);
    let again = run(dir);
    assert_eq!(again.code, 0, "{what}: again\n{}", again.text);
    assert_same(&dir.released(), expected, what);
    dir.hexodus("verify --accept-lower-k").exits(0);
    nothing_left_over(dir, what);
}

/// Every file of the store is named by the manifest, and the output holds releases only.
#[track_caller]
pub fn nothing_left_over(dir: &Dir, what: &str) {
    let manifest = dir.manifest();
    let named = manifest.file_names();
    for name in dir.files("store").into_keys() {
        let kept =
            named.contains(name.as_str()) || ["manifest.json", "lock", "seen_files.json"].contains(&name.as_str());
        assert!(kept, "{what}: {name} is left over in the store");
    }
    for name in dir.files("out").into_keys() {
        assert!(!name.starts_with('.'), "{what}: {name} is left over beside the release");
    }
}

/// Every other row, each half with the header.
pub fn halves(csv: &str) -> (String, String) {
    let (header, rows) = csv.split_once('\n').unwrap();
    let half = |start: usize| {
        let rows: Vec<&str> = rows.lines().skip(start).step_by(2).collect();
        format!("{header}\n{}\n", rows.join("\n"))
    };
    (half(0), half(1))
}

/// Whether a program is there.
pub fn can(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
