//! The same order, read.

use super::{NOWHERE, place_of};
use crate::subscriber::displacement::{Run, Standing, SubscriberState};
use crate::subscriber::kept::{Member, WEEK};
use crate::subscriber::residence::RecentDays;
use crate::subscriber::routine::{Routine, UsualPlace};
use crate::subscriber::stay_lengths::{ClassSoFar, Sighting};
use hexodus_model::{DailyLocation, Displacement, H3Cell, LocalDay};

/// The bytes are none that were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OtherBytes;

type Read<T> = Result<T, OtherBytes>;

pub(super) struct Reader<'a> {
    pub(super) today: LocalDay,
    pub(super) places: &'a [u8],
    /// What is left to read.
    pub(super) bytes: &'a [u8],
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Read<[u8; N]> {
        let (own, rest) = self.bytes.split_first_chunk::<N>().ok_or(OtherBytes)?;
        self.bytes = rest;
        Ok(*own)
    }

    pub(super) fn byte(&mut self) -> Read<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn short(&mut self) -> Read<u16> {
        self.take().map(u16::from_le_bytes)
    }

    fn day(&mut self) -> Read<Option<LocalDay>> {
        let offset = i32::from_le_bytes(self.take()?);
        Ok((offset != i32::MIN).then(|| LocalDay(self.today.0.wrapping_add(offset))))
    }

    pub(super) fn place(&mut self) -> Read<Option<H3Cell>> {
        let number = self.byte()?;
        if number == NOWHERE {
            return Ok(None);
        }
        let at = 8 * usize::from(number);
        let bytes = self.places.get(at..at + 8).ok_or(OtherBytes)?;
        place_of(bytes).map(Some).ok_or(OtherBytes)
    }

    fn some_day(&mut self) -> Read<LocalDay> {
        self.day()?.ok_or(OtherBytes)
    }

    fn some_place(&mut self) -> Read<H3Cell> {
        self.place()?.ok_or(OtherBytes)
    }

    pub(super) fn located(&mut self) -> Read<(LocalDay, H3Cell)> {
        let days_ago = self.byte()?;
        Ok((LocalDay(self.today.0.wrapping_sub(days_ago.into())), self.some_place()?))
    }

    pub(super) fn list<T>(&mut self, read: impl Fn(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let items = self.byte()?;
        let mut list = Vec::with_capacity(usize::from(items));
        for _ in 0..items {
            list.push(read(self)?);
        }
        Ok(list)
    }

    fn run(&mut self) -> Read<Option<Run>> {
        let (since, place) = (self.day()?, self.place()?);
        Ok(since.zip(place).map(|(since, place)| Run { since, place }))
    }

    fn displacement(&mut self) -> Read<Displacement> {
        Ok(Displacement { host: self.some_place()?, since: self.some_day()?, left: self.some_day()? })
    }

    pub(super) fn member(&mut self, located: &[DailyLocation]) -> Read<Member> {
        let home = self.some_place()?;
        let usual = |own: &mut Self| {
            let (place, weekdays, longest_stay) = (own.some_place()?, own.byte()?, own.short()?);
            Ok(UsualPlace { place, weekdays, longest_stay })
        };
        let routine = Routine { places: self.list(usual)? };
        let recent = match self.byte()? {
            0 => self.list(Self::located)?,
            _ => located.iter().map(|own| (own.day, own.place)).collect(),
        };
        let recent = RecentDays { located: recent };
        let mut located = recent.located.clone();
        for (_, place) in &mut located {
            *place = self.some_place()?;
        }
        let (residing, left) = (self.run()?, self.day()?);
        let away = self.run()?.zip(self.day()?);
        let (back, elsewhere) = (self.run()?, self.run()?);
        let flags = self.byte()?;
        let (observed, by_look_back) = (flags & 1 != 0, flags & 2 != 0);
        let (own, standing) = (RecentDays { located }, self.standing()?);
        let state =
            SubscriberState { home, routine, recent, own, residing, left, away, back, elsewhere, observed, standing };
        let last_observed = self.day()?.zip(self.place()?);
        let mut weeks = [ClassSoFar::default(); WEEK];
        for week in &mut weeks {
            *week = self.week()?;
        }
        Ok(Member { state, by_look_back, last_observed, weeks })
    }

    fn standing(&mut self) -> Read<Standing> {
        Ok(match self.byte()? {
            0 => Standing::Stayed,
            1 => {
                let own = self.displacement()?;
                Standing::Displaced(own, self.place()?.zip(self.day()?))
            }
            2 => Standing::Returned(self.some_place()?, self.some_day()?),
            _ => return Err(OtherBytes),
        })
    }

    fn week(&mut self) -> Read<ClassSoFar<H3Cell>> {
        let (place, flags) = (self.place()?, self.byte()?);
        let silent = if flags & 4 != 0 { Sighting::Unlocated } else { Sighting::Absent };
        let last = place.map_or(silent, Sighting::At);
        let (stay, longest) = (self.byte()?, self.byte()?);
        Ok(ClassSoFar { last, absent: flags & 1 != 0, unlocated: flags & 2 != 0, stay, longest })
    }
}
