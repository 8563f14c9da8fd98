//! An experiment in JSON, as it stands in a trace and in what the window remembers.

use serde::de::{DeserializeSeed, Deserializer, MapAccess};

use super::found::{SectionOr, TakeSection};
use super::source::Watch;
use crate::training::experiment::CheckedExperiment;
use crate::training::experiment_reading::{FoundValue, Reading, TextError, TextForm};

/// Reads an experiment out of the JSON text that is watched. What is wrong with the experiment is a value, and no
/// error of the parser: the rest of the text can be read all the same.
#[derive(Clone, Copy, Debug)]
pub struct ExperimentSeed<'a>(pub &'a Watch);

impl<'de> DeserializeSeed<'de> for ExperimentSeed<'_> {
    type Value = Result<CheckedExperiment, TextError>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let (watch, line) = (self.0, self.0.line());
        let mut reading = Reading::new(TextForm::Json);
        let keys = Keys {
            watch,
            reading: &mut reading,
        };
        if let Some(other) = SectionOr(keys).deserialize(deserializer)? {
            reading.problem(line, || {
                format!(
                    "experiment takes the keys of an experiment, not {}",
                    other.described()
                )
            });
        }
        Ok(reading.finish(|line| line))
    }
}

/// The keys of an experiment, and its sections.
struct Keys<'a> {
    watch: &'a Watch,
    reading: &'a mut Reading,
}

impl TakeSection for Keys<'_> {
    fn take<'de, M: MapAccess<'de>>(self, mut keys: M) -> Result<(), M::Error> {
        while let Some(name) = keys.next_key::<String>()? {
            let line = self.watch.line();
            if !Reading::is_section(&name) {
                let found = keys.next_value::<FoundValue>()?;
                self.reading.key("", &name, line, &found);
                continue;
            }
            let section = Section {
                name: &name,
                watch: self.watch,
                reading: self.reading,
            };
            if let Some(other) = keys.next_value_seed(SectionOr(section))? {
                self.reading.key("", &name, line, &other);
            }
        }
        Ok(())
    }
}

/// One section of an experiment.
struct Section<'a> {
    name: &'a str,
    watch: &'a Watch,
    reading: &'a mut Reading,
}

impl TakeSection for Section<'_> {
    fn take<'de, M: MapAccess<'de>>(self, mut keys: M) -> Result<(), M::Error> {
        while let Some(name) = keys.next_key::<String>()? {
            let line = self.watch.line();
            let found = keys.next_value::<FoundValue>()?;
            self.reading.key(self.name, &name, line, &found);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use proptest::prelude::*;

    use super::super::json_from;
    use super::*;
    use crate::training::foreign::tests::assert_showable;
    use crate::training::{Experiment, Preset};

    fn read(json: &str) -> Result<CheckedExperiment, TextError> {
        let (mut parser, watch) = json_from(json.as_bytes(), 64_000_000);
        match ExperimentSeed(&watch).deserialize(&mut parser) {
            Ok(read) => read,
            Err(error) => Err(watch.explain(&error)),
        }
    }

    fn problem(json: &str) -> String {
        read(json).unwrap_err().to_string()
    }

    #[test]
    fn what_serde_writes_is_read_back_to_the_last_bit() {
        for preset in Preset::ALL {
            let mut experiment = preset.experiment();
            experiment.network.w_h = 0.1 + 0.2;
            experiment.probe.text = "“quotes” \"and\" \\ lines\nand\ttabs \u{1} 🎬".to_owned();
            let json = serde_json::to_string_pretty(&experiment).unwrap();
            assert_eq!(*read(&json).unwrap(), experiment);
        }
        assert_eq!(*read("{}").unwrap(), Experiment::default());
    }

    /// The words are those of TOML files.
    #[test]
    fn what_is_wrong_is_named_with_its_line_and_the_remedy() {
        for (json, told) in [
            (
                "{\"seed\": 1,\n\"network\": {\n\"wh\": 0.5}}",
                "line 3: there is no key network.wh; did you mean network.w_h?",
            ),
            (
                "{\"network\": {\"w_h\": 1e300}}",
                "line 1: network.w_h takes a number from -1000 to 1000, not 1e300",
            ),
            (
                "{\"task\":\n{\"length\": \"ten\"}}",
                "line 2: task.length takes a whole number from 1 to 10000, not “ten”",
            ),
            (
                "{\"task\": {\"kind\": \"lach\"}}",
                "line 1: task.kind takes one of sentiment, latch, adding, multiplication, temporal-order, temporal-order-4, parity, prefix-parity, copy, constant, data, not “lach”; did you mean “latch”?",
            ),
            (
                "{\"task\": {\"length\": null}}",
                "line 1: task.length takes a whole number from 1 to 10000, not null",
            ),
            (
                "{\"seed\": -1}",
                "line 1: seed takes a whole number from 0 to 9007199254740991, not -1",
            ),
            (
                "{\"seed\": 18446744073709551615}",
                "line 1: seed takes a whole number from 0 to 9007199254740991",
            ),
            (
                "{\"seed\": [1, 2]}",
                "line 1: seed takes a whole number from 0 to 9007199254740991, not a list",
            ),
            (
                "{\"seed\": {\"a\": 2}}",
                "line 1: seed takes a whole number from 0 to 9007199254740991, not a section",
            ),
            (
                "{\"task\": 3}",
                "line 1: task is a section: write \"task\": { and its keys }",
            ),
            (
                "{\"network.w_h\": 3}",
                "line 1: write network.w_h as the key w_h of the section network",
            ),
            (
                "{\"seed\": 1, \"seed\": 2}",
                "line 1: seed stands here a second time",
            ),
            (
                "{\"version\": 3, \"new\": 1}",
                "line 1: version 3 is newer than this program, which reads up to 2: use a newer program",
            ),
            (
                "[1]",
                "line 1: experiment takes the keys of an experiment, not a list",
            ),
            (
                "{\"task\": {\"length\": 0}, \"zap\": 1, \"seed\": 0.5}",
                "line 1: task.length takes a whole number from 1 to 10000, not 0 (and 2 things more)",
            ),
            (
                "{\"seed\": 1,\n\"a\" 2}",
                "line 2: this is no JSON: expected `:`",
            ),
            (
                "{\"seed\": 1,\n\"a\": ",
                "line 2: this is no JSON: it ends in the middle",
            ),
            (
                "{\"seed\": nil}",
                "line 1: this is no JSON: there is no such word",
            ),
        ] {
            assert_eq!(problem(json), told, "{json}");
        }
        let long = "x".repeat(10_005);
        assert_eq!(
            problem(&format!("{{\"probe\": {{\"text\": \"{long}\"}}}}")),
            "line 1: probe.text takes a text of at most 10000 characters, not 10005 of them"
        );
    }

    #[test]
    fn what_goes_beyond_every_bound_is_refused_where_it_does() {
        let deep = format!("{{\"a\":\n{}", "[".repeat(1_000_000));
        assert_eq!(
            problem(&deep),
            "line 2: more than 100 lists and sections stand in each other here"
        );
        for long in ["\"k", "{\"k", "{\"a\": \"", "{\"a\": 1", "{\"a\": [\"\\\""] {
            let long = format!("{long}{}", "0".repeat(2_000_000));
            assert_eq!(
                problem(&long),
                "line 1: a text, key or number of more than 1 MB stands here"
            );
        }
        let (mut parser, watch) = json_from(io::repeat(b' '), 64_000_000);
        let error = ExperimentSeed(&watch).deserialize(&mut parser).unwrap_err();
        assert!(watch.is_too_large());
        assert_eq!(watch.explain(&error).what, "only the first 64 MB are read");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// A byte more, one less or another one, anywhere: an answer, and one that can be shown.
        #[test]
        fn damaged_texts_are_answered(cut in 0usize..700, by in any::<String>(), take in 0usize..3) {
            let mut json = serde_json::to_string_pretty(&Experiment::default()).unwrap();
            let begin = cut.min(json.len());
            let end = (begin + take).min(json.len());
            json.replace_range(begin..end, &by);
            if let Err(error) = read(&json) {
                prop_assert!(error.line >= 1 && error.line <= json.lines().count() + 1);
                assert_showable(&error.to_string());
            }
        }

        #[test]
        fn strange_keys_and_values_are_repeated_safely(
            section in any::<String>(),
            name in any::<String>(),
            value in any::<String>(),
        ) {
            let json = serde_json::json!({
                section: { &name: &value },
                &name: &value,
                "network": { &name: &value, "activation": &value },
            });
            if let Err(error) = read(&json.to_string()) {
                assert_showable(&error.to_string());
                assert!(!error.to_string().contains("expected"), "{error}");
            }
        }
    }
}
