//! Two hundred planted ids and their pseudonyms, looked for in everything that every command says or leaves behind.

use crate::privacy::values;
use crate::support::{Dir, gunzipped, gzipped, is, skip};
use hexodus_ingest::PseudonymKey;
use hexodus_ingest::keyed_hash::KeyedHash;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

const PLANTED: usize = 200;
/// Five weeks to learn from, and ten days since the event: one day can be released.
const COUNTRY: &str = "--subscribers 4000 --days 45 --crisis-day 34 --events 3";

/// Phone numbers, and texts as hashes look like, half and half.
fn canary(number: usize) -> String {
    let odd = (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    if number.is_multiple_of(2) {
        format!("{}", 977_980_000_000 + odd % 1_000_000_000)
    } else {
        format!("canary{odd:016x}")
    }
}

/// A country in which two hundred subscribers go by planted ids.
fn planted() -> Dir {
    let dir = Dir::synth(COUNTRY);
    dir.remove("truth");
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for (name, bytes) in dir.files("dumps") {
        let text = gunzipped(&bytes);
        let mut out = String::with_capacity(text.len());
        for (at, line) in text.lines().enumerate() {
            let (id, rest) = line.split_once(',').unwrap();
            let next = names.len();
            if at > 0 && next < PLANTED && !names.contains_key(id) {
                names.insert(id.to_owned(), canary(next));
            }
            writeln!(out, "{},{rest}", names.get(id).map_or(id, String::as_str)).unwrap();
        }
        dir.write(&format!("dumps/{name}"), gzipped(&out));
    }
    assert_eq!(names.len(), PLANTED);
    dir
}

/// Many patterns of eight bytes or more at once, by their first eight.
struct Search(HashMap<[u8; 8], Vec<Vec<u8>>>, Vec<bool>);

impl Search {
    fn new(patterns: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let mut search = Self(HashMap::new(), vec![false; 1 << 16]);
        for pattern in patterns {
            let first: [u8; 8] = pattern[..8].try_into().unwrap();
            search.1[usize::from(u16::from_le_bytes([first[0], first[1]]))] = true;
            search.0.entry(first).or_default().push(pattern);
        }
        search
    }

    /// The id as delivered: as text, in hexadecimal, as a number in either byte order.
    fn of_ids() -> Self {
        Self::new((0..PLANTED).map(canary).flat_map(|id| {
            let hex = id.bytes().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
            let mut forms = vec![hex.to_uppercase().into_bytes(), hex.into_bytes()];
            if let Ok(number) = id.parse::<u64>() {
                forms.extend([format!("{number:x}").into(), number.to_le_bytes().into(), number.to_be_bytes().into()]);
            }
            forms.push(id.into_bytes());
            forms
        }))
    }

    fn of_pseudonyms(dir: &Dir) -> Self {
        let key = PseudonymKey::read(&dir.path("hexodus.key")).unwrap();
        let mut hash = KeyedHash::new(&key, "");
        Self::new((0..PLANTED).flat_map(|number| {
            let bits = hash.of_bytes(canary(number).as_bytes()).bits();
            let texts = [format!("{bits:016x}"), format!("{bits:016X}"), bits.to_string(), (bits as i64).to_string()];
            texts.map(String::into_bytes).into_iter().chain([bits.to_le_bytes().into(), bits.to_be_bytes().into()])
        }))
    }

    fn finds(&self, bytes: &[u8]) -> bool {
        bytes.windows(8).enumerate().any(|(at, own)| {
            self.1[usize::from(u16::from_le_bytes([own[0], own[1]]))]
                && self.0.get(own).is_some_and(|found| found.iter().any(|form| bytes[at..].starts_with(form)))
        })
    }
}

/// What is in a file: its bytes, and the values of every Parquet column.
fn contents(path: &Path) -> Vec<Vec<u8>> {
    let own = std::fs::read(path).unwrap();
    // A file that a kill cut off has no end, and is looked through as it is.
    let is_whole = is(path.to_str().unwrap(), "parquet") && own.ends_with(b"PAR1");
    let columns = if is_whole { values(path) } else { Vec::new() };
    std::iter::once(own).chain(columns).collect()
}

/// A command at its most talkative.
fn said(dir: &Dir, arguments: &str, fail_point: Option<&str>) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hexodus"));
    command.args(arguments.split_whitespace()).arg("--timings").current_dir(dir.path("")).env("RUST_BACKTRACE", "full");
    if let Some(point) = fail_point {
        command.env(hexodus_failpoint::VARIABLE, point);
    }
    let output = command.output().unwrap();
    assert_eq!(output.status.code().is_none(), fail_point.is_some(), "{arguments}: {output:?}");
    [output.stdout, output.stderr].concat()
}

/// Ids nowhere, pseudonyms in the store only.
#[track_caller]
fn assert_nowhere(dir: &Dir, said: &[u8], after: &str) {
    let (ids, pseudonyms) = (Search::of_ids(), Search::of_pseudonyms(dir));
    assert!(!ids.finds(said) && !pseudonyms.finds(said), "{after}: said");
    let mut in_store = false;
    for name in dir.files("").into_keys().filter(|name| !name.starts_with("dumps/") && name != "hexodus.key") {
        for content in contents(&dir.path(&name)) {
            assert!(!ids.finds(&content), "{after}: an id in {name}");
            let found = pseudonyms.finds(&content);
            let is_kept = ["store/", "staging/"].iter().any(|folder| name.starts_with(folder));
            assert!(!found || is_kept, "{after}: a pseudonym in {name}");
            in_store |= found;
        }
    }
    assert!(in_store, "{after}: the search finds pseudonyms where they are");
}

#[test]
fn planted_ids_and_their_pseudonyms_are_nowhere() {
    let dir = planted();
    dir.configure("[release]\nsettle_days = 1"); // the country ends soon after its first week
    let dumps = dir.files("dumps");
    assert!(dumps.values().all(|bytes| Search::of_ids().finds(gunzipped(bytes).as_bytes())), "they are planted");
    let mut all = said(&dir, "check", None);
    all.extend(said(&dir, "run", Some("release.file.write:3")));
    assert_nowhere(&dir, &all, "killed while writing tables");
    // Refused: a line that is cut off, ids where times should be; rows that are rejected one by one.
    let (first, last) = (dumps.keys().next().unwrap(), dumps.keys().next_back().unwrap());
    let text = gunzipped(&dumps[last]);
    let late = last.replace("events-00", "events-99");
    dir.write(&format!("dumps/{late}"), gzipped(&text.replacen("sim,when", "when,sim", 1)));
    let broken: Vec<String> =
        (0..PLANTED).map(|at| format!("{},{},{}\n", canary(at), canary(at + 1), canary(at + 2))).collect();
    let broken = broken.concat();
    let rejected = first.replace("events-00", "events-98");
    dir.write(&format!("dumps/{rejected}"), gzipped(&(gunzipped(&dumps[first]) + &broken)));
    for command in ["check", "run", "status --files", "quarantine", "verify", "explain", "release"] {
        all.extend(said(&dir, command, None));
    }
    assert_nowhere(&dir, &all, "with refused files");
    dir.remove(&format!("dumps/{late}"));
    dir.remove(&format!("dumps/{rejected}"));
    for command in ["run", "release"] {
        all.extend(said(&dir, command, None));
    }
    assert!(dir.path("released").exists(), "{}", String::from_utf8_lossy(&all));
    assert_nowhere(&dir, &all, "released");
    dir.remove("released");
    dir.configure("[release.noise]\nrho_total = \"1\"\nrho_per_day = \"0.2\"");
    all.extend(said(&dir, "release", Some("outgoing.entered")));
    all.extend(said(&dir, "release", None));
    assert_nowhere(&dir, &all, "released with noise");
    // The same as many processes: pseudonyms are in the folder between the verbs, too.
    dir.remove("store");
    for (command, fail_point) in [
        ("shard --shards 2 --to staging", Some("shard.delivery.written:4")),
        ("shard --shards 2 --to staging", None),
        ("reduce --from staging --shard 0/2", Some("reduce.begin:3")),
        ("reduce --from staging --shard 0/2", None),
        ("reduce --from staging --shard 1/2", None),
        ("merge --from staging", None),
        ("reduce --from staging --shard 0/2", None),
        ("reduce --from staging --shard 1/2", Some("crisis.written")),
        ("reduce --from staging --shard 1/2", None),
        ("merge --from staging", None),
    ] {
        all.extend(said(&dir, command, fail_point));
    }
    assert_nowhere(&dir, &all, "shards");
}

/// A killed process would leave its memory in a file: the key, and ids as delivered.
#[test]
fn a_killed_run_leaves_no_core_file() {
    let dir = Dir::synth("--subscribers 300 --days 3 --events 6");
    let shell = |script: &str| {
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("ulimit -c unlimited && {script}")).current_dir(dir.path(""));
        command.env("HEXODUS", env!("CARGO_BIN_EXE_hexodus")).output().unwrap()
    };
    let cores = || dir.files("").into_keys().filter(|name| name.contains("core")).collect::<Vec<_>>();
    shell("sh -c 'kill -ABRT $$'");
    if cores().is_empty() {
        skip("canaries", "this system writes no core files here");
    }
    for name in cores() {
        dir.remove(&name);
    }
    let killed = shell(&format!("{}=reduce.begin exec \"$HEXODUS\" run", hexodus_failpoint::VARIABLE));
    assert_eq!(killed.status.code(), None, "{killed:?}");
    assert_eq!(cores(), Vec::<String>::new());
}
