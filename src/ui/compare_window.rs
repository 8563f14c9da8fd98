//! The window in which one's own gradient is compared with the right one.

use egui::{Context, Grid, Key, Modifiers, RichText, ScrollArea, Ui, vec2};

use super::action::Action;
use super::comparer::{CompareAction, Compared, Comparer, OF_TERMS};
use super::files::Purpose;
use super::side_window::side_window;
use super::table_field::TableField;
use crate::flow::{Cause, TensorVerdict, counted, significant};

const SIZE: egui::Vec2 = vec2(560.0, 520.0);

/// Rows of a tensor that are in sight at once.
const ROWS: usize = 4;

/// Numbers of a tensor up to which yours and the right ones are written one by one.
const WRITTEN: usize = 9;

/// Draws the window, if it is open.
pub fn show(ctx: &Context, comparer: &Comparer, actions: &mut Vec<Action>) {
    if !comparer.is_open() {
        return;
    }
    let open = side_window(ctx, "Is my gradient right?", SIZE, |ui| {
        let what = "The gradient that your own code computes for the network and the sequence on the screen: any part of it, typed or pasted, or in a file";
        ui.label(RichText::new(what).small().weak());
        ScrollArea::vertical()
            .id_salt("gradient")
            .auto_shrink([false, false])
            .max_height(ui.available_height())
            .show(ui, |ui| {
                fields(ui, comparer, actions);
                buttons(ui, comparer, actions);
                ui.separator();
                match comparer.result() {
                    None => {}
                    Some(Err(what)) => {
                        ui.colored_label(ui.visuals().error_fg_color, what);
                    }
                    Some(Ok(compared)) => result(ui, compared),
                }
            });
    });
    if !open {
        actions.push(Action::Compare(CompareAction::Toggle));
    }
}

fn fields(ui: &mut Ui, comparer: &Comparer, actions: &mut Vec<Action>) {
    Grid::new("own gradient").num_columns(2).show(ui, |ui| {
        for (index, (name, old)) in comparer.fields().iter().enumerate() {
            let (label, meaning) = match name.as_str() {
                "dl_dh" => (
                    "∂L/∂hₜ".to_owned(),
                    "The gradient at every state: a row for each timestep",
                ),
                name => match name.strip_suffix(OF_TERMS) {
                    Some(of) => (
                        format!("terms of ∂L/∂{of}"),
                        "What each timestep adds to it: a row for each timestep, each in the shape of the weights, row by row",
                    ),
                    None => (
                        format!("∂L/∂{name}"),
                        "In the shape of the weights, or turned round",
                    ),
                },
            };
            ui.label(label).on_hover_text(meaning);
            let mut text = old.clone();
            let field = TableField {
                id: ("own", index),
                rows: ROWS,
                hint: "not given",
                meaning,
                name: format!("my gradient of {name}"),
            };
            field.show(ui, &mut text);
            ui.end_row();
            if text != *old {
                actions.push(Action::Compare(CompareAction::Type(index, text)));
            }
        }
    });
}

fn buttons(ui: &mut Ui, comparer: &Comparer, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        if let Some(share) = comparer.progress() {
            ui.add(egui::ProgressBar::new(share as f32).desired_width(160.0));
            if ui.button("Cancel").clicked() {
                actions.push(Action::Compare(CompareAction::Cancel));
            }
            return;
        }
        let button = egui::Button::new("Compare").shortcut_text("Ctrl+Enter");
        let struck = ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Enter));
        if ui.add(button).clicked() || struck {
            actions.push(Action::Compare(CompareAction::Typed));
        }
        let hint = "A gradient in JSON, .npz, .safetensors or .pt, its tensors by their names";
        if ui.button("Open a file…").on_hover_text(hint).clicked() {
            actions.push(Action::Ask(Purpose::Compare));
        }
    });
}

fn result(ui: &mut Ui, compared: &Compared) {
    let is_right = compared.diagnosis.cause == Cause::Nothing;
    let colour = match is_right {
        true => ui.visuals().strong_text_color(),
        false => ui.visuals().error_fg_color,
    };
    ui.label(RichText::new(&compared.sentence).strong().color(colour));
    for [line, remedy] in &compared.mistakes {
        ui.label(format!("The formula: {line}"));
        ui.label(format!("Write instead: {remedy}"));
    }
    ui.add_space(4.0);
    Grid::new("tensors")
        .num_columns(5)
        .striped(true)
        .show(ui, |ui| {
            for head in ["", "", "relative error", "cosine", "yours / right"] {
                ui.weak(head);
            }
            ui.end_row();
            for tensor in &compared.diagnosis.tensors {
                row(ui, tensor);
            }
        });
    for what in &compared.left_out {
        ui.label(
            RichText::new(format!("not compared: {what}"))
                .small()
                .weak(),
        );
    }
    let step = counted(compared.of.moment.step as usize);
    let terms = match compared.diagnosis.terms {
        Some(_) => "; its terms stand beside the right ones in the view Terms",
        None => "",
    };
    let of = format!("of step {step}{terms}");
    ui.label(RichText::new(of).small().weak());
}

fn row(ui: &mut Ui, tensor: &TensorVerdict) {
    let written = |values: &[f64]| {
        let numbers: Vec<String> = values.iter().map(|value| significant(*value)).collect();
        numbers.join("  ")
    };
    let [yours, right] = &tensor.values;
    let hint = match yours.len() {
        0..=WRITTEN => format!("yours: {}\nright: {}", written(yours), written(right)),
        count => format!("{count} numbers"),
    };
    ui.label(&tensor.name).on_hover_text(&hint);
    let (word, colour) = match tensor.is_right {
        true => ("right", ui.visuals().text_color()),
        false => ("wrong", ui.visuals().error_fg_color),
    };
    ui.colored_label(colour, word).on_hover_text(&hint);
    for number in [tensor.relative_error, tensor.cosine, tensor.ratio] {
        ui.label(significant(number));
    }
    ui.end_row();
    if !tensor.is_right && yours.len() <= WRITTEN {
        for (name, values) in [("", String::new()), ("yours", written(yours))] {
            ui.weak(if name.is_empty() {
                values
            } else {
                format!("{name} {values}")
            });
        }
        ui.end_row();
        ui.weak("");
        ui.weak(format!("right {}", written(right)));
        ui.end_row();
    }
}
