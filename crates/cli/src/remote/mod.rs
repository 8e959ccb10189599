//! Dumps that lie in an object store, and releases that go to one: S3, Google Cloud Storage, Azure, or `file://`.
//!
//! | module | answers |
//! |---|---|
//! | `pull` | which dumps are new there, and how they come here whole |
//! | `pulled` | which have come already |
//! | `push` | how a release goes there: all of it, once |

mod pull;
mod pulled;
mod push;

use crate::failure::{Exit, Failure};
use miette::miette;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, parse_url_opts};
use tokio::runtime::{Builder, Runtime};
use url::Url;

/// A place in an object store.
struct Remote {
    runtime: Runtime,
    store: Box<dyn ObjectStore>,
    prefix: ObjectPath,
    url: Url,
}

impl Remote {
    /// By URL; region, endpoint and credentials are those of the environment (`AWS_…`, `GOOGLE_…`, `AZURE_…`).
    fn open(url: &str) -> Result<Self, Failure> {
        let cannot = |error: &dyn std::fmt::Display| {
            let expected = "expected s3://BUCKET/PREFIX, gs://…, az://… or file:///FOLDER";
            Failure::usage(format!("{url}: {error}; {expected}"))
        };
        let url = Url::parse(url).map_err(|error| cannot(&error))?;
        let is_option = |name: &str| ["aws_", "google_", "azure_"].iter().any(|own| name.starts_with(own));
        let options = std::env::vars().map(|(name, value)| (name.to_ascii_lowercase(), value));
        let options = options.filter(|(name, _)| is_option(name));
        let (store, prefix) = parse_url_opts(&url, options).map_err(|error| cannot(&error))?;
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::usage(format!("cannot start input and output: {error}")))?;
        Ok(Self { runtime, store, prefix, url })
    }

    /// The path of something below.
    fn below(&self, names: &[&str]) -> ObjectPath {
        names.iter().fold(self.prefix.clone(), |path, name| path.join(*name))
    }

    /// Something that could not be read or written there.
    fn failed(&self, what: &str, error: &object_store::Error) -> Failure {
        Failure::new(Exit::Unreadable, miette!("{}: cannot {what}: {error}", self.url))
    }
}

pub use pull::pull;
pub use push::push;
