//! What was typed of an object store.

use clap::Args;
use std::path::PathBuf;

const DUMPS: &str =
    "Where the dumps are: s3://BUCKET/PREFIX, gs://BUCKET/PREFIX, az://CONTAINER/PREFIX, file:///FOLDER";
const RELEASES: &str = "Where it goes: s3://BUCKET/PREFIX, gs://BUCKET/PREFIX, az://CONTAINER/PREFIX, file:///FOLDER";

/// `hexodus pull`
#[derive(Debug, Args)]
pub struct PullArgs {
    /// Where the dumps are.
    #[arg(value_name = "URL", help = DUMPS)]
    pub from: String,
    /// The folder they come to; made where it is not there.
    #[arg(value_name = "FOLDER")]
    pub to: PathBuf,
    /// Fetch again what came before and is not in the folder any more.
    #[arg(long)]
    pub again: bool,
}

/// `hexodus push`
#[derive(Debug, Args)]
pub struct PushArgs {
    /// A folder that `hexodus release` wrote.
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    /// Where it goes.
    #[arg(value_name = "URL", help = RELEASES)]
    pub to: String,
}
