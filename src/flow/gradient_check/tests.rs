//! Right gradients are never called wrong, and wrong ones are.

use std::collections::BTreeSet;

use super::places::{sample, used_inputs};
use super::*;
use crate::rnn::{Activation, Gradients, Inputs, Parameter, Parameters};

/// A reproducible number in (−1, 1) for each place.
fn number(place: usize, seed: usize) -> f64 {
    let x = ((place * 7919 + seed * 104_729 + 13) as f64 * 0.618_033_988_749_895).fract();
    2.0 * x - 1.0
}

fn dense(inputs: Vec<f64>, width: usize, target: f64) -> Batch {
    let mut batch = Batch::dense(width);
    batch.reset(inputs.len() / width, 1);
    batch.inputs = Inputs::Dense {
        width,
        values: inputs,
    };
    batch.targets[0] = target;
    batch
}

/// Two inputs, weights in (−`size`, `size`), `length` timesteps.
fn drawn(
    activation: Activation,
    (hidden, length): (usize, usize),
    size: f64,
    seed: usize,
) -> (Network, Batch) {
    let mut parameters = Parameters::zeros(2, hidden, true);
    for (place, value) in (1..).zip(parameters.values_mut()) {
        *value = size * number(place, seed);
    }
    let network = Network::new(activation, parameters, 0.2 * number(7, seed));
    let inputs = (0..2 * length).map(|place| number(place + 5000, seed));
    (network, dense(inputs.collect(), 2, 1.0))
}

/// H = 1, every parameter given: w_i, w_h, b, w_o, b_o.
fn scalar(activation: Activation, values: [f64; 5], o_0: f64) -> Network {
    let mut parameters = Parameters::zeros(1, 1, true);
    parameters.values_mut().copy_from_slice(&values);
    Network::new(activation, parameters, o_0)
}

fn check(network: &Network, batch: &Batch, loss: Loss) -> GradientCheck {
    let (interrupt, progress) = (Interrupt::default(), Progress::default());
    let scope = CheckScope::All;
    let check = check_gradients(network, batch, loss, scope, &interrupt, &progress).unwrap();
    assert_eq!(progress.share(), 1.0);
    assert_eq!(check.total, network.parameters.count());
    assert_eq!(
        check.checked + check.negligible + check.undecided,
        check.total
    );
    check
}

/// As [`check`], with the gradients changed by `spoil`.
fn spoiled(
    network: &Network,
    batch: &Batch,
    loss: Loss,
    spoil: impl FnOnce(&mut Gradients),
) -> GradientCheck {
    let (interrupt, progress) = (Interrupt::default(), Progress::default());
    let mut probe = Probe::new(&network.parameters);
    probe.run(network, batch, loss, &interrupt).unwrap();
    let mut gradients = probe.gradients.clone();
    spoil(&mut gradients);
    Bench::new(network, batch, &probe, loss, &interrupt)
        .unwrap()
        .check(&gradients, CheckScope::All, &interrupt, &progress)
        .unwrap()
}

const LOSSES: [Loss; 2] = [Loss::BinaryCrossEntropy, Loss::SquaredError];

/// Every activation, one unit and three, both losses. An unlucky draw has a kink close by or a unit
/// that is dead, so most must be compared and not all.
#[test]
fn every_kind_of_network_passes() {
    for activation in Activation::ALL {
        for hidden in [1, 3] {
            for loss in LOSSES {
                for seed in 0..5 {
                    let (network, batch) = drawn(activation, (hidden, 6), 0.9, seed);
                    let check = check(&network, &batch, loss);
                    let name = activation.name();
                    assert!(check.passed(), "{name}, {hidden}, {loss:?}: {check:?}");
                    let most = 4 * check.checked >= 3 * (check.total - check.negligible);
                    assert!(most, "{name}, {hidden}, {loss:?}, {seed}: {check:?}");
                }
            }
        }
    }
}

/// A ten-thousandth too much in any one number of any tensor is found, and named.
#[test]
fn any_spoiled_gradient_fails() {
    for activation in Activation::ALL {
        for hidden in [1, 3] {
            for loss in LOSSES {
                let (network, batch) = drawn(activation, (hidden, 6), 0.9, 1);
                let right = spoiled(&network, &batch, loss, |_| ());
                assert!(right.passed(), "{}: {right:?}", activation.name());
                let mut found = 0;
                for place in 0..network.parameters.count() {
                    let check = spoiled(&network, &batch, loss, |gradients| {
                        gradients.values_mut()[place] *= 1.0 + 1e-4;
                    });
                    let name = network.parameters.name_of(place);
                    if check.outcome() == CheckOutcome::Failed {
                        found += 1;
                        let worst = check.worst.unwrap();
                        assert_eq!(worst.name, name);
                        assert!((worst.relative_error / 1e-4 - 1.0).abs() < 0.01);
                    }
                }
                // Whatever could be compared before is found.
                assert_eq!(found, right.checked, "{}, {right:?}", activation.name());
            }
        }
    }
}

/// A tensor that is forgotten, doubled or of the wrong sign, and a gradient where there is none.
#[test]
fn gross_mistakes_fail() {
    let (network, batch) = drawn(Activation::Tanh, (3, 6), 0.9, 2);
    for tensor in Parameter::OF_THE_LECTURE {
        for factor in [0.0, 2.0, -1.0, 1e6] {
            let check = spoiled(&network, &batch, Loss::SquaredError, |gradients| {
                let numbers = gradients.of_mut(tensor).iter_mut();
                numbers.for_each(|g| *g *= factor);
            });
            assert_eq!(check.outcome(), CheckOutcome::Failed, "{tensor}, {factor}");
        }
    }
    // Backpropagation that stops short: only the last timestep's term of ∂L/∂w_h.
    let network = scalar(Activation::Tanh, [0.5, 0.8, 0.1, 1.0, 0.0], 0.3);
    let batch = dense(vec![0.4, -0.7, 0.2, 0.9], 1, 0.0);
    let mut probe = Probe::new(&network.parameters);
    let (loss, interrupt) = (Loss::SquaredError, Interrupt::default());
    probe.run(&network, &batch, loss, &interrupt).unwrap();
    let last = probe.pass.delta(4)[0] * probe.pass.state(3)[0];
    let check = spoiled(&network, &batch, loss, |g| g.w_h_mut()[[0, 0]] = last);
    assert_eq!(check.outcome(), CheckOutcome::Failed);
    assert_eq!(check.worst.unwrap().name, "w_h");
}

/// Long, saturated, chaotic, exploding, enormous: never called wrong.
#[test]
fn right_gradients_are_never_called_wrong() {
    for activation in Activation::ALL {
        for (hidden, length) in [(1, 1), (1, 1000), (4, 60)] {
            for size in [1e-3, 0.5, 1.5, 3.0, 30.0, 1000.0] {
                for seed in 0..2 {
                    let (network, batch) = drawn(activation, (hidden, length), size, seed);
                    for loss in LOSSES {
                        let check = check(&network, &batch, loss);
                        assert_ne!(
                            check.outcome(),
                            CheckOutcome::Failed,
                            "{}, H = {hidden}, n = {length}, {size}, {seed}, {loss:?}: {check:?}",
                            activation.name()
                        );
                    }
                }
            }
        }
    }
}

/// The wall of Pascanu, Mikolov and Bengio (2013), figure 6: ∂L/∂w = −542 a hair away from almost none.
/// The state is a_t = w σ(a_{t−1}) + b there, the loss (σ(a_50) − 0.7)²; here o_0 = σ(0.5), o_1 = σ(a_1).
#[test]
fn the_wall_is_compared_and_right() {
    let o_0 = Activation::Sigmoid.f(0.5);
    let network = scalar(Activation::Sigmoid, [0.0, 5.0, -2.6123, 1.0, 0.0], o_0);
    let batch = dense(vec![0.0; 50], 1, 0.7);
    let check = check(&network, &batch, Loss::SquaredError);
    assert!(check.passed(), "{check:?}");
    // w_h, b, w_o, b_o; w_i has no input.
    assert_eq!((check.checked, check.negligible), (4, 1), "{check:?}");
    let mut probe = Probe::new(&network.parameters);
    let (loss, interrupt) = (Loss::SquaredError, Interrupt::default());
    probe.run(&network, &batch, loss, &interrupt).unwrap();
    // The published figure has six digits, and w and b move it by 1e5 times their own error.
    assert!((probe.gradients.w_h()[[0, 0]] + 542.315).abs() < 5e-4);
    let wrong = spoiled(&network, &batch, loss, |g| {
        g.w_h_mut()[[0, 0]] *= 1.0 + 1e-4
    });
    assert_eq!(wrong.outcome(), CheckOutcome::Failed);
}

/// With o_0 = 0 and no input ReLU stands on its kink at every timestep, and PyTorch's f′(0) = 0 is not
/// what differences see.
#[test]
fn standing_on_a_kink_is_undecided() {
    let network = scalar(Activation::Relu, [0.5, 0.9, 0.0, 1.0, 0.1], 0.0);
    let check = check(&network, &dense(vec![0.0; 5], 1, 1.0), Loss::SquaredError);
    // b moves the state off the kink; w_i and w_h do not, w_o meets a state of zero.
    assert_eq!(
        (check.undecided, check.negligible, check.checked),
        (1, 3, 1)
    );
    assert!(check.passed());
}

/// 3^400 = 10^191: the gradient of b is that large, and the loss is bounded; no difference can see it.
#[test]
fn a_gradient_steeper_than_differences_can_see_is_undecided() {
    let network = scalar(Activation::Tanh, [0.5, 3.0, 0.0, 1.0, 0.1], 0.0);
    for length in [30, 400, 2000] {
        let check = check(
            &network,
            &dense(vec![0.0; length], 1, 1.0),
            Loss::SquaredError,
        );
        assert_eq!(
            check.undecided,
            if length == 2000 { 3 } else { 1 },
            "{check:?}"
        );
        assert!(check.passed());
    }
}

/// Forty steps on the unstable fixed point 0, from which any other bias falls away within a few steps,
/// then six that draw every state to the same one: the loss is smooth around a bias of zero to its
/// last bit, and its derivative there is another.
#[test]
fn an_unstable_fixed_point_is_undecided() {
    let network = scalar(Activation::Tanh, [2.5, 3.0, 0.0, 1.0, 0.1], 0.0);
    let mut inputs = vec![0.0; 40];
    inputs.extend([1.0; 6]);
    let check = check(&network, &dense(inputs, 1, 0.5), Loss::SquaredError);
    assert_eq!((check.undecided, check.checked), (1, 4), "{check:?}");
    assert!(check.passed());
}

/// The bottom of the loss, where its values are far smaller than those a step away; and ŷ so close to
/// its label that ∂L/∂z = ŷ − y has lost its digits.
#[test]
fn a_loss_of_almost_nothing_is_no_mistake() {
    let mut network = scalar(Activation::Gelu, [0.5, 0.3, 0.0, 1.0, 0.0], 0.0);
    let batch = dense([vec![1.0], vec![0.0; 40]].concat(), 1, 0.0);
    let bottom = check(&network, &batch, Loss::SquaredError);
    assert_ne!(bottom.outcome(), CheckOutcome::Failed, "{bottom:?}");
    for b_o in [5.0, 15.0, 25.0, 35.0, 800.0] {
        network.parameters.b_o_mut()[0] = b_o;
        for target in [0.0, 1.0] {
            let mut batch = batch.clone();
            batch.targets[0] = target;
            let confident = check(&network, &batch, Loss::BinaryCrossEntropy);
            assert_ne!(confident.outcome(), CheckOutcome::Failed, "{confident:?}");
        }
    }
}

/// 0.5^100 = 10^−30 of the gradient reaches the first input: too little for differences, and right.
#[test]
fn a_vanished_gradient_is_negligible_and_a_wrong_one_is_not() {
    let network = scalar(Activation::Identity, [0.5, 0.5, 0.1, 1.0, 0.1], 0.0);
    let mut inputs = vec![0.0; 100];
    inputs[0] = 1.0;
    let batch = dense(inputs, 1, 1.0);
    let loss = Loss::SquaredError;
    let check = check(&network, &batch, loss);
    assert!(check.passed());
    assert_eq!((check.negligible, check.checked), (1, 4), "{check:?}");
    let wrong = spoiled(&network, &batch, loss, |g| g.w_i_mut()[[0, 0]] = 1e-9);
    assert_eq!(wrong.outcome(), CheckOutcome::Failed);
}

#[test]
fn what_is_not_finite_is_undecided() {
    let batch = dense(vec![0.3; 20], 1, 1.0);
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300] {
        for place in 0..5 {
            for activation in Activation::ALL {
                let mut values = [0.5, 0.9, 0.1, 1.0, 0.1];
                values[place] = value;
                let network = scalar(activation, values, 0.0);
                for loss in LOSSES {
                    let check = check(&network, &batch, loss);
                    let name = activation.name();
                    let failed = check.outcome() == CheckOutcome::Failed;
                    assert!(!failed, "{name}, {value}, {place}: {check:?}");
                }
            }
        }
    }
}

/// A thousand words, of which the sequence has two.
#[test]
fn unused_words_cost_nothing_and_must_have_no_gradient() {
    let mut parameters = Parameters::zeros(1000, 2, false);
    for (tensor, parameter) in Parameter::OF_THE_LECTURE.into_iter().enumerate() {
        for (place, value) in parameters.of_mut(parameter).iter_mut().enumerate() {
            *value = number(place, tensor);
        }
    }
    let network = Network::new(Activation::Tanh, parameters, 0.0);
    let mut batch = Batch::tokens();
    batch.reset(4, 1);
    batch.inputs = Inputs::Tokens(vec![None, Some(7), Some(900), Some(7)]);
    batch.targets[0] = 1.0;
    let loss = Loss::BinaryCrossEntropy;
    let check = check(&network, &batch, loss);
    assert!(check.passed());
    // 998 columns are unused; everything else is there.
    assert_eq!((check.negligible, check.checked), (998 * 2, 4 + 4 + 2));
    let wrong = spoiled(&network, &batch, loss, |g| g.w_i_mut()[[1, 8]] = 1e-20);
    assert_eq!(wrong.worst.unwrap().name, "w_i[2, 9]");
}

/// Every used parameter has its turn, the largest of w_h every time, none twice.
#[test]
fn a_sample_walks_through_everything() {
    let (network, batch) = drawn(Activation::Tanh, (5, 6), 0.9, 3);
    let (interrupt, loss) = (Interrupt::default(), Loss::SquaredError);
    let mut probe = Probe::new(&network.parameters);
    probe.run(&network, &batch, loss, &interrupt).unwrap();
    let gradients = &probe.gradients;
    let used = used_inputs(gradients, &batch);
    let largest = gradients.w_h().iter().fold(0.0_f64, |m, g| m.max(g.abs()));
    let mut seen = BTreeSet::new();
    for round in 0..25 {
        let places = sample(gradients, &used, 6, round);
        assert_eq!(gradients.values()[places[0]].abs(), largest);
        let different: BTreeSet<_> = places.iter().copied().collect();
        assert_eq!(different.len(), places.len());
        assert!(places.len() <= 6);
        seen.extend(different);
    }
    // 25 rounds of one more each of five tensors, of which the largest has 25 numbers.
    assert_eq!(seen.len(), gradients.count());
    assert_eq!(sample(gradients, &used, 0, u64::MAX).len(), 1);

    let scope = CheckScope::Sample { count: 6, round: 3 };
    let progress = Progress::default();
    let check = check_gradients(&network, &batch, loss, scope, &interrupt, &progress).unwrap();
    assert!(check.passed());
    assert_eq!(check.checked, 6);
    interrupt.raise();
    let stopped = check_gradients(&network, &batch, loss, scope, &interrupt, &progress);
    assert_eq!(stopped, Err(Interrupted));
}
