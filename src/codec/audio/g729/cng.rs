//! Comfort noise in the decoder (Annex B clause B.4.4).
//!
//! Not the synthesis: it makes a pause's excitation and LP filters, the decoder filters them as it does speech.

use super::annex_b;
use super::bits::SidParams;
use super::frame::{EXCITATION, ORDER, TAPS};
use super::lsp::LspPredictor;
use super::ops::{l_mult, l_saturate, l_shl, norm_l, round};

/// What comfort noise reads and changes of the decoder in a frame without speech.
pub struct Pause<'a> {
    /// The descriptor; `None` for a frame that was not transmitted, or lost within a pause.
    pub sid: Option<&'a SidParams>,
    /// Whether the frame before was speech.
    pub after_speech: bool,
    /// Of the last speech frame that arrived: the level if the pause's first descriptor is lost.
    pub energy: ExcitationEnergy,
    /// Past excitation and, from `EXCITATION_PAST` on, the frame to be written.
    pub excitation: &'a mut [i16; EXCITATION],
    /// LSPs at the end of the frame before; those of this frame afterwards.
    pub lsp: &'a mut [i16; ORDER],
    /// The LSP quantiser's memory, which a descriptor moves on.
    pub predictor: &'a mut LspPredictor,
}

/// Energy of a frame's excitation: mantissa · 2^shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExcitationEnergy {
    /// Normalised, or zero.
    pub mantissa: i16,
    /// Its exponent.
    pub shift: i16,
}

impl ExcitationEnergy {
    /// As at the start of a call.
    pub const fn new() -> Self {
        Self { mantissa: 0, shift: 1 }
    }

    /// Measures a frame. Saturates at 2^31 − 1, which is the highest level there is.
    pub fn of(frame: &[i16]) -> Self {
        // No summand is negative, so clipping the sum is the same as clipping on the way.
        let sum: i64 = frame.iter().map(|&x| i64::from(l_mult(x, x))).sum();
        let sum = l_saturate(sum);
        let places = norm_l(sum);
        Self { mantissa: round(l_shl(sum, places)), shift: 16 - places }
    }
}

impl Default for ExcitationEnergy {
    fn default() -> Self {
        Self::new()
    }
}

/// The decoder's comfort noise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComfortNoise {
    generator: annex_b::ComfortNoise,
}

impl ComfortNoise {
    /// As at the start of a call.
    pub const fn new() -> Self {
        Self { generator: annex_b::ComfortNoise::new() }
    }

    /// Notes a frame of speech: the next pause's random sequence starts anew.
    pub const fn interrupt(&mut self) {
        self.generator.rest();
    }

    /// Makes a frame's excitation and the LP filters of its subframes.
    ///
    /// Without a descriptor the noise goes on as it was; at the start of a pause it takes the level of the
    /// last speech and the spectrum of the pause before (clause B.4.5).
    pub fn fill(&mut self, pause: Pause<'_>) -> [[i16; TAPS]; 2] {
        if let Some(sid) = pause.sid {
            self.generator.aim_at(sid.gain);
            self.generator.shape(annex_b::dequantise(pause.predictor, sid));
        } else if pause.after_speech {
            let ExcitationEnergy { mantissa, shift } = pause.energy;
            self.generator.aim_at(annex_b::quantise_excitation(mantissa, shift).index);
        }
        self.generator.generate(pause.after_speech, pause.lsp, pause.excitation).filters
    }
}
