//! `hexodus push`: a release goes to an object store whole, and once.
//!
//! Files go to `NAME/files-DIGEST/`, where nobody looks yet; then `NAME/manifest.json`, which names them with their SHA-256,
//! is put there only if there is none. What left stands: another content under the same name is refused.

use super::Remote;
use crate::args::PushArgs;
use crate::console::{Console, grouped};
use crate::failure::{Exit, Failure};
use hexodus_publish::{PublishError, released_files};
use miette::miette;
use object_store::{Error, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const SUMS: &str = "SHA256SUMS";

/// A release as it lies in its folder, every file of it as its sum says.
struct Release {
    name: String,
    /// Of `SHA256SUMS`, which names all others.
    digest: String,
    /// SHA-256 by name, relative to the folder; `SHA256SUMS` itself is not among them.
    sums: BTreeMap<String, String>,
}

/// Puts a released folder below a URL.
pub fn push(args: &PushArgs, console: &Console) -> Result<Exit, Failure> {
    let release = Release::read(&args.folder)?;
    let remote = Remote::open(&args.to)?;
    let files = format!("files-{}", &release.digest[..16]);
    let manifest = json!({ "release": release.name, "folder": files, "sha256": release.sums });
    let manifest = format!("{manifest:#}\n");
    let named = remote.below(&[&release.name, "manifest.json"]);
    let put = |parts: &[&str], bytes: Vec<u8>| {
        let parts: Vec<&str> = parts.iter().flat_map(|part| part.split('/')).collect();
        let path = remote.below(&parts);
        let put = remote.store.put(&path, PutPayload::from(bytes));
        remote.runtime.block_on(put).map_err(|error| remote.failed(&format!("write {path}"), &error))
    };
    let told = format!("{}/{}", remote.url.as_str().trim_end_matches('/'), release.name);
    if let Some(there) = remote.read(&named)? {
        return already(&there, &manifest, &told, console);
    }
    let count = release.sums.len() as u64 + 1;
    let progress = console.progress(Some(count), "push");
    let mut bytes = 0;
    for name in release.sums.keys().map(String::as_str).chain([SUMS]) {
        let path = args.folder.join(name);
        let content = fs::read(&path).map_err(|error| Failure::system("read", &path, &error))?;
        bytes += content.len() as u64;
        put(&[&release.name, &files, name], content)?;
        progress.inc(1);
    }
    progress.finish_and_clear();
    let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
    let payload = PutPayload::from(manifest.clone().into_bytes());
    match remote.runtime.block_on(remote.store.put_opts(&named, payload, options)) {
        Ok(_) => {
            console.result(&format!("pushed {} files, {} bytes: {told}", grouped(count), grouped(bytes)));
            Ok(Exit::Done)
        }
        // It may be this very put, whose answer was lost and which was tried again.
        Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => {
            let there = remote.read(&named)?.unwrap_or_default();
            already(&there, &manifest, &told, console)
        }
        Err(error) => Err(remote.failed("write manifest.json", &error)),
    }
}

fn already(there: &[u8], own: &str, told: &str, console: &Console) -> Result<Exit, Failure> {
    if there == own.as_bytes() {
        console.result(&format!("nothing to do: {told} is there, the same to the byte"));
        return Ok(Exit::Done);
    }
    let help = "what left stands; push to another place";
    Err(Failure::new(Exit::Store, miette!(help = help, "{told} is there already, with another content")))
}

impl Remote {
    /// What is there; `None` where nothing is.
    fn read(&self, path: &object_store::path::Path) -> Result<Option<Vec<u8>>, Failure> {
        let read = async { Ok(self.store.get(path).await?.bytes().await?.to_vec()) };
        match self.runtime.block_on(read) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.failed(&format!("read {path}"), &error)),
        }
    }
}

impl Release {
    /// Only what `hexodus release` wrote, complete and unchanged.
    fn read(folder: &Path) -> Result<Self, Failure> {
        let is_release = folder.join("datapackage.json").is_file();
        let name = folder.canonicalize().ok().and_then(|own| Some(own.file_name()?.to_str()?.to_owned()));
        let (true, Some(name)) = (is_release, name) else {
            let expected = "a folder that `hexodus release` wrote, with datapackage.json and SHA256SUMS";
            return Err(Failure::usage(format!("{}: expected {expected}", folder.display())));
        };
        let mut sums = released_files(folder).map_err(|error| {
            let told = if let PublishError::NoRelease { path, expected } = &error {
                format!("{}: not as {SUMS} says: {expected}; make the release again", path.display())
            } else {
                error.to_string()
            };
            Failure::new(Exit::Unreadable, miette!("{told}"))
        })?;
        let digest = sums.remove(SUMS).unwrap_or_default();
        Ok(Self { name, digest, sums })
    }
}
