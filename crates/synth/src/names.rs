//! Invented names. Any likeness to a real place is chance.

use crate::chance::{Purpose, stream};
use rand::RngExt;
use rand_pcg::Pcg64Mcg;
use std::collections::BTreeSet;

const FIRST: [&str; 18] = [
    "al", "bru", "cor", "da", "el", "fen", "gal", "hir", "is", "jor", "kel", "lu", "mar", "nor", "os", "pel", "rin",
    "tam",
];
const MIDDLE: [&str; 12] = ["a", "be", "do", "ga", "i", "la", "me", "no", "ra", "si", "tu", "vo"];
const LAST: [&str; 14] = ["ba", "den", "gar", "ko", "lin", "ma", "nur", "pur", "ra", "sel", "tal", "va", "wen", "zi"];

/// A source of names that never gives one twice.
pub(crate) struct Names {
    rng: Pcg64Mcg,
    given: BTreeSet<String>,
}

impl Names {
    pub(crate) fn new(seed: u64) -> Self {
        Self { rng: stream(seed, Purpose::Names, 0, 0), given: BTreeSet::new() }
    }

    /// The next name, capitalised.
    pub(crate) fn next(&mut self) -> String {
        let mut name = capitalised(FIRST[self.rng.random_range(0..FIRST.len())]);
        if self.rng.random_bool(0.4) {
            name.push_str(MIDDLE[self.rng.random_range(0..MIDDLE.len())]);
        }
        name.push_str(LAST[self.rng.random_range(0..LAST.len())]);
        // A name that is taken grows until it is free.
        while !self.given.insert(name.clone()) {
            name.push_str(LAST[self.rng.random_range(0..LAST.len())]);
        }
        name
    }
}

fn capitalised(syllable: &str) -> String {
    let (head, tail) = syllable.split_at(1);
    head.to_ascii_uppercase() + tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_thousand_names_are_two_thousand() {
        let mut names = Names::new(5);
        let all: BTreeSet<String> = (0..2_000).map(|_| names.next()).collect();
        assert_eq!(all.len(), 2_000);
    }
}
