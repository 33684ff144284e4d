//! The upper band's 2-bit ADPCM (clauses 3.1 to 3.5, blocks QUANTH, INVQAH).

use super::predictor::{Predictor, saturate};
use super::qmf::limited;
use super::scale::Scale;

/// State of the upper band, alike in encoder and decoder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HighBand {
    predictor: Predictor,
    scale: Scale<22_528, 10>,
}

impl HighBand {
    pub(super) const fn new() -> Self {
        Self { predictor: Predictor::new(), scale: Scale::new() }
    }

    /// Codes one sample of the band (15 bits) to 2 bits.
    #[inline(always)]
    pub(super) fn encode(&mut self, sample: i32) -> u8 {
        let code = self.code(sample);
        self.follow(code);
        code
    }

    /// The code that a sample would get.
    #[inline(always)]
    pub(super) fn code(&self, sample: i32) -> u8 {
        let difference = saturate(sample - self.predictor.estimate());
        let sign = difference >> 31;
        let outer = (difference ^ sign) >= (DECISION * self.scale.factor()) >> 15;
        // 1 and 0 below zero, 3 and 2 above it, the inner level first.
        (3 + (sign << 1) - i32::from(outer)) as u8
    }

    /// Codes one sample by `other` unless that stands for something else than the next level to its own.
    #[inline(always)]
    pub(super) fn approach(&mut self, sample: i32, other: u8) -> u8 {
        let own = self.code(sample);
        let near = (RANKS[usize::from(own & 3)] - RANKS[usize::from(other & 3)]).abs() <= 1;
        let code = if near { other & 3 } else { own };
        self.follow(code);
        code
    }

    /// Decodes a 2-bit code to a sample of the band (15 bits).
    #[inline(always)]
    pub(super) fn decode(&mut self, code: u8) -> i32 {
        let estimate = self.predictor.estimate();
        limited(estimate + self.follow(code))
    }

    /// Adapts to a code and returns the quantised difference that it stands for.
    #[inline(always)]
    fn follow(&mut self, code: u8) -> i32 {
        let code = usize::from(code & 3);
        let difference = (i32::from(LEVELS[code]) * self.scale.factor()) >> 15;
        self.scale.adapt(i32::from(STEPS[code]));
        self.predictor.update(difference);
        difference
    }
}

/// Decision level between the inner and the outer output level, times 8 (table 14, Q2).
const DECISION: i32 = 564 * 8;

/// Output levels by code, times 8 (table 16, OQ2).
const LEVELS: [i16; 4] = [-926 * 8, -202 * 8, 926 * 8, 202 * 8];

/// Places of the codes' levels, the lowest first.
const RANKS: [i8; 4] = [0, 1, 3, 2];

/// What each code adds to the logarithm of the scale factor, in 1/2048 octaves (table 17, WH).
const STEPS: [i16; 4] = [798, -214, 798, -214];
