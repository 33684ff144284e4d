//! Datagrams between an I/O thread's sockets and the engine's rings.

use std::net::SocketAddr;

use crate::engine::{EgressPort, IngressError};
use crate::integration::rtp::entrance::{Notice, Notices, entrance};
use crate::integration::rtp::kind::{Kind, kind};
use crate::integration::rtp::leg::Leg;
use crate::integration::{BridgeEntrance, BridgeFigures, MediaPacketHandler, SourceChange};
use crate::types::{Micros, SessionId};

/// What became of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "RTCP is for the host to feed to the engine"]
#[non_exhaustive]
pub enum Verdict {
    /// The engine has it.
    Taken,
    /// The engine has it, and answers go to where it came from, which is not where signalling said.
    Moved(SourceChange),
    /// It is RTCP of the session's party: for the host's report side.
    Rtcp,
    /// It came from elsewhere than the party's address, and was dropped.
    Foreign,
    /// It is neither RTP nor RTCP, and was dropped: STUN, DTLS, noise.
    Other,
    /// The engine did not take it.
    Refused(IngressError),
    /// No such session is attached.
    Unknown,
}

/// The sessions of one I/O thread: where their parties are, and what may come from there.
///
/// Sessions come by its [`BridgeEntrance`] and are taken in by [`turn`](Self::turn), once a round.
#[derive(Debug)]
pub struct RtpBridge {
    notices: Notices,
    /// By the session's slot.
    legs: Vec<Option<Leg>>,
    egress: EgressPort,
}

impl RtpBridge {
    /// A bridge without sessions, for the datagrams of one I/O group.
    pub fn new(egress: EgressPort) -> (Self, BridgeEntrance) {
        let (entrance, notices) = entrance();
        (Self { notices, legs: Vec::new(), egress }, entrance)
    }

    /// Takes in what the entrance was told. Allocates where there are more sessions than ever.
    pub fn turn(&mut self) {
        for notice in self.notices.waiting() {
            match notice {
                Notice::Attach(ingress, stated, policy) => {
                    let index = ingress.session().index() as usize;
                    if self.legs.len() <= index {
                        self.legs.resize_with(index + 1, || None);
                    }
                    self.legs[index] = Some(Leg::new(ingress, stated, policy));
                }
                Notice::Redirect(session, stated) => {
                    if let Some(leg) = leg(&mut self.legs, session) {
                        leg.redirect(stated);
                    }
                }
                Notice::Detach(session) => {
                    if leg(&mut self.legs, session).is_some() {
                        self.legs[session.index() as usize] = None;
                    }
                }
            }
        }
    }

    /// A datagram for a session's media port came `from` there. Real-time.
    pub fn receive(&mut self, session: SessionId, from: SocketAddr, datagram: &[u8], arrival: Micros) -> Verdict {
        let Some(leg) = leg(&mut self.legs, session) else { return Verdict::Unknown };
        match kind(datagram) {
            Kind::Other => {
                leg.figures.other += 1;
                Verdict::Other
            }
            Kind::Rtcp if leg.admits_rtcp(from) => Verdict::Rtcp,
            Kind::Rtp => {
                let (before, known) = (leg.figures.remote, leg.figures.latched);
                if !leg.admits(from) {
                    leg.figures.foreign += 1;
                    return Verdict::Foreign;
                }
                if let Err(why) = leg.ingress.push(datagram, arrival) {
                    leg.figures.refused += 1;
                    return Verdict::Refused(why);
                }
                leg.figures.taken += 1;
                match known || from == before {
                    true => Verdict::Taken,
                    false => Verdict::Moved(SourceChange { session, from: before, to: from }),
                }
            }
            Kind::Rtcp => {
                leg.figures.foreign += 1;
                Verdict::Foreign
            }
        }
    }

    /// Passes up to `most` datagrams to `send`, each with where it goes, and returns their count. Those of sessions that
    /// are not attached are dropped. Real-time.
    pub fn send(&mut self, most: usize, mut send: impl FnMut(SessionId, SocketAddr, &[u8])) -> usize {
        let legs = &mut self.legs;
        self.egress.pull(most, |session, datagram| {
            if let Some(leg) = leg(legs, session) {
                send(session, leg.figures.remote, datagram);
            }
        })
    }

    /// Where a session's RTCP goes.
    pub fn rtcp_address(&mut self, session: SessionId) -> Option<SocketAddr> {
        leg(&mut self.legs, session).map(|leg| leg.rtcp())
    }

    /// What became of a session's datagrams.
    pub fn figures(&mut self, session: SessionId) -> Option<BridgeFigures> {
        leg(&mut self.legs, session).map(|leg| leg.figures)
    }

    /// The sessions attached.
    pub fn sessions(&self) -> impl Iterator<Item = SessionId> + '_ {
        self.legs.iter().flatten().map(|leg| leg.ingress.session())
    }
}

fn leg(legs: &mut [Option<Leg>], session: SessionId) -> Option<&mut Leg> {
    legs.get_mut(session.index() as usize)?.as_mut().filter(|leg| leg.ingress.session() == session)
}

impl MediaPacketHandler for RtpBridge {
    fn handle_packet(&mut self, session: SessionId, from: SocketAddr, datagram: &[u8], arrival: Micros) -> Verdict {
        self.receive(session, from, datagram, arrival)
    }

    fn poll_packets(&mut self, most: usize, send: &mut dyn FnMut(SessionId, SocketAddr, &[u8])) -> usize {
        self.send(most, send)
    }
}
