//! What is odd about an accepted event beside the events around it, or beside the radio-cell plan.

use serde::{Deserialize, Serialize};

/// The semantic codes of formats §2. 1 to 5 are eurostat/multimno's `SemanticErrorType`; a space of its own, as the
/// numbers overlap with those of [`FaultCode`](crate::FaultCode).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SemanticCode {
    /// 1: the plan has no such radio cell; stored unlocated.
    CellNonExistent,
    /// 2: the plan has it, but not on that date; stored unlocated.
    CellNotValid,
    /// 5: one instant, several places: kept in presence, left out of sequences.
    DifferentLocationDuplicate,
    /// 3: impossibly far from the events before and after.
    IncorrectLocation,
    /// 4: impossibly far from one of them.
    SuspiciousLocation,
    /// 218: more events in a day than a person makes.
    MachineDevice,
    /// 302: to and fro between near places within minutes.
    PingPong,
    /// 304: the plan has the radio cell, without a position; stored unlocated.
    CellWithoutCoordinates,
}

impl SemanticCode {
    /// The number of formats §2.
    pub const fn number(self) -> i32 {
        match self {
            Self::CellNonExistent => 1,
            Self::CellNotValid => 2,
            Self::IncorrectLocation => 3,
            Self::SuspiciousLocation => 4,
            Self::DifferentLocationDuplicate => 5,
            Self::MachineDevice => 218,
            Self::PingPong => 302,
            Self::CellWithoutCoordinates => 304,
        }
    }

    /// The name of formats §2.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CellNonExistent => "cell_non_existent",
            Self::CellNotValid => "cell_not_valid",
            Self::IncorrectLocation => "incorrect_location",
            Self::SuspiciousLocation => "suspicious_location",
            Self::DifferentLocationDuplicate => "different_location_duplicate",
            Self::MachineDevice => "machine_device",
            Self::PingPong => "ping_pong",
            Self::CellWithoutCoordinates => "cell_without_coordinates",
        }
    }
}
