//! Rounding to the narrower formats that networks are trained in.

/// A floating-point format narrower than `f64`, in which training may run.
///
/// Rounded by hand: crate `half` 2.7 takes `f64` to float16 by way of `f32` where the processor has
/// F16C, which rounds twice, and to bfloat16 without the lower 32 bits, which takes a number just
/// above a tie for the tie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FloatFormat {
    /// IEEE 754 binary16: 11 significant bits, 2⁻²⁴ to 65504.
    Float16,
    /// The upper half of a float32: 8 significant bits, 2⁻¹³³ to 3.4·10³⁸.
    Bfloat16,
    /// IEEE 754 binary32: 24 significant bits, 2⁻¹⁴⁹ to 3.4·10³⁸.
    Float32,
}

impl FloatFormat {
    /// Every format, narrowest range first, as in [`FLOAT_LIMITS`](super::FLOAT_LIMITS).
    pub const ALL: [Self; 3] = [Self::Float16, Self::Bfloat16, Self::Float32];

    /// What the format is called, as in [`FLOAT_LIMITS`](super::FLOAT_LIMITS).
    pub fn name(self) -> &'static str {
        match self {
            Self::Float16 => "float16",
            Self::Bfloat16 => "bfloat16",
            Self::Float32 => "float32",
        }
    }

    /// The number of the format nearest to `value`; of two equally near ones that with an even last
    /// bit (IEEE 754 roundTiesToEven). Subnormal numbers are kept, what is too large becomes ±∞, zero
    /// keeps its sign and NaN stays NaN.
    pub fn round(self, value: f64) -> f64 {
        match self {
            Self::Float16 => to_float16(value),
            Self::Bfloat16 => to_bfloat16(value),
            Self::Float32 => to_float32(value),
        }
    }
}

// The three are functions of their own so that a long loop can be compiled for one of them.

/// [`FloatFormat::round`] to float16.
#[inline]
pub fn to_float16(value: f64) -> f64 {
    const SMALLEST_NORMAL: f64 = 1.0 / (1 << 14) as f64;
    // Half-way between 65504 and 2¹⁶; a tie, and 65504 is odd.
    to_nearest::<11>(value, SMALLEST_NORMAL, 65520.0)
}

/// [`FloatFormat::round`] to bfloat16.
#[inline]
pub fn to_bfloat16(value: f64) -> f64 {
    // The exponents are float32's. Half-way between (2 − 2⁻⁷) · 2¹²⁷ and 2¹²⁸:
    const OVERFLOW: f64 = (2.0 - 1.0 / 256.0) * (1_u128 << 127) as f64;
    to_nearest::<8>(value, f32::MIN_POSITIVE as f64, OVERFLOW)
}

/// [`FloatFormat::round`] to float32: what the language's own conversion does.
#[inline]
pub fn to_float32(value: f64) -> f64 {
    f64::from(value as f32)
}

/// Rounds to `BITS` significant bits, or to fewer below `smallest_normal`, without a branch, so that
/// the compiler can do several at a time.
///
/// q is the distance between neighbouring numbers of the format at |value|. Numbers between 2⁵² q and
/// 2⁵³ q are q apart in `f64`, so adding 2⁵² q makes the processor round to a multiple of q, ties to
/// the even one, and taking it off again is exact.
#[inline]
fn to_nearest<const BITS: u32>(value: f64, smallest_normal: f64, overflow: f64) -> f64 {
    const EXPONENT: u64 = 0x7FF0_0000_0000_0000;
    let magnitude = value.abs();
    // The largest power of two that is not above |value|; q is 2^(1 − BITS) of it.
    let power = f64::from_bits(magnitude.to_bits() & EXPONENT).max(smallest_normal);
    let shift = power * (1_u64 << (53 - BITS)) as f64;
    let rounded = (magnitude + shift) - shift;
    // NaN + ∞ is NaN.
    let beyond = magnitude + f64::INFINITY;
    (if magnitude < overflow {
        rounded
    } else {
        beyond
    })
    .copysign(value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::FLOAT_LIMITS;
    use super::*;

    /// The finite number of a format with the bit pattern `bits` (sign bit zero), from its definition:
    /// fraction bits, and exponent bias.
    fn number(format: FloatFormat, bits: u32) -> f64 {
        match format {
            FloatFormat::Float16 => half::f16::from_bits(bits as u16).to_f64(),
            FloatFormat::Bfloat16 => half::bf16::from_bits(bits as u16).to_f64(),
            FloatFormat::Float32 => f64::from(f32::from_bits(bits)),
        }
    }

    /// The bit pattern of ∞.
    fn infinity(format: FloatFormat) -> u32 {
        match format {
            FloatFormat::Float16 => 0x7C00,
            FloatFormat::Bfloat16 => 0x7F80,
            FloatFormat::Float32 => 0x7F80_0000,
        }
    }

    /// Rounding by its definition: bisect for the two neighbours (bit patterns are in the order of the
    /// numbers), take the nearer one or the even one. Past the last number there is one more
    /// neighbour, where the next number would be if the format went on; it stands for ∞.
    fn by_definition(format: FloatFormat, value: f64) -> f64 {
        let magnitude = value.abs();
        let end = infinity(format);
        let last = number(format, end - 1);
        let beyond = last + (last - number(format, end - 2));
        if magnitude >= beyond {
            return f64::INFINITY.copysign(value);
        }
        let at = |bits| {
            if bits == end {
                beyond
            } else {
                number(format, bits)
            }
        };
        let (mut below, mut above) = (0, end);
        while above - below > 1 {
            let middle = (below + above) / 2;
            if number(format, middle) <= magnitude {
                below = middle;
            } else {
                above = middle;
            }
        }
        // Both distances are exact: the neighbours are within a factor of two of the value, or the
        // lower one is zero and the value is smaller than the smallest number.
        let (down, up) = (magnitude - at(below), at(above) - magnitude);
        let nearest = match down.total_cmp(&up) {
            std::cmp::Ordering::Less => below,
            std::cmp::Ordering::Greater => above,
            std::cmp::Ordering::Equal => below + below % 2,
        };
        let rounded = if nearest == end {
            f64::INFINITY
        } else {
            at(nearest)
        };
        rounded.copysign(value)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// Anywhere in the format's range and a little beyond both of its ends, bit for bit.
        #[test]
        fn rounds_to_the_nearest_of_the_neighbours(
            index in 0..3_usize, exponent in -160.0..135.0_f64, negative: bool,
        ) {
            let format = FloatFormat::ALL[index];
            let exponent = if format == FloatFormat::Float16 { exponent / 5.0 } else { exponent };
            let value = if negative { -exponent.exp2() } else { exponent.exp2() };
            prop_assert_eq!(format.round(value).to_bits(), by_definition(format, value).to_bits());
        }

        /// Half-way between two neighbours, and the next `f64` on either side of it.
        #[test]
        fn ties_go_to_the_even_neighbour(index in 0..3_usize, share in 0.0..1.0_f64) {
            let format = FloatFormat::ALL[index];
            let bits = (share * f64::from(infinity(format) - 1)) as u32;
            let (below, above) = (number(format, bits), number(format, bits + 1));
            prop_assume!(above.is_finite());
            let middle = 0.5 * (below + above);
            let even = if bits.is_multiple_of(2) { below } else { above };
            prop_assert_eq!(format.round(middle), even);
            prop_assert_eq!(format.round(-middle), -even);
            prop_assert_eq!(format.round(middle.next_down()), below);
            prop_assert_eq!(format.round(middle.next_up()), above);
            prop_assert_eq!(format.round(below), below);
        }
    }

    #[test]
    fn float16_overflows_where_the_standard_says() {
        let round = |value| FloatFormat::Float16.round(value);
        assert_eq!(round(65519.99), 65504.0);
        assert_eq!(round(65520.0_f64.next_down()), 65504.0);
        assert_eq!(round(65520.0), f64::INFINITY);
        assert_eq!(round(-1e300), f64::NEG_INFINITY);
        // A number that rounds twice by way of f32: just above the tie 1 + 2⁻¹¹.
        let above = 1.0 + 0.5_f64.powi(11) + 0.5_f64.powi(40);
        assert_eq!(round(above), 1.0 + 0.5_f64.powi(10));
    }

    #[test]
    fn bfloat16_sees_the_last_bits_of_a_number() {
        let above = 1.0 + 0.5_f64.powi(8) + f64::EPSILON;
        assert_eq!(FloatFormat::Bfloat16.round(above), 1.0 + 0.5_f64.powi(7));
    }

    #[test]
    fn what_is_not_a_finite_number_stays_and_zero_keeps_its_sign() {
        for format in FloatFormat::ALL {
            assert!(format.round(f64::NAN).is_nan());
            assert!(format.round(-f64::NAN).is_nan());
            assert_eq!(format.round(f64::INFINITY), f64::INFINITY);
            assert_eq!(format.round(f64::NEG_INFINITY), f64::NEG_INFINITY);
            assert!(format.round(-0.0).is_sign_negative());
            assert!(format.round(-1e-300).is_sign_negative());
            assert_eq!(format.round(f64::from_bits(1)), 0.0);
        }
    }

    /// The lines on the plot are where these formats end.
    #[test]
    fn the_formats_end_at_the_published_limits() {
        for (format, limit) in FloatFormat::ALL.into_iter().zip(FLOAT_LIMITS) {
            assert_eq!(format.name(), limit.name);
            let smallest = number(format, 1);
            let largest = number(format, infinity(format) - 1);
            // The limits are known to 1e-9 in log₁₀.
            assert!((smallest.log10() - limit.smallest_log10).abs() < 1e-9);
            assert!((largest.log10() - limit.largest_log10).abs() < 1e-9);
            assert_eq!(format.round(smallest), smallest);
            assert_eq!(format.round(largest), largest);
            // Half of the smallest is a tie with zero, which is even.
            assert_eq!(format.round(0.5 * smallest), 0.0);
            assert_eq!(format.round((0.5 * smallest).next_up()), smallest);
            let half_step = 0.5 * (largest - number(format, infinity(format) - 2));
            assert_eq!(format.round(largest + half_step), f64::INFINITY);
            assert_eq!(format.round((largest + half_step).next_down()), largest);
        }
    }
}
