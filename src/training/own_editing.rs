//! What a person's own numbers become when something else of the experiment is changed by hand.

use super::data_settings::{InputSource, LossChoice};
use super::experiment::{CheckedExperiment, Experiment};
use super::given_weights::GivenWeights;
use super::limits::OutOfRange;
use super::number_table::NumberTable;
use super::number_table_reading::MOST_NUMBERS;
use super::own::as_column;
use super::tensor_names::TensorNames;
use crate::rnn::Batch;
use crate::tasks::TaskKind;

/// Timesteps of a sequence that is taken over as one's own.
const MOST_TAKEN: usize = 200;

/// A person's own network and sequence, number by number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OwnNumbers {
    /// The weights; without any they are drawn.
    pub weights: GivenWeights,
    /// x_1 to x_n.
    pub inputs: NumberTable,
    /// y.
    pub targets: NumberTable,
    /// s_0, or nothing.
    pub state: NumberTable,
    /// ∂L/∂h_1 to ∂L/∂h_n in the place of targets, or nothing.
    pub state_gradients: NumberTable,
    /// What an answer is compared with its target by; without it, as before.
    pub loss: Option<LossChoice>,
}

impl Experiment {
    /// This with a network and a sequence of one's own. Cell, sizes and length follow from the numbers.
    ///
    /// # Errors
    /// [`OutOfRange`] names what does not fit.
    pub fn with_own(&self, own: OwnNumbers) -> Result<CheckedExperiment, OutOfRange> {
        let mut next = self.clone();
        let was_own = self.is_own_sequence();
        next.network.weights = own.weights;
        if next.has_own_weights() {
            next.network.embedding = 0;
            next.network.forget_bias = None;
        }
        let probe = &mut next.probe;
        probe.inputs = as_column(own.inputs);
        probe.targets = as_column(own.targets);
        probe.state = own.state;
        probe.state_gradients = as_column(own.state_gradients);
        next.task.kind = TaskKind::Data;
        next.data.path.clear();
        next.data.hash.clear();
        next.data.inputs = InputSource::Numbers;
        next.data.loss = own.loss.unwrap_or(next.data.loss);
        next.network.module.clear();
        next.network.tensors = TensorNames::default();
        next.follow_own(|key| key == "training.batch" && was_own);
        next.check()
    }

    /// Makes the own numbers fit what was changed since `before`: a sequence becomes longer or shorter with n, and weights
    /// that are given are drawn where another size or cell is chosen. Whoever chooses to read numbers of their own begins
    /// with those of `shown`, the sequence that is shown. Returns what to tell of it.
    pub fn fit_own(&mut self, before: &Self, shown: &Batch) -> Option<String> {
        let was_own = before.is_own_sequence();
        let reads_numbers = self.data.inputs == InputSource::Numbers;
        let was_task = was_own || before.task.kind != self.task.kind;
        let mut told = None;
        if !self.is_own_sequence() && was_task {
            // They are of another width.
            self.probe.inputs = NumberTable::default();
            self.probe.targets = NumberTable::default();
            self.probe.state_gradients = NumberTable::default();
        }
        // Other numbers bring their own cell and sizes.
        if self.has_own_weights() && self.network.weights == before.network.weights {
            let (now, then) = (&self.network, &before.network);
            let is_another = now.cell != then.cell
                || now.layers != then.layers
                || now.hidden != then.hidden
                || now.bias != then.bias
                || now.embedding != then.embedding
                || now.forget_bias.is_some()
                || now.initialise != then.initialise
                || now.recurrent != then.recurrent
                || before.task.kind != self.task.kind;
            if is_another {
                self.network.weights = GivenWeights::default();
                told = Some(
                    "the weights are drawn now: your own numbers are of another network. Undo brings them back"
                        .to_owned(),
                );
            }
        }
        if self.is_own_sequence() && reads_numbers && self.probe.inputs.is_empty() {
            self.take_over(shown);
        }
        if before.data.inputs != self.data.inputs {
            self.begin_text();
        }
        let is_own = self.is_own_sequence();
        let probe = &mut self.probe;
        let asks = !(probe.targets.is_empty() && probe.state_gradients.is_empty());
        if is_own && self.network.weights.is_absent() && !asks {
            // A network that is drawn has a read-out, and something is asked of it.
            probe.targets = NumberTable::of_values(1, vec![1.0]);
        }
        self.fit_length();
        self.fit_width(before);
        told
    }

    /// Begins with what is shown, or a few numbers where that is words.
    fn take_over(&mut self, shown: &Batch) {
        let width = shown.vector(0, 0).map_or(1, <[f64]>::len).max(1);
        let most = MOST_TAKEN.min(MOST_NUMBERS / width);
        let vectors = (0..shown.length.min(most)).map_while(|t| shown.vector(t, 0));
        let rows: Vec<Vec<f64>> = vectors.map(<[f64]>::to_vec).collect();
        self.probe.inputs = match NumberTable::of_rows(&rows) {
            Ok(table) if !table.is_empty() => table,
            _ => NumberTable::of_values(1, vec![1.0, 0.5, -0.5]),
        };
        self.task.length = self.probe.inputs.rows();
        if !self.has_own_weights() {
            self.probe.targets = NumberTable::of_values(1, vec![1.0]);
        }
        self.training.batch = 1;
    }

    /// As many rows as there are timesteps.
    fn fit_length(&mut self) {
        if self.is_own_sequence() && self.data.inputs != InputSource::Numbers {
            return;
        }
        let length = self.task.length;
        let probe = &mut self.probe;
        let before = probe.inputs.rows();
        if before == 0 || before == length {
            return;
        }
        probe.inputs = std::mem::take(&mut probe.inputs).with_rows(length, 0.0);
        for (table, fill) in [
            (&mut probe.targets, f64::NAN),
            (&mut probe.state_gradients, 0.0),
        ] {
            // One row is an answer at the end, and stays one.
            if table.rows() != before || before == 1 {
                continue;
            }
            *table = std::mem::take(table).with_rows(length, fill);
            if table
                .values()
                .iter()
                .all(|value| value.is_nan() || *value == 0.0)
            {
                let columns = table.columns();
                let last = table.values_mut().len() - columns;
                table.values_mut()[last..].fill(1.0);
            }
        }
    }

    /// As many columns as there are units, where a number is given for each.
    fn fit_width(&mut self, before: &Self) {
        let network = &self.network;
        let width = network.layers * network.cell.cell().states().len() * network.hidden;
        if self.probe.state.values().len() != width {
            self.probe.state = NumberTable::default();
        }
        let hidden = network.hidden;
        let put_in = &mut self.probe.state_gradients;
        if !put_in.is_empty() && put_in.columns() != hidden && before.network.hidden != hidden {
            let rows = put_in.rows();
            let mut values = vec![0.0; rows * hidden];
            values[(rows - 1) * hidden..].fill(1.0);
            *put_in = NumberTable::of_values(hidden, values);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::SmallNetwork;

    fn own() -> Experiment {
        let small = SmallNetwork::ALL
            .iter()
            .find(|it| it.slug == "worked-example");
        Experiment::clone(&small.unwrap().experiment())
    }

    fn fitted(change: impl FnOnce(&mut Experiment)) -> (Experiment, Option<String>) {
        let before = own();
        let mut next = before.clone();
        change(&mut next);
        let told = next.fit_own(&before, &Batch::tokens());
        next.clone().check().unwrap();
        (next, told)
    }

    #[test]
    fn a_sequence_grows_and_shrinks_with_its_length() {
        let (longer, told) = fitted(|e| e.task.length = 4);
        assert_eq!(longer.probe.inputs.values(), [1.0, 2.0, 0.0, 0.0]);
        assert!(longer.probe.targets.values()[3].is_nan());
        assert_eq!(told, None);
        let (shorter, _) = fitted(|e| e.task.length = 1);
        assert_eq!(shorter.probe.inputs.values(), [1.0]);
        assert_eq!(shorter.probe.targets.values(), [1.0]);
    }

    #[test]
    fn weights_of_another_size_are_drawn_and_it_is_said() {
        let (other, told) = fitted(|e| e.network.hidden = 3);
        assert!(!other.has_own_weights() && told.unwrap().contains("Undo"));
        let (same, told) = fitted(|e| e.training.learning_rate = 0.5);
        assert!(same.has_own_weights() && told.is_none());
    }

    #[test]
    fn another_task_reads_its_own_numbers_and_ones_own_begin_with_what_is_shown() {
        let (latch, _) = fitted(|e| e.task.kind = TaskKind::Latch);
        assert!(latch.probe.inputs.is_empty());
        let before = Experiment::default();
        let mut next = before.clone();
        next.task.kind = TaskKind::Data;
        let mut shown = Batch::dense(2);
        shown.reset(3, 1);
        assert_eq!(next.fit_own(&before, &shown), None);
        assert_eq!(
            (next.probe.inputs.rows(), next.probe.inputs.columns()),
            (3, 2)
        );
        next.check().unwrap();
        let mut of_words = before.clone();
        of_words.task.kind = TaskKind::Data;
        of_words.fit_own(&before, &Batch::tokens());
        of_words.check().unwrap();
    }
}
