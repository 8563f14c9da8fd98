//! Floor 2: gradient flow as numbers.
//!
//! What is left of the loss's gradient at every timestep, which factor took it, how that compares with
//! the theoretical bound, and what to say of it in words. The formulas are those of Pascanu, Mikolov
//! and Bengio, *On the difficulty of training recurrent neural networks* (ICML 2013).
//!
//! **Architecture invariant.** This floor looks at a network and one unrolled sequence. It changes
//! neither, does not know tasks, training, files or screens, and never forms a long product in
//! floating point to take its logarithm afterwards.

mod gradient_flow;
mod limits;
mod magnitude;
mod notation;
mod probe;
mod product_norms;
mod slopes;
mod verdict;

pub use gradient_flow::{GradientFlow, StepFlow, Term};
pub use limits::{FLOAT_LIMITS, FloatLimit};
pub use magnitude::{LogProduct, Magnitude};
pub use notation::{decimal, power_of_ten, significant};
pub use probe::Probe;
pub use product_norms::ProductNorms;
pub use verdict::{NEGLIGIBLE_LOG10, Outcome, Verdict};
