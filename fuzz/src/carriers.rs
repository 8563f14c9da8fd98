//! Pictures and traces that carry an experiment.

use std::path::Path;

use bptt_scope::export::figure;
use bptt_scope::export::{TRACE_SCHEMA, experiment_in, picture_png};
use bptt_scope::scene::{Drawing, Theme};
use bptt_scope::training::{CheckedExperiment, Experiment};
use png::text_metadata::ITXtChunk;
use png::{BitDepth, ColorType, Encoder};

/// A picture of one pixel that carries `text`, as the program writes it.
pub fn picture(text: &str) -> Vec<u8> {
    picture_png([1, 1], vec![255; 4], text).expect("a picture of one pixel")
}

/// The same with the text packed, as other programs write it. `None` for what a PNG cannot hold.
pub fn packed_picture(text: &str) -> Option<Vec<u8>> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 1, 1);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_color(ColorType::Grayscale);
    let mut writer = encoder.write_header().ok()?;
    let mut chunk = ITXtChunk::new("Experiment", text);
    chunk.compressed = true;
    writer.write_text_chunk(&chunk).ok()?;
    writer.write_image_data(&[255]).ok()?;
    writer.finish().ok()?;
    Some(file)
}

/// An SVG without anything to see that carries `text`.
pub fn drawing(text: &str) -> String {
    figure::svg(&Drawing::new([1.0, 1.0], "", "", Theme::Print), text)
}

/// Asserts that `accepted` passes the check, and that it is the same after being written in every form there is and
/// read again.
pub fn assert_survives(accepted: &CheckedExperiment) {
    let experiment = Experiment::clone(accepted);
    assert_eq!(experiment.clone().check().as_ref(), Ok(accepted));
    let text = experiment.to_text();
    let json = serde_json::to_string(&experiment).expect("an experiment is JSON");
    let trace = format!("{{\"schema\": \"{TRACE_SCHEMA}\", \"step\": 0, \"experiment\": {json}}}");
    let drawing = drawing(&text);
    let picture = picture(&text);
    let packed = packed_picture(&text).expect("an experiment is no zero byte");
    let forms: [&[u8]; 5] = [
        text.as_bytes(),
        trace.as_bytes(),
        drawing.as_bytes(),
        &picture,
        &packed,
    ];
    for form in forms {
        match experiment_in(Path::new("again"), form) {
            Ok(again) => {
                assert_eq!(*again.experiment, experiment);
                // -0.0 is equal to 0.0, and written otherwise.
                assert_eq!(again.experiment.to_text(), text);
            }
            Err(error) => panic!("{error}\n{}", String::from_utf8_lossy(form)),
        }
    }
}
