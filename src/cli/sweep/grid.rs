//! The grid: its points, by number, and which of them a shard has.

use std::fmt::{self, Write};
use std::ops::Range;

use crate::cli::axis::Axis;
use crate::cli::failure::Failure;
use crate::export::{Watch, bring_files};
use crate::rnn::vectorised::Arithmetic;
use crate::training::{CheckedExperiment, Experiment, OutOfRange, shown_argument};

/// More points than this no machine finishes.
const MOST_POINTS: u64 = 1_000_000_000;

/// The keys whose values are files.
const NAME_FILES: [&str; 5] = [
    "network.weights",
    "data.path",
    "data.targets",
    "data.words",
    "probe.record",
];

/// What is swept over.
pub struct Grid {
    begin: Experiment,
    axes: Vec<Axis>,
    /// Training steps at each point.
    pub steps: u64,
}

impl Grid {
    /// The grid of `axes` around `begin`.
    ///
    /// # Errors
    /// [`Failure`] if an axis is there twice, the grid is too large, or a file that an axis names cannot be read.
    pub fn new(begin: &CheckedExperiment, axes: &[String], steps: u64) -> Result<Self, Failure> {
        let texts = axes;
        let axes = texts
            .iter()
            .map(|text| Axis::parse("--axis", text))
            .collect::<Result<Vec<_>, _>>()?;
        for (index, axis) in axes.iter().enumerate() {
            let key = axis.setting.key;
            if axes[..index].iter().any(|other| other.setting.key == key) {
                return Err(Failure::Argument(format!("--axis {key} is there twice")));
            }
        }
        let points = axes.iter().try_fold(1_u64, |points, axis| {
            points
                .checked_mul(axis.len())
                .filter(|&points| points <= MOST_POINTS)
        });
        if points.is_none() {
            return Err(Failure::Argument(format!(
                "the grid has more than {MOST_POINTS} points; choose smaller counts"
            )));
        }
        // Only now, for it takes as long as there are values.
        for (axis, text) in axes.iter().zip(texts) {
            axis.check(text)?;
        }
        let grid = Self {
            begin: Experiment::clone(begin),
            axes,
            steps,
        };
        grid.check_files()?;
        Ok(grid)
    }

    /// Whether the files that axes name can be read: nobody sweeps for an hour and learns then that one is not there.
    fn check_files(&self) -> Result<(), Failure> {
        let mut others = self.points();
        for axis in &self.axes {
            others /= axis.len();
            if NAME_FILES.contains(&axis.setting.key) {
                for index in 0..axis.len() {
                    self.point(index * others)?;
                }
            }
        }
        Ok(())
    }

    /// How many points there are.
    pub fn points(&self) -> u64 {
        self.axes.iter().map(Axis::len).product()
    }

    /// The keys that vary.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.axes.iter().map(|axis| axis.setting.key)
    }

    /// The experiment at `point` (from 0), and its values as they are written. The last axis varies fastest.
    ///
    /// # Errors
    /// [`Failure`] if a file cannot be read any more, or values do not go together; each by itself was checked.
    pub fn point(&self, point: u64) -> Result<(CheckedExperiment, Vec<String>), Failure> {
        let mut experiment = self.begin.clone();
        let mut rest = point;
        for axis in self.axes.iter().rev() {
            axis.put(&mut experiment, rest % axis.len())
                .map_err(Failure::Argument)?;
            rest /= axis.len();
        }
        let written = self
            .axes
            .iter()
            .map(|axis| axis.setting.get(&experiment).to_string());
        let written = written.collect();
        let told = |error: OutOfRange| Failure::Argument(error.to_string());
        let checked = experiment.check().map_err(told)?;
        // An axis may be over files, or over how one is read.
        let brought = bring_files(checked, None, &Watch::default()).map_err(told)?;
        Ok((brought.experiment, written))
    }

    /// What tells this sweep from others, for rows that are computed with `arithmetic`: sixteen digits for everything
    /// else that its rows depend on, and the name of the arithmetic, such as `0123456789abcdef-fma`. A shard of it has
    /// the same.
    pub fn fingerprint(&self, arithmetic: Arithmetic) -> String {
        format!("{}-{}", self.digits(), arithmetic.name())
    }

    /// Sixteen digits: a hash of everything else that its rows depend on.
    fn digits(&self) -> String {
        let mut hash = Fnv::default();
        let described = write!(
            hash,
            "{} {}\n{}\n{}",
            super::row::SWEEP_SCHEMA,
            env!("CARGO_PKG_VERSION"),
            self.steps,
            self.begin.to_text()
        )
        .and_then(|()| {
            self.axes
                .iter()
                .try_for_each(|axis| axis.describe(&mut hash))
        });
        debug_assert!(described.is_ok(), "every value was checked");
        format!("{:016x}", hash.0)
    }
}

/// The hash FNV-1a of what is written to it.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Ok(())
    }
}

/// One of several parts of a sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 1.
    index: u64,
    count: u64,
}

impl Shard {
    /// All of it.
    pub const WHOLE: Self = Self { index: 1, count: 1 };

    /// Understands `I/N`.
    ///
    /// # Errors
    /// [`Failure`] quotes the argument and says how to write it.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let parts = text.split_once('/');
        let numbers =
            parts.and_then(|(i, n)| Some((i.trim().parse().ok()?, n.trim().parse().ok()?)));
        match numbers {
            Some((index, count)) if 1 <= index && index <= count => Ok(Self { index, count }),
            _ => Err(Failure::Argument(format!(
                "--shard {}: write I/N with I from 1 to N, such as 3/8",
                shown_argument(text)
            ))),
        }
    }

    /// Whether the names of the columns stand in it.
    pub fn has_header(self) -> bool {
        self.index == 1
    }

    /// Its points, of `points`. Every point is in one shard, and their order is that of the shards.
    pub fn range(self, points: u64) -> Range<u64> {
        let end = |index: u64| {
            let share = u128::from(points) * u128::from(index) / u128::from(self.count);
            share as u64
        };
        end(self.index - 1)..end(self.index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_axis_varies_fastest_and_every_point_is_there_once() {
        let axes = ["network.w_h=1,2".to_owned(), "task.length=3:5:3".to_owned()];
        let grid = Grid::new(&CheckedExperiment::default(), &axes, 0).unwrap();
        let found: Vec<_> = (0..grid.points())
            .map(|point| grid.point(point).unwrap())
            .collect();
        let written: Vec<_> = found.iter().map(|(_, written)| written.join(" ")).collect();
        assert_eq!(
            written,
            ["1.0 3", "1.0 4", "1.0 5", "2.0 3", "2.0 4", "2.0 5"]
        );
        assert!(found.iter().all(|(e, w)| e.task.length.to_string() == w[1]));
    }

    #[test]
    fn shards_make_up_the_whole() {
        for (points, count) in [(10, 3), (2, 5), (0, 2), (1_000_000_000, 7)] {
            let mut end = 0;
            for index in 1..=count {
                let range = Shard { index, count }.range(points);
                assert_eq!(range.start, end);
                end = range.end;
            }
            assert_eq!(end, points);
        }
        for text in ["0/3", "4/3", "3", "a/b", "1/0", "-1/3", ""] {
            let message = Shard::parse(text).unwrap_err().to_string();
            assert!(message.contains("write I/N"), "{message}");
        }
        assert_eq!(Shard::parse("1/1").unwrap(), Shard::WHOLE);
    }

    #[test]
    fn whatever_changes_a_row_changes_the_fingerprint() {
        let of = |set: fn(&mut Experiment), axes: &[&str], steps| {
            let mut begin = Experiment::default();
            set(&mut begin);
            let axes: Vec<_> = axes.iter().map(|axis| (*axis).to_owned()).collect();
            Grid::new(&begin.check().unwrap(), &axes, steps)
                .unwrap()
                .fingerprint(Arithmetic::Fma)
        };
        let usual = of(|_| {}, &["network.w_h=1,2"], 0);
        assert_eq!(usual, of(|_| {}, &["network.w_h=1, 2"], 0));
        for other in [
            of(|e| e.seed = 8, &["network.w_h=1,2"], 0),
            of(|_| {}, &["network.w_h=1,3"], 0),
            of(|_| {}, &["network.w_h=1,2"], 1),
        ] {
            assert_ne!(usual, other);
        }
        // The arithmetic stands behind the digits, for everybody to see.
        let grid = Grid::new(
            &CheckedExperiment::default(),
            &["network.w_h=1,2".to_owned()],
            0,
        );
        let plain = grid.unwrap().fingerprint(Arithmetic::NoFma);
        assert_eq!(usual[..17], plain[..17]);
        assert_eq!((&usual[16..], &plain[16..]), ("-fma", "-no-fma"));
    }

    #[test]
    fn grids_that_nobody_finishes_and_axes_that_are_there_twice_are_refused() {
        let message = |axes: &[&str]| {
            let axes: Vec<_> = axes.iter().map(|axis| (*axis).to_owned()).collect();
            let grid = Grid::new(&CheckedExperiment::default(), &axes, 0);
            grid.map(|_| ()).unwrap_err().to_string()
        };
        assert!(message(&["seed=1:100000:100000", "network.w_h=0:1:100000"]).contains("points"));
        assert_eq!(message(&["seed=1", "seed=2"]), "--axis seed is there twice");
    }

    /// Five axes of ten million values: refused for their number, before any of them is made.
    #[test]
    fn a_grid_is_refused_before_its_values_are_made() {
        let axes = [
            "seed=1:10000000:10000000",
            "network.w_h=0:1:10000000",
            "network.w_i=0:1:10000000",
            "network.w_o=0:1:10000000",
            "training.learning_rate=0.1:1:10000000",
        ];
        let axes = axes.map(str::to_owned);
        let info = allocation_counter::measure(|| {
            let refused = Grid::new(&CheckedExperiment::default(), &axes, 0).map(drop);
            assert!(refused.unwrap_err().to_string().contains("points"));
        });
        // The words of the message and of the axes.
        assert!(info.bytes_max < 20_000, "{info:?}");
        let wrong = ["task.length=1:10:3".to_owned()];
        let refused = Grid::new(&CheckedExperiment::default(), &wrong, 0).map(drop);
        assert!(
            refused
                .unwrap_err()
                .to_string()
                .contains("5.5 is no whole number")
        );
    }

    /// FNV-1a of "a" and "foobar", from the reference of its authors.
    #[test]
    fn the_hash_is_the_published_one() {
        for (text, expected) in [
            ("a", 0xaf63_dc4c_8601_ec8c),
            ("foobar", 0x8594_4171_f739_67e8),
        ] {
            let mut hash = Fnv::default();
            hash.write_str(text).unwrap();
            assert_eq!(hash.0, expected, "{text}");
        }
    }
}
