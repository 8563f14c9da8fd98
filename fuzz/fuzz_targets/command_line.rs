//! A whole command line.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| bptt_scope_fuzz::command_line(data));
