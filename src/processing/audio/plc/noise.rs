//! White noise, the same every time.

/// A linear congruential generator (Numerical Recipes, 2nd edition, §7.1).
#[derive(Clone, Copy, Debug)]
pub struct Noise(u32);

impl Noise {
    /// Starts the one sequence.
    pub const fn new() -> Self {
        Self(0x2545_f491)
    }

    /// The next sample: uniform over ±√3, which is unit variance.
    pub fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 as i32 as f32 * (1.732_050_8 / 2_147_483_648.0)
    }
}
