//! Every view of every kind of moment is drawn, and what is drawn is what the moment holds.

use super::super::sight::Sight;
use super::view;
use crate::scene::testing::{finding, looking_at, moment, moments, moments_of_any_network, preset};
use crate::scene::{Anchor, Area, Drawing, Item, Layer, Look, Point, Text, View, width};
use crate::training::Snapshot;

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

fn says(drawing: &Drawing, sentence: &str) -> bool {
    let texts = drawing.layer.texts().map(|text| text.text.as_str());
    texts.collect::<Vec<_>>().join(" ").contains(sentence)
}

#[test]
fn everything_is_on_the_figure_and_the_same_twice() {
    let of_the_lecture = moments().into_iter();
    let of_the_lecture = of_the_lecture.map(|(name, snapshot)| (name.to_owned(), snapshot));
    for (name, snapshot) in of_the_lecture.chain(moments_of_any_network()) {
        for which in View::ALL {
            for cursor in [1, snapshot.len()] {
                let look = looking_at(&snapshot, cursor);
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
            let look = looking_at(&snapshot, snapshot.len().div_ceil(2));
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
            if which.refusal(&snapshot.moment.experiment).is_some() {
                continue;
            }
            let asked = which.question(&snapshot, &look).is_some();
            let missing = ["not computed", "have not been computed"];
            let missing = missing.iter().any(|words| says(&drawing, words));
            assert_eq!(missing, asked, "{which:?} of {hidden}");
        }
        let map = undrawn(View::PHASE_MAP, &snapshot, &look);
        assert_eq!(says(&map, "is of one unit: set H to 1"), hidden > 1);
        for (view, words) in [
            (View::GATES, "has no gates"),
            (View::LAYERS, "there is one layer"),
        ] {
            assert!(says(&undrawn(view, &snapshot, &look), words));
        }
    }
    let begin = moment(0, |_| {});
    let look = Look::of(&begin);
    for (which, words) in [
        (View::HISTORY, "no training step yet"),
        (View::LOSS, "No training step yet"),
    ] {
        assert!(says(&drawn(which, &begin, &look), words));
    }
}

#[test]
fn what_is_not_finite_is_said_in_words() {
    for (name, snapshot) in moments() {
        if !name.contains("NaN") {
            continue;
        }
        // From the last step on the product is the unit matrix.
        let look = looking_at(&snapshot, 1);
        for (which, sentence) in [
            (View::TERMS, "is NaN"),
            (View::ACTIVATION, "points are not drawn, the first is NaN"),
            (View::SPECTRUM, "Every singular value is NaN"),
            (View::FORMULA, "NaN"),
        ] {
            let is_said = says(&drawn(which, &snapshot, &look), sentence);
            assert!(is_said, "{name} {which:?}");
        }
    }
    let dead = preset("Dead ReLU");
    let look = Look::of(&dead);
    for which in [View::TERMS, View::FLOATS, View::TRIANGLE] {
        assert!(says(&drawn(which, &dead, &look), "exactly 0"), "{which:?}");
    }
}
