//! Conversion between sample rates: 10 ms in, 10 ms out, 2 ms later at most by default.
//!
//! A polyphase filter for any ratio of two rates. It does not follow clocks that drift (see `drift`).

use super::kernel::gcd;
use super::quality::Quality;
use super::rows::Rows;
use super::streams::Streams;
use crate::types::SampleRate;

/// Converts a stream of mono audio from one rate to another.
///
/// Its [`Quality`] says how flat it is, how far down aliases and images are, and how late it is; a tone of 1 kHz has
/// a SINAD of 95 dB at least. Every instruction set gives the same bits.
#[derive(Debug)]
pub struct Resampler {
    from: SampleRate,
    to: SampleRate,
    path: Path,
}

#[derive(Debug)]
enum Path {
    /// Equal rates.
    Copy,
    /// A block holds many outputs of each phase: vector lanes are outputs.
    Streams(Streams),
    /// A block holds few outputs of each phase: vector lanes are taps.
    Rows(Rows),
}

/// Samples in a tick at the highest rate.
const MOST: usize = SampleRate::HZ_48000.per_tick();

/// Outputs of one phase in a block from which `Streams` is the faster path: its lanes are full.
const WORTH_STREAMS: u32 = 8;

impl Resampler {
    /// Of the default quality. Designs the filter unless another resampler has it. Allocates.
    pub fn new(from: SampleRate, to: SampleRate) -> Self {
        Self::with_quality(from, to, Quality::default())
    }

    /// Of another quality. Designs the filter unless another resampler has it. Allocates.
    pub fn with_quality(from: SampleRate, to: SampleRate, quality: Quality) -> Self {
        let per_phase = gcd(from.per_tick() as u32, to.per_tick() as u32);
        let path = if from == to {
            Path::Copy
        } else if per_phase >= WORTH_STREAMS {
            Path::Streams(Streams::new(from, to, quality))
        } else {
            Path::Rows(Rows::new(from, to, quality))
        };
        Self { from, to, path }
    }

    /// Rate of the input.
    pub fn from(&self) -> SampleRate {
        self.from
    }

    /// Rate of the output.
    pub fn to(&self) -> SampleRate {
        self.to
    }

    /// Converts one tick: `from.per_tick()` samples of `input` to `to.per_tick()` samples of `output`.
    /// Input that is missing counts as silence; output beyond is left as it is.
    ///
    /// Real-time: no allocation (benches/codecs.rs).
    pub fn process(&mut self, input: &[f32], output: &mut [f32]) {
        let input = &input[..input.len().min(self.from.per_tick())];
        let wanted = output.len().min(self.to.per_tick());
        let output = &mut output[..wanted];
        match &mut self.path {
            Path::Copy => {
                let (copied, missing) = output.split_at_mut(input.len().min(wanted));
                copied.copy_from_slice(&input[..copied.len()]);
                missing.fill(0.0);
            }
            Path::Streams(streams) => streams.process(input, output),
            Path::Rows(rows) => rows.process(input, output),
        }
    }

    /// Begins as if the start of `input` had come before, mirrored: audio that sets in at full level
    /// is not faded in by a filter that knows silence only.
    ///
    /// Real-time: as one tick.
    pub fn prime(&mut self, input: &[f32]) {
        let (mut mirrored, mut unheard) = ([0.0; MOST], [0.0; MOST]);
        let length = input.len().min(self.from.per_tick());
        for (to, from) in mirrored[..length].iter_mut().zip(input[..length].iter().rev()) {
            *to = *from;
        }
        self.process(&mirrored[..length], &mut unheard[..self.to.per_tick()]);
    }

    /// Delay from input to output in output samples.
    pub fn delay(&self) -> usize {
        match &self.path {
            Path::Copy => 0,
            Path::Streams(streams) => streams.kernel().delay,
            Path::Rows(rows) => rows.kernel().delay,
        }
    }

    /// Forgets the past, as after construction.
    pub fn reset(&mut self) {
        match &mut self.path {
            Path::Copy => {}
            Path::Streams(streams) => streams.reset(),
            Path::Rows(rows) => rows.reset(),
        }
    }
}

/// Converts a whole recording in high quality, without delay: the output is as long in time, rounded up to a sample.
/// Allocates.
pub fn resample(samples: &[f32], from: SampleRate, to: SampleRate) -> Vec<f32> {
    let mut resampler = Resampler::with_quality(from, to, Quality::High);
    let length = (samples.len() as u64 * u64::from(to.hz())).div_ceil(u64::from(from.hz())) as usize;
    let delay = resampler.delay();
    let mut output = vec![0.0; (length + delay).next_multiple_of(to.per_tick())];
    let blocks = samples.chunks(from.per_tick()).chain(std::iter::repeat(&[][..]));
    for (block, out) in blocks.zip(output.chunks_mut(to.per_tick())) {
        resampler.process(block, out);
    }
    output.drain(..delay);
    output.truncate(length);
    output
}
