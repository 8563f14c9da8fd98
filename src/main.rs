//! The process: arguments, log, window or command line.

use std::process::ExitCode;

use bptt_scope::cli::{TraceError, TraceOutcome, trace};
use bptt_scope::training::CheckedExperiment;
use bptt_scope::ui::{Memory, MemoryFile, ScopeApp, WINDOW_TITLE};
use clap::{Parser, Subcommand};

/// An oscilloscope for the gradient inside a recurrent network.
///
/// Without a command the window opens.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Mode>,
}

#[derive(Subcommand)]
enum Mode {
    /// Train some steps without a window and print the gradient of every timestep
    Trace {
        /// Training steps before the gradient is shown
        #[arg(long, default_value_t = 0)]
        steps: u64,
    },
}

/// Done.
const DONE: u8 = 0;
/// The run diverged.
const DIVERGED: u8 = 1;
/// Bad arguments, bad input, or no display.
const UNUSABLE: u8 = 2;

fn main() -> ExitCode {
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("error"))
        .format_target(false)
        .init();
    let arguments = Arguments::parse();
    let code = match arguments.command {
        Some(Mode::Trace { steps }) => run_trace(steps),
        None => run_window(),
    };
    ExitCode::from(code)
}

fn run_trace(steps: u64) -> u8 {
    let mut out = std::io::stdout().lock();
    match trace(CheckedExperiment::default(), steps, &mut out) {
        Ok(TraceOutcome::Done) => DONE,
        Ok(TraceOutcome::Diverged) => DIVERGED,
        // `| head` has seen enough; that is no failure.
        Err(TraceError::Write(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => DONE,
        Err(error) => {
            eprintln!("bptt-scope: {error}");
            UNUSABLE
        }
    }
}

fn run_window() -> u8 {
    if let Some(reason) = missing_display() {
        return no_window(reason);
    }
    let mut file = MemoryFile::usual();
    let (memory, trouble) = match &mut file {
        Some(file) => file.load(),
        None => (Memory::default(), None),
    };
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
            let mut app = ScopeApp::with_memory(&creation.egui_ctx, &memory, file)?;
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
