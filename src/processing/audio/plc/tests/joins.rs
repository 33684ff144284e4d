//! What concealment never does: click, exceed the past, last for ever, or differ from run to run.

use super::{PACKET, RATE, conceal, level, noise, vowel};
use crate::processing::audio::plc::Concealer;

#[test]
fn joins_make_no_step_larger_than_the_signal_has() {
    for hz in [80.0, 150.0, 250.0, 390.0] {
        for lost in [80, 160, 480] {
            let clean = vowel(4_000, hz);
            let step = |x: &[f32]| x.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0f32, f32::max);
            let concealed = conceal(&clean, lost);
            let (ours, its) = (step(&concealed[1_990..2_170 + lost]), step(&clean[1_000..2_000]));
            assert!(ours <= 1.15 * its, "{hz} Hz, {lost} lost: {ours} against {its}");
        }
    }
}

#[test]
fn concealment_is_never_louder_than_the_past() {
    for signal in [vowel(4_000, 95.0), vowel(4_000, 260.0), noise(4_000, 0.9)] {
        let out = conceal(&signal, 800);
        let peak = |x: &[f32]| x.iter().fold(0.0f32, |p, s| p.max(s.abs()));
        assert!(peak(&out[2_000..2_800]) <= peak(&signal[1_840..2_000]));
        assert!(level(&out[2_000..2_080]) <= level(&signal[1_840..2_000]) + 1.5);
    }
}

#[test]
fn speech_fades_to_exact_silence_within_150_ms() {
    let mut concealer = Concealer::new(RATE);
    let mut out = vec![0.0; 2_400];
    concealer.open(&vowel(4_000, 150.0));
    assert!(!concealer.faded());
    for piece in out.chunks_mut(77) {
        concealer.fill(piece);
    }
    for span in 0..6 {
        assert!(level(&out[span * PACKET..][..320]) > level(&out[(span + 1) * PACKET..][..320]), "span {span}");
    }
    assert!(level(&out[..80]) > level(&out[480..560]) + 3.0);
    assert!(out[1_200..].iter().all(|s| *s == 0.0) && concealer.faded());
    let mut received = vec![0.25; 160];
    concealer.merge(&mut received);
    assert!(received[0] < 0.01 && received[80..].iter().all(|s| *s == 0.25));
}

#[test]
fn the_same_past_gives_the_same_samples_however_they_are_asked_for() {
    let past = vowel(4_000, 150.0).iter().zip(noise(4_000, 0.1)).map(|(a, b)| a + b).collect::<Vec<_>>();
    let mut whole = vec![0.0; 5 * PACKET];
    let mut concealer = Concealer::new(RATE);
    concealer.open(&past);
    concealer.fill(&mut whole);
    concealer.close();
    for size in [1, 7, 80, 480, 800] {
        let mut pieces = vec![0.0; 5 * PACKET];
        concealer.open(&past);
        pieces.chunks_mut(size).for_each(|piece| concealer.fill(piece));
        concealer.close();
        assert!(pieces == whole, "in pieces of {size}");
    }
}
