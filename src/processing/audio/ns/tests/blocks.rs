//! Each block beside a slow, obvious reference of its textbook.

use super::super::approximations::{exp, half_exponential_integral, ln};
use super::super::gain::gains;
use super::super::noise::NoiseTracker;
use super::super::prior::Prior;
use super::super::signalling;
use super::super::windows::{BLOCK_TICKS, TAIL_TICKS, Windows};
use super::*;
use crate::processing::dsp::Fourier;

/// E₁ by its integral, ∫ e^−t / t from v on, with t = v eˣ, in steps of a thousandth.
fn exponential_integral(v: f64) -> f64 {
    (0..30_000).map(|i| (-v * ((f64::from(i) + 0.5) / 1_000.0).exp()).exp() / 1_000.0).sum()
}

#[test]
fn approximations_are_within_their_bounds() {
    for i in -8_600..=8_600 {
        let x = i as f32 / 100.0;
        assert!((f64::from(exp(x)) / f64::from(x).exp() - 1.0).abs() < 8e-6, "e^{x}");
        let (near, true_ln) = (ln(exp(x)), f64::from(exp(x)).ln());
        assert!((f64::from(near) - true_ln).abs() < 1e-6 * true_ln.abs().max(1.0), "ln e^{x}");
    }
    assert!(exp(f32::NEG_INFINITY) > 0.0 && exp(f32::INFINITY).is_finite());
    for i in 0..200 {
        let v = 1e-6 * 10f32.powf(i as f32 / 25.0);
        let near = f64::from(half_exponential_integral(v, exp(-v))).exp();
        let real = (0.5 * exponential_integral(f64::from(v))).exp();
        assert!((near / real - 1.0).abs() < 0.025, "v {v}: {near} {real}");
    }
}

#[test]
fn gains_of_one_give_the_input_back() {
    for tick in [80, 81, 160, 480] {
        let windows = Windows::new(tick);
        let tail = (BLOCK_TICKS - TAIL_TICKS) * tick;
        for at in 0..tick {
            let sum: f32 = (0..TAIL_TICKS)
                .map(|overlap| overlap * tick + at)
                .map(|k| windows.analysis[tail + k] * windows.synthesis[k])
                .sum();
            assert!((sum - 1.0).abs() < 1e-5, "{tick}, {at}: {sum}");
        }
        assert!(windows.synthesis.iter().all(|w| w.is_finite() && *w < 4.0));
    }
}

/// Cohen and Berdugo's gain as they write it, in f64.
#[test]
fn the_gain_is_the_estimators() {
    for i in 0..400 {
        let ratio = 0.016 * 10f64.powf(f64::from(i % 20) / 5.0);
        let posterior = 0.01 * 10f64.powf(f64::from(i / 20) / 5.0);
        let (absence, least) = (0.05 + 0.9 * f64::from(i % 7) / 6.0, 0.063f64);
        let v = posterior * ratio / (1.0 + ratio);
        let speech = 1.0 / (1.0 + absence / (1.0 - absence) * (1.0 + ratio) * (-v).exp());
        let present = (ratio / (1.0 + ratio) * (0.5 * exponential_integral(v)).exp()).clamp(least, 1.0);
        let expected = present.powf(speech) * least.powf(1.0 - speech);
        let mut gain = [0.0];
        // The noise is taken 1.5 times as strong as measured.
        let (power, floor) = ([posterior as f32 * 1.5], least.ln() as f32);
        gains(&mut gain, &power, &[1.0], &[ratio as f32], &[absence as f32], floor);
        let off = 20.0 * (f64::from(gain[0]) / expected).log10();
        assert!(off.abs() < 0.25, "ξ {ratio}, γ {posterior}: {off} dB");
    }
}

/// Gerkmann and Hendriks's recursion as they write it, in f64, with ξ of 15 dB and α of 0.9.
#[test]
fn the_noise_is_tracked_as_published() {
    let powers: Vec<f32> = white(8.0, SampleRate::HZ_8000, 1.0).iter().map(|s| s * s).take(300).collect();
    let mut tracker = NoiseTracker::new(1);
    let (mut noise, mut lasting, snr) = (0.0, 0.5, 31.62);
    for (i, &power) in powers.iter().enumerate() {
        let loud = if i > 150 { 100.0 } else { 1.0 };
        tracker.update(&[power * loud]);
        let power = f64::from(power * loud);
        if i < 5 {
            noise += (power - noise) / (i + 1) as f64;
            continue;
        }
        let mut speech = 1.0 / (1.0 + (1.0 + snr) * (-power / noise * snr / (1.0 + snr)).exp());
        lasting = 0.9 * lasting + 0.1 * speech;
        if lasting > 0.99 {
            speech = speech.min(0.99);
        }
        noise = 0.9 * noise + 0.1 * ((1.0 - speech) * power + speech * noise);
        assert!((f64::from(tracker.power()[0]) / noise - 1.0).abs() < 1e-3, "{i}");
    }
}

/// The cepstrum by its definition, in O(n²) and f64, for the first tick, where nothing is smoothed yet.
#[test]
fn the_first_ratio_is_that_of_a_cepstrum_of_the_definition() {
    let (rate, block) = (SampleRate::HZ_8000, 320);
    let bins = block / 2 + 1;
    let noise = vec![0.01f32; bins];
    let spectrum: Vec<f32> = (0..bins).map(|k| 0.02 + 0.5 * ((k * k) as f32 * 0.013).sin().powi(2)).collect();
    let turn = std::f64::consts::TAU / block as f64;
    let logarithm = |k: usize| f64::from((spectrum[k] - noise[k]).max(0.015_85 * noise[k])).ln();
    let cepstrum = |q: usize| {
        (0..block).map(|k| logarithm(k.min(block - k)) * (turn * (k * q) as f64).cos()).sum::<f64>() / block as f64
    };
    let whole: Vec<f64> = (0..bins).map(cepstrum).collect();
    let peak = |q: usize| whole[q - 1] + whole[q] + whole[q + 1];
    let pitch = (26..114).fold(26, |best, q| if peak(q) > peak(best) { q } else { best });
    let kept = |q: usize| {
        let memory = match q {
            _ if whole[pitch] > 0.2 && q.abs_diff(pitch) <= 2 => 0.2,
            0..=1 => 0.2,
            2..=9 => 0.4,
            _ => 0.92,
        };
        (1.0 - memory) * whole[q]
    };
    let smoothed: Vec<f64> = (0..bins).map(kept).collect();
    let mut prior = Prior::new(rate, block);
    let ratio = prior.estimate(&mut Fourier::new(block), &spectrum, &noise);
    for (k, &ratio) in ratio.iter().enumerate() {
        let sum: f64 = (0..block).map(|q| smoothed[q.min(block - q)] * (turn * (k * q) as f64).cos()).sum();
        let expected = ((sum + 0.5).exp() / (1.5 * 0.01)).max(0.015_85);
        assert!((f64::from(ratio) / expected - 1.0).abs() < 1e-3, "{k}: {ratio} {expected}");
    }
}

#[test]
fn lines_are_found_and_noise_and_slopes_have_none() {
    let mut spectrum = vec![0.01; 161];
    assert!(signalling::lines(&spectrum).is_none());
    for (k, power) in [(27, 20.0), (28, 90.0), (29, 30.0), (52, 60.0), (53, 70.0)] {
        spectrum[k] = power;
    }
    let [first, second] = signalling::lines(&spectrum).unwrap();
    assert!(first.contains(&28) && second.contains(&53));
    let slope: Vec<f32> = (0..161).map(|k| 1.0 / (1 + k * k) as f32).collect();
    assert!(signalling::lines(&slope).is_none());
}
