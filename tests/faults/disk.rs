//! A small disk that is full, an output that is read-only.

use super::{can, copied, prepared, recovers, run, text};
use crate::support::{Dir, skip};
use std::process::Command;

/// A small disk of its own, gone when the test is over.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount(dir: &Dir, name: &str, bytes: u64) -> Option<Self> {
        dir.write(&format!("{name}/.mount"), "");
        let path = dir.path(name);
        let size = format!("size={bytes}");
        can("mount", &["-t", "tmpfs", "-o", &size, "none", text(&path)]).then_some(Self(path))
    }

    fn grow(&self) {
        assert!(can("mount", &["-o", "remount,size=64m", text(&self.0)]));
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount").arg(&self.0).status().ok();
    }
}

fn written(dir: &Dir, folder: &str) -> u64 {
    dir.files(folder).values().map(|bytes| bytes.len().next_multiple_of(4096) as u64).sum()
}

#[test]
fn a_disk_that_is_full() {
    for folder in ["store", "out"] {
        let whole = prepared().before.inputs_again();
        run(&whole).exits(0);
        let needed = written(&whole, folder);
        // Room for nothing, for some, for nearly everything.
        for percent in [2, 30, 60, 90] {
            let dir = prepared().before.inputs_again();
            let Some(disk) = SmallDisk::mount(&dir, folder, needed * percent / 100) else {
                return skip("a_disk_that_is_full", "mounting is not allowed; see a_full_disk_at_each_fail_point");
            };
            let done = run(&dir);
            assert!([2, 4].contains(&done.code), "{folder}, {percent} %: exit {}\n{}", done.code, done.text);
            done.says(&["No space left on device"]);
            disk.grow();
            recovers(&dir, &whole.released(), &format!("{folder} full at {percent} %"));
        }
    }
}

#[test]
fn an_output_that_is_read_only() {
    let dir = copied(&prepared().before);
    let before = (dir.files("store"), dir.files("out"));
    let Some(mounted) = SmallDisk::mount(&dir, "elsewhere", 1 << 20) else {
        return skip("an_output_that_is_read_only", "mounting is not allowed");
    };
    dir.edit("hexodus.toml", "folder = \"out\"", "folder = \"elsewhere\"");
    assert!(can("mount", &["-o", "remount,ro", text(&mounted.0)]));
    run(&dir).exits(2).says(&["cannot write to [output] folder", "Read-only file system"]);
    assert!((dir.files("store"), dir.files("out")) == before, "noticed before any work");
    dir.edit("hexodus.toml", "folder = \"elsewhere\"", "folder = \"out\"");
    recovers(&dir, &prepared().released, "a read-only output, mended");
}

#[test]
fn a_store_that_is_read_only() {
    let dir = prepared().before.inputs_again();
    let Some(mounted) = SmallDisk::mount(&dir, "store", 1 << 20) else {
        return skip("a_store_that_is_read_only", "mounting is not allowed");
    };
    assert!(can("mount", &["-o", "remount,ro", text(&mounted.0)]));
    run(&dir).exits(4).says(&["Read-only file system"]);
}
