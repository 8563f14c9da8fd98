//! From an experiment to the product at every timestep: what is left of the loss's gradient there.
//!
//! ```sh
//! cargo run --release --example product
//! ```

use std::error::Error;

use bptt_scope::rnn::Interrupt;
use bptt_scope::training::{Experiment, Trainer, Wanted};

fn main() -> Result<(), Box<dyn Error>> {
    // The keys are those of an experiment file; what is left out is as usual.
    let experiment = Experiment::from_text("network.w_h = 1.5\nprobe.text = \"not a bad film\"")?;
    let mut trainer = Trainer::new(experiment);
    // Whoever runs the trainer on a thread of its own can raise it.
    let never = Interrupt::default();
    for _ in 0..100 {
        trainer.step(&never);
    }
    let snapshot = trainer.snapshot(Wanted::default(), &never)?;
    println!("  t  word          ∂oₙ/∂oₜ");
    for (t, step) in (1..).zip(&snapshot.probe.flow.steps) {
        println!("{t:3}  {:12}  {}", snapshot.input_text(t), step.to_end);
    }
    println!("{}", snapshot.probe.verdict.sentence);
    Ok(())
}
