//! Conversion between channel layouts: each output channel is a sum of input channels, with gains that may move.

use std::array::from_fn;

use multiversion::multiversion;

use super::layout::GainMatrix;

/// Mixes interleaved input channels to interleaved output channels by a matrix of gains.
#[derive(Clone, Debug)]
pub struct ChannelMixer {
    /// Where the gains are or go.
    target: GainMatrix,
    /// Where they started from.
    origin: GainMatrix,
    /// Frames of the way and frames left of it.
    way: (u32, u32),
}

impl ChannelMixer {
    /// At rest at `gains`.
    pub const fn new(gains: GainMatrix) -> Self {
        Self { target: gains, origin: gains, way: (0, 0) }
    }

    /// Moves all gains in straight lines to those of `gains` within `frames`; 0: at once. `false`, and nothing
    /// changes, when the channels are not as many.
    ///
    /// Real-time: O(1).
    pub fn set(&mut self, gains: &GainMatrix, frames: u32) -> bool {
        let fits = gains.inputs() == self.target.inputs() && gains.outputs() == self.target.outputs();
        if fits {
            self.origin = self.present();
            self.target = *gains;
            self.way = (frames, frames);
        }
        fits
    }

    /// Where the gains are or go.
    pub fn target(&self) -> &GainMatrix {
        &self.target
    }

    /// Mixes as many frames (one sample of each channel) as both slices hold whole; returns how many.
    ///
    /// Real-time: O(frames · inputs · outputs), no allocation; mono, stereo and 5.1 down to them are vectorised.
    pub fn process(&mut self, input: &[f32], output: &mut [f32]) -> usize {
        let (inputs, outputs) = (self.target.inputs(), self.target.outputs());
        let frames = (input.len() / inputs).min(output.len() / outputs);
        let moving = frames.min(self.way.1 as usize);
        let (moving_in, resting_in) = input[..frames * inputs].split_at(moving * inputs);
        let (moving_out, resting_out) = output[..frames * outputs].split_at_mut(moving * outputs);
        let mix = match (inputs, outputs) {
            (1, 1) => interleaved::<1, 1>,
            (1, 2) => interleaved::<1, 2>,
            (2, 1) => interleaved::<2, 1>,
            (2, 2) => interleaved::<2, 2>,
            (6, 1) => interleaved::<6, 1>,
            (6, 2) => interleaved::<6, 2>,
            _ => any_shape,
        };
        mix(&self.target, &self.origin, self.way, moving_in, moving_out);
        self.way.1 -= moving as u32;
        mix(&self.target, &self.target, (1, 0), resting_in, resting_out);
        frames
    }

    /// The gains of the last frame that was mixed.
    fn present(&self) -> GainMatrix {
        match self.way {
            (_, 0) => self.target,
            (frames, left) => self.target.towards(&self.origin, left as f32 / frames as f32),
        }
    }
}

/// Frames of any number of channels.
fn any_shape(target: &GainMatrix, origin: &GainMatrix, way: (u32, u32), input: &[f32], output: &mut [f32]) {
    let frames = input.chunks_exact(target.inputs()).zip(output.chunks_exact_mut(target.outputs()));
    for ((from, to), passed) in frames.zip(1u32..) {
        let part = part(way, passed);
        for (n, out) in to.iter_mut().enumerate() {
            let gains =
                target.row(n).iter().zip(origin.row(n)).map(|(target, origin)| target + (origin - target) * part);
            *out = gains.zip(from).map(|(gain, x)| gain * x).sum();
        }
    }
}

/// Frames of `I` channels to frames of `O`.
#[multiversion(targets("x86_64+avx2"))]
fn interleaved<const I: usize, const O: usize>(
    target: &GainMatrix,
    origin: &GainMatrix,
    way: (u32, u32),
    input: &[f32],
    output: &mut [f32],
) {
    let ends: [[f32; I]; O] = from_fn(|o| from_fn(|i| target.row(o).get(i).copied().unwrap_or(0.0)));
    let starts: [[f32; I]; O] = from_fn(|o| from_fn(|i| origin.row(o).get(i).copied().unwrap_or(0.0)));
    let frames = input.as_chunks::<I>().0.iter().zip(output.as_chunks_mut::<O>().0);
    if way.1 == 0 {
        for (from, to) in frames {
            for (out, gains) in to.iter_mut().zip(&ends) {
                *out = dot(gains, from);
            }
        }
        return;
    }
    for ((from, to), passed) in frames.zip(1u32..) {
        let part = part(way, passed);
        for o in 0..O {
            let mut gains = ends[o];
            for i in 0..I {
                gains[i] += (starts[o][i] - gains[i]) * part;
            }
            to[o] = dot(&gains, from);
        }
    }
}

/// Part of the way that is left when another `passed` frames have passed; 0 at rest. Counted from the end, so that
/// the last step lands on the target and no error adds up.
#[inline(always)]
fn part((frames, left): (u32, u32), passed: u32) -> f32 {
    left.saturating_sub(passed) as f32 / frames as f32
}

#[inline(always)]
fn dot<const N: usize>(gains: &[f32; N], samples: &[f32; N]) -> f32 {
    let mut sum = 0.0;
    for n in 0..N {
        sum += gains[n] * samples[n];
    }
    sum
}
