//! Forward pass, every gradient and every optimiser against PyTorch float64.
//!
//! `reference/reference.py` made the numbers in `reference/reference.json`; its docstring says with which
//! versions.

use bptt_scope::flow::{GradientFlow, Probe, ProductNorms};
use bptt_scope::rnn::{
    Activation, Batch, Inputs, Interrupt, Loss, Network, Parameters, Spectrum,
    largest_singular_value,
};
use bptt_scope::training::{Optimizer, OptimizerKind};
use ndarray::Array2;
use serde_json::Value;

/// The design's tolerance. Both sides are float64; six timesteps of differently ordered sums differ by
/// about 1e-15.
const RELATIVE: f64 = 1e-10;
/// Gradients smaller than this are differences of larger terms, good to the terms' last bits only.
const ABSOLUTE: f64 = 1e-14;

fn reference() -> Value {
    serde_json::from_str(include_str!("reference/reference.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        Value::Null => Vec::new(),
        number => vec![number.as_f64().unwrap()],
    }
}

fn assert_close(name: &str, what: &str, found: &[f64], expected: &Value) {
    let expected = numbers(expected);
    assert_eq!(found.len(), expected.len(), "{name}: {what}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() <= RELATIVE * expected.abs() + ABSOLUTE,
            "{name}: {what} is {found}, PyTorch says {expected}"
        );
    }
}

fn row_major(parameters: &Parameters) -> [(&'static str, Vec<f64>); 5] {
    [
        ("w_i", parameters.w_i.iter().copied().collect()),
        ("w_h", parameters.w_h.iter().copied().collect()),
        ("b", parameters.b.to_vec()),
        ("w_o", parameters.w_o.to_vec()),
        ("b_o", parameters.b_o.to_vec()),
    ]
}

fn parameters(case: &Value) -> Parameters {
    let hidden = case["hidden"].as_u64().unwrap() as usize;
    let width = case["x"][0].as_array().unwrap().len();
    let bias = case["bias"].as_bool().unwrap();
    let mut parameters = Parameters::zeros(width, hidden, bias);
    let fill = |values: &mut dyn Iterator<Item = &mut f64>, from: &Value| {
        values.zip(numbers(from)).for_each(|(to, from)| *to = from);
    };
    fill(&mut parameters.w_i.iter_mut(), &case["w_i"]);
    fill(&mut parameters.w_h.iter_mut(), &case["w_h"]);
    fill(&mut parameters.b.iter_mut(), &case["b"]);
    fill(&mut parameters.w_o.iter_mut(), &case["w_o"]);
    fill(&mut parameters.b_o.iter_mut(), &case["b_o"]);
    parameters
}

fn set_up(case: &Value) -> (Network, Batch, Loss) {
    let activation: Activation = serde_json::from_value(case["activation"].clone()).unwrap();
    let mut network = Network::new(activation, parameters(case), 0.0);
    network.o_0 = numbers(&case["o_0"]).into();
    let mut batch = Batch::dense(network.parameters.inputs());
    batch.reset(case["n"].as_u64().unwrap() as usize, 1);
    if let Inputs::Dense { values, .. } = &mut batch.inputs {
        *values = numbers(&case["x"]);
    }
    batch.targets[0] = case["y"].as_f64().unwrap();
    let loss = match case["loss"].as_str().unwrap() {
        "bce" => Loss::BinaryCrossEntropy,
        _ => Loss::SquaredError,
    };
    (network, batch, loss)
}

#[test]
fn every_case_agrees() {
    let reference = reference();
    let cases = reference["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 11 * 2 * 2 * 2);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let (network, batch, loss) = set_up(case);
        let mut probe = Probe::new(&network.parameters);
        probe
            .run(&network, &batch, loss, &Interrupt::default())
            .unwrap();
        let unrolled = &probe.unrolled;
        let over_time = |of: &dyn Fn(usize) -> Vec<f64>| (1..=batch.length).flat_map(of).collect();
        let a: Vec<f64> = over_time(&|t| unrolled.pre_activation(t).to_vec());
        let o: Vec<f64> = over_time(&|t| unrolled.state(t).to_vec());
        let f_prime: Vec<f64> = over_time(&|t| unrolled.f_prime(t).to_vec());
        let dl_do: Vec<f64> = over_time(&|t| probe.backward.state_gradient(t).to_vec());
        assert_close(name, "a", &a, &case["a"]);
        assert_close(name, "o", &o, &case["o"]);
        assert_close(name, "f'", &f_prime, &case["f_prime"]);
        assert_close(name, "dL/do", &dl_do, &case["dl_do"]);
        let z = unrolled.read_outs()[0];
        assert_close(name, "z", &[z], &case["z"]);
        let value = loss.value(z, batch.targets[0]);
        assert_close(name, "L", &[value], &case["loss_value"]);
        for (tensor, found) in row_major(&probe.gradients) {
            assert_close(name, tensor, &found, &case["gradients"][tensor]);
        }
        let flow = GradientFlow::of(
            &network,
            &batch,
            &probe,
            loss,
            Spectrum::of(&network.parameters.w_h),
            &Interrupt::default(),
        )
        .unwrap();
        let jacobian = numbers(&case["jacobian_n_1"]);
        if network.parameters.hidden() == 1 {
            let found = flow.steps[0].to_end.value();
            assert_close(name, "do_n/do_1", &[found], &case["jacobian_n_1"]);
        } else {
            let shape = (network.parameters.hidden(), network.parameters.hidden());
            let jacobian = Array2::from_shape_vec(shape, jacobian).unwrap();
            let norms = ProductNorms::of(&network, unrolled).unwrap();
            let expected = largest_singular_value(&jacobian);
            let found = norms.to_end[0].value();
            let close = (found - expected).abs() <= RELATIVE * expected + ABSOLUTE;
            assert!(
                close,
                "{name}: the norm is {found}, PyTorch says {expected}"
            );
        }
        let dl_do_0 = probe.backward.state_gradient(0);
        assert_close(name, "dL/do_0", dl_do_0, &case["gradients"]["o_0"]);
    }
}

#[test]
fn every_optimiser_agrees_over_three_steps() {
    let reference = reference();
    let runs = reference["optimisers"].as_array().unwrap();
    assert_eq!(runs.len(), 5);
    for run in runs {
        let name = run["optimizer"].as_str().unwrap();
        let case = reference["cases"]
            .as_array()
            .unwrap()
            .iter()
            .find(|case| case["name"] == run["case"])
            .unwrap();
        let (mut network, batch, loss) = set_up(case);
        let kind: OptimizerKind =
            serde_json::from_value(name.trim_end_matches("-clipped").into()).unwrap();
        let mut optimizer = Optimizer::new(kind, &network.parameters);
        let mut probe = Probe::new(&network.parameters);
        let steps = run["steps"].as_array().unwrap();
        assert_eq!(steps.len(), 3);
        for expected in steps {
            probe
                .run(&network, &batch, loss, &Interrupt::default())
                .unwrap();
            let clip_norm = run["clip_norm"].as_f64();
            bptt_scope::training::clip(&mut probe.gradients, clip_norm);
            let learning_rate = run["learning_rate"].as_f64().unwrap();
            optimizer.update(&mut network.parameters, &probe.gradients, learning_rate);
            for (tensor, found) in row_major(&network.parameters) {
                assert_close(name, tensor, &found, &expected[tensor]);
            }
        }
    }
}

/// On the wall a small change grows three thousandfold, and so do the last bits of 50 steps.
const ON_THE_WALL: f64 = 1e-8;

#[test]
fn figure_6_of_pascanu_agrees() {
    let reference = reference();
    for case in reference["pascanu_figure_6"].as_array().unwrap() {
        let number = |key: &str| case[key].as_f64().unwrap();
        let sigmoid = Activation::Sigmoid;
        let mut parameters = Parameters::zeros(1, 1, true);
        parameters.w_h[[0, 0]] = number("w");
        parameters.b[0] = number("b");
        parameters.w_o[0] = 1.0;
        let network = Network::new(sigmoid, parameters, sigmoid.f(number("a_0")));
        let mut batch = Batch::dense(1);
        batch.reset(number("steps") as usize, 1);
        batch.targets[0] = number("target");
        let mut probe = Probe::new(&network.parameters);
        let loss = Loss::SquaredError;
        probe
            .run(&network, &batch, loss, &Interrupt::default())
            .unwrap();
        let value = loss.value(probe.unrolled.read_outs()[0], number("target"));
        for (found, key) in [
            (probe.unrolled.pre_activation(batch.length)[0], "a_50"),
            (value, "loss"),
            (probe.gradients.w_h[[0, 0]], "dloss_dw"),
        ] {
            assert!(
                (found / number(key) - 1.0).abs() < ON_THE_WALL,
                "{key}: {found}"
            );
        }
    }
}
