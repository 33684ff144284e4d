//! The resamplers against rubato's FFT resampler: a second opinion with 10 ms of delay and −137 dB of noise.

use std::f64::consts::TAU;

use media_core::processing::format::{DriftResampler, Quality, Resampler};
use media_core::rtp::{RtpHeader, RtpPacket};
use media_core::sample;
use media_core::{CodecSpec, EngineConfig, IoGroup, OfflineEngine, PayloadType, SampleRate, SessionSpec, Ssrc};
use rubato::audioadapter_buffers::owned::InterleavedOwned;
use rubato::{Fft, FixedSync, Resampler as _};

const RATES: [u32; 7] = [8_000, 12_000, 16_000, 24_000, 32_000, 44_100, 48_000];

fn cases() -> impl Iterator<Item = (SampleRate, SampleRate, Quality)> {
    let rates = RATES.map(|hz| SampleRate::new(hz).expect("an allowed rate"));
    let pairs = rates.into_iter().flat_map(move |a| rates.map(|b| (a, b))).filter(|(a, b)| a != b);
    pairs.flat_map(|(a, b)| [Quality::Voice, Quality::High].map(|quality| (a, b, quality)))
}

/// Half a second of 40 tones up to 0.41 of the lower rate, of random phase: as noise, but ending before the band does.
fn tones(from: SampleRate, low: SampleRate) -> Vec<f32> {
    let top = 0.41 * f64::from(low.hz());
    let tone = |k: u32, n: usize| {
        let (hz, phase) = (top * f64::from(k) / 40.0, f64::from(k * k) * 0.618);
        (TAU * (hz * n as f64 / f64::from(from.hz()) + phase)).sin()
    };
    (0..from.per_tick() * 50).map(|n| ((1..=40).map(|k| tone(k, n)).sum::<f64>() / 40.0) as f32).collect()
}

fn rubato(input: &[f32], from: SampleRate, to: SampleRate) -> Vec<f32> {
    // An even number of the shortest blocks: an odd one is half a sample late, which no whole delay makes good.
    let (from, to) = (from.hz() as usize, to.hz() as usize);
    let shortest = (1..=from).find(|n| (n * to).is_multiple_of(from)).expect("a whole second is one");
    let chunk = shortest * (1_024 / shortest).next_multiple_of(2).max(2);
    let mut fft = Fft::<f32>::new(from, to, chunk, 1, FixedSync::Both).expect("rates above 0");
    let input = InterleavedOwned::new_from(input.to_vec(), 1, input.len()).expect("one channel");
    let output = fft.process_all(&input, input_frames(&input), None).expect("a whole recording");
    output.take_data()
}

fn input_frames(input: &InterleavedOwned<f32>) -> usize {
    use rubato::audioadapter::Adapter;
    input.frames()
}

fn ours(input: &[f32], from: SampleRate, to: SampleRate, quality: Quality) -> Vec<f32> {
    let mut resampler = Resampler::with_quality(from, to, quality);
    let mut output = vec![0.0; input.len() / from.per_tick() * to.per_tick()];
    for (block, out) in input.chunks(from.per_tick()).zip(output.chunks_mut(to.per_tick())) {
        resampler.process(block, out);
    }
    output.split_off(resampler.delay())
}

/// Power of the difference between two recordings, without 50 ms at either end, in dB below that of the first.
fn apart(a: &[f32], b: &[f32], rate: SampleRate) -> f64 {
    let edge = rate.per_tick() * 5;
    let power = |x: &mut dyn Iterator<Item = f64>| x.map(|x| x * x).sum::<f64>();
    let within = edge..a.len().min(b.len()) - edge;
    let pairs = a[within.clone()].iter().zip(&b[within.clone()]);
    let difference = power(&mut pairs.map(|(&a, &b)| f64::from(a) - f64::from(b)));
    10.0 * (power(&mut a[within].iter().map(|&a| f64::from(a))) / difference).log10()
}

#[test]
fn every_pair_of_rates_and_quality_agrees_with_the_oracle_to_the_ripple_of_its_band() {
    for case @ (from, to, quality) in cases() {
        let input = tones(from, from.min(to));
        let agreed = apart(&rubato(&input, from, to), &ours(&input, from, to, quality), to);
        println!("{case:?}: {agreed:.1} dB");
        // A ripple of 0.02 dB is 53 dB down.
        assert!(agreed >= 53.0, "{case:?}: {agreed} dB");
    }
}

#[test]
fn at_1_khz_we_keep_a_sinad_of_95_db_where_the_oracle_has_its_own() {
    for case @ (from, to, quality) in cases() {
        let sine = |n: usize| (TAU * 1_000.0 * n as f64 / f64::from(from.hz())).sin() as f32 * 0.5;
        let input: Vec<f32> = (0..from.per_tick() * 50).map(sine).collect();
        let edge = to.per_tick() * 5;
        let purity = |output: &[f32]| sinad(&output[edge..output.len() - edge], 1_000.0 / f64::from(to.hz()));
        let (theirs, own) = (purity(&rubato(&input, from, to)), purity(&ours(&input, from, to, quality)));
        println!("{case:?}: {own:.1} dB, rubato {theirs:.1} dB");
        assert!(own >= 95.0 && theirs >= 95.0, "{case:?}: {own} dB, rubato {theirs} dB");
    }
}

#[test]
fn without_drift_the_steered_resampler_agrees_with_the_fixed_one() {
    for case @ (from, to, quality) in cases() {
        let input = tones(from, from.min(to));
        let mut steered = DriftResampler::new(from, to, quality);
        let mut output = Vec::new();
        let mut block = vec![0.0; steered.max_output()];
        for tick in input.chunks(from.per_tick()) {
            let count = steered.process(tick, &mut block);
            output.extend(&block[..count]);
        }
        let late = steered.delay() * to.hz() as usize;
        if late.is_multiple_of(from.hz() as usize) {
            let output = output.split_off(late / from.hz() as usize);
            let agreed = apart(&ours(&input, from, to, quality), &output, to);
            println!("{case:?}: {agreed:.1} dB");
            assert!(agreed >= 85.0, "{case:?}: {agreed} dB");
        }
    }
}

/// Power of the best fitting sine of `cycles` per sample over all else, in dB.
fn sinad(samples: &[f32], cycles: f64) -> f64 {
    let (mut ss, mut sc, mut cc, mut xs, mut xc, mut xx) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    let turn = |n: usize| (TAU * cycles * n as f64).sin_cos();
    for (n, &x) in samples.iter().enumerate() {
        let ((s, c), x) = (turn(n), f64::from(x));
        (ss, sc, cc, xs, xc, xx) = (ss + s * s, sc + s * c, cc + c * c, xs + x * s, xc + x * c, xx + x * x);
    }
    let determinant = ss * cc - sc * sc;
    let (a, b) = ((xs * cc - xc * sc) / determinant, (xc * ss - xs * sc) / determinant);
    let rest = samples.iter().enumerate().map(|(n, &x)| {
        let (s, c) = turn(n);
        (f64::from(x) - a * s - b * c).powi(2)
    });
    10.0 * (xx / rest.sum::<f64>()).log10()
}

/// What a 16 kHz party is sent of a sweep that an 8 kHz party speaks.
fn heard(quality: Quality) -> Vec<f32> {
    let mut engine = OfflineEngine::new(EngineConfig::new().workers(1)).expect("a configuration that can run");
    let mut egress = engine.egress(IoGroup(0)).expect("the first to take it");
    let control = engine.control();
    let [narrow, wide] = [96, 97].map(|payload_type| PayloadType::new(payload_type).expect("below 128"));
    let l16 = |rate, payload_type| CodecSpec::l16(rate, payload_type);
    let mut a = control.create(SessionSpec::new(l16(SampleRate::HZ_8000, narrow))).expect("room");
    let spec = SessionSpec::new(l16(SampleRate::HZ_16000, wide)).resampling(quality);
    let b = control.create(spec).expect("room");
    drop(control.bridge(a.id, b.id).expect("two parties"));
    let mut output = Vec::new();
    for packet in 0..100u16 {
        let timestamp = u32::from(packet) * 160;
        let (sequence, ssrc) = (packet, Ssrc(1));
        let header = RtpHeader { marker: packet == 0, payload_type: narrow, sequence, timestamp, ssrc };
        let speech = (0..160).flat_map(|n| {
            let n = f64::from(timestamp + n);
            ((8_000.0 * (n * (0.05 + n * 5e-5)).sin()) as i16).to_be_bytes()
        });
        a.ingress.push(&header.to_bytes().into_iter().chain(speech).collect::<Vec<_>>(), engine.now()).expect("room");
        engine.run(2);
        egress.pull(100, |session, datagram| {
            let Ok(packet) = RtpPacket::parse(datagram) else { return };
            if session == b.id {
                let (words, _) = packet.payload.as_chunks::<2>();
                output.extend(words.iter().map(|&word| sample::dequantize(i16::from_be_bytes(word))));
            }
        });
    }
    output
}

#[test]
fn a_session_hears_by_the_quality_that_its_spec_names() {
    let (voice, high) = (heard(Quality::Voice), heard(Quality::High));
    let rates = (SampleRate::HZ_8000, SampleRate::HZ_16000);
    let delay = |quality| Resampler::with_quality(rates.0, rates.1, quality).delay();
    let later = delay(Quality::High) - delay(Quality::Voice);
    assert_eq!(later, 32, "2 ms");
    // A second from the middle, by when the jitter buffer has come to rest.
    let difference: f32 = (0..8_000).map(|n| (voice[12_000 + n] - high[12_000 + n + later]).powi(2)).sum();
    let power: f32 = voice[12_000..20_000].iter().map(|x| x * x).sum();
    println!("{power} {difference}");
    assert!(power > 100.0 && difference < power * 1e-4, "{power} {difference}");
}
