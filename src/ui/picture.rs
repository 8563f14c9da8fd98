//! Pictures made of pixels: drawn once, kept as a texture until what they show changes or nobody looks at them.

use std::sync::Arc;

use egui::util::IdTypeMap;
use egui::{
    Color32, ColorImage, Context, Id, Painter, Pos2, Rect, Response, TextureHandle, TextureOptions,
    Ui, Vec2,
};

use super::colour;
use super::theme::Palette;
use crate::flow::Magnitude;

/// Something shared that is the same as long as it is the same object.
#[derive(Clone, Debug)]
pub struct Same<T>(pub Arc<T>);

impl<T> PartialEq for Same<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// The pictures that are kept, whatever they are made of.
#[derive(Clone, Default)]
struct Pictures(Vec<Entry>);

#[derive(Clone)]
struct Entry {
    id: Id,
    /// It was drawn in this frame.
    is_drawn: bool,
    /// Gives up what is kept under an `id`.
    forget: fn(&mut IdTypeMap, Id),
}

/// Notes that the picture at `id` is drawn.
fn drawn<K: 'static>(data: &mut IdTypeMap, id: Id) {
    let pictures: &mut Pictures = data.get_temp_mut_or_default(Id::unique("pictures"));
    match pictures.0.iter_mut().find(|entry| entry.id == id) {
        Some(entry) => entry.is_drawn = true,
        None => pictures.0.push(Entry {
            id,
            is_drawn: true,
            forget: |data, id| data.remove::<Kept<K>>(id),
        }),
    }
}

/// Gives up the pictures that were not drawn since the last call: a texture as large as its tile is for a view that
/// is looked at. To be called once a frame, when everything is drawn.
pub fn forget_undrawn(ctx: &Context) {
    ctx.data_mut(|data| {
        let pictures: &mut Pictures = data.get_temp_mut_or_default(Id::unique("pictures"));
        let undrawn: Vec<Entry> = pictures.0.extract_if(.., |it| !it.is_drawn).collect();
        for entry in &mut pictures.0 {
            entry.is_drawn = false;
        }
        for entry in undrawn {
            (entry.forget)(data, entry.id);
        }
    });
}

/// What a picture was made of, and the picture.
#[derive(Clone)]
struct Kept<K> {
    key: K,
    texture: TextureHandle,
}

/// The texture `name` of whatever `key` stands for: what `make` draws, if `key` is another than last time.
pub fn texture<K>(
    ui: &Ui,
    name: &'static str,
    key: K,
    make: impl FnOnce() -> ColorImage,
) -> TextureHandle
where
    K: Clone + PartialEq + Send + Sync + 'static,
{
    let id = Id::unique(name);
    let kept: Option<Kept<K>> = ui.data_mut(|data| {
        drawn::<K>(data, id);
        data.get_temp(id)
    });
    let texture = match kept {
        Some(kept) if kept.key == key => return kept.texture,
        Some(mut kept) => {
            kept.texture.set(make(), TextureOptions::NEAREST);
            kept.texture
        }
        None => ui.ctx().load_texture(name, make(), TextureOptions::NEAREST),
    };
    let kept = Kept {
        key,
        texture: texture.clone(),
    };
    ui.data_mut(|data| data.insert_temp(id, kept));
    texture
}

/// Draws a texture into all of `rect`.
pub fn paint(painter: &Painter, texture: &TextureHandle, rect: Rect) {
    paint_tinted(painter, texture, rect, Color32::WHITE);
}

/// Draws a texture into all of `rect`, faint enough to be seen as not of now.
pub fn paint_faded(painter: &Painter, texture: &TextureHandle, rect: Rect) {
    paint_tinted(painter, texture, rect, Color32::from_white_alpha(110));
}

fn paint_tinted(painter: &Painter, texture: &TextureHandle, rect: Rect, tint: Color32) {
    let whole = Rect::from_min_max(egui::Pos2::ZERO, egui::Pos2::new(1.0, 1.0));
    painter.image(texture.id(), rect, whole, tint);
}

/// Where a press, a drag or a click in a picture has just gone. Nowhere while the pointer rests, so that a
/// hand that holds still asks for nothing.
pub fn moved_to(response: &Response) -> Option<Pos2> {
    let moved =
        response.drag_delta() != Vec2::ZERO || response.drag_started() || response.clicked();
    (moved && (response.dragged() || response.clicked()))
        .then(|| response.interact_pointer_pos())
        .flatten()
}

/// A size in points as whole pixels of the screen, within what every graphics card can hold.
pub fn pixels(ui: &Ui, points: f32) -> usize {
    ((points * ui.ctx().pixels_per_point()).round() as usize).clamp(1, 2048)
}

/// The colours of magnitudes, worked out once for many pixels.
pub struct Pixels {
    scale: Vec<Color32>,
    zero: Color32,
    overflow: Color32,
    nan: Color32,
}

/// Colours between the two ends of the scale.
const SHADES: usize = 512;

impl Pixels {
    /// The colours of a theme. An exact zero is the background, ∞ is white or black, what is not a number
    /// has the colour of errors.
    pub fn new(palette: &Palette) -> Self {
        let shade = |index: usize| {
            let share = index as f64 / (SHADES - 1) as f64;
            colour::of_log10((2.0 * share - 1.0) * colour::DECADES, palette.dark)
        };
        Self {
            scale: (0..SHADES).map(shade).collect(),
            zero: palette.background,
            overflow: palette.measured,
            nan: palette.error,
        }
    }

    /// The colour of a magnitude.
    pub fn of(&self, magnitude: Magnitude) -> Color32 {
        match magnitude {
            Magnitude::Finite { log10, .. } => self.of_log10(log10),
            Magnitude::Zero | Magnitude::Undefined => self.zero,
            Magnitude::Overflow { .. } => self.overflow,
            Magnitude::Nan => self.nan,
        }
    }

    fn of_log10(&self, log10: f64) -> Color32 {
        let share = 0.5 + 0.5 * log10 / colour::DECADES;
        let index = (share * (SHADES - 1) as f64).round();
        self.scale[index.clamp(0.0, (SHADES - 1) as f64) as usize]
    }
}
