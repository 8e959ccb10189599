//! What the kernels must know of the world beside the records: distances, and which homes are out of service.

use crate::network_changes::NetworkChanges;
use hexodus_model::{H3Cell, LocalDay, SitePoint};
use rustc_hash::FxHashMap;

/// Distances between H3 cells.
pub trait Ground: Sync {
    /// Metres between the centres of two H3 cells; `None` when a centre is not known, which never counts as far.
    fn metres(&self, a: H3Cell, b: H3Cell) -> Option<f64>;

    /// Whether they are at least so many metres apart.
    fn are_apart(&self, a: H3Cell, b: H3Cell, metres: f64) -> bool {
        a != b && self.metres(a, b).is_some_and(|own| own >= metres)
    }
}

/// Homes out of service.
pub trait Outages: Sync {
    /// `None`: some site of the home or of its ring was live on the day, so a phone at home was heard there. Else how
    /// far from home, in metres, a live site may have heard it instead (methods §4.5, re-attachment).
    fn reach_m(&self, home: H3Cell, day: LocalDay) -> Option<f64>;

    /// Whether a phone that is at `home` may be heard at `place` on a day because sites came or went for good, so that
    /// being there is no reason to think that its owner has moved (methods §4.5, new-tower artefact).
    fn is_home_elsewhere(&self, home: H3Cell, place: H3Cell, day: LocalDay, ground: &dyn Ground) -> bool;
}

/// Centres of H3 cells, great-circle distance on the mean sphere (radius 6,371,008.8 m, IUGG).
#[derive(Clone, Debug, Default)]
pub struct Centres(FxHashMap<H3Cell, [f64; 3]>);

const EARTH_RADIUS_M: f64 = 6_371_008.8;

impl FromIterator<(H3Cell, SitePoint)> for Centres {
    /// Centres in WGS 84 degrees, by H3 cell: every place of the days to be followed.
    fn from_iter<I: IntoIterator<Item = (H3Cell, SitePoint)>>(centres: I) -> Self {
        let unit_vector = |SitePoint { lat, lon }: SitePoint| {
            let (lat, lon) = (lat.to_radians(), lon.to_radians());
            [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
        };
        Self(centres.into_iter().map(|(h3, centre)| (h3, unit_vector(centre))).collect())
    }
}

impl Centres {
    /// The H3 cells whose centres are known, in any order.
    pub fn places(&self) -> impl Iterator<Item = H3Cell> + '_ {
        self.0.keys().copied()
    }
}

impl Ground for Centres {
    fn metres(&self, a: H3Cell, b: H3Cell) -> Option<f64> {
        let (a, b) = (self.0.get(&a)?, self.0.get(&b)?);
        // Half the chord is the sine of half the angle: exact for near points, where the cosine is not.
        let half_chord = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt() / 2.0;
        Some(2.0 * EARTH_RADIUS_M * half_chord.min(1.0).asin())
    }

    fn are_apart(&self, a: H3Cell, b: H3Cell, metres: f64) -> bool {
        let (Some(from), Some(to)) = (self.0.get(&a), self.0.get(&b)) else { return false };
        // An arc is longer than its chord, and up to a tenth of the radius by less than a thousandth of it.
        let chord = EARTH_RADIUS_M.powi(2) * from.iter().zip(to).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
        let square = metres.powi(2);
        if chord >= square {
            return a != b;
        }
        let is_surely_near = metres < EARTH_RADIUS_M / 10.0 && chord < 0.99 * square;
        !is_surely_near && a != b && self.metres(a, b).is_some_and(|own| own >= metres)
    }
}

/// Homes out of service by home and day, with the reach in metres; and what changed for good.
#[derive(Clone, Debug, Default)]
pub struct HomeOutages {
    out: FxHashMap<(H3Cell, LocalDay), u32>,
    changes: NetworkChanges,
}

impl HomeOutages {
    /// How far a phone reaches for a live site when nothing nearer is known: range of a macro radio cell (methods §4.1).
    pub const MACRO_RANGE_M: u32 = 10_000;

    /// The same outages in a network that changed.
    #[must_use]
    pub fn in_network(self, changes: NetworkChanges) -> Self {
        Self { changes, ..self }
    }

    /// Everything that may matter to the days up to one, in order: equal where those days are told alike.
    pub fn until(&self, last: LocalDay) -> Vec<(H3Cell, Option<LocalDay>, u64)> {
        let out = self.out.iter().filter(|(key, _)| key.1 <= last);
        let mut all: Vec<_> = out.map(|(&(home, day), &metres)| (home, Some(day), u64::from(metres))).collect();
        all.sort_unstable();
        all.extend(self.changes.until(last));
        all
    }
}

impl FromIterator<((H3Cell, LocalDay), u32)> for HomeOutages {
    fn from_iter<I: IntoIterator<Item = ((H3Cell, LocalDay), u32)>>(outages: I) -> Self {
        Self { out: outages.into_iter().collect(), changes: NetworkChanges::default() }
    }
}

impl Outages for HomeOutages {
    fn reach_m(&self, home: H3Cell, day: LocalDay) -> Option<f64> {
        if self.out.is_empty() {
            return None;
        }
        self.out.get(&(home, day)).map(|&metres| f64::from(metres))
    }

    fn is_home_elsewhere(&self, home: H3Cell, place: H3Cell, day: LocalDay, ground: &dyn Ground) -> bool {
        self.changes.explain(home, place, day, ground)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscriber::samples::h3;

    #[test]
    fn a_degree_of_the_equator_is_111_195_metres() {
        let point = |lat, lon| SitePoint { lat, lon };
        let centres: Centres = [('A', point(0.0, 0.0)), ('B', point(0.0, 1.0)), ('C', point(0.0, -180.0))]
            .map(|(letter, point)| (h3(letter), point))
            .into_iter()
            .collect();
        let metres = |a, b| centres.metres(h3(a), h3(b));
        assert!((metres('A', 'B').unwrap() - 111_195.08).abs() < 0.01);
        assert_eq!(metres('A', 'B'), metres('B', 'A'));
        assert_eq!(metres('A', 'A'), Some(0.0));
        assert!((metres('A', 'C').unwrap() - 20_015_114.4).abs() < 0.1, "half way round");
        assert_eq!(metres('A', 'Z'), None);
    }

    #[test]
    fn apart_is_what_the_distance_says() {
        let letters: Vec<char> = ('A'..='z').collect();
        let place = |index: usize| SitePoint { lat: 0.0, lon: 0.001 * (index * index) as f64 };
        let centres: Centres = letters.iter().enumerate().map(|(index, &letter)| (h3(letter), place(index))).collect();
        for (&a, &b) in letters.iter().flat_map(|a| letters.iter().map(move |b| (a, b))) {
            let own = centres.metres(h3(a), h3(b)).unwrap();
            for metres in [1.0, 2000.0, own * 0.999_999, own, own * 1.000_001, 2e7] {
                assert_eq!(centres.are_apart(h3(a), h3(b), metres), a != b && own >= metres, "{a} {b} {metres}");
            }
        }
        assert!(!centres.are_apart(h3('A'), h3('~'), 1.0), "an unknown centre is never far");
    }
}
