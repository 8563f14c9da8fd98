//! What a view says in words, the same in the window and in a figure.

use super::look::Direction;
pub use crate::flow::in_full;
use crate::flow::{Magnitude, StepFlow, Ways, counted, power_of_ten};
use crate::training::Snapshot;

/// `factor of t = 7: 0.38 = 0.42 · 0.9`: of the factor that was multiplied in last on the way to the 1-based
/// `cursor`. Where the product begins there is none yet.
pub fn factor_in_words(snapshot: &Snapshot, direction: Direction, cursor: usize) -> String {
    let steps = &snapshot.probe.flow.steps;
    let last = direction.just_multiplied(cursor, steps.len());
    match last.and_then(|t| Some((t, steps.get(t - 1)?))) {
        Some((t, step)) => format!(
            "factor of t = {t}: {}",
            factorised(snapshot, step),
            t = counted(t)
        ),
        None => format!(
            "t = {cursor}: no factor yet, the product begins here",
            cursor = counted(cursor)
        ),
    }
}

/// `0.38 = 0.42 · 0.9`; where one of the two is 0/0, in words.
fn factorised(snapshot: &Snapshot, step: &StepFlow) -> String {
    if step.factor == Magnitude::Undefined {
        return "0/0, no gradient arrives at this step".to_owned();
    }
    let [one, other] = step.parts;
    let has_direct_way = has_direct_way(snapshot);
    match (step.f_prime(), step.w_h()) {
        (Magnitude::Zero, Magnitude::Undefined) => return "0, f′ lets nothing through".to_owned(),
        (Magnitude::Undefined, Magnitude::Zero) => return "0, Wₕ lets nothing through".to_owned(),
        _ => {}
    }
    match step.ways {
        Ways::OneAfterTheOther => format!("{} = {one} · {}", step.factor, in_brackets(other)),
        // Lengths of vectors do not add up.
        Ways::SideBySide if has_direct_way => format!(
            "{}, {one} by the direct way and {other} through the gates",
            step.factor
        ),
        Ways::SideBySide => step.factor.to_string(),
    }
}

/// Whether the cell carries its state on by a direct way, beside the one through its gates.
pub fn has_direct_way(snapshot: &Snapshot) -> bool {
    snapshot
        .moment
        .network
        .cell
        .cell()
        .carrying_gate()
        .is_some()
}

/// A factor: in brackets if it is below zero.
pub fn in_brackets(magnitude: Magnitude) -> String {
    if magnitude.is_negative() {
        format!("({magnitude})")
    } else {
        magnitude.to_string()
    }
}

/// A number in small letters below the line.
pub fn subscript(number: usize) -> String {
    let digits = number.to_string();
    let digits = digits
        .chars()
        .filter_map(|digit| char::from_u32(u32::from('₀') + digit.to_digit(10)?));
    digits.collect()
}

/// A magnitude to ten digits: its logarithm, far from 1, holds no more for certain.
pub fn magnitude_in_full(magnitude: Magnitude) -> String {
    let Some(log10) = magnitude.log10() else {
        return magnitude.to_string();
    };
    if log10.abs() < 300.0 {
        let rounded = format!("{:.9e}", magnitude.value()).parse();
        return in_full(rounded.unwrap_or_else(|_| magnitude.value()));
    }
    let exponent = log10.floor();
    let digits = format!("{:.9}", 10.0_f64.powf(log10 - exponent));
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    let sign = if magnitude.is_negative() { "−" } else { "" };
    format!("{sign}{digits}·{}", power_of_ten(exponent as i64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::testing::moment;

    #[test]
    fn the_factor_that_is_named_is_one_of_the_product() {
        let mut snapshot = moment(0, |_| {});
        let n = snapshot.len();
        let words =
            |snapshot: &Snapshot, direction, cursor| factor_in_words(snapshot, direction, cursor);
        for (direction, cursor, start) in [
            (Direction::ToEnd, n, format!("t = {n}: no factor yet")),
            (Direction::ToEnd, n - 1, format!("factor of t = {n}: ")),
            (Direction::FromFirst, n, format!("factor of t = {n}: ")),
            (Direction::FromFirst, 1, "t = 1: no factor yet".to_owned()),
            (Direction::FromFirst, 2, "factor of t = 2: ".to_owned()),
        ] {
            let found = words(&snapshot, direction, cursor);
            assert!(found.starts_with(&start), "{found}");
        }
        let step = &mut snapshot.probe.flow.steps[3];
        step.factor = Magnitude::new(-0.5);
        step.parts = [0.25, -2.0].map(Magnitude::new);
        assert_eq!(
            words(&snapshot, Direction::ToEnd, 3),
            "factor of t = 4: −0.500 = 0.250 · (−2.00)"
        );
        let step = &mut snapshot.probe.flow.steps[3];
        step.factor = Magnitude::Zero;
        step.parts = [Magnitude::Zero, Magnitude::Undefined];
        assert_eq!(
            words(&snapshot, Direction::ToEnd, 3),
            "factor of t = 4: 0, f′ lets nothing through"
        );
        snapshot.probe.flow.steps[3].parts[0] = Magnitude::Undefined;
        snapshot.probe.flow.steps[3].factor = Magnitude::Undefined;
        assert_eq!(
            words(&snapshot, Direction::ToEnd, 3),
            "factor of t = 4: 0/0, no gradient arrives at this step"
        );
    }

    #[test]
    fn a_magnitude_in_full_has_ten_digits_however_far_from_1_it_is() {
        for (magnitude, text) in [
            (Magnitude::Zero, "0"),
            (Magnitude::Nan, "NaN"),
            (Magnitude::new(-1.0 / 3.0), "−0.3333333333"),
            (Magnitude::new(2e-42), "2·10⁻⁴²"),
            (Magnitude::from_log10(-1000.5), "3.16227766·10⁻¹⁰⁰¹"),
            (Magnitude::from_log10(5000.0), "1·10⁵⁰⁰⁰"),
        ] {
            assert_eq!(magnitude_in_full(magnitude), text);
        }
    }
}
