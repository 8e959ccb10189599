//! Columns that the tables of a crisis have in common.

use crate::column::Column;
use crate::column::ColumnKind::{Date, I32, Text};

pub(crate) const OPERATION: Column = Column::new("operation", Text, "Monitored crisis").hxl("#operation+name");
pub(crate) const ROUND: Column =
    Column::new("round_number", I32, "Number of this publication of the operation, from 1")
        .nullable()
        .hxl("#round+code");
pub(crate) const REPORTING_DATE: Column =
    Column::new("reporting_date", Date, "Date the release is named for").hxl("#date+reported");
pub(crate) const DATE: Column = Column::new("date", Date, "Local day").hxl("#date");
pub(crate) const PHASE: Column =
    Column::new("phase", Text, "Name of the phase of the crisis; null outside every phase").nullable();
pub(crate) const ADM_LEVEL: Column = Column::new("adm_level", I32, "Administrative level").hxl("#adm+level");
pub(crate) const COD_VERSION: Column =
    Column::new("cod_version", Text, "Version of the boundary dataset").hxl("#meta+cod_version");
pub(crate) const HOME: Column =
    Column::new("origin_id", Text, "P-code of the area of home; null where all homes are meant")
        .nullable()
        .hxl("#adm+origin+pcode");
pub(crate) const REASON: Column = Column::new("suppression_reason", Text, "Why; null where not suppressed").nullable();
pub(crate) const SOURCE_METHOD: Column = Column::new("source_method", Text, "MPD: mobile positioning data");
