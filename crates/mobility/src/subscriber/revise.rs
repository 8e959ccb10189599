//! The same story told afterwards: movements dated by the first day of the run that confirmed them.

use hexodus_model::{LocalDay, Residence, ResidenceDay};

/// Moves every entry, return and secondary move from the day that confirmed it to its first residence day, and the
/// states of the days between with it (methods §3.1, [`hexodus_model::Dating::Revised`]). `days` is one subscriber's,
/// day after day; a movement that began before the first of them is dated to the first.
///
/// The accounting identities hold as before: on the days between nothing else happened, because silence or another
/// place would have broken the run.
pub fn revise(days: &mut [ResidenceDay]) {
    for confirmed in 0..days.len() {
        let ResidenceDay { residence, changes, .. } = days[confirmed];
        let Some(first) = began(&residence, &changes, days[0].day, days[confirmed].day) else { continue };
        for day in &mut days[first..confirmed] {
            day.residence = residence;
        }
        let (from, to) = (confirmed, first);
        days[to].changes.entered = std::mem::take(&mut days[from].changes.entered);
        days[to].changes.returned = std::mem::take(&mut days[from].changes.returned);
        days[to].changes.onward = std::mem::take(&mut days[from].changes.onward);
    }
}

/// The index of the first day of the run that the changes of a day confirm.
fn began(residence: &Residence, changes: &hexodus_model::Changes, start: LocalDay, today: LocalDay) -> Option<usize> {
    let since = match *residence {
        Residence::Displaced(own) if changes.entered.is_some() => own.since,
        Residence::MovedOn { moved, .. } if changes.onward.is_some() => moved,
        Residence::Returned { since, .. } if changes.returned.is_some() => since,
        _ => return None,
    };
    (since < today).then(|| usize::try_from(since.0 - start.0).unwrap_or(0))
}
