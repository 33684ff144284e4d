//! One session's address as its I/O thread knows it.

use std::net::SocketAddr;

use crate::engine::IngressPort;
use crate::integration::{Agreed, SourcePolicy};

/// Where a session's party is, as signalling stated it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegAddress {
    /// For RTP.
    pub rtp: SocketAddr,
    /// For RTCP.
    pub rtcp: SocketAddr,
}

impl LegAddress {
    /// RTCP at the port after that of RTP.
    pub fn new(rtp: SocketAddr) -> Self {
        Self { rtp, rtcp: SocketAddr::new(rtp.ip(), rtp.port().saturating_add(1)) }
    }
}

impl From<&Agreed> for LegAddress {
    fn from(agreed: &Agreed) -> Self {
        Self { rtp: agreed.remote, rtcp: agreed.remote_rtcp }
    }
}

/// What became of a session's datagrams on their way to the engine, and where its party is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BridgeFigures {
    /// Handed to the engine.
    pub taken: u64,
    /// From elsewhere than the party's address: dropped.
    pub foreign: u64,
    /// Neither RTP nor RTCP.
    pub other: u64,
    /// Refused by the engine: too long or short, or its ring was full.
    pub refused: u64,
    /// Where RTP goes now.
    pub remote: SocketAddr,
    /// Datagrams have come from there.
    pub latched: bool,
}

#[derive(Debug)]
pub(super) struct Leg {
    pub ingress: IngressPort,
    pub stated: LegAddress,
    pub policy: SourcePolicy,
    pub figures: BridgeFigures,
}

impl Leg {
    pub fn new(ingress: IngressPort, stated: LegAddress, policy: SourcePolicy) -> Self {
        let figures = BridgeFigures { taken: 0, foreign: 0, other: 0, refused: 0, remote: stated.rtp, latched: false };
        Self { ingress, stated, policy, figures }
    }

    /// Signalling states another address. What was learned holds where the statement is the old one.
    pub fn redirect(&mut self, stated: LegAddress) {
        if stated.rtp != self.stated.rtp {
            (self.figures.remote, self.figures.latched) = (stated.rtp, false);
        }
        self.stated = stated;
    }

    /// Whether a datagram of RTP from there is the party's; the first one settles where it is. Real-time.
    pub fn admits(&mut self, from: SocketAddr) -> bool {
        if self.figures.latched {
            return from == self.figures.remote;
        }
        let admits = self.policy.admits(self.stated.rtp, from);
        if admits {
            (self.figures.remote, self.figures.latched) = (from, true);
        }
        admits
    }

    /// Whether RTCP from there is the party's: it has a port of its own. Real-time.
    pub fn admits_rtcp(&self, from: SocketAddr) -> bool {
        match self.policy {
            SourcePolicy::Exact => from == self.stated.rtcp || from == self.stated.rtp,
            _ if self.figures.latched => from.ip() == self.figures.remote.ip(),
            policy => policy.admits(self.stated.rtcp, from),
        }
    }

    /// Where RTCP goes: beside RTP where that was learned. Real-time.
    pub fn rtcp(&self) -> SocketAddr {
        let (stated, remote) = (self.stated, self.figures.remote);
        if remote == stated.rtp {
            return stated.rtcp;
        }
        let apart = u16::from(stated.rtcp != stated.rtp);
        SocketAddr::new(remote.ip(), remote.port().saturating_add(apart))
    }
}
