//! Words by their numbers, each kept once.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

/// Different words at most: more is no language, and each takes some twenty bytes beside its letters.
const MOST: usize = 4_000_000;

/// The number of every word there is no room for.
const NONE: u32 = u32::MAX;

/// Different words, numbered from 0 in the order in which they came.
#[derive(Default)]
pub struct Lexicon {
    letters: String,
    /// Where each word ends in `letters`.
    ends: Vec<usize>,
    numbers: HashTable<u32>,
    hasher: RandomState,
}

impl std::fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lexicon").field("len", &self.len()).finish()
    }
}

fn word_in<'a>(letters: &'a str, ends: &[usize], number: u32) -> &'a str {
    let number = number as usize;
    let start = number.checked_sub(1).map_or(0, |before| ends[before]);
    &letters[start..ends[number]]
}

impl Lexicon {
    /// How many words there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The word of a number that [`Self::number`] has given; empty for one there was no room for.
    pub fn word(&self, number: u32) -> &str {
        match number {
            NONE => "",
            number => word_in(&self.letters, &self.ends, number),
        }
    }

    /// The number of `word`, if it has come.
    pub fn find(&self, word: &str) -> Option<u32> {
        let (letters, ends) = (&self.letters, &self.ends);
        let hash = self.hasher.hash_one(word);
        let found = self
            .numbers
            .find(hash, |&number| word_in(letters, ends, number) == word);
        found.copied()
    }

    /// The number of `word`, which is new or not.
    pub fn number(&mut self, word: &str) -> u32 {
        if let Some(number) = self.find(word) {
            return number;
        }
        if self.ends.len() >= MOST {
            return NONE;
        }
        let hash = self.hasher.hash_one(word);
        let number = self.ends.len() as u32;
        self.letters.push_str(word);
        self.ends.push(self.letters.len());
        let (letters, ends, hasher) = (&self.letters, &self.ends, &self.hasher);
        self.numbers.insert_unique(hash, number, |&number| {
            hasher.hash_one(word_in(letters, ends, number))
        });
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_one_number_and_every_number_its_word() {
        let mut lexicon = Lexicon::default();
        let words: Vec<String> = (0..5000)
            .map(|index| format!("w{}", index % 1700))
            .collect();
        let numbers: Vec<u32> = words.iter().map(|word| lexicon.number(word)).collect();
        assert_eq!(lexicon.len(), 1700);
        for (word, number) in words.iter().zip(numbers) {
            assert_eq!(lexicon.word(number), word);
        }
        assert_eq!(lexicon.word(NONE), "");
    }
}
