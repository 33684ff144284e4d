//! Linear prediction: the spectral envelope of a stretch of signal in eight numbers.

use crate::processing::audio::plc::dot;

/// Order of the predictor: four formants.
pub const ORDER: usize = 8;
/// Longest stretch that is analysed: 30 ms at 48 kHz.
const ROOM: usize = 1_440;

/// A predictor `s[n] ≈ −Σ a[k] · s[n−k]`, and how well it does.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Predictor {
    /// The coefficients `a[1]` to `a[8]`.
    pub a: [f32; ORDER],
    /// Standard deviation of the residual.
    pub residual: f32,
    /// Energy of the signal over that of the residual; 1 for white noise, hundreds for a tone.
    pub gain: f32,
}

impl Predictor {
    /// Analyses the last samples of `signal`, up to 30 ms at 48 kHz: Hann window, autocorrelation
    /// and the Levinson-Durbin recursion. Real-time.
    pub fn analyse(signal: &[f32]) -> Self {
        let signal = &signal[signal.len().saturating_sub(ROOM)..];
        let mut windowed = [0.0f32; ROOM];
        let windowed = &mut windowed[..signal.len()];
        // sin² by a rotating phasor: a call of sin per sample would cost more than the rest.
        let step = std::f32::consts::TAU / signal.len().max(1) as f32;
        let (sin, cos) = step.sin_cos();
        let (mut x, mut y) = (1.0f32, 0.0f32);
        for (to, from) in windowed.iter_mut().zip(signal) {
            *to = from * 0.5 * (1.0 - x);
            (x, y) = (x * cos - y * sin, x * sin + y * cos);
        }
        let mut r = [0.0f32; ORDER + 1];
        for (lag, r) in r.iter_mut().enumerate().take(signal.len()) {
            *r = dot(&windowed[lag..], &windowed[..signal.len() - lag]);
        }
        // The mean of sin⁴ over the window is 3/8.
        Self::levinson(&mut r, 0.375 * signal.len() as f32)
    }

    fn levinson(r: &mut [f32; ORDER + 1], weight: f32) -> Self {
        if r[0] < 1e-9 {
            return Self { a: [0.0; ORDER], residual: 0.0, gain: 1.0 };
        }
        // White noise 40 dB down keeps the filter of a pure tone stable.
        r[0] *= 1.0001;
        let mut a = [0.0f32; ORDER];
        let mut error = r[0];
        for i in 0..ORDER {
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
        let error = error.max(r[0] * 1e-6);
        Self { a, residual: (error / weight).sqrt(), gain: r[0] / error }
    }

    /// The next sample of the signal whose last samples are `memory`, newest first, with `excitation` added.
    pub fn next(&self, memory: &mut [f32; ORDER], excitation: f32) -> f32 {
        let mut value = excitation;
        for (a, past) in self.a.iter().zip(memory.iter()) {
            value -= a * past;
        }
        memory.copy_within(..ORDER - 1, 1);
        memory[0] = value;
        value
    }
}
