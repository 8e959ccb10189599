//! What sources say of the subscribers of a day besides events: population group, and country of the SIM. Kept beside
//! the events, for later use, and as long as they are.

use crate::error::StoreError;
use crate::manifest::Part;
use crate::parquet_file::{self, Layout};
use crate::store::Store;
use arrow_array::builder::{StringBuilder, UInt16Builder, UInt64Builder};
use arrow_array::cast::AsArray;
use arrow_array::types::{UInt16Type, UInt64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use hexodus_model::{DayTraits, LocalDay, SubscriberId, Traits};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows of a row group.
const GROUP_ROWS: usize = 1 << 18;

/// Its columns and types, in order; documented in docs/formats.md.
pub const COLUMNS: [(&str, DataType); 3] =
    [("subscriber", DataType::UInt64), ("population_group", DataType::Utf8), ("home_mcc", DataType::UInt16)];

/// The parts of one day, of which it is the union, and what they come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TraitParts {
    /// Parts; no two of a day share a row.
    pub parts: Vec<Part>,
    /// Subscribers of whom anything is said.
    pub subscribers: u64,
    /// Of these, those of whom two groups or two countries are said.
    pub ambiguous: u64,
}

impl TraitParts {
    /// Whether nothing is said of anybody.
    pub const fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Takes in a part that was written.
    pub fn add(&mut self, written: TraitsWritten) {
        self.parts.push(written.part);
        (self.subscribers, self.ambiguous) = (written.subscribers, written.ambiguous);
    }
}

/// A part that adds to what is known of a day, and what it then comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraitsWritten {
    /// The part.
    pub part: Part,
    /// Subscribers of whom anything is said.
    pub subscribers: u64,
    /// Of these, those of whom two groups or two countries are said.
    pub ambiguous: u64,
}

fn schema() -> Arc<Schema> {
    let field = |(name, kind): (&str, DataType)| Field::new(name, kind, name != "subscriber");
    Arc::new(Schema::new(COLUMNS.map(field).to_vec()))
}

impl Store {
    /// Writes what `said` adds to what is known of a day as a part of its own; `None` where it adds nothing. The part
    /// exists once a commit names it.
    ///
    /// # Errors
    /// [`StoreError::System`]; [`StoreError::Damaged`] when what is known cannot be read.
    pub fn write_traits(&mut self, day: LocalDay, said: &DayTraits) -> Result<Option<TraitsWritten>, StoreError> {
        let mut known = self.read_traits(day)?;
        let new = said.without(&known);
        if new.is_empty() {
            return Ok(None);
        }
        let rows: Vec<_> = new.rows().collect();
        let name = self.new_name(&format!("traits/day={day}"))?;
        let schema = schema();
        let layout = Layout { schema: &schema, deltas: &["subscriber"], plain: &[], bounded: &[] };
        let groups: Vec<&[Row<'_>]> = rows.chunks(GROUP_ROWS).collect();
        let part =
            parquet_file::write(self.disk(), name, layout, groups.len(), |group| encode(groups[group], &schema))?;
        known.add(&new);
        let (mut subscribers, mut ambiguous) = (0, 0);
        for subscriber in known.subscribers() {
            subscribers += 1;
            ambiguous += u64::from(subscriber.is_ambiguous);
        }
        Ok(Some(TraitsWritten { part, subscribers, ambiguous }))
    }

    /// What is said of the subscribers of a day, of all its parts together; nothing where they were pruned.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn read_traits(&self, day: LocalDay) -> Result<DayTraits, StoreError> {
        let mut sayings = Sayings::default();
        let entry = self.manifest().days.get(&day).filter(|entry| !entry.is_pruned(crate::EVENTS));
        for part in entry.map_or(&[][..], |entry| &entry.traits.parts) {
            let mut whole = true;
            parquet_file::read(self.folder(), part, |batch| whole &= sayings.decode(batch).is_some())?;
            if !whole {
                return Err(StoreError::damaged(&self.folder().join(&part.name), "not traits of subscribers"));
            }
        }
        Ok(sayings.finish())
    }
}

/// Who, group, country code.
type Row<'a> = (SubscriberId, Option<&'a str>, Option<u16>);

fn encode(rows: &[Row<'_>], schema: &Arc<Schema>) -> Result<RecordBatch, ArrowError> {
    let mut subscribers = UInt64Builder::with_capacity(rows.len());
    let (mut groups, mut codes) = (StringBuilder::new(), UInt16Builder::with_capacity(rows.len()));
    for &(subscriber, group, home_mcc) in rows {
        subscribers.append_value(subscriber.bits());
        groups.append_option(group);
        codes.append_option(home_mcc);
    }
    let columns: [arrow_array::ArrayRef; 3] =
        [Arc::new(subscribers.finish()), Arc::new(groups.finish()), Arc::new(codes.finish())];
    RecordBatch::try_new(Arc::clone(schema), columns.to_vec())
}

/// Rows being read, their groups in the order in which they were met.
#[derive(Default)]
struct Sayings {
    groups: BTreeMap<String, u16>,
    rows: Vec<(SubscriberId, Traits)>,
}

impl Sayings {
    /// Takes in a batch; `None` when it holds something else.
    fn decode(&mut self, batch: &RecordBatch) -> Option<()> {
        let subscribers = batch.column_by_name("subscriber")?.as_primitive_opt::<UInt64Type>()?;
        let groups = batch.column_by_name("population_group")?.as_string_opt::<i32>()?;
        let codes = batch.column_by_name("home_mcc")?.as_primitive_opt::<UInt16Type>()?;
        for row in 0..batch.num_rows() {
            let mut traits = Traits::NONE;
            if groups.is_valid(row) {
                traits = traits.with_group(self.group(groups.value(row))?);
            }
            if codes.is_valid(row) {
                traits = traits.with_home_mcc(codes.value(row));
            }
            self.rows.push((SubscriberId::from_pseudonym(subscribers.value(row)), traits));
        }
        Some(())
    }

    fn group(&mut self, label: &str) -> Option<u16> {
        if let Some(&group) = self.groups.get(label) {
            return Some(group);
        }
        let group = u16::try_from(self.groups.len()).ok().filter(|&group| group < u16::MAX)?;
        self.groups.insert(label.to_owned(), group);
        Some(group)
    }

    /// The rows, their groups by place in the ascending list of labels.
    fn finish(self) -> DayTraits {
        let mut places = vec![0; self.groups.len()];
        for (place, &group) in self.groups.values().enumerate() {
            places[usize::from(group)] = place as u16;
        }
        let moved =
            |traits: Traits| traits.group().map_or(traits, |group| traits.with_group(places[usize::from(group)]));
        let rows = self.rows.into_iter().map(|(subscriber, traits)| (subscriber, moved(traits))).collect();
        DayTraits::new(self.groups.into_keys().collect(), rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EVENTS, StoreIdentity};
    use std::path::Path;

    fn store(folder: &Path) -> Store {
        let identity = StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: "k".into() };
        Store::open(folder, &identity).unwrap()
    }

    const DAY: LocalDay = LocalDay(20_000);

    fn said(groups: &[&str], rows: &[(u64, Option<u16>, Option<u16>)]) -> DayTraits {
        let traits = |group: Option<u16>, mcc: Option<u16>| {
            let traits = group.map_or(Traits::NONE, |group| Traits::NONE.with_group(group));
            mcc.map_or(traits, |mcc| traits.with_home_mcc(mcc))
        };
        let rows = rows.iter().map(|&(who, group, mcc)| (SubscriberId::from_pseudonym(who), traits(group, mcc)));
        DayTraits::new(groups.iter().map(|&label| label.to_owned()).collect(), rows.collect())
    }

    /// Writes what two deliveries say, the second with other labels, and commits each.
    fn in_order(store: &mut Store, deliveries: &[&DayTraits]) -> usize {
        let mut parts = 0;
        for said in deliveries {
            let Some(written) = store.write_traits(DAY, said).unwrap() else { continue };
            parts += 1;
            store.commit(|manifest| manifest.days.entry(DAY).or_default().traits.add(written)).unwrap();
        }
        parts
    }

    #[test]
    fn a_day_is_the_union_of_its_parts_in_any_order() {
        let first =
            said(&["non-refugee", "refugee"], &[(1, Some(1), None), (2, None, Some(286)), (3, Some(0), Some(1))]);
        let second = said(&["local", "refugee"], &[(1, Some(1), None), (2, None, Some(262)), (4, Some(0), None)]);
        let mut found = Vec::new();
        for order in [[&first, &second, &first], [&second, &first, &second]] {
            let folder = tempfile::tempdir().unwrap();
            let mut store = store(folder.path());
            assert_eq!(in_order(&mut store, &order), 2, "nothing is written twice");
            let TraitParts { parts, subscribers, ambiguous } = store.manifest().days[&DAY].traits.clone();
            assert_eq!(parts.iter().map(|part| part.rows).sum::<u64>(), 5, "parts share no row");
            assert_eq!((subscribers, ambiguous), (4, 1));
            assert_eq!(store.manifest().parts().len(), 2, "and both are known to be there");
            assert!(crate::verify(folder.path(), store.manifest()).damaged.is_empty());
            found.push(store.read_traits(DAY).unwrap());
        }
        assert!(found[0] == found[1]);
        let told: Vec<_> = found[0].rows().map(|(who, group, mcc)| (who.bits(), group, mcc)).collect();
        let expected = [
            (1, Some("refugee"), None),
            (2, None, Some(262)),
            (2, None, Some(286)),
            (3, Some("non-refugee"), Some(1)),
            (4, Some("local"), None),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn traits_go_with_the_events() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(folder.path());
        in_order(&mut store, &[&said(&[], &[(1, None, Some(286))])]);
        let path = folder.path().join(&store.manifest().days[&DAY].traits.parts[0].name);
        assert!(path.exists() && path.starts_with(folder.path().join("traits").join(format!("day={DAY}"))));
        store
            .commit(|manifest| {
                manifest.days.entry(DAY).or_default().pruned.insert(EVENTS.into());
            })
            .unwrap();
        assert!(!path.exists());
        assert!(store.read_traits(DAY).unwrap().is_empty());
    }

    #[test]
    fn a_manifest_without_them_says_nothing_of_them() {
        let entry = crate::DayEntry::default();
        assert!(!serde_json::to_string(&entry).unwrap().contains("traits"));
    }
}
