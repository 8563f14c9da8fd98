//! What the tasks have in common whose sequences are drawn rather than read from a corpus.

use std::ops::Range;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::{Collection, KnowingNothing, Part, Task};
use crate::rnn::{Batch, Inputs, Loss, ReadOut};

/// How many held-out sequences a drawn task has: enough that one more or less is half a percent.
const HELD_OUT: usize = 200;

/// Seed of the held-out sequences, which are the same whatever the experiment's seed.
const HELD_OUT_SEED: u64 = 0x6270_7474;

/// How one task draws one sequence.
pub trait Recipe: Send {
    /// D.
    const WIDTH: usize;
    /// What z is compared with y by.
    const LOSS: Loss;
    /// K, how many numbers are read out for an answer.
    const OUTPUTS: usize = 1;
    /// When an answer is asked for.
    const READ_OUT: ReadOut = ReadOut::AtTheEnd;
    /// Where the task comes from.
    const SOURCE: &'static str;
    /// What "right" means.
    const CORRECTNESS: &'static str = "ŷ on the right side of ½";

    /// What must be remembered over `length` timesteps.
    fn memory(&self, length: usize) -> String;

    /// What is lost on average, at best, by whoever answers the same for all sequences of `length` timesteps.
    fn knowing_nothing(&self, length: usize) -> KnowingNothing;

    /// Draws the inputs, all zero at first, and the answers that are asked for, none at first.
    fn sequence(&self, rng: &mut ChaCha8Rng, sequence: &mut Sequence<'_>);

    /// How to write one input under its timestep.
    fn input_label(&self, x: &[f64]) -> String {
        x.iter()
            .map(|x| format!("{x:.2}").replace('-', "−"))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// What a class is called, counted from 0, for a task that has several.
    fn class_name(&self, _class: usize) -> String {
        String::new()
    }

    /// Whether the K numbers `z` that were read out count as right for the target `y`: those of two classes if they are on
    /// its side of ½, those of several if its own is the largest.
    fn is_correct(&self, z: &[f64], y: &[f64]) -> bool {
        match Self::LOSS {
            Loss::CrossEntropy => largest(z) == Some(y[0] as usize),
            _ => (z[0] > 0.0) == (y[0] > 0.5),
        }
    }
}

/// The place of the largest number; the first one of several that are alike, and none where one is NaN.
pub fn largest(z: &[f64]) -> Option<usize> {
    if z.iter().any(|z| z.is_nan()) {
        return None;
    }
    let places = z.iter().enumerate();
    let found = places.reduce(|best, here| if here.1 > best.1 { here } else { best });
    found.map(|(place, _)| place)
}

/// One sequence inside a batch.
pub struct Sequence<'a> {
    /// n.
    pub length: usize,
    values: &'a mut [f64],
    targets: &'a mut [f64],
    read_out: ReadOut,
    size: usize,
    index: usize,
    width: usize,
}

impl Sequence<'_> {
    /// Sets input `d` at 0-based timestep `t`.
    pub fn set(&mut self, t: usize, d: usize, x: f64) {
        self.values[(t * self.size + self.index) * self.width + d] = x;
    }

    /// Sets the answer that is asked for after the last timestep.
    pub fn answer(&mut self, y: f64) {
        self.answer_at(self.length - 1, y);
    }

    /// Sets the answer that is asked for at 0-based timestep `t`.
    pub fn answer_at(&mut self, t: usize, y: f64) {
        match self.read_out {
            ReadOut::AtTheEnd => self.targets[self.index] = y,
            ReadOut::AtEveryStep => self.targets[t * self.size + self.index] = y,
        }
    }
}

/// A recipe and the length of its sequences.
pub struct Drawn<R> {
    recipe: R,
    length: usize,
}

impl<R: Recipe> Drawn<R> {
    /// The task that draws sequences of `length` timesteps by `recipe`.
    pub fn new(recipe: R, length: usize) -> Self {
        Self { recipe, length }
    }

    /// Makes room for `size` sequences that have no answers yet.
    fn reset(&self, size: usize, batch: &mut Batch) {
        batch.reset(self.length, size);
        if R::READ_OUT == ReadOut::AtEveryStep {
            batch.targets.fill(f64::NAN);
        }
    }

    fn write(&self, rng: &mut ChaCha8Rng, index: usize, batch: &mut Batch) {
        let size = batch.size;
        if let Inputs::Dense { width, values } = &mut batch.inputs {
            let mut sequence = Sequence {
                length: self.length,
                values,
                targets: &mut batch.targets,
                read_out: batch.read_out,
                size,
                index,
                width: *width,
            };
            self.recipe.sequence(rng, &mut sequence);
        }
    }
}

impl<R: Recipe> Task for Drawn<R> {
    fn width(&self) -> usize {
        R::WIDTH
    }

    fn loss(&self) -> Loss {
        R::LOSS
    }

    fn knowing_nothing(&self) -> KnowingNothing {
        self.recipe.knowing_nothing(self.length)
    }

    fn empty_batch(&self) -> Batch {
        Batch::dense(R::WIDTH).asking(R::READ_OUT, R::LOSS.target_width(R::OUTPUTS))
    }

    fn memory(&self) -> String {
        self.recipe.memory(self.length)
    }

    fn source(&self) -> &'static str {
        R::SOURCE
    }

    fn draw(&self, size: usize, rng: &mut ChaCha8Rng, batch: &mut Batch) {
        self.reset(size, batch);
        for index in 0..size {
            self.write(rng, index, batch);
        }
    }

    fn collection(&self) -> Collection {
        Collection {
            training: 0,
            held_out: HELD_OUT,
        }
    }

    fn fixed(&self, part: Part, range: Range<usize>, batch: &mut Batch) {
        self.reset(range.len(), batch);
        for (index, sequence) in range.enumerate() {
            // One stream per sequence, so that each can be had without drawing those before it.
            let mut rng = ChaCha8Rng::seed_from_u64(HELD_OUT_SEED);
            rng.set_stream(2 * sequence as u64 + u64::from(part == Part::HeldOut));
            self.write(&mut rng, index, batch);
        }
    }

    fn input_label(&self, x: &[f64]) -> String {
        self.recipe.input_label(x)
    }

    fn outputs(&self) -> usize {
        R::OUTPUTS
    }

    fn class_name(&self, class: usize) -> String {
        self.recipe.class_name(class)
    }

    fn is_correct(&self, z: &[f64], y: &[f64]) -> bool {
        self.recipe.is_correct(z, y)
    }

    fn correctness(&self) -> &'static str {
        R::CORRECTNESS
    }
}

/// `1 step` or `9 steps`.
pub fn steps(count: usize) -> String {
    format!("{count} {}", if count == 1 { "step" } else { "steps" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::{Padding, TaskKind};

    fn batch(kind: TaskKind, length: usize, size: usize) -> Batch {
        let task = kind.build(length, Padding::default()).unwrap();
        let mut batch = task.empty_batch();
        task.draw(size, &mut ChaCha8Rng::seed_from_u64(5), &mut batch);
        batch
    }

    /// Input `d` of sequence `s` over time.
    fn channel(batch: &Batch, s: usize, d: usize) -> Vec<f64> {
        (0..batch.length)
            .map(|t| batch.vector(t, s).unwrap()[d])
            .collect()
    }

    /// Every target is worked out again from the inputs alone.
    #[test]
    fn targets_are_what_the_tasks_say() {
        for length in [2, 3, 10, 57] {
            let latch = batch(TaskKind::Latch, length, 40);
            let parity = batch(TaskKind::Parity, length, 40);
            let adding = batch(TaskKind::Adding, length, 40);
            let order = batch(TaskKind::TemporalOrder, length, 40);
            for s in 0..40 {
                let x = channel(&latch, s, 0);
                assert_eq!(latch.targets[s], f64::from(x[0] > 0.0));
                assert_eq!(x[0].abs(), 1.0);

                let ones: f64 = channel(&parity, s, 0).iter().sum();
                assert_eq!(parity.targets[s], ones % 2.0);

                let (numbers, marks) = (channel(&adding, s, 0), channel(&adding, s, 1));
                assert_eq!(marks.iter().sum::<f64>(), 2.0);
                let sum: f64 = numbers.iter().zip(&marks).map(|(x, m)| x * m).sum();
                assert!((adding.targets[s] - (0.5 + sum / 4.0)).abs() < 1e-15);

                let place = |d| channel(&order, s, d).iter().position(|&x| x == 1.0);
                let (x, y) = (place(0).unwrap(), place(1).unwrap());
                assert_eq!(order.targets[s], f64::from(x < y));
            }
        }
    }

    #[test]
    fn every_length_from_one_works_and_classes_are_balanced() {
        for kind in TaskKind::BUILT_IN {
            for length in 1..30 {
                assert_eq!(batch(kind, length, 3).length, length);
            }
            let task = kind.build(10, Padding::default()).unwrap();
            if task.loss() == Loss::SquaredError {
                continue;
            }
            let targets = batch(kind, 10, 2000).targets;
            let asked: Vec<f64> = targets.into_iter().filter(|y| !y.is_nan()).collect();
            let classes = task.outputs().max(2);
            for class in 0..classes {
                let count = asked.iter().filter(|&&y| y == class as f64).count() as f64;
                let (all, share) = (asked.len() as f64, 1.0 / classes as f64);
                // Five standard deviations of a binomial distribution.
                let allowed = 5.0 * (all * share * (1.0 - share)).sqrt();
                assert!((count - all * share).abs() < allowed, "{kind:?}: {count}");
            }
        }
    }

    /// The best constant answers of 200,000 draws: for squared error their mean, whose loss is their variance;
    /// for classes their shares, whose loss is their entropy, at every timestep that asks.
    #[test]
    fn the_loss_of_knowing_nothing_is_that_of_the_best_constant_answer() {
        for kind in TaskKind::BUILT_IN {
            for length in [1, 2, 7] {
                let task = kind.build(length, Padding::default()).unwrap();
                let count = if kind == TaskKind::Copy {
                    50_000
                } else {
                    200_000
                };
                let targets = batch(kind, length, count).targets;
                // Five standard deviations. Of N draws the variance of a sum of two even distributions, whose
                // kurtosis is 2.4, is known to √(1.4/N) of itself, and that of a product, of kurtosis 4, to √(3/N); a
                // share is known to 1/√(4N), with whose square the entropy near ½ falls, twice.
                let (mut sampled, mut known_to) = (0.0, 0.0);
                for targets in targets.chunks_exact(count).filter(|it| !it[0].is_nan()) {
                    let mean = targets.iter().sum::<f64>() / count as f64;
                    let of_step = match task.loss() {
                        Loss::SquaredError => {
                            known_to = 2e-2;
                            let squares = targets.iter().map(|y| (y - mean) * (y - mean));
                            squares.sum::<f64>() / count as f64
                        }
                        Loss::BinaryCrossEntropy | Loss::CrossEntropy | Loss::Linear => {
                            known_to = 1e-3;
                            let classes = 0..task.outputs().max(2);
                            let shares = classes.map(|class| {
                                let of_class = targets.iter().filter(|&&y| y == class as f64);
                                of_class.count() as f64 / count as f64
                            });
                            -shares.map(|share| share * share.ln()).sum::<f64>()
                        }
                    };
                    sampled += of_step;
                }
                let stated = task.knowing_nothing().loss;
                let off = (sampled - stated).abs();
                // The mean of equal targets is rounded.
                let allowed = known_to * stated + 1e-20;
                assert!(off <= allowed, "{kind:?} {length}: {sampled} {stated}");
            }
        }
        // In closed form, as the sources state the tasks.
        let loss = |kind: TaskKind| {
            kind.build(10, Padding::default())
                .unwrap()
                .knowing_nothing()
                .loss
        };
        assert_eq!(loss(TaskKind::Adding), 1.0 / 24.0);
        assert_eq!(loss(TaskKind::Constant), 0.0);
        for kind in [
            TaskKind::Sentiment,
            TaskKind::Latch,
            TaskKind::TemporalOrder,
            TaskKind::Parity,
        ] {
            assert_eq!(loss(kind), std::f64::consts::LN_2);
        }
        assert_eq!(loss(TaskKind::Multiplication), 7.0 / 144.0);
        assert_eq!(loss(TaskKind::TemporalOrder4), 4.0_f64.ln());
        assert_eq!(loss(TaskKind::PrefixParity), 10.0 * std::f64::consts::LN_2);
        assert_eq!(loss(TaskKind::Copy), 4.0 * libm::log(8.0));
    }

    #[test]
    fn a_held_out_sequence_is_the_same_alone_and_in_a_batch() {
        let task = TaskKind::Adding.build(9, Padding::default()).unwrap();
        let (mut many, mut one) = (task.empty_batch(), task.empty_batch());
        task.fixed(Part::HeldOut, 0..5, &mut many);
        task.fixed(Part::HeldOut, 3..4, &mut one);
        assert_eq!(one.targets[0], many.targets[3]);
        assert_eq!(channel(&one, 0, 0), channel(&many, 3, 0));
        assert_ne!(channel(&many, 0, 0), channel(&many, 1, 0));
    }
}
