//! Makes noise of a description, and glides from one description to the next.

use crate::codec::audio::comfort::{ComfortPayload, MAX_ORDER};
use crate::types::SampleRate;

/// Time to reach a new description: fast enough to follow a room, slow enough not to be heard.
const GLIDE_MS: u32 = 60;
/// Parts of a millisecond between two steps of the glide.
const STEPS_PER_MS: u32 = 1;

/// White noise through an all-pole lattice.
///
/// The lattice is stable for any coefficients between −1 and 1, so also half way between two
/// descriptions, where the coefficients of a direct filter would not be.
#[derive(Clone, Debug)]
pub struct ComfortNoise {
    now: Shape,
    target: Shape,
    /// Steps of the glide that are left.
    left: u32,
    steps: u32,
    per_step: usize,
    /// Samples left of the step.
    rest: usize,
    /// Gain of the white noise, for the shape as it is now.
    gain: f32,
    lattice: [f32; MAX_ORDER],
    noise: u32,
    known: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Shape {
    /// Level in dB, of the noise that leaves.
    level: f32,
    reflection: [f32; MAX_ORDER],
}

impl ComfortNoise {
    /// A generator at `rate` that makes silence until it is told what else.
    pub fn new(rate: SampleRate) -> Self {
        Self {
            now: Shape::default(),
            target: Shape::default(),
            left: 0,
            steps: GLIDE_MS * STEPS_PER_MS,
            per_step: (rate.hz() / 1_000 / STEPS_PER_MS) as usize,
            rest: 0,
            gain: 0.0,
            lattice: [0.0; MAX_ORDER],
            noise: SEED,
            known: false,
        }
    }

    /// Goes towards `noise` from now on: at once if it is the first, else within 60 ms. Real-time.
    pub fn update(&mut self, noise: &ComfortPayload) {
        self.target = Shape { level: -f32::from(noise.level()), reflection: noise.all() };
        self.left = self.steps;
        if !self.known {
            self.known = true;
            (self.now, self.left) = (self.target, 0);
            self.settle();
        }
    }

    /// Starts anew: the next description is reached at once. Real-time.
    pub fn reset(&mut self) {
        self.known = false;
        (self.gain, self.left, self.rest) = (0.0, 0, 0);
        self.lattice = [0.0; MAX_ORDER];
    }

    /// Fills `out` with noise (−1.0 to 1.0). Real-time: O(samples × order).
    pub fn fill(&mut self, out: &mut [f32]) {
        for sample in out {
            if self.left > 0 {
                self.glide();
            }
            *sample = self.next().clamp(-1.0, 1.0);
        }
    }

    fn glide(&mut self) {
        if self.rest > 0 {
            self.rest -= 1;
            return;
        }
        self.rest = self.per_step.saturating_sub(1);
        let share = 1.0 / self.left as f32;
        self.now.level += (self.target.level - self.now.level) * share;
        for (now, target) in self.now.reflection.iter_mut().zip(&self.target.reflection) {
            *now += (target - *now) * share;
        }
        self.left -= 1;
        self.settle();
    }

    /// The all-pole filter raises the power of white noise by 1 / Π(1 − k²).
    fn settle(&mut self) {
        let share: f32 = self.now.reflection.iter().map(|k| 1.0 - k * k).product();
        self.gain = 10f32.powf(self.now.level / 20.0) * share.max(0.0).sqrt();
    }

    fn next(&mut self) -> f32 {
        self.noise = self.noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // Uniform over ±√3: unit variance.
        let white = self.noise as i32 as f32 * (1.732_050_8 / 2_147_483_648.0);
        let mut forward = white * self.gain;
        let k = &self.now.reflection;
        for at in (0..MAX_ORDER).rev() {
            let backward = self.lattice[at];
            forward -= k[at] * backward;
            if at + 1 < MAX_ORDER {
                self.lattice[at + 1] = backward + k[at] * forward;
            }
        }
        // A denormal tail would cost, with flushing being out of reach: a bias far below any level.
        self.lattice[0] = forward + 1e-20;
        forward
    }
}

const SEED: u32 = 0x6c07_8965;
