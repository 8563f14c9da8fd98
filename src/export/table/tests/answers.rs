//! The tables of the run and of what was found out about a moment.

use std::f64::consts::LN_2;

use super::*;
use crate::scene::{Direction, PhaseAxis};

#[test]
fn training_curves_are_the_records() {
    let snapshot = moment(30, |_| {});
    let look = Look::of(&snapshot);
    let loss = Read::of(View::LOSS, &snapshot, &look);
    let records = || snapshot.run.history.iter();
    assert_eq!(loss.rows.len(), 30);
    assert_numbers(&loss.numbers("loss"), records().map(|record| record.loss));
    let norms = records().map(|record| record.gradient_norm);
    assert_numbers(&loss.numbers("gradient_norm"), norms);
    assert_numbers(&loss.numbers("knowing_nothing"), [LN_2; 30]);
    let accuracy = Read::of(View::ACCURACY, &snapshot, &look);
    let part = |name: &str| -> Vec<f64> {
        let rows = accuracy.texts("part").into_iter();
        let rows = rows.zip(accuracy.numbers("accuracy"));
        let rows = rows.filter(|(part, _)| *part == name);
        rows.map(|(_, value)| value.unwrap()).collect()
    };
    let batches: Vec<f64> = records().map(|record| record.accuracy).collect();
    assert_eq!(part("batch"), batches);
    let last = snapshot.run.evaluations.last().unwrap();
    assert_eq!(part("held_out").last(), Some(&last.accuracy()));
    let training = last.training.map(|score| score.accuracy);
    assert_eq!(part("training").last(), training.as_ref());
    // Before the first step there are the names alone.
    let mut begin = snapshot;
    begin.run.history = [].into();
    assert!(Read::of(View::LOSS, &begin, &look).rows.is_empty());
}

#[test]
fn the_history_has_every_recorded_step() {
    for (_, snapshot) in moments() {
        if snapshot.run.timeline.rows.is_empty() {
            continue;
        }
        let read = Read::of(View::HISTORY, &snapshot, &Look::of(&snapshot));
        let (steps, times) = (read.numbers("step"), read.numbers("t"));
        let gains = read.magnitudes("gain");
        let mut row = 0;
        for expected in snapshot.run.timeline.rows.iter() {
            for t in (1..=expected.length).filter(|&t| expected.nearest(t).0 == t) {
                assert_eq!(steps[row], Some(expected.step as f64));
                assert_eq!(times[row], Some(t as f64));
                assert_eq!(gains[row], Some(expected.nearest(t).1));
                row += 1;
            }
        }
        // And the present, which is recorded only when the next step is made.
        for (found, step) in gains[row..].iter().zip(&snapshot.probe.flow.steps) {
            assert_eq!(steps[row], Some(snapshot.moment.step as f64));
            assert!(*found == Some(step.to_end) || snapshot.len() > 512);
        }
        assert!(read.rows.len() - row <= snapshot.len().min(512));
        assert!(row >= snapshot.run.timeline.rows.len() * snapshot.len().min(512));
    }
}

#[test]
fn every_product_is_in_the_triangle() {
    for (name, snapshot) in moments() {
        let look = Look::of(&snapshot);
        let read = Read::of(View::TRIANGLE, &snapshot, &look);
        let times = snapshot.len().min(512);
        assert_eq!(read.rows.len(), times * (times + 1) / 2, "{name}");
        let found = finding(View::TRIANGLE, &snapshot, &look);
        let triangle = match found {
            Some(Finding::Triangle(triangle)) => triangle,
            _ => Triangle::of_numbers(&snapshot.probe.flow),
        };
        let (js, ks) = (read.numbers("j"), read.numbers("k"));
        for (row, value) in read.magnitudes("do_j_do_k").into_iter().enumerate() {
            let (j, k) = (js[row].unwrap() as usize, ks[row].unwrap() as usize);
            // NaN is equal to NaN among magnitudes.
            assert_eq!(value, triangle.value(j, k), "{name} {j} {k}");
        }
    }
}

#[test]
fn answers_come_back_to_the_bit() {
    for (name, snapshot) in moments() {
        let look = looking_at(&snapshot, 1);
        let Some(Finding::Landscape(landscape)) = finding(View::LANDSCAPE, &snapshot, &look) else {
            panic!("{name}");
        };
        let read = Read::of(View::LANDSCAPE, &snapshot, &look);
        let gradients = landscape.points.iter().map(|point| point.gradient);
        assert_numbers(&read.numbers("dl_dw_h"), gradients);
        let Some(Finding::RoundedFlows(flows)) = finding(View::FLOATS, &snapshot, &look) else {
            panic!("{name}");
        };
        let read = Read::of(View::FLOATS, &snapshot, &look);
        for flow in flows {
            let column = format!("dl_do_{}", flow.format.name());
            assert_magnitudes(read.magnitudes(&column), flow.dl_do);
        }
        let Some(Finding::SingularValues(values)) = finding(View::SPECTRUM, &snapshot, &look)
        else {
            panic!("{name}");
        };
        let read = Read::of(View::SPECTRUM, &snapshot, &look);
        let eigenvalues = snapshot.moment.eigenvalues.as_deref().unwrap();
        let count = eigenvalues.len();
        let re = eigenvalues.iter().map(|value| value[0]);
        assert_numbers(&read.numbers("re")[..count], re);
        let beyond = values.values.iter().skip(values.trusted);
        let certain = beyond.filter(|value| value.log10().is_none()).count();
        let sigmas = read.magnitudes("sigma").split_off(count);
        assert_magnitudes(sigmas, values.values);
        let mut trusted = read.numbers("trusted").split_off(count);
        trusted.retain(|one| *one == Some(1.0));
        // An exact zero, ∞ and NaN are what they are, wherever they stand.
        assert_eq!(trusted.len(), values.trusted + certain);
        assert_eq!(read.numbers("k").last(), Some(&Some(1.0)));
    }
}

#[test]
fn the_phase_map_stands_over_its_axes() {
    let snapshot = moment(0, |e| e.network.w_h = 0.8);
    for phase_axis in [PhaseAxis::Length, PhaseAxis::InputWeight] {
        let look = Look {
            phase_axis,
            direction: Direction::FromFirst,
            ..Look::of(&snapshot)
        };
        let Some(Finding::PhaseMap(map)) = finding(View::PHASE_MAP, &snapshot, &look) else {
            panic!("no map");
        };
        let read = Read::of(View::PHASE_MAP, &snapshot, &look);
        assert_eq!(read.rows.len(), map.width * map.height);
        let values = read.magnitudes("do_n_do_1");
        let w_h = read.numbers("w_h");
        for (row, column) in [(0, 0), (map.height - 1, 3), (7, map.width - 1)] {
            let place = row * map.width + column;
            assert_eq!(values[place], Some(map.outcome(column, row)));
            assert_eq!(w_h[place], Some(map.w_h[column]));
        }
        let (name, low, high) = match phase_axis {
            PhaseAxis::Length => ("n", 1.0, 50.0),
            // Sentiment has a weight per word, so the axis is their common length.
            PhaseAxis::InputWeight => ("w_i", 0.0, 3.0),
        };
        let other = read.numbers(name);
        assert_eq!(other[0], Some(low));
        // Divided by today's weight and multiplied by it again.
        let last = other.last().unwrap().unwrap();
        assert!((last - high).abs() <= 2.0 * f64::EPSILON * high, "{last}");
    }
}
