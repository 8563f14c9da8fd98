//! Opening, on a thread of its own: the window goes on whatever is opened, and however long that takes.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::Duration;

use web_time::Instant;

use super::super::background;
use crate::export::{OpenError, Opened, Source, Watch};
use crate::lessons::{Lesson, is_lesson_name};
use crate::rnn::Interrupt;
use crate::training::{shown_argument, shown_path};

/// How long opening may take: the largest file that opens takes two seconds from a disk that answers.
pub const OPENING_TIME: Duration = Duration::from_secs(30);

/// How long it takes until it is said that something is being opened.
const NOTICEABLE: Duration = Duration::from_millis(300);

/// How a source is opened, unless the interrupt of its watch is raised.
pub type OpenSource =
    Arc<dyn Fn(&Source, &Watch) -> Result<Opened, OpenError> + Send + Sync + 'static>;

/// What a person wants to have open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Where it is.
    pub source: Source,
    /// With how many others it was dropped on the window, itself among them; 0 if it was not.
    pub dropped: usize,
}

/// How opening ended.
#[derive(Debug)]
pub enum Ended {
    /// There it is.
    Opened(Box<Opened>),
    /// It is a lesson.
    Lesson(Box<Lesson>),
    /// There is no such experiment.
    Refused {
        /// Why, and the remedy.
        problem: String,
        /// The file is not there.
        is_gone: bool,
        /// It is a model of several modules, of which one is to be chosen.
        is_ambiguous: bool,
    },
}

/// Opens one thing at a time.
pub struct Opener {
    open: OpenSource,
    limit: Duration,
    job: Option<Job>,
}

struct Job {
    wanted: Wanted,
    since: Instant,
    /// How far it was when it was last looked at, and when that was new.
    moved: (f64, Instant),
    watch: Watch,
    ended: Receiver<Ended>,
}

impl Default for Opener {
    fn default() -> Self {
        Self::new(Arc::new(Source::open), OPENING_TIME)
    }
}

impl Opener {
    /// Opens by `open`, and gives up what takes longer than `limit`.
    pub fn new(open: OpenSource, limit: Duration) -> Self {
        Self {
            open,
            limit,
            job: None,
        }
    }

    /// Whether something is being opened.
    pub fn is_busy(&self) -> bool {
        self.job.is_some()
    }

    /// What is being opened, once that has taken so long that it should be said.
    pub fn slow(&self) -> Option<String> {
        let job = self.job.as_ref()?;
        (job.since.elapsed() >= NOTICEABLE).then(|| {
            let share = job.watch.progress.share();
            let name = called(&job.wanted.source);
            match share > 0.0 && share < 1.0 {
                true => format!("{name} ({} %)", (100.0 * share).round()),
                false => name,
            }
        })
    }

    /// Begins to open what is wanted, in place of what is being opened; `waker` is called when that ends. Asking
    /// again for the same changes nothing.
    ///
    /// # Errors
    /// What the system says if it gives no thread.
    pub fn start(
        &mut self,
        wanted: Wanted,
        waker: impl FnOnce() + Send + 'static,
    ) -> std::io::Result<()> {
        if self.job.as_ref().is_some_and(|job| job.wanted == wanted) {
            return Ok(());
        }
        self.job = None;
        let (watch, open) = (Watch::default(), Arc::clone(&self.open));
        let (watched, source) = (watch.clone(), wanted.source.clone());
        let (sender, ended) = channel();
        // It is waited for by nobody: a system that does not answer keeps this thread and nothing else.
        background::begin("opening", move || {
            let found = match &source {
                Source::File(path) if is_lesson_name(path) => {
                    lesson_in(&source, &watched.interrupt).map(|it| Ended::Lesson(Box::new(it)))
                }
                _ => open(&source, &watched).map(|it| Ended::Opened(Box::new(it))),
            };
            let ended = match found {
                Ok(ended) => ended,
                Err(error) => Ended::Refused {
                    problem: error.to_string(),
                    is_ambiguous: matches!(error, OpenError::Several(..)),
                    is_gone: matches!(&source, Source::File(path) if !path.exists()),
                },
            };
            if sender.send(ended).is_ok() {
                waker();
            }
        })?;
        self.job = Some(Job {
            wanted,
            since: Instant::now(),
            moved: (0.0, Instant::now()),
            watch,
            ended,
        });
        Ok(())
    }

    /// What was wanted and how opening it ended, once it has.
    pub fn take_ended(&mut self) -> Option<(Wanted, Ended)> {
        let job = self.job.as_mut()?;
        let share = job.watch.progress.share();
        if share != job.moved.0 {
            // A large file takes its time; one that does not go on is given up.
            job.moved = (share, Instant::now());
        }
        let ended = match job.ended.try_recv() {
            Ok(ended) => ended,
            Err(TryRecvError::Empty) if job.moved.1.elapsed() < self.limit => return None,
            Err(TryRecvError::Empty) => refused(too_slow(&job.wanted.source, self.limit)),
            Err(TryRecvError::Disconnected) => {
                let name = shown_path(job.wanted.source.name());
                refused(format!(
                    "{name} made the program stumble, which is a defect of the program"
                ))
            }
        };
        let job = self.job.take()?;
        Some((job.wanted.clone(), ended))
    }

    /// Gives up what is being opened, and returns what it is called.
    pub fn cancel(&mut self) -> Option<String> {
        let job = self.job.take()?;
        Some(called(&job.wanted.source))
    }
}

fn lesson_in(source: &Source, interrupt: &Interrupt) -> Result<Lesson, OpenError> {
    let text = source.text("lesson", interrupt)?;
    Lesson::from_text(&text).map_err(|error| OpenError::Text(source.name().to_owned(), error))
}

/// Whatever else comes of it is thrown away.
impl Drop for Job {
    fn drop(&mut self) {
        self.watch.interrupt.raise();
    }
}

fn refused(problem: String) -> Ended {
    Ended::Refused {
        problem,
        is_gone: false,
        is_ambiguous: false,
    }
}

/// What a source is called in the middle of a sentence.
fn called(source: &Source) -> String {
    match source {
        Source::File(path) | Source::Module { path, .. } => {
            let name = path.file_name().map(Path::new).unwrap_or(path);
            shown_argument(&name.to_string_lossy())
        }
        Source::Text { .. } => "the pasted text".to_owned(),
    }
}

fn too_slow(source: &Source, limit: Duration) -> String {
    let (name, limit) = (shown_path(source.name()), limit.as_secs_f64());
    let remedy = match source {
        Source::File(_) | Source::Module { .. } => {
            "is its disk or network there? Try again, or copy it to this computer"
        }
        Source::Text { .. } => "save it as a file and open that",
    };
    format!("{name} did not open within {limit} s: {remedy}")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Mutex;
    use std::thread;

    use super::*;
    use crate::training::CheckedExperiment;

    fn file(name: &str) -> Wanted {
        Wanted {
            source: Source::File(PathBuf::from(name)),
            dropped: 0,
        }
    }

    fn opened() -> Opened {
        Opened::alone(CheckedExperiment::default(), None)
    }

    /// Waits for the end, and returns the name of what was opened or refused, and the problem.
    fn end(opener: &mut Opener) -> (PathBuf, Option<String>) {
        loop {
            if let Some((wanted, ended)) = opener.take_ended() {
                let problem = match ended {
                    Ended::Opened(_) | Ended::Lesson(_) => None,
                    Ended::Refused { problem, .. } => Some(problem),
                };
                return (wanted.source.name().to_owned(), problem);
            }
            thread::yield_now();
        }
    }

    /// A source that answers once something was sent for it, and tells when it was asked and when it was given up.
    struct Gate {
        answer: std::sync::mpsc::Sender<()>,
        given_up: Receiver<bool>,
        opener: Opener,
    }

    fn gate(limit: Duration) -> Gate {
        let (answer, wait) = channel();
        let (tell, given_up) = channel();
        let wait = Mutex::new(wait);
        let open: OpenSource = Arc::new(move |source, watch| {
            if source.name() == Path::new("slow") {
                let _ = wait.lock().unwrap().recv();
                let _ = tell.send(watch.interrupt.check().is_err());
            }
            Ok(opened())
        });
        Gate {
            answer,
            given_up,
            opener: Opener::new(open, limit),
        }
    }

    #[test]
    fn it_is_said_what_is_being_opened_when_it_takes_long() {
        let mut gate = gate(OPENING_TIME);
        assert_eq!(gate.opener.slow(), None);
        gate.opener.start(file("slow"), || {}).unwrap();
        gate.opener.job.as_mut().unwrap().since -= NOTICEABLE;
        assert_eq!(gate.opener.slow().as_deref(), Some("slow"));
        // The same again goes on as it is.
        gate.opener.start(file("slow"), || {}).unwrap();
        assert!(gate.opener.slow().is_some());
        gate.answer.send(()).unwrap();
        assert_eq!(end(&mut gate.opener), (PathBuf::from("slow"), None));
        assert!(!gate.given_up.recv().unwrap());
        assert!(!gate.opener.is_busy());
    }

    #[test]
    fn what_is_given_up_is_told_so_and_its_late_answer_is_thrown_away() {
        let mut gate = gate(OPENING_TIME);
        gate.opener.start(file("slow"), || {}).unwrap();
        assert_eq!(gate.opener.cancel().as_deref(), Some("slow"));
        assert!(!gate.opener.is_busy());
        gate.answer.send(()).unwrap();
        assert!(gate.given_up.recv().unwrap());
        assert!(gate.opener.take_ended().is_none());
        assert_eq!(gate.opener.cancel(), None);
    }

    #[test]
    fn what_is_asked_for_last_is_what_opens() {
        let mut gate = gate(OPENING_TIME);
        gate.opener.start(file("slow"), || {}).unwrap();
        gate.opener.start(file("quick"), || {}).unwrap();
        assert_eq!(end(&mut gate.opener), (PathBuf::from("quick"), None));
        gate.answer.send(()).unwrap();
        assert!(gate.given_up.recv().unwrap());
        assert!(gate.opener.take_ended().is_none());
    }

    /// A disk of a network that is gone answers nobody, and cannot be asked to stop.
    #[test]
    fn what_never_answers_is_refused_after_a_while_with_the_remedy() {
        let mut gate = gate(Duration::from_millis(30));
        gate.opener.start(file("slow"), || {}).unwrap();
        let (_, problem) = end(&mut gate.opener);
        assert_eq!(
            problem.as_deref(),
            Some(
                "slow did not open within 0.03 s: is its disk or network there? Try again, or copy it to this computer"
            )
        );
        // The next one opens while the first still waits.
        gate.opener.limit = OPENING_TIME;
        gate.opener.start(file("quick"), || {}).unwrap();
        assert_eq!(end(&mut gate.opener), (PathBuf::from("quick"), None));
    }

    #[test]
    fn a_defect_is_no_end_of_the_window() {
        let mut opener = Opener::new(Arc::new(|_, _| panic!("on purpose")), OPENING_TIME);
        opener.start(file("any"), || {}).unwrap();
        let (_, problem) = end(&mut opener);
        assert!(problem.unwrap().starts_with("any made the program stumble"));
    }

    #[test]
    fn a_lesson_is_opened_by_its_name_and_a_broken_one_says_where() {
        let folder = tempfile::tempdir().unwrap();
        let opened = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            let mut opener = Opener::default();
            opener.start(file(path.to_str().unwrap()), || {}).unwrap();
            loop {
                match opener.take_ended() {
                    Some((_, Ended::Lesson(lesson))) => return Ok(lesson.title),
                    Some((_, Ended::Refused { problem, .. })) => return Err(problem),
                    Some((_, Ended::Opened(_))) => panic!("an experiment"),
                    None => thread::yield_now(),
                }
            }
        };
        let whole = "# Own\n\n## Step\n\nText.\n";
        assert_eq!(opened("own.md", whole), Ok("Own".to_owned()));
        assert_eq!(opened("OWN.MarkDown", whole), Ok("Own".to_owned()));
        let problem = opened("own.md", "# Own\n\n## Step\n\n$\\x$\n").unwrap_err();
        assert!(problem.contains("own.md, line 5: the formula"), "{problem}");
        assert!(opened("own.txt", whole).unwrap_err().contains("own.txt"));
    }

    #[test]
    fn a_file_that_is_not_there_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        for (name, expected) in [("gone.toml", true), ("wrong.toml", false)] {
            let path = folder.path().join(name);
            if !expected {
                std::fs::write(&path, "seed = ").unwrap();
            }
            let mut opener = Opener::default();
            opener.start(file(path.to_str().unwrap()), || {}).unwrap();
            let ended = loop {
                if let Some((_, ended)) = opener.take_ended() {
                    break ended;
                }
            };
            assert!(matches!(ended, Ended::Refused { is_gone, .. } if is_gone == expected));
        }
    }
}
