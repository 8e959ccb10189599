//! Text files, written line by line with the path in every error.

use crate::error::{SynthError, at};
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use std::fmt;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Fast, since the generator is measured in rows per second; about a quarter of the plain size all the same.
const GZIP_LEVEL: u32 = 1;
/// Large enough that the compressor is called with whole blocks.
const BUFFER_BYTES: usize = 1 << 17;

/// A text file under construction, plain or gzipped.
pub(crate) struct TextFile {
    path: PathBuf,
    out: Out,
}

enum Out {
    Plain(BufWriter<File>),
    Gzip(Box<BufWriter<GzEncoder<File>>>),
}

impl TextFile {
    /// A plain file that begins with `header`.
    pub(crate) fn plain(path: &Path, header: &str) -> Result<Self, SynthError> {
        let file = File::create(path).map_err(at(path))?;
        Self::headed(path, Out::Plain(BufWriter::new(file)), header)
    }

    /// A gzipped file that begins with `header`. It carries neither name nor time: same content, same bytes.
    pub(crate) fn gzip(path: &Path, header: &str) -> Result<Self, SynthError> {
        let file = File::create(path).map_err(at(path))?;
        let encoder = GzBuilder::new().mtime(0).write(file, Compression::new(GZIP_LEVEL));
        Self::headed(path, Out::Gzip(Box::new(BufWriter::with_capacity(BUFFER_BYTES, encoder))), header)
    }

    fn headed(path: &Path, out: Out, header: &str) -> Result<Self, SynthError> {
        let mut file = Self { path: path.to_owned(), out };
        if !header.is_empty() {
            file.bytes(header.as_bytes())?;
            file.bytes(b"\n")?;
        }
        Ok(file)
    }

    /// Appends bytes.
    #[inline]
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<(), SynthError> {
        let written = match &mut self.out {
            Out::Plain(out) => out.write_all(bytes),
            Out::Gzip(out) => out.write_all(bytes),
        };
        written.map_err(|source| SynthError::Write { path: self.path.clone(), source })
    }

    /// Appends one line.
    pub(crate) fn line(&mut self, line: fmt::Arguments<'_>) -> Result<(), SynthError> {
        let written = match &mut self.out {
            Out::Plain(out) => writeln!(out, "{line}"),
            Out::Gzip(out) => writeln!(out, "{line}"),
        };
        written.map_err(at(&self.path))
    }

    /// Writes what is buffered and closes the file; a file that is only dropped may lack its end.
    pub(crate) fn finish(self) -> Result<(), SynthError> {
        let flushed = match self.out {
            Out::Plain(mut out) => out.flush(),
            Out::Gzip(out) => {
                out.into_inner().map_err(std::io::IntoInnerError::into_error).and_then(GzEncoder::finish).map(drop)
            }
        };
        flushed.map_err(at(&self.path))
    }
}

/// Writes a whole plain file.
pub(crate) fn write_file(path: &Path, text: &str) -> Result<(), SynthError> {
    std::fs::write(path, text).map_err(at(path))
}

/// A value as one CSV field, quoted only where RFC 4180 asks for it.
pub(crate) fn csv_field(value: &str) -> String {
    if value.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value.to_owned()
    }
}
