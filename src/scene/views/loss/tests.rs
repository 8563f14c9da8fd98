use std::f64::consts::LN_2;

use super::*;
use crate::scene::testing::{answered, charts, lines, marks, moment, page};
use crate::scene::theme::Theme;
use crate::tasks::TaskKind;
use crate::training::Experiment;

fn chart(snapshot: &Snapshot) -> Chart {
    answered(&VIEW, snapshot, None, |subject| {
        charts(&VIEW, subject).remove(0)
    })
}

fn legend(snapshot: &Snapshot) -> Vec<Entry> {
    answered(&VIEW, snapshot, None, |subject| {
        header(subject, &page()).legend
    })
}

fn said(snapshot: &Snapshot, step: f64) -> Option<String> {
    answered(&VIEW, snapshot, None, |subject| {
        says(subject, 0, [step, 0.0])
    })
}

fn level(chart: &Chart) -> Option<f64> {
    chart.series.iter().find_map(|series| match series {
        Series::Level { y, .. } => Some(*y),
        _ => None,
    })
}

#[test]
fn the_curve_is_the_loss_of_every_step() {
    let snapshot = moment(30, |_| {});
    let chart = chart(&snapshot);
    let [run] = &lines(&chart, "L,")[0].0[..] else {
        panic!("one piece");
    };
    assert_eq!(run.len(), 30);
    for (index, (point, record)) in run.iter().zip(snapshot.run.history.iter()).enumerate() {
        assert_eq!(*point, [index as f64 + 1.0, record.loss.log10()]);
    }
    assert!(said(&snapshot, 31.0).is_none());
    let said = said(&snapshot, 7.0).unwrap();
    let record = snapshot.run.history[6];
    assert!(said.starts_with(&format!("step 7\nL = {}: ", record.loss)));
    assert!(said.contains(&format!("‖∂L/∂w‖ = {}: ", record.gradient_norm)));
    assert!(said.ends_with("L of knowing nothing, ln 2 = 0.693"));
}

/// ln 2 for two classes, 1/24 for adding; a target that never changes has no height among decades.
#[test]
fn the_loss_of_knowing_nothing_is_a_line() {
    for (kind, height, text) in [
        (TaskKind::Latch, Some(LN_2), ", ln 2 = 0.693"),
        (TaskKind::Sentiment, Some(LN_2), ", ln 2 = 0.693"),
        (TaskKind::Adding, Some(1.0 / 24.0), ", 1/24 = 0.0417"),
        (TaskKind::Constant, None, ""),
    ] {
        let text = format!("L of knowing nothing{text}");
        // Before the first step there is the line already.
        for steps in [0, 30] {
            let snapshot = moment(steps, |e| e.task.kind = kind);
            let mut legend = legend(&snapshot).into_iter();
            let named = legend.any(|entry| entry.text.starts_with(&text));
            assert_eq!(named, height.is_some(), "{kind:?}");
            assert_eq!(level(&chart(&snapshot)), height.map(f64::log10), "{kind:?}");
        }
    }
}

#[test]
fn the_clipped_norm_has_a_curve_where_there_is_clipping() {
    for (clip_norm, curves) in [(None, 2), (Some(0.1), 3)] {
        let snapshot = moment(5, |e| e.training.clip_norm = clip_norm);
        assert_eq!(lines(&chart(&snapshot), "").len(), curves);
        let said = said(&snapshot, 5.0).unwrap();
        let is_clipped = said.contains("\nclipped to 0.09999");
        assert_eq!(is_clipped, clip_norm.is_some(), "{said}");
    }
}

/// On every curve, and explained in the legend.
#[test]
fn what_is_not_finite_has_a_shape_and_words() {
    let mut snapshot = moment(4, |e| e.training.clip_norm = Some(0.1));
    let mut history = snapshot.run.history.to_vec();
    history[2].loss = f64::INFINITY;
    history[2].gradient_norm = f64::NAN;
    history[3].clipped_norm = f64::NAN;
    snapshot.run.history = history.clone().into();
    // The norm, the loss, the clipped norm.
    let infinite = Magnitude::Overflow { negative: false };
    let expected = [
        (3.0, Magnitude::Nan),
        (3.0, infinite),
        (4.0, Magnitude::Nan),
    ];
    assert_eq!(marks(&chart(&snapshot)), expected);
    let is_outcome = |entry: &Entry| matches!(entry.swatch, Swatch::Outcome(_));
    let outcomes = legend(&snapshot).into_iter().filter(is_outcome);
    assert_eq!(outcomes.count(), 2);
    for record in &mut history {
        (record.loss, record.gradient_norm) = (f64::INFINITY, f64::NAN);
        record.clipped_norm = f64::NAN;
    }
    snapshot.run.history = history.into();
    let remark = chart(&snapshot).remark.unwrap();
    assert_eq!(remark.text, "L is ∞, ‖∂L/∂w‖ is NaN");
}

fn notes(snapshot: &Snapshot) -> Vec<String> {
    let corner = |series: Series| match series {
        Series::Corner { text, .. } => Some(text),
        _ => None,
    };
    let series = chart(snapshot).series.into_iter();
    series.filter_map(corner).collect()
}

/// A latch over fifty steps stays where it began; eight units that read sentences do not.
#[test]
fn whoever_stays_at_knowing_nothing_is_told_so() {
    let latch = |e: &mut Experiment| {
        e.task.kind = TaskKind::Latch;
        e.task.length = 50;
    };
    assert!(notes(&moment(JUDGED - 1, latch)).is_empty());
    let snapshot = moment(JUDGED, latch);
    let mean = mean_lately(&snapshot.run).unwrap();
    assert!((mean / LN_2 - 1.0).abs() < 0.02, "{mean}");
    let note = "no better than knowing nothing for 500 steps";
    assert_eq!(notes(&snapshot), [note]);
    let said = said(&snapshot, 30.0).unwrap();
    assert!(said.contains(&format!("L was {} on average", significant(mean))));
    let learns = moment(JUDGED, |e| *e = Preset::FIRST.experiment());
    assert!(notes(&learns).is_empty());
    assert!(mean_lately(&learns.run).unwrap() < NO_BETTER * LN_2);
}

#[test]
fn what_no_weights_can_do_is_said_with_the_reason() {
    let snapshot = moment(3, |_| {});
    assert_eq!(notes(&snapshot), ["one unit cannot learn “not”"]);
    let said = said(&snapshot, 2.0).unwrap();
    assert!(said.contains("three right at most, whatever the weights"));
    assert!(notes(&moment(3, |e| e.network.hidden = 2)).is_empty());
    let on_page = |snapshot| chart(snapshot).remark.unwrap().text;
    let text = on_page(&moment(0, |_| {}));
    assert_eq!(
        text,
        "No training step yet. But one unit cannot learn “not”"
    );
}

#[test]
fn before_the_first_step_a_preset_says_what_to_expect() {
    let snapshot = moment(0, |e| *e = Preset::FIRST.experiment());
    let canvas = Canvas::screen(Area::new(0.0, 0.0, 300.0, 200.0), Theme::Dark, 1.0);
    let expected = |snapshot: &Snapshot, canvas: &Canvas| {
        answered(&VIEW, snapshot, None, |subject| {
            before_the_first_step(subject, canvas)
        })
    };
    assert_eq!(
        expected(&snapshot, &canvas),
        "Press Run: this network learns"
    );
    // There is nothing to press on a page.
    assert_eq!(expected(&snapshot, &page()), "No training step yet");
    let other = moment(0, |e| e.network.hidden = 2);
    assert_eq!(expected(&other, &canvas), "No step yet: press Step or Run");
}

#[test]
fn a_merged_record_says_which_steps_it_is_of() {
    let mut snapshot = moment(4, |_| {});
    let history = snapshot.run.history.to_vec();
    snapshot.run.history = vec![history[1], history[3]].into();
    let said = said(&snapshot, 4.0).unwrap();
    assert!(said.starts_with("steps 3 to 4\n"), "{said}");
    assert!(said.contains("the largest of them"), "{said}");
}
