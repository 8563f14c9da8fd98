//! The matrix products of the network, over row-major slices.
//!
//! One code for every size. It allocates nothing, and every number comes from the same operations in the same
//! order whatever stands beside it: a row of a product has the same bits alone, among others, and on another core.

mod elementwise;
mod packed;
mod rows;
mod tile;
mod transposed;

pub use elementwise::{add_rows, add_scaled, dot, inlined_dot};
pub use packed::{Order, Packed};
pub use rows::{add_product, inlined_product};
pub use transposed::{CHUNK, Transposed};

#[cfg(test)]
mod tests;
