//! Rates and channels side by side.

use crate::mixer::{Change, Channels, MemberId, MemberSpec, Mix, Room, RoomConfig};
use crate::types::{Decibels, Millis, SampleRate};

const RATES: [SampleRate; 4] = [SampleRate::HZ_8000, SampleRate::HZ_16000, SampleRate::HZ_32000, SampleRate::HZ_48000];

fn tone(rate: SampleRate, hz: f64, level: f64, tick: usize) -> Vec<f32> {
    let start = tick * rate.per_tick();
    let phase = |n: usize| std::f64::consts::TAU * hz * n as f64 / f64::from(rate.hz());
    (start..start + rate.per_tick()).map(|n| (level * phase(n).sin()) as f32).collect()
}

/// Amplitude of a tone in a run of samples, and of all the rest, as RMS.
fn found(samples: &[f32], rate: SampleRate, hz: f64) -> (f64, f64) {
    let (mut re, mut im, mut energy) = (0.0, 0.0, 0.0);
    for (n, &x) in samples.iter().enumerate() {
        let (sin, cos) = (std::f64::consts::TAU * hz * n as f64 / f64::from(rate.hz())).sin_cos();
        re += f64::from(x) * sin;
        im += f64::from(x) * cos;
        energy += f64::from(x).powi(2);
    }
    let count = samples.len() as f64;
    let amplitude = 2.0 / count * (re * re + im * im).sqrt();
    (amplitude, (energy / count - amplitude * amplitude / 2.0).max(0.0).sqrt())
}

fn everybody(room: &mut Room) -> Vec<MemberId> {
    RATES
        .iter()
        .map(|&rate| room.join(room.prepare(MemberSpec::new(rate)).expect("fits")).expect("there is room"))
        .collect()
}

#[test]
fn every_rate_hears_every_other_at_the_same_level() {
    for talker in 0..4 {
        let mut room = Room::new(&RoomConfig::new(&RATES, 4)).expect("valid");
        let ids = everybody(&mut room);
        let mut heard = vec![Vec::new(); 4];
        for tick in 0..60 {
            room.turn();
            for (n, &id) in ids.iter().enumerate() {
                let frame = tone(RATES[n], 1_000.0, 0.5, tick);
                room.say(id, if n == talker { &frame } else { &[] });
                let mut out = vec![0.0; RATES[n].per_tick()];
                room.hear(id, &mut out);
                heard[n].extend(out);
            }
        }
        for (n, heard) in heard.iter().enumerate() {
            let (level, rest) = found(&heard[heard.len() / 2..], RATES[n], 1_000.0);
            let wanted = if n == talker { 0.0 } else { 0.5 };
            assert!((level - wanted).abs() < 0.002 && rest < 2e-5, "{talker} to {n}: {level}, rest {rest}");
        }
    }
}

#[test]
fn a_pair_across_rates_is_muted_to_below_what_16_bits_hold() {
    let mut room = Room::new(&RoomConfig::new(&RATES, 4)).expect("valid");
    let ids = everybody(&mut room);
    let mut heard = Vec::new();
    for tick in 0..60 {
        room.turn();
        if tick == 20 {
            room.apply(&[Change::Pair(ids[0], ids[3], Decibels(f32::NEG_INFINITY))], Millis(20)).expect("possible");
        }
        room.say(ids[3], &tone(RATES[3], 1_000.0, 0.9, tick));
        let mut out = vec![0.0; 80];
        room.hear(ids[0], &mut out);
        heard.extend(out);
    }
    let before = found(&heard[800..1_600], RATES[0], 1_000.0).0;
    let left = heard[2_400..].iter().fold(0.0f32, |most, x| most.max(x.abs()));
    let step = heard.windows(2).skip(800).map(|x| (x[1] - x[0]).abs()).fold(0.0, f32::max);
    assert!((before - 0.9).abs() < 0.01 && left < 1e-6 && step < 0.72, "{before}, {left}, {step}");
}

#[test]
fn stereo_keeps_power_and_mono_hears_every_place_alike() {
    let config = RoomConfig::new(&RATES[..1], 3).channels(Channels::Stereo);
    let mut room = Room::new(&config).expect("valid");
    let spec = MemberSpec::new(RATES[0]);
    let mut join = |spec| room.join(room.prepare(spec).expect("fits")).expect("there is room");
    let (talker, ears, mono) = (join(spec), join(spec.hears(Channels::Stereo)), join(spec));
    for place in [-1.0f32, -0.4, 0.0, 0.7, 1.0] {
        room.apply(&[Change::Place(talker, place)], Millis(10)).expect("possible");
        let (mut both, mut one) = ([0.0; 160], [0.0; 80]);
        for _ in 0..4 {
            room.turn();
            room.say(talker, &[0.5; 80]);
            let heard = room.hear(ears, &mut both).expect("he is here");
            assert!(matches!(heard.mix, Mix::Shared { channels: Channels::Stereo, .. } | Mix::Private(_)));
            room.hear(mono, &mut one);
        }
        let (left, right) = (both[79], both[159]);
        assert!((left * left + right * right - 0.25).abs() < 1e-5 && (one[79] - 0.5).abs() < 1e-6);
        assert!((right > left) == (place > 0.01) || (left - right).abs() < 1e-5);
    }
}
