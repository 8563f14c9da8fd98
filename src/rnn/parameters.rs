//! The trainable numbers of the network, and the gradients that have their shape.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use ndarray::{ArrayView1, ArrayView2, ArrayViewMut2, Axis, ShapeBuilder, aview2};

use super::architecture::Architecture;
use super::layout::{Layout, MemoryOrder, Parameter, ShapeError, Tensor};
use super::norms::norm;

/// The trainable parameters of the network, tensor after tensor in one piece of memory. The same type holds their
/// gradients and an optimiser's running averages, which have the same shapes.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    layout: Arc<Layout>,
    values: Vec<f64>,
}

/// ∂L/∂ of every parameter, in the parameters' shapes.
pub type Gradients = Parameters;

impl Parameters {
    /// All zeros, for a network of the lecture: `inputs` = D, `hidden` = H, with or without the two biases.
    pub fn zeros(inputs: usize, hidden: usize, bias: bool) -> Self {
        Self::zeros_of(Architecture::of_the_lecture(inputs, hidden, bias))
    }

    /// All zeros, for a network made like that.
    pub fn zeros_of(architecture: Architecture) -> Self {
        Self::of_layout(Arc::new(architecture.layout()))
    }

    /// The parameters of a network of the lecture whose weights are known: W_i, H × D, W_h, H × H, and w_o, H long; b, H long, and
    /// b_o, one number, are empty for a network without biases. Matrices may lie in memory as they like.
    ///
    /// # Errors
    /// [`ShapeError`] if one of them does not fit W_i.
    pub fn new(
        w_i: ArrayView2<'_, f64>,
        w_h: ArrayView2<'_, f64>,
        b: &[f64],
        w_o: &[f64],
        b_o: &[f64],
    ) -> Result<Self, ShapeError> {
        let (hidden, inputs) = w_i.dim();
        let mut parameters = Self::zeros(inputs, hidden, !(b.is_empty() && b_o.is_empty()));
        parameters.set(Parameter::InputWeights, w_i)?;
        parameters.set(Parameter::RecurrentWeights, w_h)?;
        for (parameter, vector) in [
            (Parameter::HiddenBias, b),
            (Parameter::OutputWeights, w_o),
            (Parameter::OutputBias, b_o),
        ] {
            parameters.set(parameter, column(vector))?;
        }
        Ok(parameters)
    }

    /// All zeros.
    fn of_layout(layout: Arc<Layout>) -> Self {
        let values = vec![0.0; layout.count()];
        Self { layout, values }
    }

    /// All zeros in the shapes of `self`.
    pub fn zeros_like(&self) -> Self {
        Self::of_layout(Arc::clone(&self.layout))
    }

    /// Names and shapes of the tensors.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Input width D.
    pub fn inputs(&self) -> usize {
        self.layout.widths().inputs
    }

    /// Hidden size H.
    pub fn hidden(&self) -> usize {
        self.layout.widths().hidden
    }

    /// How many numbers a timestep has for which something is computed: the rows of W_h of all layers, H for one layer of
    /// the Elman cell. Memory and work go with it.
    pub fn rows(&self) -> usize {
        self.count_of(Parameter::RecurrentWeights) / self.hidden()
    }

    /// Whether the network has the biases b and b_o.
    pub fn has_bias(&self) -> bool {
        !self.b().is_empty()
    }

    /// How many numbers are trained.
    pub fn count(&self) -> usize {
        self.values.len()
    }

    /// Every number, tensor after tensor, each in its own order of memory.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// As [`Self::values`], to write to.
    pub fn values_mut(&mut self) -> &mut [f64] {
        &mut self.values
    }

    /// Every tensor with its numbers.
    pub fn tensors(&self) -> impl ExactSizeIterator<Item = (&Tensor, &[f64])> {
        let tensors = self.layout.tensors();
        tensors.map(|(tensor, range)| (tensor, &self.values[range]))
    }

    /// The numbers of what is for `parameter`; none if the network has no such tensor.
    pub fn of(&self, parameter: Parameter) -> &[f64] {
        &self.values[self.range(parameter)]
    }

    /// As [`Self::of`], to write to.
    pub fn of_mut(&mut self, parameter: Parameter) -> &mut [f64] {
        let range = self.range(parameter);
        &mut self.values[range]
    }

    /// The numbers of every tensor that is for `parameter`, layer after layer.
    pub fn all_of(&self, parameter: Parameter) -> impl Iterator<Item = &[f64]> {
        let tensors = self.tensors();
        tensors
            .filter(move |(tensor, _)| tensor.parameter == parameter)
            .map(|(_, numbers)| numbers)
    }

    /// As [`Self::all_of`], to write to.
    pub fn all_of_mut(&mut self, parameter: Parameter) -> impl Iterator<Item = &mut [f64]> {
        let Self { layout, values } = self;
        let mut rest = values.as_mut_slice();
        layout.tensors().filter_map(move |(tensor, range)| {
            let (numbers, after) = std::mem::take(&mut rest).split_at_mut(range.len());
            rest = after;
            (tensor.parameter == parameter).then_some(numbers)
        })
    }

    /// How many numbers are for `parameter`, over all layers.
    pub fn count_of(&self, parameter: Parameter) -> usize {
        self.all_of(parameter).map(<[f64]>::len).sum()
    }

    /// Whether W_h is a single number: of one unit of the Elman cell.
    pub fn has_one_recurrent_weight(&self) -> bool {
        self.count_of(Parameter::RecurrentWeights) == 1
    }

    /// Every H × H block of W_h, of one layer after the other: one for the Elman cell, one for each gate of the others.
    pub fn recurrent_blocks(&self) -> impl Iterator<Item = ArrayView2<'_, f64>> {
        let hidden = self.hidden();
        let blocks = self
            .all_of(Parameter::RecurrentWeights)
            .flat_map(move |numbers| numbers.chunks_exact(hidden * hidden));
        blocks.map(move |block| {
            let view = ArrayView2::from_shape((hidden, hidden), block);
            // A block has as many numbers as its shape says.
            view.unwrap_or_else(|_| aview2::<f64, 0>(&[]))
        })
    }

    /// The numbers of several tensors at once, to write to. Empty where the network has none, and where one is asked for
    /// twice.
    pub fn several_mut<const N: usize>(&mut self, parameters: [Parameter; N]) -> [&mut [f64]; N] {
        self.ranges_mut(parameters.map(|parameter| self.range(parameter)))
    }

    /// The numbers in several ranges of all at once, to write to. Empty where two of them overlap.
    pub(super) fn ranges_mut<const N: usize>(
        &mut self,
        ranges: [Range<usize>; N],
    ) -> [&mut [f64]; N] {
        let found = self.values.get_disjoint_mut(ranges);
        found.unwrap_or_else(|_| std::array::from_fn(|_| Default::default()))
    }

    /// Where the numbers of what is for `parameter` are among all.
    pub fn range(&self, parameter: Parameter) -> Range<usize> {
        let found = self.layout.tensor(parameter);
        found.map_or(0..0, |(_, range)| range)
    }

    /// W_i, H × D.
    pub fn w_i(&self) -> ArrayView2<'_, f64> {
        self.matrix(Parameter::InputWeights)
    }

    /// W_h, H × H.
    pub fn w_h(&self) -> ArrayView2<'_, f64> {
        self.matrix(Parameter::RecurrentWeights)
    }

    /// b, H long; empty for a network without biases.
    pub fn b(&self) -> &[f64] {
        self.of(Parameter::HiddenBias)
    }

    /// w_o, H long; empty for a network without a read-out.
    pub fn w_o(&self) -> &[f64] {
        self.of(Parameter::OutputWeights)
    }

    /// Whether there is a read-out; without it the states of the last layer are the answers.
    pub fn has_read_out(&self) -> bool {
        self.layout.tensor(Parameter::OutputWeights).is_some()
    }

    /// What makes K answers of H states: W_o, row by row, or the identity of a network without a read-out.
    pub fn answering_rows(&self) -> Cow<'_, [f64]> {
        if self.has_read_out() {
            return Cow::Borrowed(self.w_o());
        }
        let hidden = self.hidden();
        let mut identity = vec![0.0; hidden * hidden];
        identity
            .iter_mut()
            .step_by(hidden + 1)
            .for_each(|on| *on = 1.0);
        Cow::Owned(identity)
    }

    /// b_o, one number; empty for a network without biases.
    pub fn b_o(&self) -> &[f64] {
        self.of(Parameter::OutputBias)
    }

    /// W_i, to write to.
    pub fn w_i_mut(&mut self) -> ArrayViewMut2<'_, f64> {
        self.matrix_mut(Parameter::InputWeights)
    }

    /// W_h, to write to.
    pub fn w_h_mut(&mut self) -> ArrayViewMut2<'_, f64> {
        self.matrix_mut(Parameter::RecurrentWeights)
    }

    /// b, to write to.
    pub fn b_mut(&mut self) -> &mut [f64] {
        self.of_mut(Parameter::HiddenBias)
    }

    /// w_o, to write to.
    pub fn w_o_mut(&mut self) -> &mut [f64] {
        self.of_mut(Parameter::OutputWeights)
    }

    /// b_o, to write to.
    pub fn b_o_mut(&mut self) -> &mut [f64] {
        self.of_mut(Parameter::OutputBias)
    }

    fn matrix(&self, parameter: Parameter) -> ArrayView2<'_, f64> {
        let found = self.layout.tensor(parameter);
        self.view(found)
    }

    /// The matrix for `parameter` of the layer `layer`, counted from 0; empty if there is none.
    pub fn matrix_of(&self, parameter: Parameter, layer: usize) -> ArrayView2<'_, f64> {
        let found = self.layout.tensor_of(parameter, layer);
        self.view(found)
    }

    fn view(&self, found: Option<(&Tensor, Range<usize>)>) -> ArrayView2<'_, f64> {
        let Some((tensor, range)) = found else {
            return aview2::<f64, 0>(&[]);
        };
        let (shape, numbers) = ((tensor.rows, tensor.columns), &self.values[range]);
        let view = match tensor.order {
            MemoryOrder::Rows => ArrayView2::from_shape(shape, numbers),
            MemoryOrder::Columns => ArrayView2::from_shape(shape.f(), numbers),
        };
        // A tensor has as many numbers as its shape says.
        view.unwrap_or_else(|_| aview2::<f64, 0>(&[]))
    }

    fn matrix_mut(&mut self, parameter: Parameter) -> ArrayViewMut2<'_, f64> {
        let shape = self.shape(parameter);
        let numbers = self.of_mut(parameter);
        let view = match shape {
            (rows, columns, MemoryOrder::Rows) => {
                ArrayViewMut2::from_shape((rows, columns), numbers)
            }
            (rows, columns, MemoryOrder::Columns) => {
                ArrayViewMut2::from_shape((rows, columns).f(), numbers)
            }
        };
        let nothing: &mut [[f64; 0]] = &mut [];
        view.unwrap_or_else(|_| ArrayViewMut2::from(nothing))
    }

    fn shape(&self, parameter: Parameter) -> (usize, usize, MemoryOrder) {
        let found = self.layout.tensor(parameter);
        found.map_or((0, 0, MemoryOrder::Rows), |(tensor, _)| {
            (tensor.rows, tensor.columns, tensor.order)
        })
    }

    /// Takes on the numbers of `matrix`, whichever way they lie in memory.
    ///
    /// # Errors
    /// [`ShapeError`] if its shape is another.
    fn set(&mut self, parameter: Parameter, matrix: ArrayView2<'_, f64>) -> Result<(), ShapeError> {
        let (rows, columns, _) = self.shape(parameter);
        let found = matrix.dim();
        // Of a vector without numbers there is nothing to fit.
        if found != (rows, columns) && (rows * columns > 0 || !matrix.is_empty()) {
            return Err(ShapeError {
                tensor: parameter.name().into(),
                expected: [rows, columns],
                found: found.into(),
            });
        }
        if !matrix.is_empty() {
            self.matrix_mut(parameter).assign(&matrix);
        }
        Ok(())
    }

    /// Sets every number to `value`.
    pub fn fill(&mut self, value: f64) {
        self.values.fill(value);
    }

    /// Multiplies every number by `factor`.
    pub fn scale(&mut self, factor: f64) {
        for value in &mut self.values {
            *value *= factor;
        }
    }

    /// Adds every number of `other`, which has the same shapes.
    pub fn add(&mut self, other: &Self) {
        let pairs = self.values.iter_mut().zip(&other.values);
        pairs.for_each(|(sum, x)| *sum += x);
    }

    /// Copies every number of `other`, which has the same shapes, without allocating.
    pub fn copy_from(&mut self, other: &Self) {
        self.values.copy_from_slice(&other.values);
    }

    /// The Euclidean norm of all numbers together, what gradient clipping measures. Scaled by the
    /// largest, so that a gradient of 1e200 has a norm and not an overflow.
    pub fn norm(&self) -> f64 {
        norm(&self.values)
    }

    /// The place of the first number that is infinite or NaN.
    pub fn first_non_finite(&self) -> Option<usize> {
        self.values.iter().position(|value| !value.is_finite())
    }

    /// The name of the number at `place` among all, as [`Tensor::name_of`] writes it.
    pub fn name_of(&self, place: usize) -> String {
        let found = self.layout.tensor_at(place);
        found.map_or_else(String::new, |(tensor, index)| tensor.name_of(index))
    }
}

fn column(vector: &[f64]) -> ArrayView2<'_, f64> {
    ArrayView1::from(vector).insert_axis(Axis(1))
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, Slice, arr2};

    use super::*;

    #[test]
    fn tensors_cover_every_number_once() {
        let mut parameters = Parameters::zeros(5, 3, true);
        assert_eq!(parameters.count(), 15 + 9 + 3 + 3 + 1);
        parameters.fill(2.0);
        assert!(parameters.w_i().iter().all(|&w| w == 2.0));
        assert!((parameters.norm() - (4.0 * 31.0_f64).sqrt()).abs() < 1e-14);
        let lengths = parameters.tensors().map(|(tensor, numbers)| {
            assert_eq!(tensor.len(), numbers.len());
            numbers.len()
        });
        assert_eq!(lengths.sum::<usize>(), parameters.count());
    }

    #[test]
    fn one_words_column_is_contiguous_and_named_by_row_and_column() {
        let mut parameters = Parameters::zeros(4, 3, false);
        parameters.w_i_mut()[[2, 1]] = f64::NAN;
        assert_eq!(parameters.first_non_finite(), Some(5));
        assert_eq!(parameters.name_of(5), "w_i[3, 2]");
        let scalar = Parameters::zeros(1, 1, true);
        let names: Vec<String> = (0..5).map(|place| scalar.name_of(place)).collect();
        assert_eq!(names, ["w_i", "w_h", "b", "w_o", "b_o"]);
        assert_eq!(Parameters::zeros(1, 2, true).name_of(7), "b[2]");
    }

    /// A matrix whose numbers lie row by row, and one that is every second column of a larger one, are taken on number
    /// by number.
    #[test]
    fn a_matrix_may_lie_in_memory_as_it_likes() {
        let w_i = arr2(&[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
        let wide = Array2::from_shape_fn((2, 4), |(row, column)| (10 * row + column) as f64);
        let w_h = wide.slice_axis(Axis(1), Slice::new(0, None, 2));
        let found = Parameters::new(w_i.view(), w_h, &[], &[7.0, 8.0], &[]).unwrap();
        assert_eq!(found.w_i(), w_i);
        assert_eq!(
            found.of(Parameter::InputWeights),
            [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]
        );
        assert_eq!(found.w_h(), w_h);
        assert_eq!(found.w_o(), [7.0, 8.0]);
        assert!(!found.has_bias());
    }

    #[test]
    fn a_tensor_that_does_not_fit_is_named() {
        let w_i = Array2::zeros((2, 3));
        let build = |w_h: &Array2<f64>, b: &[f64], w_o: &[f64], b_o: &[f64]| {
            Parameters::new(w_i.view(), w_h.view(), b, w_o, b_o).map_err(|error| error.to_string())
        };
        let square = Array2::zeros((2, 2));
        for (result, expected) in [
            (
                build(&Array2::zeros((3, 3)), &[], &[0.0; 2], &[]),
                "w_h is 3×3 and has to be 2×2",
            ),
            (
                build(&square, &[0.0; 3], &[0.0; 2], &[0.0]),
                "b is 3×1 and has to be 2×1",
            ),
            (
                build(&square, &[], &[0.0; 5], &[]),
                "w_o is 5×1 and has to be 2×1",
            ),
            (
                build(&square, &[0.0; 2], &[0.0; 2], &[]),
                "b_o is 0×1 and has to be 1×1",
            ),
        ] {
            assert_eq!(result.unwrap_err(), expected);
        }
    }

    #[test]
    fn the_norm_of_huge_and_tiny_gradients_is_exact() {
        let mut gradients = Parameters::zeros(1, 1, false);
        gradients.w_h_mut()[[0, 0]] = 3e200;
        gradients.w_o_mut()[0] = 4e200;
        assert!((gradients.norm() / 5e200 - 1.0).abs() < 1e-15);
        gradients.scale(1e-320);
        assert!(gradients.norm() > 0.0);
        gradients.w_o_mut()[0] = f64::NAN;
        assert!(gradients.norm().is_nan());
    }
}
