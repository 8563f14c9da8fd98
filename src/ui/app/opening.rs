//! Opening: what is wanted, what comes of it, and what is said meanwhile.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use egui::Context;

use super::super::files::{Ended, OpenSource, Opener, Wanted};
use super::super::modules::ModulesAction;
use super::super::tutor::Origin;
use super::{PROGRESS_INTERVAL, ScopeApp};
use crate::export::{Carrier, Opened, Source, followed, run_name, runs_in};
use crate::flow::thousands;
use crate::lessons::Lesson;
use crate::training::{Alarm, CheckedExperiment, Experiment, Follow, Pair, shown_path};

/// What a pasted text is called in messages.
const PASTED: &str = "The pasted text";

impl ScopeApp {
    /// From now on files and texts are opened by `open`, within the time `limit`: for whoever has them from somewhere
    /// else, and for tests of what is slow.
    pub fn open_by(&mut self, open: OpenSource, limit: Duration) {
        self.opener = Opener::new(open, limit);
    }

    /// Whether something is being opened, be it the file that was open the last time.
    pub fn is_opening(&self) -> bool {
        self.opener.is_busy() || self.reopener.is_busy() || self.lesson_reopener.0.is_busy()
    }

    /// Opens the file at `path` as soon as it is read.
    pub(super) fn open_file(&mut self, path: &Path) {
        self.begin_opening(Wanted {
            source: Source::File(path.to_owned()),
            dropped: 0,
        });
    }

    /// Opens the experiment in a text that was pasted.
    pub(super) fn open_text(&mut self, text: String) {
        self.begin_opening(Wanted {
            source: Source::Text {
                name: PathBuf::from(PASTED),
                text,
            },
            dropped: 0,
        });
    }

    /// Opens what was dropped on the window.
    pub(super) fn take_dropped(&mut self, ctx: &Context) {
        let dropped = ctx.input(|input| input.raw.dropped_files.clone());
        if let Some(file) = dropped.first() {
            self.begin_opening(Wanted {
                source: Source::File(file.path().to_owned()),
                dropped: dropped.len(),
            });
        }
    }

    /// Follows the records that a training elsewhere writes into `folder`, and tells of them by `alarm`.
    pub fn watch(&mut self, folder: &Path, alarm: Alarm) {
        let runs = match runs_in(folder) {
            Ok(runs) => runs,
            Err(error) => return self.refuse(error.to_string()),
        };
        self.dialog = None;
        self.choose_first();
        // A training that is to begin yet has no record and may have no folder of its own.
        let names: Vec<String> = runs.iter().map(|it| run_name(folder, it)).collect();
        let name = |place: usize| names.get(place).map(String::as_str);
        self.begin_following(followed(folder, name(0), alarm));
        if let Some(beside) = name(1) {
            // Ranks, or runs, beside each other.
            self.begin_other(Experiment::default());
            if let Some(second) = &mut self.second {
                second.bench.follow(followed(folder, Some(beside), alarm));
            }
        }
        let whole = shown_path(folder);
        self.inform(match names.as_slice() {
            [] => format!("Watching {whole}: there is no record in it so far"),
            [run] => format!("Watching {}", called(folder, run)),
            [run, beside] => format!("Watching {}, and {beside} beside it", called(folder, run)),
            [run, beside, others @ ..] => format!(
                "Watching {}, and {beside} beside it; {} can be chosen at the left",
                called(folder, run),
                match others.len() {
                    1 => "another".to_owned(),
                    count => format!("{} others", thousands(count as u64)),
                }
            ),
        });
    }

    /// Follows `run` of those in `folder` in the place of what is shown.
    pub(super) fn watch_run(&mut self, folder: &Path, run: &str) {
        let alarm = self.bench.alarm();
        self.begin_following(followed(folder, Some(run), alarm));
        self.inform(format!("Watching {}", called(folder, run)));
    }

    fn begin_following(&mut self, follow: Follow) {
        let before = self.state();
        self.bench.follow(follow);
        self.files.close();
        self.bench.note_run(before, None);
    }

    fn begin_opening(&mut self, wanted: Wanted) {
        if let Source::File(path) = &wanted.source
            && path.is_dir()
        {
            return self.watch(&path.clone(), Alarm::default());
        }
        let name = shown_path(wanted.source.name());
        let waker = self.waker();
        // The dialog that is open asked for this, or was left for it.
        self.opening_waits = false;
        if let Err(error) = self.opener.start(wanted, waker) {
            self.refuse(format!(
                "{name} cannot be opened: the system gives no thread for it ({error})"
            ));
        }
    }

    /// Looks into the file that was open the last time.
    pub(super) fn begin_reopening(&mut self, path: &Path) {
        self.files.expect(path);
        let wanted = Wanted {
            source: Source::File(path.to_owned()),
            dropped: 0,
        };
        let waker = self.waker();
        if let Err(error) = self.reopener.start(wanted, waker) {
            log::debug!("{} is not looked into: {error}", path.display());
        }
    }

    /// Takes in what has been opened.
    pub(super) fn go_on_opening(&mut self, ctx: &Context) {
        if let Some((wanted, ended)) = self.reopener.take_ended() {
            self.reopened(wanted.source.name(), ended);
        }
        self.take_reopened_lesson();
        let waits = self.opening_waits && self.dialog.is_some();
        if !waits && let Some((wanted, ended)) = self.opener.take_ended() {
            match ended {
                Ended::Opened(opened) => self.take_opened(&wanted, *opened),
                Ended::Lesson(lesson) => self.take_lesson(&wanted, *lesson),
                Ended::Refused {
                    problem,
                    is_gone,
                    is_ambiguous,
                } => {
                    if is_gone {
                        self.files.missing(wanted.source.name());
                    }
                    if let (Source::File(path), true) = (&wanted.source, is_ambiguous) {
                        // Which of them is asked, instead of being told what to write.
                        let path = path.clone();
                        self.dialog = None;
                        return self.apply_modules(ModulesAction::Show(path));
                    }
                    match wanted.source {
                        Source::File(_) | Source::Module { .. } => self.refuse(problem),
                        Source::Text { .. } => self.tell(problem),
                    }
                }
            }
        }
        if self.is_opening() {
            ctx.request_repaint_after(PROGRESS_INTERVAL);
        }
    }

    fn take_opened(&mut self, wanted: &Wanted, opened: Opened) {
        let own = opened.carrier.is_none();
        match &wanted.source {
            Source::File(path) | Source::Module { path, .. } => {
                self.dialog = None;
                self.open_both(opened.experiment, opened.beside, own.then_some(path));
                self.files.looked_into(path);
                match opened.notice {
                    Some(notice) => self.tell(notice),
                    None => self.inform(told(&shown_path(path), opened.carrier)),
                }
                self.tell_of_others(wanted);
            }
            Source::Text { .. } => {
                self.open_both(opened.experiment, opened.beside, None);
                self.inform(told("the experiment that was pasted", opened.carrier));
            }
        }
        self.touch();
    }

    /// A new run of `experiment`, and of the one `beside` it, if there is one, which are in `file` if they came from one.
    pub(super) fn open_both(
        &mut self,
        experiment: CheckedExperiment,
        beside: Option<CheckedExperiment>,
        file: Option<&Path>,
    ) {
        let Some(beside) = beside else {
            return self.open(experiment.into(), file);
        };
        self.choose_first();
        self.open(experiment.into(), file);
        self.begin_other(beside.into());
        if let Some(path) = file {
            self.holds(path, self.pair());
        }
    }

    /// Begins the lesson that was opened.
    fn take_lesson(&mut self, wanted: &Wanted, lesson: Lesson) {
        self.dialog = None;
        self.open_lesson(wanted.source.name().to_owned(), lesson);
        self.tell_of_others(wanted);
        self.touch();
    }

    /// Begins `lesson`, which is in the file at `path`.
    pub fn open_lesson(&mut self, path: PathBuf, lesson: Lesson) {
        self.files.looked_into(&path);
        self.inform(format!("Opened the lesson {}", shown_path(&path)));
        self.begin_lesson(Origin::File(path), Arc::new(lesson));
    }

    /// Says so if other files were dropped with the one that was opened.
    fn tell_of_others(&mut self, wanted: &Wanted) {
        if wanted.dropped > 1 {
            let count = wanted.dropped;
            self.tell(format!(
                "{count} files were dropped, and the first was opened"
            ));
        }
    }

    /// The file that was open the last time is open again, if it still can be.
    fn reopened(&mut self, path: &Path, ended: Ended) {
        let pair = match ended {
            Ended::Opened(opened) if opened.carrier.is_none() => Some(Pair {
                first: opened.experiment.into(),
                beside: opened.beside.map(Experiment::from),
            }),
            Ended::Opened(_) | Ended::Lesson(_) | Ended::Refused { .. } => None,
        };
        // So that no change is joined to one from before, when it was not open.
        self.bench.undo_mut().finish();
        self.files.reopened(path, pair);
        if let Some(second) = self.second.as_mut().filter(|_| self.files.is_of_two()) {
            second.file = self.files.open_file();
        }
    }

    /// Something with the list of a model's modules.
    pub(super) fn apply_modules(&mut self, what: ModulesAction) {
        match what {
            ModulesAction::Show(path) => {
                let waker = self.waker();
                self.modules.show(path, waker);
            }
            ModulesAction::Close => self.modules.close(),
            ModulesAction::Choose(module) => {
                let Some(path) = self.modules.path().map(Path::to_owned) else {
                    return;
                };
                self.modules.close();
                self.begin_opening(Wanted {
                    source: Source::Module { path, module },
                    dropped: 0,
                });
            }
        }
    }

    /// Gives up what is being opened.
    pub(super) fn cancel_opening(&mut self) {
        if let Some(name) = self.opener.cancel() {
            self.inform(format!("Opening {name} was cancelled"));
        }
    }

    /// Says that the experiment the window has begun with came from the file at `path`.
    pub fn came_from(&mut self, path: &Path, carrier: Option<Carrier>) {
        if carrier.is_none() {
            self.holds(path, self.pair());
        }
        self.files.looked_into(path);
        self.inform(told(&shown_path(path), carrier));
        self.touch();
    }
}

/// What is said of what was opened. A figure shows a moment; what it carries is where the run begins.
fn told(what: &str, carrier: Option<Carrier>) -> String {
    match carrier {
        None => format!("Opened {what}"),
        Some(Carrier {
            kind: "sequences", ..
        }) => format!("Opened the sequences of {what}: File → My data… has what is in them"),
        Some(Carrier {
            kind: "record",
            step: Some(step),
        }) => format!(
            "Opened {what}: a training elsewhere, as it was after step {}",
            thousands(step)
        ),
        Some(Carrier { kind: "model", .. }) => format!(
            "Opened the network of {what}: it reads noise so far, and nothing is asked of it"
        ),
        Some(Carrier {
            kind,
            step: Some(step @ 1..),
        }) => format!(
            "Opened the experiment of {what}, at its beginning: the {kind} shows step {}",
            thousands(step)
        ),
        Some(_) => format!("Opened the experiment of {what}"),
    }
}

/// What is said of `run`, which is in `folder`.
fn called(folder: &Path, run: &str) -> String {
    match run {
        "." => shown_path(folder),
        run => format!("{run} of {}", shown_path(folder)),
    }
}
