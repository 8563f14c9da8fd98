//! Experiments, steps and looks, as the tests of training need them.

use std::time::{Duration, Instant};

use bptt_scope::rnn::Interrupt;
use bptt_scope::training::{
    CheckedExperiment, Experiment, Snapshot, Stepped, Trainer, Update, Wanted, Worker,
};

/// ‖P‖₂ too.
pub const NORMS: Wanted = Wanted {
    product_norms: true,
    eigenvalues: false,
    triangle: false,
    history: false,
    worksheet: None,
    gates: false,
    inputs: false,
};

pub fn experiment(change: impl FnOnce(&mut Experiment)) -> CheckedExperiment {
    let mut experiment = Experiment::default();
    change(&mut experiment);
    experiment.check().unwrap()
}

pub fn train(trainer: &mut Trainer, steps: usize) {
    for _ in 0..steps {
        assert_eq!(trainer.step(&Interrupt::default()), Stepped::Done);
    }
}

pub fn look(trainer: &mut Trainer) -> Snapshot {
    trainer
        .snapshot(Wanted::default(), &Interrupt::default())
        .unwrap()
}

/// Waits until the worker has carried out everything sent and `such` holds of what it shows.
pub fn wait_for(worker: &Worker, such: impl Fn(&Update) -> bool) -> Update {
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
