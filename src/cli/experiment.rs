//! `experiment`: an experiment as a file, and every key that there is.

use std::io::{self, Write};

use super::arguments::ExperimentArguments;
use super::failure::{DONE, Failure};
use super::output::write_result;
use crate::tasks::Vocabulary;
use crate::training::{CheckedExperiment, SETTINGS, escaped};

/// Carries out `arguments`.
///
/// # Errors
/// [`Failure`] says what is wrong with the arguments or the output.
pub fn run(arguments: &ExperimentArguments) -> Result<u8, Failure> {
    let experiment = arguments.input.experiment()?;
    let corpus = experiment.corpus();
    if arguments.vocabulary && corpus.is_none() {
        let text = format!(
            "--vocabulary: {} reads numbers; only task.kind = sentiment and a file of texts have words",
            experiment.task.kind.name()
        );
        return Err(Failure::Argument(text));
    }
    write_result(arguments.out.as_deref(), |out| {
        if arguments.keys {
            list_keys(&experiment, out)
        } else if let Some(corpus) = corpus.filter(|_| arguments.vocabulary) {
            list_words(corpus.vocabulary(), out)
        } else {
            out.write_all(experiment.to_text().as_bytes())
        }
    })?;
    Ok(DONE)
}

/// Index 0 is every word that is not known.
fn list_words(vocabulary: &Vocabulary, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "0\t(unknown)")?;
    let words = vocabulary.in_order();
    (1..)
        .zip(words)
        .try_for_each(|(index, word)| writeln!(out, "{index}\t{word}"))
}

fn list_keys(experiment: &CheckedExperiment, out: &mut dyn Write) -> io::Result<()> {
    for setting in &SETTINGS {
        let value = escaped(&setting.get(experiment).to_string());
        writeln!(out, "{} = {value}", setting.key)?;
        writeln!(out, "    {}; takes {}", setting.meaning, setting.kind)?;
    }
    Ok(())
}
