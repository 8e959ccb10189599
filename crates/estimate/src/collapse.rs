//! Categories of an order, age groups above all, joined until each has enough subscribers to be raked.

use crate::error::{EstimateError, same_length};
use crate::raking::Margin;

/// A margin with fewer categories.
#[derive(Clone, Debug, PartialEq)]
pub struct Collapsed {
    /// The new category of each group.
    pub category_of: Vec<usize>,
    /// People in each new category.
    pub totals: Vec<f64>,
    /// The new category of each old one: ascending, since only neighbours are joined.
    pub joined: Vec<usize>,
}

impl Collapsed {
    /// The margin, to be raked.
    pub fn margin(&self) -> Margin<'_> {
        Margin { category_of: &self.category_of, totals: &self.totals }
    }
}

/// Joins each category that has people but fewer than `needed` subscribers with a neighbour: the smallest first, to the
/// smaller of the two beside it; of equals the lower. Categories without people are structural zeros: they neither need
/// company nor are company. What is still too small has no neighbour left, and raking refuses it.
///
/// Only for categories whose neighbours are alike. Areas have a tree instead ([`crate::weights`]).
///
/// # Errors
/// [`EstimateError::Shape`] where counts and categories differ in length or a category has no total.
pub fn collapse_small(counts: &[f64], margin: &Margin<'_>, needed: f64) -> Result<Collapsed, EstimateError> {
    same_length("categories of the groups", counts.len(), margin.category_of.len())?;
    // Old categories of each new one, in order, with subscribers and people.
    let mut parts: Vec<Part> = margin
        .totals
        .iter()
        .enumerate()
        .map(|(category, &total)| Part { first: category, counted: 0.0, total })
        .collect();
    for (&category, count) in margin.category_of.iter().zip(counts) {
        let expected = parts.len();
        let part = parts.get_mut(category);
        part.ok_or(EstimateError::Shape { what: "category of a group", expected, found: category })?.counted += count;
    }
    while let Some([left, right]) = next_pair(&parts, needed) {
        let joined = parts.remove(right);
        parts[left].counted += joined.counted;
        parts[left].total += joined.total;
    }
    let part_of = |category: usize| parts.partition_point(|part| part.first <= category) - 1;
    Ok(Collapsed {
        category_of: margin.category_of.iter().map(|&category| part_of(category)).collect(),
        joined: (0..margin.totals.len()).map(part_of).collect(),
        totals: parts.iter().map(|part| part.total).collect(),
    })
}

/// Neighbouring categories that are one now, from `first` to the next part.
struct Part {
    first: usize,
    counted: f64,
    total: f64,
}

/// The two parts to be joined next.
fn next_pair(parts: &[Part], needed: f64) -> Option<[usize; 2]> {
    let by_count =
        |&left: &usize, &right: &usize| parts[left].counted.total_cmp(&parts[right].counted).then(left.cmp(&right));
    let is_company = |part: usize| parts.get(part).is_some_and(|own| own.total > 0.0);
    let beside = |part: usize| [part.wrapping_sub(1), part + 1].into_iter().filter(|&other| is_company(other));
    let small = |&part: &usize| is_company(part) && parts[part].counted < needed && beside(part).next().is_some();
    let smallest = (0..parts.len()).filter(small).min_by(by_count)?;
    let other = beside(smallest).min_by(by_count)?;
    Some([smallest.min(other), smallest.max(other)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AGES: [usize; 6] = [0, 1, 2, 3, 4, 5];

    #[test]
    fn a_small_age_group_joins_its_smaller_neighbour() {
        let margin = Margin { category_of: &AGES, totals: &[9.0, 8.0, 7.0, 6.0, 5.0, 4.0] };
        let found = collapse_small(&[50.0, 40.0, 10.0, 60.0, 29.0, 2.0], &margin, 30.0).unwrap();
        assert_eq!(found.joined, [0, 1, 1, 2, 3, 3]);
        assert_eq!(
            (found.category_of.as_slice(), found.totals.as_slice()),
            ([0, 1, 1, 2, 3, 3].as_slice(), [9.0, 15.0, 6.0, 9.0].as_slice())
        );
    }

    #[test]
    fn a_structural_zero_is_no_company() {
        let margin = Margin { category_of: &AGES, totals: &[9.0, 0.0, 7.0, 6.0, 5.0, 4.0] };
        let found = collapse_small(&[5.0, 90.0, 10.0, 60.0, 70.0, 80.0], &margin, 30.0).unwrap();
        assert_eq!(found.joined, [0, 1, 2, 2, 3, 4], "the first is left alone, and will be refused");
        assert!(collapse_small(&[1.0], &Margin { category_of: &[1], totals: &[2.0] }, 30.0).is_err());
    }

    proptest! {
        #[test]
        fn people_and_subscribers_stay_and_nothing_small_has_a_neighbour(
            figures in prop::collection::vec((0u16..99, 1u16..999), 1..9),
        ) {
            let counts: Vec<f64> = figures.iter().map(|&(count, _)| f64::from(count)).collect();
            let totals: Vec<f64> = figures.iter().map(|&(_, total)| f64::from(total)).collect();
            let category_of: Vec<usize> = (0..counts.len()).collect();
            let found = collapse_small(&counts, &Margin { category_of: &category_of, totals: &totals }, 30.0).unwrap();
            prop_assert!((found.totals.iter().sum::<f64>() - totals.iter().sum::<f64>()).abs() < 1e-9);
            let counted = |part: usize| -> f64 {
                found.category_of.iter().zip(&counts).filter(|(own, _)| **own == part).map(|(_, count)| count).sum()
            };
            prop_assert!(found.totals.len() == 1 || (0..found.totals.len()).all(|part| counted(part) >= 30.0));
        }
    }
}
