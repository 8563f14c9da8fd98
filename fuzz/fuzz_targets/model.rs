//! Numbers of other programs: models and gradients.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| bptt_scope_fuzz::model(data));
