//! Where I/O threads plug in: one ingress port per session, one egress port per I/O group.

use thiserror::Error;

use crate::graph::nodes::ARRIVAL_BYTES;
use crate::rt::{self, ByteProducer, Doorbells};
use crate::rtp::RTP_HEADER_BYTES;
use crate::session::MAX_DATAGRAM;
use crate::types::{Micros, SessionId};

/// A datagram that the engine did not take. It is counted in the session's figures where it has any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IngressError {
    /// The session did not drain its ring in time; the datagram was dropped and counted.
    #[error("the session's ingress ring is full")]
    Full,
    /// No datagram of this length can be RTP audio of the session; it was dropped and counted by the port.
    #[error("datagram of {0} bytes; allowed are 12 to 1500, and a quarter of the session's ingress ring")]
    Length(usize),
    /// The session is gone; the datagram was dropped and not counted.
    #[error("the session is gone")]
    Gone,
}

/// Takes one session's incoming datagrams; belongs to one I/O thread.
#[derive(Debug)]
pub struct IngressPort {
    session: SessionId,
    ring: ByteProducer,
    bells: Doorbells,
    rejected: u64,
}

impl IngressPort {
    pub(crate) fn new(session: SessionId, ring: ByteProducer, bells: Doorbells) -> Self {
        Self { session, ring, bells, rejected: 0 }
    }

    /// The session that it feeds.
    pub fn session(&self) -> SessionId {
        self.session
    }

    /// Hands a datagram over, with its time of arrival on the engine's time line; the future counts as now. Real-time: copies the datagram once.
    pub fn push(&mut self, datagram: &[u8], arrival: Micros) -> Result<(), IngressError> {
        if self.ring.is_abandoned() {
            return Err(IngressError::Gone);
        }
        let longest = MAX_DATAGRAM.min(self.ring.limit() - ARRIVAL_BYTES);
        if !(RTP_HEADER_BYTES..=longest).contains(&datagram.len()) {
            self.rejected += 1;
            return Err(IngressError::Length(datagram.len()));
        }
        // The length was checked, so that every datagram is counted in one place only.
        self.ring.push(&[&arrival.0.to_le_bytes(), datagram]).map_err(|_| IngressError::Full)?;
        self.bells.ring(self.session.index());
        Ok(())
    }

    /// Whether the session has gone.
    pub fn is_closed(&self) -> bool {
        self.ring.is_abandoned()
    }

    /// The ring alone, for copies that the engine makes.
    pub(crate) fn into_ring(self) -> ByteProducer {
        self.ring
    }

    /// Datagrams refused for their length.
    pub fn rejected(&self) -> u64 {
        self.rejected
    }
}

/// Gives the outgoing datagrams of one I/O group; belongs to one I/O thread.
#[derive(Debug)]
pub struct EgressPort(rt::EgressPort);

impl EgressPort {
    pub(crate) fn new(rings: rt::EgressPort) -> Self {
        Self(rings)
    }

    /// Passes up to `max` datagrams to `send`, in each session's order, and returns their count. Real-time.
    pub fn pull(&mut self, max: usize, mut send: impl FnMut(SessionId, &[u8])) -> usize {
        self.0.pull(max, |tag, datagram| send(SessionId::from_tag(tag), datagram))
    }

    /// Whether nothing is waiting.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
