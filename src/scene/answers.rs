//! The answers of a network in words.

use super::subject::Subject;
use super::words::in_full;
use crate::flow::{as_chosen, significant};
use crate::rnn::norm;
use crate::training::Answer;

/// The answers of a task that asks at several timesteps. One that asks at the end alone has its place behind the last state.
pub fn asked<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Answer> + use<'a> {
    let probe = &subject.snapshot.probe;
    let is_at_every_step = probe.flow.is_asked_at_every_step;
    probe.answers.iter().filter(move |_| is_at_every_step)
}

/// What an answer is called by whether it counts as right.
pub fn right_or_wrong(is_right: bool) -> &'static str {
    if is_right { "right" } else { "wrong" }
}

/// ` · ŷ = 0.6, right for y = 1, L = 0.5`: of the only answer, or, where there are several, of that at 1-based `t`, if
/// there is one.
pub fn answer_at(subject: &Subject<'_>, t: usize) -> String {
    let probe = &subject.snapshot.probe;
    let is_asked_at_every_step = probe.flow.is_asked_at_every_step;
    let mut answers = probe.answers.iter();
    let answer = match is_asked_at_every_step {
        true => answers.find(|answer| answer.t == t),
        false => answers.next_back(),
    };
    answer.map_or_else(String::new, |answer| {
        if probe.is_put_in() {
            return format!(" · {} is put in", put_in(answer));
        }
        let verdict = right_or_wrong(answer.is_right);
        match &answer.classes {
            Some([said, right]) => format!(
                " · says {said}, {verdict} for {right}, L = {}",
                significant(answer.loss)
            ),
            None => format!(
                " · ŷ = {}, {verdict} for y = {}, L = {}",
                significant(answer.likelihood()),
                answer
                    .target
                    .first()
                    .map_or_else(String::new, |y| as_chosen(*y)),
                significant(answer.loss)
            ),
        }
    })
}

/// The gradient that is put in at a state: `g = 1`, or the length of several numbers.
pub fn put_in(answer: &Answer) -> String {
    match answer.target.as_slice() {
        [g] => format!("g = {}", in_full(*g)),
        numbers => format!("‖g‖ = {}", significant(norm(numbers))),
    }
}

/// What is asked at a timestep, what the network answers, and what it costs; or what is put in there.
pub fn answer_in_words(subject: &Subject<'_>, answer: &Answer) -> String {
    if subject.snapshot.probe.is_put_in() {
        let whence = match subject.snapshot.probe.begins {
            Some(direction) => {
                let along = direction.in_words();
                format!("there is no loss, and the gradient begins at this state, {along}")
            }
            None => "the gradient that is put in from outside at this state".to_owned(),
        };
        return format!("{}: {whence}", put_in(answer));
    }
    let verdict = right_or_wrong(answer.is_right);
    let said = match (
        &answer.classes,
        answer.prediction.as_slice(),
        answer.target.as_slice(),
    ) {
        (Some([said, right]), ..) => format!("answers “{said}”, {verdict}: it is “{right}”"),
        (None, [prediction], [target]) => format!(
            "ŷ = {}, {verdict}: y = {}",
            in_full(*prediction),
            in_full(*target)
        ),
        (None, predictions, _) => format!("{} numbers, {verdict}", predictions.len()),
    };
    format!(
        "{said}\nL = {}: the loss of this answer, one of all that are added up",
        in_full(answer.loss)
    )
}
