//! What there is to draw: one moment, and how a person looks at it.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use egui::Color32;

use super::comparer::Compared;
use super::painter::Textures;
use super::theme::color32;
use super::view_state::ViewState;
use crate::scene::{
    Canvas, Colour, Colours, GhostOf, Look, Memo, Place, Playing, Scene, Theme, View,
};
use crate::training::{Findings, Snapshot, Study, Weight};

/// Everything that the window may look at: one moment, what a person has chosen to look at, and the colours.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// The moment.
    pub snapshot: &'a Arc<Snapshot>,
    /// What has been found out about it, or about moments before it.
    pub findings: &'a Findings,
    /// What is looked at.
    pub view: &'a ViewState,
    /// A gradient of somebody else's for this moment.
    pub yours: Option<&'a Arc<Compared>>,
    /// Dark or light.
    pub theme: Theme,
    /// The pictures that were drawn before.
    pub pictures: &'a Pictures,
    /// Which of two it is, if there are two.
    pub place: Option<Place>,
    /// The other one.
    pub beside: Option<&'a Scope<'a>>,
}

/// What was drawn last, which is made again only when it is something else.
#[derive(Default)]
pub struct Pictures {
    /// Pixels of pictures of magnitudes, and formulas.
    pub memo: Memo,
    /// The same pixels on the graphics card.
    pub textures: Textures,
    scenes: RefCell<Vec<KeptScene>>,
}

/// A scene, and what it is of.
struct KeptScene {
    of: SceneKey,
    scene: Rc<Scene>,
    is_used: bool,
}

/// What a scene is of: two that are of the same are the same.
pub struct SceneKey {
    /// Which view.
    pub view: View,
    /// Of which moment.
    pub snapshot: Arc<Snapshot>,
    /// With the curves of which one that was kept, or of which other experiment.
    pub ghost: Option<(Arc<Snapshot>, GhostOf)>,
    /// Beside which gradient of somebody else's.
    pub yours: Option<Arc<Compared>>,
    /// With which answer.
    pub study: Option<Arc<Study>>,
    /// How it is looked at.
    pub look: Look,
    /// What is said where there is no answer.
    pub absence: &'static str,
    /// What it is drawn on.
    pub canvas: Canvas,
}

impl PartialEq for SceneKey {
    /// Moments and answers are the same as long as they are one object.
    fn eq(&self, other: &Self) -> bool {
        let study = |key: &Self| key.study.as_ref().map(Arc::as_ptr);
        let ghost = |key: &Self| {
            let ghost = key.ghost.as_ref();
            ghost.map(|(snapshot, of)| (Arc::as_ptr(snapshot), *of))
        };
        let yours = |key: &Self| key.yours.as_ref().map(Arc::as_ptr);
        self.view == other.view
            && Arc::ptr_eq(&self.snapshot, &other.snapshot)
            && study(self) == study(other)
            && ghost(self) == ghost(other)
            && yours(self) == yours(other)
            && self.look == other.look
            && self.absence == other.absence
            && self.canvas == other.canvas
    }
}

impl Pictures {
    /// The scene of `key`: the one that is kept, or what `make` makes.
    pub fn scene(&self, key: SceneKey, make: impl FnOnce() -> Scene) -> Rc<Scene> {
        let mut scenes = self.scenes.borrow_mut();
        if let Some(kept) = scenes.iter_mut().find(|kept| kept.of == key) {
            kept.is_used = true;
            return Rc::clone(&kept.scene);
        }
        scenes.retain(|kept| kept.of.view != key.view);
        let scene = Rc::new(make());
        scenes.push(KeptScene {
            of: key,
            scene: Rc::clone(&scene),
            is_used: true,
        });
        scene
    }

    /// Gives up what was not drawn since the last call: a texture as large as its tile is for a view that is looked
    /// at. To be called once a frame, when everything is drawn.
    pub fn forget_unused(&self) {
        self.memo.forget_unused();
        self.textures.forget_unused();
        self.scenes
            .borrow_mut()
            .retain_mut(|kept| std::mem::take(&mut kept.is_used));
    }
}

impl<'a> Scope<'a> {
    /// This with `other` beside it, if there is another one.
    #[must_use]
    pub fn with(self, other: Option<&'a Scope<'a>>) -> Self {
        let place = other.and_then(|other| other.place).map(Place::other);
        Self {
            place,
            beside: other,
            ..self
        }
    }
}

impl Scope<'_> {
    /// How many timesteps later than on its own axis its timesteps stand on the one that it shares with another experiment.
    pub fn shift(&self) -> isize {
        let (length, all) = (self.snapshot.len(), self.view.time.length());
        self.place
            .map_or(0, |_| self.view.alignment.shift(length, all))
    }

    /// Where its 1-based timestep `t` stands on the axis that it shares.
    pub fn on_axis(&self, t: usize) -> usize {
        t.saturating_add_signed(self.shift()).max(1)
    }

    /// What is looked at, for whatever is written of it.
    pub fn look(&self) -> Look {
        self.own(self.view.look())
    }

    /// What the window itself shows.
    pub fn look_here(&self) -> Look {
        self.own(self.view.look_here())
    }

    /// `look`, which is on the axis that is shared, in its own timesteps.
    fn own(&self, look: Look) -> Look {
        let length = self.snapshot.len();
        if self.place.is_none() || length == self.view.time.length() {
            return look;
        }
        let shift = self.shift();
        let (by, last) = (shift as f64, length as f64 + 1.0);
        let cursor = look.cursor.and_then(|t| t.checked_add_signed(-shift));
        Look {
            cursor: cursor.filter(|t| (1..=length).contains(t)),
            playing: look.playing.map(|playing| Playing {
                at: (playing.at - by).clamp(0.0, last),
                ..playing
            }),
            time: look.time.map(|(from, to)| (from - by, to - by)),
            ..look
        }
    }

    /// One of the colours of the theme.
    pub fn colour(&self, of: impl FnOnce(&Colours) -> Colour) -> Color32 {
        color32(of(self.colours()))
    }

    /// All of them.
    pub fn colours(&self) -> &'static Colours {
        self.theme.colours_over(self.view.span)
    }

    /// A place on an axis over `weight`, as a value of the experiment: the axis over a matrix has its size, and
    /// its sign stays.
    pub fn setting(&self, weight: Weight, place: f64) -> f64 {
        if weight.is_size_in(&self.snapshot.moment.network.parameters) {
            place.copysign(self.snapshot.moment.experiment.network.weight(weight))
        } else {
            place
        }
    }
}
