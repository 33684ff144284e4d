//! The start of a leg: datagrams in, 10 ms of audio out, whatever the network did.

use crate::buffer::{JitterConfig, Playout};
use crate::codec::CodecSpec;
use crate::graph::nodes::beside::Beside;
use crate::graph::nodes::intake::{Counts, Intake};
use crate::graph::{Io, Node, NodeEventKind, ParamId, ParamInfo, Ports};
use crate::quality::SessionStats;
use crate::rt::{ByteConsumer, prefault, prefetch};
use crate::rtp::Payloads;
use crate::types::{Micros, Millis, PayloadType, SampleRate};

/// Datagrams that a session looks at in one tick; a flood waits in its own ring and is dropped there.
const MAX_PER_TICK: usize = 64;

/// Furthest that an arrival may lie after its tick's nominal start, where a worker is a tick late
/// and no more. A time beyond it is a host's mistake, and one would hold the leg's playout back for good.
const LATEST_US: u64 = 100_000;

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
    /// Apart, since most streams have audio alone.
    beside: Option<Box<Beside>>,
}

impl Receive {
    /// 1.0 passes packets to the far leg undecoded, 0.0 decodes them.
    pub const RELAY: ParamId = ParamId(0);
    /// 1.0 keeps telephone events from the far leg; they are told all the same.
    pub const MUTE: ParamId = ParamId(1);

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
            beside: None,
        }
    }

    /// Takes other payloads than the codec's as well. Allocates.
    pub fn with(mut self, payloads: Payloads) -> Self {
        if payloads.comfort_noise.is_some() {
            self.playout = self.playout.with_comfort();
        }
        self.beside = (!payloads.is_empty()).then(|| Box::new(Beside::new(payloads, self.codec.clock_rate)));
        self
    }

    fn take(&mut self, io: &mut Io<'_>) {
        if let Some(beside) = &mut self.beside {
            beside.tick(io);
        }
        let latest = Micros(io.tick().start().0.saturating_add(LATEST_US));
        let mut intake = Intake {
            playout: &mut self.playout,
            counts: &mut self.counts,
            beside: self.beside.as_deref_mut(),
            heard: &mut self.heard,
            relay: self.relay,
            audio: self.payload_type,
            io,
        };
        for _ in 0..MAX_PER_TICK {
            if self.datagrams.pop(|record| intake.take(record, latest)).is_none() {
                break;
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
        &[
            ParamInfo { id: Receive::RELAY, name: "relay", min: 0.0, max: 1.0 },
            ParamInfo { id: Receive::MUTE, name: "mute_events", min: 0.0, max: 1.0 },
        ]
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
        match (param, &mut self.beside) {
            (Receive::RELAY, _) => self.relay = value >= 0.5,
            (Receive::MUTE, Some(beside)) => beside.muted = value >= 0.5,
            _ => {}
        }
    }

    fn report(&self, stats: &mut SessionStats) {
        self.playout.report(stats);
        stats.datagrams += self.counts.datagrams;
        stats.malformed += self.counts.malformed;
        stats.wrong_payload_type += self.counts.wrong_payload_type;
        stats.relay_dropped += self.counts.relay_dropped;
        stats.received += self.counts.apart;
        stats.digits_received += self.beside.as_ref().map_or(0, |beside| beside.digits);
        stats.ingress_dropped += self.datagrams.dropped();
    }
}
