//! Who the rows of a Parquet batch are about.

use crate::delivered_id::DeliveredId;
use crate::id_rules::{looks_raw, number_looks_raw};
use crate::normal::{Normal, trimmed};
use crate::parquet_rows::Check;
use arrow_array::Array;
use hexodus_model::FaultCode;

impl Check<'_, '_> {
    /// Ids as they are. Integers wait for their pseudonyms, unless rows say more of their subscribers than where they are.
    pub(crate) fn ids(&mut self, ids: &Normal, name: &str) {
        if self.batch.traits.is_empty()
            && let Some(delivered) = delivered_ids(ids)
        {
            self.batch.delivered = delivered;
            if ids.null_count() > 0 {
                for row in (0..self.batch.len()).filter(|&row| ids.is_null(row)) {
                    self.reject(row, FaultCode::NullValue, name, "a subscriber id", b"");
                }
            }
            return;
        }
        match ids {
            Normal::Bytes { values, is_text } if values.null_count() == 0 => {
                self.text_ids(name, |row| Some(trimmed(values.value(row), *is_text)));
            }
            others => self.text_ids(name, |row| others.bytes(row)),
        }
    }

    /// Ids as text.
    #[inline]
    fn text_ids<T: AsRef<[u8]>>(&mut self, name: &str, id_of: impl Fn(usize) -> Option<T>) {
        self.batch.want_pseudonyms();
        for row in 0..self.batch.len() {
            match id_of(row).as_ref().map(T::as_ref).filter(|id| !id.is_empty()) {
                Some(id) => self.worker.pseudonyms.push(row, id, &mut self.batch.subscriber),
                None => self.reject(row, FaultCode::NullValue, name, "a subscriber id", b""),
            }
        }
        self.worker.pseudonyms.finish(&mut self.batch.subscriber);
    }

    /// Ids that are decoded, checked against groups, or bound to the epoch of their row. Times come first.
    /// `epochs` is what each row names as the epoch of its id, with the name of that column.
    pub(crate) fn decoded_ids(&mut self, ids: &Normal, name: &str, epochs: Option<(&Normal, &str)>) {
        self.batch.want_pseudonyms();
        for row in 0..self.batch.len() {
            self.enter_epoch(row, epochs);
            let Some(id) = ids.bytes(row).filter(|id| !id.is_empty()) else {
                self.reject(row, FaultCode::NullValue, name, "a subscriber id", b"");
                continue;
            };
            self.decoded_id(row, &id, name);
        }
        self.worker.pseudonyms.finish(&mut self.batch.subscriber);
    }

    /// Whole numbers that were made fractions on their way (pandas does so where a value is missing) are read as
    /// numbers as long as no two of them can be mistaken for each other.
    pub(crate) fn float_ids(&mut self, ids: &Normal, name: &str, epochs: Option<(&Normal, &str)>) {
        self.batch.want_pseudonyms();
        for row in 0..self.batch.len() {
            self.enter_epoch(row, epochs);
            match ids.exact_integer(row) {
                Some(Some(id)) => self.decoded_id(row, id.to_string().as_bytes(), name),
                Some(None) => self.reject(row, FaultCode::NullValue, name, "a subscriber id", b""),
                None => {
                    let expected = "a whole number below 2^53, or text";
                    self.reject(row, FaultCode::UnsupportedType, name, expected, b"9.9");
                }
            }
        }
        self.worker.pseudonyms.finish(&mut self.batch.subscriber);
    }

    fn decoded_id(&mut self, row: usize, id: &[u8], name: &str) {
        match self.worker.ids.read(id, self.batch.at[row], &self.rules.rows.ids) {
            Ok(read) => {
                self.worker.pseudonyms.push(row, read.id, &mut self.batch.subscriber);
                self.batch.keep_group(row, read.group);
            }
            Err((code, expected)) => self.reject(row, code, name, expected, id),
        }
    }

    /// Takes the epoch that a row names for its id, where rows do.
    fn enter_epoch(&mut self, row: usize, epochs: Option<(&Normal, &str)>) {
        let Some((epochs, column)) = epochs else { return };
        let epoch = epochs.bytes(row).unwrap_or_default();
        if epoch.is_empty() {
            self.reject(row, FaultCode::NullValue, column, "the epoch of the id", b"");
        }
        self.worker.ids.enter_named(&epoch);
    }

    pub(crate) fn whole_file(&mut self) {
        let id = self.rules.file.id.as_deref().unwrap_or_default();
        let subscriber = self.worker.pseudonyms.of_bytes(id);
        self.batch.want_pseudonyms();
        self.batch.subscriber.fill(subscriber);
    }

    pub(crate) fn count_raw(&mut self, ids: &Normal) {
        if !self.rules.rows.ids.count_raw() {
            return;
        }
        let raw = match ids {
            Normal::Unsigned(ids) if ids.null_count() == 0 => {
                ids.values().iter().filter(|&&id| number_looks_raw(id)).count()
            }
            Normal::Unsigned(ids) => ids.iter().flatten().filter(|&id| number_looks_raw(id)).count(),
            Normal::Integer(ids) => {
                ids.iter().flatten().filter(|&id| u64::try_from(id).is_ok_and(number_looks_raw)).count()
            }
            other => (0..self.batch.len()).filter(|&row| other.bytes(row).is_some_and(|id| looks_raw(&id))).count(),
        };
        self.rules.file.ids.add((self.batch.len() - ids.null_count()) as u64, raw as u64);
    }
}

/// Integer ids that can wait for their pseudonyms: a negative one has none but as text. Where there is none, zero.
fn delivered_ids(ids: &Normal) -> Option<Vec<DeliveredId>> {
    match ids {
        Normal::Unsigned(ids) => Some(ids.values().iter().map(|&id| DeliveredId::new(id)).collect()),
        Normal::Integer(ids) if ids.values().iter().all(|&id| id >= 0) => {
            Some(ids.values().iter().map(|&id| DeliveredId::new(id.unsigned_abs())).collect())
        }
        _ => None,
    }
}
