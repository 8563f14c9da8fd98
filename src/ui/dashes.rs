//! Lines that are drawn dash by dash or dot by dot: no more of them than can be seen, however far a line leads and
//! however jagged it is. The bound of 10,000 factors of 1,000, in a plot of two decades, would have more than
//! 400,000.

use egui::Vec2;
use egui_plot::LineStyle;

/// Dashes or dots along a line at most: with more of them there is nothing to be seen between them.
const MOST: f64 = 2_000.0;

/// A dash and the gap behind it, in lengths of a dash.
const DASH_AND_GAP: f64 = std::f64::consts::GOLDEN_RATIO;

/// A line in pieces, as x and y of each point.
pub type Runs = Vec<Vec<[f64; 2]>>;

/// What a plot shows, and how large it is on the screen.
#[derive(Clone, Copy, Debug)]
pub struct PlotArea {
    /// From which x to which.
    pub x: (f64, f64),
    /// From which y to which.
    pub y: (f64, f64),
    /// In points of the screen.
    pub size: Vec2,
}

impl PlotArea {
    /// What to draw of a line in `style`: its `runs` as far as they are not farther from what is shown than that is
    /// high, and with dashes as much longer as there would be too many.
    pub fn of_line(&self, runs: Runs, style: LineStyle) -> (Runs, LineStyle) {
        if style == LineStyle::Solid {
            return (runs, style);
        }
        let reach = self.y.1 - self.y.0;
        let band = (self.y.0 - reach, self.y.1 + reach);
        let near: Runs = runs.iter().flat_map(|run| within(run, band)).collect();
        let length: f64 = near.iter().map(|run| self.length(run)).sum();
        let style = match style {
            LineStyle::Solid => LineStyle::Solid,
            LineStyle::Dotted { spacing } => LineStyle::Dotted {
                spacing: spacing.max((length / MOST) as f32),
            },
            LineStyle::Dashed { length: dash } => LineStyle::Dashed {
                length: dash.max((length / (MOST * DASH_AND_GAP)) as f32),
            },
        };
        (near, style)
    }

    /// How long a line is on the screen.
    fn length(&self, run: &[[f64; 2]]) -> f64 {
        let scale = |(low, high): (f64, f64), size: f32| f64::from(size) / (high - low);
        let (x, y) = (scale(self.x, self.size.x), scale(self.y, self.size.y));
        let pairs = run.windows(2);
        pairs
            .map(|pair| f64::hypot(x * (pair[1][0] - pair[0][0]), y * (pair[1][1] - pair[0][1])))
            .sum()
    }
}

/// The pieces of `run` whose y is within a band.
fn within(run: &[[f64; 2]], band: (f64, f64)) -> Runs {
    if let [point] = run {
        return vec![vec![*point]];
    }
    let mut pieces = Runs::new();
    let mut end = None;
    for pair in run.windows(2) {
        let Some([from, to]) = segment_within(pair[0], pair[1], band) else {
            continue;
        };
        match pieces.last_mut() {
            Some(piece) if end == Some(from) => piece.push(to),
            _ => pieces.push(vec![from, to]),
        }
        end = Some(to);
    }
    pieces
}

/// What of the line from `from` to `to` has a y between `low` and `high`.
fn segment_within(from: [f64; 2], to: [f64; 2], (low, high): (f64, f64)) -> Option<[[f64; 2]; 2]> {
    if from[1].max(to[1]) < low || from[1].min(to[1]) > high {
        return None;
    }
    let cut = |point: [f64; 2]| {
        let y = point[1].clamp(low, high);
        if y == point[1] {
            return point;
        }
        let share = (y - from[1]) / (to[1] - from[1]);
        [from[0] + share * (to[0] - from[0]), y]
    };
    Some([cut(from), cut(to)])
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: PlotArea = PlotArea {
        x: (0.0, 10_000.0),
        y: (-1.0, 1.0),
        size: Vec2::new(1_000.0, 900.0),
    };

    /// How many dashes or dots there are.
    fn count(runs: &Runs, style: LineStyle) -> f64 {
        let length: f64 = runs.iter().map(|run| AREA.length(run)).sum();
        match style {
            LineStyle::Solid => 1.0,
            LineStyle::Dotted { spacing } => length / f64::from(spacing),
            LineStyle::Dashed { length: dash } => length / (DASH_AND_GAP * f64::from(dash)),
        }
    }

    #[test]
    fn a_bound_that_leaves_the_plot_is_drawn_as_far_as_it_is_near() {
        // 4 decades for each of 10,000 steps.
        let bound: Vec<[f64; 2]> = (1..=10_000)
            .map(|t| [f64::from(t), 4.0 * f64::from(10_000 - t)])
            .collect();
        let style = LineStyle::dashed_dense();
        assert!(count(&vec![bound.clone()], style) > 400_000.0);
        let (near, same) = AREA.of_line(vec![bound], style);
        // Three decades up from the end.
        assert_eq!(near, [vec![[9_999.25, 3.0], [10_000.0, 0.0]]]);
        assert!(same == style && count(&near, style) < 200.0);
    }

    #[test]
    fn a_line_that_comes_and_goes_is_cut_where_it_crosses() {
        let line = vec![
            [0.0, 0.0],
            [1.0, 6.0],
            [2.0, 6.0],
            [3.0, -6.0],
            [4.0, -6.0],
            [5.0, 0.0],
        ];
        let (near, _) = AREA.of_line(vec![line, vec![[7.0, 0.5]]], LineStyle::dotted_dense());
        assert_eq!(
            near,
            [
                vec![[0.0, 0.0], [0.5, 3.0]],
                vec![[2.25, 3.0], [2.75, -3.0]],
                vec![[4.5, -3.0], [5.0, 0.0]],
                vec![[7.0, 0.5]],
            ]
        );
    }

    #[test]
    fn a_jagged_line_has_longer_dashes_and_a_short_one_those_that_were_asked_for() {
        let jagged: Vec<[f64; 2]> = (0..10_000)
            .map(|t| [f64::from(t), if t % 2 == 0 { -1.0 } else { 1.0 }])
            .collect();
        for style in [LineStyle::dashed_dense(), LineStyle::dotted_dense()] {
            let (runs, longer) = AREA.of_line(vec![jagged.clone()], style);
            assert_eq!(runs, std::slice::from_ref(&jagged));
            assert!(count(&runs, longer) <= 1.01 * MOST, "{longer:?}");
            let short = vec![vec![[0.0, 0.0], [10_000.0, 1.0]]];
            assert_eq!(AREA.of_line(short.clone(), style), (short, style));
        }
        let (runs, style) = AREA.of_line(vec![jagged.clone()], LineStyle::Solid);
        assert_eq!((runs, style), (vec![jagged], LineStyle::Solid));
    }
}
