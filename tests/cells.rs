//! Every cell under the instrument: differences, the flow against the plain backward pass, and closed forms.

use bptt_scope::flow::{
    CheckScope, GradientFlow, Magnitude, Outcome, Probe, Progress, StepFlow, Ways, check_gradients,
    gains, input_gradients,
};
use bptt_scope::rnn::{
    Activation, Architecture, Batch, CellKind, Interrupt, Linearised, Loss, Network, Objective,
    Parameter, Parameters, Pass, ReadOut, Spectrum, StepBack, Widths, norm,
};
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{Experiment, Trainer, Wanted};

/// A task, a cell and a number of layers.
fn moments() -> Vec<(String, Trainer, Wanted)> {
    let mut moments = Vec::new();
    let tasks = [
        TaskKind::Sentiment,
        TaskKind::Latch,
        TaskKind::Copy,
        TaskKind::PrefixParity,
        TaskKind::TemporalOrder4,
    ];
    for cell in CellKind::ALL {
        for layers in [1, 2] {
            for (place, kind) in tasks.into_iter().enumerate() {
                let mut experiment = Experiment::default();
                experiment.task.kind = kind;
                experiment.task.length = 7;
                experiment.network.cell = *cell;
                experiment.network.layers = layers;
                experiment.network.hidden = 3;
                experiment.network.w_h = 1.1;
                experiment.network.o_0 = 0.3;
                experiment.network.bias = place % 2 == 0;
                experiment.network.b = 0.2;
                if kind == TaskKind::Sentiment {
                    experiment.network.embedding = 4;
                }
                let name = format!("{cell:?}, {layers} layers, {kind:?}");
                let mut trainer = Trainer::new(experiment.check().unwrap());
                for _ in 0..3 {
                    trainer.step(&Interrupt::default());
                }
                let wanted = Wanted {
                    inputs: true,
                    gates: true,
                    ..Wanted::NOTHING
                };
                moments.push((name, trainer, wanted));
            }
        }
    }
    moments
}

/// A cell without a direct way is not dead for that: what its steps let through is what they let through by all ways.
#[test]
fn a_network_that_lets_gradient_through_is_not_said_to_be_dead() {
    let never = Interrupt::default();
    for (name, mut trainer, wanted) in moments() {
        let snapshot = trainer.snapshot(wanted, &never).unwrap();
        let verdict = &snapshot.probe.verdict;
        assert_ne!(
            verdict.outcome,
            Outcome::Blocked,
            "{name}: {}",
            verdict.sentence
        );
        assert!(
            !verdict.sentence.contains("f′"),
            "{name}: {}",
            verdict.sentence
        );
        let gated = snapshot.probe.flow.ways() == Ways::SideBySide;
        let is_undefined = |step: &StepFlow| step.f_prime() == Magnitude::Undefined;
        assert_eq!(
            snapshot.probe.flow.steps.iter().all(is_undefined),
            gated,
            "{name}"
        );
    }
}

/// The rows of the picture of a run are made without a backward pass: they are those of the flow.
#[test]
fn gains_alone_are_those_of_the_flow() {
    let never = Interrupt::default();
    for (name, mut trainer, wanted) in moments() {
        let snapshot = trainer.snapshot(wanted, &never).unwrap();
        let (network, batch) = (&snapshot.moment.network, &snapshot.probe.batch);
        let mut pass = Pass::default();
        pass.forward(network, batch, &never).unwrap();
        let loss = snapshot.probe.loss_function;
        let gains = gains(network, batch, &pass, loss, &never).unwrap();
        let of_flow = snapshot.probe.flow.steps.iter().map(|step| step.to_end);
        assert_eq!(gains, of_flow.collect::<Vec<_>>(), "{name}");
    }
}

/// Where the loss sends e^−800, which is no number of `f64`, the sums are known all the same: their shares are those of a
/// loss that sends 1 the other way, and their sizes those times e^−800.
#[test]
fn sums_below_every_number_have_their_size_and_their_shares() {
    let never = Interrupt::default();
    let mut compared = 0;
    for (name, mut trainer, wanted) in moments() {
        let snapshot = trainer.snapshot(wanted, &never).unwrap();
        let is_asked_at_the_end = snapshot.probe.batch.read_out == ReadOut::AtTheEnd;
        let loss = snapshot.probe.loss_function;
        let mut network = (*snapshot.moment.network).clone();
        let has_bias = !network.parameters.b_o().is_empty();
        if loss != Loss::BinaryCrossEntropy || !is_asked_at_the_end || !has_bias {
            continue;
        }
        compared += 1;
        network.parameters.b_o_mut()[0] = 800.0;
        let flow = |target: f64| {
            let mut batch = (*snapshot.probe.batch).clone();
            batch.targets.fill(target);
            let mut probe = Probe::new(&network.parameters);
            probe.run(&network, &batch, loss, &never).unwrap();
            let spectrum = snapshot.moment.spectrum;
            GradientFlow::of(&network, &batch, &probe, loss, spectrum, &never).unwrap()
        };
        let (lost, known) = (flow(1.0), flow(0.0));
        let z = known.z;
        for (lost, known) in [(lost.w_h, known.w_h), (lost.w_i, known.w_i)] {
            let [lost, known] = [lost, known].map(|it| it.magnitude.log10().unwrap());
            let expected = known - z * std::f64::consts::LOG10_E;
            assert!((lost - expected).abs() < 1e-9, "{name}: {lost}, {expected}");
        }
        for (lost, known) in lost.steps.iter().zip(&known.steps) {
            for (lost, known) in [
                (lost.term_w_h, known.term_w_h),
                (lost.term_w_i, known.term_w_i),
            ] {
                assert!((lost.share - known.share).abs() < 1e-9, "{name}");
            }
        }
    }
    assert_eq!(compared, 2 * CellKind::ALL.len());
}

/// Central differences of the loss over every parameter of every cell, by the check that the window runs.
#[test]
fn every_parameter_of_every_cell_agrees_with_differences() {
    let never = Interrupt::default();
    for (name, mut trainer, wanted) in moments() {
        let snapshot = trainer.snapshot(wanted, &never).unwrap();
        let check = check_gradients(
            &snapshot.moment.network,
            &snapshot.probe.batch,
            snapshot.probe.loss_function,
            CheckScope::All,
            &never,
            &Progress::default(),
        )
        .unwrap();
        assert_eq!(check.total, snapshot.moment.parameter_count);
        let worst = check.worst.as_ref().map(|worst| worst.relative_error);
        assert!(worst.is_some_and(|error| error < 1e-6), "{name}: {check:?}");
        // What is left undecided lies below the rounding of the loss; the next test reaches it, with larger steps.
        let decided = check.total - check.undecided;
        assert!(decided > 4 * check.total / 5, "{name}: {check:?}");
    }
}

/// Without the check's own care for steps: L(θ + h) − L(θ − h) over 2 h with h = 1e-5, whose own error is near 1e-10.
#[test]
fn plain_central_differences_agree() {
    let never = Interrupt::default();
    for (name, mut trainer, wanted) in moments() {
        let snapshot = trainer.snapshot(wanted, &never).unwrap();
        let (mut network, batch) = (
            Network::clone(&snapshot.moment.network),
            &*snapshot.probe.batch,
        );
        let loss = snapshot.probe.loss_function;
        let mut probe = Probe::new(&network.parameters);
        probe.run(&network, batch, loss, &never).unwrap();
        let mut pass = Pass::default();
        let outputs = network.parameters.layout().widths().outputs;
        let mut value = |network: &Network| -> f64 {
            pass.forward(network, batch, &never).unwrap();
            let answers = pass.read_outs().chunks_exact(outputs);
            let answers = answers.zip(batch.answer_targets());
            answers.map(|(z, y)| loss.value_of(z, y)).sum()
        };
        let scale = probe.gradients.norm().max(1.0);
        for place in (0..network.parameters.count()).step_by(7) {
            let theta = network.parameters.values()[place];
            let h = 1e-5;
            network.parameters.values_mut()[place] = theta + h;
            let above = value(&network);
            network.parameters.values_mut()[place] = theta - h;
            let below = value(&network);
            network.parameters.values_mut()[place] = theta;
            let difference = (above - below) / (2.0 * h);
            let found = probe.gradients.values()[place];
            let name = format!("{name}: {}", network.parameters.name_of(place));
            assert!(
                (difference - found).abs() < 1e-8 * scale,
                "{name}: {difference} {found}"
            );
        }
    }
}

/// Relative difference of a magnitude from a number.
fn is_close(magnitude: Magnitude, number: f64) -> bool {
    (magnitude.value().abs() - number).abs() <= 1e-11 * number
}

/// What the log domain says is what the plain backward pass has: ‖γ_t‖ of the whole loss, ‖∂L/∂x_t‖, the gradients of the
/// weights as sums of their terms, and the factors as steps from one gain to the next.
#[test]
fn the_flow_is_that_of_the_plain_pass() {
    let never = Interrupt::default();
    for (name, mut trainer, wanted) in moments() {
        let snapshot = trainer.snapshot(wanted, &never).unwrap();
        let (network, batch) = (&*snapshot.moment.network, &*snapshot.probe.batch);
        let loss = snapshot.probe.loss_function;
        let mut probe = Probe::new(&network.parameters);
        probe.run(network, batch, loss, &never).unwrap();
        let flow = &snapshot.probe.flow;
        let is_lectures =
            network.cell == CellKind::Elman && snapshot.moment.experiment.network.layers == 1;
        assert_eq!(flow.ways() == Ways::OneAfterTheOther, is_lectures, "{name}");
        for t in 1..=flow.len() {
            let step = &flow.steps[t - 1];
            assert!(
                is_close(step.dl_do, probe.pass.norms()[t]),
                "{name}, t = {t}"
            );
            let before = flow.across_edge(t);
            assert!(is_close(
                step.to_end.times(step.factor),
                before.value().abs()
            ));
        }
        assert!(is_close(flow.dl_do_0, probe.pass.norms()[0]), "{name}");
        for (sum, parameter) in [
            (flow.w_h, Parameter::RecurrentWeights),
            (flow.w_i, Parameter::InputWeights),
        ] {
            let numbers: Vec<f64> = probe
                .gradients
                .all_of(parameter)
                .flatten()
                .copied()
                .collect();
            assert!(is_close(sum.magnitude, norm(&numbers)), "{name}");
        }
        let shares = flow.steps.iter().map(|step| step.term_w_h.share);
        assert!((shares.sum::<f64>() - 1.0).abs() < 1e-10, "{name}");
        let shares = flow.steps.iter().map(|step| step.term_w_i.share);
        assert!((shares.sum::<f64>() - 1.0).abs() < 1e-10, "{name}");
        let found = input_gradients(network, batch, &probe, loss, &never).unwrap();
        assert_eq!(found, snapshot.probe.dl_dx);
        let plain = probe.pass.input_gradients(network);
        let rows = plain.chunks_exact(plain.len() / flow.len());
        for (found, row) in found.iter().zip(rows) {
            assert!(is_close(*found, norm(row)), "{name}");
        }
    }
}

/// The gain follows the loss at n alone, whatever else is asked: with the other answers left out the same comes of it,
/// and the whole loss has another gradient.
#[test]
fn the_gain_is_of_the_last_answer_alone() {
    let never = Interrupt::default();
    for (name, mut trainer, wanted) in moments() {
        let snapshot = trainer.snapshot(wanted, &never).unwrap();
        if !snapshot.probe.flow.is_asked_at_every_step {
            continue;
        }
        let network = &*snapshot.moment.network;
        let mut alone = Batch::clone(&snapshot.probe.batch);
        let last = alone.targets.len() - 1;
        alone.targets[..last].fill(f64::NAN);
        let loss = snapshot.probe.loss_function;
        let mut probe = Probe::new(&network.parameters);
        probe.run(network, &alone, loss, &never).unwrap();
        let at_end = probe.pass.norms()[alone.length];
        let spectrum = Spectrum::of_all(network.parameters.recurrent_blocks()).0;
        let flow = GradientFlow::of(network, &alone, &probe, loss, spectrum, &never).unwrap();
        for t in 1..=alone.length {
            let step = &snapshot.probe.flow.steps[t - 1];
            let gain = probe.pass.norms()[t] / at_end;
            assert!(is_close(step.to_end, gain), "{name}, t = {t}");
            assert!(is_close(flow.steps[t - 1].dl_do, probe.pass.norms()[t]));
            assert_eq!(step.parts, flow.steps[t - 1].parts, "{name}");
        }
    }
}

/// keras#1322 and Jozefowicz and others (2015): with weights of zero and the forget bias b, what is carried along c over
/// 100 steps is σ(b)^100, to every digit that was published.
#[test]
fn the_forget_bias_alone_carries_the_cell_state() {
    for (bias, log10) in [
        (0.0, -30.102_999_566_40),
        (1.0, -13.604_782_228_09),
        (2.0, -5.512_413_479_49),
        (5.0, -0.291_643_879_29),
    ] {
        let mut parameters = Parameters::zeros_of(Architecture {
            cell: CellKind::Lstm,
            widths: Widths {
                inputs: 1,
                hidden: 1,
                layers: 1,
                outputs: 1,
            },
            bias: true,
            has_read_out: true,
            embedding: None,
        });
        parameters.of_mut(Parameter::HiddenBias)[1] = bias;
        let network = Network::of_cell(CellKind::Lstm, Activation::Tanh, parameters, 0.0);
        let mut batch = Batch::dense(1);
        batch.reset(101, 1);
        let mut pass = Pass::default();
        pass.forward(&network, &batch, &Interrupt::default())
            .unwrap();
        let linear = Linearised::new(&network, &pass);
        let mut step = StepBack::default();
        // Along c: no gradient comes by h.
        let (mut gamma, mut found) = (vec![0.0, 1.0], 0.0);
        for t in (2..=101).rev() {
            linear.back(t, &gamma, &mut step);
            assert_eq!(step.through_gates, [0.0, 0.0]);
            found += step.carried[1].log10();
            gamma = vec![0.0, 1.0];
        }
        assert!((found - log10).abs() < 5e-12, "b = {bias}: {found}");
    }
}

/// PyTorch's default draws every weight from ±1/√H: the spectral radius of a large block is near 1/√3, so that half is gone
/// after 1.26 steps (speechbrain#104).
#[test]
fn pytorchs_default_has_a_spectral_radius_of_one_over_the_root_of_three() {
    let mut experiment = Experiment::default();
    experiment.network.hidden = 256;
    experiment.network.initialise = bptt_scope::rnn::Initialise::Pytorch;
    experiment.network.bias = true;
    let trainer = Trainer::new(experiment.check().unwrap());
    let parameters = &trainer.network().parameters;
    let bound = 1.0 / 256_f64.sqrt();
    for (tensor, numbers) in parameters.tensors() {
        // The one bias of the lecture is the sum of PyTorch's two.
        let most = if &*tensor.name == "b" {
            2.0 * bound
        } else {
            bound
        };
        assert!(numbers.iter().all(|number| number.abs() <= most));
        let largest = numbers
            .iter()
            .fold(0.0_f64, |most, number| most.max(number.abs()));
        assert!(
            numbers.len() < 100 || largest > 0.9 * bound,
            "{}",
            tensor.name
        );
    }
    let radius = Spectrum::of(&parameters.w_h()).spectral_radius;
    // The circular law: a few deviations of 1/√H at H = 256.
    assert!((radius - 1.0 / 3_f64.sqrt()).abs() < 0.06, "{radius}");
}

/// A truncated gradient is the whole one without what comes from beyond the cut, and the window says how much that is.
#[test]
fn truncation_says_what_it_costs() {
    let never = Interrupt::default();
    for cell in CellKind::ALL {
        let mut experiment = Experiment::default();
        experiment.task.kind = TaskKind::Latch;
        experiment.task.length = 20;
        experiment.network.cell = *cell;
        experiment.network.hidden = 4;
        experiment.training.truncate = 6;
        let mut trainer = Trainer::new(experiment.check().unwrap());
        let snapshot = trainer.snapshot(Wanted::NOTHING, &never).unwrap();
        let network = &*snapshot.moment.network;
        let gradients = |truncate: usize| {
            let (mut pass, mut gradients) = (Pass::default(), network.parameters.zeros_like());
            let batch = &*snapshot.probe.batch;
            let objective = Objective::sum_of(snapshot.probe.loss_function).truncated(truncate);
            pass.forward(network, batch, &never).unwrap();
            pass.backward(network, batch, objective, &mut gradients, &never)
                .unwrap();
            gradients
        };
        let (whole, cut) = (gradients(0), gradients(6));
        let lost: Vec<f64> = (whole.values().iter().zip(cut.values()))
            .map(|(whole, cut)| whole - cut)
            .collect();
        let expected = norm(&lost) / whole.norm();
        let found = snapshot.probe.cut_off.unwrap();
        assert!(expected > 0.0 && (found / expected - 1.0).abs() < 1e-12);
        // The last six terms are all that is left.
        let shares = snapshot.probe.flow.steps[14..].iter();
        let kept: f64 = shares.map(|step| step.term_w_h.share).sum();
        let along: f64 = (whole.of(Parameter::RecurrentWeights).iter())
            .zip(cut.of(Parameter::RecurrentWeights))
            .map(|(whole, cut)| whole * cut)
            .sum();
        let size = norm(whole.of(Parameter::RecurrentWeights));
        assert!((kept - along / (size * size)).abs() < 1e-12, "{cell:?}");
    }
}
