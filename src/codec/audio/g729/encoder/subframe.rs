//! Analysis by synthesis of one subframe (G.729 clauses 3.5 to 3.10, clauses A.3.5 to A.3.10). Real-time.

use super::acelp::{Innovation, innovation};
use super::closed_loop::{Delays, search, vector};
use super::gain_quant::quantise;
use super::inner::energy;
use super::pitch_gain::pitch_gain;
use super::taming::ErrorBounds;
use super::weighting::synthesise;
use crate::codec::audio::g729::bits::SubframeParams;
use crate::codec::audio::g729::frame::{EXCITATION, EXCITATION_PAST, FRAME, ORDER, SUBFRAME, TAPS};
use crate::codec::audio::g729::gain::{GainPredictor, Gains, dequantise};
use crate::codec::audio::g729::ops::{add, extract_h, l_mac, l_mult, l_shl, round, sub};
use crate::codec::audio::g729::pitch_lag::PitchLag;
use crate::codec::audio::g729::pitch_pred::adaptive_codebook;

/// Limits of the pitch sharpening's gain: 0.2 and 0.8 in Q14.
const SHARPNESS: [i16; 2] = [3277, 13_017];

/// Largest pitch gain while it is tamed: 0.95 in Q14.
const TAMED: i16 = 15_564;

/// What passes from subframe to subframe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excitation {
    /// Past excitation, and the frame's: LP residual first, excitation once it is coded.
    pub samples: [i16; EXCITATION],
    /// Past error of the synthesis, weighted: what the target starts from.
    pub weighted_error: [i16; ORDER],
    /// Gain of the pitch sharpening, Q14.
    pub sharpness: i16,
    /// Gains of the past.
    pub gain_predictor: GainPredictor,
    /// Bounds of the error that the decoder might make.
    pub error_bounds: ErrorBounds,
}

impl Excitation {
    /// As at the start of a call.
    pub const fn new() -> Self {
        Self {
            samples: [0; EXCITATION],
            weighted_error: [0; ORDER],
            sharpness: SHARPNESS[0],
            gain_predictor: GainPredictor::new(),
            error_bounds: ErrorBounds::new(),
        }
    }

    /// Codes subframe 0 or 1 with the filter 1/A(z/γ); returns its delay and parameters, but for that of the delay.
    pub fn code(&mut self, subframe: usize, weighted: &[i16; TAPS], delays: Delays) -> (PitchLag, SubframeParams) {
        let at = EXCITATION_PAST + subframe.min(1) * SUBFRAME;
        let (response, target) = self.target(at, weighted);
        let lag = search(&mut self.samples, at, &target, &response, delays, subframe == 0);
        let adaptive = *vector(&self.samples, at);
        let mut filtered = [0; SUBFRAME];
        synthesise(weighted, &adaptive, &[0; ORDER], &mut filtered);
        let (mut pitch, correlations) = pitch_gain(&target, &filtered);
        let tamed = self.error_bounds.exceeded(lag.whole, lag.third);
        if tamed {
            pitch = pitch.min(TAMED);
        }
        let rest = std::array::from_fn(|i| sub(target[i], extract_h(l_shl(l_mult(filtered[i], pitch), 1))));

        let fixed = innovation(&rest, &response, lag.whole, self.sharpness);
        let correlations = correlations.with_code(&target, &filtered, &fixed.filtered);
        let (index, gains) = quantise(&mut self.gain_predictor, &fixed.code, &correlations, tamed);
        self.excite(at, &adaptive, &fixed.code, gains, lag);
        self.remember_error(&target, &filtered, &fixed.filtered, gains);
        let params = SubframeParams { pitch: 0, positions: fixed.positions, signs: fixed.signs, gains: index };
        (lag, params)
    }

    /// Codes subframe 0 or 1 by parameters that were chosen elsewhere; returns the energy of what they miss of the target.
    pub fn follow(&mut self, subframe: usize, weighted: &[i16; TAPS], lag: PitchLag, params: &SubframeParams) -> i64 {
        let at = EXCITATION_PAST + subframe.min(1) * SUBFRAME;
        let (response, target) = self.target(at, weighted);
        adaptive_codebook(&mut self.samples, at, lag.whole, lag.third);
        let adaptive = *vector(&self.samples, at);
        let mut filtered = [0; SUBFRAME];
        synthesise(weighted, &adaptive, &[0; ORDER], &mut filtered);
        let fixed = Innovation::of(params.positions, params.signs, &response, lag.whole, self.sharpness);
        let gains = dequantise(&mut self.gain_predictor, params.gains, &fixed.code);
        self.excite(at, &adaptive, &fixed.code, gains, lag);
        self.remember_error(&target, &filtered, &fixed.filtered, gains);
        energy(&std::array::from_fn::<_, SUBFRAME, _>(|i| missed(i, &target, &filtered, &fixed.filtered, gains)))
    }

    /// The response of the filter 1/A(z/γ), and the target that it has in a subframe.
    fn target(&self, at: usize, weighted: &[i16; TAPS]) -> ([i16; SUBFRAME], [i16; SUBFRAME]) {
        let mut impulse = [0; SUBFRAME];
        impulse[0] = 4096;
        let [mut response, mut target] = [[0; SUBFRAME]; 2];
        synthesise(weighted, &impulse, &[0; ORDER], &mut response);
        synthesise(weighted, vector(&self.samples, at), &self.weighted_error, &mut target);
        (response, target)
    }

    /// The quantised excitation of a subframe, and what of it matters for the next ones.
    fn excite(&mut self, at: usize, adaptive: &[i16; SUBFRAME], code: &[i16; SUBFRAME], gains: Gains, lag: PitchLag) {
        self.sharpness = gains.pitch.clamp(SHARPNESS[0], SHARPNESS[1]);
        for ((sample, &own), &pulse) in self.samples[at..].iter_mut().zip(adaptive).zip(code) {
            *sample = round(l_shl(l_mac(l_mult(own, gains.pitch), pulse, gains.code), 1));
        }
        self.error_bounds.push(gains.pitch, lag.whole);
    }

    /// The end of the target that the quantised excitation leaves (clause A.3.10).
    fn remember_error(&mut self, x: &[i16; SUBFRAME], y: &[i16; SUBFRAME], z: &[i16; SUBFRAME], gains: Gains) {
        for (k, error) in self.weighted_error.iter_mut().enumerate() {
            *error = missed(SUBFRAME - ORDER + k, x, y, z, gains);
        }
    }

    /// Whether a decoder would have the same past.
    pub fn is_level_with(&self, other: &Self) -> bool {
        self.samples[..EXCITATION_PAST] == other.samples[..EXCITATION_PAST]
            && self.gain_predictor == other.gain_predictor
            && self.sharpness == other.sharpness
    }

    /// Makes the present frame part of the past.
    pub fn advance(&mut self) {
        self.samples.copy_within(FRAME.., 0);
    }

    /// The pitch sharpening of a frame without pulses.
    pub fn soften(&mut self) {
        self.sharpness = SHARPNESS[0];
    }
}

/// What both codebooks' filtered vectors leave of a sample of the target.
#[inline(always)]
fn missed(i: usize, x: &[i16; SUBFRAME], y: &[i16; SUBFRAME], z: &[i16; SUBFRAME], gains: Gains) -> i16 {
    let adaptive = extract_h(l_shl(l_mult(y[i], gains.pitch), 1));
    let fixed = extract_h(l_shl(l_mult(z[i], gains.code), 2));
    sub(x[i], add(adaptive, fixed))
}
