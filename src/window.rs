//! The window as a part of this process: opened on whatever display there is, or answered with one sentence.

use std::any::Any;
use std::cell::Cell;
use std::io::{self, Write as _};
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bptt_scope::cli::{self, DONE, FAILED, UNUSABLE};
use bptt_scope::export::Opened;
use bptt_scope::lessons::Lesson;
use bptt_scope::training::Alarm;
use bptt_scope::ui::{LEAST_SIZE, LastWill, Memory, MemoryFile, ScopeApp, WINDOW_TITLE};
use eframe::{EventLoopBuilderHook, NativeOptions, egui};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

#[cfg(all(unix, not(target_os = "macos")))]
use super::display::{Display, usable_display};

/// What stands for the window among others, where no desktop entry says it.
const ICON: &str = include_str!("../assets/icon.svg");

/// How many pixels wide and high it is: what is shown smaller is made smaller by the desktop.
const ICON_SIZE: u32 = 128;

/// What is said where the system has no thread left for the window.
const NO_THREADS: &str = "the system gives it no more threads, see ulimit -u";

/// What became of a window whose display has ended, or which was closed from outside.
const TAKEN: &str = "was taken away by the display";

/// What is said where nothing can draw.
#[cfg(not(any(windows, target_os = "macos")))]
const NO_DRIVER: &str = "no graphics driver answers; install one for OpenGL, such as those of Debian's packages libegl1 and libgl1";
#[cfg(any(windows, target_os = "macos"))]
const NO_DRIVER: &str = "no graphics driver answers; install that of the graphics card";

/// What is said where a display is named, but is not there.
const UNREACHABLE: &str = "the display cannot be reached";

/// What a window begins with that was not in it the last time.
pub enum First {
    /// The experiment of a file.
    Experiment(Box<Opened>),
    /// A lesson.
    Lesson(Box<Lesson>),
    /// A training elsewhere, by the folder of its records, and when to tell of it.
    Watched(Alarm),
}

fn icon() -> Option<egui::IconData> {
    let tree = Tree::from_str(ICON, &Options::default()).ok()?;
    let mut pixels = Pixmap::new(ICON_SIZE, ICON_SIZE)?;
    let scale = ICON_SIZE as f32 / tree.size().width();
    resvg::render(
        &tree,
        Transform::from_scale(scale, scale),
        &mut pixels.as_mut(),
    );
    Some(egui::IconData {
        rgba: pixels.take_demultiplied(),
        width: ICON_SIZE,
        height: ICON_SIZE,
    })
}

/// Opens the window: with what is in a file, or with the experiment that was last in it.
pub fn run_window(file: Option<(&PathBuf, First)>) -> u8 {
    let event_loop_builder = match event_loop_on_what_there_is() {
        Ok(builder) => builder,
        Err(reason) => return no_window(&reason),
    };
    if let Err(error) = cli::begin_threads() {
        log::debug!("{error}");
        return no_window(NO_THREADS);
    }
    let mut kept = MemoryFile::usual();
    let (mut memory, trouble) = match &mut kept {
        Some(kept) => kept.load(),
        None => (Memory::default(), None),
    };
    if let Some((_, First::Experiment(opened))) = &file {
        memory.experiment = opened.experiment.clone().into();
        memory.beside = opened.beside.clone().map(Into::into);
        memory.file = None;
    }
    let options = NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title(WINDOW_TITLE)
            .with_app_id("bptt-scope")
            .with_icon(icon().unwrap_or_default())
            .with_inner_size(LEAST_SIZE.max(memory.size.into())),
        event_loop_builder,
        // By now its size is one that the largest screen has room for.
        window_builder: Some(Box::new(|window| {
            let size = window.inner_size.unwrap_or(LEAST_SIZE);
            window.with_min_inner_size(LEAST_SIZE.min(size))
        })),
        ..graphics()
    };
    let loss = DisplayLoss::watch();
    let hush = Hush::until_open();
    let result = panic::catch_unwind(AssertUnwindSafe(|| {
        eframe::run_native(
            WINDOW_TITLE,
            options,
            Box::new(move |creation| {
                let mut app = ScopeApp::with_memory(&creation.egui_ctx, &memory, kept)?;
                if let Some((path, first)) = file {
                    let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                    match first {
                        First::Experiment(opened) => app.came_from(&path, opened.carrier),
                        First::Lesson(lesson) => app.open_lesson(path, *lesson),
                        First::Watched(alarm) => app.watch(&path, alarm),
                    }
                }
                if let Some(trouble) = trouble {
                    app.tell(trouble);
                }
                close_when_asked(&creation.egui_ctx);
                hush.end();
                OPEN.with(|open| open.0.set(true));
                Ok(Box::new(app))
            }),
        )
    }));
    status_of(result, loss.happened())
}

/// Whoever ends the program (a session that is left, a terminal that is closed, Ctrl-C in it) closes the window as its
/// button does, with everything saved.
fn close_when_asked(context: &egui::Context) {
    let context = context.clone();
    let close = move || {
        context.send_viewport_cmd(egui::ViewportCommand::Close);
        context.request_repaint();
    };
    if let Err(error) = cli::when_asked_to_end(close) {
        log::debug!("a signal ends the window without its farewell: {error}");
    }
}

/// How the windowing library begins: on the display that there is, whatever others are named.
#[cfg(all(unix, not(target_os = "macos")))]
fn event_loop_on_what_there_is() -> Result<Option<EventLoopBuilderHook>, String> {
    use winit::platform::{
        wayland::EventLoopBuilderExtWayland as _, x11::EventLoopBuilderExtX11 as _,
    };

    let display = usable_display()?;
    Ok(Some(Box::new(move |builder| {
        match display {
            Display::Wayland => builder.with_wayland(),
            Display::X11 => builder.with_x11(),
        };
    })))
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn event_loop_on_what_there_is() -> Result<Option<EventLoopBuilderHook>, String> {
    Ok(None)
}

/// The exit status of a window that has ended with `result`, and the sentence that says why, where there is one.
fn status_of(result: std::thread::Result<eframe::Result>, display_lost: bool) -> u8 {
    let opened = OPEN.with(|open| open.0.replace(false));
    match result {
        Ok(Ok(())) => DONE,
        Ok(Err(error)) => {
            log::debug!("{error}");
            match error {
                eframe::Error::WinitEventLoop(_) if opened => gone(TAKEN),
                ref error if opened && is_of_graphics(error) => gone(TAKEN),
                error => no_window(&reason_of(&error)),
            }
        }
        Err(_) if display_lost && opened => gone(TAKEN),
        Err(_) if display_lost => no_window(UNREACHABLE),
        Err(crash) if is_of_threads(words_of(&*crash)) && opened => {
            gone("ended, because the system gives it no more threads (see ulimit -u)")
        }
        Err(crash) if is_of_threads(words_of(&*crash)) => no_window(NO_THREADS),
        Err(crash) => {
            // What led to it is not to lead to it again at the next start.
            LastWill::revoke();
            panic::resume_unwind(crash)
        }
    }
}

/// Why no window could be opened, in words for brackets.
fn reason_of(error: &eframe::Error) -> String {
    match error {
        // Its text is of the windowing library's own source files.
        eframe::Error::WinitEventLoop(_) => UNREACHABLE.to_owned(),
        eframe::Error::AppCreation(error) if is_want_of_threads(&**error) => NO_THREADS.to_owned(),
        // A driver that computes on the processor has threads of its own, and says something else without them.
        error if is_of_graphics(error) && threads_are_short() => NO_THREADS.to_owned(),
        error if is_of_graphics(error) => NO_DRIVER.to_owned(),
        other => other.to_string(),
    }
}

/// Whether `error` is what the system says when it gives no thread.
fn is_want_of_threads(error: &(dyn std::error::Error + 'static)) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::WouldBlock)
}

/// Whether the system does not give as many threads as the window has at least.
fn threads_are_short() -> bool {
    /// Training, analysis, opening, the clipboard, fonts, the keyboard's settings and two of a driver.
    const NEEDED: usize = 8;
    !cli::are_threads_to_be_had(NEEDED)
}

/// What draws: OpenGL, which every desktop has and which is up soonest.
#[cfg(not(any(windows, target_os = "macos")))]
fn graphics() -> NativeOptions {
    NativeOptions {
        renderer: eframe::Renderer::Glow,
        ..NativeOptions::default()
    }
}

/// What draws: Direct3D or Metal, beside which OpenGL is an old guest there. Memory is taken from the graphics card in small
/// pieces: a window of lines and letters needs little, and where there is no card it is the program's own.
#[cfg(any(windows, target_os = "macos"))]
fn graphics() -> NativeOptions {
    use eframe::egui_wgpu::{WgpuConfiguration, WgpuSetup};
    use eframe::wgpu::{DeviceDescriptor, MemoryHints};

    let mut wgpu_options = WgpuConfiguration::default();
    if let WgpuSetup::CreateNew(setup) = &mut wgpu_options.wgpu_setup {
        let usual = Arc::clone(&setup.device_descriptor);
        setup.device_descriptor = Arc::new(move |adapter| DeviceDescriptor {
            memory_hints: MemoryHints::MemoryUsage,
            ..usual(adapter)
        });
    }
    NativeOptions {
        renderer: eframe::Renderer::Wgpu,
        wgpu_options,
        ..NativeOptions::default()
    }
}

/// Whether `error` says that nothing here can draw.
#[cfg(not(any(windows, target_os = "macos")))]
fn is_of_graphics(error: &eframe::Error) -> bool {
    matches!(
        error,
        eframe::Error::Glutin(_) | eframe::Error::NoGlutinConfigs(..) | eframe::Error::OpenGL(_)
    )
}

/// Whether `error` says that nothing here can draw.
#[cfg(any(windows, target_os = "macos"))]
fn is_of_graphics(error: &eframe::Error) -> bool {
    matches!(error, eframe::Error::Wgpu(_))
}

/// The window was open, and is no more: closed from outside, or its display has ended.
fn gone(how: &str) -> u8 {
    save_and_say(how);
    FAILED
}

/// Saves what the window remembers, and says that it is gone.
fn save_and_say(how: &str) {
    let saved = match LastWill::carry_out() {
        Ok(()) => "is saved".to_owned(),
        Err(trouble) => trouble,
    };
    // Whoever would read it may be gone as well.
    let _ = writeln!(
        io::stderr(),
        "bptt-scope: the window {how}; what it remembers {saved}"
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
            save_and_say(TAKEN);
        }
    }
}

/// Whether the windowing library has panicked, as it does when its window is no more. Such panics, and those for want
/// of a thread, are told in one sentence, without a report of somebody else's source files.
struct DisplayLoss(Arc<AtomicBool>);

impl DisplayLoss {
    /// Looks out for it from now on. Every other panic is reported as always.
    fn watch() -> Self {
        let happened = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&happened);
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |crash| {
            let file = crash.location().map_or("", panic::Location::file);
            let of_display = is_of_display(file);
            if of_display {
                seen.store(true, Ordering::Relaxed);
            }
            if of_display || crash.payload_as_str().is_some_and(is_of_threads) {
                log::debug!("{crash}");
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

/// Whether these are the words of the standard library, or of one that repeats them, for a thread that was not to
/// be had.
fn is_of_threads(words: &str) -> bool {
    words.to_lowercase().starts_with("failed to spawn thread")
}

/// What was said in a panic.
fn words_of(crash: &(dyn Any + Send)) -> &str {
    let text = crash.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| crash.downcast_ref().copied())
        .unwrap_or_default()
}

/// Keeps what libraries complain of from standard error until the window is open: if it cannot be, there is one
/// sentence instead. Whoever wants to know more has asked for it by `RUST_LOG`.
struct Hush(log::LevelFilter);

impl Hush {
    fn until_open() -> Self {
        let usual = log::max_level();
        if std::env::var_os("RUST_LOG").is_none() {
            log::set_max_level(log::LevelFilter::Off);
        }
        Self(usual)
    }

    fn end(&self) {
        log::set_max_level(self.0);
    }
}

fn no_window(reason: &str) -> u8 {
    let _ = writeln!(
        io::stderr(),
        "bptt-scope: no window can be opened here ({reason}); `bptt-scope trace --steps 100` shows the same numbers in the terminal"
    );
    UNUSABLE
}
