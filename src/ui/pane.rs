//! One tile: the row with the view's name, legend and choices, and the picture below it.

use std::rc::Rc;
use std::sync::Arc;

use egui::{
    Align, Align2, Button, CursorIcon, Layout, Rect, Response, Sense, TextStyle, TextWrapMode, Ui,
    UiBuilder, Vec2,
};

use super::accessible::describe_picture;
use super::action::{Action, BesideAction};
use super::gestures::gestures;
use super::glossary_link::by_right_click;
use super::scope::{SceneKey, Scope};
use super::title::{choices_ui, header_ui};
use super::{asking, painter, study_ui};
use crate::scene::{Canvas, Choice, Header, Heed, Look, Place, Scene, Subject, View};

/// Height of the title row.
const TITLE: f32 = 22.0;

/// Width of the button at the right end of the title row.
const BUTTON: f32 = 24.0;

/// What a picture has room for that is not magnified, and how far one is at most.
const USUAL: Vec2 = Vec2::new(620.0, 380.0);
const MOST_MAGNIFIED: f32 = 2.5;

/// How a tile stands among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Beside others: its name is a handle to drag it by.
    Free,
    /// Behind or before others, whose tabs carry the names.
    Tab,
    /// It alone fills the middle.
    Enlarged,
    /// It stays where it is.
    Fixed,
    /// It stays where it is, and another can be chosen in its place.
    Chosen,
}

/// Draws `view` into all of `ui`. Returns whether a drag by its name has begun.
pub fn show(
    ui: &mut Ui,
    view: View,
    frame: Frame,
    scope: &Scope<'_>,
    actions: &mut Vec<Action>,
) -> bool {
    let area = ui.available_rect_before_wrap();
    ui.spacing_mut().item_spacing.y = 2.0;
    let row = area.with_max_y(area.top() + TITLE);
    let body = area.with_min_y(row.bottom()).shrink2(Vec2::new(0.0, 1.0));
    let parts = parts(view, scope, body);
    let decades = shared_decades(ui, view, frame, &parts);
    let shown: Vec<Shown<'_, '_>> = parts
        .into_iter()
        .map(|(scope, rect)| {
            // What stands on one time axis is labelled once, below.
            let is_lowest = rect.bottom() >= body.bottom() - 1.0;
            let canvas = Canvas {
                decades,
                ..canvas(ui, (view, frame, is_lowest), scope, rect)
            };
            Shown::of(view, scope, rect, canvas)
        })
        .collect();
    let mut dragged = false;
    if let Some(own) = shown.iter().find(|it| std::ptr::eq(it.scope, scope)) {
        let choices = view.choices(&own.subject(view));
        dragged = title_row(
            ui,
            row,
            (view, frame),
            (scope, &own.scene.header, &choices),
            actions,
        );
    }
    for part in &shown {
        if std::ptr::eq(part.scope, scope) {
            part.draw(ui, view, area, actions);
        } else {
            // What is done in the picture of the other experiment is done to that one.
            let mut of_other = Vec::new();
            part.draw(ui, view, area, &mut of_other);
            let of_other = of_other.into_iter().map(BesideAction::of_other);
            actions.extend(of_other);
        }
    }
    ui.advance_cursor_after_rect(area);
    dragged
}

/// How wide the strip is in which the letter of one of two experiments stands.
const LETTER: f32 = 13.0;

/// Which experiments are drawn, and where: one, or two beside each other or, on one time axis, below each other.
fn parts<'a, 'b>(view: View, scope: &'a Scope<'b>, body: Rect) -> Vec<(&'a Scope<'b>, Rect)> {
    const OVER_TIME: [View; 6] = [
        View::UNROLLED,
        View::REASON,
        View::TERMS,
        View::GATES,
        View::LAYERS,
        View::FLOATS,
    ];
    let Some(other) = scope.beside else {
        return vec![(scope, body)];
    };
    let within = |rect: Rect| rect.with_min_x(rect.left() + LETTER);
    // A formula that is half as wide is no formula: it is of the one that is worked on.
    let is_of_one = [View::FORMULA, View::WORKSHEET].contains(&view);
    if view.definition().draws_both || is_of_one {
        return vec![(scope, within(body))];
    }
    let is_stacked = OVER_TIME.contains(&view) || body.height() > body.width();
    let (one, two) = match is_stacked {
        true => body.split_top_bottom_at_fraction(0.5),
        false => body.split_left_right_at_fraction(0.5),
    };
    let places = [within(one), within(two)];
    match scope.place {
        Some(Place::Second) => vec![(other, places[0]), (scope, places[1])],
        _ => vec![(scope, places[0]), (other, places[1])],
    }
}

/// How far the axis upwards of two pictures reaches that are to stand on the same.
fn shared_decades(
    ui: &Ui,
    view: View,
    frame: Frame,
    parts: &[(&Scope<'_>, Rect)],
) -> Option<(f64, f64)> {
    let [_, _] = parts else {
        return None;
    };
    let decades = view.definition().decades?;
    let ranges = parts.iter().map(|(scope, rect)| {
        let canvas = canvas(ui, (view, frame, true), scope, *rect);
        let look = scope.look_here();
        decades(&asking::subject(view, scope, &look, ""), &canvas)
    });
    ranges.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
}

/// What `view` is drawn on in `rect`.
fn canvas(
    ui: &Ui,
    (view, frame, is_lowest): (View, Frame, bool),
    scope: &Scope<'_>,
    rect: Rect,
) -> Canvas {
    let density = f64::from(ui.ctx().pixels_per_point());
    let canvas = Canvas {
        is_labelled: is_lowest
            && (!view.definition().is_labelled_below
                || matches!(frame, Frame::Enlarged | Frame::Chosen)),
        span: Some(scope.view.span),
        ..Canvas::screen(painter::area_of(rect), scope.theme, density)
    };
    match frame {
        Frame::Enlarged if !view.definition().fills_its_room => {
            canvas.magnified(magnification(rect.size()))
        }
        _ => canvas,
    }
}

/// One picture.
struct Shown<'a, 'b> {
    scope: &'a Scope<'b>,
    rect: Rect,
    look: Look,
    absence: &'static str,
    scene: Rc<Scene>,
}

impl<'a, 'b> Shown<'a, 'b> {
    /// Of `view` in `rect`, on `canvas`.
    fn of(view: View, scope: &'a Scope<'b>, rect: Rect, canvas: Canvas) -> Self {
        let mut look = scope.look_here();
        if !view.heeds(Heed::Pass) {
            // What moves in another view makes nothing new here.
            look = Look {
                is_pinned: false,
                playing: None,
                ..look
            };
        }
        let absence = asking::absence(view, scope);
        let key = SceneKey {
            view,
            snapshot: Arc::clone(scope.snapshot),
            ghost: asking::ghost(view, scope).map(|(snapshot, of)| (Arc::clone(snapshot), of)),
            yours: scope.yours.cloned(),
            study: asking::study(view, scope).map(Arc::clone),
            look,
            absence,
            canvas,
        };
        let scene = scope.pictures.scene(key, || {
            let subject = asking::subject(view, scope, &look, absence);
            Scene::of(view, &subject, &canvas)
        });
        Self {
            scope,
            rect,
            look,
            absence,
            scene,
        }
    }

    fn subject(&self, view: View) -> Subject<'_> {
        asking::subject(view, self.scope, &self.look, self.absence)
    }

    /// Draws it within `area`, with what can be done in it.
    fn draw(&self, ui: &mut Ui, view: View, area: Rect, actions: &mut Vec<Action>) {
        let (scope, rect) = (self.scope, self.rect);
        if rect.width() <= 8.0 || rect.height() <= 8.0 {
            return;
        }
        if let Some(place) = scope.place.filter(|_| !view.definition().draws_both) {
            let at = rect.left_top() + Vec2::new(2.0 - LETTER, 2.0);
            let font = TextStyle::Small.resolve(ui.style());
            let colour = ui.visuals().strong_text_color();
            ui.painter()
                .text(at, Align2::LEFT_TOP, place.letter(), font, colour);
        }
        let mut child = ui.new_child(UiBuilder::new().max_rect(rect));
        let mut clip = area.intersect(ui.clip_rect());
        if scope.place.is_some() {
            clip = clip.intersect(rect.expand(1.0));
        }
        child.set_clip_rect(clip);
        painter::paint(&mut child, &self.scene, &scope.pictures.textures);
        let responses = gestures(&child, &self.scene, scope, actions);
        say(&self.scene, &self.subject(view), &responses);
        let frames = responses.iter().map(|(_, response)| response.rect);
        let whole = frames.reduce(Rect::union).unwrap_or(rect);
        let id = child.scope_id().with((view.slug(), scope.place));
        let whole = child.interact(whole, id, Sense::hover());
        let spoken = view.definition().spoken;
        let spoken = match scope.place {
            Some(place) if !view.definition().draws_both => format!("{spoken}, {}", place.letter()),
            _ => spoken.to_owned(),
        };
        describe_picture(&whole, &spoken, || self.scene.description.clone());
    }
}

/// Says what is under the pointer, unless it is dragged: then the row says it, and nothing covers the place.
fn say(scene: &Scene, subject: &Subject<'_>, responses: &[(usize, Response)]) {
    for (index, response) in responses {
        let Some(at) = response.hover_pos().filter(|_| !response.dragged()) else {
            continue;
        };
        let at = painter::Lens::of(&scene.canvas).point(at);
        let Some(text) = scene.said(subject, *index, at) else {
            continue;
        };
        response.clone().on_hover_text_at_pointer(text);
    }
}

/// By how much everything in a view that fills the middle is larger than in a tile.
fn magnification(size: Vec2) -> f64 {
    let by = (size / USUAL).min_elem().clamp(1.0, MOST_MAGNIFIED);
    // A step at a time: every size of letters takes room in the atlas of glyphs.
    f64::from((8.0 * by).floor() / 8.0)
}

/// The name, what the view says in its row, and the button that enlarges it.
fn title_row(
    ui: &mut Ui,
    row: Rect,
    (view, frame): (View, Frame),
    (scope, header, choices): (&Scope<'_>, &Header, &[Vec<Choice>]),
    actions: &mut Vec<Action>,
) -> bool {
    let (rest, button) = row.split_left_right_at_x(row.right() - BUTTON);
    let mut dragged = false;
    let mut title = ui.new_child(
        UiBuilder::new()
            .max_rect(rest.with_min_x(rest.left() + 4.0))
            .layout(Layout::left_to_right(Align::Center)),
    );
    // Cut off at the right if the tile is narrow.
    title.set_clip_rect(rest.intersect(ui.clip_rect()));
    title.spacing_mut().item_spacing.x = 6.0;
    title.style_mut().wrap_mode = Some(TextWrapMode::Extend);
    if frame == Frame::Chosen {
        chosen_ui(&mut title, view, actions);
    } else if frame != Frame::Tab {
        let name = egui::RichText::new(view.name()).strong();
        let sense = Sense::click_and_drag();
        let response = title
            .add(egui::Label::new(name).selectable(false).sense(sense))
            .on_hover_text(format!(
                "{}\n{}ouble-click to enlarge it, right-click for the glossary\n\n{}",
                view.meaning(),
                if frame == Frame::Free {
                    "Drag to move it, d"
                } else {
                    "D"
                },
                header.sentence
            ));
        let response = match frame {
            Frame::Free => response.on_hover_cursor(CursorIcon::Grab),
            _ => response,
        };
        dragged = frame == Frame::Free && response.drag_started();
        if response.double_clicked() {
            actions.push(Action::Enlarge(view));
        }
        by_right_click(&response, view.definition().concept, actions);
    }
    // Choices stand before everything that changes its width, so that they stay where they are.
    choices_ui(&mut title, choices, actions);
    study_ui::state_ui(&mut title, scope, view, actions);
    let concept = view.definition().concept;
    header_ui(&mut title, (header, concept), scope.colours(), actions);
    enlarge_button(ui, button, (view, frame), actions);
    dragged
}

/// The name of `view` as a list of all of them, and buttons for the ones before and after.
fn chosen_ui(ui: &mut Ui, view: View, actions: &mut Vec<Action>) {
    let place = View::ALL.iter().position(|other| *other == view);
    let place = place.unwrap_or_default();
    let count = View::ALL.len();
    let menu = ui.menu_button(egui::RichText::new(view.name()).strong(), |ui| {
        egui::ScrollArea::vertical().show(ui, |ui| {
            for other in View::ALL {
                let button = Button::selectable(other == view, other.name());
                if ui.add(button).on_hover_text(other.meaning()).clicked() {
                    actions.push(Action::Reveal(other));
                }
            }
        });
    });
    menu.response
        .on_hover_text(format!("{}\nClick to choose another view", view.meaning()))
        .accessible_name(format!("View: {}", view.name()));
    for (text, name, other) in [
        ("◀", "View before", (place + count - 1) % count),
        ("▶", "View after", (place + 1) % count),
    ] {
        let other = View::ALL[other];
        let button = ui
            .add(Button::new(text).small().frame(false))
            .on_hover_text(other.name())
            .accessible_name(name);
        if button.clicked() {
            actions.push(Action::Reveal(other));
        }
    }
}

fn enlarge_button(
    ui: &mut Ui,
    rect: Rect,
    (view, frame): (View, Frame),
    actions: &mut Vec<Action>,
) {
    let enlarged = frame == Frame::Enlarged;
    let (text, name, hint) = if enlarged {
        (
            "⏷",
            "Bring back",
            "Back to its place among the others (Esc)",
        )
    } else {
        (
            "⛶",
            "Enlarge",
            "Fill the middle of the window with this view",
        )
    };
    let mut corner = ui.new_child(
        UiBuilder::new()
            .max_rect(rect)
            .layout(Layout::centered_and_justified(egui::Direction::LeftToRight)),
    );
    let response = corner
        .add(Button::new(text).frame(false))
        .on_hover_text(hint)
        .accessible_name(format!("{name} {}", view.name()));
    if response.clicked() {
        actions.push(Action::Enlarge(view));
    }
}
