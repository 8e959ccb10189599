//! The same order, read.

use super::{NOWHERE, place_of};
use crate::subscriber::displacement::{Run, Standing, SubscriberState};
use crate::subscriber::kept::{Member, WEEK};
use crate::subscriber::residence::RecentDays;
use crate::subscriber::routine::{Routine, UsualPlace};
use crate::subscriber::stay_lengths::{ClassSoFar, Sighting};
use hexodus_model::{DailyLocation, Displacement, H3Cell, LocalDay};

pub(super) struct Reader<'a> {
    pub(super) today: LocalDay,
    pub(super) places: &'a [u8],
    /// What is left to read.
    pub(super) bytes: &'a [u8],
}

/// The outer `Option`: whether the bytes are of the kind; the inner: whether there is one.
impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (own, rest) = self.bytes.split_first_chunk::<N>()?;
        self.bytes = rest;
        Some(*own)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn short(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    fn day(&mut self) -> Option<Option<LocalDay>> {
        let offset = i32::from_le_bytes(self.take()?);
        Some((offset != i32::MIN).then(|| LocalDay(self.today.0.wrapping_add(offset))))
    }

    pub(super) fn place(&mut self) -> Option<Option<H3Cell>> {
        let number = self.byte()?;
        if number == NOWHERE {
            return Some(None);
        }
        let at = 8 * usize::from(number);
        Some(Some(place_of(self.places.get(at..at + 8)?)?))
    }

    pub(super) fn located(&mut self) -> Option<(LocalDay, H3Cell)> {
        Some((LocalDay(self.today.0.wrapping_sub(self.byte()?.into())), self.place()??))
    }

    pub(super) fn list<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let items = self.byte()?;
        let mut list = Vec::with_capacity(usize::from(items));
        for _ in 0..items {
            list.push(read(self)?);
        }
        Some(list)
    }

    fn run(&mut self) -> Option<Option<Run>> {
        let (since, place) = (self.day()?, self.place()?);
        Some(since.zip(place).map(|(since, place)| Run { since, place }))
    }

    fn displacement(&mut self) -> Option<Displacement> {
        Some(Displacement { host: self.place()??, since: self.day()??, left: self.day()?? })
    }

    pub(super) fn member(&mut self, located: &[DailyLocation]) -> Option<Member> {
        let home = self.place()??;
        let usual = |own: &mut Self| {
            let (place, weekdays, longest_stay) = (own.place()??, own.byte()?, own.short()?);
            Some(UsualPlace { place, weekdays, longest_stay })
        };
        let routine = Routine { places: self.list(usual)? };
        let recent = match self.byte()? {
            0 => self.list(Self::located)?,
            _ => located.iter().map(|own| (own.day, own.place)).collect(),
        };
        let recent = RecentDays { located: recent };
        let mut located = recent.located.clone();
        for (_, place) in &mut located {
            *place = self.place()??;
        }
        let (residing, left) = (self.run()?, self.day()?);
        let away = self.run()?.zip(self.day()?);
        let (back, elsewhere) = (self.run()?, self.run()?);
        let flags = self.byte()?;
        let (observed, by_look_back) = (flags & 1 != 0, flags & 2 != 0);
        let (own, standing) = (RecentDays { located }, self.standing()?);
        let state =
            SubscriberState { home, routine, recent, own, residing, left, away, back, elsewhere, observed, standing };
        let mut weeks = [ClassSoFar::default(); WEEK];
        for week in &mut weeks {
            *week = self.week()?;
        }
        Some(Member { state, by_look_back, weeks })
    }

    fn standing(&mut self) -> Option<Standing> {
        Some(match self.byte()? {
            0 => Standing::Stayed,
            1 => {
                let own = self.displacement()?;
                Standing::Displaced(own, self.place()?.zip(self.day()?))
            }
            2 => Standing::Returned(self.place()??, self.day()??),
            _ => return None,
        })
    }

    fn week(&mut self) -> Option<ClassSoFar<H3Cell>> {
        let (place, flags) = (self.place()?, self.byte()?);
        let silent = if flags & 4 != 0 { Sighting::Unlocated } else { Sighting::Absent };
        let last = place.map_or(silent, Sighting::At);
        let (stay, longest) = (self.byte()?, self.byte()?);
        Some(ClassSoFar { last, absent: flags & 1 != 0, unlocated: flags & 2 != 0, stay, longest })
    }
}
