//! A moment that was kept for comparison: its curves are drawn pale beside those of today, named by what it has
//! otherwise.

use super::canvas::Canvas;
use super::drawing::Stroke;
use super::header::{Entry, Swatch};
use super::look::Direction;
use super::subject::Subject;
use super::theme::mixed;
use crate::flow::{significant, thousands};
use crate::training::{Difference, Snapshot, Weight, find_setting};

/// How much of the colour of text its curves have.
const PALE: f64 = 0.4;

/// Differences that are named one by one.
const NAMED: usize = 3;

impl<'a> Subject<'a> {
    /// The kept moment, looked at as this one is.
    pub fn of_ghost(&self) -> Option<Self> {
        let snapshot = self.ghost?;
        Some(Self {
            snapshot,
            ghost: None,
            ghost_is_live: false,
            yours: None,
            answer: None,
            ..*self
        })
    }
}

/// How the curves of a kept moment are drawn.
pub fn ghost_stroke(canvas: &Canvas) -> Stroke {
    let colours = canvas.colours();
    Stroke::new(mixed(colours.ground, colours.measured, PALE), 1.8)
}

/// The entry of a legend for a kept moment.
pub fn ghost_entry(subject: &Subject<'_>, canvas: &Canvas) -> Option<Entry> {
    let ghost = subject.ghost?;
    let name = ghost_name(ghost, subject.snapshot);
    let (word, meaning) = if subject.ghost_is_live {
        (
            "the other",
            format!("The curve of the experiment beside this one, with {name}"),
        )
    } else {
        (
            "frozen",
            format!(
                "The curve as it was when it was frozen, with {name}; “freeze” drops it again (F)"
            ),
        )
    };
    let colour = ghost_stroke(canvas).colour;
    let entry = Entry::new(Swatch::Line, colour, format!("{word}: {name}"));
    Some(entry.short(word).meaning(meaning))
}

/// What stands before a value of the other moment where somebody points.
pub fn ghost_word(subject: &Subject<'_>) -> &'static str {
    if subject.ghost_is_live {
        "of the other experiment"
    } else {
        "when it was frozen"
    }
}

/// What a kept moment has otherwise than the one that is `shown`: `wₕ = 0.9, step 12`.
fn ghost_name(ghost: &Snapshot, shown: &Snapshot) -> String {
    let differences = Difference::between(&ghost.moment.experiment, &shown.moment.experiment);
    // Weights are named by where they were, which is not where an experiment puts them once it is trained.
    let is_weight = |key: &str| Weight::ALL.iter().any(|weight| key == weight.key());
    let settings = differences
        .iter()
        .filter(|it| !is_weight(it.key))
        .map(ToString::to_string);
    let weights = Weight::ALL.into_iter().filter_map(|weight| {
        let [then, now] = [ghost, shown].map(|moment| moment.moment.weights.get(weight));
        (then != now).then(|| format!("{} = {}", symbol(weight), significant(then)))
    });
    let step = (ghost.moment.step != shown.moment.step)
        .then(|| format!("step {}", thousands(ghost.moment.step)));
    // Training moves every weight: the step says it shorter than they do.
    let names: Vec<String> = settings.chain(step).chain(weights).collect();
    match names.len() {
        0 => "the same setting".to_owned(),
        count if count > NAMED => {
            format!("{} and {} more", names[..NAMED].join(", "), count - NAMED)
        }
        _ => names.join(", "),
    }
}

fn symbol(weight: Weight) -> &'static str {
    find_setting(weight.key()).map_or("", |setting| setting.symbol)
}

/// The timestep of the kept moment, of `kept` of them, that stands at the 1-based `t` of `shown`: counted from the end,
/// where the gradient comes from, or from the first.
pub fn ghost_time(t: usize, (kept, shown): (usize, usize), direction: Direction) -> Option<usize> {
    let time = match direction {
        Direction::ToEnd => (t + kept).checked_sub(shown)?,
        Direction::FromFirst => t,
    };
    (1..=kept).contains(&time).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::testing::moment;

    #[test]
    fn a_kept_moment_is_named_by_what_it_has_otherwise() {
        let now = moment(0, |_| {});
        let name = |steps, change: fn(&mut crate::training::Experiment)| {
            ghost_name(&moment(steps, change), &now)
        };
        assert_eq!(name(0, |_| {}), "the same setting");
        assert_eq!(name(0, |e| e.network.w_h = 1.5), "wₕ = 1.50");
        assert_eq!(name(0, |e| e.task.length = 20), "length n = 20");
        let trained = name(3, |_| {});
        assert!(trained.starts_with("step 3, wᵢ = "), "{trained}");
        assert!(trained.ends_with(" and 1 more"), "{trained}");
    }

    #[test]
    fn lengths_are_aligned_where_the_product_begins() {
        assert_eq!(ghost_time(10, (10, 10), Direction::ToEnd), Some(10));
        assert_eq!(ghost_time(10, (4, 10), Direction::ToEnd), Some(4));
        assert_eq!(ghost_time(6, (4, 10), Direction::ToEnd), None);
        assert_eq!(ghost_time(1, (50, 10), Direction::ToEnd), Some(41));
        assert_eq!(ghost_time(3, (4, 10), Direction::FromFirst), Some(3));
        assert_eq!(ghost_time(5, (4, 10), Direction::FromFirst), None);
    }
}
