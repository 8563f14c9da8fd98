//! The phase map: log₁₀ |∂o_n/∂o_1| of one unit over w_h and the length or the input weight.

use std::sync::Arc;

use egui::{Align2, ColorImage, FontId, Pos2, Rect, Response, Sense, Stroke, Ui, Vec2};

use super::accessible::describe_picture;
use super::action::Action;
use super::picture::{self, Pixels, Same};
use super::plot::absent;
use super::scene::Scene;
use crate::export::PhaseAxis;
use crate::flow::{PhaseMap, decimal};
use crate::training::{Finding, OtherAxis, PhaseAxes, Question, Study, Topic, Weight};

/// Room for the labels of the axes.
const LEFT: f32 = 42.0;
const BELOW: f32 = 16.0;

/// The title row: which axis, and the value here.
pub fn title_ui(ui: &mut Ui, scene: &Scene<'_>, actions: &mut Vec<Action>) {
    for (axis, text, hint) in [
        (
            PhaseAxis::Length,
            "n",
            "wₕ to the right, sequence length upwards. Beyond the probe's length its inputs begin again",
        ),
        (
            PhaseAxis::InputWeight,
            "wᵢ",
            "wₕ to the right, input weight upwards, at the probe's length",
        ),
    ] {
        let chosen = scene.view.phase_axis == axis;
        let response = ui
            .selectable_label(chosen, format!("wₕ × {text}"))
            .on_hover_text(hint);
        if response.clicked() {
            actions.push(Action::SetPhaseAxis(axis));
        }
    }
    if scene.snapshot.probe.flow.hidden == 1 {
        ui.label(format!(
            "∂oₙ/∂o₁ = {}",
            scene.snapshot.probe.flow.steps[0].to_end
        ))
        .on_hover_text("Here and now: at the ring. Click anywhere to go there");
    }
}

/// The map and the study that it is of.
fn map<'a>(scene: &Scene<'a>) -> Option<(&'a Arc<Study>, &'a PhaseMap)> {
    let study = scene.findings.study(Topic::PhaseMap)?;
    match &study.finding {
        Finding::PhaseMap(map) => Some((study, map)),
        _ => None,
    }
}

/// The picture.
pub fn picture_ui(ui: &mut Ui, scene: &Scene<'_>, size: Vec2, actions: &mut Vec<Action>) {
    let (area, _) = ui.allocate_exact_size(size, Sense::hover());
    let rect = Rect::from_min_max(
        area.min + Vec2::new(LEFT, 0.0),
        area.max - Vec2::new(0.0, BELOW),
    );
    if rect.width() < 20.0 || rect.height() < 10.0 {
        return;
    }
    if scene.snapshot.probe.flow.hidden > 1 {
        let text = "The phase map is of one unit: set H to 1";
        absent(ui, area, "Phase map", text, scene.palette.theory);
        return;
    }
    let Some((study, map)) = map(scene) else {
        absent(ui, area, "Phase map", "Computing", scene.palette.theory);
        return;
    };
    let Some(scale) = MapScale::new(rect, study) else {
        return;
    };
    let key = (Same(Arc::clone(study)), scene.palette.dark);
    let texture = picture::texture(ui, "phase map", key, || image(map, scene));
    picture::paint(ui.painter(), &texture, rect);
    axes(ui, scene, &scale);
    let response = ui.interact(
        rect,
        ui.scope_id().with("phase map"),
        Sense::click_and_drag(),
    );
    // Nothing covers the map under the hand.
    if let Some(at) = response.hover_pos().filter(|_| !response.dragged()) {
        hover(&response, map, &scale, at);
    }
    go(&response, scene, &scale, actions);
    describe(&response, scene, map);
}

fn image(map: &PhaseMap, scene: &Scene<'_>) -> ColorImage {
    let colours = Pixels::new(scene.palette);
    let mut image = ColorImage::filled([map.width, map.height], scene.palette.background);
    for row in 0..map.height {
        // The first row is at the foot.
        let line = (map.height - 1 - row) * map.width;
        for column in 0..map.width {
            image.pixels[line + column] = colours.of(map.outcome(column, row));
        }
    }
    image
}

/// Where w_h and the other axis are.
struct MapScale {
    rect: Rect,
    axes: PhaseAxes,
}

impl MapScale {
    fn new(rect: Rect, study: &Study) -> Option<Self> {
        match study.question {
            Question::PhaseMap(axes) => Some(Self { rect, axes }),
            _ => None,
        }
    }

    /// The ends of the other axis: the middles of its first and last row.
    fn ends(&self) -> (f64, f64) {
        match self.axes.other {
            OtherAxis::Length(largest) => (1.0, largest as f64),
            OtherAxis::InputWeight(low, high) => (low, high),
        }
    }

    fn position(&self, w_h: f64, other: f64) -> Pos2 {
        let (left, right) = self.axes.w_h;
        let (low, high) = self.ends();
        let x = ((w_h - left) / (right - left)) as f32;
        let y = ((other - low) / (high - low)) as f32;
        Pos2::new(
            self.rect.left() + x * self.rect.width(),
            self.rect.bottom() - y * self.rect.height(),
        )
    }

    fn values(&self, at: Pos2) -> (f64, f64) {
        let (left, right) = self.axes.w_h;
        let (low, high) = self.ends();
        let x = f64::from(((at.x - self.rect.left()) / self.rect.width()).clamp(0.0, 1.0));
        let y = f64::from(((self.rect.bottom() - at.y) / self.rect.height()).clamp(0.0, 1.0));
        (left + x * (right - left), low + y * (high - low))
    }
}

fn axes(ui: &Ui, scene: &Scene<'_>, scale: &MapScale) {
    let (rect, painter, palette) = (scale.rect, ui.painter(), scene.palette);
    let stroke = Stroke::new(1.0, palette.faint);
    painter.rect_stroke(rect, 0.0, stroke, egui::StrokeKind::Outside);
    let font = FontId::proportional(11.5);
    let label = |at: Pos2, align: Align2, text: String| {
        painter.text(at, align, text, font.clone(), palette.theory);
    };
    let (low, high) = scale.ends();
    let (left, right) = scale.axes.w_h;
    let name = match scale.axes.other {
        OtherAxis::Length(_) => "n",
        OtherAxis::InputWeight(..) => "wᵢ",
    };
    let beside = Vec2::new(4.0, 0.0);
    label(
        rect.left_bottom() - beside,
        Align2::RIGHT_BOTTOM,
        decimal(low, 2),
    );
    label(
        rect.left_center() - beside,
        Align2::RIGHT_CENTER,
        name.to_owned(),
    );
    label(
        rect.left_top() - beside,
        Align2::RIGHT_TOP,
        decimal(high, 2),
    );
    let below = Vec2::new(0.0, 2.0);
    label(
        rect.left_bottom() + below,
        Align2::LEFT_TOP,
        decimal(left, 2),
    );
    label(
        rect.center_bottom() + below,
        Align2::CENTER_TOP,
        "wₕ".to_owned(),
    );
    label(
        rect.right_bottom() + below,
        Align2::RIGHT_TOP,
        decimal(right, 2),
    );
    let snapshot = scene.snapshot;
    let other = match scale.axes.other {
        OtherAxis::Length(_) => snapshot.len() as f64,
        OtherAxis::InputWeight(..) => snapshot.moment.weights.w_i,
    };
    let here = scale.position(snapshot.moment.weights.w_h, other);
    if rect.expand(1.0).contains(here) {
        // Dark within bright: seen on every colour.
        painter.circle_stroke(here, 5.5, Stroke::new(3.5, palette.background));
        painter.circle_stroke(here, 5.5, Stroke::new(1.5, palette.cursor));
    }
}

fn hover(response: &Response, map: &PhaseMap, scale: &MapScale, at: Pos2) {
    let (w_h, other) = scale.values(at);
    let place = (at - scale.rect.min) / scale.rect.size();
    let nearest = |share: f32, count: usize| {
        ((share.clamp(0.0, 1.0) * (count - 1) as f32).round() as usize).min(count - 1)
    };
    let value = map.outcome(
        nearest(place.x, map.width),
        nearest(1.0 - place.y, map.height),
    );
    let (name, other) = match scale.axes.other {
        OtherAxis::Length(_) => ("n", decimal(other.round(), 0)),
        OtherAxis::InputWeight(..) => ("wᵢ", decimal(other, 3)),
    };
    response.clone().on_hover_text_at_pointer(format!(
        "wₕ = {}, {name} = {other}\n|∂oₙ/∂o₁| = {value}",
        decimal(w_h, 3)
    ));
}

/// A click or a drag goes to the place under the pointer.
fn go(response: &Response, scene: &Scene<'_>, scale: &MapScale, actions: &mut Vec<Action>) {
    // The past is only looked at.
    if scene.snapshot.run.timeline.is_past {
        return;
    }
    if response.is_pointer_button_down_on() {
        actions.push(Action::Grab(Some(Weight::Recurrent)));
    }
    let Some(at) = picture::moved_to(response) else {
        return;
    };
    let (w_h, other) = scale.values(at);
    actions.push(Action::SetWeight(Weight::Recurrent, w_h));
    match scale.axes.other {
        OtherAxis::InputWeight(..) => {
            let w_i = scene.setting(Weight::Input, other);
            actions.push(Action::SetWeight(Weight::Input, w_i));
        }
        OtherAxis::Length(_) => actions.push(Action::SetLength(other.round() as usize)),
    }
}

/// What a screen reader says.
fn describe(response: &Response, scene: &Scene<'_>, map: &PhaseMap) {
    describe_picture(response, "Phase map", || {
        format!(
            "{} by {}, here {}",
            map.width, map.height, scene.snapshot.probe.flow.steps[0].to_end
        )
    });
}
