//! Stacks of every cell, every kind of answer, truncation, embeddings and optimisers: `../reference/cells.py`.

use bptt_scope::rnn::{
    Activation, Architecture, Batch, CellKind, Gradients, Inputs, Interrupt, Linearised, Loss,
    Network, Objective, Parameter, Parameters, Pass, ReadOut, StepBack, Widths,
};
use bptt_scope::training::{Optimizer, OptimizerKind, clip};
use serde_json::Value;

use super::agreement::{assert_agree, assert_agree_to, assert_rows_agree};
use super::drawing::Generator;
use super::stored::{count, file, numbers};

/// Words of the list with an embedding.
const VOCABULARY: usize = 7;

/// One stored case, drawn again.
struct Case {
    name: String,
    stored: Value,
    network: Network,
    batch: Batch,
    loss: Loss,
    u: Vec<f64>,
    v: Vec<f64>,
}

impl Case {
    fn count(&self, key: &str) -> usize {
        count(&self.stored[key])
    }

    fn numbers(&self, key: &str) -> Vec<f64> {
        numbers(&self.stored[key])
    }

    fn part(&self, what: &str) -> String {
        format!("{}: {what}", self.name)
    }

    /// S.
    fn width(&self) -> usize {
        self.network.s_0.len()
    }

    fn times(&self) -> Vec<usize> {
        match (self.count("hidden"), self.count("length")) {
            (32, 50) => vec![1, 10, 20, 30, 40, 50],
            (_, length) => (1..=length).collect(),
        }
    }

    /// A pass there and back, and the gradients.
    fn run(&self, batch: &Batch, truncate: usize) -> (Pass, Gradients) {
        let (mut pass, never) = (Pass::default(), Interrupt::default());
        let mut gradients = self.network.parameters.zeros_like();
        pass.forward(&self.network, batch, &never).unwrap();
        let objective = Objective::sum_of(self.loss).truncated(truncate);
        pass.backward(&self.network, batch, objective, &mut gradients, &never)
            .unwrap();
        (pass, gradients)
    }

    /// A number of every part of every layer, B rows of S: `of` gives B rows of H.
    fn rows<'a>(&self, pass: &'a Pass, of: impl Fn(usize, usize) -> &'a [f64]) -> Vec<f64> {
        let (_, size, hidden) = pass.shape();
        let parts = self.network.cell.cell().states().len();
        let mut rows = Vec::new();
        for sequence in 0..size {
            for layer in 0..pass.layers().len() {
                for part in 0..parts {
                    rows.extend(&of(layer, part)[sequence * hidden..(sequence + 1) * hidden]);
                }
            }
        }
        rows
    }

    fn states(&self, pass: &Pass, t: usize) -> Vec<f64> {
        self.rows(pass, |layer, part| pass.layers()[layer].state(part, t))
    }

    fn gammas(&self, pass: &Pass, t: usize) -> Vec<f64> {
        self.rows(pass, |layer, part| {
            pass.layers()[layer].state_gradient(part, t)
        })
    }
}

/// The cases of one list whose cell this program has.
fn cases(list: &str) -> Vec<Case> {
    let file = file("cells");
    let all = file[list].as_array().unwrap().iter().enumerate();
    let cases: Vec<Case> = all
        .filter_map(|(index, stored)| draw(list, index, stored))
        .collect();
    assert!(!cases.is_empty());
    cases
}

fn draw(list: &str, index: usize, stored: &Value) -> Option<Case> {
    let cell_name = stored["cell"].as_str().unwrap();
    let (key, activation) = match cell_name {
        "elman-relu" => ("elman", Activation::Relu),
        key => (key, Activation::Tanh),
    };
    let cell: CellKind = serde_json::from_value(key.into()).ok()?;
    let number = |key: &str| count(&stored[key]);
    let (layers, hidden, width) = (number("layers"), number("hidden"), number("width"));
    let (length, size, outputs) = (number("length"), number("batch"), number("outputs"));
    let bias = stored["bias"].as_bool().unwrap();
    let has_words = list == "embedding";
    let architecture = Architecture {
        cell,
        widths: Widths {
            inputs: if has_words { VOCABULARY } else { width },
            hidden,
            layers,
            outputs,
        },
        bias,
        has_read_out: true,
        embedding: has_words.then_some(width),
    };
    let attempt = stored["attempt"].as_u64().unwrap();
    let mut g = Generator::new(65_536 * index as u64 + attempt);
    let mut parameters = Parameters::zeros_of(architecture);
    if has_words {
        let drawn = g.around(0.0, 1.0, VOCABULARY * width);
        set(&mut parameters, Parameter::Embedding, 0, &drawn);
    }
    let blocks = cell.cell().blocks().len();
    let gain = if blocks == 1 { 0.8 } else { 1.2 };
    for layer in 0..layers {
        let inputs = if layer == 0 { width } else { hidden };
        let rows = blocks * hidden;
        let w_i = g.around(0.0, 0.7 * (3.0 / inputs as f64).sqrt(), rows * inputs);
        set(&mut parameters, Parameter::InputWeights, layer, &w_i);
        let w_h = g.around(0.0, gain * (3.0 / hidden as f64).sqrt(), rows * hidden);
        set(&mut parameters, Parameter::RecurrentWeights, layer, &w_h);
        let mut b_i = g.around(0.0, 0.3, rows);
        let b_h = g.around(0.0, 0.3, rows);
        if !bias {
            continue;
        }
        if cell.cell().has_the_lectures_names(layers) {
            // One bias, which is the sum of both.
            if !has_words {
                b_i.iter_mut().zip(&b_h).for_each(|(b, b_h)| *b += b_h);
            }
        } else {
            set(&mut parameters, Parameter::RecurrentBias, layer, &b_h);
        }
        set(&mut parameters, Parameter::HiddenBias, layer, &b_i);
    }
    let w_o = g.around(0.0, 1.0, outputs * hidden);
    set(&mut parameters, Parameter::OutputWeights, layers - 1, &w_o);
    let b_o = g.around(0.0, 0.3, outputs);
    if bias {
        set(&mut parameters, Parameter::OutputBias, layers - 1, &b_o);
    }
    let mut network = Network::of_cell(cell, activation, parameters, 0.0);
    let states = network.s_0.len();
    network.s_0 = g.around(0.0, 0.5, states);
    let loss = match stored["loss"].as_str().unwrap() {
        "bce" => Loss::BinaryCrossEntropy,
        "softmax" => Loss::CrossEntropy,
        _ => Loss::SquaredError,
    };
    let read_out = match stored["readout"].as_str().unwrap() {
        "end" => ReadOut::AtTheEnd,
        _ => ReadOut::AtEveryStep,
    };
    let empty = if has_words {
        Batch::tokens()
    } else {
        Batch::dense(width)
    };
    let mut batch = empty.asking(read_out, loss.target_width(outputs));
    batch.reset(length, size);
    match &mut batch.inputs {
        Inputs::Dense { values, .. } => *values = g.around(0.0, 1.0, length * size * width),
        Inputs::Tokens(tokens) => {
            for token in tokens {
                let word = (VOCABULARY as f64 * g.next()) as u32;
                *token = (g.next() >= 0.2).then_some(word);
            }
        }
    }
    batch.targets = g.around(0.0, 1.0, batch.targets.len());
    for y in &mut batch.targets {
        *y = match loss {
            Loss::BinaryCrossEntropy => f64::from(*y > 0.0),
            Loss::CrossEntropy => ((*y + 1.0) / 2.0 * outputs as f64)
                .floor()
                .min(outputs as f64 - 1.0),
            Loss::SquaredError | Loss::Linear => *y,
        };
    }
    if stored["readout"] == "some" {
        let coins = g.around(0.0, 1.0, length * size);
        let last = (length - 1) * size;
        for (place, coin) in coins.into_iter().enumerate() {
            if coin < 0.0 && place < last {
                batch.targets[place] = f64::NAN;
            }
        }
    }
    let u = g.around(1.0, 0.5, states);
    let v = g.around(1.0, 0.5, states);
    Some(Case {
        name: format!("{list} {index}, {cell_name}, {layers} layers, H = {hidden}, n = {length}"),
        stored: stored.clone(),
        network,
        batch,
        loss,
        u,
        v,
    })
}

/// Gives the tensor for `parameter` of a layer the numbers `drawn`, which lie row by row.
fn set(parameters: &mut Parameters, parameter: Parameter, layer: usize, drawn: &[f64]) {
    let found = parameters.layout().tensor_of(parameter, layer).unwrap();
    let (tensor, range) = (found.0.clone(), found.1);
    assert_eq!(tensor.len(), drawn.len(), "{}", tensor.name);
    for (index, number) in parameters.values_mut()[range].iter_mut().enumerate() {
        let (row, column) = tensor.place(index);
        *number = drawn[row * tensor.columns + column];
    }
}

/// Every tensor of `found` by PyTorch's name, row by row, with its columns.
fn by_name(found: &Parameters) -> Vec<(String, usize, Vec<f64>)> {
    let mut tensors = Vec::new();
    for (tensor, numbers) in found.tensors() {
        if numbers.is_empty() {
            continue;
        }
        let mut rows = vec![0.0; numbers.len()];
        for (index, number) in numbers.iter().enumerate() {
            let (row, column) = tensor.place(index);
            rows[row * tensor.columns + column] = *number;
        }
        let names: &[&str] = match &*tensor.name {
            "w_i" => &["weight_ih_l0"],
            "w_h" => &["weight_hh_l0"],
            "b" => &["bias_ih_l0", "bias_hh_l0"],
            "w_o" => &["readout.weight"],
            "b_o" => &["readout.bias"],
            name => &[name],
        };
        let columns = match &*tensor.name {
            // The lecture's vector is PyTorch's row.
            "w_o" if tensor.columns == 1 => tensor.rows,
            _ => tensor.columns,
        };
        tensors.extend(
            names
                .iter()
                .map(|name| ((*name).to_owned(), columns, rows.clone())),
        );
    }
    tensors
}

/// M v′ and u′ᵀ M.
fn compressed(case: &Case, columns: usize, matrix: &[f64]) -> Vec<f64> {
    let along = |vector: &[f64], place: usize| vector[place % vector.len()];
    let rows = matrix.chunks_exact(columns);
    let right = rows.clone().map(|row| {
        let terms = row.iter().enumerate();
        terms.map(|(c, m)| m * along(&case.v, c)).sum::<f64>()
    });
    let mut left = vec![0.0; columns];
    for (r, row) in rows.clone().enumerate() {
        for (sum, m) in left.iter_mut().zip(row) {
            *sum += along(&case.u, r) * m;
        }
    }
    right.chain(left).collect()
}

fn assert_gradients_agree(case: &Case, pass: &Pass, gradients: &Gradients) {
    let expected = &case.stored["gradients"];
    let mut seen = 0;
    for (name, columns, found) in by_name(gradients) {
        if expected[&name].is_null() {
            // What PyTorch was not asked for: the second bias where there is one in the end.
            assert!(case.name.starts_with("embedding") && name == "bias_hh_l0");
            continue;
        }
        seen += 1;
        let is_whole = case.count("hidden") < 32 || !name.contains("weight");
        let found = if is_whole {
            found
        } else {
            compressed(case, columns, &found)
        };
        assert_agree(&case.part(&name), &found, &numbers(&expected[&name]));
    }
    for (part, name) in ["h_0", "c_0"].into_iter().enumerate() {
        if expected[name].is_null() {
            continue;
        }
        seen += 1;
        let of_layers = pass.layers().iter();
        let found: Vec<f64> = of_layers
            .flat_map(|record| record.state_gradient(part, 0).to_vec())
            .collect();
        let width = case.count("hidden");
        let expected = numbers(&expected[name]);
        assert_rows_agree(&case.part(name), width, &found, &expected);
    }
    assert_eq!(seen, expected.as_object().unwrap().len(), "{}", case.name);
}

/// Every case is of a cell that this program has, and every cell has some.
#[test]
fn no_cell_is_left_out() {
    let all = file("cells");
    for list in ["cases", "truncated", "optimisers", "embedding"] {
        assert_eq!(cases(list).len(), all[list].as_array().unwrap().len());
    }
    let cases = cases("cases");
    for cell in CellKind::ALL {
        assert!(cases.iter().any(|case| case.network.cell == *cell));
    }
}

#[test]
fn the_states_the_gates_and_the_loss_agree() {
    for case in cases("cases") {
        let (pass, _) = case.run(&case.batch, 0);
        let at_times = |of: &dyn Fn(usize) -> Vec<f64>| -> Vec<f64> {
            case.times().into_iter().flat_map(of).collect()
        };
        let states = at_times(&|t| case.states(&pass, t));
        assert_rows_agree(
            &case.part("s"),
            case.width(),
            &states,
            &case.numbers("states"),
        );
        let outputs = case.count("outputs");
        let z = pass.read_outs();
        assert_rows_agree(&case.part("z"), outputs, z, &case.numbers("z"));
        let answers = z.chunks_exact(outputs).zip(case.batch.answer_targets());
        let loss: f64 = answers.map(|(z, y)| case.loss.value_of(z, y)).sum();
        let expected = case.stored["loss_value"].as_f64().unwrap();
        assert_agree(&case.part("L"), &[loss], &[expected]);
        if !case.stored["gates"].is_null() && case.batch.size == 1 {
            let blocks = case.network.cell.cell().blocks().len();
            let gates = at_times(&|t| {
                let layers = pass.layers().iter();
                layers
                    .flat_map(|record| (0..blocks).flat_map(|block| record.gate(block, t)))
                    .copied()
                    .collect()
            });
            assert_agree(&case.part("gates"), &gates, &case.numbers("gates"));
        }
    }
}

#[test]
fn every_gradient_of_every_cell_agrees() {
    for case in cases("cases") {
        let (mut pass, gradients) = case.run(&case.batch, 0);
        assert_gradients_agree(&case, &pass, &gradients);
        let width = case.width();
        let at = |pass: &Pass| -> Vec<f64> {
            let times = [0].into_iter().chain(case.times());
            times.flat_map(|t| case.gammas(pass, t)).collect()
        };
        let expected = case.numbers("dl_ds");
        assert_rows_agree(&case.part("γ"), width, &at(&pass), &expected);
        let dl_dx = pass.input_gradients(&case.network);
        let rows = case.batch.size * case.count("width");
        let stored: Vec<f64> = (case.times().into_iter())
            .flat_map(|t| &dl_dx[(t - 1) * rows..t * rows])
            .copied()
            .collect();
        let expected = case.numbers("dl_dx");
        assert_rows_agree(&case.part("∂L/∂x"), rows, &stored, &expected);
        if !case.stored["dl_ds_end"].is_null() {
            let mut at_end = case.batch.clone();
            let last = at_end.targets.len() - case.batch.size * at_end.target_width;
            at_end.targets[..last].fill(f64::NAN);
            let (pass, _) = case.run(&at_end, 0);
            let expected = case.numbers("dl_ds_end");
            assert_rows_agree(&case.part("γ of the end"), width, &at(&pass), &expected);
        }
    }
}

/// ∂s_n/∂s_k by products of the linear steps, forward and backward.
#[test]
fn every_jacobian_of_every_cell_agrees() {
    for case in cases("cases") {
        if case.stored["jacobians"].is_null() {
            continue;
        }
        let (pass, _) = case.run(&case.batch, 0);
        let linear = Linearised::new(&case.network, &pass);
        let (width, length) = (case.width(), case.count("length"));
        let forth = |k: usize, change: &[f64]| {
            (k + 1..=length).fold(change.to_vec(), |change, t| linear.forth(t, &change))
        };
        let back = |k: usize, gamma: &[f64]| {
            let mut step = StepBack::default();
            (k + 1..=length).rev().fold(gamma.to_vec(), |gamma, t| {
                linear.back(t, &gamma, &mut step);
                let ways = step.carried.iter().zip(&step.through_gates);
                ways.map(|(carried, gates)| carried + gates).collect()
            })
        };
        let unit = |place: usize| -> Vec<f64> {
            (0..width)
                .map(|at| f64::from(u8::from(at == place)))
                .collect()
        };
        let mut found = Vec::new();
        if width <= 10 {
            let starts = match length {
                50 => vec![0, 49, 48, 25],
                length => (0..length).collect(),
            };
            for k in starts {
                let columns: Vec<Vec<f64>> = (0..width).map(|j| forth(k, &unit(j))).collect();
                let rows: Vec<Vec<f64>> = (0..width).map(|i| back(k, &unit(i))).collect();
                for (i, row) in rows.iter().enumerate() {
                    let by_columns: Vec<f64> = columns.iter().map(|column| column[i]).collect();
                    assert_agree(&case.part("both ways"), row, &by_columns);
                }
                found.extend(rows.concat());
            }
        } else {
            for k in case.times() {
                found.extend(forth(k - 1, &case.v));
                found.extend(back(k - 1, &case.u));
            }
        }
        // A row of a Jacobian may be far smaller than the others, and is made of terms as large as theirs.
        let block = if width <= 10 { width * width } else { width };
        let expected = case.numbers("jacobians");
        assert_rows_agree(&case.part("∂s_n/∂s_k"), block, &found, &expected);
    }
}

#[test]
fn a_truncated_gradient_is_that_of_detached_segments() {
    for case in cases("truncated") {
        let (mut pass, gradients) = case.run(&case.batch, case.count("every"));
        assert_gradients_agree(&case, &pass, &gradients);
        let gammas: Vec<f64> = (0..=case.count("length"))
            .flat_map(|t| case.gammas(&pass, t))
            .collect();
        let expected = case.numbers("dl_ds");
        assert_rows_agree(&case.part("γ"), case.width(), &gammas, &expected);
        let dl_dx = pass.input_gradients(&case.network);
        let rows = case.count("width");
        assert_rows_agree(&case.part("∂L/∂x"), rows, &dl_dx, &case.numbers("dl_dx"));
    }
}

#[test]
fn a_learnt_embedding_agrees() {
    for case in cases("embedding") {
        let (pass, gradients) = case.run(&case.batch, 0);
        assert_gradients_agree(&case, &pass, &gradients);
        let z = pass.read_outs();
        assert_rows_agree(&case.part("z"), 1, z, &case.numbers("z"));
    }
}

#[test]
fn three_steps_of_every_optimiser_agree() {
    for mut case in cases("optimisers") {
        let name = case.stored["optimizer"].as_str().unwrap();
        let kind: OptimizerKind =
            serde_json::from_value(name.trim_end_matches("-clipped").into()).unwrap();
        let learning_rate = case.stored["learning_rate"].as_f64().unwrap();
        let mut optimizer = Optimizer::new(kind, &case.network.parameters);
        for stored in case.stored["steps"].as_array().unwrap().clone() {
            let (_, mut gradients) = case.run(&case.batch, 0);
            gradients.scale(1.0 / case.batch.size as f64);
            clip(&mut gradients, case.stored["clip_norm"].as_f64());
            optimizer.update(&mut case.network.parameters, &gradients, learning_rate);
            for (tensor, _, found) in by_name(&case.network.parameters) {
                let expected = numbers(&stored[&tensor]);
                // Adam divides by a root of squares: where a gradient is small beside the others of its tensor, its
                // last bits decide.
                assert_agree_to(&case.part(&tensor), 1.0, &found, &expected);
            }
        }
    }
}
