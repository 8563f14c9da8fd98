//! Every reader of the program, given whatever a fuzzer makes up, and what holds for each of them:
//!
//! * no panic;
//! * at most 64 MB and a second for any file of up to 1 MB;
//! * what is said of a file that is refused is one line that any terminal can show;
//! * what is accepted passes the check, and survives being written and read again.
//!
//! `fuzz/run` gives them the inputs of libFuzzer, and `tests/readers.rs` those of `fuzz/seeds`.

mod arguments;
mod bounds;
pub mod carriers;
mod files;
mod large;

pub use arguments::{axis, command_line, resume, set};
pub use files::{
    experiment, lesson, memory, model, png, sentence, svg, table, trace_head, whole_trace, words,
};
pub use large::large;

/// A reader, given one input. It panics if the reader does, or goes beyond a bound.
pub type Reader = fn(&[u8]);

/// Every reader by the name of its target and of the folder of its seeds.
pub const READERS: [(&str, Reader); 16] = [
    ("experiment", experiment),
    ("trace_head", trace_head),
    ("whole_trace", whole_trace),
    ("svg", svg),
    ("png", png),
    ("memory", memory),
    ("lesson", lesson),
    ("model", model),
    ("table", table),
    ("words", words),
    ("set", set),
    ("axis", axis),
    ("command_line", command_line),
    ("resume", resume),
    ("sentence", sentence),
    ("large", large),
];
