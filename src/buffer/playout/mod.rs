//! One leg's way from received packets to audio, 10 ms at a time.

mod adapt;
mod arrival;
mod beside;
mod copies;
mod ending;
mod fill;
mod follow;
mod insert;
mod lines;
mod mend;
mod missing;
mod observe;
mod play;
mod pull;
mod refit;
mod repair;
mod report;
mod reset;
mod rest;
mod state;
mod units;

pub use arrival::{Arrival, Inserted, Placed};
pub use beside::Pause;
pub use missing::Missing;
pub use repair::Repetition;
pub use state::Playout;
