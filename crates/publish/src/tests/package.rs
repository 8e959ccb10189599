//! What leaves besides matrix and figures: by hand, and against the constraints of those whose shape it has.

use super::*;
use hexodus_release::noise::{Mechanism, NoiseKey};
use std::fs;

/// North hosts 100 from North, 60 from South and 10 from nowhere known; South hosts 5 from North and 40 from itself. k is 16,
/// and noise was drawn before, so that nothing is withheld for others and the table can be worked out by hand.
fn day() -> OutgoingDay {
    let unknown = UnitKey::reserved(Reserved::Unknown);
    let pairs = |own: &[(UnitKey, UnitKey, u64)]| -> Vec<(OdPair, u64)> {
        let mut pairs: Vec<_> =
            own.iter().map(|&(origin, destination, count)| (OdPair { origin, destination }, count)).collect();
        pairs.sort_unstable();
        pairs
    };
    let level = |level, units, pairs: Vec<(OdPair, u64)>, hosts: Vec<(UnitKey, u64)>| {
        // Two people a subscriber, five more or less; rounded to 20 that is.
        let people = |count: u64| PeopleNumber { people: [2.0, 1.9, 2.1].map(|own| own * count as f64), remark: None };
        let figure = |own: &(UnitKey, u64)| (OutgoingKey::Figure(OutgoingFigure::Stock, own.0), people(own.1));
        let told = pairs.iter().map(|own| (OutgoingKey::Pair(own.0), people(own.1))).chain(hosts.iter().map(figure));
        OutgoingLevel {
            level: Level::Adm(level),
            units,
            people: told.collect(),
            pairs,
            figures: [(OutgoingFigure::Stock, hosts)].into(),
            missing: BTreeMap::new(),
            affected: [].into(),
            out_of_sight: [].into(),
        }
    };
    let (north, south) = (area(0), area(1));
    let (first, last) = ("2031-03-05".parse().unwrap(), "2031-03-12".parse().unwrap());
    OutgoingDay {
        period: Period { first, last },
        unit: FigureUnit::People,
        h3: None,
        levels: vec![
            level(
                1,
                vec![(north, None), (south, None), (unknown, None)],
                pairs(&[
                    (north, north, 100),
                    (south, north, 60),
                    (unknown, north, 10),
                    (north, south, 5),
                    (south, south, 40),
                ]),
                vec![(north, 170), (south, 45)],
            ),
            level(
                2,
                vec![(area(0), Some(north)), (area(1), Some(north)), (area(2), Some(south))],
                pairs(&[(area(0), area(0), 100), (area(2), area(1), 12), (area(2), area(2), 40)]),
                vec![(area(0), 158), (area(1), 12), (area(2), 45)],
            ),
        ],
        totals: [(OutgoingFigure::Stock, 215)].into(),
        people: [(OutgoingFigure::Stock, PeopleNumber { people: [430.0, 408.5, 451.5], remark: None })].into(),
        largest_weight: 2.0,
    }
}

/// The same after a noise so small that it is 0 everywhere: only what was noised is released as noised.
fn told(day: &OutgoingDay) -> ToldDay {
    let code = |own: &(UnitKey, Option<UnitKey>)| (own.0, format!("{:x}", own.0.bits()));
    let codes: Codes = day.levels.iter().map(|level| level.units.iter().map(code).collect()).collect();
    let mechanism = Mechanism::DiscreteGaussian { sigma_squared: "1/1000000".parse().unwrap() };
    let noise = DayNoise::of(day, &codes, (&NoiseKey::for_tests(), "release", mechanism)).unwrap();
    let people = day.levels.iter().map(|level| level.people.clone()).collect();
    let people = (day.unit == FigureUnit::People).then(|| (people, day.people.clone()));
    noise.draw(&noise.charges()).unwrap().told(day, (people, day.largest_weight))
}

/// A release of `days`, handed to `with`.
pub(super) fn package<T>(world: &World, days: &[OutgoingDay], with: impl FnOnce(&Package<'_>) -> T) -> T {
    let tables = release_noised(&days.iter().map(told).collect::<Vec<_>>(), &DisclosurePolicy::default());
    let facts = |level: u8| {
        let place = |at| AreaFacts {
            center: (level < 2 || at < 2).then_some([28.000_000_4, 84.5 + f64::from(at)]),
            km2: Some(1_234.567_89),
            population: Some(10_000.4),
            h3_cells: 7,
        };
        (0..).take(world.areas.level(level).len()).map(place).collect::<Vec<_>>()
    };
    let areas: Vec<_> = (0..=2).map(facts).collect();
    let network = network();
    with(&Package {
        flows: &tables.flows,
        figures: &tables.figures,
        cells: None,
        h3_u64: false,
        network: Some(&network),
        noise: None,
        context: ReleaseContext { operation: Some("Flood <b>2031</b>"), round_number: Some(3), ..world.context() },
        areas: &areas,
        population_cv: 0.05,
        shapes: Some(&super::geo::shapes()),
        operation: OperationFacts {
            active: true,
            reason: Some("Natural disaster"),
            iso3: None,
            has_hrp: Some(true),
            in_gho: None,
            license: Some("CC-BY-4.0"),
        },
    })
}

/// North lost a quarter of its traffic, South's sites are of few, and the nameless district has none. Of the second day nothing
/// was delivered.
fn network() -> OutgoingNetwork {
    let day: LocalDay = "2031-03-11".parse().unwrap();
    let share = |kappa, fewest, has_sites| TrafficShare { kappa, fewest, has_sites };
    let area = |level, at, traffic| NetworkArea { day, level, area: AreaKey(at), traffic };
    let north = share(Some(0.76), Some(16), true);
    let areas = vec![
        area(2, 1, share(None, None, false)),
        area(1, 0, north),
        area(1, 1, share(Some(1.0), Some(15), true)),
        area(2, 0, share(Some(0.49), Some(40), true)),
    ];
    let delivered = NetworkDay {
        subscribers_active: 400,
        subscribers_located: 390,
        events: [870, 1_000],
        radio_cells: Some([60, 120]),
        traffic: north,
        events_by_hour: vec![20; 17],
        complete: true,
        used: true,
        baseline_used: false,
        exclusion_reason: "few_events".into(),
    };
    let quiet = NetworkDay { subscribers_active: 15, ..delivered.clone() };
    let next = |days: i32| LocalDay(day.0 + days);
    let days = vec![(day, Some(delivered)), (next(-1), Some(quiet)), (next(-2), None), (next(1), None)];
    release_network(areas, days, &DisclosurePolicy::default())
}

/// Two days, of which the second is told.
pub(super) fn two_days() -> [OutgoingDay; 2] {
    let (first, last) = ("2031-02-26".parse().unwrap(), "2031-03-04".parse().unwrap());
    [OutgoingDay { period: Period { first, last }, ..day() }, day()]
}

pub(super) fn csv_of(name: &str) -> String {
    package(&World::new(), &two_days(), |package| {
        let tables = package.tables().unwrap();
        let mut bytes = Vec::new();
        write_csv(tables.iter().find(|own| own.name() == name).unwrap(), &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    })
}

/// The table of areas, for the tests of all tables.
pub(super) fn areas(world: &World) -> EncodedTable {
    package(world, &two_days(), |package| {
        package.tables().unwrap().into_iter().find(|own| own.name() == "areas_admin").unwrap()
    })
}

#[test]
fn idps_admin_by_hand() {
    let common = |host: &str, level: u8, people: u64, origin: &str| {
        format!(
            ",Flood <b>2031</b>,Alba,XAA,{host},{level},{people},2031-03-12T00:00:00,2031,3,3,Natural disaster,,,{origin},MPD,\
             Active"
        )
    };
    let header = "id,operation,admin0Name,admin0Pcode,admin1Name,admin1Pcode,admin2Name,admin2Pcode,adminLevel,\
                  numPresentIdpInd,reportingDate,yearReportingDate,monthReportingDate,roundNumber,displacementReason,\
                  numberMales,numberFemales,idpOriginAdmin1Name,idpOriginAdmin1Pcode,assessmentType,operationStatus";
    // Weight 2: numbers are multiples of 10. North: 340, of it 200 from North; the rest pools South (120) with nowhere (20).
    // South: 90, of which only South's own 80 may be told: one origin is no split. Ox 320, the nameless district withheld.
    let expected = [
        header.to_owned(),
        common(",,,", 0, 430, "Not available,Not available"),
        common("\"North, upper\",XA01,,", 1, 140, "Not available,Not available"),
        common("\"North, upper\",XA01,,", 1, 200, "\"North, upper\",XA01"),
        common("South,XA02,,", 1, 90, "Not available,Not available"),
        common("\"North, upper\",XA01,Ox,XA0101", 2, 320, "Not available,Not available"),
        common("South,XA02,\"É\"\"l\",XA0201", 2, 90, "Not available,Not available"),
    ];
    assert_eq!(csv_of("idps_admin").lines().collect::<Vec<_>>(), expected);
}

#[test]
fn the_parquet_twin_of_idps_admin_holds_what_is_withheld() {
    package(&World::new(), &two_days(), |package| {
        let tables = package.tables().unwrap();
        let idps = tables.iter().find(|own| own.name() == "idps_admin").unwrap();
        assert_eq!((idps.rows(), idps.suppressed()), (7, 1), "the nameless district: 12 subscribers");
        let column = |name: &str| {
            use arrow_array::cast::AsArray;
            let own = idps.batch.column_by_name(name).unwrap();
            own.as_primitive::<arrow_array::types::Int64Type>().iter().collect::<Vec<_>>()
        };
        let [low, told, high] = ["persons_low", "numPresentIdpInd", "persons_high"].map(column);
        assert_eq!(told[5], None);
        // North: 340 (300 to 380; half a width of 17 is 0.92·√340, of class 1.35: times √345 it is 25, and half a step more, in tens
        // upwards) less 200 (180 to 220; 10, of class 0.9).
        assert_eq!((low[1], told[1], high[1]), (Some(80), Some(140), Some(200)));
        assert!((0..7).all(|row| low[row] <= told[row] && told[row] <= high[row]));
    });
}

/// The constraints of the published schema that formats §4.4 lists.
#[test]
fn hapi_idps_keeps_the_constraints_of_hapi() {
    let text = csv_of("hapi_idps");
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = "location_code,has_hrp,in_gho,provider_admin1_name,provider_admin2_name,admin1_code,admin1_name,admin2_code,\
                  admin2_name,admin_level,operation,assessment_type,population,reporting_round,reference_period_start,\
                  reference_period_end,dataset_hdx_id,resource_hdx_id,warning,error";
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>().join(","), header);
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 5, "the country, two provinces, two of three districts");
    let mut keys = std::collections::BTreeSet::new();
    for row in &rows {
        let level: u8 = row["admin_level"].parse().unwrap();
        assert!(level <= 2 && row["location_code"] == "XAA" && row["has_hrp"] == "Y" && row["in_gho"].is_empty());
        assert_eq!(["admin1_code", "admin2_code"].map(|own| row[own].is_empty()), [level < 1, level < 2], "{row:?}");
        assert!(row["provider_admin1_name"].chars().count() <= 512 && row["population"].parse::<u64>().is_ok());
        assert!(level < 2 || !row["provider_admin2_name"].is_empty(), "a blank at least");
        assert!(row["reporting_round"].parse::<u32>().is_ok());
        assert_eq!(row["reference_period_start"], row["reference_period_end"]);
        assert!(!["BA", "ETT", "SA"].contains(&row["assessment_type"].as_str()) && !row["error"].is_empty());
        assert_eq!(row["warning"], "in_gho not given");
        let key = ["admin1_code", "admin2_code", "provider_admin1_name", "provider_admin2_name", "assessment_type"];
        assert!(keys.insert(key.map(|own| row[own].clone())), "{row:?} twice");
    }
    let people: Vec<&str> = rows.iter().map(|row| row["population"].as_str()).collect();
    assert_eq!(people, ["430", "340", "90", "320", "90"], "the sum over origins of idps_admin");
}

#[test]
fn exports_by_hand() {
    assert_eq!(
        csv_of("od_wide_adm1__stock_displaced_IDP"),
        "origin_pcode,XA01,XA02,_UNKNOWN\nXA01,200,,\nXA02,120,80,\n_UNKNOWN,,,\n"
    );
    assert_eq!(csv_of("flowmap/locations"), "id,name,lat,lon\nXA0101,Ox,28.0,84.5\nXA0102,XA0102,28.0,85.5\n");
    assert_eq!(
        csv_of("flowmap/flows"),
        "origin,dest,count,time\nXA0101,XA0101,200,2031-03-12\n",
        "XA0201 has no place"
    );
    let areas = csv_of("areas_admin");
    assert!(areas.ends_with("2,XA0201,\"É\"\"l\",XA02,xaa_v01,,,1234.568,10000.0,7\n"), "{areas}");
}

#[test]
fn the_reason_is_that_of_the_operator() {
    let flows = csv_of("flows_adm1__stock_displaced");
    assert!(flows.lines().skip(1).all(|line| line.ends_with(",Natural disaster,MPD")), "{flows}");
}

#[test]
fn hashtags_stand_below_the_header_where_they_are_asked_for() {
    package(&World::new(), &two_days(), |package| {
        let csv = |table: EncodedTable| {
            let mut bytes = Vec::new();
            write_csv(&table, &mut bytes).unwrap();
            String::from_utf8(bytes).unwrap()
        };
        let mut tagged = 0;
        for table in package.tables().unwrap().into_iter().filter(|own| own.has_csv(true)) {
            let (name, plain, with) = (table.name().to_owned(), csv(table.clone()), csv(table.with_hxl_row()));
            let for_others = name.contains('/') || name.starts_with("od_wide") || name == "hapi_idps";
            assert_eq!(plain == with, for_others, "{name}");
            if plain != with {
                let (header, tags) = (with.lines().next().unwrap(), with.lines().nth(1).unwrap());
                assert_eq!(header.split(',').count(), tags.split(',').count());
                assert!(tags.split(',').all(|own| own.is_empty() || own.starts_with('#')), "{tags}");
                assert_eq!(plain, with.replacen(&format!("{tags}\n"), "", 1), "nothing else");
                tagged += 1;
            }
        }
        assert!(tagged > 3);
    });
}

#[test]
fn the_network_by_hand() {
    assert_eq!(
        csv_of("coverage_daily"),
        "date,adm_level,area_id,cod_version,kappa,coverage_flag,suppressed,suppression_reason\n\
         2031-03-11,1,XA01,xaa_v01,0.75,low,false,\n2031-03-11,1,XA02,xaa_v01,,,true,confidential\n\
         2031-03-11,2,XA0101,xaa_v01,0.45,withhold,false,\n2031-03-11,2,XA0102,xaa_v01,,,false,\n"
    );
    // 400 subscribers, 120 radio cells: 2 % hold five of the one, 5 % of the other. Of the released day seven pairs of the
    // universe of nine are withheld, and of the country's displaced the figure is not told.
    let rows: Vec<String> = csv_of("quality_daily").lines().skip(1).map(str::to_owned).collect();
    assert_eq!(
        rows,
        [
            "2031-03-09,0,XA,,,,,,false,false,not_delivered,,,false,",
            "2031-03-10,0,XA,,,,,,false,false,,,,true,confidential",
            "2031-03-11,0,XA,88.0,50.0,75.0,17,true,true,false,few_events,,,false,",
            "2031-03-12,0,XA,,,,,,false,false,not_delivered,7,,false,",
        ]
    );
}

#[test]
fn the_folder_describes_itself_and_is_read_back() {
    let parent = tempfile::tempdir().unwrap();
    let write = |name: &str| {
        package(&World::new(), &two_days(), |package| {
            let folder = ReleaseFolder::begin(parent.path(), name, serde_json::json!({})).unwrap();
            package.write(&package.tables().unwrap(), &folder, true).unwrap();
            folder.finish().unwrap()
        })
    };
    let (folder, again) = (write("a"), write("b"));
    for name in ["datapackage.json", "README.md", "hdx.yaml", "SHA256SUMS"] {
        assert_eq!(fs::read(folder.join(name)).unwrap(), fs::read(again.join(name)).unwrap(), "{name}");
    }
    let package: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.join("datapackage.json")).unwrap()).unwrap();
    for resource in package["resources"].as_array().unwrap() {
        let path = folder.join(resource["path"].as_str().unwrap());
        assert_eq!(fs::metadata(&path).unwrap().len(), resource["bytes"], "{}", path.display());
    }
    assert_eq!(package["licenses"][0]["name"], "CC-BY-4.0");
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    assert!(readme.lines().count() < 80 && readme.contains("Flood \\<b\\>2031") && !readme.contains("<b>"), "{readme}");

    let headline = read_headline(&folder).unwrap();
    assert_eq!((headline.operation.as_str(), headline.day.to_string().as_str()), ("Flood <b>2031</b>", "2031-03-12"));
    let country = headline.country("displacement.stock").unwrap();
    assert_eq!((country.value, country.interval), (Some(430), Some([390, 470])));
    let (top, suppressed) = headline.top("displacement.stock", 2, 5);
    assert_eq!(
        (top.iter().map(|own| own.area_id.as_str()).collect::<Vec<_>>(), suppressed),
        (vec!["XA0101", "XA0201"], 1)
    );
    assert!(matches!(read_headline(parent.path()), Err(PublishError::Io { .. })));
}

#[test]
fn counts_of_subscribers_are_in_no_shape_of_people() {
    let day = OutgoingDay { unit: FigureUnit::Subscribers, ..day() };
    package(&World::new(), &[day], |package| {
        let tables = package.tables().unwrap();
        assert!(tables.iter().all(|own| !["idps_admin", "hapi_idps"].contains(&own.name())));
        assert!(tables.iter().any(|own| own.name() == "flowmap/flows" && own.rows() == 1));
    });
}
