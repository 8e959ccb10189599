//! What a row of an operator says: who, when, and at which location; or why it is rejected.

use crate::columns::{Ids, instants};
use crate::fault::{Checked, Fault};
use crate::local_days::LocalDays;
use crate::locations::{LocationNames, PlaceColumns, Places};
use crate::subscribers::{IdKind, Pseudonyms};
use arrow_array::{Array, Int64Array, RecordBatch};
use hexodus_model::{DayWindow, FaultCode, SubscriberId, UtcMicros};
use pyo3::FromPyObject;

/// Which columns say what.
pub struct EventColumns {
    /// Who.
    pub subscriber: String,
    /// When.
    pub time: String,
    /// Where.
    pub place: PlaceColumns,
}

/// The same, as Python says it: the subscriber, the time, and one of radio cell, H3 cell and point.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct ColumnNames {
    /// Who.
    pub subscriber: String,
    /// When.
    pub time: String,
    /// Where: the id of a radio cell,
    pub radio_cell: Option<String>,
    /// or an H3 cell,
    pub h3: Option<String>,
    /// or latitude and longitude.
    pub point: Option<(String, String)>,
}

impl ColumnNames {
    /// Which columns say what.
    pub fn columns(self) -> Checked<EventColumns> {
        let place = match (self.radio_cell, self.h3, self.point) {
            (Some(column), None, None) => PlaceColumns::RadioCell(column),
            (None, Some(column), None) => PlaceColumns::H3(column),
            (None, None, Some((lat, lon))) => PlaceColumns::Point(lat, lon),
            _ => return Err(Fault("expected one of radio_cell=, h3= and point=".into())),
        };
        Ok(EventColumns { subscriber: self.subscriber, time: self.time, place })
    }
}

/// A row that is accepted.
#[derive(Clone, Copy)]
pub struct GoodRow<S = SubscriberId> {
    /// Who.
    pub subscriber: S,
    /// The local day.
    pub window: DayWindow,
    /// Microseconds since 1970, UTC.
    pub at: i64,
    /// The name of the location.
    pub location: u64,
}

/// The columns of a batch that say something.
pub struct Rows {
    ids: Ids,
    times: Int64Array,
    /// Where.
    pub places: Places,
}

impl Rows {
    /// Reads them; ids must be such that `pseudonyms` can be made of them.
    pub fn read(batch: &RecordBatch, columns: &EventColumns, pseudonyms: &Pseudonyms) -> Checked<Self> {
        let ids = Ids::read(batch, &columns.subscriber)?;
        pseudonyms.check(&ids, &columns.subscriber)?;
        Ok(Self { ids, times: instants(batch, &columns.time)?, places: columns.place.read(batch)? })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.times.len()
    }

    /// What the ids are.
    pub const fn id_kind(&self) -> IdKind {
        self.ids.kind()
    }

    /// A row, or the first reason against it.
    #[inline]
    pub fn row(
        &self,
        row: usize,
        pseudonyms: &Pseudonyms,
        days: &mut LocalDays,
        names: &mut LocationNames,
    ) -> Result<GoodRow, FaultCode> {
        let GoodRow { subscriber, window, at, location } = self.delivered_row(row, pseudonyms, days, names)?;
        Ok(GoodRow { subscriber: pseudonyms.of_delivered(subscriber, self.id_kind()), window, at, location })
    }

    /// The same, with the subscriber as it was delivered.
    #[inline]
    pub fn delivered_row(
        &self,
        row: usize,
        pseudonyms: &Pseudonyms,
        days: &mut LocalDays,
        names: &mut LocationNames,
    ) -> Result<GoodRow<u64>, FaultCode> {
        let subscriber = pseudonyms.delivered(&self.ids, row)?;
        if self.times.is_null(row) {
            return Err(FaultCode::NullValue);
        }
        let at = self.times.value(row);
        let window = days.of(UtcMicros(at)).ok_or(FaultCode::OutOfRange)?;
        Ok(GoodRow { subscriber, window, at, location: names.of_row(&self.places, row)? })
    }
}
