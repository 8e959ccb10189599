//! The page of a release.

use clap::{Args, ValueEnum};
use hexodus_publish::{ReportLanguage, ReportOptions};
use std::path::PathBuf;

/// `hexodus report`
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// A released folder, of this version or an older one.
    pub folder: PathBuf,
    /// Where to write the page. Default: report.html in the folder, where that changes no page that is there.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Language it opens in; the page holds all.
    #[arg(long, value_enum, default_value_t = Language::En)]
    language: Language,
    /// Megabytes (2^20 bytes) of data in the page; beyond, earlier days and withheld rows are left out, and the page says so.
    #[arg(long, value_name = "MB", default_value_t = 2.0, value_parser = megabytes)]
    max_embed_mb: f64,
}

/// Languages of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Language {
    /// English
    En,
    /// French
    Fr,
}

fn megabytes(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|own: &f64| (0.0..=1024.0).contains(own));
    number.ok_or_else(|| "expected a number from 0 to 1024".into())
}

impl ReportArgs {
    /// As the page is made with.
    pub fn options(&self) -> ReportOptions {
        let language = match self.language {
            Language::En => ReportLanguage::English,
            Language::Fr => ReportLanguage::French,
        };
        ReportOptions { language, max_embed_bytes: (self.max_embed_mb * f64::from(1 << 20)) as usize }
    }
}
