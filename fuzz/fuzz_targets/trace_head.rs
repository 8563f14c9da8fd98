//! What is wanted of a JSON trace to open its experiment.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| bptt_scope_fuzz::trace_head(data));
