use super::*;
use proptest::prelude::*;

const ALL: Option<AreaKey> = Some(AreaKey(0));

#[expect(clippy::unnecessary_wraps, reason = "what a site of the plan has; the others have `None`")]
fn heard(events: u32) -> Option<SiteCount> {
    Some(SiteCount { events, subscribers: events / 2 })
}

/// Day 4 of 1970 was a Monday, and so is day 4 + 7·n.
fn day(number: i32, sites: &[Option<SiteCount>]) -> SiteDay {
    SiteDay { day: LocalDay(number), sites: sites.to_vec() }
}

fn baseline_of(days: &[SiteDay]) -> Option<SiteBaseline> {
    SiteBaseline::of(&days.iter().collect::<Vec<_>>())
}

/// Four weeks: 100 events a day at the first site, 300 at the second, 5 at the third; the fourth is not there yet.
fn four_weeks() -> SiteBaseline {
    let days: Vec<SiteDay> = (4..32).map(|number| day(number, &[heard(100), heard(300), heard(5), None])).collect();
    baseline_of(&days).unwrap()
}

fn kappa_of(sites: &[Option<SiteCount>]) -> AreaCoverage {
    area_coverage(&day(40, sites), Some(&four_weeks()), &[ALL; 4], 1)[0]
}

#[test]
fn a_hand_computed_area() {
    // The second site is silent: 105 of 405 events a day are carried by the others.
    let area = kappa_of(&[heard(90), heard(0), heard(0), heard(700)]);
    assert_eq!((area.known, area.alive), (4, 3), "5 a day are too few to tell; a new site is alive");
    assert_eq!((area.usual, area.carried, area.subscribers), (405_000_000, 105_000_000, 150));
    assert_eq!(area.kappa(), Some(105.0 / 405.0));
    // 59 of 300 are less than 20 %, and no chance; 60 are not.
    assert_eq!(kappa_of(&[heard(90), heard(59), heard(5), None]).kappa(), Some(105.0 / 405.0));
    assert_eq!(kappa_of(&[heard(90), heard(60), heard(5), None]).kappa(), Some(1.0));
    // A site that was dismantled is not in the plan, and what it carried is missing.
    let area = kappa_of(&[None, heard(300), heard(5), None]);
    assert_eq!((area.known, area.alive, area.kappa()), (2, 2, Some(305.0 / 405.0)));
}

#[test]
fn a_site_of_few_carries_nothing_and_is_never_out() {
    // 50, 150 and 2 subscribers: of 50 and more, the third is left out of both sums.
    let (baseline, sites) = (four_weeks().heard_by(50), [heard(0), heard(300), heard(0), None]);
    let area = area_coverage(&day(40, &sites), Some(&baseline), &[ALL; 4], 1)[0];
    assert_eq!((area.usual, area.kappa(), area.fewest), (400_000_000, Some(0.75), Some(50)));
    assert_eq!((area.known, area.alive), (3, 2));
    assert_eq!(kappa_of(&sites).fewest, Some(2));
    let none = area_coverage(&day(40, &sites), Some(&baseline.heard_by(151)), &[ALL; 4], 1)[0];
    assert_eq!((none.kappa(), none.fewest), (None, None));
}

#[test]
fn each_weekday_has_its_own_mean() {
    // Mondays 10, other days 100; in the last week the site is out of the plan on Monday and Tuesday.
    let events = |number: i32| if number % 7 == 4 { 10 } else { 100 };
    let mut days: Vec<SiteDay> = (4..25).map(|number| day(number, &[heard(events(number))])).collect();
    let baseline = baseline_of(&days).unwrap();
    assert_eq!([4, 5].map(|number| baseline.expected(0, LocalDay(number + 70))), [10_000_000, 100_000_000]);
    days[14].sites[0] = None;
    let baseline = baseline_of(&days).unwrap();
    // Two Mondays are too few: the mean of the sorted 20 days without two at each end is 16 × 100 / 16.
    assert_eq!(baseline.expected(0, LocalDay(74)), 100_000_000);
}

#[test]
fn a_site_that_comes_within_the_baseline_is_not_missing_before() {
    let sites = |number: i32| [heard(100), if number < 14 { None } else { heard(100) }];
    let days: Vec<SiteDay> = (4..32).map(|number| day(number, &sites(number))).collect();
    let baseline = baseline_of(&days).unwrap();
    let kappa = |number: i32, second| {
        area_coverage(&day(number, &[heard(100), second]), Some(&baseline), &[ALL; 2], 1)[0].kappa()
    };
    assert_eq!([kappa(13, None), kappa(14, heard(100)), kappa(40, None)], [Some(1.0), Some(1.0), Some(0.5)]);
}

#[test]
fn a_wild_day_is_trimmed() {
    let events = |number: i32| if number == 4 { 1_000_000 } else { 20 };
    let days: Vec<SiteDay> = (4..18).map(|number| day(number, &[heard(events(number))])).collect();
    assert_eq!(
        baseline_of(&days).unwrap().expected(0, LocalDay(32)),
        20_000_000,
        "two days of a weekday: pooled, one cut at each end"
    );
}

#[test]
fn thirteen_days_are_no_baseline() {
    let days: Vec<SiteDay> = (4..17).map(|number| day(number, &[heard(100)])).collect();
    assert_eq!(baseline_of(&days), None);
    let area = area_coverage(&day(40, &[heard(0), None]), None, &[ALL; 2], 1)[0];
    assert_eq!((area.known, area.alive, area.kappa()), (1, 1, None));
}

#[test]
fn areas_are_apart_and_a_site_in_none_is_in_none() {
    let sites = [heard(100), heard(0), heard(5), heard(1)];
    let area_of = [Some(AreaKey(1)), Some(AreaKey(0)), None, Some(AreaKey(1))];
    let areas = area_coverage(&day(40, &sites), Some(&four_weeks()), &area_of, 3);
    let shown: Vec<_> = areas.iter().map(|area| (area.known, area.alive, area.kappa())).collect();
    assert_eq!(shown, [(1, 0, Some(0.0)), (2, 2, Some(1.0)), (0, 0, None)]);
}

proptest! {
    #[test]
    fn kappa_is_a_share_one_where_all_are_alive_and_falls_with_each_site_silenced(
        usual in proptest::collection::vec(0u32..500, 1..12),
        factors in proptest::collection::vec(0u32..200, 12),
        silenced in proptest::collection::vec(any::<bool>(), 12),
        dismantled in proptest::collection::vec(any::<bool>(), 12),
    ) {
        let baseline: Vec<Option<SiteCount>> = usual.iter().map(|&events| heard(events)).collect();
        let days: Vec<SiteDay> = (4..32).map(|number| day(number, &baseline)).collect();
        let learnt = baseline_of(&days).unwrap();
        let area_of = vec![ALL; usual.len()];
        let of = |sites: &[Option<SiteCount>]| area_coverage(&day(40, sites), Some(&learnt), &area_of, 1)[0];

        let whole = of(&baseline);
        prop_assert_eq!(whole.alive, usual.len() as u64);
        prop_assert_eq!(whole.kappa(), (usual.iter().sum::<u32>() > 0).then_some(1.0));

        let some: Vec<_> = usual.iter().zip(&factors).map(|(&events, &percent)| heard(events * percent / 100)).collect();
        let fewer: Vec<_> = some.iter().zip(silenced.iter().zip(&dismantled)).map(|(&count, (&silent, &gone))| {
            if gone { None } else if silent { heard(0) } else { count }
        }).collect();
        let (some, fewer) = (of(&some), of(&fewer));
        for area in [some, fewer] {
            prop_assert!(area.kappa().is_none_or(|kappa| (0.0..=1.0).contains(&kappa)));
            prop_assert!(area.alive <= area.known && area.carried <= area.usual);
        }
        prop_assert!(fewer.carried <= some.carried && fewer.alive <= some.alive && fewer.usual == some.usual);
    }
}
