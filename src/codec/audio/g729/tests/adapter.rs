//! G.729 behind the engine's trait.

use super::super::{Decoder, G729Decoder};
use super::Draw;
use crate::codec::{AudioDecoder, DecodeError};

#[test]
fn a_payload_is_its_frames_one_after_another() {
    let payload: [u8; 30] = Draw(29).bytes();
    let mut audio = [0.0; 240];
    assert_eq!(G729Decoder::new().decode(&payload, &mut audio), Ok(240));
    let mut plain = Decoder::new();
    for (frame, heard) in payload.as_chunks::<10>().0.iter().zip(audio.chunks(80)) {
        let mut out = [0; 80];
        plain.decode_frame(frame, &mut out);
        assert!(out.iter().map(|&s| f32::from(s) / 32_768.0).eq(heard.iter().copied()));
    }
}

#[test]
fn what_is_no_payload_or_does_not_fit_changes_nothing() {
    let mut decoder = G729Decoder::new();
    for bytes in [0, 1, 3, 9, 11, 130] {
        assert_eq!(decoder.decode(&vec![1; bytes], &mut [0.0; 2_000]), Err(DecodeError::Length { got: bytes }));
    }
    let got = decoder.decode(&[1; 20], &mut [0.0; 159]);
    assert_eq!(got, Err(DecodeError::TooLong { samples: 160, room: 159 }));
    assert_eq!(decoder, G729Decoder::new());
}

#[test]
fn concealment_of_any_lengths_is_the_same_audio() {
    let payload: [u8; 100] = Draw(31).bytes();
    let mut whole = G729Decoder::new();
    assert_eq!(whole.decode(&payload, &mut [0.0; 800]), Ok(800));
    let mut pieces = whole.clone();
    let (mut one, mut other) = ([0.0; 800], [0.0; 800]);
    assert!(whole.conceal(&mut one));
    let mut rest = &mut other[..];
    for length in [1, 79, 80, 81, 3, 200, 0, 356] {
        let (now, later) = rest.split_at_mut(length);
        assert!(pieces.conceal(now));
        rest = later;
    }
    assert!(rest.is_empty());
    assert_eq!(one, other);
    assert!(one.iter().any(|&s| s != 0.0));
}

#[test]
fn a_silence_descriptor_pauses_until_speech_comes() {
    let mut decoder = G729Decoder::new();
    let mut audio = [0.0; 160];
    assert!(!decoder.paused());
    assert_eq!(decoder.decode(&[0x31; 12], &mut audio), Ok(160));
    assert!(decoder.paused());
    assert!(decoder.conceal(&mut audio[..80]));
    assert!(decoder.paused());
    assert_eq!(decoder.decode(&[0x31; 10], &mut audio), Ok(80));
    assert!(!decoder.paused());
    decoder.reset();
    assert_eq!(decoder, G729Decoder::new());
}
