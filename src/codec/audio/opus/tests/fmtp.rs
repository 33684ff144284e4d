//! SDP.

use super::rate;
use crate::codec::audio::opus::{Bandwidth, OpusConfig, OpusFmtp, OpusParams, RateControl};
use crate::codec::negotiation::{Capabilities, MediaFormats, Preference};
use crate::codec::{CodecKind, CodecParams, CodecSpec, Encoded, FmtpError, RtpmapError};
use crate::types::{Millis, PayloadType};

fn parse(fmtp: &str) -> OpusFmtp {
    OpusFmtp::parse(fmtp).expect(fmtp)
}

#[test]
fn what_is_not_said_is_the_rfcs_default() {
    assert_eq!(parse(""), OpusFmtp::default());
    assert_eq!(parse(" ; ;unknown=x;x-y=1 "), OpusFmtp::default());
    assert_eq!(OpusFmtp::default().to_string(), "");
}

#[test]
fn every_parameter_is_read_in_any_case_and_written_again() {
    let all = "maxplaybackrate=16000;sprop-maxcapturerate=24000;maxaveragebitrate=20000;stereo=1;sprop-stereo=1;\
               cbr=1;useinbandfec=1;usedtx=1;minptime=10;ptime=20;maxptime=60";
    let read = parse(all);
    assert_eq!(
        (read.max_playback_rate, read.max_capture_rate, read.max_average_bitrate),
        (16_000, 24_000, Some(20_000))
    );
    assert!(read.stereo && read.sends_stereo && read.cbr && read.fec && read.dtx);
    assert_eq!((read.min_ptime, read.ptime, read.max_ptime), (Some(10), Some(20), Some(60)));
    assert_eq!(read.to_string(), all);
    assert_eq!(parse("MinPTime = 10 ; UseInbandFEC = 1").to_string(), "useinbandfec=1;minptime=10");
}

#[test]
fn what_cannot_be_is_a_typed_error() {
    for (fmtp, name) in [
        ("stereo", "stereo"),
        ("stereo=2", "stereo"),
        ("usedtx=yes", "usedtx"),
        ("maxaveragebitrate=+20000", "maxaveragebitrate"),
        ("maxaveragebitrate=0", "maxaveragebitrate"),
        ("MAXPTIME=130", "maxptime"),
        ("maxplaybackrate=99999999999", "maxplaybackrate"),
        ("cbr=", "cbr"),
    ] {
        assert_eq!(OpusFmtp::parse(fmtp), Err(FmtpError::Value(name)), "{fmtp}");
    }
}

#[test]
fn the_encoder_keeps_to_what_the_receiver_asks() {
    let own = OpusConfig::new(rate(48_000), 1);
    assert_eq!(OpusFmtp::default().limit(own), own);
    let held = parse("maxplaybackrate=16000;maxaveragebitrate=20000;cbr=1;useinbandfec=1;usedtx=1").limit(own);
    assert_eq!((held.max_bandwidth, held.bitrate), (Bandwidth::Wideband, Some(20_000)));
    assert_eq!((held.rate_control, held.fec, held.expected_loss, held.dtx), (RateControl::Constant, true, 0, true));
    assert_eq!(parse("maxaveragebitrate=96000").limit(own.bitrate(32_000)).bitrate, Some(32_000));
    assert_eq!(parse("maxaveragebitrate=1").limit(own).bitrate, Some(6_000));
    assert_eq!(parse("useinbandfec=1").limit(own.fec(12)).expected_loss, 12);
    assert_eq!(parse("maxplaybackrate=1").limit(own).max_bandwidth, Bandwidth::Narrowband);
}

#[test]
fn the_rtpmap_is_opus_48000_2_whatever_the_audio() {
    let dynamic = PayloadType::new(111).expect("below 128");
    let spec = CodecSpec::from_rtpmap(dynamic, "OPUS/48000/2").expect("the only form there is");
    assert_eq!((spec.kind, spec.rate.hz(), spec.channels, spec.clock_rate), (CodecKind::Opus, 48_000, 1, 48_000));
    assert_eq!(CodecSpec::from_rtpmap(dynamic, "opus/48000"), Err(RtpmapError::Channels(1)));
    let clock = RtpmapError::ClockRate { got: 16_000, expected: 48_000 };
    assert_eq!(CodecSpec::from_rtpmap(dynamic, "opus/16000/2"), Err(clock));
    let narrow = CodecSpec::opus(rate(8_000), dynamic);
    assert_eq!(narrow.kind.codec().rtpmap(&narrow), (48_000, 2));
    let spec = spec.with_fmtp("useinbandfec=1").expect("known");
    assert_eq!(spec.params, CodecParams::Opus(OpusParams::default().wishes(parse("useinbandfec=1"))));
    let mut text = String::new();
    spec.kind.codec().fmtp(&spec, &mut text).expect("a String takes all");
    assert_eq!(text, "useinbandfec=1");
}

#[test]
fn a_spec_makes_both_halves_at_its_rate_and_payloads_within_its_bound() {
    let dynamic = PayloadType::new(111).expect("below 128");
    for hz in [8_000, 16_000, 48_000] {
        for channels in [1, 2] {
            let mut spec = CodecSpec::opus(rate(hz), dynamic);
            spec.channels = channels;
            let (mut encoder, mut decoder) = (spec.encoder(), spec.decoder());
            assert_eq!((encoder.rate(), encoder.channels()), (rate(hz), usize::from(channels)));
            assert_eq!((decoder.rate(), decoder.channels()), (rate(hz), usize::from(channels)));
            for ticks in [1, 2, 6, 12] {
                let samples = spec.rate.per_tick() * ticks;
                let mut payload = vec![0; spec.payload_bytes(samples)];
                assert!(encoder.max_payload(samples) <= payload.len());
                let frame = vec![0.1; samples * usize::from(channels)];
                let Encoded { bytes, .. } = encoder.encode(&frame, &mut payload).expect("a frame of Opus");
                assert_eq!(spec.payload_samples(&payload[..bytes]), samples);
                let mut out = vec![0.0; frame.len()];
                assert_eq!(decoder.decode(&payload[..bytes], &mut out), Ok(samples));
            }
        }
    }
    let wild = OpusConfig::new(rate(8_000), 9).bitrate(1).complexity(99).fec(200).max_payload(usize::MAX);
    let mut spec = CodecSpec::opus(rate(16_000), dynamic);
    spec.params = CodecParams::Opus(OpusParams::new(wild));
    assert!(
        spec.encoder().max_payload(320) <= spec.payload_bytes(320),
        "settings that Opus has not are held to its own"
    );
    let odd = CodecSpec::opus(rate(32_000), dynamic);
    assert_eq!((odd.encoder().rate(), odd.decoder().rate()), (rate(48_000), rate(48_000)));
}

#[test]
fn packets_are_relayed_unless_the_receivers_differ_in_bit_rate() {
    let (a, b) = (PayloadType::new(96).expect("below 128"), PayloadType::new(111).expect("below 128"));
    let (wide, full) = (CodecSpec::opus(rate(16_000), a), CodecSpec::opus(rate(48_000), b));
    assert!(wide.same_payload(&full));
    assert!(!wide.same_payload(&full.with_fmtp("maxaveragebitrate=16000").expect("known")));
}

#[test]
fn each_side_sends_what_the_other_asks_for_at_a_rate_of_its_own() {
    let dynamic = |value| PayloadType::new(value).expect("below 128");
    let mut own =
        CodecSpec::opus(rate(16_000), dynamic(111)).with_fmtp("stereo=1;maxplaybackrate=16000").expect("known");
    own.channels = 2;
    let asks = "maxaveragebitrate=20000;usedtx=1;x-new=1";
    let offer = MediaFormats::new().format(dynamic(96), "opus/48000/2", asks).ptime(Millis(30));
    let (answer, agreed) = Capabilities::new().codec(own).answer(&offer, Preference::Theirs).expect("both have Opus");
    assert_eq!(agreed.send.params, CodecParams::Opus(OpusParams::default().wishes(parse(asks))));
    assert_eq!((agreed.send.payload_type, agreed.send.rate, agreed.send.channels), (dynamic(96), rate(16_000), 1));
    assert_eq!((agreed.receive[0].rate, agreed.receive[0].channels), (rate(16_000), 2));
    assert_eq!(
        (&*answer.formats[0].rtpmap, &*answer.formats[0].fmtp),
        ("opus/48000/2", "maxplaybackrate=16000;stereo=1")
    );
    assert_eq!(agreed.ptime, Millis(20), "Opus has no packets of 30 ms");
}
