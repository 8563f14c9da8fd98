use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::rnn::{
    Activation, Architecture, CellKind, Parameters, RecurrentInit, Widths, draw_as_pytorch,
    draw_input_weights, draw_output_weights, draw_recurrent, spectral_radius,
};

const W_H: LandscapeAxis = LandscapeAxis::RecurrentWeight;

fn landscape(
    network: &Network,
    batch: &Batch,
    loss: Loss,
    today: f64,
    range: (f64, f64),
) -> Vec<LandscapePoint> {
    let (interrupt, progress) = (Interrupt::default(), Progress::default());
    let landscape = Landscape::of(
        network,
        batch,
        loss,
        (W_H, today),
        range,
        &interrupt,
        &progress,
    )
    .unwrap();
    assert_eq!(progress.share(), 1.0);
    let points = landscape.points;
    assert!(points.windows(2).all(|pair| pair[0].at < pair[1].at));
    points
}

/// Figure 6 of Pascanu, Mikolov and Bengio (2013), as in the tests of the closed forms.
fn figure_6(bias: f64) -> (Network, Batch) {
    let sigmoid = Activation::Sigmoid;
    let mut parameters = Parameters::zeros(1, 1, true);
    parameters.w_h_mut()[[0, 0]] = 5.0;
    parameters.b_mut()[0] = bias;
    parameters.w_o_mut()[0] = 1.0;
    let mut batch = Batch::dense(1);
    batch.reset(50, 1);
    batch.targets[0] = 0.7;
    (Network::new(sigmoid, parameters, sigmoid.f(0.5)), batch)
}

/// Five units on two sequences of eight numbers; the second begins with a different sign.
fn five_units(radius: f64) -> (Network, Batch) {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut parameters = Parameters::zeros(1, 5, true);
    parameters.w_h_mut().assign(&draw_recurrent(
        RecurrentInit::Gaussian,
        5,
        radius,
        &mut rng,
    ));
    parameters
        .w_i_mut()
        .assign(&draw_input_weights(1, 5, 0.8, &mut rng));
    parameters
        .w_o_mut()
        .copy_from_slice(&draw_output_weights(5, 1.5, &mut rng));
    parameters.b_mut().fill(0.1);
    let mut batch = Batch::dense(1);
    batch.reset(8, 2);
    batch.targets = vec![1.0, 0.0];
    if let Inputs::Dense { values, .. } = &mut batch.inputs {
        for (index, value) in values.iter_mut().enumerate() {
            *value = (index as f64 * 1.7).cos();
        }
    }
    (Network::new(Activation::Tanh, parameters, 0.2), batch)
}

/// The published numbers, six digits, at the point that is today's.
#[test]
fn figure_6_is_on_the_curve() {
    for (bias, loss, gradient) in [
        (-2.5, 0.0240889, 0.0863117),
        (-2.6123, 0.00856304, -542.315),
    ] {
        let (network, batch) = figure_6(bias);
        let points = landscape(&network, &batch, Loss::SquaredError, 5.0, (0.0, 10.0));
        let today = points.iter().find(|point| point.at == 5.0).unwrap();
        assert!((today.loss / loss - 1.0).abs() < 5e-6);
        assert!((today.gradient / gradient - 1.0).abs() < 5e-6);
    }
}

/// On the wall a w_h that is 0.05 away, the even spacing, has a slope below 1: only refinement
/// finds it. Today is elsewhere, so that no point is on the wall by itself.
#[test]
fn a_wall_narrower_than_the_even_spacing_is_found() {
    let (network, batch) = figure_6(-2.6123);
    let points = landscape(&network, &batch, Loss::SquaredError, 2.0, (0.0, 10.0));
    assert_eq!(points.len(), MOST_POINTS as usize);
    let steepest = points
        .iter()
        .max_by(|a, b| a.gradient.abs().total_cmp(&b.gradient.abs()));
    let steepest = steepest.unwrap();
    assert!(steepest.gradient.abs() > 100.0, "{steepest:?}");
    assert!((steepest.at - 5.0).abs() < 0.01);
    let even = even_grid((0.0, 10.0), 2.0, 200);
    let on_grid = points.iter().filter(|point| even.contains(&point.at));
    assert!(on_grid.clone().count() == even.len());
    assert!(on_grid.clone().all(|point| point.gradient.abs() < 10.0));
    // The drop is drawn in steps and not as one line across it.
    let heights = points.iter().map(|point| point.loss);
    let height = heights.clone().fold(0.0, f64::max) - heights.fold(1.0, f64::min);
    for pair in points.windows(2) {
        assert!(
            (pair[0].loss - pair[1].loss).abs() < 0.1 * height,
            "{pair:?}"
        );
    }
}

/// Central differences with h = 1e-6 of ρ: truncation h²/6 · L‴ ≈ 1e-12 and rounding ε L / h ≈
/// 1e-10, so 1e-8 has room. (Not so on the wall of b = −2.5, near 4.8, where L‴ is huge.)
#[test]
fn the_slope_is_that_of_the_loss_along_the_slider() {
    for (network, batch, range) in [
        (five_units(0.9).0, five_units(0.9).1, (-2.0, 4.0)),
        (figure_6(-2.5).0, figure_6(-2.5).1, (0.0, 4.5)),
    ] {
        for loss in [Loss::SquaredError, Loss::BinaryCrossEntropy] {
            let w_h = &network.parameters.w_h();
            let today = if w_h.len() == 1 {
                w_h[[0, 0]]
            } else {
                spectral_radius(w_h)
            };
            let mut survey = Survey::new(&network, &batch, loss, (W_H, today));
            let mut at = |w_h| survey.point(w_h, &Interrupt::default()).unwrap();
            let points = landscape(&network, &batch, loss, today, range);
            for point in points.iter().step_by(7) {
                let h = 1e-6;
                let difference = at(point.at + h).loss - at(point.at - h).loss;
                assert_eq!(at(point.at), *point);
                let distance = (difference / (2.0 * h) - point.gradient).abs();
                assert!(distance < 1e-8 * (1.0 + point.gradient.abs()), "{point:?}");
            }
        }
    }
}

/// The curve at ρ is the loss of the network that is scaled to ρ, and today's point is that of the
/// network itself, to the last bit.
#[test]
fn the_curve_goes_through_today() {
    let (network, batch) = five_units(0.9);
    let today = spectral_radius(&network.parameters.w_h());
    let points = landscape(
        &network,
        &batch,
        Loss::BinaryCrossEntropy,
        today,
        (3.0, 0.0),
    );
    assert_eq!((points[0].at, points[points.len() - 1].at), (0.0, 3.0));
    let here = points.iter().find(|point| point.at == today).unwrap();
    let mut probe = crate::flow::Probe::new(&network.parameters);
    let (loss, interrupt) = (Loss::BinaryCrossEntropy, Interrupt::default());
    probe.run(&network, &batch, loss, &interrupt).unwrap();
    let z = probe.pass.read_outs();
    assert_eq!(
        here.loss,
        0.5 * (loss.value(z[0], 1.0) + loss.value(z[1], 0.0))
    );
    let outside = landscape(&network, &batch, loss, today, (1.0, 2.0));
    assert!(outside.iter().all(|point| point.at != today));

    let (wider, _) = five_units(2.7);
    let there = landscape(&wider, &batch, loss, 2.7, (2.0, 2.7));
    // 2.7 and thrice the radius that was found differ by rounding only.
    let tripled = landscape(&network, &batch, loss, today, (2.0, 3.0 * today));
    let (a, b) = (there[there.len() - 1], tripled[tripled.len() - 1]);
    assert!((a.loss - b.loss).abs() < 1e-12 && (a.gradient - b.gradient).abs() < 1e-11);
}

/// ∞ and NaN stay what they are, and where they begin is found: identity overflows beyond the w_h
/// for which 0.5 · w_h^2000 does.
#[test]
fn where_the_arithmetic_breaks_is_found() {
    let mut parameters = Parameters::zeros(1, 1, false);
    parameters.w_h_mut()[[0, 0]] = 1.0;
    parameters.w_o_mut()[0] = 1.0;
    let network = Network::new(Activation::Identity, parameters, 0.5);
    let mut batch = Batch::dense(1);
    batch.reset(2000, 1);
    let points = landscape(&network, &batch, Loss::BinaryCrossEntropy, 1.0, (0.0, 3.0));
    let edge = 10.0_f64.powf((f64::MAX.log10() + 2.0_f64.log10()) / 2000.0);
    let first = points
        .iter()
        .position(|point| !point.loss.is_finite())
        .unwrap();
    assert!(points[first..].iter().all(|point| !point.loss.is_finite()));
    let around = (points[first - 1].at, points[first].at);
    assert!(
        around.0 < edge && edge < around.1 && around.1 - around.0 < 1e-3,
        "{around:?}"
    );
}

#[test]
fn what_cannot_be_drawn_is_empty_or_broken_but_ends() {
    let (mut network, batch) = five_units(1.0);
    let loss = Loss::SquaredError;
    for today in [0.0, f64::NAN, f64::INFINITY] {
        assert!(landscape(&network, &batch, loss, today, (0.0, 2.0)).is_empty());
    }
    assert!(landscape(&network, &batch, loss, 1.0, (0.0, f64::INFINITY)).is_empty());
    assert!(landscape(&network, &Batch::dense(1), loss, 1.0, (0.0, 2.0)).is_empty());
    let one = landscape(&network, &batch, loss, 1.0, (1.0, 1.0));
    assert_eq!(one.len(), 1);
    let huge = landscape(&network, &batch, loss, 1.0, (-f64::MAX, f64::MAX));
    assert!(huge.len() > 200);
    network
        .parameters
        .w_h_mut()
        .assign(&Array2::from_elem((5, 5), f64::NAN));
    let broken = landscape(&network, &batch, loss, 1.0, (0.0, 2.0));
    assert!(
        broken
            .iter()
            .all(|point| point.loss.is_nan() && point.gradient.is_nan())
    );
    // Nothing to refine: the even points and today's.
    assert_eq!(broken.len(), 201);

    // One weight needs no scale, so NaN today is no obstacle.
    let (network, batch) = figure_6(-2.5);
    assert_eq!(
        landscape(&network, &batch, loss, f64::NAN, (0.0, 2.0)).len(),
        500
    );
}

#[test]
fn the_count_is_bounded_by_the_cost() {
    let network = |hidden| Network::new(Activation::Tanh, Parameters::zeros(1, hidden, false), 0.0);
    let batch = |length| {
        let mut batch = Batch::dense(1);
        batch.reset(length, 1);
        batch
    };
    assert_eq!(count(&network(1), &batch(10_000)), 500);
    assert_eq!(count(&network(64), &batch(100)), 500);
    assert_eq!(count(&network(512), &batch(100)), 62);
    assert_eq!(count(&network(512), &batch(10_000)), 25);
}

#[test]
fn a_raised_interrupt_stops_it() {
    let (network, batch) = five_units(1.0);
    let (interrupt, progress) = (Interrupt::default(), Progress::default());
    interrupt.raise();
    let range = (0.0, 2.0);
    let result = Landscape::of(
        &network,
        &batch,
        Loss::SquaredError,
        (W_H, 1.0),
        range,
        &interrupt,
        &progress,
    );
    assert_eq!(result, Err(Interrupted));
}

/// Two layers of three gated units, drawn, with biases of their own, over a sequence of drawn numbers.
fn gated(cell: CellKind, bias: bool) -> (Network, Batch) {
    let parameters = Parameters::zeros_of(Architecture {
        cell,
        widths: Widths {
            inputs: 1,
            hidden: 3,
            layers: 2,
            outputs: 1,
        },
        bias,
        has_read_out: true,
        embedding: None,
    });
    let mut network = Network::of_cell(cell, Activation::Tanh, parameters, 0.1);
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    draw_as_pytorch(network.parameters.values_mut(), 3, &mut rng);
    let mut batch = Batch::dense(1);
    batch.reset(12, 1);
    let mut values = vec![0.0; 12];
    draw_as_pytorch(&mut values, 1, &mut rng);
    batch.inputs = Inputs::Dense { width: 1, values };
    batch.targets.fill(1.0);
    (network, batch)
}

/// Over the bias of the gate that carries the state on: as for w_h, by differences, and today's point is the network's
/// own to the last bit.
#[test]
fn the_slope_over_the_forget_bias_is_that_of_the_loss() {
    let never = Interrupt::default();
    let loss = Loss::BinaryCrossEntropy;
    for cell in [CellKind::Lstm, CellKind::Gru, CellKind::GruResetBefore] {
        let (network, batch) = gated(cell, true);
        let today = network.carrying_bias().unwrap();
        let along = (LandscapeAxis::ForgetBias, today);
        let points = Landscape::of(
            &network,
            &batch,
            loss,
            along,
            (-10.0, 10.0),
            &never,
            &Progress::default(),
        )
        .unwrap()
        .points;
        let mut survey = Survey::new(&network, &batch, loss, along);
        let mut at = |bias| survey.point(bias, &never).unwrap();
        for point in points.iter().step_by(7) {
            let h = 1e-6;
            let difference = at(point.at + h).loss - at(point.at - h).loss;
            let distance = (difference / (2.0 * h) - point.gradient).abs();
            assert!(distance < 1e-8, "{cell:?} {point:?}");
        }
        let mut pass = Pass::default();
        pass.forward(&network, &batch, &never).unwrap();
        let own = loss.value(pass.read_outs()[0], 1.0);
        let here = points.iter().find(|point| point.at == today).unwrap();
        assert_eq!(here.loss, own);
        // A gate that is open carries further than one that is closed: the two ends differ.
        let [first, .., last] = &points[..] else {
            panic!("many points");
        };
        assert!((first.loss - last.loss).abs() > 1e-3, "{first:?} {last:?}");
    }
    for (cell, bias) in [(CellKind::Lstm, false), (CellKind::Elman, true)] {
        let (network, batch) = gated(cell, bias);
        assert_eq!(network.carrying_bias(), None);
        let along = (LandscapeAxis::ForgetBias, 0.0);
        let progress = Progress::default();
        let found = Landscape::of(
            &network,
            &batch,
            loss,
            along,
            (-1.0, 1.0),
            &never,
            &progress,
        );
        assert_eq!(found, Ok(Landscape::default()));
    }
}
