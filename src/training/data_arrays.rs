//! Sequences out of arrays: `x` of T × D or N × T × D numbers, with targets and lengths beside it.

use std::sync::Arc;

use super::foreign::shown_text;
use crate::models::NamedTensor;
use crate::rnn::ReadOut;
use crate::tasks::{Content, Dataset, Sequences, Summary, ask_for_whole_rows};

/// Names that arrays of inputs usually have, the likeliest first.
const INPUTS: [&str; 10] = [
    "x",
    "inputs",
    "input",
    "x_train",
    "data",
    "sequences",
    "features",
    "arr_0",
    "array",
    "signal",
];

/// Names that arrays of targets usually have.
const TARGETS: [&str; 9] = [
    "y", "targets", "target", "y_train", "labels", "label", "outputs", "arr_1", "classes",
];

/// Names that the numbers of timesteps usually have.
const LENGTHS: [&str; 6] = ["lengths", "length", "seq_lens", "seq_lengths", "lens", "n"];

/// The largest number that is no mistake.
const LARGEST: f64 = 1e100;

fn named<'a>(tensors: &'a [NamedTensor], names: &[&str]) -> Option<&'a NamedTensor> {
    names.iter().find_map(|name| {
        tensors
            .iter()
            .find(|tensor| tensor.name.to_lowercase() == *name)
    })
}

/// What the arrays of a file are, for a message.
fn listed(tensors: &[NamedTensor]) -> String {
    /// That are named one by one.
    const NAMED: usize = 8;
    let first = tensors.iter().take(NAMED);
    let named: Vec<String> = first
        .map(|it| format!("{} ({})", shown_text(&it.name), it.shape_in_words()))
        .collect();
    let more = if tensors.len() > NAMED { ", …" } else { "" };
    named.join(", ") + more
}

/// Whether `tensors` may be sequences: an array of inputs by its name, or alone.
pub fn may_be_sequences(tensors: &[NamedTensor]) -> bool {
    let inputs = named(tensors, &INPUTS);
    let is_shaped = |it: &NamedTensor| (1..=3).contains(&it.shape.len());
    match (inputs, tensors) {
        (Some(inputs), _) => is_shaped(inputs),
        (None, [only]) => is_shaped(only),
        _ => false,
    }
}

/// The sequences in `tensors`, with targets out of `others` if they are in another file.
///
/// # Errors
/// Which array is missing, or does not fit the others.
pub fn dataset_of_arrays(
    tensors: &[NamedTensor],
    others: Option<&[NamedTensor]>,
) -> Result<Dataset, String> {
    let inputs = named(tensors, &INPUTS).or(match tensors {
        [only] => Some(only),
        _ => None,
    });
    let inputs = inputs.ok_or_else(|| {
        format!(
            "there is no array of inputs in it, called x or inputs; there are {}",
            listed(tensors)
        )
    })?;
    let targets = match others {
        Some(others) => named(others, &TARGETS).or(match others {
            [only] => Some(only),
            _ => None,
        }),
        None => named(tensors, &TARGETS),
    };
    let targets = targets.ok_or_else(|| {
        "it has inputs and no targets: put them beside it as the array y, or name their file at data.targets".to_owned()
    })?;
    let lengths = named(tensors, &LENGTHS).filter(|it| !std::ptr::eq(*it, inputs));
    let sequences = sequences_of(inputs, targets, lengths)?;
    let mut summary = Summary {
        used: vec![
            ("inputs", shown_text(&inputs.name)),
            ("targets", shown_text(&targets.name)),
        ],
        ..Summary::default()
    };
    if let Some(lengths) = lengths {
        summary.used.push(("lengths", shown_text(&lengths.name)));
    }
    summary.measure(sequences.lengths());
    if let Some(classes) = sequences.classes() {
        let mut counts = vec![0; classes];
        let asked = sequences.targets.iter().filter(|y| !y.is_nan());
        asked.for_each(|y| counts[*y as usize] += 1);
        let counted = counts.into_iter().enumerate();
        summary.classes = counted.map(|(class, it)| (class.to_string(), it)).collect();
    }
    Ok(Dataset::new(
        Content::Sequences(Arc::new(sequences)),
        summary,
    ))
}

fn sequences_of(
    inputs: &NamedTensor,
    targets: &NamedTensor,
    lengths: Option<&NamedTensor>,
) -> Result<Sequences, String> {
    let [count, length, width] = match *inputs.shape.as_slice() {
        [length] => [1, length, 1],
        [length, width] => [1, length, width],
        [count, length, width] => [count, length, width],
        _ => {
            return Err(format!(
                "{} has {}: inputs are T × D, or N × T × D",
                shown_text(&inputs.name),
                inputs.shape_in_words()
            ));
        }
    };
    if count * length * width == 0 {
        return Err(format!("{} is empty", shown_text(&inputs.name)));
    }
    let is_one = inputs.shape.len() < 3;
    let (read_out, target_width) = shape_of_targets(targets, count, length, is_one)
        .ok_or_else(|| {
            let takes = match is_one {
                true => format!("{length} or {length} × K for an answer at every step, or K for one at the end"),
                false => format!(
                    "{count} or {count} × K for an answer at the end, {count} × {length} or {count} × {length} × K for one at every step"
                ),
            };
            format!(
                "{} has {}, and {} has {}: targets are {takes}",
                shown_text(&targets.name),
                targets.shape_in_words(),
                shown_text(&inputs.name),
                inputs.shape_in_words()
            )
        })?;
    let own_lengths = match lengths {
        None => vec![length; count],
        Some(tensor) => lengths_of(tensor, count, length)?,
    };
    let mut sequences = Sequences {
        width,
        read_out,
        target_width,
        ..Sequences::default()
    };
    for (index, own) in own_lengths.into_iter().enumerate() {
        let first = index * length;
        let values = &inputs.values[first * width..(first + own) * width];
        if let Some(place) = values.iter().position(|x| {
            x.abs()
                .partial_cmp(&LARGEST)
                .is_none_or(std::cmp::Ordering::is_gt)
        }) {
            return Err(format!(
                "{} has {} in sequence {}, timestep {}: inputs are finite numbers up to 1e100",
                shown_text(&inputs.name),
                values[place],
                index + 1,
                place / width + 1
            ));
        }
        sequences.values.extend(values);
        sequences.ends.push(sequences.values.len() / width);
        let rows = match read_out {
            ReadOut::AtTheEnd => index..index + 1,
            ReadOut::AtEveryStep => first..first + own,
        };
        let own = &targets.values[rows.start * target_width..rows.end * target_width];
        sequences.targets.extend(own);
    }
    if let Some(y) = sequences.targets.iter().find(|y| y.abs() > LARGEST) {
        return Err(format!("{} has {y}", shown_text(&targets.name)));
    }
    ask_for_whole_rows(&mut sequences.targets, target_width);
    match sequences.targets.iter().all(|y| y.is_nan()) {
        true => Err(format!(
            "{} asks for nothing: every number is NaN",
            shown_text(&targets.name)
        )),
        false => Ok(sequences),
    }
}

/// When an answer is asked for, and how many numbers it has.
fn shape_of_targets(
    targets: &NamedTensor,
    count: usize,
    length: usize,
    is_one: bool,
) -> Option<(ReadOut, usize)> {
    use ReadOut::{AtEveryStep, AtTheEnd};
    let found = match (targets.shape.as_slice(), is_one) {
        ([], true) => (AtTheEnd, 1),
        (&[steps], true) if steps == length => (AtEveryStep, 1),
        (&[numbers], true) => (AtTheEnd, numbers),
        (&[steps, numbers], true) if steps == length => (AtEveryStep, numbers),
        (&[1, numbers], true) => (AtTheEnd, numbers),
        (&[sequences], false) if sequences == count => (AtTheEnd, 1),
        (&[sequences, steps], false) if sequences == count && steps == length => (AtEveryStep, 1),
        (&[sequences, numbers], false) if sequences == count => (AtTheEnd, numbers),
        (&[sequences, steps, numbers], false) if sequences == count && steps == length => {
            (AtEveryStep, numbers)
        }
        _ => return None,
    };
    (found.1 > 0).then_some(found)
}

fn lengths_of(tensor: &NamedTensor, count: usize, length: usize) -> Result<Vec<usize>, String> {
    let name = shown_text(&tensor.name);
    if tensor.values.len() != count {
        return Err(format!(
            "{name} has {} numbers, and there are {count} sequences",
            tensor.values.len()
        ));
    }
    let is_right = |own: f64| own.fract() == 0.0 && (1.0..=length as f64).contains(&own);
    match tensor.values.iter().position(|own| !is_right(*own)) {
        None => Ok(tensor.values.iter().map(|own| *own as usize).collect()),
        Some(place) => Err(format!(
            "{name} has {} for sequence {}: a length is a whole number from 1 to {length}",
            tensor.values[place],
            place + 1
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::Exactness;

    fn array(name: &str, shape: &[usize]) -> NamedTensor {
        NamedTensor {
            name: name.to_owned(),
            shape: shape.to_vec(),
            values: (0..shape.iter().product::<usize>())
                .map(|it| it as f64)
                .collect(),
            exactness: Exactness::Double,
        }
    }

    fn read(tensors: &[NamedTensor]) -> Result<Arc<Sequences>, String> {
        dataset_of_arrays(tensors, None).map(|dataset| match dataset.content() {
            Content::Sequences(sequences) => Arc::clone(sequences),
            Content::Texts(_) => panic!("numbers"),
        })
    }

    fn array_of(name: &str, values: &[f64]) -> NamedTensor {
        NamedTensor {
            values: values.to_vec(),
            ..array(name, &[values.len()])
        }
    }

    #[test]
    fn arrays_of_every_shape_are_sequences_with_targets() {
        use ReadOut::{AtEveryStep, AtTheEnd};
        for (x, y, read_out, width, count) in [
            (&[5][..], &[5][..], AtEveryStep, 1, 1),
            (&[5, 2], &[5], AtEveryStep, 1, 1),
            (&[5, 2], &[5, 3], AtEveryStep, 3, 1),
            (&[5, 2], &[3], AtTheEnd, 3, 1),
            (&[5, 2], &[], AtTheEnd, 1, 1),
            (&[4, 5, 2], &[4], AtTheEnd, 1, 4),
            (&[4, 5, 2], &[4, 3], AtTheEnd, 3, 4),
            (&[4, 5, 2], &[4, 5], AtEveryStep, 1, 4),
            (&[4, 5, 2], &[4, 5, 3], AtEveryStep, 3, 4),
        ] {
            let found = read(&[array("Y", y), array("X", x)]).unwrap();
            assert_eq!(
                (found.read_out, found.target_width, found.len()),
                (read_out, width, count),
                "{x:?} {y:?}"
            );
            assert_eq!(found.values.len(), x.iter().product::<usize>());
        }
    }

    #[test]
    fn sequences_end_where_their_lengths_say() {
        let arrays = [
            array("x", &[2, 3, 1]),
            array("y", &[2, 3]),
            array_of("lengths", &[1.0, 2.0]),
        ];
        let found = read(&arrays).unwrap();
        assert_eq!(found.values, [0.0, 3.0, 4.0]);
        assert_eq!(found.targets, [0.0, 3.0, 4.0]);
        assert_eq!(found.ends, [1, 3]);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let x = || array("x", &[4, 5, 2]);
        for (arrays, told) in [
            (vec![x()], "it has inputs and no targets"),
            (
                vec![x(), array("y", &[3])],
                "y has 3, and x has 4 × 5 × 2: targets are 4 or 4 × K for an answer at the end",
            ),
            (
                vec![
                    x(),
                    array("y", &[4]),
                    array_of("lengths", &[1.0, 2.0, 6.0, 1.0]),
                ],
                "lengths has 6 for sequence 3: a length is a whole number from 1 to 5",
            ),
            (
                vec![array("a", &[2]), array("b", &[3])],
                "there is no array of inputs in it, called x or inputs; there are a (2), b (3)",
            ),
            (
                vec![array_of("x", &[1.0, f64::NAN]), array("y", &[2])],
                "x has NaN in sequence 1, timestep 2",
            ),
            (
                vec![array("x", &[2]), array_of("y", &[f64::NAN, f64::NAN])],
                "y asks for nothing",
            ),
        ] {
            let found = read(&arrays).unwrap_err();
            assert!(found.starts_with(told), "{found}");
        }
    }
}
