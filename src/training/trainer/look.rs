//! Everything there is to see of a run at one moment.

use std::sync::Arc;

use super::Trainer;
use super::setup::measures_always;
use crate::flow::{
    ForwardSums, Gates, GradientFlow, Magnitude, OperatingPoints, ProductNorms, Triangle,
    UnitPlace, Verdict, WorkedUnit, input_gradients, mean_direction, worst_direction,
};
use crate::rnn::{
    Answered, Batch, Initialise, Inputs, Interrupt, Interrupted, Loss, Objective, Parameter, Pass,
    Spectrum, answered, norm,
};
use crate::tasks::Word;
use crate::training::last_update::Made;
use crate::training::{
    Answer, Difference, Experiment, LastUpdate, Moment, ProductNormsState, Reading, RunSoFar,
    SeedDirection, Snapshot, Timeline, UpdatedTensor, Value, Wanted, Weight, WeightValues,
};

impl Trainer {
    /// Everything there is to see now, and what is `wanted` besides.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn snapshot(
        &mut self,
        wanted: Wanted,
        interrupt: &Interrupt,
    ) -> Result<Snapshot, Interrupted> {
        // A step and a look take turns: for 10,000 timesteps of 512 units each has buffers of 205 MB.
        self.pass.exchange_buffers(&mut self.probe);
        let snapshot = self.look(wanted, interrupt);
        self.pass.exchange_buffers(&mut self.probe);
        snapshot
    }

    fn look(&mut self, wanted: Wanted, interrupt: &Interrupt) -> Result<Snapshot, Interrupted> {
        let spectrum = self.affordable_spectrum();
        if wanted.eigenvalues && self.eigenvalues.is_none() && self.measures_always() {
            self.measure_spectrum();
        }
        let mut probe = self.reading(spectrum, wanted, interrupt)?;
        probe.cut_off = self.cut_off(interrupt)?;
        Ok(Snapshot {
            moment: self.moment(spectrum, wanted),
            run: self.run_so_far(probe.flow.len(), wanted),
            probe,
        })
    }

    fn moment(&self, spectrum: Spectrum, wanted: Wanted) -> Moment {
        Moment {
            step: self.step,
            edits: self.edits,
            experiment: Arc::clone(&self.experiment),
            network: Arc::new(self.network.clone()),
            weights: self.weights(spectrum),
            spectrum,
            spectrum_is_old: self.spectrum_is_old,
            eigenvalues: self.eigenvalues.clone().filter(|_| wanted.eigenvalues),
            parameter_count: self.network.parameters.count(),
        }
    }

    /// What comes of reading the probe, which takes the time of one forward and one backward pass.
    fn reading(
        &mut self,
        spectrum: Spectrum,
        wanted: Wanted,
        interrupt: &Interrupt,
    ) -> Result<Reading, Interrupted> {
        let begins = self.aim(interrupt)?;
        let loss = self.task.loss();
        let placed = &self.placed;
        let batch = &placed.batch;
        self.probe.run(&self.network, batch, loss, interrupt)?;
        let flow = GradientFlow::of(&self.network, batch, &self.probe, loss, spectrum, interrupt)?;
        let pass = &self.probe.pass;
        let (length, width) = (batch.length, self.network.s_0.len());
        let answers = self.answers();
        let (prediction, target, is_right) = match answers.last() {
            Some(last) => {
                let target = last.target.first().copied();
                (last.likelihood(), target.unwrap_or(f64::NAN), last.is_right)
            }
            None => (f64::NAN, f64::NAN, false),
        };
        Ok(Reading {
            batch: Arc::clone(batch),
            loss_function: loss,
            begins,
            memory: Arc::clone(&self.memory),
            source: self.task.source(),
            words: placed.words.clone(),
            words_cut: placed.words_cut,
            input_labels: Arc::clone(&placed.input_labels),
            states: (0..=length).map(|t| number_or_rms(pass.state(t))).collect(),
            forward: match wanted.worksheet {
                Some(_) => ForwardSums::of(&self.network, batch, pass),
                None => Vec::new(),
            },
            worked: self.worked(wanted.worksheet, interrupt)?,
            loss: answers.iter().map(|answer| answer.loss).sum::<f64>()
                + pass.last_state_loss(batch),
            answers,
            prediction,
            target,
            is_right,
            operating_points: OperatingPoints::of(pass).unwrap_or_default(),
            dl_dx: if wanted.inputs {
                input_gradients(&self.network, batch, &self.probe, loss, interrupt)?
            } else {
                Vec::new()
            },
            cut_off: None,
            gates: wanted
                .gates
                .then(|| Gates::of(&self.network, pass).map(Arc::new))
                .flatten(),
            layer_gains: layer_gains(pass),
            product_norms: if wanted.product_norms && width > 1 {
                match ProductNorms::of(&self.network, pass) {
                    Some(norms) => ProductNormsState::Ready(norms),
                    None => ProductNormsState::TooCostly {
                        cost: ProductNorms::cost(length, width),
                    },
                }
            } else {
                ProductNormsState::NotAsked
            },
            triangle: (wanted.triangle && width == 1).then(|| Triangle::of_numbers(&flow)),
            verdict: verdict(&flow, placed.words.as_deref()),
            flow,
        })
    }

    /// Where nothing is asked, turns the gradient at the last state to where it is to begin; what it begins along.
    fn aim(&mut self, interrupt: &Interrupt) -> Result<Option<SeedDirection>, Interrupted> {
        if !self.experiment.has_no_loss() {
            return Ok(None);
        }
        let wanted = self.experiment.data.direction;
        let batch = &self.placed.batch;
        let (network, pass) = (&self.network, &mut self.probe.pass);
        let worst = match wanted {
            SeedDirection::Mean => None,
            SeedDirection::Worst => {
                pass.forward(network, batch, interrupt)?;
                worst_direction(network, pass, interrupt)?
            }
        };
        let width = batch.target_width;
        let is_found = worst.is_some();
        let direction = worst.unwrap_or_else(|| mean_direction(width));
        let last = batch.targets.len() - width;
        if batch.targets[last..] != direction {
            let mut turned = Batch::clone(batch);
            turned.targets[last..].copy_from_slice(&direction);
            self.placed.batch = Arc::new(turned);
        }
        // Where nothing arrives at all, no direction is worse than another.
        Ok(Some(match is_found {
            true => SeedDirection::Worst,
            false => SeedDirection::Mean,
        }))
    }

    /// The unit at `place`, number by number, if the network is not the lecture's, of which there is a shorter account.
    fn worked(
        &self,
        place: Option<UnitPlace>,
        interrupt: &Interrupt,
    ) -> Result<Option<Arc<WorkedUnit>>, Interrupted> {
        let Some(place) = place.filter(|_| !self.network.is_the_lectures()) else {
            return Ok(None);
        };
        let (batch, loss) = (&self.placed.batch, self.task.loss());
        let (network, probe) = (&self.network, &self.probe);
        WorkedUnit::of(network, batch, probe, loss, place, interrupt).map(|it| Some(Arc::new(it)))
    }

    /// How much of the probe's gradient truncation takes, after its passes: the buffers are of the truncated one then.
    fn cut_off(&mut self, interrupt: &Interrupt) -> Result<Option<f64>, Interrupted> {
        let every = self.experiment.training.truncate;
        let batch = &self.placed.batch;
        if every == 0 || every >= batch.length {
            return Ok((every > 0).then_some(0.0));
        }
        let objective = Objective::sum_of(self.task.loss()).truncated(every);
        let mut truncated = self.network.parameters.zeros_like();
        self.probe
            .pass
            .backward(&self.network, batch, objective, &mut truncated, interrupt)?;
        let whole = self.probe.gradients.norm();
        let pairs = truncated
            .values_mut()
            .iter_mut()
            .zip(self.probe.gradients.values());
        pairs.for_each(|(cut, whole)| *cut -= whole);
        // 0/0 is nothing lost of nothing.
        Ok(Some(if whole == 0.0 {
            0.0
        } else {
            truncated.norm() / whole
        }))
    }

    /// What the network answers wherever the probe asks.
    fn answers(&self) -> Vec<Answer> {
        let (loss, outputs) = (self.task.loss(), self.task.outputs());
        let batch = &self.placed.batch;
        answered(batch, &self.probe.pass)
            .map(|Answered { t, z, y, .. }| {
                let mut prediction = vec![0.0; outputs];
                loss.write_prediction(z, &mut prediction);
                let largest = (0..outputs).fold(0, |best, k| if z[k] > z[best] { k } else { best });
                let names = [largest, y[0] as usize].map(|class| self.task.class_name(class));
                Answer {
                    t,
                    z: z.to_vec(),
                    prediction,
                    target: y.to_vec(),
                    loss: loss.value_of(z, y),
                    is_right: self.task.is_correct(z, y),
                    classes: (loss == Loss::CrossEntropy).then_some(names),
                }
            })
            .collect()
    }

    /// The run up to now, in which the probe has `length` timesteps.
    fn run_so_far(&self, length: usize, wanted: Wanted) -> RunSoFar {
        // The step that diverged is undone, but what was measured in it says why.
        let undone = u64::from(self.divergence.is_some());
        RunSoFar {
            timeline: Timeline {
                otherwise: self.otherwise_beyond(),
                ..self.timeline(wanted)
            },
            // What came after a moment that was gone back to is not its past.
            history: self
                .history
                .records()
                .filter(|record| record.step <= self.step + undone)
                .collect(),
            evaluations: self
                .evaluations
                .iter()
                .filter(|evaluation| evaluation.step <= self.step)
                .collect(),
            evaluation_is_old: self.evaluation_is_old,
            correctness: self.task.correctness(),
            knowing_nothing: self.knowing_nothing,
            // One of another length was made before the length was changed.
            last_batch: self
                .pass
                .flow()
                .steps()
                .filter(|_| self.pass.flow().len() == length)
                .collect(),
            last_update: self
                .last_update()
                .filter(|_| wanted.worksheet.is_some())
                .map(Arc::new),
            divergence: self.divergence.clone(),
            records: None,
        }
    }

    /// What the last step did to the weights, if nothing else has changed them since.
    fn last_update(&self) -> Option<LastUpdate> {
        let made = self.made.as_ref().filter(|made| made.edits == self.edits)?;
        let step = Made {
            before: &self.last_finite,
            after: &self.network.parameters,
            gradients: self.pass.gradients(),
            optimizer: &self.optimizer,
            held: &made.held,
        };
        let hidden = self.network.parameters.hidden();
        let clip_factor = made.clip_factor;
        let words = match &self.placed.batch.inputs {
            Inputs::Tokens(tokens) if self.network.is_the_lectures() => tokens
                .iter()
                .map(|token| {
                    let first = token.map(|token| token as usize * hidden)?;
                    let of_words = self.network.parameters.range(Parameter::InputWeights).start;
                    let range = of_words + first..of_words + first + hidden;
                    step.updated(Parameter::InputWeights, range, clip_factor)
                })
                .collect(),
            _ => Vec::new(),
        };
        Some(LastUpdate {
            optimizer: self.experiment.training.optimizer,
            learning_rate: made.learning_rate,
            gradient_norm: made.gradient_norm,
            clip_factor,
            tensors: self
                .network
                .parameters
                .layout()
                .tensors()
                .filter_map(|(tensor, range)| {
                    let updated = step.updated(tensor.parameter, range, clip_factor)?;
                    Some(UpdatedTensor {
                        parameter: tensor.parameter,
                        layer: tensor.layer,
                        updated,
                    })
                })
                .collect(),
            words,
        })
    }

    /// Whether the gate that carries the state on has a bias of its own, apart from the slider of b.
    pub(super) fn has_forget_bias(&self) -> bool {
        self.experiment.network.forget_bias.is_some()
    }

    /// What training has made of the weights that have sliders, where W_h has that `spectrum`.
    pub(super) fn measured(&self, spectrum: Spectrum) -> WeightValues {
        WeightValues::of(&self.network, self.has_forget_bias(), spectrum)
    }

    /// Where the sliders of the weights stand. Before the first step that is where the experiment puts them,
    /// of which measuring a matrix gives back all but the last bits.
    fn weights(&self, spectrum: Spectrum) -> WeightValues {
        let parameters = &self.network.parameters;
        let measured = self.measured(spectrum);
        let chosen = self.experiment.network.weights().as_sizes_of(parameters);
        let is_drawn_in_size = self.experiment.network.initialise == Initialise::Scaled
            && !self.experiment.has_own_weights();
        match (self.step, parameters.b().is_empty()) {
            _ if !is_drawn_in_size => measured,
            (0, true) => WeightValues { b: 0.0, ..chosen },
            (0, false) => chosen,
            _ => measured,
        }
    }

    /// Whether the spectrum on screen is older than W_h, because measuring it takes too long to be done
    /// at every snapshot of a run.
    pub fn is_spectrum_old(&self) -> bool {
        self.spectrum_is_old
    }

    /// Measures the spectrum of W_h as it is now. Takes about a second for 512 units.
    pub fn measure_spectrum(&mut self) {
        let blocks = self.network.parameters.recurrent_blocks();
        let (spectrum, eigenvalues) = Spectrum::of_all(blocks);
        // Before the first step it is known exactly, whether or not somebody looks at the eigenvalues, unless it was
        // estimated.
        if self.step > 0 || self.spectrum_is_old {
            self.spectrum = spectrum;
        }
        self.eigenvalues = Some(eigenvalues.into());
        self.spectrum_is_old = false;
    }

    /// As [`Self::snapshot`], of `then`, a past moment of this run, with the curves of the whole run.
    ///
    /// # Errors
    /// [`Interrupted`] if `interrupt` was raised.
    pub fn snapshot_of_past(
        &mut self,
        then: &mut Self,
        wanted: Wanted,
        interrupt: &Interrupt,
    ) -> Result<Snapshot, Interrupted> {
        // With the buffers that are there.
        self.pass.exchange_lanes(&mut then.pass);
        let snapshot = then.snapshot(wanted, interrupt);
        self.pass.exchange_lanes(&mut then.pass);
        let Snapshot { moment, probe, run } = snapshot?;
        Ok(Snapshot {
            run: RunSoFar {
                timeline: Timeline {
                    is_past: true,
                    otherwise: self.otherwise_then(&then.experiment, moment.weights),
                    ..self.timeline(wanted)
                },
                history: self.history.records().collect(),
                evaluations: self.evaluations.iter().collect(),
                evaluation_is_old: false,
                ..run
            },
            moment: Moment {
                edits: self.edits,
                ..moment
            },
            probe,
        })
    }

    /// What a past moment had otherwise than the present: of a weight that was set by hand since, where it stood
    /// then, to four digits. (Its experiment says where it began.)
    fn otherwise_then(&self, then: &Experiment, weights: WeightValues) -> Arc<[Difference]> {
        let mut otherwise = Difference::between(then, &self.experiment);
        for difference in &mut otherwise {
            let mut all = Weight::ALL.into_iter();
            if let Some(weight) = all.find(|weight| weight.key() == difference.key) {
                let stood = weights.get(weight);
                let rounded = format!("{stood:.3e}").parse().unwrap_or(stood);
                difference.value = Value::Number(rounded);
            }
        }
        otherwise.into()
    }

    /// What most of the recorded steps beyond the present had otherwise than this: the one in the middle of them.
    /// (The last may be the moment just before a reset, with a change that the others have not seen.)
    fn otherwise_beyond(&self) -> Arc<[Difference]> {
        let beyond = || self.past.moments().filter(|moment| moment.step > self.step);
        match beyond().nth(beyond().count() / 2) {
            Some(moment) => Difference::between(&moment.experiment, &self.experiment).into(),
            None => Arc::default(),
        }
    }

    fn timeline(&self, wanted: Wanted) -> Timeline {
        let newest_recorded = self.recorded_steps().last().unwrap_or(0);
        Timeline {
            newest: self.step.max(newest_recorded),
            is_past: false,
            recorded: self.recorded_steps().collect(),
            otherwise: Arc::default(),
            changes: self.changes.shown().into(),
            rows: Arc::new(if wanted.history {
                self.rows().collect()
            } else {
                Vec::new()
            }),
        }
    }

    /// Whether W_h is so small that its spectrum is measured for every snapshot.
    pub(super) fn measures_always(&self) -> bool {
        measures_always(&self.network.parameters)
    }

    /// Whether the eigenvalues are missing or old.
    pub fn needs_eigenvalues(&self) -> bool {
        self.eigenvalues.is_none() || self.spectrum_is_old
    }

    /// The spectrum of W_h as it is now, or for a large network the one last measured.
    pub(super) fn affordable_spectrum(&mut self) -> Spectrum {
        if self.spectrum_is_old && self.measures_always() {
            self.measure_spectrum();
        }
        self.spectrum
    }
}

/// ‖γ_t‖ of each layer over ‖γ_n‖ of all; nothing for one layer.
fn layer_gains(pass: &Pass) -> Vec<Vec<Magnitude>> {
    let layers = pass.layers();
    if layers.len() == 1 {
        return Vec::new();
    }
    let at_end = pass.norms().last().copied().unwrap_or_default();
    let gains = |norms: &[f64]| -> Vec<Magnitude> {
        let of = |norm: &f64| Magnitude::new(*norm).over(Magnitude::new(at_end));
        norms.iter().skip(1).map(of).collect()
    };
    layers.iter().map(|record| gains(record.norms())).collect()
}

fn number_or_rms(values: &[f64]) -> f64 {
    match values {
        [number] => *number,
        _ => norm(values) / (values.len() as f64).sqrt(),
    }
}

fn verdict(flow: &GradientFlow, words: Option<&[Option<Word>]>) -> Verdict {
    let word = |t: usize| words.and_then(|words| words.get(t - 1)?.as_ref());
    let first = (1..=flow.len()).find(|&t| word(t).is_some()).unwrap_or(1);
    Verdict::of(flow, first, |t| {
        word(t).map(|word| format!("“{}”", word.text))
    })
}
