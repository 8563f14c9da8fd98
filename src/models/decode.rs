//! Numbers out of their bytes.

use super::tensor::Exactness;

/// What the bytes of a number mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberKind {
    /// IEEE 754, 64 bits.
    F64,
    /// 32 bits.
    F32,
    /// 16 bits: 5 of exponent.
    F16,
    /// 16 bits: the upper half of an F32.
    Bf16,
    /// Whole numbers with sign, of so many bytes.
    Signed(usize),
    /// Without sign; a truth value is one of one byte.
    Unsigned(usize),
}

impl NumberKind {
    /// Bytes of one.
    pub fn size(self) -> usize {
        match self {
            Self::F64 => 8,
            Self::F32 => 4,
            Self::F16 | Self::Bf16 => 2,
            Self::Signed(size) | Self::Unsigned(size) => size,
        }
    }

    /// How exactly a number of it is known.
    pub fn exactness(self) -> Exactness {
        match self {
            Self::F32 => Exactness::Single,
            Self::F16 | Self::Bf16 => Exactness::Half,
            _ => Exactness::Double,
        }
    }

    /// Every number in `bytes`.
    pub fn decode(self, bytes: &[u8], is_big_endian: bool) -> Vec<f64> {
        let numbers = bytes.chunks_exact(self.size());
        let number = |bytes: &[u8]| {
            let mut eight = [0; 8];
            // The least significant byte first.
            for (place, byte) in eight.iter_mut().enumerate().take(bytes.len()) {
                *byte = match is_big_endian {
                    true => bytes[bytes.len() - 1 - place],
                    false => bytes[place],
                };
            }
            let bits = u64::from_le_bytes(eight);
            match self {
                Self::F64 => f64::from_bits(bits),
                Self::F32 => f64::from(f32::from_bits(bits as u32)),
                Self::Bf16 => f64::from(f32::from_bits((bits as u32) << 16)),
                Self::F16 => half(bits as u16),
                Self::Unsigned(_) => bits as f64,
                Self::Signed(size) => {
                    let above = 64 - 8 * size as u32;
                    (((bits << above) as i64) >> above) as f64
                }
            }
        };
        numbers.map(number).collect()
    }
}

/// A number of 16 bits: 1 of sign, 5 of exponent, 10 of fraction.
fn half(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from((bits >> 10) & 0x1f);
    let fraction = f64::from(bits & 0x3ff);
    let size = match exponent {
        0 => fraction * 2.0_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2.0_f64.powi(exponent - 15),
    };
    sign * size
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_number_is_decoded() {
        let of = |kind: NumberKind, bytes: &[u8]| kind.decode(bytes, false);
        assert_eq!(of(NumberKind::F64, &1.5_f64.to_le_bytes()), [1.5]);
        assert_eq!(
            of(NumberKind::F32, &(-0.1_f32).to_le_bytes()),
            [f64::from(-0.1_f32)]
        );
        assert_eq!(of(NumberKind::Signed(2), &(-3_i16).to_le_bytes()), [-3.0]);
        assert_eq!(of(NumberKind::Unsigned(1), &[0, 1, 255]), [0.0, 1.0, 255.0]);
        assert_eq!(NumberKind::F32.decode(&2.5_f32.to_be_bytes(), true), [2.5]);
        // 1, −2, the largest, the smallest, 1/3 to eleven bits, ∞.
        let bits = [0x3c00, 0xc000, 0x7bff, 0x0001, 0x3555, 0x7c00_u16];
        let bytes: Vec<u8> = bits.iter().flat_map(|bits| bits.to_le_bytes()).collect();
        assert_eq!(
            of(NumberKind::F16, &bytes),
            [
                1.0,
                -2.0,
                65504.0,
                2.0_f64.powi(-24),
                0.333_251_953_125,
                f64::INFINITY
            ]
        );
        assert_eq!(of(NumberKind::Bf16, &[0x80, 0x3f, 0x20, 0xc0]), [1.0, -2.5]);
        // What is left over is no number.
        assert_eq!(of(NumberKind::F32, &[1, 2, 3]), [0.0; 0]);
    }
}
