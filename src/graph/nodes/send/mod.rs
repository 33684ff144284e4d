//! The end of a leg: encoder, packetiser and the outgoing RTP stream, strictly by tick.

mod encode;
mod node;
mod relay;
mod state;
mod succeed;

pub use state::Send;
