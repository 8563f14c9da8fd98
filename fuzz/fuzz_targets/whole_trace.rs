//! A JSON trace with all its numbers.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| bptt_scope_fuzz::whole_trace(data));
