//! A run as a row of moments, for whoever wants to show it as a film.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use super::snapshot::{Snapshot, Wanted};
use super::trainer::Trainer;
use crate::rnn::Interrupt;

/// What is asked for: moments of the run, from its first recorded step to the present.
#[derive(Clone, Debug)]
pub struct FilmRequest {
    /// How many at most.
    pub frames: usize,
    /// What of each.
    pub wanted: Wanted,
    /// Where they go, oldest first; the channel ends with the last, or before it if the run that they are of is
    /// replaced by another. A receiver that is gone ends it too.
    pub to: Sender<FilmFrame>,
}

/// One moment of a film.
#[derive(Clone, Debug)]
pub struct FilmFrame {
    /// How many there are in all.
    pub count: usize,
    /// The moment.
    pub snapshot: Arc<Snapshot>,
}

/// A film that is being made, a frame at a time.
pub struct Film {
    wanted: Wanted,
    steps: VecDeque<u64>,
    count: usize,
    to: Sender<FilmFrame>,
}

impl Film {
    /// Of the run of `trainer`, at steps that lie evenly among those that are recorded.
    pub fn new(request: FilmRequest, trainer: &Trainer) -> Self {
        let present = trainer.steps_done();
        let mut recorded: Vec<u64> = trainer
            .recorded_steps()
            .filter(|&step| step < present)
            .collect();
        recorded.push(present);
        let steps = evenly(&recorded, request.frames);
        Self {
            wanted: request.wanted,
            count: steps.len(),
            steps,
            to: request.to,
        }
    }

    /// Makes the next frame. Returns whether there is another one to make.
    pub fn advance(&mut self, trainer: &mut Trainer, interrupt: &Interrupt) -> bool {
        let Some(&step) = self.steps.front() else {
            return false;
        };
        let wanted = self.wanted;
        let made = if step == trainer.steps_done() {
            trainer.snapshot(wanted, interrupt)
        } else {
            // A moment that has been thinned out or overtaken since ends the film: the receiver counts frames.
            let Some(mut then) = trainer.at(step).filter(|then| then.steps_done() == step) else {
                return false;
            };
            if then.is_spectrum_old() {
                then.measure_spectrum();
            }
            trainer.snapshot_of_past(&mut then, wanted, interrupt)
        };
        // Interrupted, it is made again.
        let Ok(snapshot) = made else { return true };
        self.steps.pop_front();
        let frame = FilmFrame {
            count: self.count,
            snapshot: Arc::new(snapshot),
        };
        self.to.send(frame).is_ok() && !self.steps.is_empty()
    }
}

/// At most `count` of `steps`, evenly chosen, the first and the last among them.
fn evenly(steps: &[u64], count: usize) -> VecDeque<u64> {
    let count = count.min(steps.len());
    if count < 2 {
        return steps.last().copied().into_iter().take(count).collect();
    }
    let place = |index: usize| index * (steps.len() - 1) / (count - 1);
    (0..count).map(|index| steps[place(index)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::CheckedExperiment;

    #[test]
    fn both_ends_are_there_and_no_step_twice() {
        let steps: Vec<u64> = (0..100).collect();
        let chosen = evenly(&steps, 7);
        assert_eq!((chosen.len(), chosen[0], chosen[6]), (7, 0, 99));
        assert!(chosen.iter().zip(chosen.iter().skip(1)).all(|(a, b)| a < b));
        assert_eq!(evenly(&steps, 1000).len(), 100);
        assert_eq!(evenly(&[5], 3), [5]);
        assert!(evenly(&steps, 0).is_empty());
    }

    #[test]
    fn a_film_is_made_of_the_moments_of_the_run() {
        let never = Interrupt::default();
        let mut trainer = Trainer::new(CheckedExperiment::default());
        for _ in 0..20 {
            trainer.step(&never);
        }
        let (to, frames) = std::sync::mpsc::channel();
        let mut film = Film::new(
            FilmRequest {
                frames: 5,
                wanted: Wanted::default(),
                to,
            },
            &trainer,
        );
        while film.advance(&mut trainer, &never) {}
        drop(film);
        let frames: Vec<_> = frames.into_iter().collect();
        let steps: Vec<_> = frames
            .iter()
            .map(|frame| frame.snapshot.moment.step)
            .collect();
        assert_eq!(steps, [0, 5, 10, 15, 20]);
        assert!(frames.iter().all(|frame| frame.count == 5));
        let mut again = Trainer::new(CheckedExperiment::default());
        for _ in 0..10 {
            again.step(&never);
        }
        let then = again.snapshot(Wanted::default(), &never).unwrap();
        assert_eq!(frames[2].snapshot.probe.flow, then.probe.flow);
    }
}
