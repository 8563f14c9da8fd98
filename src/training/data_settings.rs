//! Where a person's own sequences come from.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::rnn::Loss;
use crate::tasks::{Dataset, Delimiter, TableOptions, Wanted, Whether, WordList};

/// Characters of a path at most.
pub const MOST_OF_PATH: usize = 4_000;

/// Characters of the name of a column at most.
pub const MOST_OF_COLUMN: usize = 200;

/// A person's own sequences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DataSettings {
    /// The file that they are in; without it, the one sequence of `[probe]` is all there is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// SHA-256 of that file, by which it is noticed that it has changed. Default none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub hash: String,
    /// What stands between the columns of a table. Default a guess.
    #[serde(skip_serializing_if = "is_default")]
    pub delimiter: Delimiter,
    /// Whether its first line has the names of the columns. Default a guess.
    #[serde(skip_serializing_if = "is_default")]
    pub header: Whether,
    /// Whether its fields may be in quotes. Default a guess.
    #[serde(skip_serializing_if = "is_default")]
    pub quotes: Whether,
    /// The column of the texts, by its name or its number from 1. Default a guess.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// That of the labels, or those of the targets, with commas between them. Default a guess.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// That which says to which sequence a row of numbers belongs. Default a guess.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sequence: String,
    /// The file that has the targets of arrays, if not the same. Default none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub targets: String,
    /// The share that is never trained on, 0 to 0.9. Default 0.1.
    #[serde(skip_serializing_if = "is_usual_share")]
    pub held_out: f64,
    /// How many words are known at most, the most frequent ones, 1 to 100,000. Default 10,000.
    #[serde(skip_serializing_if = "is_usual_vocabulary")]
    pub vocabulary: usize,
    /// What an answer is compared with its target by. Default whatever fits the targets.
    pub loss: LossChoice,
    /// What is read where there is no file. Default the numbers of `probe.inputs`.
    pub inputs: InputSource,
    /// The file that lists the words of the rows of a model's embedding; without it a text is numbers of rows. Default none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// Where nothing is asked, along which direction the gradient begins. Default the mean of all units.
    #[serde(skip_serializing_if = "is_default")]
    pub direction: SeedDirection,
    /// What has been read of the file.
    #[serde(skip)]
    pub read: ReadData,
    /// What has been read of the file of words.
    #[serde(skip)]
    pub read_words: ReadWords,
    /// Whether length and sentence follow from the file, once it is read.
    #[serde(skip)]
    pub follows: Follows,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

const USUAL_SHARE: f64 = 0.1;

const USUAL_VOCABULARY: usize = 10_000;

fn is_usual_share(share: &f64) -> bool {
    *share == USUAL_SHARE
}

fn is_usual_vocabulary(most: &usize) -> bool {
    *most == USUAL_VOCABULARY
}

impl Default for DataSettings {
    fn default() -> Self {
        Self {
            path: String::new(),
            hash: String::new(),
            delimiter: Delimiter::default(),
            header: Whether::default(),
            quotes: Whether::default(),
            text: String::new(),
            label: String::new(),
            sequence: String::new(),
            targets: String::new(),
            held_out: USUAL_SHARE,
            vocabulary: USUAL_VOCABULARY,
            loss: LossChoice::default(),
            inputs: InputSource::default(),
            words: String::new(),
            direction: SeedDirection::default(),
            read: ReadData::default(),
            read_words: ReadWords::default(),
            follows: Follows::default(),
        }
    }
}

/// What of an experiment follows from a file of sequences, since nobody has said it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Follows {
    /// `task.length`
    pub length: bool,
}

/// The settings that decide what is read of a file, and how.
#[derive(Clone, Debug, PartialEq)]
struct ReadBy {
    path: String,
    targets: String,
    delimiter: Delimiter,
    header: Whether,
    quotes: Whether,
    columns: [String; 3],
}

/// What has been read of a file of sequences, and by which settings.
///
/// It is no setting itself: path, hash and columns say what it is.
#[derive(Clone, Debug, Default)]
pub struct ReadData(Option<(Arc<ReadBy>, Arc<Dataset>)>);

impl PartialEq for ReadData {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// What has been read of a file of words, and of which. It is no setting itself: the path says what it is.
#[derive(Clone, Debug, Default)]
pub struct ReadWords(Option<(String, Arc<WordList>)>);

impl PartialEq for ReadWords {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl DataSettings {
    /// The words of the rows of an embedding, if they have been read.
    pub fn word_list(&self) -> Option<&WordList> {
        let (path, list) = self.read_words.0.as_ref()?;
        (*path == self.words).then_some(list)
    }

    /// Whether there is a file of words that has not been read.
    pub fn words_are_to_be_read(&self) -> bool {
        !self.words.is_empty() && self.word_list().is_none()
    }

    /// Notes that `list` is what is in the file of words, which is called `path` from now on.
    pub fn set_word_list(&mut self, path: String, list: WordList) {
        self.words.clone_from(&path);
        self.read_words = ReadWords(Some((path, Arc::new(list))));
    }

    fn read_by(&self) -> ReadBy {
        ReadBy {
            path: self.path.clone(),
            targets: self.targets.clone(),
            delimiter: self.delimiter,
            header: self.header,
            quotes: self.quotes,
            columns: [self.text.clone(), self.label.clone(), self.sequence.clone()],
        }
    }

    /// Whether there is a file.
    pub fn has_file(&self) -> bool {
        !self.path.is_empty()
    }

    /// Whether there is a file that has not been read as it is to be read now.
    pub fn is_to_be_read(&self) -> bool {
        self.has_file() && self.dataset().is_none()
    }

    /// Whether anything has been read, be it of another file or otherwise.
    pub(super) fn was_read(&self) -> bool {
        self.read.0.is_some()
    }

    /// What has been read of the file, as it is to be read.
    pub fn dataset(&self) -> Option<&Arc<Dataset>> {
        let (by, dataset) = self.read.0.as_ref()?;
        let is_same = by.path == self.path
            && by.targets == self.targets
            && (by.delimiter, by.header, by.quotes) == (self.delimiter, self.header, self.quotes)
            && by
                .columns
                .iter()
                .eq([&self.text, &self.label, &self.sequence]);
        is_same.then_some(dataset)
    }

    /// Notes that `dataset` is what is in the file.
    pub fn set_dataset(&mut self, dataset: Arc<Dataset>) {
        self.read = ReadData(Some((Arc::new(self.read_by()), dataset)));
    }

    /// How a table is to be read.
    pub fn table_options(&self) -> TableOptions<'_> {
        TableOptions {
            delimiter: self.delimiter,
            header: self.header,
            quotes: self.quotes,
            columns: Wanted {
                text: &self.text,
                label: &self.label,
                sequence: &self.sequence,
            },
        }
    }
}

/// What the answers to a person's own sequences are compared with their targets by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LossChoice {
    /// The cross-entropy for classes, the squared error for numbers.
    #[default]
    Guess,
    /// Σ(z − y)².
    SquaredError,
    /// The cross-entropy of two classes with one logit.
    BinaryCrossEntropy,
    /// That of K classes.
    CrossEntropy,
}

impl LossChoice {
    /// Every one, in the order menus show them.
    pub const ALL: [Self; 4] = [
        Self::Guess,
        Self::SquaredError,
        Self::BinaryCrossEntropy,
        Self::CrossEntropy,
    ];

    /// The choice of `loss`, if there is such a one.
    pub fn of(loss: Loss) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|choice| choice.chosen() == Some(loss))
    }

    /// The loss that is meant, if it is said.
    pub fn chosen(self) -> Option<Loss> {
        match self {
            Self::Guess => None,
            Self::SquaredError => Some(Loss::SquaredError),
            Self::BinaryCrossEntropy => Some(Loss::BinaryCrossEntropy),
            Self::CrossEntropy => Some(Loss::CrossEntropy),
        }
    }

    /// The name people know it by.
    pub fn name(self) -> &'static str {
        self.chosen().map_or("guess", Loss::name)
    }
}

/// What a network reads that has no sequence of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputSource {
    /// The numbers that are given.
    #[default]
    Numbers,
    /// Nothing: every input is 0.
    Zeros,
    /// Independent normal numbers, drawn with the seed: of the deviation of the model's embedding, or of 1.
    Noise,
    /// The rows of the model's embedding for a typed text.
    Embedding,
}

impl InputSource {
    /// Every one, in the order menus show them.
    pub const ALL: [Self; 4] = [Self::Numbers, Self::Zeros, Self::Noise, Self::Embedding];

    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Numbers => "my numbers",
            Self::Zeros => "zeros",
            Self::Noise => "noise",
            Self::Embedding => "its embedding",
        }
    }
}

/// Along which direction the gradient begins at the last state, where nothing is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeedDirection {
    /// All units of the last layer alike.
    #[default]
    Mean,
    /// That of which most arrives at the first timestep.
    Worst,
}

impl SeedDirection {
    /// Both, in the order menus show them.
    pub const ALL: [Self; 2] = [Self::Mean, Self::Worst];

    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Worst => "worst",
        }
    }

    /// What stands behind “the gradient begins at the last state”.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Mean => "along all of its units alike",
            Self::Worst => "along the direction of which most arrives at step 1",
        }
    }
}
