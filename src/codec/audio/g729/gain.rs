//! Prediction and quantisation of the gains (G.729 clauses 3.9.1, 3.9.2 and 4.1.5). Real-time.

use super::dpf::Dpf;
use super::frame::SUBFRAME;
use super::math::{log2, pow2};
use super::ops::{extract_h, extract_l, l_add, l_deposit_l, l_mac, l_mult, l_shl, l_shr, mult, negate, sub};
use super::tables_gain::{ENERGY_PREDICTOR, GAIN_ENTRY1, GAIN_ENTRY2, GAIN_STAGE1, GAIN_STAGE2};

/// Lowest level that the predictor keeps: −14 dB in Q10.
const LOWEST: i16 = -14_336;

/// The quantised levels of the last four subframes in dB, Q10, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GainPredictor {
    past: [i16; 4],
}

/// A predicted gain of the fixed codebook: mantissa · 2^−scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PredictedGain {
    /// 16 384 to 32 767.
    pub mantissa: i16,
    /// Its Q format.
    pub scale: i16,
}

/// Gains of one subframe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gains {
    /// Of the adaptive codebook, Q14.
    pub pitch: i16,
    /// Of the fixed codebook, Q1.
    pub code: i16,
}

impl GainPredictor {
    /// As at the start of a call.
    pub const fn new() -> Self {
        Self { past: [LOWEST; 4] }
    }

    /// The fixed codebook's gain that the past suggests for `code` (Q13) (eqs. 67 to 71).
    pub fn predict(&self, code: &[i16; SUBFRAME]) -> PredictedGain {
        let energy = code.iter().fold(0, |sum, &c| l_mac(sum, c, c));
        let (exponent, fraction) = log2(energy);
        // 30 dB mean − 10 log10(energy/40), with the energy in Q27: 127.298 − 3.0103 log2 of it, Q14.
        let own = l_mac(Dpf { hi: exponent, lo: fraction }.times_short(-24_660), 32_588, 32);
        let level = ENERGY_PREDICTOR.iter().zip(&self.past).fold(l_shl(own, 10), |sum, (&w, &e)| l_mac(sum, w, e));
        // 10^(g/20) = 2^(0.166 g), from Q8 to Q16.
        let power = Dpf::new(l_shr(l_mult(extract_h(level), 5439), 8));
        PredictedGain { mantissa: extract_l(pow2(14, power.lo)), scale: sub(14, power.hi) }
    }

    /// Takes in the correction factor (Q13) that was transmitted (eq. 72).
    pub fn push(&mut self, factor: i32) {
        let (exponent, fraction) = log2(factor);
        let level = extract_h(l_shl(Dpf { hi: sub(exponent, 13), lo: fraction }.word(), 13));
        // 20 log10 2 in Q12.
        self.remember(mult(level, 24_660));
    }

    /// Takes in an erased subframe: the mean of the past less 4 dB (eq. 95).
    pub fn push_erased(&mut self) {
        let sum = self.past.iter().fold(0, |sum, &e| l_add(sum, l_deposit_l(e)));
        self.remember(sub(extract_l(l_shr(sum, 2)), 4096).max(LOWEST));
    }

    fn remember(&mut self, level: i16) {
        self.past.rotate_right(1);
        self.past[0] = level;
    }
}

impl Default for GainPredictor {
    fn default() -> Self {
        Self::new()
    }
}

/// The gains that `index` (GA and GB, 7 bits) means for `code` (Q13); the predictor goes one subframe on.
pub fn dequantise(predictor: &mut GainPredictor, index: u8, code: &[i16; SUBFRAME]) -> Gains {
    let entry1 = GAIN_STAGE1[usize::from(GAIN_ENTRY1[usize::from(index >> 4 & 7)] & 7)];
    let entry2 = GAIN_STAGE2[usize::from(GAIN_ENTRY2[usize::from(index & 15)] & 15)];
    let predicted = predictor.predict(code);
    let factor = i32::from(entry1[1]) + i32::from(entry2[1]);
    predictor.push(factor);
    Gains { pitch: entry1[0].saturating_add(entry2[0]), code: predicted.scaled(factor) }
}

impl PredictedGain {
    /// The gain, Q1, after the correction factor (Q13) (eq. 74).
    pub fn scaled(self, factor: i32) -> i16 {
        let product = l_mult(extract_l(l_shr(factor, 1)), self.mantissa);
        extract_h(l_shl(product, negate(self.scale).saturating_add(4)))
    }
}
