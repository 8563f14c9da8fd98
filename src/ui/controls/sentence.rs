//! The sentence under the instrument: its text, its label, the words that are known, and what is wrong with it.

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Button, PopupCloseBehavior, RichText, ScrollArea, TextEdit, Ui, vec2};

use super::super::action::Action;
use super::super::row_name::row_name;
use super::rows::{Controls, other_examples, walk_in_words};
use crate::flow::counted;
use crate::scene::{SMALL, elided};
use crate::tasks::{MAX_CHARACTERS, Padding, Vocabulary, with_word_replaced};
use crate::training::Experiment;

/// Height of what is said of the sentence, a line and its buttons. It is there even if nothing is said, so that
/// nothing below moves while somebody types.
const REMARK: f32 = 46.0;

/// Height of a sentence of up to two lines.
const TEXT: f32 = 40.0;

/// Height of the row with the label, whether or not its buttons have an edge.
const LABEL: f32 = 24.0;

/// Known words that are listed at once: each takes its time in every frame.
const MOST_LISTED: usize = 400;

/// Known words that are offered in place of an unknown one.
const OFFERED: usize = 3;

/// Draws everything about the sentence.
pub fn show(
    ui: &mut Ui,
    controls: &Controls<'_>,
    edited: &mut Experiment,
    actions: &mut Vec<Action>,
) {
    text(ui, &mut edited.probe.text);
    label(ui, controls, actions);
    ui.horizontal_wrapped(|ui| {
        other_examples(ui, "sentence", controls, actions);
        words_menu(ui, controls, &mut edited.probe.text);
    });
    walk_in_words(ui, controls);
    let room = vec2(ui.available_width(), REMARK);
    let layout = egui::Layout::top_down(egui::Align::Min);
    ui.allocate_ui_with_layout(room, layout, |ui| {
        ui.set_min_size(room);
        if let Some(remark) = Remark::of(controls) {
            remark.show(ui, edited, actions);
        }
    });
}

/// The field of the text alone.
pub fn text(ui: &mut Ui, text: &mut String) {
    let width = ui.available_width();
    ScrollArea::vertical()
        .id_salt("sentence")
        .max_height(84.0)
        .show(ui, |ui| {
            // Two lines are as high whether there is one in them or two.
            ui.set_min_height(TEXT);
            ui.add(
                TextEdit::multiline(text)
                    .hint_text("Type a sentence")
                    .desired_rows(2)
                    .desired_width(width)
                    .char_limit(MAX_CHARACTERS),
            )
            .on_hover_text("The probe: the one sentence whose gradient is shown. Type any")
            .accessible_name("sentence");
        });
    // A sentence is one line, whatever is pasted.
    if text.contains('\n') {
        *text = text.replace(['\n', '\r'], " ");
    }
}

/// Whether the sentence is positive: chosen, or asked for after the text was changed.
fn label(ui: &mut Ui, controls: &Controls<'_>, actions: &mut Vec<Action>) {
    let (asked, present) = (controls.asks_label, controls.experiment.probe_class());
    let names = controls.experiment.corpus();
    let names = names.map_or_else(Vec::new, |corpus| corpus.labels().to_vec());
    ui.horizontal(|ui| {
        ui.set_min_height(LABEL);
        let hint = "The right answer for this sentence, y";
        row_name(ui, "probe.positive", hint, actions);
        if names.len() > 2 {
            return class(ui, (asked, present), &names, actions);
        }
        for (class, name) in names.iter().enumerate().rev() {
            let text = label_text(class, name);
            let mut button = Button::selectable(!asked && present == class, text);
            if asked {
                let stroke = egui::Stroke::new(1.0, ui.visuals().warn_fg_color);
                button = button.frame_when_inactive(true).stroke(stroke);
            }
            if ui.add(button).clicked() {
                actions.push(Action::SetLabel(class));
            }
        }
    });
    if asked {
        let text = match names.as_slice() {
            [negative, positive] => {
                format!("Is this {positive} or {negative}? So far y is {present}, as it was")
            }
            _ => format!("What is this? So far y is {present}, as it was"),
        };
        ui.label(
            RichText::new(text)
                .small()
                .color(ui.visuals().warn_fg_color),
        );
    } else {
        let text = format!("y = {present} is the right answer for this sentence");
        ui.label(RichText::new(text).small().weak());
    }
}

/// `1 positive`, or `1` where the label is the number itself.
fn label_text(class: usize, name: &str) -> String {
    match name == class.to_string() {
        true => name.to_owned(),
        false => format!("{class} {}", elided(name, SMALL, 80.0)),
    }
}

/// One of many classes.
fn class(
    ui: &mut Ui,
    (asked, present): (bool, usize),
    names: &[String],
    actions: &mut Vec<Action>,
) {
    let mut chosen = present;
    let shown = names.get(present).map_or("", String::as_str);
    egui::ComboBox::from_id_salt("class")
        .selected_text(label_text(present, shown))
        .show_ui(ui, |ui| {
            for (class, name) in names.iter().enumerate() {
                ui.selectable_value(&mut chosen, class, label_text(class, name));
            }
        })
        .response
        .accessible_name("class of the sentence");
    if chosen != present || (asked && ui.small_button("It is").clicked()) {
        actions.push(Action::SetLabel(chosen));
    }
}

/// The words that the network knows: whoever clicks one writes it behind the sentence.
fn words_menu(ui: &mut Ui, controls: &Controls<'_>, text: &mut String) {
    let Some(corpus) = controls.experiment.corpus() else {
        return;
    };
    let vocabulary = corpus.vocabulary();
    let stays = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (button, _) = MenuButton::new("Words").config(stays).ui(ui, |ui| {
        ui.set_width(300.0);
        let id = egui::Id::unique("part of a word");
        let mut part: String = ui.data_mut(|data| data.get_temp(id)).unwrap_or_default();
        let known = vocabulary.len() - 1;
        ui.add(
            TextEdit::singleline(&mut part)
                .hint_text(format!("Search the {known} known words"))
                .desired_width(f32::INFINITY),
        )
        .accessible_name("search words");
        let found = vocabulary.containing(&part);
        if found.is_empty() {
            ui.weak("No known word has these letters");
        }
        ScrollArea::vertical().max_height(260.0).show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                let more = found.len().saturating_sub(MOST_LISTED);
                for word in found.into_iter().take(MOST_LISTED) {
                    if ui.small_button(word).clicked() {
                        append(text, word);
                    }
                }
                if more > 0 {
                    ui.weak(format!("and {} more: search for a part", counted(more)));
                }
            });
        });
        ui.data_mut(|data| data.insert_temp(id, part));
    });
    button
        .on_hover_text("The words that the network knows; a click writes one behind the sentence");
}

fn append(text: &mut String, word: &str) {
    text.truncate(text.trim_end().len());
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(word);
}

/// What to know of a sentence, and the remedy.
enum Remark<'a> {
    /// There is no word in it.
    Empty,
    /// It has so many more or fewer words than there are timesteps.
    Unfit { text: String, words: usize },
    /// The first word that is not known, and how many others are not.
    Unknown(&'a str, usize),
}

impl<'a> Remark<'a> {
    fn of(controls: &Controls<'a>) -> Option<Self> {
        let probe = &controls.snapshot.probe;
        let read = probe.words.as_ref()?;
        let (cut, length) = (probe.words_cut, read.len());
        let words = cut + read.iter().flatten().count();
        let mut unknown = read.iter().flatten().filter(|word| !word.known);
        if words == 0 {
            return Some(Self::Empty);
        }
        if cut > 0 {
            let end = match controls.experiment.task.padding {
                Padding::Before => "first",
                Padding::After => "last",
            };
            let text = format!("Longer than n: the {end} {cut} of {words} words are not read");
            return Some(Self::Unfit { text, words });
        }
        if let Some(first) = unknown.next() {
            return Some(Self::Unknown(&first.text, unknown.count()));
        }
        (words < length).then(|| {
            let text = match length - words {
                1 => "Shorter than n: one step is padding".to_owned(),
                missing => format!("Shorter than n: {missing} steps are padding"),
            };
            Self::Unfit { text, words }
        })
    }

    fn show(&self, ui: &mut Ui, edited: &mut Experiment, actions: &mut Vec<Action>) {
        let said = self.in_words();
        let line = egui::Label::new(RichText::new(&said).small()).truncate();
        ui.add(line).on_hover_text(&said);
        match self {
            Self::Empty => {}
            Self::Unfit { words, .. } => {
                let button =
                    ui.small_button(format!("n = {words} fits it", words = counted(*words)));
                let button = button.on_hover_text("As many timesteps as the sentence has words");
                if button.clicked() {
                    actions.push(Action::SetLength(*words));
                }
            }
            Self::Unknown(word, _) => {
                if let Some(corpus) = edited.corpus() {
                    offer(ui, corpus.vocabulary(), word, &mut edited.probe.text);
                }
            }
        }
    }

    fn in_words(&self) -> String {
        match self {
            Self::Empty => "No words: the network reads padding only".to_owned(),
            Self::Unfit { text, .. } => text.clone(),
            Self::Unknown(word, 0) => format!("Unknown word {}?", short(word)),
            Self::Unknown(word, others) => {
                format!("Unknown words {}? and {others} more", short(word))
            }
        }
    }
}

/// Known words in place of the unknown `word`.
fn offer(ui: &mut Ui, vocabulary: &Vocabulary, word: &str, text: &mut String) {
    let near = vocabulary.nearest(word, OFFERED);
    ui.horizontal(|ui| {
        if near.is_empty() {
            ui.label(RichText::new("No known word is like it").small().weak());
        }
        for known in near {
            let button = ui.small_button(known);
            let button = button.on_hover_text(format!("Write “{known}” in place of “{word}”"));
            if button.clicked() {
                *text = with_word_replaced(text, word, known);
            }
        }
    });
}

fn short(word: &str) -> String {
    elided(word, SMALL, 130.0)
}
