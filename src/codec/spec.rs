//! One codec as a call uses it: which, under which payload type, at which rates, with which parameters.

use crate::codec::mono::{MonoDecoder, MonoEncoder};
use crate::codec::{AudioDecoder, AudioEncoder, ByteTable, CodecCost, CodecDelay, CodecKind};
use crate::types::{PayloadType, SampleRate};

/// A codec with what signalling agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CodecSpec {
    /// Which codec.
    pub kind: CodecKind,
    /// The payload type that its packets carry.
    pub payload_type: PayloadType,
    /// Rate of the audio.
    pub rate: SampleRate,
    /// Rate of the RTP timestamps, in hertz. Not the audio's rate for every codec (RFC 3551 §4.5.2).
    pub clock_rate: u32,
    /// Channels of the audio, interleaved.
    pub channels: u8,
    /// What fmtp says.
    pub params: CodecParams,
}

/// What a codec's fmtp says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CodecParams {
    /// The codec's defaults.
    #[default]
    None,
    /// Whether silence descriptors of G.729 Annex B are taken; they are by default.
    G729 {
        /// What `annexb` says.
        annex_b: bool,
    },
    /// How Opus encodes, and what the peer asks of it.
    #[cfg(feature = "opus")]
    Opus(crate::codec::audio::opus::OpusParams),
    /// Whatever a user's own codec makes of its fmtp.
    Custom(u64),
}

impl CodecParams {
    /// `read` from fmtp, with what fmtp does not tell kept.
    pub(super) fn with_wishes_of(self, read: Self) -> Self {
        match (self, read) {
            #[cfg(feature = "opus")]
            (Self::Opus(kept), Self::Opus(read)) => Self::Opus(kept.wishes(read.wishes)),
            (_, read) => read,
        }
    }
}

impl CodecSpec {
    /// G.711 µ-law at 8 kHz, payload type 0.
    pub const fn pcmu() -> Self {
        Self::of(CodecKind::Pcmu, static_type(0), SampleRate::HZ_8000, 8_000)
    }

    /// G.711 A-law at 8 kHz, payload type 8.
    pub const fn pcma() -> Self {
        Self::of(CodecKind::Pcma, static_type(8), SampleRate::HZ_8000, 8_000)
    }

    /// G.722: audio at 16 kHz, timestamps at 8 kHz, payload type 9.
    pub const fn g722() -> Self {
        Self::of(CodecKind::G722, static_type(9), SampleRate::HZ_16000, 8_000)
    }

    /// G.729 at 8 kHz with pauses if the peer takes them (Annex B), payload type 18.
    pub const fn g729() -> Self {
        Self::of(CodecKind::G729, static_type(18), SampleRate::HZ_8000, 8_000)
    }

    /// Linear 16-bit samples, mono, at `rate`, under a dynamic payload type.
    pub const fn l16(rate: SampleRate, payload_type: PayloadType) -> Self {
        Self::of(CodecKind::L16, payload_type, rate, rate.hz())
    }

    /// Opus, mono audio at `rate` (8, 12, 16, 24 or 48 kHz), under a dynamic payload type. Its clock runs at 48 kHz.
    #[cfg(feature = "opus")]
    pub const fn opus(rate: SampleRate, payload_type: PayloadType) -> Self {
        Self::of(CodecKind::Opus, payload_type, rate, 48_000)
    }

    /// Opus that encodes like `config`, from audio at its rate and of its channels, under a dynamic payload type.
    #[cfg(feature = "opus")]
    pub fn opus_with(config: crate::codec::audio::opus::OpusConfig, payload_type: PayloadType) -> Self {
        let mut spec = Self::opus(config.rate, payload_type);
        spec.channels = config.channels as u8;
        spec.params = CodecParams::Opus(crate::codec::audio::opus::OpusParams::new(config));
        spec
    }

    /// A codec, mono and without parameters, with audio at `rate` and timestamps at `clock_rate`.
    pub const fn of(kind: CodecKind, payload_type: PayloadType, rate: SampleRate, clock_rate: u32) -> Self {
        Self { kind, payload_type, rate, clock_rate, channels: 1, params: CodecParams::None }
    }

    /// The same codec under another payload type.
    pub const fn under(mut self, payload_type: PayloadType) -> Self {
        self.payload_type = payload_type;
        self
    }

    /// Encoding name of RTP: `PCMU`.
    pub fn name(&self) -> &'static str {
        self.kind.name()
    }

    /// A decoder at its start. Allocates.
    pub fn decoder(&self) -> Box<dyn AudioDecoder> {
        self.kind.codec().decoder(self)
    }

    /// An encoder at its start. Allocates.
    pub fn encoder(&self) -> Box<dyn AudioEncoder> {
        self.kind.codec().encoder(self)
    }

    /// A decoder whose audio is mono, the mean of the codec's channels. Allocates.
    pub fn mono_decoder(&self) -> Box<dyn AudioDecoder> {
        let decoder = self.decoder();
        if decoder.channels() == 1 { decoder } else { Box::new(MonoDecoder::new(decoder)) }
    }

    /// An encoder that takes mono audio, for each of the codec's channels. Allocates.
    pub fn mono_encoder(&self) -> Box<dyn AudioEncoder> {
        let encoder = self.encoder();
        if encoder.channels() == 1 { encoder } else { Box::new(MonoEncoder::new(encoder)) }
    }

    /// An encoder for a leg: it takes left and right, interleaved, if the codec has two channels, else mono. Allocates.
    pub(crate) fn leg_encoder(&self) -> Box<dyn AudioEncoder> {
        let encoder = self.encoder();
        if encoder.channels() <= 2 { encoder } else { Box::new(MonoEncoder::new(encoder)) }
    }

    /// Largest payload in bytes for `samples` samples of each channel.
    pub fn payload_bytes(&self, samples: usize) -> usize {
        self.kind.codec().payload_bytes(self, samples)
    }

    /// Samples of each channel in a payload; 0 if it is not of this codec. Real-time.
    pub fn payload_samples(&self, payload: &[u8]) -> usize {
        self.kind.codec().payload_samples(self, payload)
    }

    /// A payload of one is a payload of the other, whatever the payload types: packets can be relayed.
    pub fn same_payload(&self, other: &Self) -> bool {
        self.kind == other.kind && self.kind.codec().same_payload(self, other)
    }

    /// What this side may send to a peer that takes `theirs`; `None` if the two do not go together.
    pub fn agree(&self, theirs: &Self) -> Option<Self> {
        if self.kind == theirs.kind { self.kind.codec().agree(self, theirs) } else { None }
    }

    /// The table that makes payloads of `other` of payloads of this one, bit for bit as decoding and
    /// encoding would.
    pub fn table_to(&self, other: &Self) -> Option<&'static ByteTable> {
        self.kind.codec().table_to(self, other)
    }

    /// Nanoseconds for 10 ms at the spec's rate and channels of what takes `per_80` for 80 samples.
    pub fn scaled_cost(&self, per_80: u32) -> u32 {
        (self.rate.per_tick() as u32 * u32::from(self.channels) * per_80).div_ceil(80)
    }

    /// Delay of its two halves beyond a packet's duration.
    pub fn delay(&self) -> CodecDelay {
        self.kind.codec().delay(self)
    }

    /// Declared cost of 10 ms.
    pub fn cost(&self) -> CodecCost {
        self.kind.codec().cost(self)
    }
}

/// A payload type of RFC 3551's static table.
const fn static_type(value: u8) -> PayloadType {
    match PayloadType::new(value) {
        Some(payload_type) => payload_type,
        None => panic!("static payload types are below 35"),
    }
}
