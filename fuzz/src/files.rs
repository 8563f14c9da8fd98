//! The readers of files, and of what is pasted and typed.

use std::io::{self, Read};
use std::path::Path;

use bptt_scope::export::figure::experiment_of_svg;
use bptt_scope::export::{LARGEST_TEXT, Opened, Trace, experiment_in, read_experiment};
use bptt_scope::lessons::Lesson;
use bptt_scope::models::{FileForm, modules_in, tensors_of};
use bptt_scope::tasks::{
    Delimiter, Padding, Part, TableOptions, TaskKind, Whether, WordList, read_table, tokenise,
    tokens_of,
};
use bptt_scope::training::{
    Experiment, GivenWeights, NetworkSettings, TextError, dataset_in_words, shown_message,
    shown_reason, shown_text,
};
use bptt_scope::ui::{Arrangement, Memory, read_memory};
use resvg::usvg::roxmltree::Document;

use super::bounds::{assert_showable, assert_visible, within_bounds};
use super::carriers::assert_survives;

/// Bytes of a memory file that are read.
const LARGEST_MEMORY: usize = 1_000_000;

/// An experiment in TOML, in a file and pasted.
pub fn experiment(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    match within_bounds(|| Experiment::from_text(text)) {
        Ok(experiment) => assert_survives(&experiment),
        Err(error) => assert_told_well(&error, text),
    }
}

/// What is wanted of a JSON trace to open its experiment; out of memory, and out of a file that comes in pieces.
pub fn trace_head(data: &[u8]) {
    let whole = opened(data);
    let pieces = within_bounds(|| read_experiment(Path::new("any"), Pieces(data)));
    assert_eq!(pieces.ok(), whole);
}

/// A JSON trace with all its numbers.
pub fn whole_trace(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    match within_bounds(|| Trace::from_json(text)) {
        Ok(trace) => {
            assert!(trace.experiment.clone().check().is_ok());
            // Of what is not a number nothing is equal but the text.
            let json = trace.to_json();
            match Trace::from_json(&json) {
                Ok(again) => assert_eq!(again.to_json(), json),
                Err(error) => panic!("{error}\n{json}"),
            }
        }
        Err(error) => assert_showable(&error.to_string()),
    }
}

/// An SVG that may carry an experiment. What a parser of all of XML finds in it is found.
pub fn svg(data: &[u8]) {
    opened(data);
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let most = LARGEST_TEXT as usize;
    if let Some(carried) = carried_by_tree(text)
        && carried.len() <= most
    {
        let found = experiment_of_svg(text, most);
        assert_eq!(found.as_deref(), Ok(carried.as_str()));
    }
}

/// The text of the first element that holds an experiment, out of the tree of the whole document.
fn carried_by_tree(svg: &str) -> Option<String> {
    // XML has no name with nothing before its colon; the library takes it for one without.
    if svg.contains("<:") || svg.contains("</:") {
        return None;
    }
    let document = Document::parse(svg).ok()?;
    let found = document
        .descendants()
        .find(|node| node.has_tag_name(("urn:bptt-scope:experiment", "experiment")))?;
    let texts = found.children().filter(|child| child.is_text());
    Some(texts.filter_map(|child| child.text()).collect())
}

/// A PNG that may carry an experiment.
pub fn png(data: &[u8]) {
    opened(data);
}

/// Numbers of other programs: a model, or a gradient. A checkpoint of PyTorch is read from a file.
pub fn model(data: &[u8]) {
    let file = (FileForm::of(data) == Some(FileForm::Pytorch)).then(|| {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), data).expect("a disk");
        file
    });
    let path = file.as_ref().map(|file| file.path());
    match within_bounds(|| tensors_of(data, path)) {
        Ok(tensors) => {
            for tensor in &tensors {
                let count: usize = tensor.shape.iter().product();
                assert_eq!(count, tensor.values.len(), "{}", tensor.name);
            }
            for module in modules_in(&tensors) {
                assert_visible(&shown_text(&module.name));
            }
            let network = NetworkSettings::default();
            if let Err(error) = GivenWeights::of_model(&tensors, network.choice()) {
                assert_showable(&error);
            }
        }
        Err(error) => assert_showable(&shown_reason(&error.to_string())),
    }
}

/// A table of a person's own sequences, read as it looks and as it is said to be.
pub fn table(data: &[u8]) {
    let said = TableOptions {
        delimiter: Delimiter::Comma,
        header: Whether::Yes,
        quotes: Whether::Yes,
        ..TableOptions::default()
    };
    for options in [TableOptions::default(), said] {
        match within_bounds(|| read_table(data, options)) {
            Ok(dataset) => {
                assert!(!dataset.is_empty());
                assert_visible(&dataset_in_words(&dataset));
                if let Some(corpus) = dataset.corpus(0.1, 7, 100) {
                    let training = corpus.sentences(Part::Training);
                    assert!(training.clone().count() > 0);
                    for sentence in training {
                        assert!(sentence.label < corpus.labels().len());
                    }
                }
            }
            Err(error) => assert_showable(&shown_message(&error.to_string())),
        }
    }
}

/// The words of an embedding.
pub fn words(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    match within_bounds(|| WordList::of_text(text)) {
        Ok(list) => {
            for token in tokens_of(text, Some(&list), 9) {
                assert!(token.row.is_none_or(|row| row < 9));
            }
        }
        Err(error) => assert_showable(&shown_message(&error)),
    }
}

/// A lesson in Markdown.
pub fn lesson(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    match within_bounds(|| Lesson::from_text(text)) {
        Ok(lesson) => {
            assert!(!lesson.steps.is_empty());
            for step in &lesson.steps {
                step.text.said();
            }
        }
        Err(error) => assert_told_well(&error, text),
    }
}

/// What the window remembers.
pub fn memory(data: &[u8]) {
    let memory = match within_bounds(|| read_memory(data)) {
        Ok(memory) => memory,
        Err(error) => return assert_showable(&error.to_string()),
    };
    let experiment = memory.experiment.clone().check();
    assert_survives(&experiment.expect("an experiment that passes the check"));
    let tree = within_bounds(|| memory.arrangement.tree());
    // As the window writes it: the arrangement is that of its tiles.
    let tidied = Memory {
        arrangement: Arrangement::of(&tree),
        ..memory.clone()
    };
    for memory in [memory, tidied] {
        let text = serde_json::to_vec(&memory).expect("what is remembered is JSON");
        if text.len() <= LARGEST_MEMORY {
            let again = read_memory(&*text);
            let written = String::from_utf8_lossy(&text);
            assert_eq!(again, Ok(memory), "{written}");
        }
    }
}

/// The sentence of a person, typed or out of a file.
pub fn sentence(data: &[u8]) {
    /// Timesteps.
    const LENGTH: usize = 12;
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let words = within_bounds(|| tokenise(text));
    for word in &words {
        assert!(!word.is_empty() && !word.contains(char::is_whitespace));
        assert_visible(word);
        assert_eq!(tokenise(word), [word.as_str()]);
    }
    for padding in Padding::ALL {
        let task = TaskKind::Sentiment.build(LENGTH, padding).unwrap();
        let mut batch = task.empty_batch();
        let reading = task.read(text, 1, &mut batch);
        let reading = reading.expect("a task that reads text");
        assert_eq!(reading.words.len(), LENGTH);
        let shown = reading.words.iter().flatten().count();
        assert_eq!(shown + reading.cut, words.len());
    }
}

/// What is opened of a file with `data`.
pub fn opened(data: &[u8]) -> Option<Opened> {
    match within_bounds(|| experiment_in(Path::new("any"), data)) {
        Ok(opened) => {
            assert_survives(&opened.experiment);
            Some(opened)
        }
        Err(error) => {
            assert_showable(&error.to_string());
            None
        }
    }
}

/// Asserts that `error` can be shown, and names a line that `text` has.
fn assert_told_well(error: &TextError, text: &str) {
    assert_showable(&error.to_string());
    let lines = text.bytes().filter(|byte| *byte == b'\n').count() + 1;
    assert!((1..=lines).contains(&error.line), "{error}");
}

/// A file that comes in pieces of a few bytes.
struct Pieces<'a>(&'a [u8]);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let piece = buffer.len().min(7);
        self.0.read(&mut buffer[..piece])
    }
}
