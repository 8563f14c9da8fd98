//! The rounded backward pass against real narrow arithmetic and closed forms.

use half::{bf16, f16};

use super::*;
use crate::rnn::{Activation, Inputs, Parameter, Parameters, Spectrum};

/// A reproducible number in (−1, 1) for each place.
fn number(place: usize) -> f64 {
    2.0 * ((place * 7919 + 13) as f64 * 0.618_033_988_749_895).fract() - 1.0
}

struct Case {
    network: Network,
    batch: Batch,
    probe: Probe,
    flow: GradientFlow,
}

const LOSS: Loss = Loss::SquaredError;

impl Case {
    fn new(network: Network, inputs: Vec<f64>, target: f64) -> Self {
        let mut batch = Batch::dense(1);
        batch.reset(inputs.len(), 1);
        batch.inputs = Inputs::Dense {
            width: 1,
            values: inputs,
        };
        batch.targets[0] = target;
        let mut probe = Probe::new(&network.parameters);
        let interrupt = Interrupt::default();
        probe.run(&network, &batch, LOSS, &interrupt).unwrap();
        // Only the bound needs the spectrum, and nothing here needs the bound.
        let spectrum = Spectrum {
            spectral_radius: 1.0,
            sigma_1: 1.0,
        };
        let flow = GradientFlow::of(&network, &batch, &probe, LOSS, spectrum, &interrupt).unwrap();
        Self {
            network,
            batch,
            probe,
            flow,
        }
    }

    /// Weights in (−`size`, `size`) plus `shift`, inputs in (−1, 1).
    fn drawn(activation: Activation, hidden: usize, length: usize, size: f64, shift: f64) -> Self {
        let mut parameters = Parameters::zeros(1, hidden, false);
        for (tensor, parameter) in Parameter::OF_THE_LECTURE.into_iter().enumerate() {
            for (place, value) in parameters.of_mut(parameter).iter_mut().enumerate() {
                *value = size * number(100 * tensor + place) + shift;
            }
        }
        let inputs = (0..length).map(|t| number(t + 1000)).collect();
        Self::new(Network::new(activation, parameters, 0.1), inputs, 0.7)
    }

    /// Identity, no input, ∂L/∂z = 2 (0 + 1/2) = 1 and w_o = 1: g_t = w_h^(n−t) exactly.
    fn power(w_h: f64, length: usize) -> Self {
        let mut parameters = Parameters::zeros(1, 1, false);
        parameters.w_h_mut()[[0, 0]] = w_h;
        parameters.w_o_mut()[0] = 1.0;
        let network = Network::new(Activation::Identity, parameters, 0.0);
        Self::new(network, vec![0.0; length], -0.5)
    }

    fn rounded(&self, format: FloatFormat) -> RoundedFlow {
        RoundedFlow::of(
            &self.network,
            &self.batch,
            &self.probe,
            LOSS,
            &self.flow,
            format,
            &Interrupt::default(),
        )
        .unwrap()
    }

    /// The backward pass written with the operators of a real type.
    fn in_type<T>(&self, from: fn(f64) -> T, to: fn(T) -> f64) -> Vec<Magnitude>
    where
        T: Copy + std::ops::Mul<Output = T> + std::ops::Add<Output = T>,
    {
        let (length, _, hidden) = self.probe.pass.shape();
        let dz = LOSS.derivative(self.probe.pass.read_outs()[0], self.batch.targets[0]);
        let w_h = self.network.parameters.w_h().mapv(from);
        let w_o = self.network.parameters.w_o().iter();
        let mut g: Vec<T> = w_o.map(|&w| from(dz) * from(w)).collect();
        let mut all = Vec::new();
        for t in (1..=length).rev() {
            let numbers: Vec<f64> = g.iter().map(|&g| to(g)).collect();
            all.push(match numbers.as_slice() {
                [one] => Magnitude::new(*one),
                more => Magnitude::new(norm(more)),
            });
            let f_prime = self.probe.pass.responses().unwrap().f_prime(t);
            let delta: Vec<T> = (0..hidden).map(|i| from(f_prime[i]) * g[i]).collect();
            g = (0..hidden)
                .map(|i| (0..hidden).fold(from(0.0), |sum, j| sum + w_h[[j, i]] * delta[j]))
                .collect();
        }
        all.reverse();
        all
    }
}

/// Bit for bit, through normal numbers, subnormals and zero (or overflow).
#[test]
fn float32_is_what_f32_arithmetic_gives() {
    for (hidden, size) in [(1, 0.9), (4, 0.5), (4, 3.0)] {
        for activation in [Activation::Tanh, Activation::Gelu, Activation::Identity] {
            let case = Case::drawn(activation, hidden, 400, size, 0.05);
            let real = case.in_type(|x| x as f32, f64::from);
            assert_eq!(
                case.rounded(FloatFormat::Float32).dl_do,
                real,
                "{}, H = {hidden}, {size}",
                activation.name()
            );
        }
    }
}

/// `half` computes in `f32` and rounds that. For float16 this is innocuous everywhere (24 ≥ 2 · 11 + 2);
/// for bfloat16 a product that is subnormal in `f32` is rounded twice, so the sequence is short enough
/// to stay above. The numbers given to `half` are rounded already, so that its conversions are exact.
#[test]
fn float16_and_bfloat16_are_what_their_arithmetic_gives() {
    let f16_from = |x| f16::from_f64(FloatFormat::Float16.round(x));
    let bf16_from = |x| bf16::from_f64(FloatFormat::Bfloat16.round(x));
    for (hidden, size) in [(1, 0.9), (4, 0.5), (4, 3.0)] {
        let long = Case::drawn(Activation::Tanh, hidden, 100, size, 0.05);
        assert_eq!(
            long.rounded(FloatFormat::Float16).dl_do,
            long.in_type(f16_from, f16::to_f64)
        );
        let short = Case::drawn(Activation::Softsign, hidden, 20, size, 0.05);
        let rounded = short.rounded(FloatFormat::Bfloat16);
        assert!(rounded.dl_do.iter().all(|g| g.log10().unwrap() > -30.0));
        assert_eq!(rounded.dl_do, short.in_type(bf16_from, bf16::to_f64));
    }
}

/// Powers of two are exact down to the smallest subnormal; half of it is a tie with zero and gives
/// zero.
#[test]
fn halving_is_exact_until_the_smallest_number() {
    let n = 200;
    let case = Case::power(0.5, n);
    for (format, smallest) in FloatFormat::ALL.into_iter().zip([24, 133, 149]) {
        let rounded = case.rounded(format);
        let zero_from = n - smallest - 1;
        assert_eq!(rounded.zero_from, Some(zero_from), "{}", format.name());
        assert_eq!(rounded.overflow_from, None);
        for t in 1..=n {
            let expected = if t > zero_from {
                0.5_f64.powi((n - t) as i32)
            } else {
                0.0
            };
            assert_eq!(rounded.dl_do[t - 1], Magnitude::new(expected), "t = {t}");
            assert_eq!(rounded.to_end[t - 1], Magnitude::new(expected), "t = {t}");
        }
        // Only the logarithms differ: up to 150 · log₁₀ 2 = 45, good to a few ε of that, times ln 10.
        assert!(rounded.worst.unwrap().1 < 1e-13);
    }
}

#[test]
fn doubling_is_exact_until_the_largest_number() {
    let n = 200;
    let case = Case::power(-2.0, n);
    for (format, largest) in FloatFormat::ALL.into_iter().zip([15, 127, 127]) {
        let rounded = case.rounded(format);
        assert_eq!(rounded.overflow_from, Some(n - largest - 1));
        assert_eq!(rounded.zero_from, None);
        let last = rounded.to_end[n - largest - 1];
        assert_eq!(last, Magnitude::new((-2.0_f64).powi(largest as i32)));
        assert_eq!(
            rounded.dl_do[n - largest - 2],
            Magnitude::Overflow { negative: false },
            "{}",
            format.name()
        );
    }
}

/// 0.9 of the smallest number rounds to it again: the gradient never becomes zero.
#[test]
fn a_slow_decay_gets_stuck_at_the_smallest_number() {
    let n = 10_000;
    let rounded = Case::power(0.9, n).rounded(FloatFormat::Float16);
    assert_eq!(rounded.zero_from, None);
    // In units of 2⁻²⁴: 0.9 · 5 = 4.4995 (0.9 is 0.8999 in float16) rounds to 4, 0.9 · 4 to 4 again.
    assert_eq!(rounded.dl_do[0], Magnitude::new(4.0 * 0.5_f64.powi(24)));
    let (t, error) = rounded.worst.unwrap();
    // 4 · 2⁻²⁴ / 0.9ᵐ is beyond e^709.78, the largest f64, from m = 6882 on.
    assert_eq!((t, error), (n - 6882, f64::INFINITY));
}

/// With no cancellation every rounding adds at most u = 2^−p to the relative error: f′ and W_h and the
/// two products of a step are 4, the H − 1 additions come on top, and ∂L/∂z · w_o are 3. Second-order
/// terms are allowed for by a tenth (n · H · u is below 0.1 even in bfloat16 with n = 4, H = 4, where
/// the bound is 0.12).
#[test]
fn the_error_of_a_short_flow_is_bounded_by_its_roundings() {
    let n = 4;
    for hidden in [1, 4] {
        // Weights in (0.1, 0.3): all positive.
        let case = Case::drawn(Activation::Sigmoid, hidden, n, 0.1, 0.2);
        for (format, bits) in FloatFormat::ALL.into_iter().zip([11, 8, 24]) {
            let u = 0.5_f64.powi(bits);
            let (_, error) = case.rounded(format).worst.unwrap();
            let bound = ((n - 1) * (hidden + 3) + 3) as f64 * u * 1.1;
            assert!(error < bound, "{}: {error} above {bound}", format.name());
            // And it is not the exact pass that was compared.
            assert!(error > 0.05 * u, "{}: {error}", format.name());
        }
    }
}

/// A ∂L/∂z too small or too large for the format leaves nothing to be a share of.
#[test]
fn an_end_that_does_not_fit_the_format() {
    let mut case = Case::power(0.5, 5);
    case.network.parameters.w_o_mut()[0] = 1e-9;
    let case = Case::new(case.network, vec![0.0; 5], -0.5);
    let rounded = case.rounded(FloatFormat::Float16);
    assert_eq!(rounded.zero_from, Some(5));
    assert_eq!(rounded.to_end, [Magnitude::Zero; 5]);
    assert_eq!(rounded.worst, None);

    let case = Case::new(case.network, vec![0.0; 5], 1e300);
    let rounded = case.rounded(FloatFormat::Float32);
    assert_eq!(rounded.overflow_from, Some(5));
    assert_eq!(rounded.to_end, [Magnitude::Nan; 5]);
}

#[test]
fn broken_parameters_and_an_interrupt() {
    for value in [f64::NAN, f64::INFINITY, 1000.0, -1000.0] {
        for hidden in [1, 3] {
            let mut case = Case::drawn(Activation::Tanh, hidden, 30, 0.5, 0.0);
            case.network.parameters.w_h_mut().fill(value);
            let case = Case::new(case.network, vec![0.3; 30], 0.0);
            for format in FloatFormat::ALL {
                let rounded = case.rounded(format);
                assert_eq!(rounded.dl_do.len(), 30);
                assert_eq!(rounded.to_end.len(), 30);
            }
        }
    }
    let case = Case::power(0.5, 3);
    let interrupt = Interrupt::default();
    interrupt.raise();
    let (network, batch, probe) = (&case.network, &case.batch, &case.probe);
    let format = FloatFormat::Float32;
    let result = RoundedFlow::of(network, batch, probe, LOSS, &case.flow, format, &interrupt);
    assert_eq!(result, Err(Interrupted));
}

/// Twice the exact number is off by all of it, and no percentage is above 100.
#[test]
fn errors_are_percentages_up_to_the_gradient_itself() {
    for (error, words) in [
        (0.0, "0 %"),
        (0.004, "0.400 %"),
        (0.9999, "more than 99.9 %"),
        (1.0, "1.00 times the gradient itself"),
        (2.0, "2.00 times the gradient itself"),
        (99.0, "99.0 times the gradient itself"),
        (f64::INFINITY, "∞ times the gradient itself"),
    ] {
        assert_eq!(error_in_words(error), words);
    }
}
