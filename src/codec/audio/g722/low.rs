//! The lower band's 6-bit ADPCM (clauses 3.1 to 3.5, blocks QUANTL, INVQAL, INVQBL).

use super::predictor::{Predictor, saturate};
use super::qmf::limited;
use super::scale::Scale;
use super::tables::{DECISIONS, DECISIONS_BELOW, LOW_CODES, LOW_LEVELS, LOW_LEVELS_4, LOW_STEPS};

/// State of the lower band, alike in encoder and decoder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LowBand {
    predictor: Predictor,
    scale: Scale<18_432, 8>,
}

impl LowBand {
    pub(super) const fn new() -> Self {
        Self { predictor: Predictor::new(), scale: Scale::new() }
    }

    /// Codes one sample of the band (15 bits) to 6 bits.
    #[inline(always)]
    pub(super) fn encode(&mut self, sample: i32) -> u8 {
        let code = self.code(sample);
        self.follow(code);
        code
    }

    /// The code that a sample would get.
    #[inline(always)]
    pub(super) fn code(&self, sample: i32) -> u8 {
        quantised(saturate(sample - self.predictor.estimate()), self.scale.factor())
    }

    /// Codes one sample by the upper 4 bits of `other`, which alone drive the state, unless they stand for something else
    /// than the next level to its own: the state comes closer to that of the encoder that chose `other`.
    #[inline(always)]
    pub(super) fn approach(&mut self, sample: i32, other: u8) -> u8 {
        let own = self.code(sample);
        let near = (rank(own) - rank(other)).abs() <= 1;
        let code = if near { self.nearest(sample, other & !3, own) } else { own };
        self.follow(code);
        code
    }

    /// The best of the four codes that share `core`.
    #[inline(always)]
    fn nearest(&self, sample: i32, core: u8, own: u8) -> u8 {
        if own & !3 == core {
            return own;
        }
        let difference = saturate(sample - self.predictor.estimate());
        let error = |code: u8| {
            let level = (i32::from(LOW_LEVELS[0][usize::from(code & 63)]) * self.scale.factor()) >> 15;
            (difference - level).abs()
        };
        (core + 1..core + 4).fold(core, |best, code| if error(code) < error(best) { code } else { best })
    }

    /// Decodes a 6-bit code to a sample of the band (15 bits); `levels` is the mode's table.
    #[inline(always)]
    pub(super) fn decode(&mut self, code: u8, levels: &[i16; 64]) -> i32 {
        let difference = (i32::from(levels[usize::from(code & 63)]) * self.scale.factor()) >> 15;
        let sample = limited(self.predictor.estimate() + difference);
        self.follow(code);
        sample
    }

    /// Adapts to a code by its upper 4 bits, which every mode transmits.
    #[inline(always)]
    fn follow(&mut self, code: u8) {
        let core = usize::from(code >> 2 & 15);
        let difference = (i32::from(LOW_LEVELS_4[core]) * self.scale.factor()) >> 15;
        self.scale.adapt(i32::from(LOW_STEPS[core]));
        self.predictor.update(difference);
    }
}

/// The place of a code's upper 4 bits among all levels: −7 the lowest, 7 the highest.
#[inline(always)]
fn rank(code: u8) -> i32 {
    let core = i32::from(code >> 2 & 15);
    if core < 8 { core - 8 } else { 15 - core }
}

/// Block QUANTL: the 6-bit code of a difference in 16 bits.
///
/// The block compares the magnitude with each decision level times the factor. Dividing it by the
/// factor instead leaves a whole number to look up: level·factor < (magnitude + 1)·4096 exactly when
/// level ≤ ((magnitude + 1)·4096 − 1) / factor.
#[inline(always)]
fn quantised(difference: i32, factor: i32) -> u8 {
    let sign = difference >> 31;
    let magnitude = (difference ^ sign) as u32;
    let quotient = (((magnitude + 1) << 12) - 1) / factor as u32;
    let quotient = quotient.min(u32::from(DECISIONS[28]));
    // No two decision levels lie within one interval of 32, so one comparison completes the look-up.
    let below = DECISIONS_BELOW[(quotient >> 5) as usize];
    let passed = below + u8::from(quotient >= u32::from(DECISIONS[usize::from(below)]));
    LOW_CODES[(usize::from(passed) + (sign & 32) as usize) & 63]
}
