//! Tells a voice from the tones of signalling, fax, modems and music, whose phase must not jump.
//!
//! A sum of two tones is predicted by four of its past samples, and what is left of it is the noise
//! of the line. What is left of a voice has the pulses of the glottis in it.

use multiversion::multiversion;

use crate::processing::audio::plc::{dot, dots};
use crate::types::SampleRate;

/// Rate at which it looks, or somewhat above: tones and formants lie below 4 kHz.
const LOOK_HZ: u32 = 8_000;
/// Room for 30 ms at twice that rate less one.
const ROOM: usize = 480;
/// Two past samples for each of the two tones of DTMF (ITU-T Q.23).
const ORDER: usize = 4;
/// Of the power at least this is left over from a voice: a hundredth, where a tone through G.711
/// leaves less; half of that in a third, which is easier to predict.
const LEFT_OVER: f64 = 0.01;
/// Fourth moment over the square of the second: 3 for noise, more with pulses in it.
const PULSES: f32 = 3.5;
/// Ratio of the powers of any two thirds, 12 dB: beyond, a tone or a word starts or ends there.
const STEADY: f64 = 16.0;

/// Whether `signal`, up to 30 ms, is a voice that goes on all the time. Real-time: some 15 products
/// a sample, at 8 kHz.
#[multiversion(targets("x86_64+avx2"))]
pub fn is_voice(signal: &[f32], rate: SampleRate) -> bool {
    let factor = (rate.hz() / LOOK_HZ).max(1) as usize;
    let mut looked = [0.0f32; ROOM];
    let count = (signal.len() / factor).min(ROOM);
    if factor == 1 {
        looked[..count].copy_from_slice(&signal[..count]);
    } else {
        for (to, group) in looked.iter_mut().zip(signal.chunks_exact(factor)) {
            *to = group.iter().sum();
        }
    }
    let looked = &looked[..count];
    looked.len() >= 6 * ORDER && is_steady(looked) && has_pulses(looked)
}

/// Whether no third is a tone, or much weaker than another.
#[inline(always)]
fn is_steady(signal: &[f32]) -> bool {
    let (mut least, mut most) = (f64::MAX, 0.0f64);
    for third in signal.chunks_exact((signal.len() / 3).max(2 * ORDER)) {
        let (_, power, left) = predict(third);
        // What is not a number is no voice.
        if left.is_nan() || left <= 0.5 * LEFT_OVER * power {
            return false;
        }
        (least, most) = (least.min(power), most.max(power));
    }
    most < STEADY * least
}

#[inline(always)]
fn has_pulses(signal: &[f32]) -> bool {
    let (a, power, left) = predict(signal);
    let mut squares = [0.0f32; ROOM];
    let squares = &mut squares[..signal.len().saturating_sub(ORDER)];
    let count = squares.len();
    let [now, one, two, three, four]: [&[f32]; ORDER + 1] = std::array::from_fn(|ago| &signal[ORDER - ago..][..count]);
    for (n, square) in squares.iter_mut().enumerate() {
        let error = now[n] - a[0] * one[n] - a[1] * two[n] - a[2] * three[n] - a[3] * four[n];
        *square = error * error;
    }
    let second: f32 = squares.chunks(8).map(|chunk| chunk.iter().sum::<f32>()).sum();
    left > LEFT_OVER * power && dot(squares, squares) * squares.len() as f32 > PULSES * second * second
}

/// Linear prediction by the covariance method, exact for tones since no window blurs them: the
/// coefficients, the power, and what is left of it.
#[inline(always)]
fn predict(signal: &[f32]) -> ([f32; ORDER], f64, f64) {
    let count = signal.len().saturating_sub(ORDER);
    let mut products = [[0.0f64; ORDER + 1]; ORDER + 1];
    let lagging = std::array::from_fn::<_, { ORDER + 1 }, _>(|lag| &signal[ORDER - lag..][..count]);
    for (row, product) in products.iter_mut().zip(dots(lagging[0], lagging)) {
        row[0] = f64::from(product);
    }
    // Both factors a sample earlier: one product comes in, one goes out.
    for i in 1..=ORDER {
        for j in 1..=i {
            let at = |n: usize| f64::from(signal[n - i]) * f64::from(signal[n - j]);
            products[i][j] = products[i - 1][j - 1] + at(ORDER) - at(ORDER + count);
        }
    }
    let a = solve(&products);
    let predicted: f64 = (0..ORDER).map(|k| a[k] * products[k + 1][0]).sum();
    (a.map(|a| a as f32), products[0][0], products[0][0] - predicted)
}

/// Cholesky's solution of the normal equations. A little on the diagonal makes them regular.
#[inline(always)]
fn solve(products: &[[f64; ORDER + 1]; ORDER + 1]) -> [f64; ORDER] {
    let ridge = products[1][1] * 1e-5 + 1e-12;
    let mut lower = [[0.0f64; ORDER]; ORDER];
    let mut x = [0.0f64; ORDER];
    for i in 0..ORDER {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
            let rest = products[i + 1][j + 1] - known;
            lower[i][j] = if i == j { (rest + ridge).max(ridge).sqrt() } else { rest / lower[j][j] };
        }
        let known: f64 = (0..i).map(|k| lower[i][k] * x[k]).sum();
        x[i] = (products[i + 1][0] - known) / lower[i][i];
    }
    for i in (0..ORDER).rev() {
        let known: f64 = (i + 1..ORDER).map(|k| lower[k][i] * x[k]).sum();
        x[i] = (x[i] - known) / lower[i][i];
    }
    x
}
