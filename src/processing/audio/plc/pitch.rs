//! The pitch period of a stretch of signal, by normalised correlation with its own past.

use multiversion::multiversion;

use crate::types::SampleRate;

/// Shortest period that is looked for, in samples at the coarse rate: 2.5 ms, 400 Hz.
const SHORTEST: usize = 10;
/// Longest period that is looked for, in samples at the coarse rate: 15 ms, 67 Hz.
const LONGEST: usize = 60;
/// The rate of the first search.
const COARSE_HZ: usize = 4_000;
/// Room for 50 ms at the coarse rate, which is up to 4.4 kHz where it does not divide the signal's.
const COARSE_ROOM: usize = 256;
/// Lags that are looked at side by side: one sum waits for its last addition, four do not wait for each other.
const ABREAST: usize = 4;

/// A period found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pitch {
    /// In samples at the signal's rate.
    pub period: usize,
    /// Normalised correlation of the last period with the one before, at most 1.
    pub correlation: f32,
}

/// The period with which the end of `signal` repeats itself, from a window of up to `window` samples.
///
/// `signal` reaches back by the window and 15 ms; where it is shorter, long periods are not looked
/// for. `None` when not even the shortest fits. Real-time: some 6 000 multiplications at 8 kHz.
pub fn find_pitch(signal: &[f32], window: usize, rate: SampleRate) -> Option<Pitch> {
    let factor = (rate.hz() as usize / COARSE_HZ).max(1);
    let mut coarse = [0.0f32; COARSE_ROOM];
    let count = (signal.len() / factor).min(COARSE_ROOM);
    let from = signal.len() - count * factor;
    if factor == 2 {
        // The common rate, where the compiler knows the sum's length.
        for (to, [a, b]) in coarse.iter_mut().zip(signal[from..].as_chunks::<2>().0) {
            *to = a + b;
        }
    } else {
        for (to, group) in coarse.iter_mut().zip(signal[from..].chunks_exact(factor)) {
            *to = group.iter().sum::<f32>();
        }
    }
    let coarse = &coarse[..count];
    let span = window / factor;
    let longest = LONGEST.min(count.checked_sub(span)?);
    let best = best_lag(coarse, span, SHORTEST, longest)?;

    let low = (best.period - 1) * factor + 1;
    let high = ((best.period + 1) * factor - 1).min(signal.len() - 1);
    let fine = window.min(signal.len() - high);
    best_lag(signal, fine, low, high)
}

/// The lag from `low` to `high` at which the last `span` samples are most like those before.
#[multiversion(targets("x86_64+avx2"))]
fn best_lag(signal: &[f32], span: usize, low: usize, high: usize) -> Option<Pitch> {
    if span == 0 || low > high {
        return None;
    }
    let start = signal.len() - span;
    let recent = &signal[start..];
    let past = |lag: usize| &signal[start - lag..][..span];
    let [recent_energy] = dots(recent, [recent]);
    let [mut past_energy] = dots(past(low), [past(low)]);
    let mut best = Pitch { period: low, correlation: f32::MIN };
    for first in (low..=high).step_by(ABREAST) {
        let products = dots(recent, std::array::from_fn::<_, ABREAST, _>(|i| past((first + i).min(high))));
        for (lag, product) in (first..=high).zip(products) {
            let energy = recent_energy * past_energy.max(0.0);
            let value = if energy > 1e-12 { product / energy.sqrt() } else { 0.0 };
            // A multiple of the period is as good as the period; take the shorter unless it is clearly worse.
            if value > best.correlation + if lag > best.period + best.period / 2 { 0.01 } else { 0.0 } {
                best = Pitch { period: lag, correlation: value };
            }
            if lag < high {
                let (enters, leaves) = (signal[start - lag - 1], signal[start - lag + span - 1]);
                past_energy += enters * enters - leaves * leaves;
            }
        }
    }
    best.correlation = best.correlation.min(1.0);
    Some(best)
}

/// Normalised correlation of two stretches of one length, −1 to 1; 0 where one is silent.
#[inline(always)]
pub fn correlation(a: &[f32], b: &[f32]) -> f32 {
    let ([of_a, product], [of_b]) = (dots(a, [a, b]), dots(b, [b]));
    let energy = of_a * of_b;
    if energy > 1e-12 { product / energy.sqrt() } else { 0.0 }
}

/// Sum of products, in a fixed order that the compiler can vectorise.
#[inline(always)]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let length = a.len().min(b.len());
    let [sum] = dots(&a[..length], [&b[..length]]);
    sum
}

/// As [`dot`], of `a` with each of several at least as long. In line, so that it is compiled for what
/// its caller may use.
#[inline(always)]
pub fn dots<const N: usize>(a: &[f32], b: [&[f32]; N]) -> [f32; N] {
    let mut sums = [[0.0f32; 8]; N];
    let (a8, a_rest) = a.as_chunks::<8>();
    let b = b.map(|b| &b[..a.len()]);
    let b8 = b.map(|b| &b.as_chunks::<8>().0[..a8.len()]);
    for (at, x) in a8.iter().enumerate() {
        for (sums, b8) in sums.iter_mut().zip(b8) {
            let y = b8[at];
            *sums = std::array::from_fn(|i| sums[i] + x[i] * y[i]);
        }
    }
    let mut totals = totals(&sums);
    for (total, b) in totals.iter_mut().zip(b) {
        *total += a_rest.iter().zip(&b[8 * a8.len()..]).map(|(x, y)| x * y).sum::<f32>();
    }
    totals
}

/// Sums of eight each. Out of line: in sight of these additions the compiler shuffles the sums above
/// for their sake at every step.
#[inline(never)]
fn totals<const N: usize>(sums: &[[f32; 8]; N]) -> [f32; N] {
    sums.map(|s| (s[0] + s[4]) + (s[1] + s[5]) + ((s[2] + s[6]) + (s[3] + s[7])))
}
