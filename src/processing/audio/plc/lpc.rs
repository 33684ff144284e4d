//! Linear prediction: the spectral envelope of a stretch of signal in a few numbers.

use crate::processing::audio::plc::dot;
use crate::types::SampleRate;

/// Highest order: seven formants and the slope.
pub const MAX_ORDER: usize = 16;
/// Longest stretch that is analysed: 30 ms at 48 kHz.
const ROOM: usize = 1_440;

/// A predictor `s[n] ≈ −Σ a[k] · s[n−k]`, and how well it does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Predictor {
    /// The coefficients, that of the oldest sample first, 0 beyond the order: they lie as the
    /// samples do, so that both are read forwards.
    taps: [f32; MAX_ORDER],
    /// Energy of the signal over that of the residual; 1 for white noise, hundreds for a tone.
    pub gain: f32,
}

impl Predictor {
    /// Predicts nothing.
    pub const fn flat() -> Self {
        Self { taps: [0.0; MAX_ORDER], gain: 1.0 }
    }

    /// Two coefficients per formant and two for the slope: 10 at 8 kHz, 16 from 14 kHz on.
    pub fn order_for(rate: SampleRate) -> usize {
        (2 + rate.hz() as usize / 1_000).min(MAX_ORDER)
    }

    /// Analyses the last samples of `signal`, up to 30 ms at 48 kHz: Hann window, autocorrelation
    /// and the Levinson-Durbin recursion.
    ///
    /// The window rises for five sixths and falls for one, as that of ITU-T G.729 §3.2.1 does: what
    /// is predicted lies behind the end. Real-time: samples × order.
    pub fn analyse(signal: &[f32], order: usize) -> Self {
        let order = order.min(MAX_ORDER);
        let signal = &signal[signal.len().saturating_sub(ROOM)..];
        let mut windowed = [0.0f32; ROOM];
        let windowed = &mut windowed[..signal.len()];
        let (rise, fall) = windowed.split_at_mut(signal.len() * 5 / 6);
        half_hann(rise.iter_mut());
        half_hann(fall.iter_mut().rev());
        for (weight, sample) in windowed.iter_mut().zip(signal) {
            *weight *= sample;
        }
        let mut r = [0.0f32; MAX_ORDER + 1];
        for (lag, r) in r.iter_mut().enumerate().take(signal.len().min(order + 1)) {
            *r = dot(&windowed[lag..], &windowed[..signal.len() - lag]);
        }
        Self::levinson(&mut r, order)
    }

    fn levinson(r: &mut [f32; MAX_ORDER + 1], order: usize) -> Self {
        if r[0].is_nan() || r[0] < 1e-9 {
            return Self::flat();
        }
        // White noise 40 dB down keeps the filter of a pure tone stable.
        r[0] *= 1.0001;
        let mut a = [0.0f32; MAX_ORDER];
        let mut error = r[0];
        for i in 0..order {
            let sum: f32 = r[i + 1] + (0..i).map(|k| a[k] * r[i - k]).sum::<f32>();
            let reflection = -sum / error;
            let before = a;
            a[i] = reflection;
            for k in 0..i {
                a[k] = before[k] + reflection * before[i - 1 - k];
            }
            error *= 1.0 - reflection * reflection;
            if error <= r[0] * 1e-6 {
                break;
            }
        }
        a.reverse();
        Self { taps: a, gain: r[0] / error.max(r[0] * 1e-6) }
    }

    /// Replaces the samples from `from` on by their residual, what was not predicted of them. The
    /// first [`MAX_ORDER`] samples stay.
    pub fn whiten(&self, signal: &mut [f32], from: usize) {
        for n in (from.max(MAX_ORDER)..signal.len()).rev() {
            signal[n] += self.sum(&signal[n - MAX_ORDER..n]);
        }
    }

    /// Replaces the residual from the sample [`MAX_ORDER`] on by the signal.
    pub fn synthesise(&self, signal: &mut [f32]) {
        let Some(mut last) = signal[..MAX_ORDER.min(signal.len())].last_chunk::<4>().copied() else { return };
        for n in MAX_ORDER..signal.len() {
            // The last samples stay in registers: read as a vector from where each has just been written
            // alone, they would keep the processor waiting.
            let sample = signal[n] - self.sum_with(&signal[n - MAX_ORDER..n - 4], last);
            signal[n] = sample;
            last = [last[1], last[2], last[3], sample];
        }
    }

    fn sum(&self, before: &[f32]) -> f32 {
        before.split_last_chunk::<4>().map_or(0.0, |(before, last)| self.sum_with(before, *last))
    }

    /// Prediction from `last` and what lies before it.
    #[inline(always)]
    fn sum_with(&self, before: &[f32], last: [f32; 4]) -> f32 {
        let (taps, last_taps) = self.taps.as_chunks::<4>().0.split_at(MAX_ORDER / 4 - 1);
        let mut sums = [0.0f32; 4];
        for (taps, samples) in taps.iter().zip(before.as_chunks::<4>().0) {
            sums = std::array::from_fn(|i| sums[i] + taps[i] * samples[i]);
        }
        let sums: [f32; 4] = std::array::from_fn(|i| sums[i] + last_taps[0][i] * last[i]);
        (sums[0] + sums[2]) + (sums[1] + sums[3])
    }
}

/// The rising half of a Hann window, by a rotating phasor: a call of sin per sample would cost more
/// than the rest.
fn half_hann<'a>(window: impl ExactSizeIterator<Item = &'a mut f32>) {
    let (sin, cos) = (std::f32::consts::PI / (window.len() + 1) as f32).sin_cos();
    let (mut x, mut y) = (cos, sin);
    for weight in window {
        *weight = 0.5 - 0.5 * x;
        (x, y) = (x * cos - y * sin, x * sin + y * cos);
    }
}
