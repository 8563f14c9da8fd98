//! The moments of a run that can be gone back to, in bounded memory.

use std::collections::VecDeque;
use std::sync::Arc;

use rand_chacha::ChaCha8Rng;

use crate::rnn::{Network, Parameters};
use crate::training::optimizer::Optimizer;
use crate::training::{CheckedExperiment, HistoryRow};

/// Bytes that the moments of a run may take in all. A network of 512 units has 2 MB per moment, with Adam 6 MB, and
/// if it reads words 5 and 14 MB.
const MEMORY: usize = 64 << 20;

/// Moments kept at most, half of them the newest: about what a picture can tell apart.
const MOST: usize = 2048;

/// Moments kept at least, however large the network is.
const LEAST: usize = 8;

/// What a moment takes besides its numbers: itself, the experiment, and its row of the picture.
const OVERHEAD: usize = 16 * 1024;

/// Everything from which the steps after it follow to the last bit: the state of a run after `step` steps
/// and all that was changed by hand until the next one was made.
pub struct Moment {
    /// Training steps made.
    pub step: u64,
    /// The experiment as it was.
    pub experiment: Arc<CheckedExperiment>,
    /// All parameters.
    pub parameters: Parameters,
    /// What the optimiser remembered.
    pub optimizer: Optimizer,
    /// The generator of batches.
    pub rng: ChaCha8Rng,
    /// The probe's gradient then, once it has been computed.
    pub row: Option<Arc<HistoryRow>>,
}

/// What a moment is made of, where it stands in the trainer.
pub struct Present<'a> {
    /// Training steps made.
    pub step: u64,
    /// The experiment.
    pub experiment: &'a Arc<CheckedExperiment>,
    /// All parameters.
    pub parameters: &'a Parameters,
    /// The optimiser.
    pub optimizer: &'a Optimizer,
    /// The generator of batches.
    pub rng: &'a ChaCha8Rng,
}

impl Moment {
    /// The network as it was.
    pub fn network(&self) -> Network {
        let settings = &self.experiment.network;
        let parameters = self.parameters.clone();
        Network::of_cell(settings.cell, settings.activation, parameters, settings.o_0)
    }

    /// About how much memory it takes, without its row of the picture.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + bytes_of(&self.parameters, &self.optimizer)
    }
}

/// Bytes of the numbers of a moment: the parameters, and up to two running averages beside them.
fn bytes_of(parameters: &Parameters, optimizer: &Optimizer) -> usize {
    (parameters.count() + optimizer.count()) * size_of::<f64>()
}

/// How many moments there may be of so many `bytes` each.
fn affordable(bytes: usize) -> usize {
    (MEMORY / (OVERHEAD + bytes)).clamp(LEAST, MOST)
}

impl Present<'_> {
    /// A moment that stands for itself.
    pub fn keep(&self) -> Moment {
        Moment {
            step: self.step,
            experiment: Arc::clone(self.experiment),
            parameters: self.parameters.clone(),
            optimizer: self.optimizer.clone(),
            rng: self.rng.clone(),
            row: None,
        }
    }

    /// Allocates nothing if the optimiser is of the same kind.
    fn keep_in(&self, moment: &mut Moment) {
        moment.step = self.step;
        moment.experiment = Arc::clone(self.experiment);
        moment.parameters.copy_from(self.parameters);
        moment.optimizer.copy_from(self.optimizer);
        moment.rng.clone_from(self.rng);
        moment.row = None;
    }
}

/// Moments, oldest first: every one of the newest steps, and behind them those whose step is a multiple
/// of a stride that doubles when there are too many.
pub struct Past {
    older: Vec<Moment>,
    stride: u64,
    recent: VecDeque<Moment>,
    /// Used again, so that recording allocates nothing.
    spare: Vec<Moment>,
    /// Of `older` and of `recent` each.
    capacity: usize,
    /// Of the numbers of a moment. The optimiser may be changed for one that remembers more.
    bytes_each: usize,
}

impl Past {
    /// Nothing yet, for a network of `parameters` and what `optimizer` remembers.
    pub fn new(parameters: &Parameters, optimizer: &Optimizer) -> Self {
        let bytes_each = bytes_of(parameters, optimizer);
        let capacity = affordable(bytes_each) / 2;
        Self {
            older: Vec::with_capacity(capacity + 1),
            stride: 1,
            recent: VecDeque::with_capacity(capacity + 1),
            spare: Vec::new(),
            capacity,
            bytes_each,
        }
    }

    /// Records `present`. Moments of its step or of later ones are gone: it is another future now.
    pub fn record(&mut self, present: &Present<'_>) {
        self.forget_from(present.step);
        let bytes = bytes_of(present.parameters, present.optimizer);
        if bytes > self.bytes_each {
            self.make_room_for(bytes);
        }
        let moment = match self.spare.pop() {
            Some(mut moment) => {
                present.keep_in(&mut moment);
                moment
            }
            None => present.keep(),
        };
        self.recent.push_back(moment);
        if self.recent.len() > self.capacity
            && let Some(oldest) = self.recent.pop_front()
        {
            self.move_behind(oldest);
        }
    }

    /// Whether moments of a network of `parameters` can be recorded beside these.
    pub fn fits(&self, parameters: &Parameters) -> bool {
        self.moments()
            .next()
            .is_some_and(|moment| moment.parameters.layout() == parameters.layout())
    }

    /// Forgets every moment of `step` and later.
    pub fn forget_from(&mut self, step: u64) {
        while let Some(newest) = self.recent.pop_back_if(|moment| moment.step >= step) {
            self.put_aside(newest);
        }
        while let Some(newest) = self.older.pop_if(|moment| moment.step >= step) {
            self.put_aside(newest);
        }
    }

    /// Every moment, oldest first.
    pub fn moments(&self) -> impl DoubleEndedIterator<Item = &Moment> {
        self.older.iter().chain(&self.recent)
    }

    /// As [`Self::moments`], to write to.
    pub fn moments_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut Moment> {
        self.older.iter_mut().chain(&mut self.recent)
    }

    /// The recorded moment nearest to `step`, the earlier of two.
    pub fn nearest(&self, step: u64) -> Option<&Moment> {
        self.moments()
            .min_by_key(|moment| moment.step.abs_diff(step))
    }

    /// Gives back the memory of what can be computed again, or is there only to be used again.
    pub fn save_memory(&mut self) {
        self.spare = Vec::new();
        for moment in self.moments_mut() {
            moment.row = None;
        }
        self.older.shrink_to_fit();
        self.recent.shrink_to_fit();
    }

    /// About how much memory it takes, without rows of the picture.
    pub fn bytes(&self) -> usize {
        let all = self.moments().chain(&self.spare);
        all.map(Moment::bytes).sum()
    }

    /// Keeps the memory of a moment that is no more.
    fn put_aside(&mut self, moment: Moment) {
        self.spare.push(Moment {
            row: None,
            ..moment
        });
    }

    /// Keeps `moment` if its step is one of those that are kept for long.
    fn move_behind(&mut self, moment: Moment) {
        if !moment.step.is_multiple_of(self.stride) {
            self.put_aside(moment);
            return;
        }
        self.older.push(moment);
        if self.older.len() > self.capacity {
            self.thin();
        }
    }

    /// Doubles the stride.
    fn thin(&mut self) {
        self.stride *= 2;
        let stride = self.stride;
        let odd = |moment: &mut Moment| !moment.step.is_multiple_of(stride);
        let thinned = self.older.extract_if(.., odd);
        self.spare.extend(thinned.map(|moment| Moment {
            row: None,
            ..moment
        }));
    }

    /// From now on a moment has so many `bytes`, which is more than before.
    fn make_room_for(&mut self, bytes: usize) {
        self.bytes_each = bytes;
        self.capacity = affordable(bytes) / 2;
        while self.recent.len() > self.capacity
            && let Some(oldest) = self.recent.pop_front()
        {
            self.move_behind(oldest);
        }
        while self.older.len() > self.capacity {
            self.thin();
        }
        self.spare = Vec::new();
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::training::OptimizerKind;

    fn past_of(parameters: &Parameters) -> Past {
        Past::new(parameters, &Optimizer::new(OptimizerKind::Sgd, parameters))
    }

    fn record(past: &mut Past, parameters: &Parameters, step: u64) {
        record_with(past, parameters, OptimizerKind::Sgd, step);
    }

    fn record_with(past: &mut Past, parameters: &Parameters, kind: OptimizerKind, step: u64) {
        let optimizer = Optimizer::new(kind, parameters);
        past.record(&Present {
            step,
            experiment: &Arc::default(),
            parameters,
            optimizer: &optimizer,
            rng: &ChaCha8Rng::seed_from_u64(step),
        });
    }

    fn steps(past: &Past) -> Vec<u64> {
        past.moments().map(|moment| moment.step).collect()
    }

    #[test]
    fn the_newest_are_whole_the_older_even_and_all_are_bounded() {
        let parameters = Parameters::zeros(1, 1, false);
        let mut past = past_of(&parameters);
        let half = (MOST / 2) as u64;
        let count = 100_000;
        for step in 0..count {
            record(&mut past, &parameters, step);
        }
        let steps = steps(&past);
        assert!(steps.len() <= MOST && steps.len() > MOST / 2);
        let (older, recent) = steps.split_at(steps.len() - MOST / 2);
        assert_eq!(recent, ((count - half)..count).collect::<Vec<_>>());
        assert!(older.iter().all(|step| step.is_multiple_of(past.stride)));
        assert!(
            older
                .windows(2)
                .all(|pair| pair[1] - pair[0] == past.stride)
        );
        assert_eq!(older[0], 0);
        assert!(past.spare.len() <= MOST);
    }

    #[test]
    fn a_step_made_again_replaces_what_came_after_it() {
        let parameters = Parameters::zeros(1, 1, false);
        let mut past = past_of(&parameters);
        for step in 0..10 {
            record(&mut past, &parameters, step);
        }
        record(&mut past, &parameters, 4);
        assert_eq!(steps(&past), [0, 1, 2, 3, 4]);
        assert_eq!(past.nearest(100).unwrap().step, 4);
        assert_eq!(past.nearest(2).unwrap().step, 2);
        let mut expected = ChaCha8Rng::seed_from_u64(4);
        let mut found = past.nearest(4).unwrap().rng.clone();
        assert_eq!(
            rand::RngExt::random::<u64>(&mut found),
            rand::RngExt::random::<u64>(&mut expected)
        );
    }

    #[test]
    fn a_large_network_has_fewer_moments() {
        let parameters = Parameters::zeros(300, 512, false);
        let past = past_of(&parameters);
        let bytes = 2 * past.capacity * parameters.count() * 8;
        assert!(bytes <= MEMORY && 2 * past.capacity >= LEAST);
    }

    /// Whatever the optimiser remembers counts, from when it is chosen.
    #[test]
    fn another_optimizer_in_the_middle_of_a_run_keeps_the_moments_bounded() {
        let parameters = Parameters::zeros(2, 128, false);
        let mut past = past_of(&parameters);
        for step in 0..2_000 {
            record(&mut past, &parameters, step);
        }
        let before = past.moments().count();
        assert!(past.bytes() <= MEMORY && before > 300, "{before}");
        for step in 2_000..4_000 {
            record_with(&mut past, &parameters, OptimizerKind::Adam, step);
            let bytes: usize = past.moments().map(Moment::bytes).sum();
            assert!(bytes <= MEMORY, "{step}: {bytes}");
        }
        let steps = steps(&past);
        assert!(steps.len() > 100 && steps.is_sorted());
        assert_eq!((steps[0], steps.last()), (0, Some(&3_999)));
        // What Adam has grown stays as large when it is left.
        for step in 4_000..6_000 {
            record(&mut past, &parameters, step);
        }
        assert!(past.moments().count() <= 2 * past.capacity);
        assert!(2 * past.capacity * 3 * parameters.count() * 8 <= MEMORY);
    }
}
