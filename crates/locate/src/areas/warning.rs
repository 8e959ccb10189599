//! What is odd about a layer, but no reason to refuse it.

use std::collections::BTreeMap;
use std::fmt;

/// A kind of oddity (formats §1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AreaOddity {
    /// A delimiter in a P-code (Haiti's level 3: `HT0121-10`).
    Delimiter,
    /// Letters after the digits of a P-code.
    LetterTail,
    /// A P-code longer than 20 characters.
    TooLong,
    /// A P-code that starts with an ISO3 country code instead of ISO2.
    Iso3Prefix,
    /// A P-code that is a number in the file: leading zeros may be lost.
    NumericCode,
    /// A P-code that does not start with its parent's.
    BrokenPrefix,
    /// A parent taken from the prefix of the code, because no column names it.
    ParentFromPrefix,
    /// A country taken from the `iso3` column or from `cod_version`.
    CountryFromVersion,
    /// An area with two parents in the file; that of the first area below it is taken.
    TwoParents,
    /// An area without a name.
    NoName,
    /// An area with an end of validity: not current.
    NotCurrent,
    /// Several dataset versions in one file; the latest is taken.
    MixedVersions,
    /// No dataset version in the file and none configured.
    Undated,
}

impl AreaOddity {
    /// What it means, as a clause about areas.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Delimiter => "have a delimiter in the P-code",
            Self::LetterTail => "have letters after the digits of the P-code",
            Self::TooLong => "have a P-code of more than 20 characters",
            Self::Iso3Prefix => "have a P-code that starts with three letters instead of two",
            Self::NumericCode => "have a number for a P-code: leading zeros may be lost",
            Self::BrokenPrefix => "have a P-code that does not start with their parent's",
            Self::ParentFromPrefix => "have no column for their parent: taken from the beginning of the P-code",
            Self::CountryFromVersion => "have no country in column or P-code: taken from iso3 or cod_version",
            Self::TwoParents => "have two parents in the file: the one first in order of P-code is taken",
            Self::NoName => "have no name",
            Self::NotCurrent => "have an end of validity",
            Self::MixedVersions => "are of another version than the rest: the latest names the dataset",
            Self::Undated => "have no version and no date: set cod_version = \"<iso3>_<version>\"",
        }
    }
}

/// How many areas are odd in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaWarning {
    /// In which way.
    pub oddity: AreaOddity,
    /// How many areas.
    pub areas: usize,
    /// P-code of the first of them in the order of the file.
    pub example: String,
}

impl fmt::Display for AreaWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} areas {} (first: {})", self.areas, self.oddity.text(), self.example)
    }
}

/// Counts oddities.
#[derive(Default)]
pub(crate) struct Oddities(BTreeMap<AreaOddity, (usize, String)>);

impl Oddities {
    pub(crate) fn note(&mut self, oddity: AreaOddity, pcode: &str) {
        self.0.entry(oddity).or_insert_with(|| (0, pcode.to_owned())).0 += 1;
    }

    pub(crate) fn into_warnings(self) -> Vec<AreaWarning> {
        self.0.into_iter().map(|(oddity, (areas, example))| AreaWarning { oddity, areas, example }).collect()
    }
}
