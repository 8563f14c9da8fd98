//! Opening: an experiment from its own file, or from a figure or a trace that carries one.

use std::io::{BufReader, Read};
use std::path::Path;

use super::head::{Head, Trouble};
use super::open_error::OpenError;
use super::opened::{Carrier, Opened};
use super::others::{bring_files, may_be_a_model, opened_data, opened_model, opened_record};
use super::reading::{Watch, regular_file};
use crate::export::carried::carried_step;
use crate::export::figure::{Missing, experiment_of_png, experiment_of_svg};
use crate::export::trace::check_schema;
use crate::models::{ReadError, Record, tensors_of};
use crate::training::{Experiment, NetworkSettings, megabytes};

/// Bytes of a text that is an experiment, also of one that a picture carries: one with the longest sentence is a
/// tenth of this, and whatever a megabyte says is answered within a second and with little memory.
pub const LARGEST_TEXT: u64 = 1_000_000;

/// Bytes of a picture, and of a trace as far as it is searched for its head: the largest picture that this
/// program writes is smaller, and what is larger still would keep a window waiting.
const LARGEST: u64 = 64_000_000;

/// What editors of one system begin files with.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What a PNG begins with.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Opens the file at `path`, which must be a regular one: nothing else can keep whoever waits waiting.
///
/// # Errors
/// [`OpenError`] names the file, the line if there is one, and the remedy.
pub fn open_experiment(path: &Path) -> Result<Opened, OpenError> {
    let (file, size) = regular_file(path)?;
    read_sized(path, file, Some(size), Origin::File(&Watch::default()))
}

/// As [`open_experiment`], without what is in other files that the experiment names: for whoever may say that they are
/// elsewhere. Their paths are no longer relative to `path`.
///
/// # Errors
/// As [`open_experiment`], but for those files.
pub fn open_alone(path: &Path) -> Result<Opened, OpenError> {
    let (file, size) = regular_file(path)?;
    read_sized(path, file, Some(size), Origin::Alone)
}

/// Where something is read from.
#[derive(Clone, Copy)]
pub(super) enum Origin<'a> {
    /// A file, which others can be beside, and which an experiment can name; until it is interrupted.
    File(&'a Watch),
    /// A file, of which nothing else is read.
    Alone,
    /// A text or a pipe, which is gone once it is read.
    Passing,
}

impl Origin<'_> {
    fn is_file(self) -> bool {
        !matches!(self, Self::Passing)
    }
}

/// Reads an experiment from `source`, which `name` is told to be in messages.
///
/// # Errors
/// As [`open_experiment`].
pub fn read_experiment(name: &Path, source: impl Read) -> Result<Opened, OpenError> {
    read_sized(name, source, None, Origin::Passing)
}

/// Reads `source`, of `size` bytes if that is known, as far as what it begins with can go.
pub(super) fn read_sized(
    name: &Path,
    mut source: impl Read,
    size: Option<u64>,
    origin: Origin<'_>,
) -> Result<Opened, OpenError> {
    let unreadable = |error| OpenError::Unreadable(name.to_owned(), error);
    let mut bytes = Vec::new();
    let mut head = source.by_ref().take(LARGEST_TEXT + 1);
    head.read_to_end(&mut bytes).map_err(unreadable)?;
    if may_be_a_model(&bytes) {
        source.read_to_end(&mut bytes).map_err(unreadable)?;
        if let Some(record) = Record::of(&bytes) {
            let refused = |error| OpenError::Numbers(name.to_owned(), error);
            return opened_record(name, &record.map_err(refused)?);
        }
        let tensors = tensors_of(&bytes, Some(name))
            .map_err(|error| OpenError::Numbers(name.to_owned(), error))?;
        let network = NetworkSettings::default();
        return opened_model(name, &tensors, network.choice(), origin.is_file());
    }
    let begins = begin_of(&bytes);
    let never = Watch::default();
    let watch = match origin {
        Origin::File(watch) => watch,
        Origin::Alone | Origin::Passing => &never,
    };
    if origin.is_file() && may_be_a_table(name, begins) {
        return opened_data(name, watch);
    }
    if begins.starts_with(b"{") {
        // As long as it may be: it is read only as far as its head goes.
        let opened = carried_by_trace(name, begins.chain(BufReader::new(source)), size)?;
        return brought(name, opened, origin, watch);
    }
    let most = most_of(begins);
    let is_larger = size.is_some_and(|size| size > most);
    if bytes.len() as u64 > LARGEST_TEXT && most > LARGEST_TEXT && !is_larger {
        let mut rest = source.take(LARGEST);
        rest.read_to_end(&mut bytes).map_err(unreadable)?;
    }
    if is_larger || bytes.len() as u64 > most {
        return Err(OpenError::TooLarge {
            path: name.to_owned(),
            size,
            most,
        });
    }
    brought(name, experiment_in(name, &bytes)?, origin, watch)
}

/// `opened` with what is in the files that it names.
fn brought(
    name: &Path,
    opened: Opened,
    origin: Origin<'_>,
    watch: &Watch,
) -> Result<Opened, OpenError> {
    if let (Origin::Alone, Some(folder)) = (origin, name.parent()) {
        return Ok(Opened {
            experiment: opened.experiment.named_in(folder),
            beside: opened.beside.map(|beside| beside.named_in(folder)),
            ..opened
        });
    }
    let bring = |experiment| {
        bring_files(experiment, name.parent(), watch)
            .map_err(|error| OpenError::Numbers(name.to_owned(), ReadError::new(error.to_string())))
    };
    let brought = bring(opened.experiment)?;
    let beside = opened.beside.map(bring).transpose()?;
    let (beside, notice) = beside.map(|it| (it.experiment, it.notice)).unzip();
    Ok(Opened {
        experiment: brought.experiment,
        beside,
        notice: brought.notice.or(notice.flatten()),
        ..opened
    })
}

/// Whether the file at `path` is called as tables are.
pub fn is_named_as_a_table(path: &Path) -> bool {
    let extension = path
        .extension()
        .map(|it| it.to_string_lossy().to_lowercase());
    matches!(extension.as_deref(), Some("csv" | "tsv" | "tab"))
}

/// Whether what `begins` like this in the file `name` is a table of a person's own: by its name, or by its first line.
fn may_be_a_table(name: &Path, begins: &[u8]) -> bool {
    /// What tables of this program begin with, which have no sequences; all others have magnitudes.
    const OWN: [&str; 6] = [
        "schema,",
        "step,loss,gradient_norm,",
        "part,step,accuracy",
        "part,t,",
        "w_h,loss,",
        "kind,index,",
    ];
    let is_named = is_named_as_a_table(name);
    let line = begins
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let is_own = OWN.iter().any(|own| line.starts_with(own.as_bytes()))
        || String::from_utf8_lossy(line).contains("_log10,");
    if is_own || begins.is_empty() || begins.starts_with(b"<") || begins.starts_with(PNG) {
        return false;
    }
    // An experiment has sections, remarks and equals signs, and a trace begins with a brace.
    let is_experiment = b"[#{".contains(&begins[0]) || line.contains(&b'=');
    let is_text = std::str::from_utf8(line).is_ok();
    is_named || (is_text && !is_experiment && line.contains(&b'\t'))
}

/// How much of what begins with `begins` may be read.
pub(super) fn most_of(begins: &[u8]) -> u64 {
    let may_be_large = begins.starts_with(PNG) || begins.starts_with(b"<");
    if may_be_large { LARGEST } else { LARGEST_TEXT }
}

/// `bytes` from the first that is no blank.
pub(super) fn begin_of(bytes: &[u8]) -> &[u8] {
    bytes
        .strip_prefix(BYTE_ORDER_MARK)
        .unwrap_or(bytes)
        .trim_ascii_start()
}

/// The experiment in `bytes`, which `name` is told to be in messages.
///
/// # Errors
/// As [`open_experiment`].
pub fn experiment_in(name: &Path, bytes: &[u8]) -> Result<Opened, OpenError> {
    let own = || name.to_owned();
    let (begins, size) = (begin_of(bytes), bytes.len() as u64);
    if begins.starts_with(b"{") {
        return carried_by_trace(name, begins, Some(size));
    }
    let most = most_of(begins);
    if size > most {
        return Err(OpenError::TooLarge {
            path: own(),
            size: Some(size),
            most,
        });
    }
    if bytes.starts_with(PNG) {
        let text = experiment_of_png(bytes, LARGEST_TEXT as usize);
        return carried_by_picture(name, text);
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return Err(OpenError::Binary(own(), error.valid_up_to())),
    };
    if let Some(place) = text.find('\0') {
        return Err(OpenError::Binary(own(), place));
    }
    let begins = text.trim_start_matches('\u{feff}').trim_start();
    match begins.chars().next() {
        None => Err(OpenError::Empty(own())),
        Some('<') => {
            let text = experiment_of_svg(begins, LARGEST_TEXT as usize);
            carried_by_picture(name, text)
        }
        Some(_) if begins_like_a_table(begins) => Err(OpenError::Without(own(), "table")),
        Some(_) => match Experiment::both_from_text(text) {
            Ok((experiment, beside)) => Ok(Opened::alone(experiment, beside)),
            Err(error) => Err(OpenError::Text(own(), error)),
        },
    }
}

/// Whether the first line of `text` has the names of columns, or values: no line of an experiment has commas and
/// no `=` but a remark.
fn begins_like_a_table(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default();
    line.contains(',') && !line.contains('=') && !line.starts_with('#')
}

/// The experiment whose `text` a picture called `name` carries.
fn carried_by_picture(name: &Path, text: Result<String, Missing>) -> Result<Opened, OpenError> {
    let own = || name.to_owned();
    let text = text.map_err(|missing| match missing {
        Missing::Absent => OpenError::Without(own(), "picture"),
        Missing::Deep => OpenError::Deep(own()),
        Missing::Large => {
            let most = megabytes(LARGEST_TEXT);
            OpenError::Carried(own(), format!("it is no text of at most {most}"))
        }
    })?;
    let both = Experiment::both_from_text(&text);
    // No line is told: the text is nowhere to be seen.
    let (experiment, beside) = both.map_err(|error| OpenError::Carried(own(), error.problem()))?;
    Ok(Opened {
        carrier: Some(Carrier {
            kind: "picture",
            step: carried_step(&text),
        }),
        ..Opened::alone(experiment, beside)
    })
}

/// The experiment of the trace that `source` is, of `size` bytes if that is known.
fn carried_by_trace(
    name: &Path,
    source: impl Read,
    size: Option<u64>,
) -> Result<Opened, OpenError> {
    let own = || name.to_owned();
    let head = Head::read(source, LARGEST);
    match head.trouble {
        Some(Trouble::TooLarge) => {
            return Err(OpenError::TooLarge {
                path: own(),
                size,
                most: LARGEST,
            });
        }
        Some(Trouble::Text(error)) if head.experiment.is_none() || head.schema.is_none() => {
            return Err(OpenError::Text(own(), error));
        }
        _ => {}
    }
    let Some(experiment) = head.experiment else {
        return Err(OpenError::Without(own(), "JSON file"));
    };
    check_schema(head.schema.as_ref()).map_err(|error| OpenError::Trace(own(), error))?;
    let experiment = experiment.map_err(|error| OpenError::Text(own(), error))?;
    Ok(Opened {
        carrier: Some(Carrier {
            kind: "trace",
            step: head.step.flatten(),
        }),
        ..Opened::alone(experiment, None)
    })
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io;

    use super::*;

    use proptest::prelude::*;

    use crate::training::foreign::tests::assert_showable;

    fn told(bytes: &[u8]) -> String {
        experiment_in(Path::new("e.toml"), bytes)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn whatever_is_in_a_file_is_answered_with_its_name() {
        assert!(told(b"").starts_with("e.toml is empty"));
        assert!(told(b" \n\n").starts_with("e.toml is empty"));
        assert!(told(&[0, 1, 2, 3]).starts_with("e.toml is no text (byte 1 "));
        assert!(told(b"seed = 1\n# \xff").starts_with("e.toml is no text (byte 12 "));
        assert!(told(b"seed = ").starts_with("e.toml, line 1: this is no TOML"));
        assert!(told(b"[network]\nw_h = 1e9").starts_with("e.toml, line 2: network.w_h takes"));
        assert!(told(b"<svg></svg>").contains("a picture that carries no experiment"));
        assert!(told(b"{}").contains("a JSON file that carries no experiment"));
        assert!(told(b"schema,step\n").contains("a table that carries no experiment"));
        assert!(told(b"step,loss\n0,0.7\n").contains("a table that carries no experiment"));
        assert!(told(b"# a, b\nseed = ").contains("line 2: this is no TOML"));
        assert!(told(b"\x89PNG\r\n\x1a\nhalf").contains("a picture that carries no experiment"));
    }

    #[test]
    fn what_is_wrong_with_a_trace_is_told_as_of_a_file_and_of_a_picture_without_a_line() {
        let schema = r#""schema": "bptt-scope.trace/1", "step": 3"#;
        for (json, expected) in [
            (
                r#"{"experiment": {"network": {"w_j": 1}}, SCHEMA}"#,
                "e.toml, line 1: there is no key network.w_j; did you mean network.w_",
            ),
            (
                r#"{SCHEMA, "experiment": {"network": {"w_h": 1e9}}}"#,
                "e.toml, line 1: network.w_h takes a number from -1000 to 1000, not 1000000000.0",
            ),
            (
                r#"{"experiment": {}, "step": 3}"#,
                "e.toml: its schema is missing, and this program reads bptt-scope.trace/2",
            ),
            (
                r#"{"experiment": {}, "schema": "bptt-scope.trace/3", "step": 3}"#,
                "e.toml: its schema is bptt-scope.trace/3, and this program reads bptt-scope.trace/2",
            ),
            (
                r#"{SCHEMA}"#,
                "e.toml is a JSON file that carries no experiment",
            ),
            (
                "{\"a\": 1,\n\"b\" 2}",
                "e.toml, line 2: this is no JSON: expected `:`",
            ),
            (
                "{\"a\": ",
                "e.toml, line 1: this is no JSON: it ends in the middle",
            ),
        ] {
            let message = told(json.replace("SCHEMA", schema).as_bytes());
            assert!(message.starts_with(expected), "{message}");
        }
        let svg = "<svg><experiment xmlns='urn:bptt-scope:experiment'>network.w_h = 1e9</experiment></svg>";
        assert_eq!(
            told(svg.as_bytes()),
            "the experiment in e.toml: network.w_h takes a number from -1000 to 1000, not 1000000000.0"
        );
    }

    #[test]
    fn a_trace_opens_however_long_it_is_and_wherever_its_keys_are() {
        let name = Path::new("long.json");
        let trace = "\u{feff}{\"experiment\": {\"seed\": 5}, \"a\": [[1], {\"step\": 2}], \
            \"schema\": \"bptt-scope.trace/1\", \"step\": 7, \"timesteps\": [";
        let endless = trace.as_bytes().chain(io::repeat(b' '));
        let opened = read_experiment(name, endless).unwrap();
        assert_eq!(opened.experiment.seed, 5);
        let carrier = opened.carrier.unwrap();
        assert_eq!((carrier.kind, carrier.step), ("trace", Some(7)));
        assert_eq!(experiment_in(name, trace.as_bytes()).unwrap(), opened);
    }

    #[test]
    fn endless_sources_are_given_up() {
        let error = read_experiment(Path::new("zeros"), &mut io::repeat(b'a')).unwrap_err();
        assert_eq!(
            error.to_string(),
            "zeros is larger than 1 MB, and no experiment"
        );
        let endless = b"{\"a\": [".chain(io::repeat(b' '));
        let error = read_experiment(Path::new("blanks"), endless).unwrap_err();
        assert_eq!(
            error.to_string(),
            "blanks is larger than 64 MB, and no experiment"
        );
    }

    /// Within a second, and without building what is in them.
    #[test]
    fn what_is_made_to_take_time_and_memory_is_refused_soon() {
        let before = std::time::Instant::now();
        let repeat = |begin: &str, part: &str| {
            let count = (999_000 - begin.len()) / part.len();
            (begin.to_owned() + &part.repeat(count)).into_bytes()
        };
        for (bytes, expected) in [
            (
                repeat("", "<a xmlns:aI=\"b\">"),
                "more than 256 elements in each other",
            ),
            (
                repeat("{\"experiment\": {\"seed\": ", "["),
                "more than 100 lists and sections",
            ),
            (
                repeat("{\"experiment\": {\"seed\": [1", ",1"),
                "it ends in the middle",
            ),
            (
                repeat("{\"experiment\": {\"seed\": [{}", ",{\"\":0}"),
                "it ends in the middle",
            ),
            (repeat("seed = [1", ",1"), "this is no experiment"),
            (repeat("seed = [{a=1}", ",{a=1}"), "this is no experiment"),
            (repeat("", "a.a.a.a.a.a.a."), "this is no experiment"),
        ] {
            let told = told(&bytes);
            assert!(told.contains(expected), "{told}");
            assert_showable(&told);
        }
        assert!(before.elapsed().as_secs_f64() < 3.0);
    }

    /// It is refused before it could be saved, after which nothing could open it again.
    #[test]
    fn a_sentence_that_is_too_long_does_not_come_in_by_a_trace() {
        let trace = |length: usize| {
            let text = "é".repeat(length);
            format!(
                "{{\"schema\": \"bptt-scope.trace/1\", \"step\": 0, \"experiment\": {{\"probe\": {{\"text\": \"{text}\"}}}}}}"
            )
        };
        let opened = experiment_in(Path::new("t"), trace(10_000).as_bytes()).unwrap();
        let text = opened.experiment.to_text();
        assert_eq!(*Experiment::from_text(&text).unwrap(), *opened.experiment);
        assert_eq!(
            told(trace(10_001).as_bytes()),
            "e.toml, line 1: probe.text takes a text of at most 10000 characters, not 10001 of them"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        /// Whatever the file and its name: one line that can be shown anywhere.
        #[test]
        fn whatever_is_wrong_is_told_safely(
            name in any::<String>(),
            begin in proptest::sample::select(vec![
                "", "{", "{\"experiment\": {", "{\"schema\": \"", "<", "<a>", "[", "seed = ",
                "<e xmlns='urn:bptt-scope:experiment'>",
            ]),
            rest in any::<String>(),
            bytes in any::<Vec<u8>>(),
        ) {
            let name = Path::new(&name);
            for bytes in [(begin.to_owned() + &rest).as_bytes(), &bytes] {
                if let Err(error) = experiment_in(name, bytes) {
                    assert_showable(&error.to_string());
                }
            }
        }
    }

    #[test]
    fn folders_missing_files_and_huge_ones_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let told = |path: &Path| open_experiment(path).unwrap_err().to_string();
        assert!(told(folder.path()).ends_with("it is a folder"));
        assert!(told(&folder.path().join("no.toml")).ends_with("there is no such file"));
        let huge = folder.path().join("huge.toml");
        // A gigabyte of nothing takes no room.
        File::create(&huge).unwrap().set_len(1_000_000_000).unwrap();
        assert!(
            told(&huge).ends_with("huge.toml (1000 MB) is larger than 1 MB, and no experiment")
        );
        #[cfg(unix)]
        assert!(told(Path::new("/dev/null")).ends_with("it is no file"));
    }
}
