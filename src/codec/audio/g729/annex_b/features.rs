//! The four features of the voice activity detector (G.729 Annex B clause B.3.1).

use super::super::dpf::Dpf;
use super::super::frame::ORDER;
use super::super::math::log2;
use super::super::ops::{extract_h, l_mac, l_shl, sub};
use super::tables_vad::LOW_BAND;
use crate::codec::audio::g729::encoder::{LAGS, SPAN};

/// What the coder's LP analysis knows of a frame.
#[derive(Clone, Copy, Debug)]
pub struct SpectrumView<'a> {
    /// Autocorrelations 0 to 12 after the lag window, normalised.
    pub autocorrelation: &'a [Dpf; LAGS],
    /// Their exponent: the energy is `autocorrelation[0] · 2^exponent`, up to a constant.
    pub exponent: i16,
    /// Unquantised line spectral frequencies as shares of the sampling rate, Q15.
    pub lsf: &'a [i16; ORDER],
    /// The second reflection coefficient, Q15.
    pub second_reflection: i16,
    /// The samples under the LP window, after preprocessing.
    pub window: &'a [i16; SPAN],
}

/// The features of one frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Features {
    /// Level of the frame, dB/10 in Q11.
    pub energy: i16,
    /// Level below 1 kHz, dB/10 in Q11.
    pub low_energy: i16,
    /// Zero crossings of a sample, Q15.
    pub crossings: i16,
    /// Line spectral frequencies as shares of the sampling rate, Q15.
    pub lsf: [i16; ORDER],
}

impl Features {
    /// Measures the frame. Real-time.
    pub fn of(spectrum: &SpectrumView<'_>) -> Self {
        let r = spectrum.autocorrelation;
        let above = r[1..].iter().zip(&LOW_BAND[1..]).fold(0, |sum, (r, &weight)| l_mac(sum, r.hi, weight));
        let low = l_mac(l_shl(above, 1), r[0].hi, LOW_BAND[0]);
        Self {
            energy: level(r[0].word(), spectrum.exponent),
            low_energy: level(low, spectrum.exponent),
            crossings: crossings(spectrum.window),
            lsf: *spectrum.lsf,
        }
    }
}

/// 10 log10 of the energy over the window's length, by a tenth in Q11 (eqs. B.2 and B.3).
fn level(energy: i32, exponent: i16) -> i16 {
    /// log10 2 in Q15.
    const LOG10_OF_2: i16 = 9864;
    /// log10 240 in Q11.
    const LOG10_OF_WINDOW: i16 = 4875;
    let (whole, fraction) = log2(energy);
    let scaled = Dpf { hi: whole, lo: fraction }.times_short(LOG10_OF_2);
    let all = l_mac(scaled, LOG10_OF_2, sub(exponent, 2));
    sub(extract_h(l_shl(all, 11)), LOG10_OF_WINDOW)
}

/// Share of the newest samples but the look-ahead's end that change sign (eq. B.4): 80 at 1/80 each, Q15.
fn crossings(window: &[i16; SPAN]) -> i16 {
    let signs = window[120..=200].windows(2).filter(|pair| i32::from(pair[0]) * i32::from(pair[1]) < 0);
    (signs.count() as i16).saturating_mul(410)
}
