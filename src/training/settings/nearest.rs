//! The known name that somebody most likely meant.

use strsim::damerau_levenshtein;

/// The one of `known` that is nearest to `word`, if one is near enough to be meant.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = Some(plain(word)).filter(|word| !word.is_empty())?;
    of_least(known, enough(&word), |known| distance(&word, &plain(known)))
}

/// The one of the keys `known` that is nearest to `word`, which may stand in another section than it was sought
/// in.
pub fn nearest_key<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = Some(plain(word)).filter(|word| !leaf(word).is_empty())?;
    of_least(known, enough(leaf(&word)), |known| {
        let known = plain(known);
        let in_section = distance(&word, &known);
        in_section.min(damerau_levenshtein(leaf(&word), leaf(&known)) + 1)
    })
}

fn plain(word: &str) -> String {
    /// Nothing that is known is nearly as long, and distances take their time.
    const MOST: usize = 100;
    let word: String = word.chars().take(MOST).collect();
    word.to_lowercase().replace('-', "_")
}

fn leaf(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

/// How far what is meant may be from `word`.
fn enough(word: &str) -> usize {
    (word.len() / 3).max(2)
}

fn distance(word: &str, known: &str) -> usize {
    match known.starts_with(word) {
        true => 1,
        false => damerau_levenshtein(word, known),
    }
}

/// The one of least distance, if that is at most `enough`.
fn of_least<'a>(
    known: impl Iterator<Item = &'a str>,
    enough: usize,
    distance: impl Fn(&str) -> usize,
) -> Option<&'a str> {
    known
        .map(|known| (distance(known), known))
        .filter(|(distance, _)| *distance <= enough)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}
