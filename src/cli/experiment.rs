//! `experiment`: an experiment as a file, and every key that there is.

use std::io::{self, Write};

use super::arguments::ExperimentArguments;
use super::failure::{DONE, Failure};
use super::output::write_result;
use crate::training::{CheckedExperiment, SETTINGS, escaped};

/// Carries out `arguments`.
///
/// # Errors
/// [`Failure`] says what is wrong with the arguments or the output.
pub fn run(arguments: &ExperimentArguments) -> Result<u8, Failure> {
    let experiment = arguments.input.experiment()?;
    write_result(arguments.out.as_deref(), |out| {
        if arguments.keys {
            list_keys(&experiment, out)
        } else {
            out.write_all(experiment.to_text().as_bytes())
        }
    })?;
    Ok(DONE)
}

fn list_keys(experiment: &CheckedExperiment, out: &mut dyn Write) -> io::Result<()> {
    for setting in &SETTINGS {
        let value = escaped(&setting.get(experiment).to_string());
        writeln!(out, "{} = {value}", setting.key)?;
        writeln!(out, "    {}; takes {}", setting.meaning, setting.kind)?;
    }
    Ok(())
}
