//! All products at once: the lower triangle of log₁₀ |∂o_j/∂o_k|.

use egui::{Align2, Color32, ColorImage, FontId, Pos2, Rect, Response, Sense, Stroke, Ui, Vec2};

use super::accessible::describe_picture;
use super::action::Action;
use super::picture::{self, Pixels};
use super::plot::absent;
use super::scene::Scene;
use super::study_ui;
use crate::export::View;
use crate::flow::{Magnitude, Triangle};
use crate::training::{Finding, Topic};

/// Room for the labels of the axes.
const LEFT: f32 = 42.0;
const BELOW: f32 = 18.0;

/// The title row: the product at the cursor, and how far a large one is.
pub fn title_ui(ui: &mut Ui, scene: &Scene<'_>, actions: &mut Vec<Action>) {
    let n = scene.snapshot.len();
    let k = scene.view.time.cursor();
    if let Some(triangle) = triangle(scene) {
        ui.label(pair_text(scene, triangle, n, k))
            .on_hover_text("The product from the cursor to the end. Hover over the picture for any other, click to put the cursor there");
    }
    if scene.snapshot.probe.flow.hidden > 1 {
        study_ui::state_ui(ui, scene, View::Triangle, actions);
    }
}

/// The triangle of this moment, or the newest that there is of many units.
fn triangle<'a>(scene: &Scene<'a>) -> Option<&'a Triangle> {
    if let Some(triangle) = &scene.snapshot.probe.triangle {
        return Some(triangle);
    }
    match scene.findings.study(Topic::Triangle)? {
        study if study.subject.probe.flow.hidden != scene.snapshot.probe.flow.hidden => None,
        study => match &study.finding {
            Finding::Triangle(triangle) if triangle.len() == scene.snapshot.len() => Some(triangle),
            _ => None,
        },
    }
}

fn pair_text(scene: &Scene<'_>, triangle: &Triangle, j: usize, k: usize) -> String {
    let (j, k) = (triangle.nearest(j), triangle.nearest(k));
    let value = triangle
        .value(j, k)
        .map_or_else(|| "0, the future".to_owned(), |value| value.to_string());
    if scene.snapshot.probe.flow.hidden == 1 {
        format!("∂o{}/∂o{} = {value}", subscript(j), subscript(k))
    } else {
        format!("‖∂o{}/∂o{}‖₂ = {value}", subscript(j), subscript(k))
    }
}

/// The picture.
pub fn picture_ui(ui: &mut Ui, scene: &Scene<'_>, size: Vec2, actions: &mut Vec<Action>) {
    let (area, _) = ui.allocate_exact_size(size, Sense::hover());
    let Some(triangle) = triangle(scene) else {
        let text = study_ui::absence(scene, View::Triangle);
        absent(ui, area, "All products", &text, scene.palette.theory);
        return;
    };
    let side = (size.x - LEFT).min(size.y - BELOW).max(16.0);
    let square = Rect::from_min_size(area.min + Vec2::new(LEFT, 0.0), Vec2::splat(side));
    let response = ui.interact(
        square,
        ui.scope_id().with("triangle"),
        Sense::click_and_drag(),
    );
    let texture = texture(ui, scene, triangle, side);
    picture::paint(ui.painter(), &texture, square);
    let scale = TimeSquare {
        square,
        length: scene.snapshot.len(),
    };
    frame(ui, scene, &scale);
    let hovered = response.hover_pos().map(|at| scale.pair(at));
    readout(ui, scene, triangle, (area, square), hovered);
    if let Some((j, k)) = hovered {
        let text = pair_text(scene, triangle, j, k);
        response.clone().on_hover_text_at_pointer(text);
        if response.clicked() || response.dragged() {
            actions.push(Action::SetCursor(k));
        }
    }
    describe(&response, scene, triangle);
}

/// Drawn again when the moment, the size or the theme is another.
fn texture(ui: &Ui, scene: &Scene<'_>, triangle: &Triangle, side: f32) -> egui::TextureHandle {
    let times = triangle.times().len();
    let pixels = picture::pixels(ui, side).min(times.max(picture::pixels(ui, 1.0)));
    let subject = match scene.findings.study(Topic::Triangle) {
        Some(study) if scene.snapshot.probe.triangle.is_none() => &study.subject,
        _ => scene.snapshot,
    };
    let key = (subject.identity(), pixels, scene.palette.dark);
    picture::texture(ui, "triangle", key, || {
        let colours = Pixels::new(scene.palette);
        let place = |pixel: usize| {
            let share = (pixel as f64 + 0.5) / pixels as f64;
            ((share * times as f64) as usize).min(times - 1)
        };
        let places: Vec<usize> = (0..pixels).map(place).collect();
        let mut image = ColorImage::filled([pixels, pixels], scene.palette.background);
        let mut row: Vec<Color32> = Vec::with_capacity(times);
        for (y, line) in image.pixels.chunks_exact_mut(pixels).enumerate() {
            if row.len() != places[y] + 1 {
                row.clear();
                row.extend(triangle.row(places[y]).map(|value| colours.of(value)));
            }
            for (&k, pixel) in places[..=y].iter().zip(line) {
                if let Some(colour) = row.get(k) {
                    *pixel = *colour;
                }
            }
        }
        image
    })
}

/// Timesteps laid over a square: j downwards, k to the right.
struct TimeSquare {
    square: Rect,
    length: usize,
}

impl TimeSquare {
    /// Where the middle of a timestep is, from 0 to 1.
    fn share(&self, t: usize) -> f32 {
        (t as f32 - 0.5) / self.length as f32
    }

    /// The pair (j, k) at a place.
    fn pair(&self, at: Pos2) -> (usize, usize) {
        let t = |share: f32| ((share * self.length as f32) as usize + 1).clamp(1, self.length);
        let place = (at - self.square.min) / self.square.size();
        (t(place.y), t(place.x))
    }
}

/// The axes, and lines through the cursor.
fn frame(ui: &Ui, scene: &Scene<'_>, scale: &TimeSquare) {
    let (square, painter, palette) = (scale.square, ui.painter(), scene.palette);
    let stroke = Stroke::new(1.0, palette.faint);
    painter.rect_stroke(square, 0.0, stroke, egui::StrokeKind::Outside);
    let font = FontId::proportional(11.5);
    let label = |at: Pos2, align: Align2, text: String| {
        painter.text(at, align, text, font.clone(), palette.theory);
    };
    let n = scale.length;
    label(
        square.left_top() - Vec2::new(4.0, 0.0),
        Align2::RIGHT_TOP,
        "1".to_owned(),
    );
    label(
        square.left_bottom() - Vec2::new(4.0, 0.0),
        Align2::RIGHT_BOTTOM,
        n.to_string(),
    );
    label(
        square.left_center() - Vec2::new(6.0, 0.0),
        Align2::RIGHT_CENTER,
        "j".to_owned(),
    );
    let below = Vec2::new(0.0, 3.0);
    label(
        square.left_bottom() + below,
        Align2::LEFT_TOP,
        "1".to_owned(),
    );
    label(
        square.right_bottom() + below,
        Align2::RIGHT_TOP,
        n.to_string(),
    );
    label(
        square.center_bottom() + below,
        Align2::CENTER_TOP,
        "k".to_owned(),
    );
    let cursor = scale.share(scene.view.time.cursor());
    let line = Stroke::new(1.0, palette.cursor.gamma_multiply(0.7));
    let x = square.left() + cursor * square.width();
    let y = square.top() + cursor * square.height();
    // What the loss sees of the cursor's step is at the foot of its column.
    painter.vline(x, y..=square.bottom(), line);
    painter.hline(square.left()..=x, y, line);
}

/// What to read, in the empty half beside and above the triangle.
fn readout(
    ui: &Ui,
    scene: &Scene<'_>,
    triangle: &Triangle,
    (area, square): (Rect, Rect),
    hovered: Option<(usize, usize)>,
) {
    let room =
        Rect::from_min_max(square.right_top(), area.right_bottom()).shrink2(Vec2::new(10.0, 2.0));
    if room.width() < 90.0 {
        return;
    }
    let n = scene.snapshot.len();
    let k = scene.view.time.cursor();
    let mut lines = vec![
        "Row j, column k:".to_owned(),
        "what oₖ does to oⱼ.".to_owned(),
        String::new(),
        pair_text(scene, triangle, n, k),
        pair_text(scene, triangle, k, 1),
    ];
    if let Some((j, k)) = hovered {
        lines.push(String::new());
        lines.push(pair_text(scene, triangle, j, k));
    }
    if triangle.times().len() < n {
        lines.push(String::new());
        lines.push(format!("{} of {n} timesteps", triangle.times().len()));
    }
    let job = egui::text::LayoutJob::simple(
        lines.join("\n"),
        FontId::proportional(12.5),
        text_colour(ui),
        room.width(),
    );
    let galley = ui.painter().layout_job(job);
    ui.painter().galley(room.min, galley, text_colour(ui));
}

fn text_colour(ui: &Ui) -> Color32 {
    ui.visuals().text_color()
}

/// What a screen reader says.
fn describe(response: &Response, scene: &Scene<'_>, triangle: &Triangle) {
    let n = scene.snapshot.len();
    let text = pair_text(scene, triangle, n, scene.view.time.cursor());
    let first: Option<Magnitude> = triangle.value(n, 1);
    describe_picture(response, "All products", || {
        format!(
            "{n} by {n}; {text}; from the first to the last step {}",
            first.map_or_else(String::new, |value| value.to_string())
        )
    });
}

/// A number in small letters below the line.
fn subscript(number: usize) -> String {
    number
        .to_string()
        .chars()
        .filter_map(|digit| char::from_u32('₀' as u32 + digit.to_digit(10)?))
        .collect()
}
