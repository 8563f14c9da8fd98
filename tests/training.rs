//! The trainer, the session and the worker, as the window uses them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bptt_scope::rnn::{Activation, Backward, Interrupt, RecurrentInit, Unrolled};
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{
    CheckedExperiment, Command, Experiment, OptimizerKind, Session, Snapshot, Speed, Stepped,
    Trainer, Update, Wanted, Weight, Worker,
};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// ‖P‖₂ too.
const NORMS: Wanted = Wanted {
    product_norms: true,
    eigenvalues: false,
    triangle: false,
    history: false,
};

fn experiment(change: impl FnOnce(&mut Experiment)) -> CheckedExperiment {
    let mut experiment = Experiment::default();
    change(&mut experiment);
    experiment.check().unwrap()
}

fn train(trainer: &mut Trainer, steps: usize) {
    for _ in 0..steps {
        assert_eq!(trainer.step(&Interrupt::default()), Stepped::Done);
    }
}

fn look(trainer: &mut Trainer) -> Snapshot {
    trainer
        .snapshot(Wanted::default(), &Interrupt::default())
        .unwrap()
}

/// Waits until the worker has carried out everything sent and `such` holds of what it shows.
fn wait_for(worker: &Worker, such: impl Fn(&Update) -> bool) -> Update {
    let start = Instant::now();
    loop {
        if let Some(update) = worker.latest().unwrap()
            && update.commands_done == worker.sent()
            && such(&update)
        {
            return update;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "nothing came");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn the_same_seed_gives_the_same_bits_and_another_seed_others() {
    for kind in TaskKind::ALL {
        for hidden in [1, 7] {
            let of = |seed| {
                let mut trainer = Trainer::new(experiment(|e| {
                    e.seed = seed;
                    e.task.kind = kind;
                    e.network.hidden = hidden;
                    e.training.optimizer = OptimizerKind::Adam;
                }));
                train(&mut trainer, 50);
                trainer.network().parameters.clone()
            };
            assert_eq!(of(1), of(1), "{kind:?}, H = {hidden}");
            // Nothing is drawn for one weight without input.
            if !(kind == TaskKind::Constant && hidden == 1) {
                assert_ne!(of(1), of(2), "{kind:?}, H = {hidden}");
            }
        }
    }
}

#[test]
fn a_reset_repeats_the_run_to_the_last_bit() {
    let mut trainer = Trainer::new(experiment(|e| e.network.hidden = 4));
    train(&mut trainer, 30);
    let first = trainer.network().parameters.clone();
    trainer.reset();
    assert_eq!(trainer.steps_done(), 0);
    train(&mut trainer, 30);
    assert_eq!(trainer.network().parameters, first);
}

#[test]
fn looking_evaluating_and_being_interrupted_leave_no_trace() {
    let new = || Trainer::new(experiment(|e| e.network.hidden = 3));
    let mut undisturbed = new();
    train(&mut undisturbed, 20);
    let mut disturbed = new();
    let raised = Interrupt::default();
    raised.raise();
    for _ in 0..20 {
        assert_eq!(disturbed.step(&raised), Stepped::Interrupted);
        assert!(disturbed.snapshot(NORMS, &raised).is_err());
        disturbed.evaluate(&Interrupt::default()).unwrap();
        assert!(disturbed.evaluate(&raised).is_err());
        look(&mut disturbed);
        train(&mut disturbed, 1);
    }
    assert_eq!(
        disturbed.network().parameters,
        undisturbed.network().parameters
    );
}

/// A batch too large for the buffers is run in parts; the same sequences at once give the same loss and
/// gradient, but for the order of the sums.
#[test]
fn a_batch_in_parts_is_the_batch() {
    // 10,000 · 50 numbers per sequence: eight at a time, so 8 + 2.
    let checked = experiment(|e| {
        e.task.kind = TaskKind::Latch;
        e.task.length = 10_000;
        e.network.hidden = 50;
        e.network.w_h = 0.5;
        e.training.batch = 10;
    });
    let mut trainer = Trainer::new(checked.clone());
    let network = trainer.network().clone();
    train(&mut trainer, 1);
    let record = trainer.last_record().unwrap();

    let task = checked.task.kind.build(10_000, checked.task.padding);
    // The stream that batches are drawn from.
    let mut rng = ChaCha8Rng::seed_from_u64(checked.seed);
    rng.set_stream(1);
    let mut batch = task.empty_batch();
    task.draw(10, &mut rng, &mut batch);
    let never = Interrupt::default();
    let mut unrolled = Unrolled::default();
    unrolled.forward(&network, &batch, &never).unwrap();
    let mut gradients = network.parameters.zeros_like();
    Backward::default()
        .accumulate(
            &network,
            &batch,
            &unrolled,
            (task.loss(), 0.1),
            &mut gradients,
            &never,
        )
        .unwrap();
    let ends = unrolled.read_outs().iter().zip(&batch.targets);
    let loss: f64 = ends.map(|(&z, &y)| 0.1 * task.loss().value(z, y)).sum();
    assert!((record.loss / loss - 1.0).abs() < 1e-12);
    assert!((record.gradient_norm / gradients.norm() - 1.0).abs() < 1e-12);
}

#[test]
fn sixteen_units_learn_the_training_part_of_sentiment() {
    let mut trainer = Trainer::new(experiment(|e| {
        e.network.hidden = 16;
        e.task.length = 14;
        e.training.optimizer = OptimizerKind::Adam;
        e.training.learning_rate = 0.005;
    }));
    let start = Instant::now();
    train(&mut trainer, 3000);
    trainer.evaluate(&Interrupt::default()).unwrap();
    let evaluation = trainer.last_evaluation().unwrap();
    let training = evaluation.training.unwrap();
    println!(
        "training {:.1} %, held out {:.1} % after 3,000 steps in {:.1} s",
        100.0 * training.accuracy,
        100.0 * evaluation.held_out.accuracy,
        start.elapsed().as_secs_f64()
    );
    assert!(training.accuracy >= 0.95, "{}", training.accuracy);
    assert!(evaluation.held_out.accuracy > 0.5);
}

#[test]
fn every_task_can_be_learnt_in_part() {
    for kind in TaskKind::ALL {
        let mut trainer = Trainer::new(experiment(|e| {
            e.task.kind = kind;
            // Parity of more bits is as hard as its source says.
            e.task.length = if kind == TaskKind::Parity { 2 } else { 4 };
            e.network.hidden = 8;
            e.network.bias = true;
            e.training.optimizer = OptimizerKind::Adam;
            e.training.learning_rate = 0.01;
        }));
        train(&mut trainer, 1500);
        trainer.evaluate(&Interrupt::default()).unwrap();
        let accuracy = trainer.last_evaluation().unwrap().held_out.accuracy;
        // Chance is ½, for adding about 0.1.
        assert!(accuracy > 0.6, "{kind:?}: {accuracy}");
    }
}

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
    assert_eq!(before.w_h, after.w_h);
    assert_ne!(before.w_i, after.w_i);
    assert_ne!(before.w_o, after.w_o);
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
            let found = look(&mut trainer).weights.get(weight);
            assert!((found - value).abs() < 1e-12, "{weight:?}: {found}");
        }
        // To zero and back: the shape is not lost.
        let before = look(&mut trainer);
        trainer.set_weight(Weight::Recurrent, 0.0);
        assert_eq!(look(&mut trainer).weights.w_h, 0.0);
        trainer.set_weight(Weight::Recurrent, 1.25);
        let after = look(&mut trainer);
        for (a, b) in before.flow.steps.iter().zip(&after.flow.steps) {
            let (a, b) = (a.to_end.log10().unwrap(), b.to_end.log10().unwrap());
            // Two scalings, each to the last bit or two.
            assert!((a - b).abs() < 1e-12);
        }
        assert_eq!(after.step, 10);
    }
}

/// Measuring the spectrum of many units would hold up a run; it is brought up to date while paused.
#[test]
fn the_spectrum_of_a_large_network_is_measured_while_paused() {
    let large = experiment(|e| {
        e.network.hidden = 150;
        e.network.recurrent = RecurrentInit::Gaussian;
        e.training.optimizer = OptimizerKind::Adam;
    });
    let mut worker = Worker::start(large, || {}).unwrap();
    wait_for(&worker, |update| !update.snapshot.spectrum_is_old);
    worker.send(Command::Run).unwrap();
    let during = wait_for(&worker, |update| update.snapshot.step > 2 && update.running);
    assert!(during.snapshot.spectrum_is_old);
    worker.send(Command::Pause).unwrap();
    let paused = wait_for(&worker, |update| !update.snapshot.spectrum_is_old);
    assert!(!paused.running);
    assert_ne!(paused.snapshot.spectrum, during.snapshot.spectrum);
    assert_eq!(
        paused.snapshot.weights.w_h,
        paused.snapshot.spectrum.spectral_radius
    );
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
    assert_eq!((snapshot.len(), snapshot.step), (40, 10));
    assert_eq!(trainer.network().parameters, parameters);
    assert!(trainer.change(experiment(|e| e.network.hidden = 2)));
    assert_eq!(trainer.steps_done(), 0);
}

#[test]
fn divergence_names_the_step_and_the_parameter_and_keeps_the_last_finite_state() {
    let mut trainer = Trainer::new(experiment(|e| {
        e.task.kind = TaskKind::Adding;
        e.task.length = 1000;
        e.network.activation = Activation::Identity;
        e.network.w_h = 3.0;
    }));
    assert_eq!(trainer.step(&Interrupt::default()), Stepped::Diverged);
    let snapshot = look(&mut trainer);
    let divergence = snapshot.divergence.unwrap();
    assert_eq!(
        (divergence.step, divergence.what.as_str()),
        (1, "w_i[1, 1]")
    );
    assert!(!divergence.value.is_finite());
    let parameters = &trainer.network().parameters;
    assert_eq!(parameters.first_non_finite(), None);
    assert_eq!(snapshot.weights.w_h, 3.0);
    // It stays stopped, and a reset begins anew.
    assert_eq!(trainer.step(&Interrupt::default()), Stepped::Diverged);
    trainer.reset();
    assert_eq!(trainer.divergence(), None);
}

#[test]
fn a_session_paused_and_up_to_date_asks_for_nothing() {
    use bptt_scope::training::Next;
    let mut session = Session::new(experiment(|_| {}), Interrupt::default());
    let mut published = 0;
    let mut calls = 0;
    loop {
        let (update, next) = session.work();
        published += usize::from(update.is_some());
        calls += 1;
        assert!(calls < 10);
        if next == Next::Sleep {
            break;
        }
    }
    // The first picture, and the same with its accuracy.
    assert_eq!(published, 2);
}

#[test]
fn a_slow_session_makes_one_step_and_waits() {
    use bptt_scope::training::Next;
    let mut session = Session::new(experiment(|_| {}), Interrupt::default());
    session.command(Command::SetSpeed(Speed::PerSecond(1.0)));
    session.command(Command::Run);
    let mut last = None;
    for _ in 0..20 {
        let (update, next) = session.work();
        last = update.or(last);
        if let Next::Wait(duration) = next {
            assert!(duration <= Duration::from_secs(1));
            if duration > Duration::from_millis(500) {
                break;
            }
            std::thread::sleep(duration);
        }
    }
    assert_eq!(last.unwrap().snapshot.step, 1);
}

#[test]
fn a_worker_steps_runs_pauses_and_resets() {
    let woken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&woken);
    let mut worker = Worker::start(experiment(|_| {}), move || {
        count.fetch_add(1, Ordering::Relaxed);
    })
    .unwrap();
    let first = wait_for(&worker, |_| true);
    assert_eq!(first.snapshot.step, 0);
    worker.send(Command::Step).unwrap();
    wait_for(&worker, |update| update.snapshot.step == 1);
    worker.send(Command::Run).unwrap();
    wait_for(&worker, |update| {
        update.snapshot.step > 100 && update.running
    });
    worker.send(Command::Pause).unwrap();
    let paused = wait_for(&worker, |update| !update.running);
    std::thread::sleep(Duration::from_millis(50));
    // Nothing but the accuracy may still come.
    while let Some(update) = worker.latest().unwrap() {
        assert_eq!(update.snapshot.step, paused.snapshot.step);
    }
    worker.send(Command::Reset).unwrap();
    let reset = wait_for(&worker, |update| update.snapshot.step == 0);
    assert_eq!(reset.snapshot.step, 0);
    assert_eq!(reset.snapshot.weights, first.snapshot.weights);
    assert!(woken.load(Ordering::Relaxed) >= 5);
}

/// A step of this network takes minutes; the answers to a drag and a pause come in the middle of it, and
/// it is as if it had never begun.
#[test]
fn a_heavy_step_is_cut_short_and_leaves_no_trace() {
    let heavy = experiment(|e| {
        e.task.kind = TaskKind::Latch;
        e.task.length = 1000;
        e.network.hidden = 512;
        e.training.batch = 1024;
        e.network.recurrent = RecurrentInit::Identity;
    });
    let mut worker = Worker::start(heavy.clone(), || {}).unwrap();
    wait_for(&worker, |_| true);
    worker.send(Command::Run).unwrap();
    wait_for(&worker, |update| update.running);
    worker
        .send(Command::SetWeight(Weight::Recurrent, 0.5))
        .unwrap();
    let during = wait_for(&worker, |update| update.snapshot.weights.w_h == 0.5);
    assert!(during.running);
    worker.send(Command::Pause).unwrap();
    let paused = wait_for(&worker, |update| !update.running);
    assert_eq!(
        (paused.snapshot.step, paused.snapshot.history.len()),
        (0, 0)
    );
    let mut untouched = Trainer::new(heavy);
    untouched.set_weight(Weight::Recurrent, 0.5);
    assert_eq!(look(&mut untouched).flow, paused.snapshot.flow);
}

/// What is measured belongs to the network on screen, also after a change by hand.
#[test]
fn accuracy_follows_a_slider() {
    let mut worker = Worker::start(experiment(|e| e.network.hidden = 8), || {}).unwrap();
    let measured = |update: &Update| {
        let last = update.snapshot.evaluations.last()?;
        Some((last.step, last.held_out.accuracy, last.training?.accuracy))
    };
    let before = wait_for(&worker, |update| measured(update).is_some());
    worker.send(Command::SetWeight(Weight::Input, 0.0)).unwrap();
    // With no input every sentence gets one answer, and half of the labels are right.
    let after = wait_for(&worker, |update| measured(update) == Some((0, 0.5, 0.5)));
    assert_ne!(measured(&before), measured(&after));
    assert_eq!(after.snapshot.evaluations.len(), 1);
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
        let found = look(&mut trainer).weights.get(weight);
        assert!((found - 0.5).abs() < 1e-12, "{weight:?}: {found}");
    }
    let before = trainer.network().parameters.clone();
    trainer.set_weight(Weight::Recurrent, 0.0);
    trainer.set_weight(Weight::Input, 0.0);
    trainer.set_weight(Weight::Recurrent, 0.5);
    trainer.set_weight(Weight::Input, 0.5);
    let after = &trainer.network().parameters;
    for (a, b) in before.slices().into_iter().zip(after.slices()) {
        for (a, b) in a.iter().zip(b) {
            // Scaled there and back.
            assert!((a - b).abs() < 1e-14);
        }
    }
}

/// What the README suggests to try: without clipping it diverges, with it it does not.
#[test]
fn clipping_keeps_an_exploding_network_together() {
    let of = |clip_norm| {
        let mut trainer = Trainer::new(experiment(|e| {
            e.task.kind = TaskKind::Adding;
            e.task.length = 50;
            e.network.activation = Activation::Identity;
            e.network.w_h = 1.3;
            e.training.clip_norm = clip_norm;
        }));
        let done = (0..300)
            .take_while(|_| trainer.step(&Interrupt::default()) == Stepped::Done)
            .count();
        (done, trainer.last_record().unwrap().loss)
    };
    let (steps, _) = of(None);
    assert!(steps < 10, "{steps}");
    let (steps, loss) = of(Some(1.0));
    assert_eq!(steps, 300);
    assert!(loss < 1.0, "{loss}");
}

/// The hand is still on the slider when a new run begins.
#[test]
fn a_held_weight_stays_held_through_a_reset() {
    let mut trainer = Trainer::new(experiment(|_| {}));
    trainer.grab(Some(Weight::Recurrent));
    trainer.reset();
    train(&mut trainer, 5);
    assert_eq!(look(&mut trainer).weights.w_h, 0.9);
    assert_ne!(look(&mut trainer).weights.w_o, 1.0);
    trainer.grab(None);
    train(&mut trainer, 5);
    assert_ne!(look(&mut trainer).weights.w_h, 0.9);
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
        assert!(!look(&mut trainer).evaluation_is_old);
        change(&mut trainer);
        assert!(look(&mut trainer).evaluation_is_old);
    }
}
