//! The limiter at the end of a mix: nothing passes full scale, and what stays below passes untouched.
//!
//! It needs no delay: a frame is known as a whole before any of it is sent, so the gain falls before a peak
//! comes, over 1.25 ms. Only a peak in the first 1.25 ms of a frame meets a gain that is still falling, and is bent at
//! full scale for as long. It does not make quiet voices louder (see `talkers::Loudness`).

use multiversion::multiversion;

use super::words;

/// Parts of a frame, 1.25 ms each, between which the gain moves on straight lines.
const PARTS: usize = 8;

/// Parts for which the gain rests after a peak, 20 ms: two half-waves of 50 Hz.
const HOLD: u32 = 16;

/// Share of the way back to 1.0 in one part: 150 ms to come back by two thirds.
const RELEASE: f32 = 0.0083;

/// From here on the gain is 1.0: a step of 0.001 dB.
const NEARLY_UNITY: f32 = 0.9999;

/// Keeps the two sides of a stereo mix, or one mono mix, within full scale.
///
/// Bit-transparent while no peak passes full scale and the gain is 1.0. Its state is a copy: mixes that part take it along.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limiter {
    gain: f32,
    held: u32,
}

impl Default for Limiter {
    fn default() -> Self {
        Self::new()
    }
}

impl Limiter {
    /// At rest.
    pub const fn new() -> Self {
        Self { gain: 1.0, held: 0 }
    }

    /// The gain is 1.0: quiet frames pass untouched.
    pub fn is_resting(&self) -> bool {
        self.gain == 1.0
    }

    /// Limits one frame of finite samples, mono when `right` is empty, else with one gain for both sides.
    ///
    /// Real-time: one look at each sample below the threshold.
    pub fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        let peak = peak(left).max(peak(right));
        self.process_peak(peak, left, right);
    }

    /// As [`process`](Self::process), of frames whose largest magnitude is known.
    pub(super) fn process_peak(&mut self, peak: f32, left: &mut [f32], right: &mut [f32]) {
        if peak > 1.0 || !self.is_resting() {
            self.limit(left, right);
        }
    }

    fn limit(&mut self, left: &mut [f32], right: &mut [f32]) {
        let length = left.len().div_ceil(PARTS).max(1);
        let mut needs = [1.0f32; PARTS + 1];
        for side in [&*left, &*right] {
            for (need, part) in needs.iter_mut().zip(side.chunks(length)) {
                *need = need.min(1.0 / peak(part).max(1.0));
            }
        }
        let mut parts =
            left.chunks_mut(length).zip(right.chunks_mut(length).map(Some).chain(std::iter::repeat_with(|| None)));
        for n in 0..PARTS {
            let Some((left, right)) = parts.next() else { break };
            let from = self.gain;
            // Both ends of a line below what the part needs: so is all between.
            let to = self.next(needs[n].min(needs[n + 1]));
            fade(left, from, to);
            if let Some(right) = right {
                fade(right, from, to);
            }
        }
    }

    /// The gain at the end of a part.
    fn next(&mut self, need: f32) -> f32 {
        if need <= self.gain && need < 1.0 {
            (self.gain, self.held) = (need, HOLD);
        } else if self.held > 0 {
            self.held -= 1;
        } else {
            let risen = self.gain + (1.0 - self.gain) * RELEASE;
            self.gain = if risen.min(need) > NEARLY_UNITY { 1.0 } else { risen.min(need) };
        }
        self.gain
    }
}

/// Multiplies by a gain on a straight line, and holds what is still louder at full scale.
#[multiversion(targets("x86_64+avx2"))]
fn fade(samples: &mut [f32], from: f32, to: f32) {
    let step = (to - from) / samples.len().max(1) as f32;
    for (sample, passed) in samples.iter_mut().zip(1u16..) {
        *sample = (*sample * (from + step * f32::from(passed))).clamp(-1.0, 1.0);
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn peak(samples: &[f32]) -> f32 {
    peak_of(samples)
}

#[inline(always)]
fn peak_of(samples: &[f32]) -> f32 {
    f32::from_bits(samples.iter().fold(0, |peak, &sample| peak.max(words::magnitude(sample))))
}
