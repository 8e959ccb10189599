//! From a boundary file to checked areas and their tree.

use crate::areas::AreaError;
use crate::areas::columns::{
    AreaColumns, LevelColumns, columns_of_level, find_column, level_of_code_column, level_of_column,
};
use crate::areas::features::{AreaFeature, all_columns, read_features};
use crate::areas::pcode::{note_oddities, parent_from_prefix};
use crate::areas::version::{cod_version, iso3_of, note_ended};
use crate::areas::warning::{AreaOddity, AreaWarning, Oddities};
use geojson::JsonValue;
use hexodus_model::area::AreaEntry;
use hexodus_model::{Ancestor, Area, AreaKey, AreaTree, Pcode};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The areas of one level, and everything above them.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaLayer {
    /// Ascending by P-code, unique; the position is the [`AreaKey`] at the deepest level of `tree`.
    pub areas: Vec<Area>,
    /// Level 0 (the country) down to the level of `areas`. A country is always there.
    pub tree: AreaTree,
    /// What is odd about the file.
    pub warnings: Vec<AreaWarning>,
}

/// Reads a boundary file: GeoJSON, a `FeatureCollection` or one feature a line, in longitude and latitude.
///
/// P-codes, names and ancestors come from the columns of a COD-AB layout or from those named in `columns`. An ancestor
/// without a column is read off the beginning of the code below it, assuming the common increments (`XA0102` lies in
/// `XA01` in `XA`; `NG001002` in `NG001`).
///
/// # Errors
/// Any [`AreaError`]: a null P-code, one that occurs twice, an area without parent, no column of P-codes, coordinates
/// that are not degrees, a geometry that is no polygon. Hyphens and broken prefixes only warn.
pub fn read_areas(path: &Path, columns: &AreaColumns) -> Result<AreaLayer, AreaError> {
    let features = read_features(path)?;
    let reader = LayerReader::new(path, columns, &features)?;
    let mut oddities = Oddities::default();

    let mut first_feature: BTreeMap<Pcode, usize> = BTreeMap::new();
    let mut areas = Vec::with_capacity(features.len());
    for feature in &features {
        let area = reader.read_area(feature, &mut oddities)?;
        if let Some(first) = first_feature.insert(area.pcode.clone(), feature.number) {
            let (path, feature, column, code) =
                (path.to_owned(), feature.number, reader.code_column.clone(), area.pcode.0);
            return Err(AreaError::DuplicateCode { path, feature, first, column, code });
        }
        areas.push(area);
    }
    areas.sort_by(|a, b| a.pcode.cmp(&b.pcode));

    let country = areas.first().and_then(|area| area.ancestors.first()).map_or("", |country| &country.pcode.0);
    let version = match &columns.cod_version {
        Some(version) => version.clone(),
        None => cod_version(&features, &reader.columns, country, &mut oddities),
    };
    let tree = grow_tree(version, &areas, &mut oddities);
    follow_tree(&tree, &mut areas);
    Ok(AreaLayer { areas, tree, warnings: oddities.into_warnings() })
}

/// The columns of a file, resolved.
struct LayerReader<'a> {
    path: &'a Path,
    columns: BTreeSet<String>,
    level: u8,
    code_column: String,
    /// Index = level, 0 to the layer's own.
    levels: Vec<LevelColumns>,
    iso3: Option<String>,
}

impl<'a> LayerReader<'a> {
    fn new(path: &'a Path, settings: &AreaColumns, features: &[AreaFeature]) -> Result<Self, AreaError> {
        let columns = all_columns(features);
        let found = || columns.iter().cloned().collect::<Vec<_>>();
        let named = |setting: &'static str, name: &Option<String>| match name {
            None => Ok(None),
            Some(name) => find_column(&columns, name).cloned().map(Some).ok_or_else(|| AreaError::MissingColumn {
                path: path.to_owned(),
                setting,
                column: name.clone(),
                found: found(),
            }),
        };
        let id_col = named("id_col", &settings.id_col)?;
        let level = match (settings.level, &id_col) {
            (Some(level), _) => level,
            (None, Some(column)) => level_of_code_column(column).unwrap_or(1),
            (None, None) if columns.iter().all(|column| level_of_code_column(column).is_none()) => {
                return Err(AreaError::NoCodeColumn { path: path.to_owned(), found: found() });
            }
            // Names of a deeper level than any code: the codes of the areas themselves are missing, not the level.
            (None, None) => columns.iter().filter_map(|column| level_of_column(column)).max().unwrap_or(1),
        };
        if !(1..=9).contains(&level) {
            return Err(AreaError::Level { found: level });
        }

        let language = settings.language.as_deref();
        let mut levels: Vec<LevelColumns> = (0..=level).map(|at| columns_of_level(&columns, at, language)).collect();
        let (own, parent) = (usize::from(level), usize::from(level - 1));
        let name_by_hand = |at: &mut LevelColumns, code: Option<String>, name: Option<String>| {
            at.code = code.or(at.code.take());
            at.names.splice(0..0, name);
        };
        name_by_hand(&mut levels[own], id_col, named("name_col", &settings.name_col)?);
        let parent_name = named("parent_name_col", &settings.parent_name_col)?;
        name_by_hand(&mut levels[parent], named("parent_col", &settings.parent_col)?, parent_name);

        let code_column = levels[own].code.clone().ok_or_else(|| AreaError::MissingColumn {
            path: path.to_owned(),
            setting: "level",
            column: format!("adm{level}_pcode"),
            found: found(),
        })?;
        let iso3 = iso3_of(features, &columns, settings.cod_version.as_deref());
        Ok(Self { path, columns, level, code_column, levels, iso3 })
    }

    fn read_area(&self, feature: &AreaFeature, oddities: &mut Oddities) -> Result<Area, AreaError> {
        let code = feature.text(&self.code_column).ok_or_else(|| AreaError::NullCode {
            path: self.path.to_owned(),
            feature: feature.number,
            column: self.code_column.clone(),
        })?;
        let name = feature.first_text(&self.levels[usize::from(self.level)].names).unwrap_or_default();
        let ancestors = self.read_ancestors(feature, &code, oddities)?;

        note_oddities(&code, ancestors.last().map_or("", |parent| &parent.pcode.0), oddities);
        note_ended(feature, &self.columns, &code, oddities);
        if matches!(feature.properties.get(&self.code_column), Some(JsonValue::Number(_))) {
            oddities.note(AreaOddity::NumericCode, &code);
        }
        if name.is_empty() {
            oddities.note(AreaOddity::NoName, &code);
        }
        Ok(Area { level: self.level, pcode: Pcode(code), name, ancestors, shape: feature.shape.clone() })
    }

    /// From the parent up to the country, each from its column or from the code below it.
    fn read_ancestors(
        &self,
        feature: &AreaFeature,
        code: &str,
        oddities: &mut Oddities,
    ) -> Result<Vec<Ancestor>, AreaError> {
        let mut ancestors: Vec<Ancestor> = Vec::new();
        for level in (0..self.level).rev() {
            let columns = &self.levels[usize::from(level)];
            let below = ancestors.last().map_or(code, |ancestor| &ancestor.pcode.0);
            let pcode = if let Some(stated) = columns.code.as_ref().and_then(|column| feature.text(column)) {
                stated
            } else if let Some(prefix) = parent_from_prefix(below, level + 1) {
                oddities.note(AreaOddity::ParentFromPrefix, code);
                prefix
            } else if let Some(iso3) = self.iso3.clone().filter(|_| level == 0) {
                oddities.note(AreaOddity::CountryFromVersion, code);
                iso3
            } else {
                let (path, code) = (self.path.to_owned(), below.to_owned());
                return Err(AreaError::NoParent { path, feature: feature.number, code, level });
            };
            let name = feature.first_text(&columns.names).unwrap_or_default();
            ancestors.push(Ancestor { level, pcode: Pcode(pcode), name });
        }
        ancestors.reverse();
        Ok(ancestors)
    }
}

/// Nests areas, which are ascending by P-code. Of two parents or names for one area the first counts.
fn grow_tree(cod_version: String, areas: &[Area], oddities: &mut Oddities) -> AreaTree {
    // Name and parent's code by level and code. The deepest level first, so that parents are known when needed.
    let depth = areas.first().map_or(0, |area| usize::from(area.level));
    let mut levels: Vec<BTreeMap<&Pcode, (&str, Option<&Pcode>)>> = vec![BTreeMap::new(); depth + 1];
    let mut torn: BTreeSet<&Pcode> = BTreeSet::new();
    for area in areas {
        let mut parent = None;
        let own = (&area.pcode, area.name.as_str());
        for (level, (pcode, name)) in
            area.ancestors.iter().map(|ancestor| (&ancestor.pcode, ancestor.name.as_str())).chain([own]).enumerate()
        {
            let entry = levels[level].entry(pcode).or_insert((name, parent));
            if entry.0.is_empty() {
                entry.0 = name;
            }
            if entry.1 != parent && torn.insert(pcode) {
                oddities.note(AreaOddity::TwoParents, &pcode.0);
            }
            parent = Some(pcode);
        }
    }

    let mut tree = AreaTree { cod_version, levels: Vec::with_capacity(levels.len()) };
    for level in &levels {
        let above = tree.levels.last().map_or(&[][..], Vec::as_slice);
        let key_of = |pcode: &Pcode| above.binary_search_by(|entry| entry.pcode.cmp(pcode)).ok();
        let entries = level.iter().map(|(&pcode, &(name, parent))| AreaEntry {
            pcode: pcode.clone(),
            name: name.to_owned(),
            parent: parent.and_then(key_of).map(|index| AreaKey(index as u32)),
        });
        let entries = entries.collect();
        tree.levels.push(entries);
    }
    tree
}

/// Makes the ancestors of each area those of the tree, where a file names two parents or leaves a name out.
fn follow_tree(tree: &AreaTree, areas: &mut [Area]) {
    for (index, area) in areas.iter_mut().enumerate() {
        for ancestor in &mut area.ancestors {
            let key = tree.ancestor(area.level, AreaKey(index as u32), ancestor.level);
            if let Some(entry) = key.and_then(|key| tree.entry(ancestor.level, key)) {
                ancestor.pcode.clone_from(&entry.pcode);
                ancestor.name.clone_from(&entry.name);
            }
        }
    }
}
