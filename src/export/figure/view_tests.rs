//! Every view of every kind of moment is drawn, and what is drawn is what the moment holds.

use super::super::sight::Sight;
use super::view;
use crate::flow::{Magnitude, Triangle};
use crate::scene::testing::{finding, moment, moments, preset};
use crate::scene::{
    Anchor, Area, Colour, Colours, Drawing, Item, Layer, Look, Pixels, Point, Text, Theme, View,
    width,
};
use crate::training::{Experiment, Finding, Snapshot};

const COLOURS: &Colours = Theme::Print.colours();

fn undrawn(which: View, snapshot: &Snapshot, look: &Look) -> Drawing {
    view(which, &Sight::new(snapshot, look))
}

fn drawn(which: View, snapshot: &Snapshot, look: &Look) -> Drawing {
    let found = finding(which, snapshot, look);
    let sight = Sight {
        finding: found.as_ref(),
        ..Sight::new(snapshot, look)
    };
    view(which, &sight)
}

/// Every shape that is seen.
fn items(layer: &Layer) -> Vec<&Item> {
    let is_seen = |item: &&Item| !matches!(item, Item::Hot { .. });
    layer.items.iter().filter(is_seen).collect()
}

/// Where a shape reaches.
fn points(item: &Item) -> Vec<Point> {
    let corners = |area: &Area| vec![[area.left, area.top], [area.right, area.bottom]];
    match item {
        Item::Line { points, .. } | Item::Polygon { points, .. } => points.clone(),
        Item::Rect { area, .. } | Item::Image { area, .. } => corners(area),
        Item::Bars { areas, .. } => areas.iter().flat_map(corners).collect(),
        Item::Circle { centre, .. } => vec![*centre],
        Item::Text(text) => corners(&extent(text)),
        Item::Glyph(glyph) => vec![glyph.at],
        Item::Hot { area, .. } => corners(area),
    }
}

/// Where a text is, but for one that is turned like the words of a time axis.
fn extent(text: &Text) -> Area {
    let width = width(&text.text, text.size);
    let before = match text.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => 0.5 * width,
        Anchor::End => width,
    };
    let (above, below) = if text.centred {
        (0.4, 0.4)
    } else {
        (0.76, 0.0)
    };
    let [x, y] = text.at;
    let (above, below) = (above * text.size, below * text.size);
    if text.rotation == -90.0 {
        Area::new(x - above, y - before, x + below, y + width - before)
    } else {
        Area::new(x - before, y - above, x + width - before, y + below)
    }
}

fn circles(drawing: &Drawing, radius: f64) -> Vec<(Point, Option<Colour>)> {
    let found = items(&drawing.layer)
        .into_iter()
        .filter_map(|item| match item {
            Item::Circle {
                centre,
                radius: of,
                fill,
                ..
            } if *of == radius => Some((*centre, *fill)),
            _ => None,
        });
    found.collect()
}

fn image(drawing: &Drawing) -> &Pixels {
    let found = items(&drawing.layer)
        .into_iter()
        .find_map(|item| match item {
            Item::Image { pixels, .. } => Some(pixels),
            _ => None,
        });
    found.unwrap()
}

/// The scale is drawn in 512 steps, and its channels change by 106 at most from stop to stop.
fn assert_colour(pixels: &Pixels, (column, row): (usize, usize), magnitude: Magnitude) {
    let place = 4 * (row * pixels.width + column);
    let found = &pixels.rgba[place..place + 3];
    let expected = COLOURS.of_log10(magnitude.log10().unwrap());
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            found.abs_diff(expected) <= 2,
            "({column}, {row}): {magnitude}"
        );
    }
}

fn says(drawing: &Drawing, sentence: &str) -> bool {
    let texts: Vec<&str> = drawing
        .layer
        .texts()
        .map(|text| text.text.as_str())
        .collect();
    texts.join(" ").contains(sentence)
}

#[test]
fn everything_is_on_the_figure_and_the_same_twice() {
    for (name, snapshot) in moments() {
        for which in View::ALL {
            for cursor in [1, snapshot.len()] {
                let look = Look {
                    cursor: Some(cursor),
                    ..Look::of(&snapshot)
                };
                let drawing = drawn(which, &snapshot, &look);
                assert_eq!(drawing, drawn(which, &snapshot, &look), "{name} {which:?}");
                assert_eq!(drawing.size, [960.0, 540.0]);
                let room = drawing.area();
                for item in items(&drawing.layer) {
                    let turned = matches!(item, Item::Text(text) if text.rotation == -40.0);
                    for point in points(item) {
                        // What is turned is measured by the tests of the time axis.
                        assert!(turned || room.contains(point), "{name} {which:?}: {item:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn no_text_stands_upon_another() {
    for (name, snapshot) in moments() {
        for which in View::ALL {
            let look = Look {
                cursor: Some(snapshot.len().div_ceil(2)),
                ..Look::of(&snapshot)
            };
            let drawing = drawn(which, &snapshot, &look);
            let upright = drawing.layer.texts().filter(|text| text.rotation == 0.0);
            // A formula's signs are set close on purpose, and a hand's breadth of room is not asked for.
            let texts: Vec<(&Text, Area)> = upright
                .map(|text| (text, extent(text).grown(-1.5)))
                .collect();
            if which == View::FORMULA || which == View::UNROLLED {
                continue;
            }
            for (index, (text, area)) in texts.iter().enumerate() {
                for (other, of_other) in &texts[..index] {
                    let apart = area.left >= of_other.right
                        || area.right <= of_other.left
                        || area.top >= of_other.bottom
                        || area.bottom <= of_other.top;
                    assert!(
                        apart,
                        "{name} {which:?}: “{}” on “{}”",
                        text.text, other.text
                    );
                }
            }
        }
    }
}

#[test]
fn a_missing_answer_is_said_in_words() {
    for hidden in [1, 5] {
        let snapshot = moment(2, |e| e.network.hidden = hidden);
        let look = Look::of(&snapshot);
        for which in View::ALL {
            let drawing = undrawn(which, &snapshot, &look);
            let asked = which.question(&snapshot, &look).is_some();
            let missing =
                says(&drawing, "not computed") || says(&drawing, "have not been computed");
            assert_eq!(missing, asked, "{which:?} of {hidden}");
        }
        let map = undrawn(View::PHASE_MAP, &snapshot, &look);
        assert_eq!(says(&map, "it is of one unit: set H to 1"), hidden > 1);
    }
    let begin = moment(0, |_| {});
    let look = Look::of(&begin);
    assert!(says(
        &drawn(View::HISTORY, &begin, &look),
        "no training step yet"
    ));
    assert!(says(
        &drawn(View::LOSS, &begin, &look),
        "No training step yet"
    ));
}

#[test]
fn what_is_not_finite_is_said_in_words() {
    for (name, snapshot) in moments() {
        if !name.contains("NaN") {
            continue;
        }
        // From the last step on the product is the unit matrix.
        let look = Look {
            cursor: Some(1),
            ..Look::of(&snapshot)
        };
        for (which, sentence) in [
            (View::TERMS, "is NaN"),
            (View::ACTIVATION, "points are not drawn, the first is NaN"),
            (View::SPECTRUM, "Every singular value is NaN"),
            (View::FORMULA, "NaN"),
        ] {
            assert!(
                says(&drawn(which, &snapshot, &look), sentence),
                "{name} {which:?}"
            );
        }
    }
    let dead = preset("Dead ReLU");
    let look = Look::of(&dead);
    assert!(says(&drawn(View::TERMS, &dead, &look), "exactly 0"));
    assert!(says(&drawn(View::FLOATS, &dead, &look), "exactly 0"));
    assert!(says(&drawn(View::TRIANGLE, &dead, &look), "exactly 0"));
}

#[test]
fn every_term_has_its_mark_in_its_place() {
    let snapshot = moment(4, |e| e.network.w_h = -0.8);
    let drawing = drawn(View::TERMS, &snapshot, &Look::of(&snapshot));
    let mut found = circles(&drawing, 3.8);
    found.sort_by(|a, b| a.0[0].total_cmp(&b.0[0]));
    let terms = snapshot
        .probe
        .flow
        .steps
        .iter()
        .map(|step| step.term_w_h.magnitude);
    let terms: Vec<Magnitude> = terms.filter(|term| term.log10().is_some()).collect();
    assert_eq!(found.len(), terms.len());
    for ((_, fill), term) in found.iter().zip(&terms) {
        let hollow = *fill == Some(COLOURS.ground);
        assert_eq!(hollow, term.is_negative(), "{term}");
    }
    // Heights are the same distance apart as logarithms, whatever the range of the axis.
    let height = |index: usize| found[index].0[1];
    let log10 = |index: usize| terms[index].log10().unwrap();
    let scale = (height(1) - height(0)) / (log10(1) - log10(0));
    for index in 2..found.len() {
        let expected = height(0) + scale * (log10(index) - log10(0));
        assert!((height(index) - expected).abs() < 1e-6);
    }
}

#[test]
fn every_operating_point_is_on_both_curves() {
    let snapshot = moment(0, |e| e.task.length = 30);
    let drawing = drawn(View::ACTIVATION, &snapshot, &Look::of(&snapshot));
    assert_eq!(circles(&drawing, 3.4).len(), 60);
    let many = moment(0, |e| {
        e.task.length = 40;
        e.network.hidden = 8;
    });
    let drawing = drawn(View::ACTIVATION, &many, &Look::of(&many));
    let squares = items(&drawing.layer).into_iter().map(|item| match item {
        Item::Bars { areas, .. } => areas.len(),
        _ => 0,
    });
    assert_eq!(squares.sum::<usize>(), 2 * 320);
}

#[test]
fn every_recorded_step_is_a_column_of_the_history() {
    let snapshot = moment(30, |_| {});
    let drawing = drawn(View::HISTORY, &snapshot, &Look::of(&snapshot));
    let pixels = image(&drawing);
    assert_eq!((pixels.width, pixels.height), (30, 10));
    for (column, row) in snapshot.run.timeline.rows.iter().enumerate() {
        assert_eq!(row.step, column as u64);
        for t in 1..=10 {
            assert_colour(pixels, (column, t - 1), row.nearest(t).1);
        }
    }
}

#[test]
fn every_product_is_a_pixel_of_the_triangle() {
    let five = |e: &mut Experiment| e.network.hidden = 5;
    for snapshot in [moment(0, |_| {}), moment(0, five)] {
        let look = Look::of(&snapshot);
        let triangle = match finding(View::TRIANGLE, &snapshot, &look) {
            Some(Finding::Triangle(triangle)) => triangle,
            _ => Triangle::of_numbers(&snapshot.probe.flow),
        };
        let drawing = drawn(View::TRIANGLE, &snapshot, &look);
        let pixels = image(&drawing);
        assert_eq!((pixels.width, pixels.height), (10, 10));
        for j in 1..=10 {
            for k in 1..=10 {
                match triangle.value(j, k) {
                    Some(value) => assert_colour(pixels, (k - 1, j - 1), value),
                    None => {
                        let place = 4 * ((j - 1) * 10 + k - 1);
                        assert_eq!(pixels.rgba[place..place + 3], COLOURS.ground);
                    }
                }
            }
        }
    }
}

#[test]
fn the_phase_map_has_its_first_row_at_its_foot() {
    let snapshot = moment(0, |_| {});
    let look = Look::of(&snapshot);
    let Some(Finding::PhaseMap(map)) = finding(View::PHASE_MAP, &snapshot, &look) else {
        panic!("no map");
    };
    let drawing = drawn(View::PHASE_MAP, &snapshot, &look);
    let pixels = image(&drawing);
    assert_eq!((pixels.width, pixels.height), (map.width, map.height));
    for (column, row) in [(0, 0), (200, 3), (30, 49)] {
        assert_colour(pixels, (column, 49 - row), map.outcome(column, row));
    }
}

#[test]
fn eigenvalues_and_singular_values_are_points() {
    let snapshot = moment(3, |e| e.network.hidden = 12);
    let look = Look {
        cursor: Some(7),
        ..Look::of(&snapshot)
    };
    let Some(Finding::SingularValues(values)) = finding(View::SPECTRUM, &snapshot, &look) else {
        panic!("no singular values");
    };
    let drawing = drawn(View::SPECTRUM, &snapshot, &look);
    assert_eq!(circles(&drawing, 3.4).len(), 12);
    assert_eq!(circles(&drawing, 3.2).len(), values.trusted);
    // Eigenvalues of a real matrix are its own mirror image about the real axis.
    let heights: Vec<f64> = circles(&drawing, 3.4).iter().map(|(at, _)| at[1]).collect();
    let (low, high) = heights
        .iter()
        .fold((f64::MAX, f64::MIN), |(low, high), &y| {
            (low.min(y), high.max(y))
        });
    let middle = 0.5 * (low + high);
    for y in &heights {
        assert!(
            heights
                .iter()
                .any(|other| (other + y - 2.0 * middle).abs() < 1e-6)
        );
    }
}

#[test]
fn the_landscape_marks_today() {
    let snapshot = moment(3, |_| {});
    let look = Look::of(&snapshot);
    let drawing = drawn(View::LANDSCAPE, &snapshot, &look);
    let [(at, Some(fill))] = circles(&drawing, 5.0)[..] else {
        panic!("one point");
    };
    assert_eq!(fill, COLOURS.w_h);
    // It lies on the curve of the loss, of which today is a point.
    let curve = items(&drawing.layer).into_iter().any(|item| match item {
        Item::Line { points, stroke } => {
            let near = |point: &Point| (point[0] - at[0]).hypot(point[1] - at[1]) < 1e-6;
            stroke.colour == COLOURS.measured && points.iter().any(near)
        }
        _ => false,
    });
    assert!(curve);
}
