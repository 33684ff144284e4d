//! Sessions of an engine behind RTP sessions of somebody else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use media_core::rtp::RtpHeader;
use media_core::{Control, EgressPort, IngressPort, PayloadType, Pending, Reject, SessionId, SessionSpec, Ssrc};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::mpsc;

use crate::seam::{RtpPacket, RtpSendHandle, RtpSession, RtpSessionEvent};

/// Packets that may wait for a session which sends slowly: 640 ms of 20 ms each. What comes then is dropped.
const WAITING: usize = 32;
/// How often the engine is asked for packets.
const LOOK: Duration = Duration::from_millis(1);

/// A packet on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Timestamp of its first sample.
    pub timestamp: u32,
    /// The first of a talk spurt.
    pub marker: bool,
    /// What the payload is.
    pub payload_type: u8,
    /// What it carries.
    pub payload: Bytes,
}

type Lines = Arc<Mutex<HashMap<SessionId, mpsc::Sender<Outgoing>>>>;

/// Attaches RTP sessions to an engine. For any task of a tokio runtime.
#[derive(Clone)]
pub struct Adapter {
    control: Control,
    lines: Lines,
}

/// Passes what the engine sends to the sessions attached. Belongs to one task or thread.
pub struct Outlet {
    egress: EgressPort,
    lines: Lines,
    dropped: u64,
}

impl Adapter {
    /// For the engine of `control`, and one of its I/O groups, that of sessions attached.
    pub fn new(control: Control, egress: EgressPort) -> (Self, Outlet) {
        let lines = Lines::default();
        (Self { control, lines: lines.clone() }, Outlet { egress, lines, dropped: 0 })
    }

    /// A session of the engine behind an RTP session: what that receives comes in, what the engine sends goes out by its handle.
    pub fn attach<S: RtpSession>(&self, session: &S, spec: SessionSpec) -> Result<SessionId, Reject> {
        let (events, handle) = (session.subscribe(), session.send_handle());
        let created = self.control.create(spec.ssrc(Ssrc(handle.ssrc())))?;
        let (sender, packets) = mpsc::channel(WAITING);
        lock(&self.lines).insert(created.id, sender);
        tokio::spawn(receive(events, created.ingress, self.control.clone()));
        tokio::spawn(send(handle, packets));
        Ok(created.id)
    }

    /// Ends a session of the engine; its tasks end with it.
    pub fn detach(&self, session: SessionId) -> Result<Pending, Reject> {
        lock(&self.lines).remove(&session);
        self.control.destroy(session)
    }
}

impl Outlet {
    /// Passes all that waits, and returns how many packets that were. What a session has no room for is counted, and gone.
    pub fn pass(&mut self) -> usize {
        let lines = lock(&self.lines);
        let dropped = &mut self.dropped;
        self.egress.pull(usize::MAX, |session, datagram| {
            let packet = media_core::rtp::RtpPacket::parse(datagram).expect("the engine sends RTP");
            let RtpHeader { timestamp, marker, payload_type, .. } = packet.header;
            let payload = Bytes::copy_from_slice(packet.payload);
            let outgoing = Outgoing { timestamp, marker, payload_type: payload_type.value(), payload };
            let taken = lines.get(&session).is_some_and(|line| line.try_send(outgoing).is_ok());
            *dropped += u64::from(!taken);
        })
    }

    /// Packets that nobody took.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Passes packets for ever.
    pub async fn run(mut self) {
        let mut looks = tokio::time::interval(LOOK);
        loop {
            looks.tick().await;
            self.pass();
        }
    }
}

/// From a session into the engine, until either has gone.
async fn receive(mut events: broadcast::Receiver<RtpSessionEvent>, mut ingress: IngressPort, control: Control) {
    let mut datagram = Vec::new();
    while !ingress.is_closed() {
        match events.recv().await {
            // The seam has no time of arrival: this is as near to it as we come.
            Ok(RtpSessionEvent::PacketReceived(packet)) if written(&packet, &mut datagram) => {
                // What is refused the engine counts; a full ring is as a loss on the network.
                let _ = ingress.push(&datagram, control.now());
            }
            // Packets that we came too late for are lost ones to the jitter buffer.
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

/// Writes a packet as it was on the wire; `false` if there is no such payload type.
fn written(packet: &RtpPacket, datagram: &mut Vec<u8>) -> bool {
    let header = &packet.header;
    let Some(payload_type) = PayloadType::new(header.payload_type) else { return false };
    let header = RtpHeader {
        marker: header.marker,
        payload_type,
        sequence: header.sequence_number,
        timestamp: header.timestamp,
        ssrc: Ssrc(header.ssrc),
    };
    datagram.clear();
    datagram.extend_from_slice(&header.to_bytes());
    datagram.extend_from_slice(&packet.payload);
    true
}

/// From the engine out, until the session is detached.
async fn send(handle: impl RtpSendHandle, mut packets: mpsc::Receiver<Outgoing>) {
    while let Some(Outgoing { timestamp, marker, payload_type, payload }) = packets.recv().await {
        // A packet that did not go out is lost; the session counts it, and the next one is due.
        let _ = handle.send_packet_with_pt(timestamp, payload, marker, payload_type).await;
    }
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}
