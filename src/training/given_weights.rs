//! Weights that a person writes down, tensor by tensor.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::foreign::shown_text;
use super::number_table::NumberTable;
use super::settings::nearest;
use crate::models::{KNOWN_NAMES, parameter_called};
use crate::rnn::{CellKind, Parameter, Parameters};

/// Weights by the names of their tensors, the lecture's or PyTorch's. Without any, the weights are drawn.
///
/// | name | shape | what it is |
/// | --- | --- | --- |
/// | `w_i`, `weight_ih_l0` | blocks · H × D | input weights |
/// | `w_h`, `weight_hh_l0` | blocks · H × H | recurrent weights |
/// | `b`, `bias_ih_l0` | blocks · H | bias; may be left out |
/// | `bias_hh_l0` | blocks · H | the bias beside W_h; may be left out |
/// | `w_o`, `readout.weight` | K × H | read-out; without it the states are the answers |
/// | `b_o`, `readout.bias` | K | its bias; may be left out |
/// | `embedding.weight` | V × D | what stands for each word, for whoever reads words by it; may be left out |
///
/// A cell has one block (Elman), three (GRU: r, z, n) or four (LSTM: i, f, g, o); further layers are `_l1`, `_l2`, ….
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GivenWeights {
    /// The file that they are in, if they are not written down in the experiment itself.
    file: Option<String>,
    /// The cell, where the file tells it; of some cells the shapes are the same.
    cell: Option<CellKind>,
    tensors: BTreeMap<String, NumberTable>,
}

/// As they are written: a path, or tensors by their names.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    File(String),
    Tensors(BTreeMap<String, NumberTable>),
}

impl Serialize for GivenWeights {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = match &self.file {
            Some(path) => Written::File(path.clone()),
            None => Written::Tensors(self.tensors.clone()),
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for GivenWeights {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Written::deserialize(deserializer)? {
            Written::File(path) => Self::in_file(path),
            Written::Tensors(tensors) => Self {
                file: None,
                cell: None,
                tensors,
            },
        })
    }
}

/// What follows of a network from its weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenShape {
    /// What the layers are made of.
    pub cell: CellKind,
    /// D.
    pub inputs: usize,
    /// H.
    pub hidden: usize,
    /// How many layers there are.
    pub layers: usize,
    /// Whether there is any bias.
    pub has_bias: bool,
    /// K, of a network with a read-out.
    pub outputs: Option<usize>,
}

impl GivenShape {
    /// Whether `cell` has weights of this shape.
    pub fn is_of(&self, cell: CellKind) -> bool {
        cell.cell().blocks().len() == self.cell.cell().blocks().len()
    }
}

impl GivenWeights {
    /// Those in the file at `path`, which is not read yet.
    pub fn in_file(path: String) -> Self {
        Self {
            file: Some(path),
            ..Self::default()
        }
    }

    /// These, as those of the file at `path`.
    #[must_use]
    pub fn from_file(self, path: String) -> Self {
        Self {
            file: Some(path),
            ..self
        }
    }

    /// The file that they are in, if they are in one.
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// Whether they are in a file that is not read yet.
    pub fn is_to_be_read(&self) -> bool {
        self.file.is_some() && self.tensors.is_empty()
    }

    /// Whether nothing is given, not even a file: the weights are drawn.
    pub fn is_absent(&self) -> bool {
        self.file.is_none() && self.tensors.is_empty()
    }

    /// Whether there are no numbers: the weights are drawn, or not read yet.
    pub fn is_empty(&self) -> bool {
        self.tensors.is_empty()
    }

    /// Every tensor by its name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &NumberTable)> {
        self.tensors
            .iter()
            .map(|(name, table)| (name.as_str(), table))
    }

    /// Puts `table` in the place of the tensor called `name`.
    pub fn insert(&mut self, name: &str, table: NumberTable) {
        self.tensors.insert(name.to_owned(), table);
    }

    /// Notes that the layers are made of `cell`.
    pub fn set_cell(&mut self, cell: CellKind) {
        self.cell = Some(cell);
    }

    /// Whether the file tells which cell it is, of those whose shapes are the same.
    pub fn tells_cell(&self) -> bool {
        self.cell.is_some()
    }

    /// The rows of the embedding, if there is one: each stands for a word.
    pub fn embedding(&self) -> Option<&NumberTable> {
        self.get((Parameter::Embedding, 0)).map(|(_, table)| table)
    }

    /// Takes the tensor called `name` away.
    pub fn remove(&mut self, name: &str) {
        self.tensors.remove(name);
    }

    /// How many numbers there are.
    pub fn count(&self) -> usize {
        self.tensors
            .values()
            .map(|table| table.values().len())
            .sum()
    }

    /// All weights of `parameters`, by their names.
    pub fn of(parameters: &Parameters) -> Self {
        let mut weights = Self::default();
        for (tensor, numbers) in parameters.tensors() {
            if numbers.is_empty() {
                continue;
            }
            let table = match tensor.parameter {
                Parameter::HiddenBias | Parameter::RecurrentBias | Parameter::OutputBias => {
                    NumberTable::list(numbers.to_vec())
                }
                Parameter::OutputWeights => {
                    NumberTable::of_values(parameters.hidden(), numbers.to_vec())
                }
                parameter => {
                    let matrix = parameters.matrix_of(parameter, tensor.layer);
                    NumberTable::of_values(matrix.ncols(), matrix.iter().copied().collect())
                }
            };
            weights.insert(&tensor.name, table);
        }
        weights
    }

    fn get(&self, place: (Parameter, usize)) -> Option<(&str, &NumberTable)> {
        self.iter()
            .find(|(name, _)| parameter_called(name) == Some(place))
    }

    /// What follows of the network.
    ///
    /// # Errors
    /// Which tensor is missing, unknown or does not fit the others.
    pub fn shape(&self) -> Result<GivenShape, String> {
        let mut layers = 0;
        for (name, table) in self.iter() {
            let Some(place) = parameter_called(name) else {
                let hint = nearest(name, KNOWN_NAMES.into_iter()).map_or_else(
                    || KNOWN_NAMES.join(", "),
                    |nearest| format!("did you mean {nearest}?"),
                );
                return Err(format!("there is no tensor {}; {hint}", shown_text(name)));
            };
            let twin = self
                .iter()
                .find(|(other, _)| *other != name && parameter_called(other) == Some(place));
            if let Some((twin, _)) = twin {
                return Err(format!(
                    "{name} and {twin} are the same tensor: leave one out"
                ));
            }
            // What training has broken is shown; what is typed is a mistake.
            let is_typed = self.file.is_none();
            let broken = table.find(|value| !value.is_finite());
            if let Some([row, column]) = broken.filter(|_| is_typed) {
                return Err(format!(
                    "{name} has no finite number in row {row}, column {column}"
                ));
            }
            if !place.0.is_of_read_out() && place.0 != Parameter::Embedding {
                layers = layers.max(place.1 + 1);
            }
        }
        let needed = |parameter: Parameter, layer: usize| {
            self.get((parameter, layer)).ok_or_else(|| {
                let [lecture, pytorch] = match parameter {
                    Parameter::InputWeights => ["w_i", "weight_ih"],
                    _ => ["w_h", "weight_hh"],
                };
                match layer {
                    0 => format!("{lecture} (or {pytorch}_l0) is missing"),
                    _ => format!("{pytorch}_l{layer} is missing"),
                }
            })
        };
        let (name, w_h) = needed(Parameter::RecurrentWeights, 0)?;
        let (rows, hidden) = (w_h.rows(), w_h.columns());
        let cell = match (rows % hidden.max(1), rows / hidden.max(1)) {
            (0, blocks) => CellKind::ALL
                .iter()
                .find(|it| it.cell().blocks().len() == blocks),
            _ => None,
        };
        let told = self.cell.as_ref();
        let told = told.filter(|it| it.cell().blocks().len() == rows / hidden.max(1));
        let Some(&cell) = told.or(cell) else {
            return Err(format!(
                "{name} has {}: it takes H rows of H (Elman), 3 H rows (GRU) or 4 H rows (LSTM)",
                w_h.size_in_words()
            ));
        };
        let (name, w_i) = needed(Parameter::InputWeights, 0)?;
        if w_i.values().len() % rows != 0 || w_i.is_empty() {
            return Err(format!(
                "{name} has {}, and W_h has {rows} rows: both take as many",
                w_i.size_in_words()
            ));
        }
        let outputs = self
            .get((Parameter::OutputWeights, 0))
            .map(|(name, w_o)| match w_o.values().len() {
                count if count > 0 && count % hidden == 0 => Ok(count / hidden),
                _ => Err(format!(
                    "{name} has {}: it takes rows of H = {hidden}",
                    w_o.size_in_words()
                )),
            })
            .transpose()?;
        if let (Some((name, _)), None) = (self.get((Parameter::OutputBias, 0)), outputs) {
            return Err(format!(
                "{name} is the bias of a read-out, and there is no w_o"
            ));
        }
        let shape = GivenShape {
            cell,
            inputs: w_i.values().len() / rows,
            hidden,
            layers,
            has_bias: self.iter().any(|(name, _)| {
                use Parameter::{HiddenBias, OutputBias, RecurrentBias};
                parameter_called(name).is_some_and(|(parameter, _)| {
                    matches!(parameter, HiddenBias | RecurrentBias | OutputBias)
                })
            }),
            outputs,
        };
        for layer in 0..layers {
            needed(Parameter::RecurrentWeights, layer)?;
            needed(Parameter::InputWeights, layer)?;
        }
        for (name, table) in self.iter() {
            let Some((parameter, layer)) = parameter_called(name) else {
                continue;
            };
            let [rows_of, columns] = match parameter {
                Parameter::InputWeights if layer == 0 => [rows, shape.inputs],
                Parameter::InputWeights | Parameter::RecurrentWeights => [rows, hidden],
                Parameter::OutputWeights => [outputs.unwrap_or(0), hidden],
                Parameter::OutputBias => [outputs.unwrap_or(0), 1],
                Parameter::Embedding => [table.rows(), shape.inputs],
                _ => [rows, 1],
            };
            if !fits(table, rows_of, columns) {
                return Err(format!(
                    "{name} has {}: it takes {rows_of} × {columns}",
                    table.size_in_words()
                ));
            }
        }
        Ok(shape)
    }

    /// Puts these weights into `parameters`, which are made as [`Self::shape`] says; a bias that is left out is 0.
    pub fn put(&self, parameters: &mut Parameters) {
        let layout = parameters.layout().clone();
        let has_two_biases = layout.tensor(Parameter::RecurrentBias).is_some();
        parameters.fill(0.0);
        for (tensor, range) in layout.tensors() {
            let layer = match tensor.parameter.is_of_read_out() {
                true => 0,
                false => tensor.layer,
            };
            let mut add = |parameter: Parameter| {
                let Some((_, table)) = self.get((parameter, layer)) else {
                    return;
                };
                let numbers = &mut parameters.values_mut()[range.clone()];
                let columns = match table.is_list() || tensor.columns == 1 {
                    true => 1,
                    false => tensor.columns,
                };
                for (index, number) in numbers.iter_mut().enumerate() {
                    // A list is in the order of memory, whichever that is of a vector.
                    let place = match columns {
                        1 => index,
                        _ => {
                            let (row, column) = tensor.place(index);
                            row * columns + column
                        }
                    };
                    *number += table.values()[place];
                }
            };
            add(tensor.parameter);
            if tensor.parameter == Parameter::HiddenBias && !has_two_biases {
                // One bias stands for PyTorch's two, whose sum acts.
                add(Parameter::RecurrentBias);
            }
        }
    }
}

/// Whether `table` can be a tensor of that shape: a vector may be written as a list, as a row or as a column.
fn fits(table: &NumberTable, rows: usize, columns: usize) -> bool {
    let is_vector = rows == 1 || columns == 1;
    if is_vector {
        let is_line = table.is_list() || table.rows() == 1 || table.columns() == 1;
        return is_line && table.values().len() == rows * columns;
    }
    !table.is_list() && (table.rows(), table.columns()) == (rows, columns)
}

impl FromIterator<(String, NumberTable)> for GivenWeights {
    fn from_iter<T: IntoIterator<Item = (String, NumberTable)>>(tensors: T) -> Self {
        Self {
            file: None,
            cell: None,
            tensors: tensors.into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rnn::{Architecture, Widths};

    fn weights(tensors: &[(&str, &str)]) -> GivenWeights {
        let tensors = tensors.iter().map(|(name, text)| {
            let value: toml::Value = text.parse().unwrap();
            ((*name).to_owned(), NumberTable::of_value(&value).unwrap())
        });
        tensors.collect()
    }

    #[test]
    fn the_network_follows_from_its_weights() {
        let one = weights(&[("w_i", "[[5]]"), ("w_h", "4"), ("b", "[0]")]);
        assert_eq!(
            one.shape().unwrap(),
            GivenShape {
                cell: CellKind::Elman,
                inputs: 1,
                hidden: 1,
                layers: 1,
                has_bias: true,
                outputs: None,
            }
        );
        let rows = |rows: usize, columns: usize| {
            format!(
                "[{}]",
                vec![format!("{:?}", vec![0.5; columns]); rows].join(",")
            )
        };
        let lstm = weights(&[
            ("weight_ih_l0", &rows(8, 3)),
            ("weight_hh_l0", &rows(8, 2)),
            ("weight_ih_l1", &rows(8, 2)),
            ("weight_hh_l1", &rows(8, 2)),
            ("readout.weight", &rows(5, 2)),
        ]);
        let shape = lstm.shape().unwrap();
        assert_eq!(
            (shape.cell, shape.layers, shape.inputs),
            (CellKind::Lstm, 2, 3)
        );
        assert_eq!((shape.outputs, shape.has_bias), (Some(5), false));
    }

    #[test]
    fn what_does_not_fit_is_named_with_what_would() {
        for (tensors, told) in [
            (vec![("w_i", "[[5]]")], "w_h (or weight_hh_l0) is missing"),
            (vec![("w_h", "[[4]]")], "w_i (or weight_ih_l0) is missing"),
            (
                vec![("wh", "[[4]]")],
                "there is no tensor wh; did you mean w_h?",
            ),
            (
                vec![("w_h", "[[1, 2], [3, 4], [5, 6]]"), ("w_i", "[[1]]")],
                "w_h has 3 rows of 2: it takes H rows of H (Elman), 3 H rows (GRU) or 4 H rows (LSTM)",
            ),
            (
                vec![("w_h", "[[1, 2], [3, 4]]"), ("w_i", "[[1], [2], [3]]")],
                "w_i has 3 rows of 1, and W_h has 2 rows: both take as many",
            ),
            (
                vec![
                    ("w_h", "[[1, 2], [3, 4]]"),
                    ("w_i", "[[1], [2]]"),
                    ("b", "[1, 2, 3]"),
                ],
                "b has a list of 3: it takes 2 × 1",
            ),
            (
                vec![
                    ("w_h", "[[1]]"),
                    ("w_i", "[[1]]"),
                    ("weight_hh_l0", "[[1]]"),
                ],
                "w_h and weight_hh_l0 are the same tensor: leave one out",
            ),
            (
                vec![("w_h", "[[nan]]"), ("w_i", "[[1]]")],
                "w_h has no finite number in row 1, column 1",
            ),
            (
                vec![("w_h", "[[1]]"), ("w_i", "[[1]]"), ("b_o", "[1]")],
                "b_o is the bias of a read-out, and there is no w_o",
            ),
        ] {
            assert_eq!(weights(&tensors).shape().unwrap_err(), told);
        }
    }

    #[test]
    fn numbers_arrive_where_they_belong_and_come_back() {
        let given = weights(&[
            ("weight_ih_l0", "[[1, 2, 3], [4, 5, 6]]"),
            ("weight_hh_l0", "[[7, 8], [9, 10]]"),
            ("bias_ih_l0", "[0.5, 1]"),
            ("bias_hh_l0", "[[0.25], [2]]"),
            ("w_o", "[11, 12]"),
        ]);
        let shape = given.shape().unwrap();
        let mut parameters = Parameters::zeros_of(Architecture {
            cell: shape.cell,
            widths: Widths {
                inputs: shape.inputs,
                hidden: shape.hidden,
                layers: shape.layers,
                outputs: 1,
            },
            bias: true,
            has_read_out: true,
            embedding: None,
        });
        given.put(&mut parameters);
        assert_eq!(
            parameters.w_i(),
            ndarray::arr2(&[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
        );
        assert_eq!(parameters.w_h(), ndarray::arr2(&[[7.0, 8.0], [9.0, 10.0]]));
        // PyTorch's two biases act as their sum.
        assert_eq!(parameters.b(), [0.75, 3.0]);
        assert_eq!(parameters.w_o(), [11.0, 12.0]);
        assert_eq!(parameters.b_o(), [0.0]);
        let back = GivenWeights::of(&parameters);
        let mut again = parameters.zeros_like();
        back.put(&mut again);
        assert_eq!(again, parameters);
        assert_eq!(back.shape().unwrap().outputs, Some(1));
    }
}
