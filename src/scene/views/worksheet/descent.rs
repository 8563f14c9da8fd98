//! Descent: what the last training step did to the weights.

use crate::flow::{as_chosen, significant, thousands, with_subscripts};
use crate::rnn::Parameter;
use crate::scene::equation::{Block, EquationLine, Piece};
use crate::scene::formula::{Writer, number, partial, symbol};
use crate::scene::words::in_full;
use crate::training::{OptimizerKind, Updated};

impl Writer<'_> {
    /// w ← w − η ∂L/∂w: with the numbers of the last step, once there was one.
    pub fn update(&self) -> Block {
        let numbers = self.numbers;
        let moment = &numbers.snapshot.moment;
        let Some((update, updated)) = numbers.updates() else {
            let optimizer = moment.experiment.training.optimizer;
            let rate = moment.experiment.training.learning_rate;
            let weights = [
                Parameter::InputWeights,
                Parameter::RecurrentWeights,
                Parameter::OutputWeights,
            ];
            let mut pieces = Vec::new();
            for parameter in weights {
                let weight = self.weight(parameter);
                let rule = format!(
                    r"{weight} \leftarrow {weight} - \eta\,{}\quad",
                    direction(optimizer, weight, false)
                );
                pieces.push(symbol(
                    rule,
                    format!("{}: what a training step does", optimizer.name()),
                ));
            }
            pieces.push(learning_rate(rate));
            let title = if numbers.snapshot.run.timeline.is_past {
                "Descent: the update of a past step is not kept"
            } else {
                "Descent: press Step to see the numbers of an update"
            };
            return Block {
                title: title.to_owned(),
                lines: vec![EquationLine::new(pieces)],
            };
        };
        let is_clipped = update.clip_factor != 1.0;
        let lines = updated.iter().map(|(parameter, updated)| {
            self.updated(
                *parameter,
                updated,
                (update.optimizer, update.learning_rate, is_clipped),
            )
        });
        let clipped = if is_clipped {
            format!(
                ", clipped: ‖∂L/∂θ‖ = {}, so every gradient times {}",
                significant(update.gradient_norm),
                significant(update.clip_factor)
            )
        } else {
            String::new()
        };
        let title = format!(
            "Descent: step {}, {}, the batch's gradient{clipped}",
            thousands(moment.step),
            update.optimizer.name()
        );
        Block {
            title,
            lines: lines.collect(),
        }
    }

    fn updated(
        &self,
        parameter: Parameter,
        updated: &Updated,
        (optimizer, rate, is_clipped): (OptimizerKind, f64, bool),
    ) -> EquationLine {
        let weight = self.weight(parameter);
        let is_of_word = parameter == Parameter::InputWeights
            && self.numbers.has_words()
            && self.numbers.worked.is_none();
        let of_word = if is_of_word {
            format!(
                ", the weight of “{}”",
                self.numbers.snapshot.input_text(self.numbers.j)
            )
        } else {
            String::new()
        };
        let name = &with_subscripts(parameter.name());
        let length = if updated.is_number { "" } else { ", its norm" };
        if updated.is_held {
            return EquationLine::new(vec![
                number(
                    weight,
                    updated.after,
                    name,
                    &format!("held: training leaves it alone{length}"),
                ),
                Piece::sign(r"\quad\text{held}"),
            ]);
        }
        let gradient = format!(
            "what η is multiplied with; ∂L/∂{name} of the batch is {}{length}",
            in_full(updated.gradient)
        );
        let [before, after] = told_apart(updated.before, updated.after);
        let state = |value, text, when| Piece {
            below: [text, String::new()],
            ..number(
                weight,
                value,
                name,
                &format!("{when} the step{of_word}{length}"),
            )
        };
        EquationLine::new(vec![
            state(updated.after, after, "after"),
            Piece::sign(r"\leftarrow"),
            state(updated.before, before, "before"),
            Piece::sign("-"),
            learning_rate(rate),
            Piece::sign(r"\cdot"),
            number(
                direction(optimizer, weight, is_clipped),
                updated.direction,
                "direction",
                &gradient,
            ),
        ])
    }
}

/// η as somebody has chosen it.
fn learning_rate(rate: f64) -> Piece {
    Piece {
        below: [as_chosen(rate), String::new()],
        ..number(r"\eta", rate, "η", "the learning rate")
    }
}

/// What each optimiser multiplies η with, in TeX.
fn direction(optimizer: OptimizerKind, weight: &str, is_clipped: bool) -> String {
    let gradient = partial("L", weight);
    let gradient = if is_clipped {
        format!(r"c\,{gradient}")
    } else {
        gradient
    };
    match optimizer {
        OptimizerKind::Sgd => gradient,
        OptimizerKind::Momentum => "v".to_owned(),
        OptimizerKind::Rmsprop => format!(r"\frac{{1}}{{\sqrt{{s}} + \epsilon}}\,{gradient}"),
        OptimizerKind::Adam => r"\frac{\hat m}{\sqrt{\hat s} + \epsilon}".to_owned(),
    }
}

/// Two numbers with as many decimals as it takes to see their difference, if eight are enough.
fn told_apart(before: f64, after: f64) -> [String; 2] {
    let difference = (after - before).abs();
    let is_plain = |value: f64| value == 0.0 || (1e-3..1e4).contains(&value.abs());
    if !is_plain(before) || !is_plain(after) {
        return [before, after].map(significant);
    }
    let digits = if difference == 0.0 {
        3
    } else {
        (1.0 - difference.log10().floor()).clamp(3.0, 8.0) as usize
    };
    [before, after].map(|value| format!("{value:.digits$}").replace('-', "−"))
}
