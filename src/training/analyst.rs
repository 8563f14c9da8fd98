//! A thread of its own for what takes longer than a frame: questions about one moment are answered beside
//! training, and neither a drag nor a run waits for them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use web_time::Instant;

use super::snapshot::Snapshot;
use super::study::{Finding, Question, Study, Topic, answer};
use crate::flow::Progress;
use crate::rnn::Interrupt;

/// How long an answer may still be worked on when something was changed by hand in the meantime. Shorter
/// ones are finished, so that a slider dragged without rest is answered too.
const PATIENCE: Duration = Duration::from_millis(300);

/// While nothing but training changes, an answer that took this long is followed by a rest of as many
/// times its length: pictures of a run need not follow every step, and training needs the processor.
const REST: u32 = 2;

/// How long an answer may take where there is no thread for it, and everything else waits.
const LONGEST_INLINE: Duration = Duration::from_secs(20);

/// A handle to the thread. Dropping it ends the thread.
pub struct Analyst {
    desk: Arc<Desk>,
    worker: Answering,
}

/// Who answers.
enum Answering {
    Thread(Option<JoinHandle<()>>),
    /// Nobody but whoever calls [`Analyst::go_on`]; and who is told of an answer.
    Inline(Box<dyn Fn()>),
}

/// What is known on every topic.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    studies: [Option<Arc<Study>>; Topic::COUNT],
    progress: [Option<f64>; Topic::COUNT],
    broken: bool,
}

impl Findings {
    /// The newest answer.
    pub fn study(&self, topic: Topic) -> Option<&Arc<Study>> {
        self.studies[topic.index()].as_ref()
    }

    /// The share that is done, 0 to 1, of an answer that is being worked on or waits for its turn.
    pub fn progress(&self, topic: Topic) -> Option<f64> {
        self.progress[topic.index()]
    }

    /// Whether the thread has ended by a fault of its own, and will answer no more.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// Whether anything is being worked on.
    pub fn is_busy(&self) -> bool {
        self.progress.iter().any(Option::is_some)
    }
}

#[derive(Default)]
struct Desk {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: [Option<Job>; Topic::COUNT],
    working: Option<Working>,
    found: [Option<Arc<Study>>; Topic::COUNT],
    /// Not before this, if only training has changed something.
    rest_until: [Option<Instant>; Topic::COUNT],
    /// Whose turn is next.
    next: usize,
    closing: bool,
    /// The thread has ended by a fault of its own.
    broken: bool,
}

#[derive(Clone)]
struct Job {
    question: Question,
    subject: Arc<Snapshot>,
}

struct Working {
    job: Job,
    since: Instant,
    interrupt: Interrupt,
    progress: Progress,
}

impl Job {
    fn is(&self, question: Question, subject: &Snapshot) -> bool {
        self.question == question && self.subject.is_same_moment(subject)
    }

    /// Whether more than training lies between the two.
    fn differs_by_hand(&self, question: Question, subject: &Snapshot) -> bool {
        self.question != question
            || self.subject.moment.edits != subject.moment.edits
            || self.subject.run.timeline.is_past != subject.run.timeline.is_past
    }
}

impl Analyst {
    /// Starts the thread. `wake` is called from it whenever there is a new answer.
    ///
    /// # Errors
    /// What the system says if it gives no thread.
    pub fn start(wake: impl Fn() + Send + 'static) -> std::io::Result<Self> {
        let desk = Arc::new(Desk::default());
        let shared = Arc::clone(&desk);
        let thread = std::thread::Builder::new()
            .name("analysis".to_owned())
            .spawn(move || {
                while let Some(working) = shared.take() {
                    let broken = shared.answer(working);
                    wake();
                    if broken {
                        break;
                    }
                }
            })?;
        Ok(Self {
            desk,
            worker: Answering::Thread(Some(thread)),
        })
    }

    /// One without a thread: it answers as often as [`Self::go_on`] is called. `wake` is called whenever there is a new
    /// question or answer.
    pub fn inline(wake: impl Fn() + 'static) -> Self {
        Self {
            desk: Arc::default(),
            worker: Answering::Inline(Box::new(wake)),
        }
    }

    /// Answers the question whose turn it is, if it has no thread that does; how long until there is another one, if ever.
    pub fn go_on(&self) -> Option<Duration> {
        let Answering::Inline(wake) = &self.worker else {
            return None;
        };
        let begun = Instant::now();
        let interrupt = Interrupt::once(move || begun.elapsed() > LONGEST_INLINE);
        // The desk is free again before anything is answered.
        let next = self.desk.lock().begin(begun, interrupt);
        match next {
            Ok(working) => {
                self.desk.answer(working);
                wake();
                Some(Duration::ZERO)
            }
            Err(wait) => wait,
        }
    }

    /// Asks `question` of `subject`. It takes the place of a question on the same topic that waits for its
    /// turn; asking the same again changes nothing.
    pub fn ask(&self, question: Question, subject: &Arc<Snapshot>) {
        let topic = question.topic().index();
        let mut state = self.desk.lock();
        if state.broken {
            return;
        }
        let found = state.found[topic].as_ref();
        if found.is_some_and(|found| found.is_of(question, subject)) {
            // What is being worked on is wanted no more.
            state.give_up(topic);
            return;
        }
        if let Some(working) = &state.working
            && working.job.question.topic().index() == topic
        {
            if working.job.is(question, subject) {
                state.waiting[topic] = None;
                return;
            }
            let late = working.since.elapsed() > PATIENCE;
            if late && working.job.differs_by_hand(question, subject) {
                working.interrupt.raise();
            }
        }
        if let Some(waiting) = &state.waiting[topic]
            && waiting.is(question, subject)
        {
            return;
        }
        if let Some(found) = &state.found[topic] {
            let found = Job {
                question: found.question,
                subject: Arc::clone(&found.subject),
            };
            if found.differs_by_hand(question, subject) {
                state.rest_until[topic] = None;
            }
        }
        state.waiting[topic] = Some(Job {
            question,
            subject: Arc::clone(subject),
        });
        drop(state);
        match &self.worker {
            Answering::Thread(_) => self.desk.changed.notify_one(),
            Answering::Inline(wake) => wake(),
        }
    }

    /// Gives up what is worked on or waits on `topic`.
    pub fn cancel(&self, topic: Topic) {
        self.desk.lock().give_up(topic.index());
    }

    /// What is known now. Never waits for an answer.
    pub fn findings(&self) -> Findings {
        let state = self.desk.lock();
        let mut progress = [None; Topic::COUNT];
        for (progress, waiting) in progress.iter_mut().zip(&state.waiting) {
            *progress = waiting.as_ref().map(|_| 0.0);
        }
        if let Some(working) = &state.working {
            let topic = working.job.question.topic().index();
            progress[topic] = Some(working.progress.share());
        }
        Findings {
            studies: state.found.clone(),
            progress,
            broken: state.broken,
        }
    }
}

impl Drop for Analyst {
    fn drop(&mut self) {
        {
            let mut state = self.desk.lock();
            state.closing = true;
            if let Some(working) = &state.working {
                working.interrupt.raise();
            }
        }
        self.desk.changed.notify_one();
        if let Answering::Thread(thread) = &mut self.worker
            && let Some(thread) = thread.take()
        {
            // A panic there has been reported by its own message already.
            let _ = thread.join();
        }
    }
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the next question; `None` when there will be no more.
    fn take(&self) -> Option<Working> {
        let mut state = self.lock();
        loop {
            if state.closing {
                return None;
            }
            match state.begin(Instant::now(), Interrupt::default()) {
                Ok(working) => return Some(working),
                Err(None) => {
                    let woken = self.changed.wait(state);
                    state = woken.unwrap_or_else(PoisonError::into_inner);
                }
                Err(Some(wait)) => {
                    let woken = self.changed.wait_timeout(state, wait);
                    state = woken.unwrap_or_else(PoisonError::into_inner).0;
                }
            }
        }
    }

    /// Answers a question. Whether that went wrong by a fault of the program's own: in one answer it must neither be waited
    /// for nor asked for again for ever.
    fn answer(&self, working: Working) -> bool {
        let Working {
            job,
            interrupt,
            progress,
            ..
        } = &working;
        let found = catch_unwind(AssertUnwindSafe(|| {
            answer(job.question, &job.subject, interrupt, progress)
        }));
        let broken = found.is_err();
        self.put(working, found.ok().and_then(Result::ok), broken);
        broken
    }

    /// Puts an answer on the desk; without one the question was given up.
    fn put(&self, working: Working, finding: Option<Finding>, broken: bool) {
        let mut state = self.lock();
        state.working = None;
        state.broken = broken;
        if broken {
            state.waiting = Default::default();
        }
        let topic = working.job.question.topic().index();
        if let Some(finding) = finding {
            let now = Instant::now();
            state.rest_until[topic] = Some(now + working.since.elapsed() * REST);
            state.found[topic] = Some(Arc::new(Study {
                question: working.job.question,
                subject: working.job.subject,
                finding,
            }));
        }
    }
}

impl State {
    /// Begins with the question whose turn it is, unless `interrupt` is raised; without one, how long until there is one.
    fn begin(&mut self, now: Instant, interrupt: Interrupt) -> Result<Working, Option<Duration>> {
        let working = Working {
            job: self.due(now)?,
            since: now,
            interrupt,
            progress: Progress::default(),
        };
        self.working = Some(Working {
            job: working.job.clone(),
            since: now,
            interrupt: working.interrupt.clone(),
            progress: working.progress.clone(),
        });
        Ok(working)
    }

    fn give_up(&mut self, topic: usize) {
        self.waiting[topic] = None;
        if let Some(working) = &self.working
            && working.job.question.topic().index() == topic
        {
            working.interrupt.raise();
        }
    }

    /// The question whose turn it is, in turn by topic; how long until there is one; or that there is
    /// none.
    fn due(&mut self, now: Instant) -> Result<Job, Option<Duration>> {
        let mut wait: Option<Duration> = None;
        for offset in 0..Topic::COUNT {
            let topic = (self.next + offset) % Topic::COUNT;
            if self.waiting[topic].is_none() {
                continue;
            }
            match self.rest_until[topic].filter(|&until| until > now) {
                Some(until) => {
                    let rest = until - now;
                    wait = Some(wait.map_or(rest, |wait| wait.min(rest)));
                }
                None => {
                    self.next = topic + 1;
                    return self.waiting[topic].take().ok_or(None);
                }
            }
        }
        Err(wait)
    }
}
