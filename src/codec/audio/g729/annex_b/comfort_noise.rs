//! Comfort noise as it is made in coder and decoder alike (G.729 Annex B clause B.4.4).
//!
//! Both keep one of these in step, so that the filters' memories agree when speech begins again.

use super::super::frame::{EXCITATION, ORDER, TAPS};
use super::super::lpc::interpolate;
use super::super::noise::Noise;
use super::super::ops::{add, mult_r};
use super::excitation::{Echo, excite};
use super::tables_sid::SID_LEVEL;

/// LSPs before any descriptor came: a flat spectrum, Q15.
const FLAT: [i16; ORDER] = [31_441, 27_566, 21_458, 13_612, 4663, -4663, -13_612, -21_458, -27_566, -31_441];

/// The generator's seed when a pause begins.
const SEED: i16 = 11_111;

/// Level and spectrum that the descriptors asked for, and the level reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComfortNoise {
    target: i16,
    level: i16,
    lsp: [i16; ORDER],
    random: Noise,
}

/// What a frame of noise has besides its excitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoiseFrame {
    /// The LP filters of both subframes, Q12.
    pub filters: [[i16; TAPS]; 2],
    /// The pitch contributions of both.
    pub echoes: [Echo; 2],
}

impl ComfortNoise {
    /// As at the start of a call.
    pub const fn new() -> Self {
        Self { target: SID_LEVEL[0], level: 0, lsp: FLAT, random: Noise::new(SEED) }
    }

    /// Takes the level of a gain index from here on.
    pub fn aim_at(&mut self, index: u8) {
        self.target = SID_LEVEL[usize::from(index & 31)];
    }

    /// Takes a spectrum, as LSPs in Q15, from here on.
    pub const fn shape(&mut self, lsp: [i16; ORDER]) {
        self.lsp = lsp;
    }

    /// A frame of speech came: the next pause begins with the same random numbers.
    pub const fn rest(&mut self) {
        self.random = Noise::new(SEED);
    }

    /// Writes a frame of excitation behind the past one; `lsp` is the filter of the frame before and becomes
    /// this one's. `first`: the frame before was speech, and the level starts at its target.
    ///
    /// Real-time: about 2000 products.
    pub fn generate(&mut self, first: bool, lsp: &mut [i16; ORDER], excitation: &mut [i16; EXCITATION]) -> NoiseFrame {
        // 7/8 of the level and 1/8 of the target (eq. B.19).
        self.level = if first { self.target } else { add(mult_r(self.level, 28_672), mult_r(self.target, 4096)) };
        let echoes = excite(excitation, self.level, &mut self.random);
        let filters = interpolate(lsp, &self.lsp);
        *lsp = self.lsp;
        NoiseFrame { filters, echoes }
    }
}

impl Default for ComfortNoise {
    fn default() -> Self {
        Self::new()
    }
}
