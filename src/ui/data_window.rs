//! The window of one's own sequences: the file, what is in it, and how it is read.

use std::path::Path;

use egui::{Color32, Context, ProgressBar, RichText, ScrollArea, Ui, vec2};

use super::action::Action;
use super::controls::{choice, grid};
use super::data::{DataAction, DataReader};
use super::files::Purpose;
use super::number_field::NumberField;
use super::row_name::row_name;
use super::side_window::side_window;
use crate::flow::counted;
use crate::tasks::{Content, Dataset, Delimiter, Part, Summary, Whether};
use crate::training::{
    Experiment, LossChoice, dataset_in_words, escaped, limit, shown_path, shown_text,
};

const SIZE: egui::Vec2 = vec2(470.0, 520.0);

/// What is offered before there is a file.
const FORMS: &str = "A table of texts with labels (.csv, .tsv), a table of numbers with a row for each timestep, or arrays (.npy, .npz, .safetensors) of T × D or N × T × D numbers with targets y. Dropping the file on the window opens it, too.";

/// Draws the window, if it is open; `now` is the experiment as it is.
pub fn show(ctx: &Context, reader: &DataReader, now: &Experiment, actions: &mut Vec<Action>) {
    if !reader.is_open() {
        return;
    }
    let open = side_window(ctx, "My data", SIZE, |ui| {
        let mut edited = now.clone();
        file(ui, reader, now, actions);
        ScrollArea::vertical()
            .id_salt("data")
            .auto_shrink([false, false])
            .max_height(ui.available_height())
            .show(ui, |ui| contents(ui, now, &mut edited, actions));
        if edited != *now {
            actions.push(Action::Edit(Box::new(edited)));
        }
    });
    if !open {
        actions.push(Action::Data(DataAction::Toggle));
    }
}

/// Which file, how far it is read, and what is wrong with it.
fn file(ui: &mut Ui, reader: &DataReader, now: &Experiment, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        if ui.button("Open a file…").on_hover_text(FORMS).clicked() {
            actions.push(Action::Ask(Purpose::Data));
        }
        if now.has_data_file() {
            let path = shown_path(Path::new(&now.data.path));
            let name = Path::new(&now.data.path).file_name().unwrap_or_default();
            let name = shown_text(&name.to_string_lossy());
            ui.strong(name).on_hover_text(path);
        }
    });
    if let Some(share) = reader.progress() {
        ui.horizontal(|ui| {
            let bar = ProgressBar::new(share as f32).desired_width(200.0);
            ui.add(bar.show_percentage());
            if ui.button("Cancel").clicked() {
                actions.push(Action::Data(DataAction::Cancel));
            }
        });
    }
    if let Some(problem) = reader.problem() {
        let colour = ui.visuals().error_fg_color;
        ui.colored_label(colour, escaped(problem));
        // Inputs in one file and targets in another.
        let is_waiting = reader.refused().is_some() && problem.contains("data.targets");
        if is_waiting && ui.button("Open its targets…").clicked() {
            actions.push(Action::Ask(Purpose::Targets));
        }
    }
}

fn contents(ui: &mut Ui, now: &Experiment, edited: &mut Experiment, actions: &mut Vec<Action>) {
    let dataset = now.data.dataset().filter(|_| now.has_data_file());
    let Some(dataset) = dataset else {
        ui.label(RichText::new(FORMS).weak());
        return;
    };
    ui.label(escaped(&dataset_in_words(dataset)));
    parts(ui, now, dataset);
    skipped(ui, dataset.summary());
    ui.separator();
    grid(ui, "reading", |ui| {
        match dataset.summary().dialect {
            Some(_) => table(ui, dataset, edited, actions),
            None => arrays(ui, dataset, edited, actions),
        }
        let held_out = NumberField {
            key: "data.held_out",
            meaning: "The share of the sequences that is never trained on, by which it is seen what was learnt by heart. The seed decides which they are",
            limit: limit::HELD_OUT,
            slider: Some(0.0..=0.5),
            logarithmic: false,
            integer: false,
            weight: None,
        };
        if let Some(share) = held_out.show(ui, edited.data.held_out, actions) {
            edited.data.held_out = share;
        }
        ui.end_row();
        if dataset.summary().words > 0 {
            let vocabulary = NumberField {
                key: "data.vocabulary",
                meaning: "How many words have a place of their own, the most frequent ones. All others are read as one unknown word",
                limit: limit::VOCABULARY,
                slider: None,
                logarithmic: false,
                integer: true,
                weight: None,
            };
            if let Some(most) = vocabulary.show(ui, edited.data.vocabulary as f64, actions) {
                edited.data.vocabulary = most.round() as usize;
            }
            ui.end_row();
        }
        choice(
            ui,
            (
                "data.loss",
                "What an answer is compared with its target by: a guess is the cross-entropy for classes and the squared error for numbers",
            ),
            (&LossChoice::ALL, LossChoice::name),
            &mut edited.data.loss,
            actions,
        );
    });
    length(ui, now, dataset, actions);
}

/// How many sequences there are in each part, and how many words are known.
fn parts(ui: &mut Ui, now: &Experiment, dataset: &Dataset) {
    let data = &now.data;
    let (split, words) = match now.corpus() {
        Some(corpus) => {
            let known = corpus.vocabulary().len() - 1;
            let words = format!(", {} known words", counted(known));
            let counts = [Part::Training, Part::HeldOut].map(|part| corpus.count(part));
            (counts, words)
        }
        None => {
            let split = dataset.split(data.held_out, now.seed);
            let counts = [Part::Training, Part::HeldOut].map(|part| split.part(part).len());
            (counts, String::new())
        }
    };
    let [training, held_out] = split.map(counted);
    let text = format!("{training} to train on, {held_out} held out{words}");
    ui.label(RichText::new(text).small().weak());
}

/// Rows that are not read, and why.
fn skipped(ui: &mut Ui, summary: &Summary) {
    let warns: Color32 = ui.visuals().warn_fg_color;
    if let Some((count, line)) = summary.cut {
        let text = match count {
            1 => format!("the text in line {line} is cut to 10,000 characters"),
            _ => format!(
                "{} texts are cut to 10,000 characters, the first in line {line}",
                counted(count)
            ),
        };
        ui.label(RichText::new(text).small().color(warns));
    }
    if summary.skipped_count == 0 {
        return;
    }
    let head = match summary.skipped_count {
        1 => "1 row is not read".to_owned(),
        count => format!("{} rows are not read", counted(count)),
    };
    let head = RichText::new(head).small().color(warns);
    egui::CollapsingHeader::new(head)
        .id_salt("skipped")
        .show(ui, |ui| {
            for row in &summary.skipped {
                let text = format!("line {}: {}", counted(row.line as usize), escaped(&row.why));
                ui.label(RichText::new(text).small());
            }
            let more = summary.skipped_count - summary.skipped.len();
            if more > 0 {
                let text = format!("and {} more", counted(more));
                ui.label(RichText::new(text).small().weak());
            }
        });
}

/// A menu of columns, the first of which is a guess.
fn column(
    ui: &mut Ui,
    (key, meaning): (&'static str, &str),
    summary: &Summary,
    found: Option<&str>,
    chosen: &mut String,
    actions: &mut Vec<Action>,
) {
    row_name(ui, key, meaning, actions);
    let guess = found.map_or_else(
        || "guess".to_owned(),
        |found| format!("guess: {}", shown_text(found)),
    );
    let shown = match chosen.as_str() {
        "" => guess.clone(),
        name => shown_text(name),
    };
    egui::ComboBox::from_id_salt(key)
        .selected_text(shown)
        .height(420.0)
        .show_ui(ui, |ui| {
            ui.selectable_value(chosen, String::new(), guess);
            for name in &summary.columns {
                ui.selectable_value(chosen, name.clone(), shown_text(name));
            }
        })
        .response
        .on_hover_text(meaning)
        .accessible_name(key);
    ui.end_row();
}

fn table(ui: &mut Ui, dataset: &Dataset, edited: &mut Experiment, actions: &mut Vec<Action>) {
    let summary = dataset.summary();
    let found = |what: &str| {
        let mut used = summary.used.iter();
        let found = used.find(|(of, _)| *of == what);
        found.map(|(_, name)| name.as_str())
    };
    let data = &mut edited.data;
    if let Content::Texts(_) = dataset.content() {
        let texts = ("data.text", "The column of the texts");
        column(ui, texts, summary, found("text"), &mut data.text, actions);
        let labels = ("data.label", "The column of the labels");
        column(
            ui,
            labels,
            summary,
            found("label"),
            &mut data.label,
            actions,
        );
    } else {
        let targets = ("data.label", "The column of the targets");
        column(
            ui,
            targets,
            summary,
            found("targets"),
            &mut data.label,
            actions,
        );
        let sequences = (
            "data.sequence",
            "The column that says to which sequence a row belongs; without one all rows are one sequence",
        );
        let name = found("sequence");
        column(ui, sequences, summary, name, &mut data.sequence, actions);
        let texts = ("data.text", "The column of the texts, if these are texts");
        column(ui, texts, summary, None, &mut data.text, actions);
    }
    let dialect = summary.dialect;
    let delimiter = |it: Delimiter| match (it, dialect.map(|it| it.delimiter)) {
        (Delimiter::Guess, Some(Delimiter::Comma)) => "guess: comma",
        (Delimiter::Guess, Some(Delimiter::Tab)) => "guess: tab",
        (Delimiter::Guess, Some(Delimiter::Semicolon)) => "guess: semicolon",
        (Delimiter::Guess, Some(Delimiter::Bar)) => "guess: bar",
        (it, _) => it.name(),
    };
    let whether = |found: bool| {
        move |it: Whether| match (it, found) {
            (Whether::Guess, true) => "guess: yes",
            (Whether::Guess, false) => "guess: no",
            (it, _) => it.name(),
        }
    };
    choice(
        ui,
        ("data.delimiter", "What stands between the columns"),
        (&Delimiter::ALL, delimiter),
        &mut data.delimiter,
        actions,
    );
    choice(
        ui,
        (
            "data.header",
            "Whether the first line has the names of the columns",
        ),
        (&Whether::ALL, whether(summary.header)),
        &mut data.header,
        actions,
    );
    let quotes = dialect.is_some_and(|it| it.quotes);
    choice(
        ui,
        (
            "data.quotes",
            "Whether fields may be in quotes, within which the delimiter is a letter. No: quotes are letters like others",
        ),
        (&Whether::ALL, whether(quotes)),
        &mut data.quotes,
        actions,
    );
}

fn arrays(ui: &mut Ui, dataset: &Dataset, edited: &mut Experiment, actions: &mut Vec<Action>) {
    row_name(
        ui,
        "data.targets",
        "The file that has the targets, if it is not the same",
        actions,
    );
    ui.horizontal(|ui| {
        let used: Vec<String> = dataset
            .summary()
            .used
            .iter()
            .map(|(what, name)| format!("{what}: {name}"))
            .collect();
        ui.label(used.join(", "));
        if ui.small_button("Other targets…").clicked() {
            actions.push(Action::Ask(Purpose::Targets));
        }
        if !edited.data.targets.is_empty() && ui.small_button("From the same file").clicked() {
            edited.data.targets.clear();
        }
    });
    ui.end_row();
}

/// How many timesteps the sequences are padded or cut to.
fn length(ui: &mut Ui, now: &Experiment, dataset: &Dataset, actions: &mut Vec<Action>) {
    let length = now.task.length;
    let [_, middle, longest] = dataset.summary().lengths;
    let longer = dataset.longer_than(length);
    let text = match longer {
        0 => format!("n = {}: every sequence fits", counted(length)),
        _ => format!(
            "n = {}: {} of {} are longer, and cut",
            counted(length),
            counted(longer),
            counted(dataset.len())
        ),
    };
    ui.label(text);
    ui.horizontal(|ui| {
        for (what, n) in [("the longest", longest), ("half of them", middle)] {
            let n = n.clamp(1, limit::LENGTH.max as usize);
            let button = ui.add_enabled(
                n != length,
                egui::Button::new(format!("n = {} fits {what}", counted(n))).small(),
            );
            if button.clicked() {
                actions.push(Action::SetLength(n));
            }
        }
    });
}
