//! How a file looks without being read, so that a night does not read again what earlier nights have read.

use std::fs::Metadata;

/// Size, inode and the times of the last change to content and inode, as git has it for its index: no program can set
/// the last of these back. `None` where the system does not tell; files are known by their bytes alone there.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have none")]
pub(crate) fn file_stamp(file: &Metadata) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let modified = format!("{}.{:09}", file.mtime(), file.mtime_nsec());
    let changed = format!("{}.{:09}", file.ctime(), file.ctime_nsec());
    Some(format!("{}-{}-{modified}-{changed}", file.size(), file.ino()))
}

#[cfg(not(unix))]
pub(crate) fn file_stamp(_: &Metadata) -> Option<String> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs::{self, File};
    use std::thread::sleep;
    use std::time::Duration;

    #[test]
    fn other_bytes_of_the_same_size_and_time_look_different() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("2031-03-02.csv");
        fs::write(&path, "abc").unwrap();
        let stamp = || file_stamp(&path.metadata().unwrap()).unwrap();
        let (before, modified) = (stamp(), path.metadata().unwrap().modified().unwrap());
        assert_eq!(stamp(), before);
        // Longer than the clock of the file system ticks.
        sleep(Duration::from_millis(50));
        fs::write(&path, "xyz").unwrap();
        File::options().append(true).open(&path).unwrap().set_modified(modified).unwrap();
        assert_eq!(path.metadata().unwrap().modified().unwrap(), modified);
        assert_ne!(stamp(), before);
    }
}
