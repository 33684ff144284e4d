//! Tells a voice from the tones of signalling, fax, modems and music, whose phase must not jump.
//!
//! A sum of two tones is predicted by four of its past samples, and what is left of it is the noise
//! of the line. What is left of a voice has the pulses of the glottis in it.

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
const PULSES: f64 = 3.5;
/// Ratio of the powers of any two thirds, 12 dB: beyond, a tone or a word starts or ends there.
const STEADY: f64 = 16.0;

/// Whether `signal`, up to 30 ms, is a voice that goes on all the time. Real-time: 30 products a sample, at 8 kHz.
pub fn is_voice(signal: &[f32], rate: SampleRate) -> bool {
    let factor = (rate.hz() / LOOK_HZ).max(1) as usize;
    let mut looked = [0.0f64; ROOM];
    let count = (signal.len() / factor).min(ROOM);
    for (to, group) in looked.iter_mut().zip(signal.chunks_exact(factor)) {
        *to = f64::from(group.iter().sum::<f32>());
    }
    let looked = &looked[..count];
    is_voiced(looked)
}

/// What prediction leaves over of a stretch: power before, and the sums of the second and fourth power after.
struct LeftOver {
    power: f64,
    second: f64,
    fourth: f64,
}

fn is_voiced(signal: &[f64]) -> bool {
    let thirds = signal.len() / 3;
    let (mut least, mut most) = (f64::MAX, 0.0f64);
    for third in signal.chunks_exact(thirds.max(ORDER + 1)) {
        let left = predict(third);
        // What is not a number is no voice.
        if left.second.is_nan() || left.second <= 0.5 * LEFT_OVER * left.power {
            return false;
        }
        (least, most) = (least.min(left.power), most.max(left.power));
    }
    let left = predict(signal);
    let count = signal.len().saturating_sub(ORDER) as f64;
    most < STEADY * least
        && left.second > LEFT_OVER * left.power
        && left.fourth * count > PULSES * left.second * left.second
}

/// Linear prediction by the covariance method: exact for tones, since no window blurs them.
fn predict(signal: &[f64]) -> LeftOver {
    let mut products = [[0.0f64; ORDER + 1]; ORDER + 1];
    for window in signal.windows(ORDER + 1) {
        for i in 0..=ORDER {
            for j in 0..=i {
                products[i][j] += window[ORDER - i] * window[ORDER - j];
            }
        }
    }
    let a = solve(&products);
    let mut left = LeftOver { power: products[0][0], second: 0.0, fourth: 0.0 };
    for window in signal.windows(ORDER + 1) {
        let error = window[ORDER] - (0..ORDER).map(|k| a[k] * window[ORDER - 1 - k]).sum::<f64>();
        left.second += error * error;
        left.fourth += (error * error) * (error * error);
    }
    left
}

/// Cholesky's solution of the normal equations. A little on the diagonal makes them regular.
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
