//! What a network has answered, beside what it should have.

use super::batch::{Batch, ReadOut};
use super::pass::Pass;

/// An answer that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Answered<'a> {
    /// The timestep that it is read from, from 1.
    pub t: usize,
    /// The sequence of the batch, from 0.
    pub sequence: usize,
    /// z, K numbers.
    pub z: &'a [f64],
    /// y.
    pub y: &'a [f64],
}

/// Every answer of `pass` over `batch` that is asked for, in the order of the batch: where y is NaN, none is.
pub fn answered<'a>(batch: &'a Batch, pass: &'a Pass) -> impl Iterator<Item = Answered<'a>> {
    let outputs = pass.read_outs().len() / batch.answers().max(1);
    let all = pass.read_outs().chunks_exact(outputs.max(1));
    let with_targets = all.zip(batch.answer_targets()).enumerate();
    let answers = with_targets.map(|(place, (z, y))| Answered {
        t: match batch.read_out {
            ReadOut::AtTheEnd => batch.length,
            ReadOut::AtEveryStep => place / batch.size + 1,
        },
        sequence: place % batch.size,
        z,
        y,
    });
    answers.filter(|answer| !answer.y[0].is_nan())
}
