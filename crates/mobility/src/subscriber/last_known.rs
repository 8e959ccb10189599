//! Where a subscriber is known to be from the days before, and whether it is still observed there or anywhere
//! (methods §7.4): what tells silence from movement.

use hexodus_model::{Dating, H3Cell, LocalDay, Residence, ResidenceDay};

/// For so many days after it was last observed a subscriber's place is known. Residence of a phone that falls silent ends
/// six days after its last located day, so silences of up to twenty days are bridged. Methods §7.4 has 7 days, of single
/// observations.
pub const KNOWN_DAYS: i32 = 14;

/// One subscriber on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownDay {
    /// The local day.
    pub day: LocalDay,
    /// Home, or the host of the displaced, when last observed before; none where that is long ago.
    pub place: Option<H3Cell>,
    /// Whether it is observed on the day, there or anywhere.
    pub observed: bool,
}

/// Where it lives as far as its state tells: the host of the displaced, else home. `None` where it is unobserved.
pub fn observed_place(home: H3Cell, own: &ResidenceDay) -> Option<H3Cell> {
    match own.residence {
        Residence::Unobserved(_) => None,
        residence => Some(residence.displacement().map_or(home, |own| own.host)),
    }
}

/// When and where it was last observed, after a day.
pub type LastObserved = Option<(LocalDay, H3Cell)>;

/// The same after one more day.
pub fn observed_until(before: LastObserved, home: H3Cell, own: &ResidenceDay) -> LastObserved {
    observed_place(home, own).map(|place| (own.day, place)).or(before)
}

/// What was known of one subscriber on days in a row. `before` is the last day before them on which it was observed, and
/// where.
///
/// Live, only the days before a day count. Revised, the days after it do, too: it must be observed there again within 14
/// days; except on the last days, of which nobody can tell yet.
pub fn known_days(
    home: H3Cell,
    before: LastObserved,
    days: &[ResidenceDay],
    dating: Dating,
    known: &mut Vec<KnownDay>,
) {
    known.clear();
    let mut last = before;
    for own in days {
        let place = last.filter(|&(day, _)| own.day.0 - day.0 <= KNOWN_DAYS).map(|(_, place)| place);
        known.push(KnownDay { day: own.day, place, observed: observed_place(home, own).is_some() });
        last = observed_until(last, home, own);
    }
    if dating == Dating::Revised {
        keep_bracketed(home, days, known);
    }
}

/// Forgets the place of days after which it was not observed there again soon.
fn keep_bracketed(home: H3Cell, days: &[ResidenceDay], known: &mut [KnownDay]) {
    let Some(end) = days.last().map(|own| own.day) else { return };
    let mut next: LastObserved = None;
    for (own, known) in days.iter().zip(known).rev() {
        let soon = next.filter(|&(day, _)| day.0 - own.day.0 <= KNOWN_DAYS).map(|(_, place)| place);
        let is_told = next.is_some() || end.0 - own.day.0 >= KNOWN_DAYS;
        if is_told && soon != known.place {
            known.place = None;
        }
        next = observed_until(next, home, own);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscriber::samples::h3;
    use hexodus_model::{Changes, Displacement, Silence};

    /// `A` at home, another letter displaced there, `.` unobserved.
    fn days(letters: &str) -> Vec<ResidenceDay> {
        let residence = |(day, letter): (i32, char)| match letter {
            '.' => Residence::Unobserved(Silence::NotLocated),
            'A' => Residence::AtHome,
            host => Residence::Displaced(Displacement { host: h3(host), since: LocalDay(day), left: LocalDay(day) }),
        };
        let day = |own: (i32, char)| ResidenceDay {
            day: LocalDay(own.0),
            place: None,
            residence: residence(own),
            changes: Changes::default(),
        };
        (0..).zip(letters.chars()).map(day).collect()
    }

    fn told(letters: &str, dating: Dating) -> String {
        let mut known = Vec::new();
        known_days(h3('A'), Some((LocalDay(-1), h3('A'))), &days(letters), dating, &mut known);
        let letter = |own: &KnownDay| match own.place {
            None => '.',
            Some(place) if place == h3('A') => 'A',
            Some(place) if place == h3('K') => 'K',
            Some(_) => '?',
        };
        known.iter().map(letter).collect()
    }

    #[test]
    fn a_place_is_known_for_fourteen_days() {
        assert_eq!(told("AKK..A", Dating::Live), "AAKKKK");
        assert_eq!(told("A...............A", Dating::Live), "AAAAAAAAAAAAAAA..");
    }

    #[test]
    fn revised_it_must_be_seen_there_again_except_on_the_last_days() {
        // The days before and after a move tell of no place; of the last day only those before it are known.
        assert_eq!(told("AAKKK.KA", Dating::Revised), "A..KKK.K");
        assert_eq!(told("KKK...", Dating::Revised), ".KKKKK", "the end cannot be told yet");
        let long = format!("AA{}", ".".repeat(20));
        assert_eq!(
            told(&long, Dating::Revised),
            format!("A.......{}......", "A".repeat(8)),
            "8 days can still end well"
        );
    }
}
