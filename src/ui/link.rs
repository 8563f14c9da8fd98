//! What is on the screen as the end of an address: the experiment, or both, how they are looked at, and the step of a lesson.
//!
//! The text is JSON, deflated and in the letters of base64 that an address may have. It holds nothing of a person's: files
//! are named, and not in it.

use std::io::{Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize};

use super::arrangement::Arrangement;
use crate::scene::{Alignment, Direction, Measure, PhaseAxis};
use crate::training::{CheckedExperiment, Experiment, Pair, shown_message};

/// Characters of a link that is read, and bytes of what it says: an experiment with numbers of one's own is a tenth of it.
const LONGEST: usize = 400_000;
const LARGEST: u64 = 1_000_000;

/// What a link says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Link {
    /// The experiment as text, or both.
    #[serde(rename = "e", skip_serializing_if = "is_default")]
    pub text: String,
    /// How the views are arranged, if otherwise than usually.
    #[serde(rename = "a", skip_serializing_if = "is_default")]
    pub arrangement: Option<Arrangement>,
    /// The timestep of the cursor on the axis, if it is not the last.
    #[serde(rename = "c", skip_serializing_if = "is_default")]
    pub cursor: Option<usize>,
    /// Which product the product plot shows.
    #[serde(rename = "d", skip_serializing_if = "is_default")]
    pub direction: Direction,
    /// Which magnitude of it.
    #[serde(rename = "m", skip_serializing_if = "is_default")]
    pub measure: Measure,
    /// What the phase map has upwards.
    #[serde(rename = "p", skip_serializing_if = "is_default")]
    pub phase_axis: PhaseAxis,
    /// Where two sequences of different lengths meet.
    #[serde(rename = "z", skip_serializing_if = "is_default")]
    pub alignment: Alignment,
    /// The lesson of the course that is walked, and its step, from 1.
    #[serde(rename = "l", skip_serializing_if = "is_default")]
    pub lesson: Option<(String, usize)>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Link {
    /// What stands between the address of the page and the letters of a link.
    pub const MARK: &str = "#s=";

    /// One that says `pair`, in as few words as it can be said.
    pub fn of(pair: &Pair) -> Self {
        Self {
            text: pair.to_short_text(),
            ..Self::default()
        }
    }

    /// Its letters.
    pub fn to_letters(&self) -> String {
        // Of plain data nothing can go wrong.
        let json = serde_json::to_vec(self).unwrap_or_default();
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        let deflated = encoder.write_all(&json).and_then(|()| encoder.finish());
        URL_SAFE_NO_PAD.encode(deflated.unwrap_or_default())
    }

    /// What `letters` say.
    ///
    /// # Errors
    /// What is wrong with them, in a sentence that can be shown.
    pub fn from_letters(letters: &str) -> Result<Self, String> {
        const DAMAGED: &str = "this link is damaged: ask for it once more, or copy all of it";
        if letters.len() > LONGEST {
            return Err("this link is longer than any that this program makes".to_owned());
        }
        let deflated = URL_SAFE_NO_PAD
            .decode(letters.trim_end_matches('='))
            .map_err(|_| DAMAGED.to_owned())?;
        let mut json = Vec::new();
        DeflateDecoder::new(&*deflated)
            .take(LARGEST + 1)
            .read_to_end(&mut json)
            .map_err(|_| DAMAGED.to_owned())?;
        if json.len() as u64 > LARGEST {
            return Err("this link says more than any that this program makes".to_owned());
        }
        serde_json::from_slice(&json)
            .map_err(|error| shown_message(&format!("this link is of no form known here: {error}")))
    }

    /// The experiment, and the one beside it.
    ///
    /// # Errors
    /// What is wrong with them, in a sentence that can be shown.
    pub fn experiments(&self) -> Result<(CheckedExperiment, Option<CheckedExperiment>), String> {
        Experiment::both_from_text(&self.text)
            .map_err(|error| shown_message(&format!("the experiment of this link: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scene::View;
    use crate::training::Preset;

    fn whole() -> Link {
        let first = Preset::ALL[3].experiment();
        let beside = Some(Preset::ALL[7].experiment());
        Link {
            arrangement: Some(Arrangement::View(View::TRIANGLE)),
            cursor: Some(3),
            direction: Direction::FromFirst,
            measure: Measure::Gradient,
            phase_axis: PhaseAxis::InputWeight,
            alignment: Alignment::Start,
            lesson: Some(("sigmoid".to_owned(), 2)),
            ..Link::of(&Pair { first, beside })
        }
    }

    /// Every preset, alone and beside every other one, with everything that can be looked at otherwise.
    #[test]
    fn what_a_link_says_is_read_and_is_short() {
        for first in Preset::ALL {
            for beside in Preset::ALL {
                let pair = Pair {
                    first: first.experiment(),
                    beside: Some(beside.experiment()),
                };
                let link = Link {
                    text: Link::of(&pair).text,
                    ..whole()
                };
                let letters = link.to_letters();
                assert!(letters.len() < 2000, "{} letters", letters.len());
                let read = Link::from_letters(&letters).unwrap();
                assert_eq!(read, link);
                let (one, other) = read.experiments().unwrap();
                assert_eq!(*one, pair.first);
                assert_eq!(other.map(Experiment::from), pair.beside);
            }
        }
        let usual = Link::of(&Pair::alone(Experiment::default()));
        assert!(usual.to_letters().len() < 20, "{}", usual.to_letters());
    }

    #[test]
    fn what_is_damaged_or_too_large_is_answered() {
        for (letters, told) in [
            ("%%%", "this link is damaged"),
            ("AAAA", "this link is damaged"),
            (&"A".repeat(LONGEST + 1), "this link is longer"),
        ] {
            let problem = Link::from_letters(letters).unwrap_err();
            assert!(problem.starts_with(told), "{problem}");
        }
        // A thousand times as much as it seems.
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&vec![b' '; 50_000_000]).unwrap();
        let bomb = URL_SAFE_NO_PAD.encode(encoder.finish().unwrap());
        assert!(bomb.len() < LONGEST);
        let problem = Link::from_letters(&bomb).unwrap_err();
        assert!(problem.starts_with("this link says more"), "{problem}");
        let link = Link {
            text: "network.w_h = 1e9".to_owned(),
            ..Link::default()
        };
        let problem = Link::from_letters(&link.to_letters())
            .unwrap()
            .experiments()
            .unwrap_err();
        assert!(problem.contains("network.w_h takes"), "{problem}");
    }

    proptest! {
        #[test]
        fn no_letters_are_too_strange(letters in "[A-Za-z0-9_-]{0,400}", at in 0usize..300) {
            if let Err(problem) = Link::from_letters(&letters) {
                prop_assert!(problem.len() < 1000);
            }
            let mut damaged = whole().to_letters().into_bytes();
            let place = at % damaged.len();
            damaged[place] = if damaged[place] == b'A' { b'B' } else { b'A' };
            let damaged = String::from_utf8(damaged).unwrap();
            if let Ok(link) = Link::from_letters(&damaged) {
                let _ = link.experiments();
            }
        }
    }
}
