//! The decoder's contract beyond the vectors.

use super::super::{Decoder, FrameKind, SpeechParams};
use super::Draw;

/// A stream of random bytes; one frame in ten is lost.
fn decode_noise(decoder: &mut Decoder, draw: &mut Draw, count: usize) -> Vec<i16> {
    let mut audio = Vec::new();
    for _ in 0..count {
        let mut out = [0; 80];
        if draw.word().is_multiple_of(10) {
            decoder.erase_frame(&mut out);
        } else {
            decoder.decode_frame(&draw.bytes(), &mut out);
        }
        audio.extend(out);
    }
    audio
}

#[test]
fn random_frames_and_losses_come_out_as_in_the_itu_reference() {
    let audio = decode_noise(&mut Decoder::new(), &mut Draw(0x9e37_79b9_7f4a_7c15), 3_000);
    let hash = audio.iter().fold(0xcbf2_9ce4_8422_2325u64, |hash, s| {
        s.to_le_bytes().iter().fold(hash, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    });
    // FNV-1a of what the reference makes of the same frames.
    assert_eq!(hash, HASH);
    assert!(audio.iter().any(|&s| s == i16::MAX || s == i16::MIN), "saturation is part of it");
}

const HASH: u64 = 0x41ea_6d05_c2da_672b;

#[test]
fn reset_is_new_and_a_clone_goes_on_the_same() {
    let mut draw = Draw(11);
    let mut decoder = Decoder::new();
    decode_noise(&mut decoder, &mut draw, 50);
    let mut clone = decoder.clone();
    let (mut one, mut other) = (Draw(13), Draw(13));
    assert_eq!(decode_noise(&mut decoder, &mut one, 50), decode_noise(&mut clone, &mut other, 50));
    assert_eq!(decoder, clone);
    decoder.reset();
    assert_eq!(decoder, Decoder::new());
}

#[test]
fn a_lasting_loss_fades_to_the_rounding_noise_of_the_filter() {
    let mut draw = Draw(17);
    let mut decoder = Decoder::new();
    decode_noise(&mut decoder, &mut draw, 20);
    let mut out = [0; 80];
    for _ in 0..400 {
        decoder.erase_frame(&mut out);
    }
    assert!(out.iter().all(|s| s.abs() <= 50), "{out:?}");
}

#[test]
fn losses_at_the_start_are_silence() {
    let mut decoder = Decoder::new();
    let mut out = [7; 80];
    for _ in 0..10 {
        decoder.erase_frame(&mut out);
        assert_eq!(out, [0; 80]);
    }
}

#[test]
fn all_orders_of_kinds_are_survived() {
    let mut draw = Draw(19);
    let mut decoder = Decoder::new();
    for _ in 0..5_000 {
        let mut out = [0; 80];
        match draw.word() % 4 {
            0 => decoder.decode_frame(&draw.bytes(), &mut out),
            1 => decoder.decode_sid(&draw.bytes(), &mut out),
            2 => decoder.erase_frame(&mut out),
            _ => decoder.decode(&FrameKind::Untransmitted, &mut out),
        }
    }
}

#[test]
fn a_wrong_parity_bit_changes_the_delay_alone() {
    let mut draw = Draw(23);
    let (mut right, mut wrong) = (Decoder::new(), Decoder::new());
    let mut differing = 0;
    for _ in 0..50 {
        let mut params = SpeechParams::unpack(&draw.bytes());
        params.parity = super::super::bits::parity(params.subframes[0].pitch);
        let (mut one, mut other) = ([0; 80], [0; 80]);
        right.decode(&FrameKind::Speech(params), &mut one);
        params.parity ^= 1;
        wrong.decode(&FrameKind::Speech(params), &mut other);
        differing += usize::from(one != other);
    }
    assert!(differing > 40, "{differing}");
}
