//! Residents from month to month by the relocations of the month, without losing anybody (methods §7.3: Flowminder's
//! form, repaired; as they have it, it is in [`crate::flowminder`]).

use crate::error::{EstimateError, in_range, same_length};
use crate::sum::ordered_sum;

/// λ: by how much residents are pulled to the direct estimate each month. Flows alone are a random walk, whose errors
/// accumulate.
pub const ANCHOR_SHARE: f64 = 0.1;

/// Share by which the sum of people may be off at the end: rounding, and nothing else.
const CONSERVED_WITHIN: f64 = 1e-9;

/// People who moved home in the month, unrounded. One row is an arrival and a departure at once, so both sum to the
/// same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Relocation {
    /// Area of the home before, an index.
    pub origin: usize,
    /// Area of the home after. The same as before is no relocation, and changes nothing.
    pub destination: usize,
    /// People.
    pub people: f64,
}

/// What the residents are pulled to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Anchor<'a> {
    /// People in each area by an estimate that does not come from flows. Only its shares count: it is raked to the sum
    /// of the residents, since the total is known better than where people live.
    pub direct: &'a [f64],
    /// λ in \[0, 1\], usually [`ANCHOR_SHARE`].
    pub share: f64,
}

/// Residents of the next month.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdatedResidents {
    /// People in each area, none negative, unrounded.
    pub residents: Vec<f64>,
    /// Areas that more people would have left than lived there: their whole row was scaled to the residents. Ascending.
    pub scaled_rows: Vec<usize>,
}

/// R ← (R + arrivals − departures)·g, then R·(1 − λ) + λ·`R_direct`.
///
/// More departures than residents of the month before scale **all relocations from that area**, so what does not depart
/// does not arrive (a cap on the departures alone makes people, T19). Those who arrive in the month do not leave in it.
/// g is one factor for all areas: growth by area is a direct estimate's to tell. The order of `relocations` does not
/// matter.
///
/// # Errors
/// [`EstimateError::Shape`] and [`EstimateError::OutOfRange`] for input that cannot be, and
/// [`EstimateError::NotConserved`] unless ΣR is g times what it was, to 1e-9.
pub fn update_population(
    residents: &[f64],
    relocations: &[Relocation],
    growth: f64,
    anchor: Option<Anchor<'_>>,
) -> Result<UpdatedResidents, EstimateError> {
    check(residents, relocations, growth)?;
    let departing = sums(residents.len(), relocations, |own| own.origin, |own| own.people);
    let may_leave = |area: usize| (residents[area] / departing[area]).min(1.0);
    let scaled = |own: &Relocation| own.people * may_leave(own.origin);
    let departed = sums(residents.len(), relocations, |own| own.origin, scaled);
    let arrived = sums(residents.len(), relocations, |own| own.destination, scaled);
    // An area that all have left keeps no rounding error below 0.
    let stayed = |area: usize| (residents[area] - departed[area]).max(0.0);
    let grown = |area: usize| (stayed(area) + arrived[area]) * growth;
    let mut updated: Vec<f64> = (0..residents.len()).map(grown).collect();
    if let Some(anchor) = anchor {
        pull(&mut updated, &anchor)?;
    }

    let [expected, found] = [residents, &updated].map(|people| ordered_sum(people.iter().copied()));
    let expected = expected * growth;
    if (found - expected).abs() > CONSERVED_WITHIN * expected {
        return Err(EstimateError::NotConserved { expected, found });
    }
    let scaled_rows = (0..residents.len()).filter(|&area| departing[area] > residents[area]).collect();
    Ok(UpdatedResidents { residents: updated, scaled_rows })
}

fn check(residents: &[f64], relocations: &[Relocation], growth: f64) -> Result<(), EstimateError> {
    in_range("growth", growth, "above 0", |own| own > 0.0)?;
    for &people in residents {
        in_range("residents", people, "0 or more people", |own| own >= 0.0)?;
    }
    for own in relocations {
        in_range("relocation", own.people, "0 or more people", |people| people >= 0.0)?;
        let found = own.origin.max(own.destination);
        if found >= residents.len() {
            return Err(EstimateError::Shape { what: "area of a relocation", expected: residents.len(), found });
        }
    }
    Ok(())
}

/// Sums of relocations between two areas, by one of their ends; the same to the bit in any order.
fn sums(
    areas: usize,
    relocations: &[Relocation],
    end: impl Fn(&Relocation) -> usize,
    people: impl Fn(&Relocation) -> f64,
) -> Vec<f64> {
    let mut by_area = vec![Vec::new(); areas];
    for own in relocations.iter().filter(|own| own.origin != own.destination) {
        by_area[end(own)].push(people(own));
    }
    by_area.into_iter().map(ordered_sum).collect()
}

fn pull(residents: &mut [f64], anchor: &Anchor<'_>) -> Result<(), EstimateError> {
    same_length("direct estimates", residents.len(), anchor.direct.len())?;
    let share = in_range("share of the anchor", anchor.share, "from 0 to 1", |own| (0.0..=1.0).contains(&own))?;
    for &people in anchor.direct {
        in_range("direct estimate", people, "0 or more people", |own| own >= 0.0)?;
    }
    let direct =
        in_range("sum of direct estimates", ordered_sum(anchor.direct.iter().copied()), "above 0", |own| own > 0.0)?;
    let raked = ordered_sum(residents.iter().copied()) / direct;
    for (own, direct) in residents.iter_mut().zip(anchor.direct) {
        *own = *own * (1.0 - share) + share * direct * raked;
    }
    Ok(())
}

#[cfg(test)]
#[path = "population_update_tests.rs"]
mod tests;
