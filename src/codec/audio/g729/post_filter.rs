//! The adaptive post-filter (Annex A clause A.4.2): pitch, formants, tilt and level, per subframe.

use super::filters::{remember, residual, synthesis};
use super::frame::{FRAME, LAG_MAX, ORDER, SUBFRAME, TAPS};
use super::gain_control::GainControl;
use super::lpc::{expand, powers};
use super::ops::{div_s, extract_h, l_mac, l_saturate, mult, sub};
use super::pitch_post_filter::PitchPostFilter;

/// Powers of γn = 0.55 and γd = 0.7 in Q15 (eq. A.9).
static NUMERATOR: [i16; ORDER] = powers(18_022);
static DENOMINATOR: [i16; ORDER] = powers(22_938);

/// Share of the tilt that is compensated, when positive: γt = 0.8 in Q15 (clause A.4.2.3).
const TILT: i16 = 26_214;

/// Samples of the impulse response that the tilt is measured on.
const RESPONSE: usize = 22;

/// The post-filter with its memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostFilter {
    /// The last ten samples before the post-filter.
    past: [i16; ORDER],
    pitch: PitchPostFilter,
    /// The last sample that tilt compensation took.
    tilt_memory: i16,
    /// Of the filter 1/A(z/γd).
    formant_memory: [i16; ORDER],
    gain_control: GainControl,
}

impl PostFilter {
    /// As at the start of a call.
    pub const fn new() -> Self {
        Self {
            past: [0; ORDER],
            pitch: PitchPostFilter::new(),
            tilt_memory: 0,
            formant_memory: [0; ORDER],
            gain_control: GainControl::new(),
        }
    }

    /// Filters a frame in place, given the LP filters and the whole pitch delays of its subframes.
    /// Comfort noise (`voiced` false) has no pitch to enhance (clause B.4.4).
    ///
    /// Real-time: about 3000 products.
    pub fn process(&mut self, signal: &mut [i16; FRAME], filters: &[[i16; TAPS]; 2], lags: [i16; 2], voiced: bool) {
        let mut speech = [0; ORDER + FRAME];
        speech[..ORDER].copy_from_slice(&self.past);
        speech[ORDER..].copy_from_slice(signal);
        self.past.copy_from_slice(&speech[FRAME..]);
        let (subframes, _) = signal.as_chunks_mut::<SUBFRAME>();
        for (i, out) in subframes.iter_mut().enumerate() {
            let numerator = expand(&filters[i], &NUMERATOR);
            let denominator = expand(&filters[i], &DENOMINATOR);
            let input = *out;
            let mut filtered = [0; SUBFRAME];
            residual(&numerator, &speech[i * SUBFRAME..][..ORDER + SUBFRAME], &mut filtered);
            self.pitch.push(i, &filtered);
            if voiced {
                self.pitch.enhance(i, lags[i].min(LAG_MAX), &mut filtered);
            }
            self.compensate_tilt(tilt(&numerator, &denominator), &mut filtered);
            synthesis(&denominator, &filtered, &self.formant_memory, out);
            remember(&mut self.formant_memory, out);
            self.gain_control.process(&input, out);
        }
        self.pitch.advance();
    }

    /// 1 − μz⁻¹ in place, μ in Q15 (clause A.4.2.3).
    fn compensate_tilt(&mut self, mu: i16, signal: &mut [i16; SUBFRAME]) {
        let input = *signal;
        signal[0] = sub(input[0], mult(mu, self.tilt_memory));
        for (out, pair) in signal[1..].iter_mut().zip(input.windows(2)) {
            *out = sub(pair[1], mult(mu, pair[0]));
        }
        self.tilt_memory = input[SUBFRAME - 1];
    }
}

/// 0.8 of the first normalised correlation of the formant filter's impulse response, Q15, not below zero (eq. A.14).
fn tilt(numerator: &[i16; TAPS], denominator: &[i16; TAPS]) -> i16 {
    let mut impulse = [0; RESPONSE.next_multiple_of(4)];
    impulse[..TAPS].copy_from_slice(numerator);
    let mut response = impulse;
    synthesis(denominator, &impulse, &[0; ORDER], &mut response);
    let response = &response[..RESPONSE];
    let energy: i64 = response.iter().map(|&h| i64::from(h) * i64::from(h)).sum();
    let correlation = if energy <= i64::from(i32::MAX / 2) {
        // By Cauchy and Schwarz no partial sum of products is above the energy: nothing saturates.
        2 * response.windows(2).map(|h| i32::from(h[0]) * i32::from(h[1])).sum::<i32>()
    } else {
        response.windows(2).fold(0, |sum, h| l_mac(sum, h[0], h[1]))
    };
    match extract_h(correlation) {
        positive @ 1.. => div_s(mult(positive, TILT), extract_h(l_saturate(2 * energy))),
        _ => 0,
    }
}
