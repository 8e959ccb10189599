//! The file system of the machine, with a record of every step.

use crate::fs::{FileSystem, RealFileSystem, StoreFile};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// One change, with paths below the root. Files are numbered by creation: a name may come to stand for another file.
#[derive(Clone, Debug)]
pub enum Step {
    CreateFolder(PathBuf),
    Create(PathBuf, usize),
    Write(usize, Vec<u8>),
    Sync(usize),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    SyncFolder(PathBuf),
}

impl Step {
    pub fn is_sync_of_file(&self) -> bool {
        matches!(self, Self::Sync(_))
    }

    pub fn is_sync_of_folder(&self) -> bool {
        matches!(self, Self::SyncFolder(_))
    }

    /// That the folder of a day stands in the folder above it: easily forgotten, as the first release did.
    pub fn is_sync_of_kind(&self) -> bool {
        matches!(self, Self::SyncFolder(path) if path.ends_with("events"))
    }
}

/// Does every step and keeps it.
#[derive(Debug)]
pub struct Recording {
    root: PathBuf,
    steps: Arc<Mutex<Vec<Step>>>,
}

impl Recording {
    pub fn below(root: &Path) -> Self {
        Self { root: root.to_owned(), steps: Arc::default() }
    }

    pub fn steps(&self) -> Vec<Step> {
        self.steps.lock().unwrap().clone()
    }

    fn keep(&self, step: Step) {
        self.steps.lock().unwrap().push(step);
    }

    fn below_root(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.root).expect("below the root").to_owned()
    }
}

impl FileSystem for Recording {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.keep(Step::CreateFolder(self.below_root(path)));
        RealFileSystem.create_folder(path)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn StoreFile>> {
        let number = self.steps.lock().unwrap().iter().filter(|step| matches!(step, Step::Create(..))).count();
        self.keep(Step::Create(self.below_root(path), number));
        let file = RealFileSystem.create(path)?;
        Ok(Box::new(RecordingFile { file, number, steps: Arc::clone(&self.steps) }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.keep(Step::Rename(self.below_root(from), self.below_root(to)));
        RealFileSystem.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.keep(Step::Remove(self.below_root(path)));
        RealFileSystem.remove(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.keep(Step::Remove(self.below_root(path)));
        RealFileSystem.remove_folder(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.keep(Step::SyncFolder(self.below_root(path)));
        RealFileSystem.sync_folder(path)
    }
}

struct RecordingFile {
    file: Box<dyn StoreFile>,
    number: usize,
    steps: Arc<Mutex<Vec<Step>>>,
}

impl Write for RecordingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.steps.lock().unwrap().push(Step::Write(self.number, bytes.to_owned()));
        self.file.write_all(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl StoreFile for RecordingFile {
    fn sync(&mut self) -> io::Result<()> {
        self.steps.lock().unwrap().push(Step::Sync(self.number));
        self.file.sync()
    }
}
