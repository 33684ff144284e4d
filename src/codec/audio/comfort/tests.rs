//! Level and spectrum survive the way there and back, and no bytes do harm.

use proptest::prelude::*;

use super::*;
use crate::types::SampleRate;

fn power(samples: &[f32]) -> f32 {
    samples.iter().map(|s| s * s).sum::<f32>() / samples.len() as f32
}

fn db(power: f32) -> f32 {
    10.0 * power.max(1e-20).log10()
}

fn noise(payload: &ComfortPayload, rate: SampleRate, ms: usize) -> Vec<f32> {
    let mut generator = ComfortNoise::new(rate);
    generator.update(payload);
    let mut out = vec![0.0; rate.hz() as usize / 1_000 * ms];
    generator.fill(&mut out);
    out
}

fn described(samples: &[f32]) -> ComfortPayload {
    let mut analyser = ComfortAnalyser::new();
    samples.chunks(80).for_each(|frame| analyser.observe(frame));
    analyser.describe(MAX_ORDER)
}

#[test]
fn the_level_is_kept_within_a_decibel_at_any_level_spectrum_and_rate() {
    let spectra: [&[f32]; 4] =
        [&[], &[-0.9], &[0.7, -0.4, 0.2], &[-0.8, 0.5, -0.3, 0.2, 0.1, -0.2, 0.1, 0.3, -0.1, 0.2]];
    for rate in [SampleRate::HZ_8000, SampleRate::HZ_16000, SampleRate::HZ_48000] {
        for spectrum in spectra {
            for level in [20, 35, 50, 65, 80, 100] {
                let payload = ComfortPayload::new(level, spectrum);
                let got = db(power(&noise(&payload, rate, 2_000)));
                assert!((got + f32::from(level)).abs() < 1.0, "-{level} dBov {spectrum:?} became {got}");
            }
        }
    }
}

#[test]
fn a_description_of_its_own_noise_is_what_it_was_made_of() {
    let payload = ComfortPayload::new(42, &[-0.8, 0.3, 0.2]);
    // Several seconds, since a second of noise is only so like its spectrum.
    let samples = noise(&payload, SampleRate::HZ_8000, 4_000);
    let mut analyser = ComfortAnalyser::new();
    let mut mean = [0.0f32; 3];
    let mut level = 0.0;
    let mut count = 0.0;
    for frame in samples.chunks(80) {
        analyser.observe(frame);
        let got = analyser.describe(3);
        mean.iter_mut().zip(got.reflection()).for_each(|(m, k)| *m += k);
        level += f32::from(got.level());
        count += 1.0;
    }
    for (mean, want) in mean.iter().zip(payload.reflection()) {
        assert!((mean / count - want).abs() < 0.05, "{mean} {count} {want}");
    }
    assert!((level / count - 42.0).abs() < 1.0);
}

#[test]
fn a_payload_is_read_as_it_was_written_to_half_a_step() {
    let payload = ComfortPayload::new(77, &[-0.95, 0.0, 0.5, 0.123]);
    let mut bytes = [0xee; 16];
    let length = payload.write(&mut bytes);
    assert_eq!((length, bytes[0], bytes[2]), (5, 77, 127), "zero is exactly 127 (§3.2)");
    let read = ComfortPayload::parse(&bytes[..length]).expect("just written");
    assert_eq!(read.level(), 77);
    assert!(read.reflection().iter().zip(payload.reflection()).all(|(a, b)| (a - b).abs() <= 0.004));
    assert_eq!(payload.write(&mut bytes[..2]), 2);
    assert_eq!(ComfortPayload::parse(&[]), None);
    assert_eq!(ComfortPayload::parse(&[0x80 | 30]).map(|p| (p.level(), p.reflection().len())), Some((30, 0)));
}

#[test]
fn a_change_glides_and_a_first_description_is_there_at_once() {
    let (loud, soft) = (ComfortPayload::new(30, &[-0.9]), ComfortPayload::new(60, &[0.9]));
    let mut generator = ComfortNoise::new(SampleRate::HZ_8000);
    let mut out = [0.0; 800];
    generator.fill(&mut out);
    assert_eq!(power(&out), 0.0, "nothing is known yet");
    generator.update(&loud);
    generator.fill(&mut out);
    assert!((db(power(&out)) + 30.0).abs() < 3.0);
    generator.update(&soft);
    let mut levels = Vec::new();
    for _ in 0..10 {
        generator.fill(&mut out[..80]);
        levels.push(db(power(&out[..80])));
    }
    assert!(levels[0] > -45.0 && levels[9] < -55.0, "{levels:?}");
    assert!(levels.windows(2).all(|pair| pair[0] - pair[1] < 12.0), "no step is heard: {levels:?}");
}

#[test]
fn silence_and_full_scale_are_described() {
    assert_eq!(described(&[0.0; 800]).level(), 127);
    let square: Vec<f32> = (0..8_000).map(|n| if n / 4 % 2 == 0 { 1.0 } else { -1.0 }).collect();
    assert_eq!(described(&square).level(), 0);
    assert!(described(&[f32::NAN; 800]).level() == 127);
    assert!(described(&[f32::INFINITY; 800]).level() == 127);
}

proptest! {
    #[test]
    fn any_payload_makes_bounded_noise(payloads in proptest::collection::vec(
        proptest::collection::vec(any::<u8>(), 0..40), 1..20)) {
        let mut generator = ComfortNoise::new(SampleRate::HZ_16000);
        let mut out = [0.0; 160];
        for bytes in &payloads {
            if let Some(payload) = ComfortPayload::parse(bytes) {
                prop_assert!(payload.reflection().iter().all(|k| k.abs() <= 0.99));
                generator.update(&payload);
            }
            generator.fill(&mut out);
            prop_assert!(out.iter().all(|s| s.is_finite() && s.abs() <= 1.0));
        }
    }

    #[test]
    fn any_audio_is_described(frames in proptest::collection::vec(
        proptest::collection::vec(any::<f32>(), 0..200), 1..10)) {
        let mut analyser = ComfortAnalyser::new();
        frames.iter().for_each(|frame| analyser.observe(frame));
        let payload = analyser.describe(MAX_ORDER);
        let mut bytes = [0; 16];
        let length = payload.write(&mut bytes);
        prop_assert!(ComfortPayload::parse(&bytes[..length]).is_some());
    }
}
