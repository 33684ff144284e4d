//! The end of a leg: encoder, packetiser and the outgoing RTP stream, strictly by tick.

mod beside;
mod encode;
mod hush;
mod node;
mod relay;
mod share;
mod ship;
mod state;
mod stereo;
mod succeed;

pub use state::Send;
