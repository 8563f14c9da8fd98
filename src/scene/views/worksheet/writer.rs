//! What all lines of a worksheet are written with.

use super::numbers::Numbers;
use crate::flow::{Magnitude, significant};
use crate::rnn::{Activation, Parameter};
use crate::scene::equation::Piece;
use crate::scene::theme::Colours;
use crate::scene::words::{in_full, magnitude_in_full, subscript};

/// Factors and terms on either side of the selected one that are set at most: more have no room on any screen.
pub const NEIGHBOURS: usize = 20;

/// What is written, and in which colours.
pub struct Writer<'a> {
    pub numbers: &'a Numbers<'a>,
    pub colours: &'a Colours,
}

/// A symbol with a magnitude, and what it is in a sentence.
pub fn piece(tex: impl Into<String>, magnitude: Magnitude, name: &str, meaning: &str) -> Piece {
    let says = format!("{name} = {}\n{meaning}", magnitude_in_full(magnitude));
    Piece::new(tex, magnitude.to_string(), says)
}

/// A symbol with a number of `f64`.
pub fn number(tex: impl Into<String>, value: f64, name: &str, meaning: &str) -> Piece {
    let says = format!("{name} = {}\n{meaning}", in_full(value));
    Piece::new(tex, significant(value), says)
}

/// A symbol without a number.
pub fn symbol(tex: impl Into<String>, says: impl Into<String>) -> Piece {
    Piece::new(tex, "", says)
}

pub const DL_DY: &str = r"\frac{\partial L}{\partial \hat y}";

pub fn partial(of: &str, by: &str) -> String {
    format!(r"\frac{{\partial {of}}}{{\partial {by}}}")
}

pub fn o(t: usize) -> String {
    format!("o_{{{t}}}")
}

/// f(a) as it is written for each activation.
pub fn applied(activation: Activation, argument: &str) -> String {
    match activation {
        Activation::Tanh => format!(r"\tanh({argument})"),
        Activation::Sigmoid => format!(r"\sigma({argument})"),
        Activation::Identity => argument.to_owned(),
        other => format!(
            r"\operatorname{{{}}}({argument})",
            other.name().replace(' ', r"\,")
        ),
    }
}

impl Writer<'_> {
    pub fn is_scalar(&self) -> bool {
        self.numbers.is_scalar()
    }

    /// The symbol of a weight, which is a capital where it is a matrix.
    pub fn weight(&self, parameter: Parameter) -> &'static str {
        match (parameter, self.is_scalar()) {
            (Parameter::InputWeights, true) => "w_i",
            (Parameter::InputWeights, false) => "W_i",
            (Parameter::RecurrentWeights, true) => "w_h",
            (Parameter::RecurrentWeights, false) => "W_h",
            (Parameter::HiddenBias, _) => "b",
            (Parameter::OutputWeights, _) => "w_o",
            (Parameter::OutputBias, _) => "b_o",
        }
    }

    /// What a title adds where numbers are norms.
    pub fn norms(&self) -> &'static str {
        if self.is_scalar() {
            ""
        } else {
            ", norms of vectors"
        }
    }

    pub fn dl_dy(&self) -> Piece {
        piece(
            DL_DY,
            self.numbers.dl_dy,
            "∂L/∂ŷ",
            "how fast the loss grows with the prediction",
        )
    }

    pub fn dy_do(&self, t: usize, value: Magnitude) -> Piece {
        let name = format!("∂ŷ/∂o{}", subscript(t));
        let meaning = if t == self.numbers.n() {
            "how fast the prediction grows with the last state"
        } else {
            "how fast the prediction grows with this state, through every state behind it"
        };
        piece(partial(r"\hat y", &o(t)), value, &name, meaning)
    }

    pub fn dl_do(&self, t: usize, value: Magnitude) -> Piece {
        let name = format!("∂L/∂o{}", subscript(t));
        let text = magnitude_in_full(value);
        let says = format!("{name} = {text}\nwhat of the loss's gradient arrives at step {t}");
        let gain = self.numbers.flow().steps.get(t - 1).map(|step| step.to_end);
        Piece {
            below: [String::new(), value.to_string()],
            colour: gain.map(|gain| self.colours.of(gain)),
            ..Piece::new(partial("L", &o(t)), "", says)
        }
    }
}
