//! The filter of a steered resampler, over a signal that its caller keeps.

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
pub(super) const ONE: u64 = 1 << 32;

/// Reads a signal at places between its samples, at a speed that can be steered. Where it stands is all that it
/// keeps: past and future of the signal are its caller's, so it can be taken in and out of the signal's way.
#[derive(Debug)]
pub struct SteeredFilter {
    kernel: Arc<Kernel>,
    nominal: f64,
    drift: f32,
    /// Inputs from one output to the next.
    pub(super) step: u64,
    /// Where the next output lies.
    pub(super) position: u64,
}

impl SteeredFilter {
    /// Farthest that the ratio can be steered from the nominal one, in parts per million. Crystals differ by 200.
    pub const MAX_DRIFT: f32 = 1_000.0;

    /// On a sample, without drift as yet. Designs the filter unless another has it. Allocates.
    pub fn new(from: SampleRate, to: SampleRate, quality: Quality) -> Self {
        let kernel = bank::kernel(Key { from, to, quality, multiple: LANES, fractional: true });
        let nominal = f64::from(from.hz()) / f64::from(to.hz());
        let mut filter = Self { kernel, nominal, drift: 0.0, step: 0, position: 0 };
        filter.set_drift(0.0);
        filter
    }

    /// Steers: `ppm` parts per million more samples out than the rates say. Clipped at [`Self::MAX_DRIFT`]; NaN is 0.
    /// Real-time.
    pub fn set_drift(&mut self, ppm: f32) {
        self.drift = if ppm.is_nan() { 0.0 } else { ppm.clamp(-Self::MAX_DRIFT, Self::MAX_DRIFT) };
        self.step = (self.nominal / (1.0 + f64::from(self.drift) * 1e-6) * ONE as f64).round() as u64;
    }

    /// The drift that is followed, in parts per million.
    pub fn drift(&self) -> f32 {
        self.drift
    }

    /// How far behind the nearest input the next output lies, in inputs: −0.5 to 0.5.
    pub fn fraction(&self) -> f32 {
        // The place as it is, or as what is missing to a whole one, without a sign to lose.
        let part = self.position % ONE;
        if part > ONE / 2 { -((ONE - part) as f32 / ONE as f32) } else { part as f32 / ONE as f32 }
    }

    /// Samples before the place of an output, and from it on, that the output is made of.
    pub fn reach(&self) -> (usize, usize) {
        (self.kernel.taps - self.kernel.delay, self.kernel.delay + 1)
    }

    /// Delay from a signal's newest sample to an output, in inputs.
    pub(super) fn delay(&self) -> usize {
        self.kernel.delay
    }

    /// Samples that an output is made of.
    pub(super) fn taps(&self) -> usize {
        self.kernel.taps
    }

    /// Reads `output.len()` samples from where it stands; returns how many inputs it went on. `signal` begins with as
    /// many samples before the place as [`Self::reach`] says, and ends with as many as that after the last one. What
    /// is missing there stays as it was.
    ///
    /// Real-time: no allocation; twice the products of a resampler with a fixed ratio (benches/codecs.rs).
    pub fn read(&mut self, signal: &[f32], output: &mut [f32]) -> usize {
        self.run(signal, output);
        let passed = self.position / ONE;
        self.position %= ONE;
        passed as usize
    }

    /// As [`Self::read`], where the caller keeps count of whole inputs as well.
    pub(super) fn run(&mut self, signal: &[f32], output: &mut [f32]) {
        filter(&self.kernel, signal, self.position, self.step, output);
        self.position += output.len() as u64 * self.step;
    }

    /// Goes to the nearest input; returns how many inputs it went on, 1 or none.
    pub fn snap(&mut self) -> usize {
        let passed = usize::from(self.position % ONE > ONE / 2);
        self.position = 0;
        passed
    }

    /// On a sample, without drift.
    pub fn reset(&mut self) {
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
        let Some(window) = inputs.get((at / ONE) as usize + 1..) else { return };
        let (near, far) = (kernel.row(row).as_chunks::<LANES>().0, kernel.row(row + 1).as_chunks::<LANES>().0);
        let (mut nears, mut fars) = ([0.0f32; LANES], [0.0f32; LANES]);
        for ((near, far), samples) in near.iter().zip(far).zip(window.as_chunks::<LANES>().0) {
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
