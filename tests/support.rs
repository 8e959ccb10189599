//! A folder and a command line, so that a test reads as a transcript.

use hexodus_store::{Manifest, Store};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A folder that is gone when the test is over.
pub struct Dir(TempDir);

/// One row of a table, by column.
pub type Row = BTreeMap<String, String>;
/// Bytes of files, by name.
pub type Files = BTreeMap<String, Vec<u8>>;

impl Dir {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// A synthetic country, ready to run. Its key is always the same: replicates go by pseudonyms, so with another key
    /// intervals are others.
    pub fn synth(arguments: &str) -> Self {
        let dir = Self::new();
        dir.hexodus(&format!("synth {arguments} .")).exits(0);
        dir.write("hexodus.key", format!("{}\n", "5e".repeat(32)));
        dir.set_mode("hexodus.key", 0o600);
        dir
    }

    /// The same inputs in a folder of their own; neither store nor tables.
    pub fn inputs_again(&self) -> Self {
        let again = Self::new();
        for (name, bytes) in self.files("") {
            if !name.starts_with("store/") && !name.starts_with("out/") {
                again.write(&name, bytes);
            }
        }
        again.set_mode("hexodus.key", 0o600);
        again
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn remove(&self, name: &str) {
        let path = self.path(name);
        if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.unwrap();
    }

    pub fn rename(&self, from: &str, to: &str) {
        fs::create_dir_all(self.path(to).parent().unwrap()).unwrap();
        fs::rename(self.path(from), self.path(to)).unwrap();
    }

    pub fn set_mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Replaces text in a file; the text must be there.
    pub fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no {from:?}:\n{text}");
        self.write(name, text.replace(from, to));
    }

    /// Adds lines to `hexodus.toml`.
    pub fn configure(&self, lines: &str) {
        self.write("hexodus.toml", format!("{}\n{lines}\n", self.read("hexodus.toml")));
    }

    /// Runs `hexodus …` in this folder.
    #[track_caller]
    pub fn hexodus(&self, arguments: &str) -> Done {
        self.hexodus_with(arguments, &[])
    }

    /// The same with more in its environment.
    #[track_caller]
    pub fn hexodus_with(&self, arguments: &str, environment: &[(&str, &str)]) -> Done {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hexodus"));
        command.args(arguments.split_whitespace()).current_dir(self.0.path()).env("NO_COLOR", "1");
        command.envs(environment.iter().copied());
        Done::of(arguments, &command.output().expect("the binary runs"))
    }

    /// The folder of the latest release, `out/<date>`.
    pub fn release(&self) -> String {
        let entries = fs::read_dir(self.path("out")).expect("a release");
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        format!("out/{}", names.max().expect("a release"))
    }

    /// Every released file by name.
    pub fn released(&self) -> Files {
        self.files(&self.release())
    }

    /// A released table, row by row.
    pub fn table(&self, name: &str) -> Vec<Row> {
        self.rows(&format!("{}/{name}.csv", self.release()))
    }

    /// The rows of any CSV file.
    pub fn rows(&self, name: &str) -> Vec<Row> {
        csv::Reader::from_path(self.path(name)).unwrap().deserialize().map(|row| row.unwrap()).collect()
    }

    /// Takes `[population]` out of `hexodus.toml`.
    pub fn forget_population(&self) {
        let text = self.read("hexodus.toml");
        let from = text.find("[population]").expect("a population");
        let to = from + text[from + 1..].find("\n[").unwrap() + 2;
        self.write("hexodus.toml", format!("{}{}", &text[..from], &text[to..]));
    }

    pub fn method(&self) -> serde_json::Value {
        serde_json::from_str(&self.read(&format!("{}/method.json", self.release()))).unwrap()
    }

    pub fn manifest(&self) -> Manifest {
        Store::read_manifest(&self.path("store")).unwrap().expect("a store")
    }

    /// Days with events that are used.
    pub fn days(&self) -> Vec<String> {
        self.manifest().usable_days().iter().map(ToString::to_string).collect()
    }

    /// The days with a folder of dumps, ascending.
    pub fn days_of_dumps(&self) -> Vec<String> {
        let folders = fs::read_dir(self.path("dumps")).unwrap();
        let mut days: Vec<String> = folders.map(|own| own.unwrap().file_name().into_string().unwrap()).collect();
        days.sort_unstable();
        days
    }

    /// Every file below a folder, by path below that folder.
    pub fn files(&self, below: &str) -> Files {
        let root = self.path(below);
        files_below(&root)
            .into_iter()
            .map(|path| (path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap()))
            .collect()
    }
}

/// Every file below a folder.
pub fn files_below(root: &Path) -> Vec<PathBuf> {
    let (mut folders, mut files) = (vec![root.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { &mut folders } else { &mut files }.push(path);
        }
    }
    files.sort_unstable();
    files
}

/// What a command said and how it ended.
pub struct Done {
    command: String,
    pub code: i32,
    pub text: String,
}

impl Done {
    pub fn of(command: &str, output: &Output) -> Self {
        let text = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat();
        Self { command: command.to_owned(), code: output.status.code().unwrap_or(-1), text }
    }

    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "$ hexodus {}\n{}", self.command, self.text);
        self
    }

    /// Each of these, wherever lines were broken to fit the terminal.
    #[track_caller]
    pub fn says(self, words: &[&str]) -> Self {
        for words in words {
            let found = squeezed(&self.text).contains(&squeezed(words));
            assert!(found, "$ hexodus {}\n{}\ndoes not say: {words}", self.command, self.text);
        }
        self
    }

    #[track_caller]
    pub fn never_says(self, words: &str) -> Self {
        assert!(!squeezed(&self.text).contains(&squeezed(words)), "{}\nsays: {words}", self.text);
        self
    }
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace() && *character != '│').collect()
}

/// Whether a file has this extension.
pub fn is(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found == extension)
}

/// Two sets of files are the same; says which differ.
#[track_caller]
pub fn assert_same(left: &Files, right: &Files, what: &str) {
    let names = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(left), names(right), "{what}: other files");
    let differing: Vec<&String> =
        left.iter().filter(|(name, bytes)| right[*name] != **bytes).map(|(name, _)| name).collect();
    assert!(differing.is_empty(), "{what}: these differ: {differing:?}");
}

/// Says aloud that a test was skipped, even where the harness captures output.
pub fn skip(test: &str, why: &str) {
    writeln!(std::io::stderr().lock(), "SKIPPED {test}: {why}").unwrap_or_default();
}

pub fn gunzipped(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

pub fn gzipped(text: &str) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(text.as_bytes()).unwrap();
    writer.finish().unwrap()
}

/// Data made elsewhere, where it is at hand.
pub fn shared(test: &str, name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    if path.exists() {
        return Some(path);
    }
    skip(test, &format!("no {}", path.display()));
    None
}

/// Runs one of the questions of `tests/independent.py`; none where Python lacks what the question needs.
pub fn independent(test: &str, arguments: &[&str]) -> Option<serde_json::Value> {
    python(test, "independent.py", arguments)
}

/// Runs a script of `tests/`, which prints JSON; none where Python lacks what it needs.
pub fn python(test: &str, script: &str, arguments: &[&str]) -> Option<serde_json::Value> {
    let python = std::env::var("HEXODUS_PYTHON").unwrap_or_else(|_| "python3".into());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(script);
    let output = match Command::new(&python).arg(script).args(arguments).output() {
        Ok(output) if output.status.code() != Some(77) => output,
        _ => {
            skip(test, &format!("{python} or a package it needs is missing (HEXODUS_PYTHON names another)"));
            return None;
        }
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).expect("JSON"))
}

/// A linear congruential generator: the same numbers everywhere, without a crate.
pub struct Lcg(pub u64);

impl Lcg {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}
