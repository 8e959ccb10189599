//! Events without a place: which of the radio cells the plan does not know, and which it does not have on that day.

use super::Run;
use crate::console::grouped;
use hexodus_model::{DayWindow, Level, LocationDay, LocationId, Locations, SemanticCode};
use std::collections::BTreeMap;

/// Radio cells named in a message.
const NAMED: usize = 5;

/// The radio cells of one code.
#[derive(Debug, Default)]
struct Unplaced<'a> {
    events: u64,
    radio_cells: u64,
    /// Those that may be named: events and id.
    named: Vec<(u64, &'a str)>,
}

impl Run<'_> {
    /// Events without a place by code (formats §2: 1, 2, 304), and a message that names the radio cells with most.
    ///
    /// A radio-cell id that the plan does not know may be anything, even somebody's number in the wrong column: an id
    /// is named only where as many distinct subscribers stand behind it as behind a published H3 cell.
    pub fn count_unplaced(
        &self,
        window: &DayWindow,
        radio_cells: &[LocationDay],
        locations: &Locations,
    ) -> BTreeMap<SemanticCode, u64> {
        let k = self.setup.policy.threshold(Level::H3);
        let mut unplaced: BTreeMap<SemanticCode, Unplaced<'_>> = BTreeMap::new();
        for row in radio_cells.iter().filter(|row| row.unlocated > 0) {
            let LocationId::RadioCell(id) = &locations.ids()[row.location.0 as usize] else { continue };
            let plan = self.network.locator.plan();
            let code = plan.map_or(SemanticCode::CellNonExistent, |plan| plan.why_nowhere(id, window));
            let of_code = unplaced.entry(code).or_default();
            of_code.events += row.unlocated;
            of_code.radio_cells += 1;
            if u64::from(row.subscribers) >= k {
                of_code.named.push((row.unlocated, id));
            }
        }
        for (code, of_code) in &mut unplaced {
            let what = format!("{} {} (code {})", window.day, code.name(), code.number());
            self.console.step(&format!("{what}: {}", of_code.described(k)));
        }
        unplaced.into_iter().map(|(code, of_code)| (code, of_code.events)).collect()
    }
}

impl Unplaced<'_> {
    fn described(&mut self, k: u64) -> String {
        // Most events first, then by id: no order of arrival shows.
        self.named.sort_unstable_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(right.1)));
        let named: Vec<String> =
            self.named.iter().take(NAMED).map(|(events, id)| format!("{id} ({})", grouped(*events))).collect();
        let others = self.radio_cells - named.len() as u64;
        let listed = match (named.is_empty(), others) {
            (true, _) => format!("none with {k} subscribers or more"),
            (false, 0) => named.join(", "),
            (false, others) => format!("{} and {} more", named.join(", "), grouped(others)),
        };
        format!("{} events at {} radio cells: {listed}", grouped(self.events), grouped(self.radio_cells))
    }
}
