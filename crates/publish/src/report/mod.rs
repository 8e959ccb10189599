//! `report.html`: a released folder as one page that opens offline, made from its tables alone.
//!
//! Nothing but a folder goes in, so the page of a release and one made from it years later are the same bytes. The
//! script and style are committed (`bundle/`, sources in `web/`); data stand in blocks that no browser executes.
//!
//! | module | answers |
//! |---|---|
//! | `contents` | which tables and columns a page holds |
//! | `boundaries`, `hexagons` | lines of areas and of H3 cells |
//! | `blocks` | data as text that is safe in a page |
//! | `fit` | what is left out where data are too large |
//! | `shell` | the page around script, style and data |

mod blocks;
mod boundaries;
mod contents;
mod fit;
mod hexagons;
mod shell;

#[cfg(test)]
mod tests;

use crate::error::PublishError;
use crate::folder::ReleaseFolder;
use std::path::{Path, PathBuf};

/// Name of the page in a release.
pub const REPORT_FILE: &str = "report.html";

/// The language a page opens in; it holds all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReportLanguage {
    /// English.
    #[default]
    English,
    /// French.
    French,
}

impl ReportLanguage {
    /// The code of ISO 639-1.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }
}

/// How a page is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportOptions {
    /// The language it opens in.
    pub language: ReportLanguage,
    /// Most bytes of data in it, as they stand in the page. Beyond, days and rows are left out, and the page says which.
    pub max_embed_bytes: usize,
}

impl Default for ReportOptions {
    fn default() -> Self {
        Self { language: ReportLanguage::default(), max_embed_bytes: 2 << 20 }
    }
}

/// A page, and what it had to leave out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The page.
    pub html: String,
    /// What was left out so that the data fit, by the ids of docs/report.md; empty where everything is in.
    pub left_out: Vec<&'static str>,
}

/// Makes the page of a released folder.
///
/// # Errors
/// [`PublishError::NoRelease`] where the folder is none, or a table of it is not as documented; [`PublishError::Io`] and
/// [`PublishError::Parquet`] where a file cannot be read.
pub fn make_report(folder: &Path, options: ReportOptions) -> Result<Report, PublishError> {
    let contents = contents::read_contents(folder)?;
    let fitted = fit::fit(contents, options)?;
    Ok(Report { html: shell::page(&fitted, options.language), left_out: fitted.left_out })
}

impl ReleaseFolder {
    /// [`finish`](Self::finish), with the page of what was written.
    ///
    /// # Errors
    /// As [`make_report`] and [`finish`](Self::finish).
    pub fn finish_with_report(self) -> Result<PathBuf, PublishError> {
        self.finish_with(|folder| {
            let report = make_report(folder, ReportOptions::default())?;
            Ok(vec![(REPORT_FILE, report.html)])
        })
    }
}
