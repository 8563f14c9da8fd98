//! One sequence of a person's own: it is trained on, and it is what is shown.

use std::ops::Range;

use rand_chacha::ChaCha8Rng;

use super::drawn::largest;
use super::knowing_nothing::KnowingNothing;
use super::sentence::{Reading, Word};
use super::split::Part;
use super::task::{Collection, Task};
use crate::rnn::{Batch, Inputs, Loss, ReadOut};

/// How far ŷ may be from a number, and still be right.
const CLOSE: f64 = 0.04;

/// Numbers of an input that are written under its timestep at most.
const MOST_WRITTEN: usize = 4;

/// A sequence and what is asked of it.
#[derive(Clone, Debug)]
pub struct OwnSequence {
    /// The sequence, as a batch of one.
    batch: Batch,
    width: usize,
    loss: Loss,
    outputs: usize,
    /// What is read, in words: `Your own sequence`, `Noise`.
    reads: String,
    /// What stands at each timestep, where words do.
    words: Vec<Option<Word>>,
    /// Where nothing is asked of it, how the gradient begins, in words.
    begins: Option<&'static str>,
}

impl OwnSequence {
    /// Of the batch of one `batch`, whose inputs are vectors; `outputs` numbers are answered, and compared by `loss`.
    pub fn new(batch: Batch, loss: Loss, outputs: usize) -> Self {
        let width = match &batch.inputs {
            Inputs::Dense { width, .. } => *width,
            Inputs::Tokens(_) => 0,
        };
        Self {
            batch,
            width,
            loss,
            outputs,
            reads: "Your own sequence".to_owned(),
            words: Vec::new(),
            begins: None,
        }
    }

    /// This, which reads what is called so in words.
    #[must_use]
    pub fn reading(self, reads: String) -> Self {
        Self { reads, ..self }
    }

    /// This, at whose timesteps `words` stand; nothing for padding.
    #[must_use]
    pub fn saying(self, words: Vec<Option<Word>>) -> Self {
        Self { words, ..self }
    }

    /// This, of which nothing is asked: the gradient begins at the last state, as is said in words.
    #[must_use]
    pub fn without_loss(self, begins: &'static str) -> Self {
        Self {
            begins: Some(begins),
            ..self
        }
    }

    /// Every target that is asked for.
    fn targets(&self) -> impl Iterator<Item = &[f64]> + Clone {
        let all = self.batch.answer_targets();
        all.filter(|target| !target[0].is_nan())
    }

    /// Fills `batch` with the sequence, `size` times.
    fn repeat(&self, size: usize, batch: &mut Batch) {
        batch.reset(self.batch.length, size);
        if let (Inputs::Dense { values, .. }, Inputs::Dense { values: own, .. }) =
            (&mut batch.inputs, &self.batch.inputs)
        {
            let steps = values.chunks_exact_mut(size * self.width);
            for (step, x) in steps.zip(own.chunks_exact(self.width)) {
                step.chunks_exact_mut(self.width)
                    .for_each(|row| row.copy_from_slice(x));
            }
        }
        let width = self.batch.target_width;
        let steps = batch.targets.chunks_exact_mut(size * width);
        for (step, y) in steps.zip(self.batch.targets.chunks_exact(width)) {
            step.chunks_exact_mut(width)
                .for_each(|row| row.copy_from_slice(y));
        }
    }
}

/// How the input vector `x` is written under its timestep: its first numbers, to four digits.
pub fn label_of(x: &[f64]) -> String {
    // To four digits.
    let rounded = |x: &f64| format!("{x:.3e}").parse().unwrap_or(*x);
    let numbers: Vec<String> = x
        .iter()
        .take(if x.len() > MOST_WRITTEN {
            MOST_WRITTEN - 1
        } else {
            MOST_WRITTEN
        })
        .map(|x| rounded(x).to_string().replace('-', "−"))
        .collect();
    match x.len() {
        0..=MOST_WRITTEN => numbers.join(" "),
        _ => format!("{} …", numbers.join(" ")),
    }
}

/// Whether the answer `z` is right for the target `y`, which `loss` compares.
pub fn is_right(loss: Loss, z: &[f64], y: &[f64]) -> bool {
    match loss {
        Loss::BinaryCrossEntropy => (z[0] > 0.0) == (y[0] > 0.5),
        Loss::CrossEntropy => largest(z) == Some(y[0] as usize),
        Loss::SquaredError => z.iter().zip(y).all(|(z, y)| (z - y).abs() < CLOSE),
        // There is nothing to be wrong about.
        Loss::Linear => true,
    }
}

/// What that means, in words.
pub fn what_is_right(loss: Loss) -> &'static str {
    match loss {
        Loss::BinaryCrossEntropy => "ŷ on the right side of ½",
        Loss::CrossEntropy => "the class of the target has the largest ŷ",
        Loss::SquaredError => "ŷ within 0.04 of the target",
        Loss::Linear => "nothing is asked: the gradient is put in from outside",
    }
}

impl Task for OwnSequence {
    fn width(&self) -> usize {
        self.width
    }

    fn loss(&self) -> Loss {
        self.loss
    }

    fn outputs(&self) -> usize {
        self.outputs
    }

    fn class_name(&self, class: usize) -> String {
        match self.loss {
            Loss::CrossEntropy => format!("class {class}"),
            _ => String::new(),
        }
    }

    fn knowing_nothing(&self) -> KnowingNothing {
        KnowingNothing::of_targets(self.loss, self.outputs, self.targets(), 1)
    }

    fn empty_batch(&self) -> Batch {
        Batch::dense(self.width).asking(self.batch.read_out, self.batch.target_width)
    }

    fn memory(&self) -> String {
        let steps = match self.batch.length {
            1 => "1 step".to_owned(),
            length => format!("{length} steps"),
        };
        let reads = &self.reads;
        if let Some(begins) = self.begins {
            return format!(
                "{reads}, {steps}. No loss: the gradient begins at the last state, {begins}"
            );
        }
        match (self.loss, self.batch.read_out) {
            (Loss::Linear, _) => {
                format!("{reads}: the gradient is put in from outside, over {steps}")
            }
            (_, ReadOut::AtTheEnd) => format!("{reads}: one answer after {steps}"),
            (_, ReadOut::AtEveryStep) => {
                let asked = self.targets().count();
                format!("{reads}: {asked} answers in {steps}")
            }
        }
    }

    fn source(&self) -> &'static str {
        "your own numbers"
    }

    fn draw(&self, size: usize, _rng: &mut ChaCha8Rng, batch: &mut Batch) {
        self.repeat(size, batch);
    }

    fn collection(&self) -> Collection {
        Collection {
            training: 1,
            held_out: 0,
        }
    }

    fn fixed(&self, _part: Part, range: Range<usize>, batch: &mut Batch) {
        self.repeat(range.len(), batch);
    }

    fn read(&self, _text: &str, _class: usize, batch: &mut Batch) -> Option<Reading> {
        if self.words.is_empty() {
            return None;
        }
        self.repeat(1, batch);
        Some(Reading {
            words: self.words.clone(),
            cut: 0,
        })
    }

    fn input_label(&self, x: &[f64]) -> String {
        label_of(x)
    }

    fn is_correct(&self, z: &[f64], y: &[f64]) -> bool {
        is_right(self.loss, z, y)
    }

    fn correctness(&self) -> &'static str {
        what_is_right(self.loss)
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    fn sequence(loss: Loss, targets: &[f64]) -> OwnSequence {
        let mut batch = Batch::dense(2).asking(ReadOut::AtEveryStep, 1);
        batch.reset(targets.len(), 1);
        if let Inputs::Dense { values, .. } = &mut batch.inputs {
            let numbers = values.iter_mut().zip(1_u8..);
            numbers.for_each(|(value, number)| *value = number.into());
        }
        batch.targets.copy_from_slice(targets);
        OwnSequence::new(batch, loss, 3)
    }

    #[test]
    fn every_sequence_of_a_batch_is_the_own_one() {
        let task = sequence(Loss::SquaredError, &[0.5, f64::NAN, 2.0]);
        let mut batch = task.empty_batch();
        task.draw(4, &mut ChaCha8Rng::seed_from_u64(1), &mut batch);
        for s in 0..4 {
            for t in 0..3 {
                assert_eq!(batch.vector(t, s), task.batch.vector(t, 0));
            }
            assert_eq!(batch.targets[s], 0.5);
            assert!(batch.targets[4 + s].is_nan());
            assert_eq!(batch.targets[8 + s], 2.0);
        }
    }

    /// Against the least of a fine grid of constant answers.
    #[test]
    fn the_loss_of_knowing_nothing_is_that_of_the_best_constant() {
        let targets = [0.0, f64::NAN, 1.0, 1.0];
        for loss in [Loss::SquaredError, Loss::BinaryCrossEntropy] {
            let task = sequence(loss, &targets);
            let of = |z: f64| {
                targets
                    .iter()
                    .map(|y| loss.value_of(&[z], &[*y]))
                    .sum::<f64>()
            };
            let answers = (-50_000..50_000).map(|index| of(f64::from(index) * 1e-4));
            let least = answers.fold(f64::INFINITY, f64::min);
            // Next to its least value the loss grows with the square of the grid's step.
            assert!(
                (task.knowing_nothing().loss - least).abs() < 1e-7,
                "{loss:?}"
            );
        }
        let task = sequence(Loss::CrossEntropy, &[0.0, 2.0, 2.0, 2.0]);
        let expected = -(0.25_f64.ln() + 3.0 * 0.75_f64.ln());
        assert!((task.knowing_nothing().loss - expected).abs() < 1e-14);
    }
}
