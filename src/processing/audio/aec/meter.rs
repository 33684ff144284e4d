//! Measures what a canceller achieves.

use super::metrics::AecMetrics;
use crate::types::{Decibels, Millis, TICK_MS};

/// Weight of the newest block: over about a second of echo.
const SMOOTHING: f32 = 0.02;

/// Energy of a block of subtracted echo from which on it is measured: about −66 dBov.
const AUDIBLE: f32 = 4e-5;

/// Blocks for which a restart is told.
const TOLD: u32 = 100;

/// Powers while the far end alone is heard.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Meter {
    far: f32,
    mic: f32,
    linear: f32,
    out: f32,
    echo: bool,
    restarts: u32,
    since: u32,
}

impl Meter {
    /// Takes in the energies of the far end's block of which the echo begins, of the microphone's block, of what the
    /// filters left of it, and of what they subtracted.
    pub fn update(&mut self, [far, mic, linear, echo]: [f32; 4], out: &[f32], near: f32, restarts: u32) {
        self.echo = echo > AUDIBLE;
        if self.echo && near < 0.3 {
            self.far += SMOOTHING * (far - self.far);
            self.mic += SMOOTHING * (mic - self.mic);
            self.linear += SMOOTHING * (linear - self.linear);
            self.out += SMOOTHING * (out.iter().map(|x| x * x).sum::<f32>() - self.out);
        }
        self.since = if restarts == self.restarts { self.since.saturating_add(1) } else { 0 };
        self.restarts = restarts;
    }

    pub fn metrics(&self, delay: Option<usize>, near: f32) -> AecMetrics {
        let over = |whole: f32, left: f32| Decibels(10.0 * ((whole + 1e-9) / (left + 1e-9)).log10());
        let ratio = |left: f32| over(self.mic, left);
        AecMetrics {
            erl: (delay.is_some() && self.mic > AUDIBLE).then(|| over(self.far, self.mic)),
            erle: ratio(self.out),
            linear_erle: ratio(self.linear),
            delay: delay.map(|blocks| Millis(blocks as u32 * TICK_MS)),
            diverged: self.restarts > 0 && self.since < TOLD,
            double_talk: self.echo && near > 0.5,
            restarts: self.restarts,
        }
    }
}
