//! How long it takes to look into the records of a training elsewhere, as the window does when it begins to watch: 1,000 of an
//! LSTM of 256 units and 128 timesteps, on as many cores as there are.

use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

use bptt_scope::export::{open_record, records_in};
use bptt_scope::rnn::Interrupt;
use bptt_scope::training::RecordSummary;
use rayon::prelude::*;
use safetensors::tensor::{Dtype, TensorView};

const RECORDS: usize = 1_000;

/// Files: the system has them in memory, as those of a training that goes on.
const FILES: usize = 100;

const INPUTS: usize = 32;
const HIDDEN: usize = 256;
const LENGTH: usize = 128;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    for step in 0..FILES {
        write(folder.path(), step);
    }
    let files = records_in(folder.path()).unwrap();
    let begun = Instant::now();
    let never = Interrupt::default();
    let looked = (0..RECORDS).into_par_iter().map(|number| {
        let record = open_record(&files[number % FILES].path, &never).unwrap();
        RecordSummary::of(&record, ("", 0), false, &never).unwrap()
    });
    let arrives = looked.filter(|it| it.reached.log10().is_some()).count();
    assert_eq!(arrives, RECORDS);
    let seconds = begun.elapsed().as_secs_f64();
    let cores = rayon::current_num_threads();
    println!(
        "records: {RECORDS} of an LSTM of {HIDDEN} units and {LENGTH} timesteps in {seconds:.1} s on {cores} cores, {:.1} ms each",
        1e3 * seconds / RECORDS as f64
    );
}

/// A record as the recorder writes it, in float32.
fn write(folder: &Path, step: usize) {
    let shapes: [(&str, Vec<usize>); 6] = [
        ("weight_ih_l0", vec![4 * HIDDEN, INPUTS]),
        ("weight_hh_l0", vec![4 * HIDDEN, HIDDEN]),
        ("bias_ih_l0", vec![4 * HIDDEN]),
        ("bias_hh_l0", vec![4 * HIDDEN]),
        ("x", vec![LENGTH, 1, INPUTS]),
        ("grad_h_n", vec![1, 1, HIDDEN]),
    ];
    // As PyTorch draws weights: evenly up to 1/√H.
    let size = 1.0 / (HIDDEN as f32).sqrt();
    let tensors: Vec<(&str, Vec<usize>, Vec<u8>)> = shapes
        .into_iter()
        .map(|(name, shape)| {
            let count: usize = shape.iter().product();
            let size = if name == "x" { 1.0 } else { size };
            let numbers = (0..count).map(|place| size * ((place * 7919 + step) as f32).sin());
            (name, shape, numbers.flat_map(f32::to_le_bytes).collect())
        })
        .collect();
    let views = tensors.iter().map(|(name, shape, bytes)| {
        (
            *name,
            TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap(),
        )
    });
    let about = [
        ("schema", "bptt-scope.record/1"),
        ("cell", "lstm"),
        ("module", "lstm"),
        ("dtype", "float32"),
    ];
    let mut metadata: HashMap<String, String> = about
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    metadata.insert("step".to_owned(), step.to_string());
    let bytes = safetensors::serialize(views, Some(metadata)).unwrap();
    std::fs::write(folder.join(format!("step-{step:09}.safetensors")), bytes).unwrap();
}
