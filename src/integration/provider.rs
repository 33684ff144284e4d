//! What a signalling layer and an RTP layer ask of whoever does their media, as interfaces.
//!
//! No runtime is behind them: nothing waits, so that they serve synchronous and asynchronous hosts alike.

use std::net::SocketAddr;

use crate::codec::negotiation::Capabilities;
use crate::engine::{Admission, IngressPort, Pending, Reject};
use crate::integration::{Agreed, LegAddress, SourcePolicy, Verdict};
use crate::quality::SessionStats;
use crate::rtp::event::Digits;
use crate::session::{SessionSpec, Source};
use crate::types::{Micros, SessionId};

/// Says what can be offered, and whether there is room for another call.
pub trait MediaCapabilityProvider {
    /// What goes into an offer, or answers one.
    fn capabilities(&self) -> Capabilities;

    /// How many more sessions of this spec would be admitted now, and why none, if that is so.
    fn can_admit(&self, spec: &SessionSpec) -> Admission;
}

/// Makes and ends the media of dialogs.
pub trait MediaSessionProvider {
    /// Media for what was agreed on, connected to the network.
    fn start_media(&self, agreed: &Agreed) -> Result<SessionId, Reject>;

    /// A further offer and answer (a re-INVITE): codecs, addresses and direction become those of `agreed`.
    fn update_media(&self, session: SessionId, agreed: &Agreed) -> Result<(), Reject>;

    /// Ends the media of a dialog.
    fn stop_media(&self, session: SessionId) -> Result<Pending, Reject>;

    /// Lets two dialogs hear each other.
    fn connect(&self, a: SessionId, b: SessionId) -> Result<Pending, Reject>;

    /// Parts a dialog from its other one.
    fn disconnect(&self, session: SessionId) -> Result<Pending, Reject>;

    /// Puts a dialog on hold, with music or silence.
    fn hold(&self, session: SessionId, music: Option<Source>) -> Result<Pending, Reject>;

    /// Ends the hold.
    fn resume(&self, session: SessionId) -> Result<Pending, Reject>;

    /// Sends digits to a dialog's party.
    fn send_digits(&self, session: SessionId, digits: Digits) -> Result<Pending, Reject>;

    /// A dialog's figures.
    fn statistics(&self, session: SessionId) -> Result<SessionStats, Reject>;
}

/// Takes and gives datagrams; belongs to one I/O thread.
pub trait MediaPacketHandler {
    /// A datagram came for a session. Real-time: no allocation, no lock, no system call.
    fn handle_packet(&mut self, session: SessionId, from: SocketAddr, datagram: &[u8], arrival: Micros) -> Verdict;

    /// Passes up to `most` datagrams to `send`, each with its address, and returns their count. Real-time as above.
    fn poll_packets(&mut self, most: usize, send: &mut dyn FnMut(SessionId, SocketAddr, &[u8])) -> usize;
}

/// Tells the I/O threads which sessions there are, and where their parties are.
pub trait RtpSessionCoordinator {
    /// A session's datagrams come and go from now on.
    fn attach(&self, ingress: IngressPort, address: LegAddress, policy: SourcePolicy);

    /// A session's party is elsewhere: signalling said so.
    fn redirect(&self, session: SessionId, address: LegAddress);

    /// A session's datagrams neither come nor go any more.
    fn detach(&self, session: SessionId);
}

/// The party of a session sends from another address than it was said to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceChange {
    /// Whose.
    pub session: SessionId,
    /// Where it was last.
    pub from: SocketAddr,
    /// Where it is.
    pub to: SocketAddr,
}
