//! The excitation of comfort noise (G.729 Annex B clause B.4.4), the same in coder and decoder.
//!
//! Each subframe is a random pitch contribution, Gaussian noise, and four random pulses whose gain brings the
//! sum to the wanted level.

use super::super::dpf::Dpf;
use super::super::frame::{EXCITATION, EXCITATION_PAST, SUBFRAME};
use super::super::noise::Noise;
use super::super::ops::{
    abs_s, add, extract_l, l_mac, l_mult, l_shr, l_sub, mult_r, negate, norm_s, shl, shr, shr_r, sub,
};
use super::super::pitch_pred::adaptive_codebook;
use super::gaussian::gaussian;
use super::pulses::Choice;
use super::root::half_root;

/// The pitch contribution that a subframe of noise had, for the coder's taming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Echo {
    /// Gain of the adaptive codebook, Q14.
    pub gain: i16,
    /// Whole part of its delay.
    pub lag: i16,
}

/// Largest gain of a pulse, either sign.
const LARGEST_PULSE: i16 = 5000;

/// 1 − 0.5², Q15: the share of the energy that the pulses have beside the Gaussian noise.
const PULSE_SHARE: i16 = 24_576;

/// Writes a frame of noise behind the past excitation. `level` is the root mean square of a sample times 8.
///
/// Real-time: about 2000 products.
pub fn excite(excitation: &mut [i16; EXCITATION], level: i16, random: &mut Noise) -> [Echo; 2] {
    if level == 0 {
        excitation[EXCITATION_PAST..].fill(0);
        return [Echo { gain: 0, lag: SUBFRAME as i16 + 1 }; 2];
    }
    [0, SUBFRAME].map(|start| excite_subframe(excitation, EXCITATION_PAST + start, level, random))
}

fn excite_subframe(excitation: &mut [i16; EXCITATION], at: usize, level: i16, random: &mut Noise) -> Echo {
    let choice = Choice::draw(random);
    let noise = gaussian(level, random);
    adaptive_codebook(excitation, at, choice.lag, choice.third);
    let Some(out) = excitation.get_mut(at..).and_then(|tail| tail.first_chunk_mut::<SUBFRAME>()) else {
        return Echo { gain: 0, lag: choice.lag };
    };
    let pitch_gain = shl(choice.pitch_gain, 1);
    for (sample, noise) in out.iter_mut().zip(&noise) {
        *sample = add(mult_r(*sample, pitch_gain), *noise);
    }
    let (gain, echo) = match pulse_gain(out, level, &choice) {
        Some(gain) => (gain, choice.pitch_gain),
        // With the pitch contribution it is too loud already.
        None => {
            *out = noise;
            (pulse_gain_on_noise(&noise, level, &choice), 0)
        }
    };
    for (position, sign) in choice.pulses {
        if let Some(sample) = out.get_mut(position) {
            *sample = if sign { add(*sample, gain) } else { sub(*sample, gain) };
        }
    }
    Echo { gain: echo, lag: choice.lag }
}

/// The gain with which the pulses on top of `base` make the wanted energy: 4g² + 2bg + c = 0 (eq. B.23).
/// `None` if there is no such gain.
fn pulse_gain(base: &[i16; SUBFRAME], level: i16, choice: &Choice) -> Option<i16> {
    let peak = base.iter().fold(0, |peak, &s| abs_s(s).max(peak));
    let places = if peak == 0 { 0 } else { sub(3, norm_s(peak)).max(0) };
    let scaled = base.map(|s| shr(s, places));
    let energy = scaled.iter().fold(0, |sum, &s| l_mac(sum, s, s));
    let half = shr(choice.correlation(&scaled), 1);
    let rest = l_sub(l_shr(wanted(level), add(1, shl(places, 1))), energy);
    let discriminant = l_mac(rest, half, half);
    (discriminant >= 0).then(|| smaller_root(discriminant, half, add(places, 1)))
}

/// The same on Gaussian noise, whose share of the energy is known: there is always a solution.
fn pulse_gain_on_noise(noise: &[i16; SUBFRAME], level: i16, choice: &Choice) -> i16 {
    let magnitudes = choice.pulses.iter().fold(0, |bits, &(at, _)| bits | abs_s(noise.get(at).copied().unwrap_or(0)));
    let places = if magnitudes & 0x4000 == 0 { 1 } else { 2 };
    let half = choice.correlation(&noise.map(|s| shr(s, places)));
    let rest = l_shr(Dpf::new(wanted(level)).times_short(PULSE_SHARE), sub(shl(places, 1), 1));
    smaller_root(l_mac(rest, half, half), half, places)
}

/// The energy that a subframe should have, times 4.
fn wanted(level: i16) -> i32 {
    l_mult(level, extract_l(l_shr(l_mult(level, SUBFRAME as i16), 6)))
}

/// Of both solutions the smaller one, limited.
fn smaller_root(discriminant: i32, half: i16, places: i16) -> i16 {
    let root = half_root(discriminant);
    let upper = sub(root, half);
    let lower = negate(add(half, root));
    let chosen = if abs_s(lower) < abs_s(upper) { lower } else { upper };
    shr_r(chosen, sub(2, places)).clamp(-LARGEST_PULSE, LARGEST_PULSE)
}
