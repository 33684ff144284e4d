//! Where the softswitch plugs in: datagrams in, datagrams out.

mod rtp_header;
#[cfg(test)]
mod tests;

pub use rtp_header::{RTP_HEADER_BYTES, RtpError, RtpHeader, RtpPacket};
