//! The row at the bottom: the verdict in words, the pace, and what there is to tell.

use egui::{Color32, RichText, TextStyle, Ui};
use web_time::Instant;

use super::action::Action;
use super::check_badge;
use super::exports::Export;
use super::glossary_link::{concept_of, linked};
use super::scope::Scope;
use super::theme::color32;
use crate::flow::{Magnitude, Outcome, decimal, thousands};
use crate::scene::Colours;
use crate::training::{Divergence, Snapshot, shown_message};

/// What takes the most room of what is usual at the right end.
const WIDEST_RUNNING: &str = "step 100,000 · 10,000 steps/s";
const WIDEST_PAUSED: &str = "step 100,000 · paused";

/// By how much the texts of the row are larger in a presentation.
const LARGE: f32 = 1.4;

/// What the row shows.
pub struct Status<'a> {
    /// The moment, and what is known of it.
    pub scope: Scope<'a>,
    /// Whether training goes on.
    pub running: bool,
    /// Steps per second, while running.
    pub steps_per_second: Option<f64>,
    /// That a part of the program has stopped, which stays until it is started again.
    pub gone: Option<&'a str>,
    /// Something to tell, for a while.
    pub notice: Option<&'a Notice>,
    /// What is shown is not what was asked for last.
    pub waiting: bool,
    /// What is being opened, if that takes long.
    pub opening: Option<&'a str>,
    /// What is being exported, and which share of it is done.
    pub export: Option<(Export, f64)>,
}

/// Something to tell.
pub struct Notice {
    /// In words.
    pub text: String,
    /// Since when.
    pub since: Instant,
    /// Something went wrong.
    trouble: bool,
}

impl Notice {
    /// From now on; `trouble` if something went wrong. `text` becomes one line that can be shown, whatever of a
    /// stranger's is in it.
    pub fn new(text: &str, trouble: bool) -> Self {
        Self {
            text: shown_message(text),
            since: Instant::now(),
            trouble,
        }
    }
}

/// Draws the row.
pub fn show(ui: &mut Ui, status: &Status<'_>, actions: &mut Vec<Action>) {
    let (snapshot, colours) = (status.scope.snapshot, status.scope.colours());
    ui.horizontal_centered(|ui| {
        let is_large = status.scope.view.presentation.is_some();
        if is_large {
            enlarge(ui);
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            pace_ui(ui, status);
            if status.waiting {
                ui.separator();
                ui.label("computing").on_hover_text(
                    "What you asked for last is being computed; the screen shows what was before",
                );
            }
            if let Some(export) = status.export {
                exporting(ui, export, actions);
            }
            ui.separator();
            if !is_large {
                check_badge::show(ui, &status.scope, actions);
                ui.separator();
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                if let (None, Some(name)) = (status.gone, status.opening) {
                    opening(ui, name, actions);
                    return;
                }
                let trouble = status.notice.is_some_and(|notice| notice.trouble);
                if let Some(text) = status
                    .gone
                    .or(status.notice.map(|notice| notice.text.as_str()))
                {
                    let colour = if trouble || status.gone.is_some() {
                        color32(colours.error)
                    } else {
                        color32(colours.measured)
                    };
                    let label = egui::Label::new(RichText::new(text).color(colour));
                    ui.add(label.truncate().show_tooltip_when_elided(false))
                        .on_hover_text(text);
                } else if let Some((step, what)) = alarm(snapshot) {
                    alarmed(ui, (step, what), colours, actions);
                } else if let Some(divergence) = &snapshot.run.divergence {
                    diverged(ui, divergence, colours, actions);
                } else {
                    verdict(ui, snapshot, colours, actions);
                }
            });
        });
    });
}

/// Makes texts large enough for the last row of an audience.
fn enlarge(ui: &mut Ui) {
    for style in [TextStyle::Body, TextStyle::Button] {
        if let Some(font) = ui.style_mut().text_styles.get_mut(&style) {
            font.size *= LARGE;
        }
    }
}

/// What is being opened, and the way out of it.
fn opening(ui: &mut Ui, name: &str, actions: &mut Vec<Action>) {
    if ui
        .small_button("Cancel")
        .on_hover_text("Open it no more; everything stays as it is (Esc)")
        .clicked()
    {
        actions.push(Action::CancelOpening);
    }
    let text = format!("Opening {name}…");
    let label = egui::Label::new(RichText::new(&text)).truncate();
    ui.add(label.show_tooltip_when_elided(false))
        .on_hover_text(text);
}

/// How far an export is, and the way out of it. A picture of the window shall not show that it is taken.
fn exporting(ui: &mut Ui, (export, share): (Export, f64), actions: &mut Vec<Action>) {
    if export == Export::Screen {
        return;
    }
    ui.separator();
    if ui
        .small_button("Cancel")
        .on_hover_text("Give the export up; nothing is left of it")
        .clicked()
    {
        actions.push(Action::CancelExport);
    }
    let bar = egui::ProgressBar::new(share as f32)
        .desired_width(70.0)
        .desired_height(10.0);
    ui.add(bar)
        .on_hover_text(format!("Exporting {}", export.name()));
    ui.label("exporting");
}

/// Step and pace, in as much room as they may take, so that what is beside them stays where it is.
fn pace_ui(ui: &mut Ui, status: &Status<'_>) {
    let font = TextStyle::Body.resolve(ui.style());
    let widest = if status.running {
        WIDEST_RUNNING
    } else {
        WIDEST_PAUSED
    };
    let galley = ui
        .painter()
        .layout_no_wrap(widest.to_owned(), font, Color32::PLACEHOLDER);
    let size = egui::vec2(galley.size().x, ui.available_height());
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    ui.allocate_ui_with_layout(size, layout, |ui| {
        ui.set_min_width(size.x);
        ui.label(pace(status));
    });
}

fn pace(status: &Status<'_>) -> String {
    let step = thousands(status.scope.snapshot.moment.step);
    match status.steps_per_second {
        Some(rate) if status.running => {
            let rate = if rate < 9.95 {
                decimal(rate, 1)
            } else {
                thousands(rate.round() as u64)
            };
            format!("step {step} · {rate} steps/s")
        }
        _ if status.scope.snapshot.run.records.is_some() => format!("step {step} · watching"),
        _ if status.running => format!("step {step} · running"),
        _ => format!("step {step} · paused"),
    }
}

/// What there is to tell of the records that are followed, and of which: while the present is looked at, which says nothing of
/// it.
fn alarm(snapshot: &Snapshot) -> Option<(u64, &str)> {
    let records = snapshot.run.records.as_ref()?;
    let (step, what) = records.alarm.as_ref()?;
    (!snapshot.run.timeline.is_past).then_some((*step, what))
}

fn alarmed(ui: &mut Ui, (step, what): (u64, &str), colours: &Colours, actions: &mut Vec<Action>) {
    let button = ui
        .button("Look")
        .on_hover_text("Show the first record of which there is something to tell");
    if button.clicked() {
        actions.push(Action::LookAt(Some(step)));
    }
    let text = format!("Alarm, from step {} on: {what}", thousands(step));
    let label = egui::Label::new(RichText::new(&text).color(color32(colours.error))).truncate();
    ui.add(label.show_tooltip_when_elided(false))
        .on_hover_text(text);
}

fn diverged(ui: &mut Ui, divergence: &Divergence, colours: &Colours, actions: &mut Vec<Action>) {
    if ui.button("Reset").clicked() {
        actions.push(Action::Reset);
    }
    let text = format!(
        "{}. {}. {}; {}",
        divergence.headline(),
        divergence.cause(),
        divergence.remedy(),
        divergence.kept(),
    );
    let label = egui::Label::new(RichText::new(&text).color(color32(colours.error))).truncate();
    ui.add(label.show_tooltip_when_elided(false))
        .on_hover_text(text);
}

fn verdict(ui: &mut Ui, snapshot: &Snapshot, colours: &Colours, actions: &mut Vec<Action>) {
    let verdict = &snapshot.probe.verdict;
    let colour = match verdict.outcome {
        Outcome::NotFinite => color32(colours.error),
        Outcome::Blocked => color32(colours.of_log10(-colours.decades)),
        _ => magnitude_colour(verdict.reached, colours),
    };
    let mut text = verdict.sentence.clone();
    if let Some(rate) = &snapshot.probe.verdict.rate {
        text.push_str(" · ");
        text.push_str(rate);
    }
    let (dot, _) = ui.allocate_exact_size(egui::Vec2::splat(12.0), egui::Sense::hover());
    ui.painter().circle_filled(dot.center(), 5.0, colour);
    let hint = format!(
        "{text}\n\nVanishing is less than a tenth of it at the first step or word, exploding more than ten times as much"
    );
    let label = egui::Label::new(RichText::new(text).strong()).truncate();
    let response = ui.add(label.selectable(false).show_tooltip_when_elided(false));
    linked(response, concept_of(verdict.outcome), &hint, actions);
}

fn magnitude_colour(magnitude: Magnitude, colours: &Colours) -> Color32 {
    magnitude.log10().map_or(color32(colours.faint), |log10| {
        color32(colours.of_log10(log10))
    })
}
