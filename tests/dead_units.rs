//! What is exactly zero and what only looks so: dead steps, dead units, read-outs and losses that send nothing,
//! and units so deep in saturation that `f64` has nothing left.

mod support;

use bptt_scope::flow::{GradientFlow, Magnitude, Outcome, Probe, ProductNorms};
use bptt_scope::rnn::{
    Activation, Batch, Inputs, Interrupt, Loss, Network, Parameter, Parameters, Spectrum,
};
use bptt_scope::training::{Experiment, Snapshot, Trainer, Wanted};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use support::{log10, snapshot};

fn of_text(text: &str) -> Snapshot {
    Trainer::new(Experiment::from_text(text).unwrap())
        .snapshot(Wanted::default(), &Interrupt::default())
        .unwrap()
}

fn flow(network: &Network, batch: &Batch, loss: Loss) -> (Probe, GradientFlow) {
    let never = Interrupt::default();
    let mut probe = Probe::new(&network.parameters);
    probe.run(network, batch, loss, &never).unwrap();
    let spectrum = Spectrum::of(&network.parameters.w_h());
    let flow = GradientFlow::of(network, batch, &probe, loss, spectrum, &never).unwrap();
    (probe, flow)
}

/// A sequence of numbers that a network of one input reads.
fn sequence(inputs: &[f64], target: f64) -> Batch {
    let mut batch = Batch::dense(1);
    batch.reset(inputs.len(), 1);
    batch.inputs = Inputs::Dense {
        width: 1,
        values: inputs.to_vec(),
    };
    batch.targets[0] = target;
    batch
}

/// Two ReLU units that are both dead at t = 2 and at some later timestep.
#[test]
fn a_dead_step_is_zero_whether_or_not_anything_arrives() {
    let snapshot = of_text(
        "seed = 1\ntask.kind = \"latch\"\ntask.length = 8\n[network]\nhidden = 2\nactivation = \"relu\"\nw_i = 2\no_0 = 1",
    );
    let (probe, _) = flow(
        &snapshot.moment.network,
        &snapshot.probe.batch,
        snapshot.probe.loss_function,
    );
    let is_dead = |t: usize| {
        probe
            .pass
            .responses()
            .unwrap()
            .f_prime(t)
            .iter()
            .all(|&f| f == 0.0)
    };
    assert!(is_dead(2));
    let steps = &snapshot.probe.flow.steps;
    let mut undefined = 0;
    for (t, step) in (1..).zip(steps) {
        // g_{t−1} as training has it is what arrives at the step before.
        let arrives = probe.pass.state_gradient(t).iter().any(|&g| g != 0.0);
        if is_dead(t) {
            assert_eq!(step.factor, Magnitude::Zero, "t = {t}");
            assert_eq!(step.f_prime(), Magnitude::Zero, "t = {t}");
        } else if !arrives {
            assert_eq!(step.factor, Magnitude::Undefined, "t = {t}");
            assert_eq!(step.factor.to_string(), "0/0");
            undefined += 1;
        } else {
            assert!(step.factor.log10().is_some() || step.factor == Magnitude::Zero);
        }
        if t >= 2 {
            // P_{t←1} has J_2 = 0 in it.
            assert_eq!(step.from_first, Magnitude::Zero, "t = {t}");
        }
    }
    assert!(undefined > 0, "nothing to be seen in this example");
}

/// ‖g_1‖/‖g_t‖ is 0/0 before the step that lets nothing through, and 0 from there on.
#[test]
fn the_product_from_the_first_is_undefined_only_before_the_block() {
    let mut parameters = Parameters::zeros(1, 2, false);
    parameters.w_h_mut().diag_mut().fill(1.0);
    parameters.w_i_mut().fill(1.0);
    parameters.w_o_mut().fill(1.0);
    let network = Network::new(Activation::Relu, parameters, 0.0);
    // Dead at t = 4: −10 outweighs what was read before.
    let batch = sequence(&[1.0, 1.0, 1.0, -10.0, 1.0, 1.0], 5.0);
    let (_, flow) = flow(&network, &batch, Loss::SquaredError);
    let factors: Vec<Magnitude> = flow.steps.iter().map(|step| step.factor).collect();
    let (one, zero, undefined) = (Magnitude::ONE, Magnitude::Zero, Magnitude::Undefined);
    assert_eq!(factors[..4], [undefined, undefined, undefined, zero]);
    let from_first: Vec<Magnitude> = flow.steps.iter().map(|step| step.from_first).collect();
    assert_eq!(from_first, [one, undefined, undefined, zero, zero, zero]);
    let to_end: Vec<bool> = flow.steps.iter().map(|step| step.to_end == zero).collect();
    assert_eq!(to_end, [true, true, true, false, false, false]);
}

/// The verdict is about what the loss sends, not about the product alone.
#[test]
fn a_gradient_that_never_sets_out_is_blocked() {
    let blocked = |change: &dyn Fn(&mut Experiment), words: &str| {
        let snapshot = snapshot(change);
        assert_eq!(snapshot.probe.verdict.outcome, Outcome::Blocked, "{words}");
        let sentence = &snapshot.probe.verdict.sentence;
        assert!(sentence.contains(words), "{sentence}");
        assert_eq!(snapshot.probe.verdict.rate, None);
        let w_h = snapshot.probe.flow.w_h.magnitude;
        assert!(matches!(w_h, Magnitude::Zero), "{w_h}");
        assert_eq!(snapshot.probe.flow.w_i.magnitude, Magnitude::Zero);
    };
    // One dead unit, one word: every gradient but the read-out's is exactly 0.
    blocked(
        &|e| {
            e.network.activation = Activation::Relu;
            e.probe.text = "good".to_owned();
        },
        "the last unit is dead, its f′ is exactly 0 at “good”, step 10; nothing learns",
    );
    for hidden in [1, 3] {
        blocked(
            &|e| {
                e.network.hidden = hidden;
                e.network.w_o = 0.0;
            },
            "wₒ is exactly 0; only the read-out learns",
        );
    }
    // Its state is 0 and teaches the read-out nothing; its bias learns, if there is one.
    blocked(
        &|e| {
            e.network.activation = Activation::Relu;
            e.network.bias = true;
            e.probe.text = "good".to_owned();
        },
        "step 10; only the read-out learns",
    );
    // Dead units, more than one of them.
    blocked(
        &|e| {
            e.network.activation = Activation::Relu;
            e.network.hidden = 2;
            e.network.bias = true;
            e.network.b = -100.0;
        },
        "the last state is dead",
    );
}

/// A squared error whose target is met to the last bit.
#[test]
fn a_loss_without_gradient_sends_none() {
    for hidden in [1, 3] {
        let mut parameters = Parameters::zeros(1, hidden, false);
        parameters.w_h_mut().diag_mut().fill(0.5);
        parameters.w_o_mut().fill(1.0);
        let network = Network::new(Activation::Tanh, parameters, 0.0);
        let (_, flow) = flow(&network, &sequence(&[1.0, 2.0], 0.0), Loss::SquaredError);
        let verdict = bptt_scope::flow::Verdict::of(&flow, 1, |_| None);
        assert_eq!(verdict.outcome, Outcome::Blocked);
        let words = "the loss sends no gradient at all, ∂L/∂z is exactly 0; nothing learns";
        assert!(verdict.sentence.ends_with(words), "{}", verdict.sentence);
        assert_eq!(flow.dl_do_0, Magnitude::Zero);
    }
}

/// The gradient arrives, and its unit lets none of it through to the weights.
#[test]
fn a_dead_first_step_learns_nothing() {
    let mut parameters = Parameters::zeros(1, 1, false);
    parameters.w_h_mut()[[0, 0]] = 0.5;
    parameters.w_i_mut()[[0, 0]] = 1.0;
    parameters.w_o_mut()[0] = 1.0;
    let network = Network::new(Activation::Relu, parameters, 0.0);
    let batch = sequence(&[-1.0, 2.0], 5.0);
    let (_, flow) = flow(&network, &batch, Loss::SquaredError);
    let verdict = bptt_scope::flow::Verdict::of(&flow, 1, |_| None);
    assert_eq!(
        verdict.sentence,
        "Carried: 50.0 % of the gradient reaches step 1, but its f′ is exactly 0: nothing is learnt from it"
    );
}

/// What is sent is infinite although every product is a number.
#[test]
fn an_infinite_loss_is_not_carried() {
    let mut parameters = Parameters::zeros(1, 1, false);
    parameters.w_h_mut()[[0, 0]] = 1.0;
    parameters.w_i_mut()[[0, 0]] = 1e200;
    parameters.w_o_mut()[0] = 1e200;
    let network = Network::new(Activation::Identity, parameters, 0.0);
    let (_, flow) = flow(&network, &sequence(&[1.0, 1.0], 0.0), Loss::SquaredError);
    let verdict = bptt_scope::flow::Verdict::of(&flow, 1, |_| None);
    assert_eq!(verdict.outcome, Outcome::NotFinite);
    assert_eq!(verdict.sentence, "Not finite: the read-out z is ∞");
}

/// log₁₀ of tanh′ = 4 / (e^a + e^−a)², whose tail is 4 e^(−2|a|).
fn tanh_prime_log10(a: f64) -> f64 {
    let e = (-2.0 * a.abs()).exp();
    4.0_f64.log10() - 2.0 * (1.0 + e).log10() - 2.0 * a.abs() * std::f64::consts::LOG10_E
}

/// Units that do not mix (W_h = w_h · I), so that each has a product of its own whose logarithm is a sum: log₁₀ of
/// ‖g_{t}‖ for every t, from pre-activations alone.
fn by_logarithms(network: &Network, probe: &Probe, dl_dz: Magnitude) -> Vec<f64> {
    let (length, _, hidden) = probe.pass.shape();
    let mut of_units: Vec<f64> = (0..hidden)
        .map(|unit| network.parameters.w_o()[unit].abs().log10() + dl_dz.log10().unwrap())
        .collect();
    let mut norms = vec![0.0; length];
    for t in (1..=length).rev() {
        let largest = of_units.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let squares: f64 = of_units.iter().map(|l| 100.0_f64.powf(l - largest)).sum();
        norms[t - 1] = largest + 0.5 * squares.log10();
        for (unit, log10) in of_units.iter_mut().enumerate() {
            *log10 += tanh_prime_log10(probe.pass.responses().unwrap().pre_activation(t)[unit])
                + network.parameters.w_h()[[unit, unit]].abs().log10();
        }
    }
    norms
}

/// The input found on trial: 10^−760 was called exactly 0.
#[test]
fn ten_to_the_minus_760_is_not_zero() {
    let snapshot = of_text(
        "seed = 70\ntask.kind = \"temporal-order\"\ntask.length = 3\n[network]\nhidden = 3\nw_h = 10\nw_i = 1000\nrecurrent = \"identity\"",
    );
    let (probe, _) = flow(
        &snapshot.moment.network,
        &snapshot.probe.batch,
        snapshot.probe.loss_function,
    );
    let expected = by_logarithms(&snapshot.moment.network, &probe, snapshot.probe.flow.dl_dz);
    assert!(expected[0] < -700.0, "{expected:?}");
    for (step, expected) in snapshot.probe.flow.steps.iter().zip(&expected) {
        // A thousand decades are good to 1000 ε.
        assert!((log10(step.dl_do) - expected).abs() < 1e-11 * expected.abs());
    }
    assert_eq!(snapshot.probe.verdict.outcome, Outcome::Vanishing);
}

/// The same over ten thousand networks whose units saturate each to its own depth.
#[test]
fn units_that_saturate_apart_are_followed_apart() {
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    let mut deep = 0;
    for case in 0..10_000 {
        let hidden = rng.random_range(2..5);
        let length = rng.random_range(1..7);
        let mut parameters = Parameters::zeros(1, hidden, false);
        parameters
            .w_h_mut()
            .diag_mut()
            .fill(rng.random_range(-3.0..3.0));
        for w_i in parameters.w_i_mut() {
            *w_i = 10.0_f64.powf(rng.random_range(-1.0..4.0));
        }
        for w_o in parameters.w_o_mut() {
            *w_o = rng.random_range(-2.0..2.0);
        }
        let network = Network::new(Activation::Tanh, parameters, 0.0);
        let inputs: Vec<f64> = (0..length).map(|_| rng.random_range(-1.0..1.0)).collect();
        let batch = sequence(&inputs, 1.0);
        let (probe, flow) = flow(&network, &batch, Loss::BinaryCrossEntropy);
        for (step, expected) in flow
            .steps
            .iter()
            .zip(by_logarithms(&network, &probe, flow.dl_dz))
        {
            let found = step.dl_do.log10();
            let close = 1e-11 * expected.abs().max(1.0);
            assert!(
                found.is_some_and(|found| (found - expected).abs() < close),
                "case {case}: {found:?} for {expected}"
            );
            deep += usize::from(expected < -400.0);
        }
    }
    assert!(deep > 500, "{deep} beyond the range of f64");
}

/// ‖P_{n←t}‖₂ of such units is the largest of their own products, and no gain is above it.
#[test]
fn norms_follow_units_apart_too() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let (mut deep, mut dead) = (0, 0);
    for case in 0..10_000 {
        let hidden = rng.random_range(2..5);
        let length = rng.random_range(2..7);
        let mut parameters = Parameters::zeros(1, hidden, false);
        for w_h in parameters.w_h_mut().diag_mut() {
            // Some units forget everything.
            *w_h = if rng.random_range(0..8) == 0 {
                0.0
            } else {
                rng.random_range(-3.0..3.0)
            };
        }
        for w_i in parameters.w_i_mut() {
            *w_i = 10.0_f64.powf(rng.random_range(-1.0..4.0));
        }
        parameters.w_o_mut().fill(1.0);
        let network = Network::new(Activation::Tanh, parameters, 0.0);
        let inputs: Vec<f64> = (0..length).map(|_| rng.random_range(-1.0..1.0)).collect();
        let (probe, flow) = flow(&network, &sequence(&inputs, 1.0), Loss::BinaryCrossEntropy);
        let norms = ProductNorms::of(&network, &probe.pass).unwrap();
        let mut of_units = vec![0.0; hidden];
        for t in (1..=length).rev() {
            let expected = of_units.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let (found, gain) = (norms.to_end[t - 1], flow.steps[t - 1].to_end);
            if expected == f64::NEG_INFINITY {
                assert_eq!(
                    (found, gain),
                    (Magnitude::Zero, Magnitude::Zero),
                    "case {case}"
                );
                dead += 1;
            } else {
                let close = 1e-11 * expected.abs().max(1.0);
                let log10 = found.log10();
                assert!(
                    log10.is_some_and(|found| (found - expected).abs() < close),
                    "case {case}, t = {t}: {log10:?} for {expected}"
                );
                assert!(log10_of(gain) <= expected + close, "case {case}, t = {t}");
                deep += usize::from(expected < -400.0);
            }
            for (unit, log10) in of_units.iter_mut().enumerate() {
                *log10 += tanh_prime_log10(probe.pass.responses().unwrap().pre_activation(t)[unit])
                    + network.parameters.w_h()[[unit, unit]].abs().log10();
            }
        }
    }
    assert!(deep > 300 && dead > 10, "{deep} beyond f64, {dead} dead");
}

/// The same where every unit hears every other, against the gain: no direction keeps more than ‖P‖₂, and the loss's
/// own keeps something wherever that is not zero.
#[test]
fn no_gain_is_above_the_norm_however_deep() {
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    let mut deep = 0;
    for case in 0..2_000 {
        let hidden = rng.random_range(2..6);
        let length = rng.random_range(2..7);
        let mut parameters = Parameters::zeros(1, hidden, false);
        for parameter in Parameter::OF_THE_LECTURE {
            let values = parameters.of_mut(parameter);
            values
                .iter_mut()
                .for_each(|value| *value = rng.random_range(-1.5..1.5));
        }
        for w_i in parameters.w_i_mut() {
            *w_i *= 10.0_f64.powf(rng.random_range(0.0..4.0));
        }
        let network = Network::new(Activation::Tanh, parameters, 0.0);
        let inputs: Vec<f64> = (0..length).map(|_| rng.random_range(-1.0..1.0)).collect();
        let (probe, flow) = flow(&network, &sequence(&inputs, 1.0), Loss::BinaryCrossEntropy);
        let norms = ProductNorms::of(&network, &probe.pass).unwrap();
        for (norm, step) in norms.to_end.iter().zip(&flow.steps) {
            let (norm, gain) = (log10(*norm), log10(step.to_end));
            assert!(
                gain <= norm + 1e-9 * norm.abs().max(1.0),
                "case {case}: {gain} > {norm}"
            );
            deep += usize::from(norm < -400.0);
        }
    }
    assert!(deep > 100, "{deep} beyond the range of f64");
}

fn log10_of(magnitude: Magnitude) -> f64 {
    magnitude.log10().unwrap_or(f64::NEG_INFINITY)
}

/// ∂L/∂z = −σ(−z) for the label 1, where σ(z) − 1 cancels and where σ(−z) underflows.
#[test]
fn a_confident_network_keeps_its_gradient() {
    for w_o in [-60.0, -70.0, -74.0, -500.0, -1000.0, 1000.0] {
        let snapshot = snapshot(|e| {
            e.network.w_o = w_o;
            e.probe.positive = true;
        });
        let n = snapshot.len();
        let z = w_o * snapshot.probe.states[n];
        // −ln(1 + e^z) in logarithms: σ(−z) = e^−z / (1 + e^−z).
        let log10 = if z > 0.0 {
            -z * std::f64::consts::LOG10_E - (1.0 + (-z).exp()).log10()
        } else {
            -(1.0 + z.exp()).log10()
        };
        let found = snapshot.probe.flow.dl_dz;
        assert!(found.is_negative());
        // z ε of the logarithm.
        let close = (found.log10().unwrap() - log10).abs();
        assert!(close < 1e-12, "w_o = {w_o}: {close}");
        let at_end = snapshot.probe.flow.steps[n - 1].dl_do.log10().unwrap();
        assert!((at_end - log10 - w_o.abs().log10()).abs() < 1e-12);
    }
}

/// The last state is dead to the loss in `f64`, and 10^−280.27 of it is left all the same.
#[test]
fn the_tail_of_gelu_is_exact() {
    let snapshot = of_text(
        "task.kind = \"constant\"\ntask.length = 2\n[network]\nactivation = \"gelu\"\nbias = true\nb = -36\nw_h = 1",
    );
    let step = &snapshot.probe.flow.steps[0];
    assert!((log10(step.f_prime()) + 280.265_946_681_665_65).abs() < 1e-13);
}

/// A gradient that is 10^−400 of another has the same shares, and a sum that is 10^−400 of the other's: z is far on
/// the right side of its label, so that ∂L/∂z is e^−z.
#[test]
fn sums_survive_where_the_arithmetic_has_lost_them() {
    for (hidden, bias) in [(1, 900.0), (3, 900.0)] {
        let mut rng = ChaCha8Rng::seed_from_u64(hidden as u64);
        let mut parameters = Parameters::zeros(1, hidden, true);
        for parameter in Parameter::OF_THE_LECTURE {
            let values = parameters.of_mut(parameter);
            values
                .iter_mut()
                .for_each(|value| *value = rng.random_range(-1.0..1.0));
        }
        let batch = sequence(&[0.5, -1.0, 2.0, 0.3, -0.7], 1.0);
        let of = |bias: f64| {
            let mut parameters = parameters.clone();
            parameters.b_o_mut()[0] = bias;
            let network = Network::new(Activation::Tanh, parameters, 0.2);
            flow(&network, &batch, Loss::BinaryCrossEntropy)
        };
        let ((near_probe, near), (probe, far)) = (of(0.0), of(bias));
        assert!(
            probe.gradients.w_h().iter().all(|&g| g == 0.0),
            "not beyond f64"
        );
        let dl_dz = |flow: &GradientFlow| flow.dl_dz.log10().unwrap();
        let lower = dl_dz(&far) - dl_dz(&near);
        assert!(lower < -380.0, "{lower}");
        for (far, near) in [(far.w_h, near.w_h), (far.w_i, near.w_i)] {
            let (found, expected) = (far.magnitude, near.magnitude);
            let apart = found.log10().unwrap() - expected.log10().unwrap() - lower;
            assert!(apart.abs() < 1e-11, "{hidden}: {apart}");
            assert_eq!(found.is_negative(), expected.is_negative());
            assert_eq!(far.is_number, near.is_number);
        }
        for (far, near) in far.steps.iter().zip(&near.steps) {
            for (far, near) in [(far.term_w_h, near.term_w_h), (far.term_w_i, near.term_w_i)] {
                assert!((far.share - near.share).abs() < 1e-10, "{far:?} {near:?}");
            }
        }
        drop(near_probe);
    }
}

/// Found on review: terms of 0.14 that cancel to the last bit are no lost sum.
#[test]
fn terms_that_cancel_are_not_lost() {
    let snapshot = of_text(
        "task.kind = \"constant\"\ntask.length = 2\n[network]\nactivation = \"identity\"\nbias = true\nb = 0.3\nw_h = -0.5\no_0 = 0.3",
    );
    assert!(
        snapshot.probe.flow.steps[0]
            .term_w_h
            .magnitude
            .log10()
            .is_some()
    );
    assert_eq!(snapshot.probe.flow.w_h.magnitude, Magnitude::Zero);
    assert!(snapshot.probe.flow.steps[0].term_w_h.share.is_nan());
}

/// σ(z) of a z of ∞ is 1, but that is no network which has learnt.
#[test]
fn a_read_out_that_overflowed_is_not_a_loss_without_gradient() {
    let mut parameters = Parameters::zeros(1, 1, false);
    parameters.w_h_mut()[[0, 0]] = 1.0;
    parameters.w_i_mut()[[0, 0]] = 1e200;
    parameters.w_o_mut()[0] = 1e200;
    let network = Network::new(Activation::Identity, parameters, 0.0);
    let (_, near) = flow(
        &network,
        &sequence(&[1.0, 1.0], 1.0),
        Loss::BinaryCrossEntropy,
    );
    let verdict = bptt_scope::flow::Verdict::of(&near, 1, |_| None);
    assert_eq!(verdict.sentence, "Not finite: the read-out z is ∞");
    // Where the product explodes, that is said first.
    let snapshot = snapshot(|e| {
        e.task.kind = bptt_scope::tasks::TaskKind::Latch;
        e.task.length = 1000;
        e.network.activation = Activation::Identity;
        e.network.w_h = 3.0;
    });
    assert_eq!(snapshot.probe.verdict.outcome, Outcome::Exploding);
    let sentence = &snapshot.probe.verdict.sentence;
    assert!(
        sentence.ends_with(", and the read-out z is ∞ already"),
        "{sentence}"
    );
}

/// A saturated unit of 10^15 decades is no zero, among others or alone.
#[test]
fn the_deepest_tail_is_the_same_for_one_unit_and_for_two() {
    let of = |hidden: usize| {
        let snapshot = snapshot(|e| {
            e.task.kind = bptt_scope::tasks::TaskKind::Constant;
            e.task.length = 2;
            e.network.hidden = hidden;
            e.network.recurrent = bptt_scope::rnn::RecurrentInit::Identity;
            e.network.activation = Activation::Gelu;
            e.network.bias = true;
            e.network.b = -1000.0;
            e.network.w_h = 1000.0;
            e.network.o_0 = -1000.0;
        });
        let factors: Vec<f64> = snapshot
            .probe
            .flow
            .steps
            .iter()
            .map(|step| log10(step.factor))
            .collect();
        factors
    };
    for (one, two) in of(1).into_iter().zip(of(2)) {
        // Digits of a number of 10^9 decades or more.
        assert!((one / two - 1.0).abs() < 1e-12, "{one} {two}");
    }
}

/// Where every gradient really is zero, no sum is made up.
#[test]
fn a_sum_of_zeros_is_zero() {
    let snapshot = snapshot(|e| e.network.w_o = 0.0);
    assert_eq!(snapshot.probe.flow.w_h.magnitude, Magnitude::Zero);
    assert!(
        snapshot
            .probe
            .flow
            .steps
            .iter()
            .all(|step| step.term_w_h.share.is_nan())
    );
}
