//! What the next start shall find.

use egui::Context;

use super::super::memory::Memory;
use super::super::remembered::Remembered;
use super::ScopeApp;
use crate::training::{Experiment, Pair};

impl ScopeApp {
    /// Writes what the next start shall find, a little after it has changed.
    pub(super) fn remember(&mut self, ctx: &Context) {
        // Nothing says that the window was zoomed or made larger.
        let look = self.look_to_remember(ctx);
        if let Some(remembered) = &mut self.remembered
            && remembered.differs_in_look(look.0, look.1)
        {
            remembered.touch_once();
        }
        let Some(due) = self.remembered.as_ref().and_then(Remembered::due_in) else {
            return;
        };
        if due.is_zero() {
            self.save(ctx, false);
        } else {
            ctx.request_repaint_after(due);
            let memory = self.memory(ctx);
            if let Some(remembered) = &self.remembered {
                remembered.prepare(memory);
            }
        }
    }

    pub(super) fn save(&mut self, ctx: &Context, surely: bool) {
        let memory = self.memory(ctx);
        if let Some(remembered) = &mut self.remembered
            && let Some(trouble) = remembered.save(memory, surely)
        {
            self.tell(format!("What is to be remembered {trouble}"));
        }
    }

    /// Writes what the next start shall find before the window goes. Returns what there is to tell if that fails: the
    /// window has no more time to.
    pub(super) fn save_in_the_end(&mut self) -> Option<String> {
        let memory = self.memory(&self.ctx);
        self.remembered.as_mut()?.save_in_the_end(memory)
    }

    /// Zoom and size to remember: not those of a presentation.
    pub(super) fn look_to_remember(&self, ctx: &Context) -> (f32, [f32; 2]) {
        match &self.view.presentation {
            Some(presentation) => presentation.look_before(),
            None => self.screen.look_to_remember(ctx),
        }
    }

    /// What the next start shall find.
    pub(super) fn memory(&self, ctx: &Context) -> Memory {
        let (recent, folder) = self.files.to_remember();
        let (zoom, size) = self.look_to_remember(ctx);
        let Pair { first, beside } = self.pair();
        Memory {
            experiment: match &self.waiting {
                Some(waiting) if first == Experiment::default() => waiting.clone(),
                _ => first,
            },
            beside,
            arrangement: self.workspace.arrangement(),
            dark: Some(ctx.theme() == egui::Theme::Dark),
            zoom,
            size,
            direction: self.view.direction,
            measure: self.view.measure,
            phase_axis: self.view.phase_axis,
            alignment: self.view.alignment,
            panel: self.view.panel,
            recent,
            folder,
            file: self
                .files
                .current_or_expected()
                .and_then(|path| path.to_str())
                .map(str::to_owned),
            lessons_offered: true,
            lesson: self.tutor.to_remember(),
            ..Memory::default()
        }
    }
}
