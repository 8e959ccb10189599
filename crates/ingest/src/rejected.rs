//! Rejected rows on their way from a batch to the quarantine.

use crate::batch::Example;
use hexodus_model::{FaultCode, RejectionReason, Rejections};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What was noted of the rows of one batch, in the order of the checks: a row may have several faults.
#[derive(Debug, Default)]
pub struct Notes {
    reasons: Vec<RejectionReason>,
    /// Row in the batch, row number, index of the reason.
    rows: Vec<(usize, u64, usize)>,
}

impl Notes {
    /// Notes a fault of a row. Of `example` only row number, column and what was expected are kept.
    pub fn add(&mut self, row: usize, code: FaultCode, example: &Example) {
        let same = |reason: &RejectionReason| {
            reason.code == code && reason.column == example.column && reason.expected == example.expected
        };
        let reason = self.reasons.iter().rposition(same).unwrap_or_else(|| {
            let (column, expected) = (example.column.clone(), example.expected.clone());
            self.reasons.push(RejectionReason { code, column, expected });
            self.reasons.len() - 1
        });
        self.rows.push((row, example.row, reason));
    }

    /// One entry a row, ascending: row in the batch, row number and the reason that counts, given the `faults` that do.
    pub fn settle(&mut self, faults: &[Option<FaultCode>]) -> impl Iterator<Item = (usize, u64, &RejectionReason)> {
        let Self { reasons, rows } = self;
        // Stable: of two columns with the same fault the one checked first stays.
        rows.sort_by_key(|&(row, ..)| row);
        rows.retain(|&(row, _, reason)| faults.get(row).copied().flatten() == Some(reasons[reason].code));
        rows.dedup_by_key(|&mut (row, ..)| row);
        rows.iter().map(|&(row, number, reason)| (row, number, &reasons[reason]))
    }
}

/// Rejections of a file whose blocks are read in any order. Holds what can still be among the first rows of a code,
/// and lets go of the rest, so that memory does not grow with a file that is bad throughout.
#[derive(Debug, Default)]
pub struct RejectedBlocks(Mutex<Blocks>);

#[derive(Debug, Default)]
struct Blocks {
    by_number: BTreeMap<usize, Rejections>,
    rows: BTreeMap<FaultCode, usize>,
}

impl RejectedBlocks {
    /// Keeps the rejections of block `number`.
    pub fn keep(&self, number: usize, rejections: Rejections) {
        if rejections.is_empty() {
            return;
        }
        let mut blocks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let codes: Vec<FaultCode> = rejections.counts().map(|(code, _)| code).collect();
        for (code, rows) in rejections.counts() {
            *blocks.rows.entry(code).or_default() += rows;
        }
        blocks.by_number.insert(number, rejections);
        for code in codes {
            if blocks.rows.get(&code).is_some_and(|&rows| rows > 4 * Rejections::ROWS_KEPT) {
                blocks.shorten(code);
            }
        }
    }

    /// The rejections of block `number`; rows that cannot be among the first of the file may be missing.
    pub fn take(&self, number: usize) -> Rejections {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).by_number.remove(&number).unwrap_or_default()
    }
}

impl Blocks {
    /// Once earlier blocks have enough rows of a code, those of later blocks can never be kept: a block that is still
    /// to come only adds earlier rows.
    fn shorten(&mut self, code: FaultCode) {
        let mut before = 0;
        for rejections in self.by_number.values_mut() {
            if before >= Rejections::ROWS_KEPT {
                rejections.forget(code);
            }
            before += rejections.counts().find(|&(own, _)| own == code).map_or(0, |(_, rows)| rows);
        }
        self.rows.insert(code, before);
        self.by_number.retain(|_, rejections| !rejections.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reason() -> RejectionReason {
        RejectionReason { code: FaultCode::CannotParse, column: "when".into(), expected: "a time".into() }
    }

    fn block(rows: u64) -> Rejections {
        let mut rejections = Rejections::default();
        (1..=rows).for_each(|row| rejections.push(row, None, &reason()));
        rejections
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        /// Blocks in any order give the first rows of the file, and few more are ever held.
        #[test]
        fn the_first_rows_survive_any_order(order in Just((0..40_usize).collect::<Vec<_>>()).prop_shuffle()) {
            let blocks = RejectedBlocks::default();
            for number in order {
                blocks.keep(number, block(2_000));
                let held: usize = blocks.0.lock().unwrap().by_number.values().map(|kept| kept.rows().len()).sum();
                prop_assert!(held <= 4 * Rejections::ROWS_KEPT);
            }
            let mut file = Rejections::default();
            for number in 0..40 {
                file.append(&blocks.take(number), number as u64 * 2_000);
            }
            let rows: Vec<u64> = file.rows().iter().map(|(row, _)| row.row_no).collect();
            prop_assert_eq!(rows, (1..=Rejections::ROWS_KEPT as u64).collect::<Vec<_>>());
        }
    }

    #[test]
    fn of_several_faults_the_one_that_counts_is_noted_once() {
        let example = |row, column: &str| Example::new(row, column, "a value", b"123");
        let mut notes = Notes::default();
        notes.add(4, FaultCode::OutOfRange, &example(104, "lat"));
        notes.add(4, FaultCode::NullValue, &example(104, "when"));
        notes.add(2, FaultCode::NullValue, &example(102, "sim"));
        notes.add(4, FaultCode::NullValue, &example(104, "sim"));
        let faults = [None, None, Some(FaultCode::NullValue), None, Some(FaultCode::NullValue)];
        let settled: Vec<_> =
            notes.settle(&faults).map(|(row, number, reason)| (row, number, reason.column.clone())).collect();
        assert_eq!(settled, [(2, 102, "sim".to_owned()), (4, 104, "when".to_owned())]);
    }
}
