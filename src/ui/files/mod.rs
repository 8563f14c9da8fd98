//! Files in the window: which one is open, which were lately, and the dialog that asks for one.

mod dialog;
mod menu;

use std::path::{Path, PathBuf};

pub use dialog::{PathDialog, Purpose};
pub use menu::{FileMenu, file_menu};

use crate::export::open_experiment;
use crate::training::{Experiment, shown_argument};

/// How many files are remembered.
const RECENT: usize = 10;

/// A file, and the experiment that is in it.
pub type OpenFile = (PathBuf, Experiment);

/// Which files there are.
#[derive(Default)]
pub struct Files {
    /// The file that was opened or saved last, and what is in it.
    open: Option<OpenFile>,
    /// Newest first.
    recent: Vec<PathBuf>,
    /// The folder that was used last.
    folder: Option<PathBuf>,
}

impl Files {
    /// With the files of the last time. The one that was open is open again if it still can be.
    pub fn remembered(recent: &[String], folder: Option<&str>, file: Option<&str>) -> Self {
        let path = file.map(PathBuf::from);
        let open = path.and_then(|path| {
            let opened = open_experiment(&path).ok()?;
            let own = opened.carrier.is_none();
            own.then(|| (path, opened.experiment.into()))
        });
        Self {
            open,
            recent: recent.iter().take(RECENT).map(PathBuf::from).collect(),
            folder: folder.map(PathBuf::from),
        }
    }

    /// The file at `path` now holds `experiment`.
    pub fn opened(&mut self, path: &Path, experiment: &Experiment) {
        self.open = Some((path.to_owned(), experiment.clone()));
        self.looked_into(path);
    }

    /// An experiment was taken out of the file at `path`, which is a figure or a trace: nothing is saved to it.
    pub fn looked_into(&mut self, path: &Path) {
        self.used(path);
        self.recent.retain(|other| other != path);
        self.recent.insert(0, path.to_owned());
        self.recent.truncate(RECENT);
    }

    /// Something was written to `path`.
    pub fn used(&mut self, path: &Path) {
        self.folder = path.parent().map(Path::to_owned);
    }

    /// The file at `path` is gone.
    pub fn missing(&mut self, path: &Path) {
        self.recent.retain(|other| other != path);
    }

    /// Forgets what was open lately.
    pub fn forget_recent(&mut self) {
        self.recent.clear();
    }

    /// The experiment is of no file any more: another was begun.
    pub fn close(&mut self) {
        self.open = None;
    }

    /// The file that is open, and what is in it.
    pub fn open_file(&self) -> Option<OpenFile> {
        self.open.clone()
    }

    /// This file is open, or none.
    pub fn set_open(&mut self, file: Option<OpenFile>) {
        self.open = file;
    }

    /// The file that is open.
    pub fn current(&self) -> Option<&Path> {
        self.open.as_ref().map(|(path, _)| path.as_path())
    }

    /// Whether the open file no longer holds what it was opened or saved with. One that is gone has nothing to
    /// lose.
    pub fn was_changed_elsewhere(&self) -> bool {
        self.open.as_ref().is_some_and(|(path, experiment)| {
            path.exists()
                && open_experiment(path).map_or(true, |opened| {
                    Experiment::from(opened.experiment) != *experiment
                })
        })
    }

    /// The files that were open lately, newest first.
    pub fn recent(&self) -> &[PathBuf] {
        &self.recent
    }

    /// The folder that a dialog begins in.
    pub fn folder(&self) -> PathBuf {
        let usual = || dirs::document_dir().or_else(dirs::home_dir);
        let folder = self.folder.clone().filter(|folder| folder.is_dir());
        folder.or_else(usual).unwrap_or_default()
    }

    /// What is remembered: files and folder, as far as they can be written as text.
    pub fn to_remember(&self) -> (Vec<String>, Option<String>) {
        let text = |path: &PathBuf| path.to_str().map(str::to_owned);
        let recent = self.recent.iter().filter_map(text).collect();
        (recent, self.folder.as_ref().and_then(text))
    }

    /// What the window is called: with the name of the file, and a dot if `experiment` is not what is in it.
    pub fn title(&self, experiment: &Experiment) -> String {
        let program = super::WINDOW_TITLE;
        match &self.open {
            None => program.to_owned(),
            Some((path, saved)) => {
                let name = path.file_name().unwrap_or(path.as_os_str());
                let name = shown_argument(&name.to_string_lossy());
                let changed = if saved == experiment { "" } else { " •" };
                format!("{name}{changed} – {program}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_files_are_remembered_once_each() {
        let mut files = Files::default();
        let experiment = Experiment::default();
        for index in 0..15 {
            files.opened(Path::new(&format!("/x/{index}.toml")), &experiment);
        }
        files.opened(Path::new("/x/10.toml"), &experiment);
        assert_eq!(files.recent().len(), RECENT);
        assert_eq!(files.recent()[0], Path::new("/x/10.toml"));
        assert_eq!(files.recent()[1], Path::new("/x/14.toml"));
        let (recent, folder) = files.to_remember();
        assert_eq!(folder.as_deref(), Some("/x"));
        let again = Files::remembered(&recent, folder.as_deref(), Some("/x/gone.toml"));
        assert_eq!(again.recent(), files.recent());
        assert_eq!(again.current(), None);
    }

    #[test]
    fn the_title_says_which_file_and_whether_it_is_changed() {
        let mut files = Files::default();
        let mut experiment = Experiment::default();
        assert_eq!(files.title(&experiment), "BPTT Scope");
        files.opened(Path::new("/x/latch.toml"), &experiment);
        assert_eq!(files.title(&experiment), "latch.toml – BPTT Scope");
        experiment.seed += 1;
        assert_eq!(files.title(&experiment), "latch.toml • – BPTT Scope");
        files.opened(Path::new("/x/\u{202e}lmot.a\n"), &experiment);
        assert_eq!(files.title(&experiment), "\\u{202e}lmot.a\\n – BPTT Scope");
    }
}
