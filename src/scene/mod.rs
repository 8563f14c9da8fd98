//! Floor 4: what there is to see of a moment, as data.
//!
//! - A **view** ([`View`]) is one line of a table: its name, what it asks about a moment, its header, its picture,
//!   the numbers behind it, and what its places say to whoever points at them. Each is one file of `views`.
//! - A **scene** ([`Scene`]) is what a view makes of a [`Subject`] (a moment, what was found out about it, what is
//!   looked at) on a [`Canvas`] (where, how large, in which [`Theme`]). It is made of parts.
//! - A **chart** ([`Chart`]) is a part with axes: series in the values of those axes, and marks for what is zero,
//!   infinite or not a number.
//! - A **drawing** ([`Layer`]) is made of plain shapes and knows nothing of networks. A [`Sketch`] is a part that is
//!   drawn so; a chart can be turned into one.
//! - A **painter** puts a scene before somebody's eyes, and is written once for all views: the window's in `ui`,
//!   the figure's in `export`. The painter of tables writes [`Table`] as CSV.
//!
//! ```
//! use bptt_scope::rnn::Interrupt;
//! use bptt_scope::scene::{Area, Canvas, Layer, Look, Memo, Scene, Subject, Theme, View};
//! use bptt_scope::training::{Experiment, Trainer, Wanted};
//!
//! let experiment = Experiment::from_text("network.w_h = 0.5")?;
//! let snapshot = Trainer::new(experiment).snapshot(Wanted::NOTHING, &Interrupt::default())?;
//! let (look, memo) = (Look::of(&snapshot), Memo::default());
//! let subject = Subject {
//!     snapshot: &snapshot,
//!     answer: None,
//!     look: &look,
//!     absence: "not computed for this moment",
//!     memo: &memo,
//!     ghost: None,
//!     yours: None,
//! };
//! let canvas = Canvas::page(Area::new(0.0, 0.0, 640.0, 360.0), Theme::Dark);
//! let scene = Scene::of(View::PRODUCT, &subject, &canvas);
//! let mut layer = Layer::default();
//! scene.draw(&mut layer);
//! assert!(layer.texts().any(|text| text.text == "Product"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **Architecture invariant.** A scene depends on its subject and its canvas alone: no clock, no file format, no
//! egui. Nothing is trained here, and nothing is computed that a snapshot or a finding should hold.

mod answers;
mod area;
mod beside;
mod canvas;
mod chart;
mod chart_shapes;
mod definition;
mod drawing;
mod equation;
mod equation_sheet;
mod font;
mod formula;
mod frame;
mod ghost;
mod header;
mod heat;
mod hot;
mod limits;
mod look;
mod memo;
mod place;
mod play;
mod scale_span;
mod shapes;
mod stage;
mod steps;
mod subject;
mod table;
#[cfg(test)]
pub(crate) mod testing;
mod theme;
mod ticks;
mod time;
mod typeset;
mod view;
mod views;
mod word_shares;
mod words;

pub use area::{Area, Point};
pub use beside::{names_of, names_of_two, sentence_of, sentence_of_two};
pub use canvas::{Canvas, Medium};
pub use chart::{Axis, Chart, Limits, Marker, Quantity, Remark, Series};
pub use chart_shapes::{FADED, draw_heat_marks};
pub use definition::{Definition, Part, Picture, Sketch};
pub use drawing::{Anchor, Drawing, Glyph, Item, Layer, Pixels, Stroke, Text};
pub use font::{FAMILY, FONT, HALF_CAPITAL, elided, has, width};
pub use frame::{Frame, Runs};
pub use header::{Entry, Header, Key, SIGN, Swatch};
pub use heat::{Heat, HeatKey, HeatMap, HeatMark, SameRows};
pub use hot::Hot;
pub use limits::{NAMES, draw_inside as draw_limits_inside};
pub use look::{Change, Choice, Direction, Heed, Look, Measure, PhaseAxis, Reaches};
pub use memo::Memo;
pub use place::{Alignment, Ghost, GhostOf, Place};
pub use play::{Playing, Way};
pub use scale_span::ScaleSpan;
pub use shapes::{BODY, SMALL, TITLE, explain};
pub use stage::Scene;
pub use subject::{Answer, Subject};
pub use table::{NoTable, Table, TableColumn, Values};
pub use theme::{Colour, Colours, Theme, ink_on, mixed};
pub use ticks::Tick;
pub use typeset::{FORMULA_FONTS, Formula, FormulaStyle, formula_font};
pub use view::View;
pub use word_shares::WordShares;
pub use words::in_full;
