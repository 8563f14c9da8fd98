//! Several moments beside each other: what each is called, and what their gradients say of each other in one sentence.

use std::path::Path;

use super::place::Place;
use crate::flow::{Magnitude, counted, percent, thousands};
use crate::training::{SETTINGS, Setting, Snapshot, Value, shown_path};

/// Settings that a name has at most.
const NAMED: usize = 3;

/// Characters of a name that has room in a sentence.
const SHORT: usize = 24;

/// Decades by which gradients differ at least that are not alike.
const APART: f64 = 0.02;

/// A gradient that is larger than this many times the one at the end is said in times, and not in percent.
const GROWN: f64 = 1.5;

/// What each of `moments` is called: by the settings that not all of them have alike, a cell by its name alone; where these
/// are many, by its file among `files`, if it has one. Where nothing differs, or two would have one name, by numbers.
pub fn names_of(moments: &[&Snapshot], files: &[Option<&str>]) -> Vec<String> {
    if let Some(runs) = names_of_runs(moments) {
        return runs;
    }
    let experiments = moments.iter().map(|it| &*it.moment.experiment);
    let differs = |setting: &&Setting| {
        let mut values = experiments.clone().map(|it| setting.get(it));
        let first = values.next();
        values.any(|value| Some(&value) != first.as_ref())
    };
    // What is in a file follows from its path.
    let differing: Vec<&Setting> = SETTINGS
        .iter()
        .filter(|setting| setting.key != "data.hash")
        .filter(differs)
        .collect();
    let mut steps = moments.iter().map(|it| it.moment.step);
    let first = steps.next();
    let steps_differ = steps.any(|step| Some(step) != first);
    let name = |(place, moment): (usize, &&Snapshot)| {
        let experiment = &moment.moment.experiment;
        let values = || differing.iter().map(|setting| setting.get(experiment));
        // What it does not have says nothing beside what it has.
        let says_something = |value: &Value| *value != Value::None;
        let leaves_out = values().any(|value| says_something(&value));
        let mut parts: Vec<String> = differing
            .iter()
            .zip(values())
            .filter(|(_, value)| !leaves_out || says_something(value))
            .map(|(setting, value)| {
                let value = setting.in_words(&value);
                match setting.key {
                    "network.cell" => value,
                    "probe.record" => {
                        file_name(Path::new(&experiment.probe.record)).unwrap_or(value)
                    }
                    "network.weights" => {
                        let file = experiment.network.weights.file();
                        file.and_then(|path| file_name(Path::new(path)))
                            .unwrap_or(value)
                    }
                    _ if setting.symbol.is_empty() => format!("{} = {value}", setting.name),
                    _ => format!("{} = {value}", setting.symbol),
                }
            })
            .collect();
        if steps_differ {
            parts.push(format!("step {}", thousands(moment.moment.step)));
        }
        let file = files.get(place).copied().flatten();
        match (parts.len(), file) {
            (0..=NAMED, _) => parts.join(", "),
            (_, Some(file)) => file.to_owned(),
            (count, None) => format!("{} and {} more", parts[..NAMED].join(", "), count - NAMED),
        }
    };
    let names: Vec<String> = moments.iter().enumerate().map(name).collect();
    let is_twice = |name: &String| names.iter().filter(|other| *other == name).count() > 1;
    let numbered = (1..).zip(&names).map(|(number, name)| match name.as_str() {
        "" => format!("number {number}"),
        _ if is_twice(name) => format!("{name} ({number})"),
        _ => name.clone(),
    });
    numbered.collect()
}

/// What the runs elsewhere are called that `moments` follow, if each follows another.
fn names_of_runs(moments: &[&Snapshot]) -> Option<Vec<String>> {
    let names = moments.iter().map(|moment| {
        let runs = &moment.run.records.as_ref()?.runs;
        match runs.followed.as_str() {
            "." | "" => file_name(&runs.folder),
            run => Some(run.to_owned()),
        }
    });
    let names: Vec<String> = names.collect::<Option<_>>()?;
    let mut different = names.clone();
    different.sort();
    different.dedup();
    (different.len() == names.len()).then_some(names)
}

fn file_name(path: &Path) -> Option<String> {
    Some(shown_path(Path::new(path.file_name()?)))
}

/// As [`names_of`], of two, with the letter of each before it, which is all where they have nothing otherwise: `A Elman`.
pub fn names_of_two(moments: [&Snapshot; 2]) -> [String; 2] {
    let is_other = |one: &Snapshot, other: &Snapshot| {
        one.moment.step != other.moment.step || *one.moment.experiment != *other.moment.experiment
    };
    let letters = [Place::First, Place::Second].map(Place::letter);
    if !is_other(moments[0], moments[1]) {
        return letters.map(str::to_owned);
    }
    let names = names_of(&moments, &[]);
    std::array::from_fn(|index| format!("{} {}", letters[index], names[index]))
}

/// As [`sentence_of`], of two that are called by their letters where their names are long.
pub fn sentence_of_two(moments: [&Snapshot; 2]) -> String {
    let letters = [Place::First, Place::Second].map(Place::letter);
    let mut names = names_of(&moments, &[]);
    let is_short = |name: &String| name.chars().count() <= SHORT && !name.contains(", ");
    if *moments[0].moment.experiment == *moments[1].moment.experiment || !names.iter().all(is_short)
    {
        names = letters.map(str::to_owned).into();
    }
    sentence_of(&moments, &names)
}

/// Where the gradients of `moments` are farthest apart, counted from the end, as far back as all of them reach: `LSTM still
/// has 31 % of the gradient at “not”, where Elman has 1.0·10⁻⁹ of it`.
pub fn sentence_of(moments: &[&Snapshot], names: &[String]) -> String {
    let least = moments.iter().map(|it| it.len()).min().unwrap_or(0);
    let reaches =
        |moment: &Snapshot, back: usize| moment.probe.flow.steps[moment.len() - 1 - back].to_end;
    let mut farthest: Option<(f64, usize, [usize; 2])> = None;
    for back in 0..least {
        let heights = moments.iter().map(|it| height(reaches(it, back)));
        let heights: Vec<f64> = heights.collect();
        if heights.iter().any(|height| height.is_nan()) {
            continue;
        }
        let places = || 0..heights.len();
        let by_height = |a: &usize, b: &usize| heights[*a].total_cmp(&heights[*b]);
        let (Some(most), Some(fewest)) = (places().max_by(by_height), places().min_by(by_height))
        else {
            continue;
        };
        // Both nothing, or both beyond all numbers, are alike.
        let apart = match heights[most] == heights[fewest] {
            true => 0.0,
            false => heights[most] - heights[fewest],
        };
        if farthest.is_none_or(|(before, ..)| apart > before) {
            farthest = Some((apart, back, [most, fewest]));
        }
    }
    let Some((apart, back, [most, fewest])) = farthest else {
        return "Their gradients are not finite at any step that all of them have".to_owned();
    };
    if apart < APART {
        return "Their gradients are alike at every step, to within 5 %".to_owned();
    }
    let [first, other] = [most, fewest].map(|place| moments[place]);
    let (more, less) = (reaches(first, back), reaches(other, back));
    let still = if height(more) < GROWN.log10() {
        "still has"
    } else {
        "has"
    };
    format!(
        "{} {still} {} the gradient {}, where {} has {} it",
        names[most],
        amount(more),
        place_of(moments, back),
        names[fewest],
        amount(less)
    )
}

fn height(magnitude: Magnitude) -> f64 {
    match magnitude {
        Magnitude::Finite { log10, .. } => log10,
        Magnitude::Zero => f64::NEG_INFINITY,
        Magnitude::Overflow { .. } => f64::INFINITY,
        Magnitude::Undefined | Magnitude::Nan => f64::NAN,
    }
}

/// `31 % of`, `1.0·10⁻⁹ of`, `12 times`, `none of`.
fn amount(magnitude: Magnitude) -> String {
    let size = magnitude.size();
    match size {
        Magnitude::Zero => "none of".to_owned(),
        Magnitude::Finite { log10, .. } if log10 < -3.0 => format!("{size} of"),
        Magnitude::Finite { log10, .. } if log10 < GROWN.log10() => {
            format!("{} of", percent(libm::pow(10.0, log10)))
        }
        _ => format!("{size} times"),
    }
}

/// Where the timestep is that is `back` before the end: its word if all have the same there, its number if all are as long.
fn place_of(moments: &[&Snapshot], back: usize) -> String {
    let at = |moment: &Snapshot| moment.len() - back;
    let mut words = moments.iter().map(|moment| {
        let word = moment.word(at(moment))?;
        Some(word.text.as_str())
    });
    let first = words.next().flatten();
    if let Some(first) = first.filter(|first| words.all(|word| word == Some(first))) {
        return format!("at “{first}”");
    }
    let mut times = moments.iter().map(|moment| at(moment));
    let t = times.next().unwrap_or(0);
    match times.all(|other| other == t) {
        true => format!("at step {}", counted(t)),
        false => match back {
            0 => "at the last step".to_owned(),
            1 => "at the last step but one".to_owned(),
            _ => format!("{} steps before the last", counted(back)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rnn::CellKind;
    use crate::scene::testing::moment;
    use crate::tasks::TaskKind;
    use crate::training::Experiment;

    fn said(changes: &[fn(&mut Experiment)]) -> (Vec<String>, String) {
        let moments: Vec<Snapshot> = changes.iter().map(|change| moment(0, change)).collect();
        let moments: Vec<&Snapshot> = moments.iter().collect();
        let names = names_of(&moments, &[]);
        let sentence = sentence_of(&moments, &names);
        (names, sentence)
    }

    #[test]
    fn moments_are_named_by_what_differs_and_one_sentence_says_what_comes_of_it() {
        let (names, sentence) =
            said(&[|e| e.network.w_h = 0.5, |e| e.network.cell = CellKind::Lstm]);
        assert_eq!(names[0], "Elman, wₕ = 0.5");
        assert!(sentence.contains("of the gradient at “"), "{sentence}");
        // 0.5⁹ and 1: the farthest is the first step.
        let (names, sentence) = said(&[
            |e| {
                e.task.kind = TaskKind::Latch;
                e.network.activation = crate::rnn::Activation::Identity;
                e.network.w_h = 0.5;
            },
            |e| {
                e.task.kind = TaskKind::Latch;
                e.network.activation = crate::rnn::Activation::Identity;
                e.network.w_h = 1.0;
            },
        ]);
        assert_eq!(names, ["wₕ = 0.5", "wₕ = 1"]);
        assert_eq!(
            sentence,
            "wₕ = 1 still has 100 % of the gradient at step 1, where wₕ = 0.5 has 0.2 % of it"
        );
    }

    #[test]
    fn what_is_alike_grown_gone_or_of_another_length_is_said_so() {
        let (names, sentence) = said(&[|_| {}, |_| {}]);
        assert_eq!(names, ["number 1", "number 2"]);
        assert!(sentence.contains("alike"), "{sentence}");
        let (_, sentence) = said(&[
            |e| e.network.w_h = 0.0,
            |e| {
                e.network.w_h = 3.0;
                e.network.activation = crate::rnn::Activation::Identity;
            },
        ]);
        assert!(
            sentence.contains(" times the gradient at ") && sentence.ends_with("none of it"),
            "{sentence}"
        );
        let (names, sentence) = said(&[
            |e| {
                e.task.kind = TaskKind::Latch;
                e.task.length = 20;
            },
            |e| {
                e.task.kind = TaskKind::Latch;
                e.task.length = 5;
                e.network.w_h = 0.1;
            },
        ]);
        assert_eq!(names[1], "n = 5, wₕ = 0.1");
        assert!(sentence.contains("4 steps before the last"), "{sentence}");
    }
}
