//! The identity that every day-to-day matrix must satisfy; asserted in every run.

use hexodus_model::{FlowMatrix, Reserved, UnitKey};
use thiserror::Error;

/// A matrix whose margins do not add up to the subscribers that were located: a defect, never a property of data.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(
    "flows {level} {first_day} → {last_day}: origins sum to {origins}, {located_first} subscribers were located on the \
     first day; destinations sum to {destinations}, {located_second} on the second"
)]
pub struct FlowImbalance {
    level: String,
    first_day: String,
    last_day: String,
    origins: u64,
    located_first: u64,
    destinations: u64,
    located_second: u64,
}

/// Row sums (with "not seen after") = subscribers located on the first day, and column sums (with "not seen before") =
/// subscribers located on the second.
///
/// # Errors
/// [`FlowImbalance`] with all four figures when either fails.
pub fn check_conservation(matrix: &FlowMatrix, located_first: u64, located_second: u64) -> Result<(), FlowImbalance> {
    let (before, after) = (UnitKey::reserved(Reserved::NotSeenBefore), UnitKey::reserved(Reserved::NotSeenAfter));
    let sum = |wanted: &dyn Fn(&hexodus_model::OdPair) -> bool| -> u64 {
        matrix.entries.iter().filter(|(pair, _)| wanted(pair)).map(|&(_, subscribers)| subscribers).sum()
    };
    let origins = sum(&|pair| pair.origin != before);
    let destinations = sum(&|pair| pair.destination != after);
    if origins == located_first && destinations == located_second {
        return Ok(());
    }
    Err(FlowImbalance {
        level: matrix.level.to_string(),
        first_day: matrix.first_day.to_string(),
        last_day: matrix.last_day.to_string(),
        origins,
        located_first,
        destinations,
        located_second,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::{Definition, H3Cell, Level, LocalDay, OdPair};

    #[test]
    fn a_lost_subscriber_is_found_out() {
        let h3 = UnitKey::h3(H3Cell::from_index(0x0880_0000_0000_0000).unwrap());
        let matrix = FlowMatrix {
            definition: Definition::DayToDay,
            level: Level::H3,
            first_day: LocalDay(0),
            last_day: LocalDay(1),
            entries: vec![(OdPair { origin: h3, destination: h3 }, 7)],
        };
        assert!(check_conservation(&matrix, 7, 7).is_ok());
        let message = check_conservation(&matrix, 8, 7).unwrap_err().to_string();
        assert!(message.contains("sum to 7, 8 subscribers were located"), "{message}");
    }
}
