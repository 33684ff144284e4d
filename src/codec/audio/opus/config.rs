//! How an Opus encoder is asked to encode.

pub use audiopus::{Application, Bandwidth, Signal};

use crate::codec::audio::opus::error::OpusError;
use crate::types::{Millis, SampleRate};

/// How the bit rate is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RateControl {
    /// As many bits as the sound asks for; the bit rate is an average over time.
    Variable,
    /// Variable, but never later than a packet of the average rate would be.
    #[default]
    Constrained,
    /// Every packet has the same size.
    Constant,
}

/// Settings of an encoder. All but rate, channels and application may change while it encodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpusConfig {
    /// Rate of the audio: 8, 12, 16, 24 or 48 kHz. The packets do not tell it: any decoder takes them at any rate.
    pub rate: SampleRate,
    /// 1, or 2 with interleaved samples.
    pub channels: usize,
    /// What the sound is for. Default: voice calls.
    pub application: Application,
    /// How the bit rate is kept. Default: constrained.
    pub rate_control: RateControl,
    /// Bits per second, 6 000 to 510 000 (RFC 6716 §2.1.1). `None`, the default: libopus chooses by rate
    /// and channels.
    pub bitrate: Option<u32>,
    /// 0 to 10, cheapest to best. Default 9: what 10 adds is not heard in speech, and costs a tenth more.
    pub complexity: u8,
    /// What the sound is, if known. Default: libopus listens.
    pub signal: Signal,
    /// The widest band that is sent. Default: all that the rate holds.
    pub max_bandwidth: Bandwidth,
    /// Whether frames may lean on earlier ones. Without, a loss ends with the packet, at some bit rate. Default: yes.
    pub prediction: bool,
    /// Whether packets repeat the audio before them at a lower rate (in-band FEC). libopus spends bits
    /// on it only if `expected_loss` is not 0. Default: no.
    pub fec: bool,
    /// Share of packets that get lost, in percent. Default 0.
    pub expected_loss: u8,
    /// Whether nothing is sent while nobody speaks. Default: no.
    pub dtx: bool,
    /// How far back packets carry the sound coarsely in deep redundancy: up to 1 040 ms, in steps of 10. Takes bits from
    /// the audio, some 0.55 of those beyond 12 kbit/s: at 32 kbit/s without `fec`, 500 ms are a good choice; with
    /// `fec` there is no room below 48. Only with the feature `dred`; 0, the default, is none.
    pub dred: Millis,
    /// No payload is longer than this many bytes; libopus lowers the bit rate where it must. Default 1 276,
    /// one frame of the longest kind, which fits a datagram of 1 500 bytes.
    pub max_payload: usize,
}

impl OpusConfig {
    /// Speech or music of `channels` channels at `rate`, with the defaults of the fields.
    pub const fn new(rate: SampleRate, channels: usize) -> Self {
        Self {
            rate,
            channels,
            application: Application::Voip,
            rate_control: RateControl::Constrained,
            bitrate: None,
            complexity: 9,
            signal: Signal::Auto,
            max_bandwidth: Bandwidth::Fullband,
            prediction: true,
            fec: false,
            expected_loss: 0,
            dtx: false,
            dred: Millis(0),
            max_payload: 1_276,
        }
    }

    /// What the sound is for.
    pub const fn application(self, application: Application) -> Self {
        Self { application, ..self }
    }

    /// How the bit rate is kept.
    pub const fn rate_control(self, rate_control: RateControl) -> Self {
        Self { rate_control, ..self }
    }

    /// Bits per second.
    pub const fn bitrate(self, bits_per_second: u32) -> Self {
        Self { bitrate: Some(bits_per_second), ..self }
    }

    /// Cheapest (0) to best (10).
    pub const fn complexity(self, complexity: u8) -> Self {
        Self { complexity, ..self }
    }

    /// What the sound is.
    pub const fn signal(self, signal: Signal) -> Self {
        Self { signal, ..self }
    }

    /// The widest band that is sent.
    pub const fn max_bandwidth(self, max_bandwidth: Bandwidth) -> Self {
        Self { max_bandwidth, ..self }
    }

    /// Whether frames may lean on earlier ones.
    pub const fn prediction(self, prediction: bool) -> Self {
        Self { prediction, ..self }
    }

    /// In-band FEC for a network that loses `expected_loss` percent of the packets.
    pub const fn fec(self, expected_loss: u8) -> Self {
        Self { fec: true, expected_loss, ..self }
    }

    /// Whether nothing is sent while nobody speaks.
    pub const fn dtx(self, dtx: bool) -> Self {
        Self { dtx, ..self }
    }

    /// How far back packets carry the sound in deep redundancy.
    pub const fn dred(self, dred: Millis) -> Self {
        Self { dred, ..self }
    }

    /// The longest payload in bytes.
    pub const fn max_payload(self, max_payload: usize) -> Self {
        Self { max_payload, ..self }
    }

    /// Bits per second that libopus chooses by itself for packets of 20 ms and more.
    pub(super) fn usual_bitrate(&self) -> u32 {
        3_000 + self.rate.hz() * self.channels as u32
    }

    /// The nearest settings that Opus has, rate and channels apart.
    pub(super) fn clamped(self) -> Self {
        Self {
            bitrate: self.bitrate.map(|bitrate| bitrate.clamp(6_000, 510_000)),
            complexity: self.complexity.min(10),
            expected_loss: self.expected_loss.min(100),
            dred: Millis(self.dred.0.min(MAX_DRED_MS) / 10 * 10),
            max_payload: self.max_payload.clamp(MIN_PAYLOAD, MAX_PAYLOAD),
            ..self
        }
    }

    /// Says what libopus would refuse.
    pub fn check(&self) -> Result<(), OpusError> {
        check_format(self.rate, self.channels)?;
        match *self {
            Self { bitrate: Some(bitrate), .. } if !(6_000..=510_000).contains(&bitrate) => {
                Err(OpusError::Bitrate(bitrate))
            }
            Self { complexity, .. } if complexity > 10 => Err(OpusError::Complexity(complexity)),
            Self { expected_loss, .. } if expected_loss > 100 => Err(OpusError::ExpectedLoss(expected_loss)),
            Self { dred: Millis(ms), .. } if ms > MAX_DRED_MS || !ms.is_multiple_of(10) => Err(OpusError::Dred(ms)),
            Self { max_payload, .. } if !(MIN_PAYLOAD..=MAX_PAYLOAD).contains(&max_payload) => {
                Err(OpusError::MaxPayload(max_payload))
            }
            _ => Ok(()),
        }
    }
}

/// What libopus can run at.
pub(super) fn check_format(rate: SampleRate, channels: usize) -> Result<(), OpusError> {
    if ![8_000, 12_000, 16_000, 24_000, 48_000].contains(&rate.hz()) {
        return Err(OpusError::Rate(rate));
    }
    if matches!(channels, 1 | 2) { Ok(()) } else { Err(OpusError::Channels(channels)) }
}

/// Deep redundancy that there is: none where it is not compiled in.
const MAX_DRED_MS: u32 = if cfg!(feature = "dred") { 1_040 } else { 0 };
/// Below this, libopus sends 120 ms without sound.
const MIN_PAYLOAD: usize = 40;
/// Six frames of 20 ms at the format's limit.
const MAX_PAYLOAD: usize = 7_656;
