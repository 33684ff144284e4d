//! Audio to Opus packets.

use crate::codec::audio::opus::config::{Bandwidth, OpusConfig, OpusError, RateControl};
use crate::codec::audio::opus::packet::Packet;
use crate::codec::audio::opus::state::{EncoderState, Figure, Setting};
use crate::codec::EncodeError;
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
        let state = EncoderState::new(config.channels);
        let mut encoder = Self { state, config, paused: false, lookahead: 0 };
        encoder.reset();
        encoder.lookahead = encoder.state.figure(Figure::Lookahead) as usize;
        Ok(encoder)
    }

    /// Rate of the audio.
    pub fn rate(&self) -> SampleRate {
        self.config.rate
    }

    /// Channels of the audio, interleaved.
    pub fn channels(&self) -> usize {
        self.config.channels
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

    /// Bytes of the state.
    pub fn state_bytes(&self) -> usize {
        self.state.bytes()
    }

    /// The longest payload there can be, whatever the frame.
    pub fn max_payload(&self) -> usize {
        self.config.max_payload
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

    /// Encodes interleaved audio (−1.0 to 1.0; louder is clipped, what is no number is silence) into the
    /// start of `out` and returns the payload's length; 0: nothing need be sent (DTX).
    ///
    /// Real-time: no allocation, O(frame); some 100 KiB of stack at 48 kHz.
    pub fn encode(&mut self, frame: &[f32], out: &mut [u8]) -> Result<usize, EncodeError> {
        let samples = frame.len() / self.config.channels;
        if !frame.len().is_multiple_of(self.config.channels) || !is_frame(samples, self.config.rate) {
            return Err(EncodeError::FrameLength { got: frame.len() });
        }
        let (needed, room) = (self.config.max_payload, out.len());
        let out = out.get_mut(..needed).ok_or(EncodeError::TooLong { needed, room })?;
        let loud = frame.iter().filter(|sample| !within(**sample)).count();
        let written = if loud == 0 { self.state.encode(frame, out) } else { encode_clipped(&mut self.state, frame, out) };
        // Lengths are checked above; an error that is left is one inside libopus, and costs this frame.
        let bytes = written.unwrap_or(0);
        let pause = out.get(..bytes).and_then(Packet::parse).is_some_and(|packet| packet.is_pause());
        // The first packet of a pause tells the receiver of it, those behind it say nothing new.
        let silent = self.config.dtx && pause && self.paused;
        self.paused = self.config.dtx && pause;
        Ok(if silent { 0 } else { bytes })
    }

    /// Takes over another's state and settings. Real-time. `false`, and nothing done, if rate, channels
    /// or application differ.
    pub fn copy_state(&mut self, from: &Self) -> bool {
        let key = |config: &OpusConfig| (config.rate, config.channels, config.application);
        let copied = key(&self.config) == key(&from.config) && self.state.copy_from(&from.state);
        if copied {
            (self.config, self.paused) = (from.config, from.paused);
        }
        copied
    }

    /// Forgets the audio, not the settings. Real-time.
    pub fn reset(&mut self) {
        let started = self.state.init(self.config.rate.hz(), self.config.application as i32);
        debug_assert!(started, "rate, channels and application were checked");
        self.paused = false;
        self.apply();
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
    }
}

/// The longest frame, 120 ms of two channels at 48 kHz.
const LONGEST: usize = 11_520;

/// Quarters of 10 ms that a packet may have.
fn is_frame(samples: usize, rate: SampleRate) -> bool {
    let quarter = rate.hz() as usize / 400;
    samples.is_multiple_of(quarter) && matches!(samples / quarter, 1 | 2 | 4 | 8 | 16 | 24 | 32 | 40 | 48)
}

fn within(sample: f32) -> bool {
    sample.abs() <= 1.0
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
