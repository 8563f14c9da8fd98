//! The points of a landscape, and where it needs one more.

/// How much more a change of the loss counts than one of its slope, which is the finer detail, and on a
/// wall runs through many orders of magnitude.
const LOSS_COUNTS: f64 = 4.0;

/// The loss and its slope at one place of the axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LandscapePoint {
    /// Where on the axis.
    pub at: f64,
    /// L, the mean over the batch; infinite or NaN as the training arithmetic makes it.
    pub loss: f64,
    /// The derivative of L along the axis; infinite or NaN as the training arithmetic makes it.
    pub gradient: f64,
}

/// How much the curve of the loss, or that of its slope, changes over an interval.
pub struct Unevenness {
    loss: Scale,
    gradient: Scale,
    width: f64,
}

impl Unevenness {
    /// Measured against what is usual among `points`.
    pub fn of(points: &[LandscapePoint]) -> Self {
        let width = match points {
            [first, .., last] => last.at / 2.0 - first.at / 2.0,
            _ => 1.0,
        };
        Self {
            loss: Scale::of(points.iter().map(|point| point.loss)),
            gradient: Scale::of(points.iter().map(|point| point.gradient)),
            width,
        }
    }

    /// 0 where there is no number in between, or nothing to be seen there.
    pub fn between(&self, left: LandscapePoint, right: LandscapePoint) -> f64 {
        let middle = f64::midpoint(left.at, right.at);
        if middle <= left.at || middle >= right.at {
            return 0.0;
        }
        let change = (LOSS_COUNTS * self.loss.change(left.loss, right.loss))
            .max(self.gradient.change(left.gradient, right.gradient));
        // A narrower interval counts for less, or a place where every half is as rough as the whole
        // would take all the points.
        let width = (right.at / 2.0 - left.at / 2.0) / self.width;
        change * width.sqrt().sqrt()
    }
}

/// Maps values to a scale on which usual differences are about 1 and large ones logarithmic: a loss of
/// 10^100 over less than half of the range does not hide what happens in the rest.
struct Scale {
    centre: f64,
    spread: f64,
}

impl Scale {
    /// How different a finite value is from ∞ or NaN: more than any two finite ones near it.
    const BROKEN: f64 = 10.0;

    /// Median, and median distance from it.
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
        let centre = median(&mut values);
        let mut distances: Vec<f64> = values
            .iter()
            .map(|value| (value - centre).abs().min(f64::MAX))
            .collect();
        let usual = median(&mut distances);
        // Where most values are one and the same, what differs is measured by itself.
        let largest = distances.iter().copied().fold(0.0, f64::max);
        let spread = [usual, largest].into_iter().find(|&spread| spread > 0.0);
        Self {
            centre,
            spread: spread.unwrap_or(1.0),
        }
    }

    fn change(&self, left: f64, right: f64) -> f64 {
        match (left.is_finite(), right.is_finite()) {
            (true, true) => (self.at(left) - self.at(right)).abs(),
            (false, false) => 0.0,
            _ => Self::BROKEN,
        }
    }

    fn at(&self, value: f64) -> f64 {
        // A quotient beyond f64 would be as far from everything as ∞.
        let distance = (value - self.centre) / self.spread;
        distance.clamp(-f64::MAX, f64::MAX).asinh()
    }
}

/// The one in the middle, or 0 if there is none.
fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// The gap to be halved next: the first of the largest, unless nothing changes anywhere.
pub fn worst(gaps: &[f64]) -> Option<usize> {
    let mut worst = None;
    let mut largest = 0.0;
    for (index, &gap) in gaps.iter().enumerate() {
        if gap > largest {
            (worst, largest) = (Some(index), gap);
        }
    }
    worst
}
