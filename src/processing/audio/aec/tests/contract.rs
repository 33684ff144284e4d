//! What holds whatever comes in.

use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_bits_give_finite_bounded_samples(seed in any::<u32>(), kind in 0..4u32, hz in prop::sample::select(vec![8_000u32, 16_000, 48_000])) {
        let mut noise = Noise(seed);
        let mut canceller = full(hz);
        let samples = at(hz).per_tick();
        for tick in 0..60 {
            let mut wild = || (0..samples).map(|_| match (kind, tick % 7) {
                (0, _) => f32::from_bits((noise.next() * 2e9) as i32 as u32),
                (1, 0) => f32::NAN,
                (2, 1) => f32::INFINITY,
                (3, _) => 3.4e38 * noise.next(),
                _ => noise.next(),
            }).collect::<Vec<f32>>();
            let (far, mut mic) = (wild(), wild());
            assert_no_alloc::assert_no_alloc(|| canceller.process(&far, &mut mic));
            prop_assert!(mic.iter().all(|sample| sample.is_finite() && sample.abs() <= 4.0));
        }
    }
}

#[test]
fn after_any_rubbish_it_still_works() {
    let mut canceller = full(8_000);
    for _ in 0..300 {
        canceller.process(&[1e30; 80], &mut [f32::NAN; 80]);
        canceller.process(&[f32::NEG_INFINITY; 80], &mut [-1e38; 80]);
    }
    let far = voice(30, 8_000, 6.0);
    let mic = echo(&far, &room(31, 8_000, 0.1, 0.4), 80);
    let out = cancel(&mut canceller, &far, &mic);
    assert!(erle(&mic, &out, 8_000, 4.0, 6.0) > 20.0, "{}", erle(&mic, &out, 8_000, 4.0, 6.0));
}

#[test]
fn silence_gives_silence() {
    for hz in [8_000, 16_000, 32_000, 48_000] {
        let silence = vec![0.0; hz as usize];
        assert!(cancel(&mut full(hz), &silence, &silence).iter().all(|sample| sample.abs() < 1e-6));
    }
}

#[test]
fn a_far_end_without_echo_leaves_comfort_noise_of_the_background() {
    let far = voice(32, 16_000, 5.0);
    let mut noise = Noise(33);
    let mic: Vec<f32> = far.iter().map(|_| 0.002 * noise.next()).collect();
    let out = cancel(&mut full(16_000), &far, &mic);
    let late = 3 * 16_000..out.len();
    let lost = ratio(&mic[late.clone()], &out[late]);
    assert!(lost.abs() < 5.0, "{lost}");
}

/// A line that is not there yet has no background: what follows would all stand out from it.
#[test]
fn silence_before_a_call_changes_nothing_of_it() {
    let far = voice(45, 8_000, 6.0);
    let mut noise = Noise(46);
    let mic: Vec<f32> =
        echo(&far, &room(47, 8_000, 0.1, 0.4), 80).iter().map(|echo| echo + 1e-3 * noise.next()).collect();
    let silence = vec![0.0; 8_000];
    let later = |signal: &[f32]| [&silence, signal].concat();
    let at_once = cancel(&mut full(8_000), &far, &mic);
    let out = cancel(&mut full(8_000), &later(&far), &later(&mic));
    let [at_once, late] = [&at_once[..], &out[8_000..]].map(|out| erle(&mic, out, 8_000, 1.0, 6.0));
    assert!((at_once - late).abs() < 1.5, "{at_once} {late}");
}

#[test]
fn reset_is_as_good_as_new() {
    for hz in [8_000, 48_000] {
        let far = voice(34, hz, 2.0);
        let mic = sum(&echo(&far, &room(35, hz, 0.02, 0.4), 80), &voice(36, hz, 2.0));
        let (mut used, mut fresh) = (full(hz), full(hz));
        cancel(&mut used, &mic, &far);
        used.reset();
        assert_eq!(cancel(&mut used, &far, &mic), cancel(&mut fresh, &far, &mic));
        assert_eq!(used.metrics(), fresh.metrics());
    }
}

#[test]
fn blocks_of_a_wrong_length_are_left_alone() {
    let mut mic = [0.5; 81];
    full(8_000).process(&[0.5; 80], &mut mic);
    assert_eq!(mic, [0.5; 81]);
}

#[test]
fn levels_do_not_matter() {
    let far = voice(37, 8_000, 6.0);
    let mic = echo(&far, &room(38, 8_000, 0.1, 0.5), 400);
    for (far_gain, mic_gain) in [(0.03, 0.03), (3.0, 3.0), (1.0, 0.05), (0.3, 1.0)] {
        let scaled = |signal: &[f32], gain: f32| signal.iter().map(|x| x * gain).collect::<Vec<f32>>();
        let mic = scaled(&mic, mic_gain);
        let out = cancel(&mut full(8_000), &scaled(&far, far_gain), &mic);
        let got = erle(&mic, &out, 8_000, 4.0, 6.0);
        assert!(got > 20.0, "{far_gain} {mic_gain}: {got}");
    }
}
