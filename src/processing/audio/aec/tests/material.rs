//! Far ends that are no clean voice: music, tones, what was clipped before or after it was sent.

use super::*;

/// Chords that are struck twice a second and ring on, as hold music does.
fn music(hz: u32, seconds: f32) -> Vec<f32> {
    let chords = [[220.0, 277.2, 329.6], [196.0, 246.9, 293.7], [174.6, 220.0, 261.6], [164.8, 207.7, 246.9f32]];
    let at = |n: usize| {
        let t = n as f32 / hz as f32;
        let (beat, since) = ((t * 2.0) as usize, (t * 2.0).fract() * 0.5);
        let note =
            |f: f32| -> f32 { (1..6).map(|k| (std::f32::consts::TAU * f * k as f32 * t).sin() / (k * k) as f32).sum() };
        chords[beat % 4].iter().map(|f| note(*f)).sum::<f32>() * 0.08 * (-4.0 * since).exp() * (since * 200.0).min(1.0)
    };
    (0..(seconds * hz as f32) as usize).map(at).collect()
}

/// Digits: 100 ms each, and as long a pause.
fn digits(hz: u32, seconds: f32) -> Vec<f32> {
    let (low, high) = ([697.0, 770.0, 852.0, 941.0], [1_209.0, 1_336.0, 1_477.0f32]);
    let at = |n: usize| {
        let (t, slot) = (n as f32 / hz as f32, n * 10 / hz as usize);
        let wave = |f: f32| (std::f32::consts::TAU * f * t).sin();
        if slot % 2 == 0 { 0.15 * (wave(low[slot / 2 % 4]) + wave(high[slot / 2 % 3])) } else { 0.0 }
    };
    (0..(seconds * hz as f32) as usize).map(at).collect()
}

fn clipped(far: &[f32], gain: f32, most: f32) -> Vec<f32> {
    far.iter().map(|x| (gain * x).clamp(-most, most)).collect()
}

/// An echo of what is played, and a near end that talks from the fourth to the sixth second; ERLE before and after it, and
/// by how much the near end is louder. Nowhere is more than what came.
fn talk_over(seed: u32, far: &[f32], played: &[f32]) -> ([f32; 2], f32) {
    let hz = 8_000;
    let mut near = voice(seed, hz, 9.0);
    near[..4 * hz as usize].fill(0.0);
    near[6 * hz as usize..].fill(0.0);
    let mic = sum(&echo(played, &room(seed + 1, hz, 0.1, 0.4), 400), &near);
    let out = cancel(&mut full(hz), far, &mic);
    for (mic, out) in mic.chunks(1_600).zip(out.chunks(1_600)) {
        let power = |x: &[f32]| x.iter().map(|x| x * x).sum::<f32>();
        assert!(power(out) < 1.6 * power(mic) + 0.01, "{} of {}", power(out), power(mic));
    }
    let talk = 4 * hz as usize..6 * hz as usize;
    ([(2.0, 4.0), (7.0, 8.9)].map(|(from, to)| erle(&mic, &out, hz, from, to)), ratio(&out[talk.clone()], &near[talk]))
}

#[test]
fn music_goes_and_a_voice_over_it_stays() {
    let far = music(8_000, 9.0);
    let ([before, after], level) = talk_over(60, &far, &far);
    assert!(before > 20.0 && after > 20.0 && level.abs() < 2.0, "{before} {after} {level}");
}

#[test]
fn digits_go_and_a_voice_over_them_stays() {
    let far = digits(8_000, 9.0);
    let ([before, after], level) = talk_over(62, &far, &far);
    assert!(before > 20.0 && after > 20.0 && level.abs() < 2.0, "{before} {after} {level}");
}

#[test]
fn a_voice_that_was_clipped_before_it_was_sent_is_an_echo_like_any_other() {
    let far = clipped(&voice(64, 8_000, 9.0), 6.0, 0.5);
    let ([before, after], level) = talk_over(65, &far, &far);
    assert!(before > 25.0 && after > 25.0 && level.abs() < 2.0, "{before} {after} {level}");
}

#[test]
fn a_voice_that_is_clipped_on_its_way_does_not_take_the_near_end_along() {
    let far = voice(67, 8_000, 9.0);
    let ([before, after], level) = talk_over(68, &far, &clipped(&far, 4.0, 0.3));
    assert!(before > 15.0 && after > 15.0 && level.abs() < 2.0, "{before} {after} {level}");
}

/// A loudspeaker that moves out less than in: a straight line gets 6.8 dB deep.
#[test]
fn a_loudspeaker_that_bends_at_zero_is_filtered_deeper_than_a_line_can() {
    let far = voice(70, 8_000, 9.0);
    let bent: Vec<f32> = far.iter().map(|x| if *x > 0.0 { *x } else { 0.2 * x }).collect();
    let mic = echo(&bent, &room(71, 8_000, 0.05, 0.5), 240);
    let out = cancel(&mut linear(8_000), &far, &mic);
    let got = erle(&mic, &out, 8_000, 5.0, 9.0);
    assert!(got > 9.0, "{got}");
}
