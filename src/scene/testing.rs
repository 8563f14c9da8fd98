//! Moments to test scenes, tables and figures with.

use std::sync::Arc;

use super::area::Area;
use super::canvas::Canvas;
use super::chart::{Chart, Marker, Series};
use super::definition::{Definition, Part};
use super::drawing::Stroke;
use super::frame::Runs;
use super::look::Look;
use super::memo::Memo;
use super::subject::{Answer, Subject};
use super::theme::Theme;
use super::view::View;
use crate::flow::{GradientFlow, Magnitude, OperatingPoints, Probe, Progress, UnitPlace, Verdict};
use crate::rnn::{CellKind, Interrupt, Spectrum};
use crate::tasks::TaskKind;
use crate::training::{Experiment, Finding, Preset, Snapshot, Trainer, Wanted, answer};

/// The moment after `steps` training steps of the default experiment with a `change`, with everything that a
/// snapshot can hold.
pub fn moment(steps: usize, change: impl FnOnce(&mut Experiment)) -> Snapshot {
    let mut experiment = Experiment::default();
    change(&mut experiment);
    let never = Interrupt::default();
    let mut trainer = Trainer::new(experiment.check().unwrap());
    for _ in 0..steps {
        trainer.step(&never);
    }
    trainer.evaluate(&never).unwrap();
    trainer.measure_spectrum();
    trainer.fill_rows(&never, || true).unwrap();
    let wanted = Wanted {
        product_norms: true,
        eigenvalues: true,
        triangle: true,
        history: true,
        worksheet: Some(UnitPlace::default()),
        gates: true,
        inputs: true,
    };
    trainer.snapshot(wanted, &never).unwrap()
}

/// The moment at the beginning of the preset `name`.
pub fn preset(name: &str) -> Snapshot {
    let preset = Preset::ALL
        .into_iter()
        .find(|preset| preset.name == name)
        .unwrap();
    moment(3, |experiment| *experiment = preset.experiment())
}

/// `snapshot` with every recurrent weight replaced by `w_h`, which no trainer would accept.
pub fn with_w_h(snapshot: &Snapshot, w_h: f64) -> Snapshot {
    let never = Interrupt::default();
    let mut broken = snapshot.clone();
    let mut network = (*snapshot.moment.network).clone();
    network.parameters.w_h_mut().fill(w_h);
    let (batch, loss) = (&*broken.probe.batch, broken.probe.loss_function);
    let mut probe = Probe::new(&network.parameters);
    probe.run(&network, batch, loss, &never).unwrap();
    broken.moment.spectrum = Spectrum::of(&network.parameters.w_h());
    broken.probe.flow = GradientFlow::of(
        &network,
        batch,
        &probe,
        loss,
        broken.moment.spectrum,
        &never,
    )
    .unwrap();
    broken.probe.operating_points = OperatingPoints::of(&probe.pass).unwrap();
    broken.probe.verdict = Verdict::of(&broken.probe.flow, 1, |_| None);
    broken.moment.weights.w_h = w_h;
    broken.probe.states = (0..=broken.len()).map(|t| probe.pass.state(t)[0]).collect();
    broken.probe.loss = loss.value(probe.pass.read_outs()[0], broken.probe.target);
    broken.moment.network = Arc::new(network);
    broken.probe.triangle = None;
    broken
}

/// Moments of every cell, of one layer and of two, with every way of asking.
pub fn moments_of_any_network() -> Vec<(String, Snapshot)> {
    let mut moments = Vec::new();
    for cell in CellKind::ALL {
        for (layers, hidden, kind) in [
            (1, 1, TaskKind::Sentiment),
            (1, 3, TaskKind::TemporalOrder4),
            (1, 1, TaskKind::PrefixParity),
            (2, 3, TaskKind::Copy),
            (2, 2, TaskKind::Multiplication),
        ] {
            let snapshot = moment(2, |e| {
                (e.task.kind, e.task.length) = (kind, 12);
                let network = &mut e.network;
                (network.cell, network.layers, network.hidden) = (*cell, layers, hidden);
                network.bias = layers == 2;
            });
            moments.push((format!("{cell:?}, {layers} layers, {kind:?}"), snapshot));
        }
    }
    moments
}

/// The answer to what `view` wants to know.
pub fn finding(view: View, snapshot: &Snapshot, look: &Look) -> Option<Finding> {
    let question = view.question(snapshot, look)?;
    let (never, progress) = (Interrupt::default(), Progress::default());
    Some(answer(question, snapshot, &never, &progress).unwrap())
}

/// `snapshot` as at first, but for the cursor at the 1-based timestep `t`.
pub fn looking_at(snapshot: &Snapshot, t: usize) -> Look {
    Look {
        cursor: Some(t),
        ..Look::of(snapshot)
    }
}

/// `snapshot` with the answer to what a view asks about it, looked at with `look` or as at first.
pub fn answered<R>(
    definition: &'static Definition,
    snapshot: &Snapshot,
    look: Option<Look>,
    of: impl FnOnce(&Subject<'_>) -> R,
) -> R {
    let view = View::new(definition);
    let look = look.unwrap_or_else(|| Look::of(snapshot));
    let finding = finding(view, snapshot, &look);
    let answer = view.answer(snapshot, &look, finding.as_ref());
    given(snapshot, &look, answer, of)
}

/// `snapshot` with no `answer`, or with this one.
pub fn given<R>(
    snapshot: &Snapshot,
    look: &Look,
    answer: Option<Answer<'_>>,
    of: impl FnOnce(&Subject<'_>) -> R,
) -> R {
    of(&Subject {
        snapshot,
        answer,
        look,
        absence: "not computed for this moment",
        memo: &Memo::default(),
        ghost: None,
        yours: None,
    })
}

/// The page of a view.
pub fn page() -> Canvas {
    Canvas::page(Area::new(20.0, 66.0, 940.0, 520.0), Theme::Print)
}

/// The charts of a view on its page, the upper or left one first.
pub fn charts(definition: &Definition, subject: &Subject<'_>) -> Vec<Chart> {
    let picture = (definition.picture)(subject, &page(), page().area);
    let charts = picture.parts.into_iter().filter_map(|part| match part {
        Part::Chart(chart) => Some(chart),
        _ => None,
    });
    charts.collect()
}

/// The lines of `chart` whose name begins with `name`, and how each is drawn.
pub fn lines<'a>(chart: &'a Chart, name: &str) -> Vec<(&'a Runs, Stroke)> {
    let lines = chart.series.iter().filter_map(|series| match series {
        Series::Line {
            name: of,
            runs,
            stroke,
        } if of.starts_with(name) => Some((runs, *stroke)),
        _ => None,
    });
    lines.collect()
}

/// The points of `chart` of those series whose name begins with `name`, and how each is drawn.
pub fn points(chart: &Chart, name: &str) -> Vec<([f64; 2], Marker)> {
    let mut found = Vec::new();
    for series in &chart.series {
        match series {
            Series::Points {
                name: of,
                points,
                marker,
            } if of.starts_with(name) => found.extend(points.iter().map(|at| (*at, *marker))),
            _ => {}
        }
    }
    found
}

/// What is not finite among all series of `chart`.
pub fn marks(chart: &Chart) -> Vec<(f64, Magnitude)> {
    let marks = chart.series.iter().filter_map(|series| match series {
        Series::NotFinite { values, .. } => Some(values),
        _ => None,
    });
    marks.flatten().copied().collect()
}

/// A pixel of `chart` has the colour of `magnitude`, or of the ground. The scale is drawn in 513 shades: half a step of
/// light between two stops is 2 codes at most where it is darkest.
pub fn assert_pixel(chart: &Chart, (column, row): (usize, usize), magnitude: Option<Magnitude>) {
    let (pixels, colours) = (
        &chart.heat.as_ref().unwrap().map.pixels,
        Theme::Print.colours(),
    );
    let place = 4 * (row * pixels.width + column);
    let expected = magnitude.map_or(colours.ground, |it| colours.of_log10(it.log10().unwrap()));
    for (found, expected) in pixels.rgba[place..place + 3].iter().zip(expected) {
        let place = format!("({column}, {row}): {magnitude:?}");
        assert!(found.abs_diff(expected) <= 2, "{place}");
    }
}

/// One unit and five, text and numbers, a dead ReLU, overflow, NaN, and awkward words.
pub fn moments() -> Vec<(&'static str, Snapshot)> {
    let five = |e: &mut Experiment| e.network.hidden = 5;
    let words = moment(2, |e| {
        e.task.length = 12;
        e.probe.text = "film <b>&\"x\" 🎬 שלום bad, \u{1} donaudampfschiff".into();
    });
    vec![
        ("default", moment(30, |_| {})),
        ("five units", moment(30, five)),
        ("words", words),
        ("dead", preset("Dead ReLU")),
        ("wall", preset("A cliff in the loss")),
        ("NaN", with_w_h(&moment(2, |_| {}), f64::NAN)),
        ("five NaN", with_w_h(&moment(2, five), f64::NAN)),
        (
            "∞",
            with_w_h(&moment(1, |e| e.task.length = 4), f64::INFINITY),
        ),
        ("one step", moment(1, |e| e.task.length = 1)),
        (
            "long",
            moment(1, |e| {
                e.task.kind = TaskKind::Adding;
                e.task.length = 600;
            }),
        ),
    ]
}
