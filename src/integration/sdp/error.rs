//! Descriptions that lead to no media.

use thiserror::Error;

use crate::codec::negotiation::NegotiationError;

/// Why an offer or answer cannot be taken. Nothing has changed: what was agreed on before still holds.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SdpError {
    /// The text is no session description.
    #[error("no session description: {0}")]
    Syntax(&'static str),
    /// No `m=audio` line over RTP/AVP or RTP/AVPF with a port.
    #[error("no audio over RTP/AVP in the description")]
    NoAudio,
    /// The connection's address is no IP address.
    #[error("the address of the audio is no IP address")]
    Address,
    /// Audio in common there is not.
    #[error(transparent)]
    Negotiation(#[from] NegotiationError),
    /// An answer without an offer of ours, or an offer while ours is open (RFC 3264 §4).
    #[error("{0}")]
    Turn(&'static str),
}
