//! What a screen reader says of pictures.

use egui::{Response, Role, WidgetInfo};

/// Makes the picture that `response` belongs to known under `name`, with what it shows in words. The words are
/// only made if somebody listens.
pub fn describe_picture(response: &Response, name: &str, text: impl Fn() -> String) {
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Image, true, name);
        info.current_text_value = Some(text());
        info
    });
}
