//! Endless repetition of the last pitch cycles, without a step where they wrap.

/// Where in the past the repetition reads. The past itself stays with the caller.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cycle {
    period: usize,
    /// Samples of cross-fade before a wrap: a quarter period, as in ITU-T G.711 Appendix I.
    overlap: usize,
    /// Periods in the round being played, and in the one after it.
    periods: usize,
    next_periods: usize,
    at: usize,
    /// Step that the first sample would make; it fades over one overlap.
    step: f32,
    step_left: usize,
}

impl Cycle {
    /// Repeats the end of `past`, which holds at least `period` and a quarter.
    pub fn new(past: &[f32], period: usize) -> Self {
        let period = period.clamp(4, (past.len() * 4 / 5).max(4));
        let overlap = period / 4;
        let end = past.len();
        let step = past[end - 1] - past[end - period - 1];
        Self { period, overlap, periods: 1, next_periods: 1, at: 0, step, step_left: overlap }
    }

    /// The next sample. `wanted` is how many periods a new round should have: one repeated for long
    /// sounds like a buzz.
    pub fn next(&mut self, past: &[f32], wanted: usize) -> f32 {
        let end = past.len();
        let round = self.periods * self.period;
        let seam = round - self.overlap;
        if self.at == seam {
            let fit = (end - self.overlap) / self.period;
            self.next_periods = wanted.clamp(1, fit.max(1));
        }
        let mut value = past[end - round + self.at];
        if self.at >= seam {
            let into = self.at - seam;
            let lead_in = past[end - self.next_periods * self.period - self.overlap + into];
            let weight = (into as f32 + 0.5) / self.overlap as f32;
            value += weight * (lead_in - value);
        }
        self.at += 1;
        if self.at == round {
            (self.at, self.periods) = (0, self.next_periods);
        }
        if self.step_left > 0 {
            value += self.step * self.step_left as f32 / (self.overlap + 1) as f32;
            self.step_left -= 1;
        }
        value
    }
}
