//! Floor 6: the window.
//!
//! [`ScopeApp`] holds the worker, the last snapshot and what a person has chosen to look at. `logic`
//! takes in what the worker published and carries out [`Action`]s; `ui` only draws, and whatever a
//! person does comes back as an `Action`.
//!
//! **Architecture invariant.** A view draws from a snapshot and the view state alone. It computes
//! nothing that a snapshot should hold, changes no model, and never waits for the worker. Nothing below
//! this floor names egui.

mod accessible;
mod action;
mod app;
mod arrangement;
mod asking;
mod background;
mod bench;
mod beside;
mod beside_menu;
mod check_badge;
mod compare_window;
mod comparer;
mod controls;
mod data;
mod data_window;
mod edges;
mod embedded;
mod embedded_bar;
mod exports;
mod files;
mod focus;
mod fonts;
mod gestures;
mod glossary_link;
mod glossary_state;
mod glossary_window;
mod gradient_checks;
mod help;
mod keys;
mod last_will;
mod lesson_panel;
mod link;
mod memory;
mod memory_file;
mod memory_text;
mod modules;
mod modules_window;
mod number_field;
mod numbers;
mod numbers_window;
mod painter;
mod pane;
mod player;
mod presentation;
mod presets_menu;
mod prose_ui;
mod remembered;
mod remembered_lesson;
mod row_name;
mod scope;
mod screen;
mod second;
mod side_window;
mod stack;
mod status_bar;
mod study_ui;
mod system;
mod table_field;
mod theme;
mod time_axis;
mod title;
mod top_bar;
mod tutor;
mod undo;
mod view_state;
mod walk;
mod workspace;

pub use action::{Action, BesideAction, Comparand};
pub use app::ScopeApp;
pub use arrangement::Arrangement;
pub use data::DataAction;
pub use embedded::Embedded;
pub use exports::Export;
pub use files::{OpenSource, Purpose};
pub use glossary_state::GlossaryAction;
pub use last_will::LastWill;
pub use link::Link;
pub use memory::Memory;
pub use memory_file::MemoryFile;
pub use memory_text::read_memory;
pub use modules::ModulesAction;
pub use remembered_lesson::RememberedLesson;
pub use screen::{LEAST_SIZE, WINDOW_TITLE};
pub use tutor::LessonAction;
pub use view_state::ViewState;
pub use walk::WhichSequences;
