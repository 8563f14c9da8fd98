//! The process: arguments, log, window or command line.

use std::path::PathBuf;
use std::process::ExitCode;

use bptt_scope::cli::{self, DONE, Failure, UNUSABLE};
use bptt_scope::export::Opened;
use bptt_scope::rnn::vectorised::Arithmetic;
use bptt_scope::ui::{Memory, MemoryFile, ScopeApp, WINDOW_TITLE};

fn main() -> ExitCode {
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("error"))
        .format_target(false)
        .init();
    let arguments = cli::parsed(std::env::args_os()).unwrap_or_else(|error| error.exit());
    if arguments.no_fma {
        Arithmetic::forgo_fma();
    }
    let done = match (&arguments.command, &arguments.experiment) {
        (Some(mode), _) => cli::run(mode),
        (None, Some(path)) => {
            cli::experiment_for_window(path).map(|it| run_window(Some((path, it))))
        }
        (None, None) => Ok(run_window(None)),
    };
    ExitCode::from(done.unwrap_or_else(|failure| answer(&failure)))
}

/// Says what went wrong, and how the program ends.
fn answer(failure: &Failure) -> u8 {
    if let Some(message) = failure.message() {
        eprintln!("bptt-scope: {message}");
    }
    failure.status()
}

/// Opens the window: with the experiment of a file, or with the one that was last in it.
fn run_window(file: Option<(&PathBuf, Opened)>) -> u8 {
    if let Some(reason) = missing_display() {
        return no_window(reason);
    }
    let mut kept = MemoryFile::usual();
    let (mut memory, trouble) = match &mut kept {
        Some(kept) => kept.load(),
        None => (Memory::default(), None),
    };
    if let Some((_, opened)) = &file {
        memory.experiment = opened.experiment.clone().into();
        memory.file = None;
    }
    let options = eframe::NativeOptions {
        viewport: eframe::egui::ViewportBuilder::default()
            .with_title(WINDOW_TITLE)
            .with_app_id("bptt-scope")
            .with_inner_size(memory.size)
            .with_min_inner_size([1000.0, 640.0]),
        ..eframe::NativeOptions::default()
    };
    let result = eframe::run_native(
        WINDOW_TITLE,
        options,
        Box::new(|creation| {
            let mut app = ScopeApp::with_memory(&creation.egui_ctx, &memory, kept)?;
            if let Some((path, opened)) = &file {
                let path = std::path::absolute(path).unwrap_or_else(|_| (*path).clone());
                app.came_from(&path, opened.carrier);
            }
            if let Some(trouble) = trouble {
                app.tell(trouble);
            }
            Ok(Box::new(app))
        }),
    );
    match result {
        Ok(()) => DONE,
        Err(error) => {
            log::debug!("{error}");
            let reason = match error {
                // Its text is of the windowing library's own source files.
                eframe::Error::WinitEventLoop(_) => "the display cannot be reached".to_owned(),
                eframe::Error::Wgpu(error) => format!("no graphics driver answers: {error}"),
                other => other.to_string(),
            };
            no_window(&reason)
        }
    }
}

fn no_window(reason: &str) -> u8 {
    eprintln!(
        "bptt-scope: no window can be opened here ({reason}); `bptt-scope trace --steps 100` shows the same numbers in the terminal"
    );
    UNUSABLE
}

/// Why there is no screen, if it can be told beforehand: the windowing library answers a display that
/// cannot be reached in terms of its own source files.
fn missing_display() -> Option<&'static str> {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let unix = cfg!(all(unix, not(target_os = "macos")));
    let reachable = ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"].map(set);
    (unix && !reachable.contains(&true)).then_some("neither DISPLAY nor WAYLAND_DISPLAY is set")
}
