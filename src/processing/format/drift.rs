//! Conversion between two clocks: a resampler whose ratio can be steered while it runs.
//!
//! It follows the drift that it is told. It does not measure drift (a buffer's fill does), and does not buffer.

use std::array::from_fn;
use std::sync::Arc;

use multiversion::multiversion;

use super::bank::{self, Key};
use super::kernel::Kernel;
use super::quality::Quality;
use crate::types::SampleRate;

/// Partial sums of a dot product; fixed, so that every instruction set gives the same bits.
const LANES: usize = 8;

/// One input in the units of `position` and `step`.
const ONE: u64 = 1 << 32;

/// Converts a stream of mono audio to the same or another rate by another clock: polyphase, with the coefficients
/// interpolated between places.
///
/// Band, attenuation and delay are those of its [`Quality`]; a tone of 1 kHz keeps a SINAD of 95 dB while the ratio
/// is steered. Steering moves the speed, never the place, so it makes no click.
#[derive(Debug)]
pub struct DriftResampler {
    from: SampleRate,
    to: SampleRate,
    kernel: Arc<Kernel>,
    drift: f32,
    /// Inputs from one output to the next.
    step: u64,
    /// Where the next output lies, from the block's first input.
    position: u64,
    /// The last `taps` inputs of the past, then a block's.
    inputs: Vec<f32>,
}

impl DriftResampler {
    /// Farthest that the ratio can be steered from the nominal one, in parts per million. Crystals differ by 200.
    pub const MAX_DRIFT: f32 = 1_000.0;

    /// Without drift as yet. Designs the filter unless another has it. Allocates.
    pub fn new(from: SampleRate, to: SampleRate, quality: Quality) -> Self {
        let kernel = bank::kernel(Key { from, to, quality, multiple: LANES, fractional: true });
        let inputs = vec![0.0; kernel.taps + from.per_tick()];
        let mut resampler = Self { from, to, kernel, drift: 0.0, step: 0, position: 0, inputs };
        resampler.set_drift(0.0);
        resampler
    }

    /// Steers: `ppm` parts per million more samples out than the rates say (fewer when negative), as when the clock
    /// that takes the output runs that much faster than the one that gives the input. Clipped at
    /// [`Self::MAX_DRIFT`]; NaN is 0.
    ///
    /// Real-time; effective from the next sample.
    pub fn set_drift(&mut self, ppm: f32) {
        self.drift = if ppm.is_nan() { 0.0 } else { ppm.clamp(-Self::MAX_DRIFT, Self::MAX_DRIFT) };
        let nominal = f64::from(self.from.hz()) / f64::from(self.to.hz());
        self.step = (nominal / (1.0 + f64::from(self.drift) * 1e-6) * ONE as f64).round() as u64;
    }

    /// The drift that is followed, in parts per million.
    pub fn drift(&self) -> f32 {
        self.drift
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
        let past = self.kernel.taps;
        self.inputs[past..][..input.len()].copy_from_slice(input);
        let end = input.len() as u64 * ONE;
        let due = end.saturating_sub(self.position).div_ceil(self.step) as usize;
        let written = due.min(output.len());
        filter(&self.kernel, &self.inputs, self.position, self.step, &mut output[..written]);
        self.position = self.position + due as u64 * self.step - end;
        self.inputs.copy_within(input.len()..input.len() + past, 0);
        written
    }

    /// Delay from input to output in input samples.
    pub fn delay(&self) -> usize {
        self.kernel.delay
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
        self.position = 0;
        self.set_drift(0.0);
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn filter(kernel: &Kernel, inputs: &[f32], position: u64, step: u64, output: &mut [f32]) {
    for (output, at) in output.iter_mut().zip((position..).step_by(step.max(1) as usize)) {
        let place = (at % ONE) * kernel.up as u64;
        let (row, between) = ((place / ONE) as usize, (place % ONE) as f32 / ONE as f32);
        // `inputs` begins `taps` before input 0; the window ends with the newest input.
        let window = inputs[(at / ONE) as usize + 1..].as_chunks::<LANES>().0;
        let (near, far) = (kernel.row(row).as_chunks::<LANES>().0, kernel.row(row + 1).as_chunks::<LANES>().0);
        let (mut nears, mut fars) = ([0.0f32; LANES], [0.0f32; LANES]);
        for ((near, far), samples) in near.iter().zip(far).zip(window) {
            for lane in 0..LANES {
                nears[lane] += near[lane] * samples[lane];
                fars[lane] += far[lane] * samples[lane];
            }
        }
        let sums: [f32; LANES] = from_fn(|lane| nears[lane] + between * (fars[lane] - nears[lane]));
        let four: [f32; 4] = from_fn(|lane| sums[lane] + sums[lane + 4]);
        *output = (four[0] + four[2]) + (four[1] + four[3]);
    }
}
