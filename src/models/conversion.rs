//! What a recurrent module of a file is as PyTorch would have it, and what reads it out.

use super::modules::{Convention, RecurrentModule, is_called_recurrent, rows_and_columns};
use super::tensor::NamedTensor;

/// A matrix as PyTorch has it: rows, columns, and its numbers row by row.
fn row_by_row(tensor: &NamedTensor, convention: Convention) -> (usize, usize, Vec<f64>) {
    let (rows, columns) = rows_and_columns(tensor, convention).unwrap_or((tensor.values.len(), 1));
    let values = match convention {
        Convention::Pytorch => tensor.values.clone(),
        Convention::Keras => (0..rows)
            .flat_map(|row| (0..columns).map(move |column| tensor.values[column * rows + row]))
            .collect(),
    };
    (rows, columns, values)
}

/// Rows and columns of what may be a read-out: a convolution over one step is a product with a matrix, too.
fn as_read_out(tensor: &NamedTensor, convention: Convention) -> Option<(usize, usize)> {
    match (tensor.shape.as_slice(), convention) {
        (&[rows, columns, 1], Convention::Pytorch) => Some((rows, columns)),
        _ => rows_and_columns(tensor, convention),
    }
}

/// The tensors of `module` by PyTorch's names and in its shapes and orders: name, rows, columns and numbers row by row.
/// A vector has one column.
pub fn as_pytorch(
    tensors: &[NamedTensor],
    module: &RecurrentModule,
) -> Vec<(String, usize, usize, Vec<f64>)> {
    let (hidden, blocks) = (module.hidden, module.cell.cell().blocks().len());
    // Keras has z before r.
    let order: Vec<usize> = match (module.convention, blocks) {
        (Convention::Keras, 3) => vec![1, 0, 2],
        _ => (0..blocks).collect(),
    };
    let in_order = |values: &[f64], columns: usize| -> Vec<f64> {
        let block = hidden * columns;
        let parts = order
            .iter()
            .map(|from| &values[from * block..(from + 1) * block]);
        parts.flatten().copied().collect()
    };
    let matrix = |place: usize| {
        let (rows, columns, values) = row_by_row(&tensors[place], module.convention);
        (rows, columns, in_order(&values, columns))
    };
    let mut all = Vec::new();
    for (layer, places) in module.layers.iter().enumerate() {
        for (name, place) in [("weight_ih", places.input), ("weight_hh", places.recurrent)] {
            let (rows, columns, values) = matrix(place);
            all.push((format!("{name}_l{layer}"), rows, columns, values));
        }
        let rows = blocks * hidden;
        let mut bias = |name: &str, values: &[f64]| {
            all.push((format!("{name}_l{layer}"), rows, 1, in_order(values, 1)));
        };
        for (name, place) in [
            ("bias_ih", places.input_bias),
            ("bias_hh", places.recurrent_bias),
        ] {
            let Some(place) = place else {
                continue;
            };
            let values = &tensors[place].values;
            match values.len() {
                count if count == rows => bias(name, values),
                // Keras keeps both of a GRU that resets after the product in one: first those beside W_i.
                count if count == 2 * rows => {
                    bias("bias_ih", &values[..rows]);
                    bias("bias_hh", &values[rows..]);
                }
                _ => {}
            }
        }
    }
    all
}

/// The place of what may read out `module`'s state: a matrix of K rows of H, if one alone is called so; and of its
/// bias.
pub fn read_out_of(
    tensors: &[NamedTensor],
    module: &RecurrentModule,
) -> Option<(usize, Option<usize>)> {
    const WORDS: [&str; 10] = [
        "fc",
        "out",
        "linear",
        "head",
        "classifier",
        "decoder",
        "dense",
        "proj",
        "w_o",
        "why",
    ];
    let of_layers = |place: usize| {
        module
            .layers
            .iter()
            .any(|layer| layer.input == place || layer.recurrent == place)
    };
    let is_called_so = |place: &usize| {
        let name = tensors[*place].name.to_lowercase();
        WORDS.iter().any(|word| name.contains(word)) && !name.contains("emb")
    };
    let is_recurrent = |place: usize| is_called_recurrent(&tensors[place].name);
    let fits = |place: &usize| {
        let reads_state = may_read_out(&tensors[*place], module);
        reads_state && !of_layers(*place) && !is_recurrent(*place)
    };
    let mut called = (0..tensors.len()).filter(|place| fits(place) && is_called_so(place));
    let (Some(place), None) = (called.next(), called.next()) else {
        return None;
    };
    Some((place, read_out_bias(tensors, module, place)))
}

/// Whether `tensor` has a row of H for each number that is read out of `module`'s state.
pub fn may_read_out(tensor: &NamedTensor, module: &RecurrentModule) -> bool {
    let shape = as_read_out(tensor, module.convention);
    shape.is_some_and(|(rows, columns)| rows > 0 && columns == module.hidden)
}

/// The place of the bias of the read-out at `place`: called as the matrix is, but for what it is.
pub fn read_out_bias(
    tensors: &[NamedTensor],
    module: &RecurrentModule,
    place: usize,
) -> Option<usize> {
    let (outputs, _) = as_read_out(&tensors[place], module.convention)?;
    let own = tensors[place].name.as_str();
    let replaced = [("weight", "bias"), ("kernel", "bias"), ("w_o", "b_o")];
    let mut names: Vec<String> = replaced.map(|(of, by)| own.replace(of, by)).to_vec();
    names.extend(own.strip_suffix("_w").map(|begin| format!("{begin}_b")));
    (0..tensors.len()).find(|bias| {
        let tensor = &tensors[*bias];
        *bias != place && tensor.shape == [outputs] && names.contains(&tensor.name)
    })
}

/// W_o, K rows of H, row by row, and its bias or nothing.
pub fn read_out_numbers(
    tensors: &[NamedTensor],
    module: &RecurrentModule,
    (place, bias): (usize, Option<usize>),
) -> (usize, Vec<f64>, Vec<f64>) {
    let tensor = &tensors[place];
    let (_, _, values) = row_by_row(tensor, module.convention);
    let rows = values.len() / module.hidden.max(1);
    let bias = bias.map_or_else(Vec::new, |bias| tensors[bias].values.clone());
    (rows, values, bias)
}

/// The place of what may be `module`'s embedding, V rows of D: a matrix that is called so, of several the one whose name
/// begins most like the module's.
pub fn embedding_of(tensors: &[NamedTensor], module: &RecurrentModule) -> Option<usize> {
    let is_it = |place: &usize| {
        let tensor = &tensors[*place];
        let is_called_so = tensor.name.to_lowercase().contains("emb");
        is_called_so && may_embed(tensor, module)
    };
    let in_common = |place: &usize| {
        let pairs = tensors[*place].name.bytes().zip(module.name.bytes());
        pairs.take_while(|(a, b)| a == b).count()
    };
    let found: Vec<usize> = (0..tensors.len()).filter(is_it).collect();
    let most = found.iter().map(in_common).max()?;
    let mut best = found.iter().filter(|place| in_common(place) == most);
    match (best.next(), best.next()) {
        (Some(place), None) => Some(*place),
        _ => None,
    }
}

/// Whether the rows of `tensor` are what `module` may read.
pub fn may_embed(tensor: &NamedTensor, module: &RecurrentModule) -> bool {
    matches!(tensor.shape.as_slice(), &[rows, columns] if rows > 0 && columns == module.inputs)
}
