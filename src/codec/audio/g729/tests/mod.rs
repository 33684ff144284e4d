//! Tests of G.729 that need no files. The ITU's vectors are in graph-tests/tests/g729.rs.

mod adapter;
mod bits;
mod decoder;
mod filters;
mod ops;

/// Numbers for tests (xorshift64).
struct Draw(u64);

impl Draw {
    fn word(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Of at most `peak` in magnitude.
    fn sample(&mut self, peak: i32) -> i16 {
        ((self.word() >> 33) as i32 % (peak + 1)) as i16 * if self.word() & 1 == 0 { 1 } else { -1 }
    }

    fn samples<const N: usize>(&mut self, peak: i32) -> [i16; N] {
        std::array::from_fn(|_| self.sample(peak))
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| (self.word() >> 40) as u8)
    }
}
