//! What can be looked at, by the names that it has in a lesson.

use crate::scene::{Direction, Measure, PhaseAxis, View};
use crate::training::{nearest, shown_text};

/// Choices and their names.
pub type Choices<T> = &'static [(&'static str, T)];

/// Which product.
pub const DIRECTIONS: Choices<Direction> = &[
    ("to-end", Direction::ToEnd),
    ("from-first", Direction::FromFirst),
];

/// Which magnitude of it.
pub const MEASURES: Choices<Measure> = &[
    ("gain", Measure::Gain),
    ("gradient", Measure::Gradient),
    ("norm", Measure::Norm),
    ("input", Measure::Input),
];

/// What the phase map has upwards.
pub const PHASE_AXES: Choices<PhaseAxis> = &[
    ("length", PhaseAxis::Length),
    ("input-weight", PhaseAxis::InputWeight),
];

/// Yes and no.
pub const FLAGS: Choices<bool> = &[("true", true), ("false", false)];

/// The name of `value`.
pub fn name_of<T: PartialEq>(choices: Choices<T>, value: T) -> &'static str {
    let found = choices.iter().find(|(_, other)| *other == value);
    found.map_or("", |(name, _)| name)
}

/// What `word` stands for behind `key`.
///
/// # Errors
/// What `key` takes instead.
pub fn chosen<T: Copy>(key: &str, choices: Choices<T>, word: &str) -> Result<T, String> {
    let found = choices.iter().find(|(name, _)| *name == word);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names = choices.iter().map(|(name, _)| *name);
        let listed = names.clone().collect::<Vec<_>>().join(", ");
        let hint = meant(word, names);
        format!(
            "{key} takes one of {listed}, not “{}”{hint}",
            shown_text(word)
        )
    })
}

/// The view called `slug`.
///
/// # Errors
/// The nearest one, or all there are.
pub fn view(slug: &str) -> Result<View, String> {
    View::from_slug(slug).ok_or_else(|| {
        let slugs = View::ALL.iter().map(|view| view.slug());
        let told = format!("there is no view called {}", shown_text(slug));
        match nearest(slug, slugs.clone()) {
            Some(nearest) => format!("{told}; did you mean {nearest}?"),
            None => format!("{told}; there are {}", slugs.collect::<Vec<_>>().join(", ")),
        }
    })
}

/// `; did you mean x?` if one of `known` is near enough to `word`.
pub fn meant<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    nearest(word, known).map_or(String::new(), |it| format!("; did you mean {it}?"))
}
