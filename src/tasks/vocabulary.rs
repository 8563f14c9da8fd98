//! The words that a network knows.

use std::collections::HashMap;

use strsim::damerau_levenshtein;

use super::lexicon::Lexicon;

/// Index of every known word, from 0: 0 is the unknown word, the others follow in the order in which they had
/// occurred often enough. The word of index k has the column of W_i that names such as `w_i[1, k + 1]` give, which
/// count from 1.
#[derive(Debug)]
pub struct Vocabulary {
    indices: HashMap<String, u32>,
    /// In the order of the alphabet.
    words: Vec<String>,
}

impl Vocabulary {
    /// The index under which every unknown word is read.
    pub const UNKNOWN: u32 = 0;

    /// How many words there are, the unknown one included: the input width D.
    pub fn len(&self) -> usize {
        self.indices.len() + 1
    }

    /// Never: the unknown word is always there.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The index of a tokenised word.
    pub fn index(&self, word: &str) -> u32 {
        self.indices.get(word).copied().unwrap_or(Self::UNKNOWN)
    }

    /// The known words in the order of their indices, the first of which is 1.
    pub fn in_order(&self) -> Vec<&str> {
        let words = self.indices.iter();
        let mut found: Vec<(u32, &str)> =
            words.map(|(word, &index)| (index, word.as_str())).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, word)| word).collect()
    }

    /// Whether the word is known.
    pub fn knows(&self, word: &str) -> bool {
        self.indices.contains_key(word)
    }

    /// The known words that have `part` in them, in the order of the alphabet: first those that begin with it. All of
    /// them if `part` is empty. Capitals count as small letters.
    pub fn containing(&self, part: &str) -> Vec<&str> {
        let part = part.trim().to_lowercase();
        let words = self.words.iter().map(String::as_str);
        let mut found: Vec<&str> = words.filter(|word| word.contains(&part)).collect();
        // In the order of the alphabet they are already.
        found.sort_by_key(|word| !word.starts_with(&part));
        found
    }

    /// Up to `most` known words that somebody who wrote the tokenised `word` may have meant, the nearest first:
    /// those that are a few slips away (letters left out, put in, exchanged or in the wrong order, at most one in
    /// three), or that it is the beginning of. Empty if none is near.
    pub fn nearest(&self, word: &str, most: usize) -> Vec<&str> {
        /// No known word is nearly as long, and distances take their time.
        const LONGEST: usize = 40;
        let letters = word.chars().count();
        if letters > LONGEST {
            return Vec::new();
        }
        let enough = (letters / 3).max(1);
        let distance = |known: &str| {
            let begins = letters > 2 && known.starts_with(word);
            if begins {
                1
            } else {
                damerau_levenshtein(word, known)
            }
        };
        // No known word of another length by more is near, and of ten thousand most are.
        let may_be_near = |known: &&str| {
            let length = known.chars().count();
            length <= letters + enough && length + enough >= letters
                || (letters > 2 && known.starts_with(word))
        };
        let words = self.words.iter().map(String::as_str);
        let mut near: Vec<(usize, &str)> = words
            .filter(may_be_near)
            .map(|known| (distance(known), known))
            // Of a word of one or two letters nothing would be left.
            .filter(|&(distance, _)| distance <= enough && distance < letters)
            .collect();
        near.sort_unstable();
        near.truncate(most);
        near.into_iter().map(|(_, known)| known).collect()
    }

    /// The words among `words`, numbered by `lexicon`, that occur at least `least` times, of more than `most` the most
    /// frequent; in the order in which they first had: a word takes its place where it stands for the `least`th time.
    /// With it, of every word of the lexicon, its index.
    pub fn of(
        lexicon: &Lexicon,
        words: impl Iterator<Item = u32>,
        (least, most): (usize, usize),
    ) -> (Self, Vec<u32>) {
        let mut occurrences = vec![0_usize; lexicon.len()];
        let mut order: Vec<u32> = Vec::new();
        for word in words {
            // There was no room for some.
            if let Some(count) = occurrences.get_mut(word as usize) {
                *count += 1;
                if *count == least {
                    order.push(word);
                }
            }
        }
        if order.len() > most {
            let mut frequent = order.clone();
            // Of words that are as frequent the first ones stay.
            frequent.sort_by_key(|word| std::cmp::Reverse(occurrences[*word as usize]));
            let mut stays = vec![false; lexicon.len()];
            frequent[..most]
                .iter()
                .for_each(|word| stays[*word as usize] = true);
            order.retain(|word| stays[*word as usize]);
        }
        let mut indices = vec![Self::UNKNOWN; lexicon.len()];
        let mut known = HashMap::with_capacity(order.len());
        for (&word, index) in order.iter().zip(Self::UNKNOWN + 1..) {
            indices[word as usize] = index;
            known.insert(lexicon.word(word).to_owned(), index);
        }
        let mut words: Vec<String> = known.keys().cloned().collect();
        words.sort_unstable();
        let vocabulary = Self {
            indices: known,
            words,
        };
        (vocabulary, indices)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::Corpus;

    #[test]
    fn words_are_in_the_order_in_which_they_became_common() {
        let mut lexicon = Lexicon::default();
        let text = "once first second second third first third";
        let words: Vec<u32> = text.split(' ').map(|it| lexicon.number(it)).collect();
        let of = |least, most| Vocabulary::of(&lexicon, words.iter().copied(), (least, most)).0;
        let vocabulary = of(2, 100);
        let indices = ["second", "first", "third", "once"].map(|word| vocabulary.index(word));
        assert_eq!(indices, [1, 2, 3, Vocabulary::UNKNOWN]);
        assert_eq!(vocabulary.len(), 4);
        assert_eq!(vocabulary.in_order(), ["second", "first", "third"]);
        assert_eq!(of(1, 100).in_order(), ["once", "first", "second", "third"]);
        // Of words as frequent the first ones.
        assert_eq!(of(1, 2).in_order(), ["first", "second"]);
    }

    #[test]
    fn the_nearest_words_are_those_that_were_meant() {
        let vocabulary = Corpus::bundled().vocabulary();
        for (word, meant) in [
            ("goood", "good"),
            ("flim", "film"),
            ("films", "film"),
            ("borring", "boring"),
            ("isnt", "isn't"),
            ("delicios", "delicious"),
            ("wonderfull", "wonderful"),
            ("excelent", "excellent"),
        ] {
            assert!(!vocabulary.knows(word), "{word}");
            assert_eq!(vocabulary.nearest(word, 3).first(), Some(&meant), "{word}");
        }
        for word in ["flibbertigibbet", "x", "😀", "qzx", &"film".repeat(1000)] {
            assert!(vocabulary.nearest(word, 3).is_empty(), "{word}");
        }
        assert!(vocabulary.nearest("bor", 2).len() <= 2);
        // Each is what it says: near, and known.
        for near in vocabulary.nearest("hoted", 9) {
            assert!(vocabulary.knows(near) && damerau_levenshtein("hoted", near) <= 1);
        }
    }

    #[test]
    fn words_are_found_by_a_part_of_them() {
        let vocabulary = Corpus::bundled().vocabulary();
        let all = vocabulary.containing("");
        assert_eq!(all.len(), vocabulary.len() - 1, "all but the unknown word");
        assert!(all.is_sorted());
        let found = vocabulary.containing(" BOR");
        assert!(found.contains(&"boring") && found[0].starts_with("bor"));
        assert!(found.iter().all(|word| word.contains("bor")));
        assert!(vocabulary.containing("qzx").is_empty());
    }
}
