//! Payloads of several frames.

use super::signal::speech_and_noise;
use crate::codec::audio::g729::bits::{SidParams, SpeechParams};
use crate::codec::audio::g729::frame::FRAME;
use crate::codec::audio::g729::{Decoder, DtxEncoder, FrameKind, G729Encoder};
use crate::codec::{AudioEncoder, EncodeError, Encoded, EncoderParam};
use crate::sample;

#[test]
fn coder_and_decoder_keep_the_same_past_whatever_the_length_of_packets() {
    for frames in 1..=12 {
        let mut coder = G729Encoder::new(true);
        let mut decoder = Decoder::new();
        let (mut partial, mut descriptors, mut silent) = (0, 0, 0);
        for audio in packets(1200, frames) {
            let mut payload = [0; 120];
            let encoded = coder.encode(&audio, &mut payload).expect("whole frames and room for them");
            let kinds = timeline(&encoded, &payload[..encoded.bytes], frames);
            partial += usize::from(encoded.skipped > 0);
            descriptors += usize::from(encoded.bytes % 10 == 2);
            silent += usize::from(encoded.bytes == 0);
            for kind in kinds {
                decoder.decode(&kind, &mut [0; FRAME]);
            }
            assert_eq!(coder.past_excitation(), decoder.past_excitation(), "packets of {frames}");
        }
        assert!(descriptors > 5 && silent > 0, "packets of {frames}: {descriptors} descriptors, {silent} silent");
        assert_eq!(partial > 0, frames > 1, "packets of {frames}: {partial} begin with a pause");
    }
}

#[test]
fn packets_of_one_frame_are_annex_b_s_own() {
    let mut coder = DtxEncoder::new(true);
    let mut encoder = G729Encoder::new(true);
    for audio in packets(600, 1) {
        let mut words = [0; FRAME];
        sample::to_i16(&audio, &mut words);
        let mut payload = [0; 10];
        let encoded = encoder.encode(&audio, &mut payload).expect("a whole frame");
        let kinds = timeline(&encoded, &payload[..encoded.bytes], 1);
        let expected = match coder.encode_frame(&words) {
            super::super::CodedFrame::Speech(params) => FrameKind::Speech(params),
            super::super::CodedFrame::Sid(params) => FrameKind::Sid(params),
            super::super::CodedFrame::Untransmitted => FrameKind::Untransmitted,
        };
        assert_eq!(kinds, [expected]);
        assert_eq!(encoded.paused, matches!(expected, FrameKind::Sid(_)));
    }
}

#[test]
fn without_pauses_every_frame_is_ten_bytes_and_packets_split_anywhere() {
    let (mut whole, mut pieces) = (G729Encoder::new(false), G729Encoder::new(false));
    assert!(whole.concatenates() && !G729Encoder::new(true).concatenates());
    assert!(!whole.set(EncoderParam::Dtx, 1), "the peer takes no descriptors");
    for audio in packets(120, 3) {
        let (mut payload, mut joined) = ([0; 30], [0; 30]);
        assert_eq!(whole.encode(&audio, &mut payload), Ok(Encoded::whole(30)));
        for (frame, out) in audio.chunks(FRAME).zip(joined.chunks_mut(10)) {
            assert_eq!(pieces.encode(frame, out), Ok(Encoded::whole(10)));
        }
        assert_eq!(payload, joined);
    }
}

#[test]
fn pauses_can_be_switched_off_and_on_while_it_runs() {
    let mut encoder = G729Encoder::new(true);
    let mut counts = Vec::new();
    for setting in [1, 0, 1] {
        assert!(encoder.set(EncoderParam::Dtx, setting));
        let sent = packets(400, 1).filter(|audio| encoder.encode(audio, &mut [0; 10]).expect("fits").bytes == 10);
        counts.push(sent.count());
    }
    assert!(counts[0] < 400 && counts[1] == 400 && counts[2] < 400, "{counts:?}");
    assert!(!encoder.set(EncoderParam::Dtx, 2) && !encoder.set(EncoderParam::Bitrate, 8000));
}

#[test]
fn odd_lengths_and_small_rooms_are_errors_that_change_nothing() {
    let mut encoder = G729Encoder::new(true);
    for samples in [0, 79, 81, 13 * FRAME] {
        let failed = encoder.encode(&vec![0.5; samples], &mut [0; 200]);
        assert_eq!(failed, Err(EncodeError::FrameLength { got: samples }));
    }
    let failed = encoder.encode(&[f32::NAN; 160], &mut [0; 19]);
    assert_eq!(failed, Err(EncodeError::TooLong { needed: 20, room: 19 }));
    assert_eq!(encoder, G729Encoder::new(true));
    assert!(encoder.encode(&[f32::NAN; 160], &mut [0; 20]).is_ok());
    encoder.reset();
    assert_eq!(encoder, G729Encoder::new(true));
}

#[test]
fn a_fork_goes_on_as_its_origin_does() {
    let mut encoder = G729Encoder::new(true);
    let mut copy = G729Encoder::new(true);
    let packets: Vec<_> = packets(400, 2).collect();
    let (before, after) = packets.split_at(100);
    for audio in before {
        encoder.encode(audio, &mut [0; 20]).expect("fits");
    }
    let mut fork = encoder.fork();
    assert!(copy.copy_state(&encoder) && !copy.copy_state(&G729Encoder::new(false)));
    for audio in after {
        let mut payloads = [[0; 20]; 3];
        let [own, forked, copied] = &mut payloads;
        let encoded = encoder.encode(audio, own);
        assert_eq!((&fork.encode(audio, forked), &copy.encode(audio, copied)), (&encoded, &encoded));
        assert!(payloads.iter().all(|payload| *payload == payloads[0]));
    }
}

/// The signal as packets of audio.
fn packets(frames: usize, per_packet: usize) -> impl Iterator<Item = Vec<f32>> {
    let frames = speech_and_noise(frames, 11);
    let packets: Vec<_> = frames.chunks_exact(per_packet).map(<[_]>::to_vec).collect();
    packets.into_iter().map(|packet| packet.as_flattened().iter().map(|&word| f32::from(word) / 32_768.0).collect())
}

/// What the receiver makes of a payload, frame by frame.
fn timeline(encoded: &Encoded, payload: &[u8], frames: usize) -> Vec<FrameKind> {
    assert!(encoded.skipped.is_multiple_of(FRAME));
    let mut kinds = vec![FrameKind::Untransmitted; encoded.skipped / FRAME];
    let (speech, sid) = payload.as_chunks();
    kinds.extend(speech.iter().map(|bytes| FrameKind::Speech(SpeechParams::unpack(bytes))));
    match sid {
        [] => {}
        &[a, b] => kinds.push(FrameKind::Sid(SidParams::unpack(&[a, b]))),
        _ => panic!("a payload of {} bytes", payload.len()),
    }
    // Only a payload that ends in a descriptor, or none at all, may stop before the packet's end.
    assert!(kinds.len() == frames || !sid.is_empty() || payload.is_empty());
    kinds.resize(frames, FrameKind::Untransmitted);
    kinds
}
