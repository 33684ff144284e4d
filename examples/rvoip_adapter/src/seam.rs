//! What an adapter needs of rvoip's RTP layer, by its names: a session tells of what it receives, its handle sends payloads.

use std::future::Future;

use bytes::Bytes;
use tokio::sync::broadcast;

/// The header of a packet, as far as media are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtpHeader {
    /// What the payload is.
    pub payload_type: u8,
    /// Its place in the stream.
    pub sequence_number: u16,
    /// Of its first sample.
    pub timestamp: u32,
    /// Who sends.
    pub ssrc: u32,
    /// The first of a talk spurt.
    pub marker: bool,
}

/// A packet that a session has received, decrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtpPacket {
    /// Its header.
    pub header: RtpHeader,
    /// What it carries.
    pub payload: Bytes,
}

/// What a session tells.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RtpSessionEvent {
    /// A packet came.
    PacketReceived(RtpPacket),
    /// A source has said goodbye.
    Bye {
        /// Which.
        ssrc: u32,
    },
}

/// One RTP session.
pub trait RtpSession {
    /// How it sends.
    type Handle: RtpSendHandle;

    /// Its events from now on.
    fn subscribe(&self) -> broadcast::Receiver<RtpSessionEvent>;

    /// For sending without the session itself.
    fn send_handle(&self) -> Self::Handle;
}

/// Sends payloads in the name of a session, which numbers, encrypts and counts them.
pub trait RtpSendHandle: Send + Sync + 'static {
    /// Why a packet was not sent.
    type Error: std::error::Error + Send;

    /// Sends one packet.
    fn send_packet_with_pt(
        &self,
        timestamp: u32,
        payload: Bytes,
        marker: bool,
        payload_type: u8,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Of everything that it sends.
    fn ssrc(&self) -> u32;
}
