//! Where the pseudonym key comes from: a file that only its owner can read, never the configuration.

use crate::error::IngestError;
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use zeroize::{Zeroize, Zeroizing};

/// The 256-bit key of the pseudonyms (methods §8.4). `Debug` hides it, it has no copy, and its memory is overwritten after use.
///
/// ```compile_fail,E0599
/// let key = hexodus_ingest::PseudonymKey::from_bytes([7; 32]);
/// let copy = key.clone();
/// ```
pub struct PseudonymKey([u8; 32]);

impl Drop for PseudonymKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for PseudonymKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PseudonymKey(..)")
    }
}

impl PseudonymKey {
    /// Wraps key bytes; for tests and for keys that come from elsewhere.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A fingerprint that recognises the key and reveals nothing of it, for the store's manifest.
    pub fn fingerprint(&self) -> String {
        let derived = blake3::derive_key("hexodus 2031 key fingerprint", &self.0);
        blake3::Hash::from_bytes(derived).to_hex()[..16].into()
    }

    /// Reads a key file: 64 hexadecimal digits, mode 0600 or stricter.
    ///
    /// # Errors
    /// [`IngestError::Key`] when the file is missing, readable by others, or holds anything else.
    pub fn read(path: &Path) -> Result<Self, IngestError> {
        let fault = |message: String| IngestError::Key { path: path.into(), message };
        let metadata = fs::metadata(path)
            .map_err(|error| fault(format!("{error}; `hexodus init` creates one, with mode 0600")))?;
        check_mode(&metadata).map_err(fault)?;
        let text = Zeroizing::new(fs::read_to_string(path).map_err(|error| fault(error.to_string()))?);
        blake3::Hash::from_hex(text.trim())
            .map(|key| Self(*key.as_bytes()))
            .map_err(|error| fault(format!("expected 64 hexadecimal digits (a 256-bit key): {error}")))
    }

    /// Creates a key file from the system's random source, mode 0600; never overwrites.
    ///
    /// # Errors
    /// [`IngestError::Key`] when the file exists or cannot be written.
    pub fn create(path: &Path) -> Result<Self, IngestError> {
        let fault = |message: String| IngestError::Key { path: path.into(), message };
        let key = Self(random_bytes().map_err(|error| fault(format!("no random source: {error}")))?);
        key.write_new(path)?;
        Ok(key)
    }

    /// Writes the key to a new file, mode 0600, and brings it to the disk; never overwrites.
    ///
    /// # Errors
    /// [`IngestError::Key`] when the file exists or cannot be written.
    pub fn write_new(&self, path: &Path) -> Result<(), IngestError> {
        let fault = |message: String| IngestError::Key { path: path.into(), message };
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(|error| fault(error.to_string()))?;
        writeln!(file, "{}", blake3::Hash::from_bytes(self.0).to_hex())
            .and_then(|()| file.sync_all())
            .and_then(|()| sync_names_beside(path))
            .map_err(|error| fault(error.to_string()))
    }
}

/// Brings the names in the folder of a file to the disk: a key that is lost in a power cut is a panel that is lost.
pub fn sync_names_beside(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(unix)]
fn check_mode(metadata: &fs::Metadata) -> Result<(), String> {
    let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
    if mode.trailing_zeros() >= 6 {
        Ok(())
    } else {
        Err(format!(
            "others can read it (mode {mode:04o}); expected 0600. Whoever has the key can undo pseudonyms: \
                     chmod 600 it, and rotate it if it was exposed"
        ))
    }
}

#[cfg(not(unix))]
fn check_mode(_: &fs::Metadata) -> Result<(), String> {
    Ok(())
}

/// The system's random source, without a crate: `/dev/urandom` where there is one.
fn random_bytes() -> std::io::Result<[u8; 32]> {
    let mut key = [0; 32];
    std::io::Read::read_exact(&mut fs::File::open("/dev/urandom")?, &mut key)?;
    Ok(key)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_created_key_is_private_and_reads_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k");
        let created = PseudonymKey::create(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(PseudonymKey::read(&path).unwrap().bytes(), created.bytes());
        assert!(PseudonymKey::create(&path).is_err(), "never overwrites");
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k");
        PseudonymKey::create(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let message = PseudonymKey::read(&path).unwrap_err().to_string();
        assert!(message.contains("mode 0640") && message.contains("0600"), "{message}");
    }
}
