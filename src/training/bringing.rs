//! What an experiment has in other files, brought in at the door.

use std::path::Path;

use super::data_settings::DataSettings;
use super::experiment::{CheckedExperiment, Experiment};
use super::given_weights::GivenWeights;
use super::limits::OutOfRange;
use super::model_choice::ModelChoice;
use super::own_data::BroughtData;
use crate::models::Record;
use crate::tasks::WordList;

/// Reads the files that an experiment names.
pub trait OtherFiles {
    /// The weights of the network of the model at `path` that is meant, with what that is called from now on.
    ///
    /// # Errors
    /// Why there are none, in one sentence.
    fn weights(&mut self, path: &str, choice: ModelChoice<'_>) -> Result<GivenWeights, String>;

    /// The sequences that `data` names.
    ///
    /// # Errors
    /// Why there are none, in one sentence.
    fn data(&mut self, data: &DataSettings) -> Result<BroughtData, String>;

    /// The words that the file at `path` lists, with what that is called from now on.
    ///
    /// # Errors
    /// Why there are none, in one sentence.
    fn words(&mut self, path: &str) -> Result<(String, WordList), String>;

    /// The record in the file at `path`, with what that is called from now on.
    ///
    /// # Errors
    /// Why there is none, in one sentence.
    fn record(&mut self, path: &str) -> Result<(String, Record), String>;
}

/// An experiment with everything that it needs.
pub struct Brought {
    /// The experiment.
    pub experiment: CheckedExperiment,
    /// What to tell of a file that has changed, if one has.
    pub notice: Option<String>,
}

impl CheckedExperiment {
    /// This with what is in the files that it names and that are not read yet. Cell, sizes and length follow from them.
    ///
    /// # Errors
    /// What `files` says, or what does not fit.
    pub fn brought(self, files: &mut dyn OtherFiles) -> Result<Brought, OutOfRange> {
        let reads_record = self.record_is_to_be_read();
        // A record has its own.
        let reads_weights = !reads_record && self.network.weights.is_to_be_read();
        let reads_data = self.has_data_file() && self.data.is_to_be_read();
        let lists_words = self.data.words_are_to_be_read();
        if !reads_record && !reads_weights && !reads_data && !lists_words {
            return Ok(Brought {
                experiment: self,
                notice: None,
            });
        }
        let mut experiment: Experiment = self.into();
        let refused = |key: &'static str| {
            move |what: String| OutOfRange::together(key, format!("{key}: {what}"))
        };
        if reads_record {
            let key = refused("probe.record");
            let record = files.record(&experiment.probe.record);
            let taken = record.and_then(|(path, record)| experiment.take_record(&path, &record));
            taken.map_err(key)?;
        }
        if reads_weights {
            let network = &experiment.network;
            let path = network.weights.file().unwrap_or_default();
            let weights = files.weights(path, network.choice());
            experiment.network.weights = weights.map_err(refused("network.weights"))?;
            experiment.follow_own(|key| !key.starts_with("network."));
        }
        let mut notice = None;
        if reads_data {
            let data = files.data(&experiment.data).map_err(refused("data.path"))?;
            notice = experiment.notice_of_change(&data.hash);
            experiment.take_data(data);
            experiment.follow_embedding();
        }
        if lists_words {
            let words = files.words(&experiment.data.words);
            let (path, list) = words.map_err(refused("data.words"))?;
            experiment.data.set_word_list(path, list);
        }
        let experiment = experiment.check()?;
        Ok(Brought { experiment, notice })
    }
}

impl CheckedExperiment {
    /// This with paths from anywhere of the files that it names from `folder`.
    #[must_use]
    pub fn named_in(self, folder: &Path) -> Self {
        let from_anywhere = |path: &str| match path {
            "" => String::new(),
            path => folder.join(path).to_string_lossy().into_owned(),
        };
        let mut experiment: Experiment = self.into();
        let weights = &mut experiment.network.weights;
        if let Some(path) = weights.file().map(from_anywhere) {
            *weights = std::mem::take(weights).from_file(path);
        }
        let data = &mut experiment.data;
        let record = &mut experiment.probe.record;
        for path in [&mut data.path, &mut data.targets, &mut data.words, record] {
            *path = from_anywhere(path);
        }
        Self::unchecked(experiment)
    }
}

impl Experiment {
    /// This as it is written into a file in `folder`: what is in files there or below is named from there, so that all of
    /// it can be moved together.
    #[must_use]
    pub fn named_from(&self, folder: &Path) -> Self {
        let mut named = self.clone();
        if let Some(path) = self.network.weights.file() {
            let path = named_from(folder, path);
            named.network.weights = std::mem::take(&mut named.network.weights).from_file(path);
        }
        named.data.path = named_from(folder, &self.data.path);
        named.data.targets = named_from(folder, &self.data.targets);
        named.data.words = named_from(folder, &self.data.words);
        named.probe.record = named_from(folder, &self.probe.record);
        named
    }
}

/// What the file at `path` is called from `folder`, if it is there or below.
fn named_from(folder: &Path, path: &str) -> String {
    let Ok(below) = Path::new(path).strip_prefix(folder) else {
        return path.to_owned();
    };
    let parts = below
        .components()
        .map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beside_or_below_a_file_is_named_from_there() {
        for (path, expected) in [
            ("/home/me/data/reviews.tsv", "data/reviews.tsv"),
            ("/home/me/reviews.tsv", "reviews.tsv"),
            ("/home/you/reviews.tsv", "/home/you/reviews.tsv"),
            ("/home/me2/reviews.tsv", "/home/me2/reviews.tsv"),
            ("reviews.tsv", "reviews.tsv"),
            ("", ""),
        ] {
            assert_eq!(named_from(Path::new("/home/me"), path), expected);
        }
    }
}
