//! The recurrent kind: within its delay, without allocation, at every rate.

use super::super::NsKind;
use super::*;

fn config() -> NsConfig {
    NsConfig::new().kind(NsKind::Recurrent)
}

#[test]
fn noise_falls_and_a_voice_stays_at_every_rate_within_15_ms() {
    for rate in RATES {
        let (clean, noise) = (voice(6.0, rate, 0.2), white(6.0, rate, 0.01));
        let mut suppressor = NoiseSuppressor::new(rate, &config());
        assert!(suppressor.latency() * 1_000 <= 15 * rate.hz() as usize, "{rate:?}: {}", suppressor.latency());
        let out = run(&mut suppressor, rate, &sum(&clean, &noise));
        let pause = samples(5.75, rate)..samples(5.95, rate);
        let fallen = decibels(&out[pause.clone()]) - decibels(&noise[pause]);
        assert!(fallen < -12.0, "{rate:?}: {fallen} dB");
    }
}

#[test]
fn a_prepared_thread_does_not_allocate() {
    std::thread::spawn(|| {
        let rate = SampleRate::HZ_16000;
        let mut suppressor = std::thread::spawn(move || NoiseSuppressor::new(rate, &config())).join().unwrap();
        super::super::prepare_thread();
        run(&mut suppressor, rate, &white(0.5, rate, 0.1));
    })
    .join()
    .unwrap();
}

#[test]
fn garbage_and_silence_yield_finite_output_and_silence() {
    let rate = SampleRate::HZ_8000;
    let mut suppressor = NoiseSuppressor::new(rate, &config());
    let silent = run(&mut suppressor, rate, &[0.0; 4_000]);
    assert!(silent.iter().all(|s| s.abs() < 1e-6));
    let garbage: Vec<f32> = (0..8_000u32).map(|n| f32::from_bits(n.wrapping_mul(0x9e37_79b9))).collect();
    let out = run(&mut suppressor, rate, &garbage);
    assert!(out.iter().all(|s| s.is_finite() && s.abs() < 4.0));
    // The net's high-pass rings out.
    suppressor.reset();
    assert!(run(&mut suppressor, rate, &[0.0; 4_000])[800..].iter().all(|s| s.abs() < 1e-3));
}
