//! What formulas are written with: the lecture's symbols with today's numbers, each with what it says to whoever points
//! at it.

mod numbers;

pub use numbers::Numbers;

use super::equation::{Piece, Run};
use super::theme::Colours;
use super::words::{has_direct_way, in_brackets, in_full, magnitude_in_full, subscript};
use crate::flow::{Magnitude, Ways, counted, significant};
use crate::rnn::{Activation, Parameter};
use crate::training::Snapshot;

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

    /// Whether a factor is f′(a_t)·w_h, two numbers: in the lecture's network of one unit.
    pub fn is_of_two_numbers(&self) -> bool {
        self.is_scalar() && self.numbers.flow().ways() == Ways::OneAfterTheOther
    }

    /// What the gradient of the whole state is called: g of one Elman layer, else γ.
    pub fn gradient_letter(&self) -> &'static str {
        match self.numbers.flow().ways() {
            Ways::OneAfterTheOther => "g",
            Ways::SideBySide => "γ",
        }
    }

    /// s_t, all that a step hands to the next: o_t in the lecture's network.
    pub fn state(&self, t: impl std::fmt::Display) -> String {
        format!("{}_{{{t}}}", self.numbers.state_letter())
    }

    /// What the read-out is called, in TeX: z, unless a gate of the cell has that name.
    pub fn read_out_letter(&self) -> &'static str {
        let cell = self.numbers.snapshot.moment.network.cell.cell();
        if cell.blocks().contains(&"z") {
            r"z^{\text{out}}"
        } else {
            "z"
        }
    }

    /// h_t, what is read out: o_t in the lecture's network.
    pub fn read(&self, t: impl std::fmt::Display) -> String {
        format!("{}_{{{t}}}", self.numbers.read_letter())
    }

    /// The symbol of a weight, which is a capital where it is a matrix.
    pub fn weight(&self, parameter: Parameter) -> &'static str {
        match (parameter, self.is_of_two_numbers()) {
            (Parameter::InputWeights, true) => "w_i",
            (Parameter::InputWeights, false) => "W_i",
            (Parameter::RecurrentWeights, true) => "w_h",
            (Parameter::RecurrentWeights, false) => "W_h",
            (Parameter::HiddenBias, _) if !self.numbers.is_the_lectures() => "b_i",
            (Parameter::HiddenBias, _) => "b",
            (Parameter::OutputWeights, _) if self.numbers.outputs == 1 => "w_o",
            (Parameter::OutputWeights, _) => "W_o",
            (Parameter::OutputBias, _) => "b_o",
            (Parameter::RecurrentBias, _) => "b_h",
            (Parameter::Embedding, _) => "E",
        }
    }

    /// What stands before the factors from step n back to step j, and behind them: ∂L/∂s_n and ∂L/∂s_j, or, where the loss
    /// has more answers than the last, what is left of that of the last, and then ∂L/∂s_j of all.
    pub fn around_chain(&self) -> (Vec<Piece>, Vec<Piece>) {
        let numbers = self.numbers;
        let (j, n, flow) = (numbers.j, numbers.n(), numbers.flow());
        let here = self.dl_do(j, numbers.step.dl_do);
        if flow.is_asked_at_every_step {
            let (tex, name) = if self.is_scalar() {
                (partial(&self.state(n), &self.state(j)), "the product")
            } else {
                let g = self.gradient_letter().replace('γ', r"\gamma");
                (
                    format!(r"\lVert {g}_{{{j}}} \rVert / \lVert {g}_{{{n}}} \rVert"),
                    "the gain",
                )
            };
            let gain = piece(
                tex,
                numbers.step.to_end,
                name,
                "what is left here of the gradient of the loss at the last step alone",
            );
            let of_all = Piece::sign(r"\quad\text{of all answers:}\quad");
            let equals = Piece::sign(if j == n { "= 1" } else { "=" });
            return (vec![gain, equals], vec![of_all, here]);
        }
        let after = match j == n {
            true => vec![Piece::sign(r"\quad\text{no factor yet}")],
            false => vec![Piece::sign("="), here],
        };
        (vec![self.dl_do(n, flow.dl_do_n())], after)
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
        let name = format!("∂ŷ/∂{}{}", self.numbers.state_letter(), subscript(t));
        let meaning = if t == self.numbers.n() {
            "how fast the prediction grows with the last state"
        } else {
            "how fast the prediction grows with this state, through every state behind it"
        };
        piece(partial(r"\hat y", &self.state(t)), value, &name, meaning)
    }

    pub fn dl_do(&self, t: usize, value: Magnitude) -> Piece {
        let name = format!("∂L/∂{}{}", self.numbers.state_letter(), subscript(t));
        let text = magnitude_in_full(value);
        let says = format!(
            "{name} = {text}\nwhat of the loss's gradient arrives at step {t}",
            t = counted(t)
        );
        let gain = self.numbers.flow().steps.get(t - 1).map(|step| step.to_end);
        Piece {
            below: [String::new(), value.to_string()],
            colour: gain.map(|gain| self.colours.of(gain)),
            ..Piece::new(partial("L", &self.state(t)), "", says)
        }
    }

    /// The factors of step n back to step j + 1, or as many of those nearest to j as `most`: the one that leads to j is
    /// always drawn.
    pub fn run_back(&self, most: usize) -> Run {
        let (j, n) = (self.numbers.j, self.numbers.n());
        let farthest = (j + most).min(n);
        let back = (j + 1..=farthest).rev();
        let pieces: Vec<Piece> = back.map(|t| self.factor_back(t)).collect();
        Run {
            focus: pieces.len().saturating_sub(1),
            has_more: [farthest < n, false],
            pieces,
            ..Run::default()
        }
    }

    /// The factor of step t on the way back, with what is left of ∂L/∂o_{t−1} behind it below; the one that leads to j
    /// is framed.
    pub fn factor_back(&self, t: usize) -> Piece {
        let left = &self.numbers.flow().steps[t - 2];
        let (letter, before) = (self.numbers.state_letter(), subscript(t - 1));
        let so_far = match (self.numbers.flow().is_asked_at_every_step, self.is_scalar()) {
            // Of all answers together it is no product.
            (true, _) => (
                format!(
                    "what is left of the last answer's gradient at step {}",
                    t - 1
                ),
                left.to_end,
            ),
            (false, true) => (
                format!("the product so far, ∂L/∂{letter}{before},"),
                left.dl_do,
            ),
            (false, false) => (
                format!("the product so far, ‖∂L/∂{letter}{before}‖,"),
                left.dl_do,
            ),
        };
        Piece {
            colour: Some(self.colours.of(left.to_end)),
            is_marked: t == self.numbers.j + 1,
            ..self.factor(t, r"^{\top}", (&so_far.0, so_far.1))
        }
    }

    /// The factor of step t on the way from the first step, with the product so far below; that of j is framed.
    pub fn factor_forth(&self, t: usize) -> Piece {
        let here = &self.numbers.flow().steps[t - 1];
        let letter = self.numbers.state_letter();
        let name = if self.is_scalar() {
            format!("the product so far, ∂{letter}{}/∂{letter}₁,", subscript(t))
        } else {
            let g = self.gradient_letter();
            format!("the product so far, ‖{g}₁‖/‖{g}{}‖,", subscript(t))
        };
        Piece {
            colour: Some(self.colours.of(here.from_first)),
            is_marked: t == self.numbers.j,
            ..self.factor(t, "", (&name, here.from_first))
        }
    }

    fn factor(&self, t: usize, turned: &str, (name, so_far): (&str, Magnitude)) -> Piece {
        let step = &self.numbers.flow().steps[t - 1];
        let (at, before) = (subscript(t), subscript(t - 1));
        let letter = self.numbers.state_letter();
        let ways = self.numbers.flow().ways();
        let (tex, of) = match (ways, self.is_scalar()) {
            (Ways::OneAfterTheOther, true) => (
                format!(r"f'(a_{{{t}}})\,w_h"),
                format!("∂{letter}{at}/∂{letter}{before} = f′(a{at}) · wₕ"),
            ),
            (Ways::OneAfterTheOther, _) => (
                format!("J_{{{t}}}{turned}"),
                format!("‖g{before}‖/‖g{at}‖, by f′ and by Wₕ,"),
            ),
            (Ways::SideBySide, true) => (
                format!("J_{{{t}}}"),
                format!("∂{letter}{at}/∂{letter}{before}"),
            ),
            (Ways::SideBySide, false) => {
                (format!("J_{{{t}}}{turned}"), format!("‖γ{before}‖/‖γ{at}‖"))
            }
        };
        let is_split = !step.parts.contains(&Magnitude::Undefined);
        let has_direct_way = has_direct_way(self.numbers.snapshot);
        let [one, other] = step.parts;
        let (factor, split) = match (ways, self.is_scalar()) {
            (Ways::OneAfterTheOther, _) if is_split => {
                let product = format!("{one} · {}", in_brackets(other));
                (product.clone(), format!(" = {product}"))
            }
            (Ways::SideBySide, true) if is_split && has_direct_way => {
                let sum = format!("{one} + {}", in_brackets(other));
                let says = format!(", by the direct way and through the gates, = {sum}");
                (sum, says)
            }
            // Two lengths of vectors do not add up.
            (Ways::SideBySide, false) if is_split && has_direct_way => (
                step.factor.to_string(),
                format!(" ({one} by the direct way and {other} through the gates)"),
            ),
            _ => (step.factor.to_string(), String::new()),
        };
        let says = format!(
            "{of}{split} = {}\n{name} is {} with it",
            magnitude_in_full(step.factor),
            magnitude_in_full(so_far)
        );
        Piece {
            below: [factor, so_far.to_string()],
            ..Piece::new(tex, "", says)
        }
    }
}

/// What there is to see, for those who cannot: the term of the 1-based timestep `k`.
pub fn spoken(snapshot: &Snapshot, k: usize) -> String {
    let (flow, n) = (&snapshot.probe.flow, snapshot.len());
    let (Some(here), Some(end)) = (flow.steps.get(k.wrapping_sub(1)), flow.steps.last()) else {
        return String::new();
    };
    let just = flow.steps.get(k).map_or_else(String::new, |step| {
        let [one, other] = step.parts;
        let factor = match flow.ways() {
            Ways::OneAfterTheOther => format!("{one} times {other}"),
            Ways::SideBySide => step.factor.to_string(),
        };
        format!(", just multiplied by {factor} of step {}", k + 1)
    });
    format!(
        "the gradient is {} at step {n} and {} at step {k}{just}; the term of step {k} is {} of {}",
        end.dl_do, here.dl_do, here.term_w_h.magnitude, flow.w_h.magnitude
    )
}
