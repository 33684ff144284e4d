//! Resampling by one dot product per output: for ratios such as 441 to 480, where phases seldom repeat.

use std::array::from_fn;
use std::sync::Arc;

use multiversion::multiversion;

use super::bank::{self, Key};
use super::kernel::Kernel;
use super::quality::Quality;
use crate::types::SampleRate;

/// Partial sums of a dot product. Fixed, so that the order of additions and so the result is the same
/// on every instruction set.
const LANES: usize = 16;

/// Outputs whose sums are finished together. It takes a pass of its own: in one pass the compiler cuts the lanes into
/// pairs (benches/codecs.rs).
const TOGETHER: usize = 32;

#[derive(Debug)]
pub(super) struct Rows {
    kernel: Arc<Kernel>,
    /// The last `taps` inputs of the past, then this block's.
    inputs: Vec<f32>,
}

impl Rows {
    pub(super) fn new(from: SampleRate, to: SampleRate, quality: Quality) -> Self {
        let kernel = bank::kernel(Key { from, to, quality, multiple: LANES, fractional: false });
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
    // `newest` of the phase without its division: whole steps, and the part that is carried.
    let (whole, part) = (kernel.down / kernel.up, kernel.down % kernel.up);
    let mut halves = [[0.0; LANES / 2]; TOGETHER];
    for (q, outputs) in output.chunks_mut(kernel.up).enumerate() {
        // `inputs` begins `taps` before input 0; the window ends with the newest input.
        let (mut first, mut carry) = (q * kernel.down + 1, 0);
        let mut rows = kernel.rows();
        for outputs in outputs.chunks_mut(TOGETHER) {
            for (half, row) in halves.iter_mut().zip(rows.by_ref().take(outputs.len())) {
                *half = products(row, &inputs[first..]);
                first += whole;
                carry += part;
                if carry >= kernel.up {
                    carry -= kernel.up;
                    first += 1;
                }
            }
            for (sample, half) in outputs.iter_mut().zip(&halves) {
                let four: [f32; 4] = from_fn(|lane| half[lane] + half[lane + 4]);
                *sample = (four[0] + four[2]) + (four[1] + four[3]);
            }
        }
    }
}

/// Sums of products over the length of `row`, a multiple of `LANES`; the upper half of the lanes is
/// added to the lower.
#[inline(always)]
fn products(row: &[f32], inputs: &[f32]) -> [f32; LANES / 2] {
    let mut sums = [0.0f32; LANES];
    for (coefficients, samples) in row.as_chunks::<LANES>().0.iter().zip(inputs.as_chunks::<LANES>().0) {
        for lane in 0..LANES {
            sums[lane] += coefficients[lane] * samples[lane];
        }
    }
    from_fn(|lane| sums[lane] + sums[lane + LANES / 2])
}
