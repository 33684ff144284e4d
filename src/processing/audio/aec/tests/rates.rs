//! Every rate, and the band above the one that the filters work in.

use super::*;

#[test]
fn echo_goes_at_every_rate() {
    for hz in [8_000, 11_000, 12_000, 16_000, 22_000, 24_000, 32_000, 44_100, 48_000] {
        let far = voice(40, hz, 4.0);
        let mic = echo(&far, &room(41, hz, 0.02, 0.4), hz as usize / 20);
        let out = cancel(&mut full(hz), &far, &mic);
        let got = erle(&mic, &out, hz, 2.5, 4.0);
        assert!(got > 20.0, "{hz}: {got}");
    }
}

#[test]
fn the_near_ends_full_band_passes() {
    for hz in [32_000, 48_000] {
        let near: Vec<f32> =
            voice(42, hz, 1.0).iter().enumerate().map(|(n, x)| x + 0.1 * (n as f32 * 1.7).sin()).collect();
        let out = cancel(&mut full(hz), &vec![0.0; near.len()], &near);
        let apart: Vec<f32> = out.iter().zip(&near).map(|(out, near)| out - near).collect();
        let got = ratio(&near[hz as usize / 5..apart.len()], &apart[hz as usize / 5..]);
        assert!(got > 30.0, "{hz}: {got}");
    }
}
