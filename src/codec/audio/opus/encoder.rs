//! Audio to Opus packets.

use std::any::Any;

use crate::codec::audio::opus::config::{Bandwidth, OpusConfig, RateControl};
use crate::codec::audio::opus::error::OpusError;
use crate::codec::audio::opus::packet::Packet;
use crate::codec::audio::opus::state::{EncoderState, Figure, Setting};
use crate::codec::{AudioEncoder, EncodeError, Encoded, EncoderParam};
use crate::types::SampleRate;

/// Encodes frames of 2.5, 5, 10, 20, 40, 60, 80, 100 or 120 ms to one packet each.
#[derive(Clone)]
pub struct OpusEncoder {
    state: EncoderState,
    config: OpusConfig,
    /// The last packet said that the sender pauses: another that says no more need not be sent.
    paused: bool,
    lookahead: usize,
}

impl OpusEncoder {
    /// An encoder at its start. Allocates.
    pub fn new(config: OpusConfig) -> Result<Self, OpusError> {
        config.check()?;
        let state = EncoderState::new(&config);
        let mut encoder = Self { state, config, paused: false, lookahead: 0 };
        encoder.reset();
        encoder.lookahead = encoder.state.figure(Figure::Lookahead) as usize;
        Ok(encoder)
    }

    /// The settings in force.
    pub fn config(&self) -> &OpusConfig {
        &self.config
    }

    /// Samples per channel by which the decoded audio is behind: what a container calls pre-skip.
    pub fn lookahead(&self) -> usize {
        self.lookahead
    }

    /// The coder's last range, which a decoder of the same packet must arrive at (RFC 6716 §6.1).
    pub fn final_range(&mut self) -> u32 {
        self.state.figure(Figure::FinalRange)
    }

    /// Goes on with other settings. Real-time. Rate, channels and application stay what they are; an
    /// error leaves all as it was.
    pub fn configure(&mut self, config: OpusConfig) -> Result<(), OpusError> {
        let OpusConfig { rate, channels, application, .. } = self.config;
        let config = OpusConfig { rate, channels, application, ..config };
        config.check()?;
        self.config = config;
        self.apply();
        Ok(())
    }

    fn apply(&mut self) {
        let OpusConfig { rate_control, max_bandwidth, .. } = self.config;
        let widest = if max_bandwidth == Bandwidth::Auto { Bandwidth::Fullband } else { max_bandwidth };
        let bitrate = self.config.bitrate.map_or(audiopus::ffi::OPUS_AUTO, |bitrate| bitrate as i32);
        let settings = [
            (Setting::Vbr, i32::from(rate_control != RateControl::Constant)),
            (Setting::VbrConstraint, i32::from(rate_control == RateControl::Constrained)),
            (Setting::Bitrate, bitrate),
            (Setting::Complexity, i32::from(self.config.complexity)),
            (Setting::Signal, self.config.signal as i32),
            (Setting::MaxBandwidth, widest as i32),
            (Setting::PredictionDisabled, i32::from(!self.config.prediction)),
            (Setting::InbandFec, i32::from(self.config.fec)),
            (Setting::PacketLoss, i32::from(self.config.expected_loss)),
            (Setting::Dtx, i32::from(self.config.dtx)),
        ];
        for (setting, value) in settings {
            let taken = self.state.set(setting, value);
            debug_assert!(taken, "{setting:?} {value} was checked");
        }
        // A libopus without it refuses, and needs no telling.
        self.state.set(Setting::Dred, self.config.dred.0 as i32 / 10);
    }
}

/// A frame is 2.5, 5, 10, 20, 40, 60, 80, 100 or 120 ms long. What is no number is encoded as silence.
///
/// Real-time, `fork` apart; a call takes up to 62 KiB of stack, 108 if it has to clip (120 ms of stereo at 48 kHz).
impl AudioEncoder for OpusEncoder {
    fn rate(&self) -> SampleRate {
        self.config.rate
    }

    fn channels(&self) -> usize {
        self.config.channels
    }

    fn max_payload(&self, _: usize) -> usize {
        self.config.max_payload
    }

    fn encode(&mut self, frame: &[f32], out: &mut [u8]) -> Result<Encoded, EncodeError> {
        let samples = frame.len() / self.config.channels;
        if !frame.len().is_multiple_of(self.config.channels) || !is_frame(samples, self.config.rate) {
            return Err(EncodeError::FrameLength { got: samples });
        }
        let (needed, room) = (self.config.max_payload, out.len());
        let out = out.get_mut(..needed).ok_or(EncodeError::TooLong { needed, room })?;
        let clean = within_full_scale(frame);
        let written = if clean { self.state.encode(frame, out) } else { encode_clipped(&mut self.state, frame, out) };
        // Lengths are checked above; an error that is left is one inside libopus, and costs this frame.
        let bytes = written.unwrap_or(0);
        let paused =
            self.config.dtx && out.get(..bytes).and_then(Packet::parse).is_some_and(|packet| packet.is_pause());
        // The first packet of a pause tells the receiver of it, those behind it say nothing new.
        let told = std::mem::replace(&mut self.paused, paused) && paused;
        Ok(Encoded { bytes: if told { 0 } else { bytes }, skipped: 0, paused })
    }

    fn set(&mut self, param: EncoderParam, value: i32) -> bool {
        let Ok(value) = u32::try_from(value) else { return false };
        let mut config = self.config;
        match param {
            EncoderParam::Bitrate => config.bitrate = Some(value),
            EncoderParam::Complexity => config.complexity = u8::try_from(value).unwrap_or(u8::MAX),
            EncoderParam::ExpectedLoss => config.expected_loss = u8::try_from(value).unwrap_or(u8::MAX),
            EncoderParam::Fec => config.fec = value != 0,
            EncoderParam::Dtx => config.dtx = value != 0,
            EncoderParam::Bandwidth => config.max_bandwidth = band(value),
            EncoderParam::Prediction => config.prediction = value != 0,
        }
        self.configure(config).is_ok()
    }

    fn fork(&self) -> Box<dyn AudioEncoder> {
        Box::new(self.clone())
    }

    fn copy_state(&mut self, from: &dyn AudioEncoder) -> bool {
        let Some(from) = (from as &dyn Any).downcast_ref::<Self>() else { return false };
        let copied = self.state.copy_from(&from.state);
        if copied {
            (self.config, self.paused) = (from.config, from.paused);
        }
        copied
    }

    fn state_bytes(&self) -> usize {
        size_of::<Self>() + self.state.bytes()
    }

    fn reset(&mut self) {
        self.state.restart();
        self.paused = false;
        self.apply();
    }
}

/// The narrowest band that holds frequencies up to `hz` (RFC 6716 §2, table 1).
pub(super) fn band(hz: u32) -> Bandwidth {
    match hz {
        0..=4_000 => Bandwidth::Narrowband,
        4_001..=6_000 => Bandwidth::Mediumband,
        6_001..=8_000 => Bandwidth::Wideband,
        8_001..=12_000 => Bandwidth::Superwideband,
        _ => Bandwidth::Fullband,
    }
}

/// The longest frame, 120 ms of two channels at 48 kHz.
const LONGEST: usize = 11_520;

fn is_frame(samples: usize, rate: SampleRate) -> bool {
    let quarter = rate.hz() as usize / 400;
    samples.is_multiple_of(quarter) && matches!(samples / quarter, 1 | 2 | 4 | 8 | 16 | 24 | 32 | 40 | 48)
}

/// Whether all samples are numbers from −1 to 1. Without a branch, so that it is done eight at a time.
pub(super) fn within_full_scale(audio: &[f32]) -> bool {
    audio.iter().fold(true, |within, sample| within & (sample.abs() <= 1.0))
}

/// The rare way: out of line, so that only it pays for its stack.
#[cold]
#[inline(never)]
fn encode_clipped(state: &mut EncoderState, frame: &[f32], out: &mut [u8]) -> Result<usize, i32> {
    let mut clipped = [0.0; LONGEST];
    for (clean, &sample) in clipped.iter_mut().zip(frame) {
        *clean = if sample.is_nan() { 0.0 } else { sample.clamp(-1.0, 1.0) };
    }
    state.encode(clipped.get(..frame.len()).unwrap_or_default(), out)
}
