//! A window without a screen: the real app in egui's test harness.

use std::time::{Duration, Instant};

use bptt_scope::training::{Experiment, SETTINGS, Setting, Snapshot};
use bptt_scope::ui::{Action, Memory, MemoryFile, ScopeApp};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

/// How long anything may take before a test gives up: generous, because machines are slow at times.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the window calls the key `name` of an experiment, such as `w_h`; other names stay.
pub fn called(name: &str) -> String {
    let setting = SETTINGS.iter().find(|it| it.parts().1 == name);
    setting.map_or_else(|| name.to_owned(), Setting::called)
}

/// The app with an experiment, on a window of the given size.
pub struct Window {
    pub harness: Harness<'static, ScopeApp>,
}

impl Window {
    pub fn open(size: [f32; 2], change: impl FnOnce(&mut Experiment)) -> Self {
        Self::build((size, 1.0), change, false)
    }

    /// The same with so many pixels per point.
    pub fn open_at(size: [f32; 2], density: f32, change: impl FnOnce(&mut Experiment)) -> Self {
        Self::build((size, density), change, false)
    }

    /// The usual window, in which letters may be typed that the bundled fonts do not have.
    pub fn with_any_glyph() -> Self {
        Self::build(([1280.0, 800.0], 1.0), |_| {}, true)
    }

    /// A window that remembers what `file` has, and writes to it.
    pub fn remembering(file: &MemoryFile) -> Self {
        let mut file = file.clone();
        let (memory, trouble) = file.load();
        let mut window = Self::open_with(&memory, Some(&file));
        if let Some(trouble) = trouble {
            window.harness.state_mut().tell(trouble);
            window.harness.run_steps(2);
        }
        window
    }

    /// A window that begins with `memory`.
    pub fn open_with(memory: &Memory, file: Option<&MemoryFile>) -> Self {
        let (memory, file) = (memory.clone(), file.cloned());
        let harness = Harness::builder()
            .with_size([1280.0, 800.0])
            .build_eframe(move |creation| {
                ScopeApp::with_memory(&creation.egui_ctx, &memory, file).expect("a thread")
            });
        let mut window = Self { harness };
        window.settle();
        window
    }

    /// Closes the window as its user would.
    pub fn close(mut self) {
        self.harness.state_mut().leave();
    }

    fn build(
        (size, density): ([f32; 2], f32),
        change: impl FnOnce(&mut Experiment),
        any_glyph: bool,
    ) -> Self {
        let mut experiment = Experiment::default();
        change(&mut experiment);
        let experiment = experiment.check().unwrap();
        let mut builder = Harness::builder()
            .with_size(size)
            .with_pixels_per_point(density)
            .with_theme(egui::Theme::Dark);
        if any_glyph {
            builder = builder.allow_missing_glyphs();
        }
        let harness = builder.build_eframe(move |creation| {
            ScopeApp::new(&creation.egui_ctx, experiment).expect("a thread")
        });
        let mut window = Self { harness };
        window.settle();
        window
    }

    /// The default experiment on the usual window.
    pub fn usual() -> Self {
        Self::open([1280.0, 800.0], |_| {})
    }

    /// Draws until everything asked for is open, the worker has answered everything and, while paused, measured its
    /// accuracy.
    pub fn settle(&mut self) {
        self.wait_until("the worker has answered", |app| {
            let measured = || {
                app.snapshot()
                    .is_some_and(|snapshot| !snapshot.run.evaluation_is_old)
            };
            !app.is_opening() && app.is_up_to_date() && (app.is_running() || measured())
        });
        self.harness.run_steps(2);
    }

    /// Draws until everything on the screen is of the moment that is shown, the pictures that are computed
    /// beside training too.
    pub fn settle_fully(&mut self) {
        self.settle();
        self.wait_until("everything is computed", ScopeApp::is_settled);
        self.harness.run_steps(2);
    }

    /// Draws until `such` holds of the app.
    pub fn wait_until(&mut self, what: &str, such: impl Fn(&ScopeApp) -> bool) {
        let start = Instant::now();
        loop {
            self.harness.run_steps(1);
            if such(self.harness.state()) {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "waited in vain until {what}");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Draws until some text on the screen contains `part`.
    pub fn wait_to_see(&mut self, part: &str) {
        let start = Instant::now();
        while !self.shows(part) {
            assert!(start.elapsed() < PATIENCE, "waited in vain to see {part}");
            self.harness.run_steps(1);
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Carries out one action, as if a widget had returned it.
    pub fn act(&mut self, action: Action) {
        let ctx = self.harness.ctx.clone();
        self.harness.state_mut().apply(&ctx, action);
        self.settle();
    }

    pub fn snapshot(&self) -> &Snapshot {
        self.harness.state().snapshot().expect("a first snapshot")
    }

    pub fn click(&mut self, label: &str) {
        self.harness.get_by_label(label).click();
        self.harness.run_steps(3);
        self.settle();
    }

    pub fn key(&mut self, key: egui::Key) {
        self.harness.key_press(key);
        self.harness.run_steps(2);
        self.settle();
    }

    /// Opens the menu `name`, or that of the key `name` of an experiment, and chooses `item`.
    pub fn choose(&mut self, name: &str, item: &str) {
        let name = &called(name);
        self.harness
            .get_by_role_and_label(egui::Role::ComboBox, name)
            .click();
        self.harness.run_steps(3);
        self.click(item);
    }

    /// Types an exact value into the field `name`, or that of the key `name` of an experiment.
    pub fn type_value(&mut self, name: &str, text: &str) {
        let name = &called(name);
        self.harness
            .get_by_role_and_label(egui::Role::SpinButton, name)
            .focus();
        self.harness.run_steps(2);
        self.harness
            .get_by_role_and_label(egui::Role::SpinButton, name)
            .type_text(text);
        self.harness.run_steps(1);
        self.harness.key_press(egui::Key::Enter);
        self.harness.run_steps(2);
        self.settle();
    }

    /// Replaces the sentence under the instrument.
    pub fn type_sentence(&mut self, text: &str) {
        self.type_text("sentence", text);
    }

    /// Replaces what stands in the text field `label`.
    pub fn type_text(&mut self, label: &str, text: &str) {
        let field = self.harness.get_by_label(label);
        field.focus();
        self.harness.run_steps(1);
        self.harness
            .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        self.harness.run_steps(1);
        if text.is_empty() {
            self.harness.key_press(egui::Key::Backspace);
        } else {
            self.harness.event(egui::Event::Paste(text.to_owned()));
        }
        self.harness.run_steps(2);
        self.harness.key_press(egui::Key::Escape);
        self.harness.run_steps(1);
        self.settle();
    }

    /// Drags from one place to another, drawing on the way.
    pub fn drag(&mut self, from: egui::Pos2, to: egui::Pos2) {
        self.harness.hover_at(from);
        self.harness.drag_at(from);
        self.harness.run_steps(2);
        self.harness.hover_at(to);
        self.harness.run_steps(2);
        self.harness.drop_at(to);
        self.harness.run_steps(2);
        self.settle();
    }

    /// Whether some text on the screen contains `part`.
    pub fn shows(&self, part: &str) -> bool {
        self.harness
            .query_all_by_label_contains(part)
            .next()
            .is_some()
    }

    /// What a screen reader says of the picture `name`.
    pub fn described(&self, name: &str) -> String {
        self.harness
            .get_by_role_and_label(egui::Role::Image, name)
            .value()
            .expect("a description")
    }
}
