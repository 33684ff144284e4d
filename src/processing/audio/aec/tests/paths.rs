//! Echo paths that the canceller must find, follow and find again.

use super::*;

#[test]
fn an_echo_is_gone_within_a_second_of_voice_and_stays_away() {
    let far = voice(1, 16_000, 6.0);
    let mic = echo(&far, &room(2, 16_000, 0.1, 0.4), 160);
    let out = cancel(&mut full(16_000), &far, &mic);
    assert!(erle(&mic, &out, 16_000, 1.0, 2.0) > 20.0, "{}", erle(&mic, &out, 16_000, 1.0, 2.0));
    assert!(erle(&mic, &out, 16_000, 3.0, 6.0) > 40.0, "{}", erle(&mic, &out, 16_000, 3.0, 6.0));
}

/// Beside the slow and obvious filter: normalised least mean squares in the time domain, every coefficient every sample.
#[test]
fn the_filters_learn_quicker_than_least_mean_squares_of_the_same_length() {
    let far = voice(3, 8_000, 6.0);
    let mic = echo(&far, &room(4, 8_000, 0.1, 0.5), 80);
    let out = cancel(&mut linear(8_000), &far, &mic);
    let reference = nlms(&far, &mic, 1_600);
    let (ours, theirs) = (erle(&mic, &out, 8_000, 0.5, 2.5), erle(&mic, &reference, 8_000, 0.5, 2.5));
    assert!(ours > theirs, "{ours} {theirs}");
    let settled = erle(&mic, &out, 8_000, 3.0, 6.0);
    assert!(settled > 25.0, "{settled}");
}

fn nlms(far: &[f32], mic: &[f32], taps: usize) -> Vec<f32> {
    let (mut weights, mut past) = (vec![0.0f32; taps], vec![0.0f32; taps]);
    let mut step = |far: f32, mic: f32| {
        past.rotate_right(1);
        past[0] = far;
        let error = mic - weights.iter().zip(&past).map(|(w, x)| w * x).sum::<f32>();
        let power = past.iter().map(|x| x * x).sum::<f32>() + 1e-3;
        weights.iter_mut().zip(&past).for_each(|(w, x)| *w += 0.5 * error * x / power);
        error
    };
    far.iter().zip(mic).map(|(far, mic)| step(*far, *mic)).collect()
}

#[test]
fn delays_up_to_half_a_second_are_found_and_told() {
    for delay in [0, 30, 120, 250, 400, 500] {
        let far = voice(5 + delay, 8_000, 5.0);
        let mic = echo(&far, &room(6, 8_000, 0.05, 0.4), delay as usize * 8);
        let mut canceller = full(8_000);
        let out = cancel(&mut canceller, &far, &mic);
        let told = canceller.metrics().delay.unwrap().0;
        assert!(told.abs_diff(delay) <= 10, "{delay} {told}");
        assert!(erle(&mic, &out, 8_000, 3.0, 5.0) > 20.0, "{delay}: {}", erle(&mic, &out, 8_000, 3.0, 5.0));
    }
}

#[test]
fn a_jump_of_the_delay_is_followed_within_two_seconds() {
    for (before, after) in [(40, 140), (300, 187)] {
        let far = voice(7, 8_000, 9.0);
        let path = room(8, 8_000, 0.08, 0.4);
        let mut mic = echo(&far, &path, before * 8);
        let jump = 4 * 8_000;
        mic[jump..].copy_from_slice(&echo(&far, &path, after * 8)[jump..]);
        let out = cancel(&mut full(8_000), &far, &mic);
        assert!(erle(&mic, &out, 8_000, 3.0, 4.0) > 25.0, "{}", erle(&mic, &out, 8_000, 3.0, 4.0));
        assert!(erle(&mic, &out, 8_000, 6.0, 7.0) > 20.0, "{}", erle(&mic, &out, 8_000, 6.0, 7.0));
        assert!(erle(&mic, &out, 8_000, 7.0, 9.0) > 25.0, "{}", erle(&mic, &out, 8_000, 7.0, 9.0));
    }
}

#[test]
fn clocks_apart_by_200_ppm_do_not_bring_the_echo_back() {
    for ppm in [200.0, -200.0f64] {
        let far = voice(9, 16_000, 8.0);
        let still = echo(&far, &room(10, 16_000, 0.05, 0.4), 800);
        let mic: Vec<f32> = (0..still.len()).map(|n| between(&still, n as f64 * (1.0 + ppm * 1e-6))).collect();
        let out = cancel(&mut full(16_000), &far, &mic);
        assert!(erle(&mic, &out, 16_000, 3.0, 8.0) > 25.0, "{ppm}: {}", erle(&mic, &out, 16_000, 3.0, 8.0));
    }
}

/// The signal between its samples, by a cubic (Catmull and Rom).
fn between(signal: &[f32], at: f64) -> f32 {
    let (n, t) = (at as usize, at.fract() as f32);
    if n < 1 || n + 2 >= signal.len() {
        return 0.0;
    }
    let [a, b, c, d] = [signal[n - 1], signal[n], signal[n + 1], signal[n + 2]];
    b + 0.5 * t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a)))
}

#[test]
fn a_loudspeaker_that_clips_leaves_no_more_than_a_sixtieth() {
    let far = voice(11, 16_000, 6.0);
    let clipped: Vec<f32> = far.iter().map(|x| x.clamp(-0.08, 0.12)).collect();
    let mic = echo(&clipped, &room(12, 16_000, 0.1, 0.7), 480);
    let out = cancel(&mut full(16_000), &far, &mic);
    assert!(erle(&mic, &out, 16_000, 3.0, 6.0) > 18.0, "{}", erle(&mic, &out, 16_000, 3.0, 6.0));
}
