//! Resampling with outputs side by side: for ratios such as 8 to 16 or 48 kHz, where phases repeat often.
//!
//! All outputs of one phase take the same coefficients, and inputs that lie `down` apart. With the input
//! dealt into `down` streams these lie next to each other, so each vector lane holds an output and adds
//! its products one after another: no reduction, and the same bits whatever the vectors' width.

use std::sync::Arc;

use multiversion::multiversion;

use super::bank::{self, Key};
use super::kernel::Kernel;
use super::quality::Quality;
use crate::types::SampleRate;

/// Outputs worked on at once while there are that many: five AVX registers of sums.
const WIDE: usize = 40;

/// Outputs worked on at once after that.
const NARROW: usize = 8;

#[derive(Debug)]
pub(super) struct Streams {
    kernel: Arc<Kernel>,
    /// Outputs of each phase in a block, which are also the inputs of each stream in a block.
    length: usize,
    /// Inputs of the past that each stream keeps.
    past: usize,
    /// `kernel.down` streams of `past + length` inputs.
    inputs: Vec<f32>,
    /// Where in `inputs` the window of output 0 finds input i − (taps − 1), for each i.
    places: Vec<usize>,
}

impl Streams {
    pub(super) fn new(from: SampleRate, to: SampleRate, quality: Quality) -> Self {
        let kernel = bank::kernel(Key { from, to, quality, multiple: 1, fractional: false });
        let (down, taps) = (kernel.down, kernel.taps);
        let length = from.per_tick() / down;
        let past = (taps - 1).div_ceil(down);
        let stride = past + length;
        // Input −past·down is the first of stream 0.
        let before = past * down - (taps - 1);
        let places = (0..taps - 1 + down).map(|i| (before + i) % down * stride + (before + i) / down).collect();
        let inputs = vec![0.0; down * stride];
        Self { kernel, length, past, inputs, places }
    }

    pub(super) fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    pub(super) fn process(&mut self, input: &[f32], output: &mut [f32]) {
        let down = self.kernel.down;
        for (s, stream) in self.inputs.chunks_mut(self.past + self.length).enumerate() {
            stream.copy_within(self.length.., 0);
            let mut dealt = input.iter().skip(s).step_by(down);
            for sample in &mut stream[self.past..] {
                *sample = dealt.next().copied().unwrap_or(0.0);
            }
        }
        filter(&self.kernel, &self.places, &self.inputs, self.length, output);
    }

    pub(super) fn reset(&mut self) {
        self.inputs.fill(0.0);
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn filter(kernel: &Kernel, places: &[usize], inputs: &[f32], length: usize, output: &mut [f32]) {
    for phase in 0..kernel.up {
        let row = kernel.row(phase);
        let places = &places[kernel.newest(phase)..][..row.len()];
        let mut outputs = output.iter_mut().skip(phase).step_by(kernel.up);
        let mut first = 0;
        while first + WIDE <= length {
            let sums = side_by_side::<WIDE>(row, places, inputs, first);
            outputs.by_ref().zip(sums).for_each(|(output, sum)| *output = sum);
            first += WIDE;
        }
        while first + NARROW <= length {
            let sums = side_by_side::<NARROW>(row, places, inputs, first);
            outputs.by_ref().zip(sums).for_each(|(output, sum)| *output = sum);
            first += NARROW;
        }
        for output in outputs {
            *output = side_by_side::<1>(row, places, inputs, first)[0];
            first += 1;
        }
    }
}

/// Outputs `first` to `first + N` of a phase.
#[inline(always)]
fn side_by_side<const N: usize>(row: &[f32], places: &[usize], inputs: &[f32], first: usize) -> [f32; N] {
    let mut sums = [0.0f32; N];
    for (&coefficient, &place) in row.iter().zip(places) {
        let samples = &inputs[place + first..][..N];
        for (sum, sample) in sums.iter_mut().zip(samples) {
            *sum += coefficient * sample;
        }
    }
    sums
}
