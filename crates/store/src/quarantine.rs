//! Which rows of which files were rejected, and why: row numbers and reasons only (formats §2). No id, no content, no
//! hash of a row. Never part of a release.

use crate::error::StoreError;
use crate::manifest::Part;
use crate::parquet_file::{self, Layout};
use crate::store::Store;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int32Type, UInt64Type};
use arrow_array::{Array, ArrayRef, Date32Array, Int32Array, RecordBatch, StringArray, UInt64Array};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use hexodus_model::{FaultCode, FileAudit, LocalDay, RejectedRow, RejectionReason, Rejections};
use std::path::Path;
use std::sync::Arc;

/// Where in the work a row was rejected: `read`, or `file` where a file was refused as a whole. The other stages of
/// formats §2 reject no rows.
fn stage_of(reason: &RejectionReason) -> &'static str {
    if reason.code == FaultCode::UnreadableFile { "file" } else { "read" }
}

/// Its columns and types, in order; documented in docs/formats.md.
pub const COLUMNS: [(&str, DataType); 10] = [
    ("source_id", DataType::Utf8),
    ("file_name", DataType::Utf8),
    ("file_digest", DataType::Utf8),
    ("row_no", DataType::UInt64),
    ("day", DataType::Date32),
    ("stage", DataType::Utf8),
    ("code", DataType::Int32),
    ("name", DataType::Utf8),
    ("column", DataType::Utf8),
    ("expected", DataType::Utf8),
];

/// One rejected row, as listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarantineRow {
    /// The `[[source]]`.
    pub source_id: String,
    /// Path as found.
    pub file_name: String,
    /// BLAKE3 of the bytes, hexadecimal: which version of the file.
    pub file_digest: String,
    /// Row in the file, from 1, the header included.
    pub row_no: u64,
    /// Local day in whose account it is.
    pub day: Option<LocalDay>,
    /// Number of the reason.
    pub code: i32,
    /// Name of the reason.
    pub name: String,
    /// Column to blame.
    pub column: String,
    /// What a good row has there.
    pub expected: String,
}

fn schema() -> Arc<Schema> {
    let field = |(name, kind): (&str, DataType)| Field::new(name, kind, name == "day");
    Arc::new(Schema::new(COLUMNS.map(field).to_vec()))
}

impl Store {
    /// Writes the rejected rows of a delivery, in order of files and rows, below the folder of the newest day they are about;
    /// `None` where there are none. The part exists once a commit names it.
    ///
    /// # Errors
    /// [`StoreError::System`].
    pub fn write_quarantine(
        &mut self,
        intake_day: LocalDay,
        files: &[(&FileAudit, &Rejections)],
    ) -> Result<Option<Part>, StoreError> {
        let files: Vec<_> = files.iter().filter(|(_, rejections)| !rejections.is_empty()).collect();
        if files.is_empty() {
            return Ok(None);
        }
        let name = self.new_name(&format!("quarantine/intake={intake_day}"))?;
        let schema = schema();
        let layout = Layout { schema: &schema, deltas: &["row_no"], plain: &[], bounded: &[] };
        parquet_file::write(self.disk(), name, layout, files.len(), |file| {
            let (audit, rejections) = files[file];
            encode(audit, &rejections.rows(), &schema)
        })
        .map(Some)
    }
}

/// Reads a part of the quarantine of the store in `folder`, row by row. Needs no lock: parts never change.
///
/// # Errors
/// [`StoreError::Damaged`].
pub fn read_quarantine(folder: &Path, part: &Part, mut take: impl FnMut(QuarantineRow)) -> Result<(), StoreError> {
    let mut whole = true;
    parquet_file::read(folder, part, |batch| whole &= decode(batch, &mut take).is_some())?;
    if whole { Ok(()) } else { Err(StoreError::damaged(&folder.join(&part.name), "not a list of rejected rows")) }
}

fn encode(
    file: &FileAudit,
    rows: &[(RejectedRow, &RejectionReason)],
    schema: &Arc<Schema>,
) -> Result<RecordBatch, ArrowError> {
    let same = |text: &str| -> ArrayRef { Arc::new(StringArray::from_iter_values(rows.iter().map(|_| text))) };
    let columns: Vec<ArrayRef> = vec![
        same(&file.source_id),
        same(&file.file_name),
        same(&file.digest),
        Arc::new(UInt64Array::from_iter_values(rows.iter().map(|(row, _)| row.row_no))),
        Arc::new(rows.iter().map(|(row, _)| row.day.map(|day| day.0)).collect::<Date32Array>()),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(_, reason)| stage_of(reason)))),
        Arc::new(Int32Array::from_iter_values(rows.iter().map(|(_, reason)| reason.code.number()))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(_, reason)| reason.code.name()))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(_, reason)| &reason.column))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(_, reason)| &reason.expected))),
    ];
    RecordBatch::try_new(Arc::clone(schema), columns)
}

fn decode(batch: &RecordBatch, take: &mut impl FnMut(QuarantineRow)) -> Option<()> {
    let text = |name: &str| batch.column_by_name(name)?.as_string_opt::<i32>();
    let (sources, files, digests) = (text("source_id")?, text("file_name")?, text("file_digest")?);
    let (names, columns, expected) = (text("name")?, text("column")?, text("expected")?);
    let numbers = batch.column_by_name("row_no")?.as_primitive_opt::<UInt64Type>()?;
    let days = batch.column_by_name("day")?.as_primitive_opt::<Date32Type>()?;
    let codes = batch.column_by_name("code")?.as_primitive_opt::<Int32Type>()?;
    for row in 0..batch.num_rows() {
        take(QuarantineRow {
            source_id: sources.value(row).into(),
            file_name: files.value(row).into(),
            file_digest: digests.value(row).into(),
            row_no: numbers.value(row),
            day: days.is_valid(row).then(|| LocalDay(days.value(row))),
            code: codes.value(row),
            name: names.value(row).into(),
            column: columns.value(row).into(),
            expected: expected.value(row).into(),
        });
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StoreIdentity;

    fn store(folder: &Path) -> Store {
        let identity = StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: "k".into() };
        Store::open(folder, &identity).unwrap()
    }

    fn rejections(rows: &[u64]) -> Rejections {
        let reason = RejectionReason { code: FaultCode::CannotParse, column: "when".into(), expected: "a time".into() };
        let mut rejections = Rejections::default();
        for &row in rows {
            rejections.push(row, Some(LocalDay(20_000)), &reason);
        }
        rejections
    }

    #[test]
    fn rejected_rows_read_back_with_their_file_and_reason() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(folder.path());
        let audit = |name: &str| FileAudit {
            source_id: "op1".into(),
            file_name: name.into(),
            digest: "d1".into(),
            ..FileAudit::default()
        };
        let (first, good, second) = (audit("a.csv"), audit("b.csv"), audit("c.csv"));
        let files = [(&first, &rejections(&[3, 9])), (&good, &Rejections::default()), (&second, &rejections(&[2]))];
        let part = store.write_quarantine(LocalDay(20_100), &files).unwrap().unwrap();
        assert_eq!(store.write_quarantine(LocalDay(20_100), &files[1..2]).unwrap(), None, "nothing, so no part");
        let mut rows = Vec::new();
        read_quarantine(folder.path(), &part, |row| rows.push(row)).unwrap();
        let found: Vec<_> = rows.iter().map(|row| (row.file_name.as_str(), row.row_no)).collect();
        assert_eq!(found, [("a.csv", 3), ("a.csv", 9), ("c.csv", 2)]);
        let row = &rows[0];
        assert_eq!((row.code, &*row.name, &*row.column, &*row.expected), (4, "cannot_parse", "when", "a time"));
        assert_eq!((row.day, &*row.source_id, &*row.file_digest), (Some(LocalDay(20_000)), "op1", "d1"));
    }

    #[cfg(unix)]
    #[test]
    fn the_quarantine_is_private_and_expires() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(folder.path());
        let audit = FileAudit::default();
        for intake in [20_000, 20_001] {
            let part = store.write_quarantine(LocalDay(intake), &[(&audit, &rejections(&[1]))]).unwrap().unwrap();
            store.commit(|manifest| manifest.quarantine.entry(LocalDay(intake)).or_default().push(part)).unwrap();
        }
        let mode = folder.path().join("quarantine").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        store.commit(|manifest| manifest.expire_quarantine(LocalDay(20_000))).unwrap();
        assert_eq!(store.manifest().quarantine.len(), 2, "the first kept day is kept");
        let oldest = folder.path().join(&store.manifest().quarantine[&LocalDay(20_000)][0].name);
        assert!(oldest.exists());
        store.commit(|manifest| manifest.expire_quarantine(LocalDay(20_001))).unwrap();
        assert_eq!(store.manifest().quarantine.keys().collect::<Vec<_>>(), [&LocalDay(20_001)]);
        assert!(!oldest.exists());
    }
}
