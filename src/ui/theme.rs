//! Dark and light: styles, and the colours that name things rather than magnitudes.

use egui::{Color32, Context, FontFamily, FontId, TextStyle, Theme, ThemePreference, Visuals};

use crate::export::figure::{Colour, style};

/// The colours of curves and bars. They are of one lightness and far from the blue–orange scale of
/// magnitudes, so that nobody reads a magnitude into them.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    /// Whether the background is dark.
    pub dark: bool,
    /// The measured curve.
    pub measured: Color32,
    /// The theoretical bound and other things that are not measured.
    pub theory: Color32,
    /// f′ and what comes of it.
    pub f_prime: Color32,
    /// w_h.
    pub w_h: Color32,
    /// w_i.
    pub w_i: Color32,
    /// Lines that are only for orientation.
    pub faint: Color32,
    /// The cursor.
    pub cursor: Color32,
    /// The factor that was multiplied in last.
    pub highlight: Color32,
    /// What went wrong.
    pub error: Color32,
    /// Behind pictures and plots.
    pub background: Color32,
}

impl Palette {
    /// The palette that goes with `visuals`.
    pub fn of(visuals: &Visuals) -> Self {
        let rgb = Color32::from_rgb;
        if visuals.dark_mode {
            Self {
                dark: true,
                measured: rgb(240, 240, 240),
                theory: rgb(150, 150, 150),
                f_prime: rgb(60, 190, 130),
                w_h: rgb(210, 130, 220),
                w_i: rgb(220, 205, 90),
                faint: rgb(90, 90, 90),
                cursor: rgb(255, 255, 255),
                highlight: rgb(255, 214, 64),
                error: rgb(255, 110, 100),
                background: visuals.extreme_bg_color,
            }
        } else {
            // One light theme, on the screen and on paper.
            let paper = |[r, g, b]: Colour| rgb(r, g, b);
            Self {
                dark: false,
                measured: paper(style::MEASURED),
                theory: paper(style::THEORY),
                f_prime: paper(style::F_PRIME),
                w_h: paper(style::W_H),
                w_i: paper(style::W_I),
                faint: paper(style::FAINT),
                cursor: paper(style::CURSOR),
                highlight: paper(style::HIGHLIGHT),
                error: paper(style::ERROR),
                background: visuals.extreme_bg_color,
            }
        }
    }
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
    ctx.style_mut_of(Theme::Dark, |style| {
        style.visuals.override_text_color = Some(Color32::from_gray(225));
        style.visuals.weak_text_color = Some(Color32::from_gray(165));
    });
    ctx.style_mut_of(Theme::Light, |style| {
        style.visuals.override_text_color = Some(Color32::from_gray(25));
        style.visuals.weak_text_color = Some(Color32::from_gray(90));
    });
}
