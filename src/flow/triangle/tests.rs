use ndarray::Array2;
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::flow::{
    LogProduct, ProductNorms, StepFlow, Term, Ways, WeightGradient, singular_values,
};
use crate::rnn::{Activation, Batch, Inputs, Parameters, RecurrentInit, draw_recurrent};

fn run(activation: Activation, w_h: Array2<f64>, length: usize) -> (Network, Pass) {
    let mut parameters = Parameters::zeros(1, w_h.nrows(), false);
    parameters.w_h_mut().assign(&w_h);
    parameters.w_i_mut().fill(0.7);
    let network = Network::new(activation, parameters, 0.3);
    let mut batch = Batch::dense(1);
    batch.reset(length, 1);
    if let Inputs::Dense { values, .. } = &mut batch.inputs {
        for (t, value) in values.iter_mut().enumerate() {
            *value = (t as f64).sin();
        }
    }
    let mut pass = Pass::default();
    pass.forward(&network, &batch, &Interrupt::default())
        .unwrap();
    (network, pass)
}

fn gaussian(hidden: usize, radius: f64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    draw_recurrent(RecurrentInit::Gaussian, hidden, radius, &mut rng)
}

fn triangle(network: &Network, pass: &Pass, times: Vec<usize>) -> Triangle {
    let progress = Progress::default();
    let triangle =
        Triangle::of_grid(network, pass, times, &Interrupt::default(), &progress).unwrap();
    assert_eq!(progress.share(), 1.0);
    triangle
}

/// The same outcome, and a finite one to `tolerance` in log₁₀, or to 1e-14 relative where log₁₀ itself is
/// in the millions.
fn close(a: Magnitude, b: Magnitude, tolerance: f64) -> bool {
    match (a.log10(), b.log10()) {
        (Some(x), Some(y)) => {
            a.is_negative() == b.is_negative() && (x - y).abs() <= tolerance + 1e-14 * x.abs()
        }
        _ => a == b,
    }
}

fn flow(factors: &[Magnitude]) -> GradientFlow {
    let term = Term {
        magnitude: Magnitude::ONE,
        share: 0.0,
    };
    let steps = factors.iter().map(|&factor| StepFlow {
        ways: Ways::OneAfterTheOther,
        parts: [factor, Magnitude::ONE],
        factor,
        to_end: Magnitude::ONE,
        from_first: Magnitude::ONE,
        dl_do: Magnitude::ONE,
        term_w_h: term,
        term_w_i: term,
    });
    let number = WeightGradient {
        magnitude: Magnitude::ONE,
        is_number: true,
    };
    GradientFlow {
        steps: steps.collect(),
        is_asked_at_every_step: false,
        state_width: 1,
        z: 0.0,
        read_out_learns: true,
        dl_dz: Magnitude::ONE,
        dl_do_0: Magnitude::ONE,
        w_h: number,
        w_i: number,
        steps_that_count: None,
        bound_per_step_log10: 0.0,
    }
}

/// Mostly numbers, of every size, and each of the other outcomes.
fn factor() -> impl Strategy<Value = Magnitude> {
    prop_oneof![
        12 => (-3.0..3.0_f64).prop_map(Magnitude::new),
        4 => (any::<bool>(), -900.0..900.0_f64)
            .prop_map(|(negative, log10)| Magnitude::Finite { negative, log10 }),
        1 => Just(Magnitude::Zero),
        1 => any::<bool>().prop_map(|negative| Magnitude::Overflow { negative }),
        1 => Just(Magnitude::Nan),
    ]
}

proptest! {
    /// Against one multiplication after the other. Both sums are compensated, so that they differ
    /// by a few ε of the largest partial sum, 60 · 900; 1e-10 is ten ε of it, and 1e-14 of a
    /// plain factor is below it by far.
    #[test]
    fn numbers_are_the_products_of_their_factors(factors in prop::collection::vec(factor(), 0..60)) {
        let triangle = Triangle::of_numbers(&flow(&factors));
        prop_assert_eq!(triangle.len(), factors.len());
        for k in 1..=factors.len() {
            let mut product = LogProduct::default();
            for j in k..=factors.len() {
                if j > k {
                    product.multiply(factors[j - 1]);
                }
                let found = triangle.value(j, k).unwrap();
                prop_assert!(close(found, product.product(), 1e-10),
                    "{} from {}: {:?} {:?}", j, k, found, product.product());
            }
        }
    }

    #[test]
    fn the_nearest_timestep_is_the_nearest(length in 1..400_usize, count in 1..40_usize, t in 0..500_usize) {
        let times = grid(length, count.max(2).min(length));
        prop_assert_eq!((times[0], times[times.len() - 1]), (1, length));
        prop_assert!(times.windows(2).all(|pair| pair[0] < pair[1]));
        let expected = times.iter().copied().min_by_key(|time| time.abs_diff(t)).unwrap();
        let triangle = Triangle { length, times, products: Products::Pairs(Vec::new()) };
        prop_assert_eq!(triangle.nearest(t), expected);
    }
}

/// Ten thousand equal factors: the compensation keeps every stretch to 1e-12 relative, also where it
/// is the small difference of two large sums.
#[test]
fn a_long_linear_product_loses_nothing() {
    let triangle = Triangle::of_numbers(&flow(&vec![Magnitude::new(-0.3); 10_000]));
    for (j, k) in [
        (10_000, 1),
        (10_000, 9_999),
        (5_001, 5_000),
        (9_000, 8_000),
        (7, 7),
    ] {
        let expected = (j - k) as f64 * 0.3_f64.log10();
        let found = triangle.value(j, k).unwrap();
        assert!((found.log10().unwrap() - expected).abs() <= 1e-12 * expected.abs());
        assert_eq!(found.is_negative(), (j - k) % 2 == 1);
    }
}

/// 1e-9 in log₁₀ is what the norms promise; between two orders of multiplication they differ by
/// rounding alone.
#[test]
fn norms_agree_with_the_two_known_edges() {
    for (activation, hidden, radius) in [
        (Activation::Tanh, 5, 1.3),
        (Activation::Sigmoid, 3, 4.0),
        (Activation::LeakyRelu, 8, 0.9),
        (Activation::Identity, 4, 1000.0),
    ] {
        let (network, pass) = run(activation, gaussian(hidden, radius), 40);
        let progress = Progress::default();
        let interrupt = Interrupt::default();
        let triangle = Triangle::of_norms(&network, &pass, &interrupt, &progress).unwrap();
        assert_eq!(progress.share(), 1.0);
        assert_eq!(triangle.times(), (1..=40).collect::<Vec<_>>());
        let norms = ProductNorms::of(&network, &pass).unwrap();
        for t in 1..=40 {
            let value = |j, k| triangle.value(j, k).unwrap();
            assert!(close(value(40, t), norms.to_end[t - 1], 1e-9));
            assert!(close(value(t, 1), norms.from_first[t - 1], 1e-9));
            assert_eq!(value(t, t), Magnitude::ONE);
        }
    }
}

/// For H = 1 the norm is the absolute value of the number.
#[test]
fn norms_of_one_unit_are_the_numbers() {
    let (network, pass) = run(Activation::Tanh, gaussian(1, -1.1), 30);
    let w_h = Magnitude::new(-1.1);
    let factors: Vec<Magnitude> = (1..=30)
        .map(|t| Magnitude::new(pass.responses().unwrap().f_prime(t)[0]).times(w_h))
        .collect();
    let numbers = Triangle::of_numbers(&flow(&factors));
    let norms = triangle(&network, &pass, (1..=30).collect());
    for k in 1..=30 {
        for j in k..=30 {
            let number = numbers.value(j, k).and_then(Magnitude::log10);
            let norm = norms.value(j, k).unwrap();
            assert!(!norm.is_negative());
            assert!((norm.log10().unwrap() - number.unwrap()).abs() < 1e-12);
        }
    }
}

/// A coarse grid has the same products at its timesteps, and elsewhere those of the nearest ones.
#[test]
fn a_coarse_grid_is_part_of_the_fine_one() {
    let (network, pass) = run(Activation::Tanh, gaussian(6, 1.2), 50);
    let fine = triangle(&network, &pass, (1..=50).collect());
    let coarse = triangle(&network, &pass, grid(50, 7));
    assert_eq!(coarse.times(), [1, 9, 17, 26, 34, 42, 50]);
    for k in 1..=50 {
        for j in k..=50 {
            let there = fine.value(coarse.nearest(j), coarse.nearest(k)).unwrap();
            assert!(close(coarse.value(j, k).unwrap(), there, 1e-9));
        }
    }
    for (j, k) in [(3, 4), (5, 0), (0, 0), (51, 1)] {
        assert_eq!(coarse.value(j, k), None);
        assert_eq!(fine.value(j, k), None);
    }
}

#[test]
fn broken_and_dead_networks_are_named() {
    let dead = run(Activation::Relu, -Array2::<f64>::eye(3), 6);
    let far = triangle(&dead.0, &dead.1, vec![1, 3, 6]);
    assert_eq!(far.value(6, 1), Some(Magnitude::Zero));
    let mut broken = gaussian(3, 1.0);
    broken[[1, 2]] = f64::NAN;
    let broken = run(Activation::Tanh, broken, 6);
    let nan = triangle(&broken.0, &broken.1, vec![1, 3, 6]);
    assert_eq!(nan.value(3, 1), Some(Magnitude::Nan));
    assert_eq!(nan.value(3, 3), Some(Magnitude::ONE));
    let one = run(Activation::Tanh, gaussian(3, 1.0), 1);
    let one = triangle(&one.0, &one.1, grid(1, count(1, 3)));
    assert_eq!(one.value(1, 1), Some(Magnitude::ONE));
    let none = Triangle::of_numbers(&flow(&[]));
    assert_eq!(
        (none.value(1, 1), none.nearest(3), none.is_empty()),
        (None, 0, true)
    );
}

/// The grid fits the budget, and the sizes that the documentation names are as it says.
#[test]
fn the_grid_is_bounded() {
    assert_eq!(count(100, 16), 100);
    assert_eq!(count(1_000, 64), 173);
    assert_eq!(count(1_000, 512), FEWEST_TIMES);
    assert_eq!(count(5, 512), 5);
    assert_eq!(count(10_000, 2), MOST_TIMES);
    for hidden in 1..=512 {
        let times = count(10_000, hidden);
        let norms = Triangle::cost(10_000, hidden) - work_of_blocks(10_000, times, hidden);
        assert!(norms <= AFFORDABLE || times == FEWEST_TIMES, "{hidden}");
    }
}

#[test]
fn a_raised_interrupt_stops_it() {
    let (network, pass) = run(Activation::Tanh, gaussian(4, 1.0), 5);
    let interrupt = Interrupt::default();
    interrupt.raise();
    let progress = Progress::default();
    let result = Triangle::of_norms(&network, &pass, &interrupt, &progress);
    assert_eq!(result, Err(Interrupted));
    assert!(progress.share() < 1.0);
}

/// A weight that a diverged training or a wild slider may leave behind.
fn weight() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -2.0..2.0_f64,
        1 => prop::sample::select(vec![
            0.0, 1000.0, -1000.0, 1e300, -1e-300, 5e-324, f64::INFINITY, f64::NAN,
        ]),
    ]
}

proptest! {
    /// Whatever the parameters, it ends, and a product without NaN among its factors is a norm.
    #[test]
    fn any_parameters_have_a_triangle(
        activation in prop::sample::select(Activation::ALL.to_vec()),
        weights in prop::collection::vec(weight(), 16),
        (hidden, length) in (1..5_usize, 1..9_usize),
    ) {
        let w_h = Array2::from_shape_fn((hidden, hidden), |(i, j)| weights[4 * i + j]);
        let (network, pass) = run(activation, w_h, length);
        let triangle = triangle(&network, &pass, (1..=length).collect());
        let finite = network.parameters.first_non_finite().is_none();
        for k in 1..=length {
            let norm = triangle.value(length, k).unwrap();
            prop_assert!(!norm.is_negative());
            let known = (k + 1..=length)
                .all(|t| pass.responses().unwrap().f_prime(t).iter().all(|f_prime| f_prime.is_finite()));
            let all = singular_values(&network, &pass, k, &Interrupt::default()).unwrap();
            prop_assert_eq!(all.values.len(), hidden);
            if finite && known {
                prop_assert!(matches!(norm, Magnitude::Finite { .. } | Magnitude::Zero), "{:?}", norm);
                // Multiplied in the opposite order. Where the steps cancel one another, or their entries
                // are hundreds of orders of magnitude apart, either order may lose what the other keeps.
                let tame = weights.iter().all(|weight| *weight == 0.0 || (1e-3..=1e3).contains(&weight.abs()));
                prop_assert!(!tame || close(all.values[0], norm, 1e-9), "{:?} {:?}", all, norm);
            }
        }
    }
}

/// An entry of the highest level may be far below it, beside larger ones of lower levels: dividing by it alone would be
/// beyond the range of `f64`.
#[test]
fn an_entry_at_the_end_of_the_range_does_not_break_the_others() {
    let w_h = ndarray::arr2(&[[-1000.0, 0.942], [0.358, 5e-324]]);
    let (network, pass) = run(Activation::Tanh, w_h, 5);
    let triangle = triangle(&network, &pass, (1..=5).collect());
    for k in 1..=5 {
        for j in k..=5 {
            let norm = triangle.value(j, k).unwrap();
            assert!(norm.log10().is_some(), "{j} {k}: {norm:?}");
        }
    }
}
