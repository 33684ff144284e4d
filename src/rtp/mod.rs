//! RTP on the wire (RFC 3550): the header, the time line of an outgoing stream, and the payloads beside speech.

pub mod event;
pub mod extension;
mod header;
mod nack;
mod payloads;
mod reception;
pub mod red;
mod relay;
pub mod rtcp;
#[cfg(test)]
mod tests;
mod timeline;

pub use header::{RTP_HEADER_BYTES, RtpError, RtpHeader, RtpPacket};
pub use nack::Nack;
pub use payloads::{Payload, PayloadTypesError, Payloads};
pub use reception::Reception;
pub use relay::RelayPacket;
pub use timeline::{SendIdentity, Timeline};
