//! What the words on the screen mean: one glossary for the window, and for whoever writes about it.
//!
//! Every [`Concept`] has a plain name, a symbol if it has one, a few sentences, the formula and where it comes from
//! if there is one, and the concepts next to it.
//!
//! ```
//! use bptt_scope::glossary::Concept;
//!
//! assert_eq!(Concept::LearningRate.called(), "learning rate η");
//! assert_eq!(Concept::found("gain")[0], Concept::Gain);
//! ```
//!
//! **Architecture invariant.** These are words: the glossary takes from no other module, and computes nothing.

mod concept;
mod gradient;
mod network;
mod training;

pub use concept::{Concept, Explanation};

/// Every entry, in the order in which one would explain them.
pub fn all() -> impl Iterator<Item = &'static Explanation> + Clone {
    let parts = [network::ENTRIES, gradient::ENTRIES, training::ENTRIES];
    parts.into_iter().flatten()
}

impl Concept {
    /// What the glossary has of it.
    ///
    /// # Panics
    /// Never: each has an entry, which a test holds.
    pub fn explained(self) -> &'static Explanation {
        let mut entries = all();
        let found = entries.find(|entry| entry.concept == self);
        found.expect("every concept has an entry")
    }

    /// Its name with its symbol beside it: `learning rate η`.
    pub fn called(self) -> String {
        let entry = self.explained();
        let called = format!("{} {}", entry.name, entry.symbol);
        called.trim_end().to_owned()
    }

    /// What the setting `key` of an experiment is about.
    pub fn of_setting(key: &str) -> Option<Self> {
        Some(match key {
            "seed" => Self::Seed,
            "task.kind" => Self::Task,
            "task.length" => Self::Length,
            "task.padding" => Self::Padding,
            "network.cell" => Self::Cell,
            "network.layers" => Self::Layer,
            "network.forget_bias" => Self::ForgetBias,
            "network.embedding" => Self::Embedding,
            "training.truncate" => Self::Truncation,
            "network.hidden" => Self::HiddenUnits,
            "network.activation" => Self::Activation,
            "network.w_h" => Self::RecurrentWeight,
            "network.w_i" => Self::InputWeight,
            "network.w_o" => Self::OutputWeight,
            "network.o_0" => Self::InitialState,
            "network.bias" | "network.b" => Self::Bias,
            "network.recurrent" | "network.initialise" => Self::Initialisation,
            "training.optimizer" => Self::Optimiser,
            "training.learning_rate" => Self::LearningRate,
            "training.batch" => Self::Batch,
            "training.clip_norm" => Self::Clipping,
            "training.hold_w_h" => Self::HeldWeight,
            "probe.text" | "probe.index" => Self::Probe,
            "probe.positive" | "probe.class" | "probe.targets" | "data.label" | "data.targets" => {
                Self::Target
            }
            "probe.inputs" | "data.inputs" | "data.text" | "data.sequence" | "data.vocabulary" => {
                Self::Input
            }
            "data.words" => Self::Input,
            "data.direction" => Self::Gradient,
            "data.path" | "data.hash" | "data.delimiter" | "data.header" | "data.quotes" => {
                Self::Task
            }
            "data.held_out" => Self::HeldOut,
            "probe.state" => Self::InitialState,
            "probe.state_gradients" | "probe.last_state_gradients" | "probe.record" => {
                Self::Gradient
            }
            "data.loss" => Self::Loss,
            "network.weights" | "network.module" | "network.tensors" => Self::Parameter,
            _ => return None,
        })
    }

    /// What `search` may mean, best first: names and symbols that begin with it, names that contain it, and entries
    /// that speak of it. Everything, if nothing is searched for.
    pub fn found(search: &str) -> Vec<Self> {
        let search = plain(search.trim());
        let rank = |entry: &Explanation| {
            let [name, symbol] = [entry.name, entry.symbol].map(plain);
            let text = plain(entry.text) + &plain(entry.formula);
            if search.is_empty() {
                Some(0)
            } else if name.starts_with(&search) || symbol == search {
                Some(1)
            } else if name.contains(&search) || symbol.contains(&search) {
                Some(2)
            } else {
                text.contains(&search).then_some(3)
            }
        };
        let mut found: Vec<_> = all()
            .filter_map(|entry| Some((rank(entry)?, entry.concept)))
            .collect();
        // The order of the glossary among those of one rank.
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, concept)| concept).collect()
    }
}

/// Letters as they are typed: small, and those below the line on it.
fn plain(text: &str) -> String {
    let letter = |sign: char| match sign {
        'ₕ' => 'h',
        'ᵢ' => 'i',
        'ₒ' => 'o',
        'ₜ' => 't',
        'ₙ' => 'n',
        '₀' => '0',
        '₁' => '1',
        'ŷ' => 'y',
        '′' => '\'',
        sign => sign,
    };
    text.to_lowercase()
        .chars()
        .filter(|sign| *sign != '_')
        .map(letter)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_concept_has_one_entry_and_so_has_all_that_is_related() {
        let concepts: BTreeSet<Concept> = all().map(|entry| entry.concept).collect();
        assert_eq!(concepts.len(), all().count(), "twice");
        // The last of the enumeration is as many-th as there are entries.
        assert_eq!(Concept::HeldWeight as usize + 1, concepts.len());
        for entry in all() {
            assert_eq!(entry.concept.explained().name, entry.name);
            assert!(!entry.related.is_empty(), "{}", entry.name);
            let related: BTreeSet<&Concept> = entry.related.iter().collect();
            assert_eq!(related.len(), entry.related.len(), "{}", entry.name);
            assert!(!related.contains(&entry.concept), "{}", entry.name);
        }
    }

    /// Every concept is reached from the first by what is related.
    #[test]
    fn nobody_gets_lost() {
        let mut reached = BTreeSet::from([Concept::Timestep]);
        loop {
            let before = reached.len();
            let next = reached.iter().flat_map(|it| it.explained().related);
            let next: Vec<Concept> = next.copied().collect();
            reached.extend(next);
            if reached.len() == before {
                break;
            }
        }
        let missing = all().filter(|entry| !reached.contains(&entry.concept));
        let missing: Vec<&str> = missing.map(|entry| entry.name).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn entries_are_short_and_plain() {
        let mut names = BTreeSet::new();
        for entry in all() {
            assert!(
                names.insert(entry.name),
                "{} stands there twice",
                entry.name
            );
            assert!(entry.text.ends_with('.'), "{}", entry.name);
            let sentences = entry.text.matches(". ").count() + 1;
            assert!(sentences <= 4, "{}: {sentences} sentences", entry.name);
            assert!(entry.text.chars().count() < 420, "{}", entry.name);
            for text in [entry.text, entry.formula, entry.name] {
                assert!(!text.contains('_'), "{} has an internal name", entry.name);
            }
        }
    }

    #[test]
    fn what_is_searched_for_is_found() {
        for (search, first) in [
            ("gain", Concept::Gain),
            ("Half", Concept::HalfLife),
            ("w_h", Concept::RecurrentWeight),
            ("wh", Concept::RecurrentWeight),
            ("η", Concept::LearningRate),
            ("σ1", Concept::SingularValue),
            ("clipping", Concept::Clipping),
            ("bfloat16", Concept::FloatFormat),
            ("vanish", Concept::Vanishing),
        ] {
            assert_eq!(Concept::found(search).first(), Some(&first), "{search}");
        }
        assert_eq!(Concept::found(" ").len(), all().count());
        assert!(Concept::found("elephant").is_empty());
    }
}
