//! Pictures of magnitudes on the graphics card, kept as long as they are looked at.

use std::cell::RefCell;
use std::sync::Arc;

use egui::{ColorImage, TextureHandle, TextureOptions, Ui};

use crate::scene::HeatMap;

/// The textures that were drawn last.
#[derive(Default)]
pub struct Textures(RefCell<Vec<Entry>>);

struct Entry {
    name: &'static str,
    map: Arc<HeatMap>,
    texture: TextureHandle,
    is_used: bool,
}

impl Textures {
    /// `map`, which was drawn last under `name`, or is put into a texture now.
    pub fn of(&self, ui: &Ui, name: &'static str, map: &Arc<HeatMap>) -> TextureHandle {
        let mut entries = self.0.borrow_mut();
        let place = entries.iter().position(|entry| entry.name == name);
        let Some(entry) = place.and_then(|place| entries.get_mut(place)) else {
            let texture = ui
                .ctx()
                .load_texture(name, image(map), TextureOptions::NEAREST);
            entries.push(Entry {
                name,
                map: Arc::clone(map),
                texture: texture.clone(),
                is_used: true,
            });
            return texture;
        };
        if !Arc::ptr_eq(&entry.map, map) {
            entry.texture.set(image(map), TextureOptions::NEAREST);
            entry.map = Arc::clone(map);
        }
        entry.is_used = true;
        entry.texture.clone()
    }

    /// Gives up those that were not drawn since the last call.
    pub fn forget_unused(&self) {
        let mut entries = self.0.borrow_mut();
        entries.retain(|entry| entry.is_used);
        for entry in entries.iter_mut() {
            entry.is_used = false;
        }
    }
}

fn image(map: &HeatMap) -> ColorImage {
    let pixels = &map.pixels;
    // Every pixel is opaque.
    ColorImage::from_rgba_premultiplied([pixels.width, pixels.height], &pixels.rgba)
}
