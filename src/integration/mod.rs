//! Where a softswitch plugs in: signalling on one side, sockets on the other.
//!
//! Nothing here runs on a worker, and nothing needs a runtime: every call returns at once, whether the host
//! is synchronous or asynchronous ([`Pending`](crate::Pending) can be waited on or awaited).
//!
//! ```text
//!  SIP dialog ── SDP ──► SdpSession ── Agreed ──► MediaHost ── Control ──► engine
//!  I/O thread ── datagrams ──► RtpBridge ── ring ──────────────────────────►  │
//!  I/O thread ◄── datagrams + addresses ── RtpBridge ◄── ring ◄───────────────┘
//! ```
//!
//! - [`SdpSession`] is one party's offer and answer over the life of its dialog (feature `sdp`).
//! - [`RtpBridge`] belongs to one I/O thread: many legs, their remote addresses, who may send to them.
//! - [`MediaSession`] is one leg, whose methods are the transitions of its state machine.
//! - The traits ([`MediaCapabilityProvider`], [`MediaSessionProvider`], [`MediaPacketHandler`],
//!   [`RtpSessionCoordinator`]) are what a signalling layer or an RTP layer written against an interface asks
//!   for; [`MediaHost`] and [`RtpBridge`] implement them on an engine.

mod agreed;
mod direction;
mod host;
mod media_session;
mod provider;
mod rtp;
#[cfg(feature = "sdp")]
mod sdp;
#[cfg(test)]
mod tests;

pub use agreed::Agreed;
pub use direction::MediaDirection;
pub use host::MediaHost;
pub use media_session::MediaSession;
pub use provider::{
    MediaCapabilityProvider, MediaPacketHandler, MediaSessionProvider, RtpSessionCoordinator, SourceChange,
};
pub use rtp::{BridgeEntrance, BridgeFigures, LegAddress, RtpBridge, SourcePolicy, Verdict};
#[cfg(feature = "sdp")]
pub use sdp::{SdpError, SdpSession};
