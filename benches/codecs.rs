//! What do G.711 and resampling cost a tick, against the table codec that everybody writes first?
//!
//! Baseline: `table/*`, a 256-entry table to decode and a 65 536-entry table to encode, each with the
//! conversion between f32 and 16 bits that the engine's audio needs. G.711 on 160 samples (20 ms of
//! 8 kHz), resamplers on 10 ms.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use media_core::codec::audio::g711;
use media_core::codec::audio::g726::Rate;
use media_core::codec::{CodecKind, CodecSpec};
use media_core::processing::format::Resampler;
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

fn resampler(c: &mut Criterion) {
    let mut group = c.benchmark_group("resampler");
    for (from, to) in [(8, 16), (16, 8), (8, 48), (48, 8), (16, 48), (48, 16), (441, 480), (480, 441)] {
        let rate = |r: u32| SampleRate::new(if r < 100 { r * 1_000 } else { r * 100 }).expect("an allowed rate");
        let mut resampler = Resampler::new(rate(from), rate(to));
        let input = noise(rate(from).per_tick());
        let mut output = vec![0.0f32; rate(to).per_tick()];
        group.bench_function(format!("{}_to_{}", rate(from).hz(), rate(to).hz()), |b| {
            b.iter(|| resampler.process(black_box(&input), black_box(&mut output)));
        });
    }
    group.finish();
}

criterion_group!(benches, g711, l16, adpcm, resampler);
criterion_main!(benches);
