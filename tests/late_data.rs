//! Thirty days in order, and the same days shuffled, in pieces, sent again, over several runs: the same bytes.

use crate::support::{Dir, Lcg, assert_same, gunzipped};
use hexodus_model::{LocationHour, LocationKey};
use hexodus_store::Store;
use std::collections::{BTreeMap, BTreeSet};

const RUNS: usize = 6;

/// What arrives: the name of a file and its bytes.
type Piece = (String, Vec<u8>);

#[test]
fn thirty_days_shuffled_split_and_sent_again_are_thirty_days_in_order() {
    let in_order = Dir::synth("--subscribers 150 --days 30 --events 4");
    in_order.edit("hexodus.toml", "*.csv.gz", "*.csv");
    in_order.configure("[mobility]\ndaily_location = \"night\"\n[policy]\nmin_subscribers = 2\nmin_subscribers_h3 = 2");
    let dumps = in_order.files("dumps");
    in_order.remove("dumps");
    let late = in_order.inputs_again();

    let mut lcg = Lcg(30);
    let mut pieces: Vec<Piece> =
        dumps.iter().flat_map(|(name, bytes)| in_pieces(name, &gunzipped(bytes), &mut lcg)).collect();
    assert!(pieces.len() > 70, "{}", pieces.len());
    // In order: day by day, all pieces of a day together, once.
    let mut by_day: BTreeMap<String, Vec<&Piece>> = BTreeMap::new();
    for piece in &pieces {
        by_day.entry(piece.0[..10].to_owned()).or_default().push(piece);
    }
    for (number, day) in by_day.values().enumerate() {
        for (name, bytes) in day {
            in_order.write(&format!("dumps/{name}"), bytes);
        }
        // Runs of some days each: thirty runs would only take longer.
        if number % 5 == 4 {
            run(&in_order);
        }
    }
    assert_eq!(in_order.days().len(), 30);

    // Late: shuffled, some pieces again under another name in a later run.
    lcg.shuffle(&mut pieces);
    let size = pieces.len().div_ceil(RUNS);
    for (number, chunk) in pieces.chunks(size).enumerate() {
        for (name, bytes) in chunk {
            late.write(&format!("dumps/{name}"), bytes);
        }
        for (name, bytes) in pieces[..number * size].iter().filter(|_| lcg.below(4) == 0) {
            let (day, file) = name.split_once('/').unwrap();
            late.write(&format!("dumps/{day}/again-{number}-{file}"), bytes);
        }
        run(&late);
    }
    late.hexodus("run --accept-lower-k").exits(0).says(&["nothing to do"]);

    assert_eq!(late.days(), in_order.days());
    for (late, in_order) in late.table("quality_daily").iter().zip(in_order.table("quality_daily")) {
        assert_eq!(*late, in_order);
    }
    assert_same(&late.released(), &in_order.released(), "shuffled, split and sent again, and in order");
    assert_eq!(tallies(&late), tallies(&in_order), "counts kept in the store");
    late.hexodus("verify --accept-lower-k").exits(0);
}

fn run(dir: &Dir) {
    dir.hexodus("run --accept-lower-k --quiet").exits(0);
}

/// A day's rows dealt out to two to four files, each with the header, no row twice.
fn in_pieces(name: &str, csv: &str, lcg: &mut Lcg) -> Vec<Piece> {
    let day = name.split('/').next().unwrap();
    let (header, rows) = csv.split_once('\n').unwrap();
    let mut rows: Vec<&str> = rows.lines().collect();
    rows.sort_unstable();
    rows.dedup();
    let mut pieces = vec![format!("{header}\n"); 2 + lcg.below(3) as usize];
    for row in rows {
        let piece = lcg.below(pieces.len() as u64) as usize;
        pieces[piece].push_str(row);
        pieces[piece].push('\n');
    }
    let names = (0..).map(|number| format!("{day}/part-{number}.csv"));
    names.zip(pieces).map(|(name, text)| (name, text.into_bytes())).collect()
}

/// Digests of the counts of every day, by day and kind, and of what is known of the day.
fn tallies(dir: &Dir) -> BTreeMap<String, String> {
    let manifest = dir.manifest();
    let store = Store::open(&dir.path("store"), &manifest.identity).unwrap();
    let locations = store.read_locations().unwrap();
    let mut found = BTreeMap::new();
    for (day, entry) in &manifest.days {
        for (kind, derived) in &entry.derived {
            // Radio cells that the plan does not know get their keys in the order in which they are met.
            let id = |location: LocationKey| format!("{:?}", locations.ids()[location.0 as usize]);
            let told = match kind.as_str() {
                "activity" => {
                    let rows = store.read_activity(&derived.part).unwrap().into_iter();
                    let rows: BTreeSet<_> =
                        rows.map(|row| (id(row.location), row.events, row.unlocated, row.subscribers)).collect();
                    format!("{rows:?}")
                }
                "location_hours" => {
                    let mut rows = BTreeSet::new();
                    let see = |row: LocationHour| {
                        assert!(rows.insert((id(row.location), row.hour, row.subscribers)));
                    };
                    store.read_location_hours(&derived.part, see).unwrap();
                    format!("{rows:?}")
                }
                _ => derived.part.digest.clone(),
            };
            found.insert(format!("{day} {kind}"), told);
        }
        found.insert(format!("{day} facts"), format!("{:?}", entry.facts));
    }
    assert_eq!(
        found.len(),
        30 * 6 - 1,
        "reduced days, counts, activity, hours and facts of each day, flows of each pair"
    );
    found
}
