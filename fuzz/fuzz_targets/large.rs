//! Every reader, with files of a megabyte.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| bptt_scope_fuzz::large(data));
