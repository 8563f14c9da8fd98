//! The blocks of a step that are no prose: where to look, and what to do.

use toml::de::{DeTable, DeValue};

use super::choices::{DIRECTIONS, MEASURES, PHASE_AXES, chosen, meant, view};
use super::condition::Condition;
use super::lesson::{Pointing, Task};
use super::prose::Prose;
use super::prose_reading::{Lines, prose_in};
use crate::training::{TextError, limit, shown_reason, shown_text};

/// The keys of the block `look`.
const LOOK_KEYS: [&str; 5] = ["view", "cursor", "direction", "measure", "phase_axis"];

/// Bytes of a block `look`: five short lines, and remarks.
const LONGEST_LOOK: usize = 2_000;

/// Reads the block `look`, whose first line is `first_line` of its file: `view = "product"`.
///
/// # Errors
/// The first thing that is wrong, with its line and what would be right.
pub fn read_look(text: &str, first_line: usize) -> Result<Pointing, TextError> {
    if text.len() > LONGEST_LOOK {
        let what = format!("a block look has at most {LONGEST_LOOK} bytes");
        return Err(TextError::new(first_line - 1, what));
    }
    let lines = Lines::of(text);
    let at = |place: usize| first_line + lines.at(place) - 1;
    let table = DeTable::parse(text).map_err(|error| {
        let place = error.span().map_or(0, |span| span.start);
        let what = shown_reason(&error.message().replace('\n', ", "));
        TextError::new(at(place), format!("this is no TOML: {what}"))
    })?;
    let mut keys: Vec<_> = table.get_ref().iter().collect();
    keys.sort_by_key(|(key, _)| key.span().start);
    let mut look = Pointing::default();
    for (key, value) in keys {
        let name = key.get_ref().as_ref();
        let word = match value.get_ref() {
            DeValue::String(word) => word,
            _ => text.get(value.span()).unwrap_or_default(),
        };
        put(&mut look, name, word).map_err(|what| TextError::new(at(key.span().start), what))?;
    }
    Ok(look)
}

fn put(look: &mut Pointing, key: &str, word: &str) -> Result<(), String> {
    match key {
        "view" => look.view = Some(view(word)?),
        "direction" => look.direction = Some(chosen(key, DIRECTIONS, word)?),
        "measure" => look.measure = Some(chosen(key, MEASURES, word)?),
        "phase_axis" => look.phase_axis = Some(chosen(key, PHASE_AXES, word)?),
        "cursor" => put_cursor(look, word)?,
        _ => {
            let hint = meant(key, LOOK_KEYS.into_iter());
            let all = if hint.is_empty() {
                format!("; there are {}", LOOK_KEYS.join(", "))
            } else {
                hint
            };
            return Err(format!("there is no key {}{all}", shown_text(key)));
        }
    }
    Ok(())
}

fn put_cursor(look: &mut Pointing, text: &str) -> Result<(), String> {
    let range = limit::LENGTH;
    let found = text.parse::<usize>().ok();
    look.cursor = Some(
        found
            .filter(|it| range.check(*it as f64).is_ok())
            .ok_or_else(|| {
                format!(
                    "cursor takes a timestep from 1 to {}, not {}",
                    range.max,
                    shown_text(text)
                )
            })?,
    );
    Ok(())
}

/// What begins the parts of the block `do` that are not what is asked.
const UNTIL: &str = "until:";
const THEN: &str = "then:";

/// Reads the block `do`, whose first line is `first_line` of its file: what is asked, `until:` when it is done, and
/// `then:` what is said of it.
///
/// # Errors
/// The first thing that is wrong, with its line and what would be right.
pub fn read_do(text: &str, first_line: usize) -> Result<Task, TextError> {
    let lines: Vec<&str> = text.lines().collect();
    let place_of = |word: &str| lines.iter().position(|line| line.trim().starts_with(word));
    let Some(until_at) = place_of(UNTIL) else {
        return Err(TextError::new(
            first_line - 1,
            "this task never ends: add a line such as until: step >= 20",
        ));
    };
    let until_line = first_line + until_at;
    let condition = lines[until_at].trim()[UNTIL.len()..].trim();
    let until = Condition::read(condition).map_err(|what| TextError::new(until_line, what))?;
    let asked = prose_in(&lines[..until_at].join("\n"), first_line)?;
    if asked.is_empty() {
        let what = "this task asks for nothing: say what to do above until:";
        return Err(TextError::new(until_line, what));
    }
    Ok(Task {
        text: asked,
        until,
        then: read_then(&lines[until_at + 1..], until_line + 1)?,
    })
}

/// Reads what stands behind `until:`, from `first_line` on.
fn read_then(lines: &[&str], first_line: usize) -> Result<Prose, TextError> {
    let Some(begin) = lines.iter().position(|line| !line.trim().is_empty()) else {
        return Ok(Prose::default());
    };
    let line = first_line + begin;
    let Some(rest) = lines[begin].trim().strip_prefix(THEN) else {
        let what = "behind until: there is room for then: and what is said once the task is done";
        return Err(TextError::new(line, what));
    };
    let text = [&[rest.trim()], &lines[begin + 1..]].concat().join("\n");
    prose_in(&text, line)
}
