//! Dark and light: the styles of the window, and the theme of the scenes in it.

use egui::{Color32, Context, FontFamily, FontId, TextStyle, ThemePreference, Visuals};

use crate::scene::{Colour, Theme};

/// The theme of scenes that goes with `visuals`.
pub fn theme_of(visuals: &Visuals) -> Theme {
    if visuals.dark_mode {
        Theme::Dark
    } else {
        Theme::Light
    }
}

/// A colour of a scene.
pub fn color32([red, green, blue]: Colour) -> Color32 {
    Color32::from_rgb(red, green, blue)
}

/// Dark or light, whatever the system has.
pub fn choose(ctx: &Context, dark: bool) {
    ctx.set_theme(if dark {
        ThemePreference::Dark
    } else {
        ThemePreference::Light
    });
}

/// Text sizes and spacing for a projector, in both themes.
pub fn install(ctx: &Context) {
    let size = |points| FontId::new(points, FontFamily::Proportional);
    ctx.all_styles_mut(|style| {
        style.text_styles = [
            (TextStyle::Heading, size(17.0)),
            (TextStyle::Body, size(13.5)),
            (TextStyle::Button, size(13.5)),
            (TextStyle::Small, size(11.5)),
            (TextStyle::Monospace, FontId::monospace(13.0)),
        ]
        .into();
        style.spacing.item_spacing = egui::vec2(8.0, 5.0);
        style.spacing.slider_width = 112.0;
        style.interaction.tooltip_delay = 0.3;
    });
    // The default light grey on white is too faint on a projector, as is the dark theme's grey.
    ctx.style_mut_of(egui::Theme::Dark, |style| {
        style.visuals.override_text_color = Some(Color32::from_gray(225));
        style.visuals.weak_text_color = Some(Color32::from_gray(165));
    });
    ctx.style_mut_of(egui::Theme::Light, |style| {
        style.visuals.override_text_color = Some(Color32::from_gray(25));
        style.visuals.weak_text_color = Some(Color32::from_gray(90));
    });
}
