//! Floor 5: the window.
//!
//! [`ScopeApp`] holds the worker, the last snapshot and what a person has chosen to look at. `logic`
//! takes in what the worker published and carries out [`Action`]s; `ui` only draws, and whatever a
//! person does comes back as an `Action`.
//!
//! **Architecture invariant.** A view draws from a snapshot and the view state alone. It computes
//! nothing that a snapshot should hold, changes no model, and never waits for the worker. Nothing below
//! this floor names egui.

mod action;
mod app;
mod bands;
mod colour;
mod controls;
mod float_limits;
mod fonts;
mod help;
mod keys;
mod learning;
mod number_field;
mod plot;
mod product;
mod reason;
mod status_bar;
mod terms;
mod theme;
mod time_axis;
mod top_bar;
mod unrolled;
mod view_state;

pub use action::Action;
pub use app::{ScopeApp, WINDOW_TITLE};
pub use view_state::{Direction, Measure, ViewState};
