//! Every figure as a row: of generated people, to look for what is wrong.

use super::Seeds;
use std::fmt::Write;

/// Comma-separated.
pub fn table(all: &[Seeds], first_seed: u64) -> String {
    let mut text =
        "setting,seed,of,day,place,struck,people,truth,estimate,low,high,method,uncorrected,by_stayers,normal\n"
            .to_owned();
    for seeds in all {
        for (seed, country) in (first_seed..).zip(&seeds.countries) {
            for own in &country.figures {
                let optional = |figure: Option<f64>| figure.map_or_else(String::new, |figure| figure.to_string());
                let _ = writeln!(
                    text,
                    "{},{seed},{:?},{},{},{},{},{},{},{},{},{},{},{},{}",
                    seeds.setting.name,
                    own.of,
                    own.since_event,
                    own.place,
                    own.is_struck,
                    own.people,
                    own.truth,
                    own.estimate,
                    own.interval[0],
                    own.interval[1],
                    own.method,
                    own.uncorrected,
                    optional(own.by_stayers),
                    optional(own.normal)
                );
            }
        }
    }
    text
}
