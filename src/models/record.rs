//! A moment of a training that runs elsewhere, as the recorder writes it: weights, inputs and the gradient that came into a
//! recurrent module from outside. From these everything else follows again.

use super::safetensors::{metadata_of_safetensors, tensors_of_safetensors};
use super::tensor::{NamedTensor, ReadError};
use crate::rnn::{Activation, CellKind};

/// The schema of such a file, in its metadata.
const SCHEMA: &str = "bptt-scope.record/1";

/// What every version of it begins with.
const FORM: &str = "bptt-scope.record/";

/// Bytes of a file in which its metadata are.
const HEAD: usize = 4096;

/// Layers that a module can have at most.
const MOST_LAYERS: usize = 8;

/// A record, with shapes that fit each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// What the layers are made of.
    pub cell: CellKind,
    /// f, of the Elman cell.
    pub activation: Activation,
    /// What the module is called.
    pub module: String,
    /// Training steps that were made before.
    pub step: u64,
    /// The loss of the batch, if it was told.
    pub loss: Option<f64>,
    /// The norm of the gradient before clipping, if it was told.
    pub gradient_norm: Option<f64>,
    /// What the module computed with, in the framework's word: `float32`, `bfloat16`.
    pub dtype: String,
    /// D.
    pub inputs: usize,
    /// H.
    pub hidden: usize,
    /// How many layers there are.
    pub layers: usize,
    /// Whether each of them reads in both directions.
    pub is_bidirectional: bool,
    /// B.
    pub sequences: usize,
    tensors: Vec<NamedTensor>,
}

/// A layer of a module, in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// Counted from 0.
    pub layer: usize,
    /// Whether it reads from the end to the beginning.
    pub is_reverse: bool,
}

impl Way {
    /// What its tensor of that kind is called: `weight_hh_l0_reverse`.
    pub fn name_of(self, kind: &str) -> String {
        format!("{kind}{}", self.suffix())
    }

    fn suffix(self) -> String {
        let reverse = if self.is_reverse { "_reverse" } else { "" };
        format!("_l{}{reverse}", self.layer)
    }
}

/// The tensors of a layer by what they are, with their names here.
const KINDS: [&str; 4] = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];

impl Record {
    /// The record that `bytes` are; `None` if they are something else.
    ///
    /// # Errors
    /// [`ReadError`] names what is missing or does not fit.
    pub fn of(bytes: &[u8]) -> Option<Result<Self, ReadError>> {
        let metadata = metadata_of_safetensors(bytes);
        let about = |key: &str| {
            let mut found = metadata.iter().filter(|(name, _)| name == key);
            found.next().map(|(_, text)| text.as_str())
        };
        let Some(schema) = about("schema").filter(|it| it.starts_with(FORM)) else {
            // What is cut off has no metadata that can be read.
            let head = &bytes[..bytes.len().min(HEAD)];
            let is_one =
                metadata.is_empty() && head.windows(FORM.len()).any(|it| it == FORM.as_bytes());
            let damaged = tensors_of_safetensors(bytes).err().filter(|_| is_one);
            return damaged.map(Err);
        };
        if schema != SCHEMA {
            return Some(Err(ReadError::new(format!(
                "it is a record of the schema {schema}, and this program reads {SCHEMA}: take its newest version, or its recorder"
            ))));
        }
        let tensors = tensors_of_safetensors(bytes);
        Some(tensors.and_then(|tensors| Self::with(about, tensors)))
    }

    fn with<'a>(
        about: impl Fn(&str) -> Option<&'a str>,
        tensors: Vec<NamedTensor>,
    ) -> Result<Self, ReadError> {
        let (cell, activation) = match about("cell") {
            Some("rnn_tanh") => (CellKind::Elman, Activation::Tanh),
            Some("rnn_relu") => (CellKind::Elman, Activation::Relu),
            Some("lstm") => (CellKind::Lstm, Activation::Tanh),
            Some("gru") => (CellKind::Gru, Activation::Tanh),
            other => {
                return Err(ReadError::new(format!(
                    "its cell is “{}”: rnn_tanh, rnn_relu, lstm and gru are read",
                    other.unwrap_or_default()
                )));
            }
        };
        let step = about("step").unwrap_or_default();
        let step = step.parse().map_err(|_| {
            ReadError::new(format!("its step is “{step}”, which is no whole number"))
        })?;
        let number = |key: &str| about(key).and_then(|text| text.parse().ok());
        let shape = |name: &str| {
            let tensor = tensors.iter().find(|tensor| tensor.name == name);
            tensor.map(|tensor| tensor.shape.as_slice())
        };
        let needed = |name: &str| {
            shape(name).ok_or_else(|| ReadError::new(format!("there is no tensor {name} in it")))
        };
        let &[rows, hidden] = needed("weight_hh_l0")? else {
            return Err(misshapen("weight_hh_l0", "4 H × H, 3 H × H or H × H"));
        };
        let blocks = cell.cell().blocks().len();
        let &[length, sequences, inputs] = needed("x")? else {
            return Err(misshapen("x", "T × B × D"));
        };
        let is_empty = [hidden, length, sequences, inputs].contains(&0);
        if is_empty || blocks.checked_mul(hidden) != Some(rows) {
            let what = format!("{} rows of H, and x nothing that is empty", blocks);
            return Err(misshapen("weight_hh_l0", &what));
        }
        let layers = (0..=MOST_LAYERS)
            .take_while(|layer| shape(&format!("weight_hh_l{layer}")).is_some())
            .count();
        if layers > MOST_LAYERS {
            return Err(ReadError::new(format!(
                "it has more than {MOST_LAYERS} layers, which is as many as are read"
            )));
        }
        let record = Self {
            cell,
            activation,
            module: about("module").unwrap_or("module").to_owned(),
            step,
            loss: number("loss"),
            gradient_norm: number("gradient_norm"),
            dtype: about("dtype").unwrap_or_default().to_owned(),
            inputs,
            hidden,
            layers,
            is_bidirectional: shape("weight_hh_l0_reverse").is_some(),
            sequences,
            tensors,
        };
        record.check(length)?;
        Ok(record)
    }

    fn check(&self, length: usize) -> Result<(), ReadError> {
        let (hidden, sequences) = (self.hidden, self.sequences);
        let rows = self.cell.cell().blocks().len() * hidden;
        let mut expected: Vec<(String, Vec<usize>, bool)> = Vec::new();
        for way in self.ways() {
            let width = if way.layer == 0 {
                self.inputs
            } else {
                self.directions() * hidden
            };
            let shapes = [
                vec![rows, width],
                vec![rows, hidden],
                vec![rows],
                vec![rows],
            ];
            for (place, (kind, shape)) in KINDS.into_iter().zip(shapes).enumerate() {
                expected.push((way.name_of(kind), shape, place < 2));
            }
        }
        let states = vec![self.layers * self.directions(), sequences, hidden];
        for part in ["h", "c"] {
            expected.push((format!("{part}_0"), states.clone(), false));
            expected.push((format!("grad_{part}_n"), states.clone(), false));
        }
        let outputs = vec![length, sequences, self.directions() * hidden];
        expected.push(("grad_output".to_owned(), outputs, false));
        expected.push(("lengths".to_owned(), vec![sequences], false));
        for (name, shape, is_needed) in expected {
            match self.tensor(&name) {
                Some(tensor) if tensor.shape == shape => {}
                None if !is_needed => {}
                None => return Err(ReadError::new(format!("there is no tensor {name} in it"))),
                Some(tensor) => {
                    let takes: Vec<String> = shape.iter().map(usize::to_string).collect();
                    return Err(ReadError::new(format!(
                        "{name} is {}, and the others make it {}",
                        tensor.shape_in_words(),
                        takes.join(" × ")
                    )));
                }
            }
        }
        if let Some(lengths) = self.tensor("lengths") {
            let is_wrong = |value: &&f64| !(1.0..=length as f64).contains(*value);
            if let Some(wrong) = lengths.values.iter().find(is_wrong) {
                return Err(ReadError::new(format!(
                    "lengths has {wrong}, and x has {length} timesteps"
                )));
            }
        }
        let has_gradient = |name: &&str| self.tensor(name).is_some();
        if !["grad_output", "grad_h_n", "grad_c_n"]
            .iter()
            .any(has_gradient)
        {
            return Err(ReadError::new(
                "no gradient came into the module: was there a backward pass?",
            ));
        }
        Ok(())
    }

    fn tensor(&self, name: &str) -> Option<&NamedTensor> {
        self.tensors.iter().find(|tensor| tensor.name == name)
    }

    /// 1 or 2.
    pub fn directions(&self) -> usize {
        1 + usize::from(self.is_bidirectional)
    }

    /// Every layer in each of its directions.
    pub fn ways(&self) -> impl Iterator<Item = Way> + use<> {
        let directions = self.directions();
        (0..self.layers).flat_map(move |layer| {
            [false, true]
                .into_iter()
                .take(directions)
                .map(move |is_reverse| Way { layer, is_reverse })
        })
    }

    /// The names of the parts that can be seen as one network each, where it reads in both directions; none where all of it is
    /// one.
    pub fn parts(&self) -> Vec<String> {
        match self.is_bidirectional {
            true => self.ways().map(|way| self.part(way)).collect(),
            false => Vec::new(),
        }
    }

    /// What a layer in one direction is called among them.
    pub fn part(&self, way: Way) -> String {
        let direction = if way.is_reverse { "reverse" } else { "forward" };
        match self.layers {
            1 => direction.to_owned(),
            _ => format!("layer {} {direction}", way.layer + 1),
        }
    }

    /// The tensors of a layer in one direction: name without layer and direction, columns, numbers row by row. A vector is
    /// one row.
    pub fn weights(&self, way: Way) -> impl Iterator<Item = (&'static str, usize, &[f64])> {
        KINDS.into_iter().filter_map(move |kind| {
            let tensor = self.tensor(&way.name_of(kind))?;
            let columns = *tensor.shape.last()?;
            Some((kind, columns, tensor.values.as_slice()))
        })
    }

    /// How many timesteps number `sequence` has.
    pub fn length(&self, sequence: usize) -> usize {
        let longest = self.tensor("x").map_or(0, |x| x.shape[0]);
        let lengths = self.tensor("lengths");
        lengths.map_or(longest, |lengths| lengths.values[sequence] as usize)
    }

    /// x_1 to x_n of number `sequence`, D numbers each.
    pub fn x(&self, sequence: usize) -> Vec<f64> {
        self.rows("x", sequence).unwrap_or_default()
    }

    /// ∂L/∂ of what the module gives out at each timestep to number `sequence`, H numbers, or those of both directions.
    pub fn output_gradients(&self, sequence: usize) -> Option<Vec<f64>> {
        self.rows("grad_output", sequence)
    }

    fn rows(&self, name: &str, sequence: usize) -> Option<Vec<f64>> {
        let tensor = self.tensor(name)?;
        let width = tensor.shape[2];
        let steps = tensor.values.chunks_exact(self.sequences * width);
        let rows = steps
            .take(self.length(sequence))
            .flat_map(|step| &step[sequence * width..][..width]);
        Some(rows.copied().collect())
    }

    /// Part `part` of the state before the first timestep; zeros if none was given.
    pub fn initial_state(&self, part: usize, way: Way, sequence: usize) -> Vec<f64> {
        let name = ["h_0", "c_0"][part];
        self.state(name, way, sequence)
            .map_or_else(|| vec![0.0; self.hidden], <[f64]>::to_vec)
    }

    /// ∂L/∂ of part `part` of the last state, by whoever was handed it.
    pub fn last_state_gradient(&self, part: usize, way: Way, sequence: usize) -> Option<&[f64]> {
        self.state(["grad_h_n", "grad_c_n"][part], way, sequence)
    }

    fn state(&self, name: &str, way: Way, sequence: usize) -> Option<&[f64]> {
        let row = way.layer * self.directions() + usize::from(way.is_reverse);
        let first = (row * self.sequences + sequence) * self.hidden;
        Some(&self.tensor(name)?.values[first..first + self.hidden])
    }
}

fn misshapen(name: &str, takes: &str) -> ReadError {
    ReadError::new(format!("{name} has a shape of its own: it takes {takes}"))
}
