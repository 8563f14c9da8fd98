//! Shapes of a drawing as shapes of egui.

use egui::epaint::{PathStroke, TextShape};
use egui::{Color32, CornerRadius, FontId, Mesh, Pos2, Rect, Shape, Stroke, StrokeKind, Ui, Vec2};

use super::super::theme::color32;
use super::glyph;
use super::places::Lens;
use crate::scene::{self, Anchor, HALF_CAPITAL, Item, Layer, Text};

/// Dashes or dots along a line at most: with more of them there is nothing to be seen between them, however jagged the
/// line is.
const MOST_DASHES: f32 = 2_000.0;

/// Paints the shapes of `layer` as seen through `lens`.
pub fn paint_layer(ui: &Ui, layer: &Layer, lens: Lens) {
    ui.painter().extend(shapes_of(ui, layer, lens));
}

/// The shapes of `layer` as seen through `lens`.
pub fn shapes_of(ui: &Ui, layer: &Layer, lens: Lens) -> Vec<Shape> {
    let mut shapes = Shapes {
        ui,
        lens,
        found: Vec::with_capacity(layer.items.len()),
        rects: Mesh::default(),
    };
    for item in &layer.items {
        shapes.add(item);
    }
    shapes.end_rects();
    shapes.found
}

struct Shapes<'a> {
    ui: &'a Ui,
    lens: Lens,
    found: Vec<Shape>,
    /// Plain rectangles since the last other shape: thousands of them are one.
    rects: Mesh,
}

impl Shapes<'_> {
    fn add(&mut self, item: &Item) {
        match item {
            Item::Rect {
                area,
                fill: Some(fill),
                stroke: None,
                corner: 0.0,
            } => {
                let rect = self.seen(self.lens.rect(*area));
                self.rects.add_colored_rect(rect, color32(*fill));
            }
            Item::Bars { areas, fill } => {
                for area in areas {
                    let rect = self.lens.rect(*area);
                    self.rects.add_colored_rect(rect, color32(*fill));
                }
            }
            _ => {
                self.end_rects();
                self.add_other(item);
            }
        }
    }

    /// `rect`, or where it is the bar of a fraction, thinner than a pixel, the row of pixels that it is nearest to:
    /// between two rows it would be gone.
    fn seen(&self, rect: Rect) -> Rect {
        let pixel = 1.0 / self.ui.ctx().pixels_per_point();
        if rect.height() >= pixel || rect.width() < 4.0 * pixel {
            return rect;
        }
        let top = ((rect.center().y - 0.5 * pixel) / pixel).round() * pixel;
        Rect::from_x_y_ranges(rect.x_range(), top..=top + pixel)
    }

    fn end_rects(&mut self) {
        if !self.rects.is_empty() {
            self.found
                .push(Shape::mesh(std::mem::take(&mut self.rects)));
        }
    }

    fn add_other(&mut self, item: &Item) {
        match item {
            Item::Line { points, stroke } => {
                let points = points.iter().map(|&at| self.lens.position(at)).collect();
                self.line(points, stroke);
            }
            Item::Rect {
                area,
                fill,
                stroke,
                corner,
            } => self.found.push(Shape::Rect(egui::epaint::RectShape::new(
                self.lens.rect(*area),
                CornerRadius::same(self.lens.length(*corner) as u8),
                fill.map_or(Color32::TRANSPARENT, color32),
                stroke.map_or(Stroke::NONE, |stroke| self.lens.stroke(&stroke)),
                StrokeKind::Middle,
            ))),
            Item::Polygon {
                points,
                fill,
                stroke,
            } => {
                let points = points.iter().map(|&at| self.lens.position(at)).collect();
                let fill = fill.map_or(Color32::TRANSPARENT, color32);
                let stroke = stroke.map_or(Stroke::NONE, |stroke| self.lens.stroke(&stroke));
                self.found.push(Shape::convex_polygon(points, fill, stroke));
            }
            Item::Circle {
                centre,
                radius,
                fill,
                stroke,
            } => {
                let edge = stroke.as_ref();
                // A disc with an edge of its own colour would have a rim where the two meet.
                let is_one = edge.is_some_and(|edge| *fill == Some(edge.colour));
                let wider = edge.filter(|_| is_one).map_or(0.0, |edge| 0.5 * edge.width);
                let edge = edge.filter(|_| !is_one);
                self.found.push(Shape::Circle(egui::epaint::CircleShape {
                    center: self.lens.position(*centre),
                    radius: self.lens.length(radius + wider),
                    fill: fill.map_or(Color32::TRANSPARENT, color32),
                    stroke: edge.map_or(Stroke::NONE, |edge| self.lens.stroke(edge)),
                }));
            }
            Item::Text(text) => self.text(text),
            Item::Glyph(glyph) => self.found.extend(glyph::shape(self.ui, glyph, self.lens)),
            // Plain rectangles are added together. A screen has pictures as textures, and says what places say
            // when somebody points at them.
            Item::Bars { .. } | Item::Image { .. } | Item::Hot { .. } => {}
        }
    }

    fn line(&mut self, points: Vec<Pos2>, stroke: &scene::Stroke) {
        let drawn = self.lens.stroke(stroke);
        let mut points = self.on_pixels(points, drawn.width);
        if stroke.dash.is_some() {
            // Dashes follow no bend that is smaller than they are.
            points = thinned(points);
        }
        let Some([dash, gap]) = stroke.dash else {
            self.found.push(Shape::Path(egui::epaint::PathShape::line(
                points,
                PathStroke::from(drawn),
            )));
            return;
        };
        let length: f32 = points
            .windows(2)
            .map(|pair| pair[0].distance(pair[1]))
            .sum();
        let [dash, gap] = [dash, gap].map(|part| self.lens.length(part));
        let longer = (length / ((dash + gap) * MOST_DASHES)).max(1.0);
        let (dash, gap) = (longer * dash, longer * gap);
        match points[..] {
            [from, to] if from.x == to.x || from.y == to.y => {
                self.found
                    .push(straight_dashes(from, to, drawn, (dash, gap)));
            }
            _ => self
                .found
                .extend(Shape::dashed_line(&points, drawn, dash, gap)),
        }
    }

    /// A thin line that is level or upright lies on whole pixels, so that it is sharp.
    fn on_pixels(&self, mut points: Vec<Pos2>, width: f32) -> Vec<Pos2> {
        let [from, to] = &mut points[..] else {
            return points;
        };
        if width > 1.5 {
            return points;
        }
        let per_point = self.ui.ctx().pixels_per_point();
        let sharp = |at: f32| ((at * per_point - 0.5).round() + 0.5) / per_point;
        if from.x == to.x {
            from.x = sharp(from.x);
            to.x = from.x;
        } else if from.y == to.y {
            from.y = sharp(from.y);
            to.y = from.y;
        }
        points
    }

    fn text(&mut self, text: &Text) {
        // Half points: every size of letters takes room in the atlas of glyphs.
        let size = (2.0 * self.lens.length(text.size)).round() / 2.0;
        let colour = color32(text.colour);
        let font = FontId::proportional(size);
        let galley = self
            .ui
            .painter()
            .layout_no_wrap(text.text.clone(), font, colour);
        let Some(row) = galley.rows.first() else {
            return;
        };
        let Some(first) = row.glyphs.first() else {
            return;
        };
        let baseline = row.pos.y + first.pos.y;
        let drop = if text.centred {
            HALF_CAPITAL as f32 * size
        } else {
            0.0
        };
        let before = match text.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => 0.5 * galley.size().x,
            Anchor::End => galley.size().x,
        };
        let at = self.lens.position(text.at);
        let offset = Vec2::new(-before, drop - baseline);
        if text.rotation == 0.0 {
            let mut corner = at + offset;
            let per_point = self.ui.ctx().pixels_per_point();
            corner.y = (corner.y * per_point).round() / per_point;
            self.found.push(Shape::galley(corner, galley, colour));
            return;
        }
        let angle = (text.rotation as f32).to_radians();
        let turned = egui::emath::Rot2::from_angle(angle) * offset;
        let mut shape = TextShape::new(at + turned, galley, colour);
        shape.angle = angle;
        self.found.push(Shape::Text(shape));
    }
}

/// Those of `points` that are some way apart, the first and the last among them.
fn thinned(points: Vec<Pos2>) -> Vec<Pos2> {
    const APART: f32 = 4.0;
    let Some(&last) = points.last() else {
        return points;
    };
    let mut kept: Vec<Pos2> = Vec::new();
    for point in points {
        if kept
            .last()
            .is_none_or(|before| before.distance(point) >= APART)
        {
            kept.push(point);
        }
    }
    if kept.len() < 2 || kept.last() != Some(&last) {
        kept.push(last);
    }
    kept
}

/// A level or upright line of dashes as one shape: a chart has hundreds of them.
fn straight_dashes(from: Pos2, to: Pos2, stroke: Stroke, (dash, gap): (f32, f32)) -> Shape {
    let (length, way) = (from.distance(to), (to - from).normalized());
    let half = 0.5 * stroke.width * way.rot90();
    let mut mesh = Mesh::default();
    let mut at = 0.0;
    while at < length {
        let (start, end) = (from + at * way, from + (at + dash).min(length) * way);
        mesh.add_colored_rect(Rect::from_two_pos(start - half, end + half), stroke.color);
        at += dash + gap;
    }
    Shape::mesh(mesh)
}
