//! Where the last release of each crisis is.

use crate::args::ConfigArgs;
use crate::failure::Failure;
use crate::setup::Setup;
use std::path::PathBuf;

/// The released folder of the last day of each crisis.
///
/// # Errors
/// Exit 2 where there is none.
pub fn last_folders(args: &ConfigArgs) -> Result<Vec<PathBuf>, Failure> {
    let setup = Setup::load(args)?;
    let root = setup.path(&setup.config.release.folder);
    let names = || std::fs::read_dir(&root).into_iter().flatten().flatten();
    let names: Vec<String> = names().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    let is_of = |name: &str, slug: &str| {
        name.strip_prefix(slug)
            .and_then(|own| own.strip_prefix('_'))
            .is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok())
    };
    let last = |slug: &str| names.iter().filter(|name| is_of(name, slug)).max().map(|name| root.join(name));
    let folders: Vec<PathBuf> = setup.crises.iter().filter_map(|own| last(&own.slug)).collect();
    if folders.is_empty() {
        return Err(Failure::usage(format!("no release in {}: `hexodus release` first", root.display())));
    }
    Ok(folders)
}
