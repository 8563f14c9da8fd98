//! What the window paints is what the figure has: both are walked, shape by shape.

use egui::{Context, Pos2, RawInput, Rect, Shape, UiBuilder, Vec2};

use super::places::{Lens, area_of};
use super::{Textures, paint};
use crate::export::testing::of_every_view;
use crate::export::{Sight, figure};
use crate::scene::testing::moment;
use crate::scene::{
    Area, Canvas, Chart, Colour, Definition, Entry, Frame, Header, Hot, Item, Layer, Look, Memo,
    Part, Picture, Scene, Series, Stroke, Swatch, Table, Theme, View, elided,
};
use crate::ui::theme::color32;

/// The scene of `view` on a screen, and what the window paints of it.
fn painted(scene: &Scene) -> Vec<Shape> {
    painted_in(scene, Lens::PLAIN.rect(scene.canvas.area))
}

/// The same on a stretch of the screen.
fn painted_in(scene: &Scene, area: Rect) -> Vec<Shape> {
    let ctx = Context::default();
    crate::ui::fonts::install(&ctx);
    let textures = Textures::default();
    let mut shapes = Vec::new();
    // The first frame loads the fonts, and a plot knows its bounds from the second on.
    for _ in 0..3 {
        let input = RawInput {
            screen_rect: Some(area.expand(20.0)),
            ..RawInput::default()
        };
        let mut output = ctx.run_ui(input, |ui| {
            let mut inside = ui.new_child(UiBuilder::new().max_rect(area));
            inside.set_clip_rect(area.expand(20.0));
            paint(&mut inside, scene, &textures);
        });
        output.textures_delta.clear();
        shapes.clear();
        for clipped in output.shapes {
            flatten(clipped.shape, &mut shapes);
        }
    }
    shapes
}

fn flatten(shape: Shape, found: &mut Vec<Shape>) {
    match shape {
        Shape::Vec(shapes) => shapes.into_iter().for_each(|shape| flatten(shape, found)),
        shape => found.push(shape),
    }
}

/// Whether `shape` has something of `colour` within `area`.
fn has_colour(shape: &Shape, colour: Colour, area: Rect) -> bool {
    let colour = color32(colour);
    let is_near = shape.visual_bounding_rect().intersects(area);
    match shape {
        Shape::Mesh(mesh) => mesh
            .vertices
            .iter()
            .any(|vertex| vertex.color == colour && area.contains(vertex.pos)),
        Shape::Path(path) => {
            is_near
                && (path.fill == colour
                    || path.stroke.color == egui::epaint::ColorMode::Solid(colour))
        }
        // A line of many points.
        Shape::Band(band) => is_near && band.fill == colour,
        Shape::LineSegment { stroke, .. } => is_near && stroke.color == colour,
        Shape::Circle(circle) => {
            is_near && (circle.fill == colour || circle.stroke.color == colour)
        }
        Shape::Rect(rect) => is_near && (rect.fill == colour || rect.stroke.color == colour),
        _ => false,
    }
}

/// Where an item is, a little larger, and its colours.
fn expected(item: &Item) -> Option<(Rect, Vec<Colour>)> {
    let around = |points: &[[f64; 2]]| {
        let points = points.iter().map(|&[x, y]| Pos2::new(x as f32, y as f32));
        Rect::from_points(&points.collect::<Vec<_>>()).expand(2.0)
    };
    let of = |fill: &Option<Colour>, stroke: &Option<Stroke>| {
        let edge = stroke.map(|stroke| stroke.colour);
        fill.iter().copied().chain(edge).collect::<Vec<_>>()
    };
    Some(match item {
        Item::Line { points, stroke } => (around(points), vec![stroke.colour]),
        Item::Rect {
            area, fill, stroke, ..
        } => (Lens::PLAIN.rect(area.grown(2.0)), of(fill, stroke)),
        Item::Bars { areas, fill } => {
            let first = areas.first()?;
            (Lens::PLAIN.rect(first.grown(1.0)), vec![*fill])
        }
        Item::Polygon {
            points,
            fill,
            stroke,
        } => (around(points), of(fill, stroke)),
        Item::Circle {
            centre,
            radius,
            fill,
            stroke,
        } => {
            let side = 2.0 * radius + 4.0;
            (
                Lens::PLAIN.rect(Area::around(*centre, side, side)),
                of(fill, stroke),
            )
        }
        _ => return None,
    })
}

fn text_of(shape: &Shape) -> Option<(&str, Rect)> {
    match shape {
        Shape::Text(text) => Some((text.galley.text(), shape.visual_bounding_rect())),
        _ => None,
    }
}

/// Whether the texture of a picture of magnitudes is painted, and nothing opaque covers it.
fn is_heat_seen(shapes: &[Shape], area: Rect) -> bool {
    let middle = area.center() + Vec2::new(0.31, 0.17) * area.size();
    let is_texture = |shape: &&Shape| match shape {
        Shape::Rect(rect) => rect.brush.is_some() && rect.rect.contains(middle),
        Shape::Mesh(mesh) => {
            mesh.texture_id != egui::TextureId::default() && mesh.calc_bounds().contains(middle)
        }
        _ => false,
    };
    let covers = |shape: &Shape| match shape {
        Shape::Rect(rect) => {
            rect.brush.is_none() && rect.fill.is_opaque() && rect.rect.contains_rect(area)
        }
        _ => false,
    };
    let Some(place) = shapes.iter().position(|shape| is_texture(&shape)) else {
        return false;
    };
    !shapes[place + 1..].iter().any(covers)
}

/// Everything that a figure of `scene` has is among `shapes`.
fn assert_painted(scene: &Scene, shapes: &[Shape], what: &str) {
    let mut layer = Layer::default();
    let headless = Scene {
        header: Header::default(),
        ..scene.clone()
    };
    headless.draw(&mut layer);
    for part in &scene.parts {
        if let Part::Chart(chart) = part
            && chart.heat.is_some()
        {
            let area = Lens::PLAIN.rect(chart.frame.area);
            assert!(is_heat_seen(shapes, area), "{what}: no picture");
        }
    }
    let named = names_of_limits(scene);
    let inside = Lens::PLAIN.rect(scene.canvas.area.grown(1.0));
    for item in &layer.items {
        if let Item::Text(text) = item {
            // Names of limits stand beside the frame of a figure and in that of a window, where there is room.
            let is_there = shapes.iter().filter_map(text_of).any(|(found, rect)| {
                let at = Pos2::new(text.at[0] as f32, text.at[1] as f32);
                found == text.text && rect.expand(8.0).contains(at)
            });
            assert!(
                is_there || named.contains(&text.text),
                "{what}: no “{}”",
                text.text
            );
        } else if let Item::Glyph(glyph) = item {
            let sign = glyph.sign.to_string();
            assert!(
                shapes
                    .iter()
                    .filter_map(text_of)
                    .any(|(found, _)| found == sign),
                "{what}: no {sign}"
            );
        } else if let Some((area, colours)) = expected(item).filter(|it| it.0.intersects(inside)) {
            let leads_to_name =
                matches!(item, Item::Line { points, .. } if points.len() == 3 && !named.is_empty());
            for colour in colours {
                assert!(
                    leads_to_name || shapes.iter().any(|shape| has_colour(shape, colour, area)),
                    "{what}: nothing of {colour:?} in {area:?}"
                );
            }
        }
    }
}

fn names_of_limits(scene: &Scene) -> Vec<String> {
    let charts = scene.parts.iter().filter_map(|part| match part {
        Part::Chart(chart) => Some(&chart.series),
        _ => None,
    });
    let limits = charts.flatten().filter_map(|series| match series {
        Series::Limits(limits) => Some(&limits.lines),
        _ => None,
    });
    limits.flatten().map(|(_, name)| name.clone()).collect()
}

fn scene_of(view: View, sight: &Sight<'_>, canvas: &Canvas) -> Scene {
    let memo = Memo::default();
    Scene::of(view, &sight.subject(view, &memo), canvas)
}

#[test]
fn the_window_paints_everything_that_the_figure_has() {
    of_every_view(|view, sight, what| {
        for (theme, size) in [
            (Theme::Dark, [960.0, 460.0]),
            (Theme::Light, [420.0, 190.0]),
            (Theme::Print, [640.0, 300.0]),
        ] {
            let area = Area::new(20.0, 20.0, 20.0 + size[0], 20.0 + size[1]);
            let scene = scene_of(view, sight, &Canvas::screen(area, theme, 1.0));
            let what = format!("{what}, {theme:?}, {size:?}");
            assert!(!scene.parts.is_empty(), "{what}");
            assert_painted(&scene, &painted(&scene), &what);
        }
    });
}

/// What a series is, whatever the size of its canvas.
fn kinds(scene: &Scene) -> Vec<String> {
    let mut kinds = Vec::new();
    for part in &scene.parts {
        match part {
            Part::Chart(chart) => {
                // A window shows in the picture of a run where its present is.
                let is_shown = |series: &&Series| {
                    chart.name != "history" || !matches!(series, Series::Upright { .. })
                };
                for series in chart.series.iter().filter(is_shown) {
                    kinds.push(match series {
                        Series::Line { name, .. } => format!("line {name}"),
                        Series::Points { name, .. } => format!("points {name}"),
                        Series::Bars { name, .. } => format!("bars {name}"),
                        Series::NotFinite { values, .. } => format!("marks {values:?}"),
                        Series::Limits(_) => "limits".to_owned(),
                        Series::Upright { x, .. } => format!("upright at {x}"),
                        other => format!("{other:?}"),
                    });
                }
                kinds.push(format!("{:?}", chart.remark));
            }
            Part::Absent(remark, _) => kinds.push(remark.text.clone()),
            Part::Header(header, _) => kinds.push(header.name.to_owned()),
            Part::Sketch(_) => kinds.push("sketch".to_owned()),
        }
    }
    kinds
}

/// The page has what the tile has: the same series, marks, remarks and signs.
#[test]
fn a_figure_and_a_tile_are_one_scene() {
    of_every_view(|view, sight, what| {
        let area = Area::new(0.0, 0.0, 920.0, 454.0);
        let page = scene_of(view, sight, &Canvas::page(area, Theme::Light));
        let tile = scene_of(view, sight, &Canvas::screen(area, Theme::Light, 2.0));
        assert_eq!(page.header.legend, tile.header.legend, "{what}");
        assert_eq!(page.header.sentence, tile.header.sentence, "{what}");
        assert_eq!(page.header.key, tile.header.key, "{what}");
        assert_eq!(kinds(&page), kinds(&tile), "{what}");
        // And so has the file, on its sheet: every text, at most cut where there is no room.
        let drawing = figure::view(view, sight);
        for entry in &page.header.legend {
            let is_entry = |text: &str| text == entry.text || text.ends_with('…');
            let is_there = drawing.layer.texts().any(|text| is_entry(&text.text));
            assert!(is_there, "{what}: {}", entry.text);
        }
    });
}

/// A view that nobody has heard of: it takes one definition to be drawn, written and said.
static EXAMPLE: Definition = Definition {
    name: "Example",
    slug: "example",
    meaning: "A view of a test",
    spoken: "Picture of an example",
    header: |_, canvas| Header {
        name: "Example",
        sentence: "one line".to_owned(),
        legend: vec![Entry::new(Swatch::Line, canvas.colours().w_h, "the line")],
        ..Header::default()
    },
    picture: |subject, canvas, room| {
        let inner = room.without(60.0, 4.0, 10.0, 20.0);
        let frame = Frame::new(inner, (0.0, 11.0), (-1.0, 1.0));
        let states = subject.snapshot.probe.states.iter();
        let points = (0..).zip(states);
        let points = points.map(|(t, &state)| (f64::from(t), Some(state)));
        let stroke = Stroke::new(canvas.colours().w_h, 2.0);
        let chart = Chart {
            series: vec![Series::line("states", points, stroke)],
            hot: Hot::Steps(1, 10),
            ..Chart::new("example", frame)
        };
        Picture::of(chart, "The states of an example".to_owned())
    },
    table: |subject| {
        let states = subject.snapshot.probe.states.iter().copied();
        Ok(Table::default().numbers("state", states))
    },
    says: |_, _, [t, _]| Some(format!("state {t}")),
    ..Definition::EMPTY
};

#[test]
fn a_view_is_added_by_its_definition() {
    let view = View::new(&EXAMPLE);
    let snapshot = moment(3, |_| {});
    let look = Look::of(&snapshot);
    let sight = Sight::new(&snapshot, &look);
    let area = Area::new(0.0, 0.0, 400.0, 200.0);
    let scene = scene_of(view, &sight, &Canvas::screen(area, Theme::Dark, 1.0));
    assert_painted(&scene, &painted(&scene), "the example");
    let drawing = figure::view(view, &sight);
    let svg = figure::svg(&drawing, "");
    for part in [
        "A view of a test",
        ">the line<",
        "<title>state 10</title>",
        "#963ca5",
    ] {
        assert!(svg.contains(part), "{part}");
    }
    let table = sight.table(view).unwrap();
    assert_eq!((table.names(), table.len()), (vec!["state".to_owned()], 11));
    assert!(area_of(Rect::from_min_size(Pos2::ZERO, Vec2::new(400.0, 200.0))) == area);
    assert_eq!(elided(view.name(), 11.5, 400.0), "Example");
}

/// Twice as large on the same stretch of the screen: letters twice as high, and nothing outside.
#[test]
fn what_is_magnified_is_larger_in_the_same_place() {
    let snapshot = moment(3, |_| {});
    let look = Look::of(&snapshot);
    let sight = Sight::new(&snapshot, &look);
    let area = Area::new(20.0, 20.0, 920.0, 620.0);
    let usual = Canvas::screen(area, Theme::Dark, 1.0);
    let heights = |canvas: &Canvas| {
        let scene = scene_of(View::PRODUCT, &sight, canvas);
        let shapes = painted_in(&scene, Lens::PLAIN.rect(area));
        let texts: Vec<(String, Rect)> = shapes
            .iter()
            .filter_map(text_of)
            .map(|(text, rect)| (text.to_owned(), rect))
            .collect();
        assert!(texts.len() > 5);
        for (text, rect) in &texts {
            assert!(
                Lens::PLAIN.rect(area).expand(2.0).contains_rect(*rect),
                "{text}"
            );
        }
        let one = texts.iter().find(|(text, _)| text == "1").unwrap();
        one.1.height()
    };
    let ratio = heights(&usual.magnified(2.0)) / heights(&usual);
    assert!((ratio - 2.0).abs() < 0.2, "{ratio}");
}
