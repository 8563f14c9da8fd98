//! What the window remembers from one start to the next, and the file it is kept in.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::arrangement::Arrangement;
use super::view_state::{Direction, Measure, PhaseAxis};
use crate::training::Experiment;

/// The version of the file's form. A file of another is set aside like a damaged one.
const VERSION: u32 = 1;

/// Everything that is remembered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Memory {
    /// The version of the form.
    pub version: u32,
    /// The experiment as last chosen.
    pub experiment: Experiment,
    /// How the views are arranged.
    pub arrangement: Arrangement,
    /// Dark rather than light; `None` for as the system has it.
    pub dark: Option<bool>,
    /// By how much the whole window is zoomed.
    pub zoom: f32,
    /// Width and height of the window's inside, in points.
    pub size: [f32; 2],
    /// Which product the product plot shows.
    pub direction: Direction,
    /// Which magnitude of it.
    pub measure: Measure,
    /// What the phase map has upwards.
    pub phase_axis: PhaseAxis,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            version: VERSION,
            experiment: Experiment::default(),
            arrangement: Arrangement::default(),
            dark: None,
            zoom: 1.0,
            size: [1280.0, 800.0],
            direction: Direction::default(),
            measure: Measure::default(),
            phase_axis: PhaseAxis::default(),
        }
    }
}

/// The file.
#[derive(Clone, Debug)]
pub struct MemoryFile {
    path: PathBuf,
}

impl MemoryFile {
    /// Where this system keeps such files; `None` if it has no such place.
    pub fn usual() -> Option<Self> {
        let folder = dirs::data_local_dir()?;
        Some(Self::at(folder.join("bptt-scope").join("memory.json")))
    }

    /// The file at `path`.
    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// What was remembered, and what there is to tell of it. A file that cannot be understood is set
    /// aside under another name, never overwritten; without one everything is as at first.
    pub fn load(&self) -> (Memory, Option<String>) {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return (Memory::default(), None);
            }
            Err(error) => {
                let path = self.path.display();
                let text = format!("What was remembered cannot be read from {path}: {error}");
                return (Memory::default(), Some(text));
            }
        };
        match understand(&bytes) {
            Ok(memory) => (memory, None),
            Err(reason) => (Memory::default(), Some(self.set_aside(&reason))),
        }
    }

    /// Writes `memory`: aside first and then into place, so that a full disk damages nothing.
    ///
    /// # Errors
    /// What the system says.
    pub fn save(&self, memory: &Memory) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let aside = self.path.with_extension("json.new");
        let mut file = fs::File::create(&aside)?;
        file.write_all(&serde_json::to_vec_pretty(memory)?)?;
        file.sync_all()?;
        fs::rename(&aside, &self.path)
    }

    /// The file's place.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn set_aside(&self, reason: &str) -> String {
        let aside = self.path.with_extension("damaged.json");
        match fs::rename(&self.path, &aside) {
            Ok(()) => format!(
                "What was remembered could not be understood ({reason}); the file is kept as {}",
                aside.display()
            ),
            Err(error) => format!(
                "What was remembered could not be understood ({reason}), and {} cannot be moved: {error}",
                self.path.display()
            ),
        }
    }
}

fn understand(bytes: &[u8]) -> Result<Memory, String> {
    let memory: Memory = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if memory.version != VERSION {
        return Err(format!("its version is {}", memory.version));
    }
    let checked = memory.experiment.clone().check();
    checked.map_err(|error| error.to_string())?;
    let usable = |value: f32, low: f32, high: f32| value >= low && value <= high;
    let sized = memory
        .size
        .iter()
        .all(|&size| usable(size, 100.0, 20_000.0));
    if !sized || !usable(memory.zoom, 0.2, 5.0) {
        return Err("a window of that size cannot be opened".to_owned());
    }
    Ok(memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn temporary(name: &str) -> MemoryFile {
        let folder = std::env::temp_dir().join(format!("bptt-scope-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        MemoryFile::at(folder.join("memory.json"))
    }

    #[test]
    fn what_is_saved_is_loaded() {
        let file = temporary("saved");
        assert_eq!(file.load(), (Memory::default(), None));
        let mut memory = Memory::default();
        memory.experiment.network.w_h = 0.1 + 0.2;
        memory.experiment.training.clip_norm = Some(0.3);
        memory.dark = Some(false);
        memory.size = [1333.0, 777.0];
        file.save(&memory).unwrap();
        assert_eq!(file.load(), (memory, None));
        fs::remove_dir_all(file.path().parent().unwrap()).unwrap();
    }

    #[test]
    fn whatever_is_damaged_is_set_aside_and_told() {
        let file = temporary("damaged");
        fs::create_dir_all(file.path().parent().unwrap()).unwrap();
        let whole = serde_json::to_string(&Memory::default()).unwrap();
        let far = whole.replace(r#""w_h":0.9"#, r#""w_h":1e300"#);
        assert_ne!(far, whole);
        for text in [
            String::new(),
            "\u{0}\u{1}binary".to_owned(),
            whole[..whole.len() / 2].to_owned(),
            whole.replace(r#""version":1"#, r#""version":2"#),
            whole.replace(r#""zoom":1.0"#, r#""zoom":null"#),
            whole.replace(r#""zoom":1.0"#, r#""zoom":-3"#),
            whole.replace("unrolled", "unheard-of"),
            "[".repeat(100_000),
            far,
        ] {
            fs::write(file.path(), &text).unwrap();
            let (memory, notice) = file.load();
            assert_eq!(memory, Memory::default());
            let notice = notice.expect("something to tell");
            assert!(notice.contains("memory.damaged.json"), "{notice}");
            assert!(!file.path().exists());
            let kept = file.path().with_extension("damaged.json");
            assert_eq!(fs::read_to_string(kept).unwrap(), text);
        }
        fs::remove_dir_all(file.path().parent().unwrap()).unwrap();
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error_and_no_panic() {
        let file = temporary("blocked");
        let folder = file.path().parent().unwrap();
        fs::create_dir_all(folder.parent().unwrap()).unwrap();
        fs::write(folder, "a file where the folder should be").unwrap();
        assert!(file.save(&Memory::default()).is_err());
        assert!(file.load().1.is_some());
        fs::remove_file(folder).unwrap();
    }
}
