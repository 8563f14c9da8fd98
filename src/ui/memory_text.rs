//! What is remembered, out of a file that anybody may have written.

use std::cell::RefCell;
use std::fmt;
use std::io::Read;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

use super::memory::{Memory, VERSION};
use crate::training::json::{ExperimentSeed, Watch, json_from};
use crate::training::{CheckedExperiment, FoundValue, TextError, nearest, shown_text};

/// The keys, and what each takes.
const KEYS: [(&str, &str); 17] = [
    ("version", "the version of the form"),
    ("experiment", "the keys of an experiment"),
    ("beside", "the keys of an experiment or null"),
    ("arrangement", "an arrangement of the views"),
    ("dark", "true, false or null"),
    ("zoom", "a number"),
    ("size", "a list of two numbers"),
    ("direction", "to-end or from-first"),
    ("measure", "gain, gradient or norm"),
    ("phase_axis", "length or input-weight"),
    ("alignment", "end or start"),
    ("panel", "true, false or null"),
    ("recent", "a list of texts"),
    ("folder", "a text or null"),
    ("file", "a text or null"),
    ("lessons_offered", "true or false"),
    (
        "lesson",
        "a lesson, its step and what was there before it, or null",
    ),
];

/// Bytes of the file that are read: the longest sentence, ten paths and every view by itself are a fifth of it.
/// Everything in it is kept while the window is open.
pub const LARGEST: u64 = 1_000_000;

/// What is remembered in `source`, the content of a memory file, of which at most 1 MB is read. A window of a size
/// that no screen has becomes one that can be used.
///
/// `source` is read byte by byte, and should have a buffer.
///
/// # Errors
/// The first thing that is wrong, with its line, its key and what that takes.
pub fn read_memory(source: impl Read) -> Result<Memory, TextError> {
    memory_from(source, LARGEST).map(usable)
}

/// `memory` with a window that can be used in place of one of no size, or of none that a screen has.
fn usable(mut memory: Memory) -> Memory {
    memory.zoom = memory.zoom.clamp(0.2, 5.0);
    memory.size = memory.size.map(|size| size.clamp(400.0, 20_000.0));
    memory
}

/// Reads what is remembered from `source`, of which at most `most` bytes are read.
///
/// # Errors
/// The first thing that is wrong, with its line, its key and what that takes.
fn memory_from(source: impl Read, most: u64) -> Result<Memory, TextError> {
    let (mut json, watch) = json_from(source, most);
    let mut memory = Memory {
        // A file of a version that had no lessons is no first start.
        lessons_offered: true,
        ..Memory::default()
    };
    let problem = RefCell::new(None);
    let keys = Keys {
        memory: &mut memory,
        watch: &watch,
        problem: &problem,
        has_version: false,
    };
    let read = json.deserialize_map(keys).and_then(|()| json.end());
    let Err(error) = read else {
        return Ok(memory);
    };
    // The parser says so of anything that is no word where one of several is due.
    let is_no_word = error.is_syntax() && error.to_string().starts_with("expected value");
    Err(match problem.into_inner() {
        Some(problem) if error.is_data() || is_no_word => problem,
        None if error.is_data() => TextError::new(1, "nothing is remembered here"),
        _ => watch.explain(&error),
    })
}

struct Keys<'a> {
    memory: &'a mut Memory,
    watch: &'a Watch,
    /// What is wrong, where the parser can say only that something is.
    problem: &'a RefCell<Option<TextError>>,
    has_version: bool,
}

impl<'de> Visitor<'de> for Keys<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what is remembered")
    }

    fn visit_map<M: MapAccess<'de>>(mut self, mut map: M) -> Result<(), M::Error> {
        while let Some(key) = map.next_key::<String>()? {
            self.key(&key, &mut map)?;
        }
        if !self.has_version {
            let what = format!("its version is missing, not {VERSION}");
            return Err(self.fail(TextError::new(self.watch.line(), what)));
        }
        Ok(())
    }
}

impl Keys<'_> {
    fn key<'de, M: MapAccess<'de>>(&mut self, key: &str, map: &mut M) -> Result<(), M::Error> {
        let line = self.watch.line();
        let Some(&(key, takes)) = KEYS.iter().find(|(known, _)| *known == key) else {
            return Err(self.fail(TextError::new(line, unknown(key))));
        };
        // Said if the value cannot be read.
        let problem = TextError::new(line, format!("{key} takes {takes}"));
        self.problem.replace(Some(problem));
        match key {
            "version" => self.version(line, &map.next_value()?)?,
            "experiment" => match map.next_value_seed(ExperimentSeed(self.watch))? {
                Ok(experiment) => self.memory.experiment = experiment.into(),
                Err(problem) => return Err(self.fail(problem)),
            },
            "beside" => match map.next_value_seed(OptionalSeed(self.watch))? {
                Some(Ok(experiment)) => self.memory.beside = Some(experiment.into()),
                Some(Err(problem)) => return Err(self.fail(problem)),
                None => self.memory.beside = None,
            },
            "arrangement" => set(&mut self.memory.arrangement, map)?,
            "dark" => set(&mut self.memory.dark, map)?,
            "zoom" => set(&mut self.memory.zoom, map)?,
            "size" => set(&mut self.memory.size, map)?,
            "direction" => set(&mut self.memory.direction, map)?,
            "measure" => set(&mut self.memory.measure, map)?,
            "phase_axis" => set(&mut self.memory.phase_axis, map)?,
            "alignment" => set(&mut self.memory.alignment, map)?,
            "panel" => set(&mut self.memory.panel, map)?,
            "recent" => set(&mut self.memory.recent, map)?,
            "folder" => set(&mut self.memory.folder, map)?,
            "file" => set(&mut self.memory.file, map)?,
            "lessons_offered" => set(&mut self.memory.lessons_offered, map)?,
            _ => set(&mut self.memory.lesson, map)?,
        }
        self.problem.replace(None);
        Ok(())
    }

    fn version<E: Error>(&mut self, line: usize, found: &FoundValue) -> Result<(), E> {
        if *found != FoundValue::Value(toml::Value::Integer(VERSION.into())) {
            let what = format!("its version is {}, not {VERSION}", found.described());
            return Err(self.fail(TextError::new(line, what)));
        }
        self.has_version = true;
        Ok(())
    }

    /// The error that ends the reading because of `problem`.
    fn fail<E: Error>(&self, problem: TextError) -> E {
        self.problem.replace(Some(problem));
        E::custom("see the problem")
    }
}

/// Reads an experiment, or `null`.
struct OptionalSeed<'a>(&'a Watch);

impl<'de> DeserializeSeed<'de> for OptionalSeed<'_> {
    type Value = Option<Result<CheckedExperiment, TextError>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for OptionalSeed<'_> {
    type Value = Option<Result<CheckedExperiment, TextError>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an experiment or null")
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        ExperimentSeed(self.0).deserialize(deserializer).map(Some)
    }
}

fn set<'de, T: Deserialize<'de>, M: MapAccess<'de>>(
    place: &mut T,
    map: &mut M,
) -> Result<(), M::Error> {
    *place = map.next_value()?;
    Ok(())
}

fn unknown(key: &str) -> String {
    let nearest = nearest(key, KEYS.iter().map(|(known, _)| *known));
    let key = shown_text(key);
    match nearest {
        Some(nearest) => format!("there is no key {key}; did you mean {nearest}?"),
        None => format!("there is no key {key}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::remembered_lesson::RememberedLesson;
    use super::*;
    use crate::scene::{Alignment, Direction, Measure, PhaseAxis};
    use crate::training::foreign::tests::assert_showable;

    fn problem(text: &str) -> String {
        memory_from(text.as_bytes(), 1_000_000)
            .unwrap_err()
            .to_string()
    }

    fn whole() -> String {
        serde_json::to_string_pretty(&Memory::default()).unwrap()
    }

    #[test]
    fn every_key_that_is_written_is_read() {
        let written: serde_json::Value = serde_json::from_str(&whole()).unwrap();
        let mut written: Vec<_> = written.as_object().unwrap().keys().cloned().collect();
        let mut known: Vec<_> = KEYS.iter().map(|(key, _)| (*key).to_owned()).collect();
        written.sort();
        known.sort();
        assert_eq!(written, known);
        let memory = Memory {
            dark: Some(true),
            zoom: 1.5,
            size: [1000.5, 700.0],
            direction: Direction::FromFirst,
            measure: Measure::Norm,
            phase_axis: PhaseAxis::InputWeight,
            beside: Some(Memory::default().experiment),
            alignment: Alignment::Start,
            panel: Some(false),
            recent: vec!["/a".to_owned()],
            folder: Some("/b".to_owned()),
            file: Some("/c".to_owned()),
            lessons_offered: true,
            lesson: Some(RememberedLesson {
                lesson: "unfolding".to_owned(),
                is_file: false,
                step: 2,
                open: true,
                before: Some(Memory::default().experiment),
            }),
            ..Memory::default()
        };
        let text = serde_json::to_vec(&memory).unwrap();
        assert_eq!(memory_from(&*text, 1_000_000), Ok(memory));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line_its_key_and_what_it_takes() {
        let change = |from: &str, to: &str| {
            let changed = whole().replacen(from, to, 1);
            assert_ne!(changed, whole());
            let line = whole()
                .lines()
                .position(|line| line.contains(from))
                .unwrap();
            let message = problem(&changed);
            let place = format!("line {}: ", line + 1);
            message.strip_prefix(&place).unwrap_or(&message).to_owned()
        };
        assert_eq!(
            change("\"version\": 1", "\"version\": 2"),
            "its version is 2, not 1"
        );
        assert_eq!(
            change("\"version\"", "\"vresion\""),
            "there is no key vresion; did you mean version?"
        );
        assert_eq!(
            change("\"zoom\": 1.0", "\"zoom\": null"),
            "zoom takes a number"
        );
        assert_eq!(
            change("\"dark\": null", "\"dark\": \"yes\""),
            "dark takes true, false or null"
        );
        assert_eq!(
            change("\"to-end\"", "\"\\u202e\""),
            "direction takes to-end or from-first"
        );
        assert_eq!(
            change("\"gain\"", "3"),
            "measure takes gain, gradient or norm"
        );
        assert_eq!(
            change("\"w_h\": 0.9", "\"w_h\": 1e300"),
            "network.w_h takes a number from -1000 to 1000, not 1e300"
        );
        assert_eq!(
            change("\"w_h\"", "\"wh\""),
            "there is no key network.wh; did you mean network.w_h?"
        );
        assert_eq!(
            change("\"folder\": null", "\"folder\": nil"),
            "this is no JSON: there is no such word"
        );
        assert!(
            change("unrolled", "unheard-of")
                .ends_with("arrangement takes an arrangement of the views")
        );
        assert_eq!(problem("{}"), "line 1: its version is missing, not 1");
        assert_eq!(problem("[]"), "line 1: nothing is remembered here");
        assert_eq!(
            problem(""),
            "line 1: this is no JSON: it ends in the middle"
        );
        assert!(problem(&(whole() + "x")).ends_with("this is no JSON: trailing characters"));
        let long = "x".repeat(10_001);
        let sentence = Memory::default().experiment.probe.text;
        assert_eq!(
            change(&sentence, &long),
            "probe.text takes a text of at most 10000 characters, not 10001 of them"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn damaged_files_are_answered(cut in 0usize..2_000, by in any::<String>(), take in 0usize..3) {
            let mut text = whole();
            let begin = cut.min(text.len());
            let end = (begin + take).min(text.len());
            text.replace_range(begin..end, &by);
            if let Err(error) = memory_from(text.as_bytes(), 1_000_000) {
                assert_showable(&error.to_string());
            }
        }
    }
}
