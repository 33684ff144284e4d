//! What remains when the speech has faded: the room.

use super::{PACKET, RATE, level, noise, receive, vowel};
use crate::processing::audio::plc::Concealer;

/// Speech of 300 ms and a pause of 200 ms in turn, in a room of −50 dBFS or so.
fn room(seconds: usize) -> Vec<f32> {
    let mut signal = noise(seconds * 8_000, 0.005);
    for (index, syllable) in signal.chunks_mut(4_000).enumerate() {
        let voice = vowel(2_400, 120.0 + 7.0 * (index % 9) as f32);
        syllable.iter_mut().zip(voice).for_each(|(s, v)| *s += v);
    }
    signal
}

#[test]
fn after_speech_the_room_stays_for_half_a_second_and_is_silent_after_one() {
    let signal = room(8);
    // The gap opens in a vowel.
    let first = 6 * 8_000 / PACKET + 10;
    let out = receive(&signal, |packet| packet >= first);
    let gap = &out[first * PACKET..];
    let floor = level(&signal[2_500..3_900]);
    let left = level(&gap[2_000..4_000]);
    assert!((left - floor).abs() < 4.0, "{left:.1} of {floor:.1} dB");
    assert!(level(&gap[7_200..7_900]) < floor - 6.0);
    assert!(gap[8_000..].iter().all(|s| *s == 0.0));
}

#[test]
fn a_young_call_has_no_background_and_a_silent_room_none_to_hear() {
    let signal = room(3);
    let out = receive(&signal, |packet| packet >= 30);
    assert!(out[30 * PACKET + 1_200..].iter().all(|s| *s == 0.0));
    let mut concealer = Concealer::new(RATE);
    for _ in 0..500 {
        concealer.observe(&[0.0; PACKET]);
    }
    concealer.open(&vowel(400, 150.0));
    let mut out = [0.0; 2_400];
    concealer.fill(&mut out);
    assert!(out[1_200..].iter().all(|s| *s == 0.0) && concealer.faded());
}
