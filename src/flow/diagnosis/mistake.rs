//! What goes wrong in backpropagation code, as people write it.

use crate::rnn::{CellKind, Network};

/// The candidate of a GRU that resets before the product, and of one that resets after it.
const RESET_BEFORE: &str = "n = tanh(W_in xₜ + b_in + W_hn (r ⊙ hₜ₋₁) + b_hn)";
const RESET_AFTER: &str = "n = tanh(W_in xₜ + b_in + r ⊙ (W_hn hₜ₋₁ + b_hn))";

/// One mistake.
#[derive(Clone, Debug, PartialEq)]
pub enum Mistake {
    /// The sum over timesteps has the last k terms only: truncation, a forgotten detach.
    LastTerms(usize),
    /// Every loss goes back so many steps only.
    EachLossBack(usize),
    /// The way back is cut every so many steps, counted from the end: the state is handed on, its gradient is not.
    CutEvery(usize),
    /// W_h in the place of its transpose on the way back.
    NotTransposed,
    /// Element by element where a matrix product belongs: the diagonal of W_h alone.
    DiagonalAlone,
    /// The Jacobians multiplied element by element.
    ElementwiseJacobians,
    /// Something with f′, of one block or of all.
    Slope(SlopeMistake, Option<usize>),
    /// o_t where o_{t−1} belongs in the term of W_h.
    StateAfter,
    /// The first state where o_{t−1} belongs in the term of W_h.
    FirstState,
    /// o_{t−1} δ_tᵀ where δ_t o_{t−1}ᵀ belongs, in each block of the term of W_h.
    TermTransposed,
    /// x_{t−1} where x_t belongs in the term of W_i.
    InputBefore,
    /// Only the last of several losses is gone back from.
    LastLossAlone,
    /// Where a loss comes in, it takes the place of what comes from later steps.
    LossOverwrites,
    /// Nothing goes back through this gate.
    GateLeftOut(usize),
    /// The direct way from state to state is left out.
    CarryLeftOut,
    /// The way through the gates is left out.
    GatesLeftOut,
    /// tanh′(c) is left out.
    CellSlopeLeftOut,
    /// A block of W_h acts in the place of another one.
    BlockInPlace {
        /// Which one is not used.
        of: usize,
        /// Which one is used twice.
        by: usize,
    },
    /// In the term of a block of W_h that multiplies a state which was reset, the state stands as it was.
    StateNotReset,
    /// The reset gate acts before the product with W_h where this cell has it behind, or the other way round.
    OtherReset,
    /// The blocks of the gradient lie in another order: which block stands at each place.
    GradientOrder(Vec<usize>),
    /// The blocks of the weights are read in another order: which block is taken for each.
    WeightOrder(Vec<usize>),
    /// Everything, or some tensors, are multiplied by a number.
    Factor(f64, Option<Vec<String>>),
}

/// What goes wrong with f′.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlopeMistake {
    /// It is left out.
    Missing,
    /// It is multiplied in twice.
    Twice,
    /// It is taken of what f has made, instead of what it was applied to.
    OfSquashed,
}

impl Mistake {
    /// The gates of a mistake with them, for a cell that has some.
    fn block_name(cell: CellKind, block: usize) -> &'static str {
        cell.cell().blocks().get(block).copied().unwrap_or("f")
    }

    /// What is wrong, in a sentence without a full stop; `length` is n.
    pub fn sentence(&self, network: &Network, length: usize) -> String {
        let cell = network.cell;
        let state = state_letter(network);
        let block = |block: &usize| Self::block_name(cell, *block);
        let order = |order: &[usize]| {
            let names: Vec<&str> = order.iter().map(block).collect();
            names.join(", ")
        };
        match self {
            Self::LastTerms(1) => "Only the last term of the sum over timesteps is there".to_owned(),
            Self::LastTerms(k) => format!("Only the last {k} of {length} terms of the sum over timesteps are there"),
            Self::EachLossBack(1) => "Every loss reaches its own timestep only, and none before it".to_owned(),
            Self::EachLossBack(k) => format!("Every loss goes back {k} steps only"),
            Self::CutEvery(k) => format!("The way back is cut every {k} steps: the state is handed on, its gradient is not"),
            Self::NotTransposed => format!("{} is not transposed on the way back", w_h(network)),
            Self::DiagonalAlone => format!("{} is multiplied element by element where a matrix product belongs: only its diagonal acts", w_h(network)),
            Self::ElementwiseJacobians => "The Jacobians of the steps are multiplied element by element, and not as matrices".to_owned(),
            Self::Slope(mistake, of) => {
                let f = match of {
                    None if cell == CellKind::Elman => "f′".to_owned(),
                    None => "the derivative of every gate's activation".to_owned(),
                    Some(of) => format!("the derivative of {}'s activation", block(of)),
                };
                match mistake {
                    SlopeMistake::Missing => format!("{} is left out", capital(&f)),
                    SlopeMistake::Twice => format!("{} is multiplied in twice", capital(&f)),
                    SlopeMistake::OfSquashed => format!("{} is taken of what f has already made of it, {}, instead of what f was applied to", capital(&f), if cell == CellKind::Elman { format!("{state}ₜ") } else { "the gate itself".to_owned() }),
                }
            }
            Self::StateAfter => format!("The term of {} has {state}ₜ where {state}ₜ₋₁ belongs", w_h(network)),
            Self::FirstState => format!("Every term of {} has the first state where {state}ₜ₋₁ belongs", w_h(network)),
            Self::TermTransposed => format!("The term of {} is transposed: {state}ₜ₋₁ δₜᵀ where δₜ {state}ₜ₋₁ᵀ belongs", w_h(network)),
            Self::InputBefore => "The term of W_i has xₜ₋₁ where xₜ belongs".to_owned(),
            Self::LastLossAlone => "The losses of earlier timesteps are dropped: only the last one is gone back from".to_owned(),
            Self::LossOverwrites => "Where a loss comes in, it overwrites what comes from later timesteps instead of being added to it".to_owned(),
            Self::GateLeftOut(of) => format!("Nothing goes back through the gate {}", block(of)),
            Self::CarryLeftOut => format!("The direct way from {} to {} is left out", carried(network, "ₜ"), carried(network, "ₜ₋₁")),
            Self::GatesLeftOut => "The way back through the gates is left out: the gradient goes the direct way only".to_owned(),
            Self::CellSlopeLeftOut => "The derivative of tanh(cₜ) is left out where h meets c".to_owned(),
            Self::BlockInPlace { of, by } => format!("The gate {} uses the recurrent weights of {}", block(of), block(by)),
            Self::StateNotReset => "The term of W_hn has hₜ₋₁ where r ⊙ hₜ₋₁ belongs".to_owned(),
            Self::OtherReset if cell == CellKind::GruResetBefore => "The reset gate is applied after the product with W_hn, and this network has it before".to_owned(),
            Self::OtherReset => "The reset gate is applied before the product with W_hn, and this network has it after".to_owned(),
            Self::GradientOrder(it) => format!("The blocks of your gradient lie in the order {}, and those of the weights in {}", order(it), cell.cell().blocks().join(", ")),
            Self::WeightOrder(it) => format!("The weights are read in another order: {} where {} stand", order(it), cell.cell().blocks().join(", ")),
            Self::Factor(factor, of) => {
                let whose = match of {
                    None => "Your gradient is".to_owned(),
                    Some(names) => format!("Your gradient of {} is", names.join(" and ")),
                };
                format!("{whose} {}", factor_in_words(*factor, length))
            }
        }
    }

    /// The line of the formula that it breaks.
    pub fn broken_line(&self, network: &Network) -> &'static str {
        let is_elman = network.cell == CellKind::Elman;
        match self {
            Self::LastTerms(_) | Self::CutEvery(_) | Self::EachLossBack(_) => {
                "∂L/∂W = Σₜ δₜ (input of t)ᵀ, over all t from 1 to n"
            }
            Self::NotTransposed | Self::DiagonalAlone | Self::ElementwiseJacobians if is_elman => {
                "∂L/∂oₜ₋₁ = W_hᵀ (f′(aₜ) ⊙ ∂L/∂oₜ)"
            }
            Self::NotTransposed | Self::DiagonalAlone | Self::ElementwiseJacobians => {
                "∂L/∂hₜ₋₁ = W_hhᵀ δₜ + …"
            }
            Self::Slope(..) if is_elman => "δₜ = f′(aₜ) ⊙ ∂L/∂oₜ, with aₜ = W_i xₜ + W_h oₜ₋₁ + b",
            Self::Slope(..) => "δ of a gate = (what comes to it) ⊙ (its activation)′",
            Self::StateAfter | Self::FirstState | Self::TermTransposed if is_elman => {
                "∂L/∂W_h = Σₜ δₜ oₜ₋₁ᵀ"
            }
            Self::StateAfter | Self::FirstState | Self::TermTransposed => "∂L/∂W_hh = Σₜ δₜ hₜ₋₁ᵀ",
            Self::InputBefore => "∂L/∂W_i = Σₜ δₜ xₜᵀ",
            Self::LastLossAlone | Self::LossOverwrites => {
                "∂L/∂sₜ = (what the loss at t puts in) + (what comes from t + 1)"
            }
            Self::GateLeftOut(_)
            | Self::CellSlopeLeftOut
            | Self::CarryLeftOut
            | Self::GatesLeftOut => "the chain rule adds up every way from a number to the loss",
            Self::StateNotReset => "∂L/∂W_hn = Σₜ δₙ (r ⊙ hₜ₋₁)ᵀ",
            Self::OtherReset if network.cell == CellKind::GruResetBefore => RESET_BEFORE,
            Self::OtherReset => RESET_AFTER,
            Self::BlockInPlace { .. } | Self::GradientOrder(_) | Self::WeightOrder(_) => {
                "the blocks of W_ih, W_hh and the biases, H rows each"
            }
            Self::Factor(..) => "L is a sum over the answers, and so is its gradient",
        }
    }

    /// What to write instead.
    pub fn remedy(&self, network: &Network) -> String {
        let cell = network.cell;
        let blocks = cell.cell().blocks().join(", ");
        match self {
            Self::LastTerms(_) => "Add up the terms of every timestep: dW += … inside the loop over t, and no detach between the steps".to_owned(),
            Self::EachLossBack(_) | Self::CutEvery(_) => "Hand the gradient on from step to step, too: leave out detach() and stop_gradient between them".to_owned(),
            Self::NotTransposed => "Write W_h.T @ delta (or delta @ W_h for row vectors)".to_owned(),
            Self::DiagonalAlone | Self::ElementwiseJacobians => "Write a matrix product (@, np.dot), not *".to_owned(),
            Self::Slope(SlopeMistake::Missing, _) => "Multiply by f′(a) at every step".to_owned(),
            Self::Slope(SlopeMistake::Twice, _) => "Multiply by f′(a) once".to_owned(),
            Self::Slope(SlopeMistake::OfSquashed, _) => "Take f′ of a; or of o by the formula for it: 1 − o² for tanh, o (1 − o) for σ".to_owned(),
            Self::StateAfter | Self::FirstState => "Take the state that step t started from, and the first state for t = 1".to_owned(),
            Self::TermTransposed => "Write np.outer(delta, h), with a row for each unit that is fed, or hand in its transpose".to_owned(),
            Self::InputBefore => "Take the input that was read at step t".to_owned(),
            Self::LastLossAlone => "Add ∂L/∂h of every answer on the way back".to_owned(),
            Self::LossOverwrites => "Write dh += …, not dh = …".to_owned(),
            Self::GateLeftOut(_) => "Add the term of this gate to δ and to dh of the step before".to_owned(),
            Self::CarryLeftOut => format!("Add ∂L/∂ of the new state times the gate that carries it on ({})", cell.cell().carrying_gate().map_or("f", |gate| Self::block_name(cell, gate))),
            Self::GatesLeftOut => "Add W_hhᵀ δ of all gates to dh of the step before".to_owned(),
            Self::CellSlopeLeftOut => "dc += dh ⊙ o ⊙ (1 − tanh²(c))".to_owned(),
            Self::StateNotReset => "Take the state that W_hn multiplies: r * h of step t − 1".to_owned(),
            Self::OtherReset if cell == CellKind::GruResetBefore => format!("Write {RESET_BEFORE}; or compare with the GRU that resets after the product, as PyTorch does"),
            Self::OtherReset => format!("Write {RESET_AFTER}, as PyTorch does; or compare with the GRU that resets before the product"),
            Self::BlockInPlace { .. } | Self::WeightOrder(_) => format!("Split the weights into blocks in the order {blocks}"),
            Self::GradientOrder(_) => format!("Put the blocks of the gradient together in the order {blocks}"),
            Self::Factor(factor, _) if *factor == -1.0 => "Descend by w ← w − η ∂L/∂w; the gradient itself keeps its sign".to_owned(),
            Self::Factor(..) => "Compare the loss that you differentiate with the one named here: a sum or a mean, with or without ½".to_owned(),
        }
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn state_letter(network: &Network) -> &'static str {
    if network.is_the_lectures() { "o" } else { "h" }
}

fn w_h(network: &Network) -> &'static str {
    if network.is_the_lectures() {
        "W_h"
    } else {
        "W_hh"
    }
}

/// The state that is carried on: the last part of it.
fn carried(network: &Network, at: &str) -> String {
    let states = network.cell.cell().states();
    format!("{}{at}", states.last().copied().unwrap_or("h"))
}

fn factor_in_words(factor: f64, length: usize) -> String {
    let sign = if factor < 0.0 { "minus " } else { "" };
    let size = factor.abs();
    if size == 1.0 {
        return "the right one with the other sign".to_owned();
    }
    let inverse = (1.0 / size).round();
    if length > 1 && inverse == length as f64 && size < 1.0 {
        return format!(
            "{sign}1/{length} of the right one: a mean over the {length} timesteps where a sum belongs"
        );
    }
    match size {
        0.5 => format!("{sign}half of the right one: a ½ in front of the loss"),
        2.0 => format!("{sign}twice the right one: a factor of 2 that the loss here does not have"),
        size if size < 1.0 => {
            format!("{sign}1/{inverse:.0} of the right one: a mean where a sum belongs")
        }
        size => format!(
            "{sign}{size:.0} times the right one: a sum where a mean or a single one belongs"
        ),
    }
}
