//! A run, or several beside each other, as an animated GIF: the three bands at several steps, all on the same axes.

use std::io::{self, Write};
use std::sync::Arc;

use gif::{AnyExtension, Encoder, Frame, Repeat};
use rayon::prelude::*;

use super::carried::figure_metadata_of;
use super::figure::{FigureError, Scales, bands_on, multiples_on, pixels};
use super::palette::Palette;
use super::sight::Sight;
use crate::rnn::Interrupt;
use crate::scene::{Look, Pixels, names_of};
use crate::training::Snapshot;

/// Pixels per point: 960 × 540 for the three bands.
const SCALE: f32 = 0.75;

/// Hundredths of a second that a frame stays.
const DELAY: u16 = 20;

/// Hundredths of a second that the last one stays, before it begins again.
const LAST_DELAY: u16 = 250;

/// Frames that are drawn between two looks at the interrupt.
const AT_ONCE: usize = 4;

/// Moments of a run, oldest first.
#[derive(Default)]
pub struct FilmFrames(Vec<Arc<Snapshot>>);

impl FilmFrames {
    /// Adds the next one.
    pub fn push(&mut self, snapshot: Arc<Snapshot>) {
        self.0.push(snapshot);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Writes `films`, the moments of one run or of several beside each other, to `out`, with the experiments of the last moments
/// as a comment; one that has fewer than another stays at its last. `progress` is told the share that is done.
///
/// # Errors
/// What `out` says, that there is no frame, or that it was interrupted.
pub fn write_animation(
    films: &[FilmFrames],
    look: &Look,
    interrupt: &Interrupt,
    progress: impl Fn(f64),
    out: &mut dyn Write,
) -> io::Result<()> {
    let count = films.iter().map(FilmFrames::len).max().unwrap_or(0);
    if count == 0 || films.iter().any(FilmFrames::is_empty) {
        return Err(io::Error::other("there is no moment to show"));
    }
    // Moments of the past have no batch; it would be seen in the last frame alone.
    let look = &Look {
        last_batch: false,
        ..*look
    };
    let moments = films.iter().flat_map(|film| &film.0);
    let scales = Scales::of_all(moments.map(|snapshot| Sight::new(snapshot, look)));
    let at = |frame: usize| -> Vec<&Snapshot> {
        films
            .iter()
            .map(|film| &*film.0[frame.min(film.len() - 1)])
            .collect()
    };
    // They stay what they are called at the end.
    let names = names_of(&at(count - 1), &[]);
    let draw = |frame: usize| draw(&at(frame), look, &scales, &names);
    let mut palette = Palette::of_figures();
    let size = draw(0).map(|picture| (picture.width, picture.height));
    let size = size.map_err(io::Error::other)?;
    let mut encoder = begin(size, &palette, &at(count - 1), out)?;
    let frames: Vec<usize> = (0..count).collect();
    let mut done = 0;
    for frames in frames.chunks(AT_ONCE) {
        interrupt.check().map_err(io::Error::other)?;
        let drawn: Result<Vec<_>, FigureError> =
            frames.par_iter().map(|frame| draw(*frame)).collect();
        for picture in drawn.map_err(io::Error::other)? {
            done += 1;
            let frame = Frame {
                // The scale makes 960 × 540 of the bands: far below what 16 bits hold.
                width: picture.width as u16,
                height: picture.height as u16,
                delay: if done == count { LAST_DELAY } else { DELAY },
                buffer: palette.places(&picture.rgba).into(),
                ..Frame::default()
            };
            encoder.write_frame(&frame).map_err(io::Error::other)?;
        }
        progress(done as f64 / count as f64);
    }
    Ok(())
}

fn draw(
    moments: &[&Snapshot],
    look: &Look,
    scales: &Scales,
    names: &[String],
) -> Result<Pixels, FigureError> {
    let sights: Vec<Sight<'_>> = moments.iter().map(|it| Sight::new(it, look)).collect();
    let drawing = match sights.as_slice() {
        [sight] => bands_on(sight, scales),
        sights => multiples_on(None, sights, names, scales),
    };
    pixels(&drawing, SCALE)
}

fn begin<'a>(
    (width, height): (usize, usize),
    palette: &Palette,
    last: &[&Snapshot],
    out: &'a mut dyn Write,
) -> io::Result<Encoder<&'a mut dyn Write>> {
    let encoder = Encoder::new(out, width as u16, height as u16, &palette.bytes());
    let mut encoder = encoder.map_err(io::Error::other)?;
    encoder
        .set_repeat(Repeat::Infinite)
        .map_err(io::Error::other)?;
    let text = figure_metadata_of(last);
    let blocks: Vec<&[u8]> = text.as_bytes().chunks(255).collect();
    const COMMENT: AnyExtension = AnyExtension(0xfe);
    encoder
        .write_raw_extension(COMMENT, &blocks)
        .map_err(io::Error::other)?;
    Ok(encoder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::{CheckedExperiment, Trainer, Wanted};

    fn film() -> (FilmFrames, Look) {
        let never = Interrupt::default();
        let mut trainer = Trainer::new(CheckedExperiment::default());
        let mut film = FilmFrames::default();
        for _ in 0..3 {
            let snapshot = trainer.snapshot(Wanted::default(), &never).unwrap();
            film.push(Arc::new(snapshot));
            for _ in 0..40 {
                trainer.step(&never);
            }
        }
        let look = Look::of(&film.0[0]);
        (film, look)
    }

    #[test]
    fn every_moment_is_a_frame_and_the_frames_differ() {
        let (film, look) = film();
        let mut bytes = Vec::new();
        write_animation(&[film], &look, &Interrupt::default(), |_| {}, &mut bytes).unwrap();
        let mut options = gif::DecodeOptions::new();
        options.set_color_output(gif::ColorOutput::RGBA);
        let mut decoder = options.read_info(bytes.as_slice()).unwrap();
        assert_eq!((decoder.width(), decoder.height()), (960, 540));
        let mut frames = Vec::new();
        while let Some(frame) = decoder.read_next_frame().unwrap() {
            frames.push((frame.buffer.to_vec(), frame.delay));
        }
        assert_eq!(frames.len(), 3);
        assert!(frames[0].0 != frames[1].0 && frames[1].0 != frames[2].0);
        assert_eq!((frames[0].1, frames[2].1), (DELAY, LAST_DELAY));
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(text.contains("network"), "the experiment is in the file");
    }

    #[test]
    fn an_animation_can_be_given_up_and_needs_a_frame() {
        let (film, look) = film();
        let interrupt = Interrupt::default();
        interrupt.raise();
        let mut bytes = Vec::new();
        assert!(write_animation(&[film], &look, &interrupt, |_| {}, &mut bytes).is_err());
        let none = FilmFrames::default();
        let never = Interrupt::default();
        assert!(write_animation(&[none], &look, &never, |_| {}, &mut bytes).is_err());
    }
}
