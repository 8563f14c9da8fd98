//! Numbers as people write them: 0.042, 3.2·10⁻¹².

use super::Magnitude;

/// Beyond so many decades a number is only said to be smaller or larger: a tanh unit at a = 10³⁰⁰ has a
/// derivative whose exponent alone has three hundred digits.
const WRITTEN_DECADES: f64 = 1e6;

/// 10ⁿ with real superscripts.
pub fn power_of_ten(exponent: i64) -> String {
    format!("10{}", superscript(exponent))
}

/// `value` with three significant digits in plain notation between a thousandth and ten thousand, and
/// with two and a power of ten elsewhere. Says ∞ and NaN.
pub fn significant(value: f64) -> String {
    Magnitude::new(value).to_string()
}

/// `value` rounded to `digits` decimals with trailing zeros removed, for numbers of moderate size.
pub fn decimal(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    if text == "-0" {
        "0".to_owned()
    } else {
        text.replace('-', "−")
    }
}

/// `number` with its digits in threes: `1,204,000`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// As [`significant`] writes it; `0`, `∞`, `0/0` and `NaN` for the other outcomes.
impl std::fmt::Display for Magnitude {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.is_negative() { "−" } else { "" };
        let log10 = match *self {
            Self::Finite { log10, .. } => log10,
            Self::Zero => return f.write_str("0"),
            Self::Overflow { .. } => return write!(f, "{sign}∞"),
            Self::Undefined => return f.write_str("0/0"),
            Self::Nan => return f.write_str("NaN"),
        };
        if log10.abs() >= WRITTEN_DECADES {
            let relation = if log10 < 0.0 { "<" } else { ">" };
            let limit = power_of_ten(WRITTEN_DECADES.copysign(log10) as i64);
            return write!(f, "{relation} {sign}{limit}");
        }
        if (-3.0..4.0).contains(&log10) {
            let value = libm::pow(10.0, log10);
            // As many decimals as make three significant digits.
            let digits = (2 - log10.floor() as i32).clamp(0, 6) as usize;
            write!(f, "{sign}{}", decimal(value, digits))
        } else {
            let mut exponent = log10.floor();
            let mut leading = libm::pow(10.0, log10 - exponent);
            // 9.99 rounds up to 10.
            if leading >= 9.95 {
                leading = 1.0;
                exponent += 1.0;
            }
            let leading = decimal(leading, 1);
            if leading == "1" {
                write!(f, "{sign}{}", power_of_ten(exponent as i64))
            } else {
                write!(f, "{sign}{leading}·{}", power_of_ten(exponent as i64))
            }
        }
    }
}

fn superscript(number: i64) -> String {
    number
        .to_string()
        .chars()
        .map(|digit| match digit {
            '-' => '⁻',
            '0' => '⁰',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            '4' => '⁴',
            '5' => '⁵',
            '6' => '⁶',
            '7' => '⁷',
            '8' => '⁸',
            _ => '⁹',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_204_000), "1,204,000");
    }

    #[test]
    fn numbers_read_as_they_are_written() {
        for (value, text) in [
            (0.0, "0"),
            (1.0, "1"),
            (-0.5, "−0.5"),
            (0.042, "0.042"),
            (0.0123456, "0.0123"),
            (1234.0, "1234"),
            (99_990.0, "10⁵"),
            (3.2e-12, "3.2·10⁻¹²"),
            (-1e-12, "−10⁻¹²"),
            (6.02e23, "6·10²³"),
            (f64::INFINITY, "∞"),
            (f64::NEG_INFINITY, "−∞"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(significant(value), text, "{value}");
        }
        assert_eq!(decimal(-0.0001, 2), "0");
        assert_eq!(decimal(2.50, 2), "2.5");
        assert_eq!(decimal(100.0, 0), "100");
        let far = Magnitude::Finite {
            negative: false,
            log10: -5228.3,
        };
        assert_eq!(far.to_string(), "5·10⁻⁵²²⁹");
    }
}
