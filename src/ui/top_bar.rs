//! The row at the top: run, step, reset, speed, theme, help. What has no room is in a menu.

use egui::{Button, ComboBox, RichText, Ui};

use super::action::{Action, BesideAction};
use super::arrangement::Arrangement;
use super::exports::export_menu;
use super::files::{FileMenu, Files, file_menu};
use super::lesson_panel::lessons_menu;
use super::presets_menu;
use super::tutor::Tutor;
use super::undo::Undo;
use crate::flow::thousands;
use crate::rnn::CellKind;
use crate::scene::{View, in_full};
use crate::training::{Difference, Experiment, Snapshot, Speed};

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

/// What is said when something is asked for that the past cannot do.
pub const LOOKING_BACK: &str =
    "This is a past moment: continue from here, or go back to the present";

/// What is said when a step is asked for of a training that is recorded elsewhere.
pub const TRAINED_ELSEWHERE: &str =
    "This network is trained elsewhere, and a record of it is shown: File → Watch… follows it";

/// Widths at which all of the row has room, and all but the menus.
const WIDE: f32 = 1090.0;
const MEDIUM: f32 = 620.0;

/// A formula that has less room than this is left out.
const LEAST_TITLE: f32 = 90.0;

/// What the row shows.
pub struct TopBar<'a> {
    /// The moment, once there is one.
    pub snapshot: Option<&'a Snapshot>,
    /// The experiment as it was last changed by hand.
    pub experiment: &'a Experiment,
    /// Whether training goes on.
    pub running: bool,
    /// How fast.
    pub speed: Speed,
    /// What can be taken back and done again.
    pub undo: &'a Undo,
    /// Which files there are.
    pub files: &'a Files,
    /// Which lesson is walked.
    pub tutor: &'a Tutor,
    /// Whether the controls at the left are shown.
    pub has_panel: bool,
    /// Whether there are two experiments.
    pub is_of_two: bool,
}

/// How much of the row has room.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Room {
    /// Run, step, reset, undo and redo.
    Narrow,
    /// The speed, too.
    Medium,
    /// All of it.
    Wide,
}

impl Room {
    fn of(width: f32) -> Self {
        if width >= WIDE {
            Self::Wide
        } else if width >= MEDIUM {
            Self::Medium
        } else {
            Self::Narrow
        }
    }
}

/// Draws the row.
pub fn show(ui: &mut Ui, bar: &TopBar<'_>, actions: &mut Vec<Action>) {
    let room = Room::of(ui.available_width());
    ui.horizontal_centered(|ui| {
        panel_button(ui, bar.has_panel, actions);
        let is_past = bar
            .snapshot
            .is_some_and(|snapshot| snapshot.run.timeline.is_past);
        run_buttons(ui, why_not(bar.snapshot), bar.running, actions);
        ui.separator();
        if !is_past && room >= Room::Medium {
            // Nothing runs in the past, and the ways out of it need the room.
            speed_menu(ui, bar.speed, actions);
            ui.separator();
        }
        if !is_past || room == Room::Wide {
            undo_buttons(ui, bar.undo, actions);
        }
        if room == Room::Wide {
            experiment_menus(ui, bar, actions);
        }
        ui.separator();
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if room == Room::Wide {
                help_and_theme(ui, actions);
                views_menu(ui, actions);
            } else {
                more_menu(ui, bar, room, actions);
            }
            ui.with_layout(
                egui::Layout::left_to_right(egui::Align::Center),
                |ui| match bar.snapshot {
                    Some(snapshot) if snapshot.run.timeline.is_past => past(ui, snapshot, actions),
                    Some(snapshot) if ui.available_width() >= LEAST_TITLE => {
                        let label = egui::Label::new(title(snapshot)).truncate();
                        ui.add(label.show_tooltip_when_elided(false))
                            .on_hover_text(title_meaning(snapshot));
                    }
                    _ => {}
                },
            );
        });
    });
}

/// Hides and shows the controls.
fn panel_button(ui: &mut Ui, has_panel: bool, actions: &mut Vec<Action>) {
    let hint = if has_panel {
        "Hide the controls at the left (P)"
    } else {
        "Show the controls at the left (P)"
    };
    let button = Button::selectable(has_panel, "☰").min_size([26.0, 26.0].into());
    let response = ui.add(button).on_hover_text(hint);
    if response.accessible_name("Controls").clicked() {
        actions.push(Action::TogglePanel);
    }
}

/// The menus that are about experiments.
fn experiment_menus(ui: &mut Ui, bar: &TopBar<'_>, actions: &mut Vec<Action>) {
    let menu = FileMenu {
        files: bar.files,
        snapshot: bar.snapshot,
    };
    file_menu(ui, &menu, actions);
    presets_menu::show(ui, bar.experiment, actions);
    lessons_menu(ui, bar.tutor, actions);
    export_menu(ui, actions);
    let compare = ui
        .add(Button::selectable(bar.is_of_two, "Compare").frame_when_inactive(true))
        .on_hover_text("A second experiment beside this one, on the same axes (C)");
    if compare.clicked() {
        actions.push(Action::Beside(BesideAction::Toggle));
    }
}

/// What has no room in the row.
fn more_menu(ui: &mut Ui, bar: &TopBar<'_>, room: Room, actions: &mut Vec<Action>) {
    let menu = ui.menu_button("More", |ui| {
        if room < Room::Medium {
            ui.menu_button("Speed", |ui| speeds(ui, bar.speed, actions));
        }
        experiment_menus(ui, bar, actions);
        views_menu(ui, actions);
        ui.separator();
        help_and_theme(ui, actions);
    });
    menu.response
        .on_hover_text("Files, presets, lessons, exports, views, help");
}

/// The two buttons at the right end.
fn help_and_theme(ui: &mut Ui, actions: &mut Vec<Action>) {
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
}

/// Take back and do again.
fn undo_buttons(ui: &mut Ui, undo: &Undo, actions: &mut Vec<Action>) {
    for (text, name, keys, next, action) in [
        ("↶", "Undo", "Ctrl+Z", undo.next_undo(), Action::Undo),
        ("↷", "Redo", "Ctrl+Y", undo.next_redo(), Action::Redo),
    ] {
        let what = next.as_deref().unwrap_or("nothing yet");
        let response = ui
            .add_enabled(
                next.is_some(),
                Button::new(text).min_size([26.0, 26.0].into()),
            )
            .on_hover_text(format!("{name}: {what} ({keys})"))
            .on_disabled_hover_text(format!("{name}: {what} ({keys})"))
            .accessible_name(name);
        if response.clicked() {
            actions.push(action);
        }
    }
}

/// What is said in place of the formula while somebody looks back, and the two ways out of it.
fn past(ui: &mut Ui, snapshot: &Snapshot, actions: &mut Vec<Action>) {
    let (step, newest) = (
        thousands(snapshot.moment.step),
        thousands(snapshot.run.timeline.newest),
    );
    let otherwise = Difference::in_words(&snapshot.run.timeline.otherwise);
    let with = if otherwise.is_empty() {
        String::new()
    } else {
        format!(" with {otherwise}")
    };
    let goes_on_here = snapshot.run.records.is_none();
    if goes_on_here {
        continue_button(ui, &with, actions);
    }
    let back = ui
        .button("To the present")
        .on_hover_text("Show the newest moment again; nothing was changed");
    if back.clicked() {
        actions.push(Action::LookAt(None));
    }
    let text = RichText::new(format!("Step {step} of {newest}{with}")).strong();
    ui.add(egui::Label::new(text).truncate());
}

fn continue_button(ui: &mut Ui, with: &str, actions: &mut Vec<Action>) {
    let on = ui.button("Continue from here").on_hover_text(format!(
        "Make this moment the present{with}. What came after it stays until the next step"
    ));
    if on.clicked() {
        actions.push(Action::ContinueFromHere);
    }
}

/// What has to be done before a step.
const DIVERGED: &str = "Training has diverged: press Reset";

/// Why no step can be made of what is shown, if none can.
pub fn why_not(snapshot: Option<&Snapshot>) -> Option<&'static str> {
    let snapshot = snapshot?;
    match () {
        () if snapshot.run.divergence.is_some() => Some(DIVERGED),
        () if snapshot.run.timeline.is_past => Some(LOOKING_BACK),
        () if snapshot.moment.experiment.recorded().is_some() => Some(TRAINED_ELSEWHERE),
        () => None,
    }
}

/// Run or pause, step, reset; the first two unless there is a reason `why_not`.
pub fn run_buttons(
    ui: &mut Ui,
    why_not: Option<&'static str>,
    running: bool,
    actions: &mut Vec<Action>,
) {
    let is_enabled = why_not.is_none();
    let diverged = why_not == Some(DIVERGED);
    let why_not = why_not.unwrap_or_default();
    let run = Button::new(if running { "⏸ Pause" } else { "▶ Run" }).min_size([76.0, 26.0].into());
    let response = ui
        .add_enabled(is_enabled, run)
        .on_hover_text("Train until paused (Space)")
        .on_disabled_hover_text(why_not)
        .accessible_name(if running { "Pause" } else { "Run" });
    if response.clicked() {
        actions.push(Action::ToggleRun);
    }
    let step = Button::new("⏭ Step").min_size([66.0, 26.0].into());
    let response = ui
        .add_enabled(is_enabled, step)
        .on_hover_text("One training step: a batch forward, backward, one update (S)")
        .on_disabled_hover_text(why_not)
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
        .on_hover_text("Back to step 0 with the same seed and the same numbers (R). What was trained can be gone back to in the history until the next step")
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
        .show_ui(ui, |ui| speeds(ui, speed, actions))
        .response
        .on_hover_text("Training steps per second, at most")
        .accessible_name("speed");
}

fn speeds(ui: &mut Ui, speed: Speed, actions: &mut Vec<Action>) {
    for (name, choice) in SPEEDS {
        if ui.selectable_label(choice == speed, name).clicked() {
            actions.push(Action::SetSpeed(choice));
        }
    }
}

/// Every view by name, and the arrangements.
fn views_menu(ui: &mut Ui, actions: &mut Vec<Action>) {
    let menu = ui.menu_button("Views", |ui| {
        for view in View::ALL {
            let response = ui.button(view.name()).on_hover_text(view.meaning());
            if response.clicked() {
                actions.push(Action::Reveal(view));
            }
        }
        ui.separator();
        let present = ui
            .button("Present")
            .on_hover_text("The three bands alone, as large as the screen, for an audience (F11)");
        if present.clicked() {
            actions.push(Action::Present);
        }
        for (name, hint, arrangement) in [
            (
                "Reset layout",
                "The three bands, and everything else in tabs below",
                Arrangement::default as fn() -> Arrangement,
            ),
            (
                "Open all",
                "Every view beside every other, for a large screen",
                Arrangement::all_open,
            ),
        ] {
            if ui.button(name).on_hover_text(hint).clicked() {
                actions.push(Action::Arrange(Box::new(arrangement())));
            }
        }
    });
    menu.response
        .on_hover_text("Bring a view into sight, or put all of them back in their places");
}

/// What the formula at the top means, symbol by symbol, with today's values.
fn title_meaning(snapshot: &Snapshot) -> String {
    let (network, weights) = (&snapshot.moment.experiment.network, snapshot.moment.weights);
    let [w_i, w_h] = if snapshot.probe.flow.state_width == 1 {
        [
            "wᵢ: the input weight, by which xₜ is multiplied",
            "wₕ: the recurrent weight, by which the state before is multiplied",
        ]
    } else {
        [
            "Wᵢ: the input weights; their root-mean-square length",
            "Wₕ: the recurrent weights; their spectral radius",
        ]
    };
    let mut lines = vec![format!(
        "{}: the state after timestep t is made of the input and of the state before",
        title(snapshot).text()
    )];
    if network.cell == CellKind::Elman {
        lines.push(format!(
            "f = {}, whose steepest slope γ is {}",
            network.activation.name(),
            in_full(network.activation.gamma())
        ));
    }
    lines.push(format!("{w_i} = {}", in_full(weights.w_i)));
    lines.push(format!("{w_h} = {}", in_full(weights.w_h)));
    if network.bias {
        lines.push(format!("b: the bias = {}", in_full(weights.b)));
    }
    lines.join("\n")
}

/// The formula of the network at hand, as a reminder.
fn title(snapshot: &Snapshot) -> RichText {
    let f = snapshot.moment.experiment.network.activation.name();
    let bias = if snapshot.moment.experiment.network.bias {
        " + b"
    } else {
        ""
    };
    let network = &snapshot.moment.experiment.network;
    let layers = match network.layers {
        1 => String::new(),
        layers => format!(", {layers} layers"),
    };
    let text = match network.cell {
        CellKind::Elman if snapshot.probe.flow.state_width == 1 => {
            format!("oₜ = {f}(xₜ wᵢ + oₜ₋₁ wₕ{bias})")
        }
        CellKind::Elman => format!("oₜ = {f}(Wᵢ xₜ + Wₕ oₜ₋₁{bias}){layers}"),
        cell => {
            let states = cell.cell().states();
            let now: Vec<String> = states.iter().map(|state| format!("{state}ₜ")).collect();
            let before: Vec<String> = states.iter().map(|state| format!("{state}ₜ₋₁")).collect();
            // What tells it from its like stands behind the brackets.
            let name = cell.short_name();
            let apart = cell.name().trim_start_matches(name);
            format!(
                "{} = {name}(xₜ, {}){apart}{layers}",
                now.join(", "),
                before.join(", ")
            )
        }
    };
    RichText::new(text).size(15.0)
}
