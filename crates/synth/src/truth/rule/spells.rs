//! The verdicts as spells: days in a row with one state and one host.

use super::states::{DayState, State, Verdict};
use crate::error::SynthError;
use crate::subscriber::subscriber_id;
use crate::text::TextFile;
use crate::truth::grid::Grid;
use crate::world::World;
use hexodus_model::LocalDay;
use std::path::Path;

const HEADER: &str = "subscriber,home_h3,state,host_h3,first_day,last_day,onset_day,back_dated_onset_day";

/// `rule_states.csv.gz`: for every person the spells from the event day to the last day, without a gap.
pub(super) struct SpellFile {
    file: TextFile,
}

impl SpellFile {
    pub(super) fn begin(path: &Path) -> Result<Self, SynthError> {
        Ok(Self { file: TextFile::gzip(path, HEADER)? })
    }

    pub(super) fn write_person(
        &mut self,
        number: u32,
        event_day: LocalDay,
        person: &Verdict,
        grid: &Grid,
        world: &World,
    ) -> Result<(), SynthError> {
        let id = subscriber_id(world.id_key, number);
        let (id, home) = (String::from_utf8_lossy(&id), person.home.map_or(String::new(), |home| grid.text(home)));
        let date = |day: usize| LocalDay(world.run.first.0 + day as i32);
        let mut first = event_day;
        for spell in person.days.chunk_by(|one, next| one == next) {
            let DayState { state, episode } = spell[0];
            let last = LocalDay(first.0 + spell.len() as i32 - 1);
            let (host, onset, back_dated) = episode.map_or_else(Default::default, |episode| {
                let [onset, back_dated] = [episode.onset, episode.back_dated_onset].map(|day| date(day).to_string());
                (grid.text(episode.host), onset, back_dated)
            });
            let state = name(state);
            self.file.line(format_args!("{id},{home},{state},{host},{first},{last},{onset},{back_dated}"))?;
            first = last.next();
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), SynthError> {
        self.file.finish()
    }
}

fn name(state: State) -> &'static str {
    match state {
        State::Unlocatable => "unlocatable",
        State::AtHome => "at_home",
        State::UsualPlace => "usual_place",
        State::Provisional => "provisional",
        State::Displaced => "displaced",
        State::Returned => "returned",
    }
}
