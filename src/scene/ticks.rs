//! Where an axis has its marks, and what they are called.

use crate::flow::{power_of_ten, short_decimal, short_significant};

/// A mark on an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where.
    pub value: f64,
    /// What is written there; may be empty.
    pub label: String,
    /// It is of something that is not as it should be: a word that is unknown.
    pub is_odd: bool,
}

impl Tick {
    /// A mark at `value`.
    pub fn new(value: f64, label: impl Into<String>) -> Self {
        Self {
            value,
            label: label.into(),
            is_odd: false,
        }
    }
}

/// Ticks on an axis have about one label in so many points upwards.
const ROOM_UP: f64 = 28.0;

/// More ticks than any axis has room for.
const MOST: usize = 1000;

/// The smallest of 1, 2 and 5 times a power of ten that is at least `step`; 1 for what is no step.
pub fn round_step(step: f64) -> f64 {
    if !(step > 0.0 && step.is_finite()) {
        return 1.0;
    }
    let power = 10.0_f64.powf(step.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|leading| leading * power)
        .find(|&candidate| candidate >= step * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

/// The range `low` to `high`, widened to round numbers and at least `least` wide, with room above and below.
/// What is not finite is taken for 0.
pub fn round_range(low: f64, high: f64, least: f64) -> (f64, f64) {
    let [low, high] = [low, high].map(|end| if end.is_finite() { end } else { 0.0 });
    // Of numbers near 1e155 two apart are one number: the width must be one that can be seen.
    let least = least.max(1e-6 * low.abs().max(high.abs()));
    let missing = (least - (high - low)).max(0.0);
    let (low, high) = (low - missing / 2.0, high + missing / 2.0);
    let step = round_step((high - low) / 8.0);
    let (floor, ceil) = ((low / step).floor() * step, (high / step).ceil() * step);
    let room = 0.35 * step;
    (floor - room, ceil + room)
}

/// The least and the greatest of `values`, if there are any.
pub fn ends(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    let wider = |(low, high): (f64, f64), (value, _): (f64, f64)| (low.min(value), high.max(value));
    let values = values.into_iter();
    values.map(|value| (value, value)).reduce(wider)
}

/// Every whole multiple of `step` between `low` and `high`.
pub fn multiples(low: f64, high: f64, step: f64) -> Vec<f64> {
    let (first, last) = ((low / step).ceil(), (high / step).floor());
    if !(step > 0.0 && first.is_finite() && last.is_finite()) {
        return Vec::new();
    }
    (0..MOST)
        .map(|index| first + index as f64)
        .take_while(|&multiple| multiple <= last)
        .map(|multiple| multiple * step)
        .collect()
}

/// Ticks at round numbers from `low` to `high` on an axis `points` long, about one in `room` points.
pub fn linear(low: f64, high: f64, points: f64, room: f64) -> Vec<Tick> {
    let step = round_step((high - low) * room / points.max(room));
    let digits = (-step.log10().floor()).clamp(0.0, 12.0) as usize;
    let label = |value: f64| {
        if !(1e-4..1e5).contains(&step) || value.abs() >= 1e5 {
            short_significant(if value.abs() < 1e-9 * step {
                0.0
            } else {
                value
            })
        } else {
            short_decimal(value, digits)
        }
    };
    let tick = |value| Tick::new(value, label(value));
    multiples(low, high, step).into_iter().map(tick).collect()
}

/// Ticks for an axis of decades from 10^`low` to 10^`high` that is `points` high: whole decades where they
/// are dense enough, otherwise 1, 2 and 5 of each, or finer. Their values are logarithms.
pub fn decades(low: f64, high: f64, points: f64) -> Vec<Tick> {
    let step = (high - low) * ROOM_UP / points.max(ROOM_UP);
    let leading: &[f64] = if step > 0.6 {
        &[]
    } else if step > 0.25 {
        &[1.0, 3.0]
    } else if step > 0.12 {
        &[1.0, 2.0, 5.0]
    } else {
        &[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0]
    };
    let values = if leading.is_empty() {
        multiples(low, high, round_step(step.max(1.0)))
    } else {
        multiples(low.floor(), high, 1.0)
            .into_iter()
            .flat_map(|decade| leading.iter().map(move |x| decade + x.log10()))
            .filter(|value| (low..=high).contains(value))
            .collect()
    };
    let tick = |value| Tick::new(value, decade_label(value));
    values.into_iter().map(tick).collect()
}

/// Ticks at whole numbers from `low` to `high` that are at least `apart` apart.
pub fn whole(low: f64, high: f64, apart: f64) -> Vec<Tick> {
    let every = round_step(apart).max(1.0);
    let tick = |value: f64| Tick::new(value, short_decimal(value, 0));
    multiples(low, high, every).into_iter().map(tick).collect()
}

/// Ticks at timesteps 1 to `length` that are `step_width` points wide, with room for their numbers.
pub fn timesteps(length: usize, step_width: f64) -> Vec<Tick> {
    whole(1.0, length as f64, 44.0 / step_width)
}

/// 10 to the power of `log10`, as people write it.
pub fn decade_label(log10: f64) -> String {
    if (log10 - log10.round()).abs() < 1e-9 {
        match log10.round() as i64 {
            exponent @ -3..=3 => short_decimal(10.0_f64.powi(exponent as i32), 3),
            exponent => power_of_ten(exponent),
        }
    } else {
        short_significant(10.0_f64.powf(log10))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn steps_and_ranges_are_round() {
        assert_eq!(round_step(0.03), 0.05);
        assert_eq!(round_step(1.0), 1.0);
        assert_eq!(round_step(70.0), 100.0);
        assert_eq!(round_step(f64::NAN), 1.0);
        let (low, high) = round_range(-4770.0, 0.0, 2.0);
        assert!(low <= -4770.0 && (0.0..500.0).contains(&high));
        let (low, high) = round_range(0.0, 0.0, 2.0);
        assert!((2.0..4.0).contains(&(high - low)));
    }

    #[test]
    fn labels_are_as_people_write_them() {
        assert_eq!(decade_label(0.0), "1");
        assert_eq!(decade_label(-12.0), "10⁻¹²");
        assert_eq!(decade_label(0.3_f64.log10()), "0.3");
        let labels = |ticks: Vec<Tick>| -> Vec<String> {
            ticks.into_iter().map(|tick| tick.label).collect()
        };
        assert_eq!(labels(linear(-0.1, 1.1, 200.0, 50.0)), ["0", "0.5", "1"]);
        assert_eq!(labels(decades(-12.5, 0.5, 90.0)), ["10⁻¹⁰", "10⁻⁵", "1"]);
        assert_eq!(labels(decades(-0.4, 0.4, 100.0)), ["0.5", "1", "2"]);
        assert_eq!(
            labels(linear(-0.1, 2001.0, 120.0, 50.0)),
            ["0", "1,000", "2,000"]
        );
        assert_eq!(labels(timesteps(2000, 0.04)), ["2,000"]);
        assert_eq!(decade_label(3.0), "1,000");
        assert_eq!(labels(timesteps(10, 30.0)), ["2", "4", "6", "8", "10"]);
    }

    proptest! {
        #[test]
        fn ticks_lie_in_their_range_and_are_not_crowded(
            low in -1e4..1e4_f64, width in 1e-3..1e4_f64, points in 40.0..2000.0_f64,
        ) {
            let (low, high) = round_range(low, low + width, 0.0);
            for ticks in [linear(low, high, points, 60.0), decades(low, high, points)] {
                prop_assert!(ticks.len() as f64 <= points / 11.0 + 2.0, "{}", ticks.len());
                for tick in ticks {
                    prop_assert!((low..=high).contains(&tick.value));
                }
            }
        }
    }
}
