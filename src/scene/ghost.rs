//! A moment beside the one that is shown: one that was kept, or that of another experiment. Its curves are drawn pale below
//! those of the one that is shown, and named by what it has otherwise.

use super::beside::names_of_two;
use super::canvas::Canvas;
use super::drawing::Stroke;
use super::header::{Entry, Swatch};
use super::look::Direction;
use super::place::{GhostOf, Place};
use super::subject::Subject;
use super::theme::{Colour, mixed};
use super::time::TimeSpan;
use crate::flow::{significant, thousands};
use crate::training::{Difference, Snapshot, Weight, find_setting};

/// How much of a colour its curves have.
const PALE: f64 = 0.4;

/// How wide the curve of a moment that was kept is, and that of another experiment: so wide that both are seen where they are
/// the same.
const KEPT_WIDTH: f64 = 1.8;
const LIVE_WIDTH: f64 = 5.0;

/// Differences that are named one by one.
const NAMED: usize = 3;

impl<'a> Subject<'a> {
    /// The moment beside this one, looked at as this one is.
    pub fn of_ghost(&self) -> Option<Self> {
        let ghost = self.ghost?;
        Some(Self {
            snapshot: ghost.snapshot,
            ghost: None,
            yours: None,
            answer: None,
            ..*self
        })
    }

    /// The timestep of the moment beside this one that stands at the 1-based `t` of this one.
    pub fn ghost_time(&self, t: usize, direction: Direction) -> Option<usize> {
        let ghost = self.ghost?;
        let time = t as isize - ghost.shift(self.snapshot, direction);
        let time = usize::try_from(time).ok()?;
        (1..=ghost.snapshot.len()).contains(&time).then_some(time)
    }

    /// The curve of `value`, which is of a subject and a 1-based timestep of it, of the moment beside this one: at the times
    /// of this one, which it may begin before and go on behind.
    pub fn ghost_curve(
        &self,
        span: &TimeSpan,
        direction: Direction,
        value: impl Fn(&Subject<'_>, usize) -> Option<f64>,
    ) -> Vec<(f64, Option<f64>)> {
        let (Some(ghost), Some(subject)) = (self.ghost, self.of_ghost()) else {
            return Vec::new();
        };
        let shift = ghost.shift(self.snapshot, direction);
        let curve = span.of_other(ghost.snapshot.len(), shift);
        let curve = curve.curve(|t| value(&subject, t));
        if curve.iter().all(|(_, value)| value.is_none()) {
            return Vec::new();
        }
        let (from, to) = (span.range.0 - 1.0, span.range.1 + 1.0);
        let moved = curve
            .into_iter()
            .map(|(t, value)| (t + shift as f64, value));
        moved.filter(|(t, _)| (from..=to).contains(t)).collect()
    }
}

/// How the curves of the moment beside the one that is shown are drawn; of `colour`, where there are several.
pub fn ghost_stroke(subject: &Subject<'_>, canvas: &Canvas, colour: Option<Colour>) -> Stroke {
    let colours = canvas.colours();
    let is_live = subject.ghost.is_some_and(|it| it.of != GhostOf::Kept);
    let width = if is_live { LIVE_WIDTH } else { KEPT_WIDTH };
    let colour = colour.unwrap_or(colours.measured);
    Stroke::new(mixed(colours.ground, colour, PALE), width)
}

/// The entry of a legend for the moment beside the one that is shown.
pub fn ghost_entry(subject: &Subject<'_>, canvas: &Canvas) -> Option<Entry> {
    let ghost = subject.ghost?;
    let colour = ghost_stroke(subject, canvas, None).colour;
    match ghost.of {
        GhostOf::Kept => {
            let name = ghost_name(ghost.snapshot, subject.snapshot);
            let meaning = format!(
                "The curve as it was when it was frozen, with {name}; “freeze” drops it again (F)"
            );
            let entry = Entry::new(Swatch::Line, colour, format!("frozen: {name}"));
            Some(entry.short("frozen").meaning(meaning))
        }
        GhostOf::Other { place, .. } => {
            let name = name_of(subject, place)?;
            let meaning = format!("The curve of {name}, the experiment beside this one");
            let entry = Entry::new(Swatch::Broad, colour, name);
            Some(entry.short(place.letter()).meaning(meaning))
        }
    }
}

/// What the curve of the moment that is shown is called: `usual`, or beside another experiment its own letter and name.
pub fn own_name(subject: &Subject<'_>, usual: &'static str) -> [String; 2] {
    let place = subject.ghost.and_then(|ghost| match ghost.of {
        GhostOf::Other { place, .. } => Some(place.other()),
        GhostOf::Kept => None,
    });
    let name = place.and_then(|place| Some([name_of(subject, place)?, place.letter().to_owned()]));
    name.unwrap_or_else(|| [usual, usual].map(str::to_owned))
}

/// What the one of two experiments is called that is at `place`.
fn name_of(subject: &Subject<'_>, place: Place) -> Option<String> {
    let ghost = subject.ghost?;
    let (own, other) = (subject.snapshot, ghost.snapshot);
    let is_second =
        |of: GhostOf| matches!(of, GhostOf::Other { place, .. } if place == Place::Second);
    let [first, second] = names_of_two(match is_second(ghost.of) {
        true => [own, other],
        false => [other, own],
    });
    Some(match place {
        Place::First => first,
        Place::Second => second,
    })
}

/// What stands before a value of the other moment where somebody points.
pub fn ghost_word(subject: &Subject<'_>) -> String {
    match subject.ghost.map(|ghost| ghost.of) {
        Some(GhostOf::Other { place, .. }) => format!("of {}", place.letter()),
        _ => "when it was frozen".to_owned(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::place::{Alignment, Ghost};
    use crate::scene::testing::{answered, moment};
    use crate::scene::views::product;

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

    /// What was kept meets where the product begins, another experiment where somebody wants it.
    #[test]
    fn lengths_are_aligned_where_the_product_begins_or_where_one_wants_it() {
        let of_length = |length| {
            moment(0, move |e| {
                e.task.kind = crate::tasks::TaskKind::Latch;
                e.task.length = length;
            })
        };
        let (ten, four, fifty) = (of_length(10), of_length(4), of_length(50));
        let time = |ghost, of, t, direction| {
            answered(&product::VIEW, &ten, None, |subject| {
                let ghost = Some(Ghost {
                    snapshot: ghost,
                    of,
                });
                Subject { ghost, ..*subject }.ghost_time(t, direction)
            })
        };
        let (end, first) = (Direction::ToEnd, Direction::FromFirst);
        let kept = GhostOf::Kept;
        assert_eq!(time(&ten, kept, 10, end), Some(10));
        assert_eq!(time(&four, kept, 10, end), Some(4));
        assert_eq!(time(&four, kept, 6, end), None);
        assert_eq!(time(&fifty, kept, 1, end), Some(41));
        assert_eq!(time(&four, kept, 3, first), Some(3));
        assert_eq!(time(&four, kept, 5, first), None);
        let other = |alignment| GhostOf::Other {
            place: Place::Second,
            alignment,
        };
        assert_eq!(time(&four, other(Alignment::Start), 3, end), Some(3));
        assert_eq!(time(&four, other(Alignment::End), 10, first), Some(4));
    }
}
