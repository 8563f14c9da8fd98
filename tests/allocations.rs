//! A training step allocates nothing once its buffers have grown and the past is as long as it gets. The blocked matrix product that larger
//! batches of many units need is the exception: it takes a packing buffer for every call.

use bptt_scope::rnn::Interrupt;
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{Experiment, OptimizerKind, Stepped, Trainer};

/// More steps than moments are kept, by so many that they have been thinned once.
const FULL: usize = 2_100;

#[test]
fn a_step_allocates_nothing_in_steady_state() {
    for kind in TaskKind::ALL {
        for (hidden, length, batch) in [(1, 10, 16), (16, 10, 16), (1, 300, 2), (16, 100, 4)] {
            let mut experiment = Experiment::default();
            experiment.task.kind = kind;
            experiment.task.length = length;
            experiment.network.hidden = hidden;
            experiment.network.bias = true;
            experiment.training.batch = batch;
            experiment.training.optimizer = OptimizerKind::Adam;
            experiment.training.clip_norm = Some(1.0);
            let mut trainer = Trainer::new(experiment.check().unwrap());
            let never = Interrupt::default();
            // Until all the moments are there that a run keeps to go back to.
            for _ in 0..FULL {
                assert_eq!(trainer.step(&never), Stepped::Done);
            }
            let counted = allocation_counter::measure(|| {
                for _ in 0..20 {
                    trainer.step(&never);
                }
            });
            assert_eq!(
                counted.count_total, 0,
                "{kind:?}, H = {hidden}, n = {length}"
            );
        }
    }
}
