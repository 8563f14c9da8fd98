//! Where the floating-point formats give up.

/// The range of a floating-point format, as log₁₀.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FloatLimit {
    /// What the format is called.
    pub name: &'static str,
    /// log₁₀ of the smallest positive (subnormal) number: half of it rounds to zero.
    pub smallest_log10: f64,
    /// log₁₀ of the largest finite number.
    pub largest_log10: f64,
}

/// The formats that gradients are computed in, narrowest first (IEEE 754; bfloat16 has float32's
/// exponent, so its range is nearly the same).
pub const FLOAT_LIMITS: [FloatLimit; 4] = [
    FloatLimit {
        name: "float16",
        smallest_log10: -7.224_719_895_935_549,
        largest_log10: 4.816_267_820_982_412,
    },
    FloatLimit {
        name: "bfloat16",
        smallest_log10: -40.036_989_423_309_5,
        largest_log10: 38.530_139_660_111_7,
    },
    FloatLimit {
        name: "float32",
        smallest_log10: -44.853_469_353_933_2,
        largest_log10: 38.531_839_419_103_624,
    },
    FloatLimit {
        name: "float64",
        smallest_log10: -323.306_215_343_115_8,
        largest_log10: 308.254_715_559_916_75,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_those_of_the_formats() {
        let powers = [
            (-24.0, 65504.0_f64.log10()),
            (-133.0, 0.0),
            (-149.0, 0.0),
            (-1074.0, 0.0),
        ];
        let two = 2.0_f64.log10();
        for (limit, (smallest, _)) in FLOAT_LIMITS.iter().zip(powers) {
            assert!(
                (limit.smallest_log10 - smallest * two).abs() < 1e-9,
                "{}",
                limit.name
            );
        }
        // Largest: (2 − 2^−p) · 2^emax with p fraction bits.
        for (limit, (p, emax)) in
            FLOAT_LIMITS
                .iter()
                .zip([(10, 15.0), (7, 127.0), (23, 127.0), (52, 1023.0)])
        {
            let expected = (2.0 - 0.5_f64.powi(p)).log10() + emax * two;
            assert!(
                (limit.largest_log10 - expected).abs() < 1e-9,
                "{}",
                limit.name
            );
        }
        assert!((f64::from(f32::MAX).log10() - FLOAT_LIMITS[2].largest_log10).abs() < 1e-9);
    }
}
