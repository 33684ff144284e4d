//! The last packets of a leg, in and out: kept while it runs, given out as a capsule, and played again offline.
//!
//! ```text
//! worker: what receive takes, what send sends ─► rt/packet_tap ─► supervisor, every turn ─► Capturing: bounded, oldest go
//!                                                                   dump, alert, end ─► Capsule ─► CapsuleReady
//! Capsule::replay: the same packets at the same ticks into a session of the same spec ─► the same audio
//! Capsule::write_pcapng: a file for Wireshark and `examples/replay`
//! ```

mod capsule;
mod control;
mod kept;
mod pcapng;
mod replay;
mod spec;
#[cfg(test)]
mod tests;

pub use capsule::{Capsule, CapturedPacket, Trigger};
pub(crate) use kept::Capturing;
pub use replay::{Replay, ReplayError};
pub use spec::Capture;
