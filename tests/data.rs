//! Sequences of a person's own, from the file to what is trained and shown.

use std::path::{Path, PathBuf};

use bptt_scope::export::open_experiment;
use bptt_scope::rnn::{Interrupt, Loss, ReadOut};
use bptt_scope::tasks::Part;
use bptt_scope::training::{CheckedExperiment, Experiment, Stepped, Trainer, Wanted};

fn written(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn open(path: &Path) -> Result<CheckedExperiment, String> {
    let opened = open_experiment(path).map_err(|error| error.to_string())?;
    Ok(opened.experiment)
}

fn changed(experiment: &CheckedExperiment, change: impl FnOnce(&mut Experiment)) -> Trainer {
    let mut next = Experiment::clone(experiment);
    change(&mut next);
    Trainer::new(next.check().unwrap())
}

fn trained(mut trainer: Trainer, steps: usize) -> Trainer {
    for _ in 0..steps {
        assert_eq!(trainer.step(&Interrupt::default()), Stepped::Done);
    }
    trainer.evaluate(&Interrupt::default()).unwrap();
    trainer
}

/// Sentences of which one word decides, wherever it stands.
fn sentences(classes: &[(&str, &str)], count: usize) -> String {
    let others = ["the", "film", "was", "so", "and", "it"];
    let mut text = "mood,what\n".to_owned();
    for index in 0..count {
        let (label, word) = classes[index % classes.len()];
        let place = index / classes.len() % 5;
        let words = (0..5).map(|at| match at == place {
            true => word,
            false => others[(index + at) % others.len()],
        });
        let words: Vec<&str> = words.collect();
        text += &format!("\"{}, indeed\",{label}\n", words.join(" "));
    }
    text
}

#[test]
fn texts_of_two_labels_are_learnt_and_held_out_ones_answered() {
    let folder = tempfile::tempdir().unwrap();
    let text = sentences(&[("happy", "good"), ("sad", "bad")], 300);
    let experiment = open(&written(folder.path(), "moods.csv", &text)).unwrap();
    let corpus = experiment.corpus().unwrap();
    assert_eq!(corpus.labels(), ["happy", "sad"]);
    assert_eq!(
        [Part::Training, Part::HeldOut].map(|it| corpus.count(it)),
        [270, 30]
    );
    assert_eq!(experiment.task.length, 6);
    let trainer = trained(Trainer::new(experiment), 300);
    assert_eq!(trainer.last_evaluation().unwrap().accuracy(), 1.0);
}

#[test]
fn texts_of_three_labels_are_classes_with_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let text = sentences(&[("happy", "good"), ("sad", "bad"), ("odd", "weird")], 300);
    let experiment = open(&written(folder.path(), "moods.csv", &text)).unwrap();
    let mut trainer = Trainer::new(experiment.clone());
    let snapshot = trainer
        .snapshot(Wanted::default(), &Interrupt::default())
        .unwrap();
    assert_eq!(snapshot.probe.loss_function, Loss::CrossEntropy);
    assert_eq!(trainer.network().parameters.layout().widths().outputs, 3);
    let trainer = trained(trainer, 400);
    assert_eq!(trainer.last_evaluation().unwrap().accuracy(), 1.0);
    // Two are meant where three are found.
    let mut two = Experiment::clone(&experiment);
    two.data.loss = bptt_scope::training::LossChoice::BinaryCrossEntropy;
    assert_eq!(
        two.check().unwrap_err().to_string(),
        "data.loss is binary-cross-entropy, for two labels, and there are 3 in the file: happy (line 2), odd (line 4), sad (line 3). Choose cross-entropy, or mend the file"
    );
}

/// Which sentences are held out follows from the seed, and the words that are known from those that are not.
#[test]
fn the_seed_decides_what_is_held_out_and_a_limit_what_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let text = sentences(&[("happy", "good"), ("sad", "bad")], 300);
    let experiment = open(&written(folder.path(), "moods.csv", &text)).unwrap();
    let other = changed(&experiment, |e| e.seed = 8);
    let held_out = |e: &CheckedExperiment| e.corpus().unwrap().split().part(Part::HeldOut).to_vec();
    assert_ne!(held_out(&experiment), held_out(other.experiment()));
    let few = changed(&experiment, |e| e.data.vocabulary = 3);
    assert_eq!(few.network().parameters.inputs(), 4);
}

#[test]
fn numbers_with_an_answer_at_every_step_are_learnt() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = "id,t,x,y\n".to_owned();
    // What is asked is the number before.
    for sequence in 0..60_u32 {
        let bit = |t: u32| (sequence * 7 + t * t * 3 + t) % 5 % 2;
        for t in 0..8 {
            let before = if t == 0 { 0 } else { bit(t - 1) };
            text += &format!("{sequence},{t},{},{before}\n", bit(t));
        }
    }
    let experiment = open(&written(folder.path(), "echo.csv", &text)).unwrap();
    let trainer = changed(&experiment, |e| e.training.learning_rate = 0.02);
    assert_eq!(experiment.task.length, 8);
    let mut trainer = trained(trainer, 400);
    assert_eq!(trainer.last_evaluation().unwrap().accuracy(), 1.0);
    let snapshot = trainer
        .snapshot(Wanted::default(), &Interrupt::default())
        .unwrap();
    assert_eq!(snapshot.probe.batch.read_out, ReadOut::AtEveryStep);
}

/// What is saved names the file and knows what was in it.
#[test]
fn a_changed_file_is_noticed_and_a_gone_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let text = sentences(&[("happy", "good"), ("sad", "bad")], 60);
    let data = written(folder.path(), "moods.csv", &text);
    let experiment = open(&data).unwrap();
    let saved = written(folder.path(), "e.toml", &experiment.to_text());
    let again = open_experiment(&saved).unwrap();
    assert_eq!(again.notice, None);
    assert_eq!(*again.experiment, *experiment);
    std::fs::write(&data, text + "fine,happy\n").unwrap();
    let notice = open_experiment(&saved).unwrap().notice.unwrap();
    assert!(notice.contains("moods.csv has changed since"), "{notice}");
    std::fs::remove_file(&data).unwrap();
    let told = open(&saved).unwrap_err();
    assert!(told.contains("moods.csv: there is no such file"), "{told}");
}

#[test]
fn an_experiment_names_its_file_from_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let text = sentences(&[("happy", "good"), ("sad", "bad")], 60);
    written(folder.path(), "moods.csv", &text);
    let toml = "[data]\npath = \"moods.csv\"\n[network]\nembedding = 4\n";
    let experiment = open(&written(folder.path(), "e.toml", toml)).unwrap();
    assert_eq!(experiment.task.length, 6);
    // The first sentence that is held out is shown.
    let corpus = experiment.corpus().unwrap();
    assert_eq!(
        experiment.probe.text,
        corpus.sentence(Part::HeldOut, 0).text
    );
    let wrong = "[data]\npath = \"moods.csv\"\nlabel = \"stars\"\n";
    let told = open(&written(folder.path(), "w.toml", wrong)).unwrap_err();
    assert!(
        told.contains("data.label: there is no column stars; there are mood, what"),
        "{told}"
    );
}

/// Of another column of labels the sentence that is shown has another one, and no class is left that there is not.
#[test]
fn another_column_of_labels_relabels_the_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = "what,one,other\n".to_owned();
    for index in 0..60 {
        text += &format!("film {index} is so,{},{}\n", index % 5, 1 - index % 2);
    }
    let path = written(folder.path(), "two.csv", &text);
    let toml = format!(
        "[data]\npath = {:?}\nlabel = \"one\"\n",
        path.to_str().unwrap()
    );
    let experiment = open(&written(folder.path(), "e.toml", &toml)).unwrap();
    let number: usize = experiment
        .probe
        .text
        .split(' ')
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(experiment.probe_class(), number % 5);
    let mut next = Experiment::clone(&experiment);
    next.data.label = "other".to_owned();
    next.probe.class = 4;
    let unread = next.check().unwrap();
    let watch = bptt_scope::export::Watch::default();
    let brought = bptt_scope::export::bring_files(unread, None, &watch).unwrap();
    assert_eq!(brought.experiment.probe_class(), 1 - number % 2);
}

/// An experiment whose file has moved is refused by its name, and opens where the file is said to be elsewhere.
#[test]
fn a_file_that_has_moved_can_be_said_to_be_elsewhere() {
    use std::process::Command;
    let folder = tempfile::tempdir().unwrap();
    let text = sentences(&[("happy", "good"), ("sad", "bad")], 60);
    let table = written(folder.path(), "moods.csv", &text);
    let saved = open(&table).unwrap().named_from(folder.path()).to_text();
    assert!(saved.contains("path = \"moods.csv\""));
    let saved = written(folder.path(), "moods.toml", &saved);
    let elsewhere = folder.path().join("elsewhere.csv");
    std::fs::rename(&table, &elsewhere).unwrap();
    let run = |set: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_bptt-scope"))
            .args(["experiment", saved.to_str().unwrap()])
            .args(set)
            .output()
            .unwrap();
        let told = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(told).unwrap())
    };
    let (is_done, told) = run(&[]);
    assert!(
        !is_done && told.contains("moods.csv") && told.contains("no such file"),
        "{told}"
    );
    let moved = format!("data.path={}", elsewhere.display());
    let (is_done, told) = run(&["--set", &moved]);
    assert!(is_done && told.contains("elsewhere.csv"), "{told}");
}
