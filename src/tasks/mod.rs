//! Floor 2: where sequences and their targets come from.
//!
//! Each task asks for one thing to be remembered over a known distance, and says so. The synthetic ones
//! are those by which long-term dependencies have been studied since 1994; sentiment is the lecture's
//! own, text → 1/0.
//!
//! **Architecture invariant.** A task turns a random generator, a sentence or an index into numbers. It
//! does not know the network that reads them, how it is trained, or what the screen shows of it.
//! A task is added by adding a file here and a line to [`TaskKind`].

mod adding;
mod columns;
mod constant;
mod copy;
mod corpus;
mod dataset;
mod dialect;
mod drawn;
mod kind;
mod knowing_nothing;
mod latch;
mod lexicon;
mod multiplication;
mod own_sequence;
mod parity;
mod prefix_parity;
mod sentence;
mod sequences;
mod split;
mod table;
mod task;
mod temporal_order;
mod temporal_order_4;
mod text;
mod texts;
mod vocabulary;
mod word_list;

pub use columns::Wanted;
pub use corpus::Corpus;
pub use dataset::{Content, Dataset, Skipped, Summary};
pub use dialect::{Delimiter, Dialect, Whether};
pub use kind::TaskKind;
pub use knowing_nothing::KnowingNothing;
pub use own_sequence::OwnSequence;
pub use sentence::{MAX_CHARACTERS, Padding, Reading, Word, fit, tokenise, with_word_replaced};
pub use sequences::{OwnSequences, Sequences, ask_for_whole_rows};
pub use split::{Part, Split};
pub use table::{TableError, TableOptions, read_table};
pub use task::{Collection, Task};
pub use text::Text;
pub use texts::{LabelledText, Texts};
pub use vocabulary::Vocabulary;
pub use word_list::{Token, WordList, tokens_of};
