//! The state of residence of one subscriber, day after day: a state machine of one step a day (methods §3.1).
//!
//! Each day goes through three questions. *Where is residence?* The 7-day mode of daily location. *What is that place
//! to this subscriber?* Home, a usual place, away, or nothing that can be told: `Whereabouts`. *What follows from the
//! days in a row?* Three days away make a displacement, three days home a return, three days at another place a move:
//! [`Standing`], which only such runs change. A day that is unobserved breaks every run and changes no standing.
//!
//! [`SubscriberState`] is all that must be kept of a subscriber to add a day without reading any earlier one.

use crate::subscriber::ground::{Ground, HomeOutages, Outages};
use crate::subscriber::residence::{RecentDays, ResidenceRule};
use crate::subscriber::routine::{Routine, RoutineRule};
use hexodus_model::{Changes, DailyLocation, Displacement, H3Cell, LocalDay, Period, Residence, ResidenceDay, Silence};
use std::cmp::Reverse;

/// The parameters of displacement and return (methods §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DisplacementRule {
    /// How residence is found.
    pub residence: ResidenceRule,
    /// What is a usual place.
    pub routine: RoutineRule,
    /// Residence nearer to home than this is at home; nearer to the host than this is no move. Metres.
    pub near_m: u32,
    /// Days away in a row that confirm a displacement.
    pub confirm_days: u16,
    /// Located days in a row, away from home and its routine, that the residence window must hold for a displacement to
    /// be confirmed. The mode of a sparse record lasts for days on one stray location; methods §3.1, written for
    /// complete records, does not ask.
    pub confirm_located_days: u8,
    /// Days in a row, the first and the last at home, none away or unobserved, that confirm a return.
    pub return_days: u16,
    /// Days at one other place in a row that confirm a move.
    pub move_days: u16,
    /// A usual place is away once residence there lasts this much longer than the longest baseline stay.
    pub outlast_days: u16,
}

impl Default for DisplacementRule {
    /// 7-day residence, usual from a tenth, 2 km, three days each.
    fn default() -> Self {
        Self {
            residence: ResidenceRule::HEXODUS,
            routine: RoutineRule { usual_share_permille: 100, by_weekday: false },
            near_m: 2000,
            confirm_days: 3,
            confirm_located_days: 3,
            return_days: 3,
            move_days: 3,
            outlast_days: 3,
        }
    }
}

/// The rule and the world it is applied in.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Parameters.
    pub rule: &'a DisplacementRule,
    /// Distances.
    pub ground: &'a dyn Ground,
    /// Homes out of service.
    pub outages: &'a dyn Outages,
}

impl Surroundings<'_> {
    /// Whether two places are at least `near_m` apart.
    pub(crate) fn far(&self, a: H3Cell, b: H3Cell) -> bool {
        self.ground.are_apart(a, b, f64::from(self.rule.near_m))
    }

    /// Whether a phone at home may be heard at a host, so that nothing but the routine tells one from the other.
    pub(crate) fn is_within_reach(&self, home: H3Cell, host: H3Cell) -> bool {
        !self.ground.are_apart(home, host, f64::from(HomeOutages::MACRO_RANGE_M))
    }

    /// Whether a phone that stays in one place may be heard at both: each site is nearer than `near_m` to some such place.
    fn may_be_one(&self, a: H3Cell, b: H3Cell) -> bool {
        !self.ground.are_apart(a, b, 2.0 * f64::from(self.rule.near_m))
    }

    /// Whether being heard at `place` on a day is being at home: near it, or at a site that serves it now.
    fn is_home(&self, home: H3Cell, place: H3Cell, day: LocalDay) -> bool {
        !self.far(place, home) || self.outages.is_home_elsewhere(home, place, day, self.ground)
    }

    /// Whether a phone at `home` could be heard at `place` on a day, because home was out of service.
    fn may_be_home(&self, home: H3Cell, place: H3Cell, day: LocalDay) -> bool {
        let reach = self.outages.reach_m(home, day);
        reach.is_some_and(|reach| self.ground.metres(home, place).is_some_and(|metres| metres <= reach))
    }
}

/// What the residence of a day is to the subscriber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whereabouts {
    AtHome,
    UsualPlace(H3Cell),
    Away(H3Cell),
    Unobserved(Silence),
}

/// What runs of days have confirmed so far. Silence never changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Never displaced.
    Stayed,
    /// Displaced, until a return is confirmed; with the host before and the first day at this one after a move.
    Displaced(Displacement, Option<(H3Cell, LocalDay)>),
    /// Came back from this host, at home since that day.
    Returned(H3Cell, LocalDay),
}

/// Days in a row of one kind, up to the last day that was followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// First day.
    pub since: LocalDay,
    /// Residence on the last day.
    pub place: H3Cell,
}

impl Run {
    fn days(self, today: LocalDay) -> i32 {
        today.0 - self.since.0 + 1
    }

    fn lasts(self, today: LocalDay, days: u16) -> bool {
        self.days(today) >= i32::from(days)
    }
}

/// Everything that is kept of one subscriber between two days. INDIVIDUAL.
///
/// Home and routine are fixed by the baseline; the rest is at most `window_days` located days, five dates and a
/// standing. Stepping this from day to day gives what following all days at once gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriberState {
    /// Reference home.
    pub home: H3Cell,
    /// Usual places besides home.
    pub routine: Routine,
    /// Located days of the residence window.
    pub recent: RecentDays<H3Cell>,
    /// The same days as this subscriber's: every place that is home taken for home.
    pub own: RecentDays<H3Cell>,
    /// Days in a row with the same residence.
    pub residing: Option<Run>,
    /// First day of the unbroken run of located days inconsistent with home.
    pub left: Option<LocalDay>,
    /// Days away in a row while not displaced, with the back-dated first day.
    pub away: Option<(Run, LocalDay)>,
    /// Days in a row at home, or in the routine since a day at home, while displaced.
    pub back: Option<Run>,
    /// Days in a row at one place far from home and host, while displaced.
    pub elsewhere: Option<Run>,
    /// Whether the last day was observed.
    pub observed: bool,
    /// What has been confirmed.
    pub standing: Standing,
}

impl SubscriberState {
    /// The state on the eve of the event. `days` is ascending by day; those of the baseline, and the days that the
    /// windows of the baseline reach back to, are used.
    pub fn at_event(home: H3Cell, days: &[DailyLocation], baseline: Period, around: &Surroundings<'_>) -> Self {
        let DisplacementRule { residence, routine, .. } = *around.rule;
        let mut state = Self {
            home,
            routine: Routine::of(days, home, baseline, routine, residence),
            recent: RecentDays::default(),
            own: RecentDays::default(),
            residing: None,
            left: None,
            away: None,
            back: None,
            elsewhere: None,
            observed: true,
            standing: Standing::Stayed,
        };
        let start = LocalDay(baseline.first.0 - i32::from(residence.window_days) + 1);
        for (day, place) in calendar(days, Period { first: start, last: baseline.last }) {
            state.reside(day, place, around);
        }
        state
    }

    /// Adds a day: the day after the last one, with its daily location if there is one.
    pub fn step(&mut self, day: LocalDay, place: Option<H3Cell>, around: &Surroundings<'_>) -> ResidenceDay {
        let residence = self.reside(day, place, around);
        let whereabouts = self.whereabouts(day, residence, around);
        let changes = self.follow(day, whereabouts, around);
        let place = self.recent.residence(around.rule.residence);
        ResidenceDay { day, place, residence: self.residence(day, whereabouts), changes }
    }

    /// Residence of the day as home and near places make it, the run it continues, and the first located day away.
    fn reside(&mut self, day: LocalDay, place: Option<H3Cell>, around: &Surroundings<'_>) -> Option<H3Cell> {
        let (rule, home) = (around.rule.residence, self.home);
        let own = place.map(|place| if around.is_home(home, place, day) { home } else { place });
        match own {
            Some(place) if place == home => self.left = None,
            Some(place) if !around.may_be_home(home, place, day) => self.left = self.left.or(Some(day)),
            _ => {}
        }
        self.recent.advance(day, place, rule);
        self.own.advance(day, own, rule);
        let residence = self.own.residence(rule).map(|modal| self.settled(modal, around));
        self.residing = residence.map(|place| {
            let since = self.residing.filter(|run| run.place == place).map_or(day, |run| run.since);
            Run { since, place }
        });
        residence
    }

    /// The mode of the window, where places speak for one another that one phone may be heard at: those within reach of
    /// home against any place beyond, and those away from home that are near each other. A plain mode would split the
    /// days of who stays in one place. Of equals the one with the latest day near it, the most days of its own, the
    /// latest of these, the smaller H3 cell. `modal` is the plain mode.
    fn settled(&self, modal: H3Cell, around: &Surroundings<'_>) -> H3Cell {
        let days = &self.own.located;
        let of_mode = days.iter().filter(|own| own.1 == modal).count();
        // Home has taken in what is near it: where it holds most days, the others together are fewer.
        if of_mode == days.len() || (modal == self.home && 2 * of_mode > days.len()) {
            return modal;
        }
        // One place beside home has nothing to speak for it.
        let mut others = days.iter().map(|own| own.1).filter(|&place| place != self.home);
        let other = others.next();
        if others.all(|place| Some(place) == other) {
            return modal;
        }
        let near = |a: H3Cell, b: H3Cell| a == b || (a != self.home && b != self.home && around.may_be_one(a, b));
        let beside = |place: H3Cell| days.iter().filter(move |own| near(own.1, place)).map(|own| own.0);
        let in_reach = |place: H3Cell| around.is_within_reach(self.home, place);
        let of_home = || days.iter().filter(|own| in_reach(own.1)).map(|own| own.0);
        let is_home_heard = |place: H3Cell| {
            in_reach(place) || (of_home().count(), of_home().max()) > (beside(place).count(), beside(place).max())
        };
        let is_at_home = days.iter().all(|own| is_home_heard(own.1));
        let rank = |&(_, place): &(LocalDay, H3Cell)| {
            let there = || days.iter().filter(move |own| own.1 == place).map(|own| own.0);
            (beside(place).count(), beside(place).max(), there().count(), there().max(), Reverse(place))
        };
        let is_last_there = |index: usize| !days[index + 1..].iter().any(|later| later.1 == days[index].1);
        let places = (0..days.len()).filter(|&index| is_last_there(index)).map(|index| &days[index]);
        places.filter(|own| in_reach(own.1) == is_at_home).max_by_key(|day| rank(day)).map_or(modal, |day| day.1)
    }

    fn whereabouts(&self, day: LocalDay, residence: Option<H3Cell>, around: &Surroundings<'_>) -> Whereabouts {
        let Some(place) = residence else { return Whereabouts::Unobserved(Silence::NotLocated) };
        if !around.far(place, self.home) {
            return Whereabouts::AtHome;
        }
        if self.is_reattached(place, around) {
            return Whereabouts::Unobserved(Silence::Outage);
        }
        let stay = self.residing.map_or(0, |run| run.days(day));
        match self.routine.usual(place, day) {
            Some(usual) if stay < i32::from(usual.longest_stay) + i32::from(around.rule.outlast_days) => {
                Whereabouts::UsualPlace(place)
            }
            _ if self.is_out_of_sight(day, around) => Whereabouts::Unobserved(Silence::Outage),
            _ => Whereabouts::Away(place),
        }
    }

    /// Whether this phone would not have been heard at home while it was silent, so that nobody can tell whether its owner
    /// is still away: on a day since it was last located, or on as many days of the window as it was out of reach of home.
    fn is_out_of_sight(&self, today: LocalDay, around: &Surroundings<'_>) -> bool {
        let located = &self.own.located;
        let is_silent = |day: &LocalDay| self.is_out_on(*day, around) && located.iter().all(|own| own.0 != *day);
        let first = LocalDay(today.0 - i32::from(around.rule.residence.window_days) + 1);
        let (mut silent, mut latest) = (0, None);
        for day in (Period { first, last: today }).days().filter(is_silent) {
            (silent, latest) = (silent + 1, Some(day));
        }
        let beyond = located.iter().filter(|own| !around.is_within_reach(self.home, own.1)).count();
        latest.is_some() && (latest > located.last().map(|own| own.0) || silent >= beyond)
    }

    /// Whether home was out of service.
    fn is_out_on(&self, day: LocalDay, around: &Surroundings<'_>) -> bool {
        around.outages.reach_m(self.home, day).is_some()
    }

    /// Whether nothing but days on which home was out of service speak for a new residence near home. Such days are
    /// weighed for as long as they are in the window, so that the mode does not carry an outage past its end.
    fn is_reattached(&self, place: H3Cell, around: &Surroundings<'_>) -> bool {
        let known_host = matches!(self.standing, Standing::Displaced(own, _) if own.host == place);
        if known_host {
            return false;
        }
        let there = self.recent.located.iter().filter(|&&(_, located)| located == place);
        let (mut out, mut sound) = (0_usize, 0_usize);
        for &(day, _) in there {
            *(if around.may_be_home(self.home, place, day) { &mut out } else { &mut sound }) += 1;
        }
        out > 0 && sound < usize::from(around.rule.residence.min_located_days.max(1))
    }

    /// Runs and what they confirm.
    fn follow(&mut self, day: LocalDay, at: Whereabouts, around: &Surroundings<'_>) -> Changes {
        let observed = !matches!(at, Whereabouts::Unobserved(_));
        let was_observed = std::mem::replace(&mut self.observed, observed);
        let mut changes = Changes::default();
        if let Standing::Displaced(own, _) = self.standing {
            changes.vanished = Some(own.host).filter(|_| was_observed && !observed);
            changes.reappeared = Some(own.host).filter(|_| !was_observed && observed);
        }
        match self.standing {
            Standing::Displaced(own, _) => self.follow_displaced(day, at, own, around, &mut changes),
            Standing::Stayed | Standing::Returned(..) => self.follow_settled(day, at, around, &mut changes),
        }
        changes
    }

    fn follow_settled(&mut self, day: LocalDay, at: Whereabouts, around: &Surroundings<'_>, changes: &mut Changes) {
        let Whereabouts::Away(place) = at else {
            self.away = None;
            return;
        };
        let (since, left) = self.away.map_or((day, self.left.unwrap_or(day)), |(run, left)| (run.since, left));
        let run = Run { since, place };
        self.away = Some((run, left));
        if run.lasts(day, around.rule.confirm_days) && self.is_seen_away(day, place, around) {
            self.away = None;
            self.standing = Standing::Displaced(Displacement { host: place, since, left }, None);
            changes.entered = Some(place);
        }
    }

    /// Whether the located days of the window speak against home and its routine: most of them do, and so many in a
    /// row as confirm, from the first of which to the next day seen at home or in its routine there are as many nights
    /// as it takes to be the mode of a window without gaps; a silent day on which home was out of service ends them, too.
    /// Days at a neighbouring site of home come one by one. Against a residence out of reach of home, days within its
    /// reach speak for home.
    fn is_seen_away(&self, today: LocalDay, residence: H3Cell, around: &Surroundings<'_>) -> bool {
        let DisplacementRule { residence: ResidenceRule { window_days, .. }, confirm_located_days, .. } = *around.rule;
        let is_far = !around.is_within_reach(self.home, residence);
        let is_away = |own: &(LocalDay, H3Cell)| {
            around.far(own.1, self.home)
                && !(is_far && around.is_within_reach(self.home, own.1))
                && (own.1 == residence || self.routine.usual(own.1, today).is_none())
        };
        let days = &self.own.located;
        let (mut away, mut is_stay, mut seen) = (0, false, 0);
        for run in days.chunk_by(|one, next| is_away(one) == is_away(next)) {
            seen += run.len();
            if is_away(&run[0]) {
                let until = days.get(seen).map_or(today.next(), |own| own.0);
                let gap = Period { first: run[run.len() - 1].0.next(), last: until.previous() };
                let until = gap.days().find(|&day| self.is_out_on(day, around)).unwrap_or(until);
                let nights = until.0 - run[0].0.0;
                is_stay |= run.len() >= usize::from(confirm_located_days) && nights > i32::from(window_days / 2);
                away += run.len();
            }
        }
        is_stay && 2 * away > days.len()
    }

    fn follow_displaced(
        &mut self,
        day: LocalDay,
        at: Whereabouts,
        own: Displacement,
        around: &Surroundings<'_>,
        changes: &mut Changes,
    ) {
        // A day of the routine, away from the host, is none of displacement: nor does it undo the days at home before it.
        self.back = match at {
            Whereabouts::AtHome => self.back.or(Some(Run { since: day, place: self.home })),
            Whereabouts::UsualPlace(place) if around.far(place, own.host) => self.back,
            _ => None,
        };
        let elsewhere = match at {
            Whereabouts::Away(place) | Whereabouts::UsualPlace(place) if around.far(place, own.host) => Some(place),
            _ => None,
        };
        self.elsewhere = elsewhere.map(|place| {
            let since = self.elsewhere.filter(|run| run.place == place).map_or(day, |run| run.since);
            Run { since, place }
        });
        let is_back = |run: &Run| at == Whereabouts::AtHome && run.lasts(day, around.rule.return_days);
        if let Some(run) = self.back.filter(is_back) {
            self.back = None;
            self.standing = Standing::Returned(own.host, run.since);
            changes.returned = Some(own.host);
        }
        if let Some(run) = self.elsewhere.filter(|run| run.lasts(day, around.rule.move_days)) {
            (self.back, self.elsewhere) = (None, None);
            let moved = Displacement { host: run.place, ..own };
            self.standing = Standing::Displaced(moved, Some((own.host, run.since)));
            changes.onward = Some((own.host, run.place));
        }
    }

    /// The state of the day, in the words of the model.
    fn residence(&self, day: LocalDay, at: Whereabouts) -> Residence {
        match (at, self.standing) {
            (Whereabouts::Unobserved(why), _) => Residence::Unobserved(why),
            (_, Standing::Displaced(own, None)) => Residence::Displaced(own),
            (_, Standing::Displaced(displacement, Some((previous, moved)))) => {
                Residence::MovedOn { displacement, previous, moved }
            }
            (_, Standing::Returned(from, since)) => Residence::Returned { from, since },
            (Whereabouts::AtHome, Standing::Stayed) => Residence::AtHome,
            (Whereabouts::UsualPlace(at), Standing::Stayed) => Residence::UsualPlace { at },
            (Whereabouts::Away(at), Standing::Stayed) => {
                Residence::Provisional { at, since: self.away.map_or(day, |(run, _)| run.since) }
            }
        }
    }

    /// The host this subscriber was at when last seen, if displaced.
    pub const fn host(&self) -> Option<H3Cell> {
        match self.standing {
            Standing::Displaced(own, _) => Some(own.host),
            Standing::Stayed | Standing::Returned(..) => None,
        }
    }
}

/// Every day of a period with its daily location, if any. `days` is ascending by day.
pub fn calendar(days: &[DailyLocation], period: Period) -> impl Iterator<Item = (LocalDay, Option<H3Cell>)> + '_ {
    let mut left = days[days.partition_point(|own| own.day < period.first)..].iter().peekable();
    period.days().map(move |day| (day, left.next_if(|own| own.day == day).map(|own| own.place)))
}

#[cfg(test)]
#[path = "displacement_tests.rs"]
mod tests;
