//! The window as a person meets it: what they do, what they see, and what it looks like.

mod actions;
mod experiments;
mod exports;
mod files;
mod opening;
mod pictures;
mod quantities;
mod presets;
mod remembering;
mod support;
mod sentences;
mod tiles;
mod views;
