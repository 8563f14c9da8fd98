//! Prints how many milliseconds phase maps take, the median of many, for every activation: name,
//! 256 × 256 pixels over w_h and the input at n = 100, and 256 × 256 over w_h and lengths up to 256.
//!
//! `benches/peers/phase_map.py` runs it beside numpy. Arguments that name activations pick them.

use std::hint::black_box;
use std::time::Instant;

use bptt_scope::flow::{PhaseGrid, PhaseInputs, PhaseMap, Progress, Span};
use bptt_scope::rnn::{Activation, Interrupt};

const SIZE: usize = 256;
const LENGTH: usize = 100;
const RUNS: usize = 41;

fn main() {
    let names: Vec<String> = std::env::args()
        .skip(1)
        .filter(|name| name != "--bench")
        .collect();
    for activation in Activation::ALL {
        if names.is_empty() || names.iter().any(|name| name == activation.name()) {
            let (by_scale, by_length) = (
                median(by_input_scale(activation)),
                median(by_length(activation)),
            );
            println!("{}\t{by_scale:.3}\t{by_length:.3}", activation.name());
        }
    }
}

/// The picture that the peers compute.
fn by_input_scale(activation: Activation) -> impl FnMut() {
    let (inputs, span) = (inputs(activation), grid().w_h);
    let (interrupt, progress) = (Interrupt::default(), Progress::default());
    move || {
        let map = PhaseMap::by_input_scale(&inputs, grid(), span, LENGTH, &interrupt, &progress);
        let _ = black_box(map);
    }
}

fn by_length(activation: Activation) -> impl FnMut() {
    let inputs = inputs(activation);
    let (interrupt, progress) = (Interrupt::default(), Progress::default());
    move || {
        let _ = black_box(PhaseMap::by_length(
            &inputs,
            grid(),
            SIZE,
            &interrupt,
            &progress,
        ));
    }
}

fn inputs(activation: Activation) -> PhaseInputs {
    PhaseInputs {
        activation,
        o_0: 0.0,
        b: 0.1,
        input: (0..LENGTH).map(|t| (t as f64 * 0.7).sin()).collect(),
    }
}

fn grid() -> PhaseGrid {
    PhaseGrid {
        w_h: Span {
            from: -3.0,
            to: 3.0,
        },
        width: SIZE,
        height: SIZE,
    }
}

/// Milliseconds.
fn median(mut run: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[RUNS / 2]
}
