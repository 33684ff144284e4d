//! Numbers for tests, the same each time.

pub(super) struct Random(pub u64);

impl Random {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound.max(1)
    }

    /// −1.0 to 1.0.
    pub fn sample(&mut self) -> f32 {
        self.below(1 << 24) as f32 / 8_388_608.0 - 1.0
    }

    pub fn frame(&mut self, samples: usize, level: f32) -> Vec<f32> {
        (0..samples).map(|_| self.sample() * level).collect()
    }
}
