//! A gradient of one's own beside the right one: what is typed or opened, and the search for what is wrong with it, on a
//! thread of its own.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use super::background;
use crate::export::open_tensors;
use crate::flow::{Diagnosis, Progress, Setting, diagnose};
use crate::models::{Exactness, NamedTensor};
use crate::rnn::{Interrupt, Interrupted, Parameter};
use crate::training::{Comparison, NumberTable, Snapshot};

/// What the name of the terms of a tensor ends with.
pub const OF_TERMS: &str = "_terms";

/// What is done with the window of one's own gradient.
#[derive(Clone, Debug, PartialEq)]
pub enum CompareAction {
    /// Show or hide it.
    Toggle,
    /// A tensor as it is typed now.
    Type(usize, String),
    /// Compare what is typed.
    Typed,
    /// Compare what is in a file.
    File(PathBuf),
    /// Give up the search.
    Cancel,
}

/// What came of a comparison.
#[derive(Debug)]
pub struct Compared {
    /// Tensor by tensor, and what is wrong.
    pub diagnosis: Diagnosis,
    /// What is wrong, in a sentence.
    pub sentence: String,
    /// For each mistake the line of the formula that it breaks, and what to write instead.
    pub mistakes: Vec<[String; 2]>,
    /// What could not be compared.
    pub left_out: Vec<String>,
    /// The moment whose gradient is right.
    pub of: Arc<Snapshot>,
}

/// The window's contents.
#[derive(Default)]
pub struct Comparer {
    is_open: bool,
    /// Tensors by their names, as they are typed.
    fields: Vec<(String, String)>,
    job: Option<Job>,
    result: Option<Result<Arc<Compared>, String>>,
}

struct Job {
    interrupt: Interrupt,
    progress: Arc<Progress>,
    ended: Receiver<Option<Result<Compared, String>>>,
}

/// What is compared.
enum Given {
    Tensors(Vec<NamedTensor>),
    File(PathBuf),
}

impl Comparer {
    /// Whether it is on the screen.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Shows or hides it.
    pub fn toggle(&mut self) {
        self.is_open = !self.is_open;
    }

    /// Names and texts of the tensors.
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// What came of the last comparison.
    pub fn result(&self) -> Option<&Result<Arc<Compared>, String>> {
        self.result.as_ref()
    }

    /// What came of a comparison at this moment, of this sequence, if the terms of that gradient are known.
    pub fn yours(&self, snapshot: &Snapshot) -> Option<&Arc<Compared>> {
        let compared = self.result.as_ref()?.as_ref().ok()?;
        let is_of_it =
            compared.of.is_same_moment(snapshot) && compared.of.probe.batch == snapshot.probe.batch;
        (is_of_it && compared.diagnosis.terms.is_some()).then_some(compared)
    }

    /// The share that is done of the search under way, from 0 to 1.
    pub fn progress(&self) -> Option<f64> {
        self.job.as_ref().map(|job| job.progress.share())
    }

    /// A field for every tensor of `snapshot`'s network; what is typed stays where the names do.
    pub fn fit(&mut self, snapshot: &Snapshot) {
        let parameters = snapshot.moment.network.parameters.tensors();
        let names = parameters
            .filter(|(_, numbers)| !numbers.is_empty())
            .map(|(tensor, _)| tensor.name.to_string())
            .chain(["dl_dh".to_owned()]);
        let mut names: Vec<String> = names.collect();
        let layout = snapshot.moment.network.parameters.layout();
        for parameter in [Parameter::RecurrentWeights, Parameter::InputWeights] {
            let found = layout.tensor_of(parameter, 0);
            names.extend(found.map(|(tensor, _)| format!("{}{OF_TERMS}", tensor.name)));
        }
        if self.fields.iter().map(|(name, _)| name).eq(&names) {
            return;
        }
        let before = std::mem::take(&mut self.fields);
        let text = |name: &String| {
            let mut before = before.iter();
            let found = before.find(|(old, _)| old == name);
            found.map_or_else(String::new, |(_, text)| text.clone())
        };
        self.fields = names
            .into_iter()
            .map(|name| {
                let text = text(&name);
                (name, text)
            })
            .collect();
    }

    /// The tensor number `index` is typed as `text` now.
    pub fn write(&mut self, index: usize, text: String) {
        if let Some((_, old)) = self.fields.get_mut(index) {
            *old = text;
        }
    }

    /// What is typed, as tensors.
    fn typed(&self) -> Result<Vec<NamedTensor>, String> {
        let mut tensors = Vec::new();
        for (name, text) in &self.fields {
            let table = NumberTable::from_text(text).map_err(|what| format!("{name}: {what}"))?;
            if table.is_empty() {
                continue;
            }
            tensors.push(NamedTensor {
                name: name.clone(),
                shape: vec![table.rows(), table.columns()],
                values: table.values().to_vec(),
                exactness: Exactness::Written,
            });
        }
        match tensors.is_empty() {
            true => {
                Err("type or paste at least one tensor of your gradient, or open a file".to_owned())
            }
            false => Ok(tensors),
        }
    }

    /// Compares what is typed with the gradient of `snapshot`; `waker` is called when that ends.
    pub fn compare_typed(
        &mut self,
        snapshot: &Arc<Snapshot>,
        waker: impl FnOnce() + Send + 'static,
    ) {
        match self.typed() {
            Ok(tensors) => self.start(Given::Tensors(tensors), snapshot, waker),
            Err(what) => self.result = Some(Err(what)),
        }
    }

    /// As [`Self::compare_typed`], what is in a file.
    pub fn compare_file(
        &mut self,
        path: PathBuf,
        snapshot: &Arc<Snapshot>,
        waker: impl FnOnce() + Send + 'static,
    ) {
        self.is_open = true;
        self.start(Given::File(path), snapshot, waker);
    }

    fn start(
        &mut self,
        given: Given,
        snapshot: &Arc<Snapshot>,
        waker: impl FnOnce() + Send + 'static,
    ) {
        self.cancel();
        let (interrupt, progress) = (Interrupt::default(), Arc::new(Progress::default()));
        let (raised, shown) = (interrupt.clone(), Arc::clone(&progress));
        let snapshot = Arc::clone(snapshot);
        let (sender, ended) = channel();
        let begun = background::begin("comparison", move || {
            let result = compared(given, &snapshot, &raised, &shown);
            // Nobody may wait for it any more.
            let _ = sender.send(result);
            waker();
        });
        match begun {
            Ok(_) => {
                self.result = None;
                self.job = Some(Job {
                    interrupt,
                    progress,
                    ended,
                });
            }
            Err(error) => {
                self.result = Some(Err(format!("the system gives no thread for it ({error})")));
            }
        }
    }

    /// Gives the search up, if one is under way.
    pub fn cancel(&mut self) {
        if let Some(job) = self.job.take() {
            job.interrupt.raise();
        }
    }

    /// Takes in what has come of the search.
    pub fn go_on(&mut self) {
        let Some(job) = &self.job else {
            return;
        };
        match job.ended.try_recv() {
            Ok(Some(result)) => {
                self.result = Some(result.map(Arc::new));
                self.job = None;
            }
            Ok(None) | Err(TryRecvError::Disconnected) => self.job = None,
            Err(TryRecvError::Empty) => {}
        }
    }
}

/// What comes of the comparison; `None` if it was interrupted.
fn compared(
    given: Given,
    snapshot: &Arc<Snapshot>,
    interrupt: &Interrupt,
    progress: &Progress,
) -> Option<Result<Compared, String>> {
    let tensors = match given {
        Given::Tensors(tensors) => tensors,
        Given::File(path) => match open_tensors(&path, interrupt) {
            Ok(tensors) => tensors,
            Err(error) => return Some(Err(error.to_string())),
        },
    };
    let (network, batch) = (&*snapshot.moment.network, &*snapshot.probe.batch);
    let setting = Setting {
        network,
        batch,
        loss: snapshot.probe.loss_function,
    };
    let Comparison { given, left_out } = Comparison::of(&tensors, setting);
    if given.is_empty() {
        return Some(Err(format!(
            "nothing in it can be compared: {}",
            left_out.join("; ")
        )));
    }
    let diagnosis = match diagnose(setting, &given, interrupt, progress) {
        Ok(diagnosis) => diagnosis,
        Err(Interrupted) => return None,
    };
    Some(Ok(Compared {
        sentence: diagnosis.sentence(setting),
        mistakes: diagnosis
            .mistakes()
            .iter()
            .map(|mistake| {
                [
                    mistake.broken_line(network).to_owned(),
                    mistake.remedy(network),
                ]
            })
            .collect(),
        diagnosis,
        left_out,
        of: Arc::clone(snapshot),
    }))
}
