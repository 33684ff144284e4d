//! Describes noise: its level, and its spectrum by linear prediction. It does not decide what is noise.

use crate::codec::audio::comfort::{ComfortPayload, MAX_ORDER};

/// Share of the past that a frame of 10 ms leaves: a time constant of 100 ms.
const KEEP: f32 = 0.9;
/// Least noise on every band, of the frame's power: −40 dB keeps the recursion well off its edge.
const WHITE: f32 = 1e-4;
/// Power below which nothing is left to describe: −127 dBov.
const SILENT: f32 = 2e-13;

/// Follows noise frame by frame. All of it is real-time: O(samples × order).
#[derive(Clone, Debug)]
pub struct ComfortAnalyser {
    /// Mean products of samples 0 to 10 apart, weighted towards the latest frames.
    products: [f32; MAX_ORDER + 1],
    /// The last samples, which products across two frames need.
    past: [f32; MAX_ORDER],
    weight: f32,
}

impl Default for ComfortAnalyser {
    fn default() -> Self {
        Self { products: [0.0; MAX_ORDER + 1], past: [0.0; MAX_ORDER], weight: 0.0 }
    }
}

impl ComfortAnalyser {
    /// One that has heard nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a frame of noise (−1.0 to 1.0), 10 ms long or so.
    pub fn observe(&mut self, frame: &[f32]) {
        let Some(scale) = (!frame.is_empty()).then(|| 1.0 / frame.len() as f32) else { return };
        let mut window = self.past;
        let mut sums = [0.0f32; MAX_ORDER + 1];
        for sample in frame.iter().map(|s| if s.is_finite() { s.clamp(-1.0, 1.0) } else { 0.0 }) {
            sums[0] += sample * sample;
            for (sum, before) in sums[1..].iter_mut().zip(&window) {
                *sum += sample * before;
            }
            window.rotate_right(1);
            window[0] = sample;
        }
        self.past = window;
        self.weight = KEEP * self.weight + (1.0 - KEEP);
        for (product, sum) in self.products.iter_mut().zip(sums) {
            *product = KEEP * *product + (1.0 - KEEP) * sum * scale;
        }
    }

    /// The noise heard of late; `order` coefficients, at most [`MAX_ORDER`].
    pub fn describe(&self, order: usize) -> ComfortPayload {
        let power = self.products[0] / self.weight.max(1e-6);
        if power <= SILENT {
            return ComfortPayload::new(127, &[]);
        }
        let level = (-10.0 * power.log10()).round().clamp(0.0, 127.0) as u8;
        let reflection = reflection(&self.products);
        ComfortPayload::new(level, &reflection[..order.min(MAX_ORDER)])
    }

    /// Forgets what was heard.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}

/// The Levinson–Durbin recursion, of which only the reflection coefficients are kept.
fn reflection(products: &[f32; MAX_ORDER + 1]) -> [f32; MAX_ORDER] {
    let mut found = [0.0; MAX_ORDER];
    let mut filter = [0.0f32; MAX_ORDER + 1];
    let mut error = products[0] * (1.0 + WHITE);
    filter[0] = 1.0;
    for order in 1..=MAX_ORDER {
        let sum: f32 = (0..order).map(|at| filter[at] * products[order - at]).sum();
        let k = -sum / error;
        // Not so for the products of a frame without a window; rounding may lead there.
        if k.is_nan() || k.abs() >= 1.0 {
            break;
        }
        let before = filter;
        for at in 1..=order {
            filter[at] = before[at] + k * before[order - at];
        }
        error *= 1.0 - k * k;
        found[order - 1] = k;
    }
    found
}
