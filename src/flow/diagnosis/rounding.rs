//! How far a right gradient may be from the right one because of rounding.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::backward::{Backward, Computed};
use super::given::{GivenTensor, keeps_terms};
use super::setting::Setting;
use crate::rnn::{Batch, Inputs, Interrupt, Interrupted, Network, norm};

/// How often everything that is given is changed by a unit of rounding, to see what that does.
const TRIALS: usize = 4;

/// What rounding at every step may do besides: a changed weight is rounded once, and in the same direction at every step.
const BESIDES: f64 = 16.0;

/// Units of rounding of every term of a sum.
const UNITS_OF_TERMS: f64 = 32.0;

/// Work (timesteps times parameters) up to which the terms of sums are looked at one by one.
const MOST_WORK: usize = 50_000_000;

/// The right gradient, and what rounding explains.
pub struct Rounding {
    right: Vec<Vec<f64>>,
    /// For each tensor, what a unit of rounding of its arithmetic does to it.
    moved: Vec<f64>,
    /// For each tensor, half a unit of its last decimal, over all of its numbers.
    written: Vec<f64>,
    /// For each tensor, the unit of rounding of its arithmetic.
    units: Vec<f64>,
}

impl Rounding {
    /// For the tensors `given`.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn of(
        setting: Setting<'_>,
        given: &[GivenTensor],
        interrupt: &Interrupt,
    ) -> Result<Self, Interrupted> {
        let pass = setting.read_by(setting.network, interrupt)?;
        let keeps_terms = keeps_terms(given);
        let work = setting.length() * setting.network.parameters.count();
        let work = work * if keeps_terms { setting.length() } else { 1 };
        let terms_are_seen = work <= MOST_WORK;
        let mut before: Option<Computed> = None;
        let mut sizes = vec![0.0; given.len()];
        let expected =
            |tensor: &GivenTensor, computed: &Computed| tensor.expected(setting.network, computed);
        let backward = Backward::new(setting, setting.network, &pass, &[]);
        let computed = backward.keeping_terms(keeps_terms).run(|_, now| {
            if !terms_are_seen {
                return;
            }
            for (size, tensor) in sizes.iter_mut().zip(given) {
                let now = expected(tensor, now);
                *size += match &before {
                    None => norm(&now),
                    Some(before) => {
                        let before = expected(tensor, before);
                        distance(&now, &before)
                    }
                };
            }
            before = Some(now.clone());
        });
        let right: Vec<Vec<f64>> = given.iter().map(|it| expected(it, &computed)).collect();
        let mut moved: Vec<f64> = given
            .iter()
            .zip(&right)
            .zip(&sizes)
            .map(|((tensor, right), size)| {
                UNITS_OF_TERMS * tensor.precision.unit * size.max(norm(right))
            })
            .collect();
        let mut rng = ChaCha8Rng::seed_from_u64(0x726f_756e);
        let units = given.iter().map(|tensor| tensor.precision.unit);
        let unit = units.fold(0.0, f64::max);
        for _ in 0..TRIALS {
            interrupt.check()?;
            let (network, batch) = changed(setting, unit, &mut rng);
            let there = Setting {
                network: &network,
                batch: &batch,
                ..setting
            };
            let pass = there.read_by(&network, interrupt)?;
            let backward = Backward::new(there, &network, &pass, &[]);
            let found = backward.keeping_terms(keeps_terms).run(|_, _| {});
            for (index, tensor) in given.iter().enumerate() {
                let found = expected(tensor, &found);
                let by = BESIDES * distance(&found, &right[index]) * tensor.precision.unit / unit;
                moved[index] = moved[index].max(by);
            }
        }
        let written = given
            .iter()
            .map(|tensor| 1.01 * tensor.precision.decimal * (tensor.values.len() as f64).sqrt());
        Ok(Self {
            right,
            moved,
            written: written.collect(),
            units: given.iter().map(|tensor| tensor.precision.unit).collect(),
        })
    }

    /// The right numbers of every tensor.
    pub fn right(&self) -> &[Vec<f64>] {
        &self.right
    }

    /// How far the tensor number `index` may be from `expected`, which is right or comes of a mistake.
    pub fn explained(&self, index: usize, expected: &[f64]) -> f64 {
        let (size, right) = (norm(expected), norm(&self.right[index]));
        // What comes of a mistake is rounded as much for its size.
        let larger = if right > 0.0 {
            (size / right).max(1.0)
        } else {
            1.0
        };
        let moved = if larger.is_finite() {
            self.moved[index] * larger
        } else {
            self.moved[index]
        };
        // Where the right one is zero, nothing was seen to move.
        moved.max(UNITS_OF_TERMS * self.units[index] * size) + self.written[index]
    }
}

/// ‖a − b‖.
pub fn distance(a: &[f64], b: &[f64]) -> f64 {
    let difference: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    norm(&difference)
}

/// Everything that is given, each number changed by up to a unit of rounding.
fn changed(setting: Setting<'_>, unit: f64, rng: &mut ChaCha8Rng) -> (Network, Batch) {
    let mut network = setting.network.clone();
    let mut batch = setting.batch.clone();
    let mut change = |numbers: &mut [f64]| {
        for number in numbers {
            *number *= 1.0 + 2.0 * unit * rng.random_range(-1.0..=1.0);
        }
    };
    change(network.parameters.values_mut());
    change(&mut network.s_0);
    if let Inputs::Dense { values, .. } = &mut batch.inputs {
        change(values);
    }
    (network, batch)
}
