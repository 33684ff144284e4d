//! Opus packets to audio.

use crate::codec::audio::opus::config::check_format;
use crate::codec::audio::opus::deep::Deep;
use crate::codec::audio::opus::encoder::within_full_scale;
use crate::codec::audio::opus::error::OpusError;
use crate::codec::audio::opus::packet::{Mode, Packet};
use crate::codec::audio::opus::state::{DecoderState, Setting, soft_clip};
use crate::codec::{AudioDecoder, DecodeError, Recovered};
use crate::types::SampleRate;

/// Decodes packets of up to 120 ms, mono or stereo, at its own rate and number of channels whatever the
/// packets'. All of it is real-time: no allocation, bounded by the output's length.
#[derive(Clone)]
pub struct OpusDecoder {
    pub(super) state: DecoderState,
    pub(super) rate: SampleRate,
    pub(super) channels: usize,
    /// Coder of the last packet; `None` before the first.
    pub(super) mode: Option<Mode>,
    pub(super) paused: bool,
    /// 10 ms of concealment, of which the last `left` samples of all channels are not played yet.
    rest: Box<[f32]>,
    pub(super) left: usize,
    bend: [f32; 2],
    complexity: u8,
    inverts: bool,
    pub(super) deep: Deep,
}

impl OpusDecoder {
    /// A decoder at its start. Allocates.
    pub fn new(rate: SampleRate, channels: usize) -> Result<Self, OpusError> {
        check_format(rate, channels)?;
        let mut decoder = Self {
            state: DecoderState::new(rate, channels),
            rate,
            channels,
            mode: None,
            paused: false,
            rest: vec![0.0; rate.per_tick() * channels].into(),
            left: 0,
            bend: [0.0; 2],
            complexity: 0,
            inverts: true,
            deep: Deep::default(),
        };
        decoder.reset();
        Ok(decoder)
    }

    /// Effort for concealment, 0 to 10; 5 and up is the neural one, where libopus has it (`deep-plc`; some
    /// 440 µs for each 20 ms lost). `false`: this libopus has no such control. Default 0.
    pub fn set_complexity(&mut self, complexity: u8) -> bool {
        let taken = complexity <= 10 && self.state.set(Setting::Complexity, i32::from(complexity));
        if taken {
            self.complexity = complexity;
        }
        taken
    }

    /// Whether stereo may be restored with inverted phase, which mono players downstream hear as a hole. Default: yes.
    pub fn set_phase_inversion(&mut self, inverts: bool) {
        self.inverts = inverts;
        self.state.set(Setting::PhaseInversionDisabled, i32::from(!inverts));
    }

    /// The range that the coder arrived at in the last packet: the encoder's, if all is well (RFC 6716 §6.1).
    pub fn final_range(&mut self) -> u32 {
        self.state.final_range()
    }

    fn fill(&mut self, out: &mut [f32]) {
        if self.state.decode(None, out, false).is_err() {
            out.fill(0.0);
        }
        self.bound(out);
    }

    /// Audio within ±1, whatever the packet made of it.
    pub(super) fn bound(&mut self, out: &mut [f32]) {
        if self.bend == [0.0; 2] && within_full_scale(out) {
            return;
        }
        soft_clip(out, self.channels, &mut self.bend);
        if !within_full_scale(out) {
            out.iter_mut().filter(|sample| sample.is_nan() || sample.abs() > 1.0).for_each(|sample| *sample = 0.0);
            self.bend = [0.0; 2];
        }
    }
}

/// A packet that says that the sender pauses decodes to comfort noise, and so does concealment behind it.
/// `recover` wants room for the whole frame before `following`; what lies before that frame is concealed.
impl AudioDecoder for OpusDecoder {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn channels(&self) -> usize {
        self.channels
    }

    fn samples(&self, payload: &[u8]) -> Option<usize> {
        Packet::parse(payload).map(|packet| packet.samples(self.rate))
    }

    fn paused(&self) -> bool {
        self.paused
    }

    fn is_calm(&self, payload: &[u8]) -> bool {
        Packet::parse(payload).is_some_and(|packet| packet.is_calm())
    }

    fn decode(&mut self, payload: &[u8], out: &mut [f32]) -> Result<usize, DecodeError> {
        let packet = Packet::parse(payload).ok_or(DecodeError::Corrupt)?;
        let samples = packet.samples(self.rate);
        let room = out.len() / self.channels;
        let out = out.get_mut(..samples * self.channels).ok_or(DecodeError::TooLong { samples, room })?;
        let decoded = self.state.decode(Some(payload), out, false);
        (self.left, self.mode, self.paused) = (0, Some(packet.mode), packet.is_pause());
        if decoded != Ok(samples) {
            return Err(DecodeError::Corrupt);
        }
        self.bound(out);
        Ok(samples)
    }

    fn conceal(&mut self, out: &mut [f32]) -> bool {
        let Some(mode) = self.mode else { return false };
        let kept = self.left.min(out.len());
        let from = self.rest.len() - self.left;
        let (head, tail) = out.split_at_mut(kept);
        head.copy_from_slice(&self.rest[from..from + kept]);
        self.left -= kept;
        // Speech is concealed in steps of 10 ms: of a shorter one libopus throws the rest away, and jumps.
        let step = if mode == Mode::Celt { self.rest.len() / 4 } else { self.rest.len() };
        let (whole, part) = tail.split_at_mut(tail.len() / step * step);
        if !whole.is_empty() {
            self.fill(whole);
        }
        if !part.is_empty() {
            let mut rest = std::mem::take(&mut self.rest);
            let at = rest.len() - step;
            self.fill(&mut rest[at..]);
            part.copy_from_slice(&rest[at..at + part.len()]);
            self.left = step - part.len();
            self.rest = rest;
        }
        true
    }

    fn recover(&mut self, following: &[u8], out: &mut [f32]) -> bool {
        let Some(packet) = Packet::parse(following).filter(Packet::has_redundancy) else { return false };
        // libopus takes redundancy only in a stream of speech (its decoder conceals behind a transform frame).
        if !matches!(self.mode, Some(Mode::Silk | Mode::Hybrid)) {
            return false;
        }
        let Some(lead) = out.len().checked_sub(packet.frame_samples(self.rate) * self.channels) else { return false };
        let (before, covered) = out.split_at_mut(lead);
        if !before.is_empty() {
            self.conceal(before);
        }
        if self.state.decode(Some(following), covered, true).is_err() {
            covered.fill(0.0);
        }
        (self.left, self.mode, self.paused) = (0, Some(packet.mode), false);
        self.bound(covered);
        true
    }

    fn redundancy(&mut self, following: &[u8], most: usize) -> usize {
        self.reach(following, most)
    }

    fn recover_from(&mut self, following: &[u8], back: usize, out: &mut [f32]) -> Option<Recovered> {
        match self.in_band(following) {
            Some(frame) if (1..=frame).contains(&back) => {
                let out = out.get_mut(..frame * self.channels)?;
                let recovered = self.recover(following, out).then_some(Recovered { samples: back, deep: false })?;
                // Of a frame whose beginning was concealed already, the rest.
                out.copy_within((frame - back) * self.channels.., 0);
                Some(recovered)
            }
            _ => self.recover_deep(back, out),
        }
    }

    fn reset(&mut self) {
        self.state.restart();
        (self.mode, self.paused, self.left, self.bend) = (None, false, 0, [0.0; 2]);
        self.set_complexity(self.complexity);
        self.set_phase_inversion(self.inverts);
    }

    fn state_bytes(&self) -> usize {
        size_of::<Self>() + self.state.bytes() + size_of_val(&*self.rest) + self.deep.bytes()
    }
}
