//! A person's own sequences, out of a file, as a task; and what of an experiment follows from them.

use std::sync::Arc;

use super::data_settings::DataSettings;
use super::experiment::{CheckedExperiment, Experiment};
use super::foreign::shown_text;
use super::limits::OutOfRange;
use crate::flow::thousands;
use crate::rnn::Loss;
use crate::tasks::{Content, Corpus, Dataset, OwnSequences, Part, Sequences, Task, TaskKind, Text};

/// Classes that are named one by one.
const NAMED: usize = 6;

impl Experiment {
    /// Whether the sequences are those of a file of a person's own.
    pub fn has_data_file(&self) -> bool {
        self.task.kind == TaskKind::Data && self.data.has_file()
    }

    /// The sentences that are read, if it is sentences.
    pub fn corpus(&self) -> Option<Arc<Corpus>> {
        match self.task.kind {
            TaskKind::Sentiment => Some(Arc::clone(Corpus::bundled())),
            TaskKind::Data => {
                let data = &self.data;
                let dataset = data.dataset()?;
                dataset.corpus(data.held_out, self.seed, data.vocabulary)
            }
            _ => None,
        }
    }

    /// Whether words are read.
    pub fn reads_words(&self) -> bool {
        match self.task.kind {
            TaskKind::Sentiment => true,
            TaskKind::Data => {
                let dataset = self.data.dataset();
                dataset.is_some_and(|it| matches!(it.content(), Content::Texts(_)))
            }
            _ => false,
        }
    }

    /// The class that the sentence of `[probe]` is said to have, counted from 0.
    pub fn probe_class(&self) -> usize {
        match self.corpus() {
            Some(corpus) if corpus.labels().len() > 2 => self.probe.class,
            _ => usize::from(self.probe.positive),
        }
    }

    /// Says of the sentence of `[probe]` that its class is `class`.
    pub fn set_probe_class(&mut self, class: usize) {
        let classes = self.corpus().map_or(2, |corpus| corpus.labels().len());
        if classes > 2 {
            self.probe.class = class;
        } else {
            self.probe.class = 0;
            self.probe.positive = class == 1;
        }
    }

    /// The sequences of the file as a task, if there is one that has been read.
    pub(super) fn data_task(&self) -> Option<Box<dyn Task>> {
        let data = &self.data;
        let dataset = data.dataset().filter(|_| self.has_data_file())?;
        let (length, padding) = (self.task.length, self.task.padding);
        Some(match dataset.content() {
            Content::Texts(_) => {
                let corpus = self.corpus()?;
                let loss = data.loss_of_classes(corpus.labels().len());
                Box::new(Text::new(corpus, loss, length, padding))
            }
            Content::Sequences(sequences) => Box::new(OwnSequences::new(
                Arc::clone(sequences),
                dataset.split(data.held_out, self.seed),
                (length, padding),
                data.loss_of(sequences, dataset),
            )),
        })
    }

    /// Checks whether the sequences of the file go with what else is said of them.
    pub(super) fn check_data(&self) -> Result<(), OutOfRange> {
        let data = &self.data;
        let Some(dataset) = data.dataset().filter(|_| self.has_data_file()) else {
            return Ok(());
        };
        let chosen = data.loss.chosen();
        match dataset.content() {
            Content::Texts(texts) => {
                let labels = texts.labels();
                match chosen {
                    Some(Loss::BinaryCrossEntropy) if labels.len() > 2 => {
                        Err(OutOfRange::together(
                            "data.loss",
                            format!(
                                "data.loss is binary-cross-entropy, for two labels, and there are {} in the file: {}. Choose cross-entropy, or mend the file",
                                labels.len(),
                                labels_with_lines(dataset)
                            ),
                        ))
                    }
                    Some(Loss::SquaredError) => Err(OutOfRange::together(
                        "data.loss",
                        "data.loss is squared-error, for targets that are numbers, and texts have labels: choose cross-entropy",
                    )),
                    _ if self.probe.class >= labels.len() => Err(OutOfRange::together(
                        "probe.class",
                        format!(
                            "probe.class is {}, and there are the classes 0 to {}: {}",
                            self.probe.class,
                            labels.len() - 1,
                            classes_in_words(dataset)
                        ),
                    )),
                    _ => Ok(()),
                }
            }
            Content::Sequences(sequences) => check_targets(sequences, chosen),
        }
    }
}

fn check_targets(sequences: &Sequences, chosen: Option<Loss>) -> Result<(), OutOfRange> {
    const KEY: &str = "data.loss";
    let wrong = |is_wrong: &dyn Fn(f64) -> bool| {
        let mut targets = sequences.targets.iter().copied();
        targets.find(|y| !y.is_nan() && is_wrong(*y))
    };
    let is_no_class = |y: f64| !((0.0..1000.0).contains(&y) && y.fract() == 0.0);
    let (found, takes) = match chosen {
        Some(Loss::BinaryCrossEntropy) => (
            wrong(&|y| !(0.0..=1.0).contains(&y)),
            "binary-cross-entropy takes targets from 0 to 1",
        ),
        Some(Loss::CrossEntropy) => (
            wrong(&is_no_class),
            "cross-entropy takes the numbers of classes, 0 to 999",
        ),
        _ => return Ok(()),
    };
    let is_wide = chosen != Some(Loss::SquaredError) && sequences.target_width > 1;
    match found {
        _ if is_wide => Err(OutOfRange::together(
            KEY,
            format!(
                "{KEY}: a class is one number, and a target has {} here: choose squared-error",
                sequences.target_width
            ),
        )),
        Some(y) => Err(OutOfRange::together(
            KEY,
            format!("{KEY}: {takes}, and one is {y}"),
        )),
        None => Ok(()),
    }
}

impl DataSettings {
    /// The loss of texts with so many labels.
    fn loss_of_classes(&self, labels: usize) -> Loss {
        match (self.loss.chosen(), labels) {
            (Some(Loss::CrossEntropy), _) | (None, 3..) => Loss::CrossEntropy,
            _ => Loss::BinaryCrossEntropy,
        }
    }

    /// The loss of `sequences`, and how many numbers are read out for it.
    fn loss_of(&self, sequences: &Sequences, dataset: &Dataset) -> (Loss, usize) {
        let classes = dataset.classes();
        let largest = || {
            let targets = sequences.targets.iter().filter(|y| !y.is_nan());
            targets.copied().fold(1.0, f64::max) as usize + 1
        };
        match (self.loss.chosen(), classes) {
            (None, Some(2)) | (Some(Loss::BinaryCrossEntropy), _) => (Loss::BinaryCrossEntropy, 1),
            (None, Some(classes)) => (Loss::CrossEntropy, classes),
            (Some(Loss::CrossEntropy), _) => (Loss::CrossEntropy, classes.unwrap_or_else(largest)),
            _ => (Loss::SquaredError, sequences.target_width),
        }
    }
}

/// `neg: 5,331, pos: 5,331`
fn classes_in_words(dataset: &Dataset) -> String {
    let classes = &dataset.summary().classes;
    let named = classes.iter().take(NAMED);
    let named: Vec<String> = named
        .map(|(name, count)| format!("{}: {}", shown_text(name), thousands(*count as u64)))
        .collect();
    let more = if classes.len() > NAMED { ", …" } else { "" };
    named.join(", ") + more
}

/// `neg (line 2), pos (line 3), pso (line 77)`
fn labels_with_lines(dataset: &Dataset) -> String {
    let summary = dataset.summary();
    let named = summary.classes.iter().zip(&summary.first_lines).take(NAMED);
    let named: Vec<String> = named
        .map(|((name, _), line)| format!("{} (line {line})", shown_text(name)))
        .collect();
    let more = if summary.classes.len() > NAMED {
        ", …"
    } else {
        ""
    };
    named.join(", ") + more
}

/// What is in a file of sequences, in one line: `10,662 texts, 2 classes (0: 5,331, 1: 5,331), 1 to 59 words, 18,282
/// different ones`.
pub fn dataset_in_words(dataset: &Dataset) -> String {
    let count = thousands(dataset.len() as u64);
    let summary = dataset.summary();
    let [shortest, _, longest] = summary.lengths.map(|it| thousands(it as u64));
    let (what, unit) = match dataset.content() {
        Content::Texts(_) => (format!("{count} texts"), "words"),
        Content::Sequences(it) => {
            let sequences = if it.len() == 1 {
                "sequence"
            } else {
                "sequences"
            };
            let numbers = if it.width == 1 { "number" } else { "numbers" };
            (
                format!("{count} {sequences} of {} {numbers} a step", it.width),
                "steps",
            )
        }
    };
    let classes = match summary.classes.len() {
        0 => String::new(),
        count => format!(", {count} classes ({})", classes_in_words(dataset)),
    };
    let lengths = match shortest == longest {
        true => format!("{longest} {unit}"),
        false => format!("{shortest} to {longest} {unit}"),
    };
    let words = match summary.words {
        0 => String::new(),
        words => format!(", {} different ones", thousands(words as u64)),
    };
    format!("{what}{classes}, {lengths}{words}")
}

/// What was read of a file of sequences.
pub struct BroughtData {
    /// What is in it.
    pub dataset: Dataset,
    /// SHA-256 of it, in hexadecimal digits.
    pub hash: String,
    /// What it is called from now on.
    pub path: String,
    /// What the file of its targets is called from now on; empty without one.
    pub targets: String,
}

impl Experiment {
    /// What to say where the file of sequences is not what it was when its hash was noted.
    pub(super) fn notice_of_change(&self, found: &str) -> Option<String> {
        let hash = &self.data.hash;
        (!hash.is_empty() && hash != found).then(|| {
            format!(
                "{} has changed since this experiment was saved: what comes of it may be something else",
                shown_text(&self.data.path)
            )
        })
    }

    /// Takes in what was read, and sets what follows from it.
    pub(super) fn take_data(&mut self, brought: BroughtData) {
        let data = &mut self.data;
        data.path = brought.path;
        data.targets = brought.targets;
        data.hash = brought.hash;
        let dataset = Arc::new(brought.dataset);
        // Of another column a sentence may have another label.
        let was_read = data.was_read();
        data.set_dataset(Arc::clone(&dataset));
        if std::mem::take(&mut data.follows).length {
            self.task.length = dataset.usual_length();
        }
        if self.probe.text.is_empty() {
            self.show_sentence(self.probe.index);
        } else if was_read {
            self.ask_label_of(&dataset);
        }
    }

    /// Gives the sentence of `[probe]` the label that it has in `dataset`; a class that there is, if it is not in it.
    fn ask_label_of(&mut self, dataset: &Dataset) {
        let Content::Texts(texts) = dataset.content() else {
            return;
        };
        let found = (0..texts.len()).find(|index| texts.get(*index).text == self.probe.text);
        if let Some(index) = found {
            self.set_probe_class(texts.get(index).label);
        } else if self.probe.class >= texts.labels().len() {
            self.probe.class = 0;
        }
    }

    /// Makes number `index` of the sentences that are held out the probe; of those that are trained on where none is.
    pub fn show_sentence(&mut self, index: usize) {
        let Some(corpus) = self.corpus() else {
            return;
        };
        let part = shown_part(&corpus);
        let index = index % corpus.count(part);
        let sentence = corpus.sentence(part, index);
        sentence.text.clone_into(&mut self.probe.text);
        self.probe.index = index;
        self.set_probe_class(sentence.label);
    }

    /// How many sentences [`Self::show_sentence`] has to show, and which of them the probe is, if it is one.
    pub fn shown_sentence(&self) -> Option<(usize, Option<usize>)> {
        let corpus = self.corpus()?;
        let part = shown_part(&corpus);
        let count = corpus.count(part);
        let is_shown =
            |index: usize| index < count && corpus.sentence(part, index).text == self.probe.text;
        // Of several that are the same it is the one that was shown.
        let index = Some(self.probe.index).filter(|index| is_shown(*index));
        let index = index.or_else(|| (0..count).find(|index| is_shown(*index)));
        Some((count, index))
    }

    /// Sets what follows from the file of sequences that is named, of what `is_written` does not know.
    pub fn follow_data(&mut self, is_written: impl Fn(&str) -> bool) {
        if !self.data.has_file() {
            return;
        }
        if !is_written("task.kind") {
            self.task.kind = TaskKind::Data;
        }
        self.data.follows.length = !is_written("task.length");
        if !is_written("probe.text") {
            self.probe.text.clear();
        }
    }
}

/// The part that sentences are shown of.
fn shown_part(corpus: &Corpus) -> Part {
    match corpus.count(Part::HeldOut) {
        0 => Part::Training,
        _ => Part::HeldOut,
    }
}

/// Units and width of an embedding of the network that a file of texts is shown with at first: enough to learn, small
/// enough to look at.
const FIRST_NETWORK: usize = 16;

impl Experiment {
    /// The sequences of the file at `path`, with a network that can learn them.
    pub fn of_data(path: &str) -> Self {
        let mut experiment = Self::default();
        path.clone_into(&mut experiment.data.path);
        experiment.follow_data(|_| false);
        experiment.network.hidden = FIRST_NETWORK;
        experiment.network.bias = true;
        experiment.training.optimizer = super::optimizer::OptimizerKind::Adam;
        experiment.training.learning_rate = 0.003;
        experiment.training.batch = 32;
        experiment.training.clip_norm = Some(1.0);
        experiment
    }
}

impl CheckedExperiment {
    /// What was read of a file of sequences, in one line, if there is one.
    pub fn data_in_words(&self) -> Option<String> {
        let dataset = self.data.dataset().filter(|_| self.has_data_file())?;
        Some(dataset_in_words(dataset))
    }
}
