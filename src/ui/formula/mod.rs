//! The lecture's formula with today's numbers: ∂L/∂w_h as a sum, one of its terms as a product, and that
//! product with the numbers of the cursor's timestep.
//!
//! `write` says the formulas in TeX, `super::typeset` sets them. Moving the cursor back by one timestep
//! multiplies one more factor in, which stands out here, in the unrolled network and among the bars.

mod write;

use std::sync::Arc;

use egui::{Color32, Id, Pos2, Response, Sense, Ui, Vec2};

use super::accessible::describe_picture;
use super::action::Action;
use super::plot::absent;
use super::scene::Scene;
use super::typeset::Formula;
use crate::flow::share_in_words;
use crate::training::Snapshot;

/// The largest and the smallest size of letters, in points.
const LARGEST: f32 = 30.0;
const SMALLEST: f32 = 7.0;

/// Space between two lines, in units of the letters' size.
const LINE_GAP: f32 = 0.55;

/// The title row: where one is on the way back, and buttons to go on.
pub fn title_ui(ui: &mut Ui, scene: &Scene<'_>, actions: &mut Vec<Action>) {
    let k = scene.view.time.cursor();
    let n = scene.snapshot.len();
    for (text, name, hint, by, possible) in [
        (
            "◀",
            "Back through time",
            "One step back through time: one more factor (←)",
            -1,
            k > 1,
        ),
        (
            "▶",
            "Forth through time",
            "One step forth again (→)",
            1,
            k < n,
        ),
    ] {
        let response = ui
            .add_enabled(possible, egui::Button::new(text).small())
            .on_hover_text(hint)
            .accessible_name(name);
        if response.clicked() {
            actions.push(Action::MoveCursor(by));
        }
    }
    let word = scene.snapshot.input_text(k);
    let word = if word.is_empty() {
        String::new()
    } else {
        let word = super::reason::elided(word, 80.0);
        // Only words are quoted.
        if scene.snapshot.probe.words.is_some() {
            format!(" “{word}”")
        } else {
            format!(", xₜ = {word}")
        }
    };
    ui.label(format!(
        "k = {k}{word}: {}",
        share_in_words(&scene.snapshot.probe.flow, k)
    ))
    .on_hover_text(
        "How much of the sum the steps from the end back to this one make up. A term of the other sign pulls against \
         the sum: then the others are more than all of it, and the terms before pull back",
    );
}

/// The formulas, as large as they fit.
pub fn picture_ui(ui: &mut Ui, scene: &Scene<'_>, size: Vec2) {
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let colours = write::Colours {
        just_multiplied: scene.palette.highlight,
        faint: scene.palette.theory,
    };
    let lines = lines(ui, scene, &colours);
    let (em, height) = font_size(&lines, rect.size());
    if em < SMALLEST {
        // A number that is cut off is a wrong number.
        let text = "Too small for the formula: enlarge this tile";
        absent(ui, rect, "Formula", text, scene.palette.theory);
        return;
    }
    let mut top = rect.top() + 0.5 * (rect.height() - height * em).max(0.0);
    let painter = ui.painter_at(rect);
    for line in &lines {
        line.paint(&painter, Pos2::new(rect.left() + 6.0, top), em);
        top += (line.size().y + LINE_GAP) * em;
    }
    describe(&response, scene.snapshot, scene.view.time.cursor());
}

/// What the kept formulas were set for.
#[derive(Clone, PartialEq)]
struct Key {
    tex: Vec<String>,
    text: Color32,
}

/// The formulas with as many factors as there is room for, set again only when they say something else.
fn lines(ui: &Ui, scene: &Scene<'_>, colours: &write::Colours) -> Vec<Formula> {
    let k = scene.view.time.cursor();
    let id = Id::unique("formulas");
    let mut kept: Vec<(Key, Vec<Formula>)> = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let mut used = Vec::new();
    let mut chosen = Vec::new();
    for factors in write::FACTORS {
        let key = Key {
            tex: write::formulas(scene.snapshot, k, factors, colours),
            text: scene.palette.measured,
        };
        let formulas = match kept.iter().position(|(other, _)| *other == key) {
            Some(place) => kept.swap_remove(place).1,
            None => key
                .tex
                .iter()
                .map(|tex| Formula::new(tex, key.text))
                .collect(),
        };
        // The sum, which is always there, sets the size of the letters, so that they stay as large while
        // the product grows.
        let sum = formulas.first().map_or(0.0, |line| line.size().x);
        let fits = formulas.iter().all(|line| line.size().x <= 1.05 * sum);
        chosen.clone_from(&formulas);
        used.push((key, formulas));
        if fits {
            break;
        }
    }
    ui.data_mut(|data| data.insert_temp(id, used));
    chosen
}

/// The size of letters at which all lines fit, and the height of all in units of it.
fn font_size(lines: &[Formula], room: Vec2) -> (f32, f32) {
    let widest = lines.iter().map(|line| line.size().x).fold(1.0, f32::max);
    let gaps = LINE_GAP * lines.len().saturating_sub(1) as f32;
    let height = gaps + lines.iter().map(|line| line.size().y).sum::<f32>();
    let fitting = ((room.x - 12.0) / widest).min(room.y / height.max(1.0));
    // Whole points: every size of letters takes room in the atlas of glyphs.
    (fitting.floor().min(LARGEST), height)
}

/// What a screen reader says.
fn describe(response: &Response, snapshot: &Arc<Snapshot>, k: usize) {
    describe_picture(response, "Formula", || write::spoken(snapshot, k));
}
