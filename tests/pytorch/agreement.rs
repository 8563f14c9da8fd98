//! When two numbers are the same.

/// The design's tolerance. Both sides are float64; differently ordered sums and other ways to compute f
/// differ by about 1e-15 per timestep.
const RELATIVE: f64 = 1e-10;

/// What a number may differ by whatever its own size, in units of the largest that it was computed with.
/// A gradient that is a difference of larger terms is good to the last bits of those terms only, and a
/// singular value to the last bits of the largest one. Besides small singular values three numbers need
/// this, and 1e-15 is enough for all; the rest is for machines that sum in another order. Gradients at
/// one timestep are of one size; those of different timesteps are not, and are never measured by one
/// another.
const FLOOR: f64 = 1e-14;

/// Asserts that the numbers of one vector or matrix agree.
pub fn assert_agree(what: &str, found: &[f64], expected: &[f64]) {
    let largest = expected.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
    assert_agree_to(what, largest, found, expected);
}

/// As [`assert_agree`], for numbers computed with terms as large as `scale`.
pub fn assert_agree_to(what: &str, scale: f64, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{what}: how many numbers");
    for (index, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        assert!(
            agree(scale, found, expected),
            "{what}, number {index}: {found:e}, PyTorch says {expected:e}"
        );
    }
}

/// Asserts that vectors that follow one another in time agree, each on its own scale.
pub fn assert_rows_agree(what: &str, width: usize, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{what}: how many numbers");
    let rows = found
        .chunks_exact(width)
        .zip(expected.chunks_exact(width))
        .enumerate();
    for (row, (found, expected)) in rows {
        assert_agree(&format!("{what}, row {row}"), found, expected);
    }
}

fn agree(scale: f64, found: f64, expected: f64) -> bool {
    // Written so that NaN never agrees.
    (found - expected).abs() <= RELATIVE * expected.abs() + FLOOR * scale
}

/// The measure itself: what it lets pass is nearer than any wrong formula comes.
#[test]
fn a_small_perturbation_is_seen() {
    assert!(agree(1.0, 1.0 + 9e-11, 1.0));
    assert!(!agree(1.0, 1.0 + 1.1e-10, 1.0));
    assert!(!agree(1e-20, 1e-20 * (1.0 + 1.1e-10), 1e-20));
    assert!(!agree(1.0, 2e-14, 0.0));
    assert!(!agree(0.0, f64::MIN_POSITIVE, 0.0));
    assert!(agree(0.0, 0.0, 0.0));
    assert!(!agree(1.0, f64::NAN, 1.0) && !agree(1.0, 1.0, f64::NAN));
}
