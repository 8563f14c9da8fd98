//! Forward pass, every gradient, every Jacobian and every optimiser against PyTorch float64.
//!
//! `../reference/reference.py` made the numbers; its docstring says what is stored, what is drawn on both
//! sides, and with which versions.

mod agreement;
mod cells;
mod drawing;
mod figure_6;
mod gradient_flow;
mod optimisers;
mod passes;
mod products;
mod stored;
