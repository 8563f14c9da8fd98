//! The panel of a lesson: what the step says, what it asks for, and the ways on, back and out.

use egui::{Button, Color32, Context, Frame, Key, Modifiers, Panel, RichText, ScrollArea, Ui};

use super::action::Action;
use super::prose_ui::prose_ui;
use super::theme::{color32, theme_of};
use super::tutor::{LessonAction, Origin, TaskState, Tutor, Walk};
use crate::lessons::{COURSE, Task};
use crate::scene::View;
use crate::training::shown_text;

/// Width of the panel at first, and between what it is resized.
pub const WIDTH: f32 = 330.0;
const WIDTHS: std::ops::RangeInclusive<f32> = 250.0..=560.0;

/// The keys of a lesson, for the help window.
pub const LESSON_KEYS: (&str, &str) = ("Page up, Page down", "Back and on in a lesson");

/// What the keys pressed since the last frame ask of a lesson. A widget that has the focus has its keys for itself.
pub fn pressed(ctx: &Context, tutor: &Tutor) -> Vec<Action> {
    if tutor.open_walk().is_none() || ctx.egui_wants_keyboard_input() {
        return Vec::new();
    }
    let keys = [
        (Key::PageDown, LessonAction::Next),
        (Key::PageUp, LessonAction::Back),
    ];
    ctx.input_mut(|input| {
        let pressed = keys
            .into_iter()
            .filter(|(key, _)| input.consume_key(Modifiers::NONE, *key));
        pressed.map(|(_, action)| Action::Lesson(action)).collect()
    })
}

/// Draws the panel, if a lesson is open, or the offer of the first start, which is no matter for an audience.
pub fn show(ui: &mut Ui, tutor: &Tutor, has_audience: bool, actions: &mut Vec<Action>) {
    if tutor.is_offering() && !has_audience {
        Panel::top("lesson-offer").exact_size(36.0).show(ui, |ui| {
            offer(ui, actions);
        });
    }
    let Some(walk) = tutor.open_walk() else {
        return;
    };
    Panel::right("lesson")
        .resizable(true)
        .default_size(WIDTH)
        .size_range(WIDTHS)
        .show(ui, |ui| {
            heading(ui, walk, actions);
            Panel::bottom("lesson-ways")
                .frame(Frame::NONE)
                .show(ui, |ui| {
                    ui.add_space(4.0);
                    ways(ui, tutor, walk, actions);
                });
            ScrollArea::vertical()
                // Every step begins at its top.
                .id_salt(("lesson-step", &walk.lesson.title, walk.place()))
                .auto_shrink([false, false])
                .show(ui, |ui| step(ui, walk, actions));
        });
}

/// Lessons, offered once.
fn offer(ui: &mut Ui, actions: &mut Vec<Action>) {
    ui.horizontal_centered(|ui| {
        let begin = ui
            .button("Start the first lesson")
            .on_hover_text("Lessons stand in the menu Lessons at any time");
        if begin.clicked() {
            actions.push(Action::Lesson(LessonAction::Begin(0)));
        }
        let no = ui
            .button("No, thanks")
            .on_hover_text("It is not offered again; lessons stay in the menu Lessons");
        if no.clicked() {
            actions.push(Action::Lesson(LessonAction::Decline));
        }
        let text = format!(
            "New here? {} short lessons walk from one unrolled cell to gates and how to begin, each with something to do.",
            COURSE.len()
        );
        ui.add(egui::Label::new(text).truncate());
    });
}

/// Which lesson it is, how far it has come, and the way out.
fn heading(ui: &mut Ui, walk: &Walk, actions: &mut Vec<Action>) {
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        let which = match &walk.origin {
            Origin::Course(place) => format!("Lesson {} of {}", place + 1, COURSE.len()),
            Origin::File(path) => {
                let name = path.file_name().unwrap_or(path.as_os_str());
                shown_text(&name.to_string_lossy())
            }
        };
        ui.weak(format!(
            "{which} · step {} of {}",
            walk.place() + 1,
            walk.lesson.steps.len()
        ));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let close = ui
                .add(Button::new("✖").frame(false))
                .on_hover_text(
                    "Close the lesson. The experiment stays, and Lessons goes on where you were",
                )
                .accessible_name("Close the lesson");
            if close.clicked() {
                actions.push(Action::Lesson(LessonAction::Close));
            }
        });
    });
    ui.label(RichText::new(&walk.lesson.title).heading());
    progress(ui, walk);
    ui.separator();
}

/// One mark per step, filled where its task is done. In words it stands above.
fn progress(ui: &mut Ui, walk: &Walk) {
    let steps = walk.lesson.steps.len();
    let colours = theme_of(ui.visuals()).colours();
    let size = egui::vec2(ui.available_width(), 6.0);
    let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
    let gap = 3.0;
    let width = (rect.width() - gap * (steps as f32 - 1.0)) / steps as f32;
    for place in 0..steps {
        let left = rect.left() + place as f32 * (width + gap);
        let bar = egui::Rect::from_min_size(egui::pos2(left, rect.top()), egui::vec2(width, 4.0));
        let colour = if walk.task(place) == TaskState::Done {
            color32(colours.measured)
        } else if place == walk.place() {
            frame_colour(ui)
        } else {
            color32(colours.grid)
        };
        ui.painter().rect_filled(bar, 2.0, colour);
    }
}

/// What the step says and asks for.
fn step(ui: &mut Ui, walk: &Walk, actions: &mut Vec<Action>) {
    let Some(step) = walk.step() else {
        return;
    };
    ui.add_space(2.0);
    ui.label(RichText::new(&step.heading).strong().size(16.0));
    ui.add_space(2.0);
    prose_ui(ui, &step.text);
    if let Some(view) = step.look.view {
        ui.add_space(4.0);
        view_button(ui, view, actions);
    }
    if let Some(task) = &step.task {
        ui.add_space(6.0);
        task_ui(ui, task, walk.task(walk.place()));
    }
    ui.add_space(6.0);
}

/// The view that is framed, and the way back to it.
fn view_button(ui: &mut Ui, view: View, actions: &mut Vec<Action>) {
    let text = RichText::new(format!("▣ {}", view.name())).color(frame_colour(ui));
    let button = ui
        .add(Button::new(text).frame(false))
        .on_hover_text(format!(
            "The view in the frame: {}. Click to bring it into sight",
            view.meaning()
        ))
        .accessible_name(format!("Show {}", view.name()));
    if button.clicked() {
        actions.push(Action::Reveal(view));
    }
}

/// What is asked for, and whether it is done.
fn task_ui(ui: &mut Ui, task: &Task, state: TaskState) {
    let is_done = state == TaskState::Done;
    let done = color32(theme_of(ui.visuals()).colours().measured);
    let edge = if is_done { done } else { frame_colour(ui) };
    Frame::new()
        .stroke(egui::Stroke::new(1.0, edge))
        .corner_radius(4.0)
        .inner_margin(8.0)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            let (text, colour) = if is_done {
                ("✔ Done", done)
            } else {
                ("Your turn", edge)
            };
            ui.label(RichText::new(text).strong().color(colour));
            prose_ui(ui, &task.text);
            if is_done && !task.then.is_empty() {
                ui.separator();
                ui.push_id("then", |ui| prose_ui(ui, &task.then));
            }
        });
}

/// The ways on, back and out.
fn ways(ui: &mut Ui, tutor: &Tutor, walk: &Walk, actions: &mut Vec<Action>) {
    let is_last = walk.place() + 1 == walk.lesson.steps.len();
    ui.horizontal(|ui| {
        let back = ui
            .add_enabled(walk.place() > 0, Button::new("◀ Back"))
            .on_hover_text("The step before (Page up)")
            .on_disabled_hover_text("This is the first step")
            .accessible_name("Back");
        if back.clicked() {
            actions.push(Action::Lesson(LessonAction::Back));
        }
        let (text, name, hint) = match (is_last, walk.next_lesson()) {
            (true, Some(_)) => (
                "Next lesson ▶",
                "Next lesson",
                "The next lesson (Page down)",
            ),
            (true, None) => ("Next ▶", "Next", "This is the last step"),
            (false, _) => (
                "Next ▶",
                "Next",
                "The next step, whether or not the task is done (Page down)",
            ),
        };
        let can = !is_last || walk.next_lesson().is_some();
        let next = ui
            .add_enabled(can, Button::new(text))
            .on_hover_text(hint)
            .on_disabled_hover_text(hint)
            .accessible_name(name);
        if next.clicked() {
            actions.push(Action::Lesson(LessonAction::Next));
        }
    });
    if tutor.before().is_some() {
        let mine = ui.button("Back to what I had").on_hover_text(
            "Close the lesson, and bring back the experiment and the views from before it",
        );
        if mine.clicked() {
            actions.push(Action::Lesson(LessonAction::Return));
        }
    }
    ui.add_space(4.0);
}

/// The colour of the frame around the view that a lesson speaks of, and of what speaks of it.
pub fn frame_colour(ui: &Ui) -> Color32 {
    ui.visuals().hyperlink_color
}

/// Draws the menu of lessons.
pub fn lessons_menu(ui: &mut Ui, tutor: &Tutor, actions: &mut Vec<Action>) {
    let menu = ui.menu_button("Lessons", |ui| {
        ui.set_max_width(460.0);
        if let Some(walk) = tutor.closed_walk() {
            let text = format!("Go on: {}, step {}", walk.lesson.title, walk.place() + 1);
            if ui.button(text).clicked() {
                actions.push(Action::Lesson(LessonAction::Resume));
            }
            if tutor.before().is_some() {
                let mine = ui
                    .button("Back to what I had")
                    .on_hover_text("The experiment and the views from before the lesson");
                if mine.clicked() {
                    actions.push(Action::Lesson(LessonAction::Return));
                }
            }
            ui.separator();
        }
        for (place, entry) in COURSE.iter().enumerate() {
            let lesson = entry.lesson();
            let name = format!("{}  {}", place + 1, lesson.title);
            let button = Button::new(entry_text(ui, &name, &lesson.summary)).frame(false);
            if ui.add(button).accessible_name(name).clicked() {
                actions.push(Action::Lesson(LessonAction::Begin(place)));
            }
        }
        ui.separator();
        let own = ui
            .button("Open a lesson file…")
            .on_hover_text("A Markdown file of your own; dropping it on the window opens it too");
        if own.clicked() {
            actions.push(Action::Ask(super::files::Purpose::Open));
        }
    });
    menu.response.on_hover_text(
        "Short walks through the subject: each step shows an experiment and asks for one thing",
    );
}

/// The number and the title of a lesson, and its line below.
fn entry_text(ui: &Ui, name: &str, summary: &str) -> egui::text::LayoutJob {
    let mut job = egui::text::LayoutJob::default();
    let format = |style: egui::TextStyle, color| egui::TextFormat {
        font_id: style.resolve(ui.style()),
        color,
        ..egui::TextFormat::default()
    };
    let visuals = ui.visuals();
    job.append(
        name,
        0.0,
        format(egui::TextStyle::Button, visuals.text_color()),
    );
    job.append(
        "\n",
        0.0,
        format(egui::TextStyle::Small, visuals.weak_text_color()),
    );
    job.append(
        summary,
        18.0,
        format(egui::TextStyle::Small, visuals.weak_text_color()),
    );
    job
}
