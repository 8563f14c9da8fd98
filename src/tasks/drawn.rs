//! What the tasks have in common whose sequences are drawn rather than read from a corpus.

use std::ops::Range;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::{Collection, Part, Task};
use crate::rnn::{Batch, Inputs, Loss};

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
    /// Where the task comes from.
    const SOURCE: &'static str;
    /// What "right" means.
    const CORRECTNESS: &'static str = "ŷ on the right side of ½";

    /// What must be remembered over `length` timesteps.
    fn memory(&self, length: usize) -> String;

    /// Draws the inputs, all zero at first, and returns the target.
    fn sequence(&self, rng: &mut ChaCha8Rng, inputs: &mut SequenceInputs<'_>) -> f64;

    /// How to write one input under its timestep.
    fn input_label(&self, x: &[f64]) -> String {
        x.iter()
            .map(|x| format!("{x:.2}").replace('-', "−"))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Whether the read-out `z` counts as right for the target `y`.
    fn is_correct(&self, z: f64, y: f64) -> bool {
        (z > 0.0) == (y > 0.5)
    }
}

/// The inputs of one sequence inside a batch.
pub struct SequenceInputs<'a> {
    /// n.
    pub length: usize,
    values: &'a mut [f64],
    size: usize,
    index: usize,
    width: usize,
}

impl SequenceInputs<'_> {
    /// Sets input `d` at 0-based timestep `t`.
    pub fn set(&mut self, t: usize, d: usize, x: f64) {
        self.values[(t * self.size + self.index) * self.width + d] = x;
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

    fn write(&self, rng: &mut ChaCha8Rng, index: usize, batch: &mut Batch) {
        let size = batch.size;
        if let Inputs::Dense { width, values } = &mut batch.inputs {
            let mut inputs = SequenceInputs {
                length: self.length,
                values,
                size,
                index,
                width: *width,
            };
            batch.targets[index] = self.recipe.sequence(rng, &mut inputs);
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

    fn empty_batch(&self) -> Batch {
        Batch::dense(R::WIDTH)
    }

    fn memory(&self) -> String {
        self.recipe.memory(self.length)
    }

    fn source(&self) -> &'static str {
        R::SOURCE
    }

    fn draw(&self, size: usize, rng: &mut ChaCha8Rng, batch: &mut Batch) {
        batch.reset(self.length, size);
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
        batch.reset(self.length, range.len());
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

    fn is_correct(&self, z: f64, y: f64) -> bool {
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
