//! The digest that recognises a file again.

use std::fs::File;
use std::io;
use std::path::Path;

/// BLAKE3 of a file's bytes, hexadecimal, and its size in bytes. The same digest is the same delivery: a re-sent file
/// is recognised whatever its name.
pub fn digest_file(path: &Path) -> io::Result<(String, u64)> {
    let mut hasher = blake3::Hasher::new();
    let size = io::copy(&mut File::open(path)?, &mut hasher)?;
    Ok((hasher.finalize().to_hex().to_string(), size))
}
