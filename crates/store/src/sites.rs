//! The sites of the plan with their keys, as `locate` hands them over: kept so that a site keeps its key when the plan
//! changes. In a file of their own, because the manifest is written at every commit.

use crate::error::StoreError;
use crate::manifest::{Manifest, Part};
use crate::parquet_file::{self, Layout};
use crate::store::Store;
use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use std::path::Path;
use std::sync::Arc;

impl Store {
    /// Writes the sites, as JSON, unless the store has the same; the part exists once a commit names it.
    ///
    /// # Errors
    /// [`StoreError::System`], and those of [`read_sites`](Self::read_sites).
    pub fn write_sites(&mut self, sites: Option<&str>) -> Result<Option<Part>, StoreError> {
        if self.manifest().site_file.is_some() && self.read_sites()?.as_deref() == sites {
            return Ok(self.manifest().site_file.clone());
        }
        let Some(sites) = sites else { return Ok(None) };
        let name = self.new_name("sites")?;
        let schema = Arc::new(Schema::new(vec![Field::new("sites_json", DataType::Utf8, false)]));
        let layout = Layout { schema: &schema, deltas: &[], plain: &[], bounded: &[] };
        let part = parquet_file::write(self.disk(), name, layout, 1, |_| {
            let json: ArrayRef = Arc::new(StringArray::from(vec![sites]));
            RecordBatch::try_new(Arc::clone(&schema), vec![json])
        })?;
        Ok(Some(part))
    }

    /// The sites known so far, as JSON; `None` when there are none.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn read_sites(&self) -> Result<Option<String>, StoreError> {
        read_sites(self.folder(), self.manifest())
    }
}

/// The sites that the store in `folder` knows by its `manifest`, as JSON. Needs no lock.
///
/// # Errors
/// [`StoreError::Damaged`].
pub fn read_sites(folder: &Path, manifest: &Manifest) -> Result<Option<String>, StoreError> {
    let Some(part) = &manifest.site_file else {
        // Format 1 kept them in the manifest.
        let sites = &manifest.sites;
        return Ok((!sites.is_null()).then(|| sites.to_string()));
    };
    let mut sites = None;
    parquet_file::read(folder, part, |batch| {
        sites = batch.column(0).as_string_opt::<i32>().map(|column| column.value(0).to_owned());
    })?;
    sites.map(Some).ok_or_else(|| StoreError::damaged(&folder.join(&part.name), "not a list of sites"))
}

#[cfg(test)]
mod tests {
    use crate::{Store, StoreIdentity};

    #[test]
    fn sites_read_back_and_are_written_once() {
        let folder = tempfile::tempdir().unwrap();
        let identity = StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: "k".into() };
        let mut store = Store::open(folder.path(), &identity).unwrap();
        assert_eq!(store.read_sites().unwrap(), None);
        let sites = r#"[{"key":3,"lat":1.25,"lon":-3.5}]"#;
        let part = store.write_sites(Some(sites)).unwrap();
        store.commit(|manifest| manifest.site_file.clone_from(&part)).unwrap();
        assert_eq!(store.read_sites().unwrap().as_deref(), Some(sites));
        assert_eq!(store.write_sites(Some(sites)).unwrap(), part, "the same sites, the same file");
        assert_ne!(store.write_sites(Some("[]")).unwrap(), part);
    }
}
