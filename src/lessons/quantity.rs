//! What a condition can be about: what the screen shows of a moment, what is looked at, and every key of an
//! experiment.

use std::fmt;

use super::choices::{DIRECTIONS, FLAGS, MEASURES, PHASE_AXES, chosen, name_of, view};
use crate::scene::{Direction, Look, View};
use crate::training::{
    Experiment, SETTINGS, Setting, Snapshot, Value, Weight, nearest, shown_text,
};

/// What a condition is held against.
pub struct Observed<'a> {
    /// The moment that is shown.
    pub snapshot: &'a Snapshot,
    /// What of it is looked at.
    pub look: &'a Look,
    /// The views that are in sight.
    pub in_sight: &'a [View],
}

impl Observed<'_> {
    fn cursor(&self) -> usize {
        self.look.timestep(self.snapshot.len())
    }

    /// As last measured: while training goes on, some steps before this moment, but of no network that was changed by hand
    /// since.
    fn accuracy(&self) -> Option<f64> {
        let (run, step) = (&self.snapshot.run, self.snapshot.moment.step);
        let newest = run.evaluations.iter().rev().find(|it| it.step <= step)?;
        let is_of_another = run.evaluation_is_old && newest.step == step;
        (!is_of_another).then_some(newest.accuracy())
    }

    fn product(&self) -> Option<f64> {
        let step = self.snapshot.probe.flow.steps.get(self.cursor() - 1)?;
        let product = match self.look.direction {
            Direction::ToEnd => step.to_end,
            Direction::FromFirst => step.from_first,
        };
        Some(product.value().abs())
    }
}

/// What was found, or is wanted.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// A number.
    Number(f64),
    /// A word, or several that hold at once.
    Words(Vec<String>),
}

impl Found {
    fn word(word: impl Into<String>) -> Self {
        Self::Words(vec![word.into()])
    }
}

/// Something that can be observed.
#[derive(Clone, Copy)]
pub enum Quantity {
    /// Something that the screen shows.
    Shown(&'static Shown),
    /// A key of the experiment. Weights are those of the moment, which training moves.
    Key(&'static Setting),
}

/// Something that the screen shows, and that has no key in an experiment.
pub struct Shown {
    name: &'static str,
    /// What it is, in one line.
    meaning: &'static str,
    read: Read,
}

/// How it is read, and with that what it is compared with.
enum Read {
    Number(fn(&Observed<'_>) -> Option<f64>),
    /// What the word that is wanted is taken for, and the word there is.
    Word(fn(&str) -> Result<(), String>, fn(&Observed<'_>) -> String),
    /// The views in sight.
    Views,
}

static SHOWN: [Shown; 14] = [
    Shown {
        name: "step",
        meaning: "training steps made",
        read: Read::Number(|it| Some(it.snapshot.moment.step as f64)),
    },
    Shown {
        name: "loss",
        meaning: "L of the probe",
        read: Read::Number(|it| Some(it.snapshot.probe.loss)),
    },
    Shown {
        name: "prediction",
        meaning: "ŷ of the probe",
        read: Read::Number(|it| Some(it.snapshot.probe.prediction)),
    },
    Shown {
        name: "accuracy",
        meaning: "on held-out sequences, 0 to 1, once it is measured",
        read: Read::Number(|it| it.accuracy()),
    },
    Shown {
        name: "cursor",
        meaning: "the timestep of the cursor, from 1",
        read: Read::Number(|it| Some(it.cursor() as f64)),
    },
    Shown {
        name: "product",
        meaning: "the size of the product at the cursor, in the direction that is chosen",
        read: Read::Number(|it| it.product()),
    },
    Shown {
        name: "reached",
        meaning: "how much of the gradient reaches the first input",
        read: Read::Number(|it| Some(it.snapshot.probe.verdict.reached.value().abs())),
    },
    Shown {
        name: "gradient",
        meaning: "the size of ∂L/∂W_h of the probe",
        read: Read::Number(|it| Some(it.snapshot.probe.flow.w_h.magnitude.value().abs())),
    },
    Shown {
        name: "sigma_1",
        meaning: "the largest singular value of W_h",
        read: Read::Number(|it| Some(it.snapshot.moment.spectrum.sigma_1)),
    },
    Shown {
        name: "diverged",
        meaning: "whether training has run into ∞ or NaN",
        read: Read::Word(
            |word| chosen("diverged", FLAGS, word).map(drop),
            |it| name_of(FLAGS, it.snapshot.run.divergence.is_some()).to_owned(),
        ),
    },
    Shown {
        name: "view",
        meaning: "a view that is in sight",
        read: Read::Views,
    },
    Shown {
        name: "direction",
        meaning: "which product is shown",
        read: Read::Word(
            |word| chosen("direction", DIRECTIONS, word).map(drop),
            |it| name_of(DIRECTIONS, it.look.direction).to_owned(),
        ),
    },
    Shown {
        name: "measure",
        meaning: "which magnitude of it",
        read: Read::Word(
            |word| chosen("measure", MEASURES, word).map(drop),
            |it| name_of(MEASURES, it.look.measure).to_owned(),
        ),
    },
    Shown {
        name: "phase_axis",
        meaning: "what the phase map has upwards",
        read: Read::Word(
            |word| chosen("phase_axis", PHASE_AXES, word).map(drop),
            |it| name_of(PHASE_AXES, it.look.phase_axis).to_owned(),
        ),
    },
];

impl Quantity {
    /// What is called `name`: a key of an experiment may stand without its section.
    ///
    /// # Errors
    /// The nearest name, or all there are.
    pub fn find(name: &str) -> Result<Self, String> {
        let shown = SHOWN.iter().find(|shown| shown.name == name);
        let setting = || {
            SETTINGS
                .iter()
                .find(|setting| setting.key == name || setting.parts().1 == name)
        };
        if let Some(shown) = shown {
            return Ok(Self::Shown(shown));
        }
        setting().map(Self::Key).ok_or_else(|| {
            let names = SHOWN.iter().map(|shown| shown.name);
            let names = names.chain(SETTINGS.iter().map(|setting| setting.parts().1));
            let told = format!("there is no {} to be observed", shown_text(name));
            match nearest(name, names.clone()) {
                Some(nearest) => format!("{told}; did you mean {nearest}?"),
                None => format!("{told}; there are {}", names.collect::<Vec<_>>().join(", ")),
            }
        })
    }

    /// What `text` says that it should be.
    ///
    /// # Errors
    /// What it takes instead.
    pub fn value(self, text: &str) -> Result<Found, String> {
        match self {
            Self::Shown(shown) => match &shown.read {
                Read::Number(_) => match text.parse::<f64>() {
                    Ok(number) if number.is_finite() => Ok(Found::Number(number)),
                    _ => Err(format!(
                        "{} takes a number, not “{}”",
                        shown.name,
                        shown_text(text)
                    )),
                },
                Read::Word(check, _) => check(text).map(|()| Found::word(text)),
                Read::Views => view(text).map(|view| Found::word(view.slug())),
            },
            Self::Key(setting) => {
                let mut experiment = Experiment::default();
                setting.put_text(&mut experiment, text)?;
                Ok(found(setting.get(&experiment)))
            }
        }
    }

    /// What there is of it; `None` while that is not known.
    pub fn observe(self, observed: &Observed<'_>) -> Option<Found> {
        match self {
            Self::Shown(shown) => match &shown.read {
                Read::Number(read) => read(observed).map(Found::Number),
                Read::Word(_, read) => Some(Found::word(read(observed))),
                Read::Views => {
                    let slugs = observed.in_sight.iter().map(|view| view.slug().to_owned());
                    Some(Found::Words(slugs.collect()))
                }
            },
            Self::Key(setting) => {
                let moment = &observed.snapshot.moment;
                let weight = Weight::ALL.into_iter().find(|it| it.key() == setting.key);
                Some(match weight {
                    Some(weight) => Found::Number(moment.weights.get(weight)),
                    None => found(setting.get(&moment.experiment)),
                })
            }
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Shown(shown) => shown.name,
            Self::Key(setting) => setting.key,
        }
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl fmt::Debug for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn found(value: Value) -> Found {
    match value {
        Value::Whole(number) => Found::Number(number as f64),
        Value::Number(number) => Found::Number(number),
        other => Found::word(other.to_string()),
    }
}

/// Everything that the screen shows and a condition can be about, and what it is.
pub fn shown_quantities() -> impl Iterator<Item = (&'static str, &'static str)> {
    SHOWN.iter().map(|shown| (shown.name, shown.meaning))
}
