use super::*;
use crate::flow::{GradientFlow, Probe};
use crate::rnn::Activation;
use crate::rnn::{Batch, Inputs, Loss, Network, Parameters, Spectrum};

/// ∂o_t/∂o_1 for t = 1..n by the gradient flow, for the same network as a [`Network`].
fn from_first(inputs: &PhaseInputs, w_h: f64, scale: f64, length: usize) -> Vec<Magnitude> {
    let mut parameters = Parameters::zeros(1, 1, true);
    parameters.w_i_mut().fill(1.0);
    parameters.w_h_mut().fill(w_h);
    parameters.b_mut().fill(inputs.b);
    parameters.w_o_mut().fill(1.0);
    let network = Network::new(inputs.activation, parameters, inputs.o_0);
    let mut batch = Batch::dense(1);
    batch.reset(length, 1);
    if let Inputs::Dense { values, .. } = &mut batch.inputs {
        for (x, input) in values.iter_mut().zip(inputs.input.iter().cycle()) {
            *x = input * scale;
        }
    }
    let (loss, interrupt) = (Loss::SquaredError, Interrupt::default());
    let mut probe = Probe::new(&network.parameters);
    probe.run(&network, &batch, loss, &interrupt).unwrap();
    let spectrum = Spectrum::of(&network.parameters.w_h());
    let flow = GradientFlow::of(&network, &batch, &probe, loss, spectrum, &interrupt).unwrap();
    flow.steps.iter().map(|step| step.from_first).collect()
}

/// The lanes' own `f64`s, before they are rounded for the picture.
fn exact(inputs: &PhaseInputs, w_h: f64, scale: f64, length: usize) -> Vec<f64> {
    let lengths: Vec<usize> = (1..=length).collect();
    let weights = LaneWeights::new(&[w_h]);
    let mut found = Vec::new();
    let interrupt = Interrupt::default();
    run(
        inputs,
        scale,
        &weights,
        &lengths,
        &interrupt,
        &mut |log10| {
            found.push(log10[0]);
        },
    )
    .unwrap();
    found
}

fn inputs(activation: Activation) -> PhaseInputs {
    PhaseInputs {
        activation,
        o_0: 0.1,
        b: -0.05,
        input: (0..30).map(|t| (f64::from(t) * 0.7).sin()).collect(),
    }
}

fn grid(size: usize) -> PhaseGrid {
    PhaseGrid {
        w_h: Span {
            from: -2.5,
            to: 2.5,
        },
        width: size,
        height: size,
    }
}

fn by_length(inputs: &PhaseInputs, grid: PhaseGrid, largest: usize) -> PhaseMap {
    let (interrupt, progress) = (Interrupt::default(), Progress::default());
    PhaseMap::by_length(inputs, grid, largest, &interrupt, &progress).unwrap()
}

fn by_input_scale(inputs: &PhaseInputs, grid: PhaseGrid, scale: Span, length: usize) -> PhaseMap {
    let (interrupt, progress) = (Interrupt::default(), Progress::default());
    PhaseMap::by_input_scale(inputs, grid, scale, length, &interrupt, &progress).unwrap()
}

/// The same outcome; a finite log₁₀ to `tolerance`, absolute below 1 and relative above.
#[track_caller]
fn assert_same(found: f64, expected: Magnitude, tolerance: f64, what: &str) {
    let agrees = match expected {
        Magnitude::Finite { log10, .. } => {
            (found - log10).abs() <= tolerance * log10.abs().max(1.0)
        }
        Magnitude::Zero => found == f64::NEG_INFINITY,
        Magnitude::Overflow { .. } => found == f64::INFINITY,
        Magnitude::Undefined | Magnitude::Nan => found.is_nan(),
    };
    assert!(agrees, "{what}: {found} for {expected:?}");
}

#[test]
fn every_activation_agrees_with_the_gradient_flow() {
    for activation in Activation::ALL {
        let inputs = inputs(activation);
        for w_h in grid(23).w_h.values(23) {
            for scale in [-1.5, 0.0, 0.8, 3.0] {
                let expected = from_first(&inputs, w_h, scale, 120);
                let found = exact(&inputs, w_h, scale, 120);
                for (t, (&found, expected)) in found.iter().zip(expected).enumerate() {
                    let what = format!("{activation:?}, w_h {w_h}, scale {scale}, t {}", t + 1);
                    assert_same(found, expected, 1e-9, &what);
                }
            }
        }
    }
}

/// Pixels of both maps, where `f32` keeps 6e-8 of the logarithm.
#[test]
fn pixels_are_where_they_belong() {
    for activation in [Activation::Tanh, Activation::Relu, Activation::Silu] {
        let inputs = inputs(activation);
        // Neither a whole number of lanes nor a square.
        let grid = PhaseGrid {
            width: 77,
            height: 13,
            ..grid(0)
        };
        let scale = Span {
            from: 2.0,
            to: -1.0,
        };
        let maps = [
            by_length(&inputs, grid, 50),
            by_input_scale(&inputs, grid, scale, 40),
        ];
        for (is_scale, map) in maps.iter().enumerate() {
            assert_eq!(map.log10.len(), 77 * 13);
            for (row, column) in [
                (0, 0),
                (0, 76),
                (12, 0),
                (12, 76),
                (5, 63),
                (6, 64),
                (7, 38),
            ] {
                let (scale, length) = if is_scale == 1 {
                    (map.rows[row], 40)
                } else {
                    (1.0, map.rows[row] as usize)
                };
                let expected = from_first(&inputs, map.w_h[column], scale, length)[length - 1];
                let found = map.log10[row * 77 + column];
                let what = format!("{activation:?} row {row} column {column}");
                assert_same(f64::from(found), expected, 6e-8, &what);
                match (map.outcome(column, row), expected) {
                    (Magnitude::Finite { negative, .. }, Magnitude::Finite { .. }) => {
                        assert!(!negative)
                    }
                    (found, expected) => assert_eq!(found, expected),
                }
            }
        }
    }
    assert_eq!(
        by_length(&inputs(Activation::Tanh), grid(9), 9).rows,
        [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]
    );
}

#[test]
fn identity_is_a_power_of_w_h() {
    let inputs = inputs(Activation::Identity);
    for w_h in [-1.7, -1.0, 0.3, 0.999, 1.0, 4.0, 1_000.0] {
        let found = exact(&inputs, w_h, 1.0, 10_000);
        for n in [1, 2, 3, 100, 10_000] {
            let expected = (n - 1) as f64 * w_h.abs().log10();
            assert!((found[n - 1] - expected).abs() <= 1e-12 * expected.abs());
        }
    }
}

/// Section 6 of the design has ∂o_10/∂o_0 with o_0 = 0.5 and no input: here the first input makes
/// o_1 = 0.5, and there are ten steps after it.
#[test]
fn tanh_without_input_has_the_designs_numbers() {
    let mut input = vec![0.0; 11];
    input[0] = 0.5_f64.atanh();
    let inputs = PhaseInputs {
        activation: Activation::Tanh,
        o_0: 0.0,
        b: 0.0,
        input,
    };
    for (w_h, expected) in [
        (0.5, 8.998_94e-4),
        (0.9, 0.166_491),
        (1.0, 0.222_760),
        (1.1, 0.142_645),
        (1.5, 6.000_57e-4),
        (2.0, 2.138_75e-7),
    ] {
        let found = 10.0_f64.powf(exact(&inputs, w_h, 1.0, 11)[10]);
        // Six digits are given.
        assert!(
            (found / expected - 1.0).abs() < 5e-6,
            "{w_h}: {found} for {expected}"
        );
    }
}

#[test]
fn nothing_passes_a_w_h_of_zero_or_a_dead_relu() {
    for activation in Activation::ALL {
        let found = exact(&inputs(activation), 0.0, 1.0, 50);
        assert_eq!(found[0], 0.0);
        assert!(
            found[1..].iter().all(|&log10| log10 == f64::NEG_INFINITY),
            "{activation:?}"
        );
    }
    let dead = PhaseInputs {
        b: -10.0,
        ..inputs(Activation::Relu)
    };
    let map = by_length(&dead, grid(20), 20);
    for column in 0..20 {
        assert_eq!(map.outcome(column, 0), Magnitude::ONE);
        assert_eq!(map.outcome(column, 1), Magnitude::Zero);
    }
}

/// Deep saturation, where f′ itself is far below the smallest `f64`, and overflow.
#[test]
fn huge_weights_have_the_gradient_flows_outcome() {
    for activation in Activation::ALL {
        for w_h in [-1e6, -1_000.0, 1_000.0, 1e300] {
            for scale in [0.5, 1_000.0] {
                let inputs = inputs(activation);
                let expected = from_first(&inputs, w_h, scale, 60);
                let found = exact(&inputs, w_h, scale, 60);
                for (t, (&found, expected)) in found.iter().zip(expected).enumerate() {
                    let what = format!("{activation:?}, w_h {w_h}, scale {scale}, t {}", t + 1);
                    // A pre-activation in the thousands is rounded to 1e-13, and a logarithm of f′ is as large.
                    assert_same(found, expected, 1e-9, &what);
                }
            }
        }
    }
}

#[test]
fn what_is_not_a_number_stays_none() {
    for activation in Activation::ALL {
        let mut inputs = inputs(activation);
        inputs.input[3] = f64::NAN;
        for w_h in [0.7, f64::NAN, f64::INFINITY] {
            let expected = from_first(&inputs, w_h, 1.0, 20);
            for (&found, expected) in exact(&inputs, w_h, 1.0, 20).iter().zip(expected) {
                assert_same(found, expected, 1e-9, &format!("{activation:?} {w_h}"));
            }
        }
    }
    let mut inputs = inputs(Activation::Tanh);
    inputs.b = f64::NAN;
    let map = by_input_scale(&inputs, grid(5), Span { from: 0.0, to: 1.0 }, 4);
    assert_eq!(map.outcome(2, 3), Magnitude::Nan);
}

#[test]
fn ten_thousand_steps_lose_nothing() {
    for activation in [
        Activation::Tanh,
        Activation::Sigmoid,
        Activation::Softsign,
        Activation::Gelu,
    ] {
        let inputs = inputs(activation);
        let expected = from_first(&inputs, 0.9, 1.0, 10_000)[9_999];
        assert!(
            expected.log10().unwrap().abs() > 350.0,
            "not a test: {expected:?}"
        );
        assert_same(
            exact(&inputs, 0.9, 1.0, 10_000)[9_999],
            expected,
            1e-12,
            activation.name(),
        );
    }
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let maps = [1, 2, 5].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let inputs = inputs(Activation::Gelu);
            let scale = Span {
                from: -3.0,
                to: 3.0,
            };
            let maps = [
                by_length(&inputs, grid(150), 200),
                by_input_scale(&inputs, grid(150), scale, 30),
            ];
            maps.map(|map| map.log10.iter().map(|v| v.to_bits()).collect::<Vec<u32>>())
        })
    });
    assert!(maps[0] == maps[1] && maps[0] == maps[2]);
}

#[test]
fn it_stops_when_told_and_says_how_far_it_is() {
    let inputs = inputs(Activation::Tanh);
    let scale = Span { from: 0.0, to: 1.0 };
    let (interrupt, progress) = (Interrupt::default(), Progress::default());
    PhaseMap::by_length(&inputs, grid(100), 100, &interrupt, &progress).unwrap();
    assert_eq!(progress.share(), 1.0);
    let progress = Progress::default();
    interrupt.raise();
    let length = PhaseMap::by_length(&inputs, grid(100), 10, &interrupt, &progress);
    assert_eq!(length, Err(Interrupted));
    let scale = PhaseMap::by_input_scale(&inputs, grid(100), scale, 10, &interrupt, &progress);
    assert_eq!(scale, Err(Interrupted));
    assert_eq!(progress.share(), 0.0);
}

#[test]
fn the_smallest_pictures() {
    let no_input = PhaseInputs {
        input: Vec::new(),
        ..inputs(Activation::Tanh)
    };
    let one = by_length(&no_input, grid(1), 10);
    assert_eq!((one.rows, one.log10), (vec![1.0], vec![0.0]));
    for (width, height) in [(0, 0), (0, 3), (3, 0)] {
        let grid = PhaseGrid {
            width,
            height,
            ..grid(0)
        };
        assert!(by_length(&no_input, grid, 5).log10.is_empty());
        assert!(
            by_input_scale(&no_input, grid, Span { from: 0.0, to: 1.0 }, 5)
                .log10
                .is_empty()
        );
    }
    // No timestep at all is the empty product, too.
    assert_eq!(
        by_input_scale(&no_input, grid(1), Span { from: 0.0, to: 1.0 }, 0).log10,
        [0.0]
    );
}

#[test]
fn logarithms_too_large_for_f32_stay_finite() {
    assert_eq!(to_f32(-1e300), f32::MIN);
    assert_eq!(to_f32(1e300), f32::MAX);
    assert_eq!(to_f32(f64::NEG_INFINITY), f32::NEG_INFINITY);
    assert!(to_f32(f64::NAN).is_nan());
}
