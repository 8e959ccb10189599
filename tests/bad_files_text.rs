//! How a file is written: lines, quotes, delimiters, encodings, compression.

use crate::bad_files_corpus::{Case, GOOD, HEADER, case, gz, judge, rows, zst};
use hexodus_model::FaultCode::{BadEncoding, CannotParse, FieldCount, NullValue};

const CSV: &str = "2031-03-02.csv";
const ROW: &str = "s1,2031-03-02 08:00:00,a\n";

fn text(name: &'static str, bytes: impl Into<Vec<u8>>) -> Case {
    case(name, CSV, bytes)
}

fn utf16(text: &str, mark: &[u8]) -> Vec<u8> {
    mark.iter().copied().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

#[test]
fn lines_and_quotes() {
    let row = |id: &str| format!("{id},2031-03-02 08:00:00,a\n");
    judge(&[
        text("a byte-order mark", format!("\u{FEFF}{HEADER}{GOOD}")).located(1),
        text("a byte-order mark before a quoted header", format!("\u{FEFF}\"sim\",\"when\",\"tower\"\n{GOOD}"))
            .located(1),
        text("CRLF", format!("{HEADER}{GOOD}{ROW}").replace('\n', "\r\n")).located(2),
        text("CRLF with quotes", format!("{HEADER}{GOOD}\"s1\",\"2031-03-02 08:00:00\",\"a\"\n").replace('\n', "\r\n"))
            .located(2),
        text("carriage returns alone", format!("{HEADER}{GOOD}").replace('\n', "\r"))
            .refused(&["carriage return alone"]),
        text(
            "a line end within quotes",
            format!("sim,note,when,tower\n{}", "s1,\"two\nlines\",2031-03-02 08:00:00,a\n"),
        )
        .located(1),
        rows("a delimiter within quotes", &row("\"s,1\"")).located(2),
        rows("doubled quotes", &row("\"s\"\"1\"")).located(2),
        rows("an empty field in quotes", &row("\"\"")).located(1).rejected(NullValue, 1),
        rows("a stray quote within a field", &(row("s\"1") + &row("s2") + &row("s3"))).located(4),
        rows("text after a closing quote", &row("\"s1\"x")).located(2),
        rows("a quote that is never closed", &(row("s1") + "\"s2,2031-03-02 08:00:00,a\ns3,2031-03-02 08:00:00,a\n"))
            .refused(&["expected records of CSV, found a quote that is opened and never closed"]),
        rows("quotes that quote nothing", &row("\"s1"))
            .with("glob = \"dumps/{date}*\"", "glob = \"dumps/{date}*\"\nquoting = false")
            .located(2),
        rows("blank lines and lines of blanks", &format!("\n \n\t\n{ROW}\n\n")).located(2),
        rows("blank lines among quotes", &format!("\n \n{}\n", row("\"s1\""))).located(2),
        rows("no line end at the end", ROW.trim_end()).located(2),
        rows("cut in the middle of a row", "s1,2031-03").located(1).rejected(FieldCount, 1),
        rows("cut in the middle of a time", "s1,2031-03-02 08:0,").located(1).rejected(CannotParse, 1),
        rows("a row of delimiters", ",,\n").located(1).rejected(NullValue, 1),
        rows("a line of 10 MB", &format!("{}\n{ROW}", "x".repeat(10 << 20))).located(2).rejected(FieldCount, 1),
        rows("an id of 10 MB", &row(&"x".repeat(10 << 20))).located(2),
        rows("a line of 17 MB", &"x".repeat(17 << 20)).refused(&["a record longer than 16 MiB"]),
        rows("a quoted field of 17 MB", &format!("\"{}\"", "x\n".repeat(17 << 19))).refused(&["longer than 16 MiB"]),
    ]);
}

#[test]
fn headers_and_fields() {
    let ids = |lines: &str| lines.replace("sim", "user_id");
    judge(&[
        text("an empty file", "").refused(&["an empty file (0 bytes)"]),
        text("only blank lines", "\n\n \n\r\n").refused(&["found no record at all"]),
        text("only a byte-order mark", "\u{FEFF}").refused(&["found no record at all"]),
        text("a header and nothing else", HEADER).refused(&["events after the header", "no row"]),
        text("a header and blank lines", format!("{HEADER}\n\n")).refused(&["no row"]),
        rows("the header again in the middle", &format!("{HEADER}{ROW}")).located(2).rejected(CannotParse, 1),
        text("a name twice in the header", format!("sim,when,tower,Sim\n{}", GOOD.replace("a\n", "a,x\n")))
            .refused(&["one column named `sim`", "it twice"]),
        text("a missing column", ids(&format!("{HEADER}{GOOD}")))
            .refused(&["a column named `sim` (mapped to user_id)"]),
        text("no header", GOOD).refused(&["names none of the mapped columns", "header = false"]),
        text("another delimiter", format!("{HEADER}{GOOD}").replace(',', ";"))
            .refused(&["\";\" in it; is that the delimiter?"]),
        text("tabs, as declared", format!("{HEADER}{GOOD}").replace(',', "\t"))
            .with("glob = \"dumps/{date}*\"", "glob = \"dumps/{date}*\"\ndelimiter = \"\\t\"")
            .located(1),
        text(
            "bars at both ends, after two lines",
            "a title\n\n|2031-03-02 08:00:00|s1|x|a|\n|2031-03-02 09:00:00|s2|x|b|\n",
        )
        .with("glob = \"dumps/{date}*\"", "glob = \"dumps/{date}*\"\ndelimiter = \"|\"\nheader = false\nskip_rows = 2")
        .with("\"sim\"", "3")
        .with("\"when\"", "2")
        .with("\"tower\"", "5")
        .located(2),
        text("more lines to skip than there are", format!("{HEADER}{GOOD}"))
            .with("glob = \"dumps/{date}*\"", "glob = \"dumps/{date}*\"\nskip_rows = 9")
            .refused(&["no record at all"]),
        text("a mistyped number of lines to skip", format!("{HEADER}{GOOD}"))
            .with("glob = \"dumps/{date}*\"", "glob = \"dumps/{date}*\"\nskip_rows = 9000000000000000000")
            .refused(&["no record at all"]),
        rows("a delimiter at the end of each row", "s1,2031-03-02 08:00:00,a,\n").located(2),
        rows("a field too few", "s1,2031-03-02 08:00:00\n").located(1).rejected(FieldCount, 1),
        rows("a field too many", "s1,2031-03-02 08:00:00,a,x\n").located(1).rejected(FieldCount, 1),
        text("names in another case and with blanks", format!(" SIM , When,TOWER \n{GOOD}")).located(1),
        text("a thousand columns", format!("{}{}", wide("sim,when,tower", "c"), wide("s1,2031-03-02 08:00:00,a", "x")))
            .located(1),
        text("an HXL row", format!("{HEADER}#meta+id,#date,\n{GOOD}")).located(1),
        rows("a row that only looks like HXL", "#s1,2031-03-02 08:00:00,a\n").located(2),
        text("a header of 5 MB", format!("{},when\n{GOOD}", "x".repeat(5 << 20)))
            .refused(&["a column named `tower`", "xxxxx…"]),
    ]);
}

fn wide(fields: &str, filling: &str) -> String {
    format!("{fields}{}\n", (0..1000).map(|number| format!(",{filling}{number}")).collect::<Vec<_>>().concat())
}

#[test]
fn encodings() {
    let latin = |id: &[u8], tower: &[u8]| {
        [HEADER.as_bytes(), GOOD.as_bytes(), id, b",2031-03-02 08:00:00,", tower, b"\n"].concat()
    };
    judge(&[
        text("UTF-16 with its mark", utf16(&format!("{HEADER}{GOOD}"), b"\xFF\xFE")).refused(&["found UTF-16"]),
        text("UTF-16 without its mark", utf16(&format!("{HEADER}{GOOD}"), b"")).refused(&["mostly zero bytes"]),
        text("nothing but zero bytes", vec![0; 5000]).refused(&["mostly zero bytes"]),
        rows("a hole of zero bytes", &format!("{}\n{ROW}", "\0".repeat(300))).located(2).rejected(FieldCount, 1),
        text("a zero byte in an id", latin(b"s\0", b"a")).located(1).rejected(BadEncoding, 1),
        text("a zero byte in a radio cell", latin(b"s1", b"a\0")).located(1).rejected(BadEncoding, 1),
        text("latin-1, undeclared", latin(b"s1", b"caf\xE9")).located(1).rejected(BadEncoding, 1),
        text("latin-1, declared", latin(b"s1", b"caf\xE9"))
            .with("glob = \"dumps/{date}*\"", "glob = \"dumps/{date}*\"\nencoding = \"iso-8859-1\"")
            .plan("caf\u{E9},10.05,20.05,,\n")
            .located(2),
        text("an id in any bytes", latin(b"\xFF\xFE\x80", b"a")).located(2),
        text("Parquet under the name of a CSV", "PAR1 and so on").refused(&["its name must end in .parquet"]),
        text("gzip under the name of a CSV", gz(b"x")).refused(&["its name must end in .gz"]),
        text("a ZIP archive", "PK\x03\x04 and so on").refused(&["unpack it first"]),
    ]);
}

#[test]
fn compression() {
    let whole = format!("{HEADER}{GOOD}{ROW}");
    let packed = gz(whole.as_bytes());
    let mut flipped = packed.clone();
    let checksum = flipped.len() - 6;
    flipped[checksum] ^= 1;
    let endless = gz(&vec![b'x'; 100 << 20]);
    let blanks = gz(&[whole.as_bytes(), &vec![b'\n'; 50 << 20], b"s2,2031-03-02 08:00:00,a\n"].concat());
    let gzip = |name, bytes: Vec<u8>| case(name, "2031-03-02.csv.gz", bytes);
    let zstd = |name, bytes: Vec<u8>| case(name, "2031-03-02.csv.zst", bytes);
    judge(&[
        gzip("gzip", packed.clone()).located(2),
        gzip("two gzip members", [gz(HEADER.as_bytes()), gz(format!("{GOOD}{ROW}").as_bytes())].concat()).located(2),
        gzip("a truncated gzip", packed[..packed.len() - 9].to_vec()).refused(&["whole gzip stream", "truncated"]),
        gzip("a gzip cut in its second member", [packed.clone(), packed[..20].to_vec()].concat())
            .refused(&["truncated"]),
        gzip("a gzip with a wrong checksum", flipped).refused(&["whole gzip stream"]),
        gzip("rubbish after a gzip", [packed.clone(), b"rubbish".to_vec()].concat()).refused(&["whole gzip stream"]),
        gzip("text under the name of a gzip", whole.clone().into_bytes()).refused(&["whole gzip stream"]),
        gzip("a gzip of nothing", gz(b"")).refused(&["no record at all"]),
        gzip("a gzip of one endless line", endless).refused(&["a record longer than 16 MiB"]),
        gzip("a gzip of endless blank lines", blanks).located(3),
        zstd("Zstandard", zst(whole.as_bytes())).located(2),
        zstd("two Zstandard frames", [zst(HEADER.as_bytes()), zst(format!("{GOOD}{ROW}").as_bytes())].concat())
            .located(2),
        zstd("a truncated Zstandard", zst(whole.as_bytes())[..40].to_vec()).refused(&["whole Zstandard stream"]),
        zstd("text under the name of a Zstandard", whole.into_bytes()).refused(&["whole Zstandard stream"]),
    ]);
}

#[test]
fn comments() {
    const GLOB: &str = "glob = \"dumps/{date}*\"";
    let with_comments = |case: Case| case.with(GLOB, &format!("{GLOB}\ncomment_prefix = \"#\""));
    let text = format!("# made by \"the switch\"\n#,\"\n{HEADER}{GOOD}# a,b\n{ROW}#,\",\n \n");
    let quoted = format!("{text}\"s2\",\"2031-03-02 08:00:00\",\"a\"\n#\"\n\"#s3\",2031-03-02 08:00:00,a\n");
    judge(&[
        with_comments(case("lines that are comments", CSV, text.clone())).located(2),
        with_comments(case("comments among quotes", CSV, quoted)).located(4),
        with_comments(case("a comment after a byte-order mark", CSV, format!("\u{FEFF}# x\n{HEADER}{GOOD}")))
            .located(1),
        rows("comments that were not declared", "# a\n").located(1).rejected(FieldCount, 1),
    ]);
}
