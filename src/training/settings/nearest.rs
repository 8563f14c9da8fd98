//! The known name that somebody most likely meant.

/// The one of `known` that is nearest to `word`, if one is near enough to be meant. Of keys with a section,
/// the name alone may be the near one.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase().replace('-', "_");
    let distance = |known: &str| {
        let known = known.to_lowercase().replace('-', "_");
        if known.starts_with(&word) {
            return 1;
        }
        let leaf = |text: &str| text.rsplit('.').next().unwrap_or(text).to_owned();
        // In another section than it was sought in.
        let whole = strsim::damerau_levenshtein(&word, &known);
        whole.min(strsim::damerau_levenshtein(&leaf(&word), &leaf(&known)) + 1)
    };
    let enough = (word.rsplit('.').next().map_or(0, str::len) / 3).max(2);
    known
        .map(|known| (distance(known), known))
        .filter(|(distance, _)| *distance <= enough)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}
