//! `affected_file` of a `[[crisis]]`: polygons as H3 cells, and the areas that hold them.

use crate::failure::Failure;
use crate::network::Network;
use hexodus_locate::read_footprint;
use hexodus_model::{AreaKey, H3Cell};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;

/// Affected polygons, as H3 cells whose centre is inside one.
#[derive(Clone, Debug)]
pub struct Footprint {
    /// As configured.
    path: String,
    /// Of the file.
    digest: String,
    h3: BTreeSet<H3Cell>,
}

impl Footprint {
    /// Reads the file; `base` is the folder of the configuration.
    ///
    /// # Errors
    /// Exit 3 when it cannot be used.
    pub fn read(base: &Path, path: &str) -> Result<Self, Failure> {
        let full = base.join(path);
        let h3 = read_footprint(&full)?;
        let (digest, _) =
            hexodus_ingest::digest::digest_file(&full).map_err(|error| Failure::system("read", &full, &error))?;
        Ok(Self { path: path.to_owned(), digest, h3 })
    }

    /// For `method.json` and for fingerprints.
    pub fn method(&self) -> serde_json::Value {
        json!({"path": self.path, "blake3": self.digest, "h3_cells": self.h3.len()})
    }

    /// Marks the areas that hold an affected H3 cell, by level, from 0.
    ///
    /// # Errors
    /// Exit 2 where none does: the file is of another country, or its polygons hold no centre of an H3 cell.
    pub fn mark(&self, operation: &str, network: &Network, affected: &mut [BTreeSet<AreaKey>]) -> Result<(), Failure> {
        let mut found = false;
        for (level, areas) in (0..).zip(affected) {
            let holding = self.h3.iter().filter_map(|&h3| network.locator.area_at(h3, level));
            let holding: BTreeSet<AreaKey> = holding.collect();
            found |= !holding.is_empty();
            areas.extend(holding);
        }
        if found {
            return Ok(());
        }
        Err(Failure::usage(format!(
            "[[crisis]] \"{operation}\": affected_file \"{}\": none of its {} H3 cells (centre inside a polygon) lies in an \
             area",
            self.path,
            self.h3.len()
        )))
    }
}
