//! Taps: every frame of a point in a session, with its tick, for a recorder on an ordinary thread.

use std::io;
use std::path::Path;

use crate::graph::nodes::TapFrame;
use crate::rt::{Consumer, Producer, ring};
use crate::types::{Millis, SampleRate, Tick};

/// The reading end of a tap, for one ordinary thread.
#[derive(Debug)]
pub struct TapReader {
    frames: Consumer<TapFrame>,
    rate: SampleRate,
}

impl TapReader {
    /// Rate of the tap's audio.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    /// The next frame, or `None` when the reader has caught up.
    pub fn read(&mut self) -> Option<TapFrame> {
        self.frames.pop()
    }

    /// The session has gone and everything was read.
    pub fn is_finished(&self) -> bool {
        self.frames.is_abandoned() && self.frames.slots() == 0
    }
}

/// A tap's two ends, with room for `length` of audio. Allocates.
pub(crate) fn tap_ring(rate: SampleRate, length: Millis) -> (Producer<TapFrame>, TapReader) {
    let (writer, frames) = ring(length.ticks().max(1) as usize);
    (writer, TapReader { frames, rate })
}

/// Writes what a tap delivers to a WAV file at the place of its tick, with silence where frames are missing.
pub struct TapWriter {
    wav: hound::WavWriter<io::BufWriter<std::fs::File>>,
    per_tick: u64,
    /// The tick that the next sample written belongs to.
    next: Option<Tick>,
    gaps: u64,
}

impl TapWriter {
    /// Creates a 16-bit mono file. Allocates; for ordinary threads.
    pub fn create(path: impl AsRef<Path>, rate: SampleRate) -> Result<Self, hound::Error> {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: rate.hz(),
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let wav = hound::WavWriter::create(path, spec)?;
        Ok(Self { wav, per_tick: rate.per_tick() as u64, next: None, gaps: 0 })
    }

    /// Makes `tick` the start of the file; by default that is the tick of the first frame.
    pub fn start_at(&mut self, tick: Tick) {
        self.next.get_or_insert(tick);
    }

    /// Writes one frame at its place.
    pub fn write(&mut self, frame: &TapFrame) -> Result<(), hound::Error> {
        let next = *self.next.get_or_insert(frame.tick);
        let missing = frame.tick.0.saturating_sub(next.0);
        self.gaps += missing;
        for _ in 0..missing * self.per_tick {
            self.wav.write_sample(0i16)?;
        }
        for sample in frame.samples() {
            self.wav.write_sample(word(*sample))?;
        }
        self.next = Some(Tick(frame.tick.0 + 1));
        Ok(())
    }

    /// Frames of 10 ms that were missing and became silence.
    pub fn gaps(&self) -> u64 {
        self.gaps
    }

    /// Completes the file.
    pub fn finish(self) -> Result<(), hound::Error> {
        self.wav.finalize()
    }
}

/// A sample as files have it: ties away from zero, unlike those of codecs.
pub(crate) fn word(sample: f32) -> i16 {
    (sample * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16
}
