//! Sine by phase: exact over any length of time, and the same bits on every machine.

/// A position in a cycle: the 64 bits are one turn, so that it wraps without error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Phase(pub(super) u64);

impl Phase {
    /// Turn per sample of a tone of `hz` at `rate` samples a second. Wrong by less than 1e-12 Hz.
    pub(super) fn per_sample(hz: f64, rate: u32) -> Self {
        const TURN: f64 = 18_446_744_073_709_551_616.0;
        Self((hz / f64::from(rate) * TURN) as u64)
    }

    /// The next sample's phase.
    pub(super) const fn advance(self, step: Self) -> Self {
        Self(self.0.wrapping_add(step.0))
    }

    /// Sine, within 1e-6.
    #[inline]
    pub(super) fn sine(self) -> f32 {
        // −0.5 to 0.5 of a turn as −1 to 1, folded to a quarter on either side.
        let half_turns = (self.0 >> 32) as u32 as i32 as f32 * (1.0 / 2_147_483_648.0);
        let folded = if half_turns.abs() > 0.5 { 1.0f32.copysign(half_turns) - half_turns } else { half_turns };
        let x = folded * std::f32::consts::PI;
        let square = x * x;
        // Taylor's series to the eleventh power: the next term is 6e-8 at a quarter turn.
        let mut sum = -1.0 / 39_916_800.0;
        for coefficient in [1.0 / 362_880.0, -1.0 / 5_040.0, 1.0 / 120.0, -1.0 / 6.0, 1.0] {
            sum = sum * square + coefficient;
        }
        x * sum
    }
}
