//! Exponential, logarithm and normal distribution without branches.
//!
//! Polynomials are Chebyshev interpolations, computed with 50 digits; each says how far it is off.

use std::f64::consts::SQRT_2;

/// a · b + c, rounded once where the processor can.
#[inline(always)]
pub fn multiply_add<const FUSED: bool>(a: f64, b: f64, c: f64) -> f64 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

/// Σ c_k x^k, two coefficients a row, by Horner's scheme in x² for the even and the odd powers at once: the
/// processor does them side by side.
#[inline(always)]
fn polynomial<const FUSED: bool, const N: usize>(x: f64, coefficients: &[[f64; 2]; N]) -> f64 {
    let square = x * x;
    let [mut even, mut odd] = coefficients[N - 1];
    for row in coefficients[..N - 1].iter().rev() {
        even = multiply_add::<FUSED>(even, square, row[0]);
        odd = multiply_add::<FUSED>(odd, square, row[1]);
    }
    multiply_add::<FUSED>(odd, x, even)
}

/// e^x for x ≤ 0 as `power` · (1 + `rest`), from which both e^x and e^x − 1 come without cancellation.
#[derive(Clone, Copy)]
pub struct Exponential {
    /// 2^k.
    power: f64,
    /// e^r − 1 for the r in ±½ ln 2 with x = k ln 2 + r.
    rest: f64,
    /// Whether x is so small that k was not taken from it.
    is_tiny: bool,
}

impl Exponential {
    /// Takes x ≤ 0 or NaN. Below −708 the result is 0: e^x is 3e-308 there, near the end of `f64`.
    #[inline(always)]
    pub fn of<const FUSED: bool>(x: f64) -> Self {
        const SMALLEST: f64 = -708.0;
        /// 1.5 · 2⁵² + 1023: added to a small number, it leaves that number, rounded to an integer, plus
        /// the bias of an `f64`'s exponent in the low bits of the sum.
        const ROUND: f64 = 6_755_399_441_056_767.0;
        /// ln 2 in two parts, of which the first has so few bits that k times it is exact
        /// (Cody and Waite, *Software manual for the elementary functions*, 1980).
        const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
        const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
        // Written so that a NaN stays one.
        let clamped = if x < SMALLEST { SMALLEST } else { x };
        let rounded = multiply_add::<FUSED>(clamped, std::f64::consts::LOG2_E, ROUND);
        let k = rounded - ROUND;
        let r = multiply_add::<FUSED>(k, -LN_2_HIGH, clamped);
        let r = multiply_add::<FUSED>(k, -LN_2_LOW, r);
        Self {
            power: f64::from_bits(rounded.to_bits() << 52),
            rest: multiply_add::<FUSED>(r * r, polynomial::<FUSED, 5>(r, &EXPONENTIAL), r),
            is_tiny: x < SMALLEST,
        }
    }

    /// e^x.
    #[inline(always)]
    pub fn value<const FUSED: bool>(self) -> f64 {
        let value = multiply_add::<FUSED>(self.power, self.rest, self.power);
        if self.is_tiny { 0.0 } else { value }
    }

    /// e^x − 1.
    #[inline(always)]
    pub fn minus_one<const FUSED: bool>(self) -> f64 {
        multiply_add::<FUSED>(self.power, self.rest, self.power - 1.0)
    }
}

/// (e^r − 1 − r) / r² for |r| ≤ ½ ln 2; e^r − 1 is then good to 4.1e-17.
const EXPONENTIAL: [[f64; 2]; 5] = [
    [0.500_000_000_000_000_1, 0.166_666_666_666_666_69],
    [0.041_666_666_666_624_13, 0.008_333_333_333_330_062],
    [0.001_388_888_891_721_371_7, 0.000_198_412_698_630_536_18],
    [2.480_152_129_595_437_6e-5, 2.755_726_845_999_706_4e-6],
    [2.762_008_844_540_974_6e-7, 2.510_038_549_551_032e-8],
];

/// ln(1 + e) for e from 0 to 1, as 2 artanh(e / (2 + e)).
#[inline(always)]
pub fn ln_1p<const FUSED: bool>(e: f64) -> f64 {
    let w = e / (2.0 + e);
    let square = w * w;
    let rest = square * polynomial::<FUSED, 5>(square, &AREA_TANGENT);
    2.0 * multiply_add::<FUSED>(w, rest, w)
}

/// (artanh(w) / w − 1) / w² in w² ≤ 1/9; artanh is then good to 7.1e-18.
const AREA_TANGENT: [[f64; 2]; 5] = [
    [0.333_333_333_333_333_3, 0.200_000_000_000_072_92],
    [0.142_857_142_835_543_8, 0.111_111_113_587_139_32],
    [0.090_908_947_180_664_29, 0.076_927_850_324_793_12],
    [0.066_570_721_048_274_68, 0.060_005_364_047_953_56],
    [0.044_003_692_430_723_37, 0.080_822_028_059_717_65],
];

/// ½ e^(x²/2) erfc(x/√2) = Φ(−x) e^(x²/2) for x ≥ 0: the normal distribution's tail without its
/// exponential part.
///
/// (1 + √2 x) times it is smooth in (x − c)/(x + c), which runs from −1 to 1 as x runs from 0 to ∞
/// (Shepherd and Laframboise, *Chebyshev approximation of (1+2x)exp(x²)erfc x in 0 ≤ x < ∞*,
/// Mathematics of Computation 36, 1981).
#[inline(always)]
pub fn scaled_normal_tail<const FUSED: bool>(x: f64) -> f64 {
    const C: f64 = 5.25;
    let divisor = multiply_add::<FUSED>(SQRT_2, x, 1.0);
    let shifted = x + C;
    let reciprocal = 1.0 / (divisor * shifted);
    let q = (x - C) * (divisor * reciprocal);
    polynomial::<FUSED, 12>(q, &NORMAL_TAIL) * (shifted * reciprocal)
}

/// (1 + √2 x) · ½ e^(x²/2) erfc(x/√2) in q, good to 1.5e-16.
const NORMAL_TAIL: [[f64; 2]; 12] = [
    [0.619_110_507_772_779_5, -0.070_133_442_470_461_42],
    [0.000_806_719_491_570_097_8, 0.042_255_980_530_624_807],
    [-0.054_932_888_117_144_58, 0.045_926_857_931_273_11],
    [-0.028_673_121_162_777_686, 0.013_489_661_080_156_055],
    [-0.004_419_529_688_460_952, 0.000_681_576_318_571_625_1],
    [0.000_190_109_065_115_132_5, -0.000_137_829_328_232_912_95],
    [1.715_922_882_617_307_7e-5, 1.286_850_189_379_645_2e-5],
    [-4.872_515_587_173_772_5e-6, -9.305_748_310_730_321e-7],
    [8.166_611_843_971_082e-7, 5.124_659_101_760_379_4e-8],
    [-1.242_816_273_771_916_8e-7, -1.419_482_816_377_516_7e-9],
    [1.674_344_944_961_455e-8, -4.222_404_731_799_490_5e-11],
    [-1.423_448_957_513_445_2e-9, 0.0],
];

/// A mantissa from 1 to 2 with the sign of `value`, and k, whose product `mantissa` · 2^k is `value`.
/// Zero, ±∞ and NaN are their own mantissa, with a k of 0.
#[inline(always)]
pub fn mantissa_and_exponent(value: f64) -> (f64, f64) {
    const EXPONENT: u64 = 0x7ff << 52;
    const ONE: u64 = 0x3ff << 52;
    /// 2⁵², whose low bits can be any integer.
    const INTEGER: u64 = 0x433 << 52;
    const SUBNORMAL: f64 = 18_446_744_073_709_551_616.0; // 2⁶⁴
    let is_small = value.abs() < f64::MIN_POSITIVE;
    let normal = if is_small { value * SUBNORMAL } else { value };
    let offset = f64::from_bits(INTEGER) + if is_small { 1_023.0 + 64.0 } else { 1_023.0 };
    let bits = normal.to_bits();
    let biased = (bits & EXPONENT) >> 52;
    let is_number = normal.abs() > 0.0 && normal.abs() < f64::INFINITY;
    if is_number {
        (
            f64::from_bits((bits & !EXPONENT) | ONE),
            f64::from_bits(biased | INTEGER) - offset,
        )
    } else {
        (value, 0.0)
    }
}
