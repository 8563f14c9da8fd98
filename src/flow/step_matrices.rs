//! The step factors J_t as matrices.

use nalgebra::DMatrix;

use super::levels::{from_log10, raised, within_level};
use super::scaled_matrix::ScaledMatrix;
use crate::rnn::{Chain, Linearised, Network, Pass, Slope};

/// J_t = ∂s_t/∂s_{t−1} of the first sequence that a network ran over.
pub struct StepMatrices<'a> {
    linearised: Linearised<'a>,
    chain: Option<(Chain<'a>, DMatrix<f64>)>,
}

impl<'a> StepMatrices<'a> {
    /// The factors of `network` after it has run in `pass`.
    pub fn new(network: &'a Network, pass: &'a Pass) -> Self {
        let linearised = Linearised::new(network, pass);
        Self {
            linearised,
            chain: linearised.chain().map(|chain| {
                let hidden = chain.hidden();
                (chain, DMatrix::from_row_slice(hidden, hidden, chain.w_h))
            }),
        }
    }

    /// S, the size of the matrices.
    pub fn size(&self) -> usize {
        self.linearised.width()
    }

    /// J_t for 1-based `t`.
    pub fn step(&self, t: usize) -> ScaledMatrix {
        if let Some((chain, w_h)) = &self.chain {
            return of_chain(*chain, w_h, t);
        }
        let size = self.size();
        let mut matrix = DMatrix::zeros(size, size);
        let mut unit = vec![0.0; size];
        for (place, mut column) in matrix.column_iter_mut().enumerate() {
            unit[place] = 1.0;
            let changed = self.linearised.forth(t, &unit);
            column
                .iter_mut()
                .zip(changed)
                .for_each(|(to, from)| *to = from);
            unit[place] = 0.0;
        }
        ScaledMatrix::of_rows(matrix, vec![0; size])
    }
}

/// diag(f′(a_t)) W_h
fn of_chain(chain: Chain<'_>, w_h: &DMatrix<f64>, t: usize) -> ScaledMatrix {
    let mut matrix = w_h.clone();
    let mut levels = vec![0; chain.hidden()];
    for ((mut row, level), slope) in matrix.row_iter_mut().zip(&mut levels).zip(chain.slopes(t)) {
        let factor = match slope {
            Slope::Number(number) => number,
            Slope::Tail { negative, log10 } => {
                // Both within a level, so that neither their product underflows nor a large weight's overflows.
                let (_, of_row) = within_level(row.amax(), 0);
                row.apply(|weight| *weight = raised(*weight, -of_row));
                let (size, of_tail) = from_log10(negative, log10);
                *level = of_row + of_tail;
                size
            }
        };
        row *= factor;
    }
    ScaledMatrix::of_rows(matrix, levels)
}
