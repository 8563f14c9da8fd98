//! The dialog that asks for a file: a path that can be typed, and the system's own dialog beside it.
//!
//! The system's dialog needs a desktop that offers one; typing a path works everywhere, and lets a lecture be
//! repeated to the letter.

use std::path::{Path, PathBuf};
#[cfg(not(target_family = "wasm"))]
use std::sync::mpsc::Sender;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use egui::text::{CCursor, CCursorRange};
use egui::{Button, Context, Id, Key, Modal, RichText, TextEdit, Ui};

use super::super::action::Action;
use super::super::comparer::CompareAction;
use super::super::data::DataAction;
use super::super::system;
use super::super::theme::{color32, theme_of};
use super::purpose::Purpose;
#[cfg(target_family = "wasm")]
use crate::export::put_file;
use crate::training::shown_message;

/// Characters of a path: no system takes a longer one, and what is pasted here comes from anywhere.
const LONGEST_PATH: usize = 4_096;

/// What the system's dialog is to pick.
#[cfg(not(target_family = "wasm"))]
enum Picks {
    File,
    NewFile,
    Folder,
}

/// The dialog while it is open.
pub struct PathDialog {
    purpose: Purpose,
    text: String,
    /// What was wrong with the path last tried.
    problem: Option<String>,
    /// A file that is there already, and may be replaced.
    may_replace: Option<PathBuf>,
    /// The system's own dialog, while it is open.
    browsing: Option<Receiver<Option<PathBuf>>>,
    is_new: bool,
}

impl PathDialog {
    /// For `purpose`, at `path` if there is one already, otherwise in `folder`.
    pub fn new(purpose: Purpose, path: Option<&Path>, folder: &Path) -> Self {
        let path = path.map_or_else(|| folder.join(purpose.file_name()), Path::to_owned);
        Self {
            purpose,
            text: path.to_string_lossy().into_owned(),
            problem: None,
            may_replace: None,
            browsing: None,
            is_new: true,
        }
    }

    /// Says that the path cannot be used.
    pub fn refuse(&mut self, problem: &str) {
        self.problem = Some(shown_message(problem));
    }

    /// Draws it and returns whether it stays open. `opening` is what is being opened, if that takes long.
    pub fn show(
        &mut self,
        ctx: &Context,
        opening: Option<&str>,
        actions: &mut Vec<Action>,
    ) -> bool {
        self.take_browsed();
        let mut open = true;
        let response = Modal::new(Id::unique("path-dialog")).show(ctx, |ui| {
            ui.set_width(560.0);
            ui.heading(self.purpose.title());
            ui.add_space(6.0);
            self.path_row(ui, actions);
            match (&self.problem, opening) {
                (Some(problem), _) => ui.label(
                    RichText::new(problem).color(color32(theme_of(ui.visuals()).colours().error)),
                ),
                (None, Some(name)) => ui.label(format!("Opening {name}…")),
                (None, None) => ui.weak(self.purpose.hint()),
            };
            ui.add_space(6.0);
            ui.horizontal(|ui| {
                let name = self.purpose.button();
                let can = !self.text.trim().is_empty();
                let confirmed = self
                    .may_replace
                    .as_ref()
                    .is_some_and(|path| *path == self.path());
                let text = if confirmed { "Replace" } else { name };
                if ui.add_enabled(can, Button::new(text)).clicked() {
                    self.accept(confirmed, actions);
                }
                open &= !ui.button("Cancel").clicked();
            });
        });
        open && !response.should_close()
    }

    fn path_row(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        ui.horizontal(|ui| {
            let edit = TextEdit::singleline(&mut self.text)
                .desired_width(460.0)
                .char_limit(LONGEST_PATH)
                .hint_text("path of a file");
            let response = ui.add(edit).accessible_name("path");
            if std::mem::take(&mut self.is_new) {
                response.request_focus();
                select_name(ui.ctx(), response.id, &self.text);
            }
            if response.changed() {
                self.problem = None;
            }
            if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
                // A key that is held down must not say it twice: only the button replaces.
                self.accept(false, actions);
            }
            let browse = ui
                .add_enabled(self.browsing.is_none(), Button::new("Browse…"))
                .on_hover_text("The dialog of this desktop, if it has one");
            if browse.clicked() {
                self.browse(ui.ctx());
            }
        });
    }

    /// The path as it is typed, with `~` for the home folder, and with an extension if it has none.
    fn path(&self) -> PathBuf {
        let text = self.text.trim();
        let mut path = match (text.strip_prefix("~/"), system::home_folder()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(text),
        };
        path = std::path::absolute(&path).unwrap_or(path);
        let [first, ..] = self.purpose.extensions() else {
            return path;
        };
        if !self.purpose.opens() && path.extension().is_none() && !path.is_dir() {
            path.set_extension(first);
        }
        path
    }

    /// Takes the path; `replace` if a file that is there shall be written over.
    fn accept(&mut self, replace: bool, actions: &mut Vec<Action>) {
        // If it is refused, it can be mended at once.
        self.is_new = true;
        let path = self.path();
        let extensions = self.purpose.extensions();
        let extension = path
            .extension()
            .and_then(|it| it.to_str())
            .unwrap_or_default();
        let is_known = extensions
            .iter()
            .any(|known| known.eq_ignore_ascii_case(extension));
        match self.purpose {
            Purpose::Open => {
                self.problem = None;
                actions.push(Action::OpenFile(path));
                return;
            }
            Purpose::Compare => {
                self.problem = None;
                actions.push(Action::Compare(CompareAction::File(path)));
                return;
            }
            Purpose::Data | Purpose::Targets | Purpose::Words => {
                self.problem = None;
                actions.push(Action::Data(match self.purpose {
                    Purpose::Data => DataAction::File(path),
                    Purpose::Words => DataAction::Words(path),
                    _ => DataAction::Targets(path),
                }));
                return;
            }
            Purpose::Watch => {
                self.problem = None;
                actions.push(Action::Watch(path));
                return;
            }
            Purpose::Save | Purpose::Export(_) if !is_known => {
                let endings = extensions.join(" or .");
                self.problem = Some(format!("The name of the file must end in .{endings}"));
                return;
            }
            Purpose::Save | Purpose::Export(_) => {}
        }
        if path.is_file() && !(replace && self.may_replace.as_ref() == Some(&path)) {
            self.problem =
                Some("This file is there already; press Replace to write over it".to_owned());
            self.may_replace = Some(path);
            return;
        }
        actions.push(match self.purpose {
            Purpose::Export(export) => Action::Export(export, path),
            _ => Action::SaveFile(path),
        });
    }

    /// Opens the system's own dialog, on a thread of its own.
    fn browse(&mut self, ctx: &Context) {
        self.may_replace = None;
        let path = self.path();
        let mut dialog = rfd::AsyncFileDialog::new().set_title(self.purpose.title());
        if !self.purpose.opens() {
            dialog = dialog.set_file_name(path.file_name().unwrap_or_default().to_string_lossy());
        }
        if let Some(folder) = path.ancestors().find(|folder| folder.is_dir()) {
            dialog = dialog.set_directory(folder);
        }
        for extension in self.purpose.extensions() {
            dialog = dialog.add_filter(extension.to_uppercase(), &[extension]);
        }
        let (sender, receiver) = channel();
        let (waker, saves) = (ctx.clone(), !self.purpose.opens());
        #[cfg(target_family = "wasm")]
        {
            // What is saved is downloaded: where to, the browser asks.
            let _ = saves;
            wasm_bindgen_futures::spawn_local(async move {
                let picked = dialog.pick_file().await;
                let path = match picked {
                    Some(file) => {
                        let path = PathBuf::from(file.file_name());
                        put_file(&path, file.read().await.into());
                        Some(path)
                    }
                    None => None,
                };
                let _ = sender.send(path);
                waker.request_repaint();
            });
            self.browsing = Some(receiver);
        }
        #[cfg(not(target_family = "wasm"))]
        #[cfg(not(target_family = "wasm"))]
        let picks = match self.purpose {
            Purpose::Watch => Picks::Folder,
            _ if saves => Picks::NewFile,
            _ => Picks::File,
        };
        #[cfg(not(target_family = "wasm"))]
        self.wait_for(dialog, picks, (sender, receiver), waker);
    }

    /// Shows the system's `dialog`, and waits for its end on a thread of its own.
    #[cfg(not(target_family = "wasm"))]
    fn wait_for(
        &mut self,
        dialog: rfd::AsyncFileDialog,
        picks: Picks,
        (sender, receiver): (Sender<Option<PathBuf>>, Receiver<Option<PathBuf>>),
        waker: Context,
    ) {
        // Made here, because one system wants that on this thread, and waited for there.
        let chosen: std::pin::Pin<Box<dyn Future<Output = Option<rfd::FileHandle>> + Send>> =
            match picks {
                Picks::File => Box::pin(dialog.pick_file()),
                Picks::NewFile => Box::pin(dialog.save_file()),
                Picks::Folder => Box::pin(dialog.pick_folder()),
            };
        let thread = std::thread::Builder::new().name("file-dialog".to_owned());
        let waits = thread.spawn(move || {
            let handle = pollster::block_on(chosen);
            let _ = sender.send(handle.map(|handle| handle.path().to_owned()));
            waker.request_repaint();
        });
        match waits {
            Ok(_) => self.browsing = Some(receiver),
            Err(error) => self.problem = Some(format!("No dialog can be opened: {error}")),
        }
    }

    fn take_browsed(&mut self) {
        let Some(receiver) = &self.browsing else {
            return;
        };
        match receiver.try_recv() {
            Err(TryRecvError::Empty) => return,
            Ok(Some(path)) => {
                self.text = path.to_string_lossy().into_owned();
                self.problem = None;
                // Their own dialog has asked already.
                let replaces = !self.purpose.opens() && path.is_file();
                self.may_replace = replaces.then_some(path);
                self.is_new = true;
            }
            Ok(None) | Err(TryRecvError::Disconnected) => {
                self.is_new = true;
                self.problem = Some(
                    "No file was chosen. If no dialog appeared, this desktop has none: type the path".to_owned(),
                );
            }
        }
        self.browsing = None;
    }
}

/// Selects the name of the file, without folder and ending: what one most likely wants to change.
fn select_name(ctx: &Context, id: Id, text: &str) {
    let count = |part: &str| part.chars().count();
    let start = text
        .rfind(['/', '\\'])
        .map_or(0, |slash| count(&text[..slash]) + 1);
    let name = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut state = TextEdit::load_state(ctx, id).unwrap_or_default();
    let range = CCursorRange::two(CCursor::new(start), CCursor::new(start + count(stem)));
    state.cursor.set_char_range(Some(range));
    TextEdit::store_state(ctx, id, state);
}
