//! One leg's way from received packets to audio, 10 ms at a time.

mod adapt;
mod fill;
mod insert;
mod lines;
mod play;
mod pull;
mod refit;
mod state;

pub use insert::{Arrival, Inserted, Placed};
pub use state::Playout;
