//! The sites of the plan with their keys, as `locate` hands them over: kept so that a site keeps its key when the plan
//! changes. In a file of their own, because the manifest is written at every commit.

use crate::error::StoreError;
use crate::manifest::Part;
use crate::parquet_file::{self, Layout};
use crate::store::Store;
use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use serde_json::Value;
use std::sync::Arc;

impl Store {
    /// Writes the sites unless the store has the same; the part exists once a commit names it.
    ///
    /// # Errors
    /// [`StoreError::System`], and those of [`read_sites`](Self::read_sites).
    pub fn write_sites(&mut self, sites: &Value) -> Result<Option<Part>, StoreError> {
        if self.manifest().site_file.is_some() && self.read_sites()? == *sites {
            return Ok(self.manifest().site_file.clone());
        }
        if sites.is_null() {
            return Ok(None);
        }
        let name = self.new_name("sites")?;
        let schema = Arc::new(Schema::new(vec![Field::new("sites_json", DataType::Utf8, false)]));
        let layout = Layout { schema: &schema, deltas: &[], plain: &[], sorted_by: None };
        let part = parquet_file::write(self.disk(), name, layout, 1, |_| {
            let json: ArrayRef = Arc::new(StringArray::from(vec![sites.to_string()]));
            RecordBatch::try_new(Arc::clone(&schema), vec![json])
        })?;
        Ok(Some(part))
    }

    /// The sites known so far; null when there are none.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn read_sites(&self) -> Result<Value, StoreError> {
        // Format 1 kept them in the manifest.
        let Some(part) = &self.manifest().site_file else { return Ok(self.manifest().sites.clone()) };
        let mut sites = None;
        parquet_file::read(self.folder(), part, |batch| {
            let text = batch.column(0).as_string_opt::<i32>().map(|column| column.value(0));
            sites = text.and_then(|text| serde_json::from_str(text).ok());
        })?;
        sites.ok_or_else(|| StoreError::damaged(&self.folder().join(&part.name), "not a list of sites"))
    }
}

#[cfg(test)]
mod tests {
    use crate::{Store, StoreIdentity};
    use serde_json::{Value, json};

    #[test]
    fn sites_read_back_and_are_written_once() {
        let folder = tempfile::tempdir().unwrap();
        let identity = StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: "k".into() };
        let mut store = Store::open(folder.path(), &identity).unwrap();
        assert_eq!(store.read_sites().unwrap(), Value::Null);
        let sites = json!([{"key": 3, "lat": 1.25, "lon": -3.5}]);
        let part = store.write_sites(&sites).unwrap();
        store.commit(|manifest| manifest.site_file.clone_from(&part)).unwrap();
        assert_eq!(store.read_sites().unwrap(), sites);
        assert_eq!(store.write_sites(&sites).unwrap(), part, "the same sites, the same file");
        assert_ne!(store.write_sites(&json!([])).unwrap(), part);
    }
}
