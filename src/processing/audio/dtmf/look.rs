//! One window's verdict: two tones and nothing else, or not.

use super::DtmfConfig;
use super::bank::{Bin, HOP, RATE, Spectrum, energy_of};
use super::key::{HIGH, LOW, at};

/// Amplitude of a sine of 0 dBm0: 3.14 dB below the largest that A-law can say (ITU-T G.711).
const DBM0: f32 = 0.6857;
/// Share of the energy that the two tones must have: Q.24 asks for no more than 15 dB of noise below them; speech rarely
/// puts all but a tenth into two harmonics.
const PURE: f32 = 0.86;
/// The same where playout had to invent some of the window, or a decoder is not itself again, and a digit is known.
const PURE_CONCEALED: f32 = 0.4;
/// Frequencies off by more are none of a digit, at a single look: between the 1.5 % that must and the 3.5 % that must not.
const OFF: f32 = 0.031;

/// Limits as amplitudes and ratios.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Least amplitude.
    pub least: f32,
    /// Most power of the high tone over that of the low one.
    above: f32,
    /// Least of it.
    below: f32,
}

impl Limits {
    pub fn new(config: &DtmfConfig) -> Self {
        let db = |value: f32, least: f32, most: f32| if value.is_nan() { least } else { value.clamp(least, most) };
        let ratio = |value: f32| 10f32.powf((db(value, 0.0, 20.0) + 0.5) / 10.0);
        Self {
            least: DBM0 * 10f32.powf(db(config.min_level.0, -60.0, 0.0) / 20.0),
            above: ratio(config.twist.0),
            below: 1.0 / ratio(config.reverse_twist.0),
        }
    }
}

/// What a look saw of a digit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    /// Its event code.
    pub code: u8,
    /// How far the low and the high tone are off their frequencies, as shares of them.
    pub off: [f32; 2],
    /// Power of both tones.
    pub power: f32,
}

/// Looks at a window and the one 5 ms before it. `concealed`: playout had to invent some of it.
pub(super) fn look(now: &Spectrum, before: &Spectrum, limits: &Limits, concealed: bool) -> Option<Look> {
    let (row, low) = strongest(&now.bins[..4]);
    let (column, high) = strongest(&now.bins[4..]);
    // Off its frequency a tone looks weaker, by a third at most: what is too weak even so needs no second look.
    if low < limits.least * limits.least * 0.4 || high < limits.least * limits.least * 0.4 {
        return None;
    }
    let off = [
        deviation(now.bins[row], before.bins[row], LOW[row]),
        deviation(now.bins[4 + column], before.bins[4 + column], HIGH[column]),
    ];
    let [low, high] = [low / response(off[0]), high / response(off[1])];
    let twist = high / low;
    let share = energy_of((low + high) * 0.5) / now.energy;
    let off = [off[0] / LOW[row], off[1] / HIGH[column]];
    let fine = low.min(high) >= limits.least * limits.least
        && (concealed || off.iter().all(|off| off.abs() <= OFF))
        && (concealed || (limits.below..=limits.above).contains(&twist))
        && share >= if concealed { PURE_CONCEALED } else { PURE };
    fine.then(|| Look { code: at(row, column), off, power: (low + high) * 0.5 })
}

/// The strongest of four components and its squared amplitude.
fn strongest(bins: &[Bin]) -> (usize, f32) {
    bins.iter().map(|b| b.re * b.re + b.im * b.im).enumerate().fold((0, 0.0), |a, b| if b.1 > a.1 { b } else { a })
}

/// Hertz by which a tone is above the frequency of its component: the phase that it gained within a hop.
fn deviation(now: Bin, before: Bin, hz: f32) -> f32 {
    let (re, im) = (now.re * before.re + now.im * before.im, now.im * before.re - now.re * before.im);
    let turns = im.atan2(re) / std::f32::consts::TAU - hz * HOP as f32 / RATE;
    (turns - turns.round()) * (RATE / HOP as f32)
}

/// Squared amplitude that the window leaves of a tone that is `hz` off: (sinc u / (1 − u²))² in its first terms, within
/// 1 % to ±40 Hz, and never less than a third.
fn response(hz: f32) -> f32 {
    let u = hz * 0.02;
    let square = (u * u).min(1.0);
    let amplitude = 1.0 - square * (0.645 - square * 0.167);
    amplitude * amplitude
}
