//! No call of the Opus codec allocates or frees, counted at `malloc` itself: libopus is C.
#![allow(unsafe_code, reason = "the attack needs the system itself")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "test threads, not workers")]
#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod common_malloc;

use std::sync::atomic::Ordering::SeqCst;

use common_malloc::{FREED, TAKEN, WATCHED, counters_count};
use media_core::codec::audio::opus::{Application, OpusConfig, OpusDecoder, OpusEncoder};
use media_core::codec::{AudioDecoder, AudioEncoder, EncoderParam};
#[cfg(feature = "dred")]
use media_core::types::Millis;
use media_core::types::SampleRate;

#[test]
fn no_call_of_the_opus_codec_allocates_or_frees() {
    counters_count();
    let rates = [8_000, 12_000, 16_000, 24_000, 48_000].map(|hz| SampleRate::new(hz).expect("a rate of Opus"));
    for rate in rates {
        for channels in [1, 2] {
            for application in [Application::Voip, Application::Audio, Application::LowDelay] {
                for bitrate in [9_000, 32_000, 128_000] {
                    let config = OpusConfig::new(rate, channels).application(application).bitrate(bitrate);
                    every_call(config.fec(10).dtx(true).complexity(10));
                }
            }
        }
    }
    #[cfg(feature = "dred")]
    deep_repair();
    assert_eq!((TAKEN.load(SeqCst), FREED.load(SeqCst)), (0, 0), "blocks taken and freed in codec calls");
}

fn every_call(config: OpusConfig) {
    let mut encoder = OpusEncoder::new(config).expect("settings of Opus");
    let fork = encoder.fork();
    let mut decoder = OpusDecoder::new(config.rate, config.channels).expect("a form of Opus");
    let longest = config.rate.per_tick() * 12 * config.channels;
    let mut audio: Vec<f32> = (0..longest).map(|n| (n as f32 * 0.05).sin() * (n as f32 * 0.001).sin()).collect();
    let mut out = vec![0.0; longest];
    let mut payload = vec![0; 1_276];
    WATCHED.set(true);
    for ms_x2 in [5, 10, 20, 40, 80, 120, 240] {
        let length = config.rate.hz() as usize * ms_x2 / 2_000 * config.channels;
        for round in 0..6 {
            // Speech, silence, and what is no audio.
            match round {
                4 => audio.fill(0.0),
                5 => audio[0] = f32::NAN,
                _ => {}
            }
            let encoded = encoder.encode(&audio[..length], &mut payload).expect("a frame of Opus");
            let packet = &payload[..encoded.bytes];
            assert_eq!(decoder.samples(packet).is_some(), encoded.bytes > 0);
            decoder.recover(packet, &mut out[..length]);
            decoder.conceal(&mut out[..length / 3]);
            let _ = decoder.decode(packet, &mut out);
            let _ = decoder.decode(&packet[..encoded.bytes / 2], &mut out);
        }
        encoder.set(EncoderParam::Bitrate, 24_000);
        encoder.set(EncoderParam::Complexity, 3);
    }
    assert!(encoder.copy_state(&*fork));
    encoder.reset();
    decoder.reset();
    WATCHED.set(false);
}

/// Packets with deep redundancy, gaps of up to 200 ms repaired out of it, and neural concealment.
#[cfg(feature = "dred")]
fn deep_repair() {
    for hz in [16_000, 48_000] {
        let rate = SampleRate::new(hz).expect("a rate of Opus");
        let mut config = OpusConfig::new(rate, 1).bitrate(32_000).dred(Millis(500));
        config.expected_loss = 20;
        let mut encoder = OpusEncoder::new(config).expect("settings of Opus");
        let mut decoder = OpusDecoder::new(rate, 1).expect("a form of Opus");
        decoder.take_dred();
        assert!(decoder.set_complexity(5));
        let frame = rate.per_tick() * 2;
        let audio: Vec<f32> = graph_tests::Voice::new(5, hz).take(frame * 200);
        let (mut payload, mut out, mut deep) = (vec![0; 1_276], vec![0.0; frame * 10], 0);
        WATCHED.set(true);
        for (at, audio) in audio.chunks_exact(frame).enumerate() {
            let bytes = encoder.encode(audio, &mut payload).expect("a frame").bytes;
            let gap = at % 25;
            if gap >= 15 {
                if gap < 17 {
                    decoder.conceal(&mut out[..rate.per_tick()]);
                }
                continue;
            }
            if gap == 0 && at > 0 {
                let mut back = decoder.redundancy(&payload[..bytes], frame * 10) / rate.per_tick() * rate.per_tick();
                while back > 0 {
                    let recovered = decoder.recover_from(&payload[..bytes], back, &mut out).expect("it reaches so far");
                    back -= recovered.samples;
                    deep += u32::from(recovered.deep);
                }
            }
            decoder.decode(&payload[..bytes], &mut out).expect("a packet");
        }
        WATCHED.set(false);
        assert!(deep > 10, "{deep} times 10 ms");
    }
}
