//! What an offer and its answer came to: a codec, an address, a direction.

use std::net::SocketAddr;

use crate::codec::negotiation::Negotiated;
use crate::integration::MediaDirection;
use crate::session::{SessionSpec, SessionUpdate};

/// The outcome of an offer and its answer for the audio of one dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Agreed {
    /// Codecs, packet time, and what goes beside the codec.
    pub media: Negotiated,
    /// Where the peer receives RTP.
    pub remote: SocketAddr,
    /// Where it receives RTCP: the next port, unless it said another one or takes both at one (RFC 3605, RFC 5761).
    pub remote_rtcp: SocketAddr,
    /// What this side does: it neither sends where the peer does not receive, nor the other way round.
    pub direction: MediaDirection,
}

impl Agreed {
    /// A session for it; redundancy, where agreed on, repeats each packet once.
    pub fn spec(&self) -> SessionSpec {
        SessionSpec::negotiated(&self.media, 1)
    }

    /// What takes a running session there. `None` where its media need no change.
    pub fn update_from(&self, before: &Self) -> Option<SessionUpdate> {
        (self.media != before.media).then(|| SessionUpdate::negotiated(&self.media))
    }

    /// RTCP comes and goes at the port of RTP.
    pub fn is_muxed(&self) -> bool {
        self.remote == self.remote_rtcp
    }
}
