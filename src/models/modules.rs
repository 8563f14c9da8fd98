//! Which recurrent modules there are among the tensors of a file: by the names that PyTorch, Keras and this program give,
//! and where names are anybody's own by their shapes.

use std::cmp::Ordering;

use super::names::MOST_LAYERS;
use super::tensor::NamedTensor;
use crate::rnn::{CellKind, Parameter};

/// Who laid the blocks out, which decides their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Convention {
    /// A row for each unit of each block; LSTM i, f, g, o and GRU r, z, n; two biases, which are added.
    Pytorch,
    /// A column for each; LSTM i, f, c, o, which is the same order, and GRU z, r, h; one bias, or two for a GRU that resets
    /// after the product, by which it is told from one that resets before it.
    Keras,
}

/// The tensors of one layer, by their places in the file's list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayerPlaces {
    /// W_i.
    pub input: usize,
    /// W_h.
    pub recurrent: usize,
    /// The bias beside W_i, or the only one.
    pub input_bias: Option<usize>,
    /// The bias beside W_h.
    pub recurrent_bias: Option<usize>,
}

/// A recurrent module: layers of one cell, in one direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecurrentModule {
    /// What its tensors have in front of their own names; with the direction where there are two: `encoder.lstm`,
    /// `encoder.lstm (reverse)`.
    pub name: String,
    /// What the layers are made of.
    pub cell: CellKind,
    /// D.
    pub inputs: usize,
    /// H.
    pub hidden: usize,
    /// From the first to the last.
    pub layers: Vec<LayerPlaces>,
    /// Who laid the blocks out.
    pub convention: Convention,
    /// Whether it reads from the end to the beginning.
    pub is_reverse: bool,
    /// Whether it was recognised by shapes alone.
    pub by_shapes: bool,
    /// Why it cannot be used, if it cannot.
    pub trouble: Option<String>,
}

impl RecurrentModule {
    /// `LSTM, 2 layers, D = 40, H = 128`, and how that is known.
    pub fn in_words(&self) -> String {
        let layers = match self.layers.len() {
            1 => String::new(),
            count => format!(", {count} layers"),
        };
        let direction = if self.is_reverse {
            ", from the end to the beginning"
        } else {
            ""
        };
        format!(
            "{}{layers}, D = {}, H = {}{direction}; {}",
            self.cell.name(),
            self.inputs,
            self.hidden,
            self.how()
        )
    }

    /// How cell and order of the blocks are known.
    pub fn how(&self) -> String {
        let blocks = self.cell.cell().blocks().len();
        let count = match blocks {
            1 => "one block of H rows is Elman's cell".to_owned(),
            3 => "three blocks of H rows are a GRU's".to_owned(),
            _ => "four blocks of H rows are an LSTM's".to_owned(),
        };
        let by = if self.by_shapes {
            "by shapes alone: "
        } else {
            ""
        };
        match (self.convention, blocks) {
            (_, 1) => format!("{by}{count}, taken for tanh"),
            (Convention::Pytorch, 3) => format!("{by}{count}, in PyTorch's order r, z, n"),
            (Convention::Pytorch, _) => format!("{by}{count}, in PyTorch's order i, f, g, o"),
            (Convention::Keras, 3) => {
                let has_bias = self
                    .layers
                    .first()
                    .is_some_and(|it| it.input_bias.is_some());
                let reset = match (self.cell, has_bias) {
                    (CellKind::GruResetBefore, _) => "one bias: reset_after=False",
                    (_, true) => "two biases: reset_after=True",
                    (_, false) => "without biases taken for reset_after=True",
                };
                format!("{by}{count}, in Keras's order z, r, h, put into r, z, n; {reset}")
            }
            (Convention::Keras, _) => format!("{by}{count}, in Keras's order i, f, c, o"),
        }
    }
}

/// A name taken apart.
struct Parts {
    prefix: String,
    parameter: Parameter,
    layer: usize,
    is_reverse: bool,
    convention: Convention,
}

/// `prefix`, role, layer and direction of a name of PyTorch's kind: `lstm.weight_ih_l0_reverse`, `enc_w_hh`.
fn pytorch_parts(name: &str) -> Option<Parts> {
    let (rest, is_reverse) = match name.strip_suffix("_reverse") {
        Some(rest) => (rest, true),
        None => (name, false),
    };
    let (rest, layer) = match rest.rsplit_once("_l") {
        Some((before, layer))
            if layer.chars().all(|it| it.is_ascii_digit()) && !layer.is_empty() =>
        {
            (
                before,
                layer.parse().ok().filter(|layer| *layer < MOST_LAYERS)?,
            )
        }
        _ => (rest, 0),
    };
    for (end, parameter) in [
        ("weight_ih", Parameter::InputWeights),
        ("weight_hh", Parameter::RecurrentWeights),
        ("bias_ih", Parameter::HiddenBias),
        ("bias_hh", Parameter::RecurrentBias),
        ("w_ih", Parameter::InputWeights),
        ("w_hh", Parameter::RecurrentWeights),
        ("b_ih", Parameter::HiddenBias),
        ("b_hh", Parameter::RecurrentBias),
    ] {
        if let Some(prefix) = rest.strip_suffix(end) {
            return Some(Parts {
                prefix: prefix.to_owned(),
                parameter,
                layer,
                is_reverse,
                convention: Convention::Pytorch,
            });
        }
    }
    None
}

/// The same of Keras: `lstm/lstm_cell/recurrent_kernel:0`, `layers/lstm/cell/vars/1`.
fn keras_parts(name: &str) -> Option<Parts> {
    let name = name.strip_suffix(":0").unwrap_or(name);
    let (prefix, last) = name.rsplit_once('/').unwrap_or(("", name));
    let (prefix, parameter) = match last {
        "kernel" => (prefix, Parameter::InputWeights),
        "recurrent_kernel" => (prefix, Parameter::RecurrentWeights),
        "bias" => (prefix, Parameter::HiddenBias),
        // Without names: kernel, recurrent kernel, bias.
        "0" | "1" | "2" => {
            let prefix = prefix
                .strip_suffix("/vars")
                .filter(|it| it.ends_with("cell"))?;
            let in_order = [
                Parameter::InputWeights,
                Parameter::RecurrentWeights,
                Parameter::HiddenBias,
            ];
            (prefix, in_order[usize::from(last.as_bytes()[0] - b'0')])
        }
        _ => return None,
    };
    Some(Parts {
        prefix: prefix.to_owned(),
        parameter,
        layer: 0,
        is_reverse: prefix.contains("backward"),
        convention: Convention::Keras,
    })
}

/// Whether a tensor of this name is part of a recurrent module.
pub fn is_called_recurrent(name: &str) -> bool {
    pytorch_parts(name).is_some() || name.contains("recurrent")
}

fn cell_of(blocks: usize) -> Option<CellKind> {
    let mut all = CellKind::ALL.iter();
    all.find(|cell| cell.cell().blocks().len() == blocks)
        .copied()
}

/// Every recurrent module among `tensors`, in their order.
pub fn modules_in(tensors: &[NamedTensor]) -> Vec<RecurrentModule> {
    let mut found = by_names(tensors, pytorch_parts);
    found.extend(by_names(tensors, keras_parts));
    if found.is_empty() {
        found = by_shapes(tensors);
    }
    found
}

/// The place of a tensor in the list of the file, what it is for, and of which layer.
pub type Member = (usize, Parameter, usize);

/// Tensors of one module and direction, so far.
struct Group {
    prefix: String,
    is_reverse: bool,
    convention: Convention,
    members: Vec<Member>,
}

fn by_names(
    tensors: &[NamedTensor],
    parts_of: impl Fn(&str) -> Option<Parts>,
) -> Vec<RecurrentModule> {
    let mut groups: Vec<Group> = Vec::new();
    for (place, tensor) in tensors.iter().enumerate() {
        let Some(parts) = parts_of(&tensor.name) else {
            continue;
        };
        let same = |group: &&mut Group| {
            (group.prefix.as_str(), group.is_reverse) == (&parts.prefix, parts.is_reverse)
        };
        let member = (place, parts.parameter, parts.layer);
        match groups.iter_mut().find(same) {
            Some(group) => group.members.push(member),
            None => groups.push(Group {
                prefix: parts.prefix,
                is_reverse: parts.is_reverse,
                convention: parts.convention,
                members: vec![member],
            }),
        }
    }
    let modules = groups
        .into_iter()
        .filter_map(|group| module_of(tensors, group));
    modules.collect()
}

/// Rows and columns of a matrix as PyTorch has them: a row for each unit of each block.
pub fn rows_and_columns(tensor: &NamedTensor, convention: Convention) -> Option<(usize, usize)> {
    match (tensor.shape.as_slice(), convention) {
        (&[rows, columns], Convention::Pytorch) => Some((rows, columns)),
        (&[columns, rows], Convention::Keras) => Some((rows, columns)),
        _ => None,
    }
}

fn module_of(tensors: &[NamedTensor], group: Group) -> Option<RecurrentModule> {
    let place = |parameter: Parameter, layer: usize| {
        let mut members = group.members.iter();
        let found = members.find(|(_, of, at)| (*of, *at) == (parameter, layer));
        found.map(|(place, ..)| *place)
    };
    let recurrent = place(Parameter::RecurrentWeights, 0)?;
    let (rows, hidden) = rows_and_columns(&tensors[recurrent], group.convention)?;
    let blocks = rows
        .checked_div(hidden)
        .filter(|_| rows % hidden.max(1) == 0)?;
    let cell = cell_of(blocks)?;
    let input = place(Parameter::InputWeights, 0)?;
    let (input_rows, inputs) = rows_and_columns(&tensors[input], group.convention)?;
    // A dense layer has a kernel and a bias, too, but no recurrent one; and these belong together.
    if input_rows != rows {
        return None;
    }
    let mut trouble = None;
    let mut layers = Vec::new();
    let count = group.members.iter().map(|(_, _, layer)| layer + 1).max()?;
    for layer in 0..count {
        match (
            place(Parameter::InputWeights, layer),
            place(Parameter::RecurrentWeights, layer),
        ) {
            (Some(input), Some(recurrent)) => layers.push(LayerPlaces {
                input,
                recurrent,
                input_bias: place(Parameter::HiddenBias, layer),
                recurrent_bias: place(Parameter::RecurrentBias, layer),
            }),
            _ => trouble = Some(format!("layer {layer} is not complete")),
        }
    }
    // Layers above one that reads in both directions read both of its halves; others have to fit.
    let shape = |place: usize| rows_and_columns(&tensors[place], group.convention);
    let misfit = layers.iter().enumerate().skip(1).position(|(_, layer)| {
        let reads = shape(layer.input);
        let is_both = reads == Some((rows, 2 * hidden));
        shape(layer.recurrent) != Some((rows, hidden))
            || !(is_both || reads == Some((rows, hidden)))
    });
    if let Some(above) = misfit {
        layers.truncate(above + 1);
        trouble = Some(format!(
            "layer {} is of another shape: only those below it are taken",
            above + 1
        ));
    }
    // Before the product with W_h, as Keras did at first: it has no second bias then.
    let bias = place(Parameter::HiddenBias, 0).map(|bias| tensors[bias].values.len());
    let cell = match (group.convention, cell, bias) {
        (Convention::Keras, CellKind::Gru, Some(count)) if count == rows => {
            CellKind::GruResetBefore
        }
        _ => cell,
    };
    // Layers above one that reads in both directions read both of its halves.
    let above = layers.get(1).and_then(|layer| shape(layer.input));
    let reads_both = above.is_some_and(|(_, columns)| columns == 2 * hidden);
    if reads_both {
        layers.truncate(1);
        trouble = Some(
            "its layers above the first read both directions at once: only the first layer is taken"
                .to_owned(),
        );
    }
    let projected = tensors
        .iter()
        .any(|tensor| tensor.name == format!("{}weight_hr_l0", group.prefix));
    if projected {
        trouble = Some("it projects its state (proj_size), which is not known here".to_owned());
        layers.clear();
    }
    let name = match group.prefix.trim_end_matches(['.', '_', '/']) {
        "" => "rnn",
        name => name,
    };
    Some(RecurrentModule {
        name: match group.is_reverse && group.convention == Convention::Pytorch {
            true => format!("{name} (reverse)"),
            false => name.to_owned(),
        },
        cell,
        inputs,
        hidden,
        layers,
        convention: group.convention,
        is_reverse: group.is_reverse,
        by_shapes: false,
        trouble,
    })
}

/// The module called `name` that a person has put together of `members`. Who laid the blocks out is seen from their shapes:
/// of a matrix with more rows than columns in a row for each unit PyTorch, of others Keras. `None` if they do not fit each
/// other.
pub fn module_of_members(
    tensors: &[NamedTensor],
    name: &str,
    members: Vec<Member>,
) -> Option<RecurrentModule> {
    let sizes = |parameter: Parameter| {
        let mut members = members.iter();
        let (place, ..) = members.find(|(_, of, layer)| (*of, *layer) == (parameter, 0))?;
        match tensors[*place].shape.as_slice() {
            &[rows, columns] => Some((rows, columns)),
            _ => None,
        }
    };
    let (rows, columns) = sizes(Parameter::RecurrentWeights)?;
    let (input_rows, input_columns) = sizes(Parameter::InputWeights)?;
    let is_turned = match rows.cmp(&columns) {
        Ordering::Greater => false,
        Ordering::Less => true,
        // One block, of which W_i alone can tell.
        Ordering::Equal => input_rows != rows && input_columns == rows,
    };
    let group = Group {
        prefix: name.to_owned(),
        is_reverse: false,
        convention: match is_turned {
            true => Convention::Keras,
            false => Convention::Pytorch,
        },
        members,
    };
    module_of(tensors, group)
}

/// Words by which a matrix is the recurrent one.
const RECURRENT_WORDS: [&str; 8] = [
    "hh",
    "rec",
    "h2h",
    "hidden_to_hidden",
    "u_",
    "whh",
    "w_h",
    "hidden",
];

/// Pairs of matrices that have the same rows, three or four times as many as one of them has columns: a gated cell.
fn by_shapes(tensors: &[NamedTensor]) -> Vec<RecurrentModule> {
    let mut found = Vec::new();
    let mut taken = vec![false; tensors.len()];
    for convention in [Convention::Pytorch, Convention::Keras] {
        for recurrent in 0..tensors.len() {
            let Some((rows, hidden)) = rows_and_columns(&tensors[recurrent], convention) else {
                continue;
            };
            let blocks = rows
                .checked_div(hidden)
                .filter(|_| rows % hidden.max(1) == 0);
            let Some(cell) = blocks.filter(|blocks| *blocks > 1).and_then(cell_of) else {
                continue;
            };
            let fits = |place: usize| {
                let of = rows_and_columns(&tensors[place], convention);
                place != recurrent && of.is_some_and(|(others, _)| others == rows)
            };
            let near = |place: &usize| place.abs_diff(recurrent);
            let others = (0..tensors.len()).filter(|place| !taken[*place] && fits(*place));
            let Some(input) = others.min_by_key(near).filter(|_| !taken[recurrent]) else {
                continue;
            };
            let is_named = |place: usize| {
                let name = tensors[place].name.to_lowercase();
                RECURRENT_WORDS.iter().any(|word| name.contains(word))
            };
            let columns = |place: usize| {
                rows_and_columns(&tensors[place], convention).map_or(0, |(_, columns)| columns)
            };
            // Of two that could each be it: the one that is called so, or else the second.
            let both_could = columns(input) == hidden;
            let (input, recurrent) = match both_could {
                true if is_named(input) && !is_named(recurrent) => (recurrent, input),
                true if !is_named(recurrent) && input > recurrent => (recurrent, input),
                _ => (input, recurrent),
            };
            let mut biases = (0..tensors.len()).filter(|place| {
                !taken[*place]
                    && tensors[*place].shape.iter().product::<usize>() == rows
                    && tensors[*place].shape.len() == 1
                    && place.abs_diff(recurrent) <= 3
            });
            let (input_bias, recurrent_bias) = (biases.next(), biases.next());
            for place in [Some(input), Some(recurrent), input_bias, recurrent_bias] {
                place.into_iter().for_each(|place| taken[place] = true);
            }
            found.push(RecurrentModule {
                name: common_begin(&tensors[input].name, &tensors[recurrent].name),
                cell,
                inputs: columns(input),
                hidden,
                layers: vec![LayerPlaces {
                    input,
                    recurrent,
                    input_bias,
                    recurrent_bias,
                }],
                convention,
                is_reverse: false,
                by_shapes: true,
                trouble: None,
            });
        }
    }
    found
}

fn common_begin(a: &str, b: &str) -> String {
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b);
    let begin: String = same.map(|(a, _)| a).collect();
    begin.trim_end_matches(['.', '_', '/', 'w', 'W']).to_owned()
}
