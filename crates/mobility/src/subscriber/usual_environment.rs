//! Profile `multimno-ue`: usual environment, home and work by permanence over months (methods §2.6).

/// What is known of one place of a subscriber over the long term. Scores are hours of [`super::permanence`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permanence {
    /// Hours scored, all day.
    pub all: u64,
    /// Hours scored in the night, 18 to 08.
    pub night: u64,
    /// Hours scored in working hours, 08 to 17, of workdays.
    pub work: u64,
    /// Days with any.
    pub days: u64,
    /// Nights with any.
    pub nights: u64,
    /// Workdays with any in working hours.
    pub workdays: u64,
}

/// Thresholds, in hundredths where they are shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsualEnvironmentRule {
    /// Subscribers with fewer hours scored are discarded.
    pub min_score: u64,
    /// Subscribers with fewer days are discarded.
    pub min_days: u64,
    /// First gap between places in order of score that cuts the rest off: share of the best place (code, not prose).
    pub gap_percent: u64,
    /// Share of the subscriber's total that makes a place usual.
    pub usual_percent: u64,
    /// Share that makes it home or work.
    pub label_percent: u64,
}

impl Default for UsualEnvironmentRule {
    fn default() -> Self {
        Self { min_score: 1500, min_days: 50, gap_percent: 20, usual_percent: 70, label_percent: 80 }
    }
}

/// The labels of one subscriber; places ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsualEnvironment<P> {
    /// Usual places.
    pub usual: Vec<P>,
    /// Home among them.
    pub home: Vec<P>,
    /// Work among them.
    pub work: Vec<P>,
}

/// Labels the places of one subscriber. `total` is the subscriber's own: hours, nights and days with any score at any
/// place (not the sum over places: one day has several). Empty where too little is known.
///
/// Of each label the rules are tried in order, the next only where the one before labels nothing. *Usual*: places
/// before the first gap with 70 % of hours; else of days. *Home*, among usual places before the first gap of one hour:
/// 80 % of hours; of night hours; of nights. *Work*: 80 % of working hours; of workdays.
pub fn usual_environment<P: Copy + Ord>(
    places: &[(P, Permanence)],
    total: Permanence,
    rule: UsualEnvironmentRule,
) -> UsualEnvironment<P> {
    if total.all < rule.min_score || total.days < rule.min_days {
        return UsualEnvironment { usual: Vec::new(), home: Vec::new(), work: Vec::new() };
    }
    let best = |score: Score| places.iter().map(|own| score(&own.1)).max().unwrap_or(0);
    let label = |among: &[(P, Permanence)], rules: &[Score], percent: u64, gap: &dyn Fn(Score) -> u64| {
        let by = |&score: &Score| {
            let mut left: Vec<(P, Permanence)> = before_gap(among, score, gap(score));
            left.retain(|own| score(&own.1) > 0 && score(&own.1) * 100 >= percent * score(&total));
            left
        };
        rules.iter().map(by).find(|labelled| !labelled.is_empty()).unwrap_or_default()
    };
    let hundredth = |score: Score| (best(score) * rule.gap_percent).div_ceil(100).max(1);
    let usual = label(places, &[|own| own.all, |own| own.days], rule.usual_percent, &hundredth);
    let home = label(&usual, &[|own| own.all, |own| own.night, |own| own.nights], rule.label_percent, &|_| 1);
    let work = label(&usual, &[|own| own.work, |own| own.workdays], rule.label_percent, &|_| 1);
    let names = |labelled: Vec<(P, Permanence)>| {
        let mut names: Vec<P> = labelled.into_iter().map(|own| own.0).collect();
        names.sort_unstable();
        names
    };
    UsualEnvironment { usual: names(usual), home: names(home), work: names(work) }
}

type Score = fn(&Permanence) -> u64;

/// The places in descending order of a score up to the first step down of `gap` or more.
fn before_gap<P: Copy + Ord>(places: &[(P, Permanence)], score: Score, gap: u64) -> Vec<(P, Permanence)> {
    let mut sorted = places.to_vec();
    sorted.sort_unstable_by_key(|own| (std::cmp::Reverse(score(&own.1)), own.0));
    let cut = sorted.windows(2).position(|pair| score(&pair[0].1) - score(&pair[1].1) >= gap);
    sorted.truncate(cut.map_or(sorted.len(), |cut| cut + 1));
    sorted
}

/// Whether homes of two periods are so different that the subscriber migrated: overlap 2·|T₁ ∩ T₂| / (|T₁| + |T₂|)
/// below ½. Both lists ascending; without a home in either period nothing can be told.
pub fn migrated<P: Ord>(before: &[P], after: &[P]) -> Option<bool> {
    let known = !before.is_empty() && !after.is_empty();
    let shared = before.iter().filter(|place| after.binary_search(place).is_ok()).count();
    known.then(|| 4 * shared < before.len() + after.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(all: u64, night: u64, work: u64) -> Permanence {
        Permanence { all, night, work, days: 60, nights: 60, workdays: 40 }
    }

    fn labels(places: &[(char, Permanence)], total: Permanence) -> [String; 3] {
        let found = usual_environment(places, total, UsualEnvironmentRule::default());
        [found.usual, found.home, found.work].map(|labels| labels.into_iter().collect())
    }

    #[test]
    fn a_homebody_is_labelled_by_hours() {
        let total = hours(2000, 800, 300);
        assert_eq!(labels(&[('A', hours(1700, 780, 290)), ('B', hours(300, 20, 10))], total), ["A", "A", "A"]);
    }

    #[test]
    fn a_commuter_is_labelled_by_days_and_nights() {
        let total = hours(2000, 800, 400);
        let home = hours(1150, 760, 10);
        let office = Permanence { nights: 2, ..hours(850, 40, 390) };
        // Neither holds 70 % of hours; both hold 70 % of days. Home has 95 % of the night, the office of working hours.
        assert_eq!(labels(&[('A', home), ('B', office)], total), ["AB", "A", "B"]);
    }

    #[test]
    fn a_gap_of_a_fifth_of_the_best_place_cuts_the_rest_off() {
        let total = Permanence { days: 100, ..hours(2000, 800, 400) };
        let at = |days| Permanence { days, ..hours(600, 0, 0) };
        assert_eq!(labels(&[('A', at(100)), ('B', at(81)), ('C', at(70))], total)[0], "ABC", "19 of 100");
        assert_eq!(labels(&[('A', at(100)), ('B', at(80)), ('C', at(79))], total)[0], "A", "20 of 100");
        assert_eq!(labels(&[('A', at(100)), ('B', at(81)), ('C', at(69))], total)[0], "AB", "below 70 %");
    }

    #[test]
    fn who_is_rarely_seen_is_discarded() {
        let nothing = [String::new(), String::new(), String::new()];
        assert_eq!(labels(&[('A', hours(1499, 700, 200))], hours(1499, 700, 200)), nothing);
        let few_days = Permanence { days: 49, ..hours(1500, 700, 200) };
        assert_eq!(labels(&[('A', few_days)], few_days), nothing);
    }

    #[test]
    fn half_an_overlap_is_no_migration() {
        assert_eq!(migrated(&['A', 'B'], &['B', 'C']), Some(false), "2·1/4 = ½");
        assert_eq!(migrated(&['A', 'B'], &['B', 'C', 'D']), Some(true), "2·1/5");
        assert_eq!(migrated(&['A'], &['A']), Some(false));
        assert_eq!(migrated::<char>(&[], &['A']), None);
    }
}
