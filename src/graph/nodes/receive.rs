//! The start of a leg: datagrams in, 10 ms of audio out, whatever the network did.

use crate::buffer::{Arrival, Inserted, JitterConfig, Placed, Playout};
use crate::codec::CodecSpec;
use crate::graph::{Io, Node, NodeEventKind, ParamId, ParamInfo, Ports};
use crate::quality::SessionStats;
use crate::rt::{ByteConsumer, prefault, prefetch};
use crate::rtp::{RelayPacket, RtpPacket};
use crate::types::{Micros, Millis, PayloadType, SampleRate};

/// Datagrams that a session looks at in one tick; a flood waits in its own ring and is dropped there.
const MAX_PER_TICK: usize = 64;

/// Furthest that an arrival may lie after its tick's nominal start, where a worker is a tick late
/// and no more. A time beyond it is a host's mistake, and one would hold the leg's playout back for good.
const LATEST_US: u64 = 100_000;

/// Bytes in front of a datagram in the ingress ring: its arrival in engine microseconds.
pub(crate) const ARRIVAL_BYTES: usize = 8;

/// Jitter buffer, decoder and concealment behind an ingress ring.
///
/// One node and not three, since each decision goes both ways between them: the decoder's backlog
/// decides what the buffer releases, and concealment decides how the next packet is joined.
#[repr(C, align(64))]
pub struct Receive {
    datagrams: ByteConsumer,
    relay: bool,
    /// A packet was accepted, and the host was told so.
    heard: bool,
    told: bool,
    payload_type: PayloadType,
    /// Begins with what every tick touches.
    playout: Playout,
    counts: Counts,
    rate: SampleRate,
    codec: CodecSpec,
}

#[derive(Debug, Default)]
struct Counts {
    datagrams: u64,
    malformed: u64,
    wrong_payload_type: u64,
    relay_dropped: u64,
}

impl Receive {
    /// 1.0 passes packets to the far leg undecoded, 0.0 decodes them.
    pub const RELAY: ParamId = ParamId(0);

    /// A receiver of `codec` with the reading end of its ingress ring. Allocates.
    pub fn new(codec: &CodecSpec, jitter: JitterConfig, datagrams: ByteConsumer) -> Self {
        let mut playout = Playout::new(jitter, codec.mono_decoder(), codec.clock_rate);
        // Zeroed memory may be a promise of the kernel only; the worker must not be the one to claim it.
        let (samples, payloads) = playout.storage();
        prefault(samples);
        prefault(payloads);
        Self {
            rate: codec.rate,
            codec: *codec,
            payload_type: codec.payload_type,
            datagrams,
            playout,
            relay: false,
            heard: false,
            told: false,
            counts: Counts::default(),
        }
    }

    fn take(&mut self, io: &mut Io<'_>) {
        let latest = Micros(io.tick().start().0.saturating_add(LATEST_US));
        for _ in 0..MAX_PER_TICK {
            let (playout, counts) = (&mut self.playout, &mut self.counts);
            let (expected, started, relay) = (self.payload_type, &mut self.heard, self.relay);
            let event = self.datagrams.pop(|record| {
                counts.datagrams += 1;
                let Some((arrival, datagram)) = record.split_first_chunk::<ARRIVAL_BYTES>() else {
                    counts.malformed += 1;
                    return None;
                };
                let Ok(packet) = RtpPacket::parse(datagram) else {
                    counts.malformed += 1;
                    return None;
                };
                if packet.header.payload_type != expected {
                    counts.wrong_payload_type += 1;
                    return None;
                }
                let inserted = playout.insert(&Arrival {
                    sequence: packet.header.sequence,
                    timestamp: packet.header.timestamp,
                    marker: packet.header.marker,
                    ssrc: packet.header.ssrc,
                    payload: packet.payload,
                    arrival: Micros(u64::from_le_bytes(*arrival)).min(latest),
                });
                *started |= inserted.placed().is_some();
                if relay && let Some(place) = inserted.placed() {
                    let Placed { sequence, timestamp, epoch: source, .. } = place;
                    let (marker, payload) = (packet.header.marker, packet.payload);
                    let passed = RelayPacket { sequence, timestamp, marker, source, payload };
                    counts.relay_dropped += u64::from(!io.exchange().relay_out.push(&passed));
                }
                matches!(inserted, Inserted::SourceSwitched(_)).then_some(packet.header.ssrc)
            });
            match event {
                None => break,
                Some(None) => {}
                Some(Some(ssrc)) => io.emit(NodeEventKind::SourceSwitched { ssrc }),
            }
        }
        if self.heard && !self.told {
            self.told = true;
            io.emit(NodeEventKind::MediaStarted);
        }
    }
}

impl Node for Receive {
    fn kind(&self) -> &'static str {
        "receive"
    }

    fn ports(&self) -> Ports {
        Ports::source(self.rate)
    }

    fn params(&self) -> &'static [ParamInfo] {
        &[ParamInfo { id: Receive::RELAY, name: "relay", min: 0.0, max: 1.0 }]
    }

    fn cost(&self) -> u32 {
        self.codec.cost().decode + 100
    }

    fn process(&mut self, io: &mut Io<'_>) {
        if io.skipped() > 0 {
            self.playout.skip(io.skipped());
        }
        self.take(io);
        let tick = io.tick();
        if self.relay {
            self.playout.pass(tick);
        } else if let Some((info, out)) = io.raw_output(0) {
            *info = self.playout.pull(tick, out);
        }
    }

    fn prefetch(&self) {
        let packet = self.datagrams.prefetch();
        let (samples, payloads) = self.playout.upcoming();
        prefetch(samples);
        if packet {
            prefetch(self);
        }
        payloads.into_iter().for_each(prefetch);
    }

    fn set(&mut self, param: ParamId, value: f32, _ramp: Millis) {
        if param == Receive::RELAY {
            self.relay = value >= 0.5;
        }
    }

    fn report(&self, stats: &mut SessionStats) {
        self.playout.report(stats);
        stats.datagrams += self.counts.datagrams;
        stats.malformed += self.counts.malformed;
        stats.wrong_payload_type += self.counts.wrong_payload_type;
        stats.relay_dropped += self.counts.relay_dropped;
        stats.ingress_dropped += self.datagrams.dropped();
    }
}
