//! Everything but the places themselves, in the order the reader expects.

use super::NOWHERE;
use crate::subscriber::displacement::{Run, Standing, SubscriberState};
use crate::subscriber::kept::Member;
use crate::subscriber::stay_lengths::{ClassSoFar, Sighting};
use hexodus_model::{DailyLocation, Displacement, H3Cell, LocalDay};

pub(super) struct Writer {
    pub(super) today: LocalDay,
    /// Distinct, in the order of their numbers.
    pub(super) places: Vec<H3Cell>,
    pub(super) bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    fn short(&mut self, number: u16) {
        self.bytes.extend(number.to_le_bytes());
    }

    /// `i32::MIN` is no day.
    fn day(&mut self, day: Option<LocalDay>) {
        let offset = day.map_or(i32::MIN, |day| day.0 - self.today.0);
        self.bytes.extend(offset.to_le_bytes());
    }

    pub(super) fn place(&mut self, place: Option<H3Cell>) {
        let Some(place) = place else { return self.byte(NOWHERE) };
        let known = self.places.iter().position(|&own| own == place);
        let number = known.unwrap_or(self.places.len());
        if known.is_none() {
            self.places.push(place);
        }
        // More places than numbers: `write` finds out.
        self.byte(u8::try_from(number).unwrap_or(NOWHERE));
    }

    pub(super) fn list<T>(&mut self, items: &[T], write: impl Fn(&mut Self, &T)) -> Option<()> {
        self.byte(u8::try_from(items.len()).ok()?);
        for item in items {
            write(self, item);
        }
        Some(())
    }

    /// Days of a residence window: fewer than 256 before the evening.
    pub(super) fn located(&mut self, day: LocalDay, place: H3Cell) {
        self.byte(u8::try_from(self.today.0 - day.0).unwrap_or(u8::MAX));
        self.place(Some(place));
    }

    fn run(&mut self, run: Option<Run>) {
        self.day(run.map(|run| run.since));
        self.place(run.map(|run| run.place));
    }

    fn displacement(&mut self, own: Displacement) {
        self.place(Some(own.host));
        self.day(Some(own.since));
        self.day(Some(own.left));
    }

    pub(super) fn member(&mut self, member: &Member, located: &[DailyLocation]) -> Option<()> {
        let SubscriberState { home, routine, recent, own, residing, left, away, back, elsewhere, observed, standing } =
            &member.state;
        self.place(Some(*home));
        self.list(&routine.places, |own, usual| {
            own.place(Some(usual.place));
            own.byte(usual.weekdays);
            own.short(usual.longest_stay);
        })?;
        // Nearly always what is kept of everybody; not where days between baseline and event were not followed.
        let recent = &recent.located;
        let is_same = recent.iter().copied().eq(located.iter().map(|own| (own.day, own.place)));
        self.byte(u8::from(is_same));
        if !is_same {
            self.list(recent, |own, &(day, place)| own.located(day, place))?;
        }
        for &(_, place) in &own.located {
            self.place(Some(place));
        }
        self.run(*residing);
        self.day(*left);
        self.run(away.map(|(run, _)| run));
        self.day(away.map(|(_, left)| left));
        self.run(*back);
        self.run(*elsewhere);
        self.byte(u8::from(*observed) | u8::from(member.by_look_back) << 1);
        self.standing(*standing);
        self.day(member.last_observed.map(|(day, _)| day));
        self.place(member.last_observed.map(|(_, place)| place));
        for week in &member.weeks {
            self.week(*week);
        }
        Some(())
    }

    fn standing(&mut self, standing: Standing) {
        match standing {
            Standing::Stayed => self.byte(0),
            Standing::Displaced(own, moved) => {
                self.byte(1);
                self.displacement(own);
                self.place(moved.map(|(previous, _)| previous));
                self.day(moved.map(|(_, since)| since));
            }
            Standing::Returned(host, since) => {
                self.byte(2);
                self.place(Some(host));
                self.day(Some(since));
            }
        }
    }

    fn week(&mut self, week: ClassSoFar<H3Cell>) {
        let (place, unlocated) = match week.last {
            Sighting::At(place) => (Some(place), false),
            last => (None, last == Sighting::Unlocated),
        };
        self.place(place);
        self.byte(u8::from(week.absent) | u8::from(week.unlocated) << 1 | u8::from(unlocated) << 2);
        self.byte(week.stay);
        self.byte(week.longest);
    }
}
