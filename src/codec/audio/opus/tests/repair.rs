//! Losses: concealed, and repaired where the next packet carries what was lost.

use super::{decoded, decoder, encoder, packets, rate, snr, voice};
use crate::codec::audio::opus::{Application, OpusConfig, Packet};
use crate::codec::{AudioDecoder, Recovered};

#[test]
fn redundancy_gives_back_more_of_a_lost_packet_than_concealment() {
    for (hz, ms, bitrate) in [(16_000, 20, 32_000), (16_000, 40, 24_000), (8_000, 60, 24_000), (48_000, 20, 40_000)] {
        for channels in [1, 2] {
            let config = OpusConfig::new(rate(hz), channels).bitrate(bitrate * channels as u32).fec(20);
            let length = hz as usize / 1_000 * ms * channels;
            let sent = packets(&mut encoder(config), &voice(hz, channels, 3_000), length);
            let clean = decoded(&mut decoder(hz, channels), &sent);
            let (mut repaired, mut guessed, mut tried) = (0.0, 0.0, 0);
            for lost in (5..sent.len() - 1).step_by(3) {
                if !Packet::parse(&sent[lost + 1]).expect("whole").has_redundancy() {
                    continue;
                }
                let want = &clean[lost * length..(lost + 1) * length];
                let mut by_fec = decoder(hz, channels);
                decoded(&mut by_fec, &sent[..lost]);
                let mut by_plc = by_fec.clone();
                let mut out = vec![0.0; length];
                assert!(by_fec.recover(&sent[lost + 1], &mut out));
                repaired += snr(want, &out);
                assert!(by_plc.conceal(&mut out));
                guessed += snr(want, &out);
                tried += 1;
            }
            assert!(tried > 3, "{hz} Hz, {ms} ms, {channels}: {tried} packets with redundancy");
            assert!(repaired > guessed + 2.0 * tried as f32, "{hz} Hz, {ms} ms: {repaired} {guessed} of {tried}");
        }
    }
}

#[test]
fn without_redundancy_recovery_refuses_and_changes_nothing() {
    let plain = packets(&mut encoder(OpusConfig::new(rate(16_000), 1).bitrate(24_000)), &voice(16_000, 1, 400), 320);
    let music = OpusConfig::new(rate(16_000), 1).bitrate(64_000).application(Application::LowDelay).fec(20);
    let transform = packets(&mut encoder(music), &voice(16_000, 1, 400), 320);
    for sent in [plain, transform] {
        let mut decoder = decoder(16_000, 1);
        decoded(&mut decoder, &sent[..5]);
        let mut untouched = decoder.clone();
        let mut out = [7.0; 320];
        assert!(!decoder.recover(&sent[6], &mut out) && !decoder.recover(&[], &mut out));
        assert_eq!(out, [7.0; 320]);
        assert_eq!(decoded(&mut decoder, &sent[6..]), decoded(&mut untouched, &sent[6..]));
    }
}

#[test]
fn recovery_conceals_what_lies_before_the_redundancy() {
    let config = OpusConfig::new(rate(16_000), 1).bitrate(32_000).fec(30);
    let sent = packets(&mut encoder(config), &voice(16_000, 1, 600), 320);
    let at = (8..sent.len()).find(|&at| Packet::parse(&sent[at]).expect("whole").has_redundancy()).expect("redundancy");
    for length in [320, 321, 640, 777, 2_000] {
        let mut decoder = decoder(16_000, 1);
        decoded(&mut decoder, &sent[..at - 3]);
        let mut out = vec![7.0; length];
        assert!(decoder.recover(&sent[at], &mut out), "{length}");
        assert!(out.iter().all(|s| s.abs() <= 1.0));
        assert!(out[length - 320..].iter().map(|s| s * s).sum::<f32>() > 0.001, "{length}");
    }
    let mut decoder = decoder(16_000, 1);
    decoded(&mut decoder, &sent[..at - 3]);
    assert!(!decoder.recover(&sent[at], &mut [0.0; 319]), "no room for the frame");
}

#[test]
fn concealment_in_pieces_of_any_length_is_concealment_at_once() {
    for (hz, application) in [(16_000, Application::Voip), (48_000, Application::LowDelay), (12_000, Application::Voip)]
    {
        let config = OpusConfig::new(rate(hz), 2).bitrate(64_000).application(application);
        let sent = packets(&mut encoder(config), &voice(hz, 2, 300), hz as usize / 50 * 2);
        let mut original = decoder(hz, 2);
        decoded(&mut original, &sent);
        let frame = hz as usize / 100 * 2;
        let mut whole = vec![0.0; frame * 12];
        let mut by_frame = original.clone();
        whole.chunks_exact_mut(frame).for_each(|out| assert!(by_frame.conceal(out)));
        assert!(whole[..frame].iter().any(|s| *s != 0.0));
        let step = if application == Application::Voip { frame } else { frame / 4 };
        let mut pieces = vec![0.0; whole.len()];
        let mut rest = &mut pieces[..];
        for length in [2, 6, step - 2, 3 * step + 4].into_iter().cycle() {
            let (out, behind) = rest.split_at_mut(length.min(rest.len()));
            assert!(original.conceal(out));
            rest = behind;
            if rest.is_empty() {
                break;
            }
        }
        assert!(pieces.iter().all(|s| s.abs() <= 1.0));
        if application == Application::Voip {
            // Speech is concealed in steps of 10 or 20 ms; the pieces only differ in which of the two.
            assert!(snr(&whole[..frame], &pieces[..frame]) > 3.0);
        }
    }
}

#[test]
fn a_pause_is_told_and_then_comfort_noise_is_heard() {
    let mut decoder = decoder(16_000, 1);
    let sent = packets(&mut encoder(OpusConfig::new(rate(16_000), 1).bitrate(20_000)), &voice(16_000, 1, 400), 320);
    decoded(&mut decoder, &sent);
    assert!(!decoder.paused());
    let mut out = [0.0; 320];
    assert_eq!(decoder.decode(&sent[0][..1], &mut out), Ok(320), "a packet of one byte");
    assert!(decoder.paused());
    for _ in 0..200 {
        assert!(decoder.conceal(&mut out) && decoder.paused());
    }
    assert!(out.iter().all(|s| s.abs() < 0.1), "the voice has faded");
    decoded(&mut decoder, &sent[1..2]);
    assert!(!decoder.paused());
}

#[test]
fn a_decoder_tells_how_far_back_a_packet_reaches() {
    let config = OpusConfig::new(rate(16_000), 1).bitrate(32_000).fec(30);
    let sent = packets(&mut encoder(config), &voice(16_000, 1, 600), 320);
    let mut decoder = decoder(16_000, 1);
    assert_eq!(decoder.redundancy(&sent[9], 960), 0, "nothing was decoded yet");
    decoded(&mut decoder, &sent[..8]);
    let at = (9..sent.len()).find(|&at| Packet::parse(&sent[at]).expect("whole").has_redundancy()).expect("redundancy");
    assert_eq!(decoder.redundancy(&sent[at], 960), 320, "one frame");
    assert_eq!(decoder.redundancy(&[], 960), 0);
    let mut out = [7.0; 640];
    assert_eq!(decoder.recover_from(&sent[at], 640, &mut out), None, "further than it reaches");
    assert_eq!(decoder.recover_from(&sent[at], 320, &mut out[..319]), None, "no room");
    assert_eq!(out, [7.0; 640]);
    let mut twin = decoder.clone();
    assert_eq!(decoder.recover_from(&sent[at], 320, &mut out), Some(Recovered { samples: 320, deep: false }));
    let mut whole = [0.0; 320];
    assert!(twin.recover(&sent[at], &mut whole));
    assert_eq!((&out[..320], &out[320..]), (&whole[..], &[7.0; 320][..]));
}
