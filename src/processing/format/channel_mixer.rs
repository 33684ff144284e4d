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
    /// Real-time: O(frames · inputs · outputs), no allocation; mono and stereo are vectorised.
    pub fn process(&mut self, input: &[f32], output: &mut [f32]) -> usize {
        let (inputs, outputs) = (self.target.inputs(), self.target.outputs());
        let frames = (input.len() / inputs).min(output.len() / outputs);
        let moving = frames.min(self.way.1 as usize);
        let (moving_in, input) = input[..frames * inputs].split_at(moving * inputs);
        let (moving_out, output) = output[..frames * outputs].split_at_mut(moving * outputs);
        for (from, to) in moving_in.chunks_exact(inputs).zip(moving_out.chunks_exact_mut(outputs)) {
            self.way.1 -= 1;
            mix(&self.present(), from, to);
        }
        match (inputs, outputs) {
            (1, 1) => interleaved::<1, 1>(&self.target, input, output),
            (1, 2) => interleaved::<1, 2>(&self.target, input, output),
            (2, 1) => interleaved::<2, 1>(&self.target, input, output),
            (2, 2) => interleaved::<2, 2>(&self.target, input, output),
            (6, 1) => interleaved::<6, 1>(&self.target, input, output),
            (6, 2) => interleaved::<6, 2>(&self.target, input, output),
            _ => {
                for (from, to) in input.chunks_exact(inputs).zip(output.chunks_exact_mut(outputs)) {
                    mix(&self.target, from, to);
                }
            }
        }
        frames
    }

    /// The gains of the last frame that was mixed.
    fn present(&self) -> GainMatrix {
        match self.way {
            (_, 0) => self.target,
            // From the end, so that the last step lands on the target and no error adds up.
            (frames, left) => self.target.towards(&self.origin, left as f32 / frames as f32),
        }
    }
}

/// One frame.
fn mix(gains: &GainMatrix, input: &[f32], output: &mut [f32]) {
    for (n, out) in output.iter_mut().enumerate() {
        *out = gains.row(n).iter().zip(input).map(|(gain, x)| gain * x).sum();
    }
}

/// Frames of `I` to frames of `O` channels, at rest.
#[multiversion(targets("x86_64+avx2"))]
fn interleaved<const I: usize, const O: usize>(gains: &GainMatrix, input: &[f32], output: &mut [f32]) {
    let rows: [[f32; I]; O] = from_fn(|o| from_fn(|i| gains.row(o).get(i).copied().unwrap_or(0.0)));
    for (from, to) in input.as_chunks::<I>().0.iter().zip(output.as_chunks_mut::<O>().0) {
        *to = from_fn(|o| (0..I).map(|i| rows[o][i] * from[i]).sum());
    }
}
