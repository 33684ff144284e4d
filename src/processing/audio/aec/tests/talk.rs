//! The near end's voice, alone and over the echo.

use super::*;

#[test]
fn a_near_end_without_echo_passes_as_it_is() {
    let near = voice(20, 16_000, 3.0);
    for (mut canceller, least) in [(linear(16_000), 90.0), (full(16_000), 20.0)] {
        let out = cancel(&mut canceller, &vec![0.0; near.len()], &near);
        let apart: Vec<f32> = out.iter().zip(&near).map(|(out, near)| out - near).collect();
        let got = ratio(&near[1_600..apart.len()], &apart[1_600..]);
        assert!(got > least, "{got}");
    }
}

#[test]
fn who_talked_before_the_far_end_began_is_not_muted_by_it() {
    for gain in [0.0, 0.3] {
        let (mut far, near) = (voice(80, 16_000, 4.0), voice(81, 16_000, 4.0));
        far[..2 * 16_000].fill(0.0);
        let mic = sum(&echo(&far, &room(82, 16_000, 0.1, gain + 1e-6), 480), &near);
        let out = cancel(&mut full(16_000), &far, &mic);
        let talk = 2 * 16_000..3 * 16_000;
        let level = ratio(&out[talk.clone()], &near[talk]);
        assert!(level > -3.0, "{gain}: {level}");
    }
}

#[test]
fn a_voice_over_the_echo_keeps_its_level_and_the_echo_does_not_come_back() {
    let far = voice(21, 16_000, 10.0);
    let mut near = voice(22, 16_000, 10.0);
    near[..5 * 16_000].fill(0.0);
    near[8 * 16_000..].fill(0.0);
    let mic = sum(&echo(&far, &room(23, 16_000, 0.1, 0.5), 320), &near);
    let mut canceller = full(16_000);
    let out = cancel(&mut canceller, &far, &mic);
    let talk = 5 * 16_000..8 * 16_000;
    let level = ratio(&out[talk.clone()], &near[talk.clone()]);
    assert!(level.abs() < 2.0, "{level}");
    let apart: Vec<f32> = out.iter().zip(&near).map(|(out, near)| out - near).collect();
    assert!(ratio(&near[talk.clone()], &apart[talk.clone()]) > 10.0, "{}", ratio(&near[talk.clone()], &apart[talk]));
    assert!(erle(&mic, &out, 16_000, 8.5, 10.0) > 25.0, "{}", erle(&mic, &out, 16_000, 8.5, 10.0));
}

#[test]
fn double_talk_is_told_while_it_lasts() {
    let far = voice(24, 8_000, 9.0);
    let mut near = voice(25, 8_000, 9.0);
    near[..4 * 8_000].fill(0.0);
    near[7 * 8_000..].fill(0.0);
    let mic = sum(&echo(&far, &room(26, 8_000, 0.1, 0.4), 80), &near);
    let mut canceller = full(8_000);
    let mut told = [(0, 0); 9];
    for (tick, (far, mic)) in far.chunks_exact(80).zip(mic.clone().chunks_exact_mut(80)).enumerate() {
        canceller.process(far, mic);
        let second = &mut told[tick / 100];
        *second = (second.0 + 1, second.1 + u32::from(canceller.metrics().double_talk));
    }
    let share = |second: usize| told[second].1 as f32 / told[second].0 as f32;
    assert!(share(3) < 0.3 && share(5) > 0.6 && share(8) < 0.3, "{told:?}");
}

#[test]
fn a_tone_of_the_near_end_survives_the_far_end_talking() {
    let far = voice(27, 8_000, 8.0);
    let tone: Vec<f32> = (0..far.len())
        .map(|n| if n < 5 * 8_000 { 0.0 } else { 0.1 * (n as f32 * 0.7).sin() + 0.1 * (n as f32 * 1.05).sin() })
        .collect();
    let mic = sum(&echo(&far, &room(28, 8_000, 0.1, 0.4), 80), &tone);
    let out = cancel(&mut full(8_000), &far, &mic);
    let talk = 6 * 8_000..out.len();
    assert!(ratio(&out[talk.clone()], &tone[talk]).abs() < 2.0);
}
