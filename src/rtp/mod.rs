//! RTP on the wire (RFC 3550): the header, and the time line of an outgoing stream.

mod header;
mod relay;
#[cfg(test)]
mod tests;
mod timeline;

pub use header::{RTP_HEADER_BYTES, RtpError, RtpHeader, RtpPacket};
pub use relay::RelayPacket;
pub use timeline::{SendIdentity, Timeline};
