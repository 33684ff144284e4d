//! Analysis by synthesis of one subframe (G.729 clauses 3.5 to 3.10, clauses A.3.5 to A.3.10). Real-time.

use super::acelp::innovation;
use super::closed_loop::{Delays, search, vector};
use super::gain_quant::quantise;
use super::pitch_gain::pitch_gain;
use super::taming::ErrorBounds;
use super::weighting::synthesise;
use crate::codec::audio::g729::bits::SubframeParams;
use crate::codec::audio::g729::frame::{EXCITATION, EXCITATION_PAST, FRAME, ORDER, SUBFRAME, TAPS};
use crate::codec::audio::g729::gain::{GainPredictor, Gains};
use crate::codec::audio::g729::ops::{add, extract_h, l_mac, l_mult, l_shl, round, sub};
use crate::codec::audio::g729::pitch_lag::PitchLag;

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
        let mut impulse = [0; SUBFRAME];
        impulse[0] = 4096;
        let mut response = [0; SUBFRAME];
        synthesise(weighted, &impulse, &[0; ORDER], &mut response);
        let mut target = [0; SUBFRAME];
        synthesise(weighted, vector(&self.samples, at), &self.weighted_error, &mut target);

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
        self.sharpness = gains.pitch.clamp(SHARPNESS[0], SHARPNESS[1]);
        for ((sample, &own), &pulse) in self.samples[at..].iter_mut().zip(&adaptive).zip(&fixed.code) {
            *sample = round(l_shl(l_mac(l_mult(own, gains.pitch), pulse, gains.code), 1));
        }
        self.error_bounds.push(gains.pitch, lag.whole);
        self.remember_error(&target, &filtered, &fixed.filtered, gains);
        let params = SubframeParams { pitch: 0, positions: fixed.positions, signs: fixed.signs, gains: index };
        (lag, params)
    }

    /// The end of the target that the quantised excitation leaves (clause A.3.10).
    fn remember_error(&mut self, x: &[i16; SUBFRAME], y: &[i16; SUBFRAME], z: &[i16; SUBFRAME], gains: Gains) {
        for (k, error) in self.weighted_error.iter_mut().enumerate() {
            let i = SUBFRAME - ORDER + k;
            let adaptive = extract_h(l_shl(l_mult(y[i], gains.pitch), 1));
            let fixed = extract_h(l_shl(l_mult(z[i], gains.code), 2));
            *error = sub(x[i], add(adaptive, fixed));
        }
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
