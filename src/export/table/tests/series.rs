//! What a picture draws is in the table of its view.

use super::*;
use crate::export::testing::of_every_view;
use crate::scene::{Area, Canvas, Memo, Part, Scene, Series, Theme};

/// Every number of a table, as it is, as log₁₀ and as percent: what an axis can have.
fn numbers_of(table: &Table) -> Vec<f64> {
    let mut numbers = Vec::new();
    for column in table.columns() {
        match &column.values {
            Values::Numbers(values) => {
                let values = values.iter().copied().flatten();
                numbers
                    .extend(values.flat_map(|value| [value, value.abs().log10(), 100.0 * value]));
            }
            Values::Magnitudes(values) => {
                numbers.extend(values.iter().flatten().filter_map(|value| value.log10()));
            }
            Values::Whole(_) | Values::Texts(_) => {}
        }
    }
    numbers.retain(|number| number.is_finite());
    numbers.sort_by(f64::total_cmp);
    numbers
}

/// To within the rounding of the logarithm.
fn contains(numbers: &[f64], value: f64) -> bool {
    let room = 1e-12 * value.abs().max(1.0);
    let place = numbers.partition_point(|&number| number < value - room);
    numbers
        .get(place)
        .is_some_and(|&number| number <= value + room)
}

/// Curves that are drawn through other places than those of the table, and what is looked at rather than measured.
const OTHERWISE: [&str; 4] = ["f", "f′", "cursor", "here and now"];

#[test]
fn every_point_that_is_drawn_is_in_the_table() {
    of_every_view(|view, sight, what| {
        let Ok(table) = sight.table(view) else {
            return;
        };
        let numbers = numbers_of(&table);
        let (memo, area) = (Memo::default(), Area::new(0.0, 0.0, 900.0, 450.0));
        let canvas = Canvas::page(area, Theme::Print);
        let scene = Scene::of(view, &sight.subject(view, &memo), &canvas);
        let charts = scene.parts.iter().filter_map(|part| match part {
            Part::Chart(chart) => Some(&chart.series),
            _ => None,
        });
        for series in charts.flatten() {
            let (of, points) = match series {
                Series::Line { name, runs, .. } => (name, runs.concat()),
                Series::Points { name, points, .. } => (name, points.clone()),
                _ => continue,
            };
            if OTHERWISE.contains(of) {
                continue;
            }
            for [_, y] in points {
                assert!(contains(&numbers, y), "{what}: {y} of {of}");
            }
        }
    });
}
