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
    /// Samples for which one period is repeated: one for long sounds like a buzz.
    single: usize,
}

impl Cycle {
    /// Repeats the end of `past` samples, which hold two periods and a quarter: longer ones are cut.
    /// After `single` samples two periods take turns.
    pub fn new(past: usize, period: usize, single: usize) -> Self {
        let period = period.clamp(4, past * 4 / 9);
        Self { period, overlap: period / 4, periods: 1, next_periods: 1, at: 0, single }
    }

    /// Samples before the end that it may read.
    pub fn reach(&self) -> usize {
        2 * self.period + self.overlap
    }

    /// The next sample.
    pub fn next(&mut self, past: &[f32]) -> f32 {
        let end = past.len();
        let round = self.periods * self.period;
        let seam = round - self.overlap;
        if self.at == seam {
            self.next_periods = if self.single > 0 { 1 } else { 2 };
        }
        let mut value = past[end - round + self.at];
        if self.at >= seam {
            let into = self.at - seam;
            let lead_in = past[end - self.next_periods * self.period - self.overlap + into];
            let weight = (into as f32 + 0.5) / self.overlap as f32;
            value += weight * (lead_in - value);
        }
        self.single = self.single.saturating_sub(1);
        self.at += 1;
        if self.at == round {
            (self.at, self.periods) = (0, self.next_periods);
        }
        value
    }
}
