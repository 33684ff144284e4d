//! One leg's way from received packets to audio, 10 ms at a time.

mod adapt;
mod beside;
mod fill;
mod follow;
mod insert;
mod lines;
mod observe;
mod play;
mod pull;
mod refit;
mod repair;
mod state;
mod units;

pub use beside::Pause;
pub use insert::{Arrival, Inserted, Placed};
pub use repair::Repetition;
pub use state::Playout;
