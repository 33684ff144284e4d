//! Conversion between two clocks: a resampler whose ratio can be steered while it runs.
//!
//! It follows the drift that it is told. It does not measure drift (a buffer's fill does), and does not buffer.

use super::quality::Quality;
use super::steered::{ONE, SteeredFilter};
use crate::types::SampleRate;

/// Converts a stream of mono audio to the same or another rate by another clock: polyphase, with the coefficients
/// interpolated between places.
///
/// Band, attenuation and delay are those of its [`Quality`]; a tone of 1 kHz keeps a SINAD of 95 dB while the ratio
/// is steered. Steering moves the speed, never the place, so it makes no click.
#[derive(Debug)]
pub struct DriftResampler {
    from: SampleRate,
    to: SampleRate,
    /// Its position is counted from the block's first input.
    filter: SteeredFilter,
    /// The last `taps` inputs of the past, then a block's.
    inputs: Vec<f32>,
}

impl DriftResampler {
    /// Farthest that the ratio can be steered from the nominal one, in parts per million. Crystals differ by 200.
    pub const MAX_DRIFT: f32 = SteeredFilter::MAX_DRIFT;

    /// Without drift as yet. Designs the filter unless another has it. Allocates.
    pub fn new(from: SampleRate, to: SampleRate, quality: Quality) -> Self {
        let filter = SteeredFilter::new(from, to, quality);
        let inputs = vec![0.0; filter.taps() + from.per_tick()];
        Self { from, to, filter, inputs }
    }

    /// Steers: `ppm` parts per million more samples out than the rates say (fewer when negative), as when the clock
    /// that takes the output runs that much faster than the one that gives the input. Clipped at
    /// [`Self::MAX_DRIFT`]; NaN is 0.
    ///
    /// Real-time; effective from the next sample.
    pub fn set_drift(&mut self, ppm: f32) {
        self.filter.set_drift(ppm);
    }

    /// The drift that is followed, in parts per million.
    pub fn drift(&self) -> f32 {
        self.filter.drift()
    }

    /// Most samples that one call of [`Self::process`] gives: one more than the rate says.
    pub fn max_output(&self) -> usize {
        self.to.per_tick() + 1
    }

    /// Converts up to one tick of `input`; returns how many samples of `output` were written. A whole tick gives
    /// `to.per_tick()` of them, one more or one less. Input beyond a tick is left out; output for which there is no
    /// room is lost.
    ///
    /// Real-time: no allocation; twice the products of a resampler with a fixed ratio (benches/codecs.rs).
    pub fn process(&mut self, input: &[f32], output: &mut [f32]) -> usize {
        let input = &input[..input.len().min(self.from.per_tick())];
        let past = self.filter.taps();
        self.inputs[past..][..input.len()].copy_from_slice(input);
        let end = input.len() as u64 * ONE;
        let due = end.saturating_sub(self.filter.position).div_ceil(self.filter.step) as usize;
        let written = due.min(output.len());
        self.filter.run(&self.inputs, &mut output[..written]);
        // What had no room is lost, and its time passes.
        self.filter.position += (due - written) as u64 * self.filter.step;
        self.filter.position -= end;
        self.inputs.copy_within(input.len()..input.len() + past, 0);
        written
    }

    /// Delay from input to output in input samples.
    pub fn delay(&self) -> usize {
        self.filter.delay()
    }

    /// Rate of the input by its own clock.
    pub fn from(&self) -> SampleRate {
        self.from
    }

    /// Rate of the output by its own clock.
    pub fn to(&self) -> SampleRate {
        self.to
    }

    /// Forgets the past and the drift, as after construction.
    pub fn reset(&mut self) {
        self.inputs.fill(0.0);
        self.filter.reset();
    }
}
