//! Figures of people and areas.

use hexodus_locate::{AreaColumns, AreaLayer, H3Areas, Population, PopulationReference, h3_of_point, read_areas};
use hexodus_model::{AreaKey, Pcode, PopulationFigures};

const REFERENCE: PopulationReference = PopulationReference { year: 2030, cv: 0.05, deff: 2.0 };

/// Three squares of level 2; the first two share a parent.
fn layer() -> (AreaLayer, H3Areas) {
    let square = |code: &str, parent: &str, west: f64| {
        let (east, south, north) = (west + 0.1, 10.0, 10.1);
        format!(
            r#"{{"type": "Feature", "properties": {{"ADM2_PCODE": "{code}", "ADM1_PCODE": "{parent}", "ADM0_PCODE": "XA"}},
            "geometry": {{"type": "Polygon", "coordinates": [[[{west}, {south}], [{east}, {south}], [{east}, {north}],
            [{west}, {north}], [{west}, {south}]]]}}}}"#
        )
    };
    let features = [("XA0101", "XA01", 20.0), ("XA0102", "XA01", 20.1), ("XA0201", "XA02", 20.2)];
    let features = features.map(|(code, parent, west)| square(code, parent, west)).join(",");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), format!(r#"{{"type": "FeatureCollection", "features": [{features}]}}"#))
        .expect("written");
    let layer = read_areas(file.path(), &AreaColumns::default()).expect("areas");
    let tiling = H3Areas::tile(&layer).expect("a tiling");
    (layer, tiling)
}

fn by_pcode(figures: &[(&str, f64)]) -> PopulationFigures {
    PopulationFigures::ByPcode(figures.iter().map(|&(code, people)| (Pcode(code.into()), people)).collect())
}

#[test]
fn an_area_without_a_figure_is_not_one_without_people() {
    let (layer, tiling) = layer();
    let figures = by_pcode(&[("XA0101", 20.0), ("XA0201", 0.0), ("XA0909", 5.0)]);
    let (population, gaps) = Population::of_areas(&figures, &layer.tree, &tiling, REFERENCE).unwrap();
    assert_eq!(population.by_area(), [Some(20.0), None, Some(0.0)]);
    assert_eq!((population.of_area(AreaKey(1)), population.of_area(AreaKey(7))), (None, None));
    assert_eq!((population.covered(), population.total(), population.reference.year), (2, 20.0, 2030));
    assert_eq!(gaps.areas_without, [Pcode("XA0102".into())]);
    assert_eq!((gaps.figures_without, gaps.people_without), (vec!["XA0909".to_owned()], 5.0));
}

#[test]
fn a_level_above_is_the_sum_of_its_parts() {
    let (layer, tiling) = layer();
    let figures = by_pcode(&[("XA0101", 20.0), ("XA0102", 1.5)]);
    let (population, _) = Population::of_areas(&figures, &layer.tree, &tiling, REFERENCE).unwrap();
    assert_eq!(population.at_level(&layer.tree, 1), [Some(21.5), None]);
    assert_eq!(population.at_level(&layer.tree, 0), [Some(21.5)]);
    assert_eq!(population.at_level(&layer.tree, 2), population.by_area());
    assert!(population.at_level(&layer.tree, 3).is_empty(), "no such level");
}

#[test]
fn an_h3_cell_counts_to_the_area_it_is_in() {
    let (layer, tiling) = layer();
    let cells = [(20.05, 1.0), (20.06, 2.0), (20.15, 4.0), (25.0, 8.0)];
    let mut figures: Vec<_> = cells.iter().map(|&(lon, people)| (h3_of_point(10.05, lon).unwrap(), people)).collect();
    figures.sort_unstable_by_key(|&(h3, _)| h3);
    let figures = PopulationFigures::ByH3(figures);
    let (population, gaps) = Population::of_areas(&figures, &layer.tree, &tiling, REFERENCE).unwrap();
    assert_eq!(population.by_area(), [Some(3.0), Some(4.0), None]);
    assert_eq!((gaps.figures_without.len(), gaps.people_without), (1, 8.0));
    let sum: f64 = population.total() + gaps.people_without;
    assert!((sum - 15.0).abs() < 1e-12, "nobody is lost");
}

#[test]
fn a_table_of_another_country_is_none() {
    let (layer, tiling) = layer();
    let figures = by_pcode(&[("XB01", 1.0), ("XB02", 1.0), ("XB03", 1.0), ("XB04", 1.0)]);
    let error = Population::of_areas(&figures, &layer.tree, &tiling, REFERENCE).unwrap_err();
    let expected = "none of 4 figures is of one of the 3 areas of level 2; the first are of XB01, XB02, XB03, …, the areas \
        begin with XA0101";
    assert_eq!(error.to_string(), expected);
}
