//! The trainable numbers of the network, and the gradients that have their shape.

use std::fmt;

use ndarray::{Array1, Array2, ShapeBuilder};

/// The trainable parameters of the network. The same type holds their gradients and an optimiser's
/// running averages, which have the same shapes.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// Input weights W_i, H × D. Stored column by column, so that the column of one word is
    /// contiguous.
    pub w_i: Array2<f64>,
    /// Recurrent weights W_h, H × H.
    pub w_h: Array2<f64>,
    /// Bias b of the hidden state, H long; empty for a network without biases.
    pub b: Array1<f64>,
    /// Read-out weights w_o, H long.
    pub w_o: Array1<f64>,
    /// Bias b_o of the read-out, one number; empty for a network without biases.
    pub b_o: Array1<f64>,
}

/// ∂L/∂ of every parameter, in the parameters' shapes.
pub type Gradients = Parameters;

/// One of the parameter tensors, by the lecture's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// Input weights.
    InputWeights,
    /// Recurrent weights.
    RecurrentWeights,
    /// Bias of the hidden state.
    HiddenBias,
    /// Read-out weights.
    OutputWeights,
    /// Bias of the read-out.
    OutputBias,
}

impl Parameter {
    /// Every tensor, in the order in which [`Parameters::slices`] gives them.
    pub const ALL: [Self; 5] = [
        Self::InputWeights,
        Self::RecurrentWeights,
        Self::HiddenBias,
        Self::OutputWeights,
        Self::OutputBias,
    ];

    /// Its place in [`Self::ALL`] and in [`Parameters::slices`].
    pub fn slice(self) -> usize {
        self as usize
    }

    /// The name in code and files: `w_i`, `w_h`, `b`, `w_o`, `b_o`.
    pub fn name(self) -> &'static str {
        match self {
            Self::InputWeights => "w_i",
            Self::RecurrentWeights => "w_h",
            Self::HiddenBias => "b",
            Self::OutputWeights => "w_o",
            Self::OutputBias => "b_o",
        }
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Parameters {
    /// All zeros, for `inputs` = D, `hidden` = H, with or without the two biases.
    pub fn zeros(inputs: usize, hidden: usize, bias: bool) -> Self {
        Self {
            w_i: Array2::zeros((hidden, inputs).f()),
            w_h: Array2::zeros((hidden, hidden)),
            b: Array1::zeros(if bias { hidden } else { 0 }),
            w_o: Array1::zeros(hidden),
            b_o: Array1::zeros(usize::from(bias)),
        }
    }

    /// All zeros in the shapes of `self`.
    pub fn zeros_like(&self) -> Self {
        Self::zeros(self.inputs(), self.hidden(), self.has_bias())
    }

    /// Input width D.
    pub fn inputs(&self) -> usize {
        self.w_i.ncols()
    }

    /// Hidden size H.
    pub fn hidden(&self) -> usize {
        self.w_h.nrows()
    }

    /// Whether the network has the biases b and b_o.
    pub fn has_bias(&self) -> bool {
        !self.b.is_empty()
    }

    /// How many numbers are trained.
    pub fn count(&self) -> usize {
        self.slices().iter().map(|slice| slice.len()).sum()
    }

    /// Every tensor as a flat slice in memory order, in the order of [`Parameter::ALL`]: W_i column by
    /// column, W_h row by row.
    pub fn slices(&self) -> [&[f64]; 5] {
        [
            memory(self.w_i.as_slice_memory_order()),
            memory(self.w_h.as_slice_memory_order()),
            memory(self.b.as_slice()),
            memory(self.w_o.as_slice()),
            memory(self.b_o.as_slice()),
        ]
    }

    /// As [`Self::slices`], to write to.
    pub fn slices_mut(&mut self) -> [&mut [f64]; 5] {
        [
            memory_mut(self.w_i.as_slice_memory_order_mut()),
            memory_mut(self.w_h.as_slice_memory_order_mut()),
            memory_mut(self.b.as_slice_mut()),
            memory_mut(self.w_o.as_slice_mut()),
            memory_mut(self.b_o.as_slice_mut()),
        ]
    }

    /// Sets every number to `value`.
    pub fn fill(&mut self, value: f64) {
        for slice in self.slices_mut() {
            slice.fill(value);
        }
    }

    /// Multiplies every number by `factor`.
    pub fn scale(&mut self, factor: f64) {
        for slice in self.slices_mut() {
            for value in slice {
                *value *= factor;
            }
        }
    }

    /// Adds every number of `other`, which has the same shapes.
    pub fn add(&mut self, other: &Self) {
        for (sum, slice) in self.slices_mut().into_iter().zip(other.slices()) {
            sum.iter_mut().zip(slice).for_each(|(sum, x)| *sum += x);
        }
    }

    /// Copies every number of `other`, which has the same shapes, without allocating.
    pub fn copy_from(&mut self, other: &Self) {
        for (to, from) in self.slices_mut().into_iter().zip(other.slices()) {
            to.copy_from_slice(from);
        }
    }

    /// The Euclidean norm of all numbers together, what gradient clipping measures. Scaled by the
    /// largest, so that a gradient of 1e200 has a norm and not an overflow.
    pub fn norm(&self) -> f64 {
        norm_of(&self.slices())
    }

    /// The first number that is infinite or NaN, as its tensor and flat index.
    pub fn first_non_finite(&self) -> Option<(Parameter, usize)> {
        Parameter::ALL
            .into_iter()
            .zip(self.slices())
            .find_map(|(parameter, slice)| {
                let index = slice.iter().position(|value| !value.is_finite())?;
                Some((parameter, index))
            })
    }

    /// The name of one number, `w_h` in a scalar network and `w_h[2, 3]` elsewhere: row and column, counted from 1
    /// as in the lecture. The word of index k, which counts from 0, has the column k + 1 of W_i.
    pub fn name_of(&self, parameter: Parameter, index: usize) -> String {
        let hidden = self.hidden();
        let (row, column) = match parameter {
            Parameter::InputWeights => (index % hidden, index / hidden),
            Parameter::RecurrentWeights => (index / hidden, index % hidden),
            Parameter::HiddenBias | Parameter::OutputWeights if hidden > 1 => {
                return format!("{parameter}[{}]", index + 1);
            }
            _ => return parameter.to_string(),
        };
        let one_number = match parameter {
            Parameter::InputWeights => self.w_i.len() == 1,
            _ => self.w_h.len() == 1,
        };
        if one_number {
            parameter.to_string()
        } else {
            format!("{parameter}[{}, {}]", row + 1, column + 1)
        }
    }
}

/// √Σ v², scaled so that it neither overflows nor underflows where the result itself does not. NaN if
/// any value is NaN.
pub fn norm(values: &[f64]) -> f64 {
    norm_of(&[values])
}

/// The norm of all the numbers of several slices together.
fn norm_of(slices: &[&[f64]]) -> f64 {
    let values = || slices.iter().flat_map(|slice| slice.iter());
    let mut largest = 0.0_f64;
    for value in values() {
        let magnitude = value.abs();
        if magnitude.is_nan() {
            return f64::NAN;
        }
        largest = largest.max(magnitude);
    }
    if largest == 0.0 || largest.is_infinite() {
        return largest;
    }
    let sum: f64 = values()
        .map(|value| (value / largest) * (value / largest))
        .sum();
    largest * sum.sqrt()
}

// All five arrays are made here and never replaced by views, so they are contiguous.
fn memory(slice: Option<&[f64]>) -> &[f64] {
    slice.unwrap_or_default()
}

fn memory_mut(slice: Option<&mut [f64]>) -> &mut [f64] {
    slice.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_cover_every_number_once() {
        let mut parameters = Parameters::zeros(5, 3, true);
        assert_eq!(parameters.count(), 15 + 9 + 3 + 3 + 1);
        parameters.fill(2.0);
        assert!(parameters.w_i.iter().all(|&w| w == 2.0));
        assert!((parameters.norm() - (4.0 * 31.0_f64).sqrt()).abs() < 1e-14);
    }

    #[test]
    fn one_words_column_is_contiguous_and_named_by_row_and_column() {
        let mut parameters = Parameters::zeros(4, 3, false);
        parameters.w_i[[2, 1]] = f64::NAN;
        assert_eq!(
            parameters.first_non_finite(),
            Some((Parameter::InputWeights, 5))
        );
        assert_eq!(parameters.name_of(Parameter::InputWeights, 5), "w_i[3, 2]");
        let scalar = Parameters::zeros(1, 1, false);
        assert_eq!(scalar.name_of(Parameter::RecurrentWeights, 0), "w_h");
    }

    #[test]
    fn the_norm_of_huge_and_tiny_gradients_is_exact() {
        let mut gradients = Parameters::zeros(1, 1, false);
        gradients.w_h[[0, 0]] = 3e200;
        gradients.w_o[0] = 4e200;
        assert!((gradients.norm() / 5e200 - 1.0).abs() < 1e-15);
        gradients.scale(1e-320);
        assert!(gradients.norm() > 0.0);
        gradients.w_o[0] = f64::NAN;
        assert!(gradients.norm().is_nan());
    }
}
