//! The window as a person meets it: what they do, what they see, and what it looks like.

mod actions;
mod beside;
mod data;
mod experiments;
mod exports;
mod files;
mod history;
mod keyboard;
mod layout;
mod lessons;
mod links;
mod numbers;
mod opening;
mod passes;
mod pictures;
mod presets;
mod quantities;
mod remembering;
mod room;
mod sentences;
mod support;
mod tiles;
mod views;
mod watching;
mod words;
