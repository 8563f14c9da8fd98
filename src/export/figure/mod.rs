//! A moment as a light figure for a slide or a paper: SVG, whose text stays text, or PNG.
//!
//! `drawing` is a picture as data and knows nothing of networks; `svg` and `png` write it, with the
//! experiment inside the file. `frame`, `ticks`, `legend` and `shapes` are what the plots have in common.
//!
//! **Architecture invariant.** A figure depends on its snapshot alone: the same bytes on every machine,
//! whatever its fonts, its clock or its window.

mod absent;
mod accuracy;
mod activation;
mod area;
mod band;
mod bands;
mod drawing;
mod float_limits;
mod floats;
mod font;
mod formula;
mod formula_parts;
mod frame;
mod glyphs;
mod heat;
mod history;
mod landscape;
mod legend;
mod loss;
mod nodes;
mod phase_map;
mod png;
mod png_file;
mod product;
mod reason;
mod rows;
mod shapes;
mod sheet;
mod shown;
mod spectrum;
mod steps;
mod strip;
pub mod style;
mod svg;
mod terms;
#[cfg(test)]
mod tests;
mod ticks;
mod time;
mod triangle;
mod typeset;
mod unrolled;
#[cfg(test)]
mod view_tests;
mod views;
mod xml;
mod xml_reader;

pub use area::{Area, Point};
pub use bands::{Scales, bands, bands_on};
pub use drawing::{Anchor, Colour, Drawing, Item, Layer, Pixels, Stroke, Text};
pub use frame::finite_runs;
pub use landscape::LossScale;
pub use loss::knowing_nothing;
pub use png::{FigureError, PNG_SCALE, picture_png, pixels, png};
pub use png_file::experiment_of_png;
pub use shown::Shown;
pub use svg::{experiment_of_svg, svg};
pub use ticks::{decade_label, round_range, round_step};
pub use views::view;
pub use xml_reader::{DEEPEST, Missing};
