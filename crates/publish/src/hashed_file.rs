//! A file that is hashed while it is written, and on disk when it is done.

use crate::error::PublishError;
use crate::method::hexadecimal;
use hexodus_failpoint::{Point, pass};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Bytes gathered before they go to the file.
const BUFFER_BYTES: usize = 1 << 20;

/// Creates `path`, lets `write` fill it, brings it to the disk, and returns what its bytes come to.
pub(crate) fn write_hashed(
    path: &Path,
    write: impl FnOnce(&mut dyn WriteSend) -> Result<(), PublishError>,
) -> Result<FileSum, PublishError> {
    let file = pass(Point::ReleaseFileCreate).and_then(|()| File::create(path)).map_err(PublishError::at(path))?;
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, Hashed { file, sha256: Sha256::new(), bytes: 0 });
    write(&mut out)?;
    let hashed = out.into_inner().map_err(io::IntoInnerError::into_error).map_err(PublishError::at(path))?;
    pass(Point::ReleaseFileSync).and_then(|()| hashed.file.sync_all()).map_err(PublishError::at(path))?;
    Ok(FileSum { sha256: hexadecimal(&hashed.sha256.finalize()), bytes: hashed.bytes })
}

/// What the bytes of a file come to.
#[derive(Clone, Debug)]
pub(crate) struct FileSum {
    /// SHA-256 in hexadecimal.
    pub(crate) sha256: String,
    /// How many.
    pub(crate) bytes: u64,
}

/// What the Parquet writer asks of its output.
pub(crate) trait WriteSend: Write + Send {}

impl<W: Write + Send> WriteSend for W {}

struct Hashed {
    file: File,
    sha256: Sha256,
    bytes: u64,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        pass(Point::ReleaseFileWrite)?;
        let written = self.file.write(bytes)?;
        self.sha256.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
