//! How the equations of a cell are written: what somebody needs who wants to show a step with its numbers, without
//! knowing the cell.

/// What is written for a cell.
#[derive(Clone, Copy, Debug)]
pub struct Notation {
    /// The lines of a step forward, in the order in which one computes them.
    pub equations: &'static [Equation],
    /// What the numbers in between are called, in TeX, by their place as [`Within`](super::Node::Within).
    pub within: &'static [&'static str],
    /// What each of the cell's [`wires`](super::Cell::wires) that is one of numbers multiplies by, in TeX, where `_t` and
    /// `_{t-1}` stand for the timestep and the one before it; empty for the others.
    pub slopes: &'static [&'static str],
}

/// A line of a step: what it is of, and of what it is made.
#[derive(Clone, Copy, Debug)]
pub struct Equation {
    /// To the left of the equals sign.
    pub of: Symbol,
    /// To the right.
    pub is: &'static [Symbol],
}

/// Something in an equation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbol {
    /// What has no number of its own, in TeX.
    Sign(&'static str),
    /// The opening bracket behind the name of the activation, for the cell that has a choice of it.
    Activation,
    /// W_i x_t, the rows of a block.
    Input(usize),
    /// W_h h_{t−1}, the rows of a block; or W_h times what has [`Self::RecurrentInput`]'s name.
    Recurrent(usize),
    /// What the rows of a block of W_h are multiplied with, for a block that is not multiplied with the state before, with
    /// the name that it has, in TeX.
    RecurrentInput(usize, &'static str),
    /// The bias that is added to W_i x_t, with its sign; nothing in a network without biases.
    InputBias(usize),
    /// The bias that is added to W_h h_{t−1}, with its sign; nothing in a network without biases.
    RecurrentBias(usize),
    /// Both together, for a cell that does something with them before they are added to W_i x_t, with the name that they
    /// have, in TeX.
    RecurrentSum(usize, &'static str),
    /// A block as it acts, after its activation.
    Gate(usize),
    /// A part of the state before the step.
    Before(usize),
    /// A part of the state after the step.
    After(usize),
}

/// σ(…
pub const SIGMA: Symbol = Symbol::Sign(r"\sigma(");

/// tanh(…
pub const TANH: Symbol = Symbol::Sign(r"\tanh(");

/// What most blocks are: a function, which ends with an opening bracket, of everything that is added up for a block.
pub const fn summed(function: Symbol, block: usize) -> [Symbol; 7] {
    [
        function,
        Symbol::Input(block),
        Symbol::InputBias(block),
        Symbol::Sign("+"),
        Symbol::Recurrent(block),
        Symbol::RecurrentBias(block),
        Symbol::Sign(")"),
    ]
}
