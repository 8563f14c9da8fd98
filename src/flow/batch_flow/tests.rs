use ndarray::arr2;

use super::*;
use crate::rnn::{
    Activation, Batch, Inputs, Interrupt, Loss, Objective, Parameters, Pass, Responses,
};

/// A network of `hidden` units over a batch of `size` sequences, run forward and backward.
fn passes(
    activation: Activation,
    (hidden, size, length): (usize, usize, usize),
    w_h: f64,
) -> (Network, Pass) {
    let mut parameters = Parameters::zeros(1, hidden, false);
    for (place, value) in parameters.w_h_mut().iter_mut().enumerate() {
        *value = w_h
            * if hidden == 1 {
                1.0
            } else {
                (place as f64 * 1.7).sin()
            };
    }
    parameters.w_i_mut().fill(0.4);
    parameters.w_o_mut().fill(0.8);
    let network = Network::new(activation, parameters, 0.0);
    let mut batch = Batch::dense(1);
    batch.reset(length, size);
    if let Inputs::Dense { values, .. } = &mut batch.inputs {
        for (place, value) in values.iter_mut().enumerate() {
            *value = (place as f64 * 0.9).sin();
        }
    }
    let mut pass = Pass::default();
    let never = Interrupt::default();
    pass.forward(&network, &batch, &never).unwrap();
    let mut gradients = network.parameters.zeros_like();
    let seed = Objective::mean_of(Loss::SquaredError, size);
    pass.backward(&network, &batch, seed, &mut gradients, &never)
        .unwrap();
    (network, pass)
}

fn log10(magnitude: Magnitude) -> f64 {
    magnitude.log10().unwrap_or(f64::NAN)
}

/// 1e-13: a product of at most 40 factors, each log₁₀ good to 1e-15 and below 2.
#[test]
fn factors_and_products_are_those_of_the_norms() {
    let (length, size) = (40, 3);
    for (activation, hidden) in [(Activation::Tanh, 1), (Activation::Gelu, 5)] {
        let (_, pass) = passes(activation, (hidden, size, length), 0.9);
        let mut flow = BatchFlow::default();
        flow.measure(pass.norms());
        assert_eq!(flow.len(), length);
        let norm = |t: usize| {
            let g = pass.state_gradient(t);
            g.iter().map(|g| g * g).sum::<f64>().sqrt()
        };
        for (t, step) in (1..).zip(flow.steps()) {
            assert!((step.norm / norm(t) - 1.0).abs() < 1e-14);
            let factor = (norm(t - 1) / norm(t)).log10();
            assert!((log10(step.factor) - factor).abs() < 1e-13, "{t}");
            let product = (norm(t) / norm(length)).log10();
            assert!((log10(step.product) - product).abs() < 1e-13, "{t}");
        }
    }
}

/// Where both ways are open they agree; 1e-12 allows for the rounding of 60 factors.
#[test]
fn a_single_number_has_the_factors_of_its_activation() {
    for activation in Activation::ALL {
        let (network, pass) = passes(activation, (1, 1, 60), -0.8);
        let Responses { a, f_prime, .. } = pass.responses().unwrap();
        let (mut exact, mut measured) = (BatchFlow::default(), BatchFlow::default());
        exact.measure_one(&network, a, f_prime, pass.norms());
        measured.measure(pass.norms());
        for (t, (exact, measured)) in (1..).zip(exact.steps().zip(measured.steps())) {
            let name = activation.name();
            assert_eq!(exact.norm, measured.norm);
            if measured.norm > 1e-290 {
                let difference = log10(exact.product) - log10(measured.product);
                assert!(difference.abs() < 1e-12, "{name} at {t}: {difference}");
            }
            // A ReLU that is off lets nothing through, by either way, and nothing is said twice.
            match exact.factor {
                Magnitude::Zero => assert!(measured.norm == 0.0 || measured.factor == exact.factor),
                factor if measured.norm > 1e-290 => {
                    let difference = log10(factor) - log10(measured.factor);
                    assert!(difference.abs() < 1e-12, "{name} at {t}: {difference}");
                }
                _ => {}
            }
        }
    }
}

/// 0.3^n leaves `f64` after some 600 factors; their logarithms do not.
#[test]
fn a_product_beyond_the_range_of_floats_is_still_a_number() {
    let mut parameters = Parameters::zeros(1, 1, false);
    parameters.w_h_mut().assign(&arr2(&[[0.3]]));
    parameters.w_o_mut().copy_from_slice(&[1.0]);
    let network = Network::new(Activation::Identity, parameters, 0.0);
    let length = 5_000;
    let mut flow = BatchFlow::default();
    let (zeros, ones) = (vec![0.0; length + 1], vec![1.0; length]);
    flow.measure_one(&network, &zeros[1..], &ones, &zeros);
    let first = flow.steps().next().unwrap();
    let expected = 0.3_f64.log10() * (length - 1) as f64;
    // Each of 5,000 logarithms is off by up to 3 ulp of 0.52, all in one direction; their sum loses nothing.
    assert!((log10(first.product) - expected).abs() < 5_000.0 * 3.4e-16);
    assert_eq!(first.norm, 0.0);
}

/// tanh′(400) = 4 e^−800 is no `f64`, and its logarithm is. 1e-12: a rounding of 695.
#[test]
fn a_factor_beyond_the_range_of_floats_is_still_a_number() {
    let mut network = Network::new(Activation::Tanh, Parameters::zeros(1, 1, false), 0.0);
    network.parameters.w_h_mut().assign(&arr2(&[[-2.0]]));
    let mut flow = BatchFlow::default();
    flow.measure_one(
        &network,
        &[400.0],
        &[Activation::Tanh.f_prime(400.0)],
        &[0.0, 1.0],
    );
    let expected = 8.0_f64.log10() - 800.0 * LOG10_E;
    let found = log10(flow.steps().next().unwrap().factor);
    assert!((found - expected).abs() < 1e-12);
}

/// A dead unit in the middle: before it nothing is left, whatever factors follow, and the sum stays −∞.
#[test]
fn a_product_with_a_zero_in_it_stays_zero() {
    let mut network = Network::new(Activation::Relu, Parameters::zeros(1, 1, false), 0.0);
    network.parameters.w_h_mut().assign(&arr2(&[[2.0]]));
    let mut flow = BatchFlow::default();
    let (a, f_prime) = ([1.0, 1.0, -1.0, 1.0], [1.0, 1.0, 0.0, 1.0]);
    flow.measure_one(&network, &a, &f_prime, &[0.0, 0.0, 0.0, 2.0, 1.0]);
    let products: Vec<Magnitude> = flow.steps().map(|step| step.product).collect();
    assert_eq!(products[..2], [Magnitude::Zero; 2]);
    assert!((log10(products[2]) - 2.0_f64.log10()).abs() < 1e-15);
    assert_eq!(products[3], Magnitude::ONE);
}

#[test]
fn dead_overflown_and_undefined_gradients_are_told_apart() {
    let mut flow = BatchFlow::default();
    flow.measure(&[0.0, 0.0, 2.0, 4.0]);
    let steps: Vec<BatchStep> = flow.steps().collect();
    assert_eq!(steps[0].product, Magnitude::Zero);
    assert_eq!(
        steps[0].factor,
        Magnitude::ONE,
        "nothing arrives, so nothing is done to it"
    );
    assert_eq!(steps[1].factor, Magnitude::Zero);
    assert!((log10(steps[2].factor) - 0.5_f64.log10()).abs() < 1e-15);
    flow.measure(&[f64::INFINITY, 1.0]);
    assert_eq!(
        flow.steps().next().unwrap().factor,
        Magnitude::Overflow { negative: false }
    );
    flow.measure(&[f64::NAN, 1.0]);
    assert_eq!(flow.steps().next().unwrap().factor, Magnitude::Nan);
    flow.measure(&[1.0]);
    assert!(flow.is_empty(), "no timestep, nothing between any two");
    flow.measure(&[0.0, 0.0]);
    assert_eq!(flow.steps().next().unwrap().product, Magnitude::Zero);
}

/// 1e-15 absolute, or 2 ulp of the logarithm where that is more.
#[test]
fn logarithms_are_the_librarys() {
    let sizes = (-1022..1024).map(|k| 1.37 * 2.0_f64.powi(k));
    let subnormal = [f64::from_bits(1), 1e-320, 3e-310];
    let near_one = (-200..200).map(|k| 1.0 + f64::from(k) * 1e-4);
    for value in sizes.chain(near_one).chain(subnormal) {
        let mut found = [value];
        run(TakeLogarithms(&mut found));
        let expected = value.log10();
        let tolerance = 1e-15_f64.max(3.0 * f64::EPSILON * expected.abs());
        assert!(
            (found[0] - expected).abs() <= tolerance,
            "{value}: {} for {expected}",
            found[0]
        );
    }
}
