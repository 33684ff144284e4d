//! Datagrams of payloads that nobody decodes go to the far leg as they came.

use crate::buffer::sequence::{restart16, restart32, unwrap16, unwrap32};
use crate::graph::nodes::receive::ARRIVAL_BYTES;
use crate::graph::{Io, Node, NodeEventKind, ParamId, ParamInfo, Ports};
use crate::quality::SessionStats;
use crate::rt::ByteConsumer;
use crate::rtp::{Payload, Reception, RelayPacket, RtpPacket};
use crate::types::{Millis, PayloadType, SampleRate, Ssrc};

/// Datagrams that a session looks at in one tick.
const MAX_PER_TICK: usize = 64;

/// Largest datagram of a session.
const MAX_DATAGRAM: usize = 1_500;

/// Takes datagrams of an opaque payload and hands them to the far leg. What the far leg has no room
/// for in a tick waits in the ingress ring; what comes without a far leg is dropped and counted.
pub struct PassIn {
    datagrams: ByteConsumer,
    told: bool,
    intake: Intake,
}

struct Intake {
    /// The payload types that come, and what the far leg knows them by.
    formats: Box<[(PayloadType, u32)]>,
    relay: bool,
    stream: Option<Stream>,
    reception: Reception,
    counts: Counts,
}

#[derive(Default)]
struct Counts {
    datagrams: u64,
    received: u64,
    received_bytes: u64,
    malformed: u64,
    wrong_payload_type: u64,
    source_switches: u64,
    relay_dropped: u64,
}

#[derive(Clone, Copy)]
struct Stream {
    ssrc: Ssrc,
    epoch: u32,
    sequence: u64,
    timestamp: u64,
}

impl PassIn {
    /// 1.0 hands packets to the far leg, 0.0 drops them.
    pub const RELAY: ParamId = ParamId(0);

    /// Takes `formats` from an ingress ring. Allocates.
    pub fn new(formats: impl IntoIterator<Item = (PayloadType, u32)>, datagrams: ByteConsumer) -> Self {
        let formats = formats.into_iter().collect();
        let (counts, reception) = Default::default();
        let intake = Intake { formats, relay: false, stream: None, reception, counts };
        Self { datagrams, told: false, intake }
    }
}

impl Intake {
    /// Takes one record; tells a source that is not the one before.
    fn take(&mut self, record: &[u8], io: &mut Io<'_>) -> Option<Ssrc> {
        self.counts.datagrams += 1;
        io.received(record);
        let Some(packet) = record.get(ARRIVAL_BYTES..).and_then(|datagram| RtpPacket::parse(datagram).ok()) else {
            self.counts.malformed += 1;
            return None;
        };
        let header = packet.header;
        let Some(&(_, format)) = self.formats.iter().find(|f| f.0 == header.payload_type) else {
            self.counts.wrong_payload_type += 1;
            return None;
        };
        self.reception.arrived(header.ssrc, header.sequence);
        self.counts.received += 1;
        self.counts.received_bytes += packet.payload.len() as u64;
        let before = self.stream;
        let known = before.filter(|stream| stream.ssrc == header.ssrc);
        let stream = match known {
            Some(stream) => Stream {
                sequence: unwrap16(stream.sequence, header.sequence),
                timestamp: unwrap32(stream.timestamp, header.timestamp),
                ..stream
            },
            None => Stream {
                ssrc: header.ssrc,
                epoch: before.map_or(0, |before| before.epoch.wrapping_add(1)),
                sequence: restart16(before.map(|before| before.sequence), header.sequence),
                timestamp: restart32(before.map(|before| before.timestamp), header.timestamp),
            },
        };
        self.stream = Some(stream);
        let passed = RelayPacket {
            sequence: stream.sequence,
            timestamp: stream.timestamp,
            marker: header.marker,
            source: RelayPacket::source_of(io.session(), stream.epoch),
            kind: Payload::Opaque(format),
            payload: packet.payload,
        };
        let passes = self.relay && io.exchange().relay_out.push(&passed);
        self.counts.relay_dropped += u64::from(!passes);
        let switched = before.is_some() && known.is_none();
        self.counts.source_switches += u64::from(switched);
        switched.then_some(header.ssrc)
    }
}

impl Node for PassIn {
    fn kind(&self) -> &'static str {
        "pass_in"
    }

    /// A leg has a frame of silence at least: nobody reads it.
    fn ports(&self) -> Ports {
        Ports::source(SampleRate::HZ_8000)
    }

    fn params(&self) -> &'static [ParamInfo] {
        &[ParamInfo { id: PassIn::RELAY, name: "relay", min: 0.0, max: 1.0 }]
    }

    fn cost(&self) -> u32 {
        150
    }

    fn process(&mut self, io: &mut Io<'_>) {
        for _ in 0..MAX_PER_TICK {
            if !io.exchange().relay_out.has_room(MAX_DATAGRAM) {
                break;
            }
            let intake = &mut self.intake;
            match self.datagrams.pop(|record| intake.take(record, io)) {
                None => break,
                Some(None) => {}
                Some(Some(ssrc)) => io.emit(NodeEventKind::SourceSwitched { ssrc }),
            }
        }
        if self.intake.stream.is_some() && !self.told {
            self.told = true;
            io.emit(NodeEventKind::MediaStarted);
        }
    }

    fn set(&mut self, param: ParamId, value: f32, _ramp: Millis) {
        if param == PassIn::RELAY {
            self.intake.relay = value >= 0.5;
        }
    }

    fn report(&self, stats: &mut SessionStats) {
        let counts = &self.intake.counts;
        stats.datagrams += counts.datagrams;
        stats.received += counts.received;
        stats.received_bytes += counts.received_bytes;
        stats.malformed += counts.malformed;
        stats.wrong_payload_type += counts.wrong_payload_type;
        stats.source_switches += counts.source_switches;
        stats.relay_dropped += counts.relay_dropped;
        stats.ingress_dropped += self.datagrams.dropped();
        let reception = &self.intake.reception;
        (stats.source_ssrc, stats.source_highest) = (reception.ssrc.0.into(), reception.highest().into());
        (stats.source_expected, stats.source_received) = (reception.expected(), reception.received);
    }
}
