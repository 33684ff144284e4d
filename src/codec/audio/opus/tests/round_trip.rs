//! What is encoded is heard.

use super::{RATES, decoded, decoder, encoder, packets, rate, snr, voice};
use crate::codec::audio::opus::{Application, OpusConfig, OpusDecoder, OpusError, Packet};
use crate::codec::{AudioDecoder, AudioEncoder, DecodeError};

/// SNR of a voice through the coder, the look-ahead taken off.
fn quality(hz: u32, channels: usize, quarters: usize, application: Application) -> f32 {
    let config = OpusConfig::new(rate(hz), channels).bitrate(96_000 * channels as u32).application(application);
    let mut encoder = encoder(config);
    let length = hz as usize / 400 * quarters * channels;
    let audio = voice(hz, channels, 480);
    let mut decoder = decoder(hz, channels);
    let heard = decoded(&mut decoder, &packets(&mut encoder, &audio, length));
    let late = encoder.lookahead() * channels;
    snr(&audio[..audio.len() - late], &heard[late..])
}

#[test]
fn every_frame_length_at_every_rate_in_mono_and_stereo_comes_back() {
    for hz in RATES {
        for channels in [1, 2] {
            for quarters in [1, 2, 4, 8, 16, 24, 32, 40, 48] {
                for application in [Application::Voip, Application::Audio, Application::LowDelay] {
                    let got = quality(hz, channels, quarters, application);
                    // Linear prediction keeps the sound of a voice rather than its waveform.
                    let bar = if application == Application::Voip { 6.0 } else { 9.0 };
                    assert!(got > bar, "{hz} Hz, {channels} channels, {quarters} x 2.5 ms, {application:?}: {got} dB");
                }
            }
        }
    }
}

#[test]
fn mono_is_heard_on_both_channels_and_stereo_as_its_mean() {
    let mut one = encoder(OpusConfig::new(rate(48_000), 1).bitrate(64_000));
    let mono = packets(&mut one, &voice(48_000, 1, 400), 960);
    assert!(mono.iter().all(|packet| !Packet::parse(packet).expect("whole").stereo));
    let both = decoded(&mut decoder(48_000, 2), &mono);
    assert!(both.chunks_exact(2).all(|pair| pair[0] == pair[1]));
    assert!(snr(&voice(48_000, 2, 400), &both) > -6.0);

    let mut two = encoder(OpusConfig::new(rate(48_000), 2).bitrate(128_000).application(Application::Audio));
    let stereo = packets(&mut two, &voice(48_000, 2, 400), 960);
    assert!(stereo.iter().any(|packet| Packet::parse(packet).expect("whole").stereo));
    let heard = decoded(&mut decoder(48_000, 1), &stereo);
    let mean: Vec<f32> = voice(48_000, 1, 400).iter().map(|s| 0.8 * s).collect();
    let late = two.lookahead();
    assert!(snr(&mean[..mean.len() - late], &heard[late..]) > 9.0);
}

#[test]
fn a_packet_decodes_at_any_rate() {
    let mut full = encoder(OpusConfig::new(rate(48_000), 1).bitrate(32_000));
    let packets = packets(&mut full, &voice(48_000, 1, 400), 960);
    for hz in RATES {
        let mut decoder = decoder(hz, 1);
        assert_eq!(decoder.samples(&packets[0]), Some(hz as usize / 50));
        assert_eq!(decoded(&mut decoder, &packets).len(), hz as usize * 2 / 5);
    }
}

#[test]
fn the_decoder_arrives_at_the_encoders_final_range() {
    let mut encoder = encoder(OpusConfig::new(rate(16_000), 1).bitrate(24_000));
    let mut decoder = decoder(8_000, 2);
    let mut payload = [0; 1_276];
    let mut out = [0.0; 320];
    for frame in voice(16_000, 1, 400).chunks_exact(320) {
        let bytes = encoder.encode(frame, &mut payload).expect("20 ms").bytes;
        decoder.decode(&payload[..bytes], &mut out).expect("a packet");
        assert_eq!(encoder.final_range(), decoder.final_range());
    }
}

#[test]
fn a_moved_decoder_goes_on_like_the_original() {
    let mut encoder = encoder(OpusConfig::new(rate(16_000), 1).bitrate(20_000));
    let packets = packets(&mut encoder, &voice(16_000, 1, 800), 320);
    let mut original = decoder(16_000, 1);
    let (first, second) = packets.split_at(packets.len() / 2);
    decoded(&mut original, first);
    let mut copy = original.clone();
    // The original goes first: a pointer from the copy into it would show.
    let want = decoded(&mut original, second);
    original.reset();
    assert_eq!(decoded(&mut copy, second), want);
}

#[test]
fn a_decoder_that_was_reset_is_a_new_one() {
    let mut encoder = encoder(OpusConfig::new(rate(48_000), 2).bitrate(48_000));
    let packets = packets(&mut encoder, &voice(48_000, 2, 400), 1_920);
    let mut used = decoder(48_000, 2);
    decoded(&mut used, &packets);
    used.conceal(&mut [0.0; 500]);
    used.reset();
    assert!(!used.conceal(&mut [0.0; 2]), "nothing was heard yet");
    assert_eq!(decoded(&mut used, &packets), decoded(&mut decoder(48_000, 2), &packets));
}

#[test]
fn a_packet_longer_than_the_room_is_refused_and_decodes_nothing() {
    let mut encoder = encoder(OpusConfig::new(rate(8_000), 1));
    let packets = packets(&mut encoder, &voice(8_000, 1, 120), 160);
    let mut decoder = decoder(8_000, 1);
    let mut out = [7.0; 159];
    assert_eq!(decoder.decode(&packets[0], &mut out), Err(DecodeError::TooLong { samples: 160, room: 159 }));
    assert_eq!(out, [7.0; 159]);
    assert_eq!(decoder.decode(&[], &mut out), Err(DecodeError::Corrupt));
}

#[test]
fn rates_and_channels_that_opus_has_not_are_errors() {
    assert_eq!(OpusDecoder::new(rate(32_000), 1).err(), Some(OpusError::Rate(rate(32_000))));
    assert_eq!(OpusDecoder::new(rate(16_000), 3).err(), Some(OpusError::Channels(3)));
    assert_eq!(OpusDecoder::new(rate(16_000), 0).err(), Some(OpusError::Channels(0)));
}
