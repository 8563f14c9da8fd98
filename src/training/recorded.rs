//! A moment of a training that runs elsewhere, as an experiment: "this network, this input, this gradient from outside".

use super::experiment::{CheckedExperiment, Experiment};
use super::foreign::shown_text;
use super::given_weights::GivenWeights;
use super::number_table::NumberTable;
use super::recorded_facts::{ReadFacts, RecordedFacts};
use crate::flow::{Probe, thousands};
use crate::models::{Record, Way};
use crate::rnn::{
    Architecture, Batch, Inputs, Interrupt, Loss, Network, Parameters, Pass, ReadOut, Widths,
};
use crate::tasks::TaskKind;

/// One sequence of a record, through the layers of a module that can be seen as one network: all of them where it reads in
/// one direction, otherwise one layer in one direction, whose inputs and gradients come from the others.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedSequence {
    /// Of these layers.
    pub weights: GivenWeights,
    /// x_1 to x_n in the order in which they are read, n rows of D.
    pub inputs: NumberTable,
    /// s_0.
    pub state: NumberTable,
    /// ∂L/∂h_t of the last layer by whatever reads it outside, n rows of H; empty where nothing does.
    pub state_gradients: NumberTable,
    /// ∂L/∂s_n by whoever is handed the last state; empty where nobody is.
    pub last_state_gradients: NumberTable,
}

impl RecordedSequence {
    /// Number `index` of `record` through its part called `part`, the last layer forward where that is empty.
    ///
    /// # Errors
    /// That there is no such sequence or part, and which there are.
    pub fn of(record: &Record, part: &str, index: usize) -> Result<Self, String> {
        if index >= record.sequences {
            return Err(match record.sequences {
                1 => format!("it has one sequence, number 0, and probe.index is {index}"),
                count => format!(
                    "it has the sequences 0 to {}, and probe.index is {index}",
                    thousands(count as u64 - 1)
                ),
            });
        }
        let whole = Self::whole(record, part, index)?;
        Ok(whole.without_what_gets_nothing())
    }

    fn whole(record: &Record, part: &str, index: usize) -> Result<Self, String> {
        if !record.is_bidirectional {
            if !part.is_empty() {
                return Err(format!(
                    "network.module is “{}”, and the module of this record has one part only: leave it out",
                    shown_text(part)
                ));
            }
            return Ok(Self::of_stack(record, index));
        }
        let last = Way {
            layer: record.layers - 1,
            is_reverse: false,
        };
        let mut ways = record.ways();
        let way = match part {
            "" => Some(last),
            part => ways.find(|way| record.part(*way) == part),
        };
        let way = way.ok_or_else(|| {
            format!(
                "network.module is “{}”, and this record has {}",
                shown_text(part),
                record.parts().join(", ")
            )
        })?;
        Ok(Self::of_layer(record, way, index))
    }

    /// This up to the last timestep into which a gradient comes from outside: of what is behind it, as where sequences are
    /// filled up and the loss leaves that out, nothing learns.
    fn without_what_gets_nothing(mut self) -> Self {
        let is_something = |value: &f64| *value != 0.0;
        let is_handed_on = self.last_state_gradients.values().iter().any(is_something);
        let rows = self.state_gradients.iter();
        let last = rows.rev().position(|row| row.iter().any(is_something));
        if let (false, Some(behind @ 1..)) = (is_handed_on, last) {
            for table in [&mut self.inputs, &mut self.state_gradients] {
                let rows = table.rows() - behind;
                *table = std::mem::take(table).with_rows(rows, 0.0);
            }
        }
        // Where nothing but the last timestep is read outside, that is said by a single row.
        let rows: Vec<&[f64]> = self.state_gradients.iter().collect();
        if let [others @ .., last] = rows.as_slice()
            && !others.is_empty()
            && !others.iter().any(|row| row.iter().any(is_something))
        {
            self.state_gradients = NumberTable::of_values(last.len(), last.to_vec());
        }
        self
    }

    fn of_stack(record: &Record, index: usize) -> Self {
        let parts = record.cell.cell().states().len();
        let mut weights = GivenWeights::default();
        let mut state = Vec::new();
        for way in record.ways() {
            insert_weights(&mut weights, record, way, way.layer);
            for part in 0..parts {
                state.extend(record.initial_state(part, way, index));
            }
        }
        let last = last_state_gradients(record, record.ways(), index);
        weights.set_cell(record.cell);
        Self {
            weights,
            inputs: NumberTable::of_values(record.inputs, record.x(index)),
            state: NumberTable::list(state),
            state_gradients: NumberTable::of_values(
                record.hidden,
                record.output_gradients(index).unwrap_or_default(),
            ),
            last_state_gradients: NumberTable::list(last),
        }
    }

    /// One layer of a module that reads in both directions: forward through those below it, and back through those above.
    fn of_layer(record: &Record, way: Way, index: usize) -> Self {
        let both = |layer| [false, true].map(|is_reverse| Way { layer, is_reverse });
        let mut below = vec![record.x(index)];
        for layer in 0..record.layers - 1 {
            let states = both(layer).map(|way| {
                let layer = Self::alone(record, (way, index), &below[layer], None);
                in_order(way, layer.run(record).0.top().outputs(), record.hidden)
            });
            below.push(side_by_side(&states, record.hidden));
        }
        let mut gradients = record.output_gradients(index);
        for layer in (way.layer + 1..record.layers).rev() {
            let [forward, reverse] = both(layer).map(|way| {
                let half = half_of(gradients.as_deref(), record.hidden, way.is_reverse);
                let layer = Self::alone(record, (way, index), &below[way.layer], half);
                let (mut pass, network) = layer.run(record);
                let back = pass.input_gradients(&network);
                in_order(way, &back, 2 * record.hidden)
            });
            gradients = Some(forward.iter().zip(&reverse).map(|(a, b)| a + b).collect());
        }
        let half = half_of(gradients.as_deref(), record.hidden, way.is_reverse);
        Self::alone(record, (way, index), &below[way.layer], half)
    }

    /// One layer in one direction, which reads `x`, n rows in the order of the sequence, and to whose outputs `gradients`
    /// come.
    fn alone(
        record: &Record,
        (way, index): (Way, usize),
        x: &[f64],
        gradients: Option<Vec<f64>>,
    ) -> Self {
        let mut weights = GivenWeights::default();
        insert_weights(&mut weights, record, way, 0);
        weights.set_cell(record.cell);
        let parts = 0..record.cell.cell().states().len();
        let state = parts.flat_map(|part| record.initial_state(part, way, index));
        let last = last_state_gradients(record, [way], index);
        let width = x.len() / record.length(index);
        let gradients = gradients.unwrap_or_default();
        Self {
            weights,
            inputs: NumberTable::of_values(width, in_order(way, x, width)),
            state: NumberTable::list(state.collect()),
            state_gradients: NumberTable::of_values(
                record.hidden,
                in_order(way, &gradients, record.hidden),
            ),
            last_state_gradients: NumberTable::list(last),
        }
    }

    /// The network of these layers of `record`.
    pub fn network(&self, record: &Record) -> Network {
        let layers = self.state.values().len() / record.hidden;
        let mut parameters = Parameters::zeros_of(Architecture {
            cell: record.cell,
            widths: Widths {
                inputs: self.inputs.columns(),
                hidden: record.hidden,
                layers: layers / record.cell.cell().states().len(),
                outputs: record.hidden,
            },
            bias: true,
            has_read_out: false,
            embedding: None,
        });
        self.weights.put(&mut parameters);
        let mut network = Network::of_cell(record.cell, record.activation, parameters, 0.0);
        network.s_0.copy_from_slice(self.state.values());
        network
    }

    /// The sequence with the gradients, as a batch of one for [`Loss::Linear`].
    pub fn batch(&self, record: &Record) -> Batch {
        let (width, length) = (self.inputs.columns(), self.inputs.rows());
        let read_out = match self.state_gradients.rows() {
            rows if rows == length && length > 1 => ReadOut::AtEveryStep,
            _ => ReadOut::AtTheEnd,
        };
        let mut batch = Batch::dense(width).asking(read_out, record.hidden);
        batch.reset(length, 1);
        if let Inputs::Dense { values, .. } = &mut batch.inputs {
            values.copy_from_slice(self.inputs.values());
        }
        if !self.state_gradients.is_empty() {
            batch.targets.copy_from_slice(self.state_gradients.values());
        }
        batch.last_state_gradients = self.last_state_gradients.values().to_vec();
        show_what_is_no_number(&mut batch);
        batch
    }

    /// Forward and back.
    fn run(&self, record: &Record) -> (Pass, Network) {
        let (network, batch) = (self.network(record), self.batch(record));
        let mut probe = Probe::new(&network.parameters);
        // Nothing raises it.
        let _ = probe.run(&network, &batch, Loss::Linear, &Interrupt::default());
        (probe.pass, network)
    }
}

/// Makes what is no number among the gradients that are put in ∞: that nothing is asked is said by what is no number, and this
/// has to be seen.
pub fn show_what_is_no_number(batch: &mut Batch) {
    for gradients in [&mut batch.targets, &mut batch.last_state_gradients] {
        let broken = gradients.iter_mut().filter(|value| value.is_nan());
        broken.for_each(|value| *value = f64::INFINITY);
    }
}

/// ∂L/∂s_n of layers, one part behind the other; nothing where nobody is handed any of it.
fn last_state_gradients(
    record: &Record,
    ways: impl IntoIterator<Item = Way>,
    index: usize,
) -> Vec<f64> {
    let parts = record.cell.cell().states().len();
    let mut all = Vec::new();
    let mut is_handed_on = false;
    for way in ways {
        for part in 0..parts {
            let gradient = record.last_state_gradient(part, way, index);
            is_handed_on |= gradient.is_some();
            all.extend(gradient.map_or_else(|| vec![0.0; record.hidden], <[f64]>::to_vec));
        }
    }
    if is_handed_on { all } else { Vec::new() }
}

/// Puts the tensors of a layer among `weights`, as those of layer number `layer`.
fn insert_weights(weights: &mut GivenWeights, record: &Record, way: Way, layer: usize) {
    for (kind, columns, values) in record.weights(way) {
        let table = match kind.starts_with("bias") {
            true => NumberTable::list(values.to_vec()),
            false => NumberTable::of_values(columns, values.to_vec()),
        };
        weights.insert(&format!("{kind}_l{layer}"), table);
    }
}

/// Rows of `width` numbers in the order in which `way` reads them, or back in that of the sequence.
fn in_order(way: Way, rows: &[f64], width: usize) -> Vec<f64> {
    match way.is_reverse {
        true => rows.chunks_exact(width).rev().flatten().copied().collect(),
        false => rows.to_vec(),
    }
}

/// Rows of both directions as rows twice as wide.
fn side_by_side(halves: &[Vec<f64>; 2], hidden: usize) -> Vec<f64> {
    let [forward, reverse] = halves;
    let rows = forward
        .chunks_exact(hidden)
        .zip(reverse.chunks_exact(hidden));
    rows.flat_map(|(a, b)| a.iter().chain(b)).copied().collect()
}

/// The half of every row that is of one direction.
fn half_of(rows: Option<&[f64]>, hidden: usize, is_reverse: bool) -> Option<Vec<f64>> {
    let first = if is_reverse { hidden } else { 0 };
    let rows = rows?.chunks_exact(2 * hidden);
    Some(
        rows.flat_map(|row| &row[first..first + hidden])
            .copied()
            .collect(),
    )
}

impl Experiment {
    /// The network of the record in the file at `path`, with a sequence by its number, through the part of that name.
    ///
    /// # Errors
    /// What does not fit.
    pub fn of_record(
        path: &str,
        record: &Record,
        (part, index): (&str, usize),
    ) -> Result<CheckedExperiment, String> {
        let mut experiment = Self::default();
        part.clone_into(&mut experiment.network.module);
        experiment.probe.index = index;
        path.clone_into(&mut experiment.probe.record);
        experiment.take_record(path, record)?;
        experiment.check().map_err(|error| error.to_string())
    }

    /// Takes in the sequence of `record` that is meant, and sets what follows from it.
    ///
    /// # Errors
    /// As [`RecordedSequence::of`].
    pub(super) fn take_record(&mut self, path: &str, record: &Record) -> Result<(), String> {
        let sequence = RecordedSequence::of(record, &self.network.module, self.probe.index)?;
        path.clone_into(&mut self.probe.record);
        let source = self.record_source();
        self.network.weights = sequence.weights.from_file(path.to_owned());
        self.network.activation = record.activation;
        self.probe.facts = ReadFacts::of(record);
        self.task.kind = TaskKind::Data;
        let probe = &mut self.probe;
        probe.targets = NumberTable::default();
        for (place, table) in [
            (&mut probe.inputs, sequence.inputs),
            (&mut probe.state, sequence.state),
            (&mut probe.state_gradients, sequence.state_gradients),
            (
                &mut probe.last_state_gradients,
                sequence.last_state_gradients,
            ),
        ] {
            *place = table.found_in(&source);
        }
        self.follow_own(|key| !key.starts_with("network.") && !key.starts_with("task."));
        Ok(())
    }

    /// What the record that is shown says besides its numbers, if one is shown: then training goes on elsewhere, and no step
    /// is made here.
    pub fn recorded(&self) -> Option<&RecordedFacts> {
        let facts = self.probe.facts.get();
        facts.filter(|_| !self.probe.record.is_empty())
    }

    /// Where the tables of the probe are found, if they are in a record: the file, the part of its module, the sequence.
    fn record_source(&self) -> String {
        let (record, part) = (&self.probe.record, &self.network.module);
        format!("{record}\n{part}\n{}", self.probe.index)
    }

    /// Whether there is a record that has not been read as it is to be read now.
    pub fn record_is_to_be_read(&self) -> bool {
        !self.probe.record.is_empty() && !self.probe.inputs.is_found_in(&self.record_source())
    }
}
