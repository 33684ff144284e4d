//! Digits that are played are found.

use super::{codes, found};
use crate::processing::audio::dtmf::DigitPlayer;
use crate::types::{Millis, SampleRate};

#[test]
fn digits_are_played_one_after_the_other_in_place_of_audio() {
    for hz in [8_000u32, 16_000, 48_000] {
        let rate = SampleRate::new(hz).expect("a rate");
        let mut player = DigitPlayer::new(rate);
        player.set_gap(Millis(60));
        for code in 0..16 {
            assert!(player.push(code, 10, Millis(80)));
        }
        assert!(!player.push(16, 10, Millis(80)), "it has no tones");
        let (mut audio, mut done) = (Vec::new(), Vec::new());
        while !player.is_idle() {
            // Something else is said all the while.
            let mut frame = vec![0.5; rate.per_tick()];
            done.extend(player.fill(&mut frame));
            audio.extend(frame);
        }
        assert_eq!(done, (0..16).collect::<Vec<u8>>());
        let digits = found(hz, &audio[..audio.len() - rate.per_tick() * 6]);
        assert_eq!(digits.iter().map(|d| d.0).collect::<Vec<_>>(), done, "{hz}");
        assert!(digits.iter().all(|d| d.1.abs_diff(80) <= 15), "{digits:?}");
    }
}

#[test]
fn a_digit_of_the_far_party_lasts_until_its_end_is_known_and_long_enough_to_be_heard() {
    let mut player = DigitPlayer::new(SampleRate::HZ_8000);
    let mut audio = Vec::new();
    for tick in 0..80 {
        match tick {
            10 => assert!(player.start(4, 10)),
            30 => player.end(4, Millis(200)),
            40 => assert!(player.start(4, 10)),
            41 => player.end(4, Millis(20)),
            _ => {}
        }
        let mut frame = [0.0; 80];
        assert_eq!(player.fill(&mut frame), None, "nobody here asked for it");
        audio.extend(frame);
    }
    let digits = found(8_000, &audio);
    assert_eq!(codes(8_000, &audio), [4, 4]);
    assert!(digits[0].1.abs_diff(200) <= 20 && digits[1].1 >= 50, "{digits:?}");
}
