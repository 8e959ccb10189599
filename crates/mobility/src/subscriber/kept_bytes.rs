//! [`Kept`] as bytes: some hundred a subscriber, and read in one pass.
//!
//! First the distinct places (their number, then eight bytes each), then everything else in a fixed order, places by
//! number, days as differences to the evening they were kept on. Numbers are little-endian. Nothing else in the project
//! knows this layout: a change of it is a change of the version that the counts of a crisis are kept under.

use crate::subscriber::displacement::{Run, Standing, SubscriberState};
use crate::subscriber::kept::{Kept, Member, WEEK};
use crate::subscriber::residence::RecentDays;
use crate::subscriber::routine::{Routine, UsualPlace};
use crate::subscriber::stay_lengths::{ClassSoFar, Sighting};
use hexodus_model::{DailyLocation, Displacement, H3Cell, LocalDay, UnitKey};

/// The number of no place.
const NOWHERE: u8 = u8::MAX;

/// What to write: [`Kept`], borrowed.
#[derive(Clone, Copy, Debug)]
pub struct ToKeep<'a> {
    /// Residence on the last days up to the evening.
    pub residences: &'a [(LocalDay, Option<UnitKey>)],
    /// The located days of the week that ends with it.
    pub located: &'a [DailyLocation],
    /// What more is kept of a subscriber with a home.
    pub member: Option<&'a Member>,
    /// Whether it was first located after the baseline.
    pub is_newcomer: bool,
}

/// Appends what is kept on the evening of `today`. `None`: more than 254 places or items of one kind, which no rule
/// leads to; nothing is appended then.
pub fn write(kept: ToKeep<'_>, today: LocalDay, out: &mut Vec<u8>) -> Option<()> {
    let mut own = Writer { today, places: Vec::with_capacity(16), bytes: Vec::with_capacity(256) };
    own.list(kept.residences, |own, &(_, place)| own.place(place.and_then(UnitKey::as_h3)))?;
    own.list(kept.located, |own, day| own.located(day.day, day.place))?;
    own.byte(u8::from(kept.is_newcomer) | u8::from(kept.member.is_some()) << 1);
    if let Some(member) = kept.member {
        own.member(member, kept.located)?;
    }
    let places = u8::try_from(own.places.len()).ok().filter(|&places| places < NOWHERE)?;
    out.push(places);
    own.places.iter().for_each(|place| out.extend(place.index().to_le_bytes()));
    out.extend(own.bytes);
    Some(())
}

/// The places that these bytes name.
pub fn places(bytes: &[u8]) -> impl Iterator<Item = H3Cell> + '_ {
    let (number, rest) = bytes.split_first().map_or((0, bytes), |(&number, rest)| (usize::from(number), rest));
    rest.chunks_exact(8).take(number).filter_map(place_of)
}

/// Reads back what was kept on the evening of `today`. `None`: other bytes.
pub fn read(bytes: &[u8], today: LocalDay) -> Option<Kept> {
    let (&number, rest) = bytes.split_first()?;
    let (places, bytes) = rest.split_at_checked(8 * usize::from(number))?;
    let mut own = Reader { today, places, bytes };
    let residences = own.list(Reader::place)?;
    let located = own.list(|own| own.located().map(|(day, place)| DailyLocation { day, place }))?;
    let flags = own.byte().filter(|flags| flags >> 2 == 0)?;
    let member = if flags & 2 == 0 { None } else { Some(own.member(&located)?) };
    own.bytes.is_empty().then_some(Kept { residences, located, member, is_newcomer: flags & 1 != 0 })
}

fn place_of(bytes: &[u8]) -> Option<H3Cell> {
    H3Cell::from_index(u64::from_le_bytes(bytes.try_into().ok()?)).ok()
}

struct Writer {
    today: LocalDay,
    places: Vec<H3Cell>,
    bytes: Vec<u8>,
}

impl Writer {
    fn byte(&mut self, byte: u8) {
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

    fn place(&mut self, place: Option<H3Cell>) {
        let Some(place) = place else { return self.byte(NOWHERE) };
        let known = self.places.iter().position(|&own| own == place);
        let number = known.unwrap_or(self.places.len());
        if known.is_none() {
            self.places.push(place);
        }
        // More places than numbers: `write` finds out.
        self.byte(u8::try_from(number).unwrap_or(NOWHERE));
    }

    fn list<T>(&mut self, items: &[T], write: impl Fn(&mut Self, &T)) -> Option<()> {
        self.byte(u8::try_from(items.len()).ok()?);
        items.iter().for_each(|item| write(self, item));
        Some(())
    }

    /// Days of a residence window: fewer than 256 before the evening.
    fn located(&mut self, day: LocalDay, place: H3Cell) {
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

    fn member(&mut self, member: &Member, located: &[DailyLocation]) -> Option<()> {
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
        own.located.iter().for_each(|day| self.place(Some(day.1)));
        self.run(*residing);
        self.day(*left);
        self.run(away.map(|(run, _)| run));
        self.day(away.map(|(_, left)| left));
        self.run(*back);
        self.run(*elsewhere);
        self.byte(u8::from(*observed) | u8::from(member.by_look_back) << 1);
        self.standing(*standing);
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

struct Reader<'a> {
    today: LocalDay,
    places: &'a [u8],
    bytes: &'a [u8],
}

/// The outer `Option`: whether the bytes are of the kind; the inner: whether there is one.
impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (own, rest) = self.bytes.split_first_chunk::<N>()?;
        self.bytes = rest;
        Some(*own)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn short(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    fn day(&mut self) -> Option<Option<LocalDay>> {
        let offset = i32::from_le_bytes(self.take()?);
        Some((offset != i32::MIN).then(|| LocalDay(self.today.0.wrapping_add(offset))))
    }

    fn place(&mut self) -> Option<Option<H3Cell>> {
        let number = self.byte()?;
        if number == NOWHERE {
            return Some(None);
        }
        let at = 8 * usize::from(number);
        Some(Some(place_of(self.places.get(at..at + 8)?)?))
    }

    fn located(&mut self) -> Option<(LocalDay, H3Cell)> {
        Some((LocalDay(self.today.0.wrapping_sub(self.byte()?.into())), self.place()??))
    }

    fn list<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
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

    fn member(&mut self, located: &[DailyLocation]) -> Option<Member> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscriber::displacement::{DisplacementRule, Surroundings, calendar};
    use crate::subscriber::ground::HomeOutages;
    use crate::subscriber::samples::{Line, h3, located_h3};
    use hexodus_model::Period;
    use proptest::prelude::*;

    /// A subscriber at `A`, followed to the end of these days.
    fn kept(letters: &str) -> (Kept, LocalDay) {
        let (days, today) = (located_h3(letters), LocalDay(letters.len() as i32 - 1));
        let rule = DisplacementRule::default();
        let outages = HomeOutages::default();
        let around = Surroundings { rule: &rule, ground: &Line, outages: &outages };
        let baseline = Period { first: LocalDay(0), last: LocalDay(9) };
        let mut member =
            Member::new(SubscriberState::at_event(h3('A'), &days, baseline, &around), letters.len() % 2 == 0);
        for (day, place) in calendar(&days, Period { first: LocalDay(10), last: today }) {
            let own = member.state.step(day, place, &around);
            member.end_week(&own, &days);
        }
        let residences = vec![Some(h3('A')), None, Some(h3('K'))];
        (Kept { residences, located: days, member: Some(member), is_newcomer: false }, today)
    }

    fn written(kept: &Kept, today: LocalDay) -> Vec<u8> {
        let residences: Vec<_> = kept.residences.iter().map(|&place| (today, place.map(UnitKey::h3))).collect();
        let Kept { located, member, is_newcomer, .. } = kept;
        let kept = ToKeep { residences: &residences, located, member: member.as_ref(), is_newcomer: *is_newcomer };
        let mut bytes = Vec::new();
        write(kept, today, &mut bytes).unwrap();
        bytes
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(letters in "[ABKKQ.]{10,60}", cut in 1usize..400) {
            let (kept, today) = kept(&letters);
            let mut bytes = written(&kept, today);
            prop_assert_eq!(read(&bytes, today), Some(kept.clone()));
            for place in kept.located.iter().map(|own| own.place).chain([h3('A')]) {
                prop_assert!(places(&bytes).any(|own| own == place));
            }
            prop_assert_eq!(read(&bytes[..bytes.len() - cut.min(bytes.len())], today), None, "cut short");
            bytes.push(0);
            prop_assert_eq!(read(&bytes, today), None, "more than was written");
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            drop(read(&bytes, LocalDay(7)));
            places(&bytes).for_each(drop);
        }
    }

    #[test]
    fn who_has_no_home_is_kept_too() {
        for is_newcomer in [false, true] {
            let kept = Kept { residences: vec![], located: located_h3("A.B"), member: None, is_newcomer };
            assert_eq!(read(&written(&kept, LocalDay(2)), LocalDay(2)), Some(kept));
        }
    }
}
