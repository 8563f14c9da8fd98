//! Numbers as people write them: 0.042, 3.2·10⁻¹².

use super::Magnitude;

/// Beyond so many decades a number is only said to be smaller or larger: a tanh unit at a = 10³⁰⁰ has a
/// derivative whose exponent alone has three hundred digits.
const WRITTEN_DECADES: f64 = 1e6;

/// 10ⁿ with real superscripts.
pub fn power_of_ten(exponent: i64) -> String {
    format!("10{}", superscript(exponent))
}

/// `value` with three significant digits in plain notation from a thousandth to ten thousand, such as `0.0420`,
/// `1.00` and `1,234`, and with two and a power of ten elsewhere, such as `1.0·10⁻¹²`. A zero at the end is written:
/// a number that changes keeps its width. Exactly zero is `0`; says ∞ and NaN.
pub fn significant(value: f64) -> String {
    Magnitude::new(value).to_string()
}

/// `value` rounded to `digits` decimals, all of which are written, so that a number that changes keeps its width:
/// `0.50`, `1,234.0`. For numbers of moderate size.
pub fn decimal(value: f64, digits: usize) -> String {
    let text = grouped(&format!("{value:.digits$}"));
    match text.strip_prefix('-') {
        // −0.00 is 0.00.
        Some(size) if size.bytes().all(|sign| b"0.,".contains(&sign)) => size.to_owned(),
        Some(size) => format!("−{size}"),
        None => text,
    }
}

/// `value` rounded to `digits` decimals without zeros at the end, for what does not change by itself: marks of an
/// axis, and what somebody has chosen.
pub fn short_decimal(value: f64, digits: usize) -> String {
    without_zeros(decimal(value, digits))
}

/// `value` as [`significant`] writes it without zeros at the end, for marks of an axis and for limits that stay:
/// `0.5`, `10⁻⁶`.
pub fn short_significant(value: f64) -> String {
    let text = significant(value);
    if let Some((leading, power)) = text.split_once('·') {
        let leading = leading.strip_suffix(".0").unwrap_or(leading);
        return match leading {
            "1" => power.to_owned(),
            "−1" => format!("−{power}"),
            _ => format!("{leading}·{power}"),
        };
    }
    without_zeros(text)
}

/// A decimal without zeros at its end.
fn without_zeros(text: String) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A number with all its digits: as few as read as the same number again, and a power of ten where it is far from 1.
pub fn in_full(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return significant(value);
    }
    let text = if (1e-4..1e7).contains(&value.abs()) {
        grouped(&value.to_string())
    } else {
        let text = format!("{value:e}");
        match text
            .split_once('e')
            .map(|(digits, exponent)| (digits, exponent.parse()))
        {
            Some((digits, Ok(exponent))) => format!("{digits}·{}", power_of_ten(exponent)),
            _ => text,
        }
    };
    text.replace('-', "−")
}

/// What somebody has chosen, or a task has: as short as it is (`1`, `0.75`), and with three significant digits where
/// it is not a short number. So 0.997 is not 1.
pub fn as_chosen(value: f64) -> String {
    let short = short_decimal(value, 3);
    let is_short = short.replace(',', "").replace('−', "-").parse() == Ok(value);
    if is_short { short } else { significant(value) }
}

/// What is compared with 1: to four decimals if it is of moderate size.
pub fn near_one(value: f64) -> String {
    if (0.001..1000.0).contains(&value.abs()) {
        decimal(value, 4)
    } else {
        significant(value)
    }
}

/// A share from 0 to 1 to a tenth of a percent: `83.2 %`. Rounding makes neither nothing nor everything of it:
/// `less than 0.1 %` and `more than 99.9 %`, and `0 %` and `100 %` only where that is so.
pub fn percent(share: f64) -> String {
    // What only arithmetic has taken away is not missing.
    if (share - 1.0).abs() < 1e-11 {
        return "100 %".to_owned();
    }
    match decimal(100.0 * share, 1).as_str() {
        "0.0" if share > 0.0 => "less than 0.1 %".to_owned(),
        "0.0" => "0 %".to_owned(),
        "100.0" if share < 1.0 => "more than 99.9 %".to_owned(),
        text => format!("{text} %"),
    }
}

/// `text`, a number with or without sign and decimals, with the digits before the point in threes.
pub fn grouped(text: &str) -> String {
    let begin = text.find(|sign: char| sign.is_ascii_digit()).unwrap_or(0);
    let (sign, number) = text.split_at(begin);
    let end = number
        .find(|sign: char| !sign.is_ascii_digit())
        .unwrap_or(number.len());
    let (whole, rest) = number.split_at(end);
    format!("{sign}{}{rest}", in_threes(whole))
}

/// `number` with its digits in threes: `1,204,000`.
pub fn thousands(number: u64) -> String {
    in_threes(&number.to_string())
}

/// As [`thousands`], for what is counted: timesteps, units, sequences.
pub fn counted(number: usize) -> String {
    thousands(number as u64)
}

fn in_threes(digits: &str) -> String {
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
        if (-3.0..4.0).contains(&log10)
            && let Some(text) = plain(libm::pow(10.0, log10))
        {
            return write!(f, "{sign}{text}");
        }
        let mut exponent = log10.floor();
        let mut leading = libm::pow(10.0, log10 - exponent);
        // 9.96 rounds up to 10.
        if leading >= 9.95 {
            leading = 1.0;
            exponent += 1.0;
        }
        let leading = decimal(leading, 1);
        write!(f, "{sign}{leading}·{}", power_of_ten(exponent as i64))
    }
}

/// Three significant digits of a number above 0; `None` if they make ten thousand of it.
fn plain(value: f64) -> Option<String> {
    // What rounding makes of it decides how many decimals there are: 0.9996 is 1.00.
    let rounded: f64 = format!("{value:.2e}").parse().ok()?;
    let digits = (2.0 - rounded.log10().floor()).clamp(0.0, 5.0) as usize;
    let text = decimal(value, digits);
    (text != "10,000").then_some(text)
}

/// The name of a parameter in letters that are read: `wₕ[2, 1]` for `w_h[2, 1]`.
pub fn with_subscripts(name: &str) -> String {
    [("_h", "ₕ"), ("_i", "ᵢ"), ("_o", "ₒ"), ("_0", "₀")]
        .iter()
        .fold(name.to_owned(), |name, (plain, below)| {
            name.replace(plain, below)
        })
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
            (1.0, "1.00"),
            (-0.5, "−0.500"),
            (0.042, "0.0420"),
            (0.0123456, "0.0123"),
            (0.997, "0.997"),
            (0.9994, "0.999"),
            (0.9996, "1.00"),
            (9.996, "10.0"),
            (99.96, "100"),
            (999.6, "1,000"),
            (1234.0, "1,234"),
            (-9876.0, "−9,876"),
            (9999.6, "1.0·10⁴"),
            (0.001, "0.00100"),
            (0.00099996, "1.0·10⁻³"),
            (99_990.0, "1.0·10⁵"),
            (3.2e-12, "3.2·10⁻¹²"),
            (-1e-12, "−1.0·10⁻¹²"),
            (6.02e23, "6.0·10²³"),
            (f64::INFINITY, "∞"),
            (f64::NEG_INFINITY, "−∞"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(significant(value), text, "{value}");
        }
        let far = Magnitude::Finite {
            negative: false,
            log10: -5228.3,
        };
        assert_eq!(far.to_string(), "5.0·10⁻⁵²²⁹");
    }

    #[test]
    fn decimals_stay_where_numbers_change_and_go_where_they_do_not() {
        for (value, digits, long, short) in [
            (-0.0001, 2, "0.00", "0"),
            (2.5, 2, "2.50", "2.5"),
            (-1234.5, 1, "−1,234.5", "−1,234.5"),
            (1_234_567.0, 0, "1,234,567", "1,234,567"),
            (100.0, 0, "100", "100"),
            (1000.0, 2, "1,000.00", "1,000"),
        ] {
            assert_eq!(decimal(value, digits), long);
            assert_eq!(short_decimal(value, digits), short);
        }
        for (value, text) in [
            (0.3, "0.3"),
            (100.0, "100"),
            (1e-6, "10⁻⁶"),
            (-1e9, "−10⁹"),
            (2e9, "2·10⁹"),
            (1.5e9, "1.5·10⁹"),
            (0.0, "0"),
        ] {
            assert_eq!(short_significant(value), text);
        }
        for (value, text) in [
            (1.0, "1"),
            (0.75, "0.75"),
            (0.997, "0.997"),
            (0.9996, "1.00"),
            (1.0 / 3.0, "0.333"),
            (-1000.0, "−1,000"),
        ] {
            assert_eq!(as_chosen(value), text);
        }
        assert_eq!(near_one(0.9), "0.9000");
        assert_eq!(near_one(1e-9), "1.0·10⁻⁹");
        assert_eq!(grouped("-1234.5678"), "-1,234.5678");
        assert_eq!(grouped("NaN"), "NaN");
    }

    #[test]
    fn a_percentage_makes_neither_nothing_nor_everything_of_a_share() {
        for (share, text) in [
            (0.0, "0 %"),
            (1e-300, "less than 0.1 %"),
            (0.0004, "less than 0.1 %"),
            (0.0006, "0.1 %"),
            (0.5, "50.0 %"),
            (0.9994, "99.9 %"),
            (0.9997, "more than 99.9 %"),
            (1.0 - 1e-15, "100 %"),
            (1.0, "100 %"),
        ] {
            assert_eq!(percent(share), text);
        }
    }

    #[test]
    fn a_number_in_full_has_all_its_digits() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (2.5, "2.5"),
            (-1234567.25, "−1,234,567.25"),
            (-0.1 - 0.2, "−0.30000000000000004"),
            (1.25e-12, "1.25·10⁻¹²"),
            (-3e40, "−3·10⁴⁰"),
            (f64::INFINITY, "∞"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(in_full(value), text);
        }
    }
}
