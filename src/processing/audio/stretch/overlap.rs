//! Where a signal can be cut, and the cut.

use multiversion::multiversion;

use crate::processing::audio::plc::{correlation, dot, find_pitch};
use crate::processing::audio::stretch::voice::is_voice;
use crate::types::SampleRate;

/// Two periods this alike can stand for each other unheard.
const ALIKE: f32 = 0.9;
/// Mean square below which anything can be cut: −50 dBFS.
const QUIET: f32 = 1e-5;
/// Steps up and down in which the period is fitted to the cut: the pitch may have moved by a
/// sixteenth since where it was found.
const STEPS: usize = 4;

/// The length that can be taken out of, or put into, the start of `signal` unheard: 2.5 to 15 ms, at
/// most half the signal, and at most `most`. `None` where a cut would be heard. Real-time.
pub fn stretchable(signal: &[f32], most: usize, rate: SampleRate) -> Option<usize> {
    let per_ms = (rate.hz() / 1_000) as usize;
    let signal = &signal[..signal.len().min(30 * per_ms)];
    let half = signal.len() / 2;
    if half < 5 * per_ms || most < 5 * per_ms / 2 {
        return None;
    }
    if dot(signal, signal) < QUIET * signal.len() as f32 {
        return Some(half.min(most).min(10 * per_ms));
    }
    // First, since it costs a quarter of the search and fails more often.
    if !is_voice(signal, rate) {
        return None;
    }
    let found = find_pitch(signal, half, rate)?.period;
    alike(signal, found, half.min(most))
}

/// The period near `found`, `most` at most, with which the start of `signal` repeats itself.
#[multiversion(targets("x86_64+avx2"))]
fn alike(signal: &[f32], found: usize, most: usize) -> Option<usize> {
    let step = (found / (16 * STEPS)).max(1);
    let shortest = found.saturating_sub(STEPS * step).max(1);
    let mut best = (0, ALIKE);
    for period in (shortest..=most).step_by(step).take(2 * STEPS + 1) {
        let alike = correlation(&signal[..period], &signal[period..2 * period]);
        if alike > best.1 {
            best = (period, alike);
        }
    }
    (best.0 > 0).then_some(best.0)
}

/// Takes `period` samples out: afterwards `signal[period..]` is the shortened signal. Real-time.
pub fn shorten(signal: &mut [f32], period: usize) {
    let (first, rest) = signal.split_at_mut(period);
    for (index, (to, from)) in rest.iter_mut().zip(first.iter()).enumerate() {
        let weight = (index as f32 + 0.5) / period as f32;
        *to = from + weight * (*to - from);
    }
}

/// Puts `period` samples in: the first `length` samples of `signal` become `length + period`. Real-time.
pub fn lengthen(signal: &mut [f32], length: usize, period: usize) {
    signal.copy_within(period..length, 2 * period);
    for index in 0..period {
        let weight = (index as f32 + 0.5) / period as f32;
        let (from, to) = (signal[period + index], signal[index]);
        signal[period + index] = from + weight * (to - from);
    }
}
