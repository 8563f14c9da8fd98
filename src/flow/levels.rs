//! Numbers with a level beside them, where one `f64` does not reach: `value` · 2^(480 · level).

use super::Magnitude;

/// Binary digits of one level: numbers of one level are summed in plain `f64`, and those of another are so much
/// smaller that beside a number they are lost to rounding, but not beside a zero. The product of two numbers of one
/// level has all its digits.
const DIGITS: i32 = 480;

/// 2^480
const LEVEL: f64 = f64::from_bits((1023 + DIGITS as u64) << 52);

/// 2^−480: what a number of one level is in units of the next above, and the smallest of a level.
const BELOW: f64 = f64::from_bits((1023 - DIGITS as u64) << 52);

/// The smallest number of a level.
pub const SMALLEST: f64 = BELOW;

/// Numbers of a level are below this: a unit is one, and no weight times one overflows.
const LARGEST: f64 = 2.0;

/// The same number with its level moved until it is neither too small nor too large for one. Zero has level 0,
/// and so has what is not finite.
pub fn within_level(mut value: f64, mut level: i64) -> (f64, i64) {
    if value == 0.0 || !value.is_finite() {
        return (value, 0);
    }
    while value.abs() < SMALLEST {
        value *= LEVEL;
        level -= 1;
    }
    while value.abs() >= LARGEST {
        value *= BELOW;
        level += 1;
    }
    (value, level)
}

/// `value` · 2^(480 `by`)
pub fn raised(value: f64, by: i64) -> f64 {
    let factor = if by < 0 { BELOW } else { LEVEL };
    (0..by.abs()).fold(value, |value, _| value * factor)
}

/// The farthest level: ten thousand of them can be added up.
const MOST_LEVELS: f64 = 1e14;

/// ± 10^`log10` and its level. Beyond 10^±(10^16), where the logarithm itself has no decimal left, it is the end of
/// that range.
pub fn from_log10(negative: bool, log10: f64) -> (f64, i64) {
    let log2 = log10 * std::f64::consts::LOG2_10;
    // A size from 2^−480 to 1.
    let level = (log2 / f64::from(DIGITS)).ceil();
    if level.abs() > MOST_LEVELS {
        let size = if negative { -1.0 } else { 1.0 };
        return (size, MOST_LEVELS.copysign(level) as i64);
    }
    let size = libm::exp2(log2 - level * f64::from(DIGITS));
    within_level(if negative { -size } else { size }, level as i64)
}

/// `value` of level `from` in units of level `to`, which is not below: zero where that is too small beside a number
/// of that level.
pub fn lowered(value: f64, from: i64, to: i64) -> f64 {
    match to - from {
        0 => value,
        1 => value * BELOW,
        _ => 0.0,
    }
}

/// Adds a number of a level not above that of `sum`, which takes on its level if it was zero.
pub fn add(sum: &mut (f64, i64), value: f64, level: i64) {
    if sum.0 == 0.0 {
        *sum = (value, level);
    } else {
        sum.0 += lowered(value, level, sum.1);
    }
}

/// 2^(480 `level`)
pub fn size_of(level: i64) -> Magnitude {
    Magnitude::Finite {
        negative: false,
        log10: level as f64 * f64::from(DIGITS) * std::f64::consts::LOG10_2,
    }
}

/// `levels`, each once, from above.
pub fn from_above(levels: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut levels: Vec<i64> = levels.collect();
    levels.sort_unstable_by(|a, b| b.cmp(a));
    levels.dedup();
    levels
}
