//! ‖P_{n←k}‖₂ and ‖P_{j←1}‖₂: the most that any direction keeps.

use super::scaled_matrix::ScaledMatrix;
use super::step_matrices::StepMatrices;
use super::{Magnitude, significant};
use crate::rnn::{Interrupt, Interrupted, Network, Pass};

/// The largest singular value of every product of step factors that begins at the first or ends at the
/// last timestep. For H = 1 it is the product's absolute value.
#[derive(Clone, Debug, PartialEq)]
pub struct ProductNorms {
    /// ‖P_{n←t}‖₂ for t = 1..n, at index t − 1.
    pub to_end: Vec<Magnitude>,
    /// ‖P_{t←1}‖₂ for t = 1..n, at index t − 1.
    pub from_first: Vec<Magnitude>,
}

impl ProductNorms {
    /// Multiplications (n · S³) above which the norms are not computed: about half a second. Each step
    /// needs a matrix product and a singular value decomposition.
    pub const AFFORDABLE: f64 = 3e7;

    /// n · S³, to be compared with [`Self::AFFORDABLE`].
    pub fn cost(length: usize, width: usize) -> f64 {
        length as f64 * (width as f64).powi(3)
    }

    /// What to say of a `cost` that is above [`Self::AFFORDABLE`].
    pub fn too_costly(cost: f64) -> String {
        format!(
            "‖P‖₂ would take n·S³ = {} multiplications, and {} are affordable: choose the gain, fewer units or fewer steps",
            significant(cost),
            significant(Self::AFFORDABLE),
        )
    }

    /// The norms for the first sequence that `pass` ran over, or `None` if they cost too much.
    pub fn of(network: &Network, pass: &Pass) -> Option<Self> {
        let (length, size, _) = pass.shape();
        if size != 1 || Self::cost(length, network.s_0.len()) > Self::AFFORDABLE {
            return None;
        }
        // Half a second is not worth an interruption.
        Self::of_any_size(network, pass, &Interrupt::default()).ok()
    }

    fn of_any_size(
        network: &Network,
        pass: &Pass,
        interrupt: &Interrupt,
    ) -> Result<Self, Interrupted> {
        let (length, _, _) = pass.shape();
        let steps = StepMatrices::new(network, pass);
        let size = steps.size();
        let mut to_end = vec![Magnitude::ONE; length];
        let mut running = ScaledMatrix::identity(size);
        for t in (2..=length).rev() {
            running = running.times(&steps.step(t), interrupt)?;
            to_end[t - 2] = running.norm(interrupt)?;
        }
        let mut from_first = vec![Magnitude::ONE; length];
        let mut running = ScaledMatrix::identity(size);
        for t in 2..=length {
            running = steps.step(t).times(&running, interrupt)?;
            from_first[t - 1] = running.norm(interrupt)?;
        }
        Ok(Self { to_end, from_first })
    }
}
