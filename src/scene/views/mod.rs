//! The views, each in one file: what it asks, its header, its picture, its table, and what its places say.

pub mod accuracy;
pub mod activation;
pub mod floats;
pub mod formula;
pub mod gates;
pub mod history;
mod kit;
pub mod landscape;
pub mod layers;
#[cfg(test)]
mod lecture_tests;
pub mod loss;
pub mod phase_map;
pub mod product;
pub mod reason;
pub mod spectrum;
pub mod terms;
pub mod text;
pub mod triangle;
pub mod unrolled;
pub mod worksheet;
