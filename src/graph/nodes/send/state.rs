//! What a sender consists of.

use crate::codec::{AudioEncoder, ByteTable, CodecSpec, Encoded};
use crate::graph::ParamId;
use crate::graph::nodes::send::beside::Beside;
use crate::graph::nodes::send::share::Share;
use crate::graph::nodes::send::succeed::Inherited;
use crate::quality::Level;
use crate::rtp::{Payloads, RTP_HEADER_BYTES, SendIdentity, Timeline};
use crate::types::{IoGroup, SampleRate};

/// Encodes what arrives into packets of a fixed time, or passes the far leg's packets on.
pub struct Send {
    pub(super) codec: CodecSpec,
    pub(super) rate: SampleRate,
    pub(super) encoder: Box<dyn AudioEncoder>,
    /// What it takes: 1, or 2 for left and right.
    pub(super) channels: usize,
    /// Left and right were those of a room in the last tick, else the same.
    pub(super) wide: bool,
    pub(super) timeline: Timeline,
    pub(super) io: IoGroup,
    pub(super) relay: bool,
    /// Makes this codec's payloads of the far leg's.
    pub(super) table: Option<&'static ByteTable>,
    /// In the last tick packets were passed on.
    pub(super) passing: bool,
    /// Samples in a packet, as all that counts samples here those of one channel.
    pub(super) length: usize,
    /// Samples of the next packet so far.
    pub(super) filled: usize,
    /// Their audio, of all channels, unless the codec encodes piece by piece.
    pub(super) frame: Vec<f32>,
    /// Timestamp of the first of them.
    pub(super) started: u64,
    /// Header and payload.
    pub(super) packet: Vec<u8>,
    /// The payload so far.
    pub(super) encoded: Encoded,
    pub(super) failed: bool,
    /// Packets go out.
    pub(super) transmits: bool,
    pub(super) inherited: Inherited,
    pub(super) share: Share,
    pub(super) sent: u64,
    pub(super) sent_bytes: u64,
    pub(super) relayed: u64,
    pub(super) egress_dropped: u64,
    pub(super) relay_dropped: u64,
    pub(super) level: Level,
    /// Apart, since most streams have audio alone.
    pub(super) beside: Option<Box<Beside>>,
}

impl Send {
    /// 1.0 passes the far leg's packets on undecoded, 0.0 encodes.
    pub const RELAY: ParamId = ParamId(0);
    /// Sends a telephone event: its code, plus 256 times its volume; the ramp is its duration.
    pub const DIGIT: ParamId = ParamId(1);
    /// Least time between two telephone events, in milliseconds.
    pub const DIGIT_GAP: ParamId = ParamId(2);
    /// 1.0 keeps the far leg's telephone events from this one.
    pub const MUTE: ParamId = ParamId(3);
    /// 0.0 sends no packets: time goes on, sequence numbers do not.
    pub const TRANSMIT: ParamId = ParamId(4);

    /// A stream of packets of `packet_ticks` × 10 ms. Allocates.
    pub fn new(codec: &CodecSpec, packet_ticks: usize, io: IoGroup, identity: SendIdentity) -> Self {
        let rate = codec.rate;
        let encoder = codec.leg_encoder();
        let channels = encoder.channels();
        let length = rate.per_tick() * packet_ticks;
        let frame = vec![0.0; if encoder.concatenates() { 0 } else { length * channels }];
        let packet = vec![0; RTP_HEADER_BYTES + encoder.max_payload(length)];
        Self {
            timeline: Timeline::new(identity, codec.payload_type, codec.clock_rate),
            codec: *codec,
            rate,
            encoder,
            channels,
            wide: false,
            io,
            relay: false,
            table: None,
            passing: false,
            length,
            filled: 0,
            frame,
            started: 0,
            packet,
            encoded: Encoded::NOTHING,
            failed: false,
            transmits: true,
            inherited: Inherited::default(),
            share: Share::default(),
            sent: 0,
            sent_bytes: 0,
            relayed: 0,
            egress_dropped: 0,
            relay_dropped: 0,
            level: Level::default(),
            beside: None,
        }
    }

    /// Lets packets that pass be converted by a table, or not. Real-time.
    pub(crate) fn convert_by(&mut self, table: Option<&'static ByteTable>) {
        self.table = table;
    }

    /// Sends no packets, if `silent`, until it is told to.
    pub(crate) fn silent(mut self, silent: bool) -> Self {
        self.transmits = !silent;
        self
    }

    /// Sends other payloads than the codec's as well. Allocates.
    pub fn with(mut self, payloads: Payloads) -> Self {
        let (ticks, bytes) = (self.length / self.rate.per_tick(), self.packet.len() - RTP_HEADER_BYTES);
        let beside = || Box::new(Beside::new(payloads, self.codec.clock_rate, ticks, bytes));
        self.beside = (!payloads.is_empty()).then(beside);
        self
    }

    /// What the detector of a voice takes for no speech goes out as comfort noise, where that is agreed on.
    pub fn suppressing(mut self, suppressing: bool) -> Self {
        if let Some(hush) = self.beside.as_mut().and_then(|beside| beside.hush.as_mut()) {
            hush.detects(suppressing);
        }
        self
    }

    pub(super) fn clock_ticks(&self, samples: usize) -> u64 {
        samples as u64 * u64::from(self.codec.clock_rate) / u64::from(self.rate.hz())
    }
}
