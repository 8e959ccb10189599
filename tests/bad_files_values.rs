//! What a row says: times, ids, places, network codes.

use crate::bad_files_corpus::{Case, GOOD, HEADER, case, judge, rows};
use hexodus_model::FaultCode::{
    CannotParse, CoordsSwapped, CoordsZero, DateDisagrees, DistrictOnly, DstAmbiguous, DstNonexistent, GroupUnknown,
    Hour24, InFuture, InboundRoamer, MachineDevice, NoLocation, NoMnoInfo, NullValue, OutOfRange, OutboundRoamer,
    OutsideCountry, OutsideFileDay, RawIdentifier, SentinelLocation,
};

const FORMAT: &str = "format = \"%Y-%m-%d %H:%M:%S\"";
const TZ: &str = "tz = \"utc\"";
const PLACE: &str = "radio_cell_id = \"tower\"";

fn times(name: &'static str, times: &[&str]) -> Case {
    rows(
        name,
        &times.iter().enumerate().map(|(number, time)| format!("s{number},{time},a\n")).collect::<Vec<_>>().concat(),
    )
}

/// Rows without the good one, in a format of their own.
fn written(name: &'static str, format: &str, tz: &str, times: &[&str]) -> Case {
    let rows: String =
        times.iter().enumerate().map(|(number, time)| format!("s{number},{time},a\n")).collect::<Vec<_>>().concat();
    case(name, "2031-03-02.csv", format!("{HEADER}{rows}"))
        .with(FORMAT, &format!("format = \"{format}\""))
        .with(TZ, &format!("tz = \"{tz}\""))
}

#[test]
fn times_as_they_are_written() {
    judge(&[
        times("two formats in one file", &["02/03/2031 08:00:00"]).located(1).rejected(CannotParse, 1),
        times("no such date", &["2031-02-29 08:00:00", "2031-13-01 08:00:00", "2031-03-00 08:00:00"])
            .located(1)
            .rejected(CannotParse, 3),
        times("no such time", &["2031-03-02 25:00:00", "2031-03-02 08:60:00", "2031-03-02 08:00:61"])
            .located(1)
            .rejected(CannotParse, 3),
        times("a leap second", &["2031-03-02 23:59:60"]).located(2).flagged(OutsideFileDay, 1),
        times("no time", &["", "  "]).located(1).rejected(NullValue, 2),
        times("digits of another script", &["٢٠٣١-٠٣-٠٢ ٠٨:٠٠:٠٠"]).located(1).rejected(CannotParse, 1),
        times("a year of two digits", &["31-03-02 08:00:00"]).located(1).rejected(CannotParse, 1),
        times("years 0000, 1970 and 9999", &["0000-01-01 08:00:00", "1970-01-01 00:00:00", "9999-12-31 23:59:59"])
            .located(1)
            .rejected(OutOfRange, 3),
        times("a negative year", &["-031-03-02 08:00:00"]).located(1).rejected(CannotParse, 1),
        times("outside a declared period", &["2031-03-01 23:59:59"])
            .with(TZ, "tz = \"utc\"\nperiod = [\"2031-03-02\", \"2031-12-31\"]")
            .located(1)
            .rejected(OutOfRange, 1),
        times("hour 24", &["2031-03-02 24:00:00"]).located(1).rejected(CannotParse, 1),
        times("hour 24, as declared", &["2031-03-02 24:00:00", "2031-03-02 24:00:01"])
            .with(TZ, "tz = \"utc\"\nhour_24 = \"next-day\"")
            .located(2)
            .rejected(CannotParse, 1)
            .flagged(Hour24, 1)
            .flagged(OutsideFileDay, 1),
        times("hours named by their end", &["2031-03-02 24:00:00", "2031-03-02 01:00:00"])
            .with(TZ, "tz = \"utc\"\nhour_label = \"ending\"")
            .located(3),
        times("midnight is of one day", &["2031-03-02 00:00:00", "2031-03-03 00:00:00"])
            .located(3)
            .flagged(OutsideFileDay, 1),
        times("late by a day", &["2031-03-01 08:00:00"]).located(2).flagged(OutsideFileDay, 1),
        times("in the future of its file", &["2031-03-03 23:59:59", "2031-03-04 00:00:00", "2036-03-02 08:00:00"])
            .located(2)
            .flagged(OutsideFileDay, 1)
            .rejected(InFuture, 2),
        times("in the future, kept", &["2031-03-09 08:00:00"])
            .table("[source.checks]\nin_future = \"flag\"")
            .located(2)
            .flagged(OutsideFileDay, 1)
            .flagged(InFuture, 1),
        times("in the future, not looked for", &["2031-03-09 08:00:00"])
            .table("[source.checks]\nin_future = \"off\"")
            .located(2)
            .flagged(OutsideFileDay, 1),
        written("seconds since 1970", "epoch-s", "utc", &["1930204800", "1.5", "-1", "99999999999999999999"])
            .located(1)
            .rejected(CannotParse, 2)
            .rejected(OutOfRange, 1),
        written("milliseconds taken for seconds", "epoch-s", "utc", &["1930204800", "1930204800000"])
            .located(1)
            .rejected(OutOfRange, 1),
        written("milliseconds since 1970", "epoch-ms", "utc", &["1930204800000"]).located(1),
        written("microseconds since 1970", "epoch-us", "utc", &["1930204800000000", "9223372036854775807"])
            .located(1)
            .rejected(CannotParse, 1),
        written(
            "twelve hours a half-day",
            "%d %b %Y %I:%M %p",
            "utc",
            &["02 Mar 2031 08:00 PM", "02 Mar 2031 20:00 PM"],
        )
        .located(1)
        .rejected(CannotParse, 1),
        written(
            "offsets in the values",
            "iso",
            "in-value",
            &[
                "2031-03-02 08:00:00+00",
                "2031-03-02 08:00:00+0545",
                "2031-03-02T08:00:00+05:45",
                "2031-03-02T08:00:00.123456789Z",
                "2031-03-02 08:00:00",
                "2031-03-02 08:00:00+25:00",
                "2031-03-02 08:00:00 UTC",
            ],
        )
        .located(4)
        .rejected(CannotParse, 3),
        written(
            "a format of two orders",
            "%d-%m-%Y %H:%M|%Y-%m-%d %H:%M",
            "utc",
            &["02-03-2031 08:00", "2031-03-02 9:00"],
        )
        .located(2),
        case(
            "date and time in two columns",
            "2031-03-02.csv",
            "sim,d,t,tower\ns1,2031-03-02,08:00:00,a\ns2,,08:00:00,a\n",
        )
        .with("timestamp = \"when\"", "date = \"d\"\ntime = \"t\"")
        .located(1)
        .rejected(NullValue, 1),
    ]);
}

/// What is one event and what is several (formats §3, rules 8 to 11).
#[test]
fn one_event_or_several() {
    let typed = "sim,when,tower,kind,id,y,x\n\
        s1,2031-03-02 08:00:00,a,voice,i1,10.05,20.05\n\
        s1,2031-03-02 08:00:00,a,sms,i2,10.05,20.05\n\
        s1,2031-03-02 08:00:00,a,voice,i1,10.15,20.15\n\
        s2,2031-03-02 08:00:00,b,voice,i1,10.05,20.05\n\
        s2,2031-03-02 08:00:00,b,voice,i1,10.05,20.05\n\
        s2,2031-03-02 08:00:00.5,b,voice,i1,10.05,20.05\n";
    let rounded =
        "s1,2031-03-02 08:00:00,a\ns1,2031-03-02 08:00:00,b\ns1,2031-03-02 08:00:00,c\ns1,2031-03-02 08:10:00,a\n";
    judge(&[
        case("types, coordinates and legs are no part of an event", "2031-03-02.csv", typed)
            .with(FORMAT, "format = \"iso\"")
            .with(PLACE, "radio_cell_id = \"tower\"\nevent_type = \"kind\"\nleg_id = \"id\"\nlat = \"y\"\nlon = \"x\"")
            .located(3)
            .duplicates(3),
        rows("times rounded to ten minutes", rounded).with(TZ, "tz = \"utc\"\nprecision_s = 600").located(5),
        written(
            "times of 3GPP charging records",
            "%y%m%d%H%M%S%z",
            "in-value",
            &["310302080000+0000", "310302134500+0545", "310302080000", "311302080000+0000"],
        )
        .located(2)
        .rejected(CannotParse, 2),
    ]);
}

/// Local days follow the zone, whatever the file is called (formats §3, rules 1 to 3).
#[test]
fn days_of_a_zone_of_quarter_hours() {
    // The day begins at 18:15 UTC of the day before.
    let rows =
        "s1,2031-03-01 18:14:59,a\ns2,2031-03-01 18:15:00,a\ns3,2031-03-02 18:14:59,a\ns4,2031-03-02 18:15:00,a\n";
    judge(&[case("a day of Kathmandu in UTC", "2031-03-02.csv", format!("{HEADER}{rows}"))
        .with("zone = \"UTC\"", "zone = \"Asia/Kathmandu\"")
        .located(4)
        .flagged(OutsideFileDay, 2)]);
}

#[test]
fn times_that_clocks_skip_or_repeat() {
    let zone = |tz: &str| format!("tz = \"{tz}\"");
    let gap = |name| {
        case(name, "2031-03-30.csv", format!("{HEADER}s1,2031-03-30 02:30:00,a\ns2,2031-03-30 08:00:00,a\n"))
            .with("zone = \"UTC\"", "zone = \"Europe/Madrid\"")
    };
    let overlap = |name| {
        let rows = "s1,2031-10-26 02:30:00,a\ns1,2031-10-26 01:30:00,a\ns1,2031-10-26 03:30:00,a\n";
        case(name, "2031-10-26.csv", format!("{HEADER}{rows}")).with("zone = \"UTC\"", "zone = \"Europe/Madrid\"")
    };
    let madrid = zone("Europe/Madrid");
    judge(&[
        gap("skipped, moved on").with(TZ, &madrid).located(2).flagged(DstNonexistent, 1),
        gap("skipped, rejected")
            .with(TZ, &format!("{madrid}\ndst_gap = \"reject\""))
            .located(1)
            .rejected(DstNonexistent, 1),
        overlap("repeated, marked").with(TZ, &madrid).located(3).flagged(DstAmbiguous, 1),
        overlap("repeated, the first").with(TZ, &format!("{madrid}\ndst_overlap = \"first\"")).located(3),
        overlap("repeated, the second").with(TZ, &format!("{madrid}\ndst_overlap = \"second\"")).located(3),
        overlap("repeated, rejected")
            .with(TZ, &format!("{madrid}\ndst_overlap = \"reject\""))
            .located(2)
            .rejected(DstAmbiguous, 1),
    ]);
}

#[test]
fn ids() {
    let at = |ids: &[&str]| ids.iter().map(|id| format!("{id},2031-03-02 08:00:00,a\n")).collect::<Vec<_>>().concat();
    let numbers: String =
        (0..200).map(|number| format!("97798{number:08},2031-03-02 08:00:00,a\n")).collect::<Vec<_>>().concat();
    let raw = |name| case(name, "2031-03-02.csv", format!("{HEADER}{numbers}"));
    judge(&[
        rows("ids of blanks", &at(&["", "   ", "\t"])).located(1).rejected(NullValue, 3),
        rows("leading zeros are part of an id", &at(&["007", "7", "07"])).located(4),
        rows("case is part of an id", &at(&["ab", "AB"])).located(3),
        rows("blanks around an id are not", &at(&["s1", " s1 "])).located(2).duplicates(1),
        rows("huge, negative and broken numbers", &at(&[&"9".repeat(40), "-5", "1.5", "1e9", "NaN"])).located(6),
        raw("numbers like those of phones").located(200).flagged(RawIdentifier, 200),
        raw("numbers like those of phones, refused")
            .table("[source.identity]\nraw_identifiers = \"error\"")
            .refused(&["ids that are pseudonyms", "99 % or more of 8 to 15 digits"]),
        raw("numbers that are pseudonyms").table("[source.identity]\nnumeric_pseudonyms = true").located(200),
        case("a few numbers among pseudonyms", "2031-03-02.csv", format!("{HEADER}{numbers}{}", at(&["x", "y", "z"])))
            .located(203),
        rows("a group nobody declared", &at(&["1000042", "2000042", "3000042"]))
            .table("[source.identity]\ngroup_from_prefix = { 1 = \"x\", 2 = \"y\", g = \"z\" }")
            .located(3)
            .rejected(GroupUnknown, 1),
        rows("hexadecimal ids", &at(&["\\x9c01aa", "\\x9C01AA", "\\x9c01a", "\\xzz", "\\N"]))
            .table("[source.identity]\nhex_ids = true")
            .located(2)
            .duplicates(1)
            .rejected(CannotParse, 2)
            .rejected(NullValue, 1),
        rows("the same row three times", &at(&["s1", "s1", "s1"])).located(2).duplicates(2),
        rows(
            "two places at one instant",
            "s1,2031-03-02 08:00:00,a\ns1,2031-03-02 08:00:00,b\ns1,2031-03-02 08:00:00,a\n",
        )
        .located(3)
        .duplicates(1),
    ]);
}

#[test]
fn places() {
    let at = |towers: &[&str]| {
        let row = |(number, tower): (usize, &&str)| format!("s{number},2031-03-02 08:00:00,{tower}\n");
        towers.iter().enumerate().map(row).collect::<String>()
    };
    let point = |name, points: &[&str]| {
        let row = |(number, point): (usize, &&str)| format!("s{number},2031-03-02 08:00:00,{point}\n");
        let rows: String = points.iter().enumerate().map(row).collect();
        case(name, "2031-03-02.csv", format!("sim,when,y,x\ngood,2031-03-02 07:00:00,10.05,20.05\n{rows}"))
            .with(PLACE, "lat = \"y\"\nlon = \"x\"")
    };
    judge(&[
        rows("no radio cell", &at(&["", "  "])).located(1).rejected(NoLocation, 2),
        rows("a radio cell that means none", &at(&["-1", "a"]))
            .table("[source.location]\nsentinels = [\"-1\"]")
            .located(2)
            .rejected(SentinelLocation, 1),
        rows("a radio cell the plan does not know", &at(&["zz"])).located(1).unlocated(1),
        rows("leading zeros are part of a radio cell", &at(&["007", "7"]))
            .plan("007,10.05,20.05,,\n")
            .located(2)
            .unlocated(1),
        rows("case is part of a radio cell", &at(&["A"])).located(1).unlocated(1),
        rows("a radio cell before its validity", "s1,2031-03-02 08:00:00,new\n")
            .plan("new,10.05,20.05,2031-06-01,\n")
            .located(1)
            .unlocated(1),
        rows("a radio cell without coordinates", &at(&["bare"])).plan("bare,,,,\n").located(1).unlocated(1),
        point("the point (0, 0)", &["0,0", "0.000,-0.0", "-0,0"]).located(1).unlocated(3).flagged(CoordsZero, 3),
        point("the point (0, 0), rejected", &["0,0"])
            .table("[source.checks]\ncoords_zero = \"reject\"")
            .located(1)
            .rejected(CoordsZero, 1),
        point("one coordinate of zero", &["0,20.05", "10.05,0"]).located(3),
        point("latitude and longitude swapped", &["120.5,10.05"]).located(1).rejected(OutOfRange, 1),
        point("off the globe", &["90.0001,20", "-91,20", "10,180.5", "10,-540"]).located(1).rejected(OutOfRange, 4),
        point("numbers that are none", &["NaN,20", "10,inf", "-inf,nan", "1e400,20"])
            .located(1)
            .rejected(OutOfRange, 4),
        point("degrees in other ways", &["10°30'N,20", "10d,20", "ten,20"]).located(1).rejected(CannotParse, 3),
        point("a coordinate is missing", &[",20", "10,", ","]).located(1).rejected(NoLocation, 3),
        case(
            "a comma as the decimal mark",
            "2031-03-02.csv",
            "sim;when;y;x\ns1;2031-03-02 08:00:00;10,5;20,5\ns2;2031-03-02 08:00:00;10.5;20.5\n",
        )
        .with(PLACE, "lat = \"y\"\nlon = \"x\"")
        .with("glob = \"dumps/{date}*\"", "glob = \"dumps/{date}*\"\ndelimiter = \";\"")
        .located(1)
        .rejected(CannotParse, 1),
    ]);
}

#[test]
fn networks_and_dates() {
    let coded = |name, codes: &[&str]| {
        let row = |(number, codes): (usize, &&str)| format!("s{number},2031-03-02 08:00:00,a,{codes}\n");
        let rows: String = codes.iter().enumerate().map(row).collect();
        let good = GOOD.replace('\n', ",214,07,21407\n");
        case(name, "2031-03-02.csv", format!("sim,when,tower,mcc,mnc,plmn\n{good}{rows}"))
            .with(PLACE, "radio_cell_id = \"tower\"\nmcc = \"mcc\"\nmnc = \"mnc\"\nplmn = \"plmn\"")
    };
    let dated = |name| {
        let rows = "sim,day,when,tower\ns1,2031-03-02,2031-03-02 08:00:00,a\ns2,2031-03-01,2031-03-02 08:00:00,a\ns3,,2031-03-02 08:00:00,a\n";
        case(name, "2031-03-02.csv", rows).with("timestamp = \"when\"", "timestamp = \"when\"\ndate = \"day\"")
    };
    judge(&[
        coded("networks of five and six digits", &[",,310150", ",,21407", "310,150,", "001,01,00101"]).located(5),
        coded("networks of other lengths", &[",,2140", ",,2140701", ",,21 407"]).located(1).rejected(OutOfRange, 3),
        coded("countries that are none", &["99,,", "1000,,", "0,,", "-214,,", "21a,,"])
            .located(1)
            .rejected(OutOfRange, 5),
        coded("network codes that are none", &["214,7,", "214,1234,", "214,a7,"]).located(1).rejected(OutOfRange, 3),
        coded("no country, where one is wanted", &[",07,21407"])
            .table("[source.checks]\nnull_mcc = \"reject\"")
            .located(1)
            .rejected(NullValue, 1),
        coded("no code at all, kept", &[",,", "214,,"])
            .table("[source.checks]\nno_mno_info = \"flag\"")
            .located(3)
            .flagged(NoMnoInfo, 1),
        coded("no code at all, rejected", &[",,"])
            .table("[source.checks]\nno_mno_info = \"reject\"\nnull_mnc = \"flag\"")
            .located(1)
            .rejected(NoMnoInfo, 1),
        coded("no code at all, not asked for", &[",,"]).located(2),
        dated("another date beside the time").located(3).flagged(DateDisagrees, 1),
        dated("another date beside the time, rejected")
            .table("[source.checks]\ndate_disagrees = \"reject\"")
            .located(2)
            .rejected(DateDisagrees, 1),
    ]);
}

#[test]
fn times_in_the_zone_that_each_row_names() {
    // 13:45 in Kathmandu is 08:00 UTC: rows of one subscriber that mean one instant are one event.
    let rows = [
        ("s1", "2031-03-02 13:45:00", "Asia/Kathmandu"),
        ("s1", "2031-03-02 13:45:00", "+05:45"),
        ("s1", "2031-03-02 08:00:00", "Z"),
        ("s1", "2031-03-02 08:00:00", "utc"),
        ("s2", "2031-03-02 08:00:00", ""),
        ("s3", "2031-03-02 08:00:00", "Asia/Katmandoo"),
        ("s4", "2031-03-02 08:00:00", "+25:00"),
        ("s5", "2031-03-02 23:30:00", "-02"),
    ];
    let zoned = |name, iso: bool| {
        let row = |(sim, when, zone): &(&str, &str, &str)| format!("{sim},{when},a,{zone}\n");
        let text = format!("sim,when,tower,zone\n{}", rows.iter().map(row).collect::<Vec<_>>().concat());
        let case = case(name, "2031-03-02.csv", text).with(TZ, "tz = \"column:Zone\"");
        if iso { case.with(FORMAT, "format = \"iso\"") } else { case }
    };
    let told = |case: Case| {
        case.located(2).duplicates(3).rejected(NullValue, 1).rejected(CannotParse, 2).flagged(OutsideFileDay, 1)
    };
    judge(&[
        told(zoned("a zone a row, by a pattern", false)),
        told(zoned("a zone a row, in ISO", true)),
        zoned("a zone a row, in a column that is not there", false)
            .with("tz = \"column:Zone\"", "tz = \"column:region\"")
            .refused(&["a column named `region` (mapped to tz)"]),
    ]);
}

#[test]
fn ids_in_the_epoch_that_each_row_names() {
    let rows = "s1,2031-03-02 08:00:00,a,w1\ns1,2031-03-02 08:00:00,a,w1\ns1,2031-03-02 08:00:00,a,w2\ns2,2031-03-02 08:00:00,a,\n";
    let text = format!("sim,when,tower,window\n{rows}");
    judge(&[
        case("an epoch a row", "2031-03-02.csv", text.clone())
            .table("[source.identity]\nid_epoch = \"column:window\"")
            .located(2)
            .duplicates(1)
            .rejected(NullValue, 1),
        case("one epoch for all", "2031-03-02.csv", text)
            .table("[source.identity]\nid_epoch = \"window\"")
            .located(2)
            .duplicates(2),
    ]);
}

#[test]
fn places_of_a_country() {
    const BOX: &str = "[source.location]\ncountry_bbox = [15.0, 5.0, 25.0, 15.0]";
    let point = |name, points: &[&str]| {
        let row = |(number, point): (usize, &&str)| format!("s{number},2031-03-02 08:00:00,{point}\n");
        let rows: String = points.iter().enumerate().map(row).collect();
        case(name, "2031-03-02.csv", format!("sim,when,y,x\ngood,2031-03-02 07:00:00,10.05,20.05\n{rows}"))
            .with(PLACE, "lat = \"y\"\nlon = \"x\"")
    };
    let named = |name| {
        case(name, "2031-03-02.csv", format!("{HEADER}{GOOD}s1,2031-03-02 08:00:00,zz\ns2,2031-03-02 08:00:00,\n"))
            .with(PLACE, "area_id = \"tower\"")
    };
    judge(&[
        point("swapped, with a country box", &["20.05,10.05", "10.06,20.06"])
            .table(BOX)
            .located(3)
            .flagged(CoordsSwapped, 1),
        // Swapped back it is the same event as the one that was written right.
        case(
            "swapped and right",
            "2031-03-02.csv",
            "sim,when,y,x\ns1,2031-03-02 08:00:00,10.05,20.05\ns1,2031-03-02 08:00:00,20.05,10.05\n",
        )
        .with(PLACE, "lat = \"y\"\nlon = \"x\"")
        .table(BOX)
        .located(1)
        .duplicates(1)
        .flagged(CoordsSwapped, 1),
        point("swapped, rejected", &["20.05,10.05"])
            .table(&format!("{BOX}\n[source.checks]\ncoords_swapped = \"reject\""))
            .located(1)
            .rejected(CoordsSwapped, 1),
        point("swapped, not looked for", &["20.05,10.05"])
            .table(&format!("{BOX}\n[source.checks]\ncoords_swapped = \"off\""))
            .located(2),
        point("outside the country", &["50.1,8.6", "0,0", "120.5,10.05"])
            .table(BOX)
            .located(2)
            .unlocated(1)
            .flagged(OutsideCountry, 1)
            .flagged(CoordsZero, 1)
            .rejected(OutOfRange, 1),
        point("outside the country, rejected", &["50.1,8.6"])
            .table(&format!("{BOX}\n[source.checks]\noutside_country = \"reject\""))
            .located(1)
            .rejected(OutsideCountry, 1),
        named("a district and no more").located(1).unlocated(1).rejected(NoLocation, 1).flagged(DistrictOnly, 2),
        case(
            "a position a minute",
            "2031-03-02.csv",
            "sim,when,y,x\ns1,2031-03-02 08:00:01,10.05,20.05\ns1,2031-03-02 08:00:59,10.05,20.05\ns1,2031-03-02 08:01:00,10.05,20.05\ns1,2031-03-02 08:00:30,10.15,20.15\n",
        )
        .with(PLACE, "lat = \"y\"\nlon = \"x\"")
        .table("[source.location]\nthin_bursts = true")
        .located(3)
        .duplicates(1),
    ]);
}

#[test]
fn devices_and_networks_of_others() {
    let coded = |name, column: &str, codes: &[&str]| {
        let row = |(number, codes): (usize, &&str)| format!("s{number},2031-03-02 08:00:00,a,{codes}\n");
        let rows: String = codes.iter().enumerate().map(row).collect();
        case(name, "2031-03-02.csv", format!("sim,when,tower,{column}\n{rows}"))
    };
    judge(&[
        coded("SIMs and networks of other countries", "mcc,plmn", &["214,", "208,", ",", "214,20801", "208,21407"])
            .with(PLACE, "radio_cell_id = \"tower\"\nmcc = \"mcc\"\nplmn = \"plmn\"")
            .table("[source.location]\nlocal_mcc = \"214\"")
            .located(5)
            .flagged(InboundRoamer, 1)
            .flagged(OutboundRoamer, 1),
        coded("devices that are no phones", "tac", &["35693803", "35693899", "01234567", "1234567", "", "3569"])
            .with(PLACE, "radio_cell_id = \"tower\"\ntac = \"tac\"")
            .table("[source.identity]\nmachine_tacs = [\"356938\", \"01234567\"]")
            .located(2)
            .rejected(MachineDevice, 4),
        coded("no column of devices", "imei", &["1"])
            .with(PLACE, "radio_cell_id = \"tower\"\ntac = \"tac\"")
            .table("[source.identity]\nmachine_tacs = [\"356938\"]")
            .refused(&["a column named `tac`"]),
    ]);
}
