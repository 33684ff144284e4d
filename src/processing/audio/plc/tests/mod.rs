//! The contract of concealment, on a synthetic voice at 8 kHz: pulses through three formants.

mod background;
mod hostile;
mod joins;
mod parts;
mod quality;

use std::f32::consts::TAU;

use crate::processing::audio::plc::Concealer;
use crate::types::SampleRate;

const RATE: SampleRate = SampleRate::HZ_8000;
/// A packet of 20 ms.
const PACKET: usize = 160;

/// `count` samples of a vowel whose pitch drifts by 2 % a second, at a peak of about 0.5.
fn vowel(count: usize, hz: f32) -> Vec<f32> {
    let mut signal = vec![0.0f32; count];
    let mut phase = 0.0f32;
    for (n, sample) in signal.iter_mut().enumerate() {
        phase += hz * (1.0 + 0.02 * n as f32 / 8_000.0) / 8_000.0;
        if phase >= 1.0 {
            phase -= 1.0;
            *sample = 1.0;
        }
    }
    for (formant, bandwidth) in [(700.0, 110.0), (1_200.0, 120.0), (2_600.0, 160.0)] {
        let radius = (-std::f32::consts::PI * bandwidth / 8_000.0f32).exp();
        let (a1, a2) = (2.0 * radius * (TAU * formant / 8_000.0f32).cos(), -radius * radius);
        let (mut y1, mut y2) = (0.0, 0.0);
        for sample in &mut signal {
            let y = *sample + a1 * y1 + a2 * y2;
            (y2, y1) = (y1, y);
            *sample = y;
        }
    }
    let peak = signal.iter().fold(0.0f32, |p, s| p.max(s.abs()));
    signal.iter().map(|s| s / peak * 0.5).collect()
}

/// Uniform white noise.
fn noise(count: usize, peak: f32) -> Vec<f32> {
    let mut state = 1u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state as i32 as f32 / 2_147_483_648.0 * peak
    };
    (0..count).map(|_| next()).collect()
}

/// The signal with `lost` samples from 2000 on concealed.
fn conceal(signal: &[f32], lost: usize) -> Vec<f32> {
    let mut concealer = Concealer::new(RATE);
    let mut out = signal.to_vec();
    concealer.open(&signal[..2_000]);
    concealer.fill(&mut out[2_000..2_000 + lost]);
    concealer.merge(&mut out[2_000 + lost..2_000 + lost + PACKET]);
    assert!(!concealer.active());
    out
}

/// The packets that `lost` names are concealed, tick by tick.
fn receive(signal: &[f32], lost: impl Fn(usize) -> bool) -> Vec<f32> {
    let mut concealer = Concealer::new(RATE);
    let mut out = signal.to_vec();
    for packet in 0..signal.len() / PACKET {
        let (past, rest) = out.split_at_mut(packet * PACKET);
        let now = &mut rest[..PACKET];
        if lost(packet) {
            if !concealer.active() {
                concealer.open(past);
            }
            now.chunks_mut(80).for_each(|tick| concealer.fill(tick));
        } else if concealer.active() {
            concealer.merge(now);
        } else {
            concealer.observe(now);
        }
    }
    out
}

/// Power in dB.
fn level(signal: &[f32]) -> f32 {
    10.0 * (signal.iter().map(|s| s * s).sum::<f32>() / signal.len() as f32 + 1e-12).log10()
}
