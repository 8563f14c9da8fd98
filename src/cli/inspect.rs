//! `inspect`: the recurrent modules of a model, or what is in a file of sequences.

use std::io;
use std::path::Path;

use super::arguments::InspectArguments;
use super::failure::{DONE, FAILED, Failure};
use super::interruption::interruption;
use super::output::write_result;
use crate::export::{is_named_as_a_table, open_experiment, open_tensors};
use crate::models::{NamedTensor, RecurrentModule, embedding_of, modules_in, read_out_of};
use crate::training::{CheckedExperiment, escaped, may_be_sequences, shown_path, shown_text};

/// Carries out `arguments`. The exit status says whether there is a recurrent module.
///
/// # Errors
/// [`Failure`] says what is wrong with the file or the output.
pub fn run(arguments: &InspectArguments) -> Result<u8, Failure> {
    let interrupt = interruption();
    let tensors = match open_tensors(&arguments.model, &interrupt) {
        Ok(tensors) => tensors,
        // No arrays, but it may be a table.
        Err(error) => {
            let is_table = is_named_as_a_table(&arguments.model);
            return match open_experiment(&arguments.model) {
                Ok(opened) if opened.experiment.has_data_file() => write_data(&opened.experiment),
                Err(of_table) if is_table => Err(of_table.into()),
                _ => Err(error.into()),
            };
        }
    };
    let modules = modules_in(&tensors);
    if modules.is_empty() && may_be_sequences(&tensors) {
        return write_data(&open_experiment(&arguments.model)?.experiment);
    }
    write_result(None, |out| {
        let count = match modules.len() {
            0 => "no recurrent module".to_owned(),
            1 => "one recurrent module".to_owned(),
            count => format!("{count} recurrent modules"),
        };
        let path = shown_path(&arguments.model);
        writeln!(out, "{path}: {} tensors, {count}", tensors.len())?;
        for module in &modules {
            write_module(&tensors, module, out)?;
        }
        if modules.len() > 1 {
            writeln!(
                out,
                "choose one by --set network.module=NAME, or the key module in [network]"
            )?;
        }
        if arguments.tensors || modules.is_empty() {
            for (place, tensor) in tensors.iter().enumerate() {
                let not_finite = |value: &&f64| !value.is_finite();
                let broken = match tensor.values.iter().filter(not_finite).count() {
                    0 => String::new(),
                    count => format!(", {count} of its numbers are not finite"),
                };
                let name = shown_text(&tensor.name);
                let role = role_of(&tensors, &modules, place);
                let shape = tensor.shape_in_words();
                writeln!(out, "  {name}: {shape}{broken}; {role}")?;
            }
        }
        Ok(())
    })?;
    Ok(if modules.is_empty() { FAILED } else { DONE })
}

/// What is in a file of sequences.
fn write_data(experiment: &CheckedExperiment) -> Result<u8, Failure> {
    let (Some(dataset), Some(words)) = (experiment.data.dataset(), experiment.data_in_words())
    else {
        return Ok(FAILED);
    };
    let summary = dataset.summary();
    write_result(None, |out| {
        let path = shown_path(Path::new(&experiment.data.path));
        writeln!(out, "{path}: {words}")?;
        for (what, name) in &summary.used {
            writeln!(out, "  {what}: {}", shown_text(name))?;
        }
        if let Some(dialect) = summary.dialect {
            writeln!(
                out,
                "  delimiter: {}, names in the first line: {}, quotes: {}",
                dialect.delimiter.name(),
                yes_or_no(summary.header),
                yes_or_no(dialect.quotes)
            )?;
        }
        if let Some((count, line)) = summary.cut {
            writeln!(
                out,
                "  {count} texts are cut to 10,000 characters, the first in line {line}"
            )?;
        }
        for row in &summary.skipped {
            writeln!(
                out,
                "  line {} is not read: {}",
                row.line,
                escaped(&row.why)
            )?;
        }
        match summary.skipped_count - summary.skipped.len() {
            0 => Ok(()),
            more => writeln!(out, "  and {more} more are not read"),
        }
    })?;
    Ok(DONE)
}

fn yes_or_no(it: bool) -> &'static str {
    if it { "yes" } else { "no" }
}

/// What the tensor at `place` is for.
fn role_of(tensors: &[NamedTensor], modules: &[RecurrentModule], place: usize) -> String {
    for module in modules {
        let of_module = |what: &str, layer: usize| {
            let name = shown_text(&module.name);
            match module.layers.len() {
                1 => format!("{what} of {name}"),
                _ => format!("{what} of {name}, layer {layer}"),
            }
        };
        for (layer, places) in module.layers.iter().enumerate() {
            let roles = [
                ("W_i", Some(places.input)),
                ("W_h", Some(places.recurrent)),
                ("bias", places.input_bias),
                ("second bias", places.recurrent_bias),
            ];
            let found = roles.iter().find(|(_, at)| *at == Some(place));
            if let Some((what, _)) = found {
                return of_module(what, layer);
            }
        }
    }
    let readers = modules.iter().filter_map(|it| read_out_of(tensors, it));
    let mut readers = readers.flat_map(|(weight, bias)| [Some(weight), bias]);
    if readers.any(|at| at == Some(place)) {
        return "may read out".to_owned();
    }
    let mut embeddings = modules.iter().map(|it| embedding_of(tensors, it));
    if embeddings.any(|at| at == Some(place)) {
        return "may stand for words".to_owned();
    }
    "not used: part of no recurrent module".to_owned()
}

fn write_module(
    tensors: &[NamedTensor],
    module: &RecurrentModule,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    writeln!(out, "{}: {}", shown_text(&module.name), module.in_words())?;
    if let Some(trouble) = &module.trouble {
        writeln!(out, "  {trouble}")?;
    }
    if let Some((place, _)) = read_out_of(tensors, module) {
        let tensor = &tensors[place];
        let name = shown_text(&tensor.name);
        writeln!(
            out,
            "  may be read out by {name}, {}",
            tensor.shape_in_words()
        )?;
    }
    if let Some(place) = embedding_of(tensors, module) {
        let tensor = &tensors[place];
        let name = shown_text(&tensor.name);
        writeln!(
            out,
            "  may read words by {name}, {}",
            tensor.shape_in_words()
        )?;
    }
    let places = module.layers.iter().flat_map(|layer| {
        [
            Some(layer.input),
            Some(layer.recurrent),
            layer.input_bias,
            layer.recurrent_bias,
        ]
    });
    let broken = places.flatten().find_map(|place| {
        let tensor = &tensors[place];
        let is_broken = tensor.values.iter().any(|value| !value.is_finite());
        is_broken.then_some(&tensor.name)
    });
    if let Some(name) = broken {
        writeln!(
            out,
            "  {} has numbers that are not finite",
            shown_text(name)
        )?;
    }
    Ok(())
}
