//! The row at the top: run, step, reset, speed, theme, help.

use egui::{Button, ComboBox, RichText, Ui};

use super::action::Action;
use crate::training::{Snapshot, Speed};

/// The speeds that can be chosen.
pub const SPEEDS: [(&str, Speed); 8] = [
    ("1 step/s", Speed::PerSecond(1.0)),
    ("3 steps/s", Speed::PerSecond(3.0)),
    ("10 steps/s", Speed::PerSecond(10.0)),
    ("30 steps/s", Speed::PerSecond(30.0)),
    ("100 steps/s", Speed::PerSecond(100.0)),
    ("1,000 steps/s", Speed::PerSecond(1000.0)),
    ("10,000 steps/s", Speed::PerSecond(10_000.0)),
    ("as fast as it goes", Speed::Unlimited),
];

/// Draws the row.
pub fn show(
    ui: &mut Ui,
    snapshot: Option<&Snapshot>,
    (running, speed): (bool, Speed),
    actions: &mut Vec<Action>,
) {
    ui.horizontal_centered(|ui| {
        let diverged = snapshot.is_some_and(|snapshot| snapshot.divergence.is_some());
        run_buttons(ui, diverged, running, actions);
        ui.separator();
        speed_menu(ui, speed, actions);
        ui.separator();
        if let Some(snapshot) = snapshot {
            ui.label(title(snapshot));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let help = ui
                .button("?")
                .on_hover_text("How to read the screen, and the keys (F1)");
            if help.accessible_name("Help").clicked() {
                actions.push(Action::ToggleHelp);
            }
            let dark = ui.visuals().dark_mode;
            let theme = ui
                .button(if dark { "Light" } else { "Dark" })
                .on_hover_text("Dark or light (T)");
            if theme.accessible_name("Theme").clicked() {
                actions.push(Action::ToggleTheme);
            }
        });
    });
}

/// Run or pause, step, reset.
fn run_buttons(ui: &mut Ui, diverged: bool, running: bool, actions: &mut Vec<Action>) {
    let run = Button::new(if running { "⏸ Pause" } else { "▶ Run" }).min_size([76.0, 26.0].into());
    let response = ui
        .add_enabled(!diverged, run)
        .on_hover_text("Train until paused (Space)")
        .on_disabled_hover_text("Training has diverged: press Reset")
        .accessible_name(if running { "Pause" } else { "Run" });
    if response.clicked() {
        actions.push(Action::ToggleRun);
    }
    let step = Button::new("⏭ Step").min_size([66.0, 26.0].into());
    let response = ui
        .add_enabled(!diverged, step)
        .on_hover_text("One training step: a batch forward, backward, one update (S)")
        .on_disabled_hover_text("Training has diverged: press Reset")
        .accessible_name("Step");
    if response.clicked() {
        actions.push(Action::Step);
    }
    let reset = Button::new("⟲ Reset").min_size([70.0, 26.0].into());
    let reset = if diverged {
        reset.selected(true)
    } else {
        reset
    };
    let response = ui
        .add(reset)
        .on_hover_text("Back to step 0 with the same seed and the same numbers (R)")
        .accessible_name("Reset");
    if response.clicked() {
        actions.push(Action::Reset);
    }
}

fn speed_menu(ui: &mut Ui, speed: Speed, actions: &mut Vec<Action>) {
    ui.label("speed");
    let current = SPEEDS
        .iter()
        .find(|(_, other)| *other == speed)
        .map_or("", |(name, _)| name);
    ComboBox::from_id_salt("speed")
        .selected_text(current)
        .width(140.0)
        .show_ui(ui, |ui| {
            for (name, choice) in SPEEDS {
                if ui.selectable_label(choice == speed, name).clicked() {
                    actions.push(Action::SetSpeed(choice));
                }
            }
        })
        .response
        .on_hover_text("Training steps per second, at most")
        .accessible_name("speed");
}

/// The formula of the network at hand, as a reminder.
fn title(snapshot: &Snapshot) -> RichText {
    let f = snapshot.experiment.network.activation.name();
    let bias = if snapshot.experiment.network.bias {
        " + b"
    } else {
        ""
    };
    let text = if snapshot.flow.hidden == 1 {
        format!("oₜ = {f}(xₜ wᵢ + oₜ₋₁ wₕ{bias})")
    } else {
        format!("oₜ = {f}(Wᵢ xₜ + Wₕ oₜ₋₁{bias})")
    };
    RichText::new(text).size(15.0)
}
