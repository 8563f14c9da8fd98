//! Exponential, logarithm and normal distribution without branches.
//!
//! Polynomials are least-squares fits at Chebyshev points, computed with 50 digits; the coefficients were rounded
//! one after the other, each time fitting the rest again. Each says how far it is off.

/// a · b + c, rounded once where the processor can.
#[inline(always)]
pub fn multiply_add<const FUSED: bool>(a: f64, b: f64, c: f64) -> f64 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

/// a · b, rounded, and what rounding took from it.
#[inline(always)]
pub fn two_product<const FUSED: bool>(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    let low = if FUSED {
        a.mul_add(b, -product)
    } else {
        // Dekker, *A floating-point technique for extending the available precision*, Numerische
        // Mathematik 18, 1971.
        let (a_high, b_high) = (upper(a), upper(b));
        let (a_low, b_low) = (a - a_high, b - b_high);
        let cross = (a_high * b_high - product) + a_high * b_low + a_low * b_high;
        cross + a_low * b_low
    };
    (product, low)
}

/// The upper 26 bits of x, cut by its bits, which cannot overflow. What is below has 27.
#[inline(always)]
fn upper(x: f64) -> f64 {
    f64::from_bits(x.to_bits() & !0x7ff_ffff)
}

/// a + b, rounded, and what rounding took from it, whichever is larger (Knuth, *The art of computer
/// programming* 2, 4.2.2).
#[inline(always)]
pub fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

/// c + a · b, rounded, and what rounding took from it.
#[inline(always)]
fn plus_product<const FUSED: bool>(c: f64, a: f64, b: f64) -> (f64, f64) {
    let (product, low) = two_product::<FUSED>(a, b);
    let (sum, sum_low) = two_sum(c, product);
    (sum, sum_low + low)
}

/// a · b + c for a small c, with hardly more than one rounding even without fused multiply-add.
#[inline(always)]
pub fn product_and<const FUSED: bool>(a: f64, b: f64, c: f64) -> f64 {
    if FUSED {
        a.mul_add(b, c)
    } else {
        let (product, low) = two_product::<FUSED>(a, b);
        product + (low + c)
    }
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

/// e^x for x ≤ 0 as 2^k · (1 + `rest` + `low`), from which e^x, e^x − 1 and 1 + e^x come without
/// cancellation.
#[derive(Clone, Copy)]
pub struct Exponential {
    /// 2^k, subnormal or 0 where e^x is.
    pub power: f64,
    /// 2^k · [`Exponential::SCALE`], which does not underflow.
    pub scaled: f64,
    /// e^r − 1 for the r in ±½ ln 2 with x = k ln 2 + r.
    pub rest: f64,
    /// What rounding took from `rest`.
    pub low: f64,
}

impl Exponential {
    /// Keeps 2^k normal, so that a small product with e^x loses its digits to underflow once, at its end.
    pub const SCALE: f64 = f64::from_bits((1023 + 128) << 52); // 2¹²⁸
    /// Takes that away again.
    pub const UNSCALE: f64 = 1.0 / Self::SCALE;
    /// Below it e^x is 0 even after a factor 2⁶⁴.
    const SMALLEST: f64 = -790.0;

    /// Takes x ≤ 0 or NaN.
    #[inline(always)]
    pub fn of<const FUSED: bool>(x: f64) -> Self {
        let (scaled, r, low) = Self::reduce::<FUSED>(x);
        Self::evaluate::<FUSED>(scaled, r, low)
    }

    /// Takes x + `x_low` ≤ 0, x being that sum rounded, or NaN.
    #[inline(always)]
    pub fn of_sum<const FUSED: bool>(x: f64, x_low: f64) -> Self {
        let x_low = if x < Self::SMALLEST { 0.0 } else { x_low };
        let (scaled, r, low) = Self::reduce::<FUSED>(x);
        let sum = r + x_low;
        Self::evaluate::<FUSED>(scaled, sum, ((r - sum) + x_low) + low)
    }

    /// 2^k · `SCALE`, r and what rounding took from r.
    #[inline(always)]
    fn reduce<const FUSED: bool>(x: f64) -> (f64, f64, f64) {
        /// 1.5 · 2⁵² + 1023 + 128: added to a small number, it leaves that number, rounded to an integer,
        /// plus the bias of an `f64`'s exponent and the exponent of `SCALE` in the low bits of the sum.
        const ROUND: f64 = 6_755_399_441_056_895.0;
        /// ln 2 in two parts, of which the first has so few bits that k times it is exact
        /// (Cody and Waite, *Software manual for the elementary functions*, 1980).
        const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
        const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
        // Written so that a NaN stays one.
        let clamped = if x < Self::SMALLEST {
            Self::SMALLEST
        } else {
            x
        };
        let rounded = multiply_add::<FUSED>(clamped, std::f64::consts::LOG2_E, ROUND);
        let k = rounded - ROUND;
        let high = multiply_add::<FUSED>(k, -LN_2_HIGH, clamped);
        let r = multiply_add::<FUSED>(k, -LN_2_LOW, high);
        let low = multiply_add::<FUSED>(k, -LN_2_LOW, high - r);
        (f64::from_bits(rounded.to_bits() << 52), r, low)
    }

    /// The polynomial is in Estrin's form and its upper half is added last: there is a chain of five
    /// operations from r to the result, where Horner's scheme has twelve.
    #[inline(always)]
    fn evaluate<const FUSED: bool>(scaled: f64, r: f64, low: f64) -> Self {
        let [c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10] = EXPONENTIAL;
        let square = r * r;
        let fourth = square * square;
        let pair = |a: f64, b: f64| multiply_add::<FUSED>(b, r, a);
        let lower = multiply_add::<FUSED>(square, pair(c2, c3), pair(c0, c1));
        let upper = multiply_add::<FUSED>(square, pair(c6, c7), pair(c4, c5));
        let top = multiply_add::<FUSED>(square, c10, pair(c8, c9));
        let upper = multiply_add::<FUSED>(fourth, top, upper);
        let sixth = fourth * square;
        let rest = multiply_add::<FUSED>(sixth, upper, multiply_add::<FUSED>(square, lower, r));
        let beyond_r =
            multiply_add::<FUSED>(square, lower, multiply_add::<FUSED>(sixth, upper, low));
        Self {
            power: scaled * Self::UNSCALE,
            scaled,
            rest,
            low: (r - rest) + beyond_r,
        }
    }

    /// e^x / 2^k, from 0.7 to 1.5, and what rounding took from it.
    #[inline(always)]
    pub fn mantissa(self) -> (f64, f64) {
        let mantissa = 1.0 + self.rest;
        (mantissa, ((1.0 - mantissa) + self.rest) + self.low)
    }

    /// 1 / the mantissa, to 6 %: enough for the relative size of a rounding error.
    #[inline(always)]
    pub fn about_one_over<const FUSED: bool>(mantissa: f64) -> f64 {
        multiply_add::<FUSED>(-0.941_2, mantissa, 1.996_7)
    }

    /// e^x + `integer` for −1, 1 or 2, rounded, and what rounding took from it.
    #[inline(always)]
    pub fn plus<const FUSED: bool>(self, integer: f64) -> (f64, f64) {
        let base = self.power + integer;
        let sum = multiply_add::<FUSED>(self.power, self.rest, base);
        // Where e^x is nothing beside the integer, and what is lost from the start.
        let beyond = multiply_add::<FUSED>(self.power, self.low, (integer - base) + self.power);
        // The product with a power of two is exact, and smaller than `base` unless that is 0.
        let lost = multiply_add::<FUSED>(self.power, self.rest, base - sum);
        (sum, lost + beyond)
    }
}

/// (e^r − 1 − r) / r² for |r| ≤ ½ ln 2; e^r is then good to 7e-20.
const EXPONENTIAL: [f64; 11] = [
    0.5,
    0.166_666_666_666_666_85,
    0.041_666_666_666_666_526,
    0.008_333_333_333_315_986,
    0.001_388_888_888_896_799_7,
    0.000_198_412_698_985_484_6,
    2.480_158_715_531_294_8e-5,
    2.755_723_299_554_416e-6,
    2.755_741_759_400_535e-7,
    2.511_261_181_733_738_8e-8,
    2.087_111_625_123_361e-9,
];

/// 1 / (`d` + `d_low`) as a number and the relative correction that is still to be made to it.
#[inline(always)]
pub fn reciprocal<const FUSED: bool>(d: f64, d_low: f64) -> (f64, f64) {
    let quotient = 1.0 / d;
    let residual = if FUSED {
        quotient.mul_add(-d, 1.0)
    } else {
        let (product, low) = two_product::<FUSED>(quotient, d);
        (1.0 - product) - low
    };
    (quotient, multiply_add::<FUSED>(-quotient, d_low, residual))
}

/// 1 / (d + `d_low`) where there is no fused multiply-add: as a number of 26 bits, whose products are exact by halves
/// without being cut itself, and the relative correction of up to 2⁻²⁵ that is to be made to it.
#[derive(Clone, Copy)]
pub struct ShortReciprocal {
    quotient: f64,
    correction: f64,
}

impl ShortReciprocal {
    #[inline(always)]
    pub fn of(d: f64, d_low: f64) -> Self {
        let quotient = upper(1.0 / d);
        let d_high = upper(d);
        let residual = (1.0 - quotient * d_high) - quotient * (d - d_high);
        let residual = residual - quotient * d_low;
        // 1 / (1 − residual), to 2⁻⁷⁵
        Self {
            quotient,
            correction: residual + residual * residual,
        }
    }

    /// (x + `x_low`) times it, with hardly more than one rounding.
    #[inline(always)]
    pub fn times(self, x: f64, x_low: f64) -> f64 {
        let product = x * self.quotient;
        let x_high = upper(x);
        let low = (x_high * self.quotient - product) + (x - x_high) * self.quotient;
        product + (low + self.quotient * (x * self.correction + x_low))
    }

    /// Its square times 1 + `relative`, for a small one.
    #[inline(always)]
    pub fn square(self, relative: f64) -> f64 {
        let square = self.quotient * self.quotient;
        square + square * (self.correction * (2.0 + self.correction) + relative)
    }
}

/// ln(1 + e) for e from 0 to 1, as 2 artanh(w) with w + `w_low` = e / (2 + e).
#[inline(always)]
pub fn twice_artanh<const FUSED: bool>(w: f64, w_low: f64) -> f64 {
    let square = w * w;
    let rest = square * polynomial::<FUSED, 5>(square, &AREA_TANGENT);
    2.0 * (w + multiply_add::<FUSED>(w, rest, w_low))
}

/// ln(1 + e) for e from 0 to 1.
#[inline(always)]
pub fn ln_1p<const FUSED: bool>(e: f64) -> f64 {
    twice_artanh::<FUSED>(e / (2.0 + e), 0.0)
}

/// (artanh(w) / w − 1) / w² in w² ≤ 1/9; artanh is then good to 5e-19.
const AREA_TANGENT: [[f64; 2]; 5] = [
    [0.333_333_333_333_331_5, 0.200_000_000_000_793_13],
    [0.142_857_142_738_823_2, 0.111_111_119_860_079_25],
    [0.090_908_719_601_588_67, 0.076_932_794_523_055_5],
    [0.066_504_986_944_536_49, 0.060_529_190_328_390_32],
    [0.041_706_892_081_707_98, 0.085_079_721_530_943_72],
];

/// 1/√(2π) and what rounding took from it.
pub const DENSITY: f64 = 0.398_942_280_401_432_7;
/// See [`DENSITY`].
pub const DENSITY_LOW: f64 = -2.492_327_202_277_73e-17;

/// ½ e^(x²/2) erfc(x/√2) = Φ(−x) e^(x²/2) for x ≥ 0: the normal distribution's tail without its
/// exponential part, and what rounding took from it.
///
/// It is 1 − q times a smooth function of q = (x − c)/(x + c), which runs from −1 to 1 as x runs from 0 to
/// ∞ (after Shepherd and Laframboise, *Chebyshev approximation of (1+2x)exp(x²)erfc x in 0 ≤ x < ∞*,
/// Mathematics of Computation 36, 1981). Beyond 39, where e^(−x²/2) is 0, only its size is right.
#[inline(always)]
pub fn scaled_normal_tail<const FUSED: bool>(x: f64) -> (f64, f64) {
    const C: f64 = 5.25;
    let (numerator, numerator_low) = two_sum(x, -C);
    let (divisor, divisor_low) = two_sum(x, C);
    let q = numerator / divisor;
    // Even and odd powers apart would cancel at q = 1: the large ones are summed by Horner's scheme.
    let [c0, c1, c2, c3] = NORMAL_TAIL_LARGE;
    let small = polynomial::<FUSED, 10>(q, &NORMAL_TAIL_SMALL);
    let sum = multiply_add::<FUSED>(q, small, c3);
    let sum = multiply_add::<FUSED>(q, sum, c2);
    let (sum, sum_low) = if FUSED {
        (q.mul_add(sum, c1), 0.0)
    } else {
        plus_product::<FUSED>(c1, q, sum)
    };
    let (smooth, smooth_low) = plus_product::<FUSED>(c0, q, sum);
    let smooth_low = smooth_low + q * sum_low;
    let (part, part_low) = two_product::<FUSED>(q, smooth);
    let tail = smooth - part;
    let tail_low = (smooth - tail) - part;
    // So far this is the tail at the point whose q is the rounded one; x is a little beside it.
    let (product, product_low) = two_product::<FUSED>(q, divisor);
    let residual = ((numerator - product) - product_low)
        + multiply_add::<FUSED>(-q, divisor_low, numerator_low);
    let beside = residual * divisor * (0.5 / C);
    let derivative = multiply_add::<FUSED>(x, tail, -DENSITY);
    let low = multiply_add::<FUSED>(1.0 - q, smooth_low, tail_low - part_low);
    (tail, multiply_add::<FUSED>(beside, derivative, low))
}

/// The tail / (1 − q) in q from −1 to 0.76, good to 4.8e-17 of itself: the coefficients up to q³.
const NORMAL_TAIL_LARGE: [f64; 4] = [
    0.073_488_230_852_692_88,
    -0.064_366_987_607_655_63,
    0.049_182_060_873_334_33,
    -0.032_490_497_075_041_91,
];

/// The coefficients from q⁴ on.
const NORMAL_TAIL_SMALL: [[f64; 2]; 10] = [
    [0.018_256_755_357_136_455, -0.008_471_108_422_446_128],
    [0.003_056_581_535_534_656_6, -0.000_729_732_211_820_053_1],
    [3.189_738_750_054_965_6e-5, 5.657_794_110_671_407e-5],
    [-2.058_052_449_581_786e-5, -6.656_045_059_010_799e-7],
    [2.544_546_653_700_849_6e-6, -4.128_890_823_698_021e-7],
    [-2.638_977_235_622_957_5e-7, 9.054_591_731_150_73e-8],
    [2.852_800_335_284_340_6e-8, -1.527_047_188_238_350_2e-8],
    [-3.742_985_931_406_841e-9, 2.269_981_487_713e-9],
    [6.132_861_874_833_478e-10, -2.283_617_070_526_853_1e-10],
    [-8.131_686_913_719_507e-11, 0.0],
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

/// `a` where it is below zero (or NaN), else 0: the exponent of a function whose f′ falls off on the left.
#[inline(always)]
pub fn left_of_zero(a: f64) -> f64 {
    if a > 0.0 { 0.0 } else { a }
}
