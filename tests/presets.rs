//! Each layout that is known by name, read as its documentation shows it: the instants, the subscribers, the reasons.

use crate::bad_files_corpus::{gz, zst};
use crate::bad_files_parquet::{texts, written};
use crate::support::Dir;
use arrow_array::{ArrayRef, BinaryArray, TimestampMicrosecondArray};
use hexodus_ingest::{
    FileRead, Holding, Ingester, KnownFiles, PseudonymKey, SourceSpec, discover, resolve_preset, settle_alone,
};
use hexodus_model::FaultCode::{
    DateDisagrees, GroupUnknown, Hour24, NoLocation, NullValue, OutOfRange, SentinelLocation,
};
use hexodus_model::GroupedEvents;
use hexodus_model::{Calendar, DayPlaces, FaultCode, LocationId, Locations, RowCounts};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A subscriber, the instant and the place of an event.
type Event = (u64, String, String);

/// What was read.
#[derive(Debug, Default)]
struct Read {
    counts: RowCounts,
    events: BTreeSet<Event>,
    traits: BTreeSet<Saying>,
}

/// A day, a group, a country code, and whose they are.
type Saying = (String, Option<String>, Option<u16>, u64);

impl Read {
    fn subscribers(&self) -> usize {
        self.events.iter().map(|(subscriber, ..)| subscriber).collect::<BTreeSet<_>>().len()
    }

    /// Instants and places, in order.
    fn moments(&self) -> Vec<(&str, &str)> {
        let mut moments: Vec<(&str, &str)> = self.events.iter().map(|(_, at, place)| (&**at, &**place)).collect();
        moments.sort_unstable();
        moments
    }

    fn count(&self, code: FaultCode) -> u64 {
        self.counts.rejected.get(&code).or(self.counts.flagged.get(&code)).copied().unwrap_or(0)
    }
}

/// Reads files through a source; every row must be accounted for.
fn read(source: &str, glob: &str, files: &[(String, Vec<u8>)]) -> Read {
    let dir = Dir::new();
    for (name, bytes) in files {
        dir.write(name, bytes);
    }
    let mut spec: SourceSpec = toml::from_str(&format!("id = \"op\"\n{source}")).unwrap();
    spec.file.glob = glob.into();
    let spec = resolve_preset(spec).unwrap();
    let (calendar, key) = (Calendar::utc(), PseudonymKey::from_bytes([9; 32]));
    let holding = Holding {
        buckets: 4,
        rows_in_memory: 1 << 20,
        traits_in_memory: usize::MAX,
        spill_folder: std::env::temp_dir(),
    };
    let ingester = Ingester::new(&calendar, &key, hexodus_locate::h3_of_point, Locations::default(), holding, &|_| {});
    let mut read = Read::default();
    for delivery in discover(0, &spec, &dir.path("")).unwrap() {
        let files = ingester.read(&delivery, &spec, &KnownFiles::default()).unwrap().unwrap();
        let mut files = FileRead::new_ones(files);
        for (day, said) in files.iter().flat_map(|file| &file.traits) {
            let rows = said.rows();
            let rows = rows.map(|(who, group, mcc)| (day.to_string(), group.map(str::to_owned), mcc, who.bits()));
            read.traits.extend(rows);
        }
        let days: BTreeSet<_> = files.iter().flat_map(|file| file.days.keys().copied()).collect();
        let locations = ingester.locations();
        for day in days {
            let window = calendar.window(day);
            let settled = settle_alone(&mut files, day, &DayPlaces::default(), 4).unwrap();
            for row in settled.iter().flat_map(GroupedEvents::rows) {
                let at = jiff::Timestamp::from_microsecond(window.start.0 + row.moment.micros_of_day()).unwrap();
                let place = match &locations.ids()[row.moment.location().0 as usize] {
                    LocationId::RadioCell(id) => id.to_string(),
                    LocationId::Point(h3) => h3.to_string(),
                    LocationId::NullIsland => "(0, 0)".into(),
                };
                read.events.insert((row.subscriber.bits(), at.to_string(), place));
            }
        }
        for file in &files {
            assert!(file.audit.days.values().all(RowCounts::balances), "{:?}", file.audit);
            read.counts.add(&file.audit.total());
        }
    }
    read
}

/// A layout: its source, and rows by the date they are filed under.
struct Sample {
    source: &'static str,
    header: &'static str,
    delimiter: char,
    days: Vec<(&'static str, Vec<&'static str>)>,
}

impl Sample {
    fn csv(&self, rows: &[&str]) -> Vec<u8> {
        rows.iter().fold(self.header.to_owned(), |text, row| text + row + "\n").into_bytes()
    }

    fn parquet(&self, rows: &[&str]) -> Vec<u8> {
        let names: Vec<&str> = self.header.trim_end().split(self.delimiter).collect();
        let column =
            |at: usize| texts(&rows.iter().map(|row| row.split(self.delimiter).nth(at).unwrap()).collect::<Vec<_>>());
        written(&names.iter().enumerate().map(|(at, &name)| (name, column(at))).collect::<Vec<_>>())
    }

    /// Reads it as one file of many days, as dated files, as several compressed files a day, in folders, as Parquet:
    /// the events are the same.
    fn in_every_form(&self) -> Read {
        let all: Vec<&str> = self.days.iter().flat_map(|(_, rows)| rows.iter().copied()).collect();
        let one = read(self.source, "*.csv", &[("all.csv".into(), self.csv(&all))]);
        let mut forms =
            vec![("many files that start with x", "x*.csv", Vec::new()), ("{date}", "{date}.csv", Vec::new())];
        forms.push(("several files a day, gz", "e_{date}_*.csv.gz", Vec::new()));
        forms.push(("folders, zst", "**/day={date}/*.zst", Vec::new()));
        for (date, rows) in &self.days {
            let (head, tail) = rows.split_at(rows.len() / 2);
            let compact = date.replace('-', "");
            let number = forms[0].2.len();
            forms[0].2.push((format!("x{number}.csv"), self.csv(rows)));
            forms[1].2.push((format!("{date}.csv"), self.csv(rows)));
            // A file without any good row would be refused.
            let parts = if rows.len() < 3 { [rows.as_slice(), &[]] } else { [head, tail] };
            for (part, rows) in parts.iter().enumerate().filter(|(_, rows)| !rows.is_empty()) {
                forms[2].2.push((format!("e_{compact}_{part}.csv.gz"), gz(&self.csv(rows))));
                forms[3].2.push((format!("in/day={date}/{part}.csv.zst"), zst(&self.csv(rows))));
            }
        }
        if !self.header.is_empty() {
            forms.push(("Parquet", "*.parquet", vec![("all.parquet".into(), self.parquet(&all))]));
        }
        for (form, glob, files) in forms {
            let again = read(self.source, glob, &files);
            assert_eq!(again.events, one.events, "{form}");
            assert_eq!(again.traits, one.traits, "{form}");
            assert_eq!((again.counts.read, &again.counts.rejected), (one.counts.read, &one.counts.rejected), "{form}");
        }
        one
    }
}

#[test]
fn generic() {
    let source = r#"
        columns = { user_id = "sim", timestamp = "when", radio_cell_id = "tower" }
        time = { tz = "Asia/Kathmandu" }
        file = { glob = "", delimiter = "|" }"#;
    let first = vec!["a91f03c7|2031-03-02 06:10:00|011|voice", "a91f03c7|2031-03-02 19:44:31|027|sms"];
    let sample = Sample {
        source,
        header: "sim|when|tower|kind\n",
        delimiter: '|',
        days: vec![("2031-03-02", first), ("2031-03-03", vec!["b|2031-03-03 06:00|011|"])],
    };
    let read = sample.in_every_form();
    assert_eq!((read.subscribers(), read.traits.len()), (2, 0), "no such column, no traits");
    let expected = [("2031-03-02T00:25:00Z", "011"), ("2031-03-02T13:59:31Z", "027"), ("2031-03-03T00:15:00Z", "011")];
    assert_eq!(read.moments(), expected);
}

#[test]
fn multimno() {
    let source = "preset = \"multimno\"";
    let header = "user_id,timestamp,cell_id,loc_error,is_modified,longitude,latitude,mcc,mnc,plmn\n";
    let first = vec![
        "x9c,2031-03-02T06:10:00,001010000000011,,f,,,1,01,",
        "x9c,2031-03-02 19:44:31,,,f,20.5,10.1,1,01,",
        "x51,2031-03-02T20:00:00,,,f,,,1,01,99999",
    ];
    let days = vec![
        ("2031-03-02", first),
        ("2031-03-03", vec!["x9c,2031-03-03T06:10:00,7,,f,,,21,01,", "x9c,2031-03-03T06:10:01,7,,f,,,214,01,"]),
    ];
    let read = Sample { source, header, delimiter: ',', days }.in_every_form();
    assert_eq!((read.events.len(), read.count(NoLocation), read.count(OutOfRange)), (3, 1, 1));
    assert_eq!(read.moments()[0], ("2031-03-02T06:10:00Z", "001010000000011"));
}

const FLOWKIT: &str = "datetime,msisdn_counterpart,id,msisdn,location_id,outgoing,duration,tac\n";

#[test]
fn flowkit() {
    let first = vec![
        r"2031-03-02 06:10:00+00,\x51e4b2,i-7f1,\x9c01aa,001010000000011,t,3.5,00000000",
        r"2031-03-02 06:10:00+00,\x9c01aa,i-7f1,\x51e4b2,001010000000011,f,3.5,00000000",
        r"2031-03-02 12:10:00+05:45,\x51e4b2,i-7f3,\x9c01aa,,t,1,00000000",
        r"2031-03-02 11:55:00+0545,\x51e4b2,i-7f2,\x9c01aa,001010000000011,t,1,00000000",
        r"2031-03-02 12:10:00+05:45,\x51e4b2,i-7f3,\x9c01aa,\N,t,1,00000000",
        r"2031-03-02 12:10:00,\x51e4b2,i-7f3,\x9c01aa,27,t,1,00000000",
    ];
    let days = vec![("2031-03-02", first), ("2031-03-03", vec![r"2031-03-03 06:10:00+00,,i-8,\x9c01aa,27,t,1,"])];
    let read = Sample { source: "preset = \"flowkit\"", header: FLOWKIT, delimiter: ',', days }.in_every_form();
    assert_eq!(
        (read.subscribers(), read.events.len()),
        (2, 3),
        "both legs of a call are kept: they are two subscribers"
    );
    assert_eq!(read.counts.duplicates, 1, "11:55 at +05:45 is 06:10 UTC");
    assert_eq!((read.count(NoLocation), read.count(SentinelLocation), read.count(FaultCode::CannotParse)), (1, 1, 1));
}

#[test]
fn flowkit_bytes_and_their_hexadecimal_text_agree() {
    let csv =
        format!("{FLOWKIT}2031-03-02 08:00:00+00,,i,\\x9c01aa,11,t,1,\n2031-03-02 08:00:00+00,,i,plain,11,f,1,\n");
    let text = read("preset = \"flowkit\"", "*.csv", &[("a.csv".into(), csv.into_bytes())]);
    let ids: ArrayRef = Arc::new(BinaryArray::from(vec![&b"\x9c\x01\xaa"[..], b"plain"]));
    let at = TimestampMicrosecondArray::from(vec![1_930_204_800_000_000; 2]).with_timezone("+00:00");
    let bytes = written(&[("msisdn", ids), ("datetime", Arc::new(at)), ("location_id", texts(&["11", "11"]))]);
    let bytes = read("preset = \"flowkit\"", "*.parquet", &[("a.parquet".into(), bytes)]);
    assert_eq!(text.events, bytes.events);
    assert_eq!(text.subscribers(), 2);
}

#[test]
fn every_table_of_flowkit() {
    for header in [
        "datetime,msisdn,location_id",
        "id,outgoing,datetime,network,msisdn,location_id,imsi",
        "msisdn,datetime,volume_total,location_id,type",
    ] {
        let row = |name| match name {
            "datetime" => "2031-03-02 08:00:00.123+00",
            "msisdn" => "\\x51",
            "location_id" => "7",
            _ => "x",
        };
        let row = header.split(',').map(row).collect::<Vec<_>>().join(",");
        let read = read("preset = \"flowkit\"", "*.csv", &[("mds.csv".into(), format!("{header}\n{row}\n").into())]);
        assert_eq!(read.moments(), [("2031-03-02T08:00:00.123Z", "7")], "{header}");
    }
}

#[test]
fn flowminder_minimal() {
    let source = "preset = \"flowminder-minimal\"\ntime = { tz = \"Africa/Accra\" }";
    let first = vec![
        "u0001,2031-03-02,2031-03-02 06:10:00,T11",
        "u0001,2031-03-01,2031-03-02 19:44:31,T27",
        "u0002,2031-03-02,2031-03-02 19:44:31,",
        "u0001,2031-03-02,2031-03-02 06:10:00,T11",
    ];
    let days = vec![("2031-03-02", first), ("2031-03-03", vec!["u0002,2031-03-03,2031-03-03 00:00:00,T11"])];
    let sample = Sample { source, header: "msisdn,call_date,call_datetime,location_id\n", delimiter: ',', days };
    let read = sample.in_every_form();
    assert_eq!((read.events.len(), read.counts.duplicates), (3, 1));
    assert_eq!(
        (read.count(DateDisagrees), read.count(NoLocation)),
        (1, 1),
        "the time is trusted, the difference counted"
    );
    assert_eq!(read.moments()[1], ("2031-03-02T19:44:31Z", "T27"));
}

const D4R: &str = "preset = \"d4r\"\ntime = { tz = \"Etc/GMT-3\" }\nidentity = { id_epoch = \"none\" }";

#[test]
fn d4r() {
    let first = vec![
        "1000000042,02-03-2017 24:00,17,6",
        "2000000042,03-03-2017 07:15,738,6",
        "2000000042,03-03-2017 07:15,18,6",
        "3000000042,03-03-2017 07:15,18,6",
        "1000000042,03-04-2017 08:00,762,6",
    ];
    let days = vec![("2017-04-02", first), ("2017-04-03", vec!["1000000042,03-04-2017 08:00,17,6"])];
    let sample = Sample { source: D4R, header: "CALLER_ID,TIMESTAMP,DISTRICT_ID,CITY_ID\n", delimiter: ',', days };
    let read = sample.in_every_form();
    let expected = [("2017-03-02T21:00:00Z", "17"), ("2017-03-03T04:15:00Z", "18"), ("2017-04-03T05:00:00Z", "17")];
    assert_eq!(read.moments(), expected, "hour 24 is the next midnight, and 03-04 is the third of April");
    assert_eq!(read.subscribers(), 2, "1000000042 and 2000000042 share a tail and nothing else");
    assert_eq!((read.count(Hour24), read.count(SentinelLocation), read.count(GroupUnknown)), (1, 2, 1));
    let groups: Vec<_> = read.traits.iter().map(|(day, group, ..)| (&**day, group.as_deref().unwrap())).collect();
    let expected = [("2017-03-02", "refugee"), ("2017-03-03", "non-refugee"), ("2017-04-03", "refugee")];
    assert_eq!(groups, expected, "of accepted rows only");

    let headless = Sample { header: "", ..sample };
    assert_eq!(headless.in_every_form().events, read.events, "the header is optional");
}

#[test]
fn d4r_as_documented_and_its_successors() {
    let one = |source: &str, text: &str| read(source, "*.txt", &[("a.txt".into(), text.into())]);
    // Data set 2: sites, in which 738 is a site like any other.
    let sites = one(D4R, "CALLER_ID,TIMESTAMP,CALLEE_PREFIX,SITE_ID\n1000000042,2017-03-02 24,2,738\n");
    assert_eq!(sites.moments(), [("2017-03-02T21:00:00Z", "738")]);
    let ending = D4R.replace("tz =", "hour_label = \"ending\", tz =");
    let sites = one(&ending, "CALLER_ID,TIMESTAMP,CALLEE_PREFIX,SITE_ID\n1000000042,02-03-2017 24,2,738\n");
    assert_eq!(sites.moments(), [("2017-03-02T20:00:00Z", "738")], "23:00 of the same date");
    // The successor: an index without a name, date and hour in two columns, misspelt names, no groups in the ids.
    let successor = D4R.replace("id_epoch", "group_from_prefix = {}, id_epoch");
    let header = ",CUSTOMER_ID,DAY,HOUR,CALER_SITE_ID,CALLE_SITE_ID,CALER_SEGMENT,CALLEE_SEGMENT\n";
    let read = one(&successor, &format!("{header}0,977,02/03/2020,7,12,13,A,B\n1,,02/03/2020,7,12,13,A,B\n"));
    assert_eq!((read.moments(), read.count(NullValue)), (vec![("2020-03-02T04:00:00Z", "12")], 1));
}

#[test]
fn d4r_ids_of_two_windows_are_never_linked() {
    let source = D4R.replace("\"none\"", "{ start = \"2017-01-02\", days = 14 }");
    let rows =
        "CALLER_ID,TIMESTAMP,SITE_ID\n1007,02-01-2017 08:00,5\n1007,15-01-2017 08:00,5\n1007,16-01-2017 08:00,5\n";
    let read = read(&source, "*.csv", &[("a.csv".into(), rows.into())]);
    assert_eq!((read.events.len(), read.subscribers()), (3, 2));
}

#[test]
fn d4d() {
    let source = "preset = \"d4d\"\nidentity = { id_epoch = { start = \"2031-02-03\", days = 14 } }";
    let days = vec![
        ("2031-02-03", vec!["7,2031-02-03 08:40:00,9001", "7,2031-02-03 08:40:00,9002", "8,2031-02-03 08:50:00,-1"]),
        ("2031-02-04", vec!["7,2031-02-04 08:40:00,9001"]),
        ("2031-02-17", vec!["7,2031-02-17 08:40:00,9001"]),
    ];
    let read = Sample { source, header: "", delimiter: ',', days }.in_every_form();
    assert_eq!((read.events.len(), read.count(SentinelLocation)), (4, 1), "both antennas of one instant are kept");
    assert_eq!(read.subscribers(), 2, "7 of the next fortnight is somebody else");
    let tabs = "preset = \"d4d\"\nfile = { glob = \"\", delimiter = \"\\t\" }\nidentity = { id_epoch = \"none\" }";
    let read = self::read(
        tabs,
        "*.TSV",
        &[("SET2.TSV".into(), "7\t2031-02-03 08:40:00\t-1\n7\t2031-02-03 08:40:00\t3\n".into())],
    );
    assert_eq!(read.moments(), [("2031-02-03T08:40:00Z", "3")]);
}

#[test]
fn lat_lon() {
    let first = vec!["p01,2031-03-02T06:10:00Z,10.10431,20.51207", "p01,2031-03-02T19:44:31Z,10.18102,20.60051"];
    let days = vec![("2031-03-02", first), ("2031-03-03", vec!["p02,2031-03-03 06:10:00+0000,0,0"])];
    let sample = Sample { source: "preset = \"lat-lon\"", header: "user,utc,lat,lon\n", delimiter: ',', days };
    let read = sample.in_every_form();
    assert_eq!((read.events.len(), read.count(FaultCode::CoordsZero)), (3, 1));
    assert_eq!(read.moments()[2], ("2031-03-03T06:10:00Z", "(0, 0)"));
}

/// One file a subscriber, as bandicoot has them.
#[test]
fn files_that_are_one_subscriber_each() {
    let source = r#"
        columns = { timestamp = "datetime", radio_cell_id = "antenna_id" }
        identity = { from_file_name = true }
        time = { tz = "America/New_York" }"#;
    let text =
        "interaction,direction,correspondent_id,datetime,call_duration,antenna_id\ntext,out,A,2014-03-02 07:13:30,,2\n";
    let column = |name: &'static str, value: &str| (name, texts(&[value]));
    let parquet = written(&[column("datetime", "2014-03-02 08:13:30"), column("antenna_id", "2")]);
    let files = [
        ("ego.csv".to_owned(), text.into()),
        ("A.csv.gz".into(), gz(text.as_bytes())),
        ("ego.parquet".into(), parquet),
    ];
    let read = read(source, "*", &files);
    assert_eq!((read.events.len(), read.subscribers()), (3, 2), "ego twice, A once");
    let by_subscriber: BTreeMap<u64, usize> =
        read.events.iter().fold(BTreeMap::new(), |mut counts, (subscriber, ..)| {
            *counts.entry(*subscriber).or_default() += 1;
            counts
        });
    assert_eq!(by_subscriber.values().copied().collect::<BTreeSet<_>>(), [1, 2].into());
}

/// Localities that are P-codes: tables of areas, and of nothing finer.
#[test]
fn places_named_by_their_p_code_are_their_areas() {
    let dir = crate::small::country();
    dir.write("radio_cells.csv", "cell_id,locality\na,XB0101\nb,XB0102\nc,XB9999\n");
    dir.configure("[output]\npresence_h3_hourly = true\ntrips_consecutive = true");
    dir.edit("dumps/2031-03-01.csv", "s039,2031-03-01 08:39:00,a", "s039,2031-03-01 08:39:00,c");
    let run = dir.hexodus("run").exits(0);
    run.says(&["2 rows are placed by the P-code of their area", "no P-code of [areas], the first is \"XB9999\""]);
    let total = dir.manifest().files[0].total();
    assert_eq!((total.located, total.unlocated), (79, 1));
    let names: Vec<String> = dir.released().into_keys().collect();
    assert!(names.iter().any(|name| name == "flows_adm2__trips_consecutive.csv"), "{names:?}");
    assert!(!names.iter().any(|name| name.contains("h3")), "no table is finer than areas: {names:?}");
    let limits = dir.method()["limits"].to_string();
    assert!(limits.contains("places are areas"), "{limits}");
    // The same people with positions: the same tables of areas.
    let placed = crate::small::country();
    placed.edit("dumps/2031-03-01.csv", "s039,2031-03-01 08:39:00,a", "s039,2031-03-01 08:39:00,unknown");
    placed.hexodus("run").exits(0);
    for table in ["presence_adm1", "presence_adm2", "flows_adm1__day_to_day", "flows_adm2__day_to_day"] {
        assert_eq!(dir.table(table), placed.table(table), "{table}");
    }
}

#[test]
fn places_that_are_only_named_stay_unlocated_and_those_with_coordinates_do_not() {
    let dir = |plan: &str| {
        let dir = Dir::new();
        let source = "[[source]]\nid = \"op\"\npreset = \"d4r\"\nfile = { glob = \"*.txt\" }\ntime = { tz = \"Etc/GMT-3\" }\nidentity = { id_epoch = \"none\" }";
        dir.write(
            "hexodus.toml",
            format!("time = {{ zone = \"Etc/GMT-3\" }}\n{source}\n[radio_cells]\npath = \"plan.csv\"\n"),
        );
        dir.write("hexodus.key", crate::small::KEY);
        dir.set_mode("hexodus.key", 0o600);
        dir.write("plan.csv", plan);
        dir.write(
            "a.txt",
            "CALLER_ID,TIMESTAMP,DISTRICT_ID,CITY_ID\n1001,02-03-2017 08:00,17,6\n2001,02-03-2017 08:00,18,6\n",
        );
        dir.hexodus("run").exits(0);
        dir.hexodus("explain").exits(0).says(&["hour_24 = \"next-day\"", "area_sentinels", "in_future = \"reject\""]);
        let total = dir.manifest().files[0].total();
        (total.located, total.unlocated)
    };
    assert_eq!(dir("district_id,name\n17,Brume\n18,Corva\n"), (0, 2));
    assert_eq!(dir("district_id,name,city,longitude,latitude\n17,Brume,Alba,32.5,39.1\n18,Corva,Alba,,\n"), (1, 1));
}
