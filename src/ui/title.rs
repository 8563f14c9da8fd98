//! The row of a tile: what can be chosen, what the view says of this moment, and what its signs mean.
//!
//! What has no room is said shorter, then cut, and said in full to whoever points at it.

use egui::{Align, Button, Layout, Rect, Sense, Ui, UiBuilder, Vec2};

use super::action::Action;
use super::glossary_link::{concept_label, linked};
use super::painter::{Lens, paint_layer};
use crate::glossary::Concept;
use crate::scene::{Change, Choice, Colours, Entry, Header, Key, Layer, SIGN, SMALL, width};

/// Between two things in the row, and where there is little room.
const GAP: f32 = 14.0;
const TIGHT: f32 = 7.0;

/// Between the sign of an entry and its text.
const SIGN_GAP: f32 = 2.0;

/// What stands for entries that have no room.
const MORE: f32 = 16.0;

/// How wide the button is that stands for choices that have no room.
const MENU: f32 = 36.0;

/// A legend is shortened where it leaves a sentence less room than this, and a sentence that has still less is left out.
const USUAL_SENTENCE: f32 = 190.0;
const LEAST_SENTENCE: f32 = 70.0;

/// Draws the buttons of `choices` into a row. Groups that have no room are in a menu at its end.
pub fn choices_ui(ui: &mut Ui, choices: &[Vec<Choice>], actions: &mut Vec<Action>) {
    let widths: Vec<f32> = choices.iter().map(|group| group_width(ui, group)).collect();
    let room = ui.available_width();
    let shown = if widths.iter().sum::<f32>() <= room {
        choices.len()
    } else {
        let mut rest = room - MENU;
        let fits = |width: &&f32| {
            rest -= **width;
            rest >= 0.0
        };
        widths.iter().take_while(fits).count()
    };
    let (shown, left_out) = choices.split_at(shown);
    for group in shown {
        for choice in group {
            choice_ui(ui, choice, actions);
        }
        ui.add_space(GAP - ui.spacing().item_spacing.x);
    }
    if left_out.is_empty() || room < MENU {
        return;
    }
    let menu = ui.menu_button("…", |ui| {
        for (index, group) in left_out.iter().enumerate() {
            if index > 0 {
                ui.separator();
            }
            for choice in group {
                choice_ui(ui, choice, actions);
            }
        }
    });
    menu.response
        .on_hover_text("More choices, for which there is no room here")
        .accessible_name("More choices");
}

/// How wide the buttons of `group` are, with the gap after them.
fn group_width(ui: &Ui, group: &[Choice]) -> f32 {
    let font = egui::TextStyle::Button.resolve(ui.style());
    let spacing = ui.spacing();
    let width = |choice: &Choice| {
        let text = choice.text.clone();
        let galley = ui
            .painter()
            .layout_no_wrap(text, font.clone(), egui::Color32::PLACEHOLDER);
        galley.size().x + 2.0 * spacing.button_padding.x + spacing.item_spacing.x
    };
    group.iter().map(width).sum::<f32>() + GAP - spacing.item_spacing.x
}

/// Draws `header` into what is left of a row.
///
/// A click on the sentence, or on an entry of the legend that has no concept of its own, opens the glossary at
/// `concept`.
pub fn header_ui(
    ui: &mut Ui,
    (header, concept): (&Header, Concept),
    colours: &Colours,
    actions: &mut Vec<Action>,
) {
    let room = ui.available_width();
    let key_width = key_width(header, room);
    let row = Row::fitting(header, room - key_width);
    row.legend_ui(ui, (colours, concept), actions);
    row.sentence_ui(ui, header, concept, actions);
    if let Some(key) = header.key.filter(|_| key_width > 0.0) {
        key_ui(ui, key, colours);
    }
}

fn choice_ui(ui: &mut Ui, choice: &Choice, actions: &mut Vec<Action>) {
    let is_sign = choice.name.is_some();
    let button = if is_sign {
        Button::new(&choice.text).small()
    } else {
        Button::selectable(choice.is_chosen, &choice.text)
    };
    let mut response = ui
        .add_enabled(choice.refusal.is_none(), button)
        .on_hover_text(&choice.meaning);
    if let Some(refusal) = choice.refusal.filter(|refusal| !refusal.is_empty()) {
        response = response.on_disabled_hover_text(refusal);
    }
    if let Some(name) = choice.name {
        response = response.accessible_name(name);
    }
    if response.clicked() {
        actions.push(match choice.change {
            Change::Direction(direction) => Action::SetDirection(direction),
            Change::Measure(measure) => Action::SetMeasure(measure),
            Change::PhaseAxis(axis) => Action::SetPhaseAxis(axis),
            Change::LandscapeAxis(axis) => Action::SetLandscapeAxis(axis),
            Change::Unit(unit) => Action::SetUnit(unit),
            Change::Layer(layer) => Action::SetLayer(layer),
            Change::MoveCursor(by) => Action::MoveCursor(by),
            Change::Play(way) => Action::Play(way),
            Change::StepPass => Action::StepPass,
            Change::PlaySpeed => Action::PlaySpeed,
            Change::Freeze => Action::Freeze,
            Change::Difference(is_chosen) => Action::SetDifference(is_chosen),
            Change::LookAt(step) => Action::LookAt(step),
        });
    }
}

/// How wide `text` is in small letters.
fn text_width(text: &str) -> f32 {
    width(text, SMALL) as f32
}

/// How wide entries of a legend are with a `gap` before each but the first.
fn legend_width(entries: &[(&Entry, &str)], gap: f32) -> f32 {
    let width = |(_, text): &(&Entry, &str)| gap + SIGN as f32 + SIGN_GAP + text_width(text);
    entries.iter().map(width).sum::<f32>() - gap.min(gap * entries.len() as f32)
}

/// What of a header is written in a row.
struct Row<'a> {
    sentence: Option<(&'a str, f32)>,
    entries: Vec<(&'a Entry, &'a str)>,
    left_out: Vec<&'a Entry>,
    gap: f32,
}

impl<'a> Row<'a> {
    /// As much as there is room for: everything, or the legend shorter, and then what fits of both, the legend first.
    /// How wide the sentence is does not matter, so that nothing but its numbers moves while training runs.
    fn fitting(header: &'a Header, room: f32) -> Self {
        let sentence = header.short.as_deref().unwrap_or(&header.sentence);
        let long: Vec<_> = header
            .legend
            .iter()
            .map(|entry| (entry, entry.text.as_str()))
            .collect();
        let short = |entry: &'a Entry| entry.short.as_deref().unwrap_or(&entry.text);
        let mut entries: Vec<_> = header.legend.iter().map(|it| (it, short(it))).collect();
        let after = |entries: &[_], gap: f32| room - legend_width(entries, gap) - gap;
        for (entries, gap, least) in [
            (&long, GAP, USUAL_SENTENCE),
            (&entries, GAP, USUAL_SENTENCE),
            (&entries, TIGHT, LEAST_SENTENCE),
        ] {
            let rest = after(entries, gap);
            if rest >= least {
                return Self {
                    sentence: Some((sentence, rest)),
                    entries: entries.clone(),
                    left_out: Vec::new(),
                    gap,
                };
            }
        }
        // Signs that are not explained are worse than a sentence that is missing.
        let mut left_out = Vec::new();
        let mut more = 0.0;
        while legend_width(&entries, TIGHT) + more > room {
            more = MORE;
            let Some((entry, _)) = entries.pop() else {
                break;
            };
            left_out.push(entry);
        }
        left_out.reverse();
        Self {
            sentence: None,
            entries,
            left_out,
            gap: TIGHT,
        }
    }

    fn sentence_ui(
        &self,
        ui: &mut Ui,
        header: &Header,
        concept: Concept,
        actions: &mut Vec<Action>,
    ) {
        let Some((sentence, room)) = self.sentence.filter(|(text, _)| !text.is_empty()) else {
            return;
        };
        if !self.entries.is_empty() {
            ui.add_space(self.gap - ui.spacing().item_spacing.x);
        }
        let label = egui::Label::new(egui::RichText::new(sentence).small())
            .selectable(false)
            .truncate();
        let size = Vec2::new(room.min(text_width(sentence) + 2.0), ui.available_height());
        let response = ui
            .allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
                ui.add(label.show_tooltip_when_elided(false))
            })
            .inner;
        let mut text = String::new();
        if sentence != header.sentence || text_width(sentence) > room {
            text.push_str(&header.sentence);
        }
        if !header.meaning.is_empty() {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&header.meaning);
        }
        linked(response, concept, &text, actions);
    }

    fn legend_ui(
        &self,
        ui: &mut Ui,
        (colours, concept): (&Colours, Concept),
        actions: &mut Vec<Action>,
    ) {
        let spacing = ui.spacing().item_spacing.x;
        for (index, (entry, text)) in self.entries.iter().enumerate() {
            if index > 0 {
                ui.add_space(self.gap - spacing);
            }
            let (rect, _) = ui.allocate_exact_size(Vec2::new(SIGN as f32, 12.0), Sense::hover());
            let at = [f64::from(rect.left()), f64::from(rect.center().y)];
            let mut layer = Layer::default();
            entry.swatch.draw(&mut layer, at, entry.colour, colours);
            paint_layer(ui, &layer, Lens::PLAIN);
            ui.add_space(SIGN_GAP - spacing);
            let mut meaning = String::new();
            if *text != entry.text {
                meaning.push_str(&entry.text);
            }
            if !entry.meaning.is_empty() {
                if !meaning.is_empty() {
                    meaning.push_str("\n\n");
                }
                meaning.push_str(&entry.meaning);
            }
            let concept = entry.concept.unwrap_or(concept);
            let text = egui::RichText::new(*text).small();
            concept_label(ui, concept, text, &meaning, actions);
        }
        if !self.left_out.is_empty() && ui.available_width() >= MORE {
            let told = |entry: &&Entry| match entry.meaning.as_str() {
                "" => entry.text.clone(),
                meaning => format!("{}: {meaning}", entry.text),
            };
            let texts: Vec<String> = self.left_out.iter().map(told).collect();
            ui.small("…").on_hover_text(texts.join("\n\n"));
        }
    }
}

/// How wide the key is, if it leaves room for the legend and for a part of the sentence.
fn key_width(header: &Header, room: f32) -> f32 {
    let width = header.key.map_or(0.0, |key| key.width() as f32);
    let short = |entry: &Entry| text_width(entry.short.as_deref().unwrap_or(&entry.text));
    let sign = SIGN as f32 + SIGN_GAP + TIGHT;
    let legend: f32 = header.legend.iter().map(|entry| sign + short(entry)).sum();
    if width + legend + LEAST_SENTENCE <= room {
        width
    } else {
        0.0
    }
}

fn key_ui(ui: &mut Ui, key: Key, colours: &Colours) {
    let rest = ui.available_rect_before_wrap();
    let left = rest.right() - key.width() as f32;
    let rect = Rect::from_min_max(rest.min, rest.max).with_min_x(left);
    let mut layer = Layer::default();
    let right = [f64::from(rect.right()), f64::from(rect.center().y)];
    key.draw(&mut layer, right, colours);
    paint_layer(ui, &layer, Lens::PLAIN);
    let child = ui.new_child(UiBuilder::new().max_rect(rect));
    let response = child.interact(rect, child.scope_id().with("key"), Sense::hover());
    response.on_hover_text(key.meaning());
}
