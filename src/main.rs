//! The process: arguments, log, window or command line.

use std::cell::Cell;
use std::io::{self, Write as _};
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bptt_scope::cli::{self, DONE, FAILED, Failure, UNUSABLE};
use bptt_scope::export::Opened;
use bptt_scope::rnn::vectorised::Arithmetic;
use bptt_scope::ui::{LastWill, Memory, MemoryFile, ScopeApp, WINDOW_TITLE};
use eframe::WgpuConfiguration;
use eframe::egui_wgpu::WgpuSetup;
use eframe::wgpu::{DeviceDescriptor, MemoryHints};

fn main() -> ExitCode {
    // The clipboard's own thread complains when the display ends, of which there is one sentence already.
    env_logger::Builder::from_env(
        env_logger::Env::default().default_filter_or("error,arboard=off"),
    )
    .format_target(false)
    .init();
    let arguments = match cli::parsed(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(error) => return ended(cli::explain(&error)),
    };
    if arguments.no_fma {
        Arithmetic::forgo_fma();
    }
    if arguments.command.is_none() {
        give_memory_back();
    }
    let done = match (&arguments.command, &arguments.experiment) {
        (Some(mode), _) => cli::run(mode),
        (None, Some(path)) => {
            cli::experiment_for_window(path).map(|it| run_window(Some((path, it))))
        }
        (None, None) => Ok(run_window(None)),
    };
    ended(done)
}

fn ended(done: Result<u8, Failure>) -> ExitCode {
    ExitCode::from(done.unwrap_or_else(|failure| answer(&failure)))
}

/// Begins this program again, as the same process, with an allocator that gives large pieces of memory back.
///
/// A window makes pictures as large as itself, and a renderer without a graphics card makes more. The C library
/// takes the first of them from the system and gives them back; after that it keeps room for such sizes among the
/// small pieces, where what is freed between two of them stays: 50 MB after some hundred sizes of the window. A
/// fixed limit is read from the environment when a program starts, and nowhere else without unsafe code.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn give_memory_back() {
    use std::env;
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

    const SETTINGS: [&str; 2] = ["MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"];
    // More than the lists that every frame is drawn from, less than any picture.
    const BYTES: &str = "1048576";
    // They were set here before, or by somebody who knows better.
    let is_set = |name: &&str| env::var_os(name).is_some();
    if SETTINGS.iter().any(is_set) {
        return;
    }
    if let Ok(program) = env::current_exe() {
        let mut arguments = env::args_os();
        let name = arguments.next().unwrap_or_else(|| program.clone().into());
        let mut again = Command::new(&program);
        again.arg0(name).args(arguments);
        again.envs(SETTINGS.map(|name| (name, BYTES)));
        // It comes back only if that cannot be done, and then everything goes on as it is.
        let error = again.exec();
        log::debug!("{} cannot be started again: {error}", program.display());
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn give_memory_back() {}

/// Says what went wrong, and how the program ends.
fn answer(failure: &Failure) -> u8 {
    if let Some(message) = failure.message() {
        // Where nobody can be told, the status says it.
        let _ = writeln!(io::stderr(), "bptt-scope: {message}");
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
        wgpu_options: graphics(),
        ..eframe::NativeOptions::default()
    };
    let loss = DisplayLoss::watch();
    let result = panic::catch_unwind(AssertUnwindSafe(|| {
        eframe::run_native(
            WINDOW_TITLE,
            options,
            Box::new(move |creation| {
                let mut app = ScopeApp::with_memory(&creation.egui_ctx, &memory, kept)?;
                if let Some((path, opened)) = &file {
                    let path = std::path::absolute(path).unwrap_or_else(|_| (*path).clone());
                    app.came_from(&path, opened.carrier);
                }
                if let Some(trouble) = trouble {
                    app.tell(trouble);
                }
                close_when_told(&creation.egui_ctx);
                OPEN.with(|open| open.0.set(true));
                Ok(Box::new(app))
            }),
        )
    }));
    status_of(result, loss.happened())
}

/// Whoever ends the program (a session that is left, a terminal that is closed, Ctrl-C in it) closes the window as its
/// button does, with everything saved.
fn close_when_told(context: &egui::Context) {
    let context = context.clone();
    let close = move || {
        context.send_viewport_cmd(egui::ViewportCommand::Close);
        context.request_repaint();
    };
    if let Err(error) = cli::when_asked_to_end(close) {
        log::debug!("a signal ends the window without its farewell: {error}");
    }
}

/// The exit status of a window that has ended with `result`, and the sentence that says why, where there is one.
fn status_of(result: std::thread::Result<eframe::Result>, display_lost: bool) -> u8 {
    let opened = OPEN.with(|open| open.0.replace(false));
    match result {
        Ok(Ok(())) => DONE,
        Ok(Err(error)) => {
            log::debug!("{error}");
            match error {
                eframe::Error::WinitEventLoop(_) if opened => gone(),
                // Its text is of the windowing library's own source files.
                eframe::Error::WinitEventLoop(_) => no_window("the display cannot be reached"),
                eframe::Error::Wgpu(error) => {
                    no_window(&format!("no graphics driver answers: {error}"))
                }
                other => no_window(&other.to_string()),
            }
        }
        Err(_) if display_lost && opened => gone(),
        Err(_) if display_lost => no_window("the display cannot be reached"),
        Err(crash) => {
            // What led to it is not to lead to it again at the next start.
            LastWill::revoke();
            panic::resume_unwind(crash)
        }
    }
}

/// As usual, but with memory taken from the graphics card in small pieces: a window of lines and letters needs
/// little, and where there is no card it is the program's own.
fn graphics() -> WgpuConfiguration {
    let mut configuration = WgpuConfiguration::default();
    if let WgpuSetup::CreateNew(setup) = &mut configuration.wgpu_setup {
        let usual = Arc::clone(&setup.device_descriptor);
        setup.device_descriptor = Arc::new(move |adapter| DeviceDescriptor {
            memory_hints: MemoryHints::MemoryUsage,
            ..usual(adapter)
        });
    }
    configuration
}

/// The window was open, and is no more: closed from outside, or its display has ended.
fn gone() -> u8 {
    LastWill::carry_out();
    say_gone();
    FAILED
}

fn say_gone() {
    // Whoever would read it may be gone as well.
    let _ = writeln!(
        io::stderr(),
        "bptt-scope: the window was taken away by the display; what it remembers is saved"
    );
}

thread_local! {
    static OPEN: OpenWindow = const { OpenWindow(Cell::new(false)) };
}

/// Whether the window is open. The display's own library may end the program, from within C and without a panic:
/// then this is dropped while it is.
struct OpenWindow(Cell<bool>);

impl Drop for OpenWindow {
    fn drop(&mut self) {
        if self.0.get() {
            LastWill::carry_out();
            say_gone();
        }
    }
}

/// Whether the windowing library has panicked, as it does when its window is no more: it is told in one sentence
/// then, without a report of somebody else's source files.
struct DisplayLoss(Arc<AtomicBool>);

impl DisplayLoss {
    /// Looks out for it from now on. Every other panic is reported as always.
    fn watch() -> Self {
        let happened = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&happened);
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |crash| {
            let file = crash.location().map_or("", panic::Location::file);
            if is_of_display(file) {
                log::debug!("{crash}");
                seen.store(true, Ordering::Relaxed);
            } else {
                usual(crash);
            }
        }));
        Self(happened)
    }

    fn happened(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Whether a source file is one of the libraries that speak with the display.
fn is_of_display(file: &str) -> bool {
    let libraries = ["winit-", "x11rb-", "x11-dl-", "wayland-"];
    file.split(['/', '\\'])
        .any(|part| libraries.iter().any(|library| part.starts_with(library)))
}

fn no_window(reason: &str) -> u8 {
    let _ = writeln!(
        io::stderr(),
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
