//! Sessions move from the busiest worker to the least busy one, until all are about as busy.

mod control;
mod plan;
#[cfg(test)]
mod tests;
mod turn;

pub use control::{Migration, Rebalance, Rebalanced};
pub(crate) use turn::Balance;
