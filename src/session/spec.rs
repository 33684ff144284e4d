//! What a session is to be: codec, packet times, jitter bounds, identity on the wire.

use crate::buffer::JitterConfig;
use crate::codec::{CodecSpec, VideoCodec};
use crate::mixer::talkers::Dbov;
use crate::processing::format::Quality;
use crate::processing::pipeline::ProcessingSpec;
use crate::rtp::Payloads;
use crate::session::standing::Standing;
use crate::session::{Cue, ExternalSpec, Source, SpecError};
use crate::types::{IoGroup, Millis, PayloadType, Ssrc, TICK_MS, WorkerId};

/// Describes one session; every field has a default but the codec.
#[derive(Clone, Debug)]
pub struct SessionSpec {
    pub(crate) codec: CodecSpec,
    pub(crate) also: Vec<CodecSpec>,
    pub(crate) send: Option<CodecSpec>,
    pub(crate) send_as: Option<PayloadType>,
    pub(crate) ptime: Millis,
    pub(crate) jitter: JitterConfig,
    pub(crate) io: IoGroup,
    pub(crate) ssrc: Option<Ssrc>,
    pub(crate) sequence: Option<u16>,
    pub(crate) timestamp: Option<u32>,
    pub(crate) ingress_bytes: Option<usize>,
    pub(crate) worker: Option<WorkerId>,
    pub(crate) relay: bool,
    pub(crate) audio_level: Option<u8>,
    pub(crate) gate: Option<Dbov>,
    pub(crate) payloads: Payloads,
    /// What comes beside the codec, where that is not what is sent.
    pub(crate) expected: Option<Payloads>,
    /// What a detector takes for no speech is sent as comfort noise.
    pub(crate) suppresses: bool,
    pub(crate) resampling: Quality,
    pub(crate) opaque: Option<Vec<VideoCodec>>,
    pub(crate) external: Option<ExternalSpec>,
    pub(crate) player: Option<(Source, Cue)>,
    pub(crate) processing: ProcessingSpec,
    pub(crate) standing: Standing,
    pub(crate) early: bool,
    pub(crate) copied: bool,
}

/// Codecs that a session takes besides its own.
pub(super) const MOST_ALSO: usize = 4;

/// Largest datagram in bytes that a session takes: Ethernet's payload.
pub(crate) const MAX_DATAGRAM: usize = 1_500;

impl SessionSpec {
    /// A session that receives and sends `codec`, in packets of 20 ms.
    pub fn new(codec: CodecSpec) -> Self {
        Self {
            codec,
            also: Vec::new(),
            send: None,
            send_as: None,
            ptime: Millis(20),
            jitter: JitterConfig::default(),
            io: IoGroup::default(),
            ssrc: None,
            sequence: None,
            timestamp: None,
            ingress_bytes: None,
            worker: None,
            relay: true,
            audio_level: None,
            gate: None,
            payloads: Payloads::default(),
            expected: None,
            suppresses: false,
            resampling: Quality::default(),
            opaque: None,
            external: None,
            player: None,
            processing: ProcessingSpec::default(),
            standing: Standing::default(),
            early: false,
            copied: false,
        }
    }

    /// Takes packets of `codec` as well, told by their payload type: the party may change to it by
    /// itself at any time. Up to four; their audio is heard at the rate of the session's own codec.
    pub fn also_receive(mut self, codec: CodecSpec) -> Self {
        self.also.push(codec);
        self
    }

    /// Sends another codec than is received.
    pub fn send(mut self, codec: CodecSpec) -> Self {
        self.send = Some(codec);
        self
    }

    /// Sends under another payload type than packets are received under.
    pub fn send_as(mut self, payload_type: PayloadType) -> Self {
        self.send_as = Some(payload_type);
        self
    }

    /// Audio in each packet sent: 10 to 60 ms in steps of 10, 20 by default. Packets received may have any length.
    pub fn ptime(mut self, ptime: Millis) -> Self {
        self.ptime = ptime;
        self
    }

    /// Bounds of the jitter buffer.
    pub fn jitter(mut self, jitter: JitterConfig) -> Self {
        self.jitter = jitter;
        self
    }

    /// The group of sessions whose datagrams one I/O thread sends; 0 by default.
    pub fn io(mut self, io: IoGroup) -> Self {
        self.io = io;
        self
    }

    /// SSRC of the packets sent; drawn from the engine's seed by default.
    pub fn ssrc(mut self, ssrc: Ssrc) -> Self {
        self.ssrc = Some(ssrc);
        self
    }

    /// First sequence number sent; drawn by default (RFC 3550 §5.1).
    pub fn sequence(mut self, sequence: u16) -> Self {
        self.sequence = Some(sequence);
        self
    }

    /// First timestamp sent; drawn by default (RFC 3550 §5.1).
    pub fn timestamp(mut self, timestamp: u32) -> Self {
        self.timestamp = Some(timestamp);
        self
    }

    /// Bytes of the ingress ring; by default room for 8 of the codec's packets of 60 ms, and for a second of
    /// packets of 20 ms where that is not more than 16 KiB (12 KiB for G.711), as a network that was away delivers them.
    pub fn ingress_bytes(mut self, bytes: usize) -> Self {
        self.ingress_bytes = Some(bytes);
        self
    }

    /// Places the session on this worker instead of the least loaded one.
    pub fn worker(mut self, worker: WorkerId) -> Self {
        self.worker = Some(worker);
        self
    }

    /// Whether a bridge may pass this session's packets on undecoded when nothing needs the audio; on by default.
    pub fn relay(mut self, relay: bool) -> Self {
        self.relay = relay;
        self
    }

    /// Packets that come tell how loud they are in the header extension of this local identifier (RFC 6464), 1 to 255: in a room that
    /// chooses talkers, the silent ones need not be decoded.
    pub fn audio_level(mut self, id: u8) -> Self {
        self.audio_level = Some(id);
        self
    }

    /// In a room that chooses talkers: what is not as loud as this is no speech of this session, whatever the room's own
    /// gate ([`RoomSpec::gate`](crate::RoomSpec::gate)).
    pub fn gate(mut self, gate: Dbov) -> Self {
        self.gate = Some(gate);
        self
    }

    /// Checks everything at once.
    pub fn validate(&self) -> Result<(), SpecError> {
        let Millis(ms) = self.ptime;
        let allowed = self.sends().kind.codec().allows(self.ptime);
        if !(TICK_MS..=60).contains(&ms) || !ms.is_multiple_of(TICK_MS) || !allowed {
            return Err(SpecError::Ptime(ms));
        }
        if self.also.len() > MOST_ALSO {
            return Err(SpecError::Codecs(self.also.len()));
        }
        let types: Vec<_> = self.receives().iter().map(|codec| codec.payload_type).collect();
        if let Some(twice) = (1..types.len()).find(|at| types[..*at].contains(&types[*at])) {
            return Err(SpecError::PayloadType(types[twice].value()));
        }
        self.validate_opaque()?;
        self.validate_external()?;
        self.jitter.validate()?;
        self.processing.check()?;
        self.payloads.validate(self.sends().payload_type)?;
        for codec in self.receives() {
            self.expected().validate(codec.payload_type)?;
        }
        match self.ingress_bytes {
            Some(got) if got < 4 * 1_024 => Err(SpecError::IngressRing { got, needed: 4 * 1_024 }),
            _ => Ok(()),
        }
    }
}
