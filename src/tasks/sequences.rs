//! Sequences of numbers of a person's own, each with what is asked of it.

use std::ops::Range;
use std::sync::Arc;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::drawn::steps;
use super::knowing_nothing::KnowingNothing;
use super::own_sequence::{is_right, label_of, what_is_right};
use super::sentence::Padding;
use super::split::{Part, Split};
use super::task::{Collection, Task};
use crate::rnn::{Batch, Inputs, Loss, ReadOut};

/// Sequences of vectors, one behind the other, and their targets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sequences {
    /// D.
    pub width: usize,
    /// x of every timestep of every sequence, D numbers each.
    pub values: Vec<f64>,
    /// The timestep, counted over all sequences, behind the last one of each.
    pub ends: Vec<usize>,
    /// When an answer is asked for.
    pub read_out: ReadOut,
    /// How many numbers a target has.
    pub target_width: usize,
    /// y of every sequence, or of every timestep of every sequence; NaN where nothing is asked.
    pub targets: Vec<f64>,
    /// What the classes are called, in the order of their numbers; empty where targets are numbers.
    pub labels: Vec<String>,
}

impl Sequences {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The timesteps of sequence number `index`, counted over all.
    fn steps_of(&self, index: usize) -> Range<usize> {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        start..self.ends[index]
    }

    /// How many timesteps each sequence has.
    pub fn lengths(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.len()).map(|index| self.steps_of(index).len())
    }

    /// The targets of sequence number `index`.
    fn targets_of(&self, index: usize) -> &[f64] {
        let of = match self.read_out {
            ReadOut::AtTheEnd => index..index + 1,
            ReadOut::AtEveryStep => self.steps_of(index),
        };
        &self.targets[of.start * self.target_width..of.end * self.target_width]
    }

    /// How many classes the targets are of, if they are whole numbers from 0 to a few, all of which occur.
    pub fn classes(&self) -> Option<usize> {
        /// More are numbers.
        const MOST: f64 = 1000.0;
        if !self.labels.is_empty() {
            return Some(self.labels.len());
        }
        if self.target_width != 1 {
            return None;
        }
        let mut occurs = Vec::new();
        for &y in self.targets.iter().filter(|y| !y.is_nan()) {
            if !(y.fract() == 0.0 && (0.0..MOST).contains(&y)) {
                return None;
            }
            let class = y as usize;
            occurs.resize(occurs.len().max(class + 1), false);
            occurs[class] = true;
        }
        (occurs.len() > 1 && occurs.iter().all(|it| *it)).then_some(occurs.len())
    }
}

/// Makes every row of `targets`, `width` numbers each, ask for nothing of which one number is left out.
pub fn ask_for_whole_rows(targets: &mut [f64], width: usize) {
    for row in targets.chunks_exact_mut(width) {
        if row.iter().any(|y| y.is_nan()) {
            row.fill(f64::NAN);
        }
    }
}

/// A part of [`Sequences`] trained on, in sequences of one length.
pub struct OwnSequences {
    sequences: Arc<Sequences>,
    split: Arc<Split>,
    length: usize,
    padding: Padding,
    loss: Loss,
    outputs: usize,
}

impl OwnSequences {
    /// Of `sequences` in the parts of `split`, padded or cut to `length` timesteps; `outputs` numbers are read out and
    /// compared by `loss`.
    pub fn new(
        sequences: Arc<Sequences>,
        split: Arc<Split>,
        (length, padding): (usize, Padding),
        (loss, outputs): (Loss, usize),
    ) -> Self {
        Self {
            sequences,
            split,
            length,
            padding,
            loss,
            outputs,
        }
    }

    fn write(&self, number: u32, slot: usize, batch: &mut Batch) {
        let sequences = &*self.sequences;
        let number = number as usize;
        let (width, size) = (sequences.width, batch.size);
        let own = sequences.steps_of(number);
        let (skipped, first) = self.padding.placement(own.len(), self.length);
        let kept = own.start + skipped..own.end.min(own.start + skipped + self.length);
        if let Inputs::Dense { values, .. } = &mut batch.inputs {
            for (step, t) in kept.clone().zip(first..) {
                let row = t * size + slot;
                values[row * width..(row + 1) * width]
                    .copy_from_slice(&sequences.values[step * width..(step + 1) * width]);
            }
        }
        let width = sequences.target_width;
        let targets = sequences.targets_of(number);
        match sequences.read_out {
            ReadOut::AtTheEnd => {
                batch.targets[slot * width..(slot + 1) * width].copy_from_slice(targets);
            }
            ReadOut::AtEveryStep => {
                for t in 0..self.length {
                    let row = t * size + slot;
                    batch.targets[row * width..(row + 1) * width].fill(f64::NAN);
                }
                for (step, t) in kept.zip(first..) {
                    let (row, from) = (t * size + slot, step - own.start);
                    batch.targets[row * width..(row + 1) * width]
                        .copy_from_slice(&targets[from * width..(from + 1) * width]);
                }
            }
        }
    }

    /// Every target of the part that is trained on.
    fn targets(&self) -> impl Iterator<Item = &[f64]> + Clone {
        let rows = self.split.part(Part::Training).iter();
        let targets = rows.flat_map(|&row| {
            let targets = self.sequences.targets_of(row as usize);
            targets.chunks_exact(self.sequences.target_width)
        });
        targets.filter(|y| !y[0].is_nan())
    }
}

impl Task for OwnSequences {
    fn width(&self) -> usize {
        self.sequences.width
    }

    fn loss(&self) -> Loss {
        self.loss
    }

    fn outputs(&self) -> usize {
        self.outputs
    }

    fn class_name(&self, class: usize) -> String {
        match (self.loss, self.sequences.labels.get(class)) {
            (Loss::CrossEntropy, Some(label)) => label.clone(),
            (Loss::CrossEntropy, None) => format!("class {class}"),
            _ => String::new(),
        }
    }

    fn knowing_nothing(&self) -> KnowingNothing {
        let sequences = self.split.part(Part::Training).len();
        KnowingNothing::of_targets(self.loss, self.outputs, self.targets(), sequences)
    }

    fn empty_batch(&self) -> Batch {
        Batch::dense(self.sequences.width)
            .asking(self.sequences.read_out, self.sequences.target_width)
    }

    fn memory(&self) -> String {
        let (steps, count) = (steps(self.length), self.sequences.len());
        let asked = match self.sequences.read_out {
            ReadOut::AtTheEnd => "one answer after",
            ReadOut::AtEveryStep => "an answer at each of",
        };
        match count {
            1 => format!("Your own sequence: {asked} {steps}"),
            count => format!("{count} sequences of your own: {asked} {steps}"),
        }
    }

    fn source(&self) -> &'static str {
        "your own file"
    }

    fn draw(&self, size: usize, rng: &mut ChaCha8Rng, batch: &mut Batch) {
        batch.reset(self.length, size);
        let rows = self.split.part(Part::Training);
        for slot in 0..size {
            self.write(rows[rng.random_range(0..rows.len())], slot, batch);
        }
    }

    fn collection(&self) -> Collection {
        Collection::of(&self.split)
    }

    fn fixed(&self, part: Part, range: Range<usize>, batch: &mut Batch) {
        batch.reset(self.length, range.len());
        // Where nothing is held out, what is trained on is shown.
        let part = match self.split.part(part) {
            [] => Part::Training,
            _ => part,
        };
        let rows = self.split.part(part);
        for (slot, number) in range.enumerate() {
            self.write(rows[number % rows.len()], slot, batch);
        }
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
    use super::*;

    /// Two sequences, of three and of one timestep.
    fn two(read_out: ReadOut) -> Arc<Sequences> {
        Arc::new(Sequences {
            width: 2,
            values: vec![1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 4.0, -4.0],
            ends: vec![3, 4],
            read_out,
            target_width: 1,
            targets: match read_out {
                ReadOut::AtTheEnd => vec![10.0, 20.0],
                ReadOut::AtEveryStep => vec![0.1, 0.2, f64::NAN, 0.4],
            },
            labels: Vec::new(),
        })
    }

    fn placed(read_out: ReadOut, length: usize, padding: Padding) -> Batch {
        let split = Arc::new(Split::of(vec![0, 1], Vec::new()));
        let shape = (length, padding);
        let task = OwnSequences::new(two(read_out), split, shape, (Loss::SquaredError, 1));
        let mut batch = task.empty_batch();
        task.fixed(Part::Training, 0..2, &mut batch);
        batch
    }

    fn firsts(batch: &Batch, s: usize) -> Vec<f64> {
        (0..batch.length)
            .map(|t| batch.vector(t, s).unwrap()[0])
            .collect()
    }

    #[test]
    fn sequences_of_other_lengths_are_padded_and_cut_on_the_side_that_is_chosen() {
        let before = placed(ReadOut::AtTheEnd, 2, Padding::Before);
        assert_eq!(firsts(&before, 0), [2.0, 3.0]);
        assert_eq!(firsts(&before, 1), [0.0, 4.0]);
        assert_eq!(before.targets, [10.0, 20.0]);
        let after = placed(ReadOut::AtTheEnd, 2, Padding::After);
        assert_eq!(firsts(&after, 0), [1.0, 2.0]);
        assert_eq!(firsts(&after, 1), [4.0, 0.0]);
    }

    #[test]
    fn targets_stand_where_their_inputs_do_and_padding_is_asked_nothing() {
        let of = |batch: &Batch, s: usize| -> Vec<Option<f64>> {
            let targets = (0..batch.length).map(|t| batch.targets[t * 2 + s]);
            targets.map(|y| (!y.is_nan()).then_some(y)).collect()
        };
        let before = placed(ReadOut::AtEveryStep, 4, Padding::Before);
        assert_eq!(of(&before, 0), [None, Some(0.1), Some(0.2), None]);
        assert_eq!(of(&before, 1), [None, None, None, Some(0.4)]);
        let after = placed(ReadOut::AtEveryStep, 2, Padding::After);
        assert_eq!(of(&after, 0), [Some(0.1), Some(0.2)]);
        assert_eq!(of(&after, 1), [Some(0.4), None]);
    }

    #[test]
    fn classes_are_whole_numbers_that_all_occur() {
        let of = |targets: &[f64]| {
            let sequences = Sequences {
                targets: targets.to_vec(),
                target_width: 1,
                ..Sequences::default()
            };
            sequences.classes()
        };
        assert_eq!(of(&[0.0, 1.0, f64::NAN, 2.0]), Some(3));
        assert_eq!(of(&[0.0, 2.0]), None);
        assert_eq!(of(&[0.0, 0.5]), None);
        assert_eq!(of(&[0.0, 0.0]), None);
        assert_eq!(of(&[-1.0, 1.0]), None);
    }
}
