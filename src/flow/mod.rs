//! Floor 2: gradient flow as numbers.
//!
//! What is left of the loss's gradient at every timestep, which factor took it, how that compares with
//! the theoretical bound, and what to say of it in words. The formulas are those of Pascanu, Mikolov
//! and Bengio, *On the difficulty of training recurrent neural networks* (ICML 2013).
//!
//! **Architecture invariant.** This floor looks at a network and one unrolled sequence. It changes
//! neither, does not know tasks, training, files or screens, and never forms a long product in
//! floating point to take its logarithm afterwards. [`BatchFlow`] alone looks at many sequences, at what
//! training had of their gradient: where that has underflowed, it says so. [`PhaseMap`] alone has its columns and rows
//! computed on all cores, by rayon: each by itself, so that the bits are the same however many there are.

mod batch_flow;
mod bidiagonal;
mod diagnosis;
mod differences;
mod float_format;
mod forward_sums;
mod gains;
mod gates;
mod gradient_check;
mod gradient_flow;
mod landscape;
mod levels;
mod limits;
mod lost_state_sums;
mod lost_sums;
mod magnitude;
mod notation;
mod operating_points;
mod phase_lanes;
mod phase_map;
mod prefix_product;
mod probe;
mod product_norms;
mod progress;
mod pulls;
mod reading;
mod rounded_flow;
mod scaled_matrix;
mod singular_values;
mod state_flow;
mod step_flow;
mod step_matrices;
mod triangle;
mod unevenness;
mod verdict;
mod walk;
mod weight_gradient;
mod whole_loss;
mod wide_vector;
mod worked_unit;
mod worst_direction;

pub use batch_flow::{BatchFlow, BatchStep};
pub use diagnosis::{
    Cause, Diagnosis, GivenPlace, GivenTensor, GivenTerms, Mistake, Precision, Setting,
    SlopeMistake, TensorVerdict, diagnose, may_be_kept,
};
pub use float_format::FloatFormat;
pub use forward_sums::ForwardSums;
pub use gains::gains;
pub use gates::{GateFlow, Gates, LayerGates, SATURATED_WITHIN};
pub use gradient_check::{
    CheckOutcome, CheckScope, GradientCheck, TOLERANCE, Worst, check_gradients,
};
pub use gradient_flow::GradientFlow;
pub use landscape::{Landscape, LandscapeAxis};
pub use limits::{FLOAT_LIMITS, FloatLimit};
pub use magnitude::{LogProduct, Magnitude};
pub use notation::{
    as_chosen, counted, decimal, grouped, in_full, near_one, percent, power_of_ten, short_decimal,
    short_significant, significant, thousands, with_subscripts,
};
pub use operating_points::{OperatingPoint, OperatingPoints, SATURATED_BELOW};
pub use phase_lanes::PhaseInputs;
pub use phase_map::{PhaseGrid, PhaseMap, Span};
pub use probe::Probe;
pub use product_norms::ProductNorms;
pub use progress::Progress;
pub use pulls::{Pulls, share_in_words};
pub use rounded_flow::RoundedFlow;
pub use singular_values::{SingularValues, singular_values};
pub use step_flow::{StepFlow, Ways};
pub use triangle::Triangle;
pub use unevenness::LandscapePoint;
pub use verdict::{NEGLIGIBLE_LOG10, Outcome, Verdict};
pub use weight_gradient::{Term, WeightGradient};
pub use whole_loss::input_gradients;
pub use worked_unit::{UnitPlace, WorkedStep, WorkedUnit};
pub use worst_direction::{mean_direction, worst_direction};
