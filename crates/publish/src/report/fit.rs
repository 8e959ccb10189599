//! What is left out where data are too large for a page: days first, then rows, then whole tables. Every figure that
//! stays is as released; nothing is added up.

use super::ReportOptions;
use super::blocks::{Block, blocks, head};
use super::contents::{Contents, H3_CELLS};
use crate::error::PublishError;
use crate::read_back::rows::Rows;

/// Data of a page.
#[derive(Clone, Debug)]
pub(super) struct Fitted {
    pub title: String,
    pub blocks: Vec<Block>,
    pub left_out: Vec<&'static str>,
}

/// A step, and what the page says about it.
type Step = (&'static str, fn(&mut Contents) -> bool);

/// One after the other, until the rest fits.
const STEPS: [Step; 6] = [
    ("h3_earlier_days", h3_last_day),
    ("flows_earlier_days", flows_last_day),
    ("flows_withheld", flows_with_a_number),
    ("h3", without_h3),
    ("flows_deepest", without_deepest_flows),
    ("boundaries", without_boundaries),
];

/// Leaves out no more than needed.
///
/// # Errors
/// As [`blocks`].
pub(super) fn fit(mut contents: Contents, options: ReportOptions) -> Result<Fitted, PublishError> {
    let size = |own: &[Block]| own.iter().map(|own| own.base64.len()).sum::<usize>();
    let (mut left_out, mut steps) = (Vec::new(), STEPS.iter());
    let mut made = blocks(&contents)?;
    while size(&made) > options.max_embed_bytes {
        let Some((name, step)) = steps.next() else {
            left_out.push("too_large");
            break;
        };
        if step(&mut contents) {
            left_out.push(*name);
            made = blocks(&contents)?;
        }
    }
    made.insert(0, head(&contents, &left_out)?);
    let text = |key: &str| contents.method[key].as_str().unwrap_or_default();
    Ok(Fitted { title: format!("{} {}", text("operation"), text("reporting_date")), blocks: made, left_out })
}

/// Replaces the tables that `is_meant`, and tells whether that made a difference.
fn replace(contents: &mut Contents, is_meant: impl Fn(&str) -> bool, with: impl Fn(&Rows) -> Rows) -> bool {
    let mut changed = false;
    for table in contents.tables.iter_mut().filter(|own| is_meant(&own.name)) {
        let fewer = with(table);
        changed |= fewer.count != table.count;
        *table = fewer;
    }
    let cells = contents.tables.iter().find(|own| own.name == H3_CELLS);
    contents.hexagons = contents.hexagons.as_ref().zip(cells).and_then(|(own, rows)| own.of(rows));
    changed
}

fn is_flows(name: &str) -> bool {
    name.starts_with("flows_")
}

fn h3_last_day(contents: &mut Contents) -> bool {
    replace(contents, |name| name == H3_CELLS, |own| own.of_last_day("date"))
}

fn flows_last_day(contents: &mut Contents) -> bool {
    replace(contents, is_flows, |own| own.of_last_day("reference_period_start"))
}

fn flows_with_a_number(contents: &mut Contents) -> bool {
    replace(contents, is_flows, |own| own.with_a_number(&["persons_est", "subscribers_published"]))
}

fn without_h3(contents: &mut Contents) -> bool {
    let before = contents.tables.len();
    contents.tables.retain(|own| own.name != H3_CELLS);
    contents.hexagons = None;
    contents.tables.len() < before
}

fn without_deepest_flows(contents: &mut Contents) -> bool {
    let deepest = contents.tables.iter().map(|own| own.name.clone()).filter(|own| is_flows(own)).max();
    let before = contents.tables.len();
    contents.tables.retain(|own| Some(&own.name) != deepest.as_ref());
    contents.tables.len() < before
}

fn without_boundaries(contents: &mut Contents) -> bool {
    contents.boundaries.take().is_some()
}
