//! The one table of the views that there are.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::definition::Definition;
use super::look::{Choice, Heed, Look};
use super::subject::{Answer, Subject};
use super::table::{NoTable, Table};
use super::views;
use crate::training::{Experiment, Finding, Question, Snapshot, Wanted};

/// One view of the experiment: a reference into the table of views.
#[derive(Clone, Copy)]
pub struct View(&'static Definition);

impl View {
    /// The network unrolled in time.
    pub const UNROLLED: Self = Self(&views::unrolled::VIEW);
    /// log₁₀ of the product per timestep.
    pub const PRODUCT: Self = Self(&views::product::VIEW);
    /// f′ and w_h, bar by bar.
    pub const REASON: Self = Self(&views::reason::VIEW);
    /// Every line of the lecture with today's numbers.
    pub const WORKSHEET: Self = Self(&views::worksheet::VIEW);
    /// The lecture's formula with today's numbers.
    pub const FORMULA: Self = Self(&views::formula::VIEW);
    /// The summands of the weight gradients.
    pub const TERMS: Self = Self(&views::terms::VIEW);
    /// f and f′ with the operating points.
    pub const ACTIVATION: Self = Self(&views::activation::VIEW);
    /// The backward pass in narrower formats.
    pub const FLOATS: Self = Self(&views::floats::VIEW);
    /// Loss and gradient norms over training.
    pub const LOSS: Self = Self(&views::loss::VIEW);
    /// Accuracy over training.
    pub const ACCURACY: Self = Self(&views::accuracy::VIEW);
    /// The whole run as a picture.
    pub const HISTORY: Self = Self(&views::history::VIEW);
    /// How far gates are open.
    pub const GATES: Self = Self(&views::gates::VIEW);
    /// Every word's share of the gradient.
    pub const TEXT: Self = Self(&views::text::VIEW);
    /// What is left of the gradient in each layer.
    pub const LAYERS: Self = Self(&views::layers::VIEW);
    /// Every product ∂o_j/∂o_k.
    pub const TRIANGLE: Self = Self(&views::triangle::VIEW);
    /// The loss over w_h.
    pub const LANDSCAPE: Self = Self(&views::landscape::VIEW);
    /// The product over w_h and another number.
    pub const PHASE_MAP: Self = Self(&views::phase_map::VIEW);
    /// Eigenvalues and singular values.
    pub const SPECTRUM: Self = Self(&views::spectrum::VIEW);

    /// Every view, in the order menus show them. A view is added by its file and a line here.
    pub const ALL: [Self; 18] = [
        Self::UNROLLED,
        Self::PRODUCT,
        Self::REASON,
        Self::WORKSHEET,
        Self::FORMULA,
        Self::TERMS,
        Self::ACTIVATION,
        Self::FLOATS,
        Self::LOSS,
        Self::ACCURACY,
        Self::HISTORY,
        Self::TEXT,
        Self::GATES,
        Self::LAYERS,
        Self::TRIANGLE,
        Self::LANDSCAPE,
        Self::PHASE_MAP,
        Self::SPECTRUM,
    ];

    /// The view that is defined so. One that is not among [`Self::ALL`] is in no menu, and drawn like any other.
    pub const fn new(definition: &'static Definition) -> Self {
        Self(definition)
    }

    /// What it is made of.
    pub const fn definition(self) -> &'static Definition {
        self.0
    }

    /// What it is called on the screen.
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// Its name on the command line and in files: `phase-map`.
    pub const fn slug(self) -> &'static str {
        self.0.slug
    }

    /// What it shows, in one line.
    pub const fn meaning(self) -> &'static str {
        self.0.meaning
    }

    /// The view with that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.slug() == slug)
    }

    /// What it wants to know of `snapshot` besides what is in it, if anything.
    pub fn question(self, snapshot: &Snapshot, look: &Look) -> Option<Question> {
        let experiment = &snapshot.moment.experiment;
        if self.refusal(experiment).is_some() {
            return None;
        }
        (self.0.question)(snapshot, look)
    }

    /// `finding` as the answer to that, of the same moment.
    pub fn answer<'a>(
        self,
        snapshot: &'a Snapshot,
        look: &Look,
        finding: Option<&'a Finding>,
    ) -> Option<Answer<'a>> {
        let asked = self.question(snapshot, look).zip(finding);
        asked.map(|(question, finding)| Answer {
            question,
            of: snapshot,
            finding,
        })
    }

    /// Why there is never such a picture of `experiment`, and the remedy, if so.
    pub fn refusal(self, experiment: &Experiment) -> Option<NoTable> {
        (self.0.refusal)(experiment)
    }

    /// What can be chosen in its row, in groups; nothing where there is never a picture.
    pub fn choices(self, subject: &Subject<'_>) -> Vec<Vec<Choice>> {
        match self.refusal(&subject.snapshot.moment.experiment) {
            Some(_) => Vec::new(),
            None => (self.0.choices)(subject),
        }
    }

    /// Whether another choice of that kind makes another picture.
    pub fn heeds(self, heed: Heed) -> bool {
        self.0.heeds.contains(&heed)
    }

    /// What of a snapshot it draws that is left out while nobody looks.
    pub fn wants(self, look: &Look) -> Wanted {
        (self.0.wants)(look)
    }

    /// The numbers that it draws of `subject`.
    ///
    /// # Errors
    /// [`NoTable`] if the answer is missing, or is one to another question.
    pub fn table(self, subject: &Subject<'_>) -> Result<Table, NoTable> {
        match self.refusal(&subject.snapshot.moment.experiment) {
            Some(reason) => Err(reason),
            None => (self.0.table)(subject),
        }
    }
}

impl PartialEq for View {
    fn eq(&self, other: &Self) -> bool {
        self.slug() == other.slug()
    }
}

impl Eq for View {}

impl Hash for View {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.slug().hash(state);
    }
}

impl fmt::Debug for View {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.slug())
    }
}

impl Serialize for View {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.slug())
    }
}

impl<'de> Deserialize<'de> for View {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let slug = String::deserialize(deserializer)?;
        Self::from_slug(&slug)
            .ok_or_else(|| de::Error::custom(format!("there is no view called {slug:?}")))
    }
}
