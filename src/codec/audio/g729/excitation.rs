//! The decoder's excitation: adaptive and fixed codebook with their gains (G.729 clauses 4.1.3 to 4.1.5),
//! and what stands in for them in erased frames (clause 4.4). Real-time.

use super::acelp::{pulses, sharpen};
use super::bits::SubframeParams;
use super::frame::{EXCITATION, EXCITATION_PAST, FRAME, LAG_MAX, SUBFRAME};
use super::gain::{GainPredictor, Gains, dequantise};
use super::noise::Noise;
use super::ops::mult;
use super::pitch_lag::PitchLag;
use super::pitch_pred::adaptive_codebook;

/// Limits of the pitch sharpening's gain: 0.2 and 0.8 in Q14.
const SHARPNESS: [i16; 2] = [3277, 13_017];

/// Excitation and the state that makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excitation {
    samples: [i16; EXCITATION],
    gains: Gains,
    gain_predictor: GainPredictor,
    /// Gain of the pitch sharpening, Q14.
    sharpness: i16,
    /// The delay that an erased subframe would take.
    lag: i16,
    /// Draws the pulses of erased frames.
    random: Noise,
}

impl Excitation {
    /// As at the start of a call (table 9).
    pub const fn new() -> Self {
        Self {
            samples: [0; EXCITATION],
            gains: Gains { pitch: 0, code: 0 },
            gain_predictor: GainPredictor::new(),
            sharpness: SHARPNESS[0],
            lag: 60,
            random: Noise::new(21_845),
        }
    }

    /// Makes the first subframe. A delay whose parity fails is replaced (clause 4.1.2). Returns the whole delay.
    pub fn first_subframe(&mut self, params: &SubframeParams, parity_holds: bool) -> i16 {
        let lag = if parity_holds {
            let lag = PitchLag::first(params.pitch);
            self.lag = lag.whole;
            lag
        } else {
            self.repeated_lag()
        };
        self.coded_subframe(0, lag, params)
    }

    /// Makes the second subframe; its delay is coded relative to the first one's. Returns the whole delay.
    pub fn second_subframe(&mut self, params: &SubframeParams, first_lag: i16) -> i16 {
        let lag = PitchLag::second(params.pitch, first_lag);
        self.lag = lag.whole;
        self.coded_subframe(1, lag, params)
    }

    /// Makes an erased subframe: delay kept, gains falling, pulses at random (clause 4.4). Returns the delay.
    pub fn erased_subframe(&mut self, subframe: usize) -> i16 {
        let lag = self.repeated_lag();
        let positions = self.random.draw().cast_unsigned() & 0x1fff;
        let signs = self.random.draw() & 0xf;
        let mut code = pulses(positions, signs as u8);
        sharpen(&mut code, lag.whole, self.sharpness);
        // 0.9 and at most that; 0.98 (eqs. 93 and 94, A.4).
        self.gains.pitch = mult(self.gains.pitch, 29_491).min(29_491);
        self.gains.code = mult(self.gains.code, 32_111);
        self.gain_predictor.push_erased();
        self.mix(subframe, lag, &code)
    }

    /// Takes note of a frame of comfort noise; the delays stand for its subframes in the post-filter.
    pub fn pause(&mut self) -> [i16; 2] {
        self.sharpness = SHARPNESS[0];
        [self.lag; 2]
    }

    /// Lowers past and present by 12 dB.
    pub fn attenuate(&mut self) {
        for sample in &mut self.samples {
            *sample >>= 2;
        }
    }

    /// Makes the present frame part of the past.
    pub fn advance(&mut self) {
        self.samples.copy_within(FRAME.., 0);
    }

    /// The past.
    #[cfg(test)]
    pub fn past(&self) -> &[i16] {
        &self.samples[..EXCITATION_PAST]
    }

    /// The present frame.
    pub fn frame(&self) -> &[i16] {
        &self.samples[EXCITATION_PAST..]
    }

    /// A subframe of the present frame.
    pub fn subframe(&self, subframe: usize) -> &[i16; SUBFRAME] {
        &self.frame().as_chunks::<SUBFRAME>().0[subframe]
    }

    /// Past and present, for comfort noise to fill the present frame.
    pub fn samples_mut(&mut self) -> &mut [i16; EXCITATION] {
        &mut self.samples
    }

    fn coded_subframe(&mut self, subframe: usize, lag: PitchLag, params: &SubframeParams) -> i16 {
        let mut code = pulses(params.positions, params.signs);
        sharpen(&mut code, lag.whole, self.sharpness);
        self.gains = dequantise(&mut self.gain_predictor, params.gains, &code);
        self.mix(subframe, lag, &code)
    }

    /// The last delay, and one sample more the next time, up to the longest.
    fn repeated_lag(&mut self) -> PitchLag {
        let whole = self.lag;
        self.lag = (whole + 1).min(LAG_MAX);
        PitchLag { whole, third: 0 }
    }

    /// Sum of both codebooks (eq. 75). Returns the whole delay.
    fn mix(&mut self, subframe: usize, lag: PitchLag, code: &[i16; SUBFRAME]) -> i16 {
        let at = EXCITATION_PAST + subframe * SUBFRAME;
        adaptive_codebook(&mut self.samples, at, lag.whole, lag.third);
        let Gains { pitch, code: gain } = self.gains;
        for (sample, &pulse) in self.samples[at..].iter_mut().zip(code) {
            // Gains are not negative and that of the adaptive codebook is below 1.4, so the sum of products
            // is below 2^31 and rounding it at once clips as the reference's four saturating steps do.
            let sum = i32::from(*sample) * i32::from(pitch) + i32::from(pulse) * i32::from(gain);
            *sample = ((sum + (1 << 13)) >> 14).clamp(-32_768, 32_767) as i16;
        }
        self.sharpness = pitch.clamp(SHARPNESS[0], SHARPNESS[1]);
        lag.whole
    }
}
