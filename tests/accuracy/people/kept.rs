//! Figures of countries that were measured before, kept in a folder: a run of hours may be interrupted and go on.
//!
//! A name holds a digest of both programs, the one that is measured and this one, and of what was asked for: figures of another version are
//! not found.

use crate::Failed;
use crate::country;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The folder, if one was asked for, and the digest of this version.
pub struct Kept(Option<(PathBuf, String)>);

/// What one country gave, and what it took.
pub struct Measured<R> {
    pub figures: R,
    pub seconds: f64,
}

impl Kept {
    /// `asked`: whatever changes a country besides its setting and seed.
    pub fn below(folder: Option<&Path>, asked: &str) -> Result<Self, Failed> {
        let Some(folder) = folder else { return Ok(Self(None)) };
        fs::create_dir_all(folder)?;
        let mut digest = blake3::Hasher::new();
        for program in [country::binary().into(), std::env::current_exe()?] {
            digest.update(&fs::read(program)?);
        }
        digest.update(asked.as_bytes());
        let digest = digest.finalize().to_hex();
        Ok(Self(Some((folder.to_owned(), digest[..12].to_owned()))))
    }

    /// The figures kept under a name, else those measured now, which are kept from then on.
    pub fn or_measured<R: Serialize + DeserializeOwned>(
        &self,
        name: &str,
        measure: impl FnOnce() -> Result<R, Failed>,
    ) -> Result<Measured<R>, Failed> {
        let path = self.0.as_ref().map(|(folder, digest)| folder.join(format!("{digest}-{name}.json")));
        if let Some(path) = path.as_ref().filter(|path| path.exists()) {
            let (seconds, figures) = serde_json::from_slice(&fs::read(path)?)?;
            return Ok(Measured { figures, seconds });
        }
        let begun = Instant::now();
        let own = Measured { figures: measure()?, seconds: begun.elapsed().as_secs_f64() };
        if let Some(path) = path {
            let half = path.with_extension("half");
            fs::write(&half, serde_json::to_vec(&(own.seconds, &own.figures))?)?;
            fs::rename(half, path)?;
        }
        Ok(own)
    }
}
