//! The start of a leg: datagrams in, 10 ms of audio out, whatever the network did.

mod ahead;
mod intake;
mod lines;
mod node;
mod state;
mod wanted;

pub(crate) use intake::ARRIVAL_BYTES;
pub use lines::Line;
pub use state::Receive;
pub use wanted::{MOST_MISSING, Wanted, WantedReader, wanted};
