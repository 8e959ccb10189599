//! Runs of days at one place, and the mobility class they tell.

/// What is known of a subscriber in one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sighting<P> {
    /// Not in the table of the period.
    Absent,
    /// In the table, without a place (a null row).
    Unlocated,
    /// At this place.
    At(P),
}

/// Lengths of the stays in an ordered list of periods: gaps and islands. Neither a null nor an absence is a stay, and
/// both break one (methods §2.4 `SubscriberStayLengths`, T1–T3).
pub fn stay_lengths<P: Copy + Eq>(periods: &[Sighting<P>]) -> Vec<usize> {
    let islands = periods.chunk_by(|left, right| left == right);
    islands.filter(|island| matches!(island[0], Sighting::At(_))).map(<[_]>::len).collect()
}

/// How settled a subscriber was over some periods; of several that apply the first here counts (methods §2.4, T7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MobilityClass {
    /// Absent in the latest period: `FlowKit` returns no row.
    NotActiveInLatestPeriod,
    /// Null in the latest period.
    Unlocated,
    /// Absent in at least one period.
    Irregular,
    /// Null in at least one period.
    NotAlwaysLocatable,
    /// No stay as long as the threshold.
    Mobile,
    /// All others.
    Stable,
}

impl MobilityClass {
    /// Default threshold of a stay, in periods.
    pub const STAY_LENGTH_THRESHOLD: usize = 3;

    /// All classes, in order of priority.
    pub const ALL: [Self; 6] = [
        Self::NotActiveInLatestPeriod,
        Self::Unlocated,
        Self::Irregular,
        Self::NotAlwaysLocatable,
        Self::Mobile,
        Self::Stable,
    ];

    /// The id in tables.
    pub const fn id(self) -> &'static str {
        match self {
            Self::NotActiveInLatestPeriod => "not_active_in_latest_period",
            Self::Unlocated => "unlocated",
            Self::Irregular => "irregular",
            Self::NotAlwaysLocatable => "not_always_locatable",
            Self::Mobile => "mobile",
            Self::Stable => "stable",
        }
    }

    /// The class of a subscriber, periods in order of time. No period at all is as absent.
    pub fn of<P: Copy + Eq>(periods: &[Sighting<P>], stay_length_threshold: usize) -> Self {
        let mut so_far = ClassSoFar::default();
        for &period in periods {
            so_far.add(period);
        }
        so_far.class(stay_length_threshold)
    }
}

/// All that must be kept between two periods to tell the class of them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassSoFar<P> {
    /// The latest period.
    pub last: Sighting<P>,
    /// Whether any was absent.
    pub absent: bool,
    /// Whether any was null.
    pub unlocated: bool,
    /// Periods of the stay that the latest belongs to, if it is a place: 255 for more.
    pub stay: u8,
    /// The longest stay, likewise.
    pub longest: u8,
}

impl<P> Default for ClassSoFar<P> {
    /// No period yet.
    fn default() -> Self {
        Self { last: Sighting::Absent, absent: false, unlocated: false, stay: 0, longest: 0 }
    }
}

impl<P: Copy + Eq> ClassSoFar<P> {
    /// Adds the next period.
    pub fn add(&mut self, period: Sighting<P>) {
        match period {
            Sighting::Absent => self.absent = true,
            Sighting::Unlocated => self.unlocated = true,
            Sighting::At(_) => {
                self.stay = if self.last == period { self.stay.saturating_add(1) } else { 1 };
                self.longest = self.longest.max(self.stay);
            }
        }
        self.last = period;
    }

    /// The class of the periods added.
    pub fn class(&self, stay_length_threshold: usize) -> MobilityClass {
        match self.last {
            Sighting::Absent => MobilityClass::NotActiveInLatestPeriod,
            Sighting::Unlocated => MobilityClass::Unlocated,
            Sighting::At(_) if self.absent => MobilityClass::Irregular,
            Sighting::At(_) if self.unlocated => MobilityClass::NotAlwaysLocatable,
            Sighting::At(_) if usize::from(self.longest) < stay_length_threshold => MobilityClass::Mobile,
            Sighting::At(_) => MobilityClass::Stable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A letter = at that place, `?` = null, a dot = absent.
    fn periods(letters: &str) -> Vec<Sighting<char>> {
        let sighting = |letter| match letter {
            '.' => Sighting::Absent,
            '?' => Sighting::Unlocated,
            place => Sighting::At(place),
        };
        letters.chars().map(sighting).collect()
    }

    #[test]
    fn t1_nine_days_are_five_stays() {
        let mut lengths = stay_lengths(&periods("AABCCCADD"));
        assert_eq!(lengths, [2, 1, 3, 1, 2]);
        let (count, sum) = (lengths.len(), lengths.iter().sum::<usize>());
        assert_eq!((count, sum), (5, 9));
        lengths.sort_unstable();
        assert_eq!((lengths[0], lengths[2], lengths[4]), (1, 2, 3), "least, median, most");
        // Sample variance, five times over: Σ (5·length − sum)² / 25 / 4 = 0.7.
        let squares: i64 = lengths.iter().map(|&length| (5 * length as i64 - 9).pow(2)).sum();
        assert_eq!(squares * 10, 7 * 25 * 4);
    }

    #[test]
    fn t2_an_absence_breaks_a_stay() {
        assert_eq!(stay_lengths(&periods("AA.A")).into_iter().max(), Some(2));
    }

    #[test]
    fn t3_nulls_are_no_stay() {
        assert_eq!(stay_lengths(&periods("A??")), [1]);
    }

    #[test]
    fn t7_the_first_class_that_applies_counts() {
        use MobilityClass::*;
        let cases = [
            (".A?", Unlocated),
            (".AA", Irregular),
            ("?.A", Irregular),
            ("?AA", NotAlwaysLocatable),
            ("AABB", Mobile),
            ("BAAA", Stable),
            ("AAA.", NotActiveInLatestPeriod),
            ("", NotActiveInLatestPeriod),
        ];
        for (letters, class) in cases {
            assert_eq!(MobilityClass::of(&periods(letters), MobilityClass::STAY_LENGTH_THRESHOLD), class, "{letters}");
        }
    }
}
