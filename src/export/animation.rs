//! A run, or several beside each other, as an animated GIF: the three bands at several steps, all on the same axes.

use std::io;
use std::sync::Arc;

use gif::{AnyExtension, Encoder, Frame, Repeat};
use rayon::prelude::*;

use super::carried::figure_metadata_of;
use super::figure::{FigureError, Scales, bands_on, multiples_on, pixels};
use super::palette::Palette;
use super::sight::Sight;
use crate::scene::{Look, Pixels, names_of};
use crate::training::{Snapshot, has_threads};

/// Pixels per point: 960 × 540 for the three bands.
const SCALE: f32 = 0.75;

/// Hundredths of a second that a frame stays.
const DELAY: u16 = 20;

/// Hundredths of a second that the last one stays, before it begins again.
const LAST_DELAY: u16 = 250;

/// Frames that are drawn at a time, where there are threads for them.
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

/// A film that is being made, some frames at a time: of the moments of one run, or of several beside each other, of which one
/// that has fewer than another stays at its last. The experiments of the last moments are in it as a comment.
pub struct Animation {
    films: Vec<FilmFrames>,
    look: Look,
    scales: Scales,
    names: Vec<String>,
    palette: Palette,
    encoder: Encoder<Vec<u8>>,
    done: usize,
}

impl Animation {
    /// Begins one, on the axes that all its moments have room on.
    ///
    /// # Errors
    /// That there is no moment, or that it cannot be drawn.
    pub fn new(films: Vec<FilmFrames>, look: &Look) -> io::Result<Self> {
        if films.is_empty() || films.iter().any(FilmFrames::is_empty) {
            return Err(io::Error::other("there is no moment to show"));
        }
        // Moments of the past have no batch; it would be seen in the last frame alone.
        let look = Look {
            last_batch: false,
            ..*look
        };
        let moments = films.iter().flat_map(|film| &film.0);
        let scales = Scales::of_all(moments.map(|snapshot| Sight::new(snapshot, &look)));
        let last = moments_at(&films, usize::MAX);
        // They stay what they are called at the end.
        let names = names_of(&last, &[]);
        let palette = Palette::of_figures();
        let size = draw(&moments_at(&films, 0), &look, &scales, &names)
            .map(|picture| (picture.width, picture.height));
        let encoder = begin(size.map_err(io::Error::other)?, &palette, &last)?;
        Ok(Self {
            films,
            look,
            scales,
            names,
            palette,
            encoder,
            done: 0,
        })
    }

    fn count(&self) -> usize {
        self.films.iter().map(FilmFrames::len).max().unwrap_or(0)
    }

    /// The share that is done.
    pub fn share(&self) -> f64 {
        self.done as f64 / self.count() as f64
    }

    /// Draws the next frames: a few at a time where there are threads for them, otherwise one. Whether there are more.
    ///
    /// # Errors
    /// That they cannot be drawn.
    pub fn draw_some(&mut self) -> io::Result<bool> {
        let count = self.count();
        let at_once = if has_threads() { AT_ONCE } else { 1 };
        let frames: Vec<usize> = (self.done..count).take(at_once).collect();
        let draw = |frame: &usize| {
            let moments = moments_at(&self.films, *frame);
            draw(&moments, &self.look, &self.scales, &self.names)
        };
        let drawn: Result<Vec<_>, FigureError> = frames.par_iter().map(draw).collect();
        for picture in drawn.map_err(io::Error::other)? {
            self.done += 1;
            let is_last = self.done == count;
            let frame = Frame {
                // The scale makes 960 × 540 of the bands: far below what 16 bits hold.
                width: picture.width as u16,
                height: picture.height as u16,
                delay: if is_last { LAST_DELAY } else { DELAY },
                buffer: self.palette.places(&picture.rgba).into(),
                ..Frame::default()
            };
            self.encoder.write_frame(&frame).map_err(io::Error::other)?;
        }
        Ok(self.done < count)
    }

    /// The bytes of the GIF.
    ///
    /// # Errors
    /// None that is known: they are in memory.
    pub fn finish(self) -> io::Result<Vec<u8>> {
        self.encoder.into_inner().map_err(io::Error::other)
    }
}

/// What is seen in `frame` of `films`.
fn moments_at(films: &[FilmFrames], frame: usize) -> Vec<&Snapshot> {
    let at = |film: &'_ FilmFrames| frame.min(film.len() - 1);
    films.iter().map(|film| &*film.0[at(film)]).collect()
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

fn begin(
    (width, height): (usize, usize),
    palette: &Palette,
    last: &[&Snapshot],
) -> io::Result<Encoder<Vec<u8>>> {
    let encoder = Encoder::new(Vec::new(), width as u16, height as u16, &palette.bytes());
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
    use crate::rnn::Interrupt;
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
        let mut animation = Animation::new(vec![film], &look).unwrap();
        let mut shares = vec![animation.share()];
        while animation.draw_some().unwrap() {
            shares.push(animation.share());
        }
        assert!(shares.is_sorted() && shares[0] == 0.0);
        assert_eq!(animation.share(), 1.0);
        let bytes = animation.finish().unwrap();
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
    fn an_animation_needs_a_frame() {
        let (film, look) = film();
        assert!(Animation::new(vec![film, FilmFrames::default()], &look).is_err());
        assert!(Animation::new(Vec::new(), &look).is_err());
    }
}
