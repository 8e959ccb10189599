//! Which rows were rejected, and why: enough to find a row again in its file, and nothing of its content.

use crate::audit::FaultCode;
use crate::time::LocalDay;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Why a row was rejected. Names and words of the configuration and the header, never a value of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectionReason {
    /// The code that counts.
    pub code: FaultCode,
    /// Column to blame.
    pub column: String,
    /// What a good row has there.
    pub expected: String,
}

/// One rejected row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedRow {
    /// Row in the file, from 1, the header included.
    pub row_no: u64,
    /// Local day of its account; `None` while that is open because its time could not be read.
    pub day: Option<LocalDay>,
    /// Index of its reason.
    pub reason: u16,
}

/// Rejected rows of one file: of each code the first [`Rejections::ROWS_KEPT`], the others are counted only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejections {
    reasons: Vec<RejectionReason>,
    /// Ascending by row within each code.
    rows: BTreeMap<FaultCode, Vec<RejectedRow>>,
}

impl Rejections {
    /// Rows kept of a file and code: bounds memory and disk where a whole file is bad.
    pub const ROWS_KEPT: usize = 10_000;

    /// Notes a row that comes after all noted before, unless there are enough of its code.
    pub fn push(&mut self, row_no: u64, day: Option<LocalDay>, reason: &RejectionReason) {
        if self.rows.get(&reason.code).is_some_and(|rows| rows.len() >= Self::ROWS_KEPT) {
            return;
        }
        let known = self.reasons.iter().rposition(|known| known == reason);
        let index = known.unwrap_or_else(|| {
            self.reasons.push(reason.clone());
            self.reasons.len() - 1
        });
        // There are as many reasons as pairs of a check and a column; a number that does not fit is no row number.
        let Ok(index) = u16::try_from(index) else { return };
        self.rows.entry(reason.code).or_default().push(RejectedRow { row_no, day, reason: index });
    }

    /// Adds what was noted of a later stretch of the file that begins `offset` rows into it.
    pub fn append(&mut self, later: &Self, offset: u64) {
        for row in later.rows.values().flatten() {
            self.push(row.row_no + offset, row.day, &later.reasons[usize::from(row.reason)]);
        }
    }

    /// Gives rows without a day that of the account they are in.
    pub fn settle_day(&mut self, day: LocalDay) {
        self.rows.values_mut().flatten().for_each(|row| row.day = row.day.or(Some(day)));
    }

    /// Forgets the rows of a code.
    pub fn forget(&mut self, code: FaultCode) {
        self.rows.remove(&code);
    }

    /// Rows by code.
    pub fn counts(&self) -> impl Iterator<Item = (FaultCode, usize)> {
        self.rows.iter().map(|(&code, rows)| (code, rows.len()))
    }

    /// All rows with their reasons, ascending by row.
    pub fn rows(&self) -> Vec<(RejectedRow, &RejectionReason)> {
        let mut rows: Vec<_> =
            self.rows.values().flatten().map(|&row| (row, &self.reasons[usize::from(row.reason)])).collect();
        rows.sort_by_key(|(row, _)| row.row_no);
        rows
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.values().all(Vec::is_empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(code: FaultCode, column: &str) -> RejectionReason {
        RejectionReason { code, column: column.into(), expected: "a value".into() }
    }

    #[test]
    fn the_first_rows_of_each_code_are_kept_however_the_file_is_cut() {
        let (bad, worse) = (reason(FaultCode::CannotParse, "when"), reason(FaultCode::NullValue, "sim"));
        let rows = Rejections::ROWS_KEPT as u64 + 500;
        let mut whole = Rejections::default();
        for row in 1..=rows {
            whole.push(row, None, &bad);
        }
        whole.push(rows + 1, Some(LocalDay(3)), &worse);
        let mut pieces = Rejections::default();
        for from in (0..rows).step_by(700) {
            let mut piece = Rejections::default();
            for row in 1..=700.min(rows - from) {
                piece.push(row, None, &bad);
            }
            pieces.append(&piece, from);
        }
        let mut last = Rejections::default();
        last.push(1, Some(LocalDay(3)), &worse);
        pieces.append(&last, rows);
        assert_eq!(pieces, whole);
        whole.settle_day(LocalDay(9));
        let listed = whole.rows();
        assert_eq!(listed.len(), Rejections::ROWS_KEPT + 1);
        assert_eq!((listed[0].0.row_no, listed[0].0.day), (1, Some(LocalDay(9))));
        let (last, why) = listed[Rejections::ROWS_KEPT];
        assert_eq!((last.row_no, last.day, why), (rows + 1, Some(LocalDay(3)), &worse));
    }
}
