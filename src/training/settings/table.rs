//! The table of settings.

use serde::de::IntoDeserializer;
use serde::de::value::Error;
use serde::{Deserialize, Serialize};

use super::kind::{Kind, Value};
use super::setting::Setting;
use crate::rnn::{Activation, CellKind, Initialise, RecurrentInit};
use crate::tasks::{Delimiter, MAX_CHARACTERS, Padding, TaskKind, Whether};
use crate::training::data_settings::{
    InputSource, LossChoice, MOST_OF_COLUMN, MOST_OF_PATH, SeedDirection,
};
use crate::training::experiment::MOST_OF_MODULE;
use crate::training::given_weights::GivenWeights;
use crate::training::limits::limit;
use crate::training::number_table::NumberTable;
use crate::training::optimizer::OptimizerKind;
use crate::training::own::as_column;

/// The word for `value` in files.
fn word(value: impl Serialize) -> String {
    match toml::Value::try_from(value) {
        Ok(toml::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn words<T: Serialize + Copy>(values: &[T]) -> Vec<String> {
    values.iter().map(|value| word(*value)).collect()
}

/// Puts what `word` stands for; [`Kind::read`] has let only known words through.
fn choose<'a, T: Deserialize<'a>>(place: &mut T, word: &'a Value) {
    if let Value::Text(word) = word {
        let deserializer: serde::de::value::StrDeserializer<'a, Error> =
            word.as_str().into_deserializer();
        if let Ok(value) = T::deserialize(deserializer) {
            *place = value;
        }
    }
}

fn on_or_off(value: &Value) -> Option<&'static str> {
    match value {
        Value::Flag(true) => Some("on"),
        Value::Flag(false) => Some("off"),
        _ => None,
    }
}

macro_rules! whole {
    ($key:literal, [$name:literal, $symbol:literal], $meaning:literal, $limit:expr, $($field:ident).+) => {
        Setting {
            key: $key,
            name: $name,
            symbol: $symbol,
            meaning: $meaning,
            kind: Kind::Whole($limit),
            shown: |_| None,
            get: |e| Value::Whole(e.$($field).+ as u64),
            put: |e, value| {
                if let Value::Whole(number) = value {
                    e.$($field).+ = number as _;
                }
            },
        }
    };
}

macro_rules! number {
    ($key:literal, [$name:literal, $symbol:literal], $meaning:literal, $limit:expr, $($field:ident).+) => {
        Setting {
            key: $key,
            name: $name,
            symbol: $symbol,
            meaning: $meaning,
            kind: Kind::Number($limit),
            shown: |_| None,
            get: |e| Value::Number(e.$($field).+),
            put: |e, value| {
                if let Value::Number(number) = value {
                    e.$($field).+ = number;
                }
            },
        }
    };
}

macro_rules! flag {
    ($key:literal, [$name:literal, $symbol:literal], $meaning:literal, $($field:ident).+) => {
        Setting {
            key: $key,
            name: $name,
            symbol: $symbol,
            meaning: $meaning,
            kind: Kind::Flag,
            shown: on_or_off,
            get: |e| Value::Flag(e.$($field).+),
            put: |e, value| {
                if let Value::Flag(flag) = value {
                    e.$($field).+ = flag;
                }
            },
        }
    };
}

macro_rules! choice {
    ($key:literal, [$name:literal, $symbol:literal], $meaning:literal, $all:expr, $($field:ident).+) => {
        Setting {
            key: $key,
            name: $name,
            symbol: $symbol,
            meaning: $meaning,
            kind: Kind::Choice(|| words(&$all)),
            shown: |value| {
                let is_meant = |choice: &&_| Value::Text(word(**choice)) == *value;
                $all.iter().find(is_meant).map(|choice| choice.name())
            },
            get: |e| Value::Text(word(e.$($field).+)),
            put: |e, value| choose(&mut e.$($field).+, &value),
        }
    };
}

macro_rules! table {
    ($key:literal, [$name:literal, $symbol:literal], $meaning:literal, $read:expr, $($field:ident).+) => {
        Setting {
            key: $key,
            name: $name,
            symbol: $symbol,
            meaning: $meaning,
            kind: Kind::Table,
            shown: |_| None,
            get: |e| Value::Table(e.$($field).+.clone()),
            put: |e, value| {
                if let Value::Table(table) = value {
                    let read: fn(NumberTable) -> NumberTable = $read;
                    e.$($field).+ = read(table);
                }
            },
        }
    };
}

macro_rules! text {
    ($key:literal, [$name:literal, $symbol:literal], $meaning:literal, $most:expr, $($field:ident).+) => {
        Setting {
            key: $key,
            name: $name,
            symbol: $symbol,
            meaning: $meaning,
            kind: Kind::Text { most: $most },
            shown: |_| None,
            get: |e| Value::Text(e.$($field).+.clone()),
            put: |e, value| {
                if let Value::Text(text) = value {
                    e.$($field).+ = text;
                }
            },
        }
    };
}

/// Every setting, in the order of a file.
pub static SETTINGS: [Setting; 52] = [
    whole!(
        "seed",
        ["seed", ""],
        "Seed of every random number",
        limit::SEED,
        seed
    ),
    choice!(
        "task.kind",
        ["task", ""],
        "What is read and what is asked for",
        TaskKind::ALL,
        task.kind
    ),
    whole!(
        "task.length",
        ["length", "n"],
        "n, the number of timesteps",
        limit::LENGTH,
        task.length
    ),
    choice!(
        "task.padding",
        ["padding", ""],
        "Where a short sentence is filled up and a long one cut",
        Padding::ALL,
        task.padding
    ),
    choice!(
        "network.cell",
        ["cell", ""],
        "What the layers are made of",
        *CellKind::ALL,
        network.cell
    ),
    whole!(
        "network.layers",
        ["layers", ""],
        "How many layers there are, one above the other",
        limit::LAYERS,
        network.layers
    ),
    whole!(
        "network.hidden",
        ["hidden units", "H"],
        "H, the number of units",
        limit::HIDDEN,
        network.hidden
    ),
    choice!(
        "network.activation",
        ["activation", "f"],
        "f",
        Activation::ALL,
        network.activation
    ),
    number!(
        "network.w_h",
        ["recurrent weight", "wₕ"],
        "The recurrent weight for one unit, otherwise the spectral radius of W_h, whose sign is turned round by a value below zero",
        limit::W_H,
        network.w_h
    ),
    number!(
        "network.w_i",
        ["input weight", "wᵢ"],
        "The input weight, or the root-mean-square length of a column of W_i, whose sign is turned round by a value below zero",
        limit::W_I,
        network.w_i
    ),
    number!(
        "network.w_o",
        ["output weight", "wₒ"],
        "The read-out weight for one unit, otherwise the length of w_o, whose sign is turned round by a value below zero",
        limit::W_O,
        network.w_o
    ),
    number!(
        "network.o_0",
        ["initial state", "o₀"],
        "The state before the first timestep",
        limit::O_0,
        network.o_0
    ),
    flag!(
        "network.bias",
        ["biases", ""],
        "Whether hidden state and read-out have biases",
        network.bias
    ),
    number!(
        "network.b",
        ["bias", "b"],
        "The bias of every unit at first, if there are biases",
        limit::B,
        network.b
    ),
    choice!(
        "network.initialise",
        ["initialise", ""],
        "Whether weights are scaled to the sizes above at first, or as PyTorch draws them",
        Initialise::ALL,
        network.initialise
    ),
    choice!(
        "network.recurrent",
        ["initial matrix", "Wₕ"],
        "The shape of W_h for more than one unit",
        RecurrentInit::ALL,
        network.recurrent
    ),
    Setting {
        key: "network.forget_bias",
        name: "forget bias",
        symbol: "",
        meaning: "The bias, at first, of the gate that carries the state on, for an LSTM or a GRU",
        kind: Kind::NumberOrNone(limit::FORGET_BIAS),
        shown: |_| None,
        get: |e| e.network.forget_bias.map_or(Value::None, Value::Number),
        put: |e, value| {
            e.network.forget_bias = match value {
                Value::Number(number) => Some(number),
                _ => None,
            };
        },
    },
    whole!(
        "network.embedding",
        ["embedding", "E"],
        "The width of a learnt embedding by which words are read; 0 reads them one-hot",
        limit::EMBEDDING,
        network.embedding
    ),
    Setting {
        key: "network.weights",
        name: "weights",
        symbol: "",
        meaning: "The weights themselves, in the place of those that would be drawn, by the lecture's names or PyTorch's",
        kind: Kind::Weights,
        shown: |_| None,
        get: |e| Value::Weights(e.network.weights.clone()),
        put: |e, value| {
            if let Value::Weights(weights) = value {
                e.network.weights = weights;
            }
        },
    },
    Setting {
        key: "network.module",
        name: "module",
        symbol: "",
        meaning: "Which recurrent module of the file network.weights, where there are several",
        kind: Kind::Text {
            most: MOST_OF_MODULE,
        },
        shown: |_| None,
        get: |e| Value::Text(e.network.module.clone()),
        put: |e, value| {
            if let Value::Text(text) = value {
                // Another one of the same file.
                if let Some(path) = e
                    .network
                    .weights
                    .file()
                    .filter(|_| text != e.network.module)
                {
                    e.network.weights = GivenWeights::in_file(path.to_owned());
                }
                e.network.module = text;
            }
        },
    },
    Setting {
        key: "network.tensors",
        name: "tensors",
        symbol: "",
        meaning: "What the tensors of that file are called, where their names say nothing: weight_ih_l0, weight_hh_l0, their biases, readout.weight, embedding.weight",
        kind: Kind::Names,
        shown: |_| None,
        get: |e| Value::Names(e.network.tensors.clone()),
        put: |e, value| {
            if let Value::Names(names) = value {
                if let Some(path) = e
                    .network
                    .weights
                    .file()
                    .filter(|_| names != e.network.tensors)
                {
                    e.network.weights = GivenWeights::in_file(path.to_owned());
                }
                e.network.tensors = names;
            }
        },
    },
    choice!(
        "training.optimizer",
        ["optimiser", ""],
        "The rule that turns gradients into updates",
        OptimizerKind::ALL,
        training.optimizer
    ),
    number!(
        "training.learning_rate",
        ["learning rate", "η"],
        "η",
        limit::LEARNING_RATE,
        training.learning_rate
    ),
    whole!(
        "training.batch",
        ["batch size", "B"],
        "B, the number of sequences per update",
        limit::BATCH,
        training.batch
    ),
    Setting {
        key: "training.clip_norm",
        name: "clip norm",
        symbol: "",
        meaning: "The gradient norm above which gradients are scaled down",
        kind: Kind::NumberOrNone(limit::CLIP_NORM),
        shown: |_| None,
        get: |e| e.training.clip_norm.map_or(Value::None, Value::Number),
        put: |e, value| {
            e.training.clip_norm = match value {
                Value::Number(number) => Some(number),
                _ => None,
            };
        },
    },
    whole!(
        "training.truncate",
        ["truncation", ""],
        "Every so many timesteps, counted from the end, the gradient is cut; 0 is never",
        limit::TRUNCATE,
        training.truncate
    ),
    flag!(
        "training.hold_w_h",
        ["hold", "wₕ"],
        "Whether training leaves W_h alone",
        training.hold_w_h
    ),
    text!(
        "probe.text",
        ["sentence", ""],
        "The sentence whose gradient is shown, for tasks that read words; of a file, if it is empty, that of probe.index",
        MAX_CHARACTERS,
        probe.text
    ),
    flag!(
        "probe.positive",
        ["label", "y"],
        "The label of that sentence, of two",
        probe.positive
    ),
    whole!(
        "probe.class",
        ["class", "y"],
        "The class of that sentence, counted from 0, of more than two",
        limit::PROBE_CLASS,
        probe.class
    ),
    whole!(
        "probe.index",
        ["probe", ""],
        "Which held-out sequence is shown, for the other tasks",
        limit::PROBE_INDEX,
        probe.index
    ),
    table!(
        "probe.inputs",
        ["inputs", "xₜ"],
        "x₁ to xₙ, a row for each timestep, in the place of that sequence's",
        as_column,
        probe.inputs
    ),
    table!(
        "probe.targets",
        ["targets", "y"],
        "y, one row for an answer at the end or a row for each timestep, nan where nothing is asked",
        as_column,
        probe.targets
    ),
    table!(
        "probe.state",
        ["initial state", "o₀"],
        "The state before the first timestep, number by number, in the place of network.o_0 in every unit",
        std::convert::identity,
        probe.state
    ),
    table!(
        "probe.state_gradients",
        ["gradients put in", ""],
        "∂L/∂h₁ to ∂L/∂hₙ put in from outside in the place of a loss, a row for each timestep",
        as_column,
        probe.state_gradients
    ),
    table!(
        "probe.last_state_gradients",
        ["last gradient put in", ""],
        "∂L/∂sₙ put in from outside in the place of a loss, number by number as probe.state has them",
        std::convert::identity,
        probe.last_state_gradients
    ),
    text!(
        "probe.record",
        ["record", ""],
        "A record of a training elsewhere, which has network, inputs, state and the gradient from outside; of its sequences probe.index is shown",
        MOST_OF_PATH,
        probe.record
    ),
    text!(
        "data.path",
        ["file", ""],
        "A file of your own sequences: a table of texts with labels or of numbers, .csv or .tsv, or arrays, .npy, .npz or .safetensors",
        MOST_OF_PATH,
        data.path
    ),
    text!(
        "data.hash",
        ["hash", ""],
        "SHA-256 of that file, by which it is noticed that it has changed",
        MOST_OF_COLUMN,
        data.hash
    ),
    choice!(
        "data.delimiter",
        ["delimiter", ""],
        "What stands between the columns of that table",
        Delimiter::ALL,
        data.delimiter
    ),
    choice!(
        "data.header",
        ["names", ""],
        "Whether its first line has the names of the columns",
        Whether::ALL,
        data.header
    ),
    choice!(
        "data.quotes",
        ["quotes", ""],
        "Whether its fields may be in quotes, within which the delimiter is a letter",
        Whether::ALL,
        data.quotes
    ),
    text!(
        "data.text",
        ["texts", ""],
        "The column of the texts, by its name or its number from 1; empty is a guess",
        MOST_OF_COLUMN,
        data.text
    ),
    text!(
        "data.label",
        ["labels", ""],
        "The column of the labels, or those of the targets with commas between them; empty is a guess",
        MOST_OF_COLUMN,
        data.label
    ),
    text!(
        "data.sequence",
        ["sequences", ""],
        "The column that says to which sequence a row of numbers belongs; empty is a guess",
        MOST_OF_COLUMN,
        data.sequence
    ),
    text!(
        "data.targets",
        ["targets", ""],
        "The file that has the targets of an array, if not the same",
        MOST_OF_PATH,
        data.targets
    ),
    number!(
        "data.held_out",
        ["held out", ""],
        "The share of your own sequences that is never trained on, drawn with the seed",
        limit::HELD_OUT,
        data.held_out
    ),
    whole!(
        "data.vocabulary",
        ["vocabulary", ""],
        "How many words are known at most, the most frequent ones; all others are one unknown word",
        limit::VOCABULARY,
        data.vocabulary
    ),
    choice!(
        "data.loss",
        ["loss", "L"],
        "What an answer to your own sequences is compared with its target by; a guess is the cross-entropy for classes and the squared error for numbers",
        LossChoice::ALL,
        data.loss
    ),
    choice!(
        "data.inputs",
        ["reads", ""],
        "What your own network reads: the numbers of probe.inputs, zeros, noise as large as its embedding or of deviation 1, or its embedding of probe.text",
        InputSource::ALL,
        data.inputs
    ),
    text!(
        "data.words",
        ["words", ""],
        "The file that lists the words of a model's embedding, one a line or as JSON; without it probe.text is numbers of its rows, from 0",
        MOST_OF_PATH,
        data.words
    ),
    choice!(
        "data.direction",
        ["begins along", ""],
        "Where nothing is asked, the direction along which the gradient begins at the last state: the mean of all units, or the worst, of which most arrives at step 1",
        SeedDirection::ALL,
        data.direction
    ),
];

/// The setting called `key`; `None` if there is none.
pub fn find_setting(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}
