//! Data as text that is safe in a page: JSON → gzip → base64, in blocks that no browser executes.

use super::contents::Contents;
use crate::error::PublishError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::{Compression, GzBuilder};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;

/// A named block. Base64 has no `<`, so nothing in it can end the block.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub name: String,
    pub base64: String,
}

/// One block for each table, and for lines of areas and of H3 cells.
///
/// # Errors
/// [`PublishError::Io`], which memory does not give.
pub(super) fn blocks(contents: &Contents) -> Result<Vec<Block>, PublishError> {
    let mut blocks: Vec<(&str, Value)> = contents.tables.iter().map(|own| (own.name.as_str(), own.json())).collect();
    blocks.extend(contents.boundaries.as_ref().map(|own| ("boundaries", own.json())));
    blocks.extend(contents.hexagons.as_ref().map(|own| ("hexagons", own.json())));
    blocks.into_iter().map(|(name, value)| block(name, &value)).collect()
}

/// What is not a table: the method, and what the page does not hold.
///
/// # Errors
/// As [`blocks`].
pub(super) fn head(contents: &Contents, left_out: &[&'static str]) -> Result<Block, PublishError> {
    block("head", &json!({"format": 1, "method": contents.method, "absent": contents.absent, "left_out": left_out}))
}

fn block(name: &str, value: &Value) -> Result<Block, PublishError> {
    // No time and no name of a system in the header: the same data are the same bytes.
    let mut gzip = GzBuilder::new().operating_system(255).write(Vec::new(), Compression::best());
    let compressed = gzip.write_all(value.to_string().as_bytes()).and_then(|()| gzip.finish());
    let compressed = compressed.map_err(PublishError::at(Path::new(name)))?;
    Ok(Block { name: name.to_owned(), base64: STANDARD.encode(compressed) })
}
