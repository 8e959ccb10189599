//! A world as files: what a reader sees, what a reader knows, and apart from it the truth.

use hexodus_model::UnitKey;
use hexodus_release::{FigureKind, LinkedGroup, LinkedLevel, Pattern};
use std::fmt::Write as _;
use std::path::Path;

/// Writes `released.csv`, `structure.csv` and `truth.csv`. Without a pattern only what is below k is withheld.
pub fn write(folder: &Path, group: &LinkedGroup, pattern: Option<&Pattern>) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("released.csv"), released(group, pattern))?;
    std::fs::write(folder.join("structure.csv"), structure(group))?;
    std::fs::write(folder.join("truth.csv"), truth(group))
}

fn code(unit: UnitKey) -> String {
    match (unit.as_reserved(), unit.as_area()) {
        (Some(reserved), _) => reserved.code().into(),
        (_, Some(area)) => format!("A{}", area.0),
        _ => unit.bits().to_string(),
    }
}

fn totals(group: &LinkedGroup) -> Vec<u64> {
    let first = |figure: usize| group.levels[0].figures[figure].iter().map(|&(_, count)| count).sum();
    (0..group.figures.len()).map(first).collect()
}

/// One number a row: level, kind, origin, dest, unit, figure, value (empty where withheld; pairs only where shown).
fn released(group: &LinkedGroup, pattern: Option<&Pattern>) -> String {
    let mut text = String::from("level,kind,origin,dest,unit,figure,value\n");
    for level in &group.levels {
        let passes = |count: u64| count >= level.threshold;
        for &(pair, count) in &level.pairs {
            if !pattern.map_or(passes(count), |pattern| pattern.pair_shown(level.level, pair)) {
                continue;
            }
            let _ = writeln!(text, "{},pair,{},{},,,{count}", level.level, code(pair.origin), code(pair.destination));
        }
        for (figure, facts) in group.figures.iter().enumerate() {
            for &(unit, _) in &level.units {
                let count = count_of(level, figure, unit);
                let shown = pattern.map_or(passes(count), |own| own.figure_shown(level.level, figure, unit));
                let value = if shown { count.to_string() } else { String::new() };
                let _ = writeln!(text, "{},figure,,,{},{},{value}", level.level, code(unit), facts.name);
            }
        }
    }
    for (part, figure, count, threshold) in of_parts(group) {
        let shown = pattern.map_or(count >= threshold, |own| own.part_shown(figure, part));
        let value = if shown { count.to_string() } else { String::new() };
        let _ = writeln!(text, "parts,figure,,,{},{},{value}", code(part), group.figures[figure].name);
    }
    for (figure, total) in totals(group).into_iter().enumerate() {
        let shown = pattern.map_or(total >= group.levels[0].threshold, |pattern| pattern.total_shown(figure));
        let value = if shown { total.to_string() } else { String::new() };
        let _ = writeln!(text, ",total,,,,{},{value}", group.figures[figure].name);
    }
    text
}

/// Part, figure, count and k of all that is told by parts.
fn of_parts(group: &LinkedGroup) -> Vec<(UnitKey, usize, u64, u64)> {
    let mut all = Vec::new();
    if let Some(parts) = &group.parts {
        for (figure, counts) in &parts.figures {
            for &(part, _) in &parts.units {
                let count = counts.binary_search_by_key(&part, |own| own.0).map_or(0, |at| counts[at].1);
                all.push((part, *figure, count, parts.threshold));
            }
        }
    }
    all
}

fn count_of(level: &LinkedLevel, figure: usize, unit: UnitKey) -> u64 {
    let counts = &level.figures[figure];
    counts.binary_search_by_key(&unit, |&(unit, _)| unit).map_or(0, |at| counts[at].1)
}

/// What everybody knows: units with parents, levels with k, figures, identities.
fn structure(group: &LinkedGroup) -> String {
    let mut text = String::from("what,level,name,parent,kind,additive,parts\n");
    for level in &group.levels {
        let _ = writeln!(text, "level,{},{},,,,", level.level, level.threshold);
        for &(unit, parent) in &level.units {
            let parent = parent.map(code).unwrap_or_default();
            let kind = if unit.as_reserved().is_some() { "destination" } else { "both" };
            let _ = writeln!(text, "unit,{},{},{parent},{kind},,", level.level, code(unit));
        }
    }
    for &(part, unit) in group.parts.iter().flat_map(|own| &own.units) {
        let _ = writeln!(text, "part,,{},{},,,", code(part), code(unit));
    }
    for figure in &group.figures {
        let kind = match figure.kind {
            FigureKind::RowMargin => "row",
            FigureKind::ColumnMargin => "column",
            FigureKind::Own => "own",
        };
        let _ = writeln!(text, "figure,,{},,{kind},{},", figure.name, figure.additive);
    }
    for identity in &group.identities {
        let parts: Vec<&str> = identity.parts.iter().map(|&part| group.figures[part].name).collect();
        let _ = writeln!(text, "identity,,{},,,,{}", group.figures[identity.whole].name, parts.join(" "));
    }
    text
}

/// All counts above 0. For the judge only.
fn truth(group: &LinkedGroup) -> String {
    let mut text = String::from("level,kind,origin,dest,unit,figure,count,k\n");
    for level in &group.levels {
        let k = level.threshold;
        for (pair, count) in &level.pairs {
            let (origin, destination) = (code(pair.origin), code(pair.destination));
            let _ = writeln!(text, "{},pair,{origin},{destination},,,{count},{k}", level.level);
        }
        for (figure, facts) in group.figures.iter().enumerate() {
            for &(unit, count) in &level.figures[figure] {
                let _ = writeln!(text, "{},figure,,,{},{},{count},{k}", level.level, code(unit), facts.name);
            }
        }
    }
    for (part, figure, count, k) in of_parts(group).into_iter().filter(|own| own.2 > 0) {
        let _ = writeln!(text, "parts,figure,,,{},{},{count},{k}", code(part), group.figures[figure].name);
    }
    for (figure, total) in totals(group).into_iter().enumerate() {
        let _ = writeln!(text, ",total,,,,{},{total},{}", group.figures[figure].name, group.levels[0].threshold);
    }
    text
}
