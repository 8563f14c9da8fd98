//! What PyTorch said, and the case it was said of.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bptt_scope::flow::Probe;
use bptt_scope::rnn::{Activation, Interrupt, Loss};
use serde_json::Value;

use super::drawing::{Drawn, Seeds, draw};

/// H from which on large matrices are compressed.
const LARGE: usize = 32;

/// One case: a draw, run by this program, and what is stored of it.
pub struct Case {
    /// For messages.
    pub name: String,
    /// f, H, n and whether there are biases.
    pub seeds: Seeds,
    /// Network and sequence; the target is that of the loss.
    pub drawn: Drawn,
    /// L.
    pub loss: Loss,
    /// Forward and backward pass.
    pub probe: Probe,
    /// What PyTorch says, whatever the loss.
    pub expected: Value,
    /// What PyTorch says of this loss.
    pub of_loss: Value,
}

impl Case {
    /// Timesteps of which everything is stored: all, but for the largest cases.
    pub fn times(&self) -> Vec<usize> {
        match (self.seeds.hidden, self.seeds.length) {
            (LARGE, 50) => vec![1, 10, 20, 30, 40, 50],
            (_, length) => (1..=length).collect(),
        }
    }

    /// Whether this case is one of 32 units.
    pub fn is_large(&self) -> bool {
        self.seeds.hidden == LARGE
    }

    /// A name for a part of this case.
    pub fn part(&self, what: &str) -> String {
        format!("{}: {what}", self.name)
    }
}

/// A file of the reference.
pub fn file(name: &str) -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference");
    let text = std::fs::read_to_string(format!("{folder}/{name}.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Base64 of little-endian float64.
pub fn numbers(text: &Value) -> Vec<f64> {
    let bytes = BASE64_STANDARD.decode(text.as_str().unwrap()).unwrap();
    let (numbers, rest) = bytes.as_chunks::<8>();
    assert!(rest.is_empty());
    numbers.iter().copied().map(f64::from_le_bytes).collect()
}

/// A whole number.
pub fn count(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

/// The target of a loss from a number between −1 and 1.
pub fn target(loss: Loss, y: f64) -> f64 {
    match loss {
        Loss::BinaryCrossEntropy => f64::from(y > 0.0),
        Loss::SquaredError | Loss::CrossEntropy | Loss::Linear => y,
    }
}

/// Every case of `activation`.
pub fn cases(activation: Activation) -> Vec<Case> {
    let name = serde_json::to_value(activation).unwrap();
    let file = file(name.as_str().unwrap());
    let mut cases = Vec::new();
    for expected in file["draws"].as_array().unwrap() {
        for of_loss in expected["losses"].as_array().unwrap() {
            cases.push(case(activation, expected, of_loss));
        }
    }
    cases
}

fn case(activation: Activation, expected: &Value, of_loss: &Value) -> Case {
    let seeds = Seeds {
        activation,
        hidden: count(&expected["hidden"]),
        length: count(&expected["length"]),
        bias: expected["bias"].as_bool().unwrap(),
        attempt: expected["attempt"].as_u64().unwrap(),
    };
    let loss = match of_loss["loss"].as_str() {
        Some("bce") => Loss::BinaryCrossEntropy,
        Some("squared") => Loss::SquaredError,
        other => panic!("unknown loss {other:?}"),
    };
    let mut drawn = draw(seeds, 1);
    drawn.batch.targets[0] = target(loss, drawn.batch.targets[0]);
    let mut probe = Probe::new(&drawn.network.parameters);
    probe
        .run(&drawn.network, &drawn.batch, loss, &Interrupt::default())
        .unwrap();
    Case {
        name: format!("{seeds:?} {loss:?}"),
        seeds,
        drawn,
        loss,
        probe,
        expected: expected.clone(),
        of_loss: of_loss.clone(),
    }
}

/// tanh and ReLU have every combination of H, n, bias and loss; the others every H and n, and between
/// them all four combinations of bias and loss.
#[test]
fn nothing_is_left_out() {
    for activation in Activation::ALL {
        let mut found: Vec<_> = cases(activation)
            .iter()
            .map(|case| {
                let bce = case.loss == Loss::BinaryCrossEntropy;
                (case.seeds.hidden, case.seeds.length, case.seeds.bias, bce)
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        let is_cross_product = matches!(activation, Activation::Tanh | Activation::Relu);
        assert_eq!(found.len(), if is_cross_product { 80 } else { 20 });
        for bias in [false, true] {
            for bce in [false, true] {
                assert!(found.iter().any(|case| (case.2, case.3) == (bias, bce)));
            }
        }
        found.dedup_by_key(|case| (case.0, case.1));
        let grid = [1, 2, 5, 32].map(|hidden| [1, 2, 3, 10, 50].map(|length| (hidden, length)));
        let pairs: Vec<_> = found.iter().map(|case| (case.0, case.1)).collect();
        assert_eq!(pairs, grid.concat());
    }
}
