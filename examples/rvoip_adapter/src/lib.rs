//! media-core behind another project's seam: that of rvoip, whose RTP sessions keep sockets, SRTP, RTCP, sequence numbers and SSRC.
//!
//! ```text
//!  RtpSession::subscribe() ── PacketReceived ──► Adapter's task ──► IngressPort ──► engine
//!  RtpSendHandle::send_packet_with_pt() ◄── Adapter's task ◄── Outlet ◄── EgressPort ◄──┘
//! ```
//!
//! The engine has jitter buffer, codecs, mixing and cadence; what goes out has its timestamps. rvoip numbers packets one by one, so where
//! the engine relays a stream with a gap the numbers have none: only the timestamps show it.
//!
//! [`seam`] has the seam as traits under rvoip's names, since the crate itself (`rvoip-rtp-core` 0.4) wants a newer compiler than this
//! workspace and brings DTLS and certificates along. With it, both traits are a few lines on its own types.

#![expect(clippy::disallowed_types, reason = "host side: no worker ever sees these locks")]

mod adapter;
pub mod seam;

pub use adapter::{Adapter, Outgoing, Outlet};
