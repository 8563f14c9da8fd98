//! A moment as a figure for a slide or a paper: SVG, whose text stays text, or PNG.
//!
//! What there is to see comes from [`crate::scene`]; `sheet` puts the finding and the experiment above it, `svg`
//! and `png` write it, with the experiment inside the file.
//!
//! **Architecture invariant.** A figure depends on its snapshot alone: the same bytes on every machine,
//! whatever its fonts, its clock or its window.

mod bands;
mod glyphs;
mod multiples;
mod png;
mod png_file;
mod sheet;
mod svg;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod view_tests;
mod xml;
mod xml_reader;

pub use bands::{Scales, bands, bands_on, view};
pub use multiples::{MOST, multiples, multiples_on};
pub use png::{FigureError, PNG_SCALE, picture_png, pixels, png};
pub use png_file::experiment_of_png;
pub use sheet::{finding, summary};
pub use svg::{NAMESPACE as EXPERIMENT_NAMESPACE, experiment_of_svg, svg};
pub use xml::escaped;
pub use xml_reader::{DEEPEST, Missing};
