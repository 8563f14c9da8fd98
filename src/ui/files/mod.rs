//! Files in the window: which one is open, which were lately, and the dialog that asks for one.

mod dialog;
mod menu;
mod opener;
mod purpose;

use std::path::{Path, PathBuf};

pub use dialog::PathDialog;
pub use menu::{FileMenu, file_menu};
pub use opener::{Ended, OpenSource, Opener, Wanted};
pub use purpose::Purpose;

use super::screen::WINDOW_TITLE;
use super::system;
use crate::export::holds_experiment;
use crate::training::{Experiment, Pair, shown_argument};

/// How many files are remembered.
const RECENT: usize = 10;

/// A file, and the experiment that is in it, or both.
pub type OpenFile = (PathBuf, Pair);

/// Which files there are.
#[derive(Default)]
pub struct Files {
    /// The file that was opened or saved last, and what is in it.
    open: Option<OpenFile>,
    /// The file that was open the last time, until it is known what is in it.
    expected: Option<PathBuf>,
    /// Newest first.
    recent: Vec<PathBuf>,
    /// The folder that was used last.
    folder: Option<PathBuf>,
}

impl Files {
    /// With the files of the last time, none of them open.
    pub fn remembered(recent: &[String], folder: Option<&str>) -> Self {
        Self {
            recent: recent.iter().take(RECENT).map(PathBuf::from).collect(),
            folder: folder.map(PathBuf::from),
            ..Self::default()
        }
    }

    /// The file at `path` was open the last time, and is being looked into.
    pub fn expect(&mut self, path: &Path) {
        self.expected = Some(path.to_owned());
    }

    /// The file at `path`, which was open the last time, holds `pair`, or cannot be open again. If another was
    /// opened, saved or begun meanwhile, that stays.
    pub fn reopened(&mut self, path: &Path, pair: Option<Pair>) {
        if self.expected.take_if(|expected| expected == path).is_some() {
            self.open = pair.map(|pair| (path.to_owned(), pair));
        }
    }

    /// The file at `path` now holds `pair`.
    pub fn opened(&mut self, path: &Path, pair: Pair) {
        self.set_open(Some((path.to_owned(), pair)));
        self.looked_into(path);
    }

    /// Whether the file that is open holds two experiments.
    pub fn is_of_two(&self) -> bool {
        self.open
            .as_ref()
            .is_some_and(|(_, pair)| pair.beside.is_some())
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
        self.set_open(None);
    }

    /// The file that is open, and what is in it.
    pub fn open_file(&self) -> Option<OpenFile> {
        self.open.clone()
    }

    /// This file is open, or none.
    pub fn set_open(&mut self, file: Option<OpenFile>) {
        self.open = file;
        self.expected = None;
    }

    /// The file that is open.
    pub fn current(&self) -> Option<&Path> {
        self.open.as_ref().map(|(path, _)| path.as_path())
    }

    /// The file that is open, or that was the last time if it is not known yet what is in it.
    pub fn current_or_expected(&self) -> Option<&Path> {
        self.current().or(self.expected.as_deref())
    }

    /// Whether the open file no longer holds what it was opened or saved with. One that is gone has nothing to
    /// lose.
    pub fn was_changed_elsewhere(&self) -> bool {
        self.open
            .as_ref()
            .is_some_and(|(path, pair)| path.exists() && !holds_experiment(path, pair))
    }

    /// The files that were open lately, newest first.
    pub fn recent(&self) -> &[PathBuf] {
        &self.recent
    }

    /// The folder that a dialog begins in.
    pub fn folder(&self) -> PathBuf {
        let usual = || system::documents_folder().or_else(system::home_folder);
        let folder = self.folder.clone().filter(|folder| folder.is_dir());
        folder.or_else(usual).unwrap_or_default()
    }

    /// What is remembered: files and folder, as far as they can be written as text.
    pub fn to_remember(&self) -> (Vec<String>, Option<String>) {
        let text = |path: &PathBuf| path.to_str().map(str::to_owned);
        let recent = self.recent.iter().filter_map(text).collect();
        (recent, self.folder.as_ref().and_then(text))
    }

    /// What the window is called: with the name of the file, and a dot if neither `experiment` nor `both`, whichever it is of,
    /// is what is in it.
    pub fn title(&self, experiment: &Experiment, both: impl FnOnce() -> Pair) -> String {
        let program = WINDOW_TITLE;
        match &self.open {
            None => program.to_owned(),
            Some((path, saved)) => {
                let name = path.file_name().unwrap_or(path.as_os_str());
                let name = shown_argument(&name.to_string_lossy());
                let is_saved = match &saved.beside {
                    None => saved.first == *experiment,
                    Some(_) => *saved == both(),
                };
                let changed = if is_saved { "" } else { " •" };
                format!("{name}{changed} – {program}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(experiment: &Experiment) -> Pair {
        Pair::alone(experiment.clone())
    }

    #[test]
    fn the_newest_files_are_remembered_once_each() {
        let mut files = Files::default();
        let experiment = Experiment::default();
        for index in 0..15 {
            files.opened(Path::new(&format!("/x/{index}.toml")), pair(&experiment));
        }
        files.opened(Path::new("/x/10.toml"), pair(&experiment));
        assert_eq!(files.recent().len(), RECENT);
        assert_eq!(files.recent()[0], Path::new("/x/10.toml"));
        assert_eq!(files.recent()[1], Path::new("/x/14.toml"));
        let (recent, folder) = files.to_remember();
        assert_eq!(folder.as_deref(), Some("/x"));
        let again = Files::remembered(&recent, folder.as_deref());
        assert_eq!(again.recent(), files.recent());
        assert_eq!(again.current(), None);
    }

    /// It may come from a disk that answers late.
    #[test]
    fn the_file_of_the_last_time_is_open_again_unless_something_was_done_meanwhile() {
        let (path, other) = (Path::new("/x/last.toml"), Path::new("/x/other.toml"));
        let experiment = || Pair::alone(Experiment::default());
        let expecting = || {
            let mut files = Files::default();
            files.expect(path);
            assert_eq!(files.current(), None);
            // Whoever closes the window before it is known has it open the next time.
            assert_eq!(files.current_or_expected(), Some(path));
            files
        };
        let mut files = expecting();
        files.reopened(path, Some(experiment()));
        assert_eq!(files.open_file(), Some((path.to_owned(), experiment())));
        let mut files = expecting();
        files.reopened(path, None);
        assert_eq!(files.current_or_expected(), None);
        let mut files = expecting();
        files.opened(other, experiment());
        files.reopened(path, Some(experiment()));
        assert_eq!(files.current(), Some(other));
        let mut files = expecting();
        files.close();
        files.reopened(path, Some(experiment()));
        assert_eq!(files.current_or_expected(), None);
    }

    #[test]
    fn the_title_says_which_file_and_whether_it_is_changed() {
        let mut files = Files::default();
        let mut experiment = Experiment::default();
        let title =
            |files: &Files, experiment: &Experiment| files.title(experiment, || pair(experiment));
        assert_eq!(title(&files, &experiment), "BPTT Scope");
        files.opened(Path::new("/x/latch.toml"), pair(&experiment));
        assert_eq!(title(&files, &experiment), "latch.toml – BPTT Scope");
        experiment.seed += 1;
        assert_eq!(title(&files, &experiment), "latch.toml • – BPTT Scope");
        files.opened(Path::new("/x/\u{202e}lmot.a\n"), pair(&experiment));
        assert_eq!(
            title(&files, &experiment),
            "\\u{202e}lmot.a\\n – BPTT Scope"
        );
    }
}
