//! The whole run as one picture: training steps to the right, timesteps downwards, and a way back to any
//! recorded step.

use egui::{Align2, ColorImage, FontId, Pos2, Rect, Response, Sense, Stroke, Ui, Vec2};

use super::accessible::describe_picture;
use super::action::Action;
use super::picture::{self, Pixels, Same};
use super::plot::explain;
use super::scene::Scene;
use crate::flow::thousands;
use crate::training::{Difference, HistoryRow, Timeline};

/// Room for the labels of the axes.
const LEFT: f32 = 42.0;
const BELOW: f32 = 16.0;

/// The title row: where one is in the run, and buttons to go through it.
pub fn title_ui(ui: &mut Ui, scene: &Scene<'_>, actions: &mut Vec<Action>) {
    let snapshot = scene.snapshot;
    let timeline = &snapshot.run.timeline;
    let newest = timeline.newest;
    let first = timeline.recorded.first().copied().unwrap_or(newest);
    for (text, name, hint, to) in [
        (
            "⏮",
            "First step",
            "To the oldest recorded step",
            Some(first),
        ),
        (
            "◀",
            "Step back",
            "One recorded step back (Ctrl+←)",
            Some(timeline.before(snapshot.moment.step)),
        ),
        (
            "▶",
            "Step on",
            "One recorded step on (Ctrl+→)",
            timeline.after(snapshot.moment.step),
        ),
        ("⏭", "Present", "To the present", None),
    ] {
        let possible = match to {
            Some(to) => to != snapshot.moment.step,
            None => timeline.is_past,
        };
        let response = ui
            .add_enabled(possible, egui::Button::new(text).small())
            .on_hover_text(hint)
            .accessible_name(name);
        if response.clicked() {
            actions.push(Action::LookAt(to));
        }
    }
    let kept = thousands(timeline.recorded.len() as u64);
    let (step, newest) = (thousands(snapshot.moment.step), thousands(newest));
    let bounded = format!(
        "{kept} steps can be gone back to: all of the newest, older ones thinned evenly. Their number is bounded by memory. Click or drag in the picture to go to one"
    );
    if timeline.is_of_another() {
        let otherwise = Difference::in_words(&timeline.otherwise);
        let text = format!("step {step} · old map: {newest} steps with {otherwise}");
        // What it hides is said at more length.
        let label = egui::Label::new(text).truncate();
        ui.add(label.show_tooltip_when_elided(false))
            .on_hover_text(format!(
                "The steps beyond this one were made with {otherwise}, which has been changed since. Continuing from one of them brings that back. The next step drops them. {bounded}"
            ));
    } else {
        ui.label(format!("step {step} of {newest}"))
            .on_hover_text(bounded);
    }
}

/// The picture.
pub fn picture_ui(ui: &mut Ui, scene: &Scene<'_>, size: Vec2, actions: &mut Vec<Action>) {
    let (area, _) = ui.allocate_exact_size(size, Sense::hover());
    let timeline = &scene.snapshot.run.timeline;
    let rect = Rect::from_min_max(
        area.min + Vec2::new(LEFT, 0.0),
        area.max - Vec2::new(0.0, BELOW),
    );
    if rect.width() < 20.0 || rect.height() < 10.0 {
        return;
    }
    ui.painter()
        .rect_filled(rect, 0.0, scene.palette.background);
    let response = ui.interact(rect, ui.scope_id().with("history"), Sense::click_and_drag());
    if timeline.rows.is_empty() {
        let text = if timeline.newest == 0 {
            "No step yet: press Step or Run"
        } else {
            "Computing"
        };
        explain(ui.painter(), rect, text, scene.palette.theory);
    } else {
        let texture = texture(ui, scene, rect);
        if timeline.is_of_another() {
            picture::paint_faded(ui.painter(), &texture, rect);
            say_of_another(ui, scene, rect);
        } else {
            picture::paint(ui.painter(), &texture, rect);
        }
    }
    let scale = RunScale::new(rect, timeline, scene.snapshot.len());
    axes(ui, scene, &scale);
    // A drag goes on beyond the edge.
    if let Some(at) = response.interact_pointer_pos().or(response.hover_pos()) {
        hover(&response, scene, scale.step_and_t(at), actions);
    }
    describe(&response, scene);
}

/// Above the map: that it is not of the network that is shown.
fn say_of_another(ui: &Ui, scene: &Scene<'_>, rect: Rect) {
    const TALLEST: f32 = 56.0;
    let otherwise = Difference::in_words(&scene.snapshot.run.timeline.otherwise);
    let text =
        format!("These steps had {otherwise}: click to look at one. The next step drops them");
    let above = rect.with_max_y(rect.bottom().min(rect.top() + TALLEST));
    explain(ui.painter(), above, &text, scene.palette.theory);
}

/// Where steps and timesteps are.
struct RunScale {
    rect: Rect,
    newest: u64,
    length: usize,
}

impl RunScale {
    fn new(rect: Rect, timeline: &Timeline, length: usize) -> Self {
        let longest = timeline.rows.iter().map(|row| row.length).max();
        Self {
            rect,
            newest: timeline.newest.max(1),
            length: longest.unwrap_or(1).max(length),
        }
    }

    fn x(&self, step: u64) -> f32 {
        let share = step as f64 / self.newest as f64;
        self.rect.left() + share as f32 * self.rect.width()
    }

    fn y(&self, t: usize) -> f32 {
        let share = (t as f32 - 0.5) / self.length as f32;
        self.rect.top() + share * self.rect.height()
    }

    fn step_and_t(&self, at: Pos2) -> (u64, usize) {
        let place = (at - self.rect.min) / self.rect.size();
        let step = (f64::from(place.x.clamp(0.0, 1.0)) * self.newest as f64).round() as u64;
        let t = (place.y * self.length as f32) as usize + 1;
        (step, t.clamp(1, self.length))
    }
}

/// Drawn again when rows have come, or the size or the theme is another.
fn texture(ui: &Ui, scene: &Scene<'_>, rect: Rect) -> egui::TextureHandle {
    let timeline = &scene.snapshot.run.timeline;
    let scale = RunScale::new(rect, timeline, 1);
    let width = picture::pixels(ui, rect.width());
    let height = picture::pixels(ui, rect.height()).min(scale.length.max(1) * 4);
    let key = (
        Same(timeline.rows.clone()),
        (width, height),
        scene.palette.dark,
    );
    picture::texture(ui, "history", key, || {
        let colours = Pixels::new(scene.palette);
        let mut image = ColorImage::filled([width, height], scene.palette.background);
        let mut rows = timeline.rows.iter().peekable();
        let mut row: Option<&HistoryRow> = None;
        let ts: Vec<usize> = (0..height).map(|y| y * scale.length / height + 1).collect();
        for x in 0..width {
            let step = ((x + 1) as f64 / width as f64 * scale.newest as f64).ceil() as u64;
            let mut is_new = false;
            while let Some(next) = rows.next_if(|next| next.step < step.max(1)) {
                row = Some(next);
                is_new = true;
            }
            let Some(row) = row else { continue };
            if !is_new && x > 0 {
                // Many columns show one step.
                for y in 0..height {
                    image.pixels[y * width + x] = image.pixels[y * width + x - 1];
                }
                continue;
            }
            for (y, &t) in ts.iter().enumerate() {
                if t <= row.length {
                    image.pixels[y * width + x] = colours.of(row.nearest(t).1);
                }
            }
        }
        image
    })
}

/// Labels, and lines through the moment that is shown and through the cursor.
fn axes(ui: &Ui, scene: &Scene<'_>, scale: &RunScale) {
    let (rect, painter, palette) = (scale.rect, ui.painter(), scene.palette);
    painter.rect_stroke(
        rect,
        0.0,
        Stroke::new(1.0, palette.faint),
        egui::StrokeKind::Outside,
    );
    let font = FontId::proportional(11.5);
    let label = |at: Pos2, align: Align2, text: String| {
        painter.text(at, align, text, font.clone(), palette.theory);
    };
    let beside = Vec2::new(4.0, 0.0);
    label(
        rect.left_top() - beside,
        Align2::RIGHT_TOP,
        "t = 1".to_owned(),
    );
    label(
        rect.left_bottom() - beside,
        Align2::RIGHT_BOTTOM,
        scale.length.to_string(),
    );
    let below = Vec2::new(0.0, 2.0);
    label(
        rect.left_bottom() + below,
        Align2::LEFT_TOP,
        "step 0".to_owned(),
    );
    label(
        rect.right_bottom() + below,
        Align2::RIGHT_TOP,
        thousands(scene.snapshot.run.timeline.newest),
    );
    let t = scene.view.time.cursor();
    let line = Stroke::new(1.0, palette.cursor.gamma_multiply(0.5));
    painter.hline(rect.x_range(), scale.y(t), line);
    let x = scale.x(scene.snapshot.moment.step);
    painter.vline(x, rect.y_range(), Stroke::new(1.5, palette.cursor));
    // A handle to take the line by.
    super::plot::triangle(
        painter,
        Pos2::new(x, rect.bottom() - 4.0),
        -4.0,
        palette.cursor,
    );
}

/// A drag or a click goes to the step under the pointer.
fn hover(response: &Response, scene: &Scene<'_>, at: (u64, usize), actions: &mut Vec<Action>) {
    let (step, t) = at;
    let timeline = &scene.snapshot.run.timeline;
    let recorded = timeline.nearest(step);
    let place = timeline.rows.partition_point(|row| row.step < recorded);
    let value = match timeline.rows.get(place) {
        Some(row) if row.step == recorded && t <= row.length => {
            let (t, value) = row.nearest(t);
            format!("\nt = {t}: {value} of the gradient")
        }
        _ => String::new(),
    };
    response
        .clone()
        .on_hover_text_at_pointer(format!("step {}{value}", thousands(recorded)));
    if (response.dragged() || response.clicked()) && recorded != scene.snapshot.moment.step {
        actions.push(Action::LookAt(Some(recorded)));
    }
    if response.clicked() {
        actions.push(Action::SetCursor(t.min(scene.snapshot.len())));
    }
}

/// What a screen reader says.
fn describe(response: &Response, scene: &Scene<'_>) {
    let timeline = &scene.snapshot.run.timeline;
    describe_picture(response, "History of the run", || {
        let with = if timeline.is_of_another() {
            format!(" with {}", Difference::in_words(&timeline.otherwise))
        } else {
            String::new()
        };
        format!(
            "step {} of {}{with}, {} steps kept, {} drawn",
            scene.snapshot.moment.step,
            timeline.newest,
            timeline.recorded.len(),
            timeline.rows.len()
        )
    });
}
