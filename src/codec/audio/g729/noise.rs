//! The pseudo-random numbers of erased frames and of comfort noise (G.729 clause 4.4.4, eq. 96). Real-time.

/// A linear congruential generator of 16 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noise {
    seed: i16,
}

impl Noise {
    /// A generator whose last number was `seed`.
    pub const fn new(seed: i16) -> Self {
        Self { seed }
    }

    /// The next number.
    #[inline]
    pub fn draw(&mut self) -> i16 {
        // The reference's product cannot saturate: 2 · 32 768 · 31 821 < 2^31.
        self.seed = self.seed.wrapping_mul(31_821).wrapping_add(13_849);
        self.seed
    }
}
