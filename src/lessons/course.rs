//! The lessons that come with the program.

use std::sync::{Arc, OnceLock};

use super::lesson::Lesson;

/// One of the lessons that come with the program.
pub struct CourseLesson {
    /// Its name in what the window remembers: its place may change.
    pub slug: &'static str,
    text: &'static str,
    read: OnceLock<Arc<Lesson>>,
}

macro_rules! lesson {
    ($file:literal, $slug:literal) => {
        CourseLesson {
            slug: $slug,
            text: include_str!(concat!("../../assets/lessons/", $file, ".md")),
            read: OnceLock::new(),
        }
    };
}

/// All of them, in the order in which they are walked.
pub static COURSE: [CourseLesson; 13] = [
    lesson!("01-unfolding", "unfolding"),
    lesson!("02-descent", "descent"),
    lesson!("03-input-weight", "input-weight"),
    lesson!("04-recurrent-weight", "recurrent-weight"),
    lesson!("05-sigmoid", "sigmoid"),
    lesson!("06-saturation", "saturation"),
    lesson!("07-exploding", "exploding"),
    lesson!("08-dead-terms", "dead-terms"),
    lesson!("09-matrices", "matrices"),
    lesson!("10-orthogonal", "orthogonal"),
    lesson!("11-half-precision", "half-precision"),
    lesson!("12-gates", "gates"),
    lesson!("13-beginning", "beginning"),
];

impl CourseLesson {
    /// The text of its file.
    pub fn text(&self) -> &'static str {
        self.text
    }

    /// The lesson, which is read when it is wanted first.
    pub fn lesson(&self) -> Arc<Lesson> {
        Arc::clone(self.read.get_or_init(|| {
            Arc::new(Lesson::from_text(self.text).unwrap_or_else(|error| {
                // A test reads them all.
                debug_assert!(false, "{}: {error}", self.slug);
                log::error!("the lesson {}: {error}", self.slug);
                Lesson {
                    title: self.slug.to_owned(),
                    summary: error.to_string(),
                    steps: Vec::new(),
                }
            }))
        }))
    }
}
