//! A drawing as SVG 1.1, with the experiment in its metadata.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::glyphs;
use super::png_file::encoded;
use super::xml::{coordinate, escaped};
use super::xml_reader::{Missing, element_text};
use crate::scene::{
    Anchor, Area, Colour, Drawing, FAMILY, HALF_CAPITAL, Item, Layer, Point, Stroke, Text,
};

/// The namespace of the element that holds the experiment.
pub const NAMESPACE: &str = "urn:bptt-scope:experiment";

/// How much a bold text's outline is wider than its letters, as a share of the font size: the program's
/// font has one weight, and so bold is the same everywhere.
const BOLD: f64 = 0.045;

/// `drawing` as an SVG file with `metadata`, the text of its experiment.
pub fn svg(drawing: &Drawing, metadata: &str) -> String {
    let [width, height] = drawing.size.map(coordinate);
    let mut writer = Writer::default();
    writer.line(&format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
         version=\"1.1\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"{FAMILY}\" font-stretch=\"condensed\" role=\"img\">"
    ));
    writer.line(&format!("<title>{}</title>", escaped(&drawing.title)));
    writer.line(&format!("<desc>{}</desc>", escaped(&drawing.description)));
    writer.line(&format!(
        "<metadata><experiment xmlns=\"{NAMESPACE}\" xml:space=\"preserve\">{}</experiment></metadata>",
        escaped(metadata)
    ));
    writer.line(&format!(
        "<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>",
        colour(drawing.theme.colours().sheet)
    ));
    writer.text.push_str(&glyphs::defs(&drawing.layer));
    writer.layer(&drawing.layer);
    writer.line("</svg>");
    writer.text
}

/// The metadata of a file that [`svg()`] wrote, of at most `most` bytes.
///
/// # Errors
/// [`Missing`] says why there is none, as in another file.
pub fn experiment_of_svg(svg: &str, most: usize) -> Result<String, Missing> {
    element_text(svg, NAMESPACE, "experiment", most)
}

#[derive(Default)]
struct Writer {
    text: String,
}

impl Writer {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn layer(&mut self, layer: &Layer) {
        for item in &layer.items {
            self.item(item);
        }
    }

    fn item(&mut self, item: &Item) {
        let line = match item {
            Item::Line { points, stroke } => {
                let points = listed(points);
                let look = look(None, Some(stroke));
                format!("<polyline points=\"{points}\"{look} stroke-linejoin=\"round\"/>")
            }
            Item::Rect {
                area,
                fill,
                stroke,
                corner,
            } => {
                let mut place = placed(area);
                if *corner > 0.0 {
                    place += &format!(" rx=\"{}\"", coordinate(*corner));
                }
                format!("<rect{place}{}/>", look(*fill, stroke.as_ref()))
            }
            Item::Bars { areas, fill } => {
                format!(
                    "<path d=\"{}\"{}/>",
                    outlines(areas),
                    look(Some(*fill), None)
                )
            }
            Item::Polygon {
                points,
                fill,
                stroke,
            } => {
                let points = listed(points);
                format!(
                    "<polygon points=\"{points}\"{}/>",
                    look(*fill, stroke.as_ref())
                )
            }
            Item::Circle {
                centre,
                radius,
                fill,
                stroke,
            } => format!(
                "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{}/>",
                coordinate(centre[0]),
                coordinate(centre[1]),
                coordinate(*radius),
                look(*fill, stroke.as_ref())
            ),
            Item::Text(text) => written(text),
            Item::Image {
                area,
                pixels,
                opacity,
            } => {
                // A picture of no pixels is nothing to see.
                let Ok(png) = encoded(pixels, &[], None) else {
                    return;
                };
                let faded = if *opacity < 1.0 {
                    format!(" opacity=\"{}\"", coordinate(*opacity))
                } else {
                    String::new()
                };
                format!(
                    "<image{}{faded} preserveAspectRatio=\"none\" image-rendering=\"pixelated\" \
                     style=\"image-rendering:pixelated\" xlink:href=\"data:image/png;base64,{}\"/>",
                    placed(area),
                    STANDARD.encode(png)
                )
            }
            Item::Glyph(glyph) => glyphs::placed(glyph),
            Item::Hot { area, text } => format!(
                "<rect{} fill=\"none\" pointer-events=\"all\"><title>{}</title></rect>",
                placed(area),
                escaped(text)
            ),
        };
        self.line(&line);
    }
}

fn placed(area: &Area) -> String {
    // Of rounded edges, so that neighbours that share one still do.
    let [left, top, right, bottom] =
        [area.left, area.top, area.right, area.bottom].map(|edge| (edge * 100.0).round() / 100.0);
    format!(
        " x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"",
        coordinate(left),
        coordinate(top),
        coordinate((right - left).max(0.0)),
        coordinate((bottom - top).max(0.0))
    )
}

fn listed(points: &[Point]) -> String {
    let points = points
        .iter()
        .map(|[x, y]| format!("{},{}", coordinate(*x), coordinate(*y)));
    points.collect::<Vec<_>>().join(" ")
}

/// One path for all rectangles.
fn outlines(areas: &[Area]) -> String {
    let mut path = String::new();
    for area in areas {
        let [left, top, right, bottom] =
            [area.left, area.top, area.right, area.bottom].map(coordinate);
        path += &format!("M{left} {top}H{right}V{bottom}H{left}z");
    }
    path
}

fn look(fill: Option<Colour>, stroke: Option<&Stroke>) -> String {
    let mut look = match fill {
        Some(fill) => format!(" fill=\"{}\"", colour(fill)),
        None => " fill=\"none\"".to_owned(),
    };
    if let Some(stroke) = stroke {
        // Writing to a string does not fail.
        let _ = write!(
            look,
            " stroke=\"{}\" stroke-width=\"{}\"",
            colour(stroke.colour),
            coordinate(stroke.width)
        );
        if let Some([dash, gap]) = stroke.dash {
            let (dash, gap) = (coordinate(dash), coordinate(gap));
            let _ = write!(look, " stroke-dasharray=\"{dash} {gap}\"");
        }
    }
    look
}

fn written(text: &Text) -> String {
    let [x, y] = text.at.map(coordinate);
    let drop = if text.centred {
        HALF_CAPITAL * text.size
    } else {
        0.0
    };
    let baseline = coordinate(text.at[1] + drop);
    let mut attributes = format!(
        " x=\"{x}\" y=\"{baseline}\" font-size=\"{}\" fill=\"{}\"",
        coordinate(text.size),
        colour(text.colour)
    );
    attributes.push_str(match text.anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    });
    if text.bold {
        let width = coordinate(BOLD * text.size);
        let stroke = colour(text.colour);
        attributes += &format!(" stroke=\"{stroke}\" stroke-width=\"{width}\"");
    }
    if text.rotation != 0.0 {
        let angle = coordinate(text.rotation);
        attributes += &format!(" transform=\"rotate({angle} {x} {y})\"");
    }
    format!("<text{attributes}>{}</text>", escaped(&text.text))
}

fn colour([red, green, blue]: Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}
