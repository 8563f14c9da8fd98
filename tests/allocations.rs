//! A training step allocates nothing once its buffers have grown and the past is as long as it gets, and whatever
//! is opened allocates little.

use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::time::Instant;

use bptt_scope::cli::{Grid, Shard, resume};
use bptt_scope::export::{experiment_in, read_experiment};
use bptt_scope::rnn::{
    Activation, Architecture, Batch, CellKind, Interrupt, Loss, Network, Objective, Parameters,
    ReadOut, Widths,
};
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{
    BatchPass, CheckedExperiment, Experiment, OptimizerKind, Stepped, Trainer, Wanted,
};
use bptt_scope::ui::MemoryFile;

/// More steps than moments are kept, by so many that they have been thinned once.
const FULL: usize = 2_100;

#[test]
fn a_step_allocates_nothing_in_steady_state() {
    for kind in TaskKind::BUILT_IN {
        for (hidden, length, batch) in [(1, 10, 16), (16, 10, 16), (1, 300, 2), (33, 40, 5)] {
            let mut experiment = Experiment::default();
            experiment.task.kind = kind;
            experiment.task.length = length;
            experiment.network.hidden = hidden;
            experiment.network.bias = true;
            experiment.training.batch = batch;
            experiment.training.optimizer = OptimizerKind::Adam;
            experiment.training.clip_norm = Some(1.0);
            let mut trainer = Trainer::new(experiment.check().unwrap());
            let never = Interrupt::default();
            // Until all the moments are there that a run keeps to go back to.
            for _ in 0..FULL {
                assert_eq!(trainer.step(&never), Stepped::Done);
            }
            let counted = allocation_counter::measure(|| {
                for _ in 0..20 {
                    trainer.step(&never);
                }
            });
            assert_eq!(
                counted.count_total, 0,
                "{kind:?}, H = {hidden}, n = {length}"
            );
        }
    }
}

/// Of every size of network, and where the batch is divided among cores: the parts are handed over without a
/// message each. On one core everything is counted, on two what this thread does.
#[test]
fn the_passes_of_a_large_network_allocate_nothing_either() {
    for (hidden, length, size) in [(64, 20, 1), (64, 60, 32), (130, 10, 8)] {
        let parameters = Parameters::zeros(3, hidden, true);
        let network = Network::new(Activation::Tanh, parameters, 0.5);
        let mut pass = BatchPass::new(Batch::dense(3), &network.parameters);
        let never = Interrupt::default();
        for cores in [1, 2] {
            pass.use_cores(cores);
            let mut step = || {
                let draw =
                    |range: Range<usize>, batch: &mut Batch| batch.reset(length, range.len());
                let loss = Objective::sum_of(Loss::BinaryCrossEntropy);
                pass.run(&network, (length, size), loss, draw, &never)
                    .unwrap();
            };
            // Twice, for buffers that a part inherits from a larger one.
            step();
            step();
            let counted = allocation_counter::measure(|| (0..20).for_each(|_| step()));
            assert_eq!(counted.count_total, 0, "H = {hidden}, {cores} cores");
        }
    }
}

/// Of every cell, in two layers, and with an answer at every step.
#[test]
fn the_passes_of_every_cell_allocate_nothing_either() {
    let never = Interrupt::default();
    for cell in CellKind::ALL {
        for read_out in [ReadOut::AtTheEnd, ReadOut::AtEveryStep] {
            let parameters = Parameters::zeros_of(Architecture {
                cell: *cell,
                widths: Widths {
                    inputs: 3,
                    hidden: 20,
                    layers: 2,
                    outputs: 1,
                },
                bias: true,
                has_read_out: true,
                embedding: None,
            });
            let network = Network::of_cell(*cell, Activation::Tanh, parameters, 0.5);
            let batch = Batch::dense(3).asking(read_out, 1);
            let mut pass = BatchPass::new(batch, &network.parameters);
            pass.use_cores(1);
            let mut step = || {
                let draw = |range: Range<usize>, batch: &mut Batch| batch.reset(30, range.len());
                let loss = Objective::sum_of(Loss::SquaredError);
                pass.run(&network, (30, 5), loss, draw, &never).unwrap();
            };
            step();
            step();
            let counted = allocation_counter::measure(|| (0..5).for_each(|_| step()));
            assert_eq!(counted.count_total, 0, "{cell:?}, {read_out:?}");
        }
    }
}

fn long_run(change: impl FnOnce(&mut Experiment)) -> Trainer {
    let mut experiment = Experiment::default();
    experiment.task.kind = TaskKind::Latch;
    experiment.task.length = 10_000;
    experiment.network.hidden = 16;
    experiment.training.batch = 1;
    change(&mut experiment);
    let mut trainer = Trainer::new(experiment.check().unwrap());
    // Only what this thread does is counted.
    trainer.use_cores(1);
    trainer
}

/// A pass over it has five buffers of n · H numbers: 6.4 MB. A step, a look at the present, one at the past and the
/// picture of the run had theirs each.
#[test]
fn whatever_passes_over_a_sequence_has_the_same_buffers() {
    let never = Interrupt::default();
    let mut trainer = long_run(|_| {});
    let counted = allocation_counter::measure(|| {
        for _ in 0..2 {
            assert_eq!(trainer.step(&never), Stepped::Done);
            trainer.fill_rows(&never, || true).unwrap();
            drop(trainer.snapshot(Wanted::default(), &never).unwrap());
            let mut then = trainer.at(0).unwrap();
            let past = trainer.snapshot_of_past(&mut then, Wanted::default(), &never);
            assert_eq!(past.unwrap().moment.step, 0);
        }
    });
    let passes = 5 * 10_000 * 16 * 8;
    assert!(counted.bytes_max > passes, "{}", counted.bytes_max);
    // What is found at each of 10,000 timesteps, and the sequence itself.
    assert!(
        counted.bytes_max < passes + 8_000_000,
        "{}",
        counted.bytes_max
    );
}

#[test]
fn a_short_sequence_gives_back_the_memory_of_a_long_one() {
    let never = Interrupt::default();
    for batch in [1, 40] {
        let mut trainer = long_run(|e| e.training.batch = batch);
        let mut look = |length: usize, batch: usize, step: bool| {
            allocation_counter::measure(|| {
                let mut next = Experiment::clone(trainer.experiment());
                next.task.length = length;
                next.training.batch = batch;
                assert!(!trainer.change(next.check().unwrap()));
                if step {
                    trainer.step(&never);
                }
                drop(trainer.snapshot(Wanted::default(), &never).unwrap());
            })
        };
        let passes: i64 = 5 * 10_000 * 16 * 8;
        assert!(look(10_000, batch, true).bytes_current >= passes);
        // A slider that is dragged has its buffers at hand: what is allocated is what was found.
        let little = look(9_000, batch, false);
        assert!(little.bytes_total < 8_000_000, "{}", little.bytes_total);
        let back = look(10, 1, false).bytes_current;
        assert!(back < -passes, "{back}");
    }
}

/// `begin`, and `part` as often as a megabyte takes.
fn megabyte(begin: &str, part: &str) -> Vec<u8> {
    let count = (1_000_000 - begin.len()) / part.len();
    (begin.to_owned() + &part.repeat(count)).into_bytes()
}

/// What was made to take a thousand times its size: a number, an empty list or a level of a dotted key takes a few
/// bytes of text, and many of a tree.
const PARTS: [&str; 16] = [
    "1,",
    "[],",
    "{a=1},",
    "{\"\":0},",
    "{\"\":",
    "[",
    "a.b.",
    "\n",
    "\n\n#",
    "\"\" ",
    "'a' = 1\n",
    "[[a]]\n",
    "<a>",
    "<a/>",
    "\u{202e}",
    "a",
];

/// At most 64 MB and a second for any file of 1 MB, in whatever form.
#[test]
fn a_megabyte_of_anything_is_opened_with_little_memory() {
    for begin in [
        "",
        "seed = [",
        "[probe]\ntext = \"\"\"",
        "{\"experiment\": {\"seed\": [",
        "{\"experiment\": {\"probe\": {\"text\": \"",
        "{\"experiment\": {",
        "{\"schema\": ",
        "{\"timesteps\": [",
        "<svg>",
        "<svg><e xmlns='urn:bptt-scope:experiment'>",
        "<experiment xmlns='urn:bptt-scope:experiment'>seed = [",
    ] {
        for part in PARTS {
            let file = megabyte(begin, part);
            let before = Instant::now();
            let counted = allocation_counter::measure(|| {
                let _ = read_experiment(Path::new("any"), &*file);
            });
            let (peak, took) = (counted.bytes_max, before.elapsed());
            assert!(peak < 64_000_000, "{begin}{part}: {peak} bytes");
            // Unoptimised, and beside other tests: five times as long as may be.
            assert!(took.as_secs_f64() < 5.0, "{begin}{part}: {took:?}");
        }
    }
}

#[test]
fn a_megabyte_of_anything_is_remembered_with_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.json");
    for begin in [
        "",
        "{\"version\": 1, \"recent\": [",
        "{\"version\": 1, \"arrangement\": {\"rows\": [",
        "{\"version\": 1, \"experiment\": {\"probe\": {\"text\": \"",
        "{\"version\": ",
    ] {
        for part in PARTS.into_iter().chain(["\"\",", "[1,{\"rows\":[]}],"]) {
            let mut file = megabyte(begin, part);
            file.truncate(1_000_000);
            std::fs::write(&path, file).unwrap();
            let counted = allocation_counter::measure(|| {
                let (_, notice) = MemoryFile::at(path.clone()).load();
                assert!(notice.is_some());
            });
            let peak = counted.bytes_max;
            assert!(peak < 64_000_000, "{begin}{part}: {peak} bytes");
        }
    }
}

/// Of a trace only the experiment is wanted: 63 MB took 5.8 GB.
#[test]
fn a_long_trace_is_opened_with_less_memory_than_it_is_long() {
    let steps = b"{\"timesteps\": [[1, {\"a\": \"b\"}]";
    let head =
        b"], \"step\": 3, \"schema\": \"bptt-scope.trace/1\", \"experiment\": {\"seed\": 5}}";
    let more = io::Cursor::new(b", 1.25e-3".repeat(1_500_000));
    let counted = allocation_counter::measure(|| {
        let source = steps.chain(more).chain(&head[..]);
        let opened = read_experiment(Path::new("long.json"), source).unwrap();
        assert_eq!(opened.experiment.seed, 5);
    });
    // The first megabyte, which tells what it is, in a buffer that has grown.
    assert!(counted.bytes_max < 4_000_000, "{}", counted.bytes_max);
}

/// A picture of 64 MB is looked through once, and only what it carries is kept.
#[test]
fn a_large_picture_is_opened_with_little_more_memory_than_it_is_large() {
    let experiment = "<experiment xmlns='urn:bptt-scope:experiment'>seed = 5</experiment>";
    let svg = format!("<svg>{}{experiment}</svg>", "<a b='c'/>".repeat(3_000_000));
    let counted = allocation_counter::measure(|| {
        let opened = experiment_in(Path::new("large.svg"), svg.as_bytes()).unwrap();
        assert_eq!(opened.experiment.seed, 5);
    });
    assert!(counted.bytes_max < 1_000_000, "{}", counted.bytes_max);
}

/// Of a file that is no sweep nothing is kept but its first row, and of that a megabyte.
#[test]
fn a_sweep_that_is_to_go_on_with_something_else_takes_little_memory() {
    const LENGTH: u64 = 100_000_000;
    let axes = ["seed=1,2".to_owned()];
    let grid = Grid::new(&CheckedExperiment::default(), &axes, 0).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grid.csv");
    for begin in ["", "\"", "schema,sweep,", "\n\n"] {
        std::fs::write(&path, begin).unwrap();
        let file = std::fs::File::options().write(true).open(&path).unwrap();
        // Of nothing, which takes no room.
        file.set_len(LENGTH).unwrap();
        let counted = allocation_counter::measure(|| {
            let failure = resume(&path, &grid, Shard::WHOLE).map(drop).unwrap_err();
            let told = failure.to_string();
            assert!(
                told.contains("holds something else than this sweep"),
                "{told}"
            );
        });
        assert_eq!(file.metadata().unwrap().len(), LENGTH);
        assert!(counted.bytes_max < 8_000_000, "{}", counted.bytes_max);
    }
}
