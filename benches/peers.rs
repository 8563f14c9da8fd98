//! What `benches/peers/step.py` runs beside PyTorch and JAX: one training step with the whole record of every
//! timestep, [`BatchPass`] and [`Optimizer`], as `Trainer::step` has them.
//!
//! Speaks JSON, one line a message, on standard input and output. `benches/peers/README.md` says how.

use std::io::{BufRead, Write};
use std::ops::Range;
use std::time::Instant;

use bptt_scope::rnn::vectorised::{Kernel, Sweep, multiply_add};
use bptt_scope::rnn::{
    Activation, Architecture, Batch, CellKind, Gradients, Inputs, Interrupt, Loss, Network,
    Objective, Parameters, RecurrentInit, draw_as_pytorch, draw_input_weights, draw_output_weights,
    draw_recurrent,
};
use bptt_scope::training::{BatchPass, Optimizer, OptimizerKind};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;
use serde_json::{Value, json};

/// So small that the numbers stay where they were compared.
const LEARNING_RATE: f64 = 1e-12;

const LOSS: Loss = Loss::BinaryCrossEntropy;

fn main() {
    let mut bench = None;
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("standard input can be read");
        let message: Value = serde_json::from_str(&line).expect("a line is a JSON object");
        let answer = if let Some(shape) = message.get("prepare") {
            let row = bench.insert(Row::new(shape));
            row.description()
        } else if let Some(steps) = message.get("time").and_then(Value::as_u64) {
            let row = bench.as_mut().expect("prepared before it is timed");
            json!({"seconds": seconds(|| (0..steps).for_each(|_| row.step()))})
        } else if let Some(length) = message.get("chain").and_then(Value::as_u64) {
            json!({"seconds": chain_of_tanh(length as usize)})
        } else {
            json!({"error": format!("unknown message: {line}")})
        };
        let mut output = std::io::stdout().lock();
        writeln!(output, "{answer}").expect("standard output can be written");
        output.flush().expect("standard output can be written");
    }
}

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

/// A network, a batch, and everything that a step needs.
struct Row {
    network: Network,
    batch: Batch,
    pass: BatchPass,
    optimizer: Optimizer,
    never: Interrupt,
}

impl Row {
    /// A network that neither explodes nor vanishes at once, and a batch, both drawn.
    fn new(row: &Value) -> Self {
        let size = |name: &str| row[name].as_u64().expect("a whole number") as usize;
        let (hidden, inputs) = (size("hidden"), size("inputs"));
        let cell = CellKind::deserialize(&row["cell"]).expect("the name of a cell");
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let parameters = draw(cell, hidden, inputs, &mut rng);
        let mut batch = Batch::dense(inputs);
        batch.reset(size("length"), size("batch"));
        if let Inputs::Dense { values, .. } = &mut batch.inputs {
            values.fill_with(|| uniform(&mut rng));
        }
        batch
            .targets
            .fill_with(|| f64::from(u8::from(uniform(&mut rng) > 0.0)));
        Self {
            pass: BatchPass::new(Batch::dense(inputs), &parameters),
            optimizer: Optimizer::new(OptimizerKind::Sgd, &parameters),
            network: Network::of_cell(cell, Activation::Tanh, parameters, 0.0),
            batch,
            never: Interrupt::default(),
        }
    }

    fn step(&mut self) {
        self.run();
        let gradients = self.pass.gradients();
        let parameters = &mut self.network.parameters;
        self.optimizer.update(parameters, gradients, LEARNING_RATE);
    }

    fn run(&mut self) {
        let whole = &self.batch;
        let shape = (whole.length, whole.size);
        // Parts keep what they were given, as a data set that lies in memory does.
        let draw = |range: Range<usize>, part: &mut Batch| {
            if part.size != range.len() {
                copy_sequences(whole, range, part);
            }
        };
        self.pass
            .run(
                &self.network,
                shape,
                Objective::sum_of(LOSS),
                draw,
                &self.never,
            )
            .expect("nobody interrupts");
    }

    /// The network, the batch, and what one pass over it comes to.
    fn description(&mut self) -> Value {
        self.run();
        let Inputs::Dense { values, .. } = &self.batch.inputs else {
            unreachable!("the batch is made of vectors")
        };
        let answers = self.pass.answers();
        let losses: f64 = answers.map(|(z, y)| LOSS.value_of(z, y)).sum();
        let norms: Vec<f64> = self.pass.flow().steps().map(|step| step.norm).collect();
        let mut description = numbers(&self.network.parameters);
        description["x"] = json!(values);
        description["y"] = json!(self.batch.targets);
        description["loss"] = json!(losses / self.batch.size as f64);
        description["norms"] = json!(norms);
        let g = (1..=self.batch.length).map(|t| self.pass.state_gradient(t));
        let g: Option<Vec<_>> = g.collect();
        let g = g.expect("small enough to be kept").into_iter().flatten();
        let g: Vec<f64> = g.flatten().copied().collect();
        description["g"] = json!(g);
        description["gradients"] = numbers(self.pass.gradients());
        description
    }
}

/// The lecture's network as its exercises scale it; of a gated one every tensor as PyTorch draws it.
fn draw(cell: CellKind, hidden: usize, inputs: usize, rng: &mut ChaCha8Rng) -> Parameters {
    let architecture = Architecture {
        cell,
        ..Architecture::of_the_lecture(inputs, hidden, true)
    };
    let mut parameters = Parameters::zeros_of(architecture);
    if cell != CellKind::Elman {
        draw_as_pytorch(parameters.values_mut(), hidden, rng);
        return parameters;
    }
    let w_h = draw_recurrent(RecurrentInit::Orthogonal, hidden, 1.0, rng);
    parameters.w_h_mut().assign(&w_h);
    let w_i = draw_input_weights(inputs, hidden, 0.5, rng);
    parameters.w_i_mut().assign(&w_i);
    let w_o = draw_output_weights(hidden, 1.0, rng);
    parameters.w_o_mut().copy_from_slice(&w_o);
    parameters.b_mut().fill(0.01);
    parameters
}

/// Every tensor by its name, row after row.
fn numbers(parameters: &Gradients) -> Value {
    let tensors = parameters.tensors().map(|(tensor, _)| {
        let matrix = parameters.matrix_of(tensor.parameter, tensor.layer);
        let rows: Vec<f64> = matrix.iter().copied().collect();
        (tensor.name.to_string(), json!(rows))
    });
    Value::Object(tensors.collect())
}

/// Fills `part` with the sequences `range` of `whole`.
fn copy_sequences(whole: &Batch, range: Range<usize>, part: &mut Batch) {
    part.reset(whole.length, range.len());
    part.targets.copy_from_slice(&whole.targets[range.clone()]);
    if let (
        Inputs::Dense {
            values: from,
            width,
        },
        Inputs::Dense { values: to, .. },
    ) = (&whole.inputs, &mut part.inputs)
    {
        let steps = from.chunks(whole.size * width);
        for (from, to) in steps.zip(to.chunks_mut(range.len() * width)) {
            to.copy_from_slice(&from[range.start * width..range.end * width]);
        }
    }
}

/// Between −1 and 1.
fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    rng.next_u32() as f64 / f64::from(u32::MAX) * 2.0 - 1.0
}

/// The median time of o ← tanh(0.9 o + x) done `length` times, in seconds: what no loop over
/// timesteps goes below with the fastest tanh that we have.
fn chain_of_tanh(length: usize) -> f64 {
    struct Chain<'a>(&'a [f64]);

    impl Sweep for Chain<'_> {
        type Output = f64;

        #[inline(always)]
        fn run<K: Kernel, const FUSED: bool>(self) -> f64 {
            let chain = self.0.iter();
            chain.fold(0.0, |o, &x| {
                K::state::<FUSED>(multiply_add::<FUSED>(0.9, o, x))
            })
        }
    }

    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let inputs: Vec<f64> = (0..length).map(|_| 0.5 * uniform(&mut rng)).collect();
    let repeats = 1 + 200_000 / length;
    let mut times: Vec<f64> = (0..15)
        .map(|_| {
            seconds(|| {
                for _ in 0..repeats {
                    std::hint::black_box(
                        Activation::Tanh.sweep(Chain(std::hint::black_box(&inputs))),
                    );
                }
            }) / repeats as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
