//! The state of a person, day by day (methods §3.1).

use super::home::{BASELINE, home};
use super::residence::residences;
use super::usual::is_usual;

/// Nearer than this to home is home; a move is at least this long.
const LEAST_KM: f64 = 2.0;
/// Residence days in a row that confirm a displacement, a return, a second move.
const CONFIRMING: usize = 3;

/// A state of the definition. "Unobserved" is none of the truth: it knows every night.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// No home, so none of the others.
    Unlocatable,
    AtHome,
    UsualPlace,
    Provisional,
    Displaced,
    /// At home after a confirmed return.
    Returned,
}

/// A displacement: its host on the day, its first residence day, and the first night of the unbroken row of nights away
/// from home that led to it; days counted from the first of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Episode {
    pub(super) host: u32,
    pub(super) onset: usize,
    pub(super) back_dated_onset: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DayState {
    pub(super) state: State,
    /// While displaced.
    pub(super) episode: Option<Episode>,
}

/// What the definition says of a person: the home, and the state of every day from the event day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) home: Option<u32>,
    pub(super) days: Vec<DayState>,
}

/// Where a residence is, as seen from home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whereabouts {
    Unknown,
    Home,
    Usual,
    Away,
}

/// Applies the definition to the nights of a person; `event` is the index of the event day, `km` the distance of two
/// H3 cells.
pub(super) fn verdict(nights: &[u32], event: usize, km: impl Fn(u32, u32) -> f64) -> Verdict {
    let residences = residences(nights);
    let Some(home) = home(&residences, event) else {
        let unlocatable = DayState { state: State::Unlocatable, episode: None };
        return Verdict { home: None, days: vec![unlocatable; nights.len() - event] };
    };
    let near_home = |cell: u32| km(cell, home) < LEAST_KM;
    let baseline = &nights[event.saturating_sub(BASELINE)..event];
    let whereabouts: Vec<Whereabouts> = (0..nights.len())
        .map(|day| match residences[day] {
            None => Whereabouts::Unknown,
            Some(cell) if near_home(cell) => Whereabouts::Home,
            Some(cell) if is_usual(cell, run(day, |at| residences[at] == Some(cell)), baseline) => Whereabouts::Usual,
            Some(_) => Whereabouts::Away,
        })
        .collect();

    let (mut episode, mut has_returned) = (None, false);
    let days = (event..nights.len()).map(|day| {
        let has_been = |what| run(day, |at| whereabouts[at] == what) >= CONFIRMING;
        let residence = residences[day];
        let stays = || run(day, |at| residences[at] == residence) >= CONFIRMING;
        match (episode, residence) {
            (None, Some(host)) if has_been(Whereabouts::Away) => {
                let onset = day + 1 - run(day, |at| whereabouts[at] == Whereabouts::Away);
                let back_dated_onset = first_night_away(onset, |at| !near_home(nights[at]));
                (episode, has_returned) = (Some(Episode { host, onset, back_dated_onset }), false);
            }
            (Some(_), _) if has_been(Whereabouts::Home) => (episode, has_returned) = (None, true),
            (Some(known), Some(cell)) if !near_home(cell) && km(cell, known.host) >= LEAST_KM && stays() => {
                episode = Some(Episode { host: cell, ..known });
            }
            _ => (),
        }
        let state = match whereabouts[day] {
            _ if episode.is_some() => State::Displaced,
            Whereabouts::Away => State::Provisional,
            Whereabouts::Usual => State::UsualPlace,
            Whereabouts::Home if has_returned => State::Returned,
            // Unknown is the first day of a run only; whoever has a home had it then.
            Whereabouts::Home | Whereabouts::Unknown => State::AtHome,
        };
        DayState { state, episode }
    });
    Verdict { home: Some(home), days: days.collect() }
}

/// Days in a row, up to and with `day`, on which something holds.
fn run(day: usize, holds: impl Fn(usize) -> bool) -> usize {
    (0..=day).rev().take_while(|&at| holds(at)).count()
}

/// The first of the row of nights away that reaches the onset; where the night of the onset was at home, of the row
/// before it.
fn first_night_away(onset: usize, is_away: impl Fn(usize) -> bool) -> usize {
    let last = (0..=onset).rev().find(|&at| is_away(at)).unwrap_or(onset);
    (0..=last).rev().take_while(|&at| is_away(at)).last().unwrap_or(last)
}

#[cfg(test)]
mod tests;
