use serde_json::Value;

use super::*;
use crate::flow::Magnitude;
use crate::rnn::{Activation, CellKind, Interrupt};
use crate::scene::testing::moment;
use crate::tasks::TaskKind;
use crate::training::Snapshot;

fn trace(snapshot: &Snapshot) -> Trace {
    Trace::of(snapshot, &Interrupt::default()).unwrap()
}

fn moments() -> Vec<Snapshot> {
    vec![
        moment(3, |_| {}),
        moment(0, |e| e.network.activation = Activation::Relu),
        moment(2, |e| {
            e.task.kind = TaskKind::Adding;
            e.task.length = 7;
            e.network.hidden = 4;
            e.network.bias = true;
        }),
        // Everything overflows.
        moment(1, |e| {
            e.task.kind = TaskKind::Adding;
            e.task.length = 400;
            e.network.activation = Activation::Identity;
            e.network.w_h = 900.0;
        }),
        moment(0, |e| e.probe.text = "“a, \"b\"\n<c>”".to_owned()),
    ]
}

#[test]
fn a_trace_survives_being_written_and_read_to_the_last_bit() {
    for snapshot in moments() {
        let trace = trace(&snapshot);
        let text = trace.to_json();
        let again = Trace::from_json(&text).unwrap();
        // Not assert_eq: a difference would be printed on a thousand lines.
        assert!(again.to_json() == text);
        assert_eq!(again.experiment, **snapshot.moment.experiment);
        for (read, step) in again.timesteps.iter().zip(&snapshot.probe.flow.steps) {
            // Bit for bit, through text: NaN is not equal to itself, and is written with its state.
            assert_eq!(Magnitude::from(read.to_end), step.to_end);
            assert_eq!(Magnitude::from(read.factor), step.factor);
            assert_eq!(Magnitude::from(read.from_first), step.from_first);
        }
        assert!(again.timesteps.len() == snapshot.len() && !text.contains("NaN"));
    }
}

/// From the file alone: the forward pass, the backward pass and the gradients.
#[test]
fn every_number_can_be_computed_from_the_file_alone() {
    let snapshot = moment(5, |e| {
        e.task.kind = TaskKind::Adding;
        e.task.length = 7;
        e.network.hidden = 3;
    });
    let trace = Trace::from_json(&trace(&snapshot).to_json()).unwrap();
    let parameters = trace.parameters.of_the_lecture().unwrap();
    let (w_i, w_h) = (&parameters.w_i, &parameters.w_h);
    let dot = |row: &[f64], x: &[f64]| row.iter().zip(x).map(|(a, b)| a * b).sum::<f64>();
    let mut o = parameters.o_0.clone();
    for step in &trace.timesteps {
        let x = step.x.as_deref().unwrap();
        let a: Vec<f64> = (0..3).map(|i| dot(&w_i[i], x) + dot(&w_h[i], &o)).collect();
        for (found, expected) in step.a.iter().zip(&a) {
            // Sums of five products in another order.
            assert!((found - expected).abs() < 1e-14);
        }
        o = a.iter().map(|a| a.tanh()).collect();
    }
    let z = dot(&parameters.w_o[0], &o);
    assert!((z - trace.prediction).abs() < 1e-13 && trace.z == trace.prediction);
    // g_0 = W_hᵀ δ_1, δ_1 = f′(a_1) ⊙ g_1.
    let first = &trace.timesteps[0];
    for (k, found) in trace.dl_do_0.iter().enumerate() {
        let terms = (0..3).map(|i| w_h[i][k] * first.f_prime[i] * first.dl_do[i]);
        assert!((found - terms.sum::<f64>()).abs() < 1e-15);
    }
    let norm = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>().sqrt();
    assert!((norm(&trace.dl_do_0).log10() - trace.dl_do_0_log10).abs() < 1e-12);
    let gain = norm(&trace.dl_do_0) / norm(&trace.timesteps[6].dl_do);
    let found = trace.do_n_do_0.unwrap();
    assert!((found.log10.unwrap() - gain.log10()).abs() < 1e-12 && found.sign == 1);
    let terms = trace.timesteps.iter();
    let terms = terms.map(|step| step.term_w_h.as_ref().unwrap()[1][2]);
    let sum: f64 = terms.sum();
    assert!((sum / trace.gradients.of_the_lecture().unwrap().w_h[1][2] - 1.0).abs() < 1e-12);
}

#[test]
fn words_columns_and_padding_are_there() {
    let trace = trace(&moment(0, |e| e.probe.text = "not good zzzz".to_owned()));
    assert_eq!((trace.timesteps.len(), trace.first), (10, 8));
    let step = &trace.timesteps[7];
    assert_eq!(step.token.as_deref(), Some("not"));
    let id = step.token_id.unwrap() as usize;
    let term = &step.term_w_i.as_ref().unwrap()[0];
    assert_eq!(term.len(), 1);
    // No other word is this one, so its column of the gradient is this term.
    assert_eq!(
        term[0],
        trace.gradients.of_the_lecture().unwrap().w_i[0][id]
    );
    assert_eq!(trace.timesteps[0].token_id, None);
}

#[test]
fn csv_has_a_row_per_timestep_with_the_same_numbers() {
    for snapshot in moments() {
        let trace = trace(&snapshot);
        let mut bytes = Vec::new();
        trace.write_csv(&mut bytes).unwrap();
        let mut reader = ::csv::Reader::from_reader(bytes.as_slice());
        let columns = reader.headers().unwrap().clone();
        let column = |name: &str| columns.iter().position(|column| column == name).unwrap();
        let a = column(if snapshot.probe.flow.state_width == 1 {
            "a"
        } else {
            "a_1"
        });
        let mut rows = 0;
        for (row, step) in reader.records().zip(&trace.timesteps) {
            let row = row.unwrap();
            rows += 1;
            assert_eq!(&row[column("schema")], TRACE_SCHEMA);
            assert_eq!(
                &row[column("token")],
                step.token.as_deref().unwrap_or_default()
            );
            let read: f64 = row[a].parse().unwrap();
            assert_eq!(read.to_bits(), step.a[0].to_bits());
            let log10 = &row[column("to_end_log10")];
            assert_eq!(log10.parse().ok(), step.to_end.log10);
            assert_eq!(&row[column("to_end_state")], step.to_end.state.name());
        }
        assert_eq!(rows, snapshot.len());
    }
}

/// Where everything is finite, nothing is lost on the way through JSON.
#[test]
fn the_csv_of_a_trace_that_was_read_back_is_the_same() {
    let csv = |trace: &Trace| {
        let mut bytes = Vec::new();
        trace.write_csv(&mut bytes).unwrap();
        bytes
    };
    let mut compared = 0;
    for trace in moments().iter().map(trace) {
        let again = Trace::from_json(&trace.to_json()).unwrap();
        if trace.timesteps.iter().all(|step| step.a[0].is_finite()) {
            assert!(csv(&again) == csv(&trace));
            compared += 1;
        } else {
            assert!(String::from_utf8(csv(&trace)).unwrap().contains("inf"));
        }
    }
    assert_eq!(compared, 4);
}

#[test]
fn what_is_no_trace_is_told_why() {
    let whole = trace(&moment(0, |_| {})).to_json();
    let problem = |text: &str| Trace::from_json(text).unwrap_err().to_string();
    let ends = "this is no JSON: it ends in the middle";
    assert_eq!(problem(""), format!("line 1, column 0: {ends}"));
    assert_eq!(problem("{"), format!("line 1, column 1: {ends}"));
    assert_eq!(
        problem("{}"),
        "its schema is missing, and this program reads bptt-scope.trace/2"
    );
    let newer = whole.replace("trace/2", "trace/3");
    assert!(problem(&newer).contains("bptt-scope.trace/2"));
    assert!(problem(&whole[..whole.len() / 2]).starts_with("line "));
    let without = whole.replace("\"step\"", "\"stepp\"");
    assert!(problem(&without).ends_with("the key step is missing"));
    // The door of every experiment, whatever it comes in.
    let beyond = whole.replace("\"length\": 10,", "\"length\": 10001,");
    assert_eq!(
        problem(&beyond),
        "its experiment: task.length takes 1 to 10000, not 10001.0"
    );
    // A key and its line, and nothing of a stranger's text.
    let line = whole
        .lines()
        .position(|line| line.contains("\"verdict\": "));
    let wrong = whole.replace(
        "\"verdict\": \"vanishing\"",
        "\"verdict\": {\"\\u202e\": 1}",
    );
    assert_ne!(wrong, whole);
    let message = problem(&wrong);
    assert!(
        message.starts_with(&format!("line {}, ", line.unwrap() + 1)),
        "{message}"
    );
    assert!(
        message.ends_with("this is not what a trace has as verdict"),
        "{message}"
    );
    let wrong = whole.replacen("\"state\": \"finite\"", "\"state\": \"\u{202e}\"", 1);
    assert!(problem(&wrong).ends_with("this is not what a trace has as state"));
}

/// Half a gigabyte of products would help nobody, and what they are products of is there.
#[test]
fn long_sequences_of_many_units_leave_out_their_terms() {
    let many = trace(&moment(0, |e| {
        e.task.kind = TaskKind::Latch;
        e.task.length = 200;
        e.network.hidden = 80;
    }));
    assert!(many.timesteps[0].term_w_h.is_none() && many.timesteps[0].dl_do.len() == 80);
    assert!(
        Trace::from_json(&many.to_json()).unwrap().timesteps[0]
            .term_w_h
            .is_none()
    );
}

/// A thesis script asks for ∂o_11/∂o_0 over w_h, one tanh unit that begins at 0.5 and reads nothing; values by
/// PyTorch in float64, five digits.
#[test]
fn what_the_end_sees_of_the_initial_state() {
    for (w_h, expected) in [
        (0.5, 4.4995e-4),
        (0.9, 0.14760),
        (1.0, 0.20329),
        (1.1, 0.11727),
        (1.5, 2.3667e-4),
        (2.0, 3.5583e-8),
        (-2.0, -3.5583e-8),
    ] {
        let trace = trace(&moment(0, |e| {
            e.task.kind = TaskKind::Constant;
            e.task.length = 11;
            e.network.o_0 = 0.5;
            e.network.w_h = w_h;
        }));
        let found = Magnitude::from(trace.do_n_do_0.unwrap()).value();
        // Half a unit in the fifth digit.
        assert!((found / expected - 1.0).abs() < 5e-5, "{w_h}: {found}");
        // ∂L/∂o_0 = ∂L/∂o_n · ∂o_n/∂o_0.
        let at_end = trace.timesteps[10].dl_do[0];
        assert!((trace.dl_do_0[0] / (at_end * found) - 1.0).abs() < 1e-12);
    }
}

/// z is kept beside σ(z), which says nothing any more where it is 1.
#[test]
fn the_read_out_is_there_where_its_sigmoid_saturates() {
    let trace = trace(&moment(0, |e| e.network.w_o = 1000.0));
    let o = trace.timesteps.last().unwrap().o[0];
    assert_eq!(trace.z, 1000.0 * o);
}

#[test]
fn a_trace_of_an_earlier_program_is_read() {
    let mut value: Value = serde_json::from_str(&trace(&moment(0, |_| {})).to_json()).unwrap();
    for key in [
        "z",
        "do_n_do_0",
        "dl_do_0",
        "dl_do_0_log10",
        "dl_do_0_state",
    ] {
        assert!(
            value.as_object_mut().unwrap().remove(key).is_some(),
            "{key}"
        );
    }
    let read = Trace::from_json(&value.to_string()).unwrap();
    assert!(read.z.is_nan() && read.do_n_do_0.is_none() && read.dl_do_0.is_empty());
}

/// Of a network that is not the lecture's every number has PyTorch's name, and what is read back is the same.
#[test]
fn a_stack_of_gated_layers_is_written_by_pytorchs_names() {
    let snapshot = moment(2, |e| {
        e.task.kind = TaskKind::Copy;
        e.task.length = 9;
        e.network.cell = CellKind::Lstm;
        e.network.layers = 2;
        e.network.hidden = 3;
        e.network.bias = true;
    });
    let never = Interrupt::default();
    let trace = Trace::of(&snapshot, &never).unwrap();
    let json = trace.to_json();
    assert_eq!(Trace::from_json(&json).unwrap().to_json(), json);
    let written: serde_json::Value = serde_json::from_str(&json).unwrap();
    let shape = |value: &serde_json::Value| {
        let rows = value.as_array().unwrap();
        let columns = rows[0].as_array().map_or(0, Vec::len);
        (rows.len(), columns)
    };
    for part in ["parameters", "gradients"] {
        for (name, expected) in [
            ("weight_ih_l0", (12, 10)),
            ("weight_hh_l0", (12, 3)),
            ("bias_ih_l0", (12, 0)),
            ("bias_hh_l0", (12, 0)),
            ("weight_ih_l1", (12, 3)),
            ("readout.weight", (8, 3)),
            ("readout.bias", (8, 0)),
        ] {
            assert_eq!(shape(&written[part][name]), expected, "{part} {name}");
        }
    }
    assert_eq!(shape(&written["parameters"]["h_0"]), (2, 3));
    assert_eq!(shape(&written["dl_dc_0"]), (2, 3));
    let steps = written["timesteps"].as_array().unwrap();
    // Four symbols are asked for at the last four steps.
    for (place, step) in steps.iter().enumerate() {
        assert_eq!(step["loss"].is_number(), place >= 5);
        assert!(step["a"].is_null() && step["bound_log10"].is_null());
        assert_eq!(step["layers"].as_array().unwrap().len(), 2);
        let layer = &step["layers"][1];
        let [i, f, g, o] =
            ["i", "f", "g", "o"].map(|gate| layer["gates"][gate][0].as_f64().unwrap());
        let before = match place {
            0 => 0.0,
            place => steps[place - 1]["layers"][1]["c"][0].as_f64().unwrap(),
        };
        // The equations of the cell, from what is written.
        let c = f * before + i * g;
        assert!((layer["c"][0].as_f64().unwrap() - c).abs() < 1e-15);
        assert!((layer["h"][0].as_f64().unwrap() - o * c.tanh()).abs() < 1e-15);
    }
    // Of the last step the lower layer's state goes nowhere any more.
    assert_eq!(steps[8]["layers"][0]["gain"]["state"], "zero");
    assert_eq!(steps[8]["layers"][1]["gain"]["log10"], 0.0);
    let mut csv = Vec::new();
    trace.write_csv(&mut csv).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    assert!(
        csv.lines()
            .next()
            .unwrap()
            .contains(",h_l1_1,h_l1_2,h_l1_3,c_l1_1,")
    );
}
