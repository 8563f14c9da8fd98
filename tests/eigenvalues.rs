//! Eigenvalues against numpy's and against what an eigenvalue is, over ten thousand matrices of the kinds that
//! iterations get lost in.

use std::ops::Range;

use bptt_scope::rnn::{eigenvalues, spectral_radius};
use nalgebra::DMatrix;
use ndarray::Array2;

/// `numpy/eigenvalues.py` wrote it: a radius and how far it can be trusted, for every seed from 0 on.
const NUMPY: &str = include_str!("numpy/eigenvalues.txt");

/// SplitMix64 (Steele, Lea and Flood, 2014), as numbers from −1 to 1.
struct Numbers(u64);

impl Numbers {
    fn whole(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.whole() % end
    }

    fn next(&mut self) -> f64 {
        (self.whole() >> 11) as f64 * 2.0_f64.powi(-52) - 1.0
    }

    fn list(&mut self, length: usize) -> Vec<f64> {
        (0..length).map(|_| self.next()).collect()
    }
}

/// The matrix of a seed and its c: the same operations in the same order as in eigenvalues.py, which says what the
/// kinds are.
fn matrix(seed: u64) -> (Array2<f64>, f64) {
    let mut numbers = Numbers(seed);
    let size = 1 + numbers.below(12) as usize;
    let c = 2.0 * numbers.next();
    let small = 2.0_f64.powi(-(numbers.below(60) as i32));
    let mut a = Array2::zeros((size, size));
    a.diag_mut().fill(c);
    let everywhere = |a: &mut Array2<f64>, numbers: &mut Numbers| {
        for value in a.iter_mut() {
            *value += small * numbers.next();
        }
    };
    match seed % 10 {
        0 => {
            let (u, v) = (numbers.list(size), numbers.list(size));
            for ((i, j), value) in a.indexed_iter_mut() {
                *value += small * u[i] * v[j];
            }
        }
        1 => everywhere(&mut a, &mut numbers),
        2 => (1..size).for_each(|i| a[[i, i - 1]] = 1.0),
        3 => {
            (1..size).for_each(|i| a[[i - 1, i]] = 1.0);
            a[[size - 1, 0]] += small;
        }
        4 => {
            let v = numbers.list(size);
            let d: Vec<f64> = (0..size).map(|_| c + small * numbers.next()).collect();
            let square = v.iter().fold(0.0, |sum, x| sum + x * x);
            let reflection = |i: usize, j: usize| f64::from(i == j) - 2.0 * v[i] * v[j] / square;
            for ((i, j), value) in a.indexed_iter_mut() {
                *value = (0..size).fold(0.0, |sum, k| {
                    sum + reflection(i, k) * d[k] * reflection(k, j)
                });
            }
        }
        5 => {
            for ((i, j), value) in a.indexed_iter_mut() {
                *value = numbers.next() * 2.0_f64.powi(-3 * (i + j) as i32);
            }
        }
        6 => {
            for i in 0..size {
                a[[i, i]] = 0.0;
                for j in 0..i {
                    a[[i, j]] = f64::from(numbers.below(4) == 0);
                }
            }
        }
        7 => {
            a.fill(0.0);
            (0..size).for_each(|i| a[[i, (i + 1) % size]] = c);
        }
        8 => {
            (1..size).step_by(2).for_each(|i| a[[i, i]] = -0.5 * c);
            everywhere(&mut a, &mut numbers);
        }
        _ => a.mapv_inplace(|_| numbers.next()),
    }
    (a, c)
}

fn seeds() -> Range<u64> {
    0..NUMPY.lines().count() as u64
}

#[test]
fn radii_agree_with_numpy() {
    assert!(seeds().end >= 10_000);
    for (seed, line) in seeds().zip(NUMPY.lines()) {
        let numbers: Vec<f64> = line.split(' ').map(|text| text.parse().unwrap()).collect();
        let [expected, trust] = numbers[..] else {
            panic!("line {}: {line}", seed + 1);
        };
        let (a, c) = matrix(seed);
        let found = spectral_radius(&a);
        // The radius is written with twelve digits.
        let tolerance = trust + 1e-11 * expected;
        assert!(
            (found - expected).abs() <= tolerance,
            "seed {seed}: {found}, numpy {expected} ± {trust}\n{a}"
        );
        match seed % 10 {
            // Triangular: to the last bit, where any rounding would be seen in the first digits.
            2 => assert_eq!(found, c.abs()),
            6 => assert_eq!(found, 0.0),
            7 => assert!((found - c.abs()).abs() <= 1e-14 * c.abs(), "seed {seed}"),
            _ => {}
        }
    }
}

/// A − λI is singular for every λ, in a matrix that differs from A by rounding, and the eigenvalues add up to the
/// trace: none is missing, none is there twice.
#[test]
fn every_eigenvalue_is_one() {
    for seed in seeds() {
        let (a, _) = matrix(seed);
        let size = a.nrows();
        let largest = a
            .iter()
            .fold(0.0_f64, |largest, value| largest.max(value.abs()));
        // A backward error of n ε ‖A‖ for the reduction and as much for a few sweeps per eigenvalue.
        let tolerance = 64.0 * (size as f64) * f64::EPSILON * largest;
        let values = eigenvalues(&a).unwrap_or_else(|| panic!("seed {seed} does not settle\n{a}"));
        assert_eq!(values.len(), size);
        let sum = values.iter().fold([0.0; 2], |sum, value| {
            [sum[0] + value[0], sum[1] + value[1]]
        });
        assert!(
            (sum[0] - a.diag().sum()).abs() <= tolerance,
            "seed {seed}: {sum:?}"
        );
        assert!(sum[1].abs() <= tolerance, "seed {seed}: {sum:?}");
        for [re, im] in values {
            // Of real numbers: [A − re, im; −im, A − re].
            let shifted = DMatrix::from_fn(2 * size, 2 * size, |i, j| {
                let (row, column) = (i % size, j % size);
                let diagonal = f64::from(row == column);
                match (i < size, j < size) {
                    (true, false) => im * diagonal,
                    (false, true) => -im * diagonal,
                    _ => a[[row, column]] - re * diagonal,
                }
            });
            let singular = shifted.singular_values().min();
            assert!(
                singular <= tolerance,
                "seed {seed}: {re} {im:+} i is off by {singular}\n{a}"
            );
        }
    }
}

/// What training makes of an identity, and of one of 512 units.
#[test]
fn large_matrices_settle() {
    for (size, kind) in [(64, 0), (128, 1), (256, 0), (512, 1)] {
        let mut numbers = Numbers(size as u64);
        let (u, v) = (numbers.list(size), numbers.list(size));
        let a = Array2::from_shape_fn((size, size), |(i, j)| {
            let little = if kind == 0 {
                1e-6 * u[i] * v[j]
            } else {
                1e-9 * numbers.next()
            };
            0.9 * f64::from(i == j) + little
        });
        let found = spectral_radius(&a);
        // c + uᵀv, and no further from c than the size of what was added.
        let near = if kind == 0 {
            let along: f64 = u.iter().zip(&v).map(|(u, v)| u * v).sum();
            (found - 0.9 - (1e-6 * along).max(0.0)).abs() < 1e-12
        } else {
            (found - 0.9).abs() < 1e-9 * size as f64
        };
        assert!(near, "{size}: {found}");
    }
}
