//! RTCP of the phones, both ways.

use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;

use media_core::integration::RtpBridge;
use media_core::{Control, Micros, SessionId};

/// Half of the time between two reports (RFC 3550 §6.2 has 5 s for a session of two).
const HALF: u64 = 2_500_000;

/// A report came. What is no RTCP the engine counts.
pub fn feed(control: &Control, session: SessionId, report: &[u8], arrival: Micros) {
    let _ = control.rtcp_feed(session, report, arrival);
}

/// When the reports of one session are due, and where they go.
pub struct Reports {
    due: Micros,
    /// Where the last one went, and whether to the port of RTP.
    to: Option<(SocketAddr, bool)>,
}

impl Reports {
    /// The first one is due within half the interval.
    pub fn new(now: Micros) -> Self {
        Self { due: Micros(now.0 + 500_000 + random() % HALF), to: None }
    }

    /// The report that is due, with where it goes, and whether that is the port of RTP.
    pub fn due(
        &mut self,
        session: SessionId,
        bridge: &mut RtpBridge,
        control: &Control,
        now: Micros,
    ) -> Option<(Vec<u8>, (SocketAddr, bool))> {
        if now < self.due {
            return None;
        }
        // At random within a half, so that the reports of many sessions spread (RFC 3550 §6.3.1).
        self.due = Micros(now.0 + HALF + random() % (2 * HALF));
        self.to = self.address(session, bridge);
        Some((control.rtcp_report(session, now).ok()?, self.to?))
    }

    /// Where reports go: also for a session that the bridge has forgotten meanwhile.
    pub fn address(&self, session: SessionId, bridge: &mut RtpBridge) -> Option<(SocketAddr, bool)> {
        let rtcp = bridge.rtcp_address(session);
        let known = rtcp.zip(bridge.figures(session)).map(|(rtcp, figures)| (rtcp, rtcp == figures.remote));
        known.or(self.to)
    }
}

fn random() -> u64 {
    RandomState::new().hash_one(0)
}
