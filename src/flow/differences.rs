//! A derivative from values of the function alone, and how far it can be trusted.

/// Richardson's extrapolation is carried to this many columns: errors of order h², h⁴, h⁶, h⁸.
const COLUMNS: usize = 4;

/// A pair of values is asked for at most so many times.
const MOST_PAIRS: usize = 24;

/// The step shrinks by this where a pair cannot be used.
const RETREAT: f64 = 0.125;

/// Half the step must not move more than this times as far.
const LESS: f64 = 0.75;

/// A movement below this counts as none.
const STILL: f64 = 1e-9;

/// A step this much smaller than the last is not worth a look of its own.
const CLOSE: f64 = 0.125;

/// The step before must have agreed to this much at least, relative to the derivative: values that
/// have nothing to do with one another agree by chance once, but not twice.
const TREND: f64 = 1e-3;

/// What the steps may be and how exact the values are.
#[derive(Clone, Copy, Debug)]
pub struct Steps {
    /// The step to begin with. Powers of two lose least when they are added.
    pub largest: f64,
    /// The step below which nothing is learned any more.
    pub smallest: f64,
    /// The size that the error is judged against is at least this: the magnitude of what the
    /// derivative will be compared with.
    pub expected: f64,
    /// The error, relative to the larger of the derivative and `expected`, at which to stop.
    pub accurate: f64,
}

/// A value of the function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    /// f(x).
    pub value: f64,
    /// How far it may be from the true one by rounding.
    pub noise: f64,
    /// How far what lies between x and f(x) is from where it is at the centre, in units of the scale
    /// on which it bends. It must go with the step: a state that starts on an unstable fixed point and
    /// is drawn to an attractor later leaves f smooth to the last bit all around x, and f′(x) has
    /// nothing to do with it.
    pub movement: f64,
}

/// A derivative by differences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The derivative.
    pub value: f64,
    /// A cautious estimate of the truncation error: by how much the value changed when the last step
    /// was added; or a 64th of the change before, if the last one was small by chance; or by how much
    /// f(x) misses where the values around it lead to, over the step.
    pub change: f64,
    /// What rounding of the values may have done to it.
    pub noise: f64,
}

impl Difference {
    /// Everything that may be wrong with the value.
    pub fn error(self) -> f64 {
        self.change + self.noise
    }

    /// Whether the truncation error is small beside the value itself, or lost in the noise.
    pub fn has_converged(self, accurate: f64) -> bool {
        self.change <= (accurate * self.value.abs()).max(self.noise)
    }
}

/// The derivative at `x` of the function that is `centre` there and whose other values `at` gives, `None`
/// where the function is not the same smooth one as at `x`.
///
/// Central differences with a step that is halved again and again, extrapolated to zero (Ridders,
/// *Accurate computation of F′(x) and F′(x) F″(x)*, 1982; the second column is the five-point
/// stencil). Three things keep a wide step from being believed too early. The means of the pairs are
/// extrapolated in the same way and must lead to `centre`: they do not where f has a bend at `x`, or
/// where `x` is on an island of another branch of f. Two changes in a row must be small. And the
/// result must hold for the smallest step that rounding allows: a state that has gone through
/// chaos and then into contraction leaves ripples on f that only small steps see.
///
/// If no step is accurate enough, the one with the smallest error is taken. `None` if no three
/// neighbouring steps were consistent.
///
/// # Errors
/// What `at` fails with.
pub fn derivative<E>(
    (x, centre): (f64, f64),
    steps: Steps,
    mut at: impl FnMut(f64) -> Result<Option<Value>, E>,
) -> Result<Option<Difference>, E> {
    let mut pair_at = |step: f64| Pair::new((x, centre), step, &mut at);
    let mut step = steps.largest;
    let mut table = Table::default();
    let mut best: Option<Difference> = None;
    for _ in 0..MOST_PAIRS {
        if !(step >= steps.smallest && step.is_finite()) {
            break;
        }
        let Some(pair) = pair_at(step)? else {
            table = Table::default();
            step *= RETREAT;
            continue;
        };
        if let Some(found) = table.push(pair, x) {
            let size = found.value.abs().max(steps.expected);
            if found.error() <= steps.accurate * size && found.has_converged(steps.accurate) {
                let smallest = steps.smallest_useful(found, step, size);
                let holds = smallest > CLOSE * step
                    || pair_at(smallest)?
                        .is_some_and(|pair| table.miss(found, &pair) <= steps.accurate * size);
                if holds {
                    return Ok(Some(found));
                }
                table = Table::default();
                step *= RETREAT;
                continue;
            }
            if best.is_none_or(|best| found.error() < best.error()) {
                best = Some(found);
            }
            // Smaller steps would only be noisier.
            if found.change <= found.noise {
                break;
            }
        }
        step *= 0.5;
    }
    Ok(best)
}

impl Steps {
    /// The step at which rounding alone takes a quarter of the error that is allowed. `found` was found
    /// with `step`; its noise is in inverse proportion to the step.
    fn smallest_useful(&self, found: Difference, step: f64, size: f64) -> f64 {
        let share = 4.0 * found.noise / (self.accurate * size);
        (share * step).max(self.smallest)
    }
}

/// The values on both sides of x.
struct Pair {
    /// The central difference.
    slope: f64,
    /// The mean of the two, less f(x).
    mean: f64,
    step: f64,
    /// How far either value may be from the true one.
    noise: f64,
    /// The larger movement.
    movement: f64,
}

impl Pair {
    fn new<E>(
        (x, centre): (f64, f64),
        step: f64,
        at: &mut impl FnMut(f64) -> Result<Option<Value>, E>,
    ) -> Result<Option<Self>, E> {
        let (above, below) = (x + step, x - step);
        let Some(f_above) = at(above)? else {
            return Ok(None);
        };
        Ok(at(below)?.map(|f_below| Self {
            slope: (f_above.value - f_below.value) / (above - below),
            mean: 0.5 * (f_above.value - centre) + 0.5 * (f_below.value - centre),
            step,
            noise: f_above.noise.max(f_below.noise),
            movement: f_above.movement.max(f_below.movement),
        }))
    }
}

/// The pairs of steps that were halved each time.
#[derive(Default)]
struct Table {
    slopes: Extrapolation,
    means: Extrapolation,
    noise: f64,
    last: Option<Pair>,
}

impl Table {
    /// Adds a pair. The derivative at `x`, once there are three pairs that do not contradict each
    /// other.
    fn push(&mut self, pair: Pair, x: f64) -> Option<Difference> {
        self.slopes.push(pair.slope);
        self.means.push(pair.mean);
        self.noise = self.noise.max(pair.noise);
        let (step, movement) = (pair.step, pair.movement);
        let before = self.last.replace(pair);
        let moves_less =
            before.is_some_and(|before| movement <= (LESS * before.movement).max(STILL));
        if self.slopes.rows < 3 {
            return None;
        }
        let value = self.slopes.best();
        let (last, before) = (self.slopes.change, self.slopes.change_before);
        let bend = (self.means.best() / step).abs();
        // |weights| / step of the extrapolated value add up to less than 2; and x ± step is itself
        // rounded.
        let noise = 2.0 * (self.noise + f64::EPSILON * (x * value).abs()) / step;
        let consistent = before <= (TREND * value.abs()).max(noise);
        (consistent && moves_less).then_some(Difference {
            value,
            change: last.max(before / 64.0).max(bend),
            noise,
        })
    }

    /// How far the derivative would be from `found` if a `pair` of a much smaller step were right. Both
    /// of its numbers go with the square of the step if f is smooth in between.
    fn miss(&self, found: Difference, pair: &Pair) -> f64 {
        let Some(last) = &self.last else {
            return f64::INFINITY;
        };
        let ratio = pair.step / last.step;
        if pair.movement > (2.0 * ratio * last.movement).max(STILL) {
            return f64::INFINITY;
        }
        let square = ratio * ratio;
        let slope = found.value + square * (last.slope - found.value);
        let bend = (pair.mean - square * last.mean) / pair.step;
        (pair.slope - slope).abs().max(bend.abs())
    }
}

/// The last row of Richardson's table, and how its best value has changed from row to row.
#[derive(Default)]
struct Extrapolation {
    row: [f64; COLUMNS],
    rows: usize,
    change: f64,
    change_before: f64,
}

impl Extrapolation {
    /// Adds the central difference of half the last step.
    fn push(&mut self, difference: f64) {
        let before = self.best();
        let mut entry = difference;
        let mut power = 1.0;
        let columns = (self.rows + 1).min(COLUMNS);
        for column in 0..columns {
            let left_above = std::mem::replace(&mut self.row[column], entry);
            power *= 4.0;
            entry += (entry - left_above) / (power - 1.0);
        }
        self.rows += 1;
        self.change_before = self.change;
        self.change = (self.best() - before).abs();
    }

    fn best(&self) -> f64 {
        self.row[self.rows.clamp(1, COLUMNS) - 1]
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    const STEPS: Steps = Steps {
        largest: 0.0625,
        smallest: 1e-9,
        expected: 0.0,
        accurate: 1e-9,
    };

    fn of(x: f64, steps: Steps, f: impl Fn(f64) -> Option<f64>) -> Option<Difference> {
        let found: Result<_, Infallible> = derivative((x, f(x).unwrap_or(f64::NAN)), steps, |x| {
            Ok(f(x).map(|value| Value {
                value,
                noise: f64::EPSILON,
                movement: 0.0,
            }))
        });
        found.unwrap()
    }

    /// The estimate holds and is worth something: closed forms, also where the largest step is far too
    /// wide.
    #[test]
    fn known_derivatives_within_their_error() {
        type Function = fn(f64) -> f64;
        let cases: [(Function, f64, f64); 5] = [
            (f64::sin, 1.0, 1.0_f64.cos()),
            (f64::exp, 0.3, 0.3_f64.exp()),
            (|x| x * x, 0.7, 1.4),
            (
                |x| (1000.0 * x).tanh(),
                0.001,
                1000.0 / 1.0_f64.cosh().powi(2),
            ),
            (|x| (300.0 * x).sin(), 0.01, 300.0 * 3.0_f64.cos()),
        ];
        for (index, (f, x, expected)) in cases.into_iter().enumerate() {
            let found = of(x, STEPS, |x| Some(f(x))).unwrap();
            let error = (found.value - expected).abs();
            assert!(error <= found.error(), "{index}: {error} against {found:?}");
            assert!(found.error() < 1e-7 * expected.abs(), "{index}: {found:?}");
        }
    }

    /// The usual case asks for four pairs and one to make sure, and the value at the centre.
    #[test]
    fn a_tame_function_is_cheap() {
        let calls = std::cell::Cell::new(0);
        of(
            0.3,
            Steps {
                accurate: 2.5e-7,
                ..STEPS
            },
            |x| {
                calls.set(calls.get() + 1);
                Some(x.tanh())
            },
        );
        assert!(calls.get() <= 11, "{} values", calls.get());
    }

    /// A place beyond which the function is another one only makes the steps smaller.
    #[test]
    fn steps_stay_on_this_side_of_an_edge() {
        let f = |x: f64| (x < 1.0).then(|| x.sin());
        let found = of(0.999, STEPS, f).unwrap();
        assert!((found.value - 0.999_f64.cos()).abs() <= found.error());
        assert!(found.error() < 1e-9);
        assert_eq!(of(1.0, STEPS, f), None);
    }

    /// At a bend the central differences of all steps agree, on something that is no derivative.
    #[test]
    fn a_bend_is_noticed() {
        for (left, right) in [(0.0, 1.0), (1.0, 1.0 + 1e-4)] {
            let f = |x: f64| Some(if x > 1.0 { right } else { left } * (x - 1.0) + 1.0);
            let found = of(1.0, STEPS, f).unwrap();
            // What the extrapolation leaves of means that go with |h| is some share of the jump.
            let noticed = found.error() > 0.01 * (right - left);
            assert!(noticed, "{left}, {right}: {found:?}");
        }
    }

    /// Ripples that are lost beside the steps of a smooth function, 1e-11 high, and steep enough, 1e-5,
    /// to matter.
    #[test]
    fn ripples_are_noticed() {
        for place in 0..50 {
            let x = 0.3 + 0.01 * f64::from(place);
            let steps = Steps {
                accurate: 2.5e-7,
                ..STEPS
            };
            let expected = x.cos() + 1e-5 * (1e6 * x).cos();
            let Some(found) = of(x, steps, |x| Some(x.sin() + 1e-11 * (1e6 * x).sin())) else {
                continue;
            };
            let right = (found.value - expected).abs() <= 1e-6;
            assert!(
                right || found.error() > 1e-6,
                "{place}: {found:?}, {expected}"
            );
        }
    }

    /// Values without any connection never pass for a derivative: none is found, or its error is as
    /// large as itself.
    #[test]
    fn noise_is_not_a_derivative() {
        for seed in 0..20_000_u64 {
            let f = |x: f64| {
                // SplitMix64's finaliser: every bit of the result depends on every bit of x.
                let mut bits = x.to_bits() ^ seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
                bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                bits ^= bits >> 31;
                Some(bits as f64 / u64::MAX as f64)
            };
            if let Some(found) = of(0.4, STEPS, f) {
                assert!(
                    found.error() > 1e-6 * found.value.abs(),
                    "{seed}: {found:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_not_finite_gives_no_derivative() {
        assert_eq!(of(f64::NAN, STEPS, Some), None);
        assert_eq!(of(f64::INFINITY, STEPS, Some), None);
        assert_eq!(
            of(
                0.0,
                Steps {
                    largest: f64::NAN,
                    ..STEPS
                },
                Some
            ),
            None
        );
        assert_eq!(of(0.0, STEPS, |_| None), None);
    }
}
