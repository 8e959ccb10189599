//! What a disk may hold after a power cut.
//!
//! A file keeps the content it had when it was last synced, and perhaps some of what was written since. A folder keeps
//! the names it had when it was last synced; each change since may have reached the disk or not, for each name alone.
//! (Real file systems promise more, in ways that differ.)

use super::recording::Step;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// How much of what was not synced is lost.
#[derive(Clone, Copy, Debug)]
pub enum Loss {
    Everything,
    Nothing,
    /// By the toss of a coin, for each name and for the end of each file; the number seeds the coins.
    Some(u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Node {
    File(usize),
    Folder(usize),
}

/// Now, and as certain to survive.
#[derive(Clone, Debug, Default)]
struct Twice<T> {
    now: T,
    certain: T,
}

type Names = BTreeMap<String, Node>;

struct Disk {
    files: Vec<Twice<Vec<u8>>>,
    /// The first is the root.
    folders: Vec<Twice<Names>>,
}

/// Takes the steps, cuts the power, and writes what is left below `into`.
pub fn write_survivors(steps: &[Step], loss: Loss, into: &Path) {
    let mut disk = Disk { files: Vec::new(), folders: vec![Twice::default()] };
    for step in steps {
        disk.take(step);
    }
    let mut coins = Coins(if let Loss::Some(seed) = loss { seed } else { 0 });
    disk.write(0, loss, &mut coins, into);
}

impl Disk {
    fn take(&mut self, step: &Step) {
        match step {
            Step::CreateFolder(path) => {
                self.folders.push(Twice::default());
                self.put(path, Node::Folder(self.folders.len() - 1));
            }
            Step::Create(path, number) => {
                assert_eq!(*number, self.files.len());
                self.files.push(Twice::default());
                self.put(path, Node::File(*number));
            }
            Step::Write(number, bytes) => self.files[*number].now.extend(bytes),
            Step::Sync(number) => self.files[*number].certain = self.files[*number].now.clone(),
            Step::Rename(from, to) => {
                let node = self.parent(from).now.remove(&name(from)).expect("a file to rename");
                self.put(to, node);
            }
            Step::Remove(path) => {
                self.parent(path).now.remove(&name(path)).expect("something to remove");
            }
            Step::SyncFolder(path) => {
                let folder = self.folder(path);
                folder.certain = folder.now.clone();
            }
        }
    }

    fn put(&mut self, path: &Path, node: Node) {
        self.parent(path).now.insert(name(path), node);
    }

    fn parent(&mut self, path: &Path) -> &mut Twice<Names> {
        self.folder(path.parent().expect("below the root"))
    }

    fn folder(&mut self, path: &Path) -> &mut Twice<Names> {
        let mut at = 0;
        for part in path {
            let Some(Node::Folder(next)) = self.folders[at].now.get(part.to_str().unwrap()) else {
                panic!("no folder {}", path.display());
            };
            at = *next;
        }
        &mut self.folders[at]
    }

    fn write(&self, folder: usize, loss: Loss, coins: &mut Coins, into: &Path) {
        let Twice { now, certain } = &self.folders[folder];
        let names: BTreeSet<&String> = now.keys().chain(certain.keys()).collect();
        for name in names {
            let node = if keeps(loss, coins) { now.get(name) } else { certain.get(name) };
            match node {
                Some(Node::Folder(number)) => {
                    fs::create_dir(into.join(name)).unwrap();
                    self.write(*number, loss, coins, &into.join(name));
                }
                Some(Node::File(number)) => fs::write(into.join(name), self.content(*number, loss, coins)).unwrap(),
                None => {}
            }
        }
    }

    fn content(&self, number: usize, loss: Loss, coins: &mut Coins) -> &[u8] {
        let Twice { now, certain } = &self.files[number];
        match loss {
            Loss::Everything => certain,
            Loss::Nothing => now,
            Loss::Some(_) => &now[..certain.len() + coins.below(now.len() - certain.len() + 1)],
        }
    }
}

fn keeps(loss: Loss, coins: &mut Coins) -> bool {
    match loss {
        Loss::Everything => false,
        Loss::Nothing => true,
        Loss::Some(_) => coins.below(2) == 1,
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// A linear congruential generator: the same coins everywhere.
struct Coins(u64);

impl Coins {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}
