//! `hexodus pull`: new and changed dumps come here, each whole or not at all.

use super::Remote;
use super::pulled::Pulled;
use crate::args::PullArgs;
use crate::console::{Console, grouped};
use crate::failure::{Exit, Failure};
use futures_util::TryStreamExt;
use object_store::{GetOptions, ObjectMeta};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Component, Path, PathBuf};

/// Objects after which the account is kept: so many may come twice after a run was killed.
const KEPT_AFTER: usize = 32;

/// Fetches what is not here yet. Files are readable for their owner only.
pub fn pull(args: &PullArgs, console: &Console) -> Result<Exit, Failure> {
    let remote = Remote::open(&args.from)?;
    fs::create_dir_all(&args.to).map_err(|error| Failure::system("make", &args.to, &error))?;
    let mut pulled = Pulled::read(&args.to, remote.url.as_str())?;
    let all = remote.list()?;
    let is_new =
        |own: &&(String, ObjectMeta)| !pulled.has(&own.0, &own.1) || (args.again && !args.to.join(&own.0).exists());
    let new: Vec<_> = all.iter().filter(is_new).cloned().collect();
    let bytes = new.iter().map(|own| own.1.size).sum();
    let progress = console.progress(Some(bytes), "pull");
    for (count, (name, object)) in new.iter().enumerate() {
        remote.fetch(object, &local(&args.to, name)?, |bytes| progress.inc(bytes))?;
        pulled.note(name.clone(), object);
        if count % KEPT_AFTER == KEPT_AFTER - 1 {
            pulled.write()?;
        }
    }
    pulled.write()?;
    progress.finish_and_clear();
    let (files, known) = (grouped(new.len() as u64), grouped((all.len() - new.len()) as u64));
    let to = args.to.display();
    console.result(&format!("pulled {files} files, {} bytes, to {to}; {known} were known", grouped(bytes)));
    Ok(Exit::Done)
}

impl Remote {
    /// Objects below, by the rest of their name.
    fn list(&self) -> Result<Vec<(String, ObjectMeta)>, Failure> {
        let listed = self.runtime.block_on(self.store.list(Some(&self.prefix)).try_collect::<Vec<ObjectMeta>>());
        let listed = listed.map_err(|error| self.failed("list", &error))?;
        let name = |object: &ObjectMeta| {
            let rest: Vec<_> = object.location.prefix_match(&self.prefix)?.collect();
            let is_hidden = rest.iter().any(|part| part.as_ref().starts_with('.'));
            let name = rest.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join("/");
            (!name.is_empty() && !is_hidden).then_some(name)
        };
        let mut named: Vec<_> = listed.into_iter().filter_map(|object| Some((name(&object)?, object))).collect();
        named.sort_unstable_by(|left, right| left.0.cmp(&right.0));
        Ok(named)
    }

    /// Writes an object, as it was listed, beside its place and puts it there when it is whole.
    fn fetch(&self, object: &ObjectMeta, to: &Path, progress: impl Fn(u64)) -> Result<(), Failure> {
        let folder = to.parent().unwrap_or(Path::new("."));
        let system = |error: &std::io::Error| Failure::system("write", to, error);
        fs::create_dir_all(folder).map_err(|error| system(&error))?;
        let beside = to.with_file_name(format!(".{}.part", to.file_name().unwrap_or_default().to_string_lossy()));
        let options = GetOptions { if_match: object.e_tag.clone(), ..GetOptions::default() };
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside);
        let file = file.as_mut().map_err(|error| system(error))?;
        let mut written = 0;
        self.runtime.block_on(async {
            let failed = |error| self.failed(&format!("read {}", object.location), &error);
            let mut stream = self.store.get_opts(&object.location, options).await.map_err(failed)?.into_stream();
            while let Some(bytes) = stream.try_next().await.map_err(failed)? {
                file.write_all(&bytes).map_err(|error| system(&error))?;
                written += bytes.len() as u64;
                progress(bytes.len() as u64);
            }
            Ok::<(), Failure>(())
        })?;
        if written != object.size {
            let message = format!("{}: expected {} bytes, found {written}; pull again", object.location, object.size);
            return Err(Failure::new(Exit::Unreadable, miette::miette!("{message}")));
        }
        file.sync_all().and_then(|()| fs::rename(&beside, to)).map_err(|error| system(&error))
    }
}

/// Where an object comes to lie: below `folder`, and nowhere else.
fn local(folder: &Path, name: &str) -> Result<PathBuf, Failure> {
    let relative = Path::new(name);
    let is_below = relative.components().all(|part| matches!(part, Component::Normal(_)));
    if is_below {
        Ok(folder.join(relative))
    } else {
        Err(Failure::usage(format!("an object is named {name:?}: no path below a folder")))
    }
}
