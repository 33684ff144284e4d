//! A call between two RTP sessions of the seam, in virtual time.
#![allow(clippy::disallowed_types, reason = "host side: no worker sees it")]

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use media_core::{CodecSpec, EngineConfig, IoGroup, Millis, OfflineEngine, SessionSpec};
use rvoip_adapter::seam::{RtpHeader, RtpPacket, RtpSendHandle, RtpSession, RtpSessionEvent};
use rvoip_adapter::{Adapter, Outgoing};
use tokio::sync::broadcast;
use tokio::task::yield_now;

/// A session without a network.
struct Line {
    events: broadcast::Sender<RtpSessionEvent>,
    handle: Handle,
}

#[derive(Clone)]
struct Handle {
    ssrc: u32,
    sent: Arc<Mutex<Vec<Outgoing>>>,
}

impl Line {
    fn new(ssrc: u32) -> Self {
        Self { events: broadcast::channel(64).0, handle: Handle { ssrc, sent: Arc::default() } }
    }

    fn receives(&self, sequence_number: u16, payload_type: u8, payload: Bytes) {
        let timestamp = u32::from(sequence_number) * 160;
        let header = RtpHeader { payload_type, sequence_number, timestamp, ssrc: 7, marker: false };
        let event = RtpSessionEvent::PacketReceived(RtpPacket { header, payload });
        self.events.send(event).expect("the adapter listens");
    }
}

impl RtpSession for Line {
    type Handle = Handle;

    fn subscribe(&self) -> broadcast::Receiver<RtpSessionEvent> {
        self.events.subscribe()
    }

    fn send_handle(&self) -> Handle {
        self.handle.clone()
    }
}

impl RtpSendHandle for Handle {
    type Error = Infallible;

    async fn send_packet_with_pt(
        &self,
        timestamp: u32,
        payload: Bytes,
        marker: bool,
        payload_type: u8,
    ) -> Result<(), Infallible> {
        self.sent.lock().expect("whole").push(Outgoing { timestamp, marker, payload_type, payload });
        Ok(())
    }

    fn ssrc(&self) -> u32 {
        self.ssrc
    }
}

/// Lets the adapter's tasks run: they are two for each session, on this thread.
async fn settle() {
    for _ in 0..8 {
        yield_now().await;
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_party_behind_the_seam_hears_the_other_in_its_own_codec_whatever_the_network_did() {
    let mut engine = OfflineEngine::new(EngineConfig::new()).expect("the configuration is valid");
    let (adapter, mut outlet) = Adapter::new(engine.control(), engine.egress(IoGroup(0)).expect("asked once"));
    let (a, b) = (Line::new(1), Line::new(2));
    let speaks = adapter.attach(&a, SessionSpec::new(CodecSpec::pcmu())).expect("there is room");
    let hears = adapter.attach(&b, SessionSpec::new(CodecSpec::pcma()).ptime(Millis(30))).expect("there is room");
    engine.control().bridge(speaks, hears).expect("accepted").detach();

    let mut payload = [0; 160];
    CodecSpec::pcmu().encoder().encode(&[0.25; 160], &mut payload).expect("it has room");
    let payload = Bytes::copy_from_slice(&payload);
    // One is lost, two have changed places.
    let order = (0..150u16).filter(|n| *n != 50).map(|n| [60, 61].into_iter().find(|at| at ^ 1 == n).unwrap_or(n));
    for number in order {
        a.receives(number, 0, payload.clone());
        settle().await;
        engine.run(2);
        outlet.pass();
        settle().await;
    }

    let sent = b.handle.sent.lock().expect("whole").clone();
    assert!((95..=105).contains(&sent.len()), "{} packets of 30 ms in 3 s", sent.len());
    assert!(sent.iter().all(|packet| packet.payload.len() == 240 && packet.payload_type == 8));
    assert!(sent.windows(2).all(|pair| pair[1].timestamp.wrapping_sub(pair[0].timestamp) == 240));
    let mut audio = [0.0; 240];
    CodecSpec::pcma().decoder().decode(&sent[sent.len() - 1].payload, &mut audio).expect("whole packets");
    assert!(audio.iter().all(|sample| (sample - 0.25).abs() < 0.02), "{audio:?}");
    let stats = engine.control().stats(speaks).expect("alive");
    assert_eq!((stats.lost, stats.reordered, outlet.dropped()), (1, 1, 0));
}

#[tokio::test(flavor = "current_thread")]
async fn what_is_detached_sends_nothing_and_is_asked_nothing() {
    let mut engine = OfflineEngine::new(EngineConfig::new()).expect("the configuration is valid");
    let (adapter, mut outlet) = Adapter::new(engine.control(), engine.egress(IoGroup(0)).expect("asked once"));
    let line = Line::new(1);
    let session = adapter.attach(&line, SessionSpec::new(CodecSpec::pcmu())).expect("there is room");
    line.receives(0, 200, Bytes::new()); // no such payload type
    engine.run(10);
    assert!(outlet.pass() > 0);
    settle().await;
    let gone = adapter.detach(session).expect("it lives");
    engine.run(2);
    assert!(gone.wait().is_ok());
    let before = line.handle.sent.lock().expect("whole").len();
    engine.run(10);
    outlet.pass();
    settle().await;
    assert_eq!(line.handle.sent.lock().expect("whole").len(), before);
    // The task that listens has ended with the session's port: it wakes once more, and sees it.
    line.receives(1, 0, Bytes::from_static(&[0; 160]));
    settle().await;
    assert_eq!(line.events.receiver_count(), 0);
    assert!(adapter.detach(session).is_err());
}
