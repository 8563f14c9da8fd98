//! `recorder`: the Python file that has a training elsewhere write records.

use super::failure::{DONE, Failure};
use super::output::write_result;

/// That file.
const RECORDER: &str = include_str!("../../recorder/bptt_scope.py");

/// Writes it to standard output.
///
/// # Errors
/// [`Failure`] if it cannot be written.
pub fn run() -> Result<u8, Failure> {
    write_result(None, |out| out.write_all(RECORDER.as_bytes())).map(|()| DONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_short_and_needs_nothing_but_torch_and_safetensors() {
        assert!(RECORDER.lines().count() < 200);
        let imports = RECORDER
            .lines()
            .filter(|line| line.starts_with("import ") || line.starts_with("from "));
        for import in imports {
            let module = import.split_whitespace().nth(1).unwrap();
            let module = module.split('.').next().unwrap();
            let allowed = [
                "__future__",
                "os",
                "logging",
                "pathlib",
                "typing",
                "torch",
                "safetensors",
            ];
            let is_of_the_example = module == "bptt_scope";
            assert!(allowed.contains(&module) || is_of_the_example, "{import}");
        }
        assert!(RECORDER.contains("\"bptt-scope.record/1\""));
    }
}
