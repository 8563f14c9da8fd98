//! The cost curve: time per training step against n and H, and memory against n, H and steps.
//!
//!     cargo bench --bench cost              prints the tables of the README
//!     cargo bench --bench cost -- --write   also draws assets/cost.svg
//!
//! A step is `Trainer::step` of the latch task with one sequence, on one core: drawing the batch, the passes, the
//! update and the record. Evaluating and showing come beside it, for a share of the time. Memory is that of
//! training; a snapshot of a large network takes as much again for the probe.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use bptt_scope::export::figure::svg;
use bptt_scope::rnn::Interrupt;
use bptt_scope::scene::{Anchor, BODY, Colours, Drawing, Point, Stroke, TITLE, Text, Theme};
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{Experiment, Trainer};

const COLOURS: &Colours = Theme::Print.colours();

const LENGTHS: [usize; 7] = [10, 30, 100, 300, 1_000, 3_000, 10_000];
const SIZES: [usize; 10] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/// How long one point is measured.
const PATIENCE: Duration = Duration::from_millis(600);

/// Microseconds per step at some n or H.
type Curve = Vec<(f64, f64)>;

fn main() {
    let by_length = |hidden: usize| -> Curve {
        let point = |length: usize| (length as f64, microseconds(hidden, length));
        LENGTHS.map(point).to_vec()
    };
    let (scalar, units) = (by_length(1), by_length(64));
    let by_size: Curve = SIZES
        .map(|hidden| (hidden as f64, microseconds(hidden, 100)))
        .to_vec();

    print_table("n", &[("H = 1, µs", &scalar), ("H = 64, µs", &units)]);
    print_table("H", &[("n = 100, µs", &by_size)]);
    print_memory();
    if std::env::args().any(|argument| argument == "--write") {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/cost.svg");
        let drawing = picture(&scalar, &units, &by_size);
        std::fs::write(path, svg(&drawing, "")).expect("assets can be written");
        println!("written to {path}");
    }
}

fn trainer(hidden: usize, length: usize) -> Trainer {
    let mut experiment = Experiment::default();
    experiment.task.kind = TaskKind::Latch;
    experiment.task.length = length;
    experiment.network.hidden = hidden;
    experiment.training.batch = 1;
    experiment.training.learning_rate = 1e-9;
    let mut trainer = Trainer::new(experiment.check().expect("in range"));
    trainer.use_cores(1);
    trainer
}

/// The median over rounds of the time per step.
fn microseconds(hidden: usize, length: usize) -> f64 {
    let never = Interrupt::default();
    let mut trainer = trainer(hidden, length);
    let mut round = |steps: u32| {
        let start = Instant::now();
        for _ in 0..steps {
            trainer.step(&never);
        }
        start.elapsed()
    };
    // The first steps make room for what is kept.
    let once = round(3) / 3;
    let steps = (PATIENCE / 15).div_duration_f64(once).clamp(1.0, 1e6) as u32;
    round(steps.min(2_000));
    let start = Instant::now();
    let mut times = Vec::new();
    while times.len() < 5 || start.elapsed() < PATIENCE {
        times.push((round(steps) / steps).as_secs_f64() * 1e6);
    }
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The slope of log y over log x, by least squares over the last half of the points: where the cost no longer
/// is that of beginning a step.
fn exponent(curve: &Curve) -> f64 {
    let points: Vec<_> = curve[curve.len() / 2..]
        .iter()
        .map(|(x, y)| (x.ln(), y.ln()))
        .collect();
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x_mean, y_mean) = (mean(|point| point.0), mean(|point| point.1));
    let above: f64 = points
        .iter()
        .map(|(x, y)| (x - x_mean) * (y - y_mean))
        .sum();
    let below: f64 = points
        .iter()
        .map(|(x, _)| (x - x_mean) * (x - x_mean))
        .sum();
    above / below
}

fn three_digits(value: f64) -> String {
    let decimals = (2.0 - value.log10().floor()).max(0.0) as usize;
    format!("{value:.decimals$}")
}

fn print_table(name: &str, curves: &[(&str, &Curve)]) {
    let mut head = format!("| {name} |");
    let mut line = String::from("| ---: |");
    for (column, _) in curves {
        let _ = write!(head, " {column} |");
        line += " ---: |";
    }
    println!("\n{head}\n{line}");
    for place in 0..curves[0].1.len() {
        let mut row = format!("| {} |", curves[0].1[place].0);
        for (_, curve) in curves {
            let _ = write!(row, " {} |", three_digits(curve[place].1));
        }
        println!("{row}");
    }
    let mut last = String::from("| exponent |");
    for (_, curve) in curves {
        let _ = write!(last, " {:.2} |", exponent(curve));
    }
    println!("{last}");
}

/// What a run holds, in megabytes, after it was begun and after steps.
fn print_memory() {
    println!("\n| n | H | steps | MB |\n| ---: | ---: | ---: | ---: |");
    for (length, hidden, steps) in [
        (10, 1, 0),
        (10, 1, 1_000),
        (10, 1, 10_000),
        (10, 1, 100_000),
        (1_000, 1, 100),
        (10_000, 1, 100),
        (100, 64, 100),
        (100, 64, 10_000),
        (100, 512, 10),
        (100, 512, 1_000),
        (10_000, 512, 1),
    ] {
        let never = Interrupt::default();
        let mut kept = None;
        let counted = allocation_counter::measure(|| {
            let trainer = kept.insert(trainer(hidden, length));
            for _ in 0..steps {
                trainer.step(&never);
            }
        });
        let megabytes = counted.bytes_current as f64 / 1e6;
        println!(
            "| {length} | {hidden} | {steps} | {} |",
            three_digits(megabytes)
        );
    }
}

/// A plot of decades.
struct Plot {
    /// Left, top, right and bottom edge.
    edges: [f64; 4],
    /// log₁₀ of the ends.
    x: (f64, f64),
    y: (f64, f64),
}

impl Plot {
    fn place(&self, (x, y): (f64, f64)) -> Point {
        let [left, top, right, bottom] = self.edges;
        let share = |value: f64, (low, high): (f64, f64)| (value.log10() - low) / (high - low);
        [
            left + share(x, self.x) * (right - left),
            bottom - share(y, self.y) * (bottom - top),
        ]
    }

    fn axes(&self, drawing: &mut Drawing, name: &str) {
        let layer = &mut drawing.layer;
        let [left, top, right, bottom] = self.edges;
        let grid = Stroke::new(COLOURS.grid, 1.0);
        for decade in self.x.0.ceil() as i32..=self.x.1 as i32 {
            let [x, _] = self.place((10.0_f64.powi(decade), 1.0));
            layer.line([x, top], [x, bottom], grid);
            let text = 10.0_f64.powi(decade).to_string();
            let at = [x, bottom + 18.0];
            layer.text(Text::new(at, text, BODY, COLOURS.measured).anchored(Anchor::Middle));
        }
        for (decade, text) in (0..=5).zip(["1 µs", "10 µs", "0.1 ms", "1 ms", "10 ms", "0.1 s"]) {
            let [_, y] = self.place((1.0, 10.0_f64.powi(decade)));
            layer.line([left, y], [right, y], grid);
            let text = Text::new([left - 8.0, y], text, BODY, COLOURS.measured);
            layer.text(text.anchored(Anchor::End).centred());
        }
        let at = [0.5 * (left + right), bottom + 40.0];
        layer.text(Text::new(at, name, BODY, COLOURS.measured).anchored(Anchor::Middle));
    }

    fn curve(&self, drawing: &mut Drawing, curve: &Curve, colour: [u8; 3], name: &str) {
        let points: Vec<Point> = curve.iter().map(|&point| self.place(point)).collect();
        for &point in &points {
            drawing.layer.circle(point, 3.5, Some(colour), None);
        }
        let [x, y] = points[curve.len() * 2 / 3];
        let text = format!("{name}: exponent {:.2}", exponent(curve));
        let text = Text::new([x - 12.0, y - 12.0], text, BODY, colour);
        drawing.layer.polyline(points, Stroke::new(colour, 2.0));
        drawing.layer.text(text.anchored(Anchor::End));
    }
}

fn picture(scalar: &Curve, units: &Curve, by_size: &Curve) -> Drawing {
    let says =
        "Time per training step against the length n and the hidden size H, both axes in decades";
    let mut drawing = Drawing::new([1_000.0, 430.0], "What a step costs", says, Theme::Print);
    let area = drawing.area();
    drawing.layer.fill(area, COLOURS.ground);
    let title = "Time per training step with the complete record, one sequence, one core";
    let title = Text::new([70.0, 30.0], title, TITLE, COLOURS.measured);
    drawing.layer.text(title);
    let y = (-0.2, 5.2);
    let left = Plot {
        edges: [70.0, 50.0, 490.0, 370.0],
        x: (0.9, 4.1),
        y,
    };
    left.axes(&mut drawing, "n, timesteps");
    left.curve(&mut drawing, units, COLOURS.w_h, "H = 64");
    left.curve(&mut drawing, scalar, COLOURS.measured, "H = 1");
    let right = Plot {
        edges: [570.0, 50.0, 980.0, 370.0],
        x: (-0.1, 2.8),
        y,
    };
    right.axes(&mut drawing, "H, units");
    right.curve(&mut drawing, by_size, COLOURS.f_prime, "n = 100");
    drawing
}
