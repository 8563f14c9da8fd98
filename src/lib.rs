//! placeholder
pub mod flow;
pub mod rnn;
pub mod tasks;
pub mod training;
