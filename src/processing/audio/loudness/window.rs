//! The energy of the last 3 s, by steps of 10 ms.

/// Steps kept: those of short-term loudness.
const STEPS: usize = 300;

/// Steps of momentary loudness: 400 ms.
const MOMENTARY: usize = 40;

/// Mean squares after the K-weighting, the newest last.
#[derive(Clone, Debug)]
pub(super) struct Window {
    steps: Box<[f32; STEPS]>,
    at: usize,
    short: f64,
    momentary: f64,
}

impl Window {
    /// Allocates.
    pub(super) fn new() -> Self {
        Self { steps: Box::new([0.0; STEPS]), at: 0, short: 0.0, momentary: 0.0 }
    }

    pub(super) fn reset(&mut self) {
        self.steps.fill(0.0);
        (self.at, self.short, self.momentary) = (0, 0.0, 0.0);
    }

    /// Takes the mean square of a step. Real-time: once in 3 s it adds up anew, so that no rounding stays.
    pub(super) fn push(&mut self, power: f32) {
        let leaving = self.steps[(self.at + STEPS - MOMENTARY) % STEPS];
        self.momentary += f64::from(power) - f64::from(leaving);
        self.short += f64::from(power) - f64::from(self.steps[self.at]);
        self.steps[self.at] = power;
        self.at += 1;
        if self.at == STEPS {
            self.at = 0;
            self.short = self.steps.iter().map(|&power| f64::from(power)).sum();
            self.momentary = self.steps[STEPS - MOMENTARY..].iter().map(|&power| f64::from(power)).sum();
        }
    }

    /// Mean square of the last 400 ms.
    pub(super) fn momentary(&self) -> f64 {
        self.momentary.max(0.0) / MOMENTARY as f64
    }

    /// Mean square of the last 3 s.
    pub(super) fn short_term(&self) -> f64 {
        self.short.max(0.0) / STEPS as f64
    }
}
