//! The rows of one day.

use crate::activity::{events, spread};
use crate::chance::{Purpose, stream};
use crate::clock::SkippedSeconds;
use crate::coverage::{CHOICES, DayCoverage, SILENCE};
use crate::dirt::{HeldBack, Mishap};
use crate::routine::{DayKind, Itinerary, itinerary, night_place};
use crate::row::{Flaw, Row};
use crate::subscriber::Subscriber;
use crate::summary::DirtCounts;
use crate::world::World;
use hexodus_model::LocalDay;
use rand::Rng;
use rand_pcg::Pcg64Mcg;

/// Of sixteen events: data, else sms, else voice (index of `row::KINDS`).
const KIND_OF: [u8; 16] = [2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 1, 1, 1, 1];

/// One day, drawn. The buffers serve one day after the other; none of them grows with the days.
pub(crate) struct DayDraw {
    /// Rows to deliver in the files of the day, in order of delivery.
    pub(crate) rows: Vec<Row>,
    /// Where each subscriber slept the night before, and sleeps this night.
    pub(crate) last_nights: Vec<u32>,
    pub(crate) nights: Vec<u32>,
    /// Whether each subscriber was seen the day before, and this day: at least one event that is delivered by the end
    /// of the run, with a proper time, at a radio cell of the plan.
    pub(crate) seen_before: Vec<bool>,
    pub(crate) seen: Vec<bool>,
    /// Rows delayed beyond the day.
    pub(crate) held: HeldBack,
    /// Flaws of the rows of this day; delays are counted when they end.
    pub(crate) dirt: DirtCounts,
    /// Events of this day without a radio cell in range.
    pub(crate) silent_events: u64,
    seconds: Vec<u32>,
}

/// What all subscribers share on one day.
struct Today {
    day: LocalDay,
    kind: DayKind,
    coverage: DayCoverage,
    skipped: SkippedSeconds,
    /// Activity of the struck, relative to an ordinary day.
    surge: f64,
    /// On the day of the crisis, the second before which nobody flees.
    crisis_s: u32,
    /// Days of the run after this one.
    days_left: usize,
}

impl Today {
    fn of(world: &World, day: LocalDay) -> Self {
        let crisis = world.crisis.as_ref();
        let crisis_day = crisis.filter(|crisis| crisis.day == day);
        let surging = crisis.filter(|crisis| (0..2).contains(&(day.0 - crisis.day.0)));
        Self {
            day,
            kind: DayKind::of(day),
            coverage: world.coverage_on(day),
            skipped: SkippedSeconds::of(day, &world.calendar),
            surge: surging.map_or(1.0, |crisis| crisis.scenario.hazard.surge),
            crisis_s: crisis_day.map_or(0, |crisis| crisis.scenario.hazard.strikes_at_s),
            days_left: (world.run.first.0 + world.run.days as i32 - 1 - day.0).max(0) as usize,
        }
    }
}

impl DayDraw {
    /// The eve of the first day: everyone is in bed, nobody has been seen.
    pub(crate) fn eve(world: &World) -> Self {
        let eve = world.run.first.previous();
        let people = || (0u32..).zip(&world.subscribers);
        let nights: Vec<u32> = people()
            .map(|(number, subscriber)| night_place(world.seed, number, subscriber, eve, &world.settlements))
            .collect();
        Self {
            rows: Vec::new(),
            last_nights: nights.clone(),
            seen: vec![false; nights.len()],
            seen_before: vec![false; nights.len()],
            nights,
            held: HeldBack::default(),
            dirt: DirtCounts::default(),
            silent_events: 0,
            seconds: Vec::new(),
        }
    }

    /// Draws the day after the one drawn last.
    pub(crate) fn draw(&mut self, world: &World, day: LocalDay) {
        let today = Today::of(world, day);
        self.rows.clear();
        self.dirt = DirtCounts::default();
        self.silent_events = 0;
        std::mem::swap(&mut self.last_nights, &mut self.nights);
        std::mem::swap(&mut self.seen_before, &mut self.seen);
        for (number, subscriber) in (0u32..).zip(&world.subscribers) {
            let night = night_place(world.seed, number, subscriber, day, &world.settlements);
            self.nights[number as usize] = night;
            self.seen[number as usize] = self.draw_subscriber(world, &today, number, subscriber);
        }
        self.rows.sort_unstable();
    }

    /// Draws one subscriber's day; whether the subscriber is seen. Who has no SIM leaves no event.
    fn draw_subscriber(&mut self, world: &World, today: &Today, number: u32, subscriber: &Subscriber) -> bool {
        let Some(sim) = world.sims.on(number, today.day) else { return false };
        let mut rng = stream(world.seed, Purpose::Day, u64::from(number), u64::from(today.day.0 as u32));
        let nights = (self.last_nights[number as usize], self.nights[number as usize]);
        let flees = subscriber.fate.is_some_and(|fate| fate.left == today.day);
        let not_before_s = if flees { today.crisis_s } else { 0 };
        let stays = itinerary(subscriber, nights, today.kind, not_before_s, &world.settlements, &mut rng);

        let surge = if subscriber.struck { today.surge } else { 1.0 };
        let count = events(f64::from(subscriber.events_per_day) * surge, &mut rng);
        self.seconds.clear();
        self.seconds.extend((0..count).map(|_| today.skipped.avoided(world.activity.second(&mut rng))));
        spread(&mut self.seconds);

        self.draw_events(world, today, sim, &stays, &mut rng)
    }

    fn draw_events(&mut self, world: &World, today: &Today, sim: u32, stays: &Itinerary, rng: &mut Pcg64Mcg) -> bool {
        let mut seen = false;
        for &second in &self.seconds {
            let bits = rng.next_u64();
            let choice = bits as usize % CHOICES;
            let radio_cell = today.coverage.radio_cell(stays.place_at(second), second, choice);
            if radio_cell == SILENCE {
                self.silent_events += 1;
                continue;
            }
            let kind = u32::from(KIND_OF[(bits >> 3) as usize % KIND_OF.len()]);
            let row = Row::new(second, sim, radio_cell, kind, Flaw::None);
            match world.mishaps.of(second, (bits >> 32) as u32) {
                Mishap::None => self.rows.push(row),
                Mishap::Duplicate => {
                    let copied_kind = u32::from(KIND_OF[(bits >> 7) as usize % KIND_OF.len()]);
                    self.rows.extend([row, Row::new(second, sim, radio_cell, copied_kind, Flaw::None)]);
                    self.dirt.duplicates += 1;
                }
                Mishap::Late(days) => {
                    self.held.hold(today.day, row, days);
                    seen |= days <= today.days_left;
                    continue;
                }
                Mishap::UnknownRadioCell => {
                    self.rows.push(Row::new(second, sim, radio_cell, kind, Flaw::UnknownRadioCell));
                    self.dirt.unknown_radio_cell += 1;
                    continue;
                }
                Mishap::UnparsableTime => {
                    self.rows.push(Row::new(second, sim, radio_cell, kind, Flaw::UnparsableTime));
                    self.dirt.unparsable_time += 1;
                    continue;
                }
            }
            seen = true;
        }
        seen
    }
}
