//! Train, watch the gradient change, and leave a trace and a figure for others.
//!
//! ```sh
//! cargo run --release --example training
//! ```

use std::error::Error;
use std::path::Path;

use bptt_scope::export::{Artefact, Patience, Sight, Trace, write_file};
use bptt_scope::rnn::Interrupt;
use bptt_scope::scene::Look;
use bptt_scope::training::{Experiment, Stepped, Trainer, Wanted};

fn main() -> Result<(), Box<dyn Error>> {
    let experiment = Experiment::from_text(
        "task.kind = \"latch\"\ntask.length = 30\nnetwork.hidden = 8\ntraining.optimizer = \"adam\"\ntraining.learning_rate = 0.01",
    )?;
    let never = Interrupt::default();
    let mut trainer = Trainer::new(experiment);
    for round in 0..=5 {
        let snapshot = trainer.snapshot(Wanted::default(), &never)?;
        let loss = trainer.last_record().map_or(f64::NAN, |record| record.loss);
        println!(
            "step {:4}: loss {loss:.4}, {}",
            round * 200,
            snapshot.probe.verdict.sentence
        );
        for _ in 0..200 {
            if trainer.step(&never) == Stepped::Diverged {
                return Err("the run diverged".into());
            }
        }
    }

    let snapshot = trainer.snapshot(Wanted::default(), &never)?;
    let look = Look::of(&snapshot);
    let sight = Sight::new(&snapshot, &look);
    let folder = std::env::temp_dir();
    for artefact in [Artefact::TraceJson, Artefact::Svg(None)] {
        let path = folder.join(format!("bptt-scope-example.{}", artefact.extension()));
        write_file(&path, false, Patience::Until(&never), |out| {
            artefact.write(&sight, &never, out)
        })?;
        println!("wrote {}", path.display());
    }
    // And what is written can be read again.
    let text = std::fs::read_to_string(Path::new(&folder).join("bptt-scope-example.json"))?;
    let trace = Trace::from_json(&text)?;
    println!(
        "after {} steps the loss of the probe is {}",
        trace.step, trace.loss
    );
    Ok(())
}
