//! What an encoder promises: sizes, copies, pauses.

use super::{encoder, packets, rate, voice};
use crate::codec::audio::opus::{
    Application, Bandwidth, Mode, OpusConfig, OpusEncoder, OpusError, Packet, RateControl, Signal,
};
use crate::codec::audio::{L16Encoder, opus};
use crate::codec::{AudioEncoder, EncodeError, EncoderParam};

fn speech() -> OpusConfig {
    OpusConfig::new(rate(16_000), 1).bitrate(24_000)
}

/// Settings that reach every coder and every part of the state.
fn settings() -> Vec<OpusConfig> {
    let (wide, full) = (OpusConfig::new(rate(16_000), 1), OpusConfig::new(rate(48_000), 2));
    vec![
        wide.bitrate(24_000).fec(20).complexity(10),
        wide.bitrate(9_000).dtx(true).prediction(false).complexity(2),
        full.bitrate(32_000).fec(10),
        full.bitrate(96_000).application(Application::Audio).signal(Signal::Music),
        full.bitrate(128_000).application(Application::LowDelay).rate_control(RateControl::Constant),
    ]
}

#[test]
fn a_fork_goes_on_like_the_original() {
    for config in settings() {
        let length = config.rate.hz() as usize / 50 * config.channels;
        let audio = voice(config.rate.hz(), config.channels, 1_200);
        let (first, second) = audio.split_at(audio.len() / 2);
        let mut original = encoder(config);
        packets(&mut original, first, length);
        let mut fork = original.clone();
        let mut late = encoder(config);
        assert!(late.copy_state(&original));
        let want = packets(&mut original, second, length);
        original.reset();
        assert_eq!(packets(&mut fork, second, length), want, "{config:?}");
        assert_eq!(packets(&mut late, second, length), want, "{config:?}");
    }
}

#[test]
fn an_encoder_that_was_reset_is_a_new_one() {
    for config in settings() {
        let length = config.rate.hz() as usize / 50 * config.channels;
        let audio = voice(config.rate.hz(), config.channels, 600);
        let mut used = encoder(config);
        packets(&mut used, &audio, length);
        used.reset();
        assert_eq!(packets(&mut used, &audio, length), packets(&mut encoder(config), &audio, length), "{config:?}");
    }
}

#[test]
fn a_state_is_taken_over_from_the_same_codec_in_the_same_form_only() {
    let mut mine = encoder(speech());
    assert!(mine.copy_state(&encoder(speech().bitrate(12_000).dtx(true))));
    assert_eq!(*mine.config(), speech().bitrate(12_000).dtx(true), "settings come along");
    assert!(!mine.copy_state(&encoder(OpusConfig::new(rate(8_000), 1))));
    assert!(!mine.copy_state(&encoder(OpusConfig::new(rate(16_000), 2))));
    assert!(!mine.copy_state(&encoder(speech().application(Application::Audio))));
    assert!(!mine.copy_state(&L16Encoder::new(rate(16_000), 1)));
    let forked = mine.fork();
    assert!(mine.copy_state(&*forked));
}

#[test]
fn constant_bit_rate_makes_packets_of_exactly_that_size() {
    for (ms, bitrate, bytes) in
        [(10, 32_000, 40), (20, 24_000, 60), (20, 64_000, 160), (40, 16_000, 80), (60, 16_000, 120)]
    {
        let config = OpusConfig::new(rate(16_000), 1).bitrate(bitrate).rate_control(RateControl::Constant);
        let audio = voice(16_000, 1, 1_200);
        let packets = packets(&mut encoder(config), &audio, 16 * ms);
        assert!(packets.iter().all(|packet| packet.len() == bytes), "{ms} ms at {bitrate} bit/s");
    }
}

#[test]
fn no_payload_is_longer_than_promised() {
    let mut noise = 1u32;
    let audio: Vec<f32> = (0..48_000 * 2)
        .map(|_| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            noise as i32 as f32 / 2_147_483_648.0
        })
        .collect();
    for limit in [40, 100, 1_276, opus::MAX_FRAME_BYTES * 6] {
        for ms in [5, 20, 60, 120] {
            for control in [RateControl::Variable, RateControl::Constrained, RateControl::Constant] {
                let config = OpusConfig::new(rate(48_000), 2).bitrate(510_000).rate_control(control).max_payload(limit);
                let mut loud = encoder(config);
                assert_eq!(loud.max_payload(960), limit);
                let longest = packets(&mut loud, &audio, 96 * ms).iter().map(Vec::len).max();
                assert!(longest.is_some_and(|longest| (3..=limit).contains(&longest)), "{longest:?} of {limit}");
            }
        }
    }
    let short = encoder(speech()).encode(&[0.0; 320], &mut [0; 1_275]);
    assert_eq!(short, Err(EncodeError::TooLong { needed: 1_276, room: 1_275 }));
}

#[test]
fn frames_of_other_lengths_are_refused() {
    let mut payload = [0; 1_276];
    for length in [0, 1, 39, 41, 120, 319, 480, 2_240, 3_840] {
        let got = encoder(speech()).encode(&vec![0.0; length], &mut payload);
        assert_eq!(got, Err(EncodeError::FrameLength { got: length }));
    }
    let odd = encoder(OpusConfig::new(rate(16_000), 2)).encode(&[0.0; 321], &mut payload);
    assert_eq!(odd, Err(EncodeError::FrameLength { got: 160 }));
}

#[test]
fn in_silence_a_pause_is_announced_and_then_nothing_is_sent() {
    for control in [RateControl::Constrained, RateControl::Constant] {
        let mut quiet = encoder(speech().dtx(true).rate_control(control));
        packets(&mut quiet, &voice(16_000, 1, 400), 320);
        let mut payload = [0; 1_276];
        let sent: Vec<_> = (0..100)
            .map(|_| quiet.encode(&[0.0; 320], &mut payload).expect("20 ms"))
            .map(|e| (e.bytes, e.paused))
            .collect();
        let nothing = sent.iter().filter(|(bytes, _)| *bytes == 0).count();
        assert!(nothing > 80, "{control:?} {sent:?}");
        let first = sent.iter().position(|(_, paused)| *paused).expect("a pause");
        assert!(sent[first].0 > 0 && sent[first + 1] == (0, true), "{sent:?}");
        let heard = quiet.encode(&voice(16_000, 1, 20), &mut payload).expect("20 ms");
        assert!(heard.bytes > 3 && !heard.paused, "a voice is sent at once");
    }
    let silence = packets(&mut encoder(speech()), &[0.0; 32_000], 320);
    assert!(silence.iter().all(|packet| !packet.is_empty()), "without DTX every frame is sent");
}

#[test]
fn settings_change_from_the_next_frame_on() {
    let audio = voice(16_000, 1, 400);
    let mean = |encoder: &mut OpusEncoder| packets(encoder, &audio, 320).iter().map(Vec::len).sum::<usize>() / 20;
    let mut encoder = encoder(speech());
    let before = mean(&mut encoder);
    assert!(encoder.set(EncoderParam::Bitrate, 8_000));
    assert!(mean(&mut encoder) < before);
    assert!(encoder.set(EncoderParam::Bandwidth, 4_000));
    assert_eq!(encoder.config().max_bandwidth, Bandwidth::Narrowband);
    for (param, value) in [
        (EncoderParam::Bitrate, 5_999),
        (EncoderParam::Bitrate, -1),
        (EncoderParam::Complexity, 11),
        (EncoderParam::Complexity, 256),
        (EncoderParam::ExpectedLoss, 101),
    ] {
        let held = *encoder.config();
        assert!(!encoder.set(param, value), "{param:?} {value}");
        assert_eq!(*encoder.config(), held);
    }
    assert_eq!(encoder.configure(speech().complexity(11)), Err(OpusError::Complexity(11)));
}

#[test]
fn what_is_no_number_is_silence_and_what_is_too_loud_is_clipped() {
    let mut payload = [0; 1_276];
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30, -3.0] {
        let (mut given, mut cleaned) = (encoder(speech()), encoder(speech()));
        let frame: Vec<f32> =
            voice(16_000, 1, 20).iter().enumerate().map(|(n, &s)| if n % 7 == 0 { bad } else { s }).collect();
        let clean: Vec<f32> = frame.iter().map(|s| if s.is_nan() { 0.0 } else { s.clamp(-1.0, 1.0) }).collect();
        let bytes = given.encode(&frame, &mut payload).expect("20 ms").bytes;
        let got = payload[..bytes].to_vec();
        let bytes = cleaned.encode(&clean, &mut payload).expect("20 ms").bytes;
        assert_eq!(got, payload[..bytes], "{bad}");
    }
}

#[test]
fn low_delay_never_predicts_and_speech_does() {
    let mode = |config| Packet::parse(&packets(&mut encoder(config), &voice(16_000, 1, 200), 320)[5]).map(|p| p.mode);
    assert_eq!(mode(speech()), Some(Mode::Silk));
    assert_eq!(mode(speech().application(Application::LowDelay)), Some(Mode::Celt));
    let (voip, low) = (encoder(speech()).lookahead(), encoder(speech().application(Application::LowDelay)).lookahead());
    assert_eq!((voip, low), (104, 40), "6.5 ms and 2.5 ms at 16 kHz");
}
