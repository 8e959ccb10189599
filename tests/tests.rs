//! hexodus from outside: the command line and the crates, on real, synthetic and broken input.
//!
//! | module | asserts |
//! |---|---|
//! | `real_input` | other people's dumps, counted independently |
//! | `other_engines` | the rows that DuckDB and a plain map give |
//! | `determinism` | any threads, buckets, split and order of rows: the same bytes |
//! | `incremental` | day by day = all at once; again = nothing; a late file replaces |
//! | `bad_files`, `bad_files_*`, `bad_setup` | a clear message, the exit code, and nothing lost |
//! | `population` | people by area: three kinds of table, what does not fit, what is wrong |
//! | `presets` | each documented layout is read as documented |
//! | `privacy` | no id as delivered in any artefact |
//! | `canaries` | two hundred planted ids and their pseudonyms, after every command |
//! | `quality` | days that cannot be trusted, rows that are rejected, events that are impossible |
//! | `conservation` | every row is accounted for |
//! | `oracle` | the reduction of a day against maps |
//! | `attack_release` | attackers with what left recover nothing below k |
//! | `outgoing` | what leaves: tested, protected, rounded, once |
//! | `package` | the released folder, opened by DuckDB, Polars, pyarrow, pandas and Frictionless |
//! | `report` | the page of a release: exactly what its tables tell, the same whenever it is made |
//! | `released_sums` | nor do attackers with one sum, two days, two releases, or the weight of an area |
//! | `profiles` | profiles of others: `flowminder-covid19` against SQL, `multimno-ue` by hand |
//! | `displacement` | a crisis from dumps to tables: identities, no-op, day by day = all at once |
//! | `recovery` | how the displaced return and the next weeks, against truth, night by night, on any Polars threads |
//! | `faults` | killed, cut off, filled up, disturbed: the next run ends where an undisturbed one would have |
//! | `shards` | one run as many processes: the same bytes, whatever is killed |
//! | `deliveries` | corrected files, rows before their day, the wrong file under the right name, another plan |
//! | `late_data` | thirty days shuffled, split and sent again = thirty days in order |
//! | `retention` | what is old goes, what is damaged is named, what would be done is told |
//! | `store_formats` | stores of other versions |
//! | `accepted` | files taken in though they cannot be trusted |
//! | `coverage` | sites known and alive, and κ, against the truth of an outage |
//! | `traits` | groups and countries of subscribers: kept, in any order the same, and in no table |
//! | `weights` | urban and rural homes, market shares, the population present, areas nobody speaks for: by hand |
//! | `fuzz_corpora` | what fuzzing starts from passes, without fuzzing |
//! | `golden` | `data/sample` gives `data/golden/run`, a synthetic earthquake `data/golden/release`, byte for byte |
//! | `commands` | what the other commands say |

// `cfg(test)` always holds here; it says that helpers are tests too, so they may unwrap.
#[cfg(test)]
mod accepted;
#[cfg(test)]
mod attack_release;
#[cfg(test)]
mod bad_files;
#[cfg(test)]
mod bad_files_corpus;
#[cfg(test)]
mod bad_files_parquet;
#[cfg(test)]
mod bad_files_text;
#[cfg(test)]
mod bad_files_values;
#[cfg(test)]
mod bad_setup;
#[cfg(test)]
mod canaries;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod conservation;
#[cfg(test)]
mod counted;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod deliveries;
#[cfg(test)]
mod determinism;
#[cfg(test)]
mod displacement;
#[cfg(test)]
mod faults;
mod fuzz_corpora;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod incremental;
#[cfg(test)]
mod late_data;
#[cfg(feature = "object-stores")]
#[cfg(test)]
mod object_stores;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod other_engines;
#[cfg(test)]
mod outgoing;
#[cfg(test)]
mod package;
#[cfg(test)]
mod people;
mod population;
#[cfg(test)]
mod presets;
#[cfg(test)]
mod privacy;
#[cfg(test)]
mod profiles;
#[cfg(test)]
mod quality;
#[cfg(test)]
mod real_input;
#[cfg(test)]
mod recovery;
#[cfg(test)]
mod released_sums;
#[cfg(test)]
mod report;
#[cfg(test)]
mod retention;
#[cfg(test)]
mod serve;
#[cfg(test)]
mod shards;
#[cfg(test)]
mod small;
#[cfg(test)]
mod store_formats;
#[cfg(test)]
mod support;
#[cfg(test)]
mod traits;
#[cfg(test)]
mod weights;
