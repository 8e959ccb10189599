use super::*;
use proptest::prelude::*;

const ALL: Option<AreaKey> = Some(AreaKey(0));

/// So much in each hour.
fn heard(hourly: u32) -> Option<SiteCount> {
    hours(&[(0..24, hourly)])
}

/// So much in each hour of these ranges, nothing in others.
#[expect(clippy::unnecessary_wraps, reason = "what a site of the plan has; the others have `None`")]
fn hours(ranges: &[(std::ops::Range<usize>, u32)]) -> Option<SiteCount> {
    let mut heard = [0; 24];
    for (range, hourly) in ranges {
        heard[range.clone()].fill(*hourly);
    }
    Some(SiteCount { heard, subscribers: heard.iter().sum::<u32>() / 2 })
}

/// Day 4 of 1970 was a Monday, and so is day 4 + 7·n.
fn day(number: i32, sites: &[Option<SiteCount>]) -> SiteDay {
    SiteDay { day: LocalDay(number), sites: sites.to_vec() }
}

fn baseline_of(days: &[SiteDay]) -> Option<SiteBaseline> {
    SiteBaseline::of(&days.iter().collect::<Vec<_>>())
}

/// Four weeks: 5 an hour at the first site, 15 at the second, 8 in the first hour of the day at the third; the fourth is not
/// there yet. In millionths, a day at the first three is 120, 360 and 8.
fn four_weeks() -> SiteBaseline {
    let sites = [heard(5), heard(15), hours(&[(0..1, 8)]), None];
    baseline_of(&(4..32).map(|number| day(number, &sites)).collect::<Vec<_>>()).unwrap()
}

fn judged(days: &[SiteDay]) -> Vec<JudgedDay> {
    judge_sites(days, Some(&four_weeks()))
}

fn area_of(day: &JudgedDay) -> AreaCoverage {
    area_coverage(day, &[ALL; 4], 1)[0]
}

fn kappa_of(sites: &[Option<SiteCount>]) -> AreaCoverage {
    area_of(&judged(&[day(40, sites)])[0])
}

#[test]
fn a_hand_computed_area() {
    // The second site is silent: 128 of 488 a day are carried by the others.
    let area = kappa_of(&[heard(4), heard(0), heard(0), heard(30)]);
    assert_eq!((area.known, area.alive), (4, 3), "8 a day are too few to tell; a new site is alive");
    assert_eq!((area.usual, area.carried, area.subscribers), (488_000_000, 128_000_000, 180));
    assert_eq!(area.kappa(), Some(128.0 / 488.0));
    // 2 of 15 an hour are less than 20 %, and no chance; 3 are not.
    assert_eq!(kappa_of(&[heard(5), heard(2), heard(0), None]).kappa(), Some(128.0 / 488.0));
    assert_eq!(kappa_of(&[heard(5), heard(3), heard(0), None]).kappa(), Some(1.0));
    // A site that was dismantled is not in the plan, and what it carried is missing.
    let area = kappa_of(&[None, heard(15), heard(0), None]);
    assert_eq!((area.known, area.alive, area.kappa()), (2, 2, Some(368.0 / 488.0)));
}

#[test]
fn a_site_carries_its_traffic_until_the_hour_it_falls_silent() {
    // From three in the afternoon on: nine hours of 15.
    let area = kappa_of(&[heard(5), hours(&[(0..15, 15)]), heard(0), None]);
    assert_eq!((area.carried, area.alive), ((488 - 135) * 1_000_000, 3), "alive for most of the day");
    // From nine in the morning on: fifteen hours.
    let area = kappa_of(&[heard(5), hours(&[(0..9, 15)]), heard(0), None]);
    assert_eq!((area.carried, area.alive), ((488 - 225) * 1_000_000, 2));
    // Three silent hours of 5 are 15 and no chance, two are 10.
    assert_eq!(kappa_of(&[hours(&[(0..21, 5)]), heard(15), heard(0), None]).carried, 473_000_000);
    assert_eq!(kappa_of(&[hours(&[(0..22, 5)]), heard(15), heard(0), None]).carried, 488_000_000);
}

#[test]
fn an_outage_goes_on_after_midnight_and_days_to_come_change_nothing() {
    let alive = [heard(5), heard(15), heard(0), None];
    let from_22 = [hours(&[(0..22, 5)]), heard(15), heard(0), None];
    let until_1 = [hours(&[(1..24, 5)]), heard(15), heard(0), None];
    let carried = |days: &[SiteDay]| judged(days).iter().map(|day| area_of(day).carried).collect::<Vec<_>>();
    // Two hours, or one, are too little to tell; together they are an outage, which the second day may say.
    assert_eq!(carried(&[day(40, &from_22), day(41, &alive)]), [488_000_000, 488_000_000]);
    assert_eq!(carried(&[day(40, &from_22), day(41, &until_1)]), [488_000_000, 483_000_000]);
    assert_eq!(
        carried(&[day(40, &from_22), day(42, &until_1)]),
        [488_000_000, 488_000_000],
        "a day without data between"
    );
}

#[test]
fn a_site_of_few_carries_nothing_and_is_never_out() {
    // 60, 180 and 4 subscribers: of 60 and more, the third is left out of both sums.
    let day = judged(&[day(40, &[heard(0), heard(15), heard(0), None])]).remove(0);
    let area = area_of(&day.clone().heard_by(60));
    assert_eq!((area.usual, area.kappa(), area.fewest), (480_000_000, Some(0.75), Some(60)));
    assert_eq!((area.known, area.alive), (3, 2));
    assert_eq!(area_of(&day).fewest, Some(4));
    let none = area_of(&day.heard_by(181));
    assert_eq!((none.kappa(), none.fewest), (None, None));
}

#[test]
fn each_hour_of_the_week_has_its_own_mean() {
    // Mondays 1 an hour, other days 10 until noon; in the last week the site is out of the plan on Monday.
    let of = |number: i32| if number % 7 == 4 { heard(1) } else { hours(&[(0..12, 10)]) };
    let mut days: Vec<SiteDay> = (4..25).map(|number| day(number, &[of(number)])).collect();
    let baseline = baseline_of(&days).unwrap();
    let usual = |baseline: &SiteBaseline, number: i32| {
        let usual = baseline.usual(0, LocalDay(number));
        [usual[0], usual[11], usual[12]]
    };
    assert_eq!(usual(&baseline, 74), [1_000_000; 3]);
    assert_eq!(usual(&baseline, 75), [10_000_000, 10_000_000, 0]);
    days[14].sites[0] = None;
    let baseline = baseline_of(&days).unwrap();
    // Two Mondays are too few: of the sorted 20 days two at each end are left out, in the morning 1, 1, in the evening too.
    assert_eq!(usual(&baseline, 74), [10_000_000, 10_000_000, 0]);
}

#[test]
fn a_site_that_comes_within_the_baseline_is_not_missing_before() {
    let sites = |number: i32| [heard(5), if number < 14 { None } else { heard(5) }];
    let days: Vec<SiteDay> = (4..32).map(|number| day(number, &sites(number))).collect();
    let baseline = baseline_of(&days).unwrap();
    let kappa = |number: i32, second| {
        let judged = judge_sites(&[day(number, &[heard(5), second])], Some(&baseline));
        area_coverage(&judged[0], &[ALL; 2], 1)[0].kappa()
    };
    assert_eq!([kappa(13, None), kappa(14, heard(5)), kappa(40, None)], [Some(1.0), Some(1.0), Some(0.5)]);
}

#[test]
fn a_wild_day_is_trimmed() {
    let of = |number: i32| if number == 4 { 1_000_000 } else { 20 };
    let days: Vec<SiteDay> = (4..18).map(|number| day(number, &[heard(of(number))])).collect();
    let usual = *baseline_of(&days).unwrap().usual(0, LocalDay(32));
    assert_eq!(usual, [20_000_000; 24], "two days of a weekday: pooled, one cut at each end");
}

#[test]
fn thirteen_days_are_no_baseline() {
    let days: Vec<SiteDay> = (4..17).map(|number| day(number, &[heard(100)])).collect();
    assert_eq!(baseline_of(&days), None);
    let judged = judge_sites(&[day(40, &[heard(0), None])], None);
    let area = area_coverage(&judged[0], &[ALL; 2], 1)[0];
    assert_eq!((area.known, area.alive, area.kappa()), (1, 1, None));
}

#[test]
fn areas_are_apart_and_a_site_in_none_is_in_none() {
    let sites = [heard(5), heard(0), heard(5), heard(1)];
    let area_of = [Some(AreaKey(1)), Some(AreaKey(0)), None, Some(AreaKey(1))];
    let areas = area_coverage(&judged(&[day(40, &sites)])[0], &area_of, 3);
    let shown: Vec<_> = areas.iter().map(|area| (area.known, area.alive, area.kappa())).collect();
    assert_eq!(shown, [(1, 0, Some(0.0)), (2, 2, Some(1.0)), (0, 0, None)]);
}

/// Every window of up to 24 hours, one by one, as the definition has it.
fn out_by_definition(heard: &[u32], usual: &[u64]) -> Vec<bool> {
    let is_low = |hour: usize| u64::from(heard[hour]) * 5_000_000 < usual[hour];
    let mut out = vec![false; heard.len()];
    for start in 0..heard.len() {
        for end in start + 1..=heard.len().min(start + 24) {
            let sum: u32 = heard[start..end].iter().sum();
            let is_looked_at = sum == 0 || [6, 12, 18, 24].contains(&(end - start));
            if is_looked_at && is_out(sum, usual[start..end].iter().sum()) {
                let marked = |hour: usize| (start..=hour).any(is_low) && (hour..end).any(is_low);
                (start..end).filter(|&hour| marked(hour)).for_each(|hour| out[hour] = true);
            }
        }
    }
    out
}

proptest! {
    #[test]
    fn hours_out_are_those_of_the_definition(
        hourly in proptest::collection::vec((0u64..9_000_000, 0u32..5), 1..72),
        factor in 0u32..4,
    ) {
        let (usual, heard): (Vec<u64>, Vec<u32>) = hourly.into_iter().unzip();
        let heard: Vec<u32> = heard.into_iter().map(|own| own * factor / 4).collect();
        prop_assert_eq!(hours_out(&heard, &usual), out_by_definition(&heard, &usual));
    }

    #[test]
    fn kappa_is_a_share_one_where_all_are_alive_and_falls_with_each_site_silenced(
        usual in proptest::collection::vec(0u32..40, 1..12),
        factors in proptest::collection::vec(0u32..200, 12),
        silenced in proptest::collection::vec(0usize..48, 12),
        dismantled in proptest::collection::vec(any::<bool>(), 12),
    ) {
        let baseline: Vec<Option<SiteCount>> = usual.iter().map(|&hourly| heard(hourly)).collect();
        let days: Vec<SiteDay> = (4..32).map(|number| day(number, &baseline)).collect();
        let learnt = baseline_of(&days).unwrap();
        let of = |sites: &[Option<SiteCount>]| {
            area_coverage(&judge_sites(&[day(40, sites)], Some(&learnt))[0], &vec![ALL; usual.len()], 1)[0]
        };
        let whole = of(&baseline);
        prop_assert_eq!(whole.alive, usual.len() as u64);
        prop_assert_eq!(whole.kappa(), (usual.iter().sum::<u32>() > 0).then_some(1.0));

        let some: Vec<_> = usual.iter().zip(&factors).map(|(&hourly, &percent)| heard(hourly * percent / 100)).collect();
        let fewer: Vec<_> = some.iter().zip(silenced.iter().zip(&dismantled)).map(|(&count, (&from, &gone))| {
            let until = |own: SiteCount| hours(&[(0..from.min(24), own.heard[0])]);
            if gone { None } else { count.and_then(until) }
        }).collect();
        let (some, fewer) = (of(&some), of(&fewer));
        for area in [some, fewer] {
            prop_assert!(area.kappa().is_none_or(|kappa| (0.0..=1.0).contains(&kappa)));
            prop_assert!(area.alive <= area.known && area.carried <= area.usual);
        }
        prop_assert!(fewer.carried <= some.carried && fewer.alive <= some.alive && fewer.usual == some.usual);
    }
}
