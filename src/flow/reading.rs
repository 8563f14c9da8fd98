//! What a layer reads at a timestep, whatever it is.

use ndarray::{ArrayView2, ArrayViewMut2};

use super::Magnitude;
use super::weight_gradient::{bilinear, norm_or_number};
use crate::rnn::{Batch, Inputs, Pass};

/// What a layer reads at a timestep of the first sequence.
pub enum Reading<'a> {
    /// Numbers: an input, what stands for a word, or the states of the layer below.
    Vector(&'a [f64]),
    /// A word, one-hot, or padding.
    Word(Option<usize>),
}

impl<'a> Reading<'a> {
    /// By layer number `layer`, from 0, at 1-based `t`, in `pass` over `batch`.
    pub fn of(batch: &'a Batch, pass: &'a Pass, layer: usize, t: usize) -> Self {
        if let Some(below) = layer.checked_sub(1) {
            return Self::Vector(pass.layers()[below].state(0, t));
        }
        if let Some(embedded) = pass.embedded(t) {
            return Self::Vector(embedded);
        }
        match &batch.inputs {
            Inputs::Dense { .. } => Self::Vector(batch.vector(t - 1, 0).unwrap_or_default()),
            Inputs::Tokens(tokens) => Self::Word(tokens[t - 1].map(|word| word as usize)),
        }
    }

    /// The numbers, if it is any.
    pub fn vector(&self) -> Option<&'a [f64]> {
        match self {
            Self::Vector(x) => Some(x),
            Self::Word(_) => None,
        }
    }

    /// Its norm; the number itself where it is one.
    pub fn size(&self) -> Magnitude {
        match self {
            Self::Vector(x) => norm_or_number(x),
            Self::Word(Some(_)) => Magnitude::ONE,
            Self::Word(None) => Magnitude::Zero,
        }
    }

    /// ⟨δ xᵀ, G⟩ = δᵀ G x.
    pub fn bilinear(&self, delta: &[f64], gradient: ArrayView2<'_, f64>) -> f64 {
        match self {
            Self::Vector(x) => bilinear(delta, gradient, x),
            Self::Word(word) => word.map_or(0.0, |word| {
                let column = gradient.column(word);
                column.iter().zip(delta).map(|(g, delta)| g * delta).sum()
            }),
        }
    }

    /// `sum` += `factor` · δ xᵀ
    pub fn add_outer(&self, factor: f64, delta: &[f64], mut sum: ArrayViewMut2<'_, f64>) {
        match self {
            Self::Vector(x) => {
                for (&delta, mut row) in delta.iter().zip(sum.rows_mut()) {
                    for (sum, x) in row.iter_mut().zip(*x) {
                        *sum += factor * delta * x;
                    }
                }
            }
            Self::Word(word) => {
                let Some(word) = *word else { return };
                for (sum, delta) in sum.column_mut(word).iter_mut().zip(delta) {
                    *sum += factor * delta;
                }
            }
        }
    }
}
