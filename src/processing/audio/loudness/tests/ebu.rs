//! The cases of EBU Tech 3341 (2016) and 3342 that are made of sines, with the tolerances of those papers.

use super::{RATE, parts, sine};
use crate::processing::audio::loudness::{Meter, TruePeak};
use crate::types::SampleRate;

/// The same on both channels, as all cases but the sixth have it.
fn stereo(rate: SampleRate, samples: &[f32]) -> Meter {
    let mut meter = Meter::new(rate, &[1.0, 1.0]);
    meter.push_channels(&[samples, samples]);
    meter
}

fn near(what: &str, measured: f32, expected: f32, tolerance: f32) {
    assert!((measured - expected).abs() <= tolerance, "{what}: {measured}, expected {expected}");
}

#[test]
fn cases_1_and_2_steady_tones_measure_the_same_in_all_three_ways_at_every_rate() {
    for rate in [8_000, 16_000, 32_000, 44_100, 48_000] {
        let rate = SampleRate::new(rate).expect("allowed");
        for level in [-23.0, -33.0] {
            let meter = stereo(rate, &sine(rate, 1_000.0, level, 20.0));
            near("momentary", meter.momentary().0, level as f32, 0.1);
            near("short-term", meter.short_term().0, level as f32, 0.1);
            near("integrated", meter.integrated().expect("loud enough").0, level as f32, 0.1);
        }
    }
}

#[test]
fn cases_3_to_5_the_gates_leave_out_what_is_quiet() {
    let cases: [&[(f64, f64)]; 3] = [
        &[(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)],
        &[(-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)],
        &[(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)],
    ];
    for case in cases {
        let meter = stereo(SampleRate::HZ_16000, &parts(SampleRate::HZ_16000, case));
        near("integrated", meter.integrated().expect("loud enough").0, -23.0, 0.1);
    }
}

#[test]
fn case_6_channels_at_the_sides_weigh_more() {
    let [front, centre, side] = [-28.0, -24.0, -30.0].map(|level| sine(RATE, 1_000.0, level, 20.0));
    let mut meter = Meter::new(RATE, &[1.0, 1.0, 1.0, 1.41, 1.41]);
    meter.push_channels(&[&front, &front, &centre, &side, &side]);
    near("integrated", meter.integrated().expect("loud enough").0, -23.0, 0.1);
}

#[test]
fn cases_9_and_12_short_term_and_momentary_loudness_hold_over_tones_of_their_length() {
    let mut meter = Meter::new(RATE, &[1.0, 1.0]);
    let period = parts(RATE, &[(-20.0, 1.34), (-30.0, 1.66)]);
    for (n, step) in [&period[..]; 5].concat().chunks(4_800).enumerate() {
        meter.push_channels(&[step, step]);
        if n >= 30 {
            near("short-term", meter.short_term().0, -23.0, 0.1);
        }
    }
    let mut meter = Meter::new(RATE, &[1.0, 1.0]);
    let period = parts(RATE, &[(-20.0, 0.18), (-30.0, 0.22)]);
    for (n, step) in [&period[..]; 25].concat().chunks(480).enumerate() {
        meter.push_channels(&[step, step]);
        if n >= 100 {
            near("momentary", meter.momentary().0, -23.0, 0.1);
        }
    }
}

#[test]
fn cases_10_and_13_a_tone_as_long_as_the_window_is_caught_wherever_it_begins() {
    let rate = SampleRate::HZ_16000;
    for n in 0..20 {
        let (mut momentary, mut short_term) = (-120f32, -120f32);
        let tone = [vec![0.0; 320 * n], sine(rate, 1_000.0, -23.0, 0.4), vec![0.0; 16_000]].concat();
        let mut meter = Meter::new(rate, &[1.0, 1.0]);
        for step in tone.chunks(160) {
            meter.push_channels(&[step, step]);
            momentary = momentary.max(meter.momentary().0);
        }
        near("momentary", momentary, -23.0, 0.1);
        let tone = [vec![0.0; 2_400 * n], sine(rate, 1_000.0, -23.0, 3.0), vec![0.0; 16_000]].concat();
        let mut meter = Meter::new(rate, &[1.0, 1.0]);
        for step in tone.chunks(160) {
            meter.push_channels(&[step, step]);
            short_term = short_term.max(meter.short_term().0);
        }
        near("short-term", short_term, -23.0, 0.1);
    }
}

#[test]
fn cases_15_to_19_the_true_peak_is_that_between_the_samples() {
    // Part of the rate, phase in degrees, amplitude, expected dBTP; +0.2 and −0.4 dB are allowed.
    for (part, phase, amplitude, expected) in [
        (4.0, 0.0, 0.5, -6.0),
        (4.0, 45.0, 0.5, -6.0),
        (6.0, 60.0, 0.5, -6.0),
        (8.0, 67.5, 0.5, -6.0),
        (4.0, 45.0, 1.41, 3.0),
    ] {
        let turn = std::f64::consts::TAU / part;
        let tone: Vec<f32> =
            (0..48_000).map(|n| (amplitude * (turn * f64::from(n) + f64::to_radians(phase)).sin()) as f32).collect();
        // Faded in, since a tone that begins at once has a peak of its own.
        let faded: Vec<f32> = tone.iter().enumerate().map(|(n, x)| x * (n as f32 / 4_800.0).min(1.0)).collect();
        let peak = 20.0 * TruePeak::new().peak(&faded).log10();
        assert!(peak > expected - 0.4 && peak < expected + 0.2, "1/{part}, {phase}°: {peak}");
    }
}

#[test]
fn tech_3342_cases_1_to_4_the_loudness_range_is_that_of_the_steps() {
    let rate = SampleRate::HZ_8000;
    let cases: [(&[f64], f32); 4] = [
        (&[-20.0, -30.0], 10.0),
        (&[-20.0, -15.0], 5.0),
        (&[-40.0, -20.0], 20.0),
        (&[-50.0, -35.0, -20.0, -35.0, -50.0], 15.0),
    ];
    for (levels, expected) in cases {
        let steps: Vec<(f64, f64)> = levels.iter().map(|&level| (level, 20.0)).collect();
        let meter = stereo(rate, &parts(rate, &steps));
        near("range", meter.range().expect("over 3 s"), expected, 1.0);
    }
}
