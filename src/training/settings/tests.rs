use super::*;
use crate::tasks::{Delimiter, Whether};
use crate::training::Experiment;
use crate::training::NumberTable;
use crate::training::Preset;
use crate::training::SeedDirection;
use crate::training::TensorNames;

/// No key of an experiment is missing from the table, and none is too many.
#[test]
fn the_table_has_every_key_of_an_experiment() {
    let mut experiment = Experiment::default();
    experiment.training.clip_norm = Some(1.0);
    experiment.network.forget_bias = Some(1.0);
    let one = NumberTable::of_values(1, vec![1.0]);
    experiment.network.weights.insert("w_h", one.clone());
    experiment.network.module = "lstm".to_owned();
    let names: toml::Table = "w_h = 'u'".parse().unwrap();
    experiment.network.tensors = TensorNames::of_section(&names).unwrap();
    experiment.probe.class = 1;
    let data = &mut experiment.data;
    for text in [
        &mut data.path,
        &mut data.hash,
        &mut data.text,
        &mut data.label,
        &mut data.sequence,
        &mut data.targets,
        &mut data.words,
    ] {
        *text = "any".to_owned();
    }
    data.direction = SeedDirection::Worst;
    data.delimiter = Delimiter::Tab;
    data.header = Whether::Yes;
    data.quotes = Whether::No;
    data.held_out = 0.5;
    data.vocabulary = 5;
    experiment.probe.inputs = one.clone();
    experiment.probe.targets = one.clone();
    experiment.probe.state = one.clone();
    experiment.probe.state_gradients = one.clone();
    experiment.probe.last_state_gradients = one;
    experiment.probe.record = "step-1.safetensors".to_owned();
    let written = toml::Value::try_from(&experiment).unwrap();
    let mut keys = Vec::new();
    for (section, value) in written.as_table().unwrap() {
        match value.as_table() {
            Some(table) => keys.extend(table.keys().map(|key| format!("{section}.{key}"))),
            None => keys.push(section.clone()),
        }
    }
    let mut known: Vec<_> = SETTINGS
        .iter()
        .map(|setting| setting.key.to_owned())
        .collect();
    keys.sort();
    known.sort();
    assert_eq!(keys, known);
}

#[test]
fn what_is_read_out_can_be_put_back_in() {
    for preset in Preset::ALL {
        let original = preset.experiment();
        let mut copy = Experiment {
            seed: 1,
            ..Experiment::default()
        };
        for setting in &SETTINGS {
            let text = setting.get(&original).to_string();
            setting.put_text(&mut copy, &text).unwrap();
        }
        assert_eq!(copy, original, "{}", preset.name);
    }
}

#[test]
fn each_kind_says_what_it_takes() {
    for (key, text, message) in [
        (
            "network.w_h",
            "abc",
            "network.w_h takes a number from -1000 to 1000, not “abc”",
        ),
        (
            "network.w_h",
            "1e9",
            "network.w_h takes a number from -1000 to 1000, not 1000000000.0",
        ),
        (
            "network.w_h",
            "nan",
            "network.w_h takes a number from -1000 to 1000, not NaN",
        ),
        (
            "network.w_h",
            "[1]",
            "network.w_h takes a number from -1000 to 1000, not a list",
        ),
        (
            "network.hidden",
            "1.5",
            "network.hidden takes a whole number from 1 to 512, not 1.5",
        ),
        (
            "network.hidden",
            "-1",
            "network.hidden takes a whole number from 1 to 512, not -1",
        ),
        (
            "network.bias",
            "yes",
            "network.bias takes true or false, not “yes”",
        ),
        (
            "task.padding",
            "befor",
            "task.padding takes one of before, after, not “befor”; did you mean “before”?",
        ),
        (
            "training.clip_norm",
            "0",
            "training.clip_norm takes a number from 0.000001 to 1000000, or none, not 0",
        ),
    ] {
        let mut experiment = Experiment::default();
        let error = find_setting(key).unwrap().put_text(&mut experiment, text);
        assert_eq!(error.unwrap_err(), message);
        assert_eq!(experiment, Experiment::default(), "nothing was changed");
    }
}

#[test]
fn numbers_may_be_written_as_other_programs_do() {
    let setting = find_setting("network.w_h").unwrap();
    for (text, number) in [(".5", 0.5), ("5.", 5.0), ("-.5", -0.5), ("+1e-2", 0.01)] {
        let mut experiment = Experiment::default();
        setting.put_text(&mut experiment, text).unwrap();
        assert_eq!(experiment.network.w_h, number, "{text}");
    }
    let mut experiment = Experiment::default();
    for text in ["infinity", "NaN", ".", "5.5.", "0x"] {
        assert!(
            setting.put_text(&mut experiment, text).is_err(),
            "{text} is no number"
        );
    }
}

#[test]
fn a_bare_text_is_a_sentence_whatever_it_looks_like() {
    for text in ["not a bad film", "1", "true", "“quoted”", "a = b # c"] {
        let mut experiment = Experiment::default();
        let setting = find_setting("probe.text").unwrap();
        setting.put_text(&mut experiment, text).unwrap();
        assert_eq!(experiment.probe.text, text);
    }
    let mut experiment = Experiment::default();
    let setting = find_setting("probe.text").unwrap();
    setting
        .put_text(&mut experiment, "\"a \\\"b\\\"\"")
        .unwrap();
    assert_eq!(experiment.probe.text, "a \"b\"");
    let long = "x".repeat(10_001);
    assert!(setting.put_text(&mut experiment, &long).is_err());
}

#[test]
fn the_nearest_name_is_found_in_other_sections_too_and_nonsense_has_none() {
    let keys = || SETTINGS.iter().map(|setting| setting.key);
    for (written, meant) in [
        ("network.wh", "network.w_h"),
        ("network.learning_rate", "training.learning_rate"),
        ("training.learning-rate", "training.learning_rate"),
        ("lenght", "task.length"),
        ("network.Hidden", "network.hidden"),
        ("training.optimiser", "training.optimizer"),
    ] {
        assert_eq!(nearest_key(written, keys()), Some(meant), "{written}");
    }
    for written in ["network.temperature", "", "."] {
        assert_eq!(nearest_key(written, keys()), None, "{written}");
    }
    let commands = || ["trace", "sweep"].into_iter();
    assert_eq!(nearest("tarce", commands()), Some("trace"));
    for written in ["", "a.file.called.trace", "experiments"] {
        assert_eq!(nearest(written, commands()), None, "{written}");
    }
}
