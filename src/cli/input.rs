//! From arguments to an experiment.

use std::io::Write;
use std::path::Path;

use super::arguments::Input;
use super::failure::Failure;
use super::interruption::interruption;
use crate::export::{Opened, Watch, bring_files, open_alone, open_model, read_experiment};
use crate::training::{
    CheckedExperiment, Experiment, ModelChoice, NetworkSettings, OutOfRange, Setting, find_setting,
    shown_argument, unknown_key,
};

impl Input {
    /// The experiment that is meant.
    ///
    /// # Errors
    /// [`Failure`] names the file or the argument, and the remedy.
    pub fn experiment(&self) -> Result<CheckedExperiment, Failure> {
        self.changed(|_| Ok(()))
    }

    /// The experiment that is meant, and the one beside it, if its file has two.
    ///
    /// # Errors
    /// As [`Self::experiment`].
    pub fn experiments(&self) -> Result<Vec<CheckedExperiment>, Failure> {
        let opened = self.opened()?;
        let beside = opened.beside.clone();
        let all = std::iter::once(opened.experiment).chain(beside);
        all.map(|it| self.as_set(&it, opened.notice.as_deref(), |_| Ok(())))
            .collect()
    }

    /// As [`Self::experiment`], with something else changed, too.
    ///
    /// # Errors
    /// As [`Self::experiment`], and what `change` says.
    pub fn changed(
        &self,
        change: impl FnOnce(&mut Experiment) -> Result<(), Failure>,
    ) -> Result<CheckedExperiment, Failure> {
        let opened = self.opened()?;
        self.as_set(&opened.experiment, opened.notice.as_deref(), change)
    }

    /// What is in the file.
    fn opened(&self) -> Result<Opened, Failure> {
        Ok(match &self.experiment {
            None => Opened::alone(CheckedExperiment::default(), None),
            Some(path) if path.as_os_str() == "-" => {
                let name = Path::new("standard input");
                read_experiment(name, &mut std::io::stdin().lock())?
            }
            Some(path) => open(path, self.network()?.choice())?,
        })
    }

    /// `begin` with everything that is set, and with a `change`.
    fn as_set(
        &self,
        begin: &CheckedExperiment,
        notice: Option<&str>,
        change: impl FnOnce(&mut Experiment) -> Result<(), Failure>,
    ) -> Result<CheckedExperiment, Failure> {
        let mut experiment = Experiment::clone(begin);
        for set in &self.set {
            apply(&mut experiment, set)?;
        }
        change(&mut experiment)?;
        let is_set = |key: &str| self.set.iter().any(|set| is_of(set, key));
        if is_set("data.path") {
            let has_file = self.experiment.is_some();
            experiment.follow_data(|key| is_set(key) || (has_file && key != "task.kind"));
        }
        let watch = Watch {
            interrupt: interruption(),
            ..Watch::default()
        };
        let told = |error: OutOfRange| Failure::Argument(error.to_string());
        let checked = experiment.check().map_err(told)?;
        let brought = bring_files(checked, None, &watch).map_err(told)?;
        let checked = brought.experiment;
        if let Some(notice) = brought.notice.as_deref().or(notice) {
            let _ = writeln!(std::io::stderr(), "bptt-scope: {notice}");
        }
        if let Some(notice) = checked.size().memory_notice() {
            // Where nobody can be told, it is taken all the same.
            let _ = writeln!(std::io::stderr(), "bptt-scope: this takes {notice}");
        }
        Ok(checked)
    }
}

impl Input {
    /// The network with what is set by hand of a model: which is meant has to be known when it is opened.
    fn network(&self) -> Result<NetworkSettings, Failure> {
        let mut experiment = Experiment::default();
        let of_model = |set: &&String| {
            let keys = ["network.module", "network.tensors"];
            keys.iter().any(|key| is_of(set, key))
        };
        for set in self.set.iter().filter(of_model) {
            apply(&mut experiment, set)?;
        }
        Ok(experiment.network)
    }
}

/// Opens an experiment that is named on the command line, where it may also come through a pipe; of a model the network
/// that is meant.
fn open(path: &Path, choice: ModelChoice<'_>) -> Result<Opened, Failure> {
    let is_pipe = std::fs::metadata(path).is_ok_and(|it| !it.is_file() && !it.is_dir());
    if is_pipe && let Ok(mut file) = std::fs::File::open(path) {
        return Ok(read_experiment(path, &mut file)?);
    }
    match open_alone(path) {
        Ok(opened) => Ok(opened),
        Err(_) if choice.is_made() => Ok(open_model(path, choice, &interruption())?),
        Err(error) => Err(error.into()),
    }
}

/// Whether `set`, a `KEY=VALUE`, is of `key`.
fn is_of(set: &str, key: &str) -> bool {
    set.split_once('=')
        .is_some_and(|(name, _)| name.trim() == key)
}

/// Carries out one `KEY=VALUE`.
fn apply(experiment: &mut Experiment, set: &str) -> Result<(), Failure> {
    let (setting, value) = setting_and_rest("--set", set)?;
    setting
        .put_text(experiment, value)
        .map_err(|problem| Failure::Argument(format!("--set {}: {problem}", shown_argument(set))))
}

/// The setting that `text` names before its `=`, and what stands behind that.
///
/// # Errors
/// [`Failure`] quotes the argument, which `option` was given.
pub fn setting_and_rest<'a>(
    option: &str,
    text: &'a str,
) -> Result<(&'static Setting, &'a str), Failure> {
    let wrong = |problem: &str| {
        let text = shown_argument(text);
        Failure::Argument(format!("{option} {text}: {problem}"))
    };
    let Some((key, rest)) = text.split_once('=') else {
        return Err(wrong("write KEY=VALUE, such as network.w_h=1.5"));
    };
    let key = key.trim();
    let setting = find_setting(key).ok_or_else(|| wrong(&unknown_key(key)))?;
    Ok((setting, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::training::foreign::tests::assert_showable;

    fn with(set: &[&str]) -> Result<CheckedExperiment, String> {
        let input = Input {
            experiment: None,
            set: set.iter().map(|set| (*set).to_owned()).collect(),
        };
        input.experiment().map_err(|failure| failure.to_string())
    }

    #[test]
    fn keys_are_set_one_after_the_other() {
        let experiment = with(&["network.w_h=1.5", "task.kind=latch", "network.w_h = 2"]).unwrap();
        assert_eq!(experiment.network.w_h, 2.0);
        assert_eq!(experiment.task.kind, crate::tasks::TaskKind::Latch);
        let sentence = with(&["probe.text=a = b"]).unwrap();
        assert_eq!(sentence.probe.text, "a = b");
        let none = with(&["training.clip_norm=2", "training.clip_norm=none"]).unwrap();
        assert_eq!(none.training.clip_norm, None);
    }

    #[test]
    fn nonsense_is_quoted_with_the_remedy() {
        assert_eq!(
            with(&["network.wh=1"]).unwrap_err(),
            "--set network.wh=1: there is no key network.wh; did you mean network.w_h?"
        );
        assert_eq!(
            with(&["network.w_h"]).unwrap_err(),
            "--set network.w_h: write KEY=VALUE, such as network.w_h=1.5"
        );
        assert_eq!(
            with(&["network.w_h=five"]).unwrap_err(),
            "--set network.w_h=five: network.w_h takes a number from -1000 to 1000, not “five”"
        );
        assert!(with(&["=1"]).unwrap_err().contains("there is no key"));
    }

    proptest! {
        /// Whatever stands behind `--set`: an answer that any terminal can show.
        #[test]
        fn strange_arguments_are_repeated_safely(
            key in proptest::sample::select(vec!["", "network.w_h=", "probe.text=", "task.kind="]),
            rest in any::<String>(),
        ) {
            if let Err(message) = with(&[&format!("{key}{rest}")]) {
                assert_showable(&message);
            }
        }
    }
}
