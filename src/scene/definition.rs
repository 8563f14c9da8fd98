//! What a view is: everything about it in one place, and what it draws.

use super::area::Area;
use super::canvas::Canvas;
use super::chart::{Chart, Quantity, Remark};
use super::drawing::Layer;
use super::equation_sheet::Drawn;
use super::frame::Frame;
use super::header::Header;
use super::hot::Hot;
use super::look::{Choice, Direction, Heed, Look};
use super::subject::Subject;
use super::table::{NoTable, Table};
use crate::glossary::Concept;
use crate::training::{Experiment, Question, Snapshot, Wanted};

/// From where to where, in decades, an axis upwards goes on a canvas.
pub type Decades = fn(&Subject<'_>, &Canvas) -> (f64, f64);

/// Everything about a view, in one place.
pub struct Definition {
    /// What it is called on the screen.
    pub name: &'static str,
    /// Its name on the command line and in files: `phase-map`.
    pub slug: &'static str,
    /// What it shows, in one line.
    pub meaning: &'static str,
    /// What the glossary has of it.
    pub concept: Concept,
    /// What a screen reader calls the picture.
    pub spoken: &'static str,
    /// What of a snapshot it draws that is left out while nobody looks.
    pub wants: fn(&Look) -> Wanted,
    /// What must be found out about a moment before it can be drawn, if anything.
    pub question: fn(&Snapshot, &Look) -> Option<Question>,
    /// Why there is never such a picture of such an experiment, and the remedy, if so.
    pub refusal: fn(&Experiment) -> Option<NoTable>,
    /// Which choices of what is looked at it heeds.
    pub heeds: &'static [Heed],
    /// Whether it draws accuracy, which is measured beside training.
    pub is_of_accuracy: bool,
    /// What stands above the picture.
    pub header: fn(&Subject<'_>, &Canvas) -> Header,
    /// The picture, in what the header has left of a canvas.
    pub picture: fn(&Subject<'_>, &Canvas, Area) -> Picture,
    /// The numbers behind it.
    pub table: fn(&Subject<'_>) -> Result<Table, NoTable>,
    /// What a part of the picture says of a place, which its [`Hot`] gives in the values of its axes.
    pub says: fn(&Subject<'_>, usize, [f64; 2]) -> Option<String>,
    /// What can be chosen in its row, in groups.
    pub choices: fn(&Subject<'_>) -> Vec<Vec<Choice>>,
    /// The timestep that it shows in a direction where nobody has chosen one, if it is not the last.
    pub usual_timestep: fn(Direction) -> Option<usize>,
    /// Its letters are as large as there is room for already, so that nothing in it is magnified where it is enlarged.
    pub fills_its_room: bool,
    /// It stands above another view with the same axis of time, which has the labels.
    pub is_labelled_below: bool,
    /// It draws the curves of two experiments in one plot, rather than a picture of each.
    pub draws_both: bool,
    /// How far its axis upwards reaches, where the pictures of two experiments are to stand on the same.
    pub decades: Option<Decades>,
}

impl Definition {
    /// A view that shows nothing, to begin others with.
    pub const EMPTY: Self = Self {
        name: "",
        slug: "",
        meaning: "",
        concept: Concept::Gradient,
        spoken: "",
        wants: |_| Wanted::NOTHING,
        question: |_, _| None,
        refusal: |_| None,
        heeds: &[],
        is_of_accuracy: false,
        header: |_, _| Header::default(),
        picture: |_, _, _| Picture::default(),
        table: |_| Ok(Table::default()),
        says: |_, _, _| None,
        choices: |_| Vec::new(),
        usual_timestep: |_| None,
        fills_its_room: false,
        is_labelled_below: false,
        draws_both: false,
        decades: None,
    };
}

/// What a view draws: its parts, from the bottom to the top, and the same in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// The parts.
    pub parts: Vec<Part>,
    /// What there is to see, for those who cannot.
    pub description: String,
}

/// A part of a picture.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A chart.
    Chart(Chart),
    /// Shapes.
    Sketch(Sketch),
    /// What stands above a part, in the top of an area.
    Header(Header, Area),
    /// The reason why there is nothing else.
    Absent(Remark, Area),
}

/// Shapes that are no chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Sketch {
    /// The shapes. Of a sketch over time a screen shows those in its frame.
    pub layer: Layer,
    /// Shapes beside the frame.
    pub beside: Layer,
    /// From values to places.
    pub frame: Frame,
    /// What its axes are of.
    pub of: [Quantity; 2],
    /// What can be pointed at.
    pub hot: Hot,
    /// The timestep of the cursor, which a screen shows behind the shapes.
    pub cursor: Option<f64>,
}

impl Picture {
    /// One chart.
    pub fn of(chart: Chart, description: String) -> Self {
        Self {
            parts: vec![Part::Chart(chart)],
            description,
        }
    }

    /// Equations that were `drawn` into a layer.
    pub fn of_equations(layer: Layer, drawn: &Drawn, room: Area, description: String) -> Self {
        let areas = drawn.hot.iter();
        let areas = areas.map(|(area, saying)| (area.grown(2.0), [*saying as f64, 0.0]));
        let sketch = Sketch {
            layer,
            beside: Layer::default(),
            frame: Frame::new(room, (0.0, 1.0), (0.0, 1.0)),
            of: [Quantity::Value; 2],
            hot: Hot::Areas(areas.collect()),
            cursor: None,
        };
        Self {
            parts: vec![Part::Sketch(sketch)],
            description,
        }
    }

    /// No picture, for a `reason`.
    pub fn absent(canvas: &Canvas, room: Area, name: &str, reason: &str) -> Self {
        let text = format!("{name}: {reason}");
        let colour = canvas.colours().theory;
        Self {
            parts: vec![Part::Absent(Remark { text, colour }, room)],
            description: reason.to_owned(),
        }
    }

    /// Whether there is nothing but a reason.
    pub fn is_absent(&self) -> bool {
        matches!(self.parts[..], [Part::Absent(..)])
    }
}
