//! The keyboard.

use std::path::Path;

use egui::text_selection::LabelSelectionState;
use egui::{Context, Key, Modifiers};

use super::action::{Action, BesideAction};
use super::comparer::CompareAction;
use super::data::DataAction;
use super::exports::Export;
use super::files::Purpose;
use super::focus;
use super::glossary_state::GlossaryAction;
use super::glossary_window::is_searching;
use super::lesson_panel::LESSON_KEYS;
use super::modules::ModulesAction;
use super::numbers::NumbersAction;
use super::presets_menu;
use super::view_state::ViewState;
use crate::export::{LARGEST_TEXT, experiment_in};
use crate::scene::{View, Way};
use crate::training::{Preset, Snapshot};

/// Every key and what it does, for the help window.
pub const KEYS: [(&str, &str); 26] = [
    ("Space", "Run or pause"),
    ("S", "One training step"),
    ("R", "Reset to step 0, same seed"),
    ("← →", "Cursor one timestep back or on"),
    (
        "Ctrl+← Ctrl+→",
        "To the training step before or after, as far as it is kept",
    ),
    (
        "B Shift+B",
        "Play the backward pass, or the forward one; again to rest. N goes one timestep farther",
    ),
    (
        "Click",
        "Pin a timestep, so that the pointer moves it no more; again or Esc lets go",
    ),
    (
        "F",
        "Freeze the curves of product, reason, terms, loss and accuracy to compare another setting; again to drop them",
    ),
    ("Home End", "Cursor to the first or last timestep"),
    (
        "Ctrl + wheel",
        "Zoom the time axis; drag to move, double-click for all",
    ),
    ("Ctrl+Z Ctrl+Y", "Undo and redo a change of the experiment"),
    (
        "Ctrl+O Ctrl+S",
        "Open an experiment; save it (with Shift: as another file)",
    ),
    (
        "Ctrl+C Ctrl+V",
        "Copy the experiment as text; open one that was copied",
    ),
    ("Ctrl+E", "Export the three bands as a figure"),
    ("Ctrl and + − 0", "Zoom the whole window"),
    LESSON_KEYS,
    ("1 … 9", "Open one of the first nine presets"),
    ("P", "Hide or show the controls at the left"),
    (
        "F11 W",
        "Present: the bands alone, as large as the screen; with or without the worksheet",
    ),
    (
        "M",
        "My own numbers: weights, inputs and targets as tables, typed or pasted",
    ),
    (
        ", .",
        "The held-out sentence or sequence before, and the next one",
    ),
    (
        "C",
        "Compare: a second experiment beside this one, or one alone again",
    ),
    ("T", "Dark or light"),
    (
        "G",
        "Glossary: what the words on the screen mean; a click on a word opens it there",
    ),
    (
        "Esc",
        "Give up opening; close the glossary, then the help, then the numbers; put an enlarged view back; end a pass or a presentation; let a pinned timestep go",
    ),
    ("F1", "Help"),
];

/// What the keys pressed since the last frame ask for. While a text is being edited the keys are its
/// own. `opening` if it is said that something is being opened.
pub fn pressed(
    ctx: &Context,
    view: &ViewState,
    enlarged: Option<View>,
    opening: bool,
    (comparing, reading, choosing): (bool, bool, bool),
    snapshot: Option<&Snapshot>,
) -> Vec<Action> {
    let mut actions = Vec::new();
    let editing = ctx.text_edit_focused();
    let searching = is_searching(ctx);
    // Esc takes the focus from a field before anybody is asked: it leaves the field, and not the window that it is in.
    let was_editing = was_editing(ctx, editing) || editing;
    // A focused widget is worked by arrows, and by Space if it can be clicked.
    let focused = ctx.egui_wants_keyboard_input();
    let takes_space = focus::takes_space(ctx);
    // What is marked of a message is what shall be copied.
    let selected = ctx.plugin::<LabelSelectionState>().lock().has_selection();
    let far = isize::try_from(view.time.length()).unwrap_or(isize::MAX);
    ctx.input_mut(|input| {
        // With Shift first: a combination without it also answers to one with it.
        for (modifiers, letter, action) in [
            (Modifiers::COMMAND | Modifiers::SHIFT, Key::Z, Action::Redo),
            (Modifiers::COMMAND, Key::Z, Action::Undo),
            (Modifiers::COMMAND, Key::Y, Action::Redo),
        ] {
            if !editing && input.consume_key(modifiers, letter) {
                actions.push(action);
            }
        }
        clipboard(input, editing || selected, &mut actions);
        for (modifiers, letter, action) in [
            (Modifiers::COMMAND, Key::O, Action::Ask(Purpose::Open)),
            (
                Modifiers::COMMAND | Modifiers::SHIFT,
                Key::S,
                Action::Ask(Purpose::Save),
            ),
            (Modifiers::COMMAND, Key::S, Action::Save),
            (
                Modifiers::COMMAND,
                Key::E,
                Action::Ask(Purpose::Export(Export::Figure(None))),
            ),
        ] {
            let struck = struck(input, letter);
            if input.consume_key(modifiers, letter) && struck > 0 {
                actions.push(action);
            }
        }
        if let Some(snapshot) = snapshot {
            let (timeline, step) = (&snapshot.run.timeline, snapshot.moment.step);
            for (arrow, to) in [
                (Key::ArrowLeft, Some(timeline.before(step))),
                (Key::ArrowRight, timeline.after(step)),
            ] {
                let pressed = !focused && input.consume_key(Modifiers::COMMAND, arrow);
                if pressed && (to != Some(step)) && (to.is_some() || timeline.is_past) {
                    actions.push(Action::LookAt(to));
                }
            }
        }
        if !editing && input.consume_key(Modifiers::SHIFT, Key::B) {
            actions.push(Action::Play(Way::Forth));
        }
        let mut key = |key, action: Action, allowed: bool| {
            if !allowed {
                return;
            }
            // Keys may be struck faster than frames are drawn.
            let struck = struck(input, key);
            let all = input.count_and_consume_key(Modifiers::NONE, key);
            let is_move = matches!(action, Action::MoveCursor(_));
            let count = if is_move { all } else { struck.min(all) };
            actions.extend(std::iter::repeat_n(action, count));
        };
        key(Key::F1, Action::ToggleHelp, true);
        key(Key::F11, Action::Present, true);
        key(Key::Escape, Action::CancelOpening, opening && !editing);
        let is_covered = view.help_open
            || view.glossary.is_open()
            || view.numbers.is_open()
            || comparing
            || reading
            || choosing;
        let toggle = || Action::Glossary(GlossaryAction::Toggle);
        let closes = view.glossary.is_open() && (!editing || searching);
        key(Key::Escape, toggle(), closes);
        key(Key::Escape, Action::ToggleHelp, view.help_open && !editing);
        key(
            Key::Escape,
            Action::Compare(CompareAction::Toggle),
            comparing && !was_editing && !view.glossary.is_open() && !view.help_open,
        );
        let is_front = !view.glossary.is_open() && !view.help_open && !comparing;
        key(
            Key::Escape,
            Action::Modules(ModulesAction::Close),
            choosing && is_front && !was_editing,
        );
        let is_front = is_front && !choosing;
        key(
            Key::Escape,
            Action::Data(DataAction::Toggle),
            reading && is_front && !was_editing,
        );
        let closes = is_front && !reading && view.numbers.is_open();
        key(
            Key::Escape,
            Action::Numbers(NumbersAction::Toggle),
            closes && !was_editing,
        );
        if let Some(enlarged) = enlarged {
            let allowed = !is_covered && !editing;
            key(Key::Escape, Action::Enlarge(enlarged), allowed);
        }
        let allowed = enlarged.is_none() && !is_covered && !editing;
        if view.player.is_there() {
            key(Key::Escape, Action::StopPass, allowed);
        } else if view.presentation.is_some() {
            key(Key::Escape, Action::Present, allowed);
        } else if view.time.is_pinned() {
            key(Key::Escape, Action::Unpin, allowed);
        }
        key(Key::B, Action::Play(Way::Back), !editing);
        key(Key::N, Action::StepPass, !editing);
        key(Key::F, Action::Freeze, !editing);
        key(Key::W, Action::Worksheet, !editing);
        key(Key::P, Action::TogglePanel, !editing);
        key(Key::Space, Action::ToggleRun, !takes_space);
        key(Key::S, Action::Step, !editing);
        key(Key::R, Action::Reset, !editing);
        key(Key::Comma, Action::StepExample(-1), !editing);
        key(Key::Period, Action::StepExample(1), !editing);
        key(Key::T, Action::ToggleTheme, !editing);
        let beside = Action::Beside(BesideAction::Toggle);
        key(Key::C, beside, !editing);
        key(Key::G, toggle(), !editing);
        key(Key::M, Action::Numbers(NumbersAction::Toggle), !editing);
        key(Key::ArrowLeft, Action::MoveCursor(-1), !focused);
        key(Key::ArrowRight, Action::MoveCursor(1), !focused);
        key(Key::Home, Action::MoveCursor(-far), !focused);
        key(Key::End, Action::MoveCursor(far), !focused);
        for (digit, preset) in presets_menu::DIGITS.into_iter().zip(Preset::ALL) {
            let struck = struck(input, digit);
            if !editing && input.consume_key(Modifiers::NONE, digit) && struck > 0 {
                actions.extend(presets_menu::opening(preset));
            }
        }
    });
    actions
}

/// Whether a text was being edited in the frame before; `editing` is kept for the next one.
fn was_editing(ctx: &Context, editing: bool) -> bool {
    let id = egui::Id::unique("a text was being edited");
    ctx.data_mut(|data| {
        let before = data.get_temp(id).unwrap_or_default();
        data.insert_temp(id, editing);
        before
    })
}

/// How often `key` was struck since the last frame: a key that is held down repeats, and only the cursor is moved by that.
fn struck(input: &egui::InputState, key: Key) -> usize {
    let is_struck = |event: &&egui::Event| matches!(event, egui::Event::Key { key: other, pressed: true, repeat: false, .. } if *other == key);
    input.events.iter().filter(is_struck).count()
}

/// Copying and pasting. A text that is being edited has both for itself, but an experiment that is pasted is
/// opened wherever the cursor is: no sentence looks like one. Nor does one look like what is too large for a text:
/// that is refused where it would be opened.
fn clipboard(input: &mut egui::InputState, editing: bool, actions: &mut Vec<Action>) {
    input.events.retain(|event| match event {
        egui::Event::Paste(text)
            if !editing || text.len() as u64 > LARGEST_TEXT || is_experiment(text) =>
        {
            actions.push(Action::OpenText(text.clone()));
            false
        }
        egui::Event::Copy if !editing => {
            actions.push(Action::CopyExperiment);
            false
        }
        _ => true,
    });
}

/// Whether `text` is a whole experiment, and not a sentence or a number.
fn is_experiment(text: &str) -> bool {
    // Headings and other lines with # are comments to TOML, and no experiment.
    let says_something = |line: &str| !line.trim().is_empty() && !line.trim().starts_with('#');
    text.lines().filter(|line| says_something(line)).count() > 1
        && experiment_in(Path::new(""), text.as_bytes()).is_ok()
}
