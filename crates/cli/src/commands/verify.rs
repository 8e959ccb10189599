//! `hexodus verify`: whether every byte of the store is as it was written.

use crate::args::ConfigArgs;
use crate::console::{Console, grouped};
use crate::failure::{Exit, Failure};
use crate::setup::Setup;
use hexodus_store::{Store, verify};

/// Reads every file and names those that are damaged. Takes no lock and changes nothing.
pub fn run(args: &ConfigArgs, console: &Console) -> Result<Exit, Failure> {
    let setup = Setup::load(args)?;
    let folder = setup.store_folder();
    let Some(manifest) = Store::read_manifest(&folder)? else {
        console.result(&format!("no store yet at {}; `hexodus run` makes it", folder.display()));
        return Ok(Exit::Done);
    };
    let found = verify(&folder, &manifest);
    for damage in &found.damaged {
        console.result(&damage.to_string());
    }
    if found.damaged.is_empty() {
        let (files, bytes) = (grouped(found.files), grouped(found.bytes));
        console.result(&format!("store {}: {files} files, {bytes} bytes, all as written", folder.display()));
        return Ok(Exit::Done);
    }
    console.result(&format!(
        "store {}: {} of {} files damaged. Restore them from a backup; or move the store away and run again from the \
         dumps",
        folder.display(),
        grouped(found.damaged.len() as u64),
        grouped(found.files)
    ));
    Ok(Exit::Store)
}
