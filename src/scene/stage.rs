//! A view of a subject on a canvas: one scene, whoever draws it.

use super::area::{Area, Point};
use super::canvas::Canvas;
use super::chart::Quantity;
use super::definition::{Part, Picture};
use super::drawing::Layer;
use super::frame::Frame;
use super::header::Header;
use super::hot::Hot;
use super::scale_span::ScaleSpan;
use super::shapes;
use super::subject::Subject;
use super::view::View;

/// What there is to see of a subject, as data: where everything is, what it says, and what can be pointed at.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// Which view it is of.
    pub view: View,
    /// What it is drawn on.
    pub canvas: Canvas,
    /// What stands above the picture.
    pub header: Header,
    /// The picture.
    pub parts: Vec<Part>,
    /// The same in words, for those who cannot see it.
    pub description: String,
}

impl Scene {
    /// What `view` shows of `subject` on `canvas`. On a page the header takes the top of it; the row of a tile is
    /// no part of its canvas.
    pub fn of(view: View, subject: &Subject<'_>, canvas: &Canvas) -> Self {
        let fitting = || ScaleSpan::fitting(subject.snapshot);
        let canvas = &Canvas {
            span: Some(canvas.span.unwrap_or_else(fitting)),
            ..*canvas
        };
        let definition = view.definition();
        let refusal = view.refusal(&subject.snapshot.moment.experiment);
        let header = match refusal {
            None => (definition.header)(subject, canvas),
            Some(_) => Header {
                name: definition.name,
                ..Header::default()
            },
        };
        let room = if canvas.is_page() {
            header.draw(&mut Layer::default(), canvas.area, canvas.colours())
        } else {
            canvas.area
        };
        let draw = |room: Area| match &refusal {
            None => (definition.picture)(subject, canvas, room),
            Some(reason) => Picture::absent(canvas, room, definition.name, &reason.to_string()),
        };
        let picture = draw(room);
        // On a page the reason why there is no picture stands in the middle of all of it.
        let (header, picture) = if picture.is_absent() && canvas.is_page() {
            let picture = draw(canvas.area);
            (Header::default(), picture)
        } else {
            (header, picture)
        };
        Self {
            view,
            canvas: *canvas,
            header,
            parts: picture.parts,
            description: picture.description,
        }
    }

    /// Whether there is nothing but the reason why.
    pub fn is_absent(&self) -> bool {
        matches!(self.parts[..], [Part::Absent(..)])
    }

    /// All of it as shapes, as on a page.
    pub fn draw(&self, layer: &mut Layer) {
        let colours = self.canvas.colours();
        if !self.header.name.is_empty() {
            self.header.draw(layer, self.canvas.area, colours);
        }
        for part in &self.parts {
            match part {
                Part::Chart(chart) => chart.draw(layer, colours),
                Part::Sketch(sketch) => {
                    let items = sketch.beside.items.iter().chain(&sketch.layer.items);
                    layer.items.extend(items.cloned());
                }
                Part::Header(header, area) => {
                    header.draw(layer, *area, colours);
                }
                Part::Absent(remark, area) => {
                    shapes::explain(layer, *area, &remark.text, remark.colour, colours);
                }
            }
        }
    }

    /// What whoever points at `at` in a part is told.
    pub fn said(&self, subject: &Subject<'_>, part: usize, at: Point) -> Option<String> {
        let found = self.parts.get(part)?;
        let meant = found.hot()?.meant(found.frame()?, at)?;
        (self.view.definition().says)(subject, part, meant)
    }

    /// Every place that says something to whoever points at it, and what it says.
    pub fn sayings(&self, subject: &Subject<'_>) -> Vec<(Area, String)> {
        let says = self.view.definition().says;
        let parts = self.parts.iter().enumerate();
        let places = parts.filter_map(|(index, part)| Some((index, part.hot()?, part.frame()?)));
        places
            .flat_map(|(index, hot, frame)| {
                let areas = hot.areas(frame).into_iter();
                areas.filter_map(move |(area, at)| Some((area, says(subject, index, at)?)))
            })
            .collect()
    }
}

impl Part {
    /// What can be pointed at.
    pub fn hot(&self) -> Option<&Hot> {
        match self {
            Self::Chart(chart) => Some(&chart.hot),
            Self::Sketch(sketch) => Some(&sketch.hot),
            Self::Header(..) | Self::Absent(..) => None,
        }
    }

    /// From values to places.
    pub fn frame(&self) -> Option<&Frame> {
        match self {
            Self::Chart(chart) => Some(&chart.frame),
            Self::Sketch(sketch) => Some(&sketch.frame),
            Self::Header(..) | Self::Absent(..) => None,
        }
    }

    /// What its axes are of.
    pub fn of(&self) -> [Quantity; 2] {
        match self {
            Self::Chart(chart) => chart.of,
            Self::Sketch(sketch) => sketch.of,
            Self::Header(..) | Self::Absent(..) => [Quantity::Value; 2],
        }
    }
}
