//! A training elsewhere, followed by the records that it leaves.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rayon::prelude::*;
use web_time::Instant;

use super::experiment::{CheckedExperiment, Experiment};
use super::history::StepRecord;
use super::history_row::HistoryRow;
use super::record_summary::{NoSummary, RecordSummary};
use super::snapshot::{Records, RunSoFar, Runs, Timeline};
use super::trainer::Trainer;
use crate::flow::{Magnitude, significant, thousands};
use crate::models::Record;
use crate::rnn::Interrupt;

/// How often it is looked for new records: where they lie on another machine, nothing else tells that there are some.
const PACE: Duration = Duration::from_secs(1);

/// How often it is looked whether other runs have begun beside it, for which all folders there are looked into.
const RUNS_PACE: Duration = Duration::from_secs(5);

/// Records that are looked into together, and after which whoever waits is heard.
const AT_ONCE: usize = 8;

/// Records that are kept as rows: thousands are a picture of a few megabytes, and a screen has no more lines.
const MOST_ROWS: usize = 4096;

/// Where records come from.
pub trait RecordSource: fmt::Debug + Send + Sync {
    /// All records that there are, in the order of their steps.
    ///
    /// # Errors
    /// Why they cannot be seen, in a sentence.
    fn records(&self) -> Result<Vec<Listed>, String>;

    /// The record of `step`, and what its file is called.
    ///
    /// # Errors
    /// Why it cannot be read, in a sentence.
    fn record(&self, step: u64) -> Result<(String, Record), String>;

    /// Which run they are of, and which there are beside it.
    fn runs(&self) -> Runs;
}

/// A record that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Training steps that were made before.
    pub step: u64,
    /// Another number once it has been written again.
    pub stamp: u64,
}

/// When whoever follows is to be told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alarm {
    /// The 1-based timestep at which it is looked what arrives; the last, if there are fewer.
    pub at: usize,
    /// Less than this share of the last timestep's gradient.
    pub below: Option<f64>,
    /// More than this.
    pub above: Option<f64>,
}

impl Default for Alarm {
    fn default() -> Self {
        Self {
            at: 1,
            below: None,
            above: None,
        }
    }
}

impl Alarm {
    /// What there is to tell of a record, if anything.
    fn of(self, summary: &RecordSummary) -> Option<String> {
        if let Some(broken) = &summary.not_finite {
            return Some(broken.to_string());
        }
        let at = self.at.clamp(1, summary.gains.len().max(1));
        let gain = *summary.gains.get(at - 1)?;
        let is_beyond = |most: f64, sign: f64| match gain {
            Magnitude::Zero => sign < 0.0,
            gain => gain
                .log10()
                .is_some_and(|log10| sign * (log10 - most.log10()) > 0.0),
        };
        let told = |which: &str, limit: f64| {
            Some(format!(
                "{gain} of the gradient reaches timestep {at}, {which} {}",
                significant(limit)
            ))
        };
        match (self.below, self.above) {
            (Some(below), _) if is_beyond(below, -1.0) => told("below", below),
            (_, Some(above)) if is_beyond(above, 1.0) => told("above", above),
            _ => None,
        }
    }
}

/// What is to be followed.
#[derive(Clone, Debug)]
pub struct Follow {
    /// Where the records come from.
    pub source: Arc<dyn RecordSource>,
    /// When to tell.
    pub alarm: Alarm,
}

/// A record that has been looked into.
struct Row {
    gains: Arc<HistoryRow>,
    told: Option<StepRecord>,
    alarm: Option<String>,
}

/// A training that is followed.
pub struct Followed {
    follow: Follow,
    /// The part of the module and the sequence that are looked at.
    choice: (String, usize),
    listed: Vec<Listed>,
    /// The newest one that was shown.
    newest: Option<Listed>,
    rows: BTreeMap<u64, Row>,
    damaged: BTreeMap<u64, String>,
    /// Why the folder cannot be looked into.
    trouble: Option<String>,
    runs: Runs,
    look_for_runs_at: Option<Instant>,
    /// The rows that are shown, once they are put together.
    shown: Option<Arc<Vec<Arc<HistoryRow>>>>,
    look_at: Option<Instant>,
}

impl Followed {
    /// Begins with what `follow` says; nothing is known yet.
    pub fn new(follow: Follow) -> Self {
        Self {
            follow,
            choice: (String::new(), 0),
            listed: Vec::new(),
            newest: None,
            rows: BTreeMap::new(),
            damaged: BTreeMap::new(),
            trouble: None,
            runs: Runs::default(),
            look_for_runs_at: None,
            shown: None,
            look_at: None,
        }
    }

    /// Looks for new records, if it is time. Whether there are others than before.
    pub fn look(&mut self, now: Instant) -> bool {
        if self.look_at.is_some_and(|at| now < at) {
            return false;
        }
        self.look_at = Some(now + PACE);
        let has_other_runs = self.look_for_runs(now);
        let listed = match self.follow.source.records() {
            Ok(listed) => listed,
            Err(trouble) => {
                let is_new = self.trouble.as_ref() != Some(&trouble);
                self.trouble = Some(trouble);
                return is_new || has_other_runs;
            }
        };
        let was_away = self.trouble.take().is_some();
        if was_away {
            // What could not be read may have been away with the folder.
            self.damaged.clear();
        }
        if listed == self.listed && !was_away {
            return has_other_runs;
        }
        // Those that the recorder has thinned out are there no more, and those that were written again, or to their end,
        // are others.
        let before = std::mem::replace(&mut self.listed, listed);
        let is_same = |step: &u64| {
            let find = |listed: &[Listed]| {
                let place = listed.binary_search_by_key(step, |it| it.step).ok()?;
                Some(listed[place].stamp)
            };
            let now = find(&self.listed);
            now.is_some() && now == find(&before)
        };
        self.rows.retain(|step, _| is_same(step));
        self.damaged.retain(|step, _| is_same(step));
        self.shown = None;
        true
    }

    /// Looks for other runs, if it is time. Whether there are others than before.
    fn look_for_runs(&mut self, now: Instant) -> bool {
        if self.look_for_runs_at.is_some_and(|at| now < at) && !self.runs.followed.is_empty() {
            return false;
        }
        self.look_for_runs_at = Some(now + RUNS_PACE);
        let runs = self.follow.source.runs();
        let are_others = runs != self.runs;
        self.runs = runs;
        are_others
    }

    /// How long until it is time to look again.
    pub fn rest(&self, now: Instant) -> Duration {
        match self.look_at {
            _ if self.next().next().is_some() => Duration::ZERO,
            Some(at) => at.saturating_duration_since(now),
            None => Duration::ZERO,
        }
    }

    /// The steps that have not been looked into, the newest first.
    fn next(&self) -> impl Iterator<Item = u64> {
        let every = self.listed.len().div_ceil(MOST_ROWS).max(1);
        let known = |step: &u64| self.rows.contains_key(step) || self.damaged.contains_key(step);
        let is_away = self.trouble.is_some();
        self.listed
            .iter()
            .rev()
            .step_by(every)
            .map(|listed| listed.step)
            .filter(move |step| !is_away && !known(step))
    }

    /// Looks into some records. Whether there were any; nothing comes of it once `interrupt` is raised.
    pub fn look_into_some(&mut self, interrupt: &Interrupt) -> bool {
        let next: Vec<u64> = self.next().take(AT_ONCE).collect();
        if next.is_empty() {
            return false;
        }
        let Self { follow, choice, .. } = self;
        let (part, index) = (choice.0.as_str(), choice.1);
        let found: Vec<(u64, Result<Row, NoSummary>)> = next
            .into_par_iter()
            .map(|step| {
                let record = follow.source.record(step).map_err(NoSummary::Unfit);
                let summary = record.and_then(|(_, record)| {
                    RecordSummary::of(&record, (part, index), false, interrupt)
                });
                let row = summary.map(|summary| Row {
                    gains: Arc::new(HistoryRow::new(step, &summary.gains)),
                    told: StepRecord::of_recorded(&summary.facts),
                    alarm: follow.alarm.of(&summary),
                });
                (step, row)
            })
            .collect();
        for (step, row) in found {
            match row {
                Ok(row) => {
                    self.rows.insert(step, row);
                }
                Err(NoSummary::Unfit(trouble)) => {
                    self.damaged.insert(step, trouble);
                }
                Err(NoSummary::Interrupted) => {}
            }
        }
        self.shown = None;
        true
    }

    /// The newest record that can be read, as a run that stands there, if it is another one than before.
    pub fn newest_if_other(&mut self) -> Option<Trainer> {
        if self.trouble.is_some() {
            return None;
        }
        let newest_first: Vec<Listed> = self.listed.iter().rev().copied().collect();
        for listed in newest_first {
            if self.newest == Some(listed) {
                return None;
            }
            if let Some(trainer) = self.at(listed.step) {
                self.newest = Some(listed);
                return Some(trainer);
            }
        }
        None
    }

    /// The newest record that can be read, as a run that stands there.
    pub fn newest(&mut self) -> Option<Trainer> {
        self.newest = None;
        self.newest_if_other()
    }

    /// The record nearest to `step`, as a run that stands there.
    pub fn nearest(&mut self, step: u64) -> Option<Trainer> {
        let nearest = self.listed.iter().min_by_key(|it| it.step.abs_diff(step))?;
        self.at(nearest.step)
    }

    fn at(&mut self, step: u64) -> Option<Trainer> {
        if self.damaged.contains_key(&step) {
            return None;
        }
        let (part, index) = (self.choice.0.as_str(), self.choice.1);
        let experiment = self
            .follow
            .source
            .record(step)
            .and_then(|(path, record)| Experiment::of_record(&path, &record, (part, index)));
        // What is wrong with it is found out when its row is looked into.
        experiment.ok().map(Trainer::new)
    }

    /// Looks at the part and the sequence that `experiment` names from now on.
    pub fn choose(&mut self, experiment: &CheckedExperiment) {
        let choice = (experiment.network.module.clone(), experiment.probe.index);
        if choice != self.choice {
            self.choice = choice;
            self.rows.clear();
            self.damaged.clear();
            self.shown = None;
        }
    }

    /// Tells from now on by `alarm`.
    pub fn set_alarm(&mut self, alarm: Alarm) {
        if alarm != self.follow.alarm {
            self.follow.alarm = alarm;
            self.rows.clear();
            self.shown = None;
        }
    }

    /// Puts what is known of all records into what a snapshot of one of them says of its run.
    pub fn tell(&mut self, run: &mut RunSoFar, is_past: bool) {
        let rows = self.shown.get_or_insert_with(|| {
            let rows = self.rows.values();
            Arc::new(rows.map(|row| Arc::clone(&row.gains)).collect())
        });
        let told = self.rows.values().filter_map(|row| row.told);
        run.history = told.collect();
        run.timeline = Timeline {
            newest: self.listed.last().map_or(0, |it| it.step),
            is_past,
            recorded: self.listed.iter().map(|it| it.step).collect(),
            rows: Arc::clone(rows),
            ..Timeline::default()
        };
        let damaged = self.damaged.iter().next_back();
        let damaged = damaged.map(|(step, why)| {
            let others = match self.damaged.len() {
                1 => String::new(),
                count => format!(" ({} in all)", thousands(count as u64)),
            };
            format!("The record of step {}{others}: {why}", thousands(*step))
        });
        let mut alarms = self.rows.iter();
        let alarm = alarms.find_map(|(step, row)| Some((*step, row.alarm.clone()?)));
        run.records = Some(Records {
            runs: self.runs.clone(),
            known: self.rows.len() + self.damaged.len(),
            count: self.listed.len(),
            trouble: self.trouble.clone().or(damaged),
            alarm,
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::training::{Command, Next, RunNumber, Session, Update};

    const WHOLE: &[u8] = include_bytes!("../../tests/recorder/records/rnn-relu.safetensors");

    /// A step of which there is a record while the folder is away.
    const AWAY: u64 = u64::MAX;

    /// Records that are there as soon as a test says so.
    #[derive(Debug, Default)]
    struct Folder(Mutex<BTreeMap<u64, Option<f64>>>);

    impl Folder {
        /// From now on there is a record of `step`, of that loss; a damaged one without it.
        fn put(&self, step: u64, loss: Option<f64>) {
            self.0.lock().unwrap().insert(step, loss);
        }

        fn take(&self, step: u64) {
            self.0.lock().unwrap().remove(&step);
        }
    }

    impl RecordSource for Folder {
        fn records(&self) -> Result<Vec<Listed>, String> {
            let all = self.0.lock().unwrap();
            if all.contains_key(&AWAY) {
                return Err("the folder is away".to_owned());
            }
            let stamp = |loss: &Option<f64>| loss.map_or(0, f64::to_bits);
            let listed = all.iter().map(|(step, loss)| Listed {
                step: *step,
                stamp: stamp(loss),
            });
            Ok(listed.collect())
        }

        fn record(&self, step: u64) -> Result<(String, Record), String> {
            let known = self.0.lock().unwrap().get(&step).copied();
            let loss = known.flatten().ok_or("it is damaged")?;
            let mut record = Record::of(WHOLE).unwrap().unwrap();
            (record.step, record.loss) = (step, Some(loss));
            Ok((format!("step-{step}"), record))
        }

        fn runs(&self) -> Runs {
            Runs::default()
        }
    }

    /// Works until nothing is left to do but to look again later; the last that was told.
    fn settle(session: &mut Session) -> Update {
        let mut last = None;
        for _ in 0..1000 {
            let (update, next) = session.work();
            last = update.or(last);
            match next {
                Next::Wait(wait) if wait > Duration::from_millis(500) => break,
                Next::Wait(wait) => std::thread::sleep(wait),
                _ => {}
            }
        }
        last.unwrap()
    }

    /// As [`settle`], after it has looked again.
    fn later(session: &mut Session) -> Update {
        std::thread::sleep(PACE);
        settle(session)
    }

    fn follow(folder: &Arc<Folder>, alarm: Alarm) -> Session {
        let mut session = Session::new(CheckedExperiment::default(), Interrupt::default());
        let source = Arc::clone(folder) as Arc<dyn RecordSource>;
        let follow = Follow { source, alarm };
        session.command(Command::Follow(follow, RunNumber::default().next()));
        session
    }

    #[test]
    fn the_newest_record_is_shown_unless_somebody_looks_back() {
        let folder = Arc::new(Folder::default());
        folder.put(100, Some(0.5));
        folder.put(200, Some(0.4));
        let mut session = follow(&folder, Alarm::default());
        let update = settle(&mut session);
        let run = &update.snapshot.run;
        assert_eq!(update.snapshot.moment.step, 200);
        assert_eq!(run.timeline.rows.len(), 2);
        let losses: Vec<f64> = run.history.iter().map(|it| it.loss).collect();
        assert_eq!(losses, [0.5, 0.4]);
        folder.put(300, Some(0.3));
        let update = later(&mut session);
        assert_eq!(update.snapshot.moment.step, 300);
        session.command(Command::LookAt(Some(120)));
        let update = settle(&mut session);
        assert_eq!(update.snapshot.moment.step, 100);
        assert!(update.snapshot.run.timeline.is_past);
        folder.put(400, Some(0.2));
        let update = later(&mut session);
        assert_eq!(update.snapshot.moment.step, 100, "somebody looks back");
        assert_eq!(update.snapshot.run.timeline.newest, 400);
        session.command(Command::LookAt(None));
        assert_eq!(settle(&mut session).snapshot.moment.step, 400);
        // Its steps are made elsewhere.
        session.command(Command::Step);
        session.command(Command::Run);
        assert_eq!(settle(&mut session).snapshot.moment.step, 400);
        // Those that were thinned out are gone.
        folder.take(200);
        folder.take(300);
        let update = later(&mut session);
        assert_eq!(*update.snapshot.run.timeline.recorded, [100, 400]);
        assert_eq!(update.snapshot.run.timeline.rows.len(), 2);
    }

    #[test]
    fn a_half_written_record_is_waited_for_and_a_damaged_one_is_named() {
        let folder = Arc::new(Folder::default());
        let mut session = follow(&folder, Alarm::default());
        let update = settle(&mut session);
        assert_eq!(update.snapshot.run.records.as_ref().unwrap().count, 0);
        folder.put(1, Some(1.0));
        folder.put(2, None);
        let update = later(&mut session);
        assert_eq!(update.snapshot.moment.step, 1);
        let records = update.snapshot.run.records.as_ref().unwrap();
        assert_eq!((records.known, records.count), (2, 2));
        let trouble = records.trouble.as_deref().unwrap();
        assert_eq!(trouble, "The record of step 2: it is damaged");
        folder.put(2, Some(0.9));
        let update = later(&mut session);
        assert_eq!(update.snapshot.moment.step, 2);
        assert_eq!(update.snapshot.run.records.as_ref().unwrap().trouble, None);
    }

    #[test]
    fn an_alarm_names_the_first_record_and_what_arrives() {
        let folder = Arc::new(Folder::default());
        for step in [5, 6] {
            folder.put(step, Some(1.0));
        }
        let mut session = follow(&folder, Alarm::default());
        let alarm = |update: &Update| update.snapshot.run.records.as_ref().unwrap().alarm.clone();
        assert_eq!(alarm(&settle(&mut session)), None);
        session.command(Command::SetAlarm(Alarm {
            below: Some(0.9),
            ..Alarm::default()
        }));
        let (step, what) = alarm(&settle(&mut session)).unwrap();
        assert_eq!(step, 5);
        assert!(what.ends_with("reaches timestep 1, below 0.900"), "{what}");
        // All of it is there at the last one.
        session.command(Command::SetAlarm(Alarm {
            at: 100,
            below: Some(0.9),
            above: Some(1.1),
        }));
        assert_eq!(alarm(&settle(&mut session)), None);
        session.command(Command::SetAlarm(Alarm {
            above: Some(1e-30),
            ..Alarm::default()
        }));
        assert!(alarm(&settle(&mut session)).unwrap().1.contains("above"));
    }

    #[test]
    fn a_folder_that_was_away_and_a_training_that_begins_again_are_followed_on() {
        let folder = Arc::new(Folder::default());
        for step in [10, 20] {
            folder.put(step, Some(1.0));
        }
        let mut session = follow(&folder, Alarm::default());
        settle(&mut session);
        folder.put(AWAY, None);
        let update = later(&mut session);
        let records = update.snapshot.run.records.as_ref().unwrap();
        assert_eq!(records.trouble.as_deref(), Some("the folder is away"));
        assert_eq!(update.snapshot.moment.step, 20);
        folder.take(AWAY);
        let update = later(&mut session);
        let records = update.snapshot.run.records.as_ref().unwrap();
        assert_eq!((records.known, records.count), (2, 2));
        assert_eq!(records.trouble, None);
        session.command(Command::LookAt(Some(10)));
        assert_eq!(settle(&mut session).snapshot.moment.step, 10);
        session.command(Command::LookAt(None));
        // The same names, other numbers.
        folder.put(10, Some(7.0));
        folder.put(20, Some(8.0));
        let update = later(&mut session);
        let losses: Vec<f64> = update
            .snapshot
            .run
            .history
            .iter()
            .map(|it| it.loss)
            .collect();
        assert_eq!(losses, [7.0, 8.0]);
        let recorded = update.snapshot.moment.experiment.recorded().unwrap().loss;
        assert_eq!(recorded, Some(8.0));
    }

    /// Whatever is chosen of an older record, the newest is the present.
    #[test]
    fn what_is_chosen_leaves_the_newest_where_it_is() {
        let folder = Arc::new(Folder::default());
        folder.put(1, Some(1.0));
        let mut session = follow(&folder, Alarm::default());
        let first = CheckedExperiment::clone(&settle(&mut session).snapshot.moment.experiment);
        folder.put(2, Some(1.0));
        assert_eq!(later(&mut session).snapshot.moment.step, 2);
        let run = RunNumber::default().next();
        session.command(Command::Change(Box::new(first), run));
        let update = settle(&mut session);
        assert_eq!(update.snapshot.moment.step, 2);
        assert!(!update.snapshot.run.timeline.is_past);
    }

    #[test]
    fn another_experiment_ends_it() {
        let folder = Arc::new(Folder::default());
        folder.put(7, Some(1.0));
        let mut session = follow(&folder, Alarm::default());
        settle(&mut session);
        let run = RunNumber::default().next().next();
        session.command(Command::Begin(Box::default(), run));
        let mut last = None;
        for _ in 0..20 {
            last = session.work().0.or(last);
        }
        let update = last.unwrap();
        assert_eq!(update.snapshot.moment.step, 0);
        assert!(update.snapshot.run.records.is_none());
    }
}
