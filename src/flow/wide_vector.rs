//! A vector whose entries may be any number of decades apart.

use super::Magnitude;
use super::levels::{SMALLEST, add, from_above, from_log10, lowered, size_of, within_level};
use crate::rnn::{Slope, norm};

/// The direction of a gradient on its way back, of length 1 between two calls: entry i is `values[i]` ·
/// 2^(480 `levels[i]`).
///
/// A unit in deep saturation leaves 10^−760 of what it is given. Beside another unit that is nothing, but if the
/// other one dies on the next step, it is all that is left, and not zero.
#[derive(Clone, Debug)]
pub struct WideVector {
    values: Vec<f64>,
    levels: Vec<i64>,
    /// Whether any level is not 0. In most networks none ever is, and everything is done in plain `f64`.
    is_spread: bool,
    scratch: Vec<f64>,
}

impl WideVector {
    /// The direction of `values`, and their length.
    pub fn new(values: &[f64]) -> (Self, Magnitude) {
        let mut vector = Self {
            values: values.to_vec(),
            levels: vec![0; values.len()],
            is_spread: false,
            scratch: vec![0.0; values.len()],
        };
        let length = vector.normalise();
        (vector, length)
    }

    /// Writes `size` times the vector; what is too small for `f64` beside the rest is 0.
    pub fn write(&self, size: f64, out: &mut [f64]) {
        let entries = self.values.iter().zip(&self.levels);
        for (out, (&value, &level)) in out.iter_mut().zip(entries) {
            *out = lowered(value, level, 0) * size;
        }
    }

    /// Multiplies entry by entry and normalises; returns the length.
    pub fn scale(&mut self, slopes: impl Iterator<Item = Slope> + Clone) -> Magnitude {
        if !self.is_spread {
            let mut is_lost = false;
            let entries = self.scratch.iter_mut().zip(&self.values);
            for ((product, &value), slope) in entries.zip(slopes.clone()) {
                *product = match slope {
                    Slope::Number(slope) => value * slope,
                    Slope::Tail { .. } => 0.0,
                };
                is_lost |= product.abs() < SMALLEST && value != 0.0 && !slope.is_zero();
            }
            if !is_lost {
                std::mem::swap(&mut self.values, &mut self.scratch);
                return self.normalise();
            }
        }
        let entries = self.values.iter_mut().zip(&mut self.levels);
        for ((value, level), slope) in entries.zip(slopes) {
            let (slope, slope_level) = match slope {
                Slope::Number(number) => within_level(number, 0),
                Slope::Tail { negative, log10 } => from_log10(negative, log10),
            };
            (*value, *level) = within_level(*value * slope, *level + slope_level);
        }
        self.is_spread = true;
        self.normalise()
    }

    /// Multiplies by a matrix of `rows` from the right, as a row vector, and normalises; returns the length.
    pub fn times<'a>(&mut self, rows: impl Iterator<Item = &'a [f64]> + Clone) -> Magnitude {
        if !self.is_spread {
            self.scratch.fill(0.0);
            add_rows(&self.values, rows, &mut self.scratch);
            std::mem::swap(&mut self.values, &mut self.scratch);
            return self.normalise();
        }
        let present = from_above(self.levels.iter().copied());
        let mut sums = vec![(0.0, 0); self.values.len()];
        for level in present {
            let of_level: Vec<f64> = (self.values.iter().zip(&self.levels))
                .map(|(&value, &other)| if other == level { value } else { 0.0 })
                .collect();
            self.scratch.fill(0.0);
            add_rows(&of_level, rows.clone(), &mut self.scratch);
            for (sum, &more) in sums.iter_mut().zip(&self.scratch) {
                add(sum, more, level);
            }
        }
        for ((value, level), (sum, at)) in self.values.iter_mut().zip(&mut self.levels).zip(sums) {
            (*value, *level) = within_level(sum, at);
        }
        self.normalise()
    }

    /// Scales to length 1 and returns the length there was. A zero vector stays.
    fn normalise(&mut self) -> Magnitude {
        if self.is_spread {
            return self.normalise_spread();
        }
        let length = norm(&self.values);
        if length != 0.0 {
            self.values.iter_mut().for_each(|value| *value /= length);
        }
        let is_small = |value: f64| value.abs() < SMALLEST && value != 0.0;
        self.is_spread = self.values.iter().fold(false, |any, &v| any | is_small(v));
        Magnitude::new(length)
    }

    fn normalise_spread(&mut self) -> Magnitude {
        let entries = || self.values.iter().zip(&self.levels);
        let Some(top) = entries().filter(|(v, _)| **v != 0.0).map(|(_, l)| *l).max() else {
            self.levels.fill(0);
            self.is_spread = false;
            return Magnitude::Zero;
        };
        for ((number, &value), &level) in
            self.scratch.iter_mut().zip(&self.values).zip(&self.levels)
        {
            *number = lowered(value, level, top);
        }
        let length = norm(&self.scratch);
        self.is_spread = false;
        for (value, level) in self.values.iter_mut().zip(&mut self.levels) {
            (*value, *level) = within_level(*value / length, *level - top);
            self.is_spread |= *level != 0;
        }
        Magnitude::new(length).times(size_of(top))
    }
}

/// `sums` += `values` · the matrix of `rows`.
fn add_rows<'a>(values: &[f64], rows: impl Iterator<Item = &'a [f64]>, sums: &mut [f64]) {
    for (&value, row) in values.iter().zip(rows) {
        for (sum, &weight) in sums.iter_mut().zip(row) {
            *sum += value * weight;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// log₁₀ of the length, after factors given by their logarithms, of a vector given by its logarithms.
    fn walk(start: &[f64], factors: &[Vec<Slope>]) -> Vec<Magnitude> {
        let (mut vector, length) = WideVector::new(start);
        let mut product = crate::flow::LogProduct::default();
        product.multiply(length);
        factors
            .iter()
            .map(|slopes| {
                product.multiply(vector.scale(slopes.iter().copied()));
                product.product()
            })
            .collect()
    }

    fn tail(log10: f64) -> Slope {
        Slope::Tail {
            negative: false,
            log10,
        }
    }

    #[test]
    fn what_is_left_beside_a_zero_is_not_zero() {
        let steps = walk(
            &[1.0, 1.0],
            &[
                vec![Slope::Number(1.0), tail(-760.0)],
                vec![Slope::Number(0.0), Slope::Number(1.0)],
                vec![Slope::Number(1.0), tail(-1e6)],
                vec![Slope::Number(1.0), Slope::Number(1e-200)],
                vec![Slope::Number(1.0), Slope::Number(0.0)],
            ],
        );
        let log10: Vec<Option<f64>> = steps.iter().map(|step| step.log10()).collect();
        for (found, expected) in log10.iter().zip([0.0, -760.0, -1_000_760.0, -1_000_960.0]) {
            // 10^6 decades are good to 10^6 · log₂ 10 · ε.
            assert!((found.unwrap() - expected).abs() < 1e-9, "{found:?}");
        }
        assert_eq!(steps[4], Magnitude::Zero);
    }

    #[test]
    fn what_is_not_finite_stays_so() {
        for broken in [f64::NAN, f64::INFINITY] {
            let (mut vector, _) = WideVector::new(&[1.0, 1.0]);
            vector.scale([Slope::Number(1.0), tail(-500.0)].into_iter());
            let length = vector.scale([Slope::Number(broken), Slope::Number(1.0)].into_iter());
            assert!(!matches!(
                length,
                Magnitude::Finite { .. } | Magnitude::Zero
            ));
        }
    }

    proptest! {
        /// Units that do not mix: each has its own product, known by its logarithm, and the length is that of
        /// all that are left. Zeros end a unit for good.
        #[test]
        fn lengths_are_those_of_sums_of_logarithms(
            steps in proptest::collection::vec(
                proptest::collection::vec((0..6_u8, -600.0..2.0_f64), 3), 1..40),
        ) {
            let slope = |&(kind, log10): &(u8, f64)| match kind {
                0 => Slope::Number(0.0),
                1 | 2 => tail(log10),
                _ => Slope::Number(10.0_f64.powf(log10.max(-250.0))),
            };
            let logarithm = |&(kind, log10): &(u8, f64)| match kind {
                0 => f64::NEG_INFINITY,
                1 | 2 => log10,
                _ => log10.max(-250.0),
            };
            let factors: Vec<Vec<Slope>> = steps.iter()
                .map(|step| step.iter().map(slope).collect())
                .collect();
            let mut expected = [0.0_f64; 3];
            for (found, step) in walk(&[1.0; 3], &factors).into_iter().zip(&steps) {
                for (sum, factor) in expected.iter_mut().zip(step) {
                    *sum += logarithm(factor);
                }
                let largest = expected.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                if largest == f64::NEG_INFINITY {
                    prop_assert_eq!(found, Magnitude::Zero);
                    continue;
                }
                let squares: f64 = expected.iter().map(|l| 100.0_f64.powf(l - largest)).sum();
                let expected = largest + 0.5 * squares.log10();
                // 24,000 decades are good to 24,000 · ε · a few.
                prop_assert!((found.log10().unwrap() - expected).abs() < 1e-10,
                    "{found:?} against {expected}");
            }
        }

        /// Against sums in exact logarithms, with a matrix that mixes.
        #[test]
        fn a_matrix_mixes_levels(
            logs in proptest::collection::vec(-1500.0..0.0_f64, 3),
            matrix in proptest::collection::vec(prop_oneof![Just(0.0), 0.1..3.0_f64], 9),
        ) {
            let (mut vector, _) = WideVector::new(&[1.0; 3]);
            let length = vector.scale(logs.iter().map(|&log10| tail(log10)));
            let grown = vector.times(matrix.chunks(3));
            // Positive numbers only: nothing cancels.
            let squares = (0..3).map(|j| {
                let terms = || (0..3).map(|i| logs[i] + matrix[3 * i + j].log10());
                let largest = terms().fold(f64::NEG_INFINITY, f64::max);
                if largest == f64::NEG_INFINITY {
                    return largest;
                }
                2.0 * (largest + terms().map(|l| 10.0_f64.powf(l - largest)).sum::<f64>().log10())
            });
            let squares: Vec<f64> = squares.collect();
            let largest = squares.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            // A start of length √3 is normalised first.
            let found = length.times(grown);
            if largest == f64::NEG_INFINITY {
                prop_assert_eq!(found, Magnitude::Zero);
            } else {
                let sum: f64 = squares.iter().map(|l| 10.0_f64.powf(l - largest)).sum();
                let expected = 0.5 * (largest + sum.log10() - 3.0_f64.log10());
                prop_assert!((found.log10().unwrap() - expected).abs() < 1e-10);
            }
        }
    }
}
