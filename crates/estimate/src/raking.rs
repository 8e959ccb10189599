//! Weights that meet several totals at once: iterative proportional fitting (methods §7.2; Deming and Stephan 1940).
//!
//! Groups may be anything that was counted: area × sex × age, or pairs of origin and destination. For pairs, `counts`
//! is the seed, a margin is the origins (population × mobility rate) and another, if known, the destinations; there is
//! no reason to clamp then.

mod table;

use crate::error::{EstimateError, in_range, same_length};
use table::Table;

/// One partition of the groups, and what each of its categories should sum to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Margin<'a> {
    /// The category of each group, an index into `totals`.
    pub category_of: &'a [usize],
    /// T, people in each category.
    pub totals: &'a [f64],
}

/// How far raking goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RakingRule {
    /// Margins are met when none is off by this share of its total.
    pub tolerance: f64,
    /// Sweeps over all margins, for each round of clamping.
    pub max_sweeps: u32,
    /// Weights are kept within these multiples of the median weight; `None` for flows.
    pub clamp: Option<[f64; 2]>,
    /// Rounds of clamping and raking again.
    pub max_rounds: u32,
    /// A category with a total needs as many subscribers.
    pub min_counted: f64,
}

impl Default for RakingRule {
    fn default() -> Self {
        Self { tolerance: 1e-6, max_sweeps: 100, clamp: Some([0.2, 5.0]), max_rounds: 10, min_counted: 30.0 }
    }
}

/// Weights that meet the margins.
#[derive(Clone, Debug, PartialEq)]
pub struct Raked {
    /// People for each subscriber of each group, in the order of the groups; 0 for a structural zero.
    pub weights: Vec<f64>,
    /// Sweeps over all margins, of all rounds.
    pub sweeps: u32,
    /// Rounds of clamping.
    pub rounds: u32,
    /// By what the totals of each margin were multiplied, so that they sum to those of the first: 1 for the first.
    pub rescaled: Vec<f64>,
    /// Groups that stay at nothing: nobody was counted, or a margin says that there are no people. Ascending.
    pub structural_zeros: Vec<usize>,
    /// Groups whose weight is still outside the clamp, because no weights meet both, or ten rounds do not find them.
    /// Ascending.
    pub outside_clamp: Vec<usize>,
}

/// Weights w for `counts` n, starting at 1, such that Σ n·w of each category is its total. The **first** margin is the
/// trusted one: the totals of the others are rescaled to its sum.
///
/// Clamping: once the margins are met, weights are cut to \[0.2, 5\] times the median of all subscribers and raked
/// again, at most ten times; then **the margins stand** and groups still outside are named in [`Raked::outside_clamp`].
/// Each round takes a part of the excess away, so a weight within 1 % of a limit is let be: limits are a rule of thumb,
/// margins are not. The median is taken over subscribers, so it does not matter into how many groups they were split.
///
/// A category with people but fewer than 30 subscribers is refused rather than collapsed: which categories are alike
/// only the caller knows ([`crate::collapse`] for ordered ones, [`crate::weights`] for areas). So is one without any:
/// its people would be spread over the others. A category without people is a structural zero, whatever was counted.
///
/// Deterministic to the bit, whatever the order of the groups: they are summed in the order of their categories and
/// counts. Invariants: n·w keeps the odds ratios of n (without clamps), and n → c·n gives w → w/c.
///
/// # Errors
/// [`EstimateError::Shape`] and [`EstimateError::OutOfRange`] for input that cannot be,
/// [`EstimateError::SmallCategory`], and [`EstimateError::NotConverged`] with the category that is furthest off, where
/// no table with these zeros exists.
pub fn rake(counts: &[f64], margins: &[Margin<'_>], rule: &RakingRule) -> Result<Raked, EstimateError> {
    check(counts, margins)?;
    let order = canonical_order(counts, margins);
    let mut table = Table::new(counts, margins, &order);
    let rescaled = table.rescale_to_first()?;
    table.refuse_small_categories(rule.min_counted)?;
    let zeros = table.empty_structural_zeros();

    let (mut sweeps, mut rounds) = (table.meet_margins(rule)?, 0);
    while let Some(clamp) = rule.clamp.filter(|_| rounds < rule.max_rounds) {
        if table.outside(clamp).is_empty() {
            break;
        }
        table.cut(clamp);
        sweeps += table.meet_margins(rule)?;
        rounds += 1;
    }

    let outside = rule.clamp.map_or_else(Vec::new, |clamp| table.outside(clamp));
    let in_given_order = |sorted: Vec<usize>| {
        let mut groups: Vec<usize> = sorted.into_iter().map(|at| order[at]).collect();
        groups.sort_unstable();
        groups
    };
    let mut weights = vec![0.0; counts.len()];
    for (at, &group) in order.iter().enumerate() {
        weights[group] = table.weights[at];
    }
    let (structural_zeros, outside_clamp) = (in_given_order(zeros), in_given_order(outside));
    Ok(Raked { weights, sweeps, rounds, rescaled, structural_zeros, outside_clamp })
}

fn check(counts: &[f64], margins: &[Margin<'_>]) -> Result<(), EstimateError> {
    for &count in counts {
        in_range("count of a group", count, "0 or more subscribers", |own| own >= 0.0)?;
    }
    for margin in margins {
        same_length("categories of the groups", counts.len(), margin.category_of.len())?;
        for &total in margin.totals {
            in_range("total of a category", total, "0 or more people", |own| own >= 0.0)?;
        }
        if let Some(&found) = margin.category_of.iter().find(|&&category| category >= margin.totals.len()) {
            return Err(EstimateError::Shape { what: "category of a group", expected: margin.totals.len(), found });
        }
    }
    Ok(())
}

/// Groups by their categories, then by count: groups that tie are alike in all that matters.
fn canonical_order(counts: &[f64], margins: &[Margin<'_>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..counts.len()).collect();
    order.sort_by(|&left, &right| {
        let categories = |group: usize| margins.iter().map(move |margin| margin.category_of[group]);
        categories(left).cmp(categories(right)).then(counts[left].total_cmp(&counts[right]))
    });
    order
}

#[cfg(test)]
#[path = "raking_tests.rs"]
mod tests;
