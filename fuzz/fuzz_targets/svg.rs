//! An SVG that may carry an experiment.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| bptt_scope_fuzz::svg(data));
