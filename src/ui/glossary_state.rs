//! What the glossary shows, and what is done with it.

use crate::glossary::Concept;

/// What is done with the glossary.
#[derive(Clone, Debug, PartialEq)]
pub enum GlossaryAction {
    /// Show or hide it.
    Toggle,
    /// Show what this means.
    Open(Concept),
    /// Search for this.
    Search(String),
}

/// What the glossary shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Glossary {
    is_open: bool,
    /// What is searched for.
    pub search: String,
    chosen: Option<Concept>,
    /// How often something was chosen from outside the list: each time the list scrolls there.
    pub jumps: usize,
}

impl Glossary {
    /// Whether it is on the screen.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Carries out `action`.
    pub fn apply(&mut self, action: GlossaryAction) {
        match action {
            GlossaryAction::Toggle => self.is_open = !self.is_open,
            GlossaryAction::Open(concept) => {
                self.is_open = true;
                self.chosen = Some(concept);
                self.jumps += 1;
                if !Concept::found(&self.search).contains(&concept) {
                    self.search.clear();
                }
            }
            GlossaryAction::Search(text) => {
                self.search = text;
                // The best of what is found.
                self.chosen = None;
            }
        }
    }

    /// What is explained: what was chosen, or the best of what was `found`.
    pub fn shown(&self, found: &[Concept]) -> Option<Concept> {
        let chosen = self.chosen.filter(|chosen| found.contains(chosen));
        chosen.or_else(|| found.first().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_shows_the_best_that_is_found_and_a_click_what_was_clicked() {
        let mut glossary = Glossary::default();
        let shown = |glossary: &Glossary| glossary.shown(&Concept::found(&glossary.search));
        glossary.apply(GlossaryAction::Open(Concept::Bound));
        assert!(glossary.is_open());
        assert_eq!(shown(&glossary), Some(Concept::Bound));
        glossary.apply(GlossaryAction::Search("gain".to_owned()));
        assert_eq!(shown(&glossary), Some(Concept::Gain));
        // What the search does not find ends it.
        glossary.apply(GlossaryAction::Open(Concept::Seed));
        assert_eq!(
            (shown(&glossary), glossary.search.as_str()),
            (Some(Concept::Seed), "")
        );
        glossary.apply(GlossaryAction::Search("elephant".to_owned()));
        assert_eq!(shown(&glossary), None);
        glossary.apply(GlossaryAction::Toggle);
        assert!(!glossary.is_open());
    }
}
