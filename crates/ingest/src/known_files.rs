//! Files accepted before, and how they are known again: by how they look, else by their bytes.

use crate::digest::digest_file;
use crate::steady::Steady;
use hexodus_model::SeenFile;
use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Files accepted before.
#[derive(Clone, Debug, Default)]
pub struct KnownFiles {
    digests: HashSet<String>,
    sizes: HashSet<u64>,
    seen: BTreeMap<String, SeenFile>,
}

/// Whether a file was accepted before.
pub(crate) enum Recognised {
    /// It was; its digest.
    Known(String),
    /// It was not, and was hashed to find out.
    New(io::Result<(String, u64)>),
    /// A size never seen is a file never seen: it can be parsed while it is hashed.
    NewSize,
}

impl KnownFiles {
    /// Adds a file by its digest and size in bytes.
    pub fn add(&mut self, digest: &str, size_bytes: u64) {
        self.digests.insert(digest.to_owned());
        self.sizes.insert(size_bytes);
    }

    /// Adds how files looked in earlier runs, by path: one that looked the same in two of them is not read again. One run
    /// would not do: a file may be written to twice while the clock of its file system stands still.
    #[must_use]
    pub fn as_seen(self, seen: BTreeMap<String, SeenFile>) -> Self {
        Self { seen, ..self }
    }

    /// Whether a file, as it is now, was accepted before.
    pub(crate) fn recognise(&self, path: &Path, file: &Steady) -> Recognised {
        let seen = self.looks_as_before(path, file);
        if let Some(seen) = seen.filter(|seen| seen.twice && self.contains(&seen.digest)) {
            return Recognised::Known(seen.digest.clone());
        }
        if !self.sizes.contains(&file.size()) {
            return Recognised::NewSize;
        }
        match digest_file(path) {
            Ok((digest, _)) if self.contains(&digest) => Recognised::Known(digest),
            digest => Recognised::New(digest),
        }
    }

    fn looks_as_before(&self, path: &Path, file: &Steady) -> Option<&SeenFile> {
        let seen = self.seen.get(&path.display().to_string());
        seen.filter(|seen| file.stamp() == Some(&seen.stamp))
    }

    fn contains(&self, digest: &str) -> bool {
        self.digests.contains(digest)
    }
}

/// How the files of a run looked while they stayed as they were, by path.
#[derive(Debug, Default)]
pub(crate) struct FilesSeen(Mutex<BTreeMap<String, SeenFile>>);

impl FilesSeen {
    /// Notes a file of this digest that looked so before its bytes were read, unless it has changed since.
    pub(crate) fn note(&self, path: &Path, before: &Steady, digest: &str, known: &KnownFiles) {
        let Some(stamp) = before.stamp().filter(|_| before.check(path).is_ok()) else { return };
        let twice = known.looks_as_before(path, before).is_some_and(|seen| seen.digest == digest);
        let seen = SeenFile { stamp: stamp.to_owned(), digest: digest.to_owned(), twice };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path.display().to_string(), seen);
    }

    pub(crate) fn all(&self) -> BTreeMap<String, SeenFile> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// What is known after a file with these bytes was accepted and looked "old" in one run, or in two.
    fn known(path: &Path, bytes: &[u8], twice: bool) -> KnownFiles {
        fs::write(path, bytes).unwrap();
        let (digest, size) = digest_file(path).unwrap();
        let mut known = KnownFiles::default();
        known.add(&digest, size);
        let seen = SeenFile { stamp: "old".into(), digest, twice };
        known.as_seen(BTreeMap::from([(path.display().to_string(), seen)]))
    }

    #[test]
    fn a_file_that_looked_the_same_twice_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("2031-03-02.csv");
        for twice in [false, true] {
            let known = known(&path, b"abc", twice);
            // Read, it is found to be another.
            fs::write(&path, b"xyz").unwrap();
            let file = Steady::of(&path).unwrap().with_stamp("old");
            assert_eq!(matches!(known.recognise(&path, &file), Recognised::Known(_)), twice);
            assert_eq!(matches!(known.recognise(&path, &file), Recognised::New(_)), !twice);
        }
    }

    #[test]
    fn a_file_that_looks_otherwise_is_known_by_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("2031-03-02.csv");
        let known = known(&path, b"abc", true);
        let file = Steady::of(&path).unwrap().with_stamp("touched");
        assert!(matches!(known.recognise(&path, &file), Recognised::Known(_)));
        fs::write(&path, b"xyz").unwrap();
        assert!(matches!(known.recognise(&path, &file), Recognised::New(_)));
        // How it looked is no help where the bytes it had are not accepted.
        let forgotten = KnownFiles::default().as_seen(known.seen);
        assert!(matches!(forgotten.recognise(&path, &file.with_stamp("old")), Recognised::NewSize));
    }

    #[test]
    fn a_file_is_noted_once_then_twice_and_not_at_all_when_it_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("2031-03-02.csv");
        fs::write(&path, "abc").unwrap();
        let file = Steady::of(&path).unwrap().with_stamp("old");
        let note = |digest: &str, before: BTreeMap<String, SeenFile>| {
            let seen = FilesSeen::default();
            seen.note(&path, &file, digest, &KnownFiles::default().as_seen(before));
            seen.all()
        };
        let twice = |seen: &BTreeMap<String, SeenFile>| seen.values().next().map(|own| own.twice);
        let first = note("digest", BTreeMap::new());
        assert_eq!(twice(&first), Some(false));
        assert_eq!(twice(&note("another", first.clone())), Some(false));
        let second = note("digest", first);
        assert_eq!(twice(&second), Some(true));
        fs::write(&path, "abcd").unwrap();
        assert_eq!(note("digest", second), BTreeMap::new());
    }
}
