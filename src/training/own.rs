//! A person's own numbers in an experiment: the weights, and one sequence with what is asked of it.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use super::data_settings::InputSource;
use super::experiment::Experiment;
use super::given_weights::GivenShape;
use super::limits::OutOfRange;
use super::number_table::NumberTable;
use super::number_table_reading::MOST_NUMBERS;
use super::recorded::show_what_is_no_number;
use crate::flow::{mean_direction, significant, thousands};
use crate::rnn::{Batch, Inputs, Loss, ReadOut};
use crate::tasks::{OwnSequence, Task, TaskKind, ask_for_whole_rows};

/// Inputs, targets and states beyond this are typing errors, and would overflow at once.
const LARGEST: f64 = 1e100;

/// The largest number of a class.
const MOST_CLASSES: f64 = 10_000.0;

/// The stream of the seeded generator that noise is drawn from; weights and batches have others.
const STREAM_NOISE: u64 = 2;

impl Experiment {
    /// Whether the sequence of `[probe]` is all there is, to train on and to look at.
    pub fn is_own_sequence(&self) -> bool {
        self.task.kind == TaskKind::Data && !self.data.has_file()
    }

    /// Whether the weights are given, and not drawn.
    pub fn has_own_weights(&self) -> bool {
        !self.network.weights.is_empty()
    }

    /// Whether there is a read-out; without it the states of the last layer are the answers.
    pub fn has_read_out(&self) -> bool {
        let has_weights_of_one = || {
            let shape = self.network.weights.shape();
            shape.is_ok_and(|shape| shape.outputs.is_some())
        };
        !self.is_put_in()
            && !self.has_no_loss()
            && (!self.has_own_weights() || has_weights_of_one())
    }

    /// The task.
    pub(super) fn build_task(&self) -> Box<dyn Task> {
        let task = self.task;
        let built = task.kind.build(task.length, task.padding);
        built
            .or_else(|| self.data_task())
            .unwrap_or_else(|| Box::new(self.own_sequence()))
    }

    /// Whether nothing is asked of the own network: then the gradient begins at the last state, along all of its units alike.
    pub fn has_no_loss(&self) -> bool {
        let probe = &self.probe;
        self.is_own_sequence()
            && self.has_own_weights()
            && probe.targets.is_empty()
            && !self.is_put_in()
    }

    /// Whether a gradient is put in from outside in the place of a loss.
    pub fn is_put_in(&self) -> bool {
        let probe = &self.probe;
        !(probe.state_gradients.is_empty() && probe.last_state_gradients.is_empty())
    }

    /// What the answers to the own sequence are compared by.
    fn own_loss(&self) -> Loss {
        if !self.is_put_in() && !self.has_no_loss() {
            self.data.loss.chosen().unwrap_or(Loss::SquaredError)
        } else {
            Loss::Linear
        }
    }

    /// D of the own sequence.
    pub(super) fn own_width(&self) -> usize {
        let of_weights = || self.network.weights.shape().map_or(1, |shape| shape.inputs);
        match self.data.inputs {
            InputSource::Numbers => self.probe.inputs.columns().max(1),
            InputSource::Zeros | InputSource::Noise | InputSource::Embedding => of_weights(),
        }
    }

    /// K, how many numbers an answer to the own sequence has.
    pub(super) fn own_outputs(&self) -> usize {
        if !self.has_read_out() {
            return self.network.hidden;
        }
        let given = self.network.weights.shape().ok();
        let of_weights = given.and_then(|shape| shape.outputs);
        of_weights.unwrap_or_else(|| match self.own_loss() {
            Loss::BinaryCrossEntropy => 1,
            Loss::CrossEntropy => {
                let targets = self.probe.targets.values().iter();
                let largest = targets.copied().fold(1.0, f64::max);
                largest as usize + 1
            }
            Loss::SquaredError | Loss::Linear => self.probe.targets.columns().max(1),
        })
    }

    /// The own sequence as a task.
    pub(super) fn own_sequence(&self) -> OwnSequence {
        let probe = &self.probe;
        let (loss, outputs) = (self.own_loss(), self.own_outputs());
        let alike = match self.has_no_loss() {
            true => mean_direction(outputs),
            // What is put into the last state is another thing.
            false => vec![0.0; outputs],
        };
        let alike = NumberTable::of_values(outputs, alike);
        let targets = match loss {
            Loss::Linear if probe.state_gradients.is_empty() => &alike,
            Loss::Linear => &probe.state_gradients,
            _ => &probe.targets,
        };
        let length = match self.data.inputs {
            // There is at least one timestep, whatever is missing.
            InputSource::Numbers => probe.inputs.rows().max(1),
            InputSource::Zeros | InputSource::Noise | InputSource::Embedding => self.task.length,
        };
        let read_out = match targets.rows() {
            1 if length > 1 => ReadOut::AtTheEnd,
            _ => ReadOut::AtEveryStep,
        };
        // One timestep is the last one.
        let read_out = if length == 1 {
            ReadOut::AtTheEnd
        } else {
            read_out
        };
        let width = self.own_width();
        let mut batch = Batch::dense(width).asking(read_out, loss.target_width(outputs));
        batch.reset(length, 1);
        let mut said = Vec::new();
        let mut reads = match self.data.inputs {
            InputSource::Numbers => "Your own sequence",
            InputSource::Zeros => "Zeros",
            InputSource::Noise => "Noise of deviation 1",
            InputSource::Embedding => "Rows of its embedding",
        }
        .to_owned();
        if let Inputs::Dense { values, .. } = &mut batch.inputs {
            match self.data.inputs {
                InputSource::Noise => {
                    let size = self.usual_size();
                    let deviation = size.unwrap_or(1.0);
                    if let Some(size) = size.map(significant) {
                        reads = format!("Noise of deviation {size}, that of its embedding");
                    }
                    let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
                    rng.set_stream(STREAM_NOISE);
                    for value in values {
                        let normal: f64 = rng.sample(StandardNormal);
                        *value = deviation * normal;
                    }
                }
                InputSource::Embedding => {
                    let (rows, words) = self.embedded(width);
                    if rows.len() == values.len() {
                        values.copy_from_slice(&rows);
                        said = words;
                    }
                }
                InputSource::Numbers | InputSource::Zeros => {}
            }
        }
        if self.has_no_loss() {
            batch.targets.copy_from_slice(alike.values());
        }
        self.put_own(&mut batch);
        let sequence = OwnSequence::new(batch, loss, outputs)
            .saying(said)
            .reading(reads);
        match self.has_no_loss() {
            true => sequence.without_loss(self.data.direction.in_words()),
            false => sequence,
        }
    }

    /// Puts the inputs and the targets of `[probe]`, where it has any, into the batch of one `batch`.
    pub(super) fn put_own(&self, batch: &mut Batch) {
        let probe = &self.probe;
        if self.data.inputs == InputSource::Numbers
            && let Inputs::Dense { values, .. } = &mut batch.inputs
            && probe.inputs.values().len() == values.len()
        {
            values.copy_from_slice(probe.inputs.values());
        }
        for targets in [&probe.targets, &probe.state_gradients] {
            if targets.values().len() == batch.targets.len() {
                batch.targets.copy_from_slice(targets.values());
            }
        }
        ask_for_whole_rows(&mut batch.targets, batch.target_width);
        let last = probe.last_state_gradients.values();
        batch.last_state_gradients.clear();
        batch.last_state_gradients.extend_from_slice(last);
        if !probe.record.is_empty() {
            show_what_is_no_number(batch);
        }
    }

    /// Checks whether the own numbers fit each other, the network and the task.
    pub(super) fn check_own(&self) -> Result<(), OutOfRange> {
        let weights = self.check_weights()?;
        let probe = &self.probe;
        for (key, table) in [
            ("probe.inputs", &probe.inputs),
            ("probe.targets", &probe.targets),
            ("probe.state", &probe.state),
            ("probe.state_gradients", &probe.state_gradients),
            ("probe.last_state_gradients", &probe.last_state_gradients),
        ] {
            if table.is_found() {
                // What training has broken is shown; what is typed is a mistake.
                continue;
            }
            let may_miss = matches!(key, "probe.targets" | "probe.state_gradients");
            let is_wrong = |value: f64| match value.is_nan() {
                true => !may_miss,
                false => value.abs() > LARGEST,
            };
            if let Some([row, column]) = table.find(is_wrong) {
                return Err(OutOfRange::together(
                    key,
                    format!(
                        "{key} takes numbers from -1e100 to 1e100; that in row {row}, column {column} is none"
                    ),
                ));
            }
            if table.values().len() > MOST_NUMBERS {
                return Err(OutOfRange::together(
                    key,
                    format!("{key} takes at most {MOST_NUMBERS} numbers: put them into a file"),
                ));
            }
        }
        let data = &self.data;
        if self.network.weights.is_to_be_read()
            || data.is_to_be_read()
            || data.words_are_to_be_read()
            || self.record_is_to_be_read()
        {
            // What it takes is known when the file is.
            return Ok(());
        }
        self.check_data()?;
        self.check_embedding()?;
        let classes = probe.targets.values().iter().copied().fold(0.0, f64::max);
        if self.is_own_sequence() && self.own_loss() == Loss::CrossEntropy && classes > MOST_CLASSES
        {
            return Err(OutOfRange::together(
                "probe.targets",
                format!(
                    "probe.targets has the class {classes}: at most {MOST_CLASSES} are taken, counted from 0"
                ),
            ));
        }
        self.check_sequence()?;
        let task = self.build_task();
        if let Some(weights) = weights {
            self.check_weights_for(weights, task.as_ref())?;
        }
        self.check_inputs(task.as_ref())?;
        self.check_targets(task.as_ref())?;
        let cell = self.network.cell.cell();
        let width = self.network.layers * cell.states().len() * self.network.hidden;
        for (key, table) in [
            ("probe.state", &probe.state),
            ("probe.last_state_gradients", &probe.last_state_gradients),
        ] {
            let found = table.values().len();
            if found > 0 && found != width {
                return Err(OutOfRange::together(
                    key,
                    format!(
                        "{key} has {} and takes {}: {} of H = {} for each layer",
                        counted(found),
                        counted(width),
                        cell.states().join(" and "),
                        self.network.hidden
                    ),
                ));
            }
        }
        Ok(())
    }

    fn check_weights(&self) -> Result<Option<GivenShape>, OutOfRange> {
        const KEY: &str = "network.weights";
        let network = &self.network;
        if !self.has_own_weights() {
            return Ok(None);
        }
        if network.weights.count() > MOST_NUMBERS && network.weights.file().is_none() {
            return Err(OutOfRange::together(
                KEY,
                format!("{KEY} takes at most {MOST_NUMBERS} numbers: put them into a file"),
            ));
        }
        let shape = network
            .weights
            .shape()
            .map_err(|what| OutOfRange::together(KEY, format!("{KEY}: {what}")))?;
        let differ = |key: &'static str, found: &str, takes: &str| {
            Err(OutOfRange::together(
                key,
                format!(
                    "{key} is {found} and network.weights are of {takes}: leave {key} out, or set it to {takes}"
                ),
            ))
        };
        if !shape.is_of(network.cell) {
            return differ("network.cell", network.cell.name(), shape.cell.name());
        }
        for (key, found, takes) in [
            ("network.hidden", network.hidden, shape.hidden),
            ("network.layers", network.layers, shape.layers),
        ] {
            if found != takes {
                return differ(key, &found.to_string(), &takes.to_string());
            }
        }
        if shape.has_bias && !network.bias {
            return differ("network.bias", "false", "true");
        }
        if network.forget_bias.is_some() {
            return Err(OutOfRange::together(
                "network.forget_bias",
                "network.forget_bias is for weights that are drawn: leave it out, and write the bias into network.weights",
            ));
        }
        let columns = network.weights.embedding().map(|it| it.columns());
        if network.embedding > 0 && columns != Some(network.embedding) {
            let what = match columns {
                Some(columns) => format!(
                    "network.embedding is {}, and that of network.weights has rows of {columns}: leave it out",
                    network.embedding
                ),
                None => "network.embedding is for weights that are drawn, or have one: set it to 0"
                    .to_owned(),
            };
            return Err(OutOfRange::together("network.embedding", what));
        }
        Ok(Some(shape))
    }

    fn check_weights_for(&self, shape: GivenShape, task: &dyn Task) -> Result<(), OutOfRange> {
        const KEY: &str = "network.weights";
        let rows = self.network.weights.embedding().map(|it| it.rows());
        if let (Some(rows), true) = (rows, self.network.embedding > 0)
            && rows != task.width()
        {
            return Err(OutOfRange::together(
                KEY,
                format!(
                    "{KEY}: the embedding has {} rows, and the task reads {} different words, the unknown one included: it was trained on others",
                    thousands(rows as u64),
                    thousands(task.width() as u64)
                ),
            ));
        }
        if self.network.embedding == 0 && shape.inputs != task.width() {
            let of = match self.is_own_sequence() {
                true => "probe.inputs has",
                false => "the task reads",
            };
            return Err(OutOfRange::together(
                KEY,
                format!(
                    "{KEY}: W_i has {} columns, and {of} {} at each step: both are D",
                    thousands(shape.inputs as u64),
                    counted(task.width())
                ),
            ));
        }
        match shape.outputs {
            None if !self.is_own_sequence() => Err(OutOfRange::together(
                KEY,
                format!(
                    "{KEY}: w_o is missing, and the task {} asks for an answer",
                    self.task.kind.name()
                ),
            )),
            Some(found) if self.has_read_out() && found != task.outputs() => {
                Err(OutOfRange::together(
                    KEY,
                    format!(
                        "{KEY}: w_o reads out {}, and the task takes {}",
                        counted(found),
                        counted(task.outputs())
                    ),
                ))
            }
            _ => Ok(()),
        }
    }

    /// Whether all of the own sequence is there.
    fn check_sequence(&self) -> Result<(), OutOfRange> {
        let probe = &self.probe;
        let put_in = match probe.state_gradients.is_empty() {
            true => "probe.last_state_gradients",
            false => "probe.state_gradients",
        };
        if !self.is_own_sequence() {
            return match self.is_put_in() {
                true => Err(OutOfRange::together(
                    put_in,
                    format!(
                        "{put_in} takes the place of a loss, and this task has one: set task.kind = data, or leave it out"
                    ),
                )),
                false => Ok(()),
            };
        }
        if probe.inputs.is_empty() && self.data.inputs == InputSource::Numbers {
            return Err(OutOfRange::together(
                "probe.inputs",
                "task.kind = data reads your own numbers: write them into probe.inputs, a row for each timestep, or set data.inputs = noise or zeros",
            ));
        }
        match (probe.targets.is_empty(), !self.is_put_in()) {
            (true, true) if self.network.weights.is_absent() => Err(OutOfRange::together(
                "probe.targets",
                "nothing is asked: write probe.targets, one row for an answer at the end or a row for each timestep, or probe.state_gradients",
            )),
            (false, false) => Err(OutOfRange::together(
                put_in,
                format!("{put_in} takes the place of a loss: leave it out, or probe.targets"),
            )),
            _ => Ok(()),
        }
    }

    fn check_inputs(&self, task: &dyn Task) -> Result<(), OutOfRange> {
        const KEY: &str = "probe.inputs";
        let inputs = &self.probe.inputs;
        let reads_others = self.is_own_sequence() && self.data.inputs != InputSource::Numbers;
        if inputs.is_empty() || reads_others {
            return Ok(());
        }
        if self.reads_words() {
            return Err(OutOfRange::together(
                KEY,
                "probe.inputs are numbers, and this task reads words: set task.kind = data, or write probe.text",
            ));
        }
        if inputs.is_list() && task.width() != 1 {
            return Err(OutOfRange::together(
                KEY,
                format!("{KEY} takes a row for each timestep, such as [[1, 2], [3, 4]]"),
            ));
        }
        let (rows, length) = (inputs.rows(), self.task.length);
        if rows != length {
            return Err(OutOfRange::together(
                KEY,
                format!(
                    "{KEY} has {} and task.length is {length}: both are n, and task.length can be left out",
                    plural(rows, "row")
                ),
            ));
        }
        if inputs.columns() != task.width() {
            return Err(OutOfRange::together(
                KEY,
                format!(
                    "{KEY} has rows of {}, and the task {} reads {}",
                    inputs.columns(),
                    self.task.kind.name(),
                    counted(task.width())
                ),
            ));
        }
        Ok(())
    }

    fn check_targets(&self, task: &dyn Task) -> Result<(), OutOfRange> {
        let probe = &self.probe;
        let (key, targets) = match probe.state_gradients.is_empty() {
            true => ("probe.targets", &probe.targets),
            false => ("probe.state_gradients", &probe.state_gradients),
        };
        if targets.is_empty() {
            return Ok(());
        }
        let batch = task.empty_batch();
        let (width, length) = (batch.target_width, self.task.length);
        let takes = match batch.read_out {
            ReadOut::AtTheEnd => 1,
            ReadOut::AtEveryStep => length,
        };
        if targets.rows() != takes {
            let what = match (self.is_own_sequence(), takes) {
                (true, _) => format!(
                    "{key} has {} for {}: it takes one row, of an answer at the end, or a row for each of them",
                    plural(targets.rows(), "row"),
                    plural(length, "timestep")
                ),
                (false, 1) => format!(
                    "{key} has {}, and the task {} asks for one answer at the end: it takes one row",
                    plural(targets.rows(), "row"),
                    self.task.kind.name()
                ),
                _ => format!(
                    "{key} has {}, and the task {} asks at every step: it takes {length}, nan where nothing is asked",
                    plural(targets.rows(), "row"),
                    self.task.kind.name()
                ),
            };
            return Err(OutOfRange::together(key, what));
        }
        if targets.columns() != width {
            return Err(OutOfRange::together(
                key,
                format!(
                    "{key} has rows of {}, and an answer has {}",
                    targets.columns(),
                    counted(width)
                ),
            ));
        }
        if targets.values().iter().all(|value| value.is_nan()) {
            return Err(OutOfRange::together(
                key,
                format!("{key} asks for nothing: at least one row takes numbers"),
            ));
        }
        self.check_classes(task)
    }

    /// Whether every target is one that the loss knows.
    fn check_classes(&self, task: &dyn Task) -> Result<(), OutOfRange> {
        const KEY: &str = "probe.targets";
        let targets = &self.probe.targets;
        let classes = task.outputs() as f64;
        let (is_wrong, takes): (Box<dyn Fn(f64) -> bool>, String) = match task.loss() {
            Loss::CrossEntropy => (
                Box::new(move |y| !(y >= 0.0 && y < classes && y.fract() == 0.0)),
                format!("there are the classes 0 to {}", task.outputs() - 1),
            ),
            Loss::BinaryCrossEntropy => (
                Box::new(|y| !(0.0..=1.0).contains(&y)),
                "two classes take 0 or 1, or a number between them".to_owned(),
            ),
            Loss::SquaredError | Loss::Linear => return Ok(()),
        };
        match targets.find(|y| !y.is_nan() && is_wrong(y)) {
            None => Ok(()),
            Some([row, column]) => {
                let y = targets.values()[(row - 1) * targets.columns() + column - 1];
                Err(OutOfRange::together(
                    KEY,
                    format!("{KEY} has {y} in row {row}: {takes}"),
                ))
            }
        }
    }
}

/// Keys that follow from others unless they are written down.
impl Experiment {
    /// Sets what `is_written` does not know to what follows from the numbers that are given: the task from the inputs,
    /// the length, and everything that the weights say.
    pub(super) fn follow_own(&mut self, is_written: impl Fn(&str) -> bool) {
        let rows = self.probe.inputs.rows();
        if rows > 0 {
            if !is_written("task.kind") {
                self.task.kind = TaskKind::Data;
            }
            if !is_written("task.length") {
                self.task.length = rows;
            }
            if self.is_own_sequence() && !is_written("training.batch") {
                // All sequences of a batch are the same.
                self.training.batch = 1;
            }
        }
        let Ok(shape) = self.network.weights.shape() else {
            return;
        };
        let network = &mut self.network;
        // Of cells whose shapes are the same, the one that was chosen stays, unless the file tells which it is.
        let is_left_open = !network.weights.tells_cell() && shape.is_of(network.cell);
        if !is_written("network.cell") && !is_left_open {
            network.cell = shape.cell;
        }
        if !is_written("network.hidden") {
            network.hidden = shape.hidden;
        }
        if !is_written("network.layers") {
            network.layers = shape.layers;
        }
        if !is_written("network.bias") {
            network.bias = shape.has_bias;
        }
        self.follow_embedding();
    }

    /// Where words are read, they are read by the embedding of the weights, if there is one.
    pub(super) fn follow_embedding(&mut self) {
        let embedding = self.network.weights.embedding();
        if let Some(columns) = embedding
            .map(|it| it.columns())
            .filter(|_| self.reads_words())
        {
            self.network.embedding = columns;
        }
    }
}

fn counted(count: usize) -> String {
    plural(count, "number")
}

fn plural(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{} {what}s", thousands(count as u64)),
    }
}

/// `list` as rows of one number, where a list of inputs or targets was written for as many timesteps.
pub(super) fn as_column(list: NumberTable) -> NumberTable {
    match list.is_list() {
        true => NumberTable::of_values(1, list.values().to_vec()),
        false => list,
    }
}
