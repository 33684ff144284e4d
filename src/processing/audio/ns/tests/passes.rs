//! What must come through: speech, digits, tones of the network.

use super::super::NsLevel;
use super::*;

#[test]
fn speech_keeps_its_level_and_its_shape_over_quiet_noise() {
    for rate in RATES {
        let clean = voice(6.0, rate, 0.2);
        let out = suppressed(rate, &NsConfig::new(), &sum(&clean, &white(6.0, rate, 0.002)));
        let later = samples(1.2, rate)..;
        let error: Vec<f32> = out.iter().zip(&clean).map(|(a, b)| a - b).collect();
        let (speech, error) = (decibels(&clean[later.clone()]), decibels(&error[later]));
        assert!(error < speech - 18.0, "{rate:?}: {speech} {error}");
    }
}

/// What comes in the first 50 ms is taken as noise, so a call that begins within a word loses some of that word.
#[test]
fn speech_without_noise_passes_from_its_second_word_and_loses_little_of_its_first() {
    let rate = SampleRate::HZ_8000;
    let clean = voice(3.0, rate, 0.2);
    let out = suppressed(rate, &NsConfig::new(), &clean);
    for word in 0..5 {
        let span = samples(0.6 * word as f32 + 0.05, rate)..samples(0.6 * word as f32 + 0.25, rate);
        let lost = decibels(&clean[span.clone()]) - decibels(&out[span]);
        assert!(lost.abs() < if word == 0 { 4.0 } else { 1.5 }, "word {word}: {lost} dB");
    }
}

/// Every digit, 40 ms long after a pause of 40 ms, over noise 20 dB below.
#[test]
fn digits_pass_within_a_decibel() {
    const ROWS: [f32; 4] = [697.0, 770.0, 852.0, 941.0];
    const COLUMNS: [f32; 4] = [1_209.0, 1_336.0, 1_477.0, 1_633.0];
    for rate in RATES {
        let mut audio = vec![0.0; samples(1.0, rate)];
        for (row, column) in ROWS.iter().flat_map(|row| COLUMNS.map(|column| (*row, column))) {
            audio.extend(tone(0.04, rate, &[row, column], 0.1));
            audio.extend(vec![0.0; samples(0.04, rate)]);
        }
        let noisy = sum(&audio, &white(3.0, rate, 0.01));
        let out = suppressed(rate, &NsConfig::new(), &noisy);
        for digit in 0..16 {
            let start = samples(1.0 + 0.08 * digit as f32, rate);
            let span = start..start + samples(0.04, rate);
            let lost = decibels(&audio[span.clone()]) - decibels(&out[span]);
            assert!(lost.abs() < 1.0, "{rate:?}, digit {digit}: {lost} dB");
        }
    }
}

#[test]
fn a_continuous_tone_passes_for_as_long_as_it_lasts() {
    let rate = SampleRate::HZ_8000;
    for lines in [&[425.0][..], &[350.0, 440.0], &[480.0, 620.0], &[1_100.0], &[2_100.0]] {
        let audio = sum(&tone(20.0, rate, lines, 0.1), &white(20.0, rate, 0.002));
        let out = suppressed(rate, &NsConfig::new(), &audio);
        for second in 0..20 {
            let span = samples(second as f32, rate)..samples(second as f32 + 1.0, rate);
            let lost = decibels(&audio[span.clone()]) - decibels(&out[span]);
            assert!(lost.abs() < 0.5, "{lines:?} after {second} s: {lost} dB");
        }
    }
}

#[test]
fn a_change_of_level_in_a_tone_does_not_click() {
    let rate = SampleRate::HZ_8000;
    let audio = tone(2.0, rate, &[100.0], 0.1);
    let mut suppressor = NoiseSuppressor::new(rate, &NsConfig::new().level(NsLevel::Low));
    let mut out = audio.clone();
    for (tick, frame) in out.chunks_mut(rate.per_tick()).enumerate() {
        if tick == 100 {
            suppressor.set_level(NsLevel::VeryHigh);
        }
        suppressor.process(frame);
    }
    // A sine of 100 Hz has no greater second difference than (2π · 100 / 8000)² of its amplitude.
    let bend = out[samples(0.9, rate)..].windows(3).map(|w| (w[0] - 2.0 * w[1] + w[2]).abs()).fold(0.0, f32::max);
    assert!(bend < 0.1 * 0.006_2 * 1.1, "{bend}");
}

#[test]
fn a_voice_whose_noise_is_50_db_below_it_is_left_alone_once_it_is_known() {
    for rate in RATES {
        let noisy = sum(&voice(6.0, rate, 0.2), &white(6.0, rate, 0.000_1));
        let out = suppressed(rate, &NsConfig::new(), &noisy);
        let later = samples(0.6, rate)..;
        let changed: Vec<f32> = out.iter().zip(&noisy).map(|(a, b)| a - b).collect();
        let (changed, speech) = (decibels(&changed[later.clone()]), decibels(&noisy[later]));
        assert!(changed < speech - 45.0, "{rate:?}: {changed} dB of {speech}");
    }
}
