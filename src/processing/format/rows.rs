//! Resampling by one dot product per output: for ratios such as 441 to 480, where phases seldom repeat.

use multiversion::multiversion;

use super::kernel::Kernel;
use crate::types::SampleRate;

/// Partial sums of a dot product. Fixed, so that the order of additions and so the result is the same
/// on every instruction set.
const LANES: usize = 16;

#[derive(Debug)]
pub(super) struct Rows {
    kernel: Kernel,
    /// The last `taps` inputs of the past, then this block's.
    inputs: Vec<f32>,
}

impl Rows {
    pub(super) fn new(from: SampleRate, to: SampleRate) -> Self {
        let kernel = Kernel::new(from, to, LANES);
        let inputs = vec![0.0; kernel.taps + from.per_tick()];
        Self { kernel, inputs }
    }

    pub(super) fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    pub(super) fn process(&mut self, input: &[f32], output: &mut [f32]) {
        let past = self.kernel.taps;
        let block = self.inputs.len() - past;
        let (present, missing) = self.inputs[past..].split_at_mut(input.len());
        present.copy_from_slice(input);
        missing.fill(0.0);
        filter(&self.kernel, &self.inputs, output);
        self.inputs.copy_within(block.., 0);
    }

    pub(super) fn reset(&mut self) {
        self.inputs.fill(0.0);
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn filter(kernel: &Kernel, inputs: &[f32], output: &mut [f32]) {
    for (q, outputs) in output.chunks_mut(kernel.up).enumerate() {
        for (phase, sample) in outputs.iter_mut().enumerate() {
            // `inputs` begins `taps` before input 0; the window ends with the newest input.
            let first = q * kernel.down + kernel.newest(phase) + 1;
            *sample = dot(kernel.row(phase), &inputs[first..][..kernel.taps]);
        }
    }
}

#[inline(always)]
fn dot(row: &[f32], inputs: &[f32]) -> f32 {
    let mut sums = [0.0f32; LANES];
    for (coefficients, samples) in row.as_chunks::<LANES>().0.iter().zip(inputs.as_chunks::<LANES>().0) {
        for lane in 0..LANES {
            sums[lane] += coefficients[lane] * samples[lane];
        }
    }
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            sums[lane] += sums[lane + width];
        }
        width /= 2;
    }
    sums[0]
}
