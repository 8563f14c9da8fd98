//! What a user chooses.

use std::ops::Deref;

use serde::{Deserialize, Serialize};

use super::data_settings::{DataSettings, MOST_OF_COLUMN, MOST_OF_PATH};
use super::given_weights::GivenWeights;
use super::limits::{OutOfRange, limit};
use super::memory::{Size, memory_of_machine};
use super::model_choice::ModelChoice;
use super::number_table::NumberTable;
use super::optimizer::OptimizerKind;
use super::recorded_facts::ReadFacts;
use super::tensor_names::TensorNames;
use super::weight::{Weight, WeightValues};
use crate::rnn::{Activation, CellKind, Initialise, RecurrentInit};
use crate::tasks::{MAX_CHARACTERS, Padding, TaskKind};

/// Characters of the name of a module at most.
pub const MOST_OF_MODULE: usize = 200;

/// A whole experiment: the same experiment gives the same numbers, to the last bit.
///
/// | part | what it decides |
/// | --- | --- |
/// | `seed` | every random number |
/// | `task` | what is read and what is asked for |
/// | `network` | the network before its first training step |
/// | `training` | how it is trained |
/// | `probe` | the one sequence whose gradient is shown |
/// | `data` | a person's own sequences |
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Experiment {
    /// Seed of every random stream, 0 to 2⁵³ − 1. Default 7.
    pub seed: u64,
    /// What is read and what is asked for.
    pub task: TaskSettings,
    /// The network before its first training step.
    pub network: NetworkSettings,
    /// How it is trained.
    pub training: TrainingSettings,
    /// The sequence whose gradient is shown.
    pub probe: ProbeSettings,
    /// A person's own sequences.
    pub data: DataSettings,
}

/// What is read and what is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TaskSettings {
    /// Which task. Default sentiment.
    pub kind: TaskKind,
    /// n, 1 to 10,000. Default 10.
    pub length: usize,
    /// Where a short sentence is filled up and a long one cut. Default before.
    pub padding: Padding,
}

/// The network before its first training step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkSettings {
    /// What the layers are made of. Default Elman, the lecture's.
    pub cell: CellKind,
    /// How many layers there are, one above the other, 1 to 8. Default 1.
    pub layers: usize,
    /// H, 1 to 512. Default 1, the lecture's scalar network.
    pub hidden: usize,
    /// f. Default tanh.
    pub activation: Activation,
    /// The recurrent weight for H = 1, otherwise the spectral radius of W_h. Default 0.9. For this and the
    /// other matrices of several numbers, a value below zero turns the sign of every number round.
    pub w_h: f64,
    /// The input weight where there is one only, otherwise the root-mean-square length of a column of
    /// W_i. Default 0.5.
    pub w_i: f64,
    /// The read-out weight for H = 1, otherwise the length of w_o. Default 1.
    pub w_o: f64,
    /// The state before the first timestep, in every unit. Default 0.
    pub o_0: f64,
    /// Whether the hidden state and the read-out have biases. Default false.
    pub bias: bool,
    /// The bias of every hidden unit at first, if there are biases; the read-out's begins at 0.
    /// Default 0.
    pub b: f64,
    /// Whether the weights are scaled to the sizes above, or as PyTorch draws them. Default scaled.
    pub initialise: Initialise,
    /// The shape of W_h for H > 1, for each gate of a gated cell. Default orthogonal.
    pub recurrent: RecurrentInit,
    /// The bias, at first, of the gate that carries the state on (the forget gate of an LSTM, the update gate of a GRU);
    /// without it, it begins as all biases do. Default none.
    pub forget_bias: Option<f64>,
    /// The width of a learnt embedding by which words are read; 0 reads them one-hot. Default 0.
    pub embedding: usize,
    /// The weights themselves, in the place of those that would be drawn. Default none.
    #[serde(skip_serializing_if = "GivenWeights::is_absent")]
    pub weights: GivenWeights,
    /// Which recurrent module of the file `weights`, where there are several. Default none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub module: String,
    /// What the tensors are called in that file, where it cannot be guessed. Default none.
    #[serde(skip_serializing_if = "TensorNames::is_empty")]
    pub tensors: TensorNames,
}

/// How the network is trained.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainingSettings {
    /// The rule that turns gradients into updates. Default SGD.
    pub optimizer: OptimizerKind,
    /// η, 0 to 1000. Default 0.05.
    pub learning_rate: f64,
    /// B, the number of sequences per update, 1 to 1024. Default 16.
    pub batch: usize,
    /// The gradient norm above which gradients are scaled down. Default none.
    pub clip_norm: Option<f64>,
    /// Every so many timesteps, counted from the end, the gradient is cut (truncated backpropagation through time); 0 is
    /// never. Default 0.
    pub truncate: usize,
    /// Whether training leaves W_h alone. Default false.
    pub hold_w_h: bool,
}

/// The sequence whose gradient is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProbeSettings {
    /// The sentence, for tasks that read text; of a file, if it is empty, that which `index` says.
    pub text: String,
    /// The sentence's label, of two. Default positive.
    pub positive: bool,
    /// The sentence's class, counted from 0, of more than two. Default 0.
    #[serde(skip_serializing_if = "is_first")]
    pub class: usize,
    /// Which held-out sequence, for tasks that do not read text. Default 0.
    pub index: usize,
    /// x_1 to x_n, n rows of D, in the place of that sequence's. Default none.
    #[serde(skip_serializing_if = "NumberTable::is_unwritten")]
    pub inputs: NumberTable,
    /// y, one row at the end or n rows at every step, in the place of that sequence's. Default none.
    #[serde(skip_serializing_if = "NumberTable::is_unwritten")]
    pub targets: NumberTable,
    /// s_0, number by number, in the place of `network.o_0` in every unit. Default none.
    #[serde(skip_serializing_if = "NumberTable::is_unwritten")]
    pub state: NumberTable,
    /// ∂L/∂h_1 to ∂L/∂h_n put in from outside, n rows of H, in the place of a loss. Default none.
    #[serde(skip_serializing_if = "NumberTable::is_unwritten")]
    pub state_gradients: NumberTable,
    /// ∂L/∂s_n put in from outside, number by number as `state` has them, in the place of a loss or beside
    /// `state_gradients`. Default none.
    #[serde(skip_serializing_if = "NumberTable::is_unwritten")]
    pub last_state_gradients: NumberTable,
    /// The record of a training elsewhere that the network, its inputs, its state and these gradients are in. Default none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub record: String,
    /// What has been read of that record besides its numbers.
    #[serde(skip)]
    pub facts: ReadFacts,
}

fn is_first(class: &usize) -> bool {
    *class == 0
}

impl Default for Experiment {
    fn default() -> Self {
        Self {
            seed: 7,
            task: TaskSettings::default(),
            network: NetworkSettings::default(),
            training: TrainingSettings::default(),
            probe: ProbeSettings::default(),
            data: DataSettings::default(),
        }
    }
}

impl Default for TaskSettings {
    fn default() -> Self {
        Self {
            kind: TaskKind::default(),
            length: 10,
            padding: Padding::default(),
        }
    }
}

impl NetworkSettings {
    /// Which network of a model is meant, where the weights are in one.
    pub fn choice(&self) -> ModelChoice<'_> {
        ModelChoice {
            module: &self.module,
            tensors: &self.tensors,
        }
    }

    /// Whether it is one layer of the Elman cell, as the lecture has it.
    pub fn is_one_elman_layer(&self) -> bool {
        self.cell == CellKind::Elman && self.layers == 1
    }

    /// Sets one of the weights that have a slider.
    pub fn set_weight(&mut self, weight: Weight, value: f64) {
        match weight {
            Weight::Input => self.w_i = value,
            Weight::Recurrent => self.w_h = value,
            Weight::Output => self.w_o = value,
            Weight::Bias => self.b = value,
        }
    }

    /// One of the weights that have a slider.
    pub fn weight(&self, weight: Weight) -> f64 {
        self.weights().get(weight)
    }

    /// All of them.
    pub fn weights(&self) -> WeightValues {
        WeightValues {
            w_i: self.w_i,
            w_h: self.w_h,
            w_o: self.w_o,
            b: self.b,
        }
    }

    /// These settings with the four weights of `other`.
    #[must_use]
    pub fn with_weights_of(self, other: &Self) -> Self {
        Self {
            w_i: other.w_i,
            w_h: other.w_h,
            w_o: other.w_o,
            b: other.b,
            ..self
        }
    }
}

impl Default for NetworkSettings {
    fn default() -> Self {
        Self {
            cell: CellKind::default(),
            layers: 1,
            hidden: 1,
            activation: Activation::default(),
            w_h: 0.9,
            w_i: 0.5,
            w_o: 1.0,
            o_0: 0.0,
            bias: false,
            b: 0.0,
            initialise: Initialise::default(),
            recurrent: RecurrentInit::default(),
            forget_bias: None,
            embedding: 0,
            weights: GivenWeights::default(),
            module: String::new(),
            tensors: TensorNames::default(),
        }
    }
}

impl Default for TrainingSettings {
    fn default() -> Self {
        Self {
            optimizer: OptimizerKind::default(),
            learning_rate: 0.05,
            batch: 16,
            clip_norm: None,
            truncate: 0,
            hold_w_h: false,
        }
    }
}

impl Default for ProbeSettings {
    fn default() -> Self {
        Self {
            text: "the film was not bad and we loved the end".to_owned(),
            positive: true,
            class: 0,
            index: 0,
            inputs: NumberTable::default(),
            targets: NumberTable::default(),
            state: NumberTable::default(),
            state_gradients: NumberTable::default(),
            last_state_gradients: NumberTable::default(),
            record: String::new(),
            facts: ReadFacts::default(),
        }
    }
}

/// An experiment whose every number is in its range. The inside of the program trusts it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CheckedExperiment(Experiment);

impl Experiment {
    /// The door, which every experiment comes through, from wherever it is: checks every number against its range,
    /// and the length of every text. The length of a sequence that a text is follows from that text.
    ///
    /// # Errors
    /// [`OutOfRange`] names the first key that is outside its range, and the range.
    pub fn check(mut self) -> Result<CheckedExperiment, OutOfRange> {
        self.follow_text();
        limit::SEED.check(self.seed as f64)?;
        limit::LENGTH.check(self.task.length as f64)?;
        limit::LAYERS.check(self.network.layers as f64)?;
        limit::HIDDEN.check(self.network.hidden as f64)?;
        limit::W_H.check(self.network.w_h)?;
        limit::W_I.check(self.network.w_i)?;
        limit::W_O.check(self.network.w_o)?;
        limit::O_0.check(self.network.o_0)?;
        limit::B.check(self.network.b)?;
        limit::LEARNING_RATE.check(self.training.learning_rate)?;
        limit::BATCH.check(self.training.batch as f64)?;
        if let Some(clip_norm) = self.training.clip_norm {
            limit::CLIP_NORM.check(clip_norm)?;
        }
        if let Some(forget_bias) = self.network.forget_bias {
            limit::FORGET_BIAS.check(forget_bias)?;
        }
        limit::EMBEDDING.check(self.network.embedding as f64)?;
        limit::TRUNCATE.check(self.training.truncate as f64)?;
        limit::PROBE_INDEX.check(self.probe.index as f64)?;
        limit::PROBE_CLASS.check(self.probe.class as f64)?;
        limit::HELD_OUT.check(self.data.held_out)?;
        limit::VOCABULARY.check(self.data.vocabulary as f64)?;
        let data = &self.data;
        for (key, text, most) in [
            ("probe.text", &self.probe.text, MAX_CHARACTERS),
            ("network.module", &self.network.module, MOST_OF_MODULE),
            ("data.path", &data.path, MOST_OF_PATH),
            ("data.hash", &data.hash, MOST_OF_COLUMN),
            ("data.text", &data.text, MOST_OF_COLUMN),
            ("data.label", &data.label, MOST_OF_COLUMN),
            ("data.sequence", &data.sequence, MOST_OF_COLUMN),
            ("data.targets", &data.targets, MOST_OF_PATH),
            ("data.words", &data.words, MOST_OF_PATH),
            ("probe.record", &self.probe.record, MOST_OF_PATH),
        ] {
            let found = text.chars().count();
            if found > most {
                return Err(OutOfRange::Text { key, most, found });
            }
        }
        self.network.tensors.check().map_err(|what| {
            OutOfRange::together("network.tensors", format!("network.tensors: {what}"))
        })?;
        self.check_together()?;
        Ok(CheckedExperiment(self))
    }

    /// Checks what each number alone cannot be asked: whether keys go together.
    fn check_together(&self) -> Result<(), OutOfRange> {
        let network = &self.network;
        let cell = network.cell;
        if network.forget_bias.is_some() {
            if cell.cell().carrying_gate().is_none() {
                return Err(OutOfRange::Together {
                    key: "network.forget_bias",
                    what: format!(
                        "network.forget_bias is the bias of a gate, and the {} cell has none: leave it out, or choose network.cell = lstm, gru or gru-reset-before",
                        cell.name()
                    ),
                });
            }
            if !network.bias {
                return Err(OutOfRange::Together {
                    key: "network.forget_bias",
                    what:
                        "network.forget_bias needs biases: add network.bias = true, or leave it out"
                            .to_owned(),
                });
            }
        }
        // Whether there are words in a file is known when it is read.
        let may_read_words = self.reads_words() || self.data.is_to_be_read();
        if network.embedding > 0 && !may_read_words {
            return Err(OutOfRange::Together {
                key: "network.embedding",
                what: "network.embedding is for words, and this task reads numbers: set it to 0, or choose task.kind = sentiment or a file of texts".to_owned(),
            });
        }
        let machine = memory_of_machine();
        if let Some(what) = machine.and_then(|machine| self.size().too_much_for(machine)) {
            return Err(OutOfRange::Together {
                key: "task.length",
                what,
            });
        }
        self.check_own()
    }

    /// How large its network over its sequence is.
    pub fn size(&self) -> Size {
        let network = &self.network;
        Size {
            cell: network.cell,
            layers: network.layers,
            hidden: network.hidden,
            length: self.task.length,
        }
    }

    /// Whether going from `self` to `next` needs a new network, and so a new run from step 0.
    pub fn needs_new_run(&self, next: &Self) -> bool {
        self.seed != next.seed
            || self.task.kind != next.task.kind
            || self.network.cell != next.network.cell
            || self.network.layers != next.network.layers
            || self.network.hidden != next.network.hidden
            || self.network.bias != next.network.bias
            || self.network.recurrent != next.network.recurrent
            || self.network.initialise != next.network.initialise
            || self.network.forget_bias != next.network.forget_bias
            || self.network.embedding != next.network.embedding
            || self.network.weights != next.network.weights
            || self.network.module != next.network.module
            || self.network.tensors != next.network.tensors
            || self.own_shape() != next.own_shape()
            || next.has_data_file() && self.data != next.data
    }

    /// What the shape of the network takes from the own sequence.
    fn own_shape(&self) -> Option<(usize, usize, bool)> {
        self.is_own_sequence().then(|| {
            let inputs = self.own_width();
            (inputs, self.own_outputs(), self.has_read_out())
        })
    }
}

impl CheckedExperiment {
    /// `experiment`, of which only paths have changed since it was checked.
    pub(super) fn unchecked(experiment: Experiment) -> Self {
        Self(experiment)
    }

    /// This with the weights of `other`.
    pub(super) fn with_weights_of(mut self, other: &Self) -> Self {
        let network = std::mem::take(&mut self.0.network);
        self.0.network = network.with_weights_of(&other.0.network);
        self
    }

    /// As [`NetworkSettings::set_weight`], with `value` brought into its range.
    pub(super) fn set_weight(&mut self, weight: Weight, value: f64) {
        self.0
            .network
            .set_weight(weight, weight.limit().clamp(value));
    }
}

impl From<CheckedExperiment> for Experiment {
    fn from(checked: CheckedExperiment) -> Self {
        checked.0
    }
}

impl Deref for CheckedExperiment {
    type Target = Experiment;

    fn deref(&self) -> &Experiment {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_passes_its_own_check() {
        assert_eq!(
            Experiment::default().check(),
            Ok(CheckedExperiment::default())
        );
    }

    #[test]
    fn a_number_out_of_range_is_refused_with_its_key_and_range() {
        let mut experiment = Experiment::default();
        experiment.network.w_h = 1e300;
        let message = experiment.check().unwrap_err().to_string();
        assert!(
            message == "network.w_h takes -1000 to 1000, not 1e300",
            "{message}"
        );
        for spoil in [
            |e: &mut Experiment| e.task.length = 0,
            |e: &mut Experiment| e.task.length = 10_001,
            |e: &mut Experiment| e.network.hidden = 513,
            |e: &mut Experiment| e.network.w_i = f64::NAN,
            |e: &mut Experiment| e.training.learning_rate = -0.1,
            |e: &mut Experiment| e.training.batch = 0,
            |e: &mut Experiment| e.training.clip_norm = Some(0.0),
        ] {
            let mut experiment = Experiment::default();
            spoil(&mut experiment);
            assert!(experiment.check().is_err());
        }
    }

    /// No limit of the settings table is left out at the door: each is exceeded on both sides, past the table.
    #[test]
    fn the_door_has_every_limit_of_the_table() {
        use crate::training::settings::{Kind, SETTINGS};
        let mut tried = 0;
        for setting in &SETTINGS {
            let (section, name) = setting.parts();
            let beyond: Vec<toml::Value> = match setting.kind {
                Kind::Whole(limit) => vec![toml::Value::Integer(limit.max as i64 + 1)],
                Kind::Number(limit) | Kind::NumberOrNone(limit) => {
                    [limit.min - 1.0, limit.max + 1.0]
                        .map(toml::Value::Float)
                        .to_vec()
                }
                Kind::Text { most } => vec![toml::Value::String("é".repeat(most + 1))],
                Kind::Table => vec![toml::Value::Array(vec![toml::Value::Float(2e100)])],
                Kind::Flag | Kind::Choice(_) | Kind::Weights | Kind::Names => continue,
            };
            for value in beyond {
                let mut table = toml::Table::try_from(Experiment::default()).unwrap();
                match section {
                    "" => table.insert(name.to_owned(), value),
                    section => table[section]
                        .as_table_mut()
                        .unwrap()
                        .insert(name.to_owned(), value),
                };
                let experiment: Experiment = table.try_into().unwrap();
                let told = experiment.check().unwrap_err().to_string();
                assert!(
                    told.starts_with(&format!("{} takes ", setting.key)),
                    "{told}"
                );
                tried += 1;
            }
        }
        assert_eq!(tried, 10 + 2 * 9 + 10 + 5);
        let mut longest = Experiment::default();
        longest.probe.text = "é".repeat(MAX_CHARACTERS);
        assert!(longest.check().is_ok());
    }

    #[test]
    fn an_experiment_survives_being_written_and_read() {
        let mut experiment = Experiment::default();
        experiment.task.kind = TaskKind::TemporalOrder;
        experiment.network.activation = Activation::LeakyRelu;
        experiment.training.clip_norm = Some(0.1);
        let text = serde_json::to_string(&experiment).unwrap();
        assert!(text.contains("temporal-order") && text.contains("leaky-relu"));
        assert_eq!(
            serde_json::from_str::<Experiment>(&text).unwrap(),
            experiment
        );
        let unknown = serde_json::from_str::<Experiment>(r#"{"network": {"wh": 1}}"#);
        assert!(unknown.unwrap_err().to_string().contains("w_h"));
    }
}
