//! Which files there are, and which of them belong together.

use crate::error::IngestError;
use crate::spec::SourceSpec;
use hexodus_model::LocalDay;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Files that are stored together or not at all: all files of one date where the name or folder tells the date, else
/// one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Which `[[source]]` (index in the configuration).
    pub source: usize,
    /// The date in the file name or folder. Rows of other days are routed to their own day all the same.
    pub day: Option<LocalDay>,
    /// The files, ascending by path.
    pub files: Vec<InputFile>,
}

/// One file as found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InputFile {
    /// Where it is.
    pub path: PathBuf,
    /// How it is written.
    pub encoding: Encoding,
}

/// How a file is written, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    /// Comma-separated or the like, as it is.
    Csv,
    /// The same, gzip.
    CsvGz,
    /// The same, Zstandard.
    CsvZst,
    /// Parquet.
    Parquet,
}

impl Encoding {
    /// By the end of the name: `.parquet`, `.gz`, `.zst`; anything else is plain CSV.
    pub fn of(path: &Path) -> Self {
        match path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase).as_deref() {
            Some("parquet" | "pq") => Self::Parquet,
            Some("gz") => Self::CsvGz,
            Some("zst" | "zstd") => Self::CsvZst,
            _ => Self::Csv,
        }
    }
}

/// The deliveries of one source, dated ones first by date, then the undated by path.
///
/// `base` is the folder of the configuration file: a relative glob starts there.
///
/// # Errors
/// [`IngestError::Specification`] when the glob is malformed or matches nothing, [`IngestError::Listing`] when a
/// folder cannot be read.
pub fn discover(source: usize, spec: &SourceSpec, base: &Path) -> Result<Vec<Delivery>, IngestError> {
    let mistake = |message: String| IngestError::Specification { source_id: spec.id.clone(), message };
    // A date begins and ends with a digit; so two stars never meet, which would mean something else.
    let pattern = base.join(spec.file.glob.replace("{date}", "[0-9][0-9][0-9][0-9]*[0-9]"));
    let pattern = pattern.to_str().ok_or_else(|| mistake("the glob is not UTF-8".into()))?;
    let paths = glob::glob(pattern).map_err(|error| mistake(format!("glob \"{}\": {error}", spec.file.glob)))?;

    let dated = spec.file.glob.contains("{date}");
    let mut by_day: BTreeMap<LocalDay, Vec<InputFile>> = BTreeMap::new();
    let mut undated = Vec::new();
    for path in paths {
        let path = path
            .map_err(|error| IngestError::Listing { path: error.path().into(), message: error.error().to_string() })?;
        if !path.is_file() {
            continue;
        }
        let file = InputFile { encoding: Encoding::of(&path), path };
        let below = file.path.strip_prefix(base).unwrap_or(&file.path);
        match hive_date(below).or_else(|| if dated { date_in(below) } else { None }) {
            Some(day) => by_day.entry(day).or_default().push(file),
            None => undated.push(file),
        }
    }
    if by_day.is_empty() && undated.is_empty() {
        return Err(mistake(format!("no file matches glob \"{}\" below {}", spec.file.glob, base.display())));
    }
    let mut deliveries: Vec<Delivery> =
        by_day.into_iter().map(|(day, files)| Delivery { source, day: Some(day), files }).collect();
    undated.sort_unstable();
    deliveries.extend(undated.into_iter().map(|file| Delivery { source, day: None, files: vec![file] }));
    for delivery in &mut deliveries {
        delivery.files.sort_unstable();
    }
    Ok(deliveries)
}

/// `…/year=2031/month=3/day=2/…`, padded or not; or `…/day=2031-03-02/…`.
pub(crate) fn hive_date(path: &Path) -> Option<LocalDay> {
    let (mut year, mut month, mut day) = (None, None, None);
    for part in path.iter().filter_map(|part| part.to_str()) {
        match part.split_once('=') {
            Some(("year", value)) => year = value.parse::<i16>().ok(),
            Some(("month", value)) => month = value.parse::<i8>().ok(),
            Some(("day" | "date", value)) if value.len() == 10 => return value.parse().ok(),
            Some(("day", value)) => day = value.parse::<i8>().ok(),
            _ => {}
        }
    }
    jiff::civil::Date::new(year?, month?, day?).ok().map(LocalDay::from_date)
}

/// The first date in a path, written 2031-03-02 or 20310302.
fn date_in(path: &Path) -> Option<LocalDay> {
    let text = path.to_str()?;
    let at = |start: usize| -> Option<LocalDay> {
        let iso = text.get(start..start + 10).and_then(|ten| ten.parse::<LocalDay>().ok());
        iso.or_else(|| {
            let eight = text.get(start..start + 8)?;
            let digits = eight.bytes().all(|byte| byte.is_ascii_digit());
            let before = start.checked_sub(1).and_then(|before| text.as_bytes().get(before));
            let after = text.as_bytes().get(start + 8);
            let alone = ![before, after].into_iter().flatten().any(u8::is_ascii_digit);
            if !digits || !alone {
                return None;
            }
            format!("{}-{}-{}", &eight[..4], &eight[4..6], &eight[6..]).parse().ok()
        })
    };
    (0..text.len()).find_map(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn dates_in_names_and_folders() {
        let day = |text: &str| text.parse::<LocalDay>().ok();
        assert_eq!(hive_date(Path::new("e/year=2023/month=1/day=7/part.parquet")), day("2023-01-07"));
        assert_eq!(date_in(Path::new("dumps/2031-03-02/events-00.csv.gz")), day("2031-03-02"));
        assert_eq!(date_in(Path::new("cdr_20310302_v2.csv")), day("2031-03-02"));
        assert_eq!(date_in(Path::new("cdr_120310302.csv")), None, "nine digits are no date");
        assert_eq!(date_in(Path::new("cdr_20319902.csv")), None);
    }

    #[test]
    fn files_of_one_date_are_one_delivery() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b_20310302.csv", "a_20310302.csv", "a_20310301.csv", "readme.txt"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        let mut spec = SourceSpec { id: "op1".into(), ..Default::default() };
        spec.file.glob = "*_{date}.csv".into();
        let deliveries = discover(0, &spec, folder.path()).unwrap();
        let counts: Vec<_> =
            deliveries.iter().map(|delivery| (delivery.day.unwrap().to_string(), delivery.files.len())).collect();
        assert_eq!(counts, [("2031-03-01".into(), 1), ("2031-03-02".into(), 2)]);

        spec.file.glob = "nothing*.csv".into();
        assert!(discover(0, &spec, folder.path()).unwrap_err().to_string().contains("no file matches"));
    }
}
