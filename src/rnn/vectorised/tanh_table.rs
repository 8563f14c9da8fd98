//! tanh for a loop in which every argument waits for the result before it.
//!
//! The expansion of tanh around the nearest multiple of 1/64 takes no exponential and no division, so that
//! the result is there after about thirty-five cycles instead of sixty-five. It is of no use for arrays: there
//! the processor works on many exponentials at the same time, and would have to gather from the table.

use super::elementary::multiply_add;

/// Entries per unit of the argument.
const PER_UNIT: f64 = 64.0;

/// The smallest multiple of 1/64 from which on tanh is 1 in `f64`, with room.
const LAST: usize = 20 * 64;

/// Coefficients of an expansion, as many as one line of the cache holds. The next term is below
/// (2/π / 128)⁸ ≈ 4e-19: the nearest singularity is π/2 away.
const TERMS: usize = 8;

/// A power of two above [`LAST`], so that the low bits of a number always are the place of an entry.
const ENTRIES: usize = 2048;

/// The expansions around 0, 1/64, 2/64, … Beyond [`LAST`] they are never looked at, but for a NaN, which stays
/// one whatever is there.
static TABLE: Table = Table(table());

/// On a boundary of the lines, so that an entry is in one.
#[repr(align(64))]
struct Table([[f64; TERMS]; ENTRIES]);

/// tanh a, to 2 ulp.
#[inline(always)]
pub fn tanh<const FUSED: bool>(a: f64) -> f64 {
    /// 1.5 · 2⁵²: added to a small number, it leaves that number, rounded to an integer, in the low bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    let end = LAST as f64 / PER_UNIT;
    // Written so that a NaN stays one.
    let x = if a.abs() > end { end } else { a.abs() };
    let rounded = multiply_add::<FUSED>(x, PER_UNIT, ROUND);
    let r = multiply_add::<FUSED>(rounded - ROUND, -1.0 / PER_UNIT, x);
    let c = &TABLE.0[rounded.to_bits() as usize % ENTRIES];
    // Estrin's scheme: few operations wait for others. The last addition alone decides the accuracy.
    let square = r * r;
    let low = multiply_add::<FUSED>(c[2], r, c[1]);
    let middle = multiply_add::<FUSED>(c[4], r, c[3]);
    let high = multiply_add::<FUSED>(c[7], square, multiply_add::<FUSED>(c[6], r, c[5]));
    let low = multiply_add::<FUSED>(middle, square, low);
    let sum = multiply_add::<FUSED>(high, square * square, low);
    multiply_add::<FUSED>(sum, r, c[0]).copysign(a)
}

const fn table() -> [[f64; TERMS]; ENTRIES] {
    let mut table = [[0.0; TERMS]; ENTRIES];
    // e^(−1/32), and with it e^(−2x) at every x of the table.
    let ratio = Double(0.969_233_234_476_344_1, -4.801_151_707_083_219e-17);
    let mut e = Double(1.0, 0.0);
    let mut place = 0;
    while place <= LAST {
        // tanh x = (1 − e^(−2x)) / (1 + e^(−2x))
        let centre = ONE.minus(e).over(ONE.plus(e));
        table[place] = expansion(centre.0);
        e = e.times(ratio);
        place += 1;
    }
    table
}

/// Taylor's coefficients of tanh where it is `centre`, from tanh′ = 1 − tanh².
const fn expansion(centre: f64) -> [f64; TERMS] {
    let mut c = [0.0; TERMS];
    c[0] = centre;
    let mut n = 0;
    while n + 1 < TERMS {
        let mut square = 0.0;
        let mut i = 0;
        while i <= n {
            square += c[i] * c[n - i];
            i += 1;
        }
        let one = if n == 0 { 1.0 } else { 0.0 };
        c[n + 1] = (one - square) / (n + 1) as f64;
        n += 1;
    }
    c
}

/// A number of twice the precision, as the sum of two (Dekker, *A floating-point technique for extending the
/// available precision*, Numerische Mathematik 18, 1971).
#[derive(Clone, Copy)]
struct Double(f64, f64);

const ONE: Double = Double(1.0, 0.0);

impl Double {
    const fn plus(self, other: Self) -> Self {
        let sum = self.0 + other.0;
        let shifted = sum - self.0;
        let error = (self.0 - (sum - shifted)) + (other.0 - shifted);
        Self::normalised(sum, error + (self.1 + other.1))
    }

    const fn minus(self, other: Self) -> Self {
        self.plus(Self(-other.0, -other.1))
    }

    const fn times(self, other: Self) -> Self {
        let (product, error) = exact_product(self.0, other.0);
        Self::normalised(product, error + (self.0 * other.1 + self.1 * other.0))
    }

    const fn over(self, other: Self) -> Self {
        let quotient = self.0 / other.0;
        let rest = self.minus(other.times(Self(quotient, 0.0)));
        Self::normalised(quotient, rest.0 / other.0)
    }

    /// For a `high` that is larger than `low`.
    const fn normalised(high: f64, low: f64) -> Self {
        let sum = high + low;
        Self(sum, low - (sum - high))
    }
}

/// x · y and what rounding took from it.
const fn exact_product(x: f64, y: f64) -> (f64, f64) {
    let (x_high, x_low) = halves(x);
    let (y_high, y_low) = halves(y);
    let product = x * y;
    let error = ((x_high * y_high - product) + x_high * y_low + x_low * y_high) + x_low * y_low;
    (product, error)
}

/// x as a sum of two numbers with half of its bits.
const fn halves(x: f64) -> (f64, f64) {
    /// 2²⁷ + 1
    const SPLIT: f64 = 134_217_729.0;
    let scaled = SPLIT * x;
    let high = scaled - (scaled - x);
    (high, x - high)
}
