//! The process: arguments, log, window or command line.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use super::window::{First, run_window};
use bptt_scope::cli::{self, Failure, Mode};
use bptt_scope::rnn::vectorised::Arithmetic;
use bptt_scope::training::Alarm;

/// Does what the arguments of the process ask for.
pub fn run() -> ExitCode {
    // What these libraries complain of is no fault that anybody could mend: a window that is closed while a text is
    // written in it, a clipboard with something else than text, a desktop that does not say whether it is dark.
    env_logger::Builder::from_env(
        env_logger::Env::default()
            .default_filter_or("error,arboard=off,egui_winit=off,sctk_adwaita=off,winit=off"),
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
    if matches!(arguments.command, None | Some(Mode::Watch(_))) {
        begin_again_with_settings();
    }
    let done = match (&arguments.command, &arguments.experiment) {
        (Some(Mode::Watch(watched)), _) => cli::check_watched(watched)
            .map(|()| run_window(Some((&watched.folder, First::Watched(watched.alarm()))))),
        (Some(mode), _) => cli::run(mode),
        (None, Some(path)) if path.is_dir() => {
            Ok(run_window(Some((path, First::Watched(Alarm::default())))))
        }
        (None, Some(path)) => first_of(path).map(|it| run_window(Some((path, it)))),
        (None, None) => Ok(run_window(None)),
    };
    ended(done)
}

/// What the window is to begin with: the lesson or the experiment in the file at `path`.
fn first_of(path: &Path) -> Result<First, Failure> {
    match cli::lesson_for_window(path)? {
        Some(lesson) => Ok(First::Lesson(Box::new(lesson))),
        None => cli::experiment_for_window(path).map(|opened| First::Experiment(Box::new(opened))),
    }
}

fn ended(done: Result<u8, Failure>) -> ExitCode {
    ExitCode::from(done.unwrap_or_else(|failure| answer(&failure)))
}

/// Begins this program again, as the same process, with what libraries read from the environment when they start, and
/// nowhere else without unsafe code.
///
/// An allocator that gives large pieces of memory back: a window makes pictures as large as itself, and a renderer
/// without a graphics card makes more. The C library takes the first of them from the system and gives them back; after
/// that it keeps room for such sizes among the small pieces, where what is freed between two of them stays: 50 MB after
/// some hundred sizes of the window. A fixed limit is set so.
///
/// And a graphics library that says nothing of drivers it does not find: if none is found, that is said once.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn begin_again_with_settings() {
    use std::env;
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

    const SETTINGS: [&str; 2] = ["MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"];
    // More than the lists that every frame is drawn from, less than any picture.
    const BYTES: &str = "1048576";
    const GRAPHICS_LOG: &str = "EGL_LOG_LEVEL";
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
        if !is_set(&GRAPHICS_LOG) {
            again.env(GRAPHICS_LOG, "fatal");
        }
        // It comes back only if that cannot be done, and then everything goes on as it is.
        let error = again.exec();
        log::debug!("{} cannot be started again: {error}", program.display());
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn begin_again_with_settings() {}

/// Says what went wrong, and how the program ends.
fn answer(failure: &Failure) -> u8 {
    if let Some(message) = failure.message() {
        // Where nobody can be told, the status says it.
        let _ = writeln!(io::stderr(), "bptt-scope: {message}");
    }
    failure.status()
}
