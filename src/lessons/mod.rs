//! Floor 5: lessons, which walk through the subject one idea a step.
//!
//! A lesson is a Markdown file that reads well anywhere. Its `#` heading is its title, and the paragraph below it
//! says in one line what it is about. Every `##` heading begins a step: paragraphs, lists, `$w_h$` for a formula among
//! words and `$$…$$` for one on a line of its own. Three blocks of a step, each once at most, say what happens:
//!
//! | block | what it holds |
//! | --- | --- |
//! | `experiment` | the text of an experiment file: the step begins with it. Without it the step goes on with what is there |
//! | `look` | `view`, `cursor`, `direction`, `measure`, `phase_axis`: where to look. The view is brought into sight and framed |
//! | `do` | what the learner is asked to do; `until:` the condition that notices it; `then:` what is said of it, if anything |
//!
//! ````
//! use bptt_scope::lessons::Lesson;
//!
//! let lesson = Lesson::from_text(r#"
//! ## Vanishing
//!
//! Why the first of ten words teaches so little.
//!
//! ### Nine factors
//!
//! Between the first and the last word stand nine factors $f'(a_t)\,w_h$.
//!
//! ```experiment
//! network.w_h = 0.5
//! ```
//!
//! ```look
//! view = "product"
//! cursor = 10
//! ```
//!
//! ```do
//! Go to the first word: press **Home**.
//! until: cursor == 1
//! then: Of the gradient 0.04 % is left.
//! ```
//! "#)?;
//! assert_eq!(lesson.steps.len(), 1);
//! let task = lesson.steps[0].task.as_ref().unwrap();
//! assert_eq!(task.then.said(), "Of the gradient 0.04 % is left.");
//! # Ok::<(), bptt_scope::training::TextError>(())
//! ````
//!
//! A condition compares something with a value by `>=`, `<=`, `>`, `<`, `==` or `!=`; ` and ` joins several. It can be
//! about any key of an experiment, with or without its section (`activation == sigmoid`, `w_h >= 1.2`, where a weight
//! is where training has it), and about what [`shown_quantities`] lists. A task is done when its condition *becomes*
//! true: one that holds already when the step is entered waits until it has been false.
//!
//! What is wrong in a lesson is answered with its line and the remedy. The lessons of this program are the files of
//! `assets/lessons`; another is added by its file and a line in [`COURSE`].
//!
//! **Architecture invariant.** A lesson is data: nothing here draws it, carries it out or reads a file. It knows
//! experiments and views by their names, and observes a snapshot and what is looked at.

mod blocks;
mod choices;
mod condition;
mod course;
mod lesson;
mod prose;
mod prose_reading;
mod quantity;
mod reading;
mod spoken;
#[cfg(test)]
mod tests;

pub use condition::Condition;
pub use course::{COURSE, CourseLesson};
pub use lesson::{Lesson, Pointing, Step, Task, is_lesson_name};
pub use prose::{Block, Prose, Span, Style, said};
pub(crate) use prose_reading::{Place, ProseReader};
pub use quantity::{Observed, shown_quantities};
pub use spoken::spoken;
