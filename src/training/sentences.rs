//! Which of the sequences that are held out a network answers right.

use super::snapshot::Snapshot;
use crate::flow::Progress;
use crate::rnn::{Interrupt, Interrupted, Pass};
use crate::tasks::Part;

/// Sequences that are read together.
const AT_ONCE: usize = 32;

/// Of every sequence that is held out, as far as accuracy is measured on it, whether all of its answers are right in the
/// network of `subject`.
///
/// # Errors
/// [`Interrupted`] if `interrupt` was raised.
pub fn right_sequences(
    subject: &Snapshot,
    interrupt: &Interrupt,
    progress: &Progress,
) -> Result<Vec<bool>, Interrupted> {
    let task = subject.moment.experiment.build_task();
    let network = &*subject.moment.network;
    let count = task.collection().held_out;
    let mut pass = Pass::default();
    let mut batch = task.empty_batch();
    let mut right = Vec::with_capacity(count);
    for start in (0..count).step_by(AT_ONCE) {
        let end = (start + AT_ONCE).min(count);
        task.fixed(Part::HeldOut, start..end, &mut batch);
        pass.forward(network, &batch, interrupt)?;
        let first = right.len();
        right.resize(first + batch.size, true);
        let answers = pass.read_outs().chunks_exact(task.outputs());
        for (index, (z, y)) in answers.zip(batch.answer_targets()).enumerate() {
            // Answers at every step stand in the order of the timesteps, of all sequences at once.
            let sequence = &mut right[first + index % batch.size];
            *sequence &= y[0].is_nan() || task.is_correct(z, y);
        }
        progress.set(end as f64 / count as f64);
    }
    Ok(right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::TaskKind;
    use crate::training::{Experiment, Trainer, Wanted};

    fn share(change: impl FnOnce(&mut Experiment)) -> (f64, f64) {
        let mut experiment = Experiment::default();
        change(&mut experiment);
        let never = Interrupt::default();
        let mut trainer = Trainer::new(experiment.check().unwrap());
        for _ in 0..30 {
            trainer.step(&never);
        }
        trainer.evaluate(&never).unwrap();
        let accuracy = trainer.last_evaluation().unwrap().accuracy();
        let snapshot = trainer.snapshot(Wanted::default(), &never).unwrap();
        let right = right_sequences(&snapshot, &never, &Progress::default()).unwrap();
        let count = right.iter().filter(|it| **it).count();
        (count as f64 / right.len() as f64, accuracy)
    }

    #[test]
    fn as_many_are_right_as_accuracy_says() {
        for kind in [
            TaskKind::Sentiment,
            TaskKind::Latch,
            TaskKind::TemporalOrder4,
        ] {
            let (right, accuracy) = share(|e| {
                e.task.kind = kind;
                e.network.hidden = 4;
            });
            assert_eq!(right, accuracy, "{kind:?}");
        }
        // Of several answers all have to be right.
        let (right, accuracy) = share(|e| e.task.kind = TaskKind::PrefixParity);
        assert!(right < accuracy);
    }
}
