//! What is changed by hand in the middle of a run.

use bptt_scope::rnn::{Activation, CellKind, Interrupt, RecurrentInit};
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{Difference, Experiment, OptimizerKind, Trainer, Wanted, Weight};

use super::support::{experiment, look, train};

#[test]
fn held_weights_stay_and_others_move() {
    let mut trainer = Trainer::new(experiment(|e| {
        e.training.optimizer = OptimizerKind::Momentum;
        e.network.hidden = 3;
    }));
    train(&mut trainer, 5);
    let before = trainer.network().parameters.clone();
    trainer.change(experiment(|e| {
        e.training.optimizer = OptimizerKind::Momentum;
        e.network.hidden = 3;
        e.training.hold_w_h = true;
    }));
    train(&mut trainer, 5);
    let after = &trainer.network().parameters;
    assert_eq!(before.w_h(), after.w_h());
    assert_ne!(before.w_i(), after.w_i());
    assert_ne!(before.w_o(), after.w_o());
}

#[test]
fn a_slider_sets_the_weight_in_the_middle_of_training() {
    for hidden in [1, 6] {
        let mut trainer = Trainer::new(experiment(|e| e.network.hidden = hidden));
        train(&mut trainer, 10);
        for (weight, value) in [
            (Weight::Recurrent, 1.25),
            (Weight::Input, 0.3),
            (Weight::Output, 2.0),
        ] {
            trainer.set_weight(weight, value);
            let found = look(&mut trainer).moment.weights.get(weight);
            assert!((found - value).abs() < 1e-12, "{weight:?}: {found}");
        }
        // To zero and back: the shape is not lost.
        let before = look(&mut trainer);
        trainer.set_weight(Weight::Recurrent, 0.0);
        assert_eq!(look(&mut trainer).moment.weights.w_h, 0.0);
        trainer.set_weight(Weight::Recurrent, 1.25);
        let after = look(&mut trainer);
        for (a, b) in before.probe.flow.steps.iter().zip(&after.probe.flow.steps) {
            let (a, b) = (a.to_end.log10().unwrap(), b.to_end.log10().unwrap());
            // Two scalings, each to the last bit or two.
            assert!((a - b).abs() < 1e-12);
        }
        assert_eq!(after.moment.step, 10);
    }
}

#[test]
fn activation_and_length_change_at_once_and_keep_the_network() {
    let mut trainer = Trainer::new(experiment(|_| {}));
    train(&mut trainer, 10);
    let parameters = trainer.network().parameters.clone();
    let new_run = trainer.change(experiment(|e| {
        e.network.activation = Activation::Sigmoid;
        e.task.length = 40;
    }));
    assert!(!new_run);
    let snapshot = look(&mut trainer);
    assert_eq!((snapshot.len(), snapshot.moment.step), (40, 10));
    assert_eq!(trainer.network().parameters, parameters);
    assert!(trainer.change(experiment(|e| e.network.hidden = 2)));
    assert_eq!(trainer.steps_done(), 0);
}

/// A matrix that began at zero, or was taken there before another was, can be turned up.
#[test]
fn zero_is_not_the_end_of_a_slider() {
    let mut trainer = Trainer::new(experiment(|e| {
        e.network.hidden = 5;
        e.network.w_i = 0.0;
        e.network.w_h = 0.0;
    }));
    for weight in [Weight::Recurrent, Weight::Input, Weight::Output] {
        trainer.set_weight(weight, 0.5);
        let found = look(&mut trainer).moment.weights.get(weight);
        assert!((found - 0.5).abs() < 1e-12, "{weight:?}: {found}");
    }
    let before = trainer.network().parameters.clone();
    trainer.set_weight(Weight::Recurrent, 0.0);
    trainer.set_weight(Weight::Input, 0.0);
    trainer.set_weight(Weight::Recurrent, 0.5);
    trainer.set_weight(Weight::Input, 0.5);
    let after = &trainer.network().parameters;
    for ((_, a), (_, b)) in before.tensors().zip(after.tensors()) {
        for (a, b) in a.iter().zip(b) {
            // Scaled there and back.
            assert!((a - b).abs() < 1e-14);
        }
    }
}

/// The hand is still on the slider when a new run begins.
#[test]
fn a_held_weight_stays_held_through_a_reset() {
    let mut trainer = Trainer::new(experiment(|_| {}));
    trainer.grab(Some(Weight::Recurrent));
    trainer.reset();
    train(&mut trainer, 5);
    assert_eq!(look(&mut trainer).moment.weights.w_h, 0.9);
    assert_ne!(look(&mut trainer).moment.weights.w_o, 1.0);
    trainer.grab(None);
    train(&mut trainer, 5);
    assert_ne!(look(&mut trainer).moment.weights.w_h, 0.9);
}

/// An accuracy that belongs to another network is known to.
#[test]
fn every_change_makes_the_accuracy_old() {
    let never = Interrupt::default();
    let mut trainer = Trainer::new(experiment(|_| {}));
    let changes: [fn(&mut Trainer); 3] = [
        |trainer| train(trainer, 1),
        |trainer| trainer.set_weight(Weight::Recurrent, 0.3),
        |trainer| {
            trainer.change(experiment(|e| e.task.length = 12));
        },
    ];
    for change in changes {
        trainer.evaluate(&never).unwrap();
        assert!(!look(&mut trainer).run.evaluation_is_old);
        change(&mut trainer);
        assert!(look(&mut trainer).run.evaluation_is_old);
    }
}

/// What somebody has dragged the sliders to before the first step, and what a file says, are one
/// experiment: the same bits, however the weights came there.
#[test]
fn before_the_first_step_a_slider_and_a_file_put_the_same_bits() {
    for (hidden, recurrent) in [
        (1, RecurrentInit::Orthogonal),
        (5, RecurrentInit::Orthogonal),
        (5, RecurrentInit::Gaussian),
        (5, RecurrentInit::Identity),
    ] {
        let mut experiment = Experiment::default();
        experiment.network.hidden = hidden;
        experiment.network.recurrent = recurrent;
        experiment.network.bias = true;
        let mut dragged = Trainer::new(experiment.clone().check().unwrap());
        for value in [0.3, 0.0, 1e-3, 1.7] {
            for weight in Weight::ALL {
                dragged.set_weight(weight, value * 0.7);
            }
        }
        for weight in Weight::ALL {
            experiment.network.set_weight(weight, 1.7 * 0.7);
        }
        let mut written = Trainer::new(experiment.check().unwrap());
        assert_eq!(dragged.network(), written.network());
        assert_eq!(dragged.experiment(), written.experiment());
        for _ in 0..3 {
            let never = Interrupt::default();
            // Whether somebody looks at the eigenvalues changes nothing.
            let look = Wanted {
                eigenvalues: true,
                ..Wanted::default()
            };
            let one = dragged.snapshot(look, &never).unwrap();
            let other = written.snapshot(Wanted::default(), &never).unwrap();
            assert_eq!(one.probe.flow, other.probe.flow);
            assert_eq!(
                (one.moment.spectrum, one.moment.weights),
                (other.moment.spectrum, other.moment.weights)
            );
            dragged.step(&never);
            written.step(&never);
        }
    }
}

/// A value below zero is a matrix whose signs are all turned round, before the first step and after, over zero and
/// by undoing.
#[test]
fn the_sign_of_a_matrix_is_that_of_its_setting() {
    let with = |w_h: f64| {
        experiment(|e| {
            e.task.kind = TaskKind::Latch;
            e.network.hidden = 4;
            e.network.w_h = w_h;
            // Training shall not blur what is compared.
            e.training.hold_w_h = true;
        })
    };
    let shape = Trainer::new(with(1.0))
        .network()
        .parameters
        .w_h()
        .to_owned();
    let is = |trainer: &mut Trainer, setting: f64| {
        for (found, shape) in trainer.network().parameters.w_h().iter().zip(&shape) {
            // Measured and scaled back and forth, to some units in the last place.
            assert!((found - setting * shape).abs() < 1e-13, "{setting}");
        }
        let snapshot = look(trainer);
        assert!((snapshot.moment.weights.w_h - setting.abs()).abs() < 1e-13);
        assert_eq!(trainer.experiment().network.w_h, setting);
    };
    for steps in [0, 2] {
        let mut trainer = Trainer::new(with(-0.9));
        train(&mut trainer, steps);
        is(&mut trainer, -0.9);
        for setting in [-1.2, 1.2, 0.0, 0.5, -0.5, 0.0, -0.3] {
            trainer.set_weight(Weight::Recurrent, setting);
            is(&mut trainer, setting);
        }
        // Another experiment, and back.
        trainer.change(with(0.7));
        is(&mut trainer, 0.7);
        trainer.restore(with(-0.3), &[(Weight::Recurrent, 0.3)]);
        is(&mut trainer, -0.3);
    }
}

/// The map of a run is of another experiment if most of its steps are, whatever the last moment before a reset was.
#[test]
fn a_map_is_of_another_experiment_if_most_of_its_steps_are() {
    let long = experiment(|e| e.task.length = 20);
    let mut trainer = Trainer::new(experiment(|_| {}));
    train(&mut trainer, 6);
    trainer.change(long.clone());
    assert!(
        look(&mut trainer).run.timeline.otherwise.is_empty(),
        "nothing is beyond"
    );
    trainer.reset();
    let otherwise = look(&mut trainer).run.timeline.otherwise;
    assert_eq!(Difference::in_words(&otherwise), "length n = 10");
    let then = trainer.at(3).unwrap();
    trainer.continue_from(then);
    assert_eq!(
        (trainer.steps_done(), trainer.experiment().task.length),
        (3, 10)
    );
    assert!(look(&mut trainer).run.timeline.otherwise.is_empty());
}

/// What the history marks: after which step, and what.
fn marked(trainer: &mut Trainer) -> Vec<(u64, String)> {
    let changes = look(trainer).run.timeline.changes;
    let one = |change: &bptt_scope::training::HandChange| {
        (change.between.0, Difference::in_words(&change.what))
    };
    changes.iter().map(one).collect()
}

#[test]
fn what_is_changed_by_hand_in_the_middle_of_a_run_is_marked_where_it_was() {
    let mut trainer = Trainer::new(experiment(|_| {}));
    // The setup is no change.
    trainer.set_weight(Weight::Recurrent, 1.1);
    train(&mut trainer, 5);
    assert!(marked(&mut trainer).is_empty());
    trainer.set_weight(Weight::Recurrent, 1.5);
    let now = |expected: &[(u64, &str)], trainer: &mut Trainer| {
        let expected = expected.iter().map(|&(step, what)| (step, what.to_owned()));
        assert_eq!(marked(trainer), expected.collect::<Vec<_>>());
    };
    // Before the next step already.
    now(&[(5, "recurrent weight wₕ = 1.5")], &mut trainer);
    train(&mut trainer, 5);
    let mut next = Experiment::clone(trainer.experiment());
    next.network.activation = Activation::Sigmoid;
    next.task.length = 20;
    trainer.change(next.check().unwrap());
    train(&mut trainer, 5);
    // Training has moved it away from where the experiment has it: back there is a change.
    trainer.set_weight(Weight::Recurrent, 1.5);
    train(&mut trainer, 5);
    let expected = [
        (5, "recurrent weight wₕ = 1.5"),
        (10, "length n = 20 and activation f = sigmoid"),
        (15, "recurrent weight wₕ = 1.5"),
    ];
    now(&expected, &mut trainer);
    // Whoever looks back sees the marks of the whole run.
    let mut then = trainer.at(7).unwrap();
    let never = Interrupt::default();
    let past = trainer
        .snapshot_of_past(&mut then, Wanted::default(), &never)
        .unwrap();
    assert_eq!(past.run.timeline.changes.len(), 3);
    let otherwise = Difference::in_words(&past.run.timeline.otherwise);
    assert_eq!(otherwise, "length n = 10 and activation f = tanh");
    // There and back between two steps is none.
    let before = look(&mut trainer).moment.weights.w_h;
    trainer.set_weight(Weight::Recurrent, 3.0);
    trainer.set_weight(Weight::Recurrent, before);
    now(&expected, &mut trainer);
}

/// Another run has marks of its own, and what is come back to has those that it had.
#[test]
fn marks_follow_the_run_that_they_are_of() {
    let mut trainer = Trainer::new(experiment(|_| {}));
    for step in [5, 10] {
        train(&mut trainer, 5);
        trainer.set_weight(Weight::Recurrent, f64::from(step) / 4.0);
    }
    train(&mut trainer, 5);
    let steps = |trainer: &mut Trainer| -> Vec<u64> {
        marked(trainer).iter().map(|(step, _)| *step).collect()
    };
    assert_eq!(steps(&mut trainer), [5, 10]);
    let left = trainer.begin(experiment(|_| {}));
    assert!(steps(&mut trainer).is_empty());
    trainer.return_to(left);
    assert_eq!(steps(&mut trainer), [5, 10]);
    // A change that is made in the past is dropped by whoever goes back to the end without a step.
    let then = trainer.at(7).unwrap();
    trainer.continue_from(then);
    trainer.set_weight(Weight::Input, 2.0);
    assert_eq!(steps(&mut trainer), [5, 7, 10]);
    let end = trainer.at(15).unwrap();
    trainer.continue_from(end);
    assert_eq!(steps(&mut trainer), [5, 10]);
    // And the next step drops what came later.
    let then = trainer.at(7).unwrap();
    trainer.continue_from(then);
    trainer.set_weight(Weight::Input, 2.0);
    train(&mut trainer, 1);
    assert_eq!(steps(&mut trainer), [5, 7]);
    trainer.reset();
    train(&mut trainer, 1);
    assert!(steps(&mut trainer).is_empty());
}

/// A matrix has a size and a sign.
#[test]
fn the_size_of_a_matrix_is_marked_with_its_sign() {
    let mut trainer = Trainer::new(experiment(|e| e.network.hidden = 4));
    train(&mut trainer, 5);
    let size = look(&mut trainer).moment.weights.w_h;
    trainer.set_weight(Weight::Recurrent, -size);
    assert_eq!(marked(&mut trainer).len(), 1);
    trainer.set_weight(Weight::Recurrent, size);
    assert!(marked(&mut trainer).is_empty());
}

/// With a forget bias of its own, b is that of the other gates: training one step leaves it near what was chosen, and
/// moving it leaves the forget gate alone.
#[test]
fn the_slider_of_b_leaves_the_forget_bias_alone() {
    let mut experiment = Experiment::default();
    let network = &mut experiment.network;
    (network.cell, network.hidden, network.layers) = (CellKind::Lstm, 4, 2);
    (network.bias, network.forget_bias) = (true, Some(5.0));
    let mut trainer = Trainer::new(experiment.check().unwrap());
    let never = Interrupt::default();
    trainer.step(&never);
    let weights = trainer
        .snapshot(Wanted::NOTHING, &never)
        .unwrap()
        .moment
        .weights;
    assert!(weights.b.abs() < 0.05, "{}", weights.b);
    let before = trainer.network().carrying_bias().unwrap();
    assert!((before - 5.0).abs() < 0.05, "{before}");
    trainer.set_weight(Weight::Bias, 0.7);
    let weights = trainer
        .snapshot(Wanted::NOTHING, &never)
        .unwrap()
        .moment
        .weights;
    // A sum of two dozen numbers near 1.
    assert!((weights.b - 0.7).abs() < 1e-14, "{}", weights.b);
    assert_eq!(trainer.network().carrying_bias(), Some(before));
}
