//! Support of the tests that attack: RTP by hand, what each session sent, and nodes that misbehave.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::let_underscore_future, reason = "most operations are known by their effect")]

pub mod busy;

use std::collections::BTreeMap;

use media_core::engine::TopologyError;
use media_core::graph::{Edge, Io, Node, NodeEventKind, ParamId, ParamInfo, Ports, Segment, Topology};
use media_core::quality::SessionStats;
use media_core::session::Legs;
use media_core::types::{Micros, Millis, NodeId, SampleRate, SessionId};
use media_core::{EgressPort, Event, EventStream, IngressPort};

/// An RTP datagram (RFC 3550 §5.1) without padding, extension or contributing sources.
pub fn rtp(payload_type: u8, sequence: u16, timestamp: u32, ssrc: u32, payload: &[u8]) -> Vec<u8> {
    let mut datagram = vec![0x80, payload_type];
    datagram.extend_from_slice(&sequence.to_be_bytes());
    datagram.extend_from_slice(&timestamp.to_be_bytes());
    datagram.extend_from_slice(&ssrc.to_be_bytes());
    datagram.extend_from_slice(payload);
    datagram
}

/// A caller that sends 20 ms of G.711 in every second tick: bytes that differ from packet to packet.
pub struct Caller {
    pub payload_type: u8,
    pub ssrc: u32,
    pub sequence: u16,
    pub timestamp: u32,
    turn: u64,
}

impl Caller {
    pub fn new(payload_type: u8, ssrc: u32) -> Self {
        Self { payload_type, ssrc, sequence: ssrc as u16, timestamp: ssrc.wrapping_mul(77), turn: 0 }
    }

    /// The next datagram, in every second call.
    pub fn tick(&mut self) -> Option<Vec<u8>> {
        self.turn += 1;
        (self.turn % 2 == 1).then(|| self.packet())
    }

    /// The next datagram.
    pub fn packet(&mut self) -> Vec<u8> {
        let mut noise = Noise(u64::from(self.ssrc) << 32 | u64::from(self.timestamp) | 1);
        // Quiet segments of G.711 only, so that gains and sums do not clip.
        let payload: Vec<u8> = (0..160).map(|_| 0x60 | (noise.next() as u8 & 0x9f)).collect();
        let datagram = rtp(self.payload_type, self.sequence, self.timestamp, self.ssrc, &payload);
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(160);
        datagram
    }

    /// Pushes the tick's datagram, if there is one. Only a session that no longer runs has no room for it.
    pub fn push(&mut self, port: &mut IngressPort, now: Micros) {
        if let Some(datagram) = self.tick() {
            let _ = port.push(&datagram, now);
        }
    }
}

/// Xorshift (Marsaglia 2003): the same numbers in every run.
pub struct Noise(pub u64);

impl Noise {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next() as u8).collect()
    }
}

/// All datagrams that each session sent, in order.
pub type Sent = BTreeMap<u32, Vec<Vec<u8>>>;

/// Takes what waits at an egress port.
pub fn pull(port: &mut EgressPort, sent: &mut Sent) {
    port.pull(usize::MAX, |session, datagram| sent.entry(session.index()).or_default().push(datagram.to_vec()));
}

/// Takes the events that wait.
pub fn events(stream: &mut EventStream) -> Vec<Event> {
    std::iter::from_fn(|| stream.try_next()).collect()
}

/// Every datagram that reached a session is in exactly one figure.
#[track_caller]
pub fn assert_balanced(stats: &SessionStats) {
    let placed =
        stats.received + stats.malformed + stats.wrong_payload_type + stats.duplicate + stats.late + stats.overflow;
    assert_eq!(stats.datagrams, placed, "{stats:#?}");
    let samples = stats.received_samples + stats.concealed_samples + stats.silent_samples;
    assert!(stats.ticks == 0 || samples.is_multiple_of(stats.ticks), "{stats:#?}");
    assert!(stats.discarded <= stats.received, "{stats:#?}");
}

/// What a [`Bomb`] does when its time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fuse {
    /// Nothing, ever.
    Dud,
    /// Panics in `process` of this tick of its own, counted from 1.
    Process(u64),
    /// Panics when a parameter is set.
    Set,
    /// Panics when it is asked for its figures after this many ticks.
    Report(u64),
    /// Panics when it is dropped.
    Drop,
}

/// A filter that passes its input on until it goes off.
pub struct Bomb {
    fuse: Fuse,
    ticks: u64,
    rate: SampleRate,
}

impl Bomb {
    pub const PARAM: ParamId = ParamId(7);

    pub fn new(fuse: Fuse) -> Self {
        Self { fuse, ticks: 0, rate: SampleRate::HZ_8000 }
    }
}

impl Node for Bomb {
    fn kind(&self) -> &'static str {
        "bomb"
    }

    fn ports(&self) -> Ports {
        Ports::filter(self.rate)
    }

    fn params(&self) -> &'static [ParamInfo] {
        &[ParamInfo { id: Bomb::PARAM, name: "bomb", min: 0.0, max: 1.0 }]
    }

    fn process(&mut self, io: &mut Io<'_>) {
        self.ticks += 1;
        let _ = io.through();
        if self.fuse == Fuse::Process(self.ticks) {
            panic!("bomb: process");
        }
    }

    fn set(&mut self, _param: ParamId, _value: f32, _ramp: Millis) {
        if self.fuse == Fuse::Set {
            panic!("bomb: set");
        }
    }

    fn report(&self, _stats: &mut SessionStats) {
        if matches!(self.fuse, Fuse::Report(after) if self.ticks >= after) {
            panic!("bomb: report");
        }
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        if self.fuse == Fuse::Drop {
            panic!("bomb: drop");
        }
    }
}

/// A filter that reports `each` events in every tick.
pub struct Chatter {
    pub each: u32,
    pub said: u64,
}

impl Node for Chatter {
    fn kind(&self) -> &'static str {
        "chatter"
    }

    fn ports(&self) -> Ports {
        Ports::filter(SampleRate::HZ_8000)
    }

    fn process(&mut self, io: &mut Io<'_>) {
        let _ = io.through();
        for _ in 0..self.each {
            self.said += 1;
            io.emit(NodeEventKind::Custom { code: 1, value: self.said as f64 });
        }
    }
}

/// An edit that puts `node` behind the fader of one half of a leg.
pub fn behind_fader(
    segment: Segment,
    node: impl Node + 'static,
) -> impl FnOnce(&mut Topology, Legs) -> Result<(), TopologyError> + Send + 'static {
    move |topology, legs| {
        let fader = if segment == Segment::Up { legs.fader_up } else { legs.fader_down };
        let edge = edge_from(topology, fader);
        topology.insert_between(edge, segment, Box::new(node))?;
        Ok(())
    }
}

/// The edge that leaves a node.
pub fn edge_from(topology: &Topology, node: NodeId) -> Edge {
    topology.edges().find(|edge| edge.from.0 == node).expect("every node of a leg but its ends has an edge")
}

/// Keeps the expected panics out of the output; all others are told as ever.
pub fn quiet_bombs() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let tell = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let bomb = info.payload().downcast_ref::<&str>().is_some_and(|text| text.starts_with("bomb"));
            if !bomb {
                tell(info);
            }
        }));
    });
}

/// Whether two sessions are the same, by slot: what `Sent` is keyed by.
pub fn key(session: SessionId) -> u32 {
    session.index()
}
