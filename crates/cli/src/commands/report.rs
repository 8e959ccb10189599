//! `hexodus report`: the page of a released folder, made again from its tables.

use crate::args::ReportArgs;
use crate::console::Console;
use crate::failure::{Exit, Failure};
use hexodus_publish::{REPORT_FILE, make_report};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Writes the page.
///
/// # Errors
/// Exit 2 where it would change a page of the release or cannot be written, exit 3 where the folder cannot be read or is
/// no release.
pub fn run(args: &ReportArgs, console: &Console) -> Result<Exit, Failure> {
    let report = make_report(&args.folder, args.options())
        .map_err(|error| Failure::new(Exit::Unreadable, miette::miette!("{error}")))?;
    let path = args.output.clone().unwrap_or_else(|| args.folder.join(REPORT_FILE));
    let is_as_it_is = std::fs::read(&path).ok().map(|there| there == report.html.as_bytes());
    if args.output.is_none() && is_as_it_is == Some(false) {
        return Err(Failure::usage(format!(
            "{}: there is another page, which SHA256SUMS may list; name a file by --output",
            path.display()
        )));
    }
    if is_as_it_is != Some(true) {
        write_whole(&path, report.html.as_bytes())?;
    }
    for left_out in &report.left_out {
        console.warn(&format!("left out, so that the data fit: {left_out} (--max-embed-mb)"));
    }
    console.result(&path.display().to_string());
    Ok(Exit::Done)
}

/// Beside it first: nobody reads half a page.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    let write = || {
        let mut file = std::fs::File::create(&partial)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&partial, path)
    };
    write().map_err(|error| {
        _ = std::fs::remove_file(&partial);
        Failure::system("write", path, &error)
    })
}
