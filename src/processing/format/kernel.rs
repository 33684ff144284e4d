//! The low-pass filter of a resampler: a sinc under a Kaiser window, cut into one row per output phase.
//!
//! Design: J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", 1974.

use crate::types::SampleRate;

/// Attenuation of aliases and images in decibels, and with it the depth of the ripple. It leaves 5 dB
/// of room above what is promised.
const ATTENUATION_DB: f64 = 90.0;

/// Filter rows for `up`/`down`, the ratio of the rates in lowest terms.
///
/// With output n = q·`up` + p, row p is laid over the inputs that end at q·`down` + `newest(p)`.
#[derive(Debug)]
pub(super) struct Kernel {
    pub(super) up: usize,
    pub(super) down: usize,
    /// Coefficients of a row.
    pub(super) taps: usize,
    /// Delay in output samples.
    pub(super) delay: usize,
    /// `up` rows, each from the oldest input to the newest.
    rows: Vec<f32>,
}

impl Kernel {
    /// Designs the filter; `multiple`: the taps of a row are padded to a multiple of it. Allocates.
    pub(super) fn new(from: SampleRate, to: SampleRate, multiple: usize) -> Self {
        let common = gcd(from.hz(), to.hz());
        let (up, down) = ((to.hz() / common) as usize, (from.hz() / common) as usize);
        let low = f64::from(from.hz().min(to.hz()));
        // Telephone speech ends at 3.4 kHz of 4, wide-band speech at 7 of 8: the narrower gap needs the
        // longer filter. Either way the delay is 3 ms or less at 8 kHz, 2 ms at 16 kHz.
        let (span, pass) = if low < 16_000.0 { (48.0, 0.425) } else { (64.0, 0.4375) };
        let transition = (ATTENUATION_DB - 7.95) / (2.285 * std::f64::consts::TAU * span);
        let cutoff = (pass + transition / 2.0) * low / f64::from(from.hz());
        let half = span / 2.0 * f64::from(from.hz()) / low;

        let step = down as f64 / up as f64;
        let delay = (half / step).ceil();
        let centre = delay * step;
        let taps = ((half + centre).ceil() as usize).next_multiple_of(multiple);
        let mut rows = Vec::with_capacity(up * taps);
        for phase in 0..up {
            let fraction = ((phase * down) % up) as f64 / up as f64;
            let at = |age: usize| prototype(fraction - centre + age as f64, half, cutoff);
            // Each row passes a constant as it is: no ripple at the rate of the phases.
            let sum: f64 = (0..taps).map(at).sum();
            rows.extend((0..taps).rev().map(|age| (at(age) / sum) as f32));
        }
        Self { up, down, taps, delay: delay as usize, rows }
    }

    /// The rows of all output phases in turn.
    pub(super) fn rows(&self) -> std::slice::ChunksExact<'_, f32> {
        self.rows.chunks_exact(self.taps)
    }

    /// Coefficients of output phase `phase`, from the oldest input to the newest.
    pub(super) fn row(&self, phase: usize) -> &[f32] {
        &self.rows[phase * self.taps..][..self.taps]
    }

    /// Input, counted from q·`down`, under the newest coefficient of output phase `phase`.
    pub(super) fn newest(&self, phase: usize) -> usize {
        phase * self.down / self.up
    }
}

/// The filter's impulse response at `t` input samples from its middle.
fn prototype(t: f64, half: f64, cutoff: f64) -> f64 {
    if t.abs() >= half {
        return 0.0;
    }
    let x = std::f64::consts::TAU * cutoff * t;
    let sinc = if x == 0.0 { 1.0 } else { x.sin() / x };
    // Kaiser 1974, for attenuations above 50 dB.
    let beta = 0.1102 * (ATTENUATION_DB - 8.7);
    sinc * bessel_i0(beta * (1.0 - (t / half).powi(2)).sqrt())
}

/// Modified Bessel function of the first kind, order 0, by its power series.
fn bessel_i0(x: f64) -> f64 {
    let quarter_square = x * x / 4.0;
    let (mut sum, mut term) = (1.0, 1.0);
    for k in 1..60 {
        term *= quarter_square / f64::from(k * k);
        sum += term;
    }
    sum
}

/// Greatest common divisor; both are above 0.
pub(super) fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}
