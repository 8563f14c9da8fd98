//! Floor 1: the recurrent network itself, as arithmetic.
//!
//! A recurrent network of one to eight layers of one kind of cell, unrolled in time and differentiated by
//! backpropagation through time (Werbos, *Backpropagation through time: what it does and how to do
//! it*, Proceedings of the IEEE 78, 1990). The lecture's network is one layer of the Elman cell:
//!
//! ```text
//! a_t = W_i x_t + W_h o_{t−1} + b        pre-activation
//! o_t = f(a_t)                           hidden state, o_0 given
//! z   = w_o · o_n + b_o                  read-out
//! ```
//!
//! Names are the lecture's. In PyTorch's `nn.RNN` they are called: `w_i` = `weight_ih_l0`,
//! `w_h` = `weight_hh_l0`, `b` = `bias_ih_l0 + bias_hh_l0`, `o_t` = `h_t`, `o_0` = `h_0`; `w_o` and
//! `b_o` are the `weight` and `bias` of an `nn.Linear(hidden, outputs)`. GRU and LSTM are PyTorch's, with its names,
//! its order of gates and both biases; the GRU that resets before the product with W_h, which PyTorch does not have, has
//! those of the other.
//!
//! What a cell is stands in [`Cell`] and [`Record`], and each is one file of `cells` and a line in its list: the equations
//! forward and back, the tensors it has, and what it remembers of a pass. What
//! others want to know of a pass they ask its linear steps ([`Linearised`]): a vector through them backward or forward,
//! along a path or along all.
//!
//! **Architecture invariant.** This floor knows numbers, shapes and a seeded random generator. It
//! does not know what a sequence means, who trains it, why, for how long, or that anybody looks. It
//! touches no file, no clock, no thread and no global state but one, so the same calls give the same bits: a
//! processor's instructions are global, and so is [`vectorised::Arithmetic::forgo_fma`], which chooses among them
//! before anything is computed.

mod activation;
mod answered;
mod architecture;
mod batch;
mod buffers;
mod cell;
mod cells;
mod eigenvalues;
mod initialise;
mod interrupt;
mod layout;
mod linearised;
mod loss;
mod network;
mod norms;
mod notation;
mod parameters;
mod pass;
pub mod products;
mod projection;
mod read_out;
mod slope;
mod spectrum;
mod timesteps;
pub mod vectorised;
mod weight_sums;

pub use activation::Activation;
pub use answered::{Answered, answered};
pub use architecture::Architecture;
pub use batch::{Batch, Inputs, ReadOut, Reads};
pub use cell::{By, Cell, Layer, Node, Record, Responses, Wire};
pub use cells::CellKind;
pub use initialise::{
    Initialise, RecurrentInit, draw_as_pytorch, draw_embedding, draw_input_weights,
    draw_output_weights, draw_recurrent,
};
pub use interrupt::{Interrupt, Interrupted};
pub use layout::{
    LayerRanges, LayerShape, Layout, MemoryOrder, Parameter, ShapeError, Tensor, Widths,
};
pub use linearised::{Chain, Linearised, StepBack};
pub use loss::{Loss, Objective};
pub use network::Network;
pub use norms::{norm, norm_of_both};
pub use notation::{Equation, Notation, SIGMA, Symbol};
pub use parameters::{Gradients, Parameters};
pub use pass::Pass;
pub use slope::{Slope, slopes};
pub use spectrum::{Spectrum, eigenvalues, largest_singular_value, spectral_radius};
