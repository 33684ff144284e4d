//! What do G.711 and resampling cost a tick, against the table codec that everybody writes first?
//!
//! Baseline: `table/*`, a 256-entry table to decode and a 65 536-entry table to encode, each with the
//! conversion between f32 and 16 bits that the engine's audio needs. G.711 on 160 samples (20 ms of
//! 8 kHz), resamplers on 10 ms, bit depths and channel mixers on
//! 480 frames (10 ms of 48 kHz).

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use media_core::codec::audio::g711;
use media_core::codec::audio::g726::Rate;
use media_core::codec::{CodecKind, CodecSpec};
use media_core::processing::format::{
    self, ByteOrder, ChannelMixer, Dither, DriftResampler, GainMatrix, Layout, Quality, Resampler,
};
use media_core::sample;
use media_core::types::{PayloadType, SampleRate};

fn noise(samples: usize) -> Vec<f32> {
    let mut seed = 1u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed as i32 as f32 / 4.0e9
    };
    (0..samples).map(|_| next()).collect()
}

fn g711(c: &mut Criterion) {
    let samples = noise(160);
    let mut codes = vec![0u8; 160];
    g711::encode_u(&samples, &mut codes);
    let mut audio = vec![0.0f32; 160];
    let mut out = vec![0u8; 160];

    let all: Vec<u8> = (0..=255).collect();
    let mut decode_table = vec![0.0f32; 256];
    g711::decode_u(&all, &mut decode_table);
    let values: Vec<f32> = (0..=u16::MAX).map(|v| f32::from(v as i16) / 32_768.0).collect();
    let mut encode_table = vec![0u8; 65_536];
    g711::encode_u(&values, &mut encode_table);

    let mut group = c.benchmark_group("g711");
    group.bench_function("decode_u", |b| b.iter(|| g711::decode_u(black_box(&codes), black_box(&mut audio))));
    group.bench_function("decode_a", |b| b.iter(|| g711::decode_a(black_box(&codes), black_box(&mut audio))));
    group.bench_function("encode_u", |b| b.iter(|| g711::encode_u(black_box(&samples), black_box(&mut out))));
    group.bench_function("encode_a", |b| b.iter(|| g711::encode_a(black_box(&samples), black_box(&mut out))));
    group.bench_function("transcode", |b| {
        b.iter(|| g711::transcode_a_to_u(black_box(&codes), black_box(&mut out)));
    });
    group.bench_function("table/decode", |b| {
        b.iter(|| {
            for (sample, &code) in black_box(&mut audio).iter_mut().zip(black_box(&codes)) {
                *sample = decode_table[usize::from(code)];
            }
        });
    });
    group.bench_function("table/encode", |b| {
        b.iter(|| {
            for (code, &sample) in black_box(&mut out).iter_mut().zip(black_box(&samples)) {
                *code = encode_table[usize::from((sample * 32_768.0) as i16 as u16)];
            }
        });
    });
    group.finish();
}

fn l16(c: &mut Criterion) {
    let samples = noise(160);
    let spec = CodecSpec::l16(SampleRate::HZ_16000, PayloadType::new(96).expect("96 is below 128"));
    let (mut encoder, mut decoder) = (spec.encoder(), spec.decoder());
    let mut payload = vec![0u8; 320];
    let mut audio = vec![0.0f32; 160];
    let mut group = c.benchmark_group("l16");
    group.bench_function("encode", |b| b.iter(|| encoder.encode(black_box(&samples), black_box(&mut payload))));
    group.bench_function("decode", |b| b.iter(|| decoder.decode(black_box(&payload), black_box(&mut audio))));
    group.finish();
}

/// 20 ms of a tone under noise, through the engine's halves of each codec that predicts.
fn adpcm(c: &mut Criterion) {
    let dynamic = PayloadType::new(96).expect("96 is below 128");
    let narrow = |kind| CodecSpec::of(kind, dynamic, SampleRate::HZ_8000, 8_000);
    for spec in [CodecSpec::g722(), narrow(CodecKind::G726(Rate::Kbit32)), narrow(CodecKind::G726(Rate::Kbit40))] {
        let samples: Vec<f32> = noise(2 * spec.rate.per_tick())
            .iter()
            .enumerate()
            .map(|(n, noise)| 0.1 * noise + 0.2 * (n as f32 * 0.3).sin())
            .collect();
        let (mut encoder, mut decoder) = (spec.encoder(), spec.decoder());
        let mut payload = vec![0u8; spec.payload_bytes(samples.len())];
        let mut audio = vec![0.0f32; samples.len()];
        let mut group = c.benchmark_group(spec.name());
        group.bench_function("encode", |b| b.iter(|| encoder.encode(black_box(&samples), black_box(&mut payload))));
        group.bench_function("decode", |b| b.iter(|| decoder.decode(black_box(&payload), black_box(&mut audio))));
        group.finish();
    }
}

const PAIRS: [(u32, u32); 10] = [
    (8_000, 16_000),
    (16_000, 8_000),
    (8_000, 48_000),
    (48_000, 8_000),
    (16_000, 48_000),
    (48_000, 16_000),
    (8_000, 44_100),
    (44_100, 8_000),
    (44_100, 48_000),
    (48_000, 44_100),
];

fn rate(hz: u32) -> SampleRate {
    SampleRate::new(hz).expect("an allowed rate")
}

fn resampler(c: &mut Criterion) {
    for (name, quality) in [("resampler", Quality::Voice), ("resampler_high", Quality::High)] {
        let mut group = c.benchmark_group(name);
        for (from, to) in PAIRS {
            let mut resampler = Resampler::with_quality(rate(from), rate(to), quality);
            let input = noise(rate(from).per_tick());
            let mut output = vec![0.0f32; rate(to).per_tick()];
            group.bench_function(format!("{from}_to_{to}"), |b| {
                b.iter(|| resampler.process(black_box(&input), black_box(&mut output)));
            });
        }
        group.finish();
    }
    let mut group = c.benchmark_group("resampler_drift");
    for (from, to) in PAIRS.into_iter().chain([(8_000, 8_000), (16_000, 16_000), (48_000, 48_000)]) {
        let mut resampler = DriftResampler::new(rate(from), rate(to), Quality::Voice);
        resampler.set_drift(100.0);
        let input = noise(rate(from).per_tick());
        let mut output = vec![0.0f32; resampler.max_output()];
        group.bench_function(format!("{from}_to_{to}"), |b| {
            b.iter(|| resampler.process(black_box(&input), black_box(&mut output)));
        });
    }
    group.finish();
}

fn bit_depth(c: &mut Criterion) {
    let samples = noise(480);
    let (mut words, mut long, mut bytes) = (vec![0i16; 480], vec![0i32; 480], vec![0u8; 1_440]);
    let mut audio = vec![0.0f32; 480];
    let mut dither = Dither::new(1);
    let mut group = c.benchmark_group("bit_depth_480");
    group.bench_function("to_i16", |b| b.iter(|| sample::to_i16(black_box(&samples), black_box(&mut words))));
    group.bench_function("from_i16", |b| b.iter(|| sample::from_i16(black_box(&words), black_box(&mut audio))));
    group.bench_function("to_i24", |b| b.iter(|| format::to_i24(black_box(&samples), black_box(&mut long))));
    group.bench_function("from_i24", |b| b.iter(|| format::from_i24(black_box(&long), black_box(&mut audio))));
    group.bench_function("to_packed_i24", |b| {
        b.iter(|| format::to_packed_i24(black_box(&samples), ByteOrder::Big, black_box(&mut bytes)));
    });
    group.bench_function("from_packed_i24", |b| {
        b.iter(|| format::from_packed_i24(black_box(&bytes), ByteOrder::Big, black_box(&mut audio)));
    });
    group.bench_function("to_q23", |b| b.iter(|| format::to_q23(black_box(&samples), black_box(&mut long))));
    group.bench_function("dither_i16", |b| b.iter(|| dither.to_i16(black_box(&samples), black_box(&mut words))));
    group.bench_function("dither_i24", |b| b.iter(|| dither.to_i24(black_box(&samples), black_box(&mut long))));
    group.finish();
}

fn channel_mixer(c: &mut Criterion) {
    let mut group = c.benchmark_group("channel_mixer_480");
    let layouts = [
        (Layout::Mono, Layout::Stereo),
        (Layout::Stereo, Layout::Mono),
        (Layout::Surround51, Layout::Stereo),
        (Layout::Surround51, Layout::Mono),
    ];
    for (from, to) in layouts {
        let gains = GainMatrix::between(from, to);
        let (mut rest, mut moving) = (ChannelMixer::new(gains), ChannelMixer::new(gains));
        let input = noise(480 * from.channels());
        let mut output = vec![0.0f32; 480 * to.channels()];
        group.bench_function(format!("{from:?}_to_{to:?}"), |b| {
            b.iter(|| rest.process(black_box(&input), black_box(&mut output)));
        });
        group.bench_function(format!("{from:?}_to_{to:?}_ramp"), |b| {
            b.iter(|| {
                moving.set(&gains, 480);
                moving.process(black_box(&input), black_box(&mut output))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, g711, l16, adpcm, resampler, bit_depth, channel_mixer);
criterion_main!(benches);
