//! Exports: asked for, begun when everything they need is there, and told about when they end.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::Duration;

use egui::{ColorImage, Context};
use web_time::Instant;

use super::super::background::Next;
use super::super::bench::{Bench, Looking};
use super::super::comparer::Compared;
use super::super::exports::{Export, Outcome};
use super::super::files::{PathDialog, Purpose};
use super::ScopeApp;
use crate::export::{
    Animation, Artefact, FilmFrames, Patience, Several, Sight, check_writable, figure_metadata,
    picture_png, write_file,
};
use crate::flow::Progress;
use crate::rnn::Interrupt;
use crate::scene::{Alignment, Ghost, GhostOf, Look, Place, View};
use crate::training::{
    Command, FilmFrame, FilmRequest, Finding, Question, Snapshot, Study, Wanted, answer, shown_path,
};

/// Frames of an animation: twelve seconds at five a second.
const FRAMES: usize = 60;

/// How long the picture of the window may take; a window that is minimised draws none.
const SCREEN_TIME: Duration = Duration::from_secs(10);

impl ScopeApp {
    /// What is to be exported, and where.
    pub(super) fn export(&mut self, export: Export, path: PathBuf) {
        if self.export_asked.is_some() {
            self.refuse("Another export waits for the one under way".to_owned());
            return;
        }
        if self.exporter.is_busy() {
            self.inform("It is exported after the one under way".to_owned());
        }
        self.dialog = None;
        self.export_asked = Some((export, path));
        self.ctx.request_repaint();
    }

    /// Gives up what is exported, and what waits to be.
    pub(super) fn cancel_export(&mut self) {
        self.exporter.cancel();
        if self.export_asked.take().is_some() && !self.exporter.is_busy() {
            self.inform("The export was cancelled".to_owned());
        }
    }

    /// What is exported, and how far it is; what waits for the run is not begun.
    pub(super) fn export_under_way(&self) -> Option<(Export, f64)> {
        let waiting = self.export_asked.as_ref().map(|(export, _)| (*export, 0.0));
        self.exporter.progress().or(waiting)
    }

    /// Whether an export is under way.
    pub fn is_exporting(&self) -> bool {
        self.exporter.is_busy()
    }

    /// Begins what was asked for once it can be, and tells how it ended.
    pub(super) fn go_on_exporting(&mut self, ctx: &Context) {
        match self.exporter.take_outcome() {
            Some(Outcome::Written(path)) => {
                self.files.used(&path);
                self.touch();
                self.inform(format!("Exported to {}", shown_path(&path)));
            }
            Some(Outcome::Cancelled) => self.inform("The export was cancelled".to_owned()),
            Some(Outcome::Failed {
                export,
                path,
                problem,
            }) if self.dialog.is_none() => {
                // Where it can be read in full, and another place chosen.
                let mut dialog = PathDialog::new(Purpose::Export(export), Some(&path), &path);
                dialog.refuse(&problem);
                self.opening_waits = self.opener.is_busy();
                self.dialog = Some(dialog);
            }
            Some(Outcome::Failed { problem, .. }) => self.tell(problem),
            None => {}
        }
        if self.bench.gone().is_some() && self.export_asked.take().is_some() {
            self.tell("Nothing can be exported: training has stopped".to_owned());
        }
        if self.exporter.is_busy() || !self.is_ready_to_export() {
            return;
        }
        let Some((export, path)) = self.export_asked.take() else {
            return;
        };
        let begun = match export {
            Export::Screen => self.export_screen(ctx, &path),
            Export::Animation => self.export_animation(&path),
            Export::Figure(_) | Export::Data(_) | Export::Trace => {
                self.export_moment(export, &path)
            }
        };
        if let Err(error) = begun {
            self.tell(format!("Nothing can be exported: {error}"));
        }
    }

    /// Whether the moment that is shown has everything that is needed: what a hidden view needs is asked of
    /// the worker first.
    fn is_ready_to_export(&self) -> bool {
        let needed = match &self.export_asked {
            Some((export, _)) => self.wanted_for(export.draws()),
            None => return false,
        };
        let mut benches = std::iter::once(&self.bench).chain(self.other());
        benches.all(|bench| is_ready(bench, needed))
    }

    /// The other experiment, if there are two.
    fn other(&self) -> Option<&Bench> {
        self.second.as_ref().map(|second| &second.bench)
    }

    fn export_moment(&mut self, export: Export, path: &Path) -> io::Result<()> {
        let extension = path
            .extension()
            .and_then(|it| it.to_str())
            .unwrap_or_default();
        let looking = self.looking();
        let Some(artefact) = export.artefact(extension) else {
            return Ok(());
        };
        let Some(own) = Moment::of(&self.bench, artefact, looking) else {
            return Ok(());
        };
        let other = self.second.as_ref().and_then(|second| {
            let moment = Moment::of(&second.bench, artefact, second.looking(looking))?;
            Some((moment, second.place))
        });
        let moments = Moments {
            own,
            other,
            alignment: self.view.alignment,
        };
        let waker = self.waker();
        let work = move |path: &Path, interrupt: &Interrupt, progress: &Progress| {
            write_file(path, true, Patience::Until(interrupt), |out| {
                moments.write(artefact, interrupt, progress, out)
            })?;
            Ok(Next::Done)
        };
        self.exporter.start(export, path, work, waker)
    }

    fn export_screen(&mut self, ctx: &Context, path: &Path) -> io::Result<()> {
        let (sender, picture) = channel();
        ctx.request_screenshot(move |image| {
            let _ = sender.send(image);
        });
        let waker = self.waker();
        let other = self.second.as_ref().and_then(|second| {
            let snapshot = second.bench.snapshot()?;
            Some((snapshot, second.place))
        });
        let experiment = match (self.bench.snapshot(), other) {
            (None, _) => self.pair().to_text(),
            (Some(own), None) => figure_metadata(own, None),
            (Some(own), Some((other, place))) => {
                let (first, second) = place.in_order(own, other);
                figure_metadata(first, Some(second))
            }
        };
        let asked_at = Instant::now();
        let work = move |path: &Path, interrupt: &Interrupt, _: &Progress| {
            let image = match picture.try_recv() {
                Err(TryRecvError::Empty) if asked_at.elapsed() < SCREEN_TIME => {
                    return Ok(Next::Wait);
                }
                other => other.ok(),
            };
            write_file(path, true, Patience::Until(interrupt), |out| {
                write_screen(image.as_deref(), &experiment, interrupt, out)
            })?;
            Ok(Next::Done)
        };
        self.exporter.start(Export::Screen, path, work, waker)
    }

    fn export_animation(&mut self, path: &Path) -> io::Result<()> {
        let wanted = self.wanted_for(Export::Figure(None).draws());
        let film = |bench: &mut Bench| {
            let (to, frames) = channel();
            bench.send(Command::Film(FilmRequest {
                frames: FRAMES,
                wanted,
                to,
            }));
            frames
        };
        let own = film(&mut self.bench);
        let frames = match &mut self.second {
            None => vec![own],
            Some(second) => {
                let (first, second) = second.place.in_order(own, film(&mut second.bench));
                vec![first, second]
            }
        };
        let (look, waker) = (self.view.look(), self.waker());
        let mut film = Film::of(frames, look);
        let mut is_writable = false;
        let work = move |path: &Path, interrupt: &Interrupt, progress: &Progress| {
            if !is_writable {
                // Whoever has to choose another place does not wait for all of it.
                check_writable(path)?;
                is_writable = true;
            }
            let made = match film.go_on(progress) {
                Ok(Piece::Next(next)) => return Ok(next),
                Ok(Piece::Made(bytes)) => Ok(bytes),
                Err(error) => Err(error),
            };
            write_file(path, true, Patience::Until(interrupt), |out| {
                out.write_all(&made?)?;
                // Cancelled at the last moment is cancelled.
                interrupt.check().map_err(io::Error::other)
            })?;
            Ok(Next::Done)
        };
        self.exporter.start(Export::Animation, path, work, waker)
    }

    /// Draws the window anew, from another thread.
    pub(super) fn waker(&self) -> impl Fn() + Send + 'static {
        let ctx = self.ctx.clone();
        move || ctx.request_repaint()
    }
}

/// Whether the moment of `bench` has everything that is `needed`.
fn is_ready(bench: &Bench, needed: Wanted) -> bool {
    let Some(update) = bench.latest().filter(|_| bench.is_up_to_date()) else {
        return false;
    };
    let timeline = &update.snapshot.run.timeline;
    // While it runs, the newest row is always missing.
    let missing = timeline.recorded.len().saturating_sub(timeline.rows.len());
    let rows_are_there = missing <= usize::from(update.running);
    // Paused, a large W_h is measured within a second.
    let is_measured = update.running || !update.snapshot.moment.spectrum_is_old;
    bench.wants(needed) && (!needed.history || rows_are_there) && is_measured
}

/// What is exported: of a moment, or of two.
struct Moments {
    own: Moment,
    /// That of the other experiment, and which of the two that is.
    other: Option<(Moment, Place)>,
    alignment: Alignment,
}

/// What is exported of a moment.
struct Moment {
    snapshot: Arc<Snapshot>,
    /// What was found out about it, or about another one.
    study: Option<Arc<Study>>,
    look: Look,
    /// The moment that is kept for comparison.
    kept: Option<Arc<Snapshot>>,
    /// A gradient of somebody else's for it.
    yours: Option<Arc<Compared>>,
}

impl Moments {
    fn write(
        &self,
        artefact: Artefact,
        interrupt: &Interrupt,
        progress: &Progress,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let found = self.own.find(artefact, interrupt, progress)?;
        let own = self.own.sight(artefact, found.as_ref());
        let is_in_one_plot = |view: View| view.definition().draws_both;
        match (&self.other, artefact) {
            (None, _) | (Some(_), Artefact::TextPage) => artefact.write(&own, interrupt, out)?,
            (Some((other, place)), Artefact::Svg(Some(view)) | Artefact::Png(Some(view)))
                if is_in_one_plot(view) =>
            {
                let ghost = Ghost {
                    snapshot: &other.snapshot,
                    of: GhostOf::Other {
                        place: *place,
                        alignment: self.alignment,
                    },
                };
                let sight = Sight {
                    ghost: Some(ghost),
                    ..own
                };
                artefact.write(&sight, interrupt, out)?;
            }
            (Some((other, place)), _) => {
                let found = other.find(artefact, interrupt, progress)?;
                let (first, second) = place.in_order(own, other.sight(artefact, found.as_ref()));
                let sights = [first, second];
                Several::new(&sights, &[]).write(artefact, interrupt, out)?;
            }
        }
        // Cancelled at the last moment is cancelled.
        interrupt.check().map_err(io::Error::other)
    }
}

impl Moment {
    /// What is shown of `bench`, for `artefact`.
    fn of(bench: &Bench, artefact: Artefact, looking: Looking<'_>) -> Option<Self> {
        let (snapshot, look) = (bench.snapshot()?, bench.scope(looking)?.look());
        let is_alone = looking.place.is_none();
        Some(Self {
            snapshot: Arc::clone(snapshot),
            study: artefact.view().and_then(|view| {
                let question = view.question(snapshot, &look)?;
                bench.findings().study(question.topic()).map(Arc::clone)
            }),
            look,
            kept: looking.view.frozen.clone().filter(|_| is_alone),
            yours: bench.comparer().yours(snapshot).cloned(),
        })
    }

    /// What it asks that is not known of it.
    fn question(&self, artefact: Artefact) -> Option<Question> {
        artefact
            .view()
            .and_then(|view| view.question(&self.snapshot, &self.look))
    }

    /// What is known of it already.
    fn known(&self, question: Question) -> Option<&Finding> {
        let study = self.study.as_ref()?;
        study
            .is_of(question, &self.snapshot)
            .then_some(&study.finding)
    }

    /// What the window has not found out yet is found out now.
    fn find(
        &self,
        artefact: Artefact,
        interrupt: &Interrupt,
        progress: &Progress,
    ) -> io::Result<Option<Finding>> {
        match self.question(artefact) {
            Some(question) if self.known(question).is_none() => {
                let found = answer(question, &self.snapshot, interrupt, progress);
                Ok(Some(found.map_err(io::Error::other)?))
            }
            _ => Ok(None),
        }
    }

    /// What is written of it, with what was `found` for that.
    fn sight<'a>(&'a self, artefact: Artefact, found: Option<&'a Finding>) -> Sight<'a> {
        let known = self
            .question(artefact)
            .and_then(|question| self.known(question));
        let yours = self.yours.as_deref();
        Sight {
            finding: known.or(found),
            ghost: self.kept.as_deref().map(Ghost::kept),
            yours: yours.and_then(|yours| yours.diagnosis.terms.as_ref()),
            ..Sight::new(&self.snapshot, &self.look)
        }
    }
}

fn write_screen(
    image: Option<&ColorImage>,
    experiment: &str,
    interrupt: &Interrupt,
    out: &mut dyn Write,
) -> io::Result<()> {
    let image =
        image.ok_or_else(|| io::Error::other("the window drew no picture; is it minimised?"))?;
    let rgba = image
        .pixels
        .iter()
        .flat_map(|pixel| pixel.to_array())
        .collect();
    let png = picture_png(image.size, rgba, experiment).map_err(io::Error::other)?;
    out.write_all(&png)?;
    interrupt.check().map_err(io::Error::other)
}

/// An animation on its way: first the moments come, of one run or of two, then they are drawn.
struct Film {
    coming: VecDeque<Receiver<FilmFrame>>,
    /// How many runs there are.
    runs: usize,
    /// The moments of the run that comes, and how many it has.
    film: FilmFrames,
    count: usize,
    films: Vec<FilmFrames>,
    look: Look,
    animation: Option<Animation>,
}

/// What comes of a piece of that.
enum Piece {
    Next(Next),
    /// The bytes of the file.
    Made(Vec<u8>),
}

impl Film {
    fn of(runs: Vec<Receiver<FilmFrame>>, look: Look) -> Self {
        Self {
            runs: runs.len(),
            coming: runs.into(),
            film: FilmFrames::default(),
            count: 0,
            films: Vec::new(),
            look,
            animation: None,
        }
    }

    fn go_on(&mut self, progress: &Progress) -> io::Result<Piece> {
        // How much of the work is fetching the moments; the rest is drawing them.
        const FETCHING: f64 = 0.1;
        if let Some(animation) = &mut self.animation {
            let is_more = animation.draw_some()?;
            progress.set(FETCHING + (1.0 - FETCHING) * animation.share());
            return match self.animation.take_if(|_| !is_more) {
                Some(animation) => animation.finish().map(Piece::Made),
                None => Ok(Piece::Next(Next::Again)),
            };
        }
        let Some(frames) = self.coming.front() else {
            let films = std::mem::take(&mut self.films);
            self.animation = Some(Animation::new(films, &self.look)?);
            return Ok(Piece::Next(Next::Again));
        };
        match frames.try_recv() {
            Ok(frame) => {
                self.film.push(frame.snapshot);
                self.count = frame.count;
                let fetched = self.films.len() as f64 + self.film.len() as f64 / self.count as f64;
                progress.set(FETCHING * fetched / self.runs as f64);
                Ok(Piece::Next(Next::Again))
            }
            Err(TryRecvError::Empty) => Ok(Piece::Next(Next::Wait)),
            Err(TryRecvError::Disconnected) if self.film.len() != self.count || self.count == 0 => {
                Err(io::Error::other(
                    "the run was replaced by another before all of it was there; export it again",
                ))
            }
            Err(TryRecvError::Disconnected) => {
                self.coming.pop_front();
                self.films.push(std::mem::take(&mut self.film));
                Ok(Piece::Next(Next::Again))
            }
        }
    }
}
