//! What the store asks of a file system, so that a test can take the power away at any step.
//!
//! Reading is not part of it: nothing that is read can be lost.

use hexodus_failpoint::{Point, pass};
use std::fmt::Debug;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Every change the store makes goes through one of these. A change is certain to survive a power cut once the file
/// was synced (its content) and the folder was synced (which names stand in it); until then it may, wholly or in part.
pub trait FileSystem: Debug + Send + Sync {
    /// Creates one folder, for its owner only; its parent exists.
    fn create_folder(&self, path: &Path) -> io::Result<()>;
    /// Creates a file, or empties the one there is.
    fn create(&self, path: &Path) -> io::Result<Box<dyn StoreFile>>;
    /// Puts a file in the place of another, at once.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Removes an empty folder.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;
    /// Brings the names in a folder to the disk.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
}

/// A file being written.
pub trait StoreFile: Write + Send {
    /// Brings its content to the disk.
    fn sync(&mut self) -> io::Result<()>;
}

/// The file system of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealFileSystem;

impl FileSystem for RealFileSystem {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn StoreFile>> {
        Ok(Box::new(File::create(path)?))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        // Elsewhere a folder cannot be opened, and names are written through.
        if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
    }
}

impl StoreFile for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

/// A folder on a file system: where a store is.
#[derive(Clone, Copy, Debug)]
pub struct Disk<'a> {
    pub(crate) system: &'a dyn FileSystem,
    pub(crate) folder: &'a Path,
}

impl Disk<'_> {
    /// Where a file of the store is.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Creates a file whose folder is there already.
    pub(crate) fn create(&self, name: &str) -> io::Result<Box<dyn StoreFile>> {
        pass(Point::PartCreate)?;
        self.system.create(&self.path(name))
    }

    /// Brings a finished file to the disk: its content, then its name.
    pub(crate) fn settle(&self, name: &str, file: &mut dyn StoreFile) -> io::Result<()> {
        pass(Point::PartSync)?;
        file.sync()?;
        pass(Point::PartSynced)?;
        self.path(name).parent().map_or(Ok(()), |folder| self.system.sync_folder(folder))?;
        pass(Point::PartWritten)
    }
}

/// Creates a folder and those above it, each certain to be found again before anything is put into it.
///
/// # Errors
/// When one cannot be created.
pub fn create_folders(system: &dyn FileSystem, path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    create_folders(system, parent)?;
    pass(Point::FolderCreate)?;
    match system.create_folder(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
        created => created?,
    }
    pass(Point::FolderCreated)?;
    system.sync_folder(parent)
}
