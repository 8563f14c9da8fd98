//! A trace: everything about one moment of a run in plain numbers, for other programs.
//!
#![doc = include_str!("../../../docs/src/trace.md")]

mod csv;
mod form;
mod gather;
mod json;
mod not_finite;
mod numbers;

pub use csv::TRACE_COLUMNS;
pub use form::{Diverged, LayerOfStep, Matrices, TRACE_SCHEMA, Tensor, Tensors, Timestep, Trace};
pub use gather::verdict_name;
pub use json::{TraceError, check_schema};
pub use not_finite::{InfOrNan, NotFinite};
pub use numbers::List;

pub use super::written_magnitude::{State, WrittenMagnitude};

#[cfg(test)]
mod tests;
