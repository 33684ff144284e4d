//! The start of a leg: datagrams in, 10 ms of audio out, whatever the network did.

mod lines;
mod node;
mod state;
mod take;

pub use lines::Line;
pub(crate) use state::ARRIVAL_BYTES;
pub use state::Receive;
